"""Rows written to a table as they are, without the cost of a statement made for each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]],
                written: Collection[str] = ()) -> None:
    """Insert rows that have every column; a value that is the very one of the row before is converted once.

    The columns in `written` are given as the database holds them.
    """
    dialect = connection.dialect
    columns = [[row[column.key] for row in rows] for column in table.columns]
    for values, column in zip(columns, table.columns, strict=True):
        convert = column.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None and column.key not in written:
            given, made = values[0], convert(values[0])
            for place, value in enumerate(values):
                if value is not given:
                    given, made = value, convert(value)
                values[place] = made
    connection.exec_driver_sql(_statement(table, dialect), list(zip(*columns, strict=True)))


@cache
def _statement(table: Table, dialect: Dialect) -> str:
    if dialect.positional:
        return str(insert(table).compile(dialect=dialect))
    names = ", ".join(dialect.identifier_preparer.format_column(column) for column in table.columns)
    marks = ", ".join(["%s"] * len(table.columns))
    return f"INSERT INTO {dialect.identifier_preparer.format_table(table)} ({names}) VALUES ({marks})"  # noqa: S608
