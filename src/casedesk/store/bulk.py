"""Many records at once, as an import makes them: stamped, chained and searchable as if each were saved alone.

Rows are plain mappings and are forgotten as soon as they are written, so that memory does not grow with their number.
"""

from __future__ import annotations

import datetime as dt
import gc
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

from sqlalchemy import Table, func, select, update
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.records import Record
from casedesk.store import audit, office, search
from casedesk.store.inserting import Columns, insert_columns
from casedesk.store.visibility import refuse_hidden

_WRITING_KIB, _WALKING_KIB = 24 * 1024, 8 * 1024
"""Pages held while much is written, whose indexes are met again; and while rows are walked once."""
_BLOCK = 500


@contextmanager
def sparing(session: Session) -> Iterator[None]:
    """Hold fewer of the database's pages meanwhile, and look for no cycles among rows that have none."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        with few_pages(session, _WRITING_KIB):
            yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def few_pages(session: Session, kib: int = _WALKING_KIB) -> Iterator[None]:
    """Hold fewer of the database's pages meanwhile: what is walked or written once need not stay in memory."""
    connection = session.connection()
    if office.in_postgres(connection):
        yield
        return
    had = connection.exec_driver_sql("PRAGMA cache_size").scalar()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{kib}")
    try:
        yield
    finally:
        if not connection.closed and not connection.invalidated:
            connection.exec_driver_sql(f"PRAGMA cache_size = {had}")


def add(session: Session, like: Record, rows: Sequence[Mapping[str, Any]]) -> range:
    """Add records like this one, each with its own values of some columns, id, UUID and stamps; returns their ids.

    Columns that follow from others (`Record.settle`) are the caller's to fill in.
    """
    if not rows:
        return range(0)
    connection, kind, who = session.connection(), type(like), str(session.info["who"])
    table = _table(kind)
    first = int(connection.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0) + 1
    ids = range(first, first + len(rows))
    columns = _columns(like, rows, ids, who)
    refuse_hidden(session, set(columns.get("matter_id", [None])))
    insert_columns(connection, table, columns)
    office.ids_given(connection, table.name, ids[-1])
    audit.write_added(session, kind, columns)
    search.keep_rows(connection, kind, columns)
    session.info["tables"].add(kind.__tablename__)
    return ids


def _columns(like: Record, rows: Sequence[Mapping[str, Any]], ids: range, who: str) -> Columns:
    now, own, fresh = times.now(), set[str]().union(*rows), ordered_uuids()
    given = {column.key: getattr(like, column.key) for column in _table(type(like)).columns} | {
        "created_at": now, "created_by": who, "changed_at": now, "changed_by": who, "uuid": None}
    return {name: [row.get(name, value) for row in rows] if name in own else [value] * len(rows)
            for name, value in given.items()} | {
        "id": ids, "uuid": [row.get("uuid") or next(fresh) for row in rows]}


def ordered_uuids() -> Iterator[uuid.UUID]:
    """New UUIDs, in order after a random beginning: each has its place beside the last in the index."""
    return (uuid.UUID(int=number) for number in _numbers())


def ordered_hex() -> Iterator[str]:
    """The same as 32 hexadecimal digits, for rows by the million."""
    return (f"{number:032x}" for number in _numbers())


def _numbers() -> Iterator[int]:
    """The numbers of UUIDs of version 4: variant bits, then 62 bits counted up from nothing."""
    return count(uuid.uuid4().int >> 64 << 64 | 0b10 << 62)


def discard(session: Session, kind: type[Record], ids: Sequence[int], moment: dt.datetime) -> int:
    """Move records to the trash under this moment; returns how many were not there already."""
    connection, table, who, gone = session.connection(), _table(kind), str(session.info["who"]), 0
    matter = table.c.get("matter_id")
    for start in range(0, len(ids), _BLOCK):
        chosen = table.c.id.in_(ids[start:start + _BLOCK]) & table.c.deleted_at.is_(None)
        found = connection.execute(select(table.c.id, table.c.uuid, *([] if matter is None else [matter]))
                                   .where(chosen)).all()
        refuse_hidden(session, {getattr(row, "matter_id", None) for row in found})
        connection.execute(update(table).where(chosen).values(
            deleted_at=moment, changed_at=times.now(), changed_by=who, version=table.c.version + 1))
        audit.write_changes(session, [
            {"action": "delete", "kind": kind.__tablename__, "record": row.uuid,
             "matter_id": getattr(row, "matter_id", None), "fields": {}} for row in found])
        search.drop_rows(connection, kind, [row.id for row in found])
        gone += len(found)
    session.info["tables"].add(kind.__tablename__)
    return gone


def _table(kind: type[Record]) -> Table:
    table = kind.__table__
    assert isinstance(table, Table)
    return table

