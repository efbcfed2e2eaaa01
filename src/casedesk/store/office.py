"""A cabinet whose records are in PostgreSQL: the folder, shared by all desks, holds the wrapped key and the vault; or
those are in the database too, and the folder is each desk's own and only says where it is.

Whoever writes locks one row first, so that units of work follow one another as they do in SQLite: ids, the numbers of
the history and its hashes never fork. Who reads sees one moment and waits for nobody.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import time
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from casedesk.base import paths
from casedesk.base.errors import InvalidEntry, StoreUnavailable, Unreachable
from casedesk.base.files import as_folder, private, whole_file
from casedesk.base.i18n import tr

if TYPE_CHECKING:
    import psycopg

HOUSE = "house"
"""Whose a transaction is that is the program's own work and no user's."""
ADDRESS = "database.url"
"""The file beside cabinet.json that says where the records are."""
_ALL = "all"
"""Its second line where the database holds header and vault too."""

CHANNEL = "casedesk"
"""Where desks tell each other what changed and who is editing."""
_LOCK = "CREATE TABLE writing (one INTEGER PRIMARY KEY CHECK (one = 1))"
_PATIENCE = {"connect_timeout": "10", "keepalives_idle": "2", "keepalives_interval": "1", "keepalives_count": "3",
             "tcp_user_timeout": "5000", "target_session_attrs": "read-write"}
"""How soon a lost network is noticed: seconds, the last in milliseconds; and of several servers the one that writes."""
_SINCE = "COALESCE(CAST(EXTRACT(epoch FROM pg_stat_get_bgwriter_stat_reset_time()) AS TEXT), '-')"
"""When the server began to count, which it does anew after every crash."""
_MARK = f"CAST(pg_current_xact_id() AS TEXT) || ' ' || {_SINCE}"
_JUST_LOST = 5
"""So long, in seconds, a server is waited for whose connection just broke, and is asked what became of a save: with the
time it took to notice, nobody waits for more than ten."""


def understood(address: str) -> URL:
    """The address of a database, its certificate checked unless it says otherwise; InvalidEntry when it is none."""
    try:
        url = make_url(address)
    except ArgumentError as problem:
        raise _no_address() from problem
    if url.drivername not in ("postgresql", "postgres") or not url.database or not (url.host or "host" in url.query):
        raise _no_address()
    if url.password is not None:
        raise InvalidEntry(tr("The address holds a password, and every desk would read it."),
                           tr("Leave it out; keep each person's password in their own pgpass file."))
    asked = {"sslmode": "verify-full", "sslrootcert": "system", **url.query}
    if asked["sslmode"] != "verify-full" and "sslrootcert" not in url.query:
        del asked["sslrootcert"]  # libpq refuses the system's certificates with anything less
    return url.set(drivername="postgresql+psycopg", query={**_PATIENCE, **asked})


def unchecked(address: str) -> tuple[str, str] | None:
    """What is wrong with an address of another computer whose certificate is not checked, and what to do instead."""
    url = understood(address)
    said, mode = url.query.get("host", ()), url.query["sslmode"]
    hosts = ",".join([url.host or "", *([said] if isinstance(said, str) else said)]).split(",")
    if mode == "verify-full" or all(map(_is_here, hosts)):
        return None
    return (tr("The connection to the office's database is not checked (sslmode={mode}): whoever sits between can read "
               "it or answer in the server's place.", mode=mode),
            tr("Take sslmode out of the address; a certificate of your own is named by “?sslrootcert=FILE”."))


def _is_here(host: str) -> bool:
    """Whether a server is this very computer, by its loopback address or a socket."""
    return host.startswith(("127.", "/", "@")) or host in {"", "localhost", "::1"}


def is_address(text: str) -> bool:
    """Whether a cabinet is named by its database."""
    return text.startswith(("postgresql://", "postgres://"))


def address_of(folder: Path) -> str:
    """Where the records of a cabinet are; empty when they are in the folder itself."""
    return "".join(_pointer(folder)[:1])


def holds_all(folder: Path) -> bool:
    """Whether the header and the vault are in the database too: the folder is a desk's own and says only where."""
    return _ALL in _pointer(folder)


def keep_address(folder: Path, address: str, *, all_there: bool = False) -> None:
    """Write down where the records are, and whether all else is there too."""
    with whole_file(folder / ADDRESS, error=StoreUnavailable) as part:
        part.write_text(address + "\n" + (_ALL + "\n" if all_there else ""), encoding="utf-8")
        as_folder(part)


