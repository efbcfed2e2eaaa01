"""A short table that holds its rows: changes, the trash, sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from casedesk.ui import look
from casedesk.ui.tables.wanted import ShownColumn

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


_LONG = 30
"""A cell of more characters may be cut, and says all when pointed at."""


@dataclass(frozen=True)
class PlainRow:
    """One row as text, and what it stands for."""

    cells: tuple[str, ...]
    key: Any = None
    tone: str = ""


class PlainModel(QAbstractTableModel):
    """Rows of text under translated headers; `right` are the columns of numbers."""

    def __init__(self, headers: Sequence[str], right: frozenset[int] = frozenset(), merged: int = 0) -> None:
        """`merged` is how many first columns are left empty where they repeat the row above of the same key."""
        super().__init__()
        self._headers, self._right, self._merged = list(headers), right, merged
        self.rows: Sequence[PlainRow] = []

    def show(self, rows: Sequence[PlainRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def text_at(self, row: int, column: int) -> str:
        return self.rows[row].cells[column]

    @property
    def columns(self) -> Sequence[ShownColumn | _Header]:
        """Labels, as the view copies them."""
        return [_Header(label) for label in self._headers]

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._headers)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if self._repeats(index) else self.text_at(index.row(), index.column()).replace("\n", " ")
        if role == Qt.ItemDataRole.ToolTipRole:
            said = self.text_at(index.row(), index.column())
            return said if len(said) > _LONG else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if index.column() in self._right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and self.rows[index.row()].tone:
            return QColor(getattr(look.tones(), self.rows[index.row()].tone))
        return None

    def _repeats(self, index: _Index) -> bool:
        row = index.row()
        return index.column() < self._merged and row > 0 and self.rows[row].key == self.rows[row - 1].key

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in self._right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


@dataclass(frozen=True)
class _Header:
    label: str
