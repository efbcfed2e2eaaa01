"""Making a cabinet: folder, passphrase twice, and the recovery key shown once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from casedesk.base import paths
from casedesk.base.errors import CasedeskError, StoreUnavailable
from casedesk.base.files import whole_file
from casedesk.base.i18n import tr
from casedesk.ui import look, parts
from casedesk.ui.clipboard import Clipboard
from casedesk.ui.jobs import Jobs
from casedesk.ui.welcome.opening import Making


class Create(QWidget):
    """Where the cabinet goes, whose it is, and the passphrase that opens it."""

    made = Signal(object, str)
    """The open Store and its recovery key."""
    back_wanted = Signal()

    def __init__(self, worker: Jobs, who: str) -> None:
        super().__init__()
        self._worker, self._who = worker, who
        self.folder = QLineEdit(str(paths.data_folder() / tr("Cabinet")))
        self.browse = parts.button(tr("&Browse"))
        self.browse.clicked.connect(self._browse)
        self.firm = QLineEdit()
        self.address = QLineEdit()
        self.address.setPlaceholderText(tr("For an office only: postgresql://server/cabinet"))
        self.all_there = QCheckBox(tr("&Key and evidence into the database too, for a small firm"))
        self.all_there.toggled.connect(self.folder.setDisabled)
        self.all_there.setEnabled(False)
        self.address.textChanged.connect(self._weigh_address)
        self.passphrase, self.again = QLineEdit(), QLineEdit()
        for line in (self.passphrase, self.again):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.textChanged.connect(self._weigh)
        self.strength = QProgressBar()
        self.strength.setRange(0, 4)
        self.strength.setTextVisible(False)
        self.strength.setAccessibleName(tr("Strength"))
        self.said = parts.text("", tone="faint", font=look.small_font(), wrap=True)
        self.problem = parts.text("", tone="error", wrap=True)
        self.make_button = parts.button(tr("&Make the cabinet"), "primary")
        self.make_button.clicked.connect(self.make)
        back = parts.button(tr("Back"), "link", "back")
        back.clicked.connect(self.back_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.grid(2))
        layout.addLayout(parts.row(back, None))
        layout.addWidget(parts.title(tr("New cabinet")))
        layout.addLayout(self._rows())
        layout.addLayout(parts.row(self.make_button, None))
        layout.addStretch(1)

    def _rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.grid(3))
        grid.setVerticalSpacing(look.grid(2))
        for at, (label, line) in enumerate((
                (tr("&Folder"), self.folder), (tr("&Database"), self.address), ("", self.all_there),
                (tr("&Name of the firm"), self.firm), (tr("&Passphrase"), self.passphrase),
                (tr("Passphrase &again"), self.again))):
            said = QLabel(label)
            said.setBuddy(line)
            grid.addWidget(said, at, 0)
            grid.addWidget(line, at, 1)
        grid.addWidget(self.browse, 0, 2)
        for at, part in enumerate((self.strength, self.said, self.problem), grid.rowCount()):
            grid.addWidget(part, at, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def start(self) -> None:
        """Begin with empty lines."""
        for line in (self.passphrase, self.again):
            line.clear()
        self.problem.setText("")
        self.folder.setFocus()
        self.folder.selectAll()

    @Slot()
    def _browse(self) -> None:
        dialog = QFileDialog(self, tr("Folder of the new cabinet"), self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.open()

    @Slot(str)
    def _weigh_address(self, address: str) -> None:
        self.all_there.setEnabled(bool(address.strip()))
        self.all_there.setChecked(self.all_there.isChecked() and self.all_there.isEnabled())

    @Slot()
    def _weigh(self) -> None:
        from casedesk.store import strength

        self.problem.setText("")
        weighed = strength.estimate(self.passphrase.text())
        self.strength.setValue(weighed.score)
        differs = bool(self.again.text()) and self.again.text() != self.passphrase.text()
        self.said.setText(tr("The two differ.") if differs else weighed.advice)
        parts.tone(self.said, "doubt" if differs or weighed.score < 2 else "faint")

    @Slot()
    def make(self) -> None:
        """Make it, when the two passphrases agree."""
        if not self.passphrase.text() or self.passphrase.text() != self.again.text():
            self.problem.setText(tr("Type the same passphrase twice."))
            self.passphrase.setFocus()
            return
        self.make_button.setEnabled(False)
        job = self._worker.run(Making(Path(self.folder.text()), self.passphrase.text(), self._who,
                                      self.firm.text().strip(), self.address.text().strip(),
                                      self.all_there.isChecked()))
        job.finished.connect(self._made)
        job.failed.connect(self._failed)

    @Slot(object)
    def _made(self, result: tuple[object, str]) -> None:
        self.make_button.setEnabled(True)
        self.start()
        self.made.emit(*result)

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.make_button.setEnabled(True)
        self.problem.setText(str(problem))


class Recovery(QWidget):
    """The recovery key, shown once: print, copy or save it before going on."""

    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.key = QLineEdit()
        self.key.setReadOnly(True)
        self.key.setAccessibleName(tr("Recovery key"))
        self.key.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.more = QPlainTextEdit()
        self.more.setReadOnly(True)
        self.more.setMinimumHeight(look.grid(30))
        self.more.setAccessibleName(tr("New passwords"))
        self.more.hide()
        self.kept = QCheckBox(tr("I have kept it away from this &computer"))
        self.go_on = parts.button(tr("&Go on"), "primary")
        self.go_on.setEnabled(False)
        self.kept.toggled.connect(self.go_on.setEnabled)
        self.go_on.clicked.connect(self._leave)
        copy, save, print_it = (parts.button(said) for said in (tr("Cop&y"), tr("&Save"), tr("&Print")))
        copy.clicked.connect(self._copy)
        save.clicked.connect(self._save)
        print_it.clicked.connect(self._print)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.grid(3))
        layout.addWidget(parts.title(tr("The recovery key")))
        layout.addWidget(parts.text(
            tr("It opens the cabinet when the passphrase is forgotten. It is shown this once; without it and without "
               "the passphrase nobody can open the cabinet."), wrap=True))
        layout.addWidget(self.key)
        layout.addWidget(self.more)
        layout.addLayout(parts.row(copy, save, print_it, None))
        layout.addWidget(self.kept)
        layout.addLayout(parts.row(self.go_on, None))
        layout.addStretch(1)

    def show_key(self, key: str, more: str = "") -> None:
        """Show a key, and what else must be told once; forgotten when the page is left."""
        self.key.setText(key)
        self.more.setPlainText(more)
        self.more.setVisible(bool(more))
        self.key.setCursorPosition(0)
        self.kept.setChecked(False)

    @Slot()
    def _leave(self) -> None:
        self.key.clear()
        self.more.clear()
        self.done.emit()

    def _letter(self) -> str:
        return "\n\n".join(filter(None, (tr("CaseDesk recovery key"), self.key.text(), self.more.toPlainText()))) + "\n"

    @Slot()
    def _copy(self) -> None:
        Clipboard.of_application().lend("\n".join(filter(None, (self.key.text(), self.more.toPlainText()))))

    @Slot()
    def _save(self) -> None:
        dialog = QFileDialog(self, tr("Save the recovery key"), "recovery-key.txt")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._write)
        dialog.open()

    @Slot(str)
    def _write(self, name: str) -> None:
        with whole_file(Path(name), error=StoreUnavailable) as part:
            part.write_text(self._letter(), encoding="utf-8")

    @Slot()
    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        self._printer = QPrinter()
        dialog = QPrintDialog(self._printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self._draw)
        dialog.setModal(True)
        dialog.show()

    @Slot()
    def _draw(self) -> None:
        from PySide6.QtGui import QTextDocument

        document = QTextDocument()
        document.setPlainText(self._letter())
        document.print_(self._printer)
