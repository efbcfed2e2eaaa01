"""The bundle's own pages while they are drawn: lines, rules, links, and numbers of pages that are not known yet.

A page number is drawn by reference and filled in when every page has its place. What is drawn around it never depends
on it, so no page has to be drawn twice and no number can shift another.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from casedesk.exports import pages as kit
from casedesk.exports.bundle.letters import Letters
from casedesk.exports.bundle.plan import Place
from casedesk.exports.bundle.styles import BLACK, HAIR, LABEL, Colour, Style
from casedesk.exports.pages import Align, Paper, width_of

HEAD, FOOT = 60.0, 50.0
"""From the edge of the sheet to where text begins, and ends above the stamp."""
_PACKING = 4
"""One tenth larger than at zlib's own 6, in two thirds of the time."""
Rectangle = tuple[float, float, float, float]


@cache
def fill(colour: Colour) -> str:
    """The operator that fills in a colour; in capitals it strokes."""
    red, green, blue = colour
    return f"{red:.3f} {green:.3f} {blue:.3f} rg"


class Late(NamedTuple):
    """A text with numbers of pages in it: {page}, {pages} of `key`, {total} of the bundle."""

    key: str
    text: str
    style: Style
    align: Align


class Link(NamedTuple):
    rectangle: Rectangle
    key: str


@dataclass
class Drawn:
    """A finished page: compressed operators, what they refer to, where its links lead."""

    content: bytes
    lates: tuple[int, ...]
    links: tuple[Link, ...]


@dataclass
class Part:
    """One part of the bundle, drawn page after page from the top down."""

    key: str
    title: str
    front: Front
    running: str = ""
    """What stands at the right of its running head."""
    head: bool = True
    pages: list[Drawn] = field(default_factory=list)
    places: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Key -> page of this part, from 0, and height of what it names."""
    y: float = 0.0
    _ops: list[str] = field(default_factory=list)
    _lates: dict[int, None] = field(default_factory=dict)
    _links: list[Link] = field(default_factory=list)
    _colour: Colour | None = None
    _open: bool = False

    @property
    def paper(self) -> Paper:
        return self.front.paper

    @property
    def left(self) -> float:
        return self.paper.margin

    @property
    def right(self) -> float:
        return self.paper.width - self.paper.margin

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def room(self) -> float:
        """Height that is left on this page."""
        return self.y - FOOT

    @property
    def full(self) -> float:
        """Height of an empty page."""
        return self.paper.height - HEAD - FOOT

    def page(self) -> None:
        """Begin a new page."""
        self.close()
        self._open = True
        self.y = self.paper.height - HEAD
        if self.head:
            y = self.paper.height - 40
            self.text(self.left, y, self.title, LABEL)
            self.text(self.right, y, self.running, LABEL, "right")
            self.rule(self.left, self.right, y - 6, HAIR, 0.4)

    def close(self) -> None:
        """Finish the page that is being drawn, if any."""
        if self._open:
            content = zlib.compress("\n".join(self._ops).encode("latin-1"), _PACKING)
            self.pages.append(Drawn(content, tuple(self._lates), tuple(self._links)))
            self._ops, self._lates, self._links, self._colour, self._open = [], {}, [], None, False

    def need(self, height: float) -> bool:
        """Begin a new page unless so much room is left; answers whether one was begun."""
        if self.room >= height:
            return False
        self.page()
        return True

    def mark(self, key: str, top: float | None = None) -> None:
        """What `key` names begins here."""
        self.places[key] = (len(self.pages), self.y if top is None else top)

    def text(self, x: float, y: float, text: str, style: Style, align: Align = "left") -> None:
        """One line of text on the base line."""
        if not text:
            return
        if align != "left":
            x -= width_of(text, style.face, style.size) * (1 if align == "right" else 0.5)
        self._paint(style.colour)
        self._ops.append(f"BT {x:.2f} {y:.2f} Td {self.front.letters.show(text, style.face, style.size)}ET")

    def late(self, x: float, y: float, late: Late) -> None:
        """A text to be filled in; nothing may stand beside it on the side it grows to."""
        number = self.front.late(late)
        self._lates[number] = None
        self._ops.append(f"q 1 0 0 1 {x:.2f} {y:.2f} cm /L{number} Do Q")

    def link(self, rectangle: Rectangle, key: str) -> None:
        """The rectangle leads to what `key` names."""
        self._links.append(Link(rectangle, key))

    def rule(self, x0: float, x1: float, y: float, colour: Colour = BLACK, width: float = 0.5) -> None:
        """A line across."""
        self.line((x0, y), (x1, y), colour, width)

    def line(
        self, start: tuple[float, float], end: tuple[float, float], colour: Colour = BLACK, width: float = 0.5,
    ) -> None:
        (x0, y0), (x1, y1) = start, end
        stroke = fill(colour).upper()
        self._ops.append(f"{stroke} {width:.3g} w {x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l S")

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle; x and y are its lower left corner."""
        self._paint(colour)
        self._ops.append(f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")

    def _paint(self, colour: Colour) -> None:
        if colour is not self._colour:
            self._ops.append(fill(colour))
            self._colour = colour

    def lines(
        self, texts: list[str], style: Style, leading: float, *, indent: float = 0.0, align: Align = "left",
    ) -> None:
        """Lines one below the other, over as many pages as they take."""
        x = {"left": self.left + indent, "centre": (self.left + self.right) / 2, "right": self.right}[align]
        for text in texts:
            self.need(leading)
            self.y -= leading
            self.text(x, self.y + (leading - style.size) / 2, text, style, align)

    def paragraph(self, text: str, style: Style, leading: float, *, indent: float = 0.0, width: float = 0.0) -> None:
        """A text broken to the width of the page, or to `width`."""
        self.lines(self.wrap(text, style, width or self.width - indent), style, leading, indent=indent)

    def wrap(self, text: str, style: Style, width: float) -> list[str]:
        return kit.wrap(text, style.face, style.size, width)

    def gap(self, height: float) -> None:
        self.y -= height


class Front:
    """All parts before the exhibits, in the order they stand in, whatever order they were drawn in."""

    def __init__(self, paper: Paper, running: str) -> None:
        self.paper, self.running = paper, running
        self.letters = Letters()
        self.parts: list[Part] = []
        self.lates: dict[Late, int] = {}

    def part(self, key: str, title: str, *, head: bool = True) -> Part:
        """A new part behind the others; one that stays empty does not count."""
        part = Part(key, title, self, self.running, head)
        self.parts.append(part)
        return part

    def late(self, late: Late) -> int:
        return self.lates.setdefault(late, len(self.lates))

    @property
    def pages(self) -> list[Drawn]:
        return [page for part in self.parts for page in part.pages]

    def places(self) -> dict[str, Place]:
        """Every part and everything marked, on its page; parts must be closed."""
        found: dict[str, Place] = {}
        before = 1
        for part in self.parts:
            if part.pages:
                found[part.key] = Place(before, None, before + len(part.pages) - 1)
            for key, (page, top) in part.places.items():
                found[key] = Place(before + page, top)
            before += len(part.pages)
        return found
