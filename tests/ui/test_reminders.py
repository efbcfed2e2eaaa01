"""What is due is told once a day, with the matter's number and without a name; and as one calendar of all matters."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget

from casedesk.casework.records import save
from casedesk.records import Deadline, Matter
from casedesk.store.cabinet import Store
from casedesk.ui.office import Office
from casedesk.ui.pages.desk import DeskPage
from casedesk.ui.places import Place
from casedesk.ui.reminders import Reminders, Tray
from tests.ui.conftest import Until

TODAY = dt.datetime.now().astimezone().date()


def due(store: Store, matter: Matter, days: int, name: str = "answer 林某") -> int:
    return save(store, Deadline, {"matter_id": matter.id, "name": name, "due_on": TODAY + dt.timedelta(days=days)},
                uuid=uuid.uuid4()).id


@pytest.fixture
def told(office: Office, quiet: Callable[[], None]) -> tuple[Reminders, list[tuple[str, str, Place]]]:
    found: list[tuple[str, str, Place]] = []
    made = Reminders(office)
    made.due.connect(lambda *said: found.append(said))
    quiet()
    return made, found


def test_what_is_due_is_told_once_a_day_and_names_nobody(
        told: tuple[Reminders, list[tuple[str, str, Place]]], store: Store, matter: Matter,
        quiet: Callable[[], None]) -> None:
    reminders, found = told
    assert found == []
    first = due(store, matter, 0)
    due(store, matter, 5)  # not one of the days a deadline warns
    for _ in range(2):
        reminders.look()
        quiet()
    [(heading, lines, place)] = found
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
        told: tuple[Reminders, list[tuple[str, str, Place]]], office: Office, store: Store, matter: Matter,
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


def test_all_matters_are_one_calendar(
        office: Office, store: Store, matter: Matter, tmp_path: Path, shown: Callable[[QWidget], QWidget],
        until: Until) -> None:
    due(store, matter, 3)
    page = DeskPage(office)
    shown(page)
    page.write_calendar(str(tmp_path / "all.ics"))
    until(lambda: not office.jobs.busy)
    assert b"SUMMARY:A-1 Deadline" in (tmp_path / "all.ics").read_bytes()
