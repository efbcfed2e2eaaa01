"""Which input a column gets."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Column, Enum

from casedesk.base import money, times
from casedesk.base.errors import InvalidEntry
from casedesk.base.fields import Choice, Field
from casedesk.base.i18n import tr
from casedesk.casework.references import references
from casedesk.records import Record
from casedesk.records.record import UtcTime
from casedesk.ui.forms import moments
from casedesk.ui.forms.inputs import ChoiceInput, Input, LineInput, ReadBackInput, TextInput, TickInput
from casedesk.ui.forms.references import ReferenceInput
from casedesk.ui.office import Office

_DIGITS = 9
_TAGS = str.maketrans({"，": ",", "、": ",", ";": ",", "；": ","})


def make(office: Office, kind: type[Record], column: Column[Any], declared: Field, matter_id: int | None) -> Input:
    """The input of a column."""
    target = references(kind).get(column.key)
    if target is not None:
        return ReferenceInput(office, target, declared, matter_id)
    if isinstance(column.type, Enum):
        return _choice(column)
    if isinstance(column.type, UtcTime):
        return moments.TimeInput(declared)
    if column.key == "zone":
        return ChoiceInput([(name, name) for name in times.zone_names()])
    return _plain(column, declared)


def _choice(column: Column[Any]) -> Input:
    assert isinstance(column.type, Enum)
    words: Any = column.type.enum_class
    offered: list[tuple[Any, str]] = [(word, tr(word.label)) for word in words if isinstance(word, Choice)]
    return ChoiceInput([(None, ""), *offered] if column.nullable else offered)


def _plain(column: Column[Any], declared: Field) -> Input:
    kind = column.type.python_type
    if kind is bool:
        known = [(True, tr("Yes")), (False, tr("No"))]
        return ChoiceInput([(None, tr("Not known")), *known]) if column.nullable else TickInput(declared)
    if kind is int:
        return _of_number(declared)
    if kind is dt.date:
        return ReadBackInput(declared, moments.read_day, str, moments.day_read_back)
    if isinstance(column.type, JSON):
        return LineInput(declared, _tags, tr(", ").join)
    return TextInput(declared) if declared.lines > 1 else LineInput(declared)


def _of_number(declared: Field) -> Input:
    if declared.money:
        return ReadBackInput(declared, _cents, money.show_cents, _amount_read_back, right=True)
    if declared.unit == "s":
        return ReadBackInput(declared, moments.read_seconds, str, moments.seconds_read_back)
    return LineInput(declared, _number, str, right=True)


def _cents(text: str) -> int | None:
    return money.parse_cents(text) if text.strip() else None


def _amount_read_back(cents: int, typed: str) -> str:
    """The amount in full where it is typed in another way, as 5.8万 is."""
    full = money.show_cents(cents)
    return "" if typed.strip() in (full, full.removesuffix(".00"), full.replace(",", "")) else full


def _number(text: str) -> int | None:
    bare = text.strip().replace(",", "")
    if not bare:
        return None
    if not bare.isdecimal() or len(bare) > _DIGITS:
        raise InvalidEntry(tr("“{text}” is not a number to count with.", text=text), tr("Type it like 12."))
    return int(bare)


def _tags(text: str) -> list[str]:
    return [tag.strip() for tag in text.translate(_TAGS).split(",") if tag.strip()]
