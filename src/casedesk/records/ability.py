"""What a client can pay each month, by the circumstances written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from casedesk.records.negotiation import Circumstance
from casedesk.records.words import CircumstanceKind as Kind


@dataclass(frozen=True)
class Ability:
    """What a client has each month, in cents, on a day."""

    income: int = 0
    costs: int = 0
    dependants: int = 0
    dependants_cost: int = 0
    other_plans: int = 0
    proved: int = 0
    """How many of the circumstances have evidence, ..."""
    count: int = 0
    """... of how many."""

    @property
    def needed(self) -> int:
        """All that is spent before anything can be paid."""
        return self.costs + self.dependants_cost + self.other_plans

    @property
    def free(self) -> int:
        """What is left to be paid; never below nothing."""
        return max(0, self.income - self.needed)


def in_force(rows: Iterable[Circumstance], on: dt.date) -> list[Circumstance]:
    """The circumstances that hold on a day."""
    return [one for one in rows if (one.since is None or one.since <= on) and (one.until is None or on <= one.until)]


def ability(rows: Iterable[Circumstance], on: dt.date) -> Ability:
    """What is left each month, from the circumstances that hold on a day."""
    held = in_force(rows, on)

    def sum_of(*kinds: Kind) -> int:
        return sum(one.monthly or 0 for one in held if one.kind in kinds)

    return Ability(
        sum_of(Kind.INCOME), sum_of(Kind.COST, Kind.HEALTH, Kind.OTHER),
        sum(one.kind is Kind.DEPENDANT for one in held), sum_of(Kind.DEPENDANT), sum_of(Kind.OTHER_PLAN),
        sum(one.evidence_id is not None for one in held), len(held))
