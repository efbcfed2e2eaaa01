"""A cabinet from a backup, before any is open: which file, into which folder, unlocked by what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QFileDialog, QGridLayout, QLabel, QLineEdit, QProgressBar, QPushButton, QWidget

from casedesk.base import paths
from casedesk.base.errors import CasedeskError, InvalidEntry
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress
from casedesk.ui import look, parts
from casedesk.ui.jobs import Jobs


@dataclass(frozen=True)
class Restored:
    """What came of it: the cabinet's folder, and where the one that was there is kept."""

    folder: Path
    aside: Path | None


@dataclass(frozen=True)
class Restoring:
    """The slow half, run beside the window."""

    backup: Path
    place: str
    """A folder, or the address of an empty database."""
    secret: str
    name: str
    recovery: bool
    over: bool
    older: bool

    def __call__(self, progress: Progress) -> Restored:
        from casedesk.casework import moving
        from casedesk.casework.moving import Place
        from casedesk.store import keys, office
        from casedesk.store.restoring import restore

        if not (self.backup.is_file() and Path(self.place).name):
            raise InvalidEntry(tr("Choose the backup and a folder for the cabinet."))
        unlock = keys.unlock_with_recovery if self.recovery else keys.unlock
        if office.is_address(self.place):
            to = Place(office.desk_folder(self.place), self.place, all_there=True)
            moving.restore(self.backup, to, lambda part: unlock(part, self.secret, self.name), progress,
                           older=self.older)
            return Restored(to.folder, None)
        folder = Path(self.place)
        aside = restore(self.backup, folder, lambda part: unlock(part, self.secret, self.name), progress,
                        keep_present=self.over, older=self.older)
        return Restored(folder, aside)


class Restore(QWidget):
    """Asks for all of it on one page."""

    restored = Signal(object)
    """The folder of the cabinet that is back."""
    back_wanted = Signal()

    def __init__(self, worker: Jobs) -> None:
        super().__init__()
        self._worker = worker
        self.backup, self.secret, self.name = QLineEdit(), QLineEdit(), QLineEdit()
        self.name.setPlaceholderText(tr("Only where the cabinet has several users"))
        self.folder = QLineEdit(str(paths.data_folder() / tr("Cabinet")))
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        self.secret.returnPressed.connect(self.restore)
        self.recovery = QCheckBox(tr("This is the &recovery key"))
        self.recovery.toggled.connect(self._show_typed)
        self.over = QCheckBox(tr("A cabinet that is there is &moved aside and kept"))
        self.older = QCheckBox(tr("I mean this one even if a &newer one lies beside it"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.hide()
        self.problem = parts.text("", tone="error", wrap=True)
        self.button = parts.button(tr("Re&store"), "primary")
        self.button.clicked.connect(self.restore)
        back = parts.button(tr("Back"), "link", "back")
        back.clicked.connect(self.back_wanted)
        self.setLayout(parts.column(
            parts.row(back, None), parts.title(tr("Restore a backup")), self._rows(), self.recovery, self.over,
            self.older, self.problem, self.bar, parts.row(self.button, None), None))

    def _rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.grid(3))
        grid.setVerticalSpacing(look.grid(2))
        for at, (label, line, browse) in enumerate((
                (tr("Back&up"), self.backup, self._browse_backup),
                (tr("Into the &folder, or database"), self.folder, None),
                (tr("&Who you are"), self.name, None), (tr("&Passphrase or recovery key"), self.secret, None))):
            said = QLabel(label)
            said.setBuddy(line)
            grid.addWidget(said, at, 0)
            grid.addWidget(line, at, 1)
            if browse is not None:
                button: QPushButton = parts.button(tr("&Browse"))
                button.clicked.connect(browse)
                grid.addWidget(button, at, 2)
        grid.setColumnStretch(1, 1)
        return grid

    def start(self) -> None:
        """Begin anew; nothing secret is left in the line."""
        self.secret.clear()
        self.problem.setText("")
        self.backup.setFocus()

    @Slot()
    def _browse_backup(self) -> None:
        dialog = QFileDialog(self, tr("Restore a backup"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.backup.setText)
        dialog.open()

    @Slot(bool)
    def _show_typed(self, recovery: bool) -> None:
        self.secret.setEchoMode(QLineEdit.EchoMode.Normal if recovery else QLineEdit.EchoMode.Password)

    @Slot()
    def restore(self) -> None:
        """Check the backup and make the cabinet from it."""
        self.button.setEnabled(False)
        self.problem.setText("")
        self.bar.setRange(0, 0)
        self.bar.show()
        job = self._worker.run(Restoring(
            Path(self.backup.text()), self.folder.text().strip(), self.secret.text(), self.name.text(),
            self.recovery.isChecked(), self.over.isChecked(), self.older.isChecked()))
        job.progressed.connect(self._progressed)
        job.finished.connect(self._restored)
        job.failed.connect(self._failed)

    @Slot(int, int, str)
    def _progressed(self, done: int, total: int, note: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _ended(self) -> None:
        self.button.setEnabled(True)
        self.bar.hide()

    @Slot(object)
    def _restored(self, result: Restored) -> None:
        self._ended()
        self.secret.clear()
        self.restored.emit(result.folder)

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self._ended()
        self.problem.setText(str(problem))
