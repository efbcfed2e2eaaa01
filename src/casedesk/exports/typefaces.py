"""Our faces as ReportLab's fonts. A Chinese face has tens of thousands of glyphs: each is looked up when it is drawn.

ReportLab itself reads a font file whole and lists every glyph in it, which takes more time and memory than most
documents do.
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from struct import Struct
from typing import Any

from reportlab.pdfbase import ttfonts

from casedesk.base.fonts import QUOTES, Coverage, Face, covered

_SPACE, _HARD_SPACE = 0x20, 0xA0
_OFFSET, _SHORT, _METRIC, _EXTENT = Struct(">L"), Struct(">H"), Struct(">HH"), Struct(">2xh2xh2x")
_BESIDE = 50
"""Thousandths of the type size left on each side of a tightened sign."""
_FULL_METRICS = 34
"""Where the table "hhea" tells how many glyphs have a width of their own; all further ones are as wide as the last."""


def typeface(face: Face) -> ttfonts.TTFont:
    """The face, to be registered with ReportLab under its name."""
    _adapt()
    found = ttfonts.TTFont(face.name, str(face.path))
    if face.narrow:
        found.face.tighten(face.name, QUOTES)
    return found


@cache
def _adapt() -> None:
    """Let ReportLab use our reader, and write a right entry for characters beyond U+FFFF, so that they can be found."""
    ttfonts.TTFontFace = _Face
    original = ttfonts.makeToUnicodeCMap

    def corrected(name: str, subset: list[int]) -> str:
        lines = original(name, [0 if code > 0xFFFF else code for code in subset]).split("\n")
        first = lines.index(f"{len(subset)} beginbfchar") + 1
        for glyph, code in enumerate(subset):
            units = chr(code).encode("utf-16-be", "surrogatepass").hex().upper()
            lines[first + glyph] = f"<{glyph:02X}> <{units}>"
        return "\n".join(lines)

    ttfonts.makeToUnicodeCMap = corrected


class _Face(ttfonts.TTFontFace):  # type: ignore[misc]
    """What ReportLab asks of a font file, for the faces the program ships: long offsets, a map of all Unicode.

    The width of a glyph that has none of its own is told in the units of the face; ReportLab tells it in thousandths.
    """

    def readFile(self, path: str) -> None:
        self.filename = path
        with Path(path).open("rb") as file:
            self._ttf_data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._pos = 0
        self._tight: dict[int, tuple[int, int]] = {}

    def extractInfo(self, charInfo: int = 1) -> None:  # noqa: N803 - ReportLab's name
        super().extractInfo(0)
        self.charToGlyph = _Glyphs(covered(Path(self.filename)))
        self.charWidths = _Widths(self.charToGlyph, self._width)
        self.hmetrics, self.glyphPos = _Each(self._metric), _Each(self._place)
        self._full = self.get_ushort(self.get_table_pos("hhea")[0] + _FULL_METRICS)
        self.defaultWidth = self._width(0)

    def get_table(self, tag: str) -> Any:
        return _Outlines(self._ttf_data, *self.get_table_pos(tag)) if tag == "glyf" else super().get_table(tag)

    def _metric(self, glyph: int) -> tuple[int, int]:
        """Width and left bearing in the units of the face."""
        if glyph in self._tight:
            return self._tight[glyph]
        at = self.get_table_pos("hmtx")[0]
        if glyph < self._full:
            wide, bearing = _METRIC.unpack_from(self._ttf_data, at + glyph * _METRIC.size)
            return wide, bearing
        end = at + self._full * _METRIC.size
        wide = _SHORT.unpack_from(self._ttf_data, end - _METRIC.size)[0]
        return wide, _SHORT.unpack_from(self._ttf_data, end + (glyph - self._full) * _SHORT.size)[0]

    def tighten(self, name: str, signs: str) -> None:
        """Have these signs no wider than their ink and a little beside it; the face goes by this name then."""
        self.name, beside = name.encode(), self.unitsPerEm * _BESIDE // 1000
        for glyph in (self.charToGlyph[ord(sign)] for sign in signs):
            left, right = _EXTENT.unpack_from(self._ttf_data, self.get_table_pos("glyf")[0] + self._place(glyph))
            self._tight[glyph] = right - left + 2 * beside, beside

    def _width(self, glyph: int) -> float:
        return float(self._pdfScale(self._metric(glyph)[0]))

    def _place(self, glyph: int) -> int:
        """Where its outline begins; that of the next one is where it ends."""
        return int(_OFFSET.unpack_from(self._ttf_data, self.get_table_pos("loca")[0] + glyph * _OFFSET.size)[0])


class _Glyphs(Mapping[int, int]):
    """Code point to glyph; a space that may not break is drawn as a space."""

    def __init__(self, known: Coverage) -> None:
        self._known = known

    def __getitem__(self, code: int) -> int:
        found = self._known.glyph(_SPACE if code == _HARD_SPACE else code)
        if found is None:
            raise KeyError(code)
        return found

    def __contains__(self, code: object) -> bool:
        return isinstance(code, int) and self._known.glyph(_SPACE if code == _HARD_SPACE else code) is not None

    def __iter__(self) -> Iterator[int]:
        return map(ord, self._known)

    def __len__(self) -> int:
        return len(self._known)


class _Widths(Mapping[int, float]):
    """Code point to width in thousandths of the type size."""

    def __init__(self, glyphs: _Glyphs, width: Callable[[int], float]) -> None:
        self._glyphs, self._width = glyphs, width

    def __getitem__(self, code: int) -> float:
        return self._width(self._glyphs[code])

    def __iter__(self) -> Iterator[int]:
        return iter(self._glyphs)

    def __len__(self) -> int:
        return len(self._glyphs)


class _Each:
    """A list whose items are looked up when they are asked for."""

    def __init__(self, item: Callable[[int], Any]) -> None:
        self._item = item

    def __getitem__(self, number: int) -> Any:
        return self._item(number)


class _Outlines:
    """The outlines of all glyphs, cut out of the file one by one."""

    def __init__(self, data: mmap.mmap, start: int, length: int) -> None:
        self._data, self._start, self._end = data, start, start + length

    def __getitem__(self, part: slice) -> bytes:
        return self._data[self._start + part.start:min(self._start + part.stop, self._end)]
