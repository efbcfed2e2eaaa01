"""A cabinet from a backup: everything is checked first, and what is there now is kept."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from casedesk.base import times
from casedesk.base.errors import StoreUnavailable, VerificationFailed
from casedesk.base.files import beside, explained, private, sync_file, sync_folder
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.records.rights import Right
from casedesk.store import backup, header, keys
from casedesk.store.backup import Contents
from casedesk.store.cabinet import DATABASE, VAULT, Store
from casedesk.store.places import SUFFIX

Unlock = Callable[[Path], keys.CabinetKey]
"""Gives the key of the cabinet whose header lies in a folder: by passphrase, or by recovery key."""


def restore(path: Path, folder: Path, unlock: Unlock, progress: Progress = silent, *, keep_present: bool = False,
            older: bool = False) -> Path | None:
    """Make the cabinet `folder` from a backup; refused, with the reason, when it is not whole or not the newest there.

    With `keep_present` a cabinet in `folder` is first moved aside; returns where to. `older` says that an older one is
    meant although a newer one lies beside it.
    """
    told = backup.described(path)
    if not older:
        _refuse_older(path, told)
    present = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if present:
        _refuse_present(folder, str(told["cabinet"]), keep_present=keep_present)
    with _scratch(folder) as part:
        key = _unlocked(path, part, unlock)
        contents = backup.check(path, key, progress)
        _take_out(path, contents, part, progress)
        backup.open_copy(path, part / DATABASE, key, contents)
        _refuse_who(part, key)
        return _put(part, folder, present=present)


def _refuse_who(part: Path, key: keys.CabinetKey) -> None:
    """Where the cabinet has users, an owner restores it."""
    if key.user:
        with Store.open(part, key) as restored:
            restored.require(Right.RESTORE)


def _refuse_older(path: Path, told: dict[str, Any]) -> None:
    """Another of the same cabinet beside it whose history goes on further is the newer one, whatever their names."""
    if path.suffix != SUFFIX:
        return
    for other in sorted(path.parent.glob(f"*{SUFFIX}"), reverse=True):
        with suppress(VerificationFailed):  # a damaged one is no reason to refuse the one before it
            said = backup.described(other)
            if said["cabinet"] == told["cabinet"] and said["seq"] > told["seq"]:
                raise StoreUnavailable(tr("A newer backup lies beside it: {name}.", name=other.name),
                                       tr("Restore that one, or say that the older one is meant."))


def _refuse_present(folder: Path, cabinet: str, *, keep_present: bool) -> None:
    if not keep_present:
        raise StoreUnavailable(tr("{folder} is not empty.", folder=folder),
                               tr("Restore into a new folder; the present cabinet is never overwritten."))
    if keys.cabinet_id(folder) != cabinet:
        raise StoreUnavailable(tr("The backup is of another cabinet than the one in {folder}.", folder=folder),
                               tr("Restore it into a new folder; nothing was changed."))


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    part = beside(folder)
    try:
        part.mkdir(parents=True)
        private(part)
        yield part
    except OSError as problem:
        raise StoreUnavailable(tr("The backup cannot be restored ({reason}).", reason=explained(folder, problem)[0]),
                               tr("Check the path and the free space; nothing was changed.")) from problem
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _unlocked(path: Path, part: Path, unlock: Unlock) -> keys.CabinetKey:
    with backup.opened(path) as archive:
        (part / header.HEADER).write_bytes(archive.read(header.HEADER))
    private(part / header.HEADER)
    sync_file(part / header.HEADER)
    return unlock(part)


def _take_out(path: Path, contents: Contents, part: Path, progress: Progress) -> None:
    """Write the files out; `check` has already said that each name is one we listed ourselves."""
    names = [*(contents.files.keys() - {header.HEADER}), *(f"{VAULT}/{one}" for one in contents.beside)]
    (part / VAULT).mkdir()
    with backup.opened(path) as archive:
        for done, name in enumerate(names, 1):
            progress(done, len(names), tr("Restoring"))
            with archive.open(name) if name in contents.files else (path.parent / name).open("rb") as source:
                _write(source, part / name)
    for folder in (part, *(one for one in part.rglob("*") if one.is_dir())):
        sync_folder(folder)


def _write(source: IO[bytes], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
    sync_file(target)
    private(target)
    if target.name != DATABASE:
        target.chmod(stat.S_IREAD)


def _put(part: Path, folder: Path, *, present: bool) -> Path | None:
    """Move what was restored to its place; what was there is moved aside, and back when that fails."""
    if not present:
        if folder.exists():
            folder.rmdir()
        part.replace(folder)
        sync_folder(folder.parent)
        return None
    aside = folder.with_name(f"{folder.name}-before-restore-{times.now():%Y%m%dT%H%M%S.%fZ}")
    folder.rename(aside)
    try:
        part.replace(folder)
    except OSError:
        aside.rename(folder)
        raise
    sync_folder(folder.parent)
    return aside
