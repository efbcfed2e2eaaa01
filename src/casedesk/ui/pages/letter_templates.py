"""The firm's own DOCX templates: kept in the cabinet, shown and forgotten in the settings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import language, tr
from casedesk.casework import templates
from casedesk.casework.forms import forms
from casedesk.casework.templates import LETTERHEAD
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.office import Office


class LetterTemplates(QWidget):
    """One line for each template with a way to forget it; below, a new one for one form or for all."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.lines = QGridLayout()
        self.lines.setHorizontalSpacing(look.grid(3))
        self.form = QComboBox()
        self.form.setAccessibleName(tr("Filing form"))
        self.form.addItem(_name(LETTERHEAD), LETTERHEAD)
        for form in forms().values():
            if form.has_text:
                self.form.addItem(_name(form.id), form.id)
        self.form.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.form.setMinimumContentsLength(34)
        self.add = parts.button(tr("Choose a DOCX…"))
        self.add.clicked.connect(self._choose)
        only_with(office, "rules", self.add)
        self.said = parts.text("", tone="error", wrap=True)
        self.said.hide()
        self.setLayout(parts.column(self.lines, parts.row(self.form, self.add, None), self.said, gap=1))

    def read(self) -> None:
        """Show what is kept."""
        self.office.read(lambda: templates.kept(self.office.store), self._show)

    @Slot(object)
    def _show(self, kept: list[str]) -> None:
        parts.clear(self.lines)
        for at, name in enumerate(kept):
            forget = parts.button(tr("Forget"), "link")
            forget.setAccessibleName(tr("Forget the template: {name}", name=_name(name)))
            forget.setProperty("form", name)
            forget.clicked.connect(self._forget)
            only_with(self.office, "rules", forget)
            self.lines.addWidget(parts.text(_name(name)), at, 0)
            self.lines.addWidget(forget, at, 1)
        self.lines.setColumnStretch(2, 1)

    @Slot()
    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("Choose a DOCX…"))
        dialog.setNameFilter("DOCX (*.docx)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.keep)
        dialog.open()

    @Slot(str)
    def keep(self, path: str) -> None:
        """Keep a DOCX for the form chosen."""
        form_id = self.form.currentData()
        self.office.write(lambda: templates.keep(self.office.store, Path(path), form_id), self._done, self._failed)

    @Slot()
    def _forget(self) -> None:
        sender = self.sender()
        if sender is not None:
            form_id = sender.property("form")
            self.office.write(lambda: templates.forget(self.office.store, form_id), self._done, self._failed)

    @Slot(object)
    def _done(self, nameless: list[str] | None) -> None:
        """Show what is kept, and which of its places name nothing."""
        self.said.setText("\n".join(
            tr("Nothing is named {place}: letters would mark it as unknown.", place=f"{{{{{place}}}}}")
            for place in nameless or ()))
        self.said.setVisible(bool(nameless))
        self.read()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.said.setText(str(problem))
        self.said.show()


def _name(form_id: str) -> str:
    return tr("All letters (letterhead)") if form_id == LETTERHEAD else forms()[form_id].title[language()]
