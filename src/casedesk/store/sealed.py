"""A sealed file: chunks encrypted and authenticated, each bound to its place and to being the last one or not.

The STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár (2015) over AES-256-GCM: a chunk's nonce is its number
and a mark on the last one, so a file cut short, lengthened, reordered or mixed with another is never read as whole.
One key seals one file, once, so no nonce ever repeats under it. Zeros are added up to a round length, so that the
length on the disk does not tell a known file either (Padmé: Nikitin and others 2019, at most 12 % more).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAGIC = b"CDVAULT1"
CHUNK = 256 * 1024
TAG = 16
_LEAST = 4096
_CHUNKS_AT_HAND = 8


def padded(size: int) -> int:
    """The length in which a content of `size` bytes is sealed."""
    size = max(size, _LEAST)
    exponent = size.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-size // step) * step


def sealed_size(size: int) -> int:
    """How long the sealed file of a content of `size` bytes is."""
    length = padded(size)
    return len(MAGIC) + length + TAG * _chunks(length)


def seal(
    source: BinaryIO, write: Callable[[bytes], object], key: bytes, step: Callable[[int], None],
) -> tuple[int, str]:
    """Seal what `source` still holds through `write`; returns its size and SHA-256. `step` hears the bytes taken."""
    cipher, digest = AESGCM(key), hashlib.sha256()
    number = size = 0
    waiting = b""
    write(MAGIC)
    while block := _block(source):
        if waiting:
            write(cipher.encrypt(_nonce(number, last=False), waiting, MAGIC))
            number += 1
        digest.update(block)
        size += len(block)
        waiting = block
        step(size)
    for piece, last in _rounded(waiting, size):
        write(cipher.encrypt(_nonce(number, last=last), piece, MAGIC))
        number += 1
    return size, digest.hexdigest()


def _rounded(waiting: bytes, size: int) -> Iterator[tuple[bytes, bool]]:
    """The last block and the zeros after it, in chunks, each with whether it is the last."""
    room = padded(size) - size
    first = min(room, CHUNK - len(waiting))
    waiting, room = waiting + bytes(first), room - first
    while room:
        yield waiting, False
        waiting = bytes(min(room, CHUNK))
        room -= len(waiting)
    yield waiting, True


def _block(source: BinaryIO) -> bytes:
    """A whole chunk; shorter only at the end of the source."""
    block = source.read(CHUNK)
    while len(block) < CHUNK and (more := source.read(CHUNK - len(block))):
        block += more
    return block


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _chunks(length: int) -> int:
    return -(-length // CHUNK)


class Seekable(io.RawIOBase):
    """A file of known size to be read from any place; how it is read says a subclass."""

    def __init__(self, size: int) -> None:
        self._size, self._place = size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("a place before the start of the file")
        self._place = start + offset
        return self._place


class Unsealed(Seekable):
    """The content of a sealed file, read-only and seekable; every byte it gives is authenticated.

    `broken` makes the error that is raised when a chunk is not as it was sealed; `file` is closed with this.
    """

    def __init__(self, file: BinaryIO, key: bytes, size: int, broken: Callable[[], Exception]) -> None:
        super().__init__(size)
        self._file, self._cipher, self._broken = file, AESGCM(key), broken
        self._length = padded(size)
        self._at_hand: dict[int, bytes] = {}

    def chunks(self) -> Iterator[bytes]:
        """The whole content, every chunk of the file authenticated, those of zeros after the content too."""
        for number in range(_chunks(self._length)):
            chunk = self._opened(number)
            start = number * CHUNK
            if start < self._size:
                yield chunk[:self._size - start]

    def _opened(self, number: int) -> bytes:
        last = number == _chunks(self._length) - 1
        try:
            self._file.seek(len(MAGIC) + number * (CHUNK + TAG))
            found = self._file.read(CHUNK + TAG)
            return self._cipher.decrypt(_nonce(number, last=last), found, MAGIC)
        except (InvalidTag, OSError) as problem:
            raise self._broken() from problem

    def _chunk(self, number: int) -> bytes:
        if number not in self._at_hand:
            if len(self._at_hand) == _CHUNKS_AT_HAND:
                del self._at_hand[next(iter(self._at_hand))]
            self._at_hand[number] = self._opened(number)
        return self._at_hand[number]

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        number, start = divmod(self._place, CHUNK)
        count = max(0, min(len(view), CHUNK - start, self._size - self._place))
        if count:
            view[:count] = self._chunk(number)[start:start + count]
        self._place += count
        return count

    def readall(self) -> bytes:
        rest = memoryview(bytearray(max(0, self._size - self._place)))
        done = 0
        while count := self.readinto(rest[done:]):
            done += count
        return bytes(rest)

    def close(self) -> None:
        self._file.close()
        self._at_hand.clear()
        super().close()
