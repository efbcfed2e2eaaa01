"""Days put together so that each bar can be seen: a day, a week or a month at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Step = Literal["day", "week", "month"]
_LONGEST_DAYS, _LONGEST_WEEKS = 130, 900


@dataclass(frozen=True)
class Bar:
    """The days from `first` to `last` and their contacts."""

    first: dt.date
    last: dt.date
    count: int


@dataclass(frozen=True)
class Bars:
    """All bars of a history without a gap."""

    step: Step
    bars: Sequence[Bar]

    @property
    def most(self) -> int:
        """The highest bar."""
        return max((bar.count for bar in self.bars), default=0)

    def index(self, day: dt.date) -> float:
        """Where a day stands among the bars, in bars from the left; its middle for a bar of one day."""
        if not self.bars:
            return 0.0
        for at, bar in enumerate(self.bars):
            if day <= bar.last:
                length = (bar.last - bar.first).days + 1
                return at + min(max(((day - bar.first).days + 0.5) / length, 0.0), 1.0)
        return float(len(self.bars))


def bars(days: Mapping[dt.date, int], also: Sequence[dt.date] = (), step: Step | None = None) -> Bars:
    """Bars over all days that have contacts or stand in `also`, of one step or the finest that can be seen."""
    every = sorted({*days, *also})
    if not every:
        return Bars("day", ())
    first, last = every[0], every[-1]
    length = (last - first).days + 1
    step = step or ("day" if length <= _LONGEST_DAYS else "week" if length <= _LONGEST_WEEKS else "month")
    counts: dict[dt.date, int] = {}
    for day, count in days.items():
        start = _start(day, step)
        counts[start] = counts.get(start, 0) + count
    found, at = [], _start(first, step)
    while at <= last:
        following = _next(at, step)
        found.append(Bar(at, following - dt.timedelta(days=1), counts.get(at, 0)))
        at = following
    return Bars(step, found)


def _start(day: dt.date, step: Step) -> dt.date:
    if step == "day":
        return day
    return day - dt.timedelta(days=day.weekday()) if step == "week" else day.replace(day=1)


def _next(day: dt.date, step: Step) -> dt.date:
    if step == "month":
        return (day.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
    return day + dt.timedelta(days=1 if step == "day" else 7)
