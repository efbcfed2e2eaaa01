"""JPEG without decoding: the picture's own segments are kept bit for bit; EXIF, GPS and comments are cut."""

from __future__ import annotations

from dataclasses import dataclass, field

from casedesk.exports.exhibits.rasters import MOST_PIXELS, UPRIGHT, Raster, Unreadable, orientation_in, usable
from casedesk.exports.exhibits.sources import Piece, Source

_BLOCK = 1 << 16
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_ALONE = {0x01, *range(0xD0, 0xD8)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SHOWN_BY_PDF = {0xC0, 0xC1, 0xC2}
_COLOURS = {1: b"/DeviceGray", 3: b"/DeviceRGB", 4: b"/DeviceCMYK"}
_END = b"\xff\xd9"


@dataclass
class _Found:
    """What the segments up to the picture data say."""

    kept: list[tuple[int, int]] = field(default_factory=list)
    frame: int = 0
    width: int = 0
    height: int = 0
    bits: int = 8
    parts: int = 0
    adobe: bool = False
    orientation: int = UPRIGHT
    profile: list[bytes] = field(default_factory=list)
    followed: bool = False
    """Another picture may follow in the same file."""
    scan: int = 0


@dataclass(frozen=True)
class Jpeg:
    """A JPEG ready to be embedded; `cut_short` when its end is missing."""

    raster: Raster
    cut_short: bool


def jpeg(source: Source) -> Jpeg | None:
    """None for the rare kinds PDF cannot hold (lossless, arithmetic, 12 bits); raises `Unreadable`."""
    found = _segments(source)
    if found.frame not in _SHOWN_BY_PDF or found.bits != 8 or found.parts not in _COLOURS or not found.height:
        return None
    if not found.width or found.width * found.height > MOST_PIXELS:
        return None
    end = _end(source, found)
    data: list[Piece] = [b"\xff\xd8", *((source, start, length) for start, length in found.kept)]
    data.append((source, found.scan, (end or source.size) - found.scan))
    if end is None:
        data.append(_END)
    raster = Raster(
        found.width, found.height, _entries(found), data, _COLOURS[found.parts],
        usable(b"".join(found.profile), b"GRAY" if found.parts == 1 else b"RGB ") if found.parts < 4 else b"",
        found.orientation)
    return Jpeg(raster, end is None)


def _entries(found: _Found) -> bytes:
    inverted = b"/Decode[1 0 1 0 1 0 1 0]" if found.parts == 4 and found.adobe else b""
    return b"/BitsPerComponent 8/Filter/DCTDecode" + inverted


def _segments(source: Source) -> _Found:
    """Walk the segments up to the start of the picture data."""
    found, at = _Found(), 2
    window = _Window(source)
    while True:
        if window.byte(at) != 0xFF:
            raise Unreadable
        marker = window.byte(at + 1)
        if marker == 0xFF:
            at += 1
            continue
        if marker in _ALONE:
            at += 2
            continue
        if marker in {_EOI, _SOI}:
            raise Unreadable
        length = window.byte(at + 2) << 8 | window.byte(at + 3)
        if marker == _SOS:
            found.scan = at
            return found
        _take(found, marker, at, length, window)
        at += 2 + length


def _take(found: _Found, marker: int, at: int, length: int, window: _Window) -> None:
    """Note what a segment says and whether it is kept."""
    if marker in _FRAMES:
        found.frame, found.bits = marker, window.byte(at + 4)
        found.height = window.byte(at + 5) << 8 | window.byte(at + 6)
        found.width = window.byte(at + 7) << 8 | window.byte(at + 8)
        found.parts = window.byte(at + 9)
    if marker == 0xFE or 0xE0 <= marker <= 0xEF:
        body = window.bytes(at + 4, max(0, length - 2))
        _notice(found, marker, body)
        if not (body.startswith(b"JFIF\0") and length <= 16) and not (marker == 0xEE and found.adobe):
            return
    found.kept.append((at, 2 + length))


def _notice(found: _Found, marker: int, body: bytes) -> None:
    if marker == 0xE1 and body.startswith(b"Exif\0\0"):
        found.orientation = orientation_in(body[6:])
    elif marker == 0xE1:
        found.followed = True
    elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
        found.profile.append(body[14:])
    elif marker == 0xE2:
        found.followed = True
    elif marker == 0xEE and body.startswith(b"Adobe"):
        found.adobe = True


def _end(source: Source, found: _Found) -> int | None:
    """Where the picture ends. The last two bytes tell it unless something else may follow the picture in the file."""
    if not found.followed and source.at(source.size - 2, 2) == _END:
        return source.size
    at, before = found.scan, b""
    while block := source.at(at, _BLOCK * 16):
        place = (before + block).find(_END)
        if place >= 0:
            return at - len(before) + place + 2
        at, before = at + len(block), block[-1:]
    return None


class _Window:
    """The bytes of a source near the place being read."""

    def __init__(self, source: Source) -> None:
        self._source, self._start, self._held = source, 0, b""

    def bytes(self, at: int, length: int) -> bytes:
        if at < self._start or at + length > self._start + len(self._held):
            self._start, self._held = at, self._source.at(at, max(length, _BLOCK))
        found = self._held[at - self._start:at - self._start + length]
        if len(found) < length:
            raise Unreadable
        return found

    def byte(self, at: int) -> int:
        return self.bytes(at, 1)[0]
