"""Several desks in one cabinet, as their windows show it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy import select

from casedesk.base import paths
from casedesk.casework.drafts import drafts
from casedesk.casework.records import save
from casedesk.records import Change, Client
from casedesk.store import keys
from casedesk.store.cabinet import Store
from casedesk.ui.banner import Banner
from casedesk.ui.forms.pane import RecordPane
from casedesk.ui.office import Office
from casedesk.ui.pages.moving import MoveDialog
from casedesk.ui.preferences import Preferences
from casedesk.ui.quick_log.panel import QuickLog
from casedesk.ui.window import Window
from tests import postgres
from tests.conftest import QUICK
from tests.ui.conftest import Until, wait_for

Show = Callable[[QWidget], QWidget]


@contextmanager
def window(store: Store, preferences: Preferences) -> Iterator[Office]:
    """Another desk's window."""
    office = Office(store, preferences)
    try:
        yield office
    finally:
        wait_for(lambda: not office.busy)
        office.close()
        office.deleteLater()


def pane_of(office: Office, shown: Show, record: int) -> RecordPane:
    pane = RecordPane(office, Client)
    office.changed.connect(lambda tables: pane.reload())  # as the list beside it does
    shown(pane)
    pane.show_record(record)
    wait_for(lambda: pane.version is not None)
    return pane


def typed(pane: RecordPane, name: str, text: str) -> None:
    pane.form.rows[name].entry.put_typed(text)
    pane.form.changed.emit()


def edits(store: Store) -> list[dict[str, list[object]]]:
    with store.read() as session:
        return list(session.scalars(select(Change.fields).where(Change.action == "edit").order_by(Change.seq)))


@pytest.fixture
def server(qapp: QApplication) -> Iterator[postgres.Server]:
    """A PostgreSQL that a test may stop."""
    with postgres.cluster() as made:
        yield made


def test_two_windows_that_saved_one_record_merge_it_by_the_keyboard_and_the_history_keeps_both(
        office: Office, store: Store, preferences: Preferences, shown: Show, until: Until) -> None:
    record = save(store, Client, {"name": "林某", "phone": "1", "address": "a"}, uuid=uuid.uuid4())
    with Store.open(store.folder, store.key, who="李律师") as second, window(second, preferences) as other:
        mine, theirs = pane_of(office, shown, record.id), pane_of(other, shown, record.id)
        typed(mine, "phone", "2")
        typed(mine, "address", "b")
        typed(theirs, "phone", "3")
        typed(theirs, "address", "c")
        typed(theirs, "email", "d@e.cn")
        theirs.save()
        until(lambda: theirs.version == 2)
        mine.save()
        until(lambda: mine.stack.currentIndex() == 2)
        assert mine.conflict.fields == ["phone", "email", "address"]
        assert mine.conflict.choice("email", 2).isChecked(), "it was not touched here"
        mine.activateWindow()
        focused = mine.conflict.choice("phone", 1)
        until(focused.hasFocus)
        QTest.keyClick(focused, Qt.Key.Key_Right)
        assert mine.conflict.choice("phone", 2).isChecked()
        mine.conflict.chosen_button.setFocus()
        QTest.keyClick(mine.conflict.chosen_button, Qt.Key.Key_Space)
        until(lambda: mine.version == 4)
        until(lambda: theirs.version == 4)
        assert theirs.form.rows["address"].entry.typed() == "b"
    assert edits(store) == [{"address": ["a", "c"], "phone": ["1", "3"], "email": ["", "d@e.cn"]},
                            {"address": ["c", "b"], "phone": ["3", "2"]},
                            {"phone": ["2", "3"]}]


@pytest.mark.parametrize("kind", ["folder", "office"])
def test_who_is_editing_stands_in_the_header_of_the_other_window(
        kind: str, request: pytest.FixtureRequest, preferences: Preferences, shown: Show, until: Until,
        tmp_path: Path) -> None:
    store, _ = Store.create(tmp_path / "cabinet", "pass", who="王律师", cost=QUICK, address=(
        postgres.database(request.getfixturevalue("postgres_server")) if kind == "office" else ""))
    with ExitStack() as left:
        record = save(left.enter_context(store), Client, {"name": "林某"}, uuid=uuid.uuid4())
        second = left.enter_context(Store.open(store.folder, store.key, who="李律师"))
        desks = [left.enter_context(window(one, preferences)) for one in (store, second)]
        first, other = (pane_of(desk, shown, record.id) for desk in desks)
        typed(first, "phone", "2")
        until(lambda: other.others.text() == "王律师 is editing")
        assert first.others.text() == ""
        first.save()
        until(lambda: other.others.text() == "" and other.version == 2)


