"""The whole window: a cabinet made and unlocked, places gone to, languages and themes changed, locked again."""

from __future__ import annotations

import gc
import re
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPushButton
from sqlalchemy import select

from casedesk.base import i18n
from casedesk.base.jobs import Progress
from casedesk.casework.drafts import drafts
from casedesk.casework.moving import Report
from casedesk.casework.records import save
from casedesk.records import Matter
from casedesk.store import keys
from casedesk.store.cabinet import Store
from casedesk.store.keys import CabinetKey
from casedesk.ui.asleep import Sleep
from casedesk.ui.clipboard import Clipboard
from casedesk.ui.commands import all_commands
from casedesk.ui.filing.wizard import FilingWizard, open_wizard
from casedesk.ui.pages.desk import DeskPage
from casedesk.ui.pages.lists import MattersPage
from casedesk.ui.pages.matter import SECTIONS, MatterPage
from casedesk.ui.pages.matter_facts import Reading
from casedesk.ui.pages.moving import MoveDialog
from casedesk.ui.pages.secrets import PassphraseDialog
from casedesk.ui.places import FOOT, RAIL, Place, Trail
from casedesk.ui.preferences import Preferences
from casedesk.ui.shortcuts import ShortcutList
from casedesk.ui.window import Window
from tests.conftest import QUICK
from tests.ui.conftest import Until, settle


def test_a_window_opened_for_the_first_time_fits_the_screen(qapp: QApplication, preferences: Preferences) -> None:
    window = Window(preferences)
    assert window.size().boundedTo(window.screen().availableSize()) == window.size()
    window.deleteLater()


def texts(window: Window) -> set[str]:
    """Every word a person can see."""
    shown = [label.text() for label in window.findChildren(QLabel) if label.isVisible()]
    return {*shown, *(button.text() for button in window.findChildren(QPushButton) if button.isVisible())}


def test_a_wrong_passphrase_is_said_and_can_be_typed_again(window: Window, cabinet: Path, until: Until) -> None:
    window.ask(cabinet, at_once=False)
    unlock = window.welcome.unlock
    unlock.passphrase.setText("wrong")
    unlock.unlock()
    until(unlock.problem.text)
    assert window.frame is None
    assert unlock.passphrase.selectedText() == "wrong"
    assert not unlock.passphrase.isReadOnly()


def test_the_sample_cabinet_opens_without_asking(window: Window, cabinet: Path, until: Until) -> None:
    window.ask(cabinet, passphrase="pass")
    until(lambda: window.frame is not None)


def test_a_cabinet_locked_at_once_leaves_nothing_to_be_done(opened: Window) -> None:
    frame = opened.frame
    assert frame is not None
    frame.leave()
    assert not frame._idle.isActive()
    assert not frame._count.isActive()


def test_the_recovery_key_opens_too(window: Window, tmp_path: Path, until: Until) -> None:
    store, recovery = Store.create(tmp_path / "lost", "forgotten", cost=QUICK)
    store.close()
    window.ask(tmp_path / "lost", at_once=False)
    unlock = window.welcome.unlock
    unlock.with_recovery.setChecked(True)
    unlock.passphrase.setText(recovery)
    unlock.unlock()
    until(lambda: window.frame is not None)
    assert window.office is not None
    desk = window.findChild(DeskPage)
    assert desk is not None
    until(lambda: any("with the recovery key. Choose a new passphrase" in label.text()
                      for label in desk.findChildren(QLabel)))
    dialog = PassphraseDialog(window, window.office)
    dialog.show()
    assert not dialog.old.isVisible()  # it is forgotten
    dialog.first.setText("chosen anew")
    dialog.again.setText("chosen anew")
    dialog.set_it()
    until(lambda: not dialog.isVisible())
    assert keys.unlock(tmp_path / "lost", "chosen anew")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_before_a_cabinet_is_open_no_two_things_of_a_page_have_one_letter(preferences: Preferences,
                                                                          lang: i18n.Language) -> None:
    i18n.use(lang)
    window = Window(preferences)
    welcome = window.welcome
    for page in (welcome.start, welcome.unlock, welcome.making, welcome.recovery, welcome.restoring):
        said: list[QLabel | QAbstractButton] = [*page.findChildren(QLabel), *page.findChildren(QAbstractButton)]
        letters = [found[1].upper() for one in said if (found := re.search("&(.)", one.text()))]
        assert len(letters) == len(set(letters)), type(page).__name__
    window.close()
    window.deleteLater()


def test_a_new_cabinet_shows_its_recovery_key_once(window: Window, tmp_path: Path, until: Until,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "OFFICE", QUICK)
    making = window.welcome.making
    window.welcome.start.new_wanted.emit()
    making.folder.setText(str(tmp_path / "new"))
    making.firm.setText("某律所")
    making.passphrase.setText("four words put together")
    making.again.setText("four words")
    making.make()
    assert making.problem.text()
    making.again.setText("four words put together")
    assert making.problem.text() == ""
    making.make()
    until(window.welcome.recovery.key.text)
    assert not window.welcome.recovery.go_on.isEnabled()
    key = window.welcome.recovery.key.text()
    window.welcome.recovery.kept.setChecked(True)
    window.welcome.recovery.go_on.click()
    until(lambda: window.frame is not None)
    assert keys.unlock_with_recovery(tmp_path / "new", key)
    assert window.preferences.recent[0] == tmp_path / "new"
    settle(window, until)


