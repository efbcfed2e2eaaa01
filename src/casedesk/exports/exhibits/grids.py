"""Several pictures on one sheet, each with a line left free below it for its number and name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from casedesk.exports.exhibits.findings import Examined
from casedesk.exports.exhibits.sheets import ABOVE_BAND, COARSEST_SHOWN, EDGE, Spot, is_long
from casedesk.exports.pages import BAND, Paper

CAPTION, BETWEEN = 18.0, 12.0


class Caption(NamedTuple):
    """The line below a picture: where its text begins (on the base line) and how wide it may be, in points."""

    x: float
    y: float
    width: float


def may_share(one: Examined) -> bool:
    """A single picture of ordinary shape."""
    return one.draw is not None and one.problem is None and len(one.sizes) == 1 and not is_long(*one.sizes[0])


def groups(found: Sequence[Examined], together: int) -> Iterator[list[Examined]]:
    """Neighbours that share a sheet; everything else alone."""
    waiting: list[Examined] = []
    for one in found:
        if waiting and (len(waiting) == together or not may_share(one)):
            yield waiting
            waiting = []
        if together > 1 and may_share(one):
            waiting.append(one)
        else:
            yield [one]
    if waiting:
        yield waiting


def grid(group: Sequence[Examined], together: int, paper: Paper) -> list[tuple[Spot, Caption]]:
    """Where each picture of a group lies on an upright sheet: 2 beside or above each other, 4 and more in rows."""
    tall = sum(high > wide for one in group for wide, high in one.sizes) * 2 >= len(group)
    columns = 1 if together == 2 and not tall else max(2, round(together**0.5))
    rows = -(-together // columns)
    width = (paper.width - 2 * EDGE - (columns - 1) * BETWEEN) / columns
    height = (paper.height - EDGE - ABOVE_BAND - BAND - (rows - 1) * BETWEEN) / rows
    places = []
    for number, one in enumerate(group):
        left = EDGE + number % columns * (width + BETWEEN)
        top = paper.height - EDGE - number // columns * (height + BETWEEN)
        places.append(_cell(one.sizes[0], (left, top, width, height - CAPTION), paper))
    return places


def _cell(size: tuple[int, int], room: tuple[float, float, float, float], paper: Paper) -> tuple[Spot, Caption]:
    left, top, width, height = room
    scale = min(width / size[0], height / size[1], 72 / COARSEST_SHOWN)
    wide, high = size[0] * scale, size[1] * scale
    spot = Spot(paper, left + (width - wide) / 2, top - high, wide, high)
    return spot, Caption(left, top - high - CAPTION * 0.7, width)
