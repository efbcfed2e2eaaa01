"""Search over every text of every record, from one character up, in any script.

A query's words, parted at white space, must all occur. The index holds runs of three characters (FTS5, contentless):
up to three characters are answered by it alone; for longer words it narrows and the stored normal text decides. So the
hits are exactly those that Python's `in` finds on the normal forms. How PostgreSQL is asked stands in `search_office`.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, Engine, RowMapping, false, inspect, select, text
from sqlalchemy.orm import Session

from casedesk.records import Matter, Record
from casedesk.store import office, search_office
from casedesk.store.inserting import Columns
from casedesk.store.search_text import Searched, grams, normal, searched, shown_as_letters
from casedesk.store.snippets import snippet

NARROWED = "narrowed"
"""Execution option of an engine whose tables stand behind views that hide some rows (see `visibility`)."""

__all__ = ["Found", "Hit", "count", "create", "drop", "find", "follow", "holding", "snippet"]

_OF_MATTER, _OF_KIND = "\U000f0080", "\U000f0081"
"""What the words begin with that stand in the index for a record's matter and kind; no normal text holds them."""
_TABLES = (
    ("CREATE TABLE search_text (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, record_id INTEGER NOT NULL,"
     " matter_id INTEGER, text TEXT NOT NULL, UNIQUE (record_id, kind))"),
    ("CREATE VIRTUAL TABLE search_gram USING fts5(grams, content='', contentless_delete=1, detail=none,"
     " tokenize='ascii', prefix='1 2')"),
)
_DROPS = ("DROP TABLE search_text", "DROP TABLE search_gram")
_INDEX, _TEXT = "search_gram g", "search_gram g CROSS JOIN search_text f ON f.id = g.rowid"
_KEEP = ("INSERT INTO search_text (kind, record_id, matter_id, text) VALUES (?, ?, ?, ?) ON CONFLICT (record_id, kind)"
         " DO UPDATE SET matter_id = excluded.matter_id, text = excluded.text RETURNING id")
_KEEP_NEW = "INSERT INTO search_text (id, kind, record_id, matter_id, text) VALUES (?, ?, ?, ?, ?)"
_KEEP_GRAMS = "INSERT OR REPLACE INTO search_gram (rowid, grams) VALUES (?, ?)"
_DROP = "DELETE FROM search_text WHERE record_id = ? AND kind = ? RETURNING id"
_DROP_GRAMS = "DELETE FROM search_gram WHERE rowid = ?"
_ENOUGH = 16
"""So many runs of a long word narrow the search enough."""
_SHORT = 200
"""Characters of a text that may come again and again, like the number of a call; longer ones are not remembered."""


@dataclass(frozen=True)
class Hit:
    """A record that holds the words; `text` is what it says, one field a line."""

    kind: str
    record_id: int
    uuid: uuid.UUID
    matter_id: int | None
    text: str


@dataclass(frozen=True)
class Found:
    """The newest hits; `total` is how many there are in all, None when that is more than was asked for."""

    total: int | None
    hits: list[Hit]


def create(connection: Connection) -> None:
    """Make the search tables in an empty database."""
    for table in search_office.TABLES if office.in_postgres(connection) else _TABLES:
        connection.exec_driver_sql(table)


def drop(connection: Connection) -> None:
    """Take the search tables away."""
    for statement in search_office.DROPS if office.in_postgres(connection) else _DROPS:
        connection.exec_driver_sql(statement)


def find(session: Session, words: str, *, limit: int = 100, matter_id: int | None = None,
         kinds: Sequence[str] | None = None) -> Found:
    """The newest records in which all the words occur, in any field; those in the trash are left out."""
    match = _match(session.connection(), words, matter_id, kinds)
    if match is None:
        return Found(0, [])
    rows = _ask(session, "f.kind, f.record_id, f.matter_id", match.texts, match,
                f"ORDER BY {match.newest} DESC LIMIT {int(limit)}")
    return Found(len(rows) if len(rows) < limit else None, _hits(session, rows))


