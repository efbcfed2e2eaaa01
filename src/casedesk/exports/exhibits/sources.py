"""Reading exhibit files piece by piece: few open at a time, small ones kept in memory, large ones never whole."""

from __future__ import annotations

import io
import os
import tempfile
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import RLock
from typing import BinaryIO

from casedesk.base.files import read_into

OPEN_AT_MOST = 24
SMALL = 1 << 17
SMALL_TOGETHER = 48 << 20


class Shelf:
    """The files that are open now; the one not read for longest makes room for the next."""

    def __init__(self) -> None:
        self._streams: OrderedDict[int, BinaryIO] = OrderedDict()
        self._bytes: OrderedDict[int, bytes] = OrderedDict()
        self._held = 0
        self.lock = RLock()

    def stream(self, key: int, opened: Callable[[], BinaryIO]) -> BinaryIO:
        """The open stream of a large file, opened again where it had to be closed."""
        if key in self._streams:
            self._streams.move_to_end(key)
            return self._streams[key]
        while len(self._streams) >= OPEN_AT_MOST:
            self._streams.popitem(last=False)[1].close()
        return self._streams.setdefault(key, opened())

    def content(self, key: int, opened: Callable[[], BinaryIO]) -> bytes:
        """All bytes of a small file."""
        if key in self._bytes:
            self._bytes.move_to_end(key)
            return self._bytes[key]
        with opened() as stream:
            found = stream.read()
        self._bytes[key] = found
        self._held += len(found)
        while self._held > SMALL_TOGETHER and len(self._bytes) > 1:
            self._held -= len(self._bytes.popitem(last=False)[1])
        return found

    def forget(self, key: int) -> None:
        """Close what is still open of a file."""
        with self.lock:
            self._held -= len(self._bytes.pop(key, b""))
            if key in self._streams:
                self._streams.pop(key).close()


_SHELF = Shelf()


class Source(io.RawIOBase):
    """A file that may be read for as long as it is referred to, though it is open only while it is in use.

    `opened` gives a new stream at its beginning and may be called from any thread.
    """

    def __init__(self, opened: Callable[[], BinaryIO], size: int) -> None:
        self.opened, self.size, self._at = opened, size, 0

    def at(self, start: int, length: int) -> bytes:
        """`length` bytes from `start`, fewer at the end of the file."""
        with _SHELF.lock:
            if self.size <= SMALL:
                return _SHELF.content(id(self), self.opened)[start:start + length]
            stream = _SHELF.stream(id(self), self.opened)
            stream.seek(start)
            return stream.read(length)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if whence != os.SEEK_SET:
            offset += self._at if whence == os.SEEK_CUR else self.size
        self._at = max(0, offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        found = self.at(self._at, self.size - self._at if size is None or size < 0 else size)
        self._at += len(found)
        return found

    def readinto(self, buffer: object) -> int:
        filled = self.fill(self._at, memoryview(buffer).cast("B"))  # type: ignore[arg-type]
        self._at += filled
        return filled

    def fill(self, start: int, view: memoryview) -> int:
        """Put what is from `start` on into `view`, with no copy between; answers with how many bytes, as `at` would."""
        with _SHELF.lock:
            if self.size <= SMALL:
                return _put(_SHELF.content(id(self), self.opened), start, view)
            stream = _SHELF.stream(id(self), self.opened)
            stream.seek(start)
            return read_into(stream, view)

    def close(self) -> None:
        _SHELF.forget(id(self))
        super().close()


Piece = bytes | tuple[Source, int, int]
"""Bytes, or (source, start, length)."""


class _Filled(Source):
    """A source that is read by `fill` alone."""

    def at(self, start: int, length: int) -> bytes:
        found = bytearray(max(0, min(length, self.size - start)))
        return bytes(found[:self.fill(start, memoryview(found))])


class Spliced(_Filled):
    """Pieces of files and of memory, read as one file."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._starts = [0]
        for piece in pieces:
            self._starts.append(self._starts[-1] + (len(piece) if isinstance(piece, bytes) else piece[2]))
        self.size, self._at = self._starts[-1], 0

    def fill(self, start: int, view: memoryview) -> int:
        done, wanted = 0, min(len(view), self.size - start)
        number = bisect_right(self._starts, start) - 1
        while done < wanted:
            upto = min(wanted, self._starts[number + 1] - start)
            done += _fill(self._pieces[number], start + done - self._starts[number], view[done:upto])
            if done < upto:
                break  # the file has become shorter
            number += 1
        return done


def _fill(piece: Piece, start: int, view: memoryview) -> int:
    return _put(piece, start, view) if isinstance(piece, bytes) else piece[0].fill(piece[1] + start, view)


def _put(content: bytes, start: int, view: memoryview) -> int:
    found = content[start:start + len(view)]
    view[:len(found)] = found
    return len(found)


class Spill:
    """Made pictures wait here, in one nameless temporary file, until the bundle is saved."""

    def __init__(self) -> None:
        self._file: BinaryIO | None = None
        self._end = self._live = 0
        self._lock = RLock()

    def keep(self, data: bytes) -> Source:
        with self._lock:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="casedesk-")  # noqa: SIM115 - outlives this call
            self._file.seek(self._end)
            self._file.write(data)
            kept = _Kept(self, self._end, len(data))
            self._end += len(data)
            self._live += 1
            return kept

    def fill(self, start: int, view: memoryview) -> int:
        with self._lock:
            if self._file is None:
                return 0
            self._file.seek(start)
            return read_into(self._file, view)

    def release(self) -> None:
        with self._lock:
            self._live -= 1
            if not self._live and self._file is not None:
                self._file.close()
                self._file, self._end = None, 0


class _Kept(_Filled):
    """One picture in the spill."""

    def __init__(self, spill: Spill, start: int, size: int) -> None:
        self._spill, self._start, self.size, self._at = spill, start, size, 0

    def fill(self, start: int, view: memoryview) -> int:
        return self._spill.fill(self._start + start, view[:max(0, self.size - start)])

    def close(self) -> None:
        if not self.closed:
            self._spill.release()
        super().close()


SPILL = Spill()
