"""The course of a debt day by day: what accrues, what is charged, what each payment pays.

Interest is kept as an exact fraction; what is owed is its sum rounded once, so that it does not matter into how many
pieces a period is cut. Everything is exact until then.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from casedesk.calc.loan import Charge, Loan, Paid
from casedesk.calc.said import NOWHERE, Source, round_half_up
from casedesk.calc.workdays import add_months

INTEREST_KINDS = ("interest", "overdue", "compound", "damages", "fee")
"""What counts as interest when a payment is set off (Civil Code 561), in the order it is paid."""
DELAY_DAILY = Fraction(175, 1_000_000)
"""0.0175 % a day on unpaid judgment money (法释〔2014〕8号 art. 1)."""
_STEP = {"monthly": 1, "quarterly": 3}


@dataclass(frozen=True)
class Pace:
    """At what daily rate interest runs from `start` to `end`, and the daily cap over it."""

    start: dt.date
    end: dt.date
    overdue: bool
    daily: Fraction
    cap: Fraction | None = None
    source: Source = NOWHERE


@dataclass(frozen=True)
class Course:
    """What is applied to a loan: the rates, the principal they start from, and the charges let in."""

    principal: int
    paces: Sequence[Pace]
    charges: Sequence[Charge]
    compounding: str
    room_from_start: bool = True
    """Whether the room below the cap that charges may fill also grows before the debt is overdue."""
    home: bool = True
    """Whether Mainland law governs; under another the contract alone is counted."""


@dataclass(frozen=True)
class Owed:
    """What is owed at the end of a day, in cents by kind; `surplus` is what was paid too much."""

    principal: int = 0
    interest: int = 0
    overdue: int = 0
    compound: int = 0
    damages: int = 0
    fee: int = 0
    cost: int = 0
    delay: int = 0
    surplus: int = 0

    @property
    def charges(self) -> int:
        """All that counts as interest."""
        return self.interest + self.overdue + self.compound + self.damages + self.fee

    @property
    def total(self) -> int:
        return self.principal + self.charges + self.cost + self.delay - self.surplus


@dataclass(frozen=True)
class Allocated:
    """What one payment paid, in this order: costs, interest, principal, interest for delay; the rest is too much."""

    payment: Paid
    again: bool = False
    """Whether it is money that was too much before."""
    cost: int = 0
    interest: int = 0
    principal: int = 0
    delay: int = 0
    surplus: int = 0


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Days on which nothing changes, and what happens at their end."""

    start: dt.date
    end: dt.date
    principal: int
    pace: Pace
    interest: Fraction
    compound_base: int
    compound: Fraction
    room: Fraction
    """By how much the cap lets charges and compound interest grow in these days."""
    delay_base: int
    delay: Fraction
    settled: bool
    """Whether unpaid interest begins to bear interest at the end of it."""
    charges: tuple[Charge, ...]
    paid: tuple[Allocated, ...]
    owed: Owed

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True)
class Ledger:
    """The whole course."""

    course: Course
    segments: tuple[Segment, ...]

    @property
    def owed(self) -> Owed:
        """What is owed at the end."""
        return self.segments[-1].owed

    @property
    def allocated(self) -> list[Allocated]:
        """Every payment and what it paid."""
        return [one for segment in self.segments for one in segment.paid]


def ledger(loan: Loan, course: Course, as_of: dt.date) -> Ledger:
    """The course of the loan from the day it was paid out to `as_of`, whose own day does not count."""
    run = _Run(loan, course, frozenset(_settlements(loan, course, as_of)))
    days = _days(loan, course, as_of)
    segments = [run.segment(start, end) for start, end in pairwise(days)]
    return Ledger(course, tuple(segments))


def _days(loan: Loan, course: Course, as_of: dt.date) -> list[dt.date]:
    """Every day on which something changes; the first one twice, so that what happens on it has its place."""
    first = loan.released_on
    found = {first, as_of, *(pace.start for pace in course.paces), *_settlements(loan, course, as_of),
             *(paid.on for paid in loan.payments), *(charge.on for charge in course.charges)}
    if loan.judged_until is not None:
        found.add(loan.judged_until + dt.timedelta(days=1))
    inside = sorted(day for day in found if first <= day <= as_of)
    happens = any(paid.on <= first for paid in loan.payments) or any(one.on <= first for one in course.charges)
    return [first, *inside] if happens or len(inside) == 1 else inside


def _settlements(loan: Loan, course: Course, as_of: dt.date) -> list[dt.date]:
    """The days on which unpaid interest begins to bear interest."""
    if course.compounding == "overdue":
        return [] if loan.overdue_from is None else [loan.overdue_from]
    step, day = _STEP.get(course.compounding, 0), loan.released_on
    found: list[dt.date] = []
    while step and day < as_of:
        day = add_months(loan.released_on, step * (len(found) + 1))
        found.append(day)
    return found