def test_while_the_server_is_away_the_window_lives_keeps_drafts_and_goes_on_by_itself(
        server: postgres.Server, preferences: Preferences, shown: Show, until: Until, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(paths, "settings_folder", lambda: tmp_path / "settings")
    store, _ = Store.create(tmp_path / "office", "pass", cost=QUICK, address=postgres.database(server))
    with store, window(store, preferences) as office:
        record = save(store, Client, {"name": "林某"}, uuid=uuid.uuid4())
        pane, banner = pane_of(office, shown, record.id), shown(Banner(office))
        server.stop()
        until(lambda: office.lost is not None and banner.isVisible())
        typed(pane, "phone", "2")
        pane.flush()
        until(lambda: list(tmp_path.glob("settings/drafts/*/*.draft")))
        assert b"phone" not in next(tmp_path.glob("settings/drafts/*/*.draft")).read_bytes()
        assert not pane.save_button.isEnabled()
        log = QuickLog(banner, office)
        log.show()
        assert not log.save_button.isEnabled()
        assert not log.next_button.isEnabled()
        log.form.number.setText("0755 8655 1200")
        log.save()  # as Ctrl+S does
        pane.save()
        assert "kept as a draft" in pane.note.text()
        assert "kept as a draft" in log.status.text()
        until(lambda: len(list(tmp_path.glob("settings/drafts/*/*.draft"))) == 2)
        server.start()
        until(lambda: office.lost is None and not banner.isVisible())
        until(lambda: not office.busy and not list(tmp_path.glob("settings/drafts/*/*.draft")))
        assert {one.values.get("number") or one.values["typed"]["phone"] for one in drafts(store)} == {
            "2", "0755 8655 1200"}
        assert not pane.note.isVisible()
        assert [one for one in caplog.records if one.name.startswith("sqlalchemy")] == []
        assert pane.save_button.isEnabled()
        assert log.save_button.isEnabled()
        log.close()
        pane.save()
        until(lambda: pane.version == 2 and not office.busy)
        assert len(drafts(store)) == 1


def test_the_cabinet_is_moved_from_the_settings_and_opened_there(office: Office, store: Store, shown: Show,
                                                                 until: Until, tmp_path: Path) -> None:
    save(store, Client, {"name": "林某"}, uuid=uuid.uuid4())
    dialog = MoveDialog(shown(QWidget()), office)
    dialog.show()
    went: list[Path] = []
    dialog.moved.connect(went.append)
    dialog.start()
    assert dialog.said.text() != ""
    dialog.folder.setText(str(tmp_path / "new"))
    dialog.start()
    dialog.reject()  # stopped at once; the same goes on below
    until(lambda: dialog.go.isEnabled() and not office.jobs.busy)
    assert dialog.model.rows == []
    dialog.start()
    until(lambda: dialog.model.rows and dialog.go.isEnabled())
    assert [row.cells[1] for row in dialog.model.rows if row.key == "client"] == ["1"]
    dialog.go.click()
    assert went == [tmp_path / "new"]
    with Store.open(tmp_path / "new", store.key) as moved, moved.read() as session:
        assert session.scalars(select(Client.name)).all() == ["林某"]


def test_an_office_wholly_in_its_database_is_made_in_one_window_and_opened_by_address_in_another(
        postgres_server: str, qapp: QApplication, preferences: Preferences, until: Until, tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "OFFICE", QUICK)
    monkeypatch.setattr(paths, "settings_folder", lambda: tmp_path / "settings")
    address = postgres.database(postgres_server)
    first = Window(preferences)
    making, recovery = first.welcome.making, first.welcome.recovery
    first.welcome.start.new_wanted.emit()
    assert not making.all_there.isEnabled()
    making.address.setText(address)
    making.all_there.setChecked(True)
    assert not making.folder.isEnabled()
    for line in (making.passphrase, making.again):
        line.setText("four words put together")
    making.make()
    until(lambda: recovery.key.text() or making.problem.text())
    assert making.problem.text() == ""
    recovery.kept.setChecked(True)
    recovery.go_on.click()
    opened_there(first, address, until)
    second = Window(preferences)
    start, unlock = second.welcome.start, second.welcome.unlock
    start.open_address("mysql://elsewhere")
    assert start.problem.text()
    start.open_address(address)
    until(unlock.open_button.isEnabled)
    unlock.passphrase.setText("four words put together")
    unlock.unlock()
    opened_there(second, address, until)


def opened_there(desk: Window, address: str, until: Until) -> None:
    """The window shows the cabinet that is at this address; it is closed again."""
    until(lambda: desk.frame is not None)
    office = desk.office
    assert office is not None
    assert office.store.place == address
    assert list(office.store.vault.names()) == []
    until(lambda: not office.busy)
    desk.close()
    desk.deleteLater()
