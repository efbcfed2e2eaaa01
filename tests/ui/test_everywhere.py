"""The keys that work in every window: the quick log over each dialog there is, and locking."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QScrollArea,
    QWidget,
)

import casedesk.ui
from casedesk.records import Evidence, Note
from casedesk.ui.crash import CrashDialog
from casedesk.ui.evidence.adding import ScanDialog
from casedesk.ui.evidence.masking import MaskDialog
from casedesk.ui.evidence.ordering import OrderDialog
from casedesk.ui.filing import masked
from casedesk.ui.filing.section import FiledDialog
from casedesk.ui.filing.wizard import FilingWizard
from casedesk.ui.forms.dialog import RecordDialog
from casedesk.ui.growing import GrowingDialog
from casedesk.ui.importing import masked_of_matter
from casedesk.ui.importing.batches import ImportsDialog
from casedesk.ui.importing.wizard import ImportWizard
from casedesk.ui.jobs import Job
from casedesk.ui.leaving import StillRunning
from casedesk.ui.making.dialog import MakingDialog
from casedesk.ui.office import Office
from casedesk.ui.pages.destroying import DestroyDialog
from casedesk.ui.pages.matter_facts import MatterFacts, Reading
from casedesk.ui.pages.moving import MoveDialog
from casedesk.ui.pages.new_key import NewKeyDialog
from casedesk.ui.pages.secrets import PassphraseDialog
from casedesk.ui.pages.team import TeamDialog
from casedesk.ui.pages.typed_twice import TypedTwice
from casedesk.ui.pages.users import PersonDialog
from casedesk.ui.quick_log.panel import QuickLog
from casedesk.ui.shortcuts import ShortcutList
from casedesk.ui.window import Window
from tests.ui.conftest import Until, settle

Make = Callable[[Window, Office, MatterFacts], QDialog]
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
FRAMES = {GrowingDialog, TypedTwice}
"""What others are made of; they are shown as nothing themselves."""
DIALOGS: dict[type[QDialog], Make] = {
    CrashDialog: lambda window, office, facts: CrashDialog("a fault", "a report"),
    DestroyDialog: DestroyDialog,
    FiledDialog: lambda window, office, facts: FiledDialog(window, office, facts.id, Path("package")),
    FilingWizard: FilingWizard,
    ImportWizard: lambda window, office, facts: ImportWizard(window, office, facts, []),
    ImportsDialog: ImportsDialog,
    MakingDialog: lambda window, office, facts: MakingDialog(window, office, facts, "bundle"),
    MaskDialog: lambda window, office, facts: MaskDialog(window, office, 0),
    MoveDialog: lambda window, office, facts: MoveDialog(window, office),
    NewKeyDialog: lambda window, office, facts: NewKeyDialog(window, office),
    OrderDialog: lambda window, office, facts: OrderDialog(window, office, []),
    PassphraseDialog: lambda window, office, facts: PassphraseDialog(window, office),
    PersonDialog: lambda window, office, facts: PersonDialog(window, office),
    RecordDialog: lambda window, office, facts: RecordDialog(window, office, Note, {"matter_id": facts.id}),
    ScanDialog: lambda window, office, facts: ScanDialog(window, Path("folder"), []),
    ShortcutList: lambda window, office, facts: ShortcutList(window),
    StillRunning: lambda window, office, facts: StillRunning(window, office.jobs, Job(str, "A job", office)),
    TeamDialog: lambda window, office, facts: TeamDialog(window, office, facts.id),
    masked.MaskedDialog: lambda window, office, facts: masked.MaskedDialog(window, office, 0),
    masked_of_matter.MaskedDialog: lambda window, office, facts: masked_of_matter.MaskedDialog(window, office,
                                                                                               facts.id),
    QFileDialog: lambda window, office, facts: QFileDialog(window),
    QMessageBox: lambda window, office, facts: QMessageBox(QMessageBox.Icon.NoIcon, "", "Sure?", parent=window),
}


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier) -> None:
    """Press keys in a window as its person does: it is the window that has the keyboard."""
    handle = widget.window().windowHandle()
    assert handle is not None
    QTest.keyPress(handle, key, modifier)


def kinds(of: type[QDialog]) -> set[type[QDialog]]:
    """Every kind of dialog made of this one that is the program's own."""
    own = {of} if of.__module__.startswith("casedesk") else set()
    return own.union(*map(kinds, of.__subclasses__()))


def test_every_dialog_of_the_program_is_tried_here() -> None:
    for module in pkgutil.walk_packages(casedesk.ui.__path__, "casedesk.ui."):
        importlib.import_module(module.name)
    assert kinds(QDialog) == {*DIALOGS, QuickLog} - {QFileDialog, QMessageBox} | FRAMES


def test_the_quick_log_opens_over_every_dialog_and_gives_the_keyboard_back(opened: Window, until: Until) -> None:
    office = opened.office
    assert office is not None
    facts = Reading(office.store, 1)()
    assert facts is not None
    for make in DIALOGS.values():
        dialog = make(opened, office, facts)
        dialog.open()
        settle(opened, until)
        logged_over(opened, dialog, until)
        dialog.done(0)
        dialog.deleteLater()
        settle(opened, until)


