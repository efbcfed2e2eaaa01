"""What of a firm's DOCX template the program can draw by itself: header, footer, logos, the lines round the text.

Shapes, text boxes, backgrounds and the template's own typefaces need a word processor and are left out.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from docx.oxml.ns import qn
from docx.table import Table
from PIL import Image, UnidentifiedImageError

from casedesk.base.fonts import HEI, SONG
from casedesk.exports import pages as kit
from casedesk.exports.letters.markup import Block, Kind, Row as BodyRow
from casedesk.exports.letters.pdf import Set
from casedesk.exports.letters.places import fill_places, is_mark, opened
from casedesk.exports.pages import Align

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph
    from reportlab.pdfgen.canvas import Canvas

_PAGE, _PAGES = "\x01", "\x02"
"""Stand for the page's number and the number of pages."""
_EMU, _SIZE, _LEADING = 12700, 10.5, 1.4
_ALIGN: dict[str, Align] = {"center": "centre", "right": "right", "end": "right"}
_KINDS: dict[Align, Kind] = {"left": "flush", "centre": "centre", "right": "right"}
_NOT_DRAWN = tuple(qn(name) for name in ("w:pict", "w:txbxContent", "wp:anchor"))


class Picture(NamedTuple):
    """A logo; sizes in points."""

    data: bytes
    width: float
    height: float


class Line(NamedTuple):
    """A paragraph of header or footer: text that may hold tabs, and pictures before it."""

    text: str
    set: Set
    pictures: tuple[Picture, ...]


Row = list[tuple[float, list[Line]]]
"""Cells side by side, each with its part of the width; a paragraph is a row of one."""


@dataclass
class Letterhead:
    """The template as far as it can be drawn."""

    header: list[Row] = field(default_factory=list)
    footer: list[Row] = field(default_factory=list)
    before: list[Block] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)

    @property
    def numbers_pages(self) -> bool:
        """Whether header or footer say which page it is."""
        return any(_PAGE in line.text for row in (*self.header, *self.footer) for _, cell in row for line in cell)

    @staticmethod
    def height(rows: list[Row], width: float) -> float:
        """What header or footer take, in points."""
        return sum(_height(row, width) for row in rows)

    def draw(
        self, canvas: Canvas, edges: tuple[float, float], tops: tuple[float, float], page: tuple[int, int],
    ) -> None:
        """Header and footer between left and right edge, each from its top down; `page` of so many."""
        for rows, top in zip((self.header, self.footer), tops, strict=True):
            y = top
            for row in rows:
                _draw(canvas, row, edges, y, page)
                y -= _height(row, edges[1] - edges[0])


def read(template: bytes, value: Callable[[str], str]) -> Letterhead:
    """The template with its places filled; DocumentError when it is no DOCX."""
    document = opened(template)
    fill_places(document, value)
    section = document.sections[0]
    found = Letterhead(_trimmed(_rows(section.header)), _trimmed(_rows(section.footer)))
    inside = found.before
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            inside.append(_block(item))
        elif is_mark(item.text):
            inside = found.after
        elif _text(item).strip():
            inside.append(Block(_KINDS[_align(item)], _text(item).replace("\t", " ")))
    return found


def _block(table: Table) -> Block:
    """A table of the template's body; a cell over several columns stands in the first of them."""
    rows = []
    for row in table.rows:
        texts = {cell._tc: "\n".join(map(_text, cell.paragraphs)) for cell in row.cells}  # noqa: SLF001
        rows.append(BodyRow(tuple(texts.pop(cell._tc, "") for cell in row.cells)))  # noqa: SLF001
    widths = [float(column.width or 1) for column in table.columns]
    return Block("table", rows=tuple(rows), widths=tuple(widths))


def is_whole(template: bytes) -> bool:
    """Whether everything in the template is drawn, but for its typefaces."""
    document = opened(template)
    section = document.sections[0]
    shapes = any(True for part in (section.header, section.footer, document)
                 for _ in part._element.iter(*_NOT_DRAWN))  # noqa: SLF001 - python-docx knows no shapes
    within = any(cell.tables for table in document.tables for row in table.rows for cell in row.cells)
    return not (shapes or within or section.different_first_page_header_footer)


def _rows(part: Any) -> Iterator[Row]:
    """Paragraphs and tables of header or footer in their order."""
    for item in part.iter_inner_content():
        if isinstance(item, Table):
            for row in item.rows:
                widths = [float(cell.width or 1) for cell in row.cells]
                yield [(width / sum(widths), [_line(one) for one in cell.paragraphs])
                       for width, cell in zip(widths, row.cells, strict=True)]
        else:
            yield [(1.0, [_line(item)])]


def _trimmed(rows: Iterator[Row]) -> list[Row]:
    """Without the empty paragraphs a word processor leaves."""
    return [row for row in rows if any(line.text.strip() or line.pictures for _, cell in row for line in cell)]


def _line(paragraph: Paragraph) -> Line:
    runs = [run for run in paragraph.runs if run.text.strip()]
    sizes = [run.font.size for run in runs if run.font.size is not None]
    style = paragraph.style
    given = sizes[0] if sizes else style.font.size if style is not None else None
    size = given.pt if given is not None else _SIZE
    face = HEI if any(run.bold for run in runs) else SONG
    how = Set(face, size, size * _LEADING, align=_align(paragraph))
    return Line(_text(paragraph), how, tuple(_pictures(paragraph)))