def desk_folder(address: str) -> Path:
    """The desk's own folder for a cabinet that is wholly in a database; made where it is missing."""
    url = understood(address)
    server, database = (re.sub(r"[^\w.-]", "-", str(one)) for one in (url.host or url.query["host"], url.database))
    mark = hashlib.sha256(f"{url.host} {url.query.get('host')} {url.port} {url.database}".encode()).hexdigest()[:8]
    folder = paths.settings_folder() / "offices" / f"{server}-{mark}" / database
    if not (holds_all(folder) and address_of(folder) == address):
        keep_address(folder, address, all_there=True)
        private(folder)
    return folder


def _pointer(folder: Path) -> list[str]:
    path = folder / ADDRESS
    try:
        return path.read_text(encoding="utf-8").split()
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError) as problem:
        raise StoreUnavailable(
            tr("{path} cannot be read ({reason}).", path=path, reason=getattr(problem, "strerror", None) or problem),
            tr("Check the disk and the rights of the folder.")) from problem


def refuse_strange(connection: Connection) -> None:
    """StoreUnavailable when a desk came by a login that sees a part alone: it would take that for the whole."""
    owns, login, owner = connection.exec_driver_sql(
        "SELECT casedesk_owns(), session_user, (SELECT CAST(pg_get_userbyid(relowner) AS TEXT) FROM pg_class"
        " WHERE oid = CAST('\"user\"' AS regclass))").one()
    if not owns:
        raise StoreUnavailable(
            tr("The login “{login}” sees only a part of the office's database: no desk can work by it.", login=login),
            tr('On the server: GRANT "{owner}" TO "{login}"; ALTER ROLE "{login}" SET role = "{owner}"', owner=owner,
               login=login))


def login(connection: Connection) -> str:
    """By which login a desk came."""
    return str(connection.exec_driver_sql("SELECT session_user").scalar())


