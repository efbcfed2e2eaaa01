"""A backup is one file: the header, the encrypted database, and a sealed list of every file with its SHA-256.

The vault's files, which never change, lie in the same file, or once for many backups in the folder `vault` beside it.
What was written is read again, opened and compared before it gets its name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from casedesk.base import times
from casedesk.base.errors import StoreUnavailable, VerificationFailed
from casedesk.base.files import beside, private, whole_file
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.store import engine, header, identity, keys, moving, schema
from casedesk.store.audit import START
from casedesk.store.cabinet import DATABASE, VAULT, Store
from casedesk.store.vault import Vault

LIST = "backup.json"
FORMAT = 2
_BLOCK = 1 << 20
_COPYING_KIB = 8 * 1024
"""Pages held while a database is copied or looked through: each is met once."""
_BROKEN = (zipfile.BadZipFile, EOFError, KeyError, ValueError, TypeError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Contents:
    """What a backup says of itself; `files` and `beside` are name -> (SHA-256 as it lies there, size)."""

    cabinet: str
    at: str
    """When it was taken, ISO, UTC."""
    revision: str
    seq: int
    """The last change and its hash."""
    head: str
    rows: dict[str, int]
    """How many rows each table has."""
    lacking: list[str]
    """Evidence whose file the cabinet itself had lost by then."""
    files: dict[str, tuple[str, int]] = field(default_factory=dict)
    beside: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def taken_at(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.at)


class Pool:
    """The vault files of many backups, each copied once."""

    def __init__(self, folder: Path, known: Mapping[str, tuple[str, int]]) -> None:
        self.folder = folder
        self._known = known
        self.new: set[str] = set()

    def take(self, name: str, vault: Vault) -> tuple[str, int]:
        """Copy a kept file unless it lies here as an earlier backup lists it."""
        target = self.folder / name
        known = self._known.get(name)
        if known is not None and target.is_file() and target.stat().st_size == known[1]:
            return known
        with whole_file(target, error=StoreUnavailable) as part, part.open("wb") as file, vault.stored(name)[0] as kept:
            piece = _copied(kept, file)
        private(target)
        self.new.add(name)
        return piece


def write(store: Store, out: Path, progress: Progress = silent, *, pool: Pool | None = None) -> Contents:
    """Write a backup of one moment of the cabinet, while others go on writing; whole and checked, or not at all."""
    copy = beside(out)
    with whole_file(out, error=StoreUnavailable) as part:
        try:
            contents = _copy_database(store, copy, progress)
            with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
                contents.files[header.HEADER] = _add(archive, header.HEADER, io.BytesIO(header.stored(store.folder)))
                contents.files[DATABASE] = _add(archive, DATABASE, copy.open("rb"))
                names = sorted(store.vault.names())  # after the database: what it names is there
                for done, name in enumerate(names, 1):
                    progress(done, len(names), tr("Backing up evidence"))
                    if pool is not None:
                        contents.beside[name] = pool.take(name, store.vault)
                        continue
                    kept = f"{VAULT}/{name}"
                    contents.files[kept] = _add(archive, kept, store.vault.stored(name)[0])
                there = set(names)
                contents.lacking[:] = [name for name in contents.lacking if name not in there]
                archive.writestr(LIST, _sealed(contents, store.key.backup))
            trusted = {name: piece for name, piece in contents.beside.items() if pool and name not in pool.new}
            check(part, store.key, progress, trusted=trusted)
            _open_again(part, copy, store.key, contents)
        finally:
            for left in copy.parent.glob(copy.name + "*"):
                left.unlink(missing_ok=True)
        private(part)
    return contents


def _copy_database(store: Store, copy: Path, progress: Progress) -> Contents:
    copy.unlink(missing_ok=True)
    if store.is_office:
        moving.copy_records(store, copy, progress)
    with engine.explaining(), closing(engine.connect(copy, store.key.database)) as target:
        private(copy)
        if not store.is_office:
            with closing(engine.connect(store.folder / DATABASE, store.key.database)) as source:
                for one in (source, target):
                    one.execute(f"PRAGMA cache_size = -{_COPYING_KIB}")
                source.backup(target)
        contents = Contents(cabinet=keys.cabinet_id(store.folder), at=times.now().isoformat(), **_facts(target))
        contents.lacking[:] = [name for (name,) in target.execute(
            "SELECT DISTINCT vault_name FROM evidence WHERE vault_name <> ''")]
        said = target.execute("SELECT value FROM setting WHERE key = ?", (identity.KEY,)).fetchone()
        if said and json.loads(said[0])["proof"] != store.key.proof.hex():
            raise identity.other_key()
        target.execute("PRAGMA journal_mode = DELETE")
    return contents


def _facts(connection: Any) -> dict[str, Any]:
    """Revision, end of the history, and rows of each table."""
    seq, head = connection.execute("SELECT seq, hash FROM change ORDER BY seq DESC LIMIT 1").fetchone() or (0, START)
    tables = [name for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE 'search_gram%' ORDER BY name")]
    rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - its own tables
            for name in tables}
    revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    return {"revision": str(revision), "seq": seq, "head": head, "rows": rows, "lacking": []}


def _add(archive: zipfile.ZipFile, name: str, source: BinaryIO) -> tuple[str, int]:
    with source, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        return _copied(source, target)


def _copied(source: IO[bytes], target: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_BLOCK):
        digest.update(chunk)
        size += target.write(chunk)
    return digest.hexdigest(), size


def _sealed(contents: Contents, key: bytes) -> str:
    body = {"format": FORMAT, **asdict(contents)}
    return json.dumps({**body, "seal": _seal(body, key)}, sort_keys=True)


def _seal(body: dict[str, Any], key: bytes) -> str:
    return hmac.new(key, json.dumps(body, sort_keys=True).encode(), "sha256").hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive of a backup; VerificationFailed when what is read of it meanwhile is not whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _BROKEN as problem:
        raise damaged(path, str(problem)) from problem


def check(path: Path, key: keys.CabinetKey, progress: Progress = silent, *,
          trusted: Mapping[str, tuple[str, int]] | None = None) -> Contents:
    """Read a backup whole; VerificationFailed when a byte of it, or of the vault beside it, is not as written.

    Of files beside it that are `trusted` as listed only the length is looked at.
    """
    try:
        with opened(path) as archive:
            contents = _listed(archive, path, key)
            found = [entry.filename for entry in archive.infolist()]
            if sorted(found) != sorted([*contents.files, LIST]):
                raise damaged(path, tr("files are missing or were added"))
            for done, (name, piece) in enumerate(sorted(contents.files.items()), 1):
                progress(done, len(contents.files), tr("Checking the backup"))
                with archive.open(name) as member:
                    _compare(path, name, member, piece)
    except OSError as problem:
        raise StoreUnavailable(tr("{path} cannot be read ({reason}).", path=path, reason=problem.strerror or problem),
                               tr("Check the disk and the rights of the folder.")) from problem
    _check_beside(path, contents, progress, trusted or {})
    return contents


def _check_beside(path: Path, contents: Contents, progress: Progress,
                  trusted: Mapping[str, tuple[str, int]]) -> None:
    for done, (name, piece) in enumerate(sorted(contents.beside.items()), 1):
        progress(done, len(contents.beside), tr("Checking the backup"))
        beside = path.parent / VAULT / name
        try:
            if trusted.get(name) == piece and beside.stat().st_size == piece[1]:
                continue
            with beside.open("rb") as file:
                _compare(path, f"{VAULT}/{name}", file, piece)
        except OSError as problem:
            raise damaged(path, tr("“{name}” is missing beside it", name=f"{VAULT}/{name}")) from problem


def _compare(path: Path, name: str, file: IO[bytes], piece: tuple[str, int]) -> None:
    if hashlib.file_digest(file, "sha256").hexdigest() != piece[0]:  # type: ignore[arg-type]
        raise damaged(path, tr("“{name}” was changed", name=name))


def described(path: Path) -> dict[str, Any]:
    """What a backup says of itself, believed by nobody until `check` has seen the seal."""
    try:
        with zipfile.ZipFile(path) as archive:
            written: dict[str, Any] = json.loads(archive.read(LIST))
            number = int(written.get("format", 1))
    except FileNotFoundError as problem:
        raise StoreUnavailable(tr("There is nothing at {path}.", path=path), tr("Check the path.")) from problem
    except OSError as problem:
        raise StoreUnavailable(tr("{path} cannot be read ({reason}).", path=path, reason=problem.strerror or problem),
                               tr("Check the disk and the rights of the folder.")) from problem
    except (*_BROKEN, AttributeError) as problem:
        raise damaged(path, tr("it is no backup of CaseDesk, or was cut short")) from problem
    if number < FORMAT:
        raise StoreUnavailable(tr("The backup {path} was written by a first version of CaseDesk.", path=path),
                               tr("Restore it with the CaseDesk that wrote it; nothing was changed."))
    if number > FORMAT or written.get("revision") not in schema.REVISIONS:
        raise StoreUnavailable(tr("The backup {path} was written by a newer CaseDesk.", path=path),
                               tr("Update CaseDesk on this computer; nothing was changed."))
    return written


def checked_list(path: Path, key: keys.CabinetKey) -> Contents:
    """What a backup lists, its seal checked; nothing else of it is read."""
    try:
        with opened(path) as archive:
            return _listed(archive, path, key)
    except OSError as problem:
        raise damaged(path, str(problem)) from problem


def _listed(archive: zipfile.ZipFile, path: Path, key: keys.CabinetKey) -> Contents:
    written = described(path)
    seal = str(written.pop("seal"))
    if not hmac.compare_digest(_seal(written, key.backup), seal):
        raise ValueError(tr("its list of files was changed, or belongs to another cabinet"))
    del written["format"]
    contents = Contents(**{name: value for name, value in written.items() if name not in {"files", "beside"}},
                        files={name: (piece[0], piece[1]) for name, piece in written["files"].items()},
                        beside={name: (piece[0], piece[1]) for name, piece in written["beside"].items()})
    if json.loads(archive.read(header.HEADER)).get("cabinet") != contents.cabinet:
        raise ValueError(tr("its header belongs to another cabinet"))
    return contents


def _open_again(path: Path, scratch: Path, key: keys.CabinetKey, contents: Contents) -> None:
    with opened(path) as archive, archive.open(DATABASE) as member, scratch.open("wb") as file:
        _copied(member, file)
    open_copy(path, scratch, key, contents)


def open_copy(path: Path, database: Path, key: keys.CabinetKey, contents: Contents) -> None:
    """Open a database taken out of a backup: every page whole, rows and history as listed."""
    with engine.explaining(), closing(engine.connect(database, key.database)) as connection:
        connection.execute(f"PRAGMA cache_size = -{_COPYING_KIB}")
        for pragma in ("cipher_integrity_check", "quick_check"):
            for (said,) in connection.execute(f"PRAGMA {pragma}"):
                if said != "ok":
                    raise damaged(path, str(said))
        found = _facts(connection)
    if any(found[name] != getattr(contents, name) for name in ("revision", "seq", "head", "rows")):
        raise damaged(path, tr("its database is not the one that was listed"))


def damaged(path: Path, reason: str) -> VerificationFailed:
    """The error that says why a backup is refused."""
    return VerificationFailed(tr("The backup {path} is damaged: {reason}.", path=path, reason=reason),
                              tr("Nothing was restored; take another backup."))
