"""Timeline and heat map: counts, cells, words, keys; none and very many."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import insert, select

from casedesk.base import i18n, times
from casedesk.base.typed_time import Precision
from casedesk.records import Filing, Incident, Matter, Notice
from casedesk.records.words import Direction
from casedesk.store.cabinet import Store
from casedesk.store.overview import pattern
from casedesk.ui.charts.days import bars
from casedesk.ui.charts.heatmap import HeatMap
from casedesk.ui.charts.limits import Limits
from casedesk.ui.charts.narrowing import days_chip, hour_chip
from casedesk.ui.charts.overview import OverviewCharts
from casedesk.ui.charts.timeline import Marker, Timeline
from casedesk.ui.office import Office
from casedesk.ui.tables.wanted import Chip

SHANGHAI, LONDON = "Asia/Shanghai", "Europe/London"
DAY = dt.date(2026, 11, 3)
Shown = Callable[[QWidget], QWidget]


def clock(month: int, day: int, hour: int = 0, minute: int = 0, zone: str = SHANGHAI) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=times.zone(zone))


def log(store: Store, matter: Matter, *moments: dt.datetime, zone: str = SHANGHAI,
        precision: Precision = Precision.EXACT) -> None:
    with store.work() as session:
        for at in moments:
            session.add(Incident(matter_id=matter.id, at=at, zone=zone, precision=precision))


def count(store: Store, chip: Chip) -> int:
    with store.read() as session:
        return len(session.scalars(select(Incident.id).where(chip.where())).all())


@given(st.dictionaries(st.dates(dt.date(2015, 1, 1), dt.date(2030, 12, 31)), st.integers(1, 50), max_size=40))
def test_bars_hold_every_contact_and_leave_no_gap(days: dict[dt.date, int]) -> None:
    made = bars(days)
    assert sum(bar.count for bar in made.bars) == sum(days.values())
    for before, after in zip(made.bars, made.bars[1:], strict=False):
        assert after.first == before.last + dt.timedelta(days=1)
    for day in days:
        at = int(made.index(day))
        assert made.bars[min(at, len(made.bars) - 1)].first <= day <= made.bars[min(at, len(made.bars) - 1)].last
    assert len(made.bars) <= 200


def test_every_point_of_a_cell_leads_to_it(shown: Shown) -> None:
    timeline, heatmap = Timeline(), HeatMap()
    timeline.show_days({DAY + dt.timedelta(days=at): at % 5 for at in range(40)})
    heatmap.show_hours({(2, 22): 3})
    for plot, cells in ((timeline, 40), (heatmap, 168)):
        shown(plot)
        for at in range(cells):
            assert plot.cell_at(plot.cell_rect(at).center()) == at
        assert plot.cell_at(QPointF(-5, -5)) == -1


def test_keys_walk_the_heat_map_and_enter_chooses(shown: Shown) -> None:
    heatmap = HeatMap()
    chosen: list[tuple[int, int]] = []
    said: list[str] = []
    heatmap.show_hours({(0, 1): 2})
    heatmap.hour_chosen.connect(lambda day, hour: chosen.append((day, hour)))
    heatmap.pointed.connect(said.append)
    shown(heatmap)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_End,
                Qt.Key.Key_Return):
        QTest.keyClick(heatmap, key)
    assert chosen == [(0, 1), (1, 23)]
    assert said[1] == "Mon 1:00–2:00   2 contacts"


def test_keys_walk_the_timeline_and_a_click_chooses_the_days(shown: Shown) -> None:
    timeline = Timeline()
    chosen: list[tuple[dt.date, dt.date]] = []
    said: list[str] = []
    timeline.show_days({DAY: 4, DAY + dt.timedelta(days=2): 1}, [Marker(DAY, "notice", "Stop <b>all</b>")])
    timeline.days_chosen.connect(lambda first, last: chosen.append((first, last)))
    timeline.pointed.connect(said.append)
    shown(timeline)
    QTest.keyClick(timeline, Qt.Key.Key_Home)
    QTest.keyClick(timeline, Qt.Key.Key_Return)
    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=timeline.cell_rect(2).center().toPoint())
    assert chosen == [(DAY, DAY), (DAY + dt.timedelta(days=2), DAY + dt.timedelta(days=2))]
    assert said[0] == "2026-11-03 Tue   4 contacts   ·   Stop <b>all</b>"


def test_nothing_is_drawn_without_a_crash(office: Office, matter: Matter, quiet: Callable[[], None],
                                          shown: Shown) -> None:
    charts = OverviewCharts(office, matter.id, SHANGHAI)
    shown(charts)
    quiet()
    assert charts.days_title.text() == "No contact yet"
    assert not charts.timeline.isVisible()
    for plot in (Timeline(), HeatMap()):
        plot.resize(300, 100)
        plot.grab()
        QTest.keyClick(plot, Qt.Key.Key_Right)
        plot.deleteLater()


def test_titles_say_what_was_found(office: Office, store: Store, matter: Matter, quiet: Callable[[], None],
                                   shown: Shown) -> None:
    log(store, matter, clock(11, 3, 22, 14), clock(11, 3, 7, 59), clock(11, 3, 12),
        clock(11, 4, 8))
    with store.work() as session:
        session.add(Notice(matter_id=matter.id, told_on=DAY))
        session.add(Filing(matter_id=matter.id, filed_on=DAY))
    charts = OverviewCharts(office, matter.id, SHANGHAI, Limits(a_day=((2, "2 a day"),)))
    shown(charts)
    quiet()
    assert charts.days_title.text() == (
        "4 contacts on 2 days, most on 2026-11-03: 3, more than 2 contacts on 1 day")
    assert charts.hours_title.text() == "2 contacts between 22:00 and 8:00"
    for plot, name, part in ((charts.timeline, charts.days_title.text(), "2026-11-03 Tue: 3"),
                             (charts.heatmap, charts.hours_title.text(), "22:00–23:00: 1")):
        interface = QAccessible.queryAccessibleInterface(plot)
        assert interface.text(QAccessible.Text.Name) == name
        assert part in interface.text(QAccessible.Text.Description)
    assert {kind for kind, _ in charts.legend.kinds} == {"notice", "filing"}


def test_a_new_incident_is_drawn_by_itself(office: Office, store: Store, matter: Matter, quiet: Callable[[], None],
                                           shown: Shown, until: Callable[[Callable[[], object]], None]) -> None:
    charts = OverviewCharts(office, matter.id, SHANGHAI)
    shown(charts)
    quiet()
    log(store, matter, clock(11, 3, 23))
    until(lambda: charts.hours_title.text() == "1 contact between 22:00 and 8:00")


def test_a_click_narrows_to_exactly_the_contacts_drawn(store: Store, matter: Matter) -> None:
    """Also where clocks change: every cell and every day holds as many rows as it shows."""
    log(store, matter, *(clock(3, 20, 7, 30, LONDON) + dt.timedelta(hours=7 * at) for at in range(60)),
        *(clock(10, 20, 7, 30, LONDON) + dt.timedelta(hours=5 * at) for at in range(60)), zone=LONDON)
    log(store, matter, clock(3, 25, zone=LONDON), zone=LONDON, precision=Precision.DAY)
    with store.work() as session:
        session.add(Incident(matter_id=matter.id, direction=Direction.OUT))
    with store.read() as session:
        drawn = pattern(session, matter.id, LONDON)
    assert {cell: count(store, hour_chip(*cell, LONDON)) for cell in drawn.hours} == dict(drawn.hours)
    assert {day: count(store, days_chip(day, day, LONDON)) for day in drawn.days} == dict(drawn.days)
    first, last = min(drawn.days), max(drawn.days)
    assert count(store, days_chip(first, last, LONDON)) == sum(drawn.days.values()) == 121


def test_a_hundred_thousand_incidents_are_drawn(office: Office, store: Store, matter: Matter,
                                                quiet: Callable[[], None], shown: Shown) -> None:
    log(store, matter, clock(1, 1, 9))
    with store.work() as session:
        row = dict(session.execute(select(Incident.__table__)).mappings().one())
        start = row["at"]
        rows = [{**row, "id": at + 2, "uuid": uuid.uuid4(), "at": start + dt.timedelta(minutes=5 * at)}
                for at in range(99_999)]
        session.execute(insert(Incident), rows)
    charts = OverviewCharts(office, matter.id, SHANGHAI)
    shown(charts)
    quiet()
    assert sum(bar.count for bar in charts.timeline.bars.bars) == 100_000
    assert sum(charts.heatmap.counts.values()) == 100_000


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_darker_means_more(qapp: QApplication, shown: Shown, lang: i18n.Language) -> None:
    i18n.use(lang)
    heatmap = HeatMap()
    heatmap.show_hours({(0, 9): 1, (0, 10): 5, (0, 11): 10})
    shown(heatmap)
    image: QImage = heatmap.grab().toImage()
    ratio = image.devicePixelRatio()
    inks = [image.pixelColor((heatmap.cell_rect(hour).topLeft() * ratio).toPoint() + QPointF(3, 3).toPoint())
            for hour in (8, 9, 10, 11)]
    steps = [ink.lightness() for ink in inks]
    assert steps == sorted(steps, reverse=True)
    assert len(set(steps)) == 4
    assert inks[3] == heatmap.palette().color(QPalette.ColorRole.Accent)
