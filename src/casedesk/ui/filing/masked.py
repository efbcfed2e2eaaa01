"""A masked copy of what was filed: for whom, where to, and then what a person must look at in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress
from casedesk.casework import filings
from casedesk.casework.copies import Copied, For
from casedesk.records.words import RecipientKind
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.growing import GrowingDialog
from casedesk.ui.office import Office

_LINES = 16
"""Of what was found, that are seen at once."""


@dataclass(frozen=True)
class Masking:
    """Make the copy and tell what it withholds; gives its folder."""

    store: Store
    filing_id: int
    out: Path
    recipient: For
    tell: Callable[[Copied], object]

    def __call__(self, progress: Progress) -> Path:
        self.tell(filings.masked_copy(self.store, self.filing_id, self.out, recipient=self.recipient,
                                      progress=progress))
        return self.out


class MaskedDialog(GrowingDialog):
    """Stays until the copy is made, to show what must be looked at; closed before, the copy is made all the same."""

    def __init__(self, parent: QWidget, office: Office, filing_id: int) -> None:
        super().__init__(parent)
        self.office, self.filing_id = office, filing_id
        self._made: list[Copied] = []
        self.setWindowTitle(tr("Masked copy…"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.recipient, self.kind, self.out = QLineEdit(), QComboBox(), QLineEdit()
        for kind in RecipientKind:
            self.kind.addItem(tr(kind.label), kind)
        self.unmasked = QCheckBox(tr("Show &pictures that nobody has masked"))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look.grid(3))
        grid.setVerticalSpacing(look.grid(2))
        asked: tuple[tuple[str, QWidget], ...] = (
            (tr("Copy &for"), self.recipient), (tr("&Kind of recipient"), self.kind), (tr("New &folder"), self.out))
        for at, (said, widget) in enumerate(asked):
            label = QLabel(said)
            label.setBuddy(widget)
            widget.setMinimumWidth(look.chars(widget, 48))
            grid.addWidget(label, at, 0)
            grid.addWidget(widget, at, 1)
        browse = parts.button(tr("&Browse"))
        browse.clicked.connect(self._browse)
        grid.addWidget(browse, 2, 2)
        why = parts.text(tr("Identity, bank card and social security numbers and the telephones of contact persons are "
                            "blacked out; originals, workbook and DOCX are kept back. An exhibit with pictures is "
                            "shown as it was decided for this kind of recipient in the menu of the evidence, else "
                            "withheld. The folder holds the list of what is withheld, and of pages that a person "
                            "must look at."), tone="faint", wrap=True)
        self.asked = parts.holding(parts.column(why, grid, self.unmasked, gap=3))
        self.said = parts.text("", tone="error", wrap=True)
        self.found = QPlainTextEdit(readOnly=True)
        self.found.setAccessibleName(tr("What to look at"))
        self.found.hide()
        self.make, self.close_ = parts.button(tr("&Make it"), "primary"), parts.button(tr("Cancel"))
        self.folder = parts.button(tr("Show in folder"))
        self.folder.hide()
        self.make.setDefault(True)
        for button, slot in ((self.make, self.start), (self.close_, self.reject), (self.folder, self._folder)):
            button.clicked.connect(slot)
        self.setLayout(parts.column(self.asked, self.said, self.found,
                                    parts.row(self.folder, None, self.close_, self.make), margin=5, gap=3))

    @Slot()
    def _browse(self) -> None:
        dialog = QFileDialog(self, tr("New folder"), self.out.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self.out.setText)
        dialog.open()

    @Slot()
    def start(self) -> None:
        """Make it beside the window."""
        if not self.recipient.text().strip() or not self.out.text().strip():
            self._say(tr("Say for whom it is and where it goes."), "error")
            return
        self._made = []
        recipient = For(self.recipient.text().strip(), self.kind.currentData(), self.unmasked.isChecked())
        masking = Masking(self.office.store, self.filing_id, Path(self.out.text()), recipient, self._made.append)
        job = self.office.run(masking, tr("Masking the copy"))
        job.finished.connect(self._finished)
        job.failed.connect(self._failed)
        job.cancelled.connect(self._cancelled)
        self._running(now=True)
        self._say(tr("Masking the copy"), "")

    def _running(self, *, now: bool) -> None:
        self.asked.setEnabled(not now)
        self.make.setEnabled(not now)
        self.close_.setText(tr("Close") if now else tr("Cancel"))

    def _say(self, said: str, tone: str) -> None:
        self.said.setText(said)
        parts.tone(self.said, tone)

    @Slot(object)
    def _finished(self, out: Path) -> None:
        [copied] = self._made
        told = list(copied.told())
        self._say(tr("The copy is in {folder} and beside it as a ZIP.", folder=out), "good")
        self.found.setPlainText("\n".join(told))
        lines = min(len(told), _LINES)
        self.found.setMinimumHeight(self.found.fontMetrics().lineSpacing() * (lines + 1) + look.grid(3))
        self.found.show()
        self.asked.hide()
        self.make.hide()
        self.folder.show()
        self.close_.setDefault(True)
        self.close_.setFocus()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self._running(now=False)
        self._say(str(problem), "error")

    @Slot()
    def _cancelled(self) -> None:
        self._running(now=False)
        self._say(tr("Stopped; nothing was written."), "doubt")

    @Slot()
    def _folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.out.text()).parent)))
