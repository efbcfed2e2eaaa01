"""Which payments pay which instalments of an agreement."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from casedesk.records.debts import Payment
from casedesk.records.negotiation import Agreement, Instalment


@dataclass(frozen=True)
class Kept:
    """An instalment and what was paid on it; `state` is paid, part, late or due (today or later)."""

    instalment_id: int
    number: int
    due_on: dt.date
    amount: int
    paid: int
    state: str
    payment_ids: tuple[int, ...]

    @property
    def missing(self) -> int:
        return max(0, self.amount - self.paid)


def pays(payment: Payment, agreement: Agreement, instalments: Collection[int], on: dt.date) -> bool:
    """Whether a payment counts for an agreement: named for one of its instalments, or named for none and made on its
    debt since it was agreed.
    """
    if payment.paid_on is None or payment.paid_on > on:
        return False
    if payment.instalment_id is not None:
        return payment.instalment_id in instalments
    since = agreement.agreed_on
    return payment.debt_id == agreement.debt_id and (since is None or payment.paid_on >= since)


def kept(instalments: Sequence[Instalment], payments: Sequence[Payment], on: dt.date) -> list[Kept]:
    """Every instalment with what was paid on it by a day. Money without an instalment fills the oldest gap."""
    paid, used = _matched(instalments, payments)
    return [Kept(one.id, one.number, one.due_on, one.amount or 0, paid[one.id],
                 _state(one.amount or 0, paid[one.id], one.due_on, on), tuple(used[one.id]))
            for one in instalments if one.due_on is not None]


def _matched(instalments: Sequence[Instalment],
             payments: Sequence[Payment]) -> tuple[dict[int, int], dict[int, list[int]]]:
    paid: dict[int, int] = defaultdict(int)
    used: dict[int, list[int]] = defaultdict(list)

    def fill(one: Instalment, payment: Payment, left: int) -> int:
        part = min(left, max(0, (one.amount or 0) - paid[one.id]))
        if part:
            paid[one.id] += part
            used[one.id].append(payment.id)
        return left - part

    spare: list[tuple[Payment, int]] = []
    by_id = {one.id: one for one in instalments}
    for payment in payments:
        left = payment.amount or 0
        if payment.instalment_id in by_id:
            left = fill(by_id[payment.instalment_id], payment, left)
        spare.append((payment, left))
    for payment, amount in spare:
        left = amount
        for one in instalments:
            left = fill(one, payment, left)
    return paid, used


def _state(amount: int, paid: int, due_on: dt.date, on: dt.date) -> str:
    if paid >= amount:
        return "paid"
    if due_on < on:
        return "late"
    return "part" if paid else "due"
