"""Backups in the window: made when due, told on the desk and in the settings, restored from the first page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from casedesk.casework import backups
from casedesk.records import Matter
from casedesk.store import keys
from casedesk.store.cabinet import Store
from casedesk.ui.backing_up import on_leaving
from casedesk.ui.jobs import Jobs
from casedesk.ui.office import Office
from casedesk.ui.pages.backup_places import BackupPlaces
from casedesk.ui.pages.desk import DeskPage
from casedesk.ui.preferences import Preferences
from casedesk.ui.welcome.restoring import Restore
from casedesk.ui.welcome.start import Start
from tests.ui.conftest import Until

Show = Callable[[QWidget], QWidget]


def words(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_what_is_due_is_done_and_told_on_the_desk(office: Office, matter: Matter, shown: Show, until: Until) -> None:
    desk = shown(DeskPage(office))
    until(lambda: "No backup yet" in words(desk))
    office.backups.look()
    until(lambda: "Last good backup" in words(desk))
    office.backups.look()
    until(lambda: "all of it came back" in words(desk) and "as it was saved" in words(desk))
    [state] = backups.states(office.store)
    office.backups.look()
    until(lambda: not office.backups.jobs.busy)
    assert backups.states(office.store) == [state]


def test_an_office_without_backups_is_told_on_the_desk_and_in_the_settings(
        office: Office, matter: Matter, shown: Show, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "places", lambda store: [])
    desk, panel = DeskPage(office), BackupPlaces(office)
    shown(desk)
    until(lambda: "choose a place for the office" in words(desk))
    shown(panel)
    panel.read()
    until(lambda: "choose a place for the office" in words(panel))


def test_the_buttons_of_the_first_page_are_whole_however_narrow_it_is(preferences: Preferences, shown: Show) -> None:
    start = shown(Start(preferences))
    start.resize(330, 500)
    QApplication.processEvents()
    buttons = start.findChildren(QPushButton)
    assert len(buttons) == 4
    assert all(one.width() >= one.sizeHint().width() and one.geometry().right() < 330 for one in buttons)


def test_places_are_added_and_forgotten_in_the_settings(
    office: Office, matter: Matter, shown: Show, until: Until, tmp_path: Path,
) -> None:
    panel = BackupPlaces(office)
    shown(panel)
    panel.add_place(str(tmp_path / "stick"))
    until(lambda: words(panel).count("Last good backup") == 2)
    panel.practise()
    until(lambda: words(panel).count("all of it came back") == 2)
    next(one for one in panel.findChildren(QPushButton) if one.text() == "Forget").click()
    until(lambda: backups.places(office.store) == [tmp_path / "stick"])
    panel.add_place(str(office.store.folder / "vault"))
    until(lambda: "within the cabinet" in words(panel))
    until(lambda: not office.busy)


def test_leaving_makes_a_backup_when_something_changed(store: Store, matter: Matter) -> None:
    store.close()
    on_leaving(store.folder, store.key)
    on_leaving(store.folder, store.key)
    assert len(backups.listed(store)) == 1


def test_a_backup_is_restored_from_the_first_page(
    qapp: QApplication, store: Store, matter: Matter, shown: Show, until: Until, tmp_path: Path,
) -> None:
    backups.back_up(store)
    [(path, _)] = backups.listed(store)
    worker = Jobs("restoring")
    page = Restore(worker)
    back: list[Path] = []
    page.restored.connect(back.append)
    shown(page)
    page.backup.setText(str(path))
    page.folder.setText(str(tmp_path / "again"))
    page.secret.setText("wrong")
    page.restore()
    until(page.problem.text)
    assert not (tmp_path / "again").exists()
    page.secret.setText("pass")
    page.restore()
    until(lambda: back)
    assert page.secret.text() == ""
    Store.open(back[0], keys.unlock(back[0], "pass")).close()
    worker.finish()
