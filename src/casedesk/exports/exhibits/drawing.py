"""The instructions a page is drawn by: read without being swamped, wrapped without being changed."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream

LONGEST = 64 << 20
_FLATE = Name.FlateDecode
_LONGEST_PACKED = 2 << 20
_AFRESH, _END, _CODES = 256, 257, 4096
_SWELLING = (Name.FlateDecode, Name.LZWDecode, Name.RunLengthDecode)
"""Packings that may make much of little; one upon the other, far too much."""


class Unread(Exception):
    """The instructions are damaged, or swell to more than a page can need."""


def streams_of(page: Object) -> list[Stream]:
    """The content streams of a page in order."""
    found = page.get("/Contents")
    if isinstance(found, Stream):
        return [found]
    return [part for part in found if isinstance(part, Stream)] if isinstance(found, Array) else []


def instructions(stream: Stream) -> bytes:
    """The stream unpacked; raises `Unread`."""
    found = stream.get("/Filter")
    if found == _FLATE and "/DecodeParms" not in stream:
        return _inflated(stream.read_raw_bytes())  # as nearly all are
    packing = list(found) if isinstance(found, Array) else [] if found is None else [found]
    packed = stream.read_raw_bytes()
    if all(step == _FLATE for step in packing) and "/DecodeParms" not in stream:
        for _ in packing:
            packed = _inflated(packed)
        return packed
    swelling = sum(step in _SWELLING for step in packing)
    if swelling > 1 or len(packing) > 2 or (packing and len(packed) > _LONGEST_PACKED):
        raise Unread
    if packing[:1] == [Name.FlateDecode]:
        _inflated(packed)
    try:
        if Name.LZWDecode in packing:
            if packing[0] != Name.LZWDecode:
                aside = pikepdf.Pdf.new()
                packed = aside.make_stream(packed, Filter=packing[0]).read_bytes()
            _refuse_swelling(packed, early=not _is_late(stream.get("/DecodeParms")))
        return stream.read_bytes()
    except pikepdf.PdfError as trouble:
        raise Unread from trouble


def _inflated(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(packed, LONGEST)
    except zlib.error as trouble:
        raise Unread from trouble
    if not unpacking.eof:
        raise Unread
    return found


def _is_late(parms: Object | None) -> bool:
    """Whether LZW codes grow one code later than they usually do."""
    each = list(parms) if isinstance(parms, Array) else [parms]
    return any(isinstance(one, Dictionary) and one.get("/EarlyChange", 1) == 0 for one in each)


def _refuse_swelling(packed: bytes, *, early: bool) -> None:
    """Raise `Unread` when LZW codes stand for more than a page can need; only lengths are looked at."""
    lengths, last, total = [1] * 258, 0, 0
    held = bits = 0
    width = 9
    for byte in packed:
        held, bits = held << 8 | byte, bits + 8
        if bits < width:
            continue
        bits -= width
        code, held = held >> bits, held & (1 << bits) - 1
        if code == _END:
            return
        if code == _AFRESH:
            del lengths[258:]
            last, width = 0, 9
            continue
        if last and len(lengths) < _CODES:
            lengths.append(last + 1)
        if code >= len(lengths):
            raise Unread
        last = lengths[code]
        total += last
        if total > LONGEST:
            raise Unread
        width = min(12, (len(lengths) + early).bit_length())


def as_drawing(pdf: pikepdf.Pdf, streams: Sequence[Stream]) -> Stream:
    """One stream of all instructions: taken over as it is when it is one, else joined without what is damaged."""
    if len(streams) == 1:
        drawing = pdf.make_stream(streams[0].read_raw_bytes())
        for key in ("/Filter", "/DecodeParms"):
            if key in streams[0]:
                drawing[key] = streams[0][key]
        return drawing
    joined = b"\n".join(_if_readable(stream) for stream in streams)
    return pdf.make_stream(zlib.compress(joined, 6), Filter=Name.FlateDecode)


def _if_readable(stream: Stream) -> bytes:
    try:
        return instructions(stream)
    except Unread:
        return b""
