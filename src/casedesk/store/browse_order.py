"""Where each record of a list stands: by sections of an index, or by its ids in order."""

from __future__ import annotations

import enum
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Enum,
    Select,
    String,
    Table,
    Text,
    and_,
    cast,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from casedesk.records import BY_TABLE, Record
from casedesk.store import office
from casedesk.store.work import WITH_TRASH


class Order(Protocol):
    """The places of a list's records, from 0."""

    count: int

    def ids(self, session: Session, first: int, many: int) -> list[int]:
        """The ids at `many` places from `first`."""

    def position(self, session: Session, record_id: int) -> int | None:
        """The place of a record; None when it is not in the list."""


@dataclass(frozen=True)
class Section:
    """The records of one index stretch that stand together: those with a value, without one, or with this one."""

    where: ColumnElement[bool]
    by: tuple[ColumnElement[Any], ...]
    count: int
    ahead: tuple[ColumnElement[Any], ...] = ()
    """Columns all of them are equal in, by which PostgreSQL knows its index again."""


class Sections:
    """A whole kind in the order of an index; sections one after the other."""

    def __init__(self, table: Table, sections: Sequence[Section], descending: bool) -> None:
        self._table = table
        self._sections = sections
        self._descending = descending
        self.count = sum(section.count for section in sections)

    def ids(self, session: Session, first: int, many: int) -> list[int]:
        found: list[int] = []
        start = 0
        for section in self._sections:
            offset = max(first, start) - start
            length = min(first + many, start + section.count) - start - offset
            if length > 0:
                found += self._stretch(session, section, offset, length)
            start += section.count
        return found

    def _stretch(self, session: Session, section: Section, offset: int, length: int) -> list[int]:
        """Counted from the nearer end of the section."""
        after = section.count - offset - length
        backward = after < offset
        falling = self._descending != backward
        found = list(session.connection().execute(
            select(self._table.c.id).where(section.where)
            .order_by(*(column.desc() if falling else column.asc() for column in (*section.ahead, *section.by)))
            .limit(length).offset(after if backward else offset)).scalars())
        return found[::-1] if backward else found

    def position(self, session: Session, record_id: int) -> int | None:
        start = 0
        for section in self._sections:
            here = session.connection().execute(
                select(*section.by).where(section.where, self._table.c.id == record_id)).one_or_none()
            if here is not None:
                return start + self._before(session, section, tuple(here))
            start += section.count
        return None

    def _before(self, session: Session, section: Section, here: tuple[Any, ...]) -> int:
        place, value = tuple_(*section.by), tuple_(*(literal(one, column.type)
                                                     for one, column in zip(here, section.by, strict=True)))
        before = place > value if self._descending else place < value
        return session.connection().execute(
            select(func.count()).select_from(self._table).where(section.where, before)).scalar_one()


class InMemory:
    """Any other list: its ids, read once."""

    def __init__(self, ids: array[int]) -> None:
        self._ids = ids
        self.count = len(ids)

    def ids(self, session: Session, first: int, many: int) -> list[int]:
        return list(self._ids[first:first + many])

    def position(self, session: Session, record_id: int) -> int | None:
        try:
            return self._ids.index(record_id)
        except ValueError:
            return None


def has_index(table: Table, column: Column[Any]) -> bool:
    """Whether the column has a listing index (see `records.record.listing_index`)."""
    return any([part.name for part in index.columns] == ["deleted_at", column.name] for index in table.indexes)


def in_index(session: Session, table: Table, column: Column[Any], descending: bool) -> Sections:
    """The whole of a table, sorted by a column that has a listing index; empty values last."""
    if _grouped(column):
        return _by_value(session, table, column, descending)
    kept = table.c.deleted_at.is_(None)
    total, filled = session.connection().execute(
        select(func.count(), func.count(column)).select_from(table).where(kept)).one()
    ahead = (table.c.deleted_at,) if office.in_postgres(session.connection()) else ()
    by_column = Section(and_(kept, column.is_not(None)) if column.nullable else kept, (column, table.c.id), filled,
                        ahead)
    empty = Section(and_(kept, column.is_(None)), (table.c.id,), total - filled)
    return Sections(table, [section for section in (by_column, empty) if section.count], descending)