def test_every_page_and_section_opens(opened: Window, until: Until) -> None:
    assert opened.frame is not None
    for name in (*RAIL, *FOOT):
        opened.frame.go(Place(name))
        settle(opened, until)
        assert opened.frame.page is not None
    for name in SECTIONS:
        opened.frame.go(Place("matter", 1, name))
        settle(opened, until)
        page = opened.frame.page
        assert isinstance(page, MatterPage)
        assert page.stack.currentWidget() is page.sections[name]
    everywhere = {QKeySequence(command.keys) for command in all_commands() if command.keys}
    of_places = {action.shortcut() for action in opened.findChildren(QAction) if action.parent() is not opened}
    assert not everywhere & of_places, "two things under one key: neither happens"


def test_back_and_forward(opened: Window, until: Until) -> None:
    assert opened.frame is not None
    opened.go_matters()
    opened.frame.go(Place("matter", 1, "incidents"))
    settle(opened, until)
    seen = []
    for step in (opened.back, opened.back, opened.forward, opened.forward):
        step()
        seen.append(type(opened.frame.page))
    assert seen == [MattersPage, DeskPage, MattersPage, MatterPage]


def test_a_matter_has_a_tab_that_closes(opened: Window, until: Until) -> None:
    assert opened.frame is not None
    opened.frame.go(Place("matter", 1))
    settle(opened, until)
    assert opened.frame.tabs.count() == 2
    assert opened.frame.tabs.tabText(1) == "2026-0001"
    opened.close_tab()
    settle(opened, until)
    assert opened.frame.tabs.count() == 1


def test_a_matter_is_opened_by_keys_alone(opened: Window, until: Until) -> None:
    assert opened.frame is not None
    opened.new_matter()
    settle(opened, until)
    page = opened.frame.page
    assert isinstance(page, MattersPage)
    rows = page.panel.pane.form.rows
    for name, text in (("ref", "2026-0002"), ("name", "Second"), ("client_id", "林某")):
        editor = rows[name].entry.editor
        editor.setFocus()
        if isinstance(editor, QLineEdit):
            QTest.keyClicks(editor, text)
        else:
            rows[name].entry.put(1)
    QTest.keyClick(rows["ref"].entry.editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(opened, until)
    assert opened.office is not None
    with opened.office.store.read() as session:
        assert set(session.scalars(select(Matter.ref))) == {"2026-0001", "2026-0002"}


def test_the_sections_of_a_matter_are_walked_by_keys(opened: Window, until: Until) -> None:
    assert opened.frame is not None
    opened.frame.go(Place("matter", 1))
    settle(opened, until)
    walked = []
    for key in (Qt.Key.Key_PageUp, *[Qt.Key.Key_PageDown] * len(SECTIONS)):
        focused = opened.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, Qt.KeyboardModifier.ControlModifier)
        settle(opened, until)
        settle(opened, until)  # a list that is read may be empty, and goes
        assert opened.trail.here is not None
        walked.append(opened.trail.here.section)
    sections = list(SECTIONS)
    assert walked == [sections[-1], *sections]


def test_the_language_changes_while_it_runs_and_what_is_typed_stays(opened: Window, until: Until) -> None:
    assert opened.frame is not None
    opened.frame.go(Place("matter", 1, "deadlines"))
    settle(opened, until)
    page = opened.frame.page
    assert isinstance(page, MatterPage)
    page.new_record()
    section = page.stack.currentWidget()
    assert section is not None
    typed = [edit for edit in section.findChildren(QLineEdit) if edit.accessibleName() == "What is due"]
    QTest.keyClicks(typed[0], "appeal")
    opened.switch_language()
    settle(opened, until)
    assert i18n.language() == "zh"
    assert {"今日", "案件"} <= texts(opened)
    assert "复制(&C)\tCtrl+C" in words_of_the_menu(), "Qt's own words too"
    assert QApplication.applicationDisplayName() == "案台"
    assert opened.office is not None
    assert [one.values["typed"]["name"] for one in drafts(opened.office.store)] == ["appeal"]
    opened.switch_language()
    settle(opened, until)
    assert {"Desk", "Matters"} <= texts(opened)
    assert "&Copy\tCtrl+C" in words_of_the_menu()


def words_of_the_menu() -> set[str]:
    """What the menu of a line of text says."""
    line = QLineEdit()
    menu = line.createStandardContextMenu()
    return {action.text() for action in menu.actions()}


def test_light_and_dark_differ(opened: Window, until: Until) -> None:
    before = opened.palette().window().color()
    opened.switch_theme()
    settle(opened, until)
    assert opened.palette().window().color() != before
    opened.switch_theme()
    settle(opened, until)
    assert opened.palette().window().color() == before


