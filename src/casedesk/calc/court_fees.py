"""What a court takes: by slices of the amount in dispute (State Council order of 2006, articles 13 to 16)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import N_, tr
from casedesk.base.resources import resource
from casedesk.calc.said import Said, Source, round_half_up, said


@dataclass(frozen=True)
class Fee:
    """A fee in cents with the slices it is made of."""

    amount: int
    lines: tuple[Said, ...]
    source: Source

    def part(self, share: Fraction) -> int:
        """A part of it: a half for summary procedure, mediation and withdrawal, a third for a payment order."""
        return round_half_up(self.amount * share)


HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resource("tables", "court_fees.toml").read_text(encoding="utf-8"))


def source() -> Source:
    """Where the fees are set."""
    return Source(_data()["citation"], _data()["confidence"])


def property_claim(cents: int) -> Fee:
    """The fee for a claim for money; InvalidEntry when negative."""
    return _fee(cents, _data()["first"], _data()["slices"])


def preservation(cents: int) -> Fee:
    """The fee for preserving property, with its upper limit."""
    data = _data()["preservation"]
    fee = _fee(cents, data["first"], data["slices"])
    return Fee(min(fee.amount, data["most"] * 100), fee.lines, fee.source)


def personality_claim(damages: int = 0) -> tuple[Fee, Fee]:
    """The least and the most a personality-right case costs; damages above 50,000 yuan come on top."""
    data = _data()["personality"]
    free = {"upto": data["free"], "fee": 0}
    more = _fee(damages, free, data["slices"])
    low, high = (Fee(data[name] * 100 + more.amount, more.lines, more.source) for name in ("least", "most"))
    return low, high


def _fee(cents: int, first: dict[str, Any], slices: Sequence[dict[str, Any]]) -> Fee:
    if cents < 0:
        raise InvalidEntry(tr("An amount cannot be negative."), tr("Type it without the minus sign."), field="amount")
    below, total, lines = first["upto"] * 100, Fraction(first["fee"] * 100), []
    lines.append(said(N_("Up to {upto}: {fee}"), source(), upto=below, fee=first["fee"] * 100))
    for one in slices:
        if cents <= below:
            break
        upto = one["upto"] * 100 if "upto" in one else cents
        here = min(cents, upto) - below
        part = here * Fraction(one["percent"]) / 100
        total += part
        lines.append(said(N_("{amount} at {rate}: {fee}"), source(), amount=here, rate=f"{one['percent']} %",
                          fee=round_half_up(part)))
        below = upto
    return Fee(round_half_up(total), tuple(lines), source())
