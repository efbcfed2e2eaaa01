"""Last step: what was kept, what the sources do not share, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHeaderView, QWidget

from casedesk.base import times
from casedesk.base.i18n import tr, trn
from casedesk.casework.importing import FileReport
from casedesk.ui import look, parts
from casedesk.ui.importing import adding_up
from casedesk.ui.importing.plan import Plan
from casedesk.ui.importing.work import Kept
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView


class DoneStep(QWidget):
    """The batch as a table; calls that one source tells and another does not."""

    undo_wanted = Signal()
    show_wanted = Signal()

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.heading = parts.heading("")
        self.note = parts.text("", tone="faint", wrap=True)
        self.model = PlainModel(adding_up.headers(), frozenset(range(1, 7)))
        self.view = RowsView(self.model)
        self.view.describe(tr("What became of the rows"))
        for at, width in enumerate((34, 8, 9, 13, 17, 13, 17)):
            self.view.setColumnWidth(at, look.chars(self.view, width))
        header = self.view.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.unmatched = PlainModel([tr("Only told by"), tr("Time"), tr("Number"), tr("Where it stands")])
        self.unmatched_view = RowsView(self.unmatched)
        self.unmatched_view.describe(tr("What one source tells and another does not"))
        for at, width in enumerate((34, 18, 22)):
            self.unmatched_view.setColumnWidth(at, look.chars(self.unmatched_view, width))
        self.unmatched_said = parts.heading("")
        self.undo_button = parts.button(tr("&Undo the import"), icon="undo")
        self.undo_button.clicked.connect(self.undo_wanted)
        self.show_button = parts.button(tr("&Show the incidents"), icon="incidents")
        self.show_button.clicked.connect(self.show_wanted)
        layout = parts.column(
            self.heading, self.note, self.view, parts.row(self.show_button, self.undo_button, None, gap=2),
            self.unmatched_said, self.unmatched_view, None, gap=3)
        layout.setStretch(5, 100)
        self.setLayout(layout)

    def show_kept(self, kept: Kept) -> None:
        """Show what came of it."""
        self.heading.setText(adding_up.summary(kept.reports) if kept.reports else tr("Nothing was imported."))
        notes = [trn("{n} file was kept as evidence only.", "{n} files were kept as evidence only.", kept.evidence)
                 ] if kept.evidence else []
        batches = sum(one.batch is not None for one in kept.reports)
        if kept.reports and not batches:
            notes.append(tr("Nothing in the files was new, so no import was recorded."))
        self.note.setText(" ".join(notes))
        self.note.setVisible(bool(notes))
        self.model.show(adding_up.table(kept.reports))
        row = self.view.verticalHeader().defaultSectionSize()
        self.view.setFixedHeight(row * (min(len(self.model.rows), 8) + 1) + look.grid(4))
        for button in (self.undo_button, self.show_button):
            button.setEnabled(batches > 0)
        self._show_unmatched(kept.reports)

    def _show_unmatched(self, reports: Sequence[FileReport]) -> None:
        lines = [PlainRow((report.file if one.here else tr("What was known before"),
                           times.show(one.at, self.plan.zone_of(Path(report.path))), one.number, one.where), one)
                 for report in reports for one in report.unmatched]
        self.unmatched.show(lines)
        self.unmatched_said.setText(
            trn("{n} contact is told by one source only", "{n} contacts are told by one source only",
                len(lines)))
        for widget in (self.unmatched_said, self.unmatched_view):
            widget.setVisible(bool(lines))

    def show_undone(self, count: int) -> None:
        """Say that it was taken back."""
        self.heading.setText(trn("Undone: {n} incident is in the trash.", "Undone: {n} incidents are in the trash.",
                                 count))
        self.undo_button.setEnabled(False)
        self.show_button.setEnabled(False)
