"""Files appear whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextmanager
def whole_file(path: Path, *, error: type[CasedeskError]) -> Iterator[Path]:
    """Yield a file beside `path` to write to; on success it is flushed to disk and becomes `path`, else it is gone.

    Operating-system failures become `error` with what to do. The writer closes the file before leaving the block.
    """
    if path.exists() and not path.is_file():
        raise error(tr("{path} is no file, so none can be written in its place.", path=path),
                    tr("Give the name of a file."))
    part = beside(path)
    try:
        make_folder(path.parent)
        yield part
        sync_file(part)
        part.replace(path)
        sync_folder(path.parent)
    except OSError as problem:
        raise error(*explained(path, problem)) from problem
    finally:
        with suppress(OSError):  # what went wrong before is what must be said
            part.unlink(missing_ok=True)


def beside(path: Path) -> Path:
    """A new name beside `path` for what becomes it when it is whole: nobody else who writes there has the same."""
    return path.with_name(f"{path.name[:40]}.{os.urandom(4).hex()}.part")


def regular(path: Path) -> Path:
    """The path of a file that ends; OSError when there is none, or a folder, or a device or pipe that goes on."""
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, tr("a device or pipe, not a file"))
    return path


def read_into(stream: BinaryIO, view: memoryview) -> int:
    """Fill `view` from the stream, with no copy between; answers with how many bytes, fewer only where it ends."""
    done = 0
    while got := stream.readinto(view[done:]):  # type: ignore[attr-defined]
        done += got
    return done


def readable(name: str) -> str:
    """A file's name as text, also one that an old system wrote in Chinese bytes of its own (GB 18030)."""
    said = os.fsencode(name)
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return said.decode(encoding)
    return said.decode("utf-8", "replace")


def sync_file(path: Path) -> None:
    """Return when the file's bytes are on the disk."""
    with path.open("rb+") as file:
        _sync(file)


@contextmanager
def syncing(path: Path) -> Iterator[None]:
    """Bring the file's bytes to the disk beside what is done meanwhile."""
    with ThreadPoolExecutor(1) as beside:
        synced = beside.submit(sync_file, path)
        yield
        synced.result()


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Return when the folder's names are on the disk (Windows does this by itself)."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path) -> None:
    """Make a folder and those above it where they are missing; return when their names are on the disk."""
    missing = [one for one in (path, *path.parents) if not one.exists()]
    path.mkdir(parents=True, exist_ok=True)
    for one in reversed(missing):
        sync_folder(one.parent)


def private(path: Path) -> None:
    """Only the owner may read it (on Windows the folder's own rights decide)."""
    if os.name != "nt":
        path.chmod(0o700 if path.is_dir() else 0o600)


def as_folder(path: Path) -> None:
    """The group of its folder may use it as it may that folder (on Windows the folder's own rights decide)."""
    if os.name != "nt":
        group = path.parent.stat().st_mode & 0o2070
        path.chmod(0o700 | group if path.is_dir() else 0o600 | group & 0o060)


def explained(path: Path, problem: OSError) -> tuple[str, str]:
    """Message and hint of a file that could not be written."""
    if problem.errno in _FULL:
        return (tr("The disk is full: {path} was not written.", path=path),
                tr("Free some space and try again; nothing was lost."))
    if isinstance(problem, PermissionError):
        return (tr("{path} cannot be written.", path=path),
                tr("Close it in other programs, or choose a folder you may write to."))
    return (tr("{path} cannot be written: {reason}.", path=path, reason=problem.strerror or problem),
            tr("Choose another place and try again."))
