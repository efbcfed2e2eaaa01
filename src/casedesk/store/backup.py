"""A backup is one file with the encrypted database, the encrypted vault and the header, checked after writing."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any

from casedesk.base.errors import StoreUnavailable, VerificationFailed
from casedesk.base.files import private, sync_file, whole_file
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.store import engine, keys
from casedesk.store.cabinet import DATABASE, VAULT, Store

LIST = "backup.json"


def write(store: Store, out: Path, progress: Progress = silent) -> int:
    """Write a consistent copy of the cabinet, read it back, and return how many files it holds."""
    with whole_file(out, error=StoreUnavailable) as part:
        names = sorted(store.vault.names())
        listed: dict[str, str] = {}
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
            _add(archive, keys.HEADER, store.folder / keys.HEADER, listed)
            copy = out.with_name(out.name + ".db.part")
            try:
                _copy_database(store, copy)
                _add(archive, DATABASE, copy, listed)
            finally:
                copy.unlink(missing_ok=True)
            for done, name in enumerate(names, 1):
                progress(done, len(names), tr("Backing up evidence"))
                _add(archive, f"{VAULT}/{name}", store.vault.path(name), listed)
            archive.writestr(LIST, _signed(listed, store.key.backup))
        check(part, store.key, progress)
    return len(listed)


def _copy_database(store: Store, copy: Path) -> None:
    """A copy of one moment, encrypted with the same key, while other windows go on writing."""
    copy.unlink(missing_ok=True)
    source = engine.connect(store.folder / DATABASE, store.key.database)
    target = engine.connect(copy, store.key.database)
    try:
        target.execute("PRAGMA journal_mode = DELETE")
        source.backup(target)
    finally:
        target.close()
        source.close()
    private(copy)


def _add(archive: zipfile.ZipFile, name: str, path: Path, listed: dict[str, str]) -> None:
    digest = hashlib.sha256()
    with path.open("rb") as source, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            target.write(chunk)
    listed[name] = digest.hexdigest()


def _signed(listed: dict[str, str], key: bytes) -> str:
    body = json.dumps(listed, sort_keys=True)
    return json.dumps({"files": listed, "seal": hmac.new(key, body.encode(), "sha256").hexdigest()}, sort_keys=True)


def check(path: Path, key: keys.CabinetKey, progress: Progress = silent) -> None:
    """Read a backup whole; VerificationFailed when a byte of it is not as written."""
    try:
        with zipfile.ZipFile(path) as archive:
            listed = _listed(archive, key)
            found = [entry.filename for entry in archive.infolist()]
            if sorted(found) != sorted([*listed, LIST]):
                raise _damaged(path, tr("files are missing or were added"))
            for done, (name, digest) in enumerate(sorted(listed.items()), 1):
                progress(done, len(listed), tr("Checking the backup"))
                with archive.open(name) as member:
                    if hashlib.file_digest(member, "sha256").hexdigest() != digest:  # type: ignore[arg-type]
                        raise _damaged(path, tr("“{name}” was changed", name=name))
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError) as problem:
        raise _damaged(path, str(problem)) from problem


def _listed(archive: zipfile.ZipFile, key: keys.CabinetKey) -> dict[str, str]:
    written: dict[str, Any] = json.loads(archive.read(LIST))
    listed: dict[str, str] = written["files"]
    body = json.dumps(listed, sort_keys=True)
    if not hmac.compare_digest(hmac.new(key.backup, body.encode(), "sha256").hexdigest(), str(written["seal"])):
        raise ValueError(tr("the list of files was changed"))
    return listed


def _damaged(path: Path, reason: str) -> VerificationFailed:
    return VerificationFailed(tr("The backup {path} is damaged: {reason}.", path=path, reason=reason),
                              tr("Nothing was restored; take another backup."))


def restore(path: Path, folder: Path, passphrase: str, progress: Progress = silent) -> None:
    """Make the cabinet `folder` from a backup; refused when the backup is damaged or the folder is not empty."""
    if folder.exists() and any(folder.iterdir()):
        raise StoreUnavailable(tr("{folder} is not empty.", folder=folder),
                               tr("Restore into a new folder; the present cabinet is never overwritten."))
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    private(part)
    try:
        key = _unlocked(path, part, passphrase)
        check(path, key, progress)
        with zipfile.ZipFile(path) as archive:
            _take_out(archive, part, progress)
        if folder.exists():
            folder.rmdir()
        part.replace(folder)
    except OSError as problem:
        raise StoreUnavailable(tr("The backup cannot be restored ({reason}).", reason=problem.strerror or problem),
                               tr("Check the path and the free space; nothing was changed.")) from problem
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _unlocked(path: Path, part: Path, passphrase: str) -> keys.CabinetKey:
    try:
        with zipfile.ZipFile(path) as archive:
            (part / keys.HEADER).write_bytes(archive.read(keys.HEADER))
    except (zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError) as problem:
        raise _damaged(path, str(problem)) from problem
    return keys.unlock(part, passphrase)


def _take_out(archive: zipfile.ZipFile, part: Path, progress: Progress) -> None:
    """Write the files out; `check` has already said that each name is one we listed ourselves."""
    entries = [entry for entry in archive.infolist() if entry.filename not in (LIST, keys.HEADER)]
    for done, entry in enumerate(entries, 1):
        progress(done, len(entries), tr("Restoring"))
        target = part / entry.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
        sync_file(target)
        private(target)
        if entry.filename.startswith(f"{VAULT}/"):
            target.chmod(stat.S_IREAD)
