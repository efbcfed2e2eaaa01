"""The evidence vault: each kept file encrypted with its own key, written once, named so that the name tells nothing.

A file's name is the HMAC of its SHA-256 and its own random key under the cabinet's naming key. The same content kept
twice lies there twice under two names: each copy has its own key, and who wants only one compares SHA-256 above. The
file's key is kept in the records, wrapped by the cabinet's, so that who reads a database alone opens no file.

Where the files lie says a subclass: `vault_folder` or `vault_office`.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casedesk.base.errors import DocumentError, VerificationFailed
from casedesk.base.files import whole_file
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.store.sealed import Unsealed, seal, sealed_size

NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")
_BUFFER = 64 * 1024
_BLOCK = 1 << 20
_KEY, _NONCE = 32, 12


@dataclass(frozen=True)
class Kept:
    """Where the vault holds a content and how it is opened; the caller keeps it in the encrypted database."""

    name: str
    key: bytes = field(repr=False)
    """The file's key wrapped by the cabinet's, or plain as the first versions kept it."""
    size: int
    sha256: str


class Incoming(ABC):
    """A sealed file being written: nothing of it is there before it is settled."""

    @abstractmethod
    def write(self, piece: bytes) -> None:
        """Take more of it."""

    @abstractmethod
    def settle(self, name: str) -> None:
        """It is whole and has its name; durable on return."""


class Vault(ABC):
    """The kept files of one cabinet."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @abstractmethod
    def receiving(self) -> AbstractContextManager[Incoming]:
        """A new file; gone again unless it was settled."""

    @abstractmethod
    def stored(self, name: str) -> tuple[BinaryIO, int]:
        """A kept file as it lies here, sealed, and its length; FileNotFoundError when it does not."""

    @abstractmethod
    def names(self) -> Iterator[str]:
        """The names of all kept files, to find those that belong to no record."""

    def strangers(self) -> Iterator[str]:
        """What lies in the vault's folder under a name that no vault gives; nothing where there is no folder."""
        return iter(())

    @abstractmethod
    def drop(self, name: str) -> None:
        """Take a kept file away for good; content and name cannot be had again."""

    @abstractmethod
    def sweep(self) -> None:
        """Take away what crashes left half written, a day later: another window may be writing now."""

    @abstractmethod
    def room(self) -> int | None:
        """How many bytes may be added; None when that cannot be known."""

    def keep(self, source: Path | BinaryIO, progress: Progress = silent) -> Kept:
        """Keep a content in bounded memory, durable on return; progress in bytes.

        StoreUnavailable when the vault cannot be written; an OSError of the source passes as it is.
        """
        if isinstance(source, Path):
            with source.open("rb") as stream:
                return self.keep(stream, progress)
        key, total = secrets.token_bytes(_KEY), _length(source)
        with self.receiving() as incoming:
            size, sha256 = seal(source, incoming.write, key, lambda done: progress(done, max(total, done)))
            named = hmac.new(self._secret, bytes.fromhex(sha256) + key, "sha256").hexdigest()
            name = f"{named[:2]}/{named[2:]}"
            incoming.settle(name)
        return Kept(name, wrapped(self._secret, name, key), size, sha256)

    def take(self, name: str, source: Vault) -> bool:
        """Copy a kept file of a vault of the same cabinet as it lies there; False when one of its size is here.

        Durable on return; whether the bytes are the same, `digest` tells. VerificationFailed when it cannot be read.
        """
        try:
            file, size = source.stored(name)
            with file:
                if self.length(name) == size:
                    return False
                with self.receiving() as incoming:
                    while piece := file.read(_BLOCK):
                        incoming.write(piece)
                    incoming.settle(name)
        except OSError as problem:
            raise _unreadable(name, problem) from problem
        return True

    def length(self, name: str) -> int:
        """How long a kept file is as it lies here; -1 when it does not."""
        try:
            file, size = self.stored(name)
        except OSError:
            return -1
        file.close()
        return size

    def digest(self, name: str) -> str:
        """SHA-256 of a kept file as it lies here, encrypted; empty when it cannot be read."""
        digest = hashlib.sha256()
        try:
            with self.stored(name)[0] as file:
                while piece := file.read(_BLOCK):
                    digest.update(piece)
        except OSError:
            return ""
        return digest.hexdigest()

    def open(self, kept: Kept) -> BinaryIO:
        """The content, read-only and seekable; each byte given is authenticated.

        VerificationFailed names a file that is missing or, here or while reading, is not as it was kept.
        """
        return io.BufferedReader(self._unsealed(kept), _BUFFER)

    def _unsealed(self, kept: Kept) -> Unsealed:
        try:
            file, size = self.stored(kept.name)
        except FileNotFoundError as problem:
            raise VerificationFailed(tr("The kept file {name} is missing.", name=kept.name),
                                     tr("Take it from a backup of this cabinet.")) from problem
        except OSError as problem:
            raise _unreadable(kept.name, problem) from problem
        try:
            if size != sealed_size(kept.size):
                raise _changed(kept)
            return Unsealed(file, unwrapped(self._secret, kept.name, kept.key), kept.size, lambda: _changed(kept))
        except InvalidTag as problem:
            file.close()
            raise _changed(kept) from problem
        except VerificationFailed:
            file.close()
            raise

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


def checked(name: str) -> str:
    """The name, when it is one that a vault gives; else VerificationFailed."""
    if not NAME.fullmatch(name):
        raise VerificationFailed(tr("“{name}” is not the name of a kept file.", name=name),
                                 tr("The record was damaged; restore a backup."))
    return name


def wrapped(secret: bytes, name: str, key: bytes) -> bytes:
    """A file's key as the records hold it: bound to the file's name, opened by the cabinet's secret alone."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_wrapping(secret)).encrypt(nonce, key, name.encode())


def is_plain(box: bytes) -> bool:
    """Whether a file's key was kept without being wrapped."""
    return len(box) == _KEY


def unwrapped(secret: bytes, name: str, box: bytes) -> bytes:
    """The key in a box; InvalidTag when it is not this file's or not this cabinet's."""
    if is_plain(box):
        return box
    return AESGCM(_wrapping(secret)).decrypt(box[:_NONCE], box[_NONCE:], name.encode())


def rewrapping(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    """What gives the box of a file's key under the new secret, by its name and its box under the old one."""
    return lambda name, box: wrapped(new, name, unwrapped(old, name, box))


def _wrapping(secret: bytes) -> bytes:
    return hmac.new(secret, b"CaseDesk file keys", "sha256").digest()


def _unreadable(name: str, problem: OSError) -> VerificationFailed:
    return VerificationFailed(
        tr("The kept file {name} cannot be read ({reason}).", name=name, reason=problem.strerror or problem),
        tr("Check the disk and the rights of the folder."))


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
