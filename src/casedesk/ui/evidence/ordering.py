"""The order of exhibits within each fact: dragged, or moved with Alt+Up and Alt+Down."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QDialog, QListWidget, QListWidgetItem, QSplitter, QVBoxLayout, QWidget

from casedesk.base.i18n import tr
from casedesk.casework.exhibit_order import Group, put_in_order
from casedesk.ui import look, parts
from casedesk.ui.office import Office

_ID = Qt.ItemDataRole.UserRole


class FactOrder(QWidget):
    """The facts at the left, the chosen one's exhibits in order beside them; ticked ones go in, where asked."""

    changed = Signal()

    def __init__(self, *, ticked: bool = False) -> None:
        super().__init__()
        self._ticked = ticked
        self._groups: list[Group] = []
        self._orders: list[list[tuple[int, str]]] = []
        self._out: set[int] = set()
        self.moved: set[int] = set()
        """The facts whose order was changed."""
        self.fact, self.list = QListWidget(), QListWidget()
        self.fact.setAccessibleName(tr("Fact to be proved"))
        self.fact.setWordWrap(True)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setAccessibleName(tr("Evidence in order"))
        self.up = parts.tool("up", tr("Further up"), "Alt+Up")
        self.down = parts.tool("down", tr("Further down"), "Alt+Down")
        for button, keys, slot in ((self.up, "Alt+Up", self.move_up), (self.down, "Alt+Down", self.move_down)):
            button.clicked.connect(slot)
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
        self.list.model().rowsMoved.connect(self._rows_moved)
        self.list.itemChanged.connect(self._item_changed)
        self.fact.currentRowChanged.connect(self._show)
        left = parts.column(parts.text(tr("Fact to be proved"), tone="faint"), self.fact, gap=1)
        head = parts.row(parts.text(tr("Evidence in order"), tone="faint"), None, self.up, self.down, gap=1)
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.setChildrenCollapsible(False)
        left.setContentsMargins(0, 0, look.grid(2), 0)
        right = parts.column(head, self.list, gap=1)
        right.setContentsMargins(look.grid(2), 0, 0, 0)
        for side in (left, right):
            sides.addWidget(parts.holding(side))
        sides.setSizes([look.grid(50), look.grid(100)])
        layout = parts.column(sides)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show these, each in the order it has."""
        self._groups = list(groups)
        self._orders = [list(group.exhibits) for group in groups]
        self._out = {one for group in groups for one in group.left_out}
        self.moved.clear()
        self.fact.clear()
        self.fact.addItems(["" for _ in groups])
        self._count()
        self.fact.setCurrentRow(0)

    @property
    def chosen(self) -> list[int]:
        """What goes in, in order."""
        return [one for order in self._orders for one, _ in order if one not in self._out]

    @property
    def count(self) -> int:
        """How many there are, in or out."""
        return sum(map(len, self._orders))

    def order(self, at: int) -> list[int]:
        """The evidence of a fact in its order now."""
        return [one for one, _ in self._orders[at]]

    def _count(self) -> None:
        for at, group in enumerate(self._groups):
            inside = sum(one not in self._out for one, _ in self._orders[at])
            whole = len(self._orders[at])
            said = f"{inside} / {whole}" if self._ticked else f"{whole}"
            self.fact.item(at).setText(f"{group.fact or tr('(no fact given)')}  ({said})")

    @Slot(int)
    def _show(self, at: int) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for evidence_id, name in self._orders[at] if 0 <= at < len(self._orders) else ():
            item = QListWidgetItem(name)
            item.setData(_ID, evidence_id)
            if self._ticked:
                inside = evidence_id not in self._out
                item.setCheckState(Qt.CheckState.Checked if inside else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setCurrentRow(0)

    @Slot(QListWidgetItem)
    def _item_changed(self, item: QListWidgetItem) -> None:
        if self._ticked and item.data(_ID) is not None:
            put = self._out.discard if item.checkState() == Qt.CheckState.Checked else self._out.add
            put(item.data(_ID))
            self._count()
            self.changed.emit()

    @Slot()
    def _rows_moved(self) -> None:
        items = (self.list.item(row) for row in range(self.list.count()))
        self._orders[self.fact.currentRow()] = [(item.data(_ID), item.text()) for item in items]
        self.moved.add(self.fact.currentRow())
        self.changed.emit()

    @Slot()
    def move_up(self) -> None:
        """The chosen one before the one above it."""
        self._move(-1)

    @Slot()
    def move_down(self) -> None:
        """The chosen one after the one below it."""
        self._move(1)

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        if row >= 0 and 0 <= row + by < self.list.count():
            self.list.insertItem(row + by, self.list.takeItem(row))
            self.list.setCurrentRow(row + by)
            self._rows_moved()


class OrderDialog(QDialog):
    """One fact at a time; saved when it is left with Save."""

    def __init__(self, parent: QWidget, office: Office, groups: Sequence[Group]) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Order in the bundle"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        look.fit(self, parent, look.grid(150), look.grid(100))
        self.office = office
        self.exhibits = FactOrder()
        self.exhibits.show_groups(groups)
        save, cancel = parts.button(tr("Save"), "primary"), parts.button(tr("Cancel"))
        save.clicked.connect(self.save)
        cancel.clicked.connect(self.reject)
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(4)] * 4)
        layout.addWidget(self.exhibits, 1)
        layout.addLayout(parts.row(None, cancel, save))

    @Slot()
    def save(self) -> None:
        """Keep the orders that were changed."""
        store = self.office.store
        for at in sorted(self.exhibits.moved):
            ids = self.exhibits.order(at)
            self.office.write(lambda ids=ids: put_in_order(store, ids))  # type: ignore[misc]
        self.accept()
