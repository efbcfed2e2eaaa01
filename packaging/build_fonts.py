"""Build the typefaces under resources/fonts from free fonts as Debian packages them.

    apt-get download fonts-noto-cjk fonts-hanazono fonts-dejavu-core fonts-symbola fonts-unifont
    for deb in *.deb; do dpkg -x $deb sources; done
    uv run --isolated --only-group fonts python packaging/build_fonts.py sources resources/fonts

ReportLab embeds TrueType outlines only, so the PostScript ones of Noto CJK are turned into quadratic curves. Layout
tables and hints are left out: nothing here uses them, and files halve. Same sources, same fontTools: same bytes.
The results are renamed, as the licences of some of the sources ask; see resources/fonts/README.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import hypot
from pathlib import Path

from fontTools import unicodedata
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.roundTools import otRound
from fontTools.pens.basePen import AbstractPen
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

MADE = 3_850_000_000  # seconds since 1904, fixed so that the bytes are the same every time: 2025-12-31
VERSION = "1.000"
SIMPLIFIED_CHINESE = 2  # the face's number inside Noto's collections

NOTO = "usr/share/fonts/opentype/noto/Noto{}.ttc"
HANAZONO = "usr/share/fonts/truetype/hanazono/HanaMin{}.ttf"
DEJAVU = "usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
SYMBOLA = "usr/share/fonts/truetype/ancient-scripts/Symbola_hint.ttf"
UNIFONT = "usr/share/fonts/opentype/unifont/{}.otf"

# Characters that are never seen: joiners, direction marks, variation selectors, tags. They get an empty glyph of no
# width, so that a text with them is measured, drawn and extracted like any other.
UNSEEN = (
    *(0x00AD, 0x034F, 0x061C, 0x180B, 0x180C, 0x180D, 0x180E, 0x180F, 0xFEFF),
    *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10),
    *range(0xE0001, 0xE0080), *range(0xE0100, 0xE01F0),
)
BLANK = (0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029)  # drawn as a space where a caller lets them through


@dataclass(frozen=True)
class Source:
    """One font characters are taken from."""

    path: str
    wanted: Callable[[int], bool]
    number: int = -1

    def open(self, folder: Path) -> TTFont:
        return TTFont(folder / self.path, fontNumber=self.number, lazy=True)


@dataclass(frozen=True)
class Face:
    """One font that is made: of each character the first source that has it, without what `without` already has."""

    file: str
    family: str
    style: str
    licence: str
    units: int
    error: float  # how far a curve may move, in units
    sources: tuple[Source, ...]
    without: tuple[str, ...] = ()
    thinned: float = 0  # how far an outline of straight lines may move, in units, when points are left out
    unseen: bool = False

    @property
    def bold(self) -> bool:
        return self.style == "Bold"


def hangul(code: int) -> bool:
    return 0xAC00 <= code < 0xD7B0 or 0x1100 <= code < 0x1200 or 0xA960 <= code < 0xA980 or 0x3130 <= code < 0x3190


def han(code: int) -> bool:
    return unicodedata.script(chr(code)) == "Hani" or 0x2FF0 <= code < 0x3000 or 0x31C0 <= code < 0x31F0


def anything(code: int) -> bool:
    return unicodedata.category(chr(code))[0] != "C"


def no_hangul(code: int) -> bool:
    return anything(code) and not hangul(code)


def pictures(code: int) -> bool:
    return 0x1F000 <= code < 0x1FB00


OFL = "SIL Open Font License 1.1: see OFL.txt"
SANS, SANS_BOLD, SERIF = (NOTO.format(name) for name in ("SansCJK-Regular", "SansCJK-Bold", "SerifCJK-Regular"))
UNLIKE_SONG_AND_HEI = ("CaseDeskSong.ttf", "CaseDeskHei.ttf")

FACES = (
    Face("CaseDeskSong.ttf", "CaseDesk Song", "Regular", OFL, 1000, 1.0,
         (Source(SERIF, no_hangul, SIMPLIFIED_CHINESE),), unseen=True),
    Face("CaseDeskHei.ttf", "CaseDesk Hei", "Regular", OFL, 1000, 1.0,
         (Source(SANS, anything, SIMPLIFIED_CHINESE),), unseen=True),
    Face("CaseDeskHei-Bold.ttf", "CaseDesk Hei", "Bold", OFL, 1000, 1.0,
         (Source(SANS_BOLD, no_hangul, SIMPLIFIED_CHINESE),), unseen=True),
    Face("CaseDeskRare.ttf", "CaseDesk Rare", "Regular", "Hanazono Font License: see LICENSES.txt", 512, 0.5,
         (Source(HANAZONO.format("B"), han), Source(HANAZONO.format("A"), han)), without=("CaseDeskSong.ttf",),
         thinned=1.5),
    Face("CaseDeskSigns.ttf", "CaseDesk Signs", "Regular", "DejaVu and Symbola: see LICENSES.txt", 1000, 0.5,
         (Source(SYMBOLA, pictures), Source(DEJAVU, anything), Source(SYMBOLA, no_hangul)),
         without=UNLIKE_SONG_AND_HEI),
    Face("CaseDeskPixel.ttf", "CaseDesk Pixel", "Regular", OFL, 64, 0.5,
         (Source(UNIFONT.format("unifont"), anything), Source(UNIFONT.format("unifont_upper"), anything)),
         without=(*UNLIKE_SONG_AND_HEI, "CaseDeskRare.ttf", "CaseDeskSigns.ttf")),
)


Point = tuple[float, float]


def distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the line through two others, or to the one point where they are the same."""
    along, across = end[0] - start[0], end[1] - start[1]
    length = hypot(along, across)
    if length == 0:
        return hypot(point[0] - start[0], point[1] - start[1])
    return abs(across * (point[0] - start[0]) - along * (point[1] - start[1])) / length


