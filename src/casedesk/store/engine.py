"""The encrypted SQLite database: how it is opened, and what its failures mean."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import QueuePool

from casedesk.base import memory
from casedesk.base.errors import CasedeskError, InvalidEntry, StoreUnavailable
from casedesk.base.i18n import N_, tr
from casedesk.store import office

CACHE_KIB = 256 * 1024
"""Room for decrypted pages; taken only as pages are read."""


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite is free of the WAL-reset corruption bug (fixed in 3.51.3, 3.50.7 and 3.44.6)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def connect(path: Path, key: bytes) -> Any:
    """A connection to the database with this 32-byte key; StoreUnavailable when the key does not fit.

    On a disk that is read-only it can be read, unless a log waits to be brought into it.
    """
    fixed = _is_fixed(path)
    connection = sqlcipher.connect(f"{path.absolute().as_uri()}?immutable=1" if fixed else str(path), uri=fixed,
                                   check_same_thread=False, isolation_level=None)
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")
        digits = key.hex()
        pragma = f"PRAGMA key = \"x'{digits}'\""
        connection.executescript(pragma)  # whose text is not kept with the connection
        memory.wipe(digits, pragma)
        connection.execute("PRAGMA busy_timeout = 30000")
        if not fixed:
            mode = "WAL" if wal_is_safe(sqlcipher.sqlite_version_info) else "DELETE"
            connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    except sqlcipher.Error as problem:
        connection.close()
        raise explained(problem) from problem
    return connection


def _is_fixed(path: Path) -> bool:
    """Whether nobody can write to it: its disk is read-only, and all that was saved is in the database itself."""
    log = path.with_name(f"{path.name}-wal")
    return (os.name != "nt" and path.is_file() and bool(os.statvfs(path).f_flag & os.ST_RDONLY)
            and not (log.exists() and log.stat().st_size))


def open_engine(path: Path, key: bytes) -> Engine:
    """The engine of a database file; writers take the lock at once (BEGIN IMMEDIATE), readers see one moment."""
    engine = create_engine("sqlite://", creator=lambda: connect(path, key), module=sqlcipher, poolclass=QueuePool,
                           hide_parameters=True)  # what an error says holds no client's data

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def explaining() -> Iterator[None]:
    """What fails on a connection is said as `explained` says it."""
    try:
        yield
    except (sqlcipher.Error, DBAPIError) as problem:
        raise explained(problem) from problem


def explained(problem: Exception) -> CasedeskError:
    """What a database failure means to a person."""
    cause = problem.orig if isinstance(problem, DBAPIError) and problem.orig is not None else problem
    said = str(cause).lower()
    if isinstance(problem, IntegrityError):
        reason = str(cause).splitlines()[0]  # what PostgreSQL adds below names the values
        return InvalidEntry(tr("This would contradict another record ({reason}).", reason=reason),
                            tr("Reload and look whether it exists already."))
    refused = office.refused(problem) if isinstance(problem, DBAPIError) else None
    if refused is not None:
        return refused
    for sign, message, hint in _MEANINGS:
        if sign in said:
            return StoreUnavailable(tr(message), tr(hint))
    return StoreUnavailable(tr("The cabinet cannot be read or written ({reason}).", reason=cause),
                            tr("Close CaseDesk, check the disk, and open it again."))


_DAMAGED = N_("Restore the last backup. Where there is none, “casedesk salvage CABINET NEW-CABINET” brings over what "
              "can be read.")
_MEANINGS = (
    ("not a database", N_("The key does not open this cabinet, or its database is damaged."),
             N_("Check the passphrase; if it is right, restore a backup.")),
    ("malformed", N_("The cabinet's database is damaged."), _DAMAGED),
    ("hmac", N_("The cabinet's database is damaged."), _DAMAGED),
    ("disk is full", N_("The disk is full: nothing was saved."), N_("Free some space and save again.")),
    ("disk i/o error", N_("The disk does not take or give what the cabinet holds (disk I/O error)."),
             N_("Free some space if it is full, else check the disk; then try again.")),
    ("locked", N_("Another program holds the cabinet."), N_("Wait a moment and try again.")),
    ("readonly", N_("The cabinet is read-only here."), N_("Check the rights of its folder.")),
    ("unable to open", N_("The cabinet's database cannot be opened."),
             N_("Check that the folder exists and may be written to.")),
)
