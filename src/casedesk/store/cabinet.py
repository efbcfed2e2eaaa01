"""A cabinet: one firm's data in one folder, the encrypted database and the evidence vault."""

from __future__ import annotations

import getpass
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from casedesk.base.errors import NotAllowed, StoreUnavailable
from casedesk.base.files import as_folder, explained, make_folder, private
from casedesk.base.i18n import tr
from casedesk.records.rights import Actor, Right
from casedesk.records.words import UserRole
from casedesk.store import attempts, audit, guard, header, identity, keys, office, rekeying, schema, visibility
from casedesk.store.engine import explaining, open_engine
from casedesk.store.keys import CabinetKey, Cost
from casedesk.store.shared_folders import danger
from casedesk.store.vault import Vault
from casedesk.store.vault_folder import FolderVault
from casedesk.store.vault_office import OfficeVault
from casedesk.store.work import Listener, Works

DATABASE, VAULT = "cabinet.db", "vault"


class Store:
    """An open cabinet: reads, units of work, and the vault."""

    def __init__(self, folder: Path, key: CabinetKey, who: str = "") -> None:
        self.folder = folder
        self.key = key
        address = office.address_of(folder)
        self.is_office = bool(address)
        """Its records are in PostgreSQL, which is backed up by its own tools."""
        self.engine = self._open_engine()
        self.vault: Vault = (
            OfficeVault(self.engine, key.vault_names) if office.holds_all(folder)
            else FolderVault(folder / VAULT, key.vault_names, shared=bool(address)))
        self._seen = self.engine
        self._works = Works(self.engine, Actor(who or getpass.getuser()), key.proof,
                            files_in_database=isinstance(self.vault, OfficeVault))

    @classmethod
    def create(cls, folder: Path, passphrase: str, *, who: str = "", cost: Cost = keys.OFFICE,
               address: str = "", all_there: bool = False) -> tuple[Self, str]:
        """A new cabinet in an empty or missing folder, and the recovery key to print.

        With an address (postgresql://) its records are in that database, and the folder may be a shared one; with
        `all_there` key and evidence are in the database too, and the folder is this desk's own.
        """
        if address:
            office.understood(address)
        wrong = None if address else danger(folder)
        if wrong is not None:
            raise StoreUnavailable(wrong[0], tr("Make it on this computer's own disk, and send backups there instead."))
        with _pointing(folder) if all_there else _new(folder):
            if address:
                schema.create_office(address, all_there=all_there)
                office.keep_address(folder, address, all_there=all_there)
            else:
                private(folder)
            if address and not all_there:
                as_folder(folder / VAULT)
            key, recovery = keys.create(folder, passphrase, cost=cost)
            store = cls(folder, key, who)
            if not address:
                schema.create(store.engine)
                private(folder / DATABASE)
            else:
                store._recognise(moved=False)
        return store, recovery

    @classmethod
    def open(cls, folder: Path, key: CabinetKey, *, who: str = "", moved: bool = False, house: bool = False) -> Self:
        """The cabinet in `folder`, brought up to date; StoreUnavailable says what is wrong and what to do.

        One that was moved away is refused unless `moved`; `house` is the program itself, checking what nobody is shown.
        """
        address = office.address_of(folder)
        if not (address or (folder / DATABASE).is_file()):
            raise StoreUnavailable(tr("There is no cabinet in {folder}.", folder=folder),
                                   tr("Check the path, or make one with “casedesk new”."))
        if not address:
            rekeying.settle(folder, key)
        store = cls(folder, key, who)
        try:
            if address:
                schema.bring_up_office(store.engine)
            else:
                schema.bring_up(store.engine, folder / DATABASE, key.database)
            store._recognise(moved=moved)
            if not house:
                store.refresh_actor()
            store.vault.sweep()
        except BaseException:
            store.close()
            raise
        return store

    def _recognise(self, *, moved: bool) -> None:
        """Refuse a database that is not this folder's; one made before databases said whose they are says so now."""
        self._works.moved = moved
        with explaining(), self.engine.connect().execution_options(reading=True) as connection:
            after = identity.header_after(connection, self.key.proof)
            if after and not office.holds_all(self.folder) and header.read(self.folder).proof == self.key.proof:
                header.put(self.folder, after)
                raise identity.key_finished()
            known = identity.check(connection, self.folder, self.key.proof, moved=moved)
            if self.is_office:
                office.refuse_strange(connection)
            self._works.seen = audit.last_seq(connection)
        if self.is_office and not known:
            with explaining(), self.engine.begin() as connection:
                identity.claim(connection, identity.named(self.folder))

    @property
    def actor(self) -> Actor:
        """Who works, with what rights."""
        return self._works.actor

    def refresh_actor(self) -> None:
        """Work with the rights that the user whose password opened the cabinet has now.

        NotAllowed when they have none any more; StoreUnavailable when it has users and the key is nobody's.
        """
        if not self.key.user:
            if keys.user_ids(self.folder):
                raise StoreUnavailable(tr("This cabinet has several users."), tr("Say who you are, by name."))
            return
        with self._works.read(whole=True) as session:
            actor = guard.found(session, self.key.user)
            login = office.login(session.connection()) if self.is_office else actor.name
        if login != actor.name and login in keys.user_names(self.folder):
            raise NotAllowed(tr("The database login “{login}” is another user's: the server refuses what “{name}” does "
                                "by it.", login=login, name=actor.name),
                             tr("Log in to the database as yourself: by PGUSER, or by the name in the address."))
        if self.key.recovered and actor.role is not UserRole.OWNER:
            raise NotAllowed(tr("The recovery key opens the cabinet for its owners alone."),
                             tr("Type the name of an owner."))
        if actor != self.actor:
            self._close_seen()
            self._seen = self.engine if actor.sees_all else visibility.narrow(self._open_engine(), actor)
            self._works.become(actor, self._seen)

    @property
    def place(self) -> str:
        """Where it is, as a person is told: its folder, or the database that holds all of it."""
        return office.address_of(self.folder) if office.holds_all(self.folder) else str(self.folder)

    @property
    def who(self) -> str:
        """The name changes are signed with."""
        return self.actor.name

    @who.setter
    def who(self, name: str) -> None:
        if self.actor.user:
            raise NotAllowed(tr("Changes are signed with the name you log in by."))
        self._works.actor = Actor(name)

    def may(self, right: Right) -> bool:
        """Whether who works has a right."""
        return self.actor.may(right)

    def require(self, *rights: Right) -> None:
        """NotAllowed names the first of these rights that who works has not."""
        self.actor.require(*rights)

    def work(self, right: Right = Right.WRITE) -> AbstractContextManager[Session]:
        """One unit of work, for which a right is needed (see `work.Works.work`)."""
        return self._works.work(right)

    def read(self, *, whole: bool = False) -> AbstractContextManager[Session]:
        """A read of one moment, of what who works may see (see `work.Works.read`)."""
        return self._works.read(whole=whole)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear which tables changed after each unit of work."""
        return self._works.listen(listener)

    @property
    def works(self) -> Works:
        """What keeps its units of work; for who watches over it."""
        return self._works

    def announce(self, tables: frozenset[str]) -> None:
        """Tell the listeners that another window changed these tables."""
        self._works.announce(tables)

    def close(self) -> None:
        """Close every connection; the files may be copied or replaced after it."""
        self._close_seen()
        self.engine.dispose()

    def _close_seen(self) -> None:
        if self._seen is not self.engine:
            self._seen.dispose()

    def _open_engine(self) -> Engine:
        address = office.address_of(self.folder)
        return office.open_engine(address) if address else open_engine(self.folder / DATABASE, self.key.database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()


@contextmanager
def _pointing(folder: Path) -> Iterator[None]:
    """Let the folder say where a new cabinet is that is wholly in a database; it holds nothing else."""
    if folder.is_dir() and any(path.name not in (office.ADDRESS, attempts.FILE) for path in folder.iterdir()):
        raise StoreUnavailable(tr("{folder} is not empty.", folder=folder), tr("Choose a new folder for the cabinet."))
    yield


@contextmanager
def _new(folder: Path) -> Iterator[None]:
    """Make the folder of a cabinet that is made in the block, and by nobody else; when that fails it is empty again."""
    full = StoreUnavailable(tr("{folder} is not empty.", folder=folder), tr("Choose a new folder for the cabinet."))
    try:
        if folder.is_dir() and any(folder.iterdir()):
            raise full
        make_folder(folder)
        (folder / VAULT).mkdir()  # of several who try at once one succeeds
    except FileExistsError as problem:
        raise full if folder.is_dir() else StoreUnavailable(*explained(folder, problem)) from problem
    except OSError as problem:
        raise StoreUnavailable(*explained(folder, problem)) from problem
    try:
        yield
    except BaseException:
        for name in (keys.HEADER, office.ADDRESS, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
            with suppress(OSError):
                (folder / name).unlink(missing_ok=True)
        shutil.rmtree(folder / VAULT, ignore_errors=True)
        raise
