"""A new record written at once, where working out a flush would take longer than writing it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Dialect, Table
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.records import Record
from casedesk.store import audit, guard, search, work


def add(session: Session, record: Record) -> None:
    """Add a record, which has its id from now on: stamped, chained and searchable as a flush would leave it.

    The session does not follow it: what is changed in it afterwards is not saved.
    """
    work.stamp(session, record, times.now(), made=True)
    guard.admit(session, [record])
    connection, kind = session.connection(), type(record)
    statement, values = _insert(kind, connection.dialect)
    given = tuple(convert(getattr(record, name)) if convert else getattr(record, name) for name, convert in values)
    record.id = int(connection.exec_driver_sql(statement, given).scalar_one())
    session.info["changes"] += audit.of([record], "add")
    search.follow_new(connection, record)
    session.info["tables"].add(kind.__tablename__)


@lru_cache(64)
def _insert(kind: type[Record], dialect: Dialect) -> tuple[str, list[tuple[str, Callable[[Any], Any] | None]]]:
    """The statement that inserts a row and answers its id, and how each of its values is handed over."""
    table = cast("Table", kind.__table__)
    columns = [column for column in table.columns if column.key != "id"]
    name, mark = dialect.identifier_preparer, "?" if dialect.positional else "%s"
    statement = (f"INSERT INTO {name.format_table(table)} ({', '.join(map(name.format_column, columns))})"  # noqa: S608
                 f" VALUES ({', '.join([mark] * len(columns))}) RETURNING id")
    return statement, [(column.key, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in columns]
