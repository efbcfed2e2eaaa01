"""The table itself: fixed rows, click sorts, header menu chooses columns, copies as a table, type to jump."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolTip

from casedesk.base.i18n import tr
from casedesk.ui import look
from casedesk.ui.clipboard import SECONDS, Clipboard
from casedesk.ui.tables.model import RowsModel
from casedesk.ui.tables.plain import PlainModel
from casedesk.ui.tables.wanted import ShownColumn, usual_chars

_OPENING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_WALKING = (Qt.Key.Key_Down, Qt.Key.Key_Up)
_MOST_COPIED = 20_000


def usual_width(view: QTableView, one: ShownColumn) -> int:
    """The width a column starts with: its content's, or its name's when that is wider."""
    name = view.fontMetrics().horizontalAdvance(one.label) + look.grid(8)
    return max(name, look.chars(view, usual_chars(one)))


class RowsView(QTableView):
    """Looks and keys of every list."""

    delete_wanted = Signal()
    open_wanted = Signal()
    jump_wanted = Signal(str)
    header_menu_wanted = Signal(QPoint)
    menu_wanted = Signal(QPoint)
    told = Signal(str)
    """What the user has to know of a copy: that it is not all that was chosen."""

    def __init__(self, model: RowsModel | PlainModel) -> None:
        super().__init__()
        self._rows = model
        self.setModel(model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + look.grid(2))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self.header_menu_wanted)
        self.activated.connect(self._activated)

    @Slot(QModelIndex)
    def _activated(self, index: QModelIndex) -> None:
        self.open_wanted.emit()

    def chosen_rows(self) -> list[int]:
        """The numbers of the selected rows."""
        chosen = self.selectionModel().selection()
        spans = [chosen.at(number) for number in range(chosen.count())]
        return sorted({row for span in spans for row in range(span.top(), span.bottom() + 1)})

    def keyPressEvent(self, event: QKeyEvent) -> None:
        first = event.key() in _OPENING + _WALKING and not self.selectionModel().hasSelection()
        if first:  # Qt has made a row the current one and chosen none: there the list is entered
            self.choose(min(max(0, self.currentIndex().row()), self._rows.rowCount() - 1))
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit()
        elif event.key() in _OPENING:
            self.open_wanted.emit()
        elif event.key() == Qt.Key.Key_Home and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.choose(0)
        elif event.key() == Qt.Key.Key_End and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.choose(self._rows.rowCount() - 1)
        elif not first:
            super().keyPressEvent(event)

    def choose(self, row: int) -> None:
        """Make this row the chosen one, whatever keys are held: Qt's own way lets go of a row chosen with Ctrl down."""
        if row >= 0:
            index = self._rows.index(row, max(0, self.currentIndex().column()))
            flag = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
            self.scrollTo(index)

    def keyboardSearch(self, search: str) -> None:
        self.jump_wanted.emit(search)

    def copy(self) -> None:
        """Put the chosen rows on the clipboard as a table with headers."""
        columns = [at for at in self._in_order() if not self.isColumnHidden(at)]
        lines = [[self._rows.columns[at].label for at in columns]]
        chosen = self.chosen_rows()
        lines += [[self._rows.text_at(row, at) for at in columns] for row in chosen[:_MOST_COPIED]]
        said = "\n".join("\t".join(cell.replace("\t", " ") for cell in line) for line in lines)
        cells = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in line) + "</tr>" for line in lines)
        Clipboard.of_application().lend(said, f"<table>{cells}</table>")
        if len(chosen) > _MOST_COPIED:
            self.told.emit(tr("Only the first {n} of the {count} chosen lines were copied; the workbook has them all.",
                              n=f"{_MOST_COPIED:,}", count=f"{len(chosen):,}"))
        else:
            self.told.emit(tr("Copied; paste it within {n} seconds, then the clipboard is emptied.", n=SECONDS))

    def _in_order(self) -> list[int]:
        header = self.horizontalHeader()
        return [header.logicalIndex(at) for at in range(header.count())]

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            said = self._rows.text_at(index.row(), index.column()) if index.isValid() else ""
            if said and self.fontMetrics().horizontalAdvance(said) > self.visualRect(index).width() - look.grid(3):
                QToolTip.showText(event.globalPos(), f"<qt>{html.escape(said)}</qt>", self)
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def describe(self, what: str) -> None:
        """Name the list for a screen reader."""
        self.setAccessibleName(what)
        self.setAccessibleDescription(tr("Enter opens a line, Del moves it to the trash, Ctrl+F filters"))
