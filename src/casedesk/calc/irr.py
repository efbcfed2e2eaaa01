"""The yearly cost of money: internal rate of return of flows by day or by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

_ROUNDS = 60
_PLACES = 10**10
_MOST = Decimal(10_000)


def yearly(flows: Sequence[tuple[dt.date, int]]) -> Fraction | None:
    """The rate at which (day, cents) flows are worth nothing together, compounded by the year of 365 days.

    Right to ten places of the rate; None when the flows never change sign, or the rate is below -99 % or beyond reason.
    """
    if not flows:
        return None
    first = min(day for day, _ in flows)
    return _root([((day - first).days, cents) for day, cents in flows if cents], Decimal(365))


def by_month(received: int, instalments: Sequence[int]) -> Fraction | None:
    """The monthly rate of a loan repaid at the end of each month."""
    return _root([(0, received), *((month, -paid) for month, paid in enumerate(instalments, 1))], Decimal(1))


def compounded(monthly: Fraction) -> Fraction:
    """A monthly rate as a yearly one with interest on interest."""
    return (1 + monthly) ** 12 - 1


def _root(timed: Sequence[tuple[int, int]], steps: Decimal) -> Fraction | None:
    """The rate a period of so many steps at which (step, cents) are worth nothing together."""
    if not any(cents > 0 for _, cents in timed) or not any(cents < 0 for _, cents in timed):
        return None
    with localcontext() as exact:
        exact.prec = 34

        def worth(rate: Decimal) -> Decimal:
            factor = (1 + rate) ** (-1 / steps)
            return sum((cents * factor**step for step, cents in timed), Decimal(0))

        low, high = Decimal("-0.99"), Decimal(1)
        while worth(low) * worth(high) > 0:
            high *= 2
            if high > _MOST:
                return None
        for _ in range(_ROUNDS):
            middle = (low + high) / 2
            if worth(low) * worth(middle) <= 0:
                high = middle
            else:
                low = middle
        return Fraction(round((low + high) / 2 * _PLACES), _PLACES)
