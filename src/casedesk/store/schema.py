"""Bringing a cabinet's database to the shape this program knows; a newer one is never touched."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from casedesk.base.errors import StoreUnavailable
from casedesk.base.files import whole_file
from casedesk.base.i18n import tr
from casedesk.records import Record
from casedesk.store import append_only, office, row_security, search, vault_office
from casedesk.store.engine import connect, explained, explaining

REVISIONS = tuple(f"{number:04}" for number in range(1, 16))
"""Every revision the program knows, oldest first; the last is what the records are."""


def create(engine: Engine) -> None:
    """Make all tables in an empty database; StoreUnavailable says why it cannot be."""
    with explaining(), engine.begin() as connection:
        _make(connection)


def create_office(address: str, *, all_there: bool = False) -> None:
    """Make all tables in an empty database of PostgreSQL, all or none; StoreUnavailable says why it cannot be.

    With `all_there` also those of header and vault.
    """
    engine = office.open_engine(address)
    try:
        with engine.connect().execution_options(making=True) as connection, connection.begin():
            office.make_lock(connection)
            _make(connection)
            if all_there:
                vault_office.make(connection)
    except DBAPIError as problem:
        raise explained(problem) from problem
    finally:
        engine.dispose()


def _make(connection: Connection) -> None:
    Record.metadata.create_all(connection)
    search.create(connection)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": REVISIONS[-1]})
    if office.in_postgres(connection):
        row_security.enact(connection)
    else:
        append_only.enact(connection)


def revision(connection: Connection) -> str:
    """The revision the database is at; empty when it has none."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def bring_up(engine: Engine, path: Path, key: bytes) -> None:
    """Migrate an older database after copying it beside itself, the copy opened and checked; refuse a newer one."""
    with explaining(), engine.connect().execution_options(reading=True) as connection:
        found = revision(connection)
    if not _older(found):
        return
    check_copy(keep_copy(engine, path, found), key)
    migrate(engine)


def bring_up_office(engine: Engine) -> None:
    """Migrate an older database of PostgreSQL in one transaction, other desks waiting; refuse a newer one."""
    try:
        with engine.connect().execution_options(reading=True) as connection:
            if not _older(revision(connection)):
                return
        with engine.begin() as connection:
            if _older(revision(connection)):  # no other desk was quicker
                upgrade(connection, "head")
                row_security.enact(connection)
                vault_office.enact(connection)
    except DBAPIError as problem:
        raise explained(problem) from problem


def _older(found: str) -> bool:
    """Whether a revision is one before the last; StoreUnavailable when this program does not know it."""
    if not found:
        raise StoreUnavailable(tr("The cabinet's database is empty."), tr("Restore the last backup."))
    if found not in REVISIONS:
        raise StoreUnavailable(tr("This cabinet was written by a newer CaseDesk."),
                               tr("Update CaseDesk on this computer; nothing was changed."))
    return found != REVISIONS[-1]


def keep_copy(engine: Engine, path: Path, found: str) -> Path:
    """A whole copy of the database as it is, named by its revision."""
    with engine.connect() as connection:  # holds the write lock while copying, so that the copy is of one moment
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        copy = path.with_name(f"{path.stem}-before-{found}.db")
        with whole_file(copy, error=StoreUnavailable) as part:
            shutil.copyfile(path, part)
    return copy


def check_copy(copy: Path, key: bytes) -> None:
    """Every page of the copy is whole, else StoreUnavailable: nothing is migrated that could not be taken back."""
    with explaining(), closing(connect(copy, key)) as connection:
        for pragma in ("cipher_integrity_check", "quick_check"):
            said = [row[0] for row in connection.execute(f"PRAGMA {pragma}") if row[0] != "ok"]
            if said:
                raise StoreUnavailable(tr("The copy made before bringing the cabinet up to date is not whole."),
                                       tr("Nothing was changed. Check the disk, or restore the last backup."))


def migrate(engine: Engine, target: str = "head") -> None:
    """Run the migrations up to `target`; foreign keys rest meanwhile and are checked before the commit."""
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            upgrade(connection, target)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise StoreUnavailable(tr("The cabinet could not be brought up to date."),
                                       tr("It was left as it was; send us the version of CaseDesk that wrote it."))
            connection.commit()
        finally:
            connection.invalidate()


def upgrade(connection: Connection, target: str) -> None:
    """Run the migrations up to `target` within the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
