"""How high the cost of a loan may be: by lender, by the day of the contract and by the day that is counted."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import N_, tr
from casedesk.base.resources import resource
from casedesk.calc.lpr import LprTable
from casedesk.calc.said import Said, Source, said

DISCLOSURE_FROM = dt.date(2026, 8, 1)
DISCLOSURE = Source("《个人贷款业务明示综合融资成本规定》", "V2")
CARD_FROM, CARD_UNTIL = dt.date(2017, 1, 1), dt.date(2021, 1, 1)
CARD_DAILY = Fraction(5, 10_000)
CARD = Source("银发〔2016〕111号", "V2")
_REMARKS = {
    "doubt": N_("Whose licence the lender has is not known; 24 % is assumed as for a licensed one."),
    "micro-24": N_("A micro-loan company must correct new loans above 24 % a year since December 2025."),
    "private-old": N_("Interest between 24 % and 36 % a year that was paid of free will before 2020-08-20 could not be "
                      "claimed back; it is counted off the principal here, so check it."),
}


@dataclass(frozen=True)
class Cap:
    """The highest yearly cost on the principal really outstanding, from a day to the day before another."""

    key: str
    yearly: Fraction
    start: dt.date
    end: dt.date
    source: Source
    defence: bool = False
    """The court looks at it only when the debtor asks."""
    remarks: tuple[Said, ...] = ()


@cache
def _rows() -> tuple[dict[str, Any], ...]:
    data = tomllib.loads(resource("tables", "caps.toml").read_text(encoding="utf-8"))
    return tuple(data["cap"])


def caps(
    lender: str, start: dt.date, end: dt.date, *, lpr: LprTable, contract_on: dt.date | None = None,
    suit_on: dt.date | None = None,
) -> list[Cap]:
    """The caps from `start` to `end` in order; InvalidEntry when a day they hang on is missing."""
    return sorted(_caps(lender, start, end, _Days(lpr, contract_on, suit_on)), key=lambda cap: cap.start)


@dataclass(frozen=True)
class _Days:
    lpr: LprTable
    contract_on: dt.date | None
    suit_on: dt.date | None


def _caps(lender: str, start: dt.date, end: dt.date, days: _Days) -> Iterator[Cap]:
    for row in _rows():
        if lender not in row["lenders"]:
            continue
        if "contract_from" in row or "contract_until" in row:
            if days.contract_on is None:
                raise InvalidEntry(tr("The limit for a private loan hangs on the day of the contract."),
                                   tr("Fill in the day of the contract."), field="contract_on")
            first, last = row.get("contract_from", dt.date.min), row.get("contract_until", dt.date.max)
            if not first <= days.contract_on < last:
                continue
        begins, ends = max(start, row.get("from", start)), min(end, row.get("until", end))
        if begins < ends or (begins == ends == start == end):
            yield _cap(row, begins, ends, days)


def _cap(row: dict[str, Any], begins: dt.date, ends: dt.date, days: _Days) -> Cap:
    source = Source(row["citation"], row["confidence"])
    remarks = [said(_REMARKS[key], source) for key in ("doubt", row["key"]) if key in _REMARKS and (
        key != "doubt" or row.get("doubt"))]
    if "limit" in row:
        yearly = Fraction(row["limit"]) / 100
    else:
        day = days.contract_on if row["at"] == "formation" else days.suit_on or ends
        assert day is not None
        quote = days.lpr.at(day)
        yearly = quote.one * int(row["times"])
        if row["at"] == "suit" and days.suit_on is None:
            remarks.append(said(N_("No suit yet: the prime rate of {day} is taken for that of the day of suit."),
                                source, day=day))
        if not quote.known:
            remarks.append(said(N_("The announcement in force on {day} has not been seen; that of {since} is taken."),
                                source, day=day, since=quote.since))
    return Cap(row["key"], yearly, begins, ends, source, bool(row.get("defence")), tuple(remarks))
