"""What can still be read of a damaged cabinet, put into a new one; what cannot is named, and the damaged one stays.

Each page of a cabinet's own database is authenticated, so a row is either what was saved or cannot be read; what of an
office's database is not what was saved, the history says afterwards. It is for the case that no backup is left: a
backup has everything.
"""

# ruff: noqa: S608 - tables and columns are the program's own

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Table, select

from casedesk.base.errors import CasedeskError, StoreUnavailable
from casedesk.base.files import make_folder, private
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.records import Evidence, Record
from casedesk.records.rights import Right
from casedesk.store import append_only, engine, header, keys, office, schema, search_rebuild
from casedesk.store.cabinet import DATABASE, VAULT, Store
from casedesk.store.damaged_office import DamagedOffice
from casedesk.store.vault import Vault
from casedesk.store.vault_folder import FolderVault
from casedesk.store.vault_office import OfficeVault
from casedesk.store.work import WITH_TRASH

_ONE_BY_ONE, _LAST = 1000, 1 << 40
"""So many numbers behind a row that cannot be read are tried each, then ever further ones, up to this."""


@dataclass
class Salvaged:
    """What was brought over, by table, and what was not."""

    rows: dict[str, int] = field(default_factory=dict)
    unread: dict[str, list[str]] = field(default_factory=dict)
    """By table, a sentence for each stretch that cannot be read."""
    orphans: dict[str, int] = field(default_factory=dict)
    """How many rows were left out because the record they belong to is lost."""
    files: list[str] = field(default_factory=list)
    """What is wrong with each evidence file that cannot be read."""

    def lost(self) -> list[str]:
        """What is known to be lost, a sentence each."""
        return [*(line for lines in self.unread.values() for line in lines),
                *(tr("{table}: {n} rows are left out, because the record they belong to is lost.", table=table, n=n)
                  for table, n in self.orphans.items()), *self.files]


