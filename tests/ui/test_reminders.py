"""What is due is told once a day, with the matter's number and without a name; and as one calendar of all matters."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from casedesk.casework.drafts import draft_count, keep_draft
from casedesk.casework.records import save
from casedesk.records import Deadline, Matter
from casedesk.store.cabinet import Store
from casedesk.ui.office import Office
from casedesk.ui.pages.desk import DeskPage
from casedesk.ui.places import Place
from casedesk.ui.reminders import Reminders
from casedesk.ui.snoozing import in_one_hour, put_off, tomorrow
from casedesk.ui.tray import Tray
from tests.ui.conftest import Until

TODAY = dt.datetime.now().astimezone().date()


def due(store: Store, matter: Matter, days: int, name: str = "answer 林某") -> int:
    return save(store, Deadline, {"matter_id": matter.id, "name": name, "due_on": TODAY + dt.timedelta(days=days)},
                uuid=uuid.uuid4()).id


@pytest.fixture
def told(office: Office, quiet: Callable[[], None]) -> tuple[Reminders, list[tuple[str, str, Place, list[str]]]]:
    found: list[tuple[str, str, Place, list[str]]] = []
    made = Reminders(office)
    made.due.connect(lambda *said: found.append(said))
    quiet()
    return made, found


def test_what_is_due_is_told_once_a_day_and_names_nobody(
        told: tuple[Reminders, list[tuple[str, str, Place, list[str]]]], store: Store, matter: Matter,
        quiet: Callable[[], None]) -> None:
    reminders, found = told
    assert found == []
    first = due(store, matter, 0)
    due(store, matter, 5)  # not one of the days a deadline warns
    for _ in range(2):
        reminders.look()
        quiet()
    [(heading, lines, place, _)] = found
    assert heading == "1 thing is due"
    assert lines == "today  A-1 Deadline"
    assert (place.section, place.record) == ("deadlines/deadline", first)
    for days in (-3, 1, 7, 30, -1, 0):
        due(store, matter, days)
    reminders.look()
    quiet()
    assert found[1][0] == "6 things are due"
    assert found[1][1].endswith("and 1 more")
    assert "林某" not in found[1][1]
    assert found[1][2].page == "desk"


def test_who_wants_none_is_told_nothing(
        told: tuple[Reminders, list[tuple[str, str, Place, list[str]]]], office: Office, store: Store, matter: Matter,
        quiet: Callable[[], None]) -> None:
    office.preferences.reminds = False
    due(store, matter, 0)
    told[0].look()
    quiet()
    assert told[1] == []


def test_a_click_leads_to_what_was_told(shown: Callable[[QWidget], QWidget]) -> None:
    tray = Tray(shown(QWidget()))
    places: list[Place] = []
    tray.wanted.connect(places.append)
    tray.icon.messageClicked.emit()
    assert places == [Place("desk")]


def test_what_is_put_off_is_told_again_then_and_not_before(
        told: tuple[Reminders, list[tuple[str, str, Place, list[str]]]], office: Office, store: Store, matter: Matter,
        quiet: Callable[[], None], until: Until) -> None:
    reminders, found = told
    due(store, matter, 0)
    due(store, matter, 5)  # a person may put off what no day warns of yet
    now = dt.datetime.now().astimezone()
    with store.read() as session:
        both = {one.uuid.hex for one in session.query(Deadline)}
    put_off(office, both, in_one_hour(now))
    reminders.look()
    quiet()
    assert found == []
    put_off(office, both, now)
    until(lambda: found)
    assert set(found[0][3]) == both
    assert office.preferences.snoozed == {}
    reminders.look()
    quiet()
    assert len(found) == 1
    assert (tomorrow(now).date() - now.date(), tomorrow(now).hour) == (dt.timedelta(days=1), 9)


def test_the_notification_and_the_desk_put_off(
        office: Office, store: Store, matter: Matter, shown: Callable[[QWidget], QWidget], quiet: Callable[[], None],
        until: Until) -> None:
    due(store, matter, 0)
    tray = Tray(shown(QWidget()))
    asked: list[tuple[list[str], dt.datetime]] = []
    tray.later.connect(lambda *said: asked.append(said))
    tray.tell("1", "x", Place("desk"), ["ab"])
    tray.menu.actions()[1].trigger()
    assert asked[0][0] == ["ab"]
    assert dt.timedelta(minutes=59) < asked[0][1] - dt.datetime.now().astimezone() <= dt.timedelta(hours=1)
    page = DeskPage(office)
    shown(page)
    quiet()
    [button] = [one for one in page.findChildren(QToolButton) if "answer" in one.accessibleName()]
    button.menu().actions()[1].trigger()
    assert [when.hour for when in office.preferences.snoozed.values()] == [9]
    until(lambda: any(one.text().startswith("again ") for one in page.findChildren(QToolButton)))


def test_all_matters_are_one_calendar(
        office: Office, store: Store, matter: Matter, tmp_path: Path, shown: Callable[[QWidget], QWidget],
        until: Until) -> None:
    due(store, matter, 3)
    page = DeskPage(office)
    shown(page)
    page.write_calendar(str(tmp_path / "all.ics"))
    until(lambda: not office.jobs.busy)
    assert b"SUMMARY:A-1 Deadline" in (tmp_path / "all.ics").read_bytes()


def test_every_draft_stands_on_the_desk_in_one_line(
        office: Office, store: Store, shown: Callable[[QWidget], QWidget], quiet: Callable[[], None]) -> None:
    for at in range(12):
        keep_draft(store, f"form/client/{at}", {"table": "client", "caption": f"{at} A & B\n" + "很长的话" * 20})
    page = DeskPage(office)
    shown(page)
    quiet()
    drafts = [one for one in page.findChildren(QPushButton) if "A && B" in one.text()]
    assert len(drafts) == 12
    assert all("\n" not in one.text() and one.sizeHint().width() < page.beside.geometry().width() for one in drafts)
    said: list[Callable[[], object]] = []
    office.said.connect(lambda _text, undo: said.append(undo))
    next(one for one in page.findChildren(QToolButton) if one.accessibleName() == "Throw this draft away").click()
    quiet()
    assert draft_count(store) == 11
    said[0]()
    quiet()
    assert draft_count(store) == 12
