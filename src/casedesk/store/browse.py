"""Lists of any length: how many, and any stretch of them in any order, reading only what is looked at.

A whole kind sorted by a column with a listing index is cut into sections (the filled values, then the empty ones; or
one section for each word or name), and a stretch is read from the nearer end of its section. Any other list, like a
matter's or a filtered one, keeps its ids in order: 8 bytes each.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, select
from sqlalchemy.orm import Session

from casedesk.records import Record
from casedesk.store import search
from casedesk.store.browse_order import Order, captions, has_index, in_index, in_memory, referred
from casedesk.store.cabinet import Store

__all__ = ["BLOCK", "Line", "Listing"]

BLOCK = 200
"""Lines read at once."""
_KEPT_BLOCKS = 64


@dataclass(frozen=True, slots=True)
class Line:
    """A record as a list shows it: the columns asked for, and what the records they point at are called."""

    id: int
    values: Mapping[str, Any]
    captions: Mapping[str, str]


class Listing:
    """The records of one kind, those in the trash left out, sorted by `order` (a column, descending); ties by id.

    `where` holds SQLAlchemy conditions on the kind's columns; `words` what must occur in its texts. One thread at a
    time may use it; the first call of any method reads the order, which for a long filtered list takes longer than the
    window may pause. After a change, `reload`.
    """

    def __init__(self, store: Store, record: type[Record], *, columns: Sequence[str] = (), matter_id: int | None = None,
                 where: Sequence[ColumnElement[bool]] = (), words: str = "", order: tuple[str, bool] = ("id", True),
                 ) -> None:
        table = record.__table__
        assert isinstance(table, Table)
        self.order = order
        self._store = store
        self._table = table
        self._columns = tuple(table.c[name] for name in columns)
        self._where = list(where)
        if matter_id is not None:
            self._where.insert(0, table.c.matter_id == matter_id)
        if words.strip():
            self._where.append(search.holding(store.engine, record, words, matter_id=matter_id))
        self._places: Order | None = None
        self._blocks: OrderedDict[int, list[Line]] = OrderedDict()
        self._captions: dict[tuple[str, int], str] = {}

    def reload(self) -> None:
        """Forget what was read: the next call reads the cabinet as it is then."""
        self._places = None
        self._blocks.clear()
        self._captions.clear()

    def count(self) -> int:
        """How many records the list has."""
        with self._store.read() as session:
            return self._order(session).count

    def ids(self, first: int, many: int) -> list[int]:
        """The ids at `many` places from `first`, fewer at the end."""
        with self._store.read() as session:
            return self._order(session).ids(session, first, many)

    def position_of(self, record_id: int) -> int | None:
        """The place of a record, from 0; None when the list does not hold it."""
        with self._store.read() as session:
            return self._order(session).position(session, record_id)

    def rows(self, first: int, many: int) -> list[Line]:
        """The lines at `many` places from `first`, fewer at the end."""
        with self._store.read() as session:
            return self._lines(session, self._order(session).ids(session, first, many))

    def line(self, place: int) -> Line | None:
        """The line at a place, read together with its neighbours and kept while they are looked at."""
        number, within = divmod(place, BLOCK)
        if number not in self._blocks:
            self._blocks[number] = self.rows(number * BLOCK, BLOCK)
            if len(self._blocks) > _KEPT_BLOCKS:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(number)
        block = self._blocks[number]
        return block[within] if within < len(block) else None

    def _order(self, session: Session) -> Order:
        if self._places is None:
            name, descending = self.order
            column = self._table.c[name]
            if not self._where and has_index(self._table, column):
                self._places = in_index(session, self._table, column, descending)
            else:
                self._places = in_memory(session, self._table, self._where, column, descending)
        return self._places

    def _lines(self, session: Session, ids: list[int]) -> list[Line]:
        number = self._table.c.id
        read = {row[0]: row[1:] for row in session.connection().execute(
            select(number, *self._columns).where(number.in_(ids)))}
        for place, column in enumerate(self._columns):
            if column.foreign_keys:
                self._name(session, column, {row[place] for row in read.values()})
        return [self._line(number, read[number]) for number in ids if number in read]

    def _name(self, session: Session, column: Column[Any], ids: set[int | None]) -> None:
        """Learn what the records are called that the column points at."""
        kind = referred(column)
        unknown = [number for number in ids if number and (kind.__tablename__, number) not in self._captions]
        if unknown:
            for number, caption in captions(session, kind, unknown).items():
                self._captions[kind.__tablename__, number] = caption

    def _line(self, number: int, row: Sequence[Any]) -> Line:
        values = {column.name: value for column, value in zip(self._columns, row, strict=True)}
        called = {column.name: self._captions.get((referred(column).__tablename__, values[column.name]), "")
                  for column in self._columns if column.foreign_keys}
        return Line(number, values, called)