def _align(paragraph: Paragraph) -> Align:
    found = next(iter(paragraph._p.iter(qn("w:jc"))), None)  # noqa: SLF001
    return _ALIGN.get(str(found.get(qn("w:val"))) if found is not None else "", "left")


def _text(paragraph: Paragraph) -> str:
    """The text with its tabs and breaks; the number of the page where a field counts it."""
    told, field_, result = [], "", False
    for one in paragraph._p.iter():  # noqa: SLF001 - python-docx knows no fields
        if one.tag == qn("w:fldChar"):
            kind = one.get(qn("w:fldCharType"))
            if kind == "separate":
                told.append(_counted(field_))
            field_, result = ("" if kind != "separate" else field_), kind == "separate" and bool(_counted(field_))
        elif one.tag == qn("w:instrText"):
            field_ += one.text or ""
        elif one.tag == qn("w:fldSimple"):
            told.append(_counted(one.get(qn("w:instr")) or ""))
        elif one.tag == qn("w:t") and not result and not _in_counted(one):
            told.append(one.text or "")
        elif one.tag in (qn("w:tab"), qn("w:br")) and one.getparent().tag == qn("w:r"):
            told.append("\t" if one.tag == qn("w:tab") else "\n")
    return "".join(told)


def _counted(field_: str) -> str:
    word = field_.split(maxsplit=1)[0].upper() if field_.split() else ""
    return {"PAGE": _PAGE, "NUMPAGES": _PAGES}.get(word, "")


def _in_counted(text: Any) -> bool:
    """Whether this is what a simple field showed when the template was saved."""
    return any(_counted(one.get(qn("w:instr")) or "") for one in text.iterancestors(qn("w:fldSimple")))


def _pictures(paragraph: Paragraph) -> Iterator[Picture]:
    for drawing in paragraph._p.iter(qn("w:drawing")):  # noqa: SLF001
        extent = next(iter(drawing.iter(qn("wp:extent"))), None)
        for blip in drawing.iter(qn("a:blip")):
            kept = paragraph.part.related_parts.get(blip.get(qn("r:embed")))
            shown = _shown(kept.blob) if kept is not None else None
            if shown is not None and extent is not None:
                yield Picture(shown, int(extent.get("cx")) / _EMU, int(extent.get("cy")) / _EMU)


def _shown(data: bytes) -> bytes | None:
    """The picture in colours that every PDF may hold; None for one that only a word processor knows."""
    try:
        with Image.open(io.BytesIO(data)) as found:
            held = io.BytesIO()
            found.convert("RGBA" if "A" in found.getbands() else "RGB").save(held, "PNG")
            return held.getvalue()
    except (OSError, UnidentifiedImageError, ValueError):
        return None


def _height(row: Row, width: float) -> float:
    return max(sum(_line_height(line, width * part) for line in cell) for part, cell in row)


def _line_height(line: Line, width: float) -> float:
    tallest = max((picture.height for picture in line.pictures), default=0.0)
    return tallest + line.set.leading * len(_broken(line, width, (88, 88)))


def _broken(line: Line, width: float, page: tuple[int, int]) -> list[str]:
    text = line.text.replace(_PAGE, str(page[0])).replace(_PAGES, str(page[1]))
    if not text.strip():
        return []
    return [text] if "\t" in text else kit.wrap(text, line.set.face, line.set.size, width)


def _draw(canvas: Canvas, row: Row, edges: tuple[float, float], top: float, page: tuple[int, int]) -> None:
    left, width = edges[0], edges[1] - edges[0]
    for part, cell in row:
        y = top
        for line in cell:
            y -= _draw_line(canvas, line, (left, left + width * part), y, page)
        left += width * part


def _draw_line(canvas: Canvas, line: Line, edges: tuple[float, float], top: float, page: tuple[int, int]) -> float:
    from reportlab.lib.utils import ImageReader

    left, right = edges
    x = {"left": left, "centre": (left + right) / 2, "right": right}
    tallest = max((picture.height for picture in line.pictures), default=0.0)
    at = x[line.set.align] - sum(one.width for one in line.pictures) * {"left": 0, "centre": 0.5, "right": 1}[
        line.set.align]
    for picture in line.pictures:
        canvas.drawImage(ImageReader(io.BytesIO(picture.data)), at, top - picture.height, picture.width,
                         picture.height, mask="auto")
        at += picture.width
    y = top - tallest
    for text in _broken(line, right - left, page):
        y -= line.set.leading
        for place, piece in _stops(text, line.set.align):
            kit.draw(canvas, (x[place], y + (line.set.leading - line.set.size) / 2), piece, line.set.face,
                     line.set.size, align=place)
    return top - y


def _stops(text: str, align: Align) -> list[tuple[Align, str]]:
    """A line with tabs as word processors set headers: left, middle, right."""
    pieces = text.split("\t")
    if len(pieces) == 1:
        return [(align, text)]
    if len(pieces) == 2:
        pieces.insert(1, "")
    places: tuple[Align, ...] = ("left", "centre", "right")
    return [(place, piece) for place, piece in zip(places, pieces, strict=False) if piece]
