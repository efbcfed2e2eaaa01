"""Making a document: choose where, see what stands in the way, and let it run below while one works on."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import language, tr, trn
from casedesk.ui import look, parts
from casedesk.ui.growing import GrowingDialog
from casedesk.ui.jobs import Job
from casedesk.ui.making.orders import ANNEXES, KINDS, PROFILES, Looking, Order
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView

if TYPE_CHECKING:
    from casedesk.casework.preflight import Trouble


class MakingDialog(GrowingDialog):
    """One document of one matter."""

    def __init__(self, parent: QWidget, office: Office, facts: MatterFacts, what: str) -> None:
        super().__init__(parent)
        self.office, self.facts, self.kind, self.what = office, facts, KINDS[what], what
        self._job: Job | None = None
        self.setWindowTitle(tr(self.kind.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.lang, self.profile = QComboBox(), QComboBox()
        for code, name in (("zh", "中文"), ("en", "English")):
            self.lang.addItem(name, code)
        self.lang.setCurrentIndex(self.lang.findData("zh" if facts.jurisdiction == "cn" else "en"))
        for code, name in PROFILES.items():
            self.profile.addItem(tr(name), code)
        self.profile.setCurrentIndex(self.profile.findData(f"{facts.jurisdiction}-court"))
        self.out = QLineEdit(str(self._proposed()))
        self.out.setMinimumWidth(look.chars(self.out, 52))
        self.browse = parts.button(tr("&Browse"))
        self.browse.clicked.connect(self._browse)
        self.annexes = {name: QCheckBox(tr(ANNEXES[name])) for name in self.kind.annexes}
        for name in self.kind.usual:
            self.annexes[name].setChecked(True)
        self._build_troubles()
        self.go = parts.button(tr("&Make it"), "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.start)
        cancel = parts.button(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        self.said = parts.text("", tone="error", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(5)] * 4)
        layout.setSpacing(look.grid(3))
        layout.addWidget(parts.heading(f"{facts.ref}  {facts.name}"))
        layout.addLayout(self._rows())
        for part in (*self.annexes.values(), self.bar, self.said, self.trouble):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addLayout(parts.row(None, cancel, self.go))

    def _build_troubles(self) -> None:
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.hide()
        self.model = PlainModel([tr("Evidence"), tr("What is wrong"), tr("What to do")])
        self.view = RowsView(self.model)
        self.view.describe(tr("Files that cannot be shown"))
        for at, width in enumerate((24, 34, 34)):
            self.view.setColumnWidth(at, look.chars(self.view, width))
        self.view.setMinimumSize(look.chars(self.view, 96), look.grid(44))
        self.view.open_wanted.connect(self._to_file)
        self.slips = QCheckBox(tr("&Put a slip sheet in the place of each of these files"))
        self.slips.toggled.connect(self._may_go)
        self.trouble_said = parts.heading("")
        self.trouble = parts.holding(parts.column(self.trouble_said, self.view, self.slips, gap=2))
        self.trouble.hide()

    def _rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.grid(3))
        grid.setVerticalSpacing(look.grid(2))
        lines: list[tuple[str, QWidget]] = [(tr("&File"), self.out)]
        if self.kind.speaks:
            lines = [(tr("&Language"), self.lang), *lines]
        if self.kind.looks:
            lines = [(tr("F&or"), self.profile), *lines]
        for at, (label, widget) in enumerate(lines):
            said = QLabel(label)
            said.setBuddy(widget)
            grid.addWidget(said, at, 0)
            grid.addWidget(widget, at, 1)
        grid.addWidget(self.browse, len(lines) - 1, 2)
        grid.setColumnStretch(1, 1)
        return grid

    def _proposed(self) -> Path:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        safe = "".join(char if char.isalnum() or char in "-_" else "-" for char in self.facts.ref)
        return Path(folder) / f"{safe}-{tr(self.kind.name).split('（')[0].split(' ')[0].lower()}{self.kind.ending}"

    @Slot()
    def _browse(self) -> None:
        dialog = QFileDialog(self, tr(self.kind.name), self.out.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.out.setText)
        dialog.open()

    @property
    def order(self) -> Order:
        """What is asked for now."""
        lang = self.lang.currentData() if self.kind.speaks else language()
        return Order(self.office.store, self.facts.id, self.what, Path(self.out.text()), self.profile.currentData(),
                     lang, slip_sheets=self.slips.isChecked(),
                     annexes=frozenset(name for name, tick in self.annexes.items() if tick.isChecked()))

    @Slot()
    def start(self) -> None:
        """Look at the files where that is needed, then make it."""
        if not self.out.text().strip():
            self.said.setText(tr("Say where it is to be written."))
        elif self.kind.looks and not self.model.rows:
            self.go.setEnabled(False)
            self.bar.setRange(0, 0)
            self.bar.show()
            self._job = self.office.run(Looking(self.order), tr("Looking at the files"), told=False)
            self._job.progressed.connect(self._looked)
            self._job.finished.connect(self._found)
            self._job.failed.connect(self._failed)
        else:
            self._make()

    @Slot(int, int)
    def _looked(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    @Slot(object)
    def _found(self, troubles: list[Trouble]) -> None:
        self._job = None
        self.bar.hide()
        self.go.setEnabled(True)
        if not troubles:
            self._make()
            return
        self.model.show([PlainRow((one.name, one.message, one.hint), one) for one in troubles])
        self.trouble_said.setText(trn("{n} file cannot be shown as pages", "{n} files cannot be shown as pages",
                                      len(troubles)))
        self.trouble.show()
        self.adjustSize()
        self._may_go()

    @Slot()
    def _may_go(self) -> None:
        self.go.setEnabled(self.slips.isChecked() or not self.model.rows)

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self._job = None
        self.bar.hide()
        self.go.setEnabled(True)
        self.said.setText(str(problem))

    def _make(self) -> None:
        order = dataclasses.replace(self.order, slip_sheets=self.slips.isChecked())
        self.office.run(order, tr(self.kind.title))
        self.accept()

    @Slot()
    def _to_file(self) -> None:
        rows = self.view.chosen_rows()
        if rows:
            trouble = self.model.rows[rows[0]].key
            self.office.go("matter", matter=self.facts.id, section="evidence/evidence", record=trouble.evidence_id)
            self.reject()

    def reject(self) -> None:
        if self._job is not None:
            self._job.cancel()
        super().reject()
