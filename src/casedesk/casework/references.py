"""Which column of a record points at which kind of record."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from sqlalchemy import Table

from casedesk.records import ALL, BY_TABLE, Record


@cache
def references(kind: type[Record]) -> dict[str, type[Record]]:
    """Column name -> kind of record it points at."""
    table = kind.__table__
    assert isinstance(table, Table)
    return {column.key: BY_TABLE[key.column.table.name] for column in table.columns for key in column.foreign_keys}


@cache
def pointing_at(kind: type[Record]) -> tuple[tuple[type[Record], str, bool], ...]:
    """(kind, column, whether the record cannot be without it) of everything that points at this kind."""
    return tuple(_pointing(kind))


def _pointing(kind: type[Record]) -> Iterator[tuple[type[Record], str, bool]]:
    for other in ALL:
        for name, target in references(other).items():
            if target is kind:
                yield other, name, not other.__table__.c[name].nullable
