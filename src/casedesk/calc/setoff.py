"""Which of several debts a payment pays: Civil Code 560, then within each debt 561."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.calc.said import Source

SEVERAL = Source("《民法典》第560条", "V")


@dataclass(frozen=True)
class Owing:
    """One of several debts to the same creditor; `secured` ranks security, 0 is none; `burden` is its yearly rate."""

    key: int
    due_on: dt.date
    costs: int = 0
    interest: int = 0
    principal: int = 0
    secured: int = 0
    burden: Fraction = Fraction(0)

    @property
    def total(self) -> int:
        return self.costs + self.interest + self.principal


@dataclass(frozen=True)
class Share:
    """What one debt gets of a payment."""

    key: int
    costs: int
    interest: int
    principal: int

    @property
    def total(self) -> int:
        return self.costs + self.interest + self.principal


def distribute(amount: int, on: dt.date, debts: Sequence[Owing], chosen: int | None = None) -> tuple[list[Share], int]:
    """The shares and what is left over: the debtor's choice first, then by law.

    By law: due before not due, then the least secured, the heaviest, the earliest due, and pro rata among equals.
    """
    if amount < 0:
        raise InvalidEntry(tr("A payment cannot be negative."), tr("Type it without the minus sign."), field="amount")

    def rank(debt: Owing) -> tuple[bool, bool, int, Fraction, dt.date]:
        return debt.key != chosen, debt.due_on > on, debt.secured, -debt.burden, debt.due_on

    shares: list[Share] = []
    for _, equals in groupby(sorted(debts, key=rank), key=rank):
        group = list(equals)
        parts = pro_rata(amount, [debt.total for debt in group])
        shares += [within(debt, part) for debt, part in zip(group, parts, strict=True)]
        amount -= sum(parts)
    return shares, amount


def pro_rata(amount: int, owed: Sequence[int]) -> list[int]:
    """An amount shared by what is owed, none getting more than that; every cent goes somewhere."""
    total = sum(owed)
    if amount >= total:
        return list(owed)
    exact = [Fraction(amount * one, total) for one in owed]
    parts = [int(one) for one in exact]
    order = sorted(range(len(owed)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[:amount - sum(parts)]:
        parts[place] += 1
    return parts


def within(debt: Owing, amount: int) -> Share:
    """An amount set off within one debt: costs, interest, principal."""
    costs = min(amount, debt.costs)
    interest = min(amount - costs, debt.interest)
    return Share(debt.key, costs, interest, min(amount - costs - interest, debt.principal))


def total(shares: Iterable[Share]) -> int:
    """All that was set off."""
    return sum(share.total for share in shares)
