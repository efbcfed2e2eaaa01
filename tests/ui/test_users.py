"""Who works in the window: asked for by name, offered what they may do, shown what they may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget

from casedesk.casework import matters, new_key, teams, users
from casedesk.records import Matter, Note
from casedesk.records.words import UserRole
from casedesk.store import keys
from casedesk.store.cabinet import Store
from casedesk.ui.office import Office
from casedesk.ui.pages.destroying import DestroyDialog
from casedesk.ui.pages.matter_header import MatterHeader
from casedesk.ui.pages.new_key import NewKeyDialog
from casedesk.ui.pages.records import RecordsPanel
from casedesk.ui.pages.secrets import PassphraseDialog
from casedesk.ui.pages.settings import SettingsPage
from casedesk.ui.pages.switched import Switched
from casedesk.ui.pages.team import TeamDialog
from casedesk.ui.pages.users import PersonDialog, Users
from casedesk.ui.places import Place
from casedesk.ui.preferences import Preferences
from casedesk.ui.window import Window
from tests.casework.firm import NAMES, desk, password, staff
from tests.conftest import QUICK
from tests.ui.conftest import Until


@pytest.fixture
def firm(store: Store) -> Path:
    """A cabinet with a matter, a privileged and a plain note, and a user of each role."""
    matters.add_matter(store, ref="2026-0001", title="林某 / 某银行", client="林某")
    with store.work() as session:
        session.add_all([Note(matter_id=1, body="只有律师看的话"),
                         Note(matter_id=1, body="谁都能看的话", privileged=False)])
    staff(store)
    return store.folder


@pytest.fixture
def window(qapp: QApplication, preferences: Preferences) -> Iterator[Window]:
    made = Window(preferences)
    made.resize(1300, 820)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def log_in(window: Window, firm: Path, role: UserRole, until: Until) -> Office:
    """Choose the name, type the password."""
    window.ask(firm, at_once=False)
    unlock = window.welcome.unlock
    unlock.user.setCurrentText(NAMES[role])
    QTest.keyClicks(unlock.passphrase, password(role))
    QTest.keyClick(unlock.passphrase, Qt.Key.Key_Return)
    until(lambda: window.frame is not None)
    settle(window, until)
    assert window.office is not None
    return window.office


def settle(window: Window, until: Until) -> None:
    QApplication.processEvents()
    until(lambda: window.office is None or not window.office.busy)
    QApplication.processEvents()


def test_who_is_asked_for_by_name_where_there_are_several(window: Window, firm: Path, until: Until,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    unlock = window.welcome.unlock
    monkeypatch.setenv("CASEDESK_USER", NAMES[UserRole.READ_ONLY])  # as the command line asks
    window.ask(firm, at_once=False)
    assert unlock.user.currentText() == NAMES[UserRole.READ_ONLY]
    monkeypatch.delenv("CASEDESK_USER")
    window.ask(firm, at_once=False)
    assert [unlock.user.itemText(at) for at in range(unlock.user.count())] == list(NAMES.values())
    unlock.user.setCurrentText(NAMES[UserRole.LAWYER])
    unlock.passphrase.setText("pass")  # the owner's
    unlock.unlock()
    until(unlock.problem.text)
    assert "wrong" in unlock.problem.text()
    office = log_in(window, firm, UserRole.LAWYER, until)
    assert office.store.who == window.preferences.who == NAMES[UserRole.LAWYER]
    assert window.frame is not None
    assert window.frame.status.who.text() == "李律师 · Lawyer"
    window.lock()
    assert window.welcome.unlock.user.currentText() == NAMES[UserRole.LAWYER]


def test_a_cabinet_with_one_passphrase_asks_for_no_name(window: Window, store: Store) -> None:
    window.ask(store.folder, at_once=False)
    assert not window.welcome.unlock.user.isVisibleTo(window)


def test_who_may_only_look_is_told_so_and_offered_nothing_else(window: Window, firm: Path, until: Until) -> None:
    office = log_in(window, firm, UserRole.READ_ONLY, until)
    frame = window.frame
    assert frame is not None
    assert frame.banner.text() == "You may look here and change nothing: your role is “Read-only”."
    assert frame.banner.isVisible()
    for name in ("log", "new_matter", "import_files", "undo", "check"):
        assert not window._actions[name].isEnabled()
        assert "Read-only" in window._actions[name].toolTip()
    assert window._actions["search"].isEnabled()
    assert not frame.top.log_button.isEnabled()
    frame.go(Place("matter", 1, "deadlines"))
    settle(window, until)
    panel = next(one for one in frame.findChildren(Switched) if "note" in one._offered).show_list("note")
    assert isinstance(panel, RecordsPanel)
    until(lambda: panel.table.model.rowCount() == 1)
    assert panel.table.model.text_at(0, [c.name for c in panel.table.model.columns].index("body")) == "谁都能看的话"
    panel.table.view.selectRow(0)
    settle(window, until)
    body = panel.pane.form.rows["body"].entry.editor
    assert body.isReadOnly()  # type: ignore[attr-defined]
    assert not panel.pane.save_button.isEnabled()
    assert not panel.table.new_button.isEnabled()
    panel.table.delete()
    settle(window, until)
    assert "Read-only" in frame.status.message.text()
    with office.store.read(whole=True) as session:
        assert session.query(Note).count() == 2


def test_owner_and_lawyer_are_offered_what_is_theirs(window: Window, firm: Path, until: Until) -> None:
    log_in(window, firm, UserRole.LAWYER, until)
    assert window.frame is not None
    assert not window.frame.banner.isVisible()
    window.frame.go(Place("settings"))
    settle(window, until)
    page = window.frame.page
    assert isinstance(page, SettingsPage)
    for closed in (page.firm, page.users.add, page.recovery, page.backups.add):
        assert not closed.isEnabled()
        assert "Lawyer" in closed.toolTip()
    assert page.backups.now.isEnabled()
    assert page.who.isReadOnly()
    window.lock()
    log_in(window, firm, UserRole.OWNER, until)
    window.frame.go(Place("settings"))
    settle(window, until)
    page = window.frame.page
    assert isinstance(page, SettingsPage)
    assert page.firm.isEnabled()
    assert page.users.add.isEnabled()


def test_the_owner_adds_people_and_gives_them_roles(
        office: Office, quiet: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users.add, "__kwdefaults__", {"cost": QUICK})
    page = Users(office)
    page.read()
    quiet()
    assert not page.none.isHidden()
    dialog = PersonDialog(page, office)
    dialog.name.setText("李律师")
    dialog.role.setCurrentIndex(dialog.role.findData(UserRole.LAWYER))
    dialog.first.setText("four words put together")
    dialog.set_it()
    assert "twice" in dialog.said.text()
    dialog.again.setText("four words put together")
    dialog.set_it()
    quiet()
    page.read()
    quiet()
    assert page.none.isHidden()
    assert [(one.name, one.role) for one in users.people(office.store)] == [
        ("tester", UserRole.OWNER), ("李律师", UserRole.LAWYER)]
    with Store.open(office.store.folder, keys.unlock(office.store.folder, "four words put together", "李律师")) as one:
        assert one.actor.role is UserRole.LAWYER
    box = next(box for box in page.findChildren(QComboBox) if box.property("user") == "李律师")
    box.setCurrentIndex(box.findData(UserRole.PARALEGAL))
    box.activated.emit(box.currentIndex())
    quiet()
    assert users.people(office.store)[1].role is UserRole.PARALEGAL
    ends = [one for one in page.findChildren(QPushButton) if one.property("user") == "tester"]
    ends[-1].click()
    quiet()
    assert "last owner" in page.said.text()
    page.deleteLater()


def test_the_passphrase_is_changed_by_who_knows_the_present_one(
        office: Office, quiet: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users.change_password, "__kwdefaults__", {"cost": QUICK})
    parent = QWidget()
    dialog = PassphraseDialog(parent, office)
    accepted = QSignalSpy(dialog.accepted)
    for line in (dialog.first, dialog.again):
        QTest.keyClicks(line, "four words put together")
    dialog.old.setText("wrong")
    dialog.set_it()
    quiet()
    assert "is wrong" in dialog.said.text()
    assert keys.unlock(office.store.folder, "pass")
    dialog.old.setText("pass")
    dialog.set_it()
    quiet()
    assert accepted.count() == 1
    assert keys.unlock(office.store.folder, "four words put together")
    parent.deleteLater()


def test_the_team_of_a_matter_is_ticked(office: Office, quiet: Callable[[], None], firm: Path) -> None:
    dialog = TeamDialog(None, office, 1)  # type: ignore[arg-type]
    quiet()
    assert [tick.text() for tick in dialog.ticks.values()] == [
        "李律师 · Lawyer", "赵助理 · Paralegal", "Auditor · Read-only"]
    dialog.only.setChecked(True)
    next(iter(dialog.ticks.values())).setChecked(True)
    dialog.save()
    quiet()
    for role, sees in ((UserRole.LAWYER, 1), (UserRole.PARALEGAL, 0)):
        with desk(office.store, role) as opened, opened.read() as session:
            assert session.query(Matter).count() == sees


def test_who_was_disabled_is_locked_out_at_once(window: Window, firm: Path, store: Store, until: Until) -> None:
    log_in(window, firm, UserRole.PARALEGAL, until)
    users.disable(store, NAMES[UserRole.PARALEGAL])
    until(lambda: window.office is None)
    assert window.frame is None


def test_another_role_is_offered_other_things_at_once(window: Window, firm: Path, store: Store, until: Until) -> None:
    log_in(window, firm, UserRole.PARALEGAL, until)
    users.set_role(store, NAMES[UserRole.PARALEGAL], UserRole.READ_ONLY)
    until(lambda: not window._actions["log"].isEnabled())
    settle(window, until)


def test_a_line_that_is_closed_keeps_its_reason(office: Office, firm: Path) -> None:
    from casedesk.ui.allowed import only_with

    with desk(office.store, UserRole.READ_ONLY) as reader:
        office.store, own = reader, office.store
        line = QLineEdit()
        only_with(office, "write", line)
        line.setEnabled(True)
        line.setToolTip("something else")
        assert not line.isEnabled()
        assert "Read-only" in line.toolTip()
        office.store = own


def test_a_matter_that_is_closed_to_somebody_while_they_look_goes_quietly(
        window: Window, firm: Path, store: Store, until: Until) -> None:
    office = log_in(window, firm, UserRole.PARALEGAL, until)
    assert window.frame is not None
    for section in ("overview", "people/debt", "incidents", "findings", "negotiation", "evidence", "filings",
                    "deadlines", "history"):
        window.frame.go(Place("matter", 1, section))
        settle(window, until)
    teams.restrict(store, 1, [])
    until(lambda: not office.busy)
    with office.store.read() as session:
        assert session.get(Matter, 1) is None
    for section in ("overview", "incidents", "findings", "history"):
        window.frame.go(Place("matter", 1, section))
        settle(window, until)
    window.frame.go(Place("matters"))
    settle(window, until)
    window.frame.go(Place("desk"))
    settle(window, until)


def test_an_owner_gives_the_cabinet_a_new_key_and_reads_what_it_made_once(window: Window, firm: Path,
                                                                         until: Until) -> None:
    office = log_in(window, firm, UserRole.OWNER, until)
    before = office.store.key.proof
    dialog = NewKeyDialog(window, office)
    dialog.show()
    dialog.password.setText("wrong")
    dialog.start()
    until(dialog.said.text)
    assert window.office is None  # closed here before anything is changed
    dialog.password.setText(password(UserRole.OWNER))
    dialog.start()
    until(lambda: dialog.pages.currentWidget() is dialog.result_page)
    told = dialog.result_page.more.toPlainText()
    name = NAMES[UserRole.LAWYER]
    [said] = [line.partition(": ")[2] for line in told.splitlines() if line.startswith(name)]
    assert keys.unlock(firm, said, name).proof != before
    assert keys.unlock_with_recovery(firm, dialog.result_page.key.text(), NAMES[UserRole.OWNER]).proof != before
    dialog.result_page.kept.setChecked(True)
    dialog.result_page.go_on.click()
    office = log_in(window, firm, UserRole.OWNER, until)
    assert (office.store.key.proof != before, new_key.unseen(office.store)) == (True, None)


def test_two_people_destroy_a_matter_at_one_desk(window: Window, firm: Path, until: Until, tmp_path: Path) -> None:
    office = log_in(window, firm, UserRole.OWNER, until)
    with office.store.work() as session:
        session.get_one(Matter, 1).keep_until = dt.date(2020, 1, 1)
    assert window.frame is not None
    window.frame.go(Place("matter", 1, "overview"))
    settle(window, until)
    header = window.frame.findChild(MatterHeader)
    assert header is not None
    until(lambda: header.facts is not None)
    assert header.facts is not None
    dialog = DestroyDialog(window, office, header.facts)
    dialog.show()
    assert dialog.cancel.isDefault(), "Enter does the safe thing"
    dialog.reason.setText("保存期满")
    dialog.out.setText(str(tmp_path / "c.json"))
    dialog.first_password.setText(password(UserRole.OWNER))
    dialog.second.setText(NAMES[UserRole.LAWYER])
    dialog.second_password.setText("wrong")
    dialog.start()
    until(dialog.said.text)
    assert "wrong" in dialog.said.text()
    assert not (tmp_path / "c.json").exists()
    dialog.second_password.setText(password(UserRole.LAWYER))
    dialog.start()
    until(lambda: (tmp_path / "c.pdf").exists() and not dialog.isVisible())
    settle(window, until)
    with office.store.read(whole=True) as session:
        assert session.query(Matter).all() == []
