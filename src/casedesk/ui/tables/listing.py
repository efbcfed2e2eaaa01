"""A list as a page asked for it: opened beside the window, looked at from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Column, ColumnElement, Date, Table, Text, func, select

from casedesk.records.record import UtcTime
from casedesk.store import browse, search
from casedesk.store.cabinet import Store
from casedesk.ui.tables.wanted import Wanted

_LAST = "\U0010ffff"


class Rows:
    """The rows of a `Wanted`, counted when opened."""

    def __init__(self, store: Store, wanted: Wanted, columns: Sequence[str]) -> None:
        self._store, self.wanted, self.kind = store, wanted, wanted.kind
        table = wanted.kind.__table__
        assert isinstance(table, Table)
        self._table = table
        extra = ("zone",) if "zone" in table.c and "zone" not in columns else ()
        self._listing = browse.Listing(
            store, wanted.kind, columns=(*columns, *extra), matter_id=wanted.matter_id, where=wanted.where(),
            words=wanted.text, order=(wanted.order, wanted.descending))
        self.count = self._listing.count()

    def line(self, row: int) -> browse.Line | None:
        """A row; None when the record went meanwhile."""
        return self._listing.line(row)

    def ids(self, first: int, many: int) -> list[int]:
        """The records in rows."""
        return self._listing.ids(first, many)

    def position_of(self, record_id: int) -> int | None:
        """The row a record stands in."""
        return self._listing.position_of(record_id)

    def sums(self, names: Sequence[str]) -> dict[str, int]:
        """Sums of number columns over all rows."""
        with self._store.read() as session:
            found = session.connection().execute(
                select(*(func.sum(self._table.c[name]) for name in names)).where(*self._every())).one()
        return {name: int(value or 0) for name, value in zip(names, found, strict=True)}

    def first_like(self, typed: str) -> int | None:
        """The record at which the sorting column begins with what is typed, or comes to that day."""
        column: Column[object] = self._table.c[self.wanted.order]
        reached = _reached(column, typed, descending=self.wanted.descending)
        if reached is None:
            return None
        order = column.desc() if self.wanted.descending else column.asc()
        with self._store.read() as session:
            found: int | None = session.connection().execute(
                select(self._table.c.id).where(*self._every(), reached).order_by(order).limit(1)).scalar()
        return found

    def _every(self) -> list[ColumnElement[bool]]:
        where = [self._table.c.deleted_at.is_(None), *self.wanted.where()]
        if self.wanted.matter_id is not None:
            where.append(self._table.c.matter_id == self.wanted.matter_id)
        if self.wanted.text.strip():
            where.append(search.holding(self._store.engine, self.kind, self.wanted.text,
                                         matter_id=self.wanted.matter_id))
        return where


def _reached(column: Column[object], typed: str, *, descending: bool) -> ColumnElement[bool] | None:
    if isinstance(column.type, Text):
        return column.between(typed, typed + _LAST)
    if isinstance(column.type, Date | UtcTime):
        day = _day(typed, last=descending)
        moment = day if isinstance(column.type, Date) else dt.datetime.combine(
            day or dt.date.min, dt.time.max if descending else dt.time.min, dt.UTC)
        return None if day is None else column <= moment if descending else column >= moment
    return None


def _day(typed: str, *, last: bool) -> dt.date | None:
    """'2026-1' as the first or the last day it may be the beginning of."""
    filler = "9999-12-31" if last else "0001-01-01"
    digits = typed.replace("/", "-").replace(".", "-")
    try:
        return dt.date.fromisoformat(digits + filler[len(digits):])
    except ValueError:
        return None
