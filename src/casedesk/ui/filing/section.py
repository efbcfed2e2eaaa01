"""The filings of a matter: below each what was filed, what came back, and what follows from it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QToolButton, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import language, tr
from casedesk.base.jobs import Progress
from casedesk.casework import custody, filings
from casedesk.records import Draft, Filing
from casedesk.store.cabinet import Store
from casedesk.ui import icons, look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.filing.card import FiledCard
from casedesk.ui.filing.filed import FiledForm
from casedesk.ui.filing.keeping import Keeping, noted_key
from casedesk.ui.forms.keeping import Loaded, drop, kept_draft
from casedesk.ui.growing import GrowingDialog
from casedesk.ui.office import Office
from casedesk.ui.pages import chips
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.pages.records import RecordsPanel, of_matter

_KEEP = 600
"""Milliseconds after the last key until a draft is kept."""


class FilingsPanel(RecordsPanel):
    """The list of filings, made with the wizard or noted by hand."""

    def __init__(self, office: Office, facts: MatterFacts) -> None:
        super().__init__(
            office, "matter/filing", of_matter(Filing, facts.id, order="filed_on", descending=True),
            fixed={"matter_id": facts.id}, offered=chips.of(Filing), zone=facts.zone,
            hint=tr("What was sent to courts, regulators and the police, and what came back."))
        self.facts = facts
        self.card = FiledCard(office, facts)
        self.card.hide()
        self.pane.beneath.addWidget(self.card)
        self.pane.loaded.connect(self._show_card)
        self.wizard_button = parts.button(tr("File it"), "primary", "filings")
        self.wizard_button.setToolTip(tr("File it, step by step"))
        self.wizard_button.clicked.connect(self.file_it)
        only_with(office, "file", self.wizard_button)
        self.table.beside.addWidget(self.wizard_button)
        self._offer_menu()

    def _offer_menu(self) -> None:
        menu = QMenu(self)
        for said, icon, keys, slot, right in (
                (tr("Note a package as filed…"), "check", "Ctrl+Shift+N", self.choose_package, "file"),
                (tr("Prove a package…"), "package", "Ctrl+Shift+V", self.choose_proved, "read"),
                (tr("Print the custody of the evidence…"), "history", "Ctrl+Shift+U", self.choose_custody, "export")):
            action = menu.addAction(icons.icon(icon), said)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(slot)
            self.addAction(action)
            only_with(self.office, right, action)
        more = parts.tool("more", tr("More to do with filings"))
        more.setMenu(menu)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.table.beside.addWidget(more)

    @Slot(object)
    def _show_card(self, loaded: Loaded | None) -> None:
        self.card.setVisible(loaded is not None)
        if loaded is not None:
            self.card.show_filing(loaded.id)

    @Slot()
    def file_it(self) -> None:
        """The wizard for a new filing."""
        from casedesk.ui.filing.wizard import open_wizard

        open_wizard(self.window(), self.office, self.facts)

    @Slot()
    def choose_package(self) -> None:
        """Ask which package was filed."""
        dialog = QFileDialog(self, tr("Note a package as filed…"))
        dialog.setNameFilter("ZIP (*.zip)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.note_package)
        dialog.open()

    @Slot(str)
    def note_package(self, path: str) -> None:
        """Ask with whom this package was filed."""
        FiledDialog(self.window(), self.office, self.facts.id, Path(path)).open()

    @Slot()
    def choose_proved(self) -> None:
        """Ask for a package that may be one that was filed."""
        dialog = QFileDialog(self, tr("Prove a package…"))
        dialog.setNameFilter("ZIP (*.zip)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.prove)
        dialog.open()

    @Slot(str)
    def prove(self, path: str) -> None:
        """Say whether it is as it was written, and which filing noted it."""
        job = self.office.run(lambda progress: filings.prove(self.office.store, Path(path)), tr("Verifying"),
                              told=False)
        job.finished.connect(self._proved)
        job.failed.connect(self._not_proved)

    @Slot(object)
    def _proved(self, proof: filings.Proof) -> None:
        self._tell("\n".join(proof.told()))

    @Slot(object)
    def _not_proved(self, problem: CasedeskError) -> None:
        self._tell(str(problem))

    def _tell(self, said: str) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, tr("Prove a package…"), said, parent=self.window())
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.addButton(tr("Close"), QMessageBox.ButtonRole.RejectRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    @Slot()
    def choose_custody(self) -> None:
        """Ask where the custody is to be written."""
        dialog = QFileDialog(self, tr("Print the custody of the evidence…"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.print_custody)
        dialog.open()

    @Slot(str)
    def print_custody(self, path: str) -> None:
        """Write the way of every piece of evidence as a PDF."""
        self.office.run(_PrintingCustody(self.office.store, self.facts, Path(path)), tr("Printing the custody"))


class _PrintingCustody:
    """Writes the PDF; gives its path."""

    def __init__(self, store: Store, facts: MatterFacts, out: Path) -> None:
        self._store, self._matter, self._out = store, facts.id, out

    def __call__(self, progress: Progress) -> Path:
        custody.write_history(self._store, self._matter, self._out, lang=language())
        return self._out


class FiledDialog(GrowingDialog):
    """What is asked of a package that was made before and is filed now; kept as a draft while it is typed."""

    def __init__(self, parent: QWidget, office: Office, matter_id: int, packed: Path) -> None:
        super().__init__(parent)
        self.office, self.matter_id, self.packed = office, matter_id, packed
        self.key = noted_key(matter_id, packed)
        self._late = QTimer(self, singleShot=True, interval=_KEEP)
        self._late.timeout.connect(self._keep)
        self.setWindowTitle(packed.name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.filed = FiledForm(office, matter_id)
        self.filed.typed.connect(self._late.start)
        self.filed.done.connect(self._filed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(5)] * 4)
        layout.addWidget(self.filed)
        self.filed.offer(packed)
        office.read(kept_draft(office.store, self.key), self._go_on)

    @Slot(object)
    def _go_on(self, kept: Draft | None) -> None:
        if kept is not None and not self._late.isActive():
            self.filed.put(kept.values["filing"])

    @Slot()
    def _keep(self) -> None:
        self._late.stop()
        values = {"matter": self.matter_id, "packed": str(self.packed), "filing": self.filed.texts(),
                  "caption": tr("Filed: {package}", package=self.packed.name)}
        self.office.write(Keeping(self.office.store, self.key, values), self._changed)

    @Slot(str)
    def _filed(self, said: str) -> None:
        self._late.stop()
        self.office.say(said)
        self.office.write(drop(self.office.store, self.key), self._changed)
        self.accept()

    @Slot(object)
    def _changed(self, nothing: object) -> None:
        self.office.drafts_changed.emit()

    def done(self, result: int) -> None:
        if self._late.isActive():
            self._keep()
        super().done(result)
