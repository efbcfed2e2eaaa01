"""Whether the records are what their history says: each replayed from its changes and compared.

A column the history never named is not compared: a migration may have filled it. Findings have no history; the rules
find them again.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, Text, select, type_coerce

from casedesk.base import times
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.records import ALL, Change, Finding, FindingIncident, Record
from casedesk.store import audit
from casedesk.store.audit import plain

_CHANGES = cast("Table", Change.__table__)
_RECORD, _FIELDS = type_coerce(_CHANGES.c.record, Text), type_coerce(_CHANGES.c.fields, Text)
_BLOCK = 500
_COUNTED = frozenset({"add", "edit", "delete", "restore"})
"""What counts a record's version up."""
_FOR_GOOD = frozenset({"purge", "destroy"})


@dataclass
class _Said:
    """What the history says of one record."""

    fields: dict[str, Any] = field(default_factory=dict)
    in_trash: bool = False
    changes: int = 0


def differing(connection: Connection, progress: Progress = silent) -> Iterator[tuple[str, str, int]]:
    """(“edited”, “inserted”, “deleted” or “more told”, kind, how many): records that differ from their history, that
    have none, that are gone although it does not say so, and that were changed less often than it says.
    """
    kinds = [kind for kind in ALL if kind not in (Finding, FindingIncident)]
    for done, kind in enumerate(kinds, 1):
        progress(done, len(kinds), tr("Comparing the records with their history"))
        found = Counter(_compared(connection, cast("Table", kind.__table__)))
        for verdict, count in sorted(found.items()):
            yield verdict, kind.__tablename__, count
    tables = {kind.__tablename__: cast("Table", kind.__table__) for kind in kinds}
    for name, gone in sorted(_gone(connection, tables).items()):
        yield "deleted", name, gone


def never_made(connection: Connection, seq: int) -> bool:
    """Whether the record of a change that nothing follows knows nothing of it: each change counts its version up."""
    kind, record, action = connection.execute(
        select(_CHANGES.c.kind, _RECORD, _CHANGES.c.action).where(_CHANGES.c.seq == seq)).one()
    if not (known := _uuids([record])):
        return True
    before = connection.scalars(select(_CHANGES.c.action).where(
        _CHANGES.c.record.in_(known), _CHANGES.c.kind == kind, _CHANGES.c.seq < seq).order_by(_CHANGES.c.seq)).all()
    table = Record.metadata.tables.get(kind)
    version = None if table is None else connection.scalar(select(table.c.version).where(table.c.uuid.in_(known)))
    if version is None:
        return action not in _FOR_GOOD or not before
    since = max((at for at, one in enumerate(before) if one == "add"), default=0)
    return action in _COUNTED and sum(one in _COUNTED for one in before[since:]) >= int(version)


def _uuids(records: Iterable[Any]) -> set[uuid.UUID]:
    """Those of a change's records, as they are kept, that are records of CaseDesk."""
    found = set[uuid.UUID]()
    for record in records:
        with suppress(ValueError):
            found.add(uuid.UUID(audit.record_of(record)))
    return found


def _compared(connection: Connection, table: Table) -> Iterator[str]:
    """A verdict for each record that is not what its history says."""
    last = 0
    while block := connection.execute(select(table).where(table.c.id > last).order_by(table.c.id).limit(_BLOCK)).all():
        last = block[-1].id
        said = _replayed(connection, table.name, [row.uuid for row in block])
        for row in block:
            if row.uuid not in said:
                yield "inserted"
            elif said[row.uuid].changes > row.version:
                yield "more told"
            elif _differs(row, said[row.uuid]):
                yield "edited"


def _gone(connection: Connection, tables: Mapping[str, Table]) -> Counter[str]:
    """How many records of each kind were added, are not there, and were neither purged nor destroyed."""
    gone = Counter[str]()
    added = connection.execute(
        select(_CHANGES.c.kind, _RECORD).where(_CHANGES.c.action == "add", _CHANGES.c.kind.in_(tables))
        .execution_options(yield_per=_BLOCK))
    for block in added.partitions():
        by_kind = defaultdict[str, list[Any]](list)
        for name, record in block:
            by_kind[name].append(record)
        for name, records in ((name, _uuids(kept)) for name, kept in by_kind.items()):
            there = connection.scalars(select(tables[name].c.uuid).where(tables[name].c.uuid.in_(records)))
            if missing := records.difference(there):
                gone[name] += len(missing) - _taken_away(connection, name, missing)
    return +gone


def _taken_away(connection: Connection, kind: str, records: set[uuid.UUID]) -> int:
    """How many of these the history's last word is that they were purged, or destroyed with their words."""
    last = connection.execute(
        select(_CHANGES.c.record, _CHANGES.c.action, _FIELDS)
        .where(_CHANGES.c.record.in_(records), _CHANGES.c.kind == kind).order_by(_CHANGES.c.seq))
    said = {record: action in _FOR_GOOD or "destroyed" in _new(fields) for record, action, fields in last}
    return sum(said.values())


def _replayed(connection: Connection, kind: str, records: list[uuid.UUID]) -> dict[uuid.UUID, _Said]:
    said: dict[uuid.UUID, _Said] = defaultdict(_Said)
    rows = connection.execute(
        select(_CHANGES.c.record, _CHANGES.c.action, _FIELDS)
        .where(_CHANGES.c.record.in_(records), _CHANGES.c.kind == kind).order_by(_CHANGES.c.seq))
    for record, action, fields in rows:
        if action == "add":  # for good taken away, and brought back by an exchange file
            said.pop(record, None)
        one = said[record]
        one.changes += action in _COUNTED
        one.fields.update(_new(fields))
        if action in {"delete", "restore"}:
            one.in_trash = action == "delete"
    return said


def _new(kept: Any) -> dict[str, Any]:
    """The new values of a change's fields, as those are kept; nothing where no CaseDesk wrote them."""
    fields = audit.fields_of(kept)
    return {name: values[-1] for name, values in (fields.items() if isinstance(fields, dict) else ())
            if isinstance(values, list | str) and values}


def _differs(row: Row[Any], said: _Said) -> bool:
    kept = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return (kept["deleted_at"] is not None) != said.in_trash or any(
        name in kept and not _same(kept[name], value) for name, value in said.fields.items())


def _same(kept: object, said: Any) -> bool:
    if isinstance(kept, dt.datetime) and isinstance(said, str):  # said in the zone it was typed in, kept in UTC
        return times.to_millis(kept) == times.to_millis(dt.datetime.fromisoformat(said))
    return plain(kept) == said or (not kept and not said)
