"""Charts drawn as lines and boxes: contacts a day, hour by weekday, and bars with their numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from casedesk.exports.bundle.front import Part
from casedesk.exports.bundle.styles import BLACK, BLUE, CELL, FIGURE, GREY, HAIR, LABEL, PALE, RUST, Colour, Style
from casedesk.exports.pages import width_of

_TICK = LABEL._replace(size=7)
_SPANS = ((200, 1), (1400, 7), (10**9, 30))
"""With so many days, a bar stands for so many."""


class Frame(NamedTuple):
    """Where a chart lies: its lower left corner, width and height."""

    x: float
    y: float
    width: float
    height: float


class Bar(NamedTuple):
    """Some days and how many contacts there were."""

    first: dt.date
    last: dt.date
    contacts: int


def spread(daily: Sequence[tuple[dt.date, int]]) -> list[Bar]:
    """One bar a day; a week or thirty days each where there are too many."""
    step = next(days for most, days in _SPANS if len(daily) <= most)
    pieces = [daily[start:start + step] for start in range(0, len(daily), step)]
    return [Bar(piece[0][0], piece[-1][0], sum(count for _, count in piece)) for piece in pieces]


def days(part: Part, frame: Frame, bars: Sequence[Bar], marks: Sequence[dt.date]) -> None:
    """Contacts over time. Numbered triangles below stand on the days of `marks`."""
    ceiling, step = scale(max((bar.contacts for bar in bars), default=1))
    _levels(part, frame, ceiling, step)
    each = frame.width / max(len(bars), 1)
    gap = min(2.0, each * 0.25)
    for number, bar in enumerate(bars):
        if bar.contacts:
            height = frame.height * bar.contacts / ceiling
            part.box(frame.x + number * each + gap / 2, frame.y, each - gap, height, BLUE)
    part.rule(frame.x, frame.x + frame.width, frame.y, BLACK, 0.6)
    _dates(part, frame, bars, each)
    for number, day in enumerate(marks, 1):
        place = next((at for at, bar in enumerate(bars) if bar.first <= day <= bar.last), None)
        if place is not None:
            _mark(part, frame.x + (place + 0.5) * each, frame, number)


def scale(most: int) -> tuple[int, int]:
    """The top of an axis and the distance of its lines: at most five lines, whole numbers."""
    step = next(size * 10**power for power in range(12) for size in (1, 2, 5) if most <= 5 * size * 10**power)
    return max(step, -(-most // step) * step), step


def _levels(part: Part, frame: Frame, ceiling: int, step: int) -> None:
    for level in range(0, ceiling + 1, step):
        y = frame.y + frame.height * level / ceiling
        part.text(frame.x - 5, y - 2.4, str(level), _TICK, "right")
        if level:
            part.rule(frame.x, frame.x + frame.width, y, HAIR, 0.35)


def _dates(part: Part, frame: Frame, bars: Sequence[Bar], each: float) -> None:
    """As many dates as there is room for."""
    every = max(1, -(-len(bars) * 30 // max(int(frame.width), 1)))
    years = bool(bars) and bars[0].first.year != bars[-1].last.year
    every *= 2 if years and every * each < 48 else 1
    for number in range(0, len(bars), every):
        x = frame.x + (number + 0.5) * each
        part.line((x, frame.y), (x, frame.y - 2.5), GREY, 0.4)
        day = bars[number].first
        part.text(x, frame.y - 10.5, f"{day:%Y-%m-%d}" if years else f"{day:%m-%d}", _TICK, "centre")


def _mark(part: Part, x: float, frame: Frame, number: int) -> None:
    part.line((x, frame.y), (x, frame.y + frame.height + 3), RUST, 0.8)
    part.text(x, frame.y + frame.height + 5, str(number), _TICK.in_colour(RUST), "centre")


def heat(
    part: Part, frame: Frame, hours: Sequence[Sequence[int]], weekdays: Sequence[str], night: tuple[int, int],
) -> None:
    """Seven rows of 24 hours, the darker the more; counts in the boxes. The night's hours have a line above them."""
    most = max(max(row) for row in hours)
    across, down = frame.width / 24, frame.height / 7
    for weekday, row in enumerate(hours):
        y = frame.y + frame.height - (weekday + 1) * down
        part.text(frame.x - 6, y + down / 2 - 2.6, weekdays[weekday], _TICK, "right")
        for hour, count in enumerate(row):
            share = (count / most) ** 0.7 if most else 0.0
            part.box(frame.x + hour * across + 0.5, y + 0.5, across - 1, down - 1, _blend(share) if count else PALE)
            if count:
                style = Style(FIGURE.face, 6.8, (1, 1, 1) if share > 0.5 else BLACK)
                part.text(frame.x + (hour + 0.5) * across, y + down / 2 - 2.5, str(count), style, "centre")
    for hour in range(0, 25, 2):
        part.text(frame.x + hour * across, frame.y - 9, f"{hour:02d}", _TICK, "centre")
    for start, end in _nights(night):
        part.rule(frame.x + start * across + 0.5, frame.x + end * across - 0.5, frame.y + frame.height + 3, BLACK, 1.4)


def _nights(night: tuple[int, int]) -> list[tuple[int, int]]:
    start, end = night
    return [(start, end)] if start <= end else [(0, end), (start, 24)]


def _blend(share: float) -> Colour:
    """From nearly white to blue."""
    near = (0.86, 0.90, 0.95)
    red, green, blue = (light + (dark - light) * share for light, dark in zip(near, BLUE, strict=True))
    return red, green, blue


def ranked(part: Part, frame: Frame, counts: Sequence[tuple[str, int]], row: float = 15.0) -> None:
    """Bars across from the top of the frame down, each with its label before and its number behind it."""
    most = max((count for _, count in counts), default=1)
    labels = min(frame.width * 0.42, max((width_of(label, CELL.face, CELL.size) for label, _ in counts), default=0)) + 8
    room = frame.width - labels - 28
    y = frame.y + frame.height
    for label, count in counts:
        for number, line in enumerate(part.wrap(label, CELL, labels - 6)):
            part.text(frame.x, y - 10 - number * 10, line, CELL)
            y -= 10 if number else 0
        part.box(frame.x + labels, y - 12, max(0.8, room * count / most), 8, BLUE)
        part.text(frame.x + labels + room * count / most + 5, y - 10.6, str(count), FIGURE)
        y -= row