@dataclass
class _Run:
    loan: Loan
    course: Course
    settling: frozenset[dt.date]
    accrued: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    room: Fraction = Fraction(0)
    principal: int = 0
    paid_interest: int = 0
    cost: int = 0
    delayed: Fraction = Fraction(0)
    paid_delay: int = 0
    paid_judged: int = 0
    base: int = 0
    surplus: int = 0

    def __post_init__(self) -> None:
        self.principal = self.course.principal

    def segment(self, start: dt.date, end: dt.date) -> Segment:
        """Let the days pass, then do what happens at their end."""
        pace, days = self._pace(start), (end - start).days
        principal, base, delay_base = self.principal, self.base, self._delay_base(start)
        interest, compound = principal * pace.daily * days, base * pace.daily * days
        room = Fraction(0)
        if pace.cap is not None and (pace.overdue or self.course.room_from_start):
            room = principal * (pace.cap - pace.daily) * days
        delay = delay_base * DELAY_DAILY * days
        self.accrued["overdue" if pace.overdue else "interest"] += interest
        self.accrued["compound"] += compound
        self.room, self.delayed = self.room + room, self.delayed + delay
        charges = self._charge(start, end)
        settled = self._settle(end)
        paid = tuple(self._pay(one, again) for one, again in self._payments(start, end))
        self.base = min(self.base, self._unpaid_interest())
        return Segment(start=start, end=end, principal=principal, pace=pace, interest=interest, compound_base=base,
                       compound=compound, room=room, delay_base=delay_base, delay=delay, settled=settled,
                       charges=charges, paid=paid, owed=self.owed())

    def _pace(self, day: dt.date) -> Pace:
        return next((pace for pace in reversed(self.course.paces) if pace.start <= day), self.course.paces[0])

    def _delay_base(self, day: dt.date) -> int:
        until, judged = self.loan.judged_until, self.loan.judged
        return max(0, judged - self.paid_judged) if until is not None and judged is not None and day > until else 0

    def _charge(self, start: dt.date, end: dt.date) -> tuple[Charge, ...]:
        found = tuple(one for one in self.course.charges if self._happens(start, end, one.on))
        for one in found:
            if one.kind == "cost":
                self.cost += one.amount
            else:
                self.accrued[one.kind] += one.amount
        return found

    def _happens(self, start: dt.date, end: dt.date, day: dt.date) -> bool:
        first = self.loan.released_on
        return max(day, first) == end and (start == end or end != first)

    def _payments(self, start: dt.date, end: dt.date) -> Iterable[tuple[Paid, bool]]:
        """(payment, whether it is money that was too much before) of the end of a segment."""
        if self.surplus and self.owed().total + self.surplus > 0:
            again, self.surplus = self.surplus, 0
            yield Paid(end, again), True
        yield from ((one, False) for one in self.loan.payments if self._happens(start, end, one.on))

    def _settle(self, day: dt.date) -> bool:
        if day in self.settling:
            self.base = self._unpaid_interest()
        return day in self.settling

    def _unpaid_interest(self) -> int:
        """Unpaid interest that may bear interest: of the term only, or of all kinds where interest is compounded."""
        return max(0, self._rounded()[0 if self.course.compounding == "overdue" else 2] - self.paid_interest)

    def _due(self) -> dict[str, Fraction]:
        """What has become due of each kind, under the cap."""
        due = {kind: self.accrued[kind] for kind in INTEREST_KINDS}
        if self.course.paces[0].cap is not None:
            left = self.room
            for kind in ("compound", "damages", "fee"):
                due[kind] = min(due[kind], left)
                left -= due[kind]
        return due

    def _rounded(self) -> list[int]:
        """What has become due up to each kind in cents; interest, overdue interest and the rest are rounded once each,
        so that the whole never shrinks and no cut of a period changes it.
        """
        due = self._due()
        before = round_half_up(due["interest"])
        found = [before, before + round_half_up(due["overdue"])]
        rest = Fraction(0)
        for kind in INTEREST_KINDS[2:]:
            rest += due[kind]
            found.append(found[1] + round_half_up(rest))
        return found

    def _pay(self, payment: Paid, again: bool) -> Allocated:
        owed, left, parts = self.owed(), payment.amount, {}
        for kind, due in (("cost", owed.cost), ("interest", owed.charges), ("principal", owed.principal),
                          ("delay", owed.delay)):
            parts[kind] = min(left, due)
            left -= parts[kind]
        self.cost -= parts["cost"]
        self.paid_interest += parts["interest"]
        self.principal -= parts["principal"]
        self.paid_delay += parts["delay"]
        self.surplus += left
        if self.loan.judged_until is not None and payment.on > self.loan.judged_until:
            self.paid_judged += payment.amount - parts["delay"] - left
        return Allocated(payment, again, surplus=left, **parts)

    def owed(self) -> Owed:
        """What is owed now, what was paid having gone to the kinds in their order."""
        shown, before = {}, 0
        for kind, reached in zip(INTEREST_KINDS, self._rounded(), strict=True):
            here = max(0, reached - self.paid_interest)
            shown[kind], before = here - before, here
        delay = round_half_up(self.delayed) - self.paid_delay
        return Owed(self.principal, **shown, cost=self.cost, delay=delay, surplus=self.surplus)
