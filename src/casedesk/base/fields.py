"""A field is declared once: what a column is called, how it is typed, shown, checked and found.

The entry form, the table, the workbook sheet, the exchange file and the history view all read this declaration.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

Check = Callable[[str], str]
"""Takes what was typed, returns it in its normal form or raises `InvalidEntry`."""

Warn = Callable[[str], str]
"""Takes a normal form, returns a translated doubt or an empty text; never refuses."""


class Choice(StrEnum):
    """A closed list of words: the value is stored, the label is shown (translated where shown)."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


@dataclass(frozen=True)
class Field:
    """How a column meets people. Labels are English and translated where they are shown."""

    label: str
    help: str = ""
    group: str = ""
    required: bool = False
    unit: str = ""
    lines: int = 1
    """Height of its input in lines; more than one means several lines of text."""
    width: int = 24
    """Width its content deserves, in characters."""
    money: bool = False
    """An integer number of cents."""
    masked: bool = False
    """Personal data shown as dots until asked for."""
    hidden: bool = False
    """Kept and exported, but not typed by a person."""
    in_table: bool = False
    """A column of the list when the person has not chosen otherwise."""
    check: Check | None = None
    warn: Warn | None = None


def field(label: str, help: str = "", **how: Any) -> dict[str, Field]:  # noqa: A002 - the field's standard word
    """The `info` of a mapped column."""
    return {"field": Field(label, help, **how)}


def field_of(column: Any) -> Field | None:
    """The declaration of a mapped column, or None for the program's own columns."""
    found = column.info.get("field")
    return found if isinstance(found, Field) else None