def thinned(line: list[Point], tolerance: float) -> list[Point]:
    """An open line with the points left out that lie within the tolerance (Douglas and Peucker 1973)."""
    if len(line) < 3:
        return line
    far, at = max((distance(point, line[0], line[-1]), at) for at, point in enumerate(line[1:-1], 1))
    if far <= tolerance:
        return [line[0], line[-1]]
    return thinned(line[: at + 1], tolerance)[:-1] + thinned(line[at:], tolerance)


class ThinPen(AbstractPen):
    """Hands on closed outlines of straight lines with fewer points."""

    def __init__(self, out: AbstractPen, tolerance: float) -> None:
        self.out = out
        self.tolerance = tolerance
        self.line: list[Point] = []

    def moveTo(self, pt: Point) -> None:
        self.line = [pt]

    def lineTo(self, pt: Point) -> None:
        self.line.append(pt)

    def closePath(self) -> None:
        """The outline is cut at its first point and the one farthest from it: both stay."""
        first = self.line[0]
        at = max(range(len(self.line)), key=lambda n: hypot(self.line[n][0] - first[0], self.line[n][1] - first[1]))
        there, back = self.line[: at + 1], [*self.line[at:], first]
        kept = thinned(there, self.tolerance)[:-1] + thinned(back, self.tolerance)[:-1]
        if len(kept) > 2:
            self.out.moveTo(kept[0])
            for point in kept[1:]:
                self.out.lineTo(point)
            self.out.closePath()


class Outlines:
    """The glyphs of one source, redrawn as quadratic outlines at another size."""

    def __init__(self, font: TTFont, face: Face) -> None:
        self.font = font
        self.names: Mapping[int, str] = font.getBestCmap()
        self.glyphs = font.getGlyphSet()
        self.scale = face.units / font["head"].unitsPerEm
        self.face = face
        self.cubic = "glyf" not in font

    def draw(self, name: str) -> tuple[Glyph, int]:
        """The outline and the width."""
        recorded = DecomposingRecordingPen(self.glyphs)
        glyph = self.glyphs[name]
        glyph.draw(recorded)
        pen = TTGlyphPen(None)
        recorded.replay(TransformPen(self.onto(pen, recorded), (self.scale, 0, 0, self.scale, 0, 0)))
        return pen.glyph(), otRound(glyph.width * self.scale)

    def onto(self, pen: TTGlyphPen, recorded: DecomposingRecordingPen) -> AbstractPen:
        if self.cubic:
            return Cu2QuPen(pen, self.face.error, reverse_direction=True)
        straight = all(operator != "qCurveTo" for operator, _ in recorded.value)
        return ThinPen(pen, self.face.thinned) if straight and self.face.thinned else pen


