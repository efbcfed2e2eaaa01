"""The vault as a folder, of the cabinet's own or, in an office, on a share that all desks can write to."""

from __future__ import annotations

import io
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from casedesk.base.errors import StoreUnavailable
from casedesk.base.files import as_folder, explained, make_folder, sync_file, sync_folder
from casedesk.store.vault import NAME, Incoming, Vault, checked

_STALE = 24 * 3600
_PART = re.compile(r"[0-9a-f]{32}\.part")


class _Part(Incoming):
    """A file that gets its name last."""

    def __init__(self, vault: FolderVault, part: Path, file: BinaryIO) -> None:
        self._vault, self._part, self._file = vault, part, file

    def write(self, piece: bytes) -> None:
        with self._vault.writing():
            self._file.write(piece)

    def settle(self, name: str) -> None:
        vault, target = self._vault, self._vault.path(name)
        with vault.writing():
            self._file.close()
            sync_file(self._part)
            vault.make(target.parent)
            self._part.rename(target)
            target.chmod(stat.S_IREAD | (target.parent.stat().st_mode & stat.S_IRGRP if vault.shared else 0))
            sync_folder(target.parent)


class FolderVault(Vault):
    """The folder of kept files of one cabinet; where it is shared, the cabinet folder's group reads and adds too."""

    def __init__(self, folder: Path, secret: bytes, *, shared: bool = False) -> None:
        super().__init__(secret)
        self.folder = folder
        self.shared = shared

    @contextmanager
    def receiving(self) -> Iterator[Incoming]:
        part = self.folder / f"{secrets.token_hex(16)}.part"
        with self.writing():
            self.make(self.folder)
            file = part.open("xb")
        try:
            yield _Part(self, part, file)
        finally:
            with suppress(OSError):
                file.close()
                part.unlink(missing_ok=True)

    def make(self, folder: Path) -> None:
        """Make a folder where it is missing; another desk may have been quicker."""
        if folder.is_dir():
            return
        make_folder(folder)
        if self.shared:
            with suppress(PermissionError):  # then it is another desk's, which gives it these rights itself
                as_folder(folder)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """What fails on the disk is said as StoreUnavailable."""
        try:
            yield
        except OSError as problem:
            raise StoreUnavailable(*explained(self.folder, problem)) from problem

    def path(self, name: str) -> Path:
        """The file of a name; VerificationFailed when it is no name of this vault."""
        return self.folder / checked(name)

    def stored(self, name: str) -> tuple[BinaryIO, int]:
        path = self.path(name)
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return io.BytesIO(), -1
        return path.open("rb"), found.st_size

    def names(self) -> Iterator[str]:
        for path in sorted(self.folder.glob("??/*")):
            name = path.relative_to(self.folder).as_posix()
            if NAME.fullmatch(name):
                yield name

    def strangers(self) -> Iterator[str]:
        for where, folders, files in os.walk(self.folder):
            folders.sort()
            linked = [name for name in folders if (Path(where) / name).is_symlink()]  # which are not walked into
            for file in sorted([*files, *linked]):
                name = (Path(where) / file).relative_to(self.folder).as_posix()
                if not NAME.fullmatch(name) and not _PART.fullmatch(name):
                    yield name

    def drop(self, name: str) -> None:
        path = self.path(name)
        with self.writing():
            if path.exists():
                path.chmod(stat.S_IREAD | stat.S_IWRITE)
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                sync_folder(path.parent)

    def sweep(self) -> None:
        for part in self.folder.glob("*.part"):
            with self.writing(), suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime > _STALE:
                    part.unlink()

    def room(self) -> int:
        return shutil.disk_usage(self.folder.parent).free
