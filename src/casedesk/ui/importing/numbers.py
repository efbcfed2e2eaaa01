"""Third step: whose each number is, and which are taken in at all."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLabel, QWidget

from casedesk.base.i18n import tr, trn
from casedesk.casework.importing import NumberGroup
from casedesk.casework.incidents import Owner
from casedesk.ui import look, parts
from casedesk.ui.importing.masked import MaskedNumbers
from casedesk.ui.importing.plan import NOBODY, Plan, key
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView

_Index = QModelIndex | QPersistentModelIndex


class NumbersModel(PlainModel):
    """Numbers with a tick that says whether their rows are taken."""

    ticked = Signal()

    def __init__(self, plan: Plan) -> None:
        super().__init__([tr("Number"), tr("Name in the phone"), tr("Contacts"), tr("Whose"), tr("Kind of line"),
                          tr("Why it is left out")], frozenset({2}))
        self.plan = plan

    def group(self, row: int) -> NumberGroup:
        """The number of a row."""
        group = self.rows[row].key
        assert isinstance(group, NumberGroup)
        return group

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            return Qt.CheckState.Checked if self.plan.takes(self.group(index.row())) else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column() != 0:
            return False
        self.tick([index.row()], taken=Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def tick(self, rows: list[int], *, taken: bool) -> None:
        """Take the numbers of these rows, or leave them out."""
        for row in rows:
            self.plan.ticks[key(self.group(row))] = taken
        self.refresh()

    def refresh(self) -> None:
        """Show what is chosen now, without losing the place."""
        self.rows = [_line(self.plan, row.key) for row in self.rows]
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, self.columnCount() - 1))
        self.ticked.emit()


class NumbersView(RowsView):
    """Space ticks all chosen rows together."""

    def __init__(self, model: NumbersModel) -> None:
        super().__init__(model)
        self._numbers = model

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows = self.chosen_rows()
        if event.key() == Qt.Key.Key_Space and rows:
            taken = all(self._numbers.plan.takes(self._numbers.group(row)) for row in rows)
            self._numbers.tick(rows, taken=not taken)
        else:
            super().keyPressEvent(event)


class NumbersStep(QWidget):
    """The most frequent first; private ones are left out until they are ticked."""

    changed = Signal()

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.model = NumbersModel(plan)
        self.view = NumbersView(self.model)
        self.view.describe(tr("Numbers in the files"))
        self.view.setAccessibleDescription(tr("Space takes a number or leaves it out"))
        for at, width in enumerate((18, 15, 8, 18, 22)):
            self.view.setColumnWidth(at, look.chars(self.view, width))
        self.owners = QComboBox()
        self.owners.setEditable(True)
        self.owners.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.owners.setMinimumWidth(look.chars(self.owners, 32))
        self.owners.setAccessibleName(tr("Collector or creditor"))
        completer = self.owners.completer()
        if completer is not None:
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        label = QLabel(tr("The chosen numbers belong &to"))
        label.setBuddy(self.owners)
        self.assign_button = parts.button(tr("&Assign"))
        self.assign_button.clicked.connect(self.assign)
        self.nobody_button = parts.button(tr("To nobody"), "link")
        self.nobody_button.clicked.connect(self.free)
        self.masked = MaskedNumbers(plan)
        self.masked.changed.connect(self.changed)
        self.sum = parts.text("", tone="faint")
        self.model.ticked.connect(self._count)
        self.view.selectionModel().selectionChanged.connect(self._chosen)
        self.setLayout(parts.column(
            parts.text(tr("Ticked numbers are taken in. The client's own contacts and private conversations stay out "
                          "unless you tick them."), tone="faint", wrap=True),
            self.view, self.masked,
            parts.row(label, self.owners, self.assign_button, self.nobody_button, None, gap=3), self.sum, gap=3))

    def enter(self) -> None:
        """Show the numbers of what was read."""
        if self.plan.read is None:
            return
        self.model.show([_line(self.plan, group) for group in self.plan.read.preview.numbers])
        self.masked.enter()
        chosen = self.owners.currentText()
        self.owners.clear()
        for owner, name in self.plan.read.names.owners.items():
            self.owners.addItem(name, owner)
        self.owners.setCurrentIndex(self.owners.findText(chosen))
        if self.model.rows and not self.view.chosen_rows():
            self.view.choose(0)
        self.owners.lineEdit().setPlaceholderText(  # type: ignore[union-attr]
            tr("Type a name") if self.owners.count() else tr("None is recorded yet"))
        self._count()
        self._chosen()

    @Slot()
    def _chosen(self) -> None:
        some = bool(self.view.chosen_rows())
        self.assign_button.setEnabled(some and self.owners.count() > 0)
        self.nobody_button.setEnabled(some)

    @Slot()
    def assign(self) -> None:
        """The chosen numbers are those of the chosen collector or creditor."""
        at = self.owners.findText(self.owners.currentText())
        if at >= 0:
            self._give(self.owners.itemData(at))

    @Slot()
    def free(self) -> None:
        """The chosen numbers are nobody's as far as this import goes."""
        self._give(None)

    def _give(self, owner: Owner | None) -> None:
        for row in self.view.chosen_rows():
            group = self.model.group(row)
            if owner is not None:
                self.plan.assigned[group.number] = owner
                self.plan.ticks.pop(key(group), None)
            else:
                self.plan.assigned.pop(group.number, None)
        self.model.refresh()

    @Slot()
    def _count(self) -> None:
        groups = [row.key for row in self.model.rows]
        taken = [group for group in groups if self.plan.takes(group)]
        contacts = sum(group.count for group in taken)
        self.sum.setText(
            trn("{n} of {all} number is taken in", "{n} of {all} numbers are taken in", len(taken), all=len(groups))
            + tr(": ") + trn("{n} contact", "{n} contacts", contacts))
        self.changed.emit()


def _line(plan: Plan, group: NumberGroup) -> PlainRow:
    assert plan.read is not None
    owner = plan.owner(group)
    takes = plan.takes(group)
    whose = plan.read.names.of(owner) if owner != NOBODY else ""
    why = "" if takes else plan.why_not(group) or tr("Not ticked")
    return PlainRow((group.number or tr("(no number)"), group.name, f"{group.count:,}", whose, tr(group.kind.label),
                     why), group, "" if takes else "faint")
