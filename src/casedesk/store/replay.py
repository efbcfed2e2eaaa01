"""Whether the records are what their history says: each replayed from its changes and compared.

A column the history never named is not compared: a migration may have filled it. Findings have no history; the rules
find them again.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, select

from casedesk.base import times
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.records import ALL, Change, Finding, FindingIncident
from casedesk.store.audit import plain

_CHANGES = cast("Table", Change.__table__)
_BLOCK = 500


@dataclass
class _Said:
    """What the history says of one record."""

    fields: dict[str, Any] = field(default_factory=dict)
    in_trash: bool = False


def differing(connection: Connection, progress: Progress = silent) -> Iterator[tuple[str, str, int]]:
    """(“edited”, “inserted” or “deleted”, kind, how many): records that differ from their history, that have none, and
    that are gone although it does not say so.
    """
    kinds = [kind for kind in ALL if kind not in (Finding, FindingIncident)]
    for done, kind in enumerate(kinds, 1):
        progress(done, len(kinds), tr("Comparing the records with their history"))
        edited, without = _compared(connection, cast("Table", kind.__table__))
        if edited:
            yield "edited", kind.__tablename__, edited
        if without:
            yield "inserted", kind.__tablename__, without
    tables = {kind.__tablename__: cast("Table", kind.__table__) for kind in kinds}
    for name, gone in sorted(_gone(connection, tables).items()):
        yield "deleted", name, gone


def _compared(connection: Connection, table: Table) -> tuple[int, int]:
    edited = without = last = 0
    while True:
        block = connection.execute(select(table).where(table.c.id > last).order_by(table.c.id).limit(_BLOCK)).all()
        if not block:
            return edited, without
        last = block[-1].id
        said = _replayed(connection, table.name, [row.uuid for row in block])
        for row in block:
            if row.uuid not in said:
                without += 1
            elif _differs(row, said[row.uuid]):
                edited += 1


def _gone(connection: Connection, tables: Mapping[str, Table]) -> Counter[str]:
    """How many records of each kind were added, are not there, and were neither purged nor destroyed."""
    gone = Counter[str]()
    added = connection.execute(
        select(_CHANGES.c.kind, _CHANGES.c.record).where(_CHANGES.c.action == "add", _CHANGES.c.kind.in_(tables))
        .execution_options(yield_per=_BLOCK))
    for block in added.partitions():
        by_kind = defaultdict[str, set[uuid.UUID]](set)
        for name, record in block:
            by_kind[name].add(record)
        for name, records in by_kind.items():
            there = connection.scalars(select(tables[name].c.uuid).where(tables[name].c.uuid.in_(records)))
            if missing := records.difference(there):
                gone[name] += len(missing) - _taken_away(connection, name, missing)
    return +gone


def _taken_away(connection: Connection, kind: str, records: set[uuid.UUID]) -> int:
    """How many of these the history's last word is that they were purged, or destroyed with their words."""
    last = connection.execute(
        select(_CHANGES.c.record, _CHANGES.c.action, _CHANGES.c.fields)
        .where(_CHANGES.c.record.in_(records), _CHANGES.c.kind == kind).order_by(_CHANGES.c.seq))
    said = {record: action in {"purge", "destroy"} or "destroyed" in fields for record, action, fields in last}
    return sum(said.values())


def _replayed(connection: Connection, kind: str, records: list[uuid.UUID]) -> dict[uuid.UUID, _Said]:
    said: dict[uuid.UUID, _Said] = defaultdict(_Said)
    rows = connection.execute(
        select(_CHANGES.c.record, _CHANGES.c.action, _CHANGES.c.fields)
        .where(_CHANGES.c.record.in_(records), _CHANGES.c.kind == kind).order_by(_CHANGES.c.seq))
    for record, action, fields in rows:
        if action == "add":  # for good taken away, and brought back by an exchange file
            said.pop(record, None)
        one = said[record]
        one.fields.update((name, values[1]) for name, values in fields.items())
        if action in {"delete", "restore"}:
            one.in_trash = action == "delete"
    return said


def _differs(row: Row[Any], said: _Said) -> bool:
    kept = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return (kept["deleted_at"] is not None) != said.in_trash or any(
        name in kept and not _same(kept[name], value) for name, value in said.fields.items())


def _same(kept: object, said: Any) -> bool:
    if isinstance(kept, dt.datetime) and isinstance(said, str):  # said in the zone it was typed in, kept in UTC
        return times.to_millis(kept) == times.to_millis(dt.datetime.fromisoformat(said))
    return plain(kept) == said or (not kept and not said)
