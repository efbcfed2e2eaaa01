"""Second step, for tables only: what each column means, with samples."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QVBoxLayout, QWidget

from casedesk.base.i18n import tr
from casedesk.casework.importing import FileReport
from casedesk.imports.table import Layout, meanings
from casedesk.imports.table_columns import is_table
from casedesk.ui import look, parts
from casedesk.ui.importing.plan import Plan

_MOST = 100
_LONGEST = 60


class ColumnsStep(QWidget):
    """One block for each kind of table among the files."""

    changed = Signal()

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.boxes: dict[tuple[str, int], QComboBox] = {}
        self._layouts: dict[str, Layout] = {}
        self.said = parts.text("", tone="error", wrap=True)
        self.blocks = QVBoxLayout()
        self.blocks.setSpacing(look.grid(5))
        inside = parts.holding(parts.column(self.blocks, None, margin=1))
        self.setLayout(parts.column(
            parts.text(tr("Guessed from the titles. Correct what is wrong; it is remembered for tables with the "
                          "same titles."), tone="faint", wrap=True),
            parts.scrolling(inside), self.said, gap=3))

    def enter(self) -> None:
        """Show the tables of the files as they were understood."""
        found = {one.layout.fingerprint: one for one in reversed(self.plan.reports()) if one.layout is not None}
        if found.keys() != self._layouts.keys():
            parts.clear(self.blocks)
            self.boxes.clear()
            self._layouts = {}
            for report in reversed(found.values()):
                self._add(report)
        self._check()

    def _add(self, report: FileReport) -> None:
        layout = report.layout
        assert layout is not None
        self._layouts[layout.fingerprint] = layout
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.grid(4))
        grid.setVerticalSpacing(look.grid(1.5))
        grid.setColumnStretch(2, 1)
        for column, name in enumerate((tr("Title in the file"), tr("What it means"), tr("Samples"))):
            grid.addWidget(parts.text(name, tone="faint"), 0, column)
        for place, title in enumerate(layout.titles[:_MOST]):
            self._row(grid, layout, place, title)
        self.blocks.addWidget(parts.heading(report.file))
        self.blocks.addLayout(grid)
        if len(layout.titles) > _MOST:
            self.blocks.addWidget(parts.text(tr("{n} further columns are left out.", n=len(layout.titles) - _MOST),
                                             tone="doubt"))

    def _row(self, grid: QGridLayout, layout: Layout, place: int, title: str) -> None:
        box = QComboBox()
        box.addItem(tr("Leave out"), "")
        for name, label in meanings().items():
            box.addItem(tr(label), name)
        meant = self.plan.mapping(layout).get(place, "")
        box.setCurrentIndex(max(0, box.findData(meant)))
        box.setFixedWidth(look.chars(box, 26))
        box.setAccessibleName(tr("What “{title}” means", title=title))
        box.activated.connect(self._chosen)
        self.boxes[layout.fingerprint, place] = box
        named = parts.text((title or tr("(no title)"))[:_LONGEST].replace("\n", " "))
        named.setBuddy(box)
        samples = tr("; ").join(row[place][:_LONGEST] for row in layout.samples if place < len(row) and row[place])
        sample = parts.text(samples[:2 * _LONGEST].replace("\n", " "), tone="faint", cut=True)
        grid.addWidget(named, grid.rowCount(), 0)
        grid.addWidget(box, grid.rowCount() - 1, 1)
        grid.addWidget(sample, grid.rowCount() - 1, 2)

    @Slot()
    def _chosen(self) -> None:
        for print_ in self._layouts:
            self.plan.mappings[print_] = {place: name for (of, place), box in self.boxes.items()
                                          if of == print_ and (name := box.currentData())}
        self._check()
        self.changed.emit()

    @property
    def problem(self) -> str:
        """Why the columns cannot be taken so; empty when they can."""
        for layout in self._layouts.values():
            named = [name for name in self.plan.mapping(layout).values() if name]
            if not is_table(named):
                return tr("One column must be the time, and one more say something of the contact.")
            twice = next((name for name in named if named.count(name) > 1), None)
            if twice is not None:
                return tr("Two columns are said to be “{name}”.", name=tr(meanings()[twice]))
        return ""

    def _check(self) -> None:
        self.said.setText(self.problem)
        self.said.setVisible(bool(self.problem))
