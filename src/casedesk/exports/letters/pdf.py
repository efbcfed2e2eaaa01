"""A letter as PDF/A, to be filed: selectable text in embedded fonts, every page numbered, always the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from casedesk.base.errors import DocumentError
from casedesk.base.files import whole_file
from casedesk.base.fonts import HEI, HEI_BOLD, SONG, Face
from casedesk.base.i18n import Language, words
from casedesk.exports import archive, pages as kit
from casedesk.exports.letters.markup import Block, Row
from casedesk.exports.pages import Align, Paper

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

    from casedesk.exports.letters.letterhead import Letterhead

MARGIN, HEAD, FOOT = 76.0, 72.0, 72.0
EDGE, GAP, NUMBER = 30.0, 12.0, 14.0
"""From the sheet's edge to a letterhead, from there to the text, and what the page's number takes."""
PAD, _KEPT = 4.0, 6


class Set(NamedTuple):
    """How a kind of block is set: face, size, leading, space above, where it stands."""

    face: Face
    size: float
    leading: float
    above: float = 0.0
    align: Align = "left"


BODY = Set(SONG, 12, 21)
SETS = {
    "title": Set(HEI_BOLD, 18, 27, 6, "centre"), "centre": Set(SONG, 12, 21, 0, "centre"),
    "right": Set(SONG, 12, 21, 0, "right"), "flush": BODY, "item": BODY, "text": BODY,
    "heading": Set(HEI, 12.5, 23, 8), "subheading": Set(HEI, 12, 21, 3), "label": Set(HEI, 12.5, 23, 8),
    "sign": Set(SONG, 12, 30, 0), "date": Set(SONG, 12, 30, 0),
}
CELL, CELL_HEAD = Set(SONG, 10, 15), Set(HEI, 10, 15)


class Text(NamedTuple):
    x: float
    y: float
    text: str
    set: Set
    align: Align = "left"


class Rule(NamedTuple):
    start: tuple[float, float]
    end: tuple[float, float]


@dataclass
class Sheets:
    """The pages of a letter while they are laid out, from the top down."""

    lang: Language
    paper: Paper
    pages: list[list[Text | Rule]] = field(default_factory=list)
    y: float = 0.0
    top: float = HEAD
    bottom: float = FOOT

    @property
    def left(self) -> float:
        return MARGIN

    @property
    def right(self) -> float:
        return self.paper.width - MARGIN

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def room(self) -> float:
        return self.y - self.bottom

    def turn(self) -> None:
        """A new page."""
        self.pages.append([])
        self.y = self.paper.height - self.top

    def need(self, height: float) -> None:
        """A new page unless so much room is left."""
        if not self.pages or self.room < min(height, self.paper.height - self.top - self.bottom):
            self.turn()

    def put(self, *drawn: Text | Rule) -> None:
        self.pages[-1].extend(drawn)

    def lines(self, texts: Sequence[str], how: Set) -> None:
        """Lines one below the other, over as many pages as they take."""
        x = {"left": self.left, "centre": (self.left + self.right) / 2, "right": self.right}[how.align]
        for text in texts:
            self.need(how.leading)
            self.y -= how.leading
            self.put(Text(x, self.y + (how.leading - how.size) / 2, text, how, how.align))


def write(
    blocks: Sequence[Block], out: Path, *, lang: Language, title: str, paper: Paper = kit.A4,
    head: Letterhead | None = None,
) -> int:
    """Write the PDF whole or not at all, under the firm's letterhead if there is one; answers the number of pages."""
    with whole_file(out, error=DocumentError) as part:
        count = _print(blocks, str(part), Sheets(lang, paper), title, head)
        archive.keep(part)
    return count


def _print(
    blocks: Sequence[Block], target: str, sheets: Sheets, title: str, head: Letterhead | None,
) -> int:
    lang, paper = sheets.lang, sheets.paper
    if head is not None:
        sheets.top = max(HEAD, EDGE + head.height(head.header, sheets.width) + GAP)
        sheets.bottom = max(FOOT, EDGE + NUMBER + head.height(head.footer, sheets.width) + GAP)
        blocks = [*head.before, *blocks, *head.after]
    lay_out(blocks, sheets)
    canvas = kit.new_canvas(target, paper)
    canvas.setTitle(title)
    for number, page in enumerate(sheets.pages, 1):
        _draw(canvas, page)
        if head is not None:
            head.draw(canvas, (sheets.left, sheets.right), (paper.height - EDGE, sheets.bottom - GAP),
                      (number, len(sheets.pages)))
        if head is None or not head.numbers_pages:
            foot = words(lang)("Page {page} of {pages}", page=number, pages=len(sheets.pages))
            kit.draw(canvas, (paper.width / 2, 40 if head is None else EDGE), foot, SONG, 9, align="centre")
        canvas.showPage()
    canvas.save()
    return len(sheets.pages)


