"""Masked numbers and the full ones they may be: each is taken for the other only when it is ticked."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from casedesk.base.i18n import tr
from casedesk.casework.importing import Proposal, Same
from casedesk.ui import look, parts
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView

_Index = QModelIndex | QPersistentModelIndex


class Said(Protocol):
    """What is proposed of masked numbers, and what of it was said."""

    same: frozenset[Same]
    offered: dict[Same, Proposal]


class MaskedModel(PlainModel):
    """One line a proposal, with a tick."""

    ticked = Signal()

    def __init__(self, plan: Said) -> None:
        super().__init__([tr("Masked number"), tr("May be"), tr("Contacts"), tr("Why")], frozenset({2}))
        self.plan = plan

    def proposal(self, row: int) -> Proposal:
        """What a row proposes."""
        found = self.rows[row].key
        assert isinstance(found, Proposal)
        return found

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            said = self.proposal(index.row()).same in self.plan.same
            return Qt.CheckState.Checked if said else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != 0:
            return False
        self.tick([index.row()], said=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def tick(self, rows: list[int], *, said: bool) -> None:
        """Say that the numbers of these rows are the same, or take it back."""
        same = {self.proposal(row).same for row in rows}
        self.plan.same = self.plan.same | same if said else self.plan.same - same
        self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, self.columnCount() - 1))
        self.ticked.emit()


class _View(RowsView):
    def __init__(self, model: MaskedModel) -> None:
        super().__init__(model)
        self._masked = model

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows = self.chosen_rows()
        if event.key() == Qt.Key.Key_Space and rows:
            said = all(self._masked.proposal(row).same in self._masked.plan.same for row in rows)
            self._masked.tick(rows, said=not said)
        else:
            super().keyPressEvent(event)


class MaskedNumbers(QWidget):
    """Shown only where there is something to propose."""

    changed = Signal()

    def __init__(self, plan: Said) -> None:
        super().__init__()
        self.plan = plan
        self.model = MaskedModel(plan)
        self.view = _View(self.model)
        self.view.describe(tr("Masked numbers"))
        self.view.setAccessibleDescription(tr("Space says that both are the same number, or takes it back"))
        for at, width in enumerate((20, 20, 8)):
            self.view.setColumnWidth(at, look.chars(self.view, width))
        self.model.ticked.connect(self.changed)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setLayout(parts.column(
            parts.text(tr("Numbers the operator masked. Tick those that are the same number as the full one; the "
                          "source keeps what the file has."), tone="faint", wrap=True), self.view, gap=2))

    def enter(self) -> None:
        """Show what the files that were read propose."""
        found = list(self.plan.offered.values())
        self.model.show([PlainRow((one.same.masked, one.shown, f"{one.rows:,}", one.reason), one)
                         for one in found])
        row = self.view.verticalHeader().defaultSectionSize()
        self.view.setFixedHeight(row * (min(len(found), 5) + 1) + look.grid(4))
        self.setVisible(bool(found))
