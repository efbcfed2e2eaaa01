"""The columns of a kind of record, from its field declarations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Enum, Integer, Text

from casedesk.base import times
from casedesk.base.fields import Choice, Field
from casedesk.base.i18n import Say
from casedesk.base.typed_time import Precision
from casedesk.exports.workbook import texts
from casedesk.exports.workbook.rows import Column, Styled, amount, day_serial, serial, whole
from casedesk.records import BY_TABLE, Debt, Incident, Offer, Record, columns
from casedesk.records.dossier import Dossier
from casedesk.records.record import UtcTime

_DIGESTS = {"sha256", "digest"}
_NOT_SHOWN = {"notes", "password", "original_path", "privileged"}
"""Notes are the firm's own; what is privileged is not in the workbook at all."""


@dataclass(frozen=True)
class Naming:
    """How the workbook names records and says words, in its language."""

    dossier: Dossier
    say: Say

    def of(self, record: Record) -> str:
        """What a record is called in a cell."""
        if isinstance(record, Debt):
            return f"{self.say(record.product.label)} {record.contract_number}".strip()
        if isinstance(record, Offer):
            return f"{record.made_on or ''} {self.say(record.side.label)}".strip()
        return record.caption

    def table(self, kind: type[Record]) -> dict[int, Record]:
        """The records of a kind by id, those of them that are in the dossier."""
        lists: dict[str, Sequence[Record]] = {
            "creditor": self.dossier.creditors, "collector": self.dossier.collectors, "agent": self.dossier.agents,
            "contact_person": self.dossier.contact_persons, "debt": self.dossier.debts, "offer": self.dossier.offers,
            "agreement": self.dossier.agreements, "instalment": self.dossier.instalments,
            "evidence": self.dossier.evidence, "client": [self.dossier.client]}
        return {record.id: record for record in lists.get(kind.__tablename__, ())}


def declared(kind: type[Record], naming: Naming) -> dict[str, Column]:
    """A column for each declared field by its name, then one for each UUID: the record's and those it refers to."""
    found: dict[str, Column] = {}
    ids: dict[str, Column] = {"uuid": Column("UUID", 38, "line", lambda record: str(record.uuid))}
    for column, how in columns(kind):
        if column.key in _NOT_SHOWN:
            continue
        keys = [BY_TABLE[key.column.table.name] for key in column.foreign_keys]
        if keys:
            names = naming.table(keys[0])
            found[column.key] = _reference(naming, column.key, how, names)
            ids[f"{column.key} uuid"] = _uuid(naming, column.key, how, names)
        else:
            found[column.key] = _plain(naming, column, how)
    if kind is Incident:
        found["at"] = _local(naming, found["at"])
        ids["utc"] = Column(naming.say("Time (UTC)"), 24, "line", _utc)
    return found | ids


def _title(naming: Naming, how: Field) -> str:
    unit = naming.say(how.unit) if how.unit else ""
    return f"{naming.say(how.label)} ({unit})" if unit else naming.say(how.label)


def _reference(naming: Naming, name: str, how: Field, records: dict[int, Record]) -> Column:
    called = {id_: naming.of(record) for id_, record in records.items()}
    return Column(_title(naming, how), 20, "text", lambda record: called.get(getattr(record, name)))


def _uuid(naming: Naming, name: str, how: Field, records: dict[int, Record]) -> Column:
    uuids = {id_: str(record.uuid) for id_, record in records.items()}
    return Column(f"{naming.say(how.label)} UUID", 38, "line", lambda record: uuids.get(getattr(record, name)))


def _plain(naming: Naming, column: Any, how: Field) -> Column:
    """The column of a field that is not a reference, by the type of its values."""
    title, name, say = _title(naming, how), column.key, naming.say
    if isinstance(column.type, Enum):
        assert column.type.enum_class is not None
        words = {member: say(member.label) for member in column.type.enum_class if isinstance(member, Choice)}
        widest = max(7, *(texts.columns(word) + 1 for word in words.values()))
        return Column(title, widest, "word", _mapped(name, words))
    if isinstance(column.type, Boolean):
        return Column(title, 9, "word", _mapped(name, {True: say("Yes"), False: say("No")}))
    width, style, shown = _shape(naming, column, how)
    return Column(title, width, style, _through(name, shown))


def _shape(naming: Naming, column: Any, how: Field) -> tuple[float, str, Callable[[Any], Any]]:
    """Width, style and what is written of a value."""
    zone = times.zone(naming.dossier.matter.zone)
    if column.key in _DIGESTS:
        return 36, "line", str
    text = (20 + 6 * min(how.lines, 4), "text") if how.lines > 1 else (
        min(max(how.width * 0.5, 16), 22), "line" if how.width <= 36 else "text")
    shapes: tuple[tuple[type, tuple[float, str, Callable[[Any], Any]]], ...] = (
        (UtcTime, (19, "moment", lambda moment: _in_zone(moment, zone))),
        (Date, (12, "day", day_serial)),
        (JSON, (13, "text", naming.say("; ").join)),
        (Integer, (15, "money", amount) if how.money else (9, "count", whole)),
        (Text, (*text, str)),
    )
    return next(shape for kind, shape in shapes if isinstance(column.type, kind))


def _mapped(name: str, words: dict[Any, str]) -> Callable[[Any], Any]:
    return lambda record: words.get(getattr(record, name))


def _through(name: str, shown: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def value(record: Any) -> Any:
        kept = getattr(record, name)
        return None if kept is None else shown(kept)

    return value


def _in_zone(moment: dt.datetime, zone: dt.tzinfo) -> Any:
    try:
        return serial(moment.astimezone(zone).replace(tzinfo=None))
    except OverflowError:  # the first and the last day there are
        return serial(moment.replace(tzinfo=None))


_LOCAL = {Precision.APPROX: "about", Precision.DAY: "no hour"}


def _local(naming: Naming, column: Column) -> Column:
    """The time of an incident at its own place; a time known roughly says so."""
    def value(incident: Incident) -> Any:
        local = _in_zone(incident.at, times.zone(incident.zone))
        return local if incident.precision is Precision.EXACT else Styled(local, _LOCAL[incident.precision])

    return Column(column.title, 19, "moment", value)


def _utc(incident: Incident) -> str:
    return incident.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def chosen(found: dict[str, Column], printed: Sequence[str]) -> Iterator[Column]:
    """The columns to be printed in the order named, then all the others."""
    yield from (found[name] for name in printed)
    yield from (column for name, column in found.items() if name not in printed)
