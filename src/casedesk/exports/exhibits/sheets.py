"""Pictures laid on paper: one a page, long ones over several, small ones not blown up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf

from casedesk.exports.exhibits.findings import Laid, Pages, Where
from casedesk.exports.exhibits.flow import band_of
from casedesk.exports.exhibits.rasters import TURNS, Raster
from casedesk.exports.exhibits.sources import Piece, Spliced
from casedesk.exports.pages import BAND, Band, Paper

EDGE, ABOVE_BAND = 28.0, 6.0
LONG, STRIP = 3.0, 2.2
"""A picture more than 3 times as high as wide is cut into strips 2.2 times as high as wide, as a telephone shows it."""
OVERLAP = 0.06
COARSEST_SHOWN = 96.0


@dataclass(frozen=True)
class Spot:
    """Where a picture lies on its sheet, and what part of the sheet shows it."""

    paper: Paper
    x: float
    y: float
    width: float
    height: float
    window: tuple[float, float, float, float] | None = None


def spots(wide: int, high: int, paper: Paper) -> list[Spot]:
    """The sheets a picture of so many dots takes."""
    if is_long(wide, high):
        return _strips(wide, high, paper)
    sheet = paper.across if wide > high else paper
    room_x, room_y = sheet.width - 2 * EDGE, sheet.height - EDGE - ABOVE_BAND - BAND
    scale = min(room_x / wide, room_y / high, 72 / COARSEST_SHOWN)
    width, height = wide * scale, high * scale
    return [Spot(sheet, (sheet.width - width) / 2, sheet.height - EDGE - height, width, height)]


def on(paper: Paper) -> Where:
    """One picture a sheet of this paper."""
    return lambda wide, high: spots(wide, high, paper)


def is_long(wide: int, high: int) -> bool:
    return high > LONG * wide


def _strips(wide: int, high: int, paper: Paper) -> list[Spot]:
    top, bottom = paper.height - EDGE, BAND + ABOVE_BAND
    width = min(wide * 72 / COARSEST_SHOWN, (top - bottom) / STRIP)
    height, left = high * width / wide, (paper.width - width) / 2
    step = (top - bottom) - width * OVERLAP
    found: list[Spot] = []
    shown = 0.0
    while not found or shown + width * OVERLAP < height - 0.01:
        window = (left, bottom, width, top - bottom)
        found.append(Spot(paper, left, top - height + shown, width, height, window))
        shown += step
    return found


def most_dots(spot: Spot, finest: int) -> tuple[float, float]:
    """How many dots the spot takes at the finest resolution allowed."""
    return spot.width / 72 * finest, spot.height / 72 * finest


def laid(pictures: Laid) -> Pages:
    """A small PDF around the pictures' bytes, which are only read when the bundle is saved."""
    parts = PictureFile()
    bands = parts.add(pictures)
    return Pages(pikepdf.open(parts.finished()), bands)  # type: ignore[arg-type]


class PictureFile:
    """A PDF of pictures, its objects written one after the other; 1 is the catalogue, 2 the page tree."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = [b"%PDF-1.7\n"]
        self._at = len(b"%PDF-1.7\n")
        self._starts: dict[int, int] = {}
        self._pages: list[int] = []

    def add(self, pictures: Laid) -> list[Band]:
        """Append pictures, one a sheet; answers with the bands of the pages."""
        bands = []
        for raster, where in pictures:
            image = self._image(raster)
            self._pages += [self._page([(spot, image, raster)]) for spot in where]
            bands += [band_of(spot.paper) for spot in where]
        return bands

    def add_together(self, pictures: Laid) -> Band:
        """Append one sheet with all these pictures on it; answers with its band."""
        drawn = [(spot, self._image(raster), raster) for raster, where in pictures for spot in where]
        self._pages.append(self._page(drawn))
        return band_of(drawn[0][0].paper)

    def finished(self) -> Spliced:
        """The whole file; nothing may be added afterwards."""
        kids = b" ".join(b"%d 0 R" % page for page in self._pages)
        self._object(b"<</Type/Catalog/Pages 2 0 R>>", number=1)
        self._object(b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(self._pages), kids), number=2)
        rows = b"".join(b"%010d 00000 n \n" % self._starts[number] for number in sorted(self._starts))
        size = len(self._starts) + 1
        table = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        return Spliced([*self._pieces, table % (size, rows, size, self._at)])

    def _image(self, raster: Raster) -> int:
        colours = raster.colours
        if raster.profile:
            number = self._object(b"<</N %d/Alternate%s/Length %d>>" % (
                1 if colours == b"/DeviceGray" else 3, colours, len(raster.profile)), [raster.profile])
            colours = b"[/ICCBased %d 0 R]" % number
        return self._object(
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace%s%s/Length %d>>" % (
                raster.width, raster.height, colours, raster.entries, raster.length), raster.data)

    def _page(self, drawn: Sequence[tuple[Spot, int, Raster]]) -> int:
        paper = drawn[0][0].paper
        drawing = b"".join(_drawing(spot, raster, number) for number, (spot, _, raster) in enumerate(drawn))
        content = self._object(b"<</Length %d>>" % len(drawing), [drawing])
        names = b"".join(b"/Im%d %d 0 R" % (number, image) for number, (_, image, _) in enumerate(drawn))
        return self._object(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %s %s]/Resources<</XObject<<%s>>>>/Contents %d 0 R>>" % (
                _number(paper.width), _number(paper.height), names, content))

    def _object(self, dictionary: bytes, stream: Sequence[Piece] | None = None, *, number: int = 0) -> int:
        number = number or len(self._starts) + 3
        self._starts[number] = self._at
        pieces: list[Piece] = [b"%d 0 obj\n%s\n" % (number, dictionary)]
        if stream is not None:
            pieces += [b"stream\n", *stream, b"\nendstream\n"]
        pieces.append(b"endobj\n")
        for piece in pieces:
            self._at += len(piece) if isinstance(piece, bytes) else piece[2]
        self._pieces += pieces
        return number


def _drawing(spot: Spot, raster: Raster, number: int) -> bytes:
    clip = b""
    if spot.window:
        clip = b"%s re W n\n" % b" ".join(map(_number, spot.window))
    a, b, c, d, e, f = TURNS[raster.orientation]
    x, y, wide, high = spot.x, spot.y, spot.width, spot.height
    matrix = (a * wide, b * high, c * wide, d * high, e * wide + x, f * high + y)
    return b"q\n%s%s cm\n/Im%d Do\nQ\n" % (clip, b" ".join(map(_number, matrix)), number)


def _number(value: float) -> bytes:
    return b"%.3f" % value if value % 1 else b"%d" % value
