"""Make the search index anew from the records, oldest first, so that the newest are found first again."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, select

from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.store import office, search
from casedesk.store.search_text import Searched, searched

_BLOCK = 2000
_Entry = tuple[dt.datetime, str, int, int | None, str]
"""When it was made, its kind, id and matter, and its normal text."""


def rebuild(connection: Connection, progress: Progress = silent) -> None:
    """Drop the index and fill it from the records; the caller commits."""
    search.drop(connection)
    search.create(connection)
    total = sum(_count(connection, one) for one in searched().values())
    merged = heapq.merge(*(entries(connection, one) for one in searched().values()), key=lambda entry: entry[:3])
    done = 0
    while block := list(islice(merged, _BLOCK)):
        texts = [(done + row, *entry[1:]) for row, entry in enumerate(block, 1)]
        connection.exec_driver_sql(office.marked(
            connection, "INSERT INTO search_text (id, kind, record_id, matter_id, text) VALUES (?, ?, ?, ?, ?)"), texts)
        office.ids_given(connection, "search_text", texts[-1][0])
        if not office.in_postgres(connection):
            connection.exec_driver_sql(
                "INSERT INTO search_gram (rowid, grams) VALUES (?, ?)",
                [(row, search.indexed(kind, matter_id, text)) for row, kind, _, matter_id, text in texts])
        done += len(block)
        progress(done, max(total, done), tr("Making the search index"))
    if not office.in_postgres(connection):
        connection.exec_driver_sql("INSERT INTO search_gram (search_gram) VALUES ('optimize')")


def _count(connection: Connection, one: Searched) -> int:
    table = one.kind.__table__
    return int(connection.execute(
        select(func.count()).select_from(table).where(table.c.deleted_at.is_(None))).scalar_one())


def entries(connection: Connection, one: Searched) -> Iterator[_Entry]:
    """What the index holds of a kind of record: each record not in the trash that says something, oldest first."""
    table: Any = one.kind.__table__
    kind = one.kind.__tablename__
    own = [table.c.matter_id] if "matter_id" in table.c else []
    rows = connection.execute(
        select(table.c.created_at, table.c.id, *own, *one.read)
        .where(table.c.deleted_at.is_(None)).order_by(table.c.created_at, table.c.id)
        .execution_options(yield_per=_BLOCK))
    for row in rows.mappings():
        text = one.compared(row.__getitem__)
        if text:
            matter_id = search.matter_of(kind, row["id"], row.get("matter_id"))
            yield row["created_at"], kind, row["id"], matter_id, text
