"""A new cabinet key, done whole or not at all: broken off anywhere, the cabinet opens by the old secrets or the new.

In a folder of one's own the database is copied under the new key beside the old one; then the old one says that it has
had its day, so that no window left open saves into it; then the header is replaced, which is the moment at which it is
done; last the copy takes the database's place. Whoever opens the cabinet next finishes that, or takes it back when the
header is still the old one. In an office the database needs no key: one transaction wraps the keys of the files anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, cast

import sqlcipher3.dbapi2 as sqlcipher
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Table, bindparam, select, update

from casedesk.base.errors import StoreUnavailable
from casedesk.base.files import explained, private, sync_file, sync_folder
from casedesk.base.i18n import tr
from casedesk.records import Draft, Evidence
from casedesk.records.rights import Right
from casedesk.store import header as headers, identity, office, vault, vault_office
from casedesk.store.engine import connect, explained as explained_failure, explaining, open_engine
from casedesk.store.header import Header
from casedesk.store.keys import CabinetKey

DATABASE, NEW, LOCK = "cabinet.db", "cabinet.db.new", "cabinet.db.lock"
_EVIDENCE, _DRAFT = cast("Table", Evidence.__table__), cast("Table", Draft.__table__)
_PATIENCE = 30.0


def rekey(store: Any, header: Header, key: CabinetKey) -> None:
    """Give the open cabinet this key and header; whoever has it open must open it again, this store too."""
    if store.is_office:
        _rekey_office(store, header, key)
        return
    folder: Path = store.folder
    with _alone(folder):
        try:
            with store.work(Right.RECOVERY) as session:
                connection = session.connection()
                _copy(store, key)
                identity.mark_key(connection, key.proof)
            store.close()
            headers.write(folder, header)
        except BaseException:
            if headers.read(folder).proof == store.key.proof:
                _take_back(folder, store.key)
            raise
        with suppress(OSError):  # another window holds it, as Windows has it: whoever opens it next does this
            _swap(folder)


def settle(folder: Path, key: CabinetKey) -> None:
    """Finish a rekey that was broken off, or take it back; in nearly every case there is none."""
    if not any(folder.glob(f"{NEW}*")):
        return
    with _alone(folder):
        _sweep(folder)
        if not (folder / NEW).exists():
            return
        if headers.read(folder).proof != key.proof:
            raise identity.other_key()
        if _fits(folder / NEW, key):
            _swap(folder)
        else:
            _take_back(folder, key)


def _rekey_office(store: Any, header: Header, key: CabinetKey) -> None:
    written = headers.text(header)
    with store.work(Right.RECOVERY) as session:
        connection = session.connection()
        _wrap_anew(connection, store.key, key)
        identity.mark_key(connection, key.proof, written)
        if office.holds_all(store.folder):
            vault_office.put_header(connection, written)
    if not office.holds_all(store.folder):
        headers.write(store.folder, header)
    store.close()


def _copy(store: Any, key: CabinetKey) -> None:
    """The database under the new key, whole and on the disk before it gets its name; the caller holds the old one."""
    part = store.folder / f"{NEW}.part"
    part.unlink(missing_ok=True)
    try:
        with explaining(), closing(connect(store.folder / DATABASE, store.key.database)) as source, \
                closing(connect(part, store.key.database)) as target:
            private(part)
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
            target.execute(f"PRAGMA rekey = \"x'{key.database.hex()}'\"")
        engine = open_engine(part, key.database)
        try:
            with explaining(), engine.begin() as connection:
                _wrap_anew(connection, store.key, key)
                identity.mark_key(connection, key.proof)
        finally:
            engine.dispose()
        with explaining(), closing(connect(part, key.database)) as made:
            for pragma in ("cipher_integrity_check", "quick_check"):
                if [row for row in made.execute(f"PRAGMA {pragma}") if row[0] != "ok"]:
                    raise StoreUnavailable(tr("The copy under the new key is not whole."),
                                           tr("Nothing was changed. Check the disk, and try again."))
            made.execute("PRAGMA journal_mode = DELETE")
        sync_file(part)
        part.replace(store.folder / NEW)
        sync_folder(store.folder)
    finally:
        _sweep(store.folder)


def _wrap_anew(connection: Connection, old: CabinetKey, new: CabinetKey) -> None:
    """Every file's key, of evidence and of what drafts hold, under the new cabinet key."""
    rewrapped = vault.rewrapping(old.vault_names, new.vault_names)

    def wrap(name: str, box: bytes) -> bytes:
        try:
            return rewrapped(name, box)
        except InvalidTag:  # it opened nothing before either
            return box

    _put_boxes(connection, wrap)


