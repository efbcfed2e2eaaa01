"""What a list shows: which records, which columns, in which order, narrowed how."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, Table

from casedesk.base.fields import Choice, Field
from casedesk.base.i18n import tr
from casedesk.records import Record, columns
from casedesk.ui.shown import is_number

Where = ColumnElement[bool]


@dataclass(frozen=True)
class ShownColumn:
    """A column as a list shows it."""

    name: str
    column: Column[Any]
    declared: Field

    @property
    def label(self) -> str:
        return tr(self.declared.label)

    @property
    def right(self) -> bool:
        return is_number(self.column)


@dataclass(frozen=True)
class Chip:
    """A narrowing with a name; `where` is asked for anew each time, so that 'today' moves on."""

    key: str
    label: str
    where: Callable[[], Where]


@dataclass(frozen=True)
class Wanted:
    """One list. `base` is what always holds, like the record it belongs to; `text` is what stands in it."""

    kind: type[Record]
    base: tuple[Where, ...] = ()
    matter_id: int | None = None
    order: str = "id"
    descending: bool = False
    chips: tuple[Chip, ...] = ()
    text: str = ""

    def where(self) -> list[Where]:
        """Everything that must hold for a row, beside its matter and its words."""
        return [*self.base, *(chip.where() for chip in self.chips)]

    def sorted_by(self, name: str, *, descending: bool) -> Wanted:
        return replace(self, order=name, descending=descending)


def shown_columns(kind: type[Record], leave_out: tuple[str, ...] = ()) -> Iterator[ShownColumn]:
    """All columns a list of this kind can show."""
    assert isinstance(kind.__table__, Table)
    for column, declared in columns(kind):
        if not declared.masked and column.key not in leave_out:
            yield ShownColumn(column.key, column, declared)


def usual_chars(one: ShownColumn) -> int:
    """The width a column deserves until the person drags it, in characters."""
    kind = one.column.type.python_type
    if one.column.foreign_keys:
        return 22
    if issubclass(kind, dt.datetime):
        return 15
    if issubclass(kind, dt.date | bool):
        return 9
    if issubclass(kind, int):
        return 11 if one.declared.money else 8
    return 13 if issubclass(kind, Choice) else min(max(one.declared.width * 2 // 3, 12), 32)


def usual_columns(kind: type[Record], leave_out: tuple[str, ...] = ()) -> list[str]:
    """The columns a list shows until the person chooses."""
    return [one.name for one in shown_columns(kind, leave_out) if one.declared.in_table]