def logged_over(opened: Window, dialog: QDialog, until: Until) -> None:
    """Type something into a dialog, open the quick log over it, and leave it again."""
    until(lambda: QGuiApplication.focusWindow() is dialog.windowHandle())
    lines = [one for one in dialog.findChildren(QLineEdit) if one.isVisible() and not one.isReadOnly()]
    if lines:
        lines[-1].setFocus()
        lines[-1].insert("7")
    focused = dialog.focusWidget()
    press(dialog, Qt.Key.Key_L, CONTROL)
    panel = log_of(opened, until)
    assert QApplication.focusWidget() is panel.form.number
    QTest.keyClicks(panel.form.number, "0755")
    assert panel.form.number.text() == "0755"
    press(panel, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    until(lambda: QGuiApplication.focusWindow() is dialog.windowHandle())
    assert dialog.isVisible()
    assert QApplication.focusWidget() is focused
    assert not lines or "7" in lines[-1].text()


def test_a_quick_log_that_a_dialog_stopped_comes_over_it_as_it_is(opened: Window, until: Until) -> None:
    opened.log()
    panel = log_of(opened, until)
    QTest.keyClicks(panel.form.words, "half a word")
    opened.shortcuts()
    [dialog] = opened.findChildren(ShortcutList)
    until(lambda: QGuiApplication.focusWindow() is dialog.windowHandle())
    press(dialog, Qt.Key.Key_L, CONTROL)
    assert log_of(opened, until) is panel
    QTest.keyClicks(panel.form.words, "s")
    assert panel.form.words.toPlainText() == "half a words"
    panel.choose_files()
    [files] = panel.findChildren(QFileDialog)
    until(lambda: QGuiApplication.focusWindow() is files.windowHandle())
    press(files, Qt.Key.Key_L, CONTROL)  # it stands there already
    settle(opened, until)
    assert panel.isVisible()
    files.done(0)
    panel.done(0)
    dialog.done(0)
    settle(opened, until)


def test_the_quick_log_closes_an_open_list_that_has_the_keys(opened: Window, until: Until) -> None:
    opened.go_settings()
    settle(opened, until)
    assert opened.frame is not None
    box = next(one for one in opened.frame.findChildren(QComboBox) if one.isVisible())
    box.showPopup()
    until(QApplication.activePopupWidget)
    opened.log()
    log_of(opened, until).done(0)
    assert QApplication.activePopupWidget() is None
    settle(opened, until)


def test_a_file_dropped_on_a_line_goes_to_what_is_around_it_and_its_path_is_not_typed(
        opened: Window, until: Until, tmp_path: Path) -> None:
    (tmp_path / "shot.txt").write_text("said")
    file, words = QMimeData(), QMimeData()
    file.setUrls([QUrl.fromLocalFile(str(tmp_path / "shot.txt"))])
    file.setText(str(tmp_path / "shot.txt"))  # as file managers give it beside
    words.setText("dragged")
    opened.log()
    panel = log_of(opened, until)
    for line in (panel.form.number, panel.form.tags.line, panel.form.words.viewport()):
        assert drop(panel, line, file) == Qt.DropAction.CopyAction
    assert [one.name for one in panel.files] == ["shot.txt"] * 3
    folder = QMimeData()
    folder.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    drop(panel, panel.form.number, folder)
    assert "folder" in panel.status.text()
    assert len(panel.files) == 3
    for line in (panel.form.number, panel.form.words.viewport()):
        drop(panel, line, words)
    assert (panel.form.number.text(), panel.form.words.toPlainText()) == ("dragged", "dragged")
    panel.done(0)
    settle(opened, until)


def test_the_wheel_over_a_choice_turns_the_page_and_chooses_nothing(opened: Window, until: Until) -> None:
    assert opened.office is not None
    dialog = RecordDialog.open_new(opened, opened.office, Evidence, 1)
    dialog.resize(600, 300)
    settle(opened, until)
    until(lambda: QGuiApplication.focusWindow() is dialog.windowHandle())
    box = next(one for one in dialog.findChildren(QComboBox) if one.isVisible() and one.count() > 1)
    [area] = [one for one in dialog.findChildren(QScrollArea) if one.isAncestorOf(box)]
    area.ensureWidgetVisible(box)
    settle(opened, until)
    before, bar = box.currentIndex(), area.verticalScrollBar()
    stood = bar.value()
    at = QPointF(box.mapTo(dialog, box.rect().center()))
    QApplication.sendEvent(dialog.windowHandle(), QWheelEvent(
        at, QPointF(dialog.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, -240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False))
    assert box.currentIndex() == before
    assert bar.value() > stood
    dialog.done(0)
    settle(opened, until)


def drop(window: QWidget, over: QWidget, data: QMimeData) -> Qt.DropAction:
    """Drag something over a part of a window and let it fall, as the system tells the window; a move is proposed."""
    handle, at = window.windowHandle(), QPointF(over.mapTo(window, over.rect().center()))
    assert handle is not None
    how = (Qt.DropAction.MoveAction | Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
           Qt.KeyboardModifier.ShiftModifier)
    QApplication.sendEvent(handle, QDragEnterEvent(at.toPoint(), *how))
    QApplication.sendEvent(handle, QDragMoveEvent(at.toPoint(), *how))
    fallen = QDropEvent(at, *how)
    QApplication.sendEvent(handle, fallen)
    return fallen.dropAction()


def log_of(window: Window, until: Until) -> QuickLog:
    """The quick log, once it is there and has the keyboard."""
    until(lambda: any(one.isActiveWindow() for one in window.findChildren(QuickLog)))
    [panel] = window.findChildren(QuickLog)
    settle(window, until)
    return panel


def test_the_keys_for_locking_lock(opened: Window, until: Until) -> None:
    QTest.keyClick(opened, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    until(lambda: opened.office is None)


def test_the_keys_for_locking_lock_from_every_window(opened: Window, until: Until) -> None:
    opened.shortcuts()
    [dialog] = opened.findChildren(ShortcutList)
    handle = dialog.windowHandle()
    assert handle is not None
    until(lambda: QGuiApplication.focusWindow() is handle)
    QTest.keyPress(handle, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    until(lambda: opened.office is None)
