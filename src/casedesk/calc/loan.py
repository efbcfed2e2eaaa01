"""A loan as the contract and the payments tell it, before anything is computed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.calc.rates import Rate

_YEARS = (1950, 2150)


@dataclass(frozen=True)
class Charge:
    """A fee, liquidated damages ("damages") or a cost of enforcement ("cost") with the day it was charged."""

    kind: str
    name: str
    amount: int
    on: dt.date
    agreed: bool | None = None
    disclosed: bool | None = None


@dataclass(frozen=True)
class Paid:
    """Money that reached the creditor; `key` is the caller's own."""

    on: dt.date
    amount: int
    key: int = 0


@dataclass(frozen=True, kw_only=True)
class Loan:
    """One contract. The first day counts, the last does not; overdue from `overdue_from` on.

    `lender` is a word of `CreditorKind`; empty under a law whose limits are not in this program.
    """

    principal: int
    released_on: dt.date
    lender: str = "bank"
    product: str = "consumer-loan"
    prepaid: int = 0
    overdue_from: dt.date | None = None
    contract_on: dt.date | None = None
    rate: Rate | None = None
    overdue_rate: Rate | None = None
    year_days: int = 365
    compounding: str = "none"
    suit_on: dt.date | None = None
    judged: int | None = None
    judged_until: dt.date | None = None
    charges: tuple[Charge, ...] = ()
    payments: tuple[Paid, ...] = ()

    def check(self, as_of: dt.date) -> None:
        """InvalidEntry, naming the field, for what cannot be."""
        for name, value in (("principal", self.principal), ("prepaid", self.prepaid), ("judged", self.judged or 0)):
            if value < 0:
                raise _wrong(tr("An amount cannot be negative."), tr("Type it without the minus sign."), name)
        if self.prepaid > self.principal:
            raise _wrong(tr("More was kept back than was lent."), tr("Look at both amounts."), "prepaid")
        if self.year_days not in (360, 365):
            raise _wrong(tr("A year is counted as 360 or 365 days."), "", "year_days")
        for name, day in (("overdue_since", self.overdue_from), ("judged_until", self.judged_until)):
            if day is not None and day < self.released_on:
                raise _wrong(tr("{day} is before the money was paid out on {released}.", day=day.isoformat(),
                                released=self.released_on.isoformat()), tr("Look at both dates."), name)
        if self.released_on.year < _YEARS[0] or as_of.year > _YEARS[1]:
            raise _wrong(tr("A statement is made for days from 1950 to 2150."), tr("Look at both dates."),
                         "released_on" if self.released_on.year < _YEARS[0] else "as_of")
        if as_of < self.released_on:
            raise _wrong(tr("The statement's day is before the money was paid out."), tr("Choose a later day."),
                         "as_of")
        self._check_rows()

    def _check_rows(self) -> None:
        for paid in self.payments:
            if paid.amount < 0:
                raise _wrong(tr("A payment cannot be negative."), tr("Type it without the minus sign."), "amount")
            if paid.on < self.released_on:
                raise _wrong(tr("The payment of {day} is before the money was paid out.", day=paid.on.isoformat()),
                             tr("What was kept back when the money was paid out has a field of its own."), "paid_on")
        if any(charge.amount < 0 for charge in self.charges):
            raise _wrong(tr("A claimed amount cannot be negative."), tr("Type it without the minus sign."), "amount")


def _wrong(message: str, hint: str, field: str) -> InvalidEntry:
    return InvalidEntry(message, hint, field=field)