def wrap_plain(connection: Connection, key: CabinetKey) -> None:
    """The files' keys that the first versions kept plain are wrapped by the cabinet's: a server is to open no file."""
    _put_boxes(connection, lambda name, box: (
        vault.wrapped(key.vault_names, name, box) if vault.is_plain(box) else box))


def _put_boxes(connection: Connection, wrap: Callable[[str, bytes], bytes]) -> None:
    rows = connection.execute(select(_EVIDENCE.c.id, _EVIDENCE.c.vault_name, _EVIDENCE.c.vault_key)
                              .where(_EVIDENCE.c.vault_key != b"")).all()
    if rows:
        connection.execute(
            update(_EVIDENCE).where(_EVIDENCE.c.id == bindparam("row")).values(vault_key=bindparam("box")),
            [{"row": row.id, "box": wrap(row.vault_name, row.vault_key)} for row in rows])
    for key, values in connection.execute(select(_DRAFT.c.key, _DRAFT.c["values"])).all():
        if values.get("files"):
            files = [{**one, "key": wrap(one["vault"], bytes.fromhex(one["key"])).hex()} for one in values["files"]]
            connection.execute(update(_DRAFT).where(_DRAFT.c.key == key).values(values={**values, "files": files}))


def _sweep(folder: Path) -> None:
    """Take away a copy that was broken off; nobody writes one meanwhile."""
    for left in folder.glob(f"{NEW}.part*"):
        left.unlink(missing_ok=True)


def _swap(folder: Path) -> None:
    """The copy takes the database's place; what the old one had not yet written back is in the copy."""
    for end in ("-wal", "-shm"):
        (folder / f"{DATABASE}{end}").unlink(missing_ok=True)
    (folder / NEW).replace(folder / DATABASE)
    sync_folder(folder)


def _take_back(folder: Path, key: CabinetKey) -> None:
    """The old database is worked in again; the copy goes last, so that this too may be broken off."""
    engine = open_engine(folder / DATABASE, key.database)
    try:
        with explaining(), engine.begin() as connection:
            identity.mark_key(connection, key.proof)
    finally:
        engine.dispose()
    (folder / NEW).unlink(missing_ok=True)


def _fits(path: Path, key: CabinetKey) -> bool:
    """Whether the key opens a database, without changing anything of it."""
    with closing(sqlcipher.connect(str(path))) as connection:
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.database.hex()}'\"")
        try:
            connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlcipher.DatabaseError:
            return False
    return True


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else gives a new key or settles one meanwhile; the lock ends with whoever holds it, also when killed.

    What fails on the disk is said as StoreUnavailable.
    """
    with ExitStack() as held, _telling(folder):
        try:
            lock = held.enter_context(closing(sqlite3.connect(folder / LOCK, timeout=_PATIENCE, isolation_level=None)))
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem):
                raise explained_failure(problem) from problem
            raise StoreUnavailable(tr("The cabinet is being given a new key."),
                                   tr("Wait a moment and try again.")) from problem
        private(folder / LOCK)
        yield


@contextmanager
def _telling(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise StoreUnavailable(*explained(folder, problem)) from problem
