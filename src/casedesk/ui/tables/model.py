"""The rows of a list for Qt: as many as there are at once, read in blocks when they come into sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from casedesk.casework.references import references
from casedesk.records import Record
from casedesk.ui.captions import in_words
from casedesk.ui.shown import shown
from casedesk.ui.tables.listing import Rows
from casedesk.ui.tables.wanted import ShownColumn

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class RowsModel(QAbstractTableModel):
    """`Rows` with the columns chosen."""

    def __init__(self, zone: str) -> None:
        super().__init__()
        self._zone = zone
        self._rows: Rows | None = None
        self._columns: Sequence[ShownColumn] = ()
        self._targets: dict[str, type[Record]] = {}
        self._tabular = QFont(QApplication.font())
        self._tabular.setFeature(QFont.Tag("tnum"), 1)

    def show(self, rows: Rows, columns: Sequence[ShownColumn]) -> None:
        """Show other rows, all at once."""
        self.beginResetModel()
        self._rows, self._columns = rows, columns
        self._targets = references(rows.kind)
        self.endResetModel()

    @property
    def columns(self) -> Sequence[ShownColumn]:
        return self._columns

    @property
    def rows(self) -> Rows | None:
        return self._rows

    def id_at(self, row: int) -> int:
        """The record in a row; 0 when it went meanwhile."""
        line = self._rows.line(row) if self._rows is not None else None
        return line.id if line is not None else 0

    def text_at(self, row: int, column: int) -> str:
        """A cell as it is shown."""
        line = self._rows.line(row) if self._rows is not None else None
        if line is None:
            return ""  # gone meanwhile; a reload is on its way
        one = self._columns[column]
        target = self._targets.get(one.name)
        if target is not None:
            return in_words(target, line.captions.get(one.name, ""))
        zone = str(line.values.get("zone") or self._zone)
        return shown(line.values[one.name], one.declared, zone).replace("\n", " ")

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() or self._rows is None else self._rows.count

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text_at(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if self._columns[index.column()].right else _LEFT
        if role == Qt.ItemDataRole.FontRole:
            return self._tabular
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return f"{self._columns[index.column()].label}: {self.text_at(index.row(), index.column())}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._columns[section].label
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if self._columns[section].right else _LEFT
        elif role == Qt.ItemDataRole.DisplayRole:
            return f"{section + 1:,}"
        return None