def open_engine(address: str) -> Engine:
    """The engine of an office's database; nothing is connected yet.

    What a transaction begins and ends with is said here, in as few questions as can be: each is waited for, and others
    wait for the lock meanwhile. The driver itself begins none.
    """
    engine = create_engine(understood(address), hide_parameters=True, pool_pre_ping=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("bare", False):
            return
        user, whole = options.get("user") or HOUSE, "on" if options.get("whole", True) else "off"
        said = f"SET LOCAL casedesk.actor = '{user}'; SET LOCAL casedesk.whole = '{whole}'"  # see `row_security`
        if options.get("reading", False):
            connection.exec_driver_sql(f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {said}")
        else:
            lock = "" if options.get("making", False) else "; SELECT one FROM writing FOR UPDATE"
            connection.exec_driver_sql(f"BEGIN ISOLATION LEVEL READ COMMITTED; {said}{lock}")

    @event.listens_for(engine, "rollback")
    def rollback(connection: Connection) -> None:
        if connection.get_execution_options().get("reading", False):
            with suppress(driver_error()):  # after a rollback the driver would forget the statements it prepared
                _driver(connection).commit()

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: object) -> None:
        connection.autocommit = True
        with connection.cursor() as cursor:  # acknowledged means kept, whatever the server's own setting
            cursor.execute("SET synchronous_commit = on; SET lock_timeout = '30s'; SET tcp_keepalives_idle = 2;"
                           " SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3;"
                           " SET tcp_user_timeout = 5000;"  # a pulled cable holds up the others no longer
                           " SET jit = off")  # short questions, that it would only hold up

    lost = -math.inf

    @event.listens_for(engine, "invalidate")
    def invalidate(*broken: object) -> None:
        nonlocal lost
        lost = time.monotonic()

    @event.listens_for(engine, "do_connect")
    def do_connect(dialect: object, record: object, words: object, named: dict[str, Any]) -> None:
        if time.monotonic() - lost < _JUST_LOST:
            named["connect_timeout"] = min(int(named["connect_timeout"]), _JUST_LOST)

    return engine


def driver_error() -> type[Exception]:
    """What the driver raises, which is loaded where an office is opened and nowhere else."""
    import psycopg

    return psycopg.Error


def in_postgres(bind: Connection | Engine) -> bool:
    """Whether these records are in PostgreSQL."""
    return bind.dialect.name == "postgresql"


def marked(connection: Connection, statement: str) -> str:
    """A statement with the parameter marks of the database; it holds no other question mark and no per cent sign."""
    return statement.replace("?", "%s") if in_postgres(connection) else statement


def make_lock(connection: Connection) -> None:
    """Make the row that writers lock, in a database that is empty and sorts as SQLite does, else StoreUnavailable."""
    if connection.exec_driver_sql("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()").scalar_one():
        raise StoreUnavailable(tr("The database is not empty."), tr("Make a new database for the cabinet."))
    locale, encoding = connection.exec_driver_sql(
        "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()").one()
    if not re.fullmatch(r"C(\..*)?|POSIX", locale) or encoding != "UTF8":
        raise StoreUnavailable(tr("The database sorts text by the rules of a language."),
                               tr("Make it with “createdb --template=template0 --encoding=UTF8 --locale=C.UTF-8”."))
    connection.exec_driver_sql(_LOCK)
    connection.exec_driver_sql("INSERT INTO writing VALUES (1)")


def announce(connection: Connection, desk: str, seq: int, tables: Collection[str]) -> str:
    """Have the commit tell the other desks which tables changed; returns the mark by which `arrived` asks for it."""
    told = json.dumps({"desk": desk, "seq": seq, "tables": sorted(tables)})
    marked_, _ = connection.exec_driver_sql(
        f"SELECT {_MARK}, CASE WHEN %s THEN pg_notify(%s, %s) END",
        (bool(tables), CHANNEL, told)).one()
    return str(marked_)


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    """The driver's own connection."""
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def commit(engine: Engine, connection: Connection) -> None:
    """Commit; when the answer is lost the server is asked what became of it."""
    mark = str(connection.exec_driver_sql(f"SELECT {_MARK}").scalar_one())
    try:
        connection.commit()
    except DBAPIError as problem:
        connection.invalidate()
        if not (isinstance(refused(problem), Unreachable) and arrived(engine, mark)):
            raise


def arrived(engine: Engine, mark: str) -> bool:
    """Whether a commit whose answer was lost went through; Unreachable when nobody says so in time.

    A server that crashed may have given the transaction's number to another: what it says of it counts for nothing.
    """
    number, since = mark.split()
    engine.dispose()
    until = time.monotonic() + _JUST_LOST
    while True:
        try:
            with engine.connect().execution_options(making=True) as connection:
                if connection.exec_driver_sql(f"SELECT {_SINCE}").scalar_one() != since:
                    raise _unclear(tr("it was down meanwhile"))
                said = connection.exec_driver_sql("SELECT pg_xact_status(CAST(%s AS xid8))", (number,)).scalar()
        except DBAPIError as problem:
            said, reason = "", str(problem.orig).strip()
        else:
            reason = tr("it does not know the last save")
        if said in {"committed", "aborted"}:
            return bool(said == "committed")
        if time.monotonic() > until:
            raise _unclear(reason)
        time.sleep(0.2)


def _unclear(reason: str) -> Unreachable:
    return Unreachable(tr("Whether the last save arrived is not known ({reason}).", reason=reason),
                       tr("Save it again once the office's database answers: nothing is kept twice."))


def rewrite(engine: Engine, tables: Iterable[str]) -> None:
    """Write tables anew without what was deleted; readers wait meanwhile."""
    with engine.connect().execution_options(bare=True) as connection:
        for table in tables:
            connection.exec_driver_sql(f'VACUUM FULL "{table}"')


def weigh(connection: Connection, tables: Iterable[str]) -> None:
    """Have the server learn what is in tables just filled: until it does, it reads them whole at each question."""
    connection.exec_driver_sql("ANALYZE " + ", ".join(f'"{table}"' for table in tables))


def ids_given(connection: Connection, table: str, last: int) -> None:
    """Rows got their ids here, the last this: the database goes on after it."""
    if in_postgres(connection):
        connection.exec_driver_sql("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (table, last))


def refused(problem: DBAPIError) -> StoreUnavailable | None:
    """What a failure of the server means to a person; None when the failure is not of a server."""
    cause: Any = problem.orig
    if not type(cause).__module__.startswith("psycopg"):
        return None
    said = cause.diag.message_primary or str(cause).strip()
    if cause.sqlstate == "55P03":
        return StoreUnavailable(tr("Another desk is writing for long."), tr("Wait a moment and try again."))
    if (cause.sqlstate is None and isinstance(problem, OperationalError)) or problem.connection_invalidated:
        return Unreachable(tr("The office's database cannot be reached ({reason}).", reason=said),
                           tr("Check the network and the server; nothing was saved."))
    return StoreUnavailable(tr("The office's database refused this ({reason}).", reason=said),
                            tr("Tell who looks after the server; nothing was saved."))


def _no_address() -> InvalidEntry:
    return InvalidEntry(tr("This is no address of a database."),
                        tr("Write it as postgresql://user@server/database."))
