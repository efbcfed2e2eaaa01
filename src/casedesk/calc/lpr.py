"""The one-year loan prime rate on any day: dated rows, months nobody has seen, and rows a person added."""

from __future__ import annotations

import datetime as dt
import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.base.resources import resource
from casedesk.calc.said import Source


@dataclass(frozen=True)
class Quote:
    """The rates announced on a day, as parts of one."""

    since: dt.date
    one: Fraction
    five: Fraction
    source: Source
    known: bool = True
    """False when announcements between this one and the day asked for have not been seen."""


@dataclass(frozen=True)
class LprTable:
    """Announcements in order of time."""

    quotes: tuple[Quote, ...]
    unseen_from: dt.date | None = None
    """The first day for which an announcement has not been seen."""

    def at(self, day: dt.date) -> Quote:
        """The announcement in force on a day; InvalidEntry before the first one of 2019-08-20."""
        place = bisect_right([quote.since for quote in self.quotes], day)
        if not place:
            raise InvalidEntry(
                tr("There was no loan prime rate on {day}; it begins on 2019-08-20.", day=day.isoformat()),
                tr("The bank lending rates before that day are not in this program."), field="contract_on")
        found = self.quotes[place - 1]
        known = self.unseen_from is None or day < self.unseen_from
        return found if known else Quote(found.since, found.one, found.five, found.source, known=False)

    def changes(self, start: dt.date, end: dt.date) -> list[dt.date]:
        """The days strictly between on which another rate begins."""
        return [quote.since for quote in self.quotes if start < quote.since < end]

    def with_rows(self, rows: Sequence[Quote]) -> LprTable:
        """The table with a person's own rows; a row of the same day replaces ours."""
        added = {quote.since: quote for quote in (*self.quotes, *rows)}
        unseen, months = self.unseen_from, {(row.since.year, row.since.month) for row in rows}
        while unseen is not None and (unseen.year, unseen.month) in months:
            unseen = _next_month(unseen)
        return LprTable(tuple(added[day] for day in sorted(added)), unseen)


def _next_month(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=20)


@cache
def shipped() -> LprTable:
    """The table the program ships (resources/tables/lpr.toml)."""
    data = tomllib.loads(resource("tables", "lpr.toml").read_text(encoding="utf-8"))
    source = Source(data["source_zh"], data["confidence"])
    quotes = tuple(Quote(row["from"], Fraction(row["one"]) / 100, Fraction(row["five"]) / 100, source)
                   for row in data["rows"])
    unseen = dt.date.fromisoformat(f"{data['unseen'][0]}-20") if data["unseen"] else None
    return LprTable(quotes, unseen)