class Sheet:
    """The glyphs of the face being made, in order, and which character shows which."""

    def __init__(self) -> None:
        self.glyphs: dict[str, Glyph] = {}
        self.widths: dict[str, int] = {}
        self.characters: dict[int, str] = {}
        self.taken: dict[tuple[int, str], str] = {}

    def add(self, glyph: Glyph, width: int) -> str:
        name = f"g{len(self.glyphs):05d}" if self.glyphs else ".notdef"
        self.glyphs[name], self.widths[name] = glyph, width
        return name

    def show(self, code: int, source: int, outlines: Outlines) -> None:
        key = (source, outlines.names[code])
        if key not in self.taken:
            self.taken[key] = self.add(*outlines.draw(key[1]))
        self.characters[code] = self.taken[key]

    def metrics(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Name, width and left side bearing."""
        for name, glyph in self.glyphs.items():
            yield name, (self.widths[name], getattr(glyph, "xMin", 0) if glyph.numberOfContours else 0)


def box(units: int) -> Glyph:
    """What is drawn for a character the font lacks."""
    pen = TTGlyphPen(None)
    for edge, turn in ((units // 10, 1), (units * 7 // 50, -1)):
        corners = [(edge, 0 + edge), (edge, units - edge), (units - edge, units - edge), (units - edge, edge)][::turn]
        pen.moveTo(corners[0])
        for corner in corners[1:]:
            pen.lineTo(corner)
        pen.closePath()
    return pen.glyph()


def chosen(face: Face, outlines: list[Outlines], have: set[int]) -> Iterator[tuple[int, int]]:
    """Code points in order, each with the number of the source it comes from."""
    codes = {code for outline in outlines for code in outline.names} - have
    skipped = {*UNSEEN, *BLANK} if face.unseen else set(UNSEEN)
    for code in sorted(codes - skipped):
        for number, (source, outline) in enumerate(zip(face.sources, outlines, strict=True)):
            if code in outline.names and source.wanted(code):
                yield code, number
                break


def filled(face: Face, folder: Path, out: Path) -> tuple[Sheet, TTFont]:
    """All glyphs of the face, and the first source for its measures."""
    outlines = [Outlines(source.open(folder), face) for source in face.sources]
    sheet = Sheet()
    sheet.add(box(face.units), face.units)
    have = {code for file in face.without for code in TTFont(out / file, lazy=True).getBestCmap()}
    for code, number in chosen(face, outlines, have):
        sheet.show(code, number, outlines[number])
    if face.unseen:
        nothing = sheet.add(TTGlyphPen(None).glyph(), 0)
        sheet.characters.update(dict.fromkeys(UNSEEN, nothing))
        sheet.characters.update(dict.fromkeys(BLANK, sheet.characters[0x20]))
    return sheet, outlines[0].font


def names(face: Face, source: TTFont) -> dict[str, str]:
    copyrights = [source["name"].getDebugName(0) or ""]
    return {
        "copyright": copyrights[0].strip(), "familyName": face.family, "styleName": face.style,
        "uniqueFontIdentifier": f"{VERSION};{face.family} {face.style}", "fullName": f"{face.family} {face.style}",
        "version": f"Version {VERSION}", "psName": f"{face.family.replace(' ', '')}-{face.style}",
        "licenseDescription": face.licence,
    }


def measured(builder: FontBuilder, face: Face, source: TTFont) -> None:
    """Line height as in the source for the main faces; the others must not push lines apart."""
    up, down = 0.88, -0.12
    if face.unseen:
        up, down = (value / source["head"].unitsPerEm for value in (source["hhea"].ascent, source["hhea"].descent))
    ascent, descent = round(up * face.units), round(down * face.units)
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    builder.setupOS2(
        version=4, fsType=0, usWeightClass=700 if face.bold else 400, fsSelection=0x20 if face.bold else 0x40,
        sTypoAscender=ascent, sTypoDescender=descent, usWinAscent=ascent, usWinDescent=-descent,
        sxHeight=face.units // 2, sCapHeight=face.units * 3 // 4, achVendID="CDSK",
    )


def build(folder: Path, out: Path, face: Face) -> str:
    """Write one face; answers with what was made."""
    sheet, source = filled(face, folder, out)
    builder = FontBuilder(face.units, isTTF=True)
    builder.setupGlyphOrder(list(sheet.glyphs))
    builder.setupCharacterMap(sheet.characters)
    builder.setupGlyf(sheet.glyphs)
    builder.setupHorizontalMetrics(dict(sheet.metrics()))
    measured(builder, face, source)
    builder.setupNameTable(names(face, source), mac=False)
    builder.setupPost(keepGlyphNames=False)
    builder.updateHead(created=MADE, modified=MADE, fontRevision=float(VERSION), macStyle=1 if face.bold else 0)
    builder.font.recalcTimestamp = False
    builder.save(out / face.file)
    size = (out / face.file).stat().st_size / 1e6
    return f"{face.file}: {len(sheet.characters)} characters, {len(sheet.glyphs)} glyphs, {size:.1f} MB"


def main(folder: Path, out: Path) -> None:
    """The three main faces at once, then those that hold what the others lack."""
    with ProcessPoolExecutor(2) as pool:
        for said in pool.map(partial(build, folder, out), FACES[:3]):
            print(said)
    for face in FACES[3:]:
        print(build(folder, out, face))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
