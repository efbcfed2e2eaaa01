"""Tables over many pages: the header is repeated, a row too tall for a page runs on, nothing is cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from casedesk.exports.bundle.front import Late, Part
from casedesk.exports.bundle.styles import BLACK, CELL, HAIR, LABEL, PAGE, Style
from casedesk.exports.pages import Align, wrap

GUTTER = 9.0


class Column(NamedTuple):
    title: str
    width: float
    """In points, with the gutter at its right."""
    align: Align = "left"


class Line(NamedTuple):
    """One line of a cell; `key` is where it leads, or whose number of pages, `late`, stands at its right end."""

    text: str
    style: Style = CELL
    key: str = ""
    late: str = ""


Cell = Sequence[Line]
NOTHING: Cell = ()


class Table:
    """Draws rows into a part as they come."""

    def __init__(self, part: Part, columns: Sequence[Column], leading: float = 13.0, pad: float = 4.0) -> None:
        self.part, self.columns, self.leading, self.pad = part, columns, leading, pad
        self._edges = []
        x = part.left
        for column in columns:
            self._edges.append((x, x + column.width - GUTTER))
            x += column.width
        self._edges[-1] = (self._edges[-1][0], x)
        self._anchors = [_at(edges, column.align) for edges, column in zip(self._edges, columns, strict=True)]

    def cell(self, text: str, column: int, style: Style = CELL, key: str = "") -> Cell:
        """A text broken to the width of a column."""
        if not text:
            return NOTHING
        left, right = self._edges[column]
        return [Line(line, style, key) for line in wrap(text, style.face, style.size, right - left)]

    def head(self) -> None:
        """The header, on this page."""
        part = self.part
        if not any(column.title for column in self.columns):
            return
        titles = [wrap(column.title, LABEL.face, LABEL.size, right - left)
                  for column, (left, right) in zip(self.columns, self._edges, strict=True)]
        rows = max(map(len, titles))
        for column, edges, lines in zip(self.columns, self._edges, titles, strict=True):
            for number, line in enumerate(lines, rows - len(lines)):
                part.text(_at(edges, column.align), part.y - 8 - number * 9.5, line, LABEL, column.align)
        part.y -= rows * 9.5 + 4
        part.rule(part.left, part.right, part.y, BLACK, 0.6)

    def page(self) -> None:
        """A new page with the header."""
        self.part.page()
        self.head()

    def row(
        self, cells: Sequence[Cell], *, leads: str = "", mark: str = "", hair: bool = True, least: float = 0.0,
    ) -> None:
        """One row. It is kept together where it fits a page; `least` is the room it asks for below itself.

        A row that `leads` somewhere does so wherever it is clicked.
        """
        part, tallest = self.part, max(map(len, cells), default=0)
        height = tallest * self.leading + 2 * self.pad
        if height + least > part.room and (height < part.full * 0.6 or part.room < 8 * self.leading):
            self.page()
        if mark:
            part.mark(mark)
        start = 0
        while start < tallest:
            fitting = max(1, int((part.room - 2 * self.pad) / self.leading))
            top = part.y
            self._draw(cells, start, min(tallest, start + fitting), linked=not leads)
            if leads:
                part.link((part.left, part.y, part.right, top), leads)
            start += fitting
            if start < tallest:
                self.page()
        if hair:
            part.rule(part.left, part.right, part.y, HAIR, 0.35)

    def _draw(self, cells: Sequence[Cell], start: int, stop: int, *, linked: bool) -> None:
        part, leading = self.part, self.leading
        part.y -= self.pad
        for cell, edges, x, column in zip(cells, self._edges, self._anchors, self.columns, strict=True):
            y = part.y - leading * 0.76
            for text, style, key, late in cell[start:stop]:
                if key and linked:
                    part.link((edges[0], y - leading * 0.24, edges[1], y + leading * 0.76), key)
                if late:
                    part.late(edges[1], y, Late(key, late, PAGE, "right"))
                if text:
                    part.text(x, y, text, style, column.align)
                y -= leading
        part.y -= (stop - start) * leading + self.pad


def _at(edges: tuple[float, float], align: Align) -> float:
    return {"left": edges[0], "right": edges[1], "centre": (edges[0] + edges[1]) / 2}[align]