def test_locking_closes_the_cabinet_and_keeps_drafts(opened: Window, cabinet: Path, until: Until) -> None:
    assert opened.frame is not None
    opened.go_matters()
    opened.new_here()
    page = opened.frame.page
    assert isinstance(page, MattersPage)
    QTest.keyClicks(page.panel.pane.form.rows["ref"].entry.editor, "half")
    Clipboard.of_application().lend("林某 / 某银行")
    opened.lock()
    assert opened.office is None
    assert "林某 / 某银行" not in [*texts(opened), QGuiApplication.clipboard().text()]
    with Store.open(cabinet, keys.unlock(cabinet, "pass")) as store:
        assert [one.values["typed"]["ref"] for one in drafts(store)] == ["half"]


def test_whoever_unlocks_is_told_what_their_lock_stopped(opened: Window, cabinet: Path, until: Until) -> None:
    begun = threading.Event()

    def work(progress: Progress) -> None:
        begun.set()
        while True:
            progress(1, 2)

    assert opened.office is not None
    opened.office.run(work, "Bundle of 林某")
    until(begun.is_set)
    opened.lock()
    assert not [one for one in texts(opened) if "Bundle of 林某" in one]
    opened.ask(cabinet, passphrase="pass")
    said = "Locking the window stopped “Bundle of 林某”; nothing half made is left."
    until(lambda: said in texts(opened))
    opened.lock()
    opened.ask(cabinet, passphrase="pass")
    until(lambda: opened.frame is not None)
    settle(opened, until)
    assert said not in texts(opened)


def test_a_filing_half_typed_is_kept_by_locking_and_opened_again_from_the_desk(
        opened: Window, cabinet: Path, until: Until) -> None:
    assert opened.office is not None
    facts = Reading(opened.office.store, 1)()
    assert facts is not None
    wizard = open_wizard(opened, opened.office, facts)
    wizard.plan.choose(answers={"requests": "apology"})
    wizard.steps[0].typed.emit()
    opened.lock()
    with Store.open(cabinet, keys.unlock(cabinet, "pass")) as store:
        [kept] = drafts(store)
    assert list(kept.values["answers"].values()) == [{"requests": "apology"}]
    opened.ask(cabinet, passphrase="pass")
    until(lambda: opened.frame is not None)
    settle(opened, until)
    assert opened.office is not None
    opened.office.draft_wanted.emit(kept)
    until(lambda: opened.findChildren(FilingWizard))
    [wizard] = opened.findChildren(FilingWizard)
    until(lambda: wizard.plan.choice.answers)
    wizard.close()


def test_every_command_has_its_slot_and_no_key_is_given_twice(window: Window) -> None:
    given = [command.keys for command in all_commands() if command.keys]
    assert len(given) == len(set(given))
    assert all(callable(getattr(window, command.name)) for command in all_commands())


def test_the_list_of_shortcuts_shows_them_all(window: Window) -> None:
    window.shortcuts()
    (shown,) = window.findChildren(ShortcutList)
    labels = {label.text() for label in shown.findChildren(QLabel)}
    assert {i18n.tr(command.label) for command in all_commands() if command.keys} <= labels
    shown.close()


def test_another_persons_matter_appears_on_the_desk(opened: Window, until: Until) -> None:
    import uuid

    assert opened.office is not None
    save(opened.office.store, Matter, {"ref": "2026-0009", "name": "New", "client_id": 1}, uuid=uuid.uuid4())
    until(lambda: any("2026-0009" in text for text in texts(opened)))


def test_the_trail_forgets_what_lay_ahead() -> None:
    trail = Trail()
    for name in ("desk", "matters", "trash"):
        trail.visit(Place(name))
    trail.back()
    trail.visit(Place("settings"))
    assert not trail.can_forward
    assert trail.back() == Place("matters")


def test_a_machine_that_goes_to_sleep_locks_and_the_key_is_let_go_of(
    opened: Window, until: Until, monkeypatch: pytest.MonkeyPatch,
) -> None:
    [sleep] = opened.findChildren(Sleep)
    sleep.look()
    assert opened.office is not None
    key = opened.office.store.key
    master, now = bytes(bytearray(key.master)), time.time()
    monkeypatch.setattr("casedesk.ui.asleep.time.time", lambda: now + 3600)
    sleep.look()
    assert not opened.office
    monkeypatch.undo()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    gc.collect()
    assert [one for one in gc.get_objects() if isinstance(one, CabinetKey) and one is not key] == []
    assert {secret for secret in vars(key).values() if isinstance(secret, bytes)} == {bytes(len(master))}


def test_a_dialog_that_is_not_left_before_its_end_goes_when_the_cabinet_is_locked(opened: Window, until: Until) -> None:
    assert opened.office is not None
    dialog = MoveDialog(opened, opened.office)
    dialog.open()
    dialog.report = Report("", "", "", [], {})  # all of it arrived
    dialog.close()
    assert dialog.isVisible()
    opened.lock()
    assert not dialog.isVisible()
