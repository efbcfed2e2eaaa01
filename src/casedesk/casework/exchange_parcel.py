"""A matter exchange file as it arrives from outside: opened without trusting any of it."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Protocol

from casedesk.base.errors import InvalidEntry
from casedesk.base.files import regular
from casedesk.base.i18n import tr
from casedesk.records.exchange import shown

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MATTER = "matter.json"
MOST_TEXT = 1 << 30
"""Bytes that matter.json may have: some 600,000 incidents."""
MOST_FILES = 100_000
_SMALL, _MOST_RATIO = 64 << 20, 100
"""What unpacks to more than so many bytes may not have been packed smaller than to a hundredth."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


class Parcel(Protocol):
    """The records' text and the files that came with it."""

    def text(self) -> bytes:
        """The bytes of matter.json."""

    def sizes(self) -> Mapping[str, int] | None:
        """Path -> size of every file that came along; None when files may lie beside that are not meant."""

    def size(self, path: str) -> int | None:
        """How many bytes a file has; None when it did not come along."""

    def open(self, path: str) -> BinaryIO:
        """The content of a file that came along."""


@contextmanager
def opened(path: Path) -> Iterator[Parcel]:
    """The parcel in a ZIP or JSON file; InvalidEntry when it is neither, damaged, or made to do harm."""
    try:
        with regular(path).open("rb") as file:
            start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError as problem:
        raise InvalidEntry(tr("{path} cannot be read ({reason}).", path=path, reason=problem.strerror or problem),
                           tr("Check the path; nothing was added.")) from problem
    if start.startswith(b"{"):
        yield Loose(path)
    elif start.startswith(b"PK"):
        with _archive(path) as archive:
            yield Zipped(archive, _entries(archive, path))
    else:
        raise InvalidEntry(tr("{path} is not a matter exchange file.", path=path),
                           tr("It must be a ZIP with {name} in it, or that file alone.", name=MATTER))


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (*_DAMAGE, ValueError) as problem:
        raise damaged(path.name, problem) from problem
    with archive:
        yield archive


def damaged(name: str, problem: Exception) -> InvalidEntry:
    """What a file that cannot be unpacked means to a person."""
    return InvalidEntry(tr("{name} is damaged ({reason}); nothing was added.", name=shown(name), reason=shown(problem)),
                        tr("Ask for it to be sent again."))


def _entries(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The files of the archive by name; InvalidEntry names the first that no honest archive has."""
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        if entry.filename in found:
            raise _harmful(tr("{name} stands in it twice.", name=shown(entry.filename)))
        if not (entry.is_dir() and entry.file_size == 0):
            _look(entry)
            found[entry.filename] = entry
    if len(found) > MOST_FILES:
        raise _harmful(tr("It holds {count} files; at most {most} are taken.", count=len(found), most=MOST_FILES))
    if sum(entry.compress_size for entry in found.values()) > path.stat().st_size:
        raise _harmful(tr("Its files overlap one another."))
    if MATTER not in found:
        raise InvalidEntry(tr("There is no {name} in {path}.", name=MATTER, path=path.name),
                           tr("It is not a matter exchange file."))
    return found


def _look(entry: zipfile.ZipInfo) -> None:
    name, kind = shown(entry.filename), stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        raise _harmful(tr("{name} is a link, not a file.", name=name))
    if entry.flag_bits & 1:
        raise InvalidEntry(tr("{name} is encrypted.", name=name), tr("Ask for the file without a password."))
    if entry.file_size > _SMALL and entry.file_size > _MOST_RATIO * entry.compress_size:
        raise _harmful(tr("{name} is packed too small to be true.", name=name))
    if entry.filename == MATTER and entry.file_size > MOST_TEXT:
        raise _harmful(tr("{name} is too large.", name=name))


def _harmful(message: str) -> InvalidEntry:
    return InvalidEntry(message, tr("Nothing was added; ask the sender how the file was made."))


@dataclass(frozen=True)
class Zipped:
    """A parcel in a ZIP; nothing is ever unpacked under the names in it."""

    archive: zipfile.ZipFile
    entries: dict[str, zipfile.ZipInfo]

    def text(self) -> bytes:
        with self.open(MATTER) as stream:
            return stream.read()

    def sizes(self) -> Mapping[str, int]:
        return {name: entry.file_size for name, entry in self.entries.items() if name != MATTER}

    def size(self, path: str) -> int | None:
        return self.entries[path].file_size if path in self.entries else None

    def open(self, path: str) -> BinaryIO:
        try:
            return io.BufferedReader(_Packed(self.archive.open(self.entries[path]), path), 1 << 18)
        except (*_DAMAGE, ValueError) as problem:
            raise damaged(path, problem) from problem


class _Packed(io.RawIOBase):
    """A packed file, read from its beginning to its end once."""

    def __init__(self, stream: IO[bytes], path: str) -> None:
        self._stream, self._path = stream, path

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            piece = self._stream.read(len(view))
        except _DAMAGE as problem:
            raise damaged(self._path, problem) from problem
        view[:len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()


@dataclass(frozen=True)
class Loose:
    """matter.json alone, its files in the folder beside it."""

    path: Path

    def text(self) -> bytes:
        if self.path.stat().st_size > MOST_TEXT:
            raise _harmful(tr("{name} is too large.", name=self.path.name))
        return self.path.read_bytes()

    def sizes(self) -> None:
        return None

    def size(self, path: str) -> int | None:
        found = self._beside(path)
        return found.stat().st_size if found.is_file() else None

    def open(self, path: str) -> BinaryIO:
        return self._beside(path).open("rb")

    def _beside(self, path: str) -> Path:
        folder = self.path.parent.resolve()
        found = folder / path
        if not found.resolve().is_relative_to(folder / "files") or found.is_symlink():
            raise _harmful(tr("{name} is a link, not a file.", name=shown(path)))
        return found
