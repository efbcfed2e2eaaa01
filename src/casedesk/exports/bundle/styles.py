"""The look of the bundle's own pages: type sizes, greys, one colour."""

from __future__ import annotations

from typing import NamedTuple

from casedesk.base.fonts import HEI, HEI_BOLD, SONG, Face

Colour = tuple[float, float, float]
BLACK: Colour = (0.09, 0.10, 0.12)
GREY: Colour = (0.40, 0.42, 0.45)
HAIR: Colour = (0.78, 0.80, 0.82)
PALE: Colour = (0.93, 0.94, 0.95)
BLUE: Colour = (0.11, 0.27, 0.47)
"""Numbers of pages that are links, bars, the dark end of the heat map."""
RUST: Colour = (0.66, 0.27, 0.12)
"""Days on which the other side was told something."""


class Style(NamedTuple):
    """How a line is set."""

    face: Face
    size: float
    colour: Colour = BLACK

    def in_colour(self, colour: Colour) -> Style:
        return self._replace(colour=colour)


COVER = Style(HEI_BOLD, 30)
TITLE = Style(HEI_BOLD, 18)
HEADING = Style(HEI_BOLD, 11.5)
STRONG = Style(HEI_BOLD, 9)
BODY = Style(SONG, 9.5)
WORDS = Style(SONG, 10.5)
CELL = Style(SONG, 9)
CELL_STRONG = Style(HEI_BOLD, 9)
LABEL = Style(HEI, 7.5, GREY)
FIGURE = Style(HEI, 8.5)
PAGE = Style(HEI, 8.5, BLUE)
SMALL = Style(SONG, 8, GREY)
STAMP = Style(HEI, 9)
STAMP_STRONG = Style(HEI_BOLD, 9)
