"""The evidence vault: each kept file encrypted with its own key, written once, named so that the name tells nothing.

A file's name is the HMAC of its SHA-256 and its own random key under the cabinet's naming key. The same content kept
twice lies there twice under two names: each copy has its own key, and who wants only one compares SHA-256 above.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import re
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from casedesk.base.errors import DocumentError, StoreUnavailable, VerificationFailed
from casedesk.base.files import as_folder, explained, sync_file, sync_folder, whole_file
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.store.sealed import Unsealed, seal, sealed_size

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")
_BUFFER = 64 * 1024
_STALE = 24 * 3600


@dataclass(frozen=True)
class Kept:
    """Where the vault holds a content and how it is opened; the caller keeps it in the encrypted database."""

    name: str
    key: bytes = field(repr=False)
    size: int
    sha256: str


class Vault:
    """The folder of kept files of one cabinet; where it is shared, the cabinet folder's group reads and adds too."""

    def __init__(self, folder: Path, naming_key: bytes, *, shared: bool = False) -> None:
        self.folder = folder
        self._shared = shared
        self._naming_key = naming_key

    def keep(self, source: Path | BinaryIO, progress: Progress = silent) -> Kept:
        """Keep a content in bounded memory, durable on return; progress in bytes.

        StoreUnavailable when the vault cannot be written; an OSError of the source passes as it is.
        """
        if isinstance(source, Path):
            with source.open("rb") as stream:
                return self.keep(stream, progress)
        part = self.folder / f"{secrets.token_hex(16)}.part"
        with self._writing():
            self._made(self.folder)
            file = part.open("xb")
        try:
            kept = self._seal(source, file, progress)
            with self._writing():
                self._settle(part, self.path(kept.name))
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        return kept

    def take(self, name: str, source: Vault) -> bool:
        """Copy a kept file of a vault with the same naming key as it lies there; False when one of its size is here.

        Durable on return; whether the bytes are the same, `digest` tells.
        """
        origin, target = source.path(name), self.path(name)
        if target.is_file() and target.stat().st_size == origin.stat().st_size:
            return False
        part = self.folder / f"{secrets.token_hex(16)}.part"
        try:
            with self._writing():
                self._made(self.folder)
                shutil.copyfile(origin, part)
                self._settle(part, target)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        return True

    def digest(self, name: str) -> str:
        """SHA-256 of a kept file as it lies here, encrypted; empty when it cannot be read."""
        try:
            with self.path(name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            return ""

    def _seal(self, source: BinaryIO, file: BinaryIO, progress: Progress) -> Kept:
        key, total = secrets.token_bytes(32), _length(source)

        def write(piece: bytes) -> None:
            with self._writing():
                file.write(piece)

        try:
            size, sha256 = seal(source, write, key, lambda done: progress(done, max(total, done)))
        finally:
            with self._writing():
                file.close()
        named = hmac.new(self._naming_key, bytes.fromhex(sha256) + key, "sha256").hexdigest()
        return Kept(f"{named[:2]}/{named[2:]}", key, size, sha256)

    def _settle(self, part: Path, target: Path) -> None:
        sync_file(part)
        if self._made(target.parent):
            sync_folder(self.folder)
        part.rename(target)
        target.chmod(stat.S_IREAD | (target.parent.stat().st_mode & stat.S_IRGRP if self._shared else 0))
        sync_folder(target.parent)

    def _made(self, folder: Path) -> bool:
        """Whether the folder had to be made; another desk may have been quicker."""
        if folder.is_dir():
            return False
        folder.mkdir(parents=True, exist_ok=True)
        if self._shared:
            with suppress(PermissionError):  # then it is another desk's, which gives it these rights itself
                as_folder(folder)
        return True

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            raise StoreUnavailable(*explained(self.folder, problem)) from problem

    def path(self, name: str) -> Path:
        """The file of a name; VerificationFailed when it is no name of this vault."""
        if not _NAME.fullmatch(name):
            raise VerificationFailed(tr("“{name}” is not the name of a kept file.", name=name),
                                     tr("The record was damaged; restore a backup."))
        return self.folder / name

    def open(self, kept: Kept) -> BinaryIO:
        """The content, read-only and seekable; each byte given is authenticated.

        VerificationFailed names a file that is missing or, here or while reading, is not as it was kept.
        """
        return io.BufferedReader(self._unsealed(kept), _BUFFER)

    def _unsealed(self, kept: Kept) -> Unsealed:
        path = self.path(kept.name)
        try:
            found = path.lstat()
            if not stat.S_ISREG(found.st_mode) or found.st_size != sealed_size(kept.size):
                raise _changed(kept)
            return Unsealed(path.open("rb", buffering=0), kept.key, kept.size, lambda: _changed(kept))
        except FileNotFoundError as problem:
            raise VerificationFailed(tr("The kept file {name} is missing.", name=kept.name),
                                     tr("Take it from a backup of this cabinet.")) from problem
        except OSError as problem:
            raise VerificationFailed(
                tr("The kept file {name} cannot be read ({reason}).", name=kept.name,
                   reason=problem.strerror or problem),
                tr("Check the disk and the rights of the folder.")) from problem

    def _contents(self, kept: Kept, progress: Progress = silent) -> Iterator[bytes]:
        """The whole content chunk by chunk, checked to its last byte; VerificationFailed when it is not as kept."""
        digest, done = hashlib.sha256(), 0
        with self._unsealed(kept) as unsealed:
            for chunk in unsealed.chunks():
                digest.update(chunk)
                done += len(chunk)
                progress(done, kept.size)
                yield chunk
        if digest.hexdigest() != kept.sha256:
            raise _changed(kept)

    def read(self, kept: Kept) -> bytes:
        """The content whole."""
        return b"".join(self._contents(kept))

    def copy_out(self, kept: Kept, path: Path, progress: Progress = silent) -> None:
        """Write the content to `path`, whole and verified or not at all."""
        with whole_file(path, error=DocumentError) as part, part.open("wb") as file:
            for chunk in self._contents(kept, progress):
                file.write(chunk)

    def verify(self, kept: Kept, progress: Progress = silent) -> str:
        """“ok”, “missing” or “changed”; reads every byte."""
        try:
            for _ in self._contents(kept, progress):
                pass
        except VerificationFailed as problem:
            return "missing" if isinstance(problem.__cause__, FileNotFoundError) else "changed"
        return "ok"

    def names(self) -> Iterator[str]:
        """The names of all kept files, to find those that belong to no record."""
        for path in sorted(self.folder.glob("??/*")):
            name = path.relative_to(self.folder).as_posix()
            if _NAME.fullmatch(name):
                yield name

    def drop(self, name: str) -> None:
        """Take a kept file away for good; content and name cannot be had again."""
        path = self.path(name)
        with self._writing():
            if path.exists():
                path.chmod(stat.S_IREAD | stat.S_IWRITE)
            path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Take away what crashes left half written, a day later: another window may be writing now."""
        for part in self.folder.glob("*.part"):
            with self._writing(), suppress(FileNotFoundError):
                if time.time() - part.stat().st_mtime > _STALE:
                    part.unlink()


def _changed(kept: Kept) -> VerificationFailed:
    return VerificationFailed(tr("The kept file {name} is not what was kept.", name=kept.name),
                              tr("Take it from a backup of this cabinet."))


def _length(source: BinaryIO) -> int:
    """How many bytes the source still holds; 0 when it cannot say."""
    if not source.seekable():
        return 0
    here = source.tell()
    end = source.seek(0, io.SEEK_END)
    source.seek(here)
    return end - here