def count(session: Session, words: str, *, matter_id: int | None = None, kinds: Sequence[str] | None = None) -> int:
    """In how many records all the words occur."""
    match = _match(session.connection(), words, matter_id, kinds)
    if match is None:
        return 0
    hides = session.connection().get_execution_options().get(NARROWED, False)  # the index itself knows no rights
    return int(_ask(session, "count(*)", match.texts if match.checks or hides else _INDEX, match)[0][0])


def holding(bind: Connection | Engine, record: type[Record], words: str, *,
            matter_id: int | None = None) -> ColumnElement[bool]:
    """The condition that a record of this kind holds all the words; none does when there are no words."""
    table = record.__table__
    match = _match(bind, words, matter_id, [record.__tablename__])
    if match is None:
        return false()
    ids = f"SELECT f.record_id FROM {match.texts} WHERE {match.where}"  # noqa: S608 - every part is written in this module
    for number in range(len(match.values)):
        ids = ids.replace("?", f":searched{number}", 1)
    values = {f"searched{number}": value for number, value in enumerate(match.values)}
    return table.c.id.in_(text(ids).bindparams(**values))


@dataclass(frozen=True)
class _Match:
    where: str
    values: tuple[object, ...]
    checks: bool
    """Whether the stored text must be looked at too."""
    texts: str = _TEXT
    newest: str = "g.rowid"


def _ask(session: Session, what: str, tables: str, match: _Match, order: str = "") -> list[tuple[Any, ...]]:
    asked = f"SELECT {what} FROM {tables} WHERE {match.where} {order}"  # noqa: S608 - every part is written in this module
    return [tuple(row) for row in _run(session.connection(), asked, match.values)]


def _run(connection: Connection, statement: str, values: Any = None) -> CursorResult[Any]:
    return connection.exec_driver_sql(office.marked(connection, statement), values)


def _match(bind: Connection | Engine, words: str, matter_id: int | None, kinds: Sequence[str] | None) -> _Match | None:
    """How the database is asked for the words; None when they hold nothing but white space."""
    terms = list(dict.fromkeys(normal(words).split()))
    if not terms:
        return None
    if office.in_postgres(bind):
        where, values = search_office.match(terms, matter_id, kinds)
        return _Match(where, tuple(values), checks=True, texts="search_text f", newest="f.id")
    asked = [run for term in terms for run in _runs(term)]
    if matter_id is not None:
        asked.append(_quoted(f"{_OF_MATTER}{matter_id}"))
    if kinds is not None:
        asked.append("(" + " OR ".join(_quoted(_token(kind)) for kind in kinds) + ")" if kinds else '"none"')
    checks = [term for term in terms if len(term) > 3]
    where = "search_gram MATCH ?" + " AND instr(f.text, ?) > 0" * len(checks)
    return _Match(where, (" AND ".join(asked), *checks), bool(checks))


