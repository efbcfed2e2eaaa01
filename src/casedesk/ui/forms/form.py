"""One record's entry form: its columns in groups, checked on leaving a field, never cleared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from sqlalchemy import Column

from casedesk.base.errors import InvalidEntry
from casedesk.base.fields import Field
from casedesk.base.i18n import tr
from casedesk.casework import plausible
from casedesk.casework.statement import rate_doubt
from casedesk.records import Record, columns
from casedesk.ui import look, parts
from casedesk.ui.forms.inputs import Input
from casedesk.ui.forms.make import make
from casedesk.ui.forms.mnemonics import letters
from casedesk.ui.forms.moments import TimeInput
from casedesk.ui.office import Office

_WARN = {"rate": rate_doubt, "overdue_rate": rate_doubt}
"""Doubts that only the arithmetic can tell, by column."""


class Row(QObject):
    """A column in the form: its label, its input and the line that says what is wrong."""

    def __init__(self, column: Column[Any], declared: Field, entry: Input, parent: QObject) -> None:
        super().__init__(parent)
        self.name, self.declared, self.entry = column.key, declared, entry
        self.label = QLabel()
        self.label.setBuddy(entry.editor)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setFont(look.small_font())
        self.note.hide()
        self.cell = parts.holding(parts.column(entry, self.note, gap=0.5))
        self.letter = ""
        self.touched = False
        entry.editor.setAccessibleName(tr(declared.label))
        entry.editor.setAccessibleDescription(tr(declared.help) if declared.help else "")
        entry.changed.connect(self._touch)
        entry.left.connect(self.check)
        self.caption(hints=False)

    def caption(self, *, hints: bool) -> None:
        """The label, with its Alt letter while Alt is held."""
        star = " *" if self.declared.required else ""
        letter = f" ({self.letter})" if hints and self.letter else ""
        self.label.setText(f"{tr(self.declared.label)}{star}{letter}")

    @Slot()
    def _touch(self) -> None:
        self.touched = True
        if self.note.property("tone") == "error":
            self.say("", "")

    @Slot()
    def check(self) -> bool:
        """Check what is typed and say beside it what is wrong or doubtful."""
        try:
            value = self.entry.value()
            if self.declared.check is not None and value:
                value = self.declared.check(str(value))
                self.entry.put(value)
        except InvalidEntry as problem:
            self.say(str(problem), "error")
            return False
        self.doubt(value)
        return True

    def doubt(self, value: Any) -> None:
        """Say beside it what is doubtful in a value that may be kept as it is."""
        warn = self.declared.warn or _WARN.get(self.name)
        self.say(warn(str(value)) if warn is not None and value else "", "doubt")

    def say(self, text: str, tone: str) -> None:
        """Say it in one line beside the field; an empty text takes it away."""
        self.note.setText(text)
        self.note.setVisible(bool(text))
        for widget, name, value in ((self.note, "tone", tone if text else ""),
                                    (self.entry.editor, "wrong", bool(text) and tone == "error")):
            widget.setProperty(name, value)
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self.entry.editor.setAccessibleDescription(text or tr(self.declared.help))

    def show(self, *, wanted: bool) -> None:
        """Show or hide the whole row."""
        for widget in (self.label, self.cell):
            widget.setVisible(wanted)


class Form(QWidget):
    """The inputs of one kind of record. Columns in `fixed` are given, not typed.

    Labels stand beside the fields, and above them where both have no room.
    """

    changed = Signal()
    new_wanted = Signal(object, object)
    """A kind of record, and the row that will point at it."""

    def __init__(self, office: Office, kind: type[Record], fixed: Mapping[str, Any], zone: str = "Asia/Shanghai",
                 leave_out: Iterable[str] = ()) -> None:
        super().__init__()
        self.kind, self.fixed, self._zone = kind, dict(fixed), zone
        self.rows: dict[str, Row] = {}
        self._headings: dict[str, QWidget] = {}
        self._together: str | None = None
        """The field that others contradicted when one was last left."""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(look.grid(4))
        self._grid.setVerticalSpacing(look.grid(1.5))
        self._grid.setColumnStretch(1, 1)
        self._stacked = False
        self._places: dict[str, int] = {}
        out = {*leave_out, *fixed}
        for column, declared in columns(kind):
            if not declared.hidden and column.key not in out:
                self._add(office, column, declared)
        self._grid.setRowStretch(self._grid.rowCount(), 1)
        self._place()
        self._give_letters()

    def _add(self, office: Office, column: Column[Any], declared: Field) -> None:
        if declared.group and declared.group not in self._headings:
            self._headings[declared.group] = self._heading(declared.group)
        entry = make(office, self.kind, column, declared, self.fixed.get("matter_id"))
        row = Row(column, declared, entry, self)
        self.rows[column.key] = row
        entry.changed.connect(self._heard)
        entry.left.connect(self._check_together)
        if hasattr(entry, "new_wanted"):
            entry.new_wanted.connect(self._new)
        self._places[column.key] = self._grid.rowCount()
        self._grid.addWidget(row.cell, self._grid.rowCount() + 1, 1)

    def _place(self) -> None:
        """Put each label beside its field, or in the line above it."""
        for name, at in self._places.items():
            row = self.rows[name]
            first = row.entry.editor.sizeHint().height() if row.declared.lines == 1 else look.grid(7)
            row.label.setMinimumHeight(0 if self._stacked else first)
            if self._stacked:
                self._grid.addWidget(row.label, at, 0, 1, 2)
                self._grid.addWidget(row.cell, at + 1, 0, 1, 2)
            else:
                self._grid.addWidget(row.label, at + 1, 0, Qt.AlignmentFlag.AlignTop)
                self._grid.addWidget(row.cell, at + 1, 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._widest_cell(), super().minimumSizeHint().height())

    def _widest_cell(self) -> int:
        return max((row.cell.minimumSizeHint().width() for row in self.rows.values()), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        labels = max((row.label.sizeHint().width() for row in self.rows.values()), default=0)
        stacked = self.width() < labels + self._grid.horizontalSpacing() + self._widest_cell()
        if stacked != self._stacked:
            self._stacked = stacked
            self._place()

    def freeze(self) -> None:
        """What it shows can be read and copied, and not changed."""
        for row in self.rows.values():
            editor = row.entry.editor
            if isinstance(editor, QLineEdit | QPlainTextEdit):
                editor.setReadOnly(True)
            else:
                row.entry.setEnabled(False)

    def _heading(self, group: str) -> QWidget:
        heading = QWidget()
        layout = QVBoxLayout(heading)
        layout.setContentsMargins(0, look.grid(3) if self.rows else 0, 0, look.grid(1))
        layout.setSpacing(look.grid(1))
        if self.rows:
            line = QFrame()
            line.setProperty("kind", "line")
            layout.addWidget(line)
            layout.addSpacing(look.grid(1))
        text = QLabel(tr(group))
        text.setFont(look.strong_font())
        layout.addWidget(text)
        self._grid.addWidget(heading, self._grid.rowCount(), 0, 1, 2)
        return heading

    def _give_letters(self) -> None:
        for row, letter in zip(self.rows.values(), letters([tr(r.declared.label) for r in self.rows.values()]),
                               strict=True):
            row.letter = letter
            shortcut = QShortcut(QKeySequence(f"Alt+{letter}"), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(row.entry.editor.setFocus)
            row.label.setToolTip(f"Alt+{letter}")

    def hint(self, *, shown: bool) -> None:
        """Show the Alt letters, or hide them."""
        for row in self.rows.values():
            row.caption(hints=shown)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Alt:
            self.hint(shown=event.type() == QEvent.Type.KeyPress)
        return super().event(event)

    @Slot()
    def _heard(self) -> None:
        self.arrange()
        self.changed.emit()

    @Slot(object)
    def _new(self, kind: type[Record]) -> None:
        sender = self.sender()
        row = next((row for row in self.rows.values() if row.entry is sender), None)
        self.new_wanted.emit(kind, row)

    def arrange(self) -> None:
        """Show only what matters: the place of a visit for visits, lengths of calls for calls."""
        from casedesk.ui.forms.relevance import irrelevant

        hidden = irrelevant(self.kind, self.rows)
        for name, row in self.rows.items():
            row.show(wanted=name not in hidden)
        for group, heading in self._headings.items():
            heading.setVisible(any(row.declared.group == group and name not in hidden
                                   for name, row in self.rows.items()))

    @Slot()
    def _check_together(self) -> None:
        """Say what the fields make impossible together, as soon as one is left."""
        if self._together is not None:
            self.rows[self._together].check()
            self._together = None
        try:
            plausible.check(self.kind, self.values())
        except InvalidEntry as problem:
            row = self.rows.get(problem.field)
            if row is not None and row.note.isHidden():
                row.say(str(problem), "error")
                self._together = problem.field

    def put(self, values: Mapping[str, Any]) -> None:
        """Show a record's values."""
        zone = str(values.get("zone") or self._zone)
        for name, row in self.rows.items():
            if isinstance(row.entry, TimeInput):
                row.entry.zone = zone
            row.entry.put(values.get(name))
            row.touched = False
            row.doubt(values.get(name))
        self.arrange()

    def typed(self) -> dict[str, Any]:
        """What is typed, for a draft."""
        return {name: row.entry.typed() for name, row in self.rows.items()}

    def put_typed(self, typed: Mapping[str, Any]) -> None:
        """Show a draft again."""
        for name, value in typed.items():
            if name in self.rows:
                self.rows[name].entry.put_typed(value)
                self.rows[name].touched = True
        self.arrange()

    def values(self) -> dict[str, Any]:
        """The values to save; InvalidEntry names the first field that cannot be read."""
        values = dict(self.fixed)
        for name, row in self.rows.items():
            try:
                values[name] = row.entry.value()
            except InvalidEntry as problem:
                raise InvalidEntry(problem.message, problem.hint, field=name) from None
            if isinstance(row.entry, TimeInput) and row.entry.precision is not None and "precision" in self.rows:
                values["precision"] = row.entry.precision
        return values

    def wrong(self, problem: InvalidEntry) -> None:
        """Say a problem beside its field and go there."""
        row = self.rows.get(problem.field)
        if row is not None:
            row.say(str(problem), "error")
            row.entry.editor.setFocus()
