"""PNG without decoding: its compressed rows are what PDF's Flate filter reads, so they are taken over as they are."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

from casedesk.exports.exhibits.rasters import MOST_PIXELS, UPRIGHT, Raster, Unreadable, orientation_in, usable
from casedesk.exports.exhibits.sources import Piece, Source

_CHANNELS = {0: 1, 2: 3, 3: 1}
_LONGEST = 1 << 31


@dataclass
class _Chunks:
    """What the chunks say."""

    width: int = 0
    height: int = 0
    depth: int = 8
    colour: int = 0
    woven: bool = False
    palette: bytes = b""
    clear: bool = False
    moving: bool = False
    profile: bytes = b""
    orientation: int = UPRIGHT
    data: list[Piece] = field(default_factory=list)


@dataclass(frozen=True)
class Png:
    """A PNG that can be embedded as it is (`raster`), or must be redrawn (None)."""

    raster: Raster | None
    width: int
    height: int
    moving: bool


def png(source: Source) -> Png:
    """Walk the chunks and check each; raises `Unreadable`."""
    found, at = _Chunks(), 8
    while True:
        head = source.at(at, 8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if len(head) < 8 or length >= _LONGEST:
            raise Unreadable
        if kind[:1].isupper():
            _check(source, at + 4, length)
        if kind == b"IEND":
            break
        _take(found, kind, source, at + 8, length)
        at += 12 + length
    if not found.data or not found.width or not found.height:
        raise Unreadable
    return Png(_raster(found), found.width, found.height, found.moving)


def _check(source: Source, at: int, length: int) -> None:
    """Compare a chunk with its checksum."""
    total, end = 0, at + 4 + length
    while at < end:
        block = source.at(at, min(1 << 20, end - at))
        if not block:
            raise Unreadable
        total = zlib.crc32(block, total)
        at += len(block)
    if source.at(end, 4) != total.to_bytes(4, "big"):
        raise Unreadable


def _take(found: _Chunks, kind: bytes, source: Source, at: int, length: int) -> None:
    match kind:
        case b"IHDR":
            body = source.at(at, 13)
            found.width, found.height = int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big")
            found.depth, found.colour, found.woven = body[8], body[9], body[12] != 0
        case b"IDAT":
            found.data.append((source, at, length))
        case b"PLTE":
            found.palette = source.at(at, length)
        case b"tRNS":
            found.clear = True
        case b"acTL":
            found.moving = True
        case b"eXIf":
            found.orientation = orientation_in(source.at(at, min(length, 1 << 16)))
        case b"iCCP" if length < 1 << 20:
            found.profile = _inflated(source.at(at, length))


def _inflated(body: bytes) -> bytes:
    """The ICC profile behind its name; nothing where it is damaged or swells."""
    packed = body[body.find(b"\0") + 2:]
    try:
        return zlib.decompressobj().decompress(packed, 1 << 20)
    except zlib.error:
        return b""


def _raster(found: _Chunks) -> Raster | None:
    too_large = found.width * found.height > MOST_PIXELS
    if found.woven or found.clear or too_large or found.colour not in _CHANNELS:
        return None
    colours, profile = _colours(found)
    if not colours:
        return None
    rows = b"/Predictor 15/Colors %d/BitsPerComponent %d/Columns %d" % (
        _CHANNELS[found.colour], found.depth, found.width)
    entries = b"/BitsPerComponent %d/Filter/FlateDecode/DecodeParms<<%s>>" % (found.depth, rows)
    return Raster(found.width, found.height, entries, found.data, colours, profile, found.orientation)


def _colours(found: _Chunks) -> tuple[bytes, bytes]:
    """The colour space and the profile it stands in for; nothing for a palette that is missing."""
    if found.colour == 3:
        last = len(found.palette) // 3 - 1
        table = found.palette[:(last + 1) * 3].hex().encode()
        return (b"[/Indexed/DeviceRGB %d<%s>]" % (last, table) if last >= 0 else b""), b""
    if found.colour == 0:
        return b"/DeviceGray", usable(found.profile, b"GRAY")
    return b"/DeviceRGB", usable(found.profile, b"RGB ")
