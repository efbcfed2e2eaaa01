"""What can still be read of an office's damaged database, block by block, as a cabinet's own database holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, literal_column, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from casedesk.base.i18n import tr
from casedesk.store import office
from casedesk.store.engine import explaining

_AT_ONCE = 256
"""So many blocks are read in one question, until one of them cannot be."""
_MOST_ROWS = 300
"""No block of 8 KiB holds more rows; of a damaged one each is tried."""
_SQLITE = sqlite.dialect()


class DamagedOffice:
    """A database of PostgreSQL of which some blocks cannot be read."""

    def __init__(self, address: str) -> None:
        self._engine = office.open_engine(address)
        self._unread: list[int] = []

    def close(self) -> None:
        self._engine.dispose()

    def columns(self, table: str) -> set[str]:
        return {str(name) for (name,) in self._asked(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped",
            (f'"{table}"',))}

    def unread(self, table: str) -> list[str]:
        """Of which blocks of a table just read something cannot be read."""
        blocks, self._unread = self._unread, []
        return [tr("{table}: block {number} of the server's file cannot be read whole; “casedesk verify” names the "
                   "records that are missing.", table=table, number=number) for number in blocks]

    def rows(self, table: Table, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Every row that can be read, in the order in which the server keeps them."""
        [(blocks,)] = self._asked("SELECT CAST(pg_relation_size(CAST(%s AS regclass)) / CAST(current_setting("
                                  "'block_size') AS INTEGER) AS INTEGER)", (f'"{table.name}"',))
        for first in range(0, blocks, _AT_ONCE):
            yield from self._read(table, names, first, min(blocks, first + _AT_ONCE))

    def _read(self, table: Table, names: Sequence[str], first: int, end: int) -> Iterator[tuple[Any, ...]]:
        try:
            found = self._between(table, names, f"({first},0)", f"({end},0)")
        except DBAPIError:
            if end - first > 1:
                middle = (first + end) // 2
                yield from self._read(table, names, first, middle)
                yield from self._read(table, names, middle, end)
                return
            self._unread.append(first)
            found = list(self._one_by_one(table, names, first))
        yield from found

    def _one_by_one(self, table: Table, names: Sequence[str], block: int) -> Iterator[tuple[Any, ...]]:
        """The rows of a block that can be read: where one long value is lost, the others are there."""
        for number in range(1, _MOST_ROWS):
            try:
                yield from self._between(table, names, f"({block},{number})", f"({block},{number + 1})")
            except DBAPIError:
                continue

    def _between(self, table: Table, names: Sequence[str], first: str, end: str) -> list[tuple[Any, ...]]:
        columns = [table.c[name] for name in names]
        processors = [column.type.dialect_impl(_SQLITE).bind_processor(_SQLITE) for column in columns]
        place: ColumnElement[Any] = literal_column(f'"{table.name}".ctid')
        asked = select(*columns).where(place >= literal_column(f"CAST('{first}' AS tid)"),
                                       place < literal_column(f"CAST('{end}' AS tid)"))
        with self._engine.connect().execution_options(reading=True) as connection:
            return [tuple(value if say is None else say(value) for say, value in zip(processors, row, strict=True))
                    for row in connection.execute(asked)]

    def _asked(self, statement: str, values: tuple[object, ...]) -> list[Any]:
        with explaining(), self._engine.connect().execution_options(reading=True) as connection:
            return list(connection.exec_driver_sql(statement, values))
