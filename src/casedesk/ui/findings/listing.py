"""The findings as a tree: grouped by rule or by who made contact, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from casedesk.base.i18n import tr, trn
from casedesk.casework.findings import Seen
from casedesk.ui import look
from casedesk.ui.findings import signs

_KEY = Qt.ItemDataRole.UserRole
_NAME, _WHY, _ROWS, _SPAN, _STATE = range(5)


def span(one: Seen) -> str:
    """First and last day of the rows."""
    if one.first is None or one.last is None:
        return ""
    return one.first.isoformat() if one.first == one.last else f"{one.first.isoformat()} – {one.last.isoformat()}"


def party(one: Seen) -> str:
    """Who made contact, or that it is not known."""
    return one.party or tr("Nobody named")


class FindingTree(QTreeWidget):
    """Groups and their findings; Enter or a double click asks for the rows."""

    chosen = Signal()
    rows_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[UUID, Seen] = {}
        self.by_party = False
        self.setColumnCount(5)
        self.setHeaderLabels([tr("Finding"), tr("Why"), tr("Contacts"), tr("From – to"), tr("Decision")])
        self.headerItem().setTextAlignment(_ROWS, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(look.grid(3.6), look.grid(3.6)))
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setAccessibleName(tr("Findings"))
        self.setAccessibleDescription(tr("Enter shows the rows a finding rests on"))
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(look.chars(self, 8))
        header.setSectionResizeMode(_WHY, QHeaderView.ResizeMode.Stretch)
        for column in (_ROWS, _SPAN, _STATE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.setColumnWidth(_NAME, look.chars(self, 24))
        self.itemSelectionChanged.connect(self.chosen)
        self.itemDoubleClicked.connect(self._double)

    def show_found(self, found: Sequence[Seen], *, by_party: bool) -> None:
        """Show these, with the same ones chosen as before where they are still there."""
        kept = {one.uuid for one in self.picked()}
        first = not self.found and not kept
        self.found, self.by_party = {one.uuid: one for one in found}, by_party
        self.blockSignals(True)
        self.clear()
        for group in self._groups(found):
            self._add_group(group)
        self.blockSignals(False)
        self.choose(kept or ({found[0].uuid} if first and found else ()))

    def _groups(self, found: Sequence[Seen]) -> list[list[Seen]]:
        """In the order of each group's gravest finding, which is the order they come in."""
        groups: dict[str, list[Seen]] = {}
        for one in found:
            groups.setdefault(party(one) if self.by_party else one.rule, []).append(one)
        return list(groups.values())

    def _add_group(self, group: list[Seen]) -> None:
        gravest = group[0]
        if self.by_party:  # one contact may be a row of several rules: rows are not added up over rules
            named, count = party(gravest), trn("{n} finding", "{n} findings", len(group))
        else:
            named, count = gravest.title, f"{sum(one.count for one in group):,}"
        head = QTreeWidgetItem(self, [f"{named}  ·  {count}"])
        head.setFirstColumnSpanned(True)
        head.setFont(_NAME, look.strong_font())
        if not self.by_party:
            head.setIcon(_NAME, signs.icon(gravest.severity, self))
        head.setToolTip(_NAME, named if self.by_party else f"{named}\n{gravest.severity_label}")
        for one in group:
            self._add(head, one)
        head.setExpanded(True)

    def _add(self, head: QTreeWidgetItem, one: Seen) -> None:
        state = tr("Rows changed") if one.changed else tr(one.state.label)
        named = one.title if self.by_party else party(one)
        item = QTreeWidgetItem(head, [named, one.why.replace("\n", " "), f"{one.count:,}", span(one), state])
        item.setData(_NAME, _KEY, one.uuid)
        item.setTextAlignment(_ROWS, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if self.by_party:
            item.setIcon(_NAME, signs.icon(one.severity, self))
        for column, said in ((_NAME, f"{named}\n{one.severity_label}"), (_WHY, one.why)):
            item.setToolTip(column, said)
        item.setData(_NAME, Qt.ItemDataRole.AccessibleTextRole, f"{one.severity_label}: {named}")
        if one.changed:
            item.setForeground(_STATE, self.palette().brush(self.palette().ColorRole.BrightText))

    def _items(self) -> Iterable[QTreeWidgetItem]:
        for at in range(self.topLevelItemCount()):
            head = self.topLevelItem(at)
            if head is not None:
                yield from _children(head)

    def picked(self) -> list[Seen]:
        """The chosen findings; a chosen group stands for all of its findings."""
        keys: dict[UUID, None] = {}
        for item in self.selectedItems():
            for one in [item] if item.parent() else _children(item):
                keys[one.data(_NAME, _KEY)] = None
        return [self.found[key] for key in keys if key in self.found]

    def choose(self, keys: Iterable[UUID]) -> None:
        """Choose these findings."""
        wanted = set(keys)
        self.blockSignals(True)
        self.clearSelection()
        first = True
        for item in self._items():
            if item.data(_NAME, _KEY) in wanted:
                if first:
                    self.setCurrentItem(item)
                    first = False
                item.setSelected(True)
        self.blockSignals(False)
        self.chosen.emit()

    @Slot(QTreeWidgetItem, int)
    def _double(self, item: QTreeWidgetItem, column: int) -> None:
        if item.parent() is not None:
            self.rows_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.rows_wanted.emit()
        else:
            super().keyPressEvent(event)


def _children(head: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    every = (head.child(at) for at in range(head.childCount()))
    return [one for one in every if one is not None]