def lay_out(blocks: Sequence[Block], sheets: Sheets) -> None:
    """Every block on its page; headings stay with what follows, signatures together and not without a line before."""
    sheets.turn()
    groups = [list(group) for _, group in groupby(blocks, lambda block: block.kind in ("sign", "date"))]
    for members, following in zip(groups, [*groups[1:], []], strict=True):
        signed = following if following and following[0].kind in ("sign", "date") else []
        if members[0].kind in ("sign", "date"):
            sheets.need(sum(SETS[block.kind].leading for block in members))
        for number, block in enumerate(members, 1):
            _block(sheets, block, sum(SETS[one.kind].leading for one in signed) if number == len(members) else 0)


def _block(sheets: Sheets, block: Block, below: float) -> None:
    """Set one block; `below` is the room that what must stay with a paragraph takes."""
    if block.kind == "page":
        sheets.turn()
    elif block.kind == "table":
        _table(sheets, block, below)
    elif block.kind in ("sign", "date"):
        how = SETS[block.kind]
        sheets.need(how.leading)
        sheets.y -= how.leading
        sheets.put(Text(sheets.left + sheets.width * 0.48, sheets.y, signature(block, sheets.lang), how))
    else:
        _paragraph(sheets, block, below)


def signature(block: Block, lang: Language) -> str:
    """The line to be signed or dated by hand; the program never fills it in."""
    say = words(lang)
    return say("Date: ______________") if block.kind == "date" else say("{who}: ______________", who=block.text)


def after(block: Block, lang: Language) -> float:
    """Space below a paragraph: Chinese sets none, English some, but not between the lines of an address."""
    return 6 if block.kind == "title" or (lang == "en" and block.kind != "flush") else 0


def _paragraph(sheets: Sheets, block: Block, below: float) -> None:
    how = SETS[block.kind]
    text = f"{block.number}{' ' if block.number and sheets.lang == 'en' else ''}{block.text}"
    indented = sheets.lang == "zh" and block.kind in ("text", "item", "heading", "subheading", "label")
    lines: list[str] = []
    for line in text.split("\n"):
        lines += kit.wrap(("\u3000\u3000" if indented else "") + line, how.face, how.size, sheets.width)
    follows = 2 * BODY.leading if block.kind in ("heading", "subheading", "label") else 0
    kept = len(lines) if below and len(lines) <= _KEPT else len(lines[:2])
    sheets.need(how.above + how.leading * kept + follows + below + (after(block, sheets.lang) if below else 0))
    sheets.y -= how.above
    sheets.lines(lines, how)
    sheets.y -= after(block, sheets.lang)


def _table(sheets: Sheets, block: Block, below: float) -> None:
    edges = [sheets.left]
    for part in block.widths:
        edges.append(edges[-1] + sheets.width * part / sum(block.widths))
    head = [row for row in block.rows[:1] if row.look == "head"]
    sheets.need(90)
    sheets.y -= 4
    for number, row in enumerate(block.rows, 1):
        if below and number == len(block.rows) and sheets.room < below + 4 * CELL.leading:
            _turn(sheets, edges, head)
        _row(sheets, row, edges, head if row.look == "body" else [])
    sheets.y -= 8


def _row(sheets: Sheets, row: Row, edges: Sequence[float], head: Sequence[Row]) -> None:
    """One row with its rules. It is kept together where it fits a page, else it runs on; nothing is cut."""
    how = CELL if row.look == "body" else CELL_HEAD
    bounds = (edges[0], edges[-1]) if row.look == "across" else edges
    cells = [kit.wrap(cell, how.face, how.size, right - left - 2 * PAD)
             for cell, left, right in zip(row.cells, bounds, bounds[1:], strict=False)]
    tallest, start = max(map(len, cells)), 0
    whole = tallest * how.leading + 2 * PAD
    least = whole if whole < 400 else 6 * how.leading
    if sheets.room < least + (40 if row.look != "body" else 0):
        _turn(sheets, edges, head)
    while start < tallest:
        fitting = max(1, int((sheets.room - 2 * PAD) / how.leading))
        _cells(sheets, [cell[start:start + fitting] for cell in cells], bounds, how,
               min(fitting, tallest - start) * how.leading + 2 * PAD)
        start += fitting
        if start < tallest:
            _turn(sheets, edges, head)


def _turn(sheets: Sheets, edges: Sequence[float], head: Sequence[Row]) -> None:
    sheets.turn()
    for row in head:
        _row(sheets, row, edges, [])


def _cells(
    sheets: Sheets, cells: Sequence[Sequence[str]], bounds: Sequence[float], how: Set, height: float,
) -> None:
    top, sheets.y = sheets.y, sheets.y - height
    for y in (top, sheets.y):
        sheets.put(Rule((bounds[0], y), (bounds[-1], y)))
    for x in bounds:
        sheets.put(Rule((x, top), (x, sheets.y)))
    for cell, left in zip(cells, bounds, strict=False):
        for number, line in enumerate(cell):
            sheets.put(Text(left + PAD, top - PAD - how.leading * (number + 0.78), line, how))


def _draw(canvas: Canvas, page: Sequence[Text | Rule]) -> None:
    canvas.setLineWidth(0.5)
    for one in page:
        if isinstance(one, Rule):
            canvas.line(*one.start, *one.end)
        else:
            kit.draw(canvas, (one.x, one.y), one.text, one.set.face, one.set.size, align=one.align)
