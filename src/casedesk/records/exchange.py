"""A record as JSON and back, by its field declarations.

The names are those of the columns; another record is named by its UUID; money is cents; a time is UTC with
milliseconds, like 2026-11-03T14:14:00.000Z. What a cabinet makes for itself (ids, the vault's names and keys) is left
out. resources/schema/matter.schema.json says the same for other programs (see exchange_schema).
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Enum, Integer, Table, Text, Uuid

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.base.fields import Field, field_of
from casedesk.base.i18n import N_, tr
from casedesk.records import BY_TABLE, Evidence, Record
from casedesk.records.record import UtcTime

FORMAT, VERSION = "casedesk-matter", 1
LEFT_OUT = "left_out"
"""What says how many records of the matter are not in the file because they are privileged."""
FILE = "file"
"""What an entry of evidence has besides its columns: the path of its file within the ZIP, or null."""
STAMPS = ("created_at", "created_by", "changed_at", "changed_by")

UuidOf = Callable[[type[Record], int], uuid.UUID | None]
"""The UUID of a record of this kind and id; None when it does not go along."""

LARGEST = 10**18 - 1
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?(Z|[+-][0-9]{2}:[0-9]{2})$"
UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


@dataclass(frozen=True)
class Member:
    """One name of an entry and what may stand there; `form` is a key of `_READERS`."""

    name: str
    form: str
    column: Column[Any]
    declared: Field | None
    target: type[Record] | None

    @property
    def words(self) -> tuple[str, ...]:
        """The choices of a word."""
        return tuple(self.column.type.enums) if isinstance(self.column.type, Enum) else ()

    @property
    def required(self) -> bool:
        """Whether an entry cannot be without it."""
        asked = self.target is not None or (self.form == "moment" and self.declared is not None)
        return self.form == "uuid" or (asked and not self.column.nullable)


@cache
def members(kind: type[Record]) -> tuple[Member, ...]:
    """The names of an entry in their order: UUID, declared columns, stamps."""
    table = kind.__table__
    assert isinstance(table, Table)
    declared = [column for column in table.columns if field_of(column) is not None]
    return tuple(_member(column) for column in (table.c.uuid, *declared, *(table.c[name] for name in STAMPS)))


def _member(column: Column[Any]) -> Member:
    target = next((BY_TABLE[key.column.table.name] for key in column.foreign_keys), None)
    return Member(column.key, "reference" if target else _form(column), column, field_of(column), target)


def _form(column: Column[Any]) -> str:
    forms = ((Enum, "word"), (UtcTime, "moment"), (Date, "day"), (Boolean, "flag"), (Integer, "count"), (Uuid, "uuid"),
             (Text, "text"), (JSON, "words"))
    return next(form for kind, form in forms if isinstance(column.type, kind))


def written(record: Record, uuid_of: UuidOf) -> dict[str, Any]:
    """The entry of a record."""
    return {member.name: _written(member, getattr(record, member.name), uuid_of) for member in members(type(record))}


def _written(member: Member, value: Any, uuid_of: UuidOf) -> Any:
    if value is None:
        return None
    if member.target is not None:
        found = uuid_of(member.target, value)
        return None if found is None else str(found)
    if member.form == "moment":
        return str(value.astimezone(dt.UTC).isoformat(timespec="milliseconds")).replace("+00:00", "Z")
    if member.form == "day":
        return value.isoformat()
    return str(value) if member.form in ("uuid", "word") else value


def values(kind: type[Record], entry: Any) -> dict[str, Any]:
    """The values an entry gives, references as UUIDs; InvalidEntry says which name of it is wrong and why."""
    if not isinstance(entry, dict):
        raise InvalidEntry(tr("An entry must be an object with names and values."))
    known = {member.name: member for member in members(kind)}
    for name in entry:
        if name not in known and not (name == FILE and kind is Evidence):
            raise InvalidEntry(tr("“{field}” is not known here.", field=shown(name)), field=shown(name))
    for member in known.values():
        if member.required and entry.get(member.name) is None:
            raise InvalidEntry(tr("“{field}” is missing.", field=member.name), field=member.name)
    return {name: _value(member, entry[name]) for name, member in known.items() if name in entry}


def _value(member: Member, value: Any) -> Any:
    if value is None:
        if not member.column.nullable:
            raise InvalidEntry(tr("“{field}” must not be null.", field=member.name), field=member.name)
        return None
    try:
        read = _READERS[member.form](member, value)
    except (ValueError, OverflowError):
        raise InvalidEntry(tr(_WRONG[member.form], field=member.name, words=", ".join(member.words)),
                           field=member.name) from None
    return _checked(member, read)


def _checked(member: Member, value: Any) -> Any:
    """The value in the normal form its field asks for."""
    declared = member.declared
    try:
        if member.name == "zone":
            times.zone(value)
        if declared is not None and declared.check is not None and value:
            return declared.check(value)
    except InvalidEntry as problem:
        raise InvalidEntry(f"“{member.name}”: {problem.message}", problem.hint, field=member.name) from None
    if declared is not None and declared.money and value < 0:
        raise InvalidEntry(tr("“{field}” cannot be negative.", field=member.name), field=member.name)
    return value


def shown(text: object) -> str:
    """The beginning of what a stranger wrote, fit for one line of a message."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in str(text)[:60])


def _text(_: Member, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    value.encode("utf-8")  # a lone surrogate is no text
    return value


def _texts(member: Member, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError
    return [_text(member, one) for one in value]


def _flag(_: Member, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _count(_: Member, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        raise ValueError
    return value


def _matching(pattern: str, value: Any) -> str:
    if not isinstance(value, str) or re.fullmatch(pattern.strip("^$"), value) is None:
        raise ValueError
    return value


def _day(_: Member, value: Any) -> dt.date:
    return dt.date.fromisoformat(_matching(DAY, value))


def _moment(_: Member, value: Any) -> dt.datetime:
    return dt.datetime.fromisoformat(_matching(MOMENT, value)).astimezone(dt.UTC)


def _uuid(_: Member, value: Any) -> uuid.UUID:
    return uuid.UUID(_matching(UUID, value))


def _word(member: Member, value: Any) -> Any:
    assert isinstance(member.column.type, Enum)
    assert member.column.type.enum_class is not None
    return member.column.type.enum_class(_text(member, value))


_READERS: Mapping[str, Callable[[Member, Any], Any]] = {
    "text": _text, "words": _texts, "flag": _flag, "count": _count, "day": _day, "moment": _moment, "uuid": _uuid,
    "reference": _uuid, "word": _word,
}
_WRONG = {
    "text": N_("“{field}” must be a text."),
    "words": N_("“{field}” must be a list of texts."),
    "flag": N_("“{field}” must be true or false."),
    "count": N_("“{field}” must be a whole number of at most 18 digits."),
    "day": N_("“{field}” must be a day like 2026-11-03."),
    "moment": N_("“{field}” must be a time with its zone like 2026-11-03T14:14:00.000Z."),
    "uuid": N_("“{field}” must be a UUID."),
    "reference": N_("“{field}” must be the UUID of another entry."),
    "word": N_("“{field}” must be one of: {words}."),
}
