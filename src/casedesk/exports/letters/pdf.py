"""A letter as PDF/A, to be filed: selectable text in embedded fonts, every page numbered, always the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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
PAD, _KEPT, _CLOSING, _TALL, SIGNS_FROM, _UNDER_TABLE = 4, 6, 20, 400, 0.36, 8


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
HEADINGS, SIGNED = ("heading", "subheading", "label"), ("sign", "date")
INDENTED = ("text", "item", *HEADINGS)
"""What a Chinese letter sets in by two characters."""
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
    """Every block on its page, each with the room that what clings to it takes."""
    sheets.turn()
    for number, block in enumerate(blocks):
        below = _least(sheets, blocks[number + 1:]) if clings(blocks, number) else 0
        if block.kind == "page":
            sheets.turn()
        elif block.kind == "table":
            _table(sheets, block, below)
        elif block.kind in SIGNED:
            how, lines, under = SETS[block.kind], _signed(sheets, block), after(block, sheets.lang)
            sheets.need(how.leading * len(lines) + (under + below if below else 0))
            for line in lines:
                sheets.y -= how.leading
                sheets.put(Text(sheets.left + sheets.width * SIGNS_FROM, sheets.y, line, how))
            sheets.y -= under
        else:
            _paragraph(sheets, block, below)


def clings(blocks: Sequence[Block], number: int) -> bool:
    """Whether a block stays on one page with the next: a heading, a line that ends with a colon, and what is above a
    signature or its closing words.

    Closing words are the court's name, or a line like “Sincerely,”.
    """
    block, following = blocks[number], blocks[number + 1:number + 4]
    if not following or block.kind == "page":
        return False
    if block.kind in HEADINGS or following[0].kind in SIGNED or block.text.rstrip().endswith((":", "：")):
        return True
    signed = next((at for at, one in enumerate(following) if one.kind == "sign"), None)
    return signed is not None and block.kind != "sign" and all(
        one.kind == "flush" or (one.kind == "text" and len(one.text) <= _CLOSING) for one in following[:signed])


def _least(sheets: Sheets, blocks: Sequence[Block]) -> float:
    """The room the first block takes at least, with what clings to it."""
    block, below = blocks[0], _least(sheets, blocks[1:]) if clings(blocks, 0) else 0
    if block.kind == "page":
        return 0
    if block.kind == "table":
        return _beginning(sheets, block, _edges(sheets, block)) + (below if len(block.rows) < _KEPT else 0)
    if block.kind in SIGNED:
        return SETS[block.kind].leading * len(_signed(sheets, block)) + (
            after(block, sheets.lang) + below if below else 0)
    return _taken(sheets, block, _wrapped(sheets, block), below)


def signature(block: Block, lang: Language) -> str:
    """The line to be signed or dated by hand; the program never fills it in."""
    say = words(lang)
    return say("Date: ______________") if block.kind == "date" else say("{who}: ______________", who=block.text)


def _signed(sheets: Sheets, block: Block) -> list[str]:
    how = SETS[block.kind]
    return kit.wrap(signature(block, sheets.lang), how.face, how.size, sheets.width * (1 - SIGNS_FROM))


def after(block: Block, lang: Language) -> float:
    """Space below a paragraph: Chinese sets none, English some, but not between the lines of an address."""
    if lang == "en" and block.kind == "date":
        return 12
    return 6 if block.kind == "title" or (lang == "en" and block.kind != "flush") else 0


def _wrapped(sheets: Sheets, block: Block) -> list[str]:
    how = SETS[block.kind]
    text = f"{block.number}{' ' if block.number and sheets.lang == 'en' else ''}{block.text}"
    indented = sheets.lang == "zh" and block.kind in INDENTED
    lines: list[str] = []
    for line in text.split("\n"):
        lines += kit.wrap(("\u3000\u3000" if indented else "") + line, how.face, how.size, sheets.width)
    return lines


def _taken(sheets: Sheets, block: Block, lines: Sequence[str], below: float) -> float:
    """What a paragraph needs to begin on a page; a short one that something clings to is not parted."""
    how = SETS[block.kind]
    kept = len(lines) if below and len(lines) <= _KEPT else len(lines[:2])
    return how.above + how.leading * kept + below + (after(block, sheets.lang) if below else 0)


def _paragraph(sheets: Sheets, block: Block, below: float) -> None:
    how, lines = SETS[block.kind], _wrapped(sheets, block)
    sheets.need(_taken(sheets, block, lines, below))
    sheets.y -= how.above
    sheets.lines(lines, how)
    sheets.y -= after(block, sheets.lang)


def _edges(sheets: Sheets, block: Block) -> list[float]:
    edges = [sheets.left]
    for part in block.widths:
        edges.append(edges[-1] + sheets.width * part / sum(block.widths))
    return edges


def _beginning(sheets: Sheets, block: Block, edges: Sequence[float]) -> float:
    """What the first rows take, down to the first one that is no heading of others; a tall one may run on."""
    first = next((at for at, row in enumerate(block.rows) if row.look == "body"), len(block.rows) - 1)
    return 4 + sum(_beginning_of(row, edges) for row in block.rows[:first + 1])


def _table(sheets: Sheets, block: Block, below: float) -> None:
    edges = _edges(sheets, block)
    head = [row for row in block.rows[:1] if row.look == "head"]
    sheets.need(_beginning(sheets, block, edges))
    sheets.y -= 4
    for number, row in enumerate(block.rows, 1):
        if below and number == len(block.rows) and sheets.room < _height(row, edges) + _UNDER_TABLE + below:
            _turn(sheets, edges, head)
        under = 0 if row.look == "body" or number == len(block.rows) else _beginning_of(block.rows[number], edges)
        _row(sheets, row, edges, head if row.look == "body" else [], under)
    sheets.y -= _UNDER_TABLE


def _cells_of(row: Row, edges: Sequence[float]) -> tuple[Sequence[float], Set, list[list[str]]]:
    """Where a row's cells stand, how they are set, and their lines."""
    how = CELL if row.look == "body" else CELL_HEAD
    bounds = (edges[0], edges[-1]) if row.look == "across" else edges
    return bounds, how, [kit.wrap(cell, how.face, how.size, right - left - 2 * PAD)
                         for cell, left, right in zip(row.cells, bounds, bounds[1:], strict=False)]


def _height(row: Row, edges: Sequence[float]) -> float:
    _, how, cells = _cells_of(row, edges)
    return max(map(len, cells)) * how.leading + 2 * PAD


def _beginning_of(row: Row, edges: Sequence[float]) -> float:
    """What a row needs to begin on a page."""
    whole = _height(row, edges)
    return whole if whole < _TALL else 6 * CELL.leading


def _row(sheets: Sheets, row: Row, edges: Sequence[float], head: Sequence[Row], under: float = 0) -> None:
    """One row with its rules, on the page where what is under it begins. A tall one runs on; nothing is cut."""
    bounds, how, cells = _cells_of(row, edges)
    tallest, start = max(map(len, cells)), 0
    if sheets.room < _beginning_of(row, edges) + under:
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
