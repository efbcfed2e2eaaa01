"""Somebody else saved first: both versions side by side, chosen as a whole or field by field."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QRadioButton, QVBoxLayout, QWidget

from casedesk.base.errors import Conflict
from casedesk.base.i18n import tr
from casedesk.records import columns
from casedesk.ui import look, parts
from casedesk.ui.flow import Flow
from casedesk.ui.forms.form import Form
from casedesk.ui.forms.references import ReferenceInput
from casedesk.ui.shown import shown

_LONG = 80
"""Characters of a value that are shown in the line; the rest when it is pointed at."""


class ConflictPage(QWidget):
    """Reload, keep mine, or choose for each field."""

    decided = Signal(object, object, int)
    """The values to save, what was typed and is not taken (None: all of it is), and the version they are based on."""

    def __init__(self) -> None:
        super().__init__()
        self._problem: Conflict | None = None
        self._groups: dict[str, QButtonGroup] = {}
        self.said = parts.text("", tone="doubt", wrap=True)
        self.grid_holder = QWidget()
        self.theirs_button = parts.button(tr("Take &theirs"))
        self.mine_button = parts.button(tr("Keep &mine"))
        self.chosen_button = parts.button(tr("Save as &chosen"), "primary")
        self.theirs_button.clicked.connect(self._theirs)
        self.mine_button.clicked.connect(self._mine)
        self.chosen_button.clicked.connect(self._chosen)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(*[look.grid(4)] * 4)
        self._layout.setSpacing(look.grid(3))
        self._layout.addWidget(parts.heading(tr("Two people changed this")))
        self._layout.addWidget(self.said)
        self._layout.addWidget(parts.line())
        self._layout.addWidget(self.grid_holder)
        self._layout.addStretch(1)
        buttons = Flow(look.grid(2))
        for button in (self.theirs_button, self.mine_button, self.chosen_button):
            buttons.addWidget(button)
        self._layout.addWidget(parts.holding(buttons))

    @property
    def fields(self) -> list[str]:
        """The columns in which the versions differ."""
        return list(self._groups)

    def show_conflict(self, form: Form, problem: Conflict) -> None:
        """Show where mine and theirs differ; what they alone changed stays theirs unless it is chosen otherwise."""
        self._problem = problem
        self.said.setText(f"{problem} {tr('The history keeps both versions.')}")
        old, self.grid_holder = self.grid_holder, QWidget()
        self._layout.replaceWidget(old, self.grid_holder)
        old.deleteLater()
        self._groups = {}
        grid = QGridLayout(self.grid_holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look.grid(4))
        for at, said in enumerate(("", tr("Mine"), tr("Theirs"))):
            grid.addWidget(parts.text(said, tone="faint"), 0, at)
        for column, declared in columns(form.kind):
            mine, theirs = problem.mine.get(column.key), problem.theirs.get(column.key)
            if column.key in problem.mine and mine != theirs:
                grid.addWidget(parts.text(tr(declared.label)), grid.rowCount(), 0)
                self._groups[column.key] = group = QButtonGroup(self.grid_holder)
                for at, value in ((1, mine), (2, theirs)):
                    said = self._said(form, column.key, value) or tr("(empty)")
                    choice = QRadioButton((said if len(said) <= _LONG else said[:_LONG - 1] + "…").replace("&", "&&"))
                    choice.setToolTip(said if len(said) > _LONG else "")
                    choice.setAccessibleName(f"{tr(declared.label)}: {said}")
                    choice.setChecked(at == (2 if column.key in problem.untouched else 1))
                    group.addButton(choice, at)
                    grid.addWidget(choice, grid.rowCount() - 1, at)
        grid.setColumnStretch(3, 1)

    def _said(self, form: Form, name: str, value: Any) -> str:
        row = form.rows.get(name)
        if row is not None and isinstance(row.entry, ReferenceInput) and value is not None:
            return row.entry.box.itemText(row.entry.box.findData(value))
        return shown(value, row.declared if row is not None else None)

    def choice(self, name: str, whose: int) -> QAbstractButton:
        """The button that takes mine (1) or theirs (2) of a field."""
        return self._groups[name].button(whose)

    @property
    def _version(self) -> int:
        assert self._problem is not None
        version = self._problem.theirs["version"]
        assert isinstance(version, int)
        return version

    def focus_first(self) -> None:
        """Put the cursor on the first choice."""
        first = next(iter(self._groups.values()), None)
        (first.button(1) if first is not None else self.mine_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def _decide(self, values: dict[str, Any]) -> None:
        assert self._problem is not None
        mine = {name: self._problem.theirs.get(name) if name in self._problem.untouched else value
                for name, value in self._problem.mine.items()}
        self.decided.emit(values, None if values in (mine, self._problem.mine) else mine, self._version)

    @Slot()
    def _theirs(self) -> None:
        assert self._problem is not None
        self._decide({name: self._problem.theirs[name] for name in self._problem.mine if name in self._problem.theirs})

    @Slot()
    def _mine(self) -> None:
        assert self._problem is not None
        self._decide(dict(self._problem.mine))

    @Slot()
    def _chosen(self) -> None:
        assert self._problem is not None
        values: dict[str, Any] = dict(self._problem.mine)
        for name, group in self._groups.items():
            if group.checkedId() == 2:
                values[name] = self._problem.theirs.get(name)
        self._decide(values)
