"""Timeline and heat map of one matter, read beside the window, titled by what they find."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from sqlalchemy import select

from casedesk.base.i18n import N_, tr
from casedesk.records import Filing, Notice, Offer
from casedesk.store.cabinet import Store
from casedesk.store.overview import Pattern, pattern
from casedesk.ui import look, parts
from casedesk.ui.charts import narrowing, titles
from casedesk.ui.charts.heatmap import HeatMap
from casedesk.ui.charts.limits import Limits
from casedesk.ui.charts.timeline import Marker, MarkerKind, Timeline, draw_mark
from casedesk.ui.office import Office

_LEGEND: tuple[tuple[MarkerKind, str], ...] = (
    ("notice", N_("Notice")), ("filing", N_("Filing")), ("offer", N_("Offer")))
_TABLES = {"incident", "notice", "filing", "offer"}
_AGAIN = 120


@dataclass(frozen=True)
class Drawn:
    """What the drawings show."""

    pattern: Pattern
    markers: list[Marker]


@dataclass(frozen=True)
class Reading:
    """Count the contacts of a matter and find what is marked."""

    store: Store
    matter_id: int
    zone: str

    def __call__(self) -> Drawn:
        with self.store.read() as session:
            found = pattern(session, self.matter_id, self.zone)
            notices = session.scalars(select(Notice).where(Notice.matter_id == self.matter_id))
            marks = [Marker(one.told_on, "notice", tr(one.kind.label)) for one in notices if one.told_on]
            filings = session.scalars(select(Filing).where(Filing.matter_id == self.matter_id))
            marks += [Marker(one.filed_on, "filing", one.caption) for one in filings if one.filed_on]
            offers = session.scalars(select(Offer).where(Offer.matter_id == self.matter_id))
            marks += [Marker(one.made_on, "offer", tr(Offer.title)) for one in offers if one.made_on]
        return Drawn(found, sorted(marks, key=lambda one: one.day))


class Legend(QWidget):
    """The shapes of the markers with their names."""

    def __init__(self) -> None:
        super().__init__()
        self.setFont(look.small_font())
        self.kinds: list[tuple[MarkerKind, str]] = []

    def show_kinds(self, kinds: set[MarkerKind]) -> None:
        """Explain these shapes."""
        self.kinds = [(kind, tr(name)) for kind, name in _LEGEND if kind in kinds]
        self.setVisible(bool(self.kinds))
        self.setFixedSize(sum(self._width(name) for _, name in self.kinds), self.fontMetrics().height())
        self.update()

    def _width(self, name: str) -> int:
        return self.fontMetrics().horizontalAdvance(name) + look.grid(8)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, size = 0, look.grid(1.4)
        for kind, name in self.kinds:
            painter.setPen(self.palette().color(self.palette().ColorRole.WindowText))
            painter.setBrush(self.palette().color(self.palette().ColorRole.WindowText))
            draw_mark(painter, kind, QPointF(x + look.grid(2), self.height() / 2), size)
            painter.drawText(QRectF(x + look.grid(4.5), 0, self._width(name), self.height()), name)
            x += self._width(name)
        painter.end()


class OverviewCharts(QWidget):
    """Both drawings; a click or Enter on one asks to narrow the incidents."""

    narrow_wanted = Signal(object)
    """A `Chip` for the list of incidents."""

    def __init__(self, office: Office, matter_id: int, zone: str, limits: Limits = Limits()) -> None:  # noqa: B008
        super().__init__()
        self.office, self.matter_id, self.zone, self.limits = office, matter_id, zone, limits
        self.days_title, self.hours_title = parts.heading("", wrap=True), parts.heading("", wrap=True)
        self.days_said = parts.text("", tone="faint", font=look.small_font(), cut=True)
        self.hours_said = parts.text("", tone="faint", font=look.small_font(), cut=True)
        self.timeline, self.weeks, self.heatmap, self.legend = Timeline(), Timeline(), HeatMap(), Legend()
        self.weeks_title = parts.heading("", wrap=True)
        self.weeks_said = parts.text("", tone="faint", font=look.small_font(), cut=True)
        self.timeline.pointed.connect(self._say_days)
        self.heatmap.pointed.connect(self._say_hours)
        self.weeks.pointed.connect(self.weeks_said.setText)
        self.weeks.days_chosen.connect(self._days_chosen)
        self.timeline.days_chosen.connect(self._days_chosen)
        self.heatmap.hour_chosen.connect(self._hour_chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.grid(1.5))
        layout.addWidget(self.days_title)
        layout.addLayout(parts.row(self.days_said, None, self.legend, gap=4))
        layout.addWidget(self.timeline)
        layout.addSpacing(look.grid(3))
        layout.addWidget(self.weeks_title)
        layout.addWidget(self.weeks_said)
        layout.addWidget(self.weeks)
        layout.addSpacing(look.grid(3))
        layout.addWidget(self.hours_title)
        layout.addWidget(self.hours_said)
        layout.addWidget(self.heatmap)
        self.legend.hide()
        self._again = QTimer(self, singleShot=True, interval=_AGAIN)
        self._again.timeout.connect(self.read)
        office.changed.connect(self._heard)
        self.read()

    @Slot()
    def read(self) -> None:
        """Count again."""
        self.office.read(Reading(self.office.store, self.matter_id, self.zone), self.show_drawn)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables & _TABLES:
            self._again.start()

    @Slot(object)
    def show_drawn(self, drawn: Drawn) -> None:
        """Draw, title and describe what was read."""
        days, hours = drawn.pattern.days, drawn.pattern.hours
        lowest = self.limits.a_day[0][0] if self.limits.a_day else None
        self.timeline.show_days(days, drawn.markers, self.limits.a_day)
        self.weeks.show_days(days, drawn.markers, step="week")
        self.heatmap.show_hours(hours, self.limits.night)
        self.legend.show_kinds({one.kind for one in drawn.markers})
        _entitle(self.days_title, self.timeline, titles.of_days(days, lowest),
                 titles.summary_of_days(days, drawn.markers))
        _entitle(self.hours_title, self.heatmap, titles.of_hours(hours, self.limits.night),
                 titles.summary_of_hours(hours))
        _entitle(self.weeks_title, self.weeks, titles.of_weeks(days), titles.summary_of_weeks(self.weeks.bars))
        self.timeline.setVisible(bool(days))
        trend = self.timeline.bars.step == "day" and len(self.weeks.bars.bars) > 2
        self.weeks.setVisible(trend)
        self.weeks_title.setVisible(trend)
        self.heatmap.setVisible(bool(hours))

    @Slot(str)
    def _say_days(self, said: str) -> None:
        self.days_said.setText(said)

    @Slot(str)
    def _say_hours(self, said: str) -> None:
        self.hours_said.setText(said)

    @Slot(object, object)
    def _days_chosen(self, first: dt.date, last: dt.date) -> None:
        self.narrow_wanted.emit(narrowing.days_chip(first, last, self.zone))

    @Slot(int, int)
    def _hour_chosen(self, weekday: int, hour: int) -> None:
        self.narrow_wanted.emit(narrowing.hour_chip(weekday, hour, self.zone))


def _entitle(label: QLabel, drawing: QWidget, title: str, summary: str) -> None:
    label.setText(title)
    drawing.setAccessibleName(title)
    drawing.setAccessibleDescription(summary)
