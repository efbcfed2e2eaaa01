"""Destroying a matter for good: the reason, and two people who each type their own password at one desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, Slot
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.casework import destruction
from casedesk.casework.destruction import Person
from casedesk.ui import look, parts
from casedesk.ui.growing import GrowingDialog
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts


class DestroyDialog(GrowingDialog):
    """Asks for all of it, destroys, and says where the certificate is and which backups still hold the matter."""

    def __init__(self, parent: QWidget, office: Office, facts: MatterFacts) -> None:
        super().__init__(parent)
        self.office, self.facts = office, facts
        self.setWindowTitle(tr("Destroy the matter"))
        self.reason = QLineEdit()
        self.first, self.second = QLineEdit(office.store.who), QLineEdit()
        self.first_password, self.second_password = QLineEdit(), QLineEdit()
        for line in (self.first_password, self.second_password):
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.setMinimumWidth(look.chars(line, 18))
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        safe = "".join(char if char.isalnum() or char in "-_" else "-" for char in facts.ref)
        self.out = QLineEdit(str(Path(folder) / f"{safe}-{tr('destroyed')}.json"))
        self.out.setMinimumWidth(look.chars(self.out, 52))
        self.browse = parts.button(tr("&Browse"))
        self.browse.clicked.connect(self._browse)
        self.said = parts.text("", tone="error", wrap=True)
        self.go = parts.button(tr("&Destroy for good"), "primary")
        self.go.clicked.connect(self.start)
        self.cancel = parts.button(tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(5)] * 4)
        layout.setSpacing(look.grid(3))
        layout.addWidget(parts.heading(f"{facts.ref}  {facts.name}"))
        layout.addWidget(parts.text(tr(
            "Its records, their words in the history and its evidence with the keys are gone after this; nothing "
            "brings them back but a backup. It needs a day “Keep until” that has passed, no legal hold, and two "
            "people: one asks, another carries it out. The certificate names the backups that still hold the matter."),
            wrap=True))
        layout.addLayout(self._rows())
        layout.addWidget(self.said)
        layout.addLayout(parts.row(None, self.cancel, self.go))
        self.cancel.setDefault(True)
        self.finished.connect(self.deleteLater)

    def _rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.grid(3))
        grid.setVerticalSpacing(look.grid(2))
        rows: list[tuple[str, QLineEdit, QWidget | None]] = [
            (tr("Reason"), self.reason, None), (tr("&Who asks"), self.first, self.first_password),
            (tr("Who &carries it out"), self.second, self.second_password),
            (tr("C&ertificate"), self.out, self.browse)]
        for at, (label, line, beside) in enumerate(rows):
            said = QLabel(label)
            said.setBuddy(line)
            grid.addWidget(said, at, 0)
            grid.addWidget(line, at, 1)
            if beside is not None:
                grid.addWidget(beside, at, 2)
            if isinstance(beside, QLineEdit):
                beside.setPlaceholderText(tr("Password"))
                beside.setAccessibleName(tr("Password of {name}", name=label.replace("&", "")))
        grid.setColumnStretch(1, 1)
        return grid

    @Slot()
    def _browse(self) -> None:
        dialog = QFileDialog(self, tr("Certificate of destruction"), self.out.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self.out.setText)
        dialog.open()

    @Slot()
    def start(self) -> None:
        """Destroy it, when both are who they say and it may be."""
        store, matter, reason, out = self.office.store, self.facts.id, self.reason.text(), Path(self.out.text().strip())
        people = (Person(self.first.text().strip(), self.first_password.text()),
                  Person(self.second.text().strip(), self.second_password.text()))
        if not self.out.text().strip():
            self.said.setText(tr("Say where it is to be written."))
            return
        self._busy(busy=True)
        self.said.setText("")
        self.office.write(lambda: destruction.by_two(store, matter, reason, people, out), self._done, self._failed)

    def _busy(self, *, busy: bool) -> None:
        for part in (self.go, self.cancel, self.reason, self.first, self.second, self.first_password,
                     self.second_password, self.out, self.browse):
            part.setEnabled(not busy)

    @Slot(object)
    def _done(self, told: dict[str, Any]) -> None:
        lines = [tr("The matter was destroyed. Certificate: {path}", path=self.out.text())]
        lines += [tr("A backup still holds it: {path}", path=path) for path in told["backups_that_still_hold_it"]]
        lines += [told["not_rewritten"]] if "not_rewritten" in told else []
        self.office.say(" ".join(lines))
        self.office.go("matters")
        self.accept()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self._busy(busy=False)
        self.said.setText(str(problem))
