"""Rows written to a table as they are, without the cost of a statement made for each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import repeat
from operator import is_
from typing import Any

from sqlalchemy import Connection, Dialect, Table

Columns = Mapping[str, Sequence[Any]]
"""The values of rows by column; at least one row."""


def in_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """The same rows by column; all have the keys of the first."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def is_one(values: Sequence[Any]) -> bool:
    """Whether all are the very same."""
    return all(map(is_, values, repeat(values[0])))


def insert_columns(connection: Connection, table: Table, columns: Columns, written: Collection[str] = ()) -> None:
    """Insert rows that have every column; a value that is the very one of the row before is converted once.

    The columns in `written` are given as the database holds them. What is empty in every row stands in the statement
    itself: to hand over nothing, row by row, takes the driver longer than to hand over something.
    """
    dialect = connection.dialect
    shown: list[str] = []
    bound: list[Sequence[Any]] = []
    mark = "?" if dialect.positional else "%s"
    for column in table.columns:
        convert = None if column.key in written else column.type.dialect_impl(dialect).bind_processor(dialect)
        values = columns[column.key]
        if convert is not None:
            values = _converted(values, convert)
        said = _said(values)
        shown.append(said or mark)
        if not said:
            bound.append(values)
    connection.exec_driver_sql(_statement(table, dialect, shown), list(zip(*bound, strict=True)))


def _converted(values: Sequence[Any], convert: Callable[[Any], Any]) -> list[Any]:
    given, made = values[0], convert(values[0])
    if is_one(values):
        return [made] * len(values)
    found = []
    for value in values:
        if value is not given:
            given, made = value, convert(value)
        found.append(made)
    return found


def _said(values: Sequence[Any]) -> str:
    """The value all rows have, as SQL says it, where it is nothing, zero or one; else empty."""
    first = values[0]
    if first is None:
        said = "NULL"
    elif type(first) is str and first in ("", "[]"):
        said = f"'{first}'"
    elif type(first) is int and first in (0, 1):
        said = str(first)
    else:
        return ""
    return said if values.count(first) == len(values) else ""


def _statement(table: Table, dialect: Dialect, shown: Sequence[str]) -> str:
    names = ", ".join(dialect.identifier_preparer.format_column(column) for column in table.columns)
    return (f"INSERT INTO {dialect.identifier_preparer.format_table(table)} ({names}) "  # noqa: S608
            f"VALUES ({', '.join(shown)})")
