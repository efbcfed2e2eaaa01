"""Moving a cabinet: from a folder to an office's database and back, or to another of the same kind.

The source is held against writers meanwhile and stays as it is; when all that arrived was compared and verified it is
marked as moved, which is undone at any time.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.errors import StoreUnavailable, VerificationFailed
from casedesk.base.files import explained, make_folder, private
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.casework import backups, check, history
from casedesk.records.rights import Right
from casedesk.store import attempts, header, identity, moving, office, rekeying, restoring
from casedesk.store.cabinet import DATABASE, VAULT, Store
from casedesk.store.engine import explaining
from casedesk.store.keys import CabinetKey
from casedesk.store.moving import Carried
from casedesk.store.shared_folders import danger


@dataclass(frozen=True)
class Place:
    """Where a cabinet goes: its folder, and the database's address when its records are to be in PostgreSQL."""

    folder: Path
    address: str = ""
    all_there: bool = False
    """Whether key and evidence go into the database too; the folder is then this desk's own."""

    @property
    def said(self) -> str:
        """How a person is told."""
        if self.all_there:
            return self.address
        return f"{self.folder} ({self.address})" if self.address else str(self.folder)


@dataclass
class Report:
    """What was carried and whether it is the same; `problems` leave the source unmarked, `known` the source has too."""

    source: str
    target: str
    cabinet: str
    backup: list[str]
    tables: dict[str, Carried] = field(default_factory=dict)
    files: int = 0
    files_brought: int = 0
    bytes: int = 0
    seq: int = 0
    """The end of the history: its number and hash."""
    head: str = ""
    problems: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether every row and file arrived as it was."""
        return not self.problems


def move(source: Path, key: CabinetKey, to: Place, *, who: str = "", progress: Progress = silent,
         backed_up: bool = False) -> Report:
    """Carry the cabinet in the folder `source` to `to`; broken off, the same call goes on where it was.

    StoreUnavailable says what hinders it. The source is marked as moved only when the report is clean. It is backed up
    first unless it is `backed_up`.
    """
    with Store.open(source, key, who=who, moved=True) as here:
        here.require(Right.MOVE)
        _refuse(here, to)
        report = Report(str(source), to.said, identity.named(source), [] if backed_up else _backed_up(here, progress))
        with _target(here, to) as there, here.work(Right.MOVE) as held:
            moving.prepare(there, here)
            if to.address:
                rekeying.wrap_plain(held.connection(), here.key)
            _carry(here, there, held, report, progress)
            if report.clean:
                identity.mark_moved(held.connection(), to.said, times.now().isoformat())
        if report.clean:
            with _target(here, to) as there, explaining(), there.engine.begin() as connection:
                identity.end(connection)
    return report


def restore(path: Path, to: Place, unlock: restoring.Unlock, progress: Progress = silent, *,
            older: bool = False) -> None:
    """Make a cabinet in an office's empty database from a backup, by way of a scratch cabinet beside its folder.

    Refused as `restoring.restore` refuses; VerificationFailed names what did not arrive as it is.
    """
    make_folder(to.folder.parent)
    keys: list[CabinetKey] = []

    def unlocked(part: Path) -> CabinetKey:
        keys.append(unlock(part))
        return keys[-1]

    with tempfile.TemporaryDirectory(prefix="restore-", suffix=".part", dir=to.folder.parent) as scratch:
        restoring.restore(path, Path(scratch) / "cabinet", unlocked, progress, older=older)
        report = move(Path(scratch) / "cabinet", keys[-1], to, progress=progress, backed_up=True)
    if not report.clean:
        raise VerificationFailed(report.problems[0], tr("Make a new database, and restore once more."))


def undo(source: Path, key: CabinetKey, who: str = "") -> str:
    """Open a cabinet again that was moved away, as it was then; returns where it went, empty when nowhere."""
    with Store.open(source, key, who=who, moved=True) as here, here.work(Right.MOVE) as session:
        went = identity.moved_to(session.connection())
        identity.take_back(session.connection())
    return went


def _refuse(here: Store, to: Place) -> None:
    if to.address:
        _reach(to.address)
    with here.read() as session:
        went = identity.moved_to(session.connection())
    if went not in {"", to.said}:
        raise StoreUnavailable(tr("This cabinet was moved to {place} before.", place=went),
                               tr("Move it on from there, or give “casedesk move CABINET --undo” first."))
    one, other = here.folder.resolve(), to.folder.resolve()
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise StoreUnavailable(tr("The new place lies within the old one, or the old within the new."),
                               tr("Choose a folder beside it."))
    wrong = None if to.address else danger(to.folder)
    if wrong is not None:
        raise StoreUnavailable(wrong[0], tr("Make it on this computer's own disk, and send backups there instead."))
    _refuse_folder(to, identity.named(here.folder))


def _reach(address: str) -> None:
    """StoreUnavailable when the database cannot be reached, InvalidEntry when it is none; nothing was begun then."""
    engine = office.open_engine(address)
    try:
        with explaining(), engine.connect():
            pass
    finally:
        engine.dispose()


def _refuse_folder(to: Place, cabinet: str) -> None:
    """A new folder, an empty one, or one where this very move was broken off."""
    names = {path.name for path in to.folder.iterdir()} if to.folder.is_dir() else set()
    of_database = (DATABASE, *(f"{DATABASE}-{end}" for end in ("wal", "shm", "journal")))
    own = {header.HEADER, VAULT, *((office.ADDRESS, attempts.FILE) if to.address else of_database)}
    strange = {name for name in names if name not in own and not name.endswith(".part")}
    if strange or (header.HEADER in names and identity.named(to.folder) != cabinet) or (
            to.address and office.address_of(to.folder) not in {"", to.address}):
        raise StoreUnavailable(tr("{folder} is not empty.", folder=to.folder),
                               tr("Choose a new folder for the cabinet."))


def _backed_up(here: Store, progress: Progress) -> list[str]:
    """A backup of what is to be moved, in every place; an office may have chosen none."""
    found = backups.back_up(here, progress, changed_only=True)
    failed = next((one.problem for one in found if one.problem), "")
    if failed:
        raise StoreUnavailable(tr("No backup could be made before the move: {reason}", reason=failed),
                               tr("Mend that first; nothing was moved."))
    return [str(Path(one.place) / one.name) for one in found]


def _target(here: Store, to: Place) -> Store:
    try:
        make_folder(to.folder)
    except OSError as problem:
        raise StoreUnavailable(*explained(to.folder, problem)) from problem
    if not to.address:
        private(to.folder)
    elif not office.address_of(to.folder):
        office.keep_address(to.folder, to.address, all_there=to.all_there)
    return Store(to.folder, here.key, here.who)


def _carry(here: Store, there: Store, held: Session, report: Report, progress: Progress) -> None:
    source = held.connection()
    with moving.loading(there) as connection:
        for table in moving.tables():
            report.tables[table.name] = carried = moving.carry(source, connection, table, progress)
            if not carried.same:
                report.problems.append(tr("The rows of “{kind}” did not arrive as they are.", kind=table.name))
        if report.problems:
            return
        moving.finish(connection, progress)
    _carry_files(here, there, report, progress)
    report.seq, report.head = history.head(there)
    found = [one.message for one in check.verify(there, progress)]
    before = {one.message for one in check.verify(here, progress)} if found else set()
    report.known = [one for one in found if one in before]
    report.problems += [one for one in found if one not in before]


def _carry_files(here: Store, there: Store, report: Report, progress: Progress) -> None:
    names = list(here.vault.names())
    for done, name in enumerate(names, 1):
        report.files_brought += there.vault.take(name, here.vault)
        progress(done, len(names), tr("Carrying evidence"))
    for done, name in enumerate(names, 1):
        wanted = here.vault.digest(name)
        if wanted and there.vault.digest(name) != wanted:
            there.vault.drop(name)
            there.vault.take(name, here.vault)
        if not wanted or there.vault.digest(name) != wanted:
            report.problems.append(tr("The kept file {name} did not arrive as it is.", name=name))
        report.files += 1
        report.bytes += max(0, here.vault.length(name))
        progress(done, len(names), tr("Comparing evidence"))
