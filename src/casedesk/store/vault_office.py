"""The vault in the office's database, for small firms, and with it the header: then no folder is shared at all.

A sealed file lies in pieces of a sealed chunk each, so that a recording of any size is kept and read in bounded memory.
It is written in one transaction of its own and bears its name only in the last statement; a trigger refuses to change
a piece. The server sees sealed bytes and names that tell nothing, and no key that opens them.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from casedesk.base.errors import StoreUnavailable
from casedesk.base.i18n import tr
from casedesk.store import office, row_guards, row_security
from casedesk.store.engine import explained, explaining
from casedesk.store.row_security import HOUSE
from casedesk.store.sealed import CHUNK, MAGIC, TAG, Seekable
from casedesk.store.vault import Incoming, Vault, checked

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PIECE = CHUNK + TAG
_FIRST = len(MAGIC) + _PIECE
"""Bytes of the first piece, which bears the mark of a sealed file too; every other but the last has `_PIECE`."""
_AT_ONCE = 8
"""So many pieces are sent or fetched together."""
_MADE = (
    "CREATE TABLE vault_file (name TEXT PRIMARY KEY, id UUID NOT NULL UNIQUE, size BIGINT NOT NULL)",
    ("CREATE TABLE vault_piece (file UUID, number INTEGER, content BYTEA NOT NULL, PRIMARY KEY (file, number))"),
    "ALTER TABLE vault_piece ALTER COLUMN content SET STORAGE EXTERNAL",  # sealed bytes do not get smaller
    ("CREATE FUNCTION casedesk_once() RETURNS trigger LANGUAGE plpgsql AS"
     " $$ BEGIN RAISE EXCEPTION 'evidence is written once'; END $$"),
    *(f"CREATE TRIGGER casedesk_once BEFORE UPDATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION casedesk_once()"
      for table in ("vault_file", "vault_piece")),
    "CREATE TABLE header (one INTEGER PRIMARY KEY CHECK (one = 1), content TEXT NOT NULL)",
)


def make(connection: Connection) -> None:
    """Make the tables of vault and header in a database whose policies were enacted."""
    for statement in _MADE:
        connection.exec_driver_sql(statement)
    enact(connection)


def enact(connection: Connection) -> None:
    """Put the policies, as they are now, on these tables where they are: the program's own work alone puts evidence
    in and takes it out, and changes the header, as an owner's new key does.
    """
    if not connection.exec_driver_sql("SELECT to_regclass('header') IS NOT NULL").scalar():
        return
    seen, owner = "casedesk_role() IS NOT NULL", "casedesk_role() = 'owner'"
    for table in ("vault_file", "vault_piece"):
        for statement in (
                *row_security.policies(table, {"select": seen, "insert": HOUSE, "delete": HOUSE}),
                *row_guards.trigger(table, "empty", "TRUNCATE", "", row_guards.nobody("empty a table"))):
            connection.exec_driver_sql(statement)
    for statement in row_security.policies("header", {
            "select": seen, "insert": owner, "update": owner, "delete": owner}):
        connection.exec_driver_sql(statement)


class OfficeVault(Vault):
    """The kept files of a cabinet in the database its records are in."""

    def __init__(self, engine: Engine, secret: bytes) -> None:
        super().__init__(secret)
        self._engine = engine

    @contextmanager
    def receiving(self) -> Iterator[Incoming]:
        with self._transaction(making=True) as connection:
            yield _Pieces(self._engine, connection)

    @contextmanager
    def _transaction(self, **options: bool) -> Iterator[Connection]:
        """A transaction that is rolled back unless it was committed within."""
        with explaining(), self._engine.connect().execution_options(**options) as connection:
            connection.begin()
            try:
                yield connection
            except office.driver_error() as problem:  # the driver's own cursors are used where bytes go over
                raise _refused(problem) from problem

    def stored(self, name: str) -> tuple[BinaryIO, int]:
        with self._transaction(reading=True) as connection:
            found = connection.exec_driver_sql("SELECT id, size FROM vault_file WHERE name = %s",
                                               (checked(name),)).one_or_none()
        if found is None:
            raise FileNotFoundError(name)
        return cast("BinaryIO", _Stored(self, found.id, found.size)), found.size

    def pieces(self, file: uuid.UUID, first: int, last: int) -> dict[int, bytes]:
        """The pieces of a file from one number to another, those that are there."""
        with self._transaction(reading=True) as connection:
            driver: Any = connection.connection.driver_connection
            with driver.cursor(binary=True) as cursor:
                cursor.execute("SELECT number, content FROM vault_piece WHERE file = %s AND number BETWEEN %s AND %s",
                               (file, first, last))
                return dict(cursor.fetchall())

    def names(self) -> Iterator[str]:
        with self._transaction(reading=True) as connection:
            found = connection.exec_driver_sql("SELECT name FROM vault_file ORDER BY name").scalars().all()
        yield from found

    def drop(self, name: str) -> None:
        with self._transaction(making=True) as connection:
            _drop(connection, checked(name))
            connection.commit()

    def sweep(self) -> None:
        """Nothing is ever left half written."""

    def room(self) -> None:
        return None


class _Pieces(Incoming):
    """A file on its way into the database, in one transaction."""

    def __init__(self, engine: Engine, connection: Connection) -> None:
        self._engine, self._connection = engine, connection
        self._id, self._waiting, self._number, self._size = uuid.uuid4(), bytearray(), 0, 0

    def write(self, piece: bytes) -> None:
        self._waiting += piece
        self._size += len(piece)
        if len(self._waiting) >= len(MAGIC) + _AT_ONCE * _PIECE:
            self._send(whole=False)

    def _send(self, *, whole: bool) -> None:
        """Send every full piece, and of a whole file the last one too."""
        sent = []
        while self._waiting and (whole or len(self._waiting) >= _FIRST):
            length = _PIECE if self._number else _FIRST
            sent.append((self._id, self._number, bytes(self._waiting[:length])))
            del self._waiting[:length]
            self._number += 1
        driver: Any = self._connection.connection.driver_connection
        with driver.cursor() as cursor:
            cursor.executemany("INSERT INTO vault_piece VALUES (%s, %s, %s)", sent)

    def settle(self, name: str) -> None:
        self._send(whole=True)
        connection = self._connection
        _drop(connection, name)
        connection.exec_driver_sql("INSERT INTO vault_file VALUES (%s, %s, %s)", (name, self._id, self._size))
        office.commit(self._engine, connection)


class _Stored(Seekable):
    """A sealed file as it lies in the database, seekable; read on, several pieces are fetched at once."""

    def __init__(self, vault: OfficeVault, file: uuid.UUID, size: int) -> None:
        super().__init__(size)
        self._vault, self._file, self._last = vault, file, -2
        self._at_hand: dict[int, bytes] = {}

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view, done = memoryview(buffer).cast("B"), 0
        while done < len(view) and self._place < self._size:
            number = max(0, self._place - len(MAGIC)) // _PIECE
            start = self._place - (len(MAGIC) + number * _PIECE if number else 0)
            taken = self._piece(number)[start:start + len(view) - done]
            if not taken:
                raise OSError(tr("a piece is missing"))
            view[done:done + len(taken)] = taken
            done += len(taken)
            self._place += len(taken)
        return done

    def _piece(self, number: int) -> bytes:
        if number not in self._at_hand:
            more = _AT_ONCE - 1 if number == self._last + 1 else 0
            self._at_hand = self._vault.pieces(self._file, number, number + more)
        self._last = number
        return self._at_hand.get(number, b"")


def lacking(connection: Connection, names: Collection[str]) -> bool:
    """Whether one of these files is not in the database: it was kept in another that no longer answers."""
    there = connection.exec_driver_sql("SELECT count(*) FROM vault_file WHERE name = ANY(%s)", (list(names),)).scalar()
    return there != len(names)


def _drop(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(
        "WITH gone AS (DELETE FROM vault_file WHERE name = %s RETURNING id)"
        " DELETE FROM vault_piece WHERE file IN (SELECT id FROM gone)", (name,))


def _refused(problem: Exception) -> Exception:
    """What a failure of the driver means to a person."""
    found = DBAPIError.instance("", None, problem, office.driver_error())
    return explained(found) if isinstance(found, DBAPIError) else problem


def read_header(address: str) -> str:
    """The header as it is written in the database; empty when none is, StoreUnavailable when it keeps no headers."""
    with _alone(address) as connection:
        if connection.exec_driver_sql("SELECT to_regclass('header')").scalar() is None:
            raise StoreUnavailable(tr("The key and evidence of this cabinet are not in its database."),
                                   tr("Name its shared folder; or make the cabinet with “casedesk new {address}”.",
                                      address=address))
        return str(connection.exec_driver_sql("SELECT content FROM header").scalar() or "")


def write_header(address: str, written: str) -> None:
    """Put the header in the place of the one before, whole or not at all."""
    with _alone(address) as connection:
        put_header(connection, written)


def put_header(connection: Connection, written: str) -> None:
    """The same within a transaction."""
    connection.exec_driver_sql("INSERT INTO header VALUES (1, %s) ON CONFLICT (one) DO UPDATE SET content ="
                               " EXCLUDED.content", (written,))


@contextmanager
def _alone(address: str) -> Iterator[Connection]:
    engine = office.open_engine(address)
    try:
        with explaining(), engine.connect().execution_options(making=True) as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()