def _runs(term: str) -> list[str]:
    letters = shown_as_letters(term)
    if len(letters) < 3:
        return [_quoted(letters) + " *"]
    last = len(letters) - 2
    return [_quoted(letters[start:start + 3]) for start in range(0, last, -(-last // _ENOUGH))]


@cache
def _token(kind: str) -> str:
    """The one word a kind stands as in the index: “_” would part it."""
    return shown_as_letters(f"{_OF_KIND}{kind}")


def _quoted(token: str) -> str:
    """A word of an FTS5 query; it can hold no quotation mark, which stands as a private-use character."""
    return f'"{token}"'


def _hits(session: Session, rows: Sequence[tuple[Any, ...]]) -> list[Hit]:
    wanted: dict[str, list[int]] = defaultdict(list)
    for kind, record_id, _ in rows:
        wanted[kind].append(record_id)
    said = {(kind, row["id"]): row for kind, found in wanted.items() for row in _said(session, searched()[kind], found)}
    return [Hit(kind, record_id, said[kind, record_id]["uuid"], matter_id,
                searched()[kind].shown(said[kind, record_id].__getitem__))
            for kind, record_id, matter_id in rows]


def _said(session: Session, one: Searched, record_ids: list[int]) -> Sequence[RowMapping]:
    table = one.kind.__table__
    return session.connection().execute(
        select(table.c.id, table.c.uuid, *(column for column, field in one.columns if not field.masked))
        .where(table.c.id.in_(record_ids))).mappings().all()


def follow(session: Session) -> None:
    """Bring the index in line with what the session has just flushed."""
    connection = session.connection()
    for record in session.new:
        if isinstance(record, Record):
            follow_new(connection, record)
    for record in session.dirty:
        one = searched().get(record.__tablename__) if isinstance(record, Record) else None
        if one is not None and _touched(record, one):
            _keep(connection, record, one.compared(record.__getattribute__) if record.deleted_at is None else "")
    for record in session.deleted:
        if isinstance(record, Record) and record.__tablename__ in searched():
            _keep(connection, record, "")


def follow_new(connection: Connection, record: Record) -> None:
    """Make a new record searchable, if it has anything to say."""
    one = searched().get(record.__tablename__)
    if one is not None and record.deleted_at is None and (said := one.compared(record.__getattribute__)):
        _keep(connection, record, said)


def keep_rows(connection: Connection, kind: type[Record], rows: Columns) -> None:
    """Make new records searchable."""
    one, table = searched().get(kind.__tablename__), kind.__tablename__
    if one is None:
        return
    place = int(connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM search_text").scalar() or 0)
    texts: list[tuple[Any, ...]] = []
    found: list[tuple[Any, ...]] = []
    one = one.filled(rows)
    matters = rows.get("matter_id") or [None] * len(rows["id"])
    for said, record_id, of in zip(one.each(rows), rows["id"], matters, strict=True):
        if said:
            place, matter_id = place + 1, matter_of(table, record_id, of)
            texts.append((place, table, record_id, matter_id, said))
            found.append((place, indexed(table, matter_id, said)))
    if texts:
        _run(connection, _KEEP_NEW, texts)
        if office.in_postgres(connection):
            office.ids_given(connection, "search_text", place)
        else:
            connection.exec_driver_sql(_KEEP_GRAMS, found)


def drop_rows(connection: Connection, kind: type[Record], record_ids: Iterable[int]) -> None:
    """Records of these ids are not found any more."""
    if kind.__tablename__ in searched():
        for record_id in record_ids:
            _forget(connection, kind.__tablename__, record_id)


def _forget(connection: Connection, kind: str, record_id: int) -> None:
    for (row,) in _run(connection, _DROP, (record_id, kind)).all():
        if not office.in_postgres(connection):
            connection.exec_driver_sql(_DROP_GRAMS, (row,))


def _touched(record: Record, one: Searched) -> bool:
    return not inspect(record).unmodified.issuperset(one.names | {"deleted_at"})


def _keep(connection: Connection, record: Record, said: str) -> None:
    """The record is found by this text from now on; by none when it is empty."""
    kind = record.__tablename__
    if not said:
        _forget(connection, kind, record.id)
        return
    matter_id = matter_of(kind, record.id, getattr(record, "matter_id", None))
    row = _run(connection, _KEEP, (kind, record.id, matter_id, said)).scalar_one()
    if not office.in_postgres(connection):
        connection.exec_driver_sql(_KEEP_GRAMS, (row, indexed(kind, matter_id, said)))


def matter_of(kind: str, record_id: int, matter_id: int | None) -> int | None:
    """The matter a record is searched under; a matter's own is itself."""
    return record_id if kind == Matter.__tablename__ else matter_id


def indexed(kind: str, matter_id: int | None, said: str) -> str:
    """What the index is given for a normal text."""
    return _remembered(kind, matter_id, said) if len(said) <= _SHORT else _indexed(kind, matter_id, said)


def _indexed(kind: str, matter_id: int | None, said: str) -> str:
    own = (_token(kind), *([] if matter_id is None else [f"{_OF_MATTER}{matter_id}"]))
    return " ".join((*own, *sorted(grams(said))))


_remembered = lru_cache(4096)(_indexed)
