"""All rows and files of a cabinet carried into another place, in steps: broken off anywhere, it is taken up again.

The place holds nothing that opens before it is finished. What was carried is read back on both sides and compared row
by row and file by file; nothing here changes the source.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, ForeignKeyConstraint, RowMapping, Select, Table, delete, func, select
from sqlalchemy.schema import AddConstraint, DropConstraint

from casedesk.base.errors import InvalidEntry, StoreUnavailable, VerificationFailed
from casedesk.base.files import private
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress
from casedesk.records import Draft, Record, Setting
from casedesk.store import append_only, header, identity, office, schema, search_rebuild
from casedesk.store.audit import plain
from casedesk.store.cabinet import DATABASE, Store
from casedesk.store.engine import explaining, open_engine
from casedesk.store.inserting import in_columns, insert_columns

_BLOCK = 1000
_LOOSE = (Draft.__tablename__, Setting.__tablename__)
"""Tables whose rows are replaced in place; they are carried anew each time."""


@dataclass(frozen=True)
class Carried:
    """What became of one table: its rows, how many this run brought, and the hash over all of them."""

    rows: int
    brought: int
    digest: str
    same: bool


def tables() -> list[Table]:
    """Every table of a cabinet, those that others point at first; the search index is made anew instead."""
    return Record.metadata.sorted_tables


def prepare(target: Store, source: Store) -> None:
    """Make the target's folder, tables and mark; StoreUnavailable when something else is there."""
    with explaining(), target.engine.connect().execution_options(making=True) as connection:
        found = schema.revision(connection)
        begun = bool(found) and identity.unfinished(connection) == identity.named(source.folder)
        if found and not begun and any(connection.execute(select(one).limit(1)).first() for one in tables()):
            raise StoreUnavailable(tr("There is another cabinet already."), tr("Choose a new place for this one."))
    if not found:
        if target.is_office:
            schema.create_office(office.address_of(target.folder), all_there=office.holds_all(target.folder))
        else:
            schema.create(target.engine)
            private(target.folder / DATABASE)
    if not begun:  # also where the first try ended between making the tables and saying whose they are to be
        with explaining(), target.engine.begin() as connection:
            identity.begin(connection, identity.named(source.folder))
    header.write(target.folder, header.read(source.folder))


@contextmanager
def loading(target: Store) -> Iterator[Connection]:
    """A connection to fill the target with, its foreign keys at rest; they are looked at again at the end."""
    if target.is_office:
        with explaining(), target.engine.connect() as connection:
            for key in _foreign_keys():
                connection.execute(DropConstraint(key, if_exists=True))
            connection.commit()
            yield connection
            for key in _foreign_keys():
                connection.execute(AddConstraint(key, isolate_from_table=False))
            office.weigh(connection, [*Record.metadata.tables, "search_text"])
            connection.commit()
            return
    with _filling(target.engine) as connection:
        yield connection


@contextmanager
def _filling(engine: Engine) -> Iterator[Connection]:
    """A connection to a cabinet's own database, its foreign keys at rest and its history open, until `finish`."""
    with explaining(), engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        append_only.lift(connection)
        connection.commit()
        try:
            yield connection
        finally:
            connection.invalidate()


def copy_records(store: Store, copy: Path, progress: Progress) -> None:
    """An office's records of one moment as a cabinet's own encrypted database, compared row by row; no key is changed.

    VerificationFailed names the rows that did not arrive as they are.
    """
    target = open_engine(copy, store.key.database)
    try:
        schema.create(target)
        with explaining(), store.engine.connect().execution_options(reading=True) as source, _filling(target) as there:
            for table in tables():
                if not carry(source, there, table, progress).same:
                    raise VerificationFailed(tr("The rows of “{kind}” did not arrive as they are.", kind=table.name),
                                             tr("Try again; if it stays so, tell who looks after the server."))
            finish(there, progress)
    finally:
        target.dispose()


def carry(source: Connection, target: Connection, table: Table, progress: Progress) -> Carried:
    """Bring the rows that are missing, compare all, and bring all anew where one differs."""
    if table.name in _LOOSE:
        _empty(target, table)
    brought = _bring(source, target, table, progress)
    found = _compared(source, target, table, brought, progress)
    if not found.same:
        _empty(target, table)
        brought = _bring(source, target, table, progress)
        found = _compared(source, target, table, brought, progress)
    return found


def finish(target: Connection, progress: Progress) -> None:
    """Numbers go on after the last row, the search finds what was carried, and the history is closed again."""
    for table in tables():
        if "id" in table.c and (last := target.scalar(select(func.max(table.c.id)))):
            office.ids_given(target, table.name, last)
    search_rebuild.rebuild(target, progress)
    if not office.in_postgres(target):
        append_only.enact(target)
    target.commit()


def _bring(source: Connection, target: Connection, table: Table, progress: Progress) -> int:
    key, done = _key(table), 0
    last = target.scalar(select(func.max(key)))
    missing = _rows(table) if last is None or table.name in _LOOSE else _rows(table).where(key > last)
    total = source.scalar(select(func.count()).select_from(missing.subquery())) or 0
    rows = source.execute(missing, execution_options={"yield_per": _BLOCK})
    for block in rows.mappings().partitions(_BLOCK):
        if office.in_postgres(target):
            _refuse_nul(table, block)
        insert_columns(target, table, in_columns(block))  # type: ignore[arg-type]  # read by column name only
        target.commit()
        done += len(block)
        progress(done, total, tr("Carrying “{kind}”", kind=table.name))
    return done


def _compared(source: Connection, target: Connection, table: Table, brought: int, progress: Progress) -> Carried:
    whole, count, same = hashlib.sha256(), 0, True
    total = source.scalar(select(func.count()).select_from(table)) or 0
    for here, there in zip_longest(_hashes(source, table), _hashes(target, table)):
        same = same and here == there
        if here is not None:
            whole.update(here)
            count += 1
        if count % _BLOCK == 0:
            progress(count, total, tr("Comparing “{kind}”", kind=table.name))
    return Carried(count, brought, whole.hexdigest(), same)


def _hashes(connection: Connection, table: Table) -> Iterator[bytes]:
    """The hash of each row's content, in the order of the key."""
    for row in connection.execute(_rows(table), execution_options={"yield_per": _BLOCK}):
        said = json.dumps([plain(value) for value in row], ensure_ascii=True, sort_keys=True)
        yield hashlib.sha256(said.encode()).digest()


def _rows(table: Table) -> Select[Any]:
    rows = select(table).order_by(_key(table))
    return rows.where(table.c.key.not_in(identity.OWN)) if table.name == Setting.__tablename__ else rows


def _empty(connection: Connection, table: Table) -> None:
    gone = delete(table)
    connection.execute(gone.where(table.c.key.not_in(identity.OWN)) if table.name == Setting.__tablename__ else gone)
    connection.commit()


def _key(table: Table) -> Any:
    [key] = table.primary_key.columns
    return key


def _foreign_keys() -> Iterator[ForeignKeyConstraint]:
    for table in tables():
        yield from sorted(table.foreign_key_constraints, key=lambda one: str(one.name))


def _refuse_nul(table: Table, rows: Sequence[RowMapping]) -> None:
    for row in rows:
        for name, value in row.items():
            if isinstance(value, str) and "\0" in value:
                raise InvalidEntry(
                    tr("“{field}” of no. {id} in “{kind}” holds a NUL character, which PostgreSQL cannot keep.",
                       field=name, id=row.get("id", ""), kind=table.name),
                    tr("Type that field anew and save; then begin the move again."))