def salvage(source: Path, target: Path, unlock: Callable[[Path], keys.CabinetKey],
            progress: Progress = silent) -> Salvaged:
    """Make the cabinet `target`, in a folder, from what can be read of the one in `source`, which is not touched.

    StoreUnavailable when its database does not even say which tables it has, NotAllowed when an owner's key is wanted.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreUnavailable(tr("{folder} is not empty.", folder=target), tr("Choose a new folder for the cabinet."))
    key, found = unlock(source), Salvaged()
    make_folder(target)
    private(target)
    try:
        _fill(source, target, key, found, progress)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return found


def _fill(source: Path, target: Path, key: keys.CabinetKey, found: Salvaged, progress: Progress) -> None:
    header.write(target, header.read(source))
    made = engine.open_engine(target / DATABASE, key.database)
    try:
        schema.create(made)
        with _opened(source, target, key) as damaged, engine.explaining(), made.connect() as connection:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            append_only.lift(connection)
            _carry(damaged, connection, found, progress)
            search_rebuild.rebuild(connection, progress)
            append_only.enact(connection)
            connection.commit()
    finally:
        made.dispose()
    private(target / DATABASE)
    with Store.open(target, key, moved=True) as store:
        store.require(Right.RESTORE)
        _carry_files(source, store, found, progress)


@contextmanager
def _opened(source: Path, target: Path, key: keys.CabinetKey) -> Iterator[_Damaged | DamagedOffice]:
    """The damaged database: the office's as it is, a cabinet's own as a copy that is taken away again."""
    address, copy = office.address_of(source), target / "damaged.part"
    try:
        if not address:
            for end in ("", "-wal"):
                with suppress(FileNotFoundError):
                    shutil.copyfile(source / f"{DATABASE}{end}", f"{copy}{end}")
        with closing(DamagedOffice(address) if address else _Damaged(copy, key.database)) as damaged:
            yield damaged
    finally:
        for left in target.glob(f"{copy.name}*"):
            left.unlink()


def _carry(damaged: _Damaged | DamagedOffice, connection: Connection, found: Salvaged, progress: Progress) -> None:
    tables = Record.metadata.sorted_tables
    for done, table in enumerate(tables):
        progress(done, len(tables), table.name)
        known = damaged.columns(table.name)
        names = [column.name for column in table.columns if column.name in known]
        written = ", ".join(f'"{name}"' for name in names)
        insert = (f'INSERT INTO "{table.name}" ({written}) VALUES ({", ".join("?" * len(names))})'
                  " ON CONFLICT DO NOTHING")  # a row that was saved again meanwhile is read twice
        for row in damaged.rows(table, names):
            found.rows[table.name] = (found.rows.get(table.name, 0)
                                      + connection.exec_driver_sql(insert, row).rowcount)
        if told := damaged.unread(table.name):
            found.unread[table.name] = told
    while lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        for name, row, _, number in lost:
            _part(connection, name, row, number, found)


def _part(connection: Connection, table: str, row: int, number: int, found: Salvaged) -> None:
    """Part a row from a record that is lost: where it can do without, it stays without; else it is left out."""
    keys_of = connection.exec_driver_sql(f'PRAGMA foreign_key_list("{table}")')
    column = next(one[3] for one in keys_of if one[0] == number)
    if Record.metadata.tables[table].c[column].nullable:
        connection.exec_driver_sql(f'UPDATE "{table}" SET "{column}" = NULL WHERE rowid = ?', (row,))
    elif connection.exec_driver_sql(f'DELETE FROM "{table}" WHERE rowid = ?', (row,)).rowcount:
        found.orphans[table] = found.orphans.get(table, 0) + 1


def _carry_files(source: Path, store: Store, found: Salvaged, progress: Progress) -> None:
    """What lies in the folder, or, of a vault in a database, what the records name."""
    if office.holds_all(source):
        at = office.open_engine(office.address_of(source))
        with store.read(whole=True) as session:
            named = session.scalars(select(Evidence.vault_name).where(Evidence.vault_name != "").distinct(),
                                    execution_options=WITH_TRASH)
            _take(OfficeVault(at, store.key.vault_names), sorted(named), store, found, progress)
        at.dispose()
        return
    there = FolderVault(source / VAULT, store.key.vault_names)
    _take(there, list(there.names()), store, found, progress)


def _take(damaged: Vault, names: list[str], store: Store, found: Salvaged, progress: Progress) -> None:
    for done, name in enumerate(names, 1):
        try:
            store.vault.take(name, damaged)
        except CasedeskError as problem:
            found.files.append(problem.message)
        progress(done, len(names), tr("Carrying evidence"))


class _Damaged:
    """A database of which some pages cannot be read: a connection is not trusted again after one of them."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._connection = engine.connect(path, key)
        self._unread: list[tuple[int, int | None]] = []

    def close(self) -> None:
        self._connection.close()

    def columns(self, table: str) -> set[str]:
        with engine.explaining():
            return {row[1] for row in self._connection.execute(f'PRAGMA table_info("{table}")')}

    def unread(self, table: str) -> list[str]:
        """From which number to which the rows of a table just read lie on damaged pages."""
        ranges, self._unread = self._unread, []
        return [tr("{table}: rows no. {first} to {last} cannot be read.", table=table, first=first,
                   last=tr("the end") if last is None else last) for first, last in ranges]

    def rows(self, table: Table, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Every row that can be read, in the order of their numbers."""
        written = ", ".join(f'"{name}"' for name in names)
        reading = f'SELECT rowid, {written} FROM "{table.name}" WHERE rowid > ? ORDER BY rowid'
        after: int | None = -1
        while after is not None:
            last = after
            try:
                for number, *row in self._connection.execute(reading, (after,)):
                    last = number
                    yield tuple(row)
                return
            except sqlcipher.DatabaseError:
                self._again()
            after = self._behind(reading, last)
            self._unread.append((last + 1, after))

    def _behind(self, reading: str, after: int) -> int | None:
        """The next number behind which a row can be read, or nothing is; None when there is none."""
        for number in range(after + 1, after + _ONE_BY_ONE):
            if self._reads(reading, number):
                return number
        bad = good = after + _ONE_BY_ONE
        while not self._reads(reading, good):
            bad, good = good, after + 2 * (good - after)
            if good > _LAST:
                return None
        while good - bad > 1:
            middle = (bad + good) // 2
            bad, good = (bad, middle) if self._reads(reading, middle) else (middle, good)
        return good

    def _reads(self, reading: str, number: int) -> bool:
        try:
            self._connection.execute(f"{reading} LIMIT 1", (number,)).fetchone()
        except sqlcipher.DatabaseError:
            self._again()
            return False
        return True

    def _again(self) -> None:
        self._connection.close()
        self._connection = engine.connect(self._path, self._key)
