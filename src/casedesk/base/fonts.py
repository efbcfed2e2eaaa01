"""The typefaces the program ships, which characters each has, and who stands in for whom."""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from casedesk.base.resources import resource_path


@dataclass(frozen=True)
class Face:
    """One TrueType file under resources/fonts; `name` is also its PostScript name."""

    name: str
    family: str
    bold: bool = False
    narrow: bool = False
    """Whether its quotation marks are set as Latin ones, without the room that Chinese leaves beside them."""

    @property
    def path(self) -> Path:
        return resource_path("fonts", f"{self.name.removesuffix('-Narrow').removesuffix('-Regular')}.ttf")


SONG = Face("CaseDeskSong-Regular", "CaseDesk Song")
HEI = Face("CaseDeskHei-Regular", "CaseDesk Hei")
HEI_BOLD = Face("CaseDeskHei-Bold", "CaseDesk Hei", bold=True)
RARE = Face("CaseDeskRare-Regular", "CaseDesk Rare")
SIGNS = Face("CaseDeskSigns-Regular", "CaseDesk Signs")
PIXEL = Face("CaseDeskPixel-Regular", "CaseDesk Pixel")
FACES = (SONG, HEI, HEI_BOLD, RARE, SIGNS, PIXEL)

QUOTES = "‘’“”"

Run = tuple[Face | None, str]


def narrow(face: Face) -> Face:
    """What quotation marks beside Latin letters are drawn in."""
    own = face if face in (SONG, HEI, HEI_BOLD) else SONG
    return replace(own, name=f"{own.name}-Narrow", narrow=True)


def chain(face: Face) -> tuple[Face, ...]:
    """The face itself, then those that stand in for what it lacks, best first."""
    others = (HEI, RARE, SIGNS, PIXEL) if face == HEI_BOLD else (RARE, HEI, SIGNS, PIXEL)
    return (face, *(other for other in others if other != face))


class Coverage:
    """The characters a face has a glyph for (one of no width for joiners and variation selectors)."""

    def __init__(self, starts: array[int], ends: array[int], glyphs: array[int]) -> None:
        """First and last code point of each group, and the glyph of the first, in order."""
        self._starts, self._ends, self._glyphs = starts, ends, glyphs

    def __contains__(self, char: str) -> bool:
        return self.glyph(ord(char)) is not None

    def glyph(self, code: int) -> int | None:
        """The number of the character's glyph in the face."""
        group = bisect_right(self._starts, code) - 1
        if group < 0 or code > self._ends[group]:
            return None
        return self._glyphs[group] + code - self._starts[group]

    def __iter__(self) -> Iterator[str]:
        for start, end in zip(self._starts, self._ends, strict=True):
            yield from map(chr, range(start, end + 1))

    def __len__(self) -> int:
        return sum(self._ends) - sum(self._starts) + len(self._starts)


def coverage(face: Face) -> Coverage:
    """The characters of a face."""
    return covered(face.path)


@cache
def covered(path: Path) -> Coverage:
    """The characters of a font file, read from its character map (OpenType cmap, format 12)."""
    with path.open("rb") as file:
        tables = struct.unpack(">4xH6x", file.read(12))[0]
        records = [struct.unpack(">4s4xII", file.read(16)) for _ in range(tables)]
        offset, length = next((at, size) for tag, at, size in records if tag == b"cmap")
        file.seek(offset)
        cmap = file.read(length)
    subtables = struct.iter_unpack(">HHI", cmap[4 : 4 + 8 * struct.unpack_from(">H", cmap, 2)[0]])
    at = next(start for platform, encoding, start in subtables if (platform, encoding) == (3, 10))
    count = struct.unpack_from(">I", cmap, at + 12)[0]
    numbers = array("I", cmap[at + 16 : at + 16 + 12 * count])
    if sys.byteorder == "little":
        numbers.byteswap()
    return Coverage(numbers[0::3], numbers[1::3], numbers[2::3])


@lru_cache(maxsize=100_000)
def face_for(char: str, face: Face) -> Face | None:
    """The first face of the chain that has the character; None where no shipped face has it."""
    return next((other for other in chain(face) if char in coverage(other)), None)


def runs(text: str, face: Face) -> list[Run]:
    """The text cut into pieces that one face can draw; a piece with None must be printed by its `code_points`."""
    return [(drawn, "".join(chars)) for drawn, chars in groupby(text, lambda char: face_for(char, face))]


def code_points(text: str) -> str:
    """What is printed for characters no face has, e.g. "[U+30EDE]": named, never left out."""
    return "".join(f"[U+{ord(char):04X}]" for char in text)
