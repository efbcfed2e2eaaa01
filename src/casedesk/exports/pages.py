"""The page kit: paper, the band for the stamp, our typefaces in ReportLab, text drawn and broken into lines.

What a person typed is drawn as it is, never read as markup. A character no typeface has is printed as its code point.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import IO, TYPE_CHECKING, Literal, NamedTuple

from casedesk.base.fonts import QUOTES, SONG, Face, Run, code_points, face_for, narrow, runs

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

Align = Literal["left", "centre", "right"]


@dataclass(frozen=True)
class Paper:
    """A sheet in points, with the margin our own pages keep."""

    width: float
    height: float
    margin: float = 42.0

    @property
    def across(self) -> Paper:
        return Paper(self.height, self.width, self.margin)


A4, LETTER = Paper(595.276, 841.89), Paper(612.0, 792.0)
BAND = 24.0
"""Height of the stamp's band on an A4 page, in points."""


class Band(NamedTuple):
    """The strip at the foot of a page that is kept for the stamp, in the page's own units, always upright.

    `scale` is 1 on A4: text of 9 pt there is drawn at 9 * scale here, so that prints look alike.
    """

    x: float
    y: float
    width: float
    height: float
    scale: float


def band_scale(width: float, height: float) -> float:
    """How much larger than A4 a page is, within limits that keep a stamp readable."""
    return min(4.0, max(0.6, min(width, height) / A4.width, max(width, height) / A4.height))


def new_canvas(target: IO[bytes] | str, paper: Paper = A4) -> Canvas:
    """An empty document in our typeface, the same bytes every time it is drawn alike."""
    from reportlab.pdfgen.canvas import Canvas

    font(SONG)
    canvas = Canvas(
        target, pagesize=(paper.width, paper.height), initialFontName=SONG.name, invariant=1, pageCompression=1)
    canvas.setTitle("")
    return canvas


@cache
def font(face: Face) -> TTFont:
    """The face registered with ReportLab under its own name."""
    from reportlab.pdfbase import pdfmetrics

    from casedesk.exports.typefaces import typeface

    found = typeface(face)
    pdfmetrics.registerFont(found)
    return found


class Widths(dict[str, float]):
    """Width of each character in thousandths of the type size, whichever face draws it."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.face = face

    def __missing__(self, char: str) -> float:
        drawn = self.face if self.face.narrow else face_for(char, self.face)
        if drawn is None:
            width = sum(self[sign] for sign in code_points(char))
        else:
            metrics = font(drawn).face
            width = metrics.charWidths.get(ord(char), metrics.defaultWidth)
        self[char] = width
        return width


widths = cache(Widths)


def width_of(text: str, face: Face, size: float) -> float:
    """Width of a line in points."""
    return sum(_advances(text, widths(face))) * size / 1000


def _advances(text: str, known: Widths) -> list[float]:
    """The width of each character where it stands, in thousandths of the type size."""
    wide = list(map(known.__getitem__, text))
    for found in _latin_quotes(text):
        wide[found.start()] = widths(narrow(known.face))[found[0]]
    return wide


def _latin_quotes(text: str) -> Iterator[re.Match[str]]:
    """The quotation marks of a text that stand beside nothing Chinese."""
    return _LATIN_QUOTE.finditer(text) if _QUOTE.search(text) else iter(())


def _drawn(text: str, face: Face) -> Iterator[Run]:
    """The text cut into pieces that one face can draw."""
    at = 0
    for found in _latin_quotes(text):
        yield from runs(text[at:found.start()], face)
        yield narrow(face), found[0]
        at = found.end()
    yield from runs(text[at:], face)


def draw(
    canvas: Canvas, at: tuple[float, float], text: str, face: Face, size: float, *, align: Align = "left",
) -> None:
    """One line of text whose base line starts at the point, or ends there, or is centred on it."""
    x, y = at
    if align != "left":
        x -= width_of(text, face, size) * (1 if align == "right" else 0.5)
    written = canvas.beginText(x, y)
    for drawn, piece in _drawn(text, face):
        used = drawn or face
        font(used)
        written.setFont(used.name, size)
        written.textOut(piece if drawn else code_points(piece))
    canvas.drawText(written)


_NEVER_FIRST = (
    r"!%),.:;?\]}¢°·’†‡›℃∶、。〃〆〕〗〞﹚﹜！＂％＇），．：；？］｝～》」』】〉〞〟々ーァィゥェォッャュョ…—‥’”‰％．"
    r"︰︱︳﹐﹑﹒﹔﹕﹖﹗﹘＞｠･｣\u200b-\u200f\ufe00-\ufe0f\u0300-\u036f")
_NEVER_LAST = r"(\[{£¥‘“〈《「『【〔〖〝﹙﹛＄（．［｛￡￥$#＃@＠"
_ALONE = (
    r"\u1100-\u11ff\u2e80-\u2fff\u3000-\u303f\u3040-\u30ff\u3100-\u31ff\u3200-\u9fff\ua960-\ua97f\uac00-\ud7ff"
    r"\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U0001f000-\U0001faff\U00020000-\U0003ffff")
_PIECE = re.compile(
    rf"[{_NEVER_LAST}]*(?:[^\s{_ALONE}{_NEVER_LAST}]+|[^\s])[{_NEVER_FIRST}]*|\s+|[{_NEVER_LAST}]+")
_QUOTE = re.compile(f"[{QUOTES}]")
_LATIN_QUOTE = re.compile(f"(?<![{_ALONE}])[{QUOTES}](?![{_ALONE}])")
_NEW_LINE = re.compile(r"\r\n|[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]")


def wrap(text: str, face: Face, size: float, width: float) -> list[str]:
    """The text in lines no wider than `width` points.

    Chinese breaks anywhere but before closing and after opening punctuation; other words break where they are too long.
    """
    return [line for paragraph in _NEW_LINE.split(text)
            for line in _broken(paragraph.expandtabs(4), widths(face), width * 1000 / size)]


def _broken(paragraph: str, known: Widths, room: float) -> Iterator[str]:
    reach = list(accumulate(_advances(paragraph, known), initial=0.0))
    if reach[-1] <= room:
        yield paragraph
        return
    ends = [found.end() for found in _PIECE.finditer(paragraph)]
    upto = [reach[end] for end in ends]
    start = number = 0
    while reach[-1] - reach[start] > room:
        number = bisect_right(upto, room + reach[start], number)
        at = ends[number - 1] if number else 0
        if paragraph[at:ends[number]].isspace():
            number += 1
            if number == len(ends):
                break
            at = ends[number - 1]
        if at > start:
            yield paragraph[start:at].rstrip()
            start = at
        else:
            for cut in _cuts(paragraph[at:ends[number]], known, room):
                yield paragraph[start:at + cut]
                start = at + cut
            number += 1
    yield paragraph[start:].rstrip()


def _cuts(piece: str, known: Widths, room: float) -> Iterator[int]:
    """Where a piece too long for a line is cut: not behind a hyphen, which a PDF reader would take for a soft one."""
    start, used = 0, 0.0
    for place, char in enumerate(piece):
        wide = known[char]
        if used and used + wide > room:
            start = place - 1 if piece[place - 1] == "-" and place - 1 > start else place
            yield start
            used = sum(map(known.__getitem__, piece[start:place]))
        used += wide