def _by_value(session: Session, table: Table, column: Column[Any], descending: bool) -> Sections:
    kept = table.c.deleted_at.is_(None)
    counts: dict[Any, int] = dict(session.connection().execute(
        select(column, func.count()).where(kept).group_by(column)).all())
    ranks = _ranks(session, column, counts)
    values = sorted((value for value in counts if value is not None), key=ranks.__getitem__, reverse=descending)
    if None in counts:
        values.append(None)
    return Sections(table, [Section(and_(kept, column.is_(value) if value is None else column == value),
                                    (table.c.id,), counts[value]) for value in values], descending)


def in_memory(session: Session, table: Table, where: Sequence[ColumnElement[bool]], column: Column[Any],
              descending: bool) -> InMemory:
    """The chosen records of a table, sorted by any column; empty values last."""
    number = table.c.id
    chosen = select(number).where(table.c.deleted_at.is_(None), *where)
    falling = number.desc() if descending else number.asc()
    if _grouped(column):
        return InMemory(_together(session, column, chosen.add_columns(_as_kept(column)).order_by(falling), descending))
    if office.in_postgres(session.connection()):
        plain: Any = cast(column, Text) if isinstance(column.type, JSON) else column
    else:
        plain = UnaryExpression(column, operator=custom_op("+"))  # keeps SQLite from walking the index of the whole
    by = (plain.desc() if descending else plain.asc()).nulls_last()
    return InMemory(array("q", session.connection().execute(chosen.order_by(by, falling)).scalars()))


def _as_kept(column: Column[Any]) -> ColumnElement[Any]:
    """The column's values as they are kept: to make a word of each of a long list takes longer than to read it."""
    return type_coerce(column, String()) if isinstance(column.type, Enum) else column


def _together(session: Session, column: Column[Any], rows: Select[Any], descending: bool) -> array[int]:
    """The ids of rows (id, value) in order: those of a value together, as the values rank, and the empty ones last."""
    found: defaultdict[Any, array[int]] = defaultdict(lambda: array("q"))
    for number, value in session.connection().execute(rows):
        found[value].append(number)
    empty = found.pop(None, array("q"))
    words = column.type.enum_class if isinstance(column.type, Enum) else None
    ids = {words(value) if words else value: of for value, of in found.items()}
    ranks = _ranks(session, column, ids)
    ordered = array("q")
    for value in sorted(ids, key=ranks.__getitem__, reverse=descending):
        ordered.extend(ids[value])
    ordered.extend(empty)
    return ordered


def _grouped(column: Column[Any]) -> bool:
    """Whether a column's values sort by what they mean: a word's place in its list, a record's caption."""
    return bool(column.foreign_keys) or isinstance(column.type, Enum | Boolean)


def _ranks(session: Session, column: Column[Any], values: Iterable[Any]) -> dict[Any, Any]:
    """By what each value is sorted."""
    present = [value for value in values if value is not None]
    if column.foreign_keys:
        return {number: (caption.casefold(), number)
                for number, caption in captions(session, referred(column), present).items()}
    if isinstance(column.type, Enum):
        members: list[enum.Enum] = list(column.type.enum_class or ())
        return {value: members.index(value) for value in present}
    return {value: value for value in present}


def referred(column: Column[Any]) -> type[Record]:
    """The kind of record a column points at."""
    (key,) = column.foreign_keys
    return BY_TABLE[key.column.table.name]


def captions(session: Session, kind: type[Record], ids: Sequence[int]) -> dict[int, str]:
    """What these records are called, those in the trash too."""
    found = session.scalars(select(kind).where(kind.id.in_(ids)).execution_options(**WITH_TRASH))
    return {record.id: record.caption for record in found}
