"""Late exhibits entered into the list of what was filed, where it has room: no page of it moves or is drawn anew."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

from casedesk.base.i18n import Say
from casedesk.exports.bundle.front import FOOT, Front, Part, Rectangle
from casedesk.exports.bundle.styles import BLACK, CELL_STRONG, LABEL, PAGE
from casedesk.exports.bundle.table import Column, Line, Table
from casedesk.exports.pages import Paper, width_of

if TYPE_CHECKING:
    from PIL.Image import Image

_LOOK, _WHITE, _GAP = 2, 250, 10
_NOTES = 3
"""Short notes that fit side by side above the running head, of two rows of them."""


class Added(NamedTuple):
    """A late exhibit as the list names it."""

    number: str
    name: str
    dated: str
    pages: str


class Supplement(NamedTuple):
    """What is entered: the late exhibits, the day of the late pages, and where these list them.

    Pages are printed numbers; `list_ends` is that of the list that was filed.
    """

    list_ends: str
    exhibits: Sequence[Added]
    day: str
    listed_on: str


class Entered(NamedTuple):
    """A part of the page that leads to a page of that printed number."""

    rectangle: Rectangle
    number: str


def enter(pdf: pikepdf.Pdf, page: pikepdf.Page, supplement: Supplement, say: Say) -> list[Entered]:
    """Draw the late exhibits below the list that ends on a page; where they do not fit, a note says where they are."""
    image, box = _look(page), [float(value) for value in page.mediabox]
    paper = Paper(box[2] - box[0], box[3] - box[1])
    listed = _rows(Front(paper, "").part("added", "", head=False), _free(image, paper), supplement, say)
    part = listed or _note(Front(paper, "").part("added", "", head=False), image, supplement, say)
    [drawn] = part.pages
    form = pdf.make_stream(
        drawn.content, Filter=Name.FlateDecode, Type=Name.XObject, Subtype=Name.Form,
        BBox=Array([0, 0, paper.width, paper.height]), Resources=Dictionary(Font=part.front.letters.fonts(pdf)))
    name = page.add_resource(form, Name.XObject)
    page.contents_add(b"q %s Do Q" % str(name).encode("ascii"), prepend=True)
    return [Entered(link.rectangle, link.key) for link in drawn.links]


def _look(page: pikepdf.Page) -> Image:
    """The page as it looks, in grey."""
    import pypdfium2

    with pikepdf.new() as alone:
        alone.pages.append(page)
        held = io.BytesIO()
        alone.save(held)
    document = pypdfium2.PdfDocument(held)
    try:
        seen: Image = document[0].render(scale=_LOOK).to_pil().convert("L")
        return seen
    finally:
        document.close()


def _free(image: Image, paper: Paper) -> float:
    """How high up the empty room begins that ends above the stamp."""
    above = image.crop((0, 0, image.width, int((paper.height - FOOT) * _LOOK)))
    drawn = above.point(lambda shade: 255 * (shade < _WHITE)).getbbox()
    return paper.height - (drawn[3] / _LOOK if drawn else 0) - _GAP


def _rows(part: Part, top: float, supplement: Supplement, say: Say) -> Part | None:
    """The late exhibits as rows of the list; None when they need more than the room that is left."""
    part.page()
    part.y = top
    table = Table(part, [Column("", 36), Column("", part.width - 156), Column("", 66), Column("", 54, "right")])
    part.gap(14)
    part.text(part.left, part.y, say("Added on {day}", day=supplement.day), CELL_STRONG)
    part.gap(6)
    part.rule(part.left, part.right, part.y, BLACK, 0.35)
    for one in supplement.exhibits:
        if part.room < 0 or len(part.pages):
            return None
        table.row([table.cell(one.number, 0, CELL_STRONG), table.cell(one.name, 1), table.cell(one.dated, 2),
                   [Line(one.pages, PAGE)]], leads=one.pages.partition("-")[0])
    part.close()
    return part if len(part.pages) == 1 else None


def _note(part: Part, image: Image, supplement: Supplement, say: Say) -> Part:
    """Where the late exhibits are listed, in the first free place at the head of the page."""
    part.page()
    text = say("Added on {day}: listed on page {page}", day=supplement.day, page=supplement.listed_on)
    x, y = next((place for place in _places(part) if _empty(image, part.paper, place)), (part.left, part.paper.height))
    part.text(x, y, text, LABEL.in_colour(PAGE.colour))
    part.link((x, y - 3, x + width_of(text, LABEL.face, LABEL.size), y + 9), supplement.listed_on)
    part.close()
    return part


def _places(part: Part) -> Iterator[tuple[float, float]]:
    yield from ((part.left + part.width * place / _NOTES, part.paper.height - up) for up in (26, 14)
                for place in range(_NOTES))


def _empty(image: Image, paper: Paper, place: tuple[float, float]) -> bool:
    x, y = place
    seen = image.crop((int(x * _LOOK), int((paper.height - y - 7) * _LOOK), int((x + 60) * _LOOK),
                       int((paper.height - y) * _LOOK)))
    return not any(seen.histogram()[:_WHITE])
