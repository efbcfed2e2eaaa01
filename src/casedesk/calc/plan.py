"""Instalment plans: from terms to dated instalments whose cents add up, from what can be paid to terms, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import N_, tr
from casedesk.calc import workdays
from casedesk.calc.limitation import EW_RESTARTED, STATE_LAW
from casedesk.calc.said import Said, Source, round_half_up, said

ARTICLE_70 = Source("《商业银行信用卡业务监督管理办法》第70条", "V2")
_RESTARTS = {
    "cn": said(N_("Offering to pay in instalments restarts limitation."),
               Source("《民法典》第195条；法释〔2020〕17号（诉讼时效）第14条", "V")),
    "ew": said(N_("A signed offer to pay acknowledges the debt: made in time, it restarts limitation."), EW_RESTARTED),
    "us": said(N_("An offer to pay may restart limitation under the law of the state."), STATE_LAW)}
MOST_MONTHS = 60
_MOST_COUNT = 600
KINDS = ("equal", "graduated", "balloon", "interest-free", "waiver", "lump-sum")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What was offered. `total` is the settled sum; `yearly` the interest that runs on it during the plan.

    `down` is paid on the first day and `count` instalments follow it; without it the first of them falls on that day.
    A graduated plan rises by `step` after every `step_every` instalments; a balloon's last instalment is `last`.
    """

    total: int
    first_due: dt.date
    kind: str = "equal"
    count: int = 1
    every: int = 1
    down: int = 0
    last: int = 0
    step: int = 0
    step_every: int = 12
    yearly: Fraction = Fraction(0)
    claim: int | None = None

    def check(self) -> None:
        """InvalidEntry, naming the field, for terms that cannot be."""
        for name in ("total", "down", "last", "step"):
            if getattr(self, name) < 0:
                raise _wrong(tr("An amount cannot be negative."), tr("Type it without the minus sign."), name)
        if not 1 <= self.count <= _MOST_COUNT:
            raise _wrong(tr("A plan has from 1 to 600 instalments."), "", "instalments")
        if not 1950 <= self.first_due.year <= 2150:
            raise _wrong(tr("The first instalment is due in a year from 1950 to 2150."), tr("Look at the date."),
                         "first_due_on")
        if self.every < 1 or self.step_every < 1:
            raise _wrong(tr("A period is at least one month."), "", "step_every")
        if self.yearly < 0:
            raise _wrong(tr("A rate cannot be negative."), tr("Type it without the minus sign."), "rate")
        if self.total <= 0:
            raise _wrong(tr("A plan needs a sum to be paid."), tr("Fill in the total."), "total")
        if self.down > self.total:
            raise _wrong(tr("More is paid at once than the whole."), tr("Look at both amounts."), "down")
        if self.kind == "waiver" and self.claim is not None and self.claim < self.total:
            raise _wrong(tr("Nothing is waived: the total is above the claim."), tr("Look at both amounts."), "claim")


@dataclass(frozen=True)
class Part:
    """One instalment; `moved_from` is the calendar day when it was moved off a holiday."""

    number: int
    due_on: dt.date
    amount: int
    principal: int
    interest: int
    left: int
    moved_from: dt.date | None = None


@dataclass(frozen=True)
class Plan:
    """A whole plan."""

    terms: Terms
    parts: tuple[Part, ...]
    remarks: tuple[Said, ...] = ()

    @property
    def total(self) -> int:
        """All that is paid, interest of the plan included."""
        return sum(part.amount for part in self.parts)

    @property
    def interest(self) -> int:
        return sum(part.interest for part in self.parts)

    @property
    def last_on(self) -> dt.date:
        return self.parts[-1].due_on

    @property
    def highest(self) -> int:
        """The largest amount of a month, a last balloon left out."""
        ordinary = self.parts[:-1] if self.terms.kind == "balloon" and len(self.parts) > 1 else self.parts
        return max(part.amount for part in ordinary)

    @property
    def waived(self) -> int | None:
        """What the claim loses by the plan; negative when it costs more than the claim."""
        return None if self.terms.claim is None else self.terms.claim - self.total


def schedule(terms: Terms, *, move: bool = True) -> Plan:
    """The dated instalments; their principal adds up to the settled sum. InvalidEntry for terms that cannot be.

    With `move`, a due day on a Chinese holiday or weekend moves to the next working day.
    """
    terms.check()
    remarks: dict[str, Said] = {}
    parts, left = [], terms.total
    for number, (amount, interest) in enumerate(_amounts(terms), 1):
        day = workdays.add_months(terms.first_due, terms.every * (number - 1))
        moved = workdays.last_day(day) if move else workdays.Moved(day, day)
        if moved.remark is not None:
            remarks[str(moved.remark.values)] = moved.remark
        left -= amount - interest
        parts.append(Part(number, moved.day, amount, amount - interest, interest, left,
                          None if moved.day == day else day))
    return Plan(terms, tuple(parts), tuple(remarks.values()))


def _amounts(terms: Terms) -> Iterator[tuple[int, int]]:
    """(amount, interest in it) of each instalment."""
    left, count = terms.total, 1 if terms.kind == "lump-sum" else terms.count
    free = terms.kind in ("interest-free", "lump-sum")
    rate = Fraction(0) if free else terms.yearly * terms.every / 12
    if terms.down:
        yield terms.down, 0
        left -= terms.down
        if not left:
            return
    ordinary = _ordinary(terms, left, count, rate)
    for place in range(count):
        interest = round_half_up(left * rate)
        amount = ordinary + _rise(terms, place)
        if place == count - 1:
            amount = left + interest
        if amount < interest or amount - interest > left:
            raise _wrong(tr("With these terms the instalments do not pay off the debt evenly."),
                         tr("Take fewer instalments or a smaller rise."), "step" if terms.step else "instalments")
        yield amount, interest
        left -= amount - interest


def _ordinary(terms: Terms, left: int, count: int, rate: Fraction) -> int:
    """The first ordinary instalment, so that all of them are worth what is left."""
    worth = [1 / (1 + rate) ** (place + 1) for place in range(count)]
    rest, places = Fraction(left), range(count)
    if terms.kind == "balloon":
        if count < 2:
            raise _wrong(tr("A large last instalment needs others before it."), "", "instalments")
        if terms.last * worth[-1] > left:
            raise _wrong(tr("The last instalment is more than the whole."), tr("Look at both amounts."), "last")
        rest, places = left - terms.last * worth[-1], range(count - 1)
    rest -= sum((_rise(terms, place) * worth[place] for place in places), Fraction(0))
    exact = rest / sum((worth[place] for place in places), Fraction(0))
    if exact < 0:
        raise _wrong(tr("The instalments rise by more than the whole sum."), tr("Take a smaller rise."), "step")
    return round_half_up(exact) if rate else int(exact)


def _rise(terms: Terms, place: int) -> int:
    return terms.step * (place // terms.step_every) if terms.kind == "graduated" else 0


def monthly_for(total: int, count: int, yearly: Fraction = Fraction(0)) -> int:
    """What must be paid each month to pay a sum in so many months."""
    rate = yearly / 12
    exact = total / sum(((1 / (1 + rate)) ** place for place in range(1, count + 1)), Fraction(0))
    return -(-exact.numerator // exact.denominator)


def total_for(monthly: int, count: int, yearly: Fraction = Fraction(0)) -> int:
    """The largest sum that so much a month pays in so many months."""
    rate = yearly / 12
    return int(monthly * sum(((1 / (1 + rate)) ** place for place in range(1, count + 1)), Fraction(0)))


def count_for(total: int, monthly: int, yearly: Fraction = Fraction(0)) -> int:
    """In how many months so much a month pays the sum; InvalidEntry when it never does."""
    if monthly <= 0:
        raise _wrong(tr("Nothing is left to be paid each month."), tr("Look at income and costs."), "monthly")
    left, rate = Fraction(total), yearly / 12
    for count in range(1, _MOST_COUNT + 1):
        left = Fraction(round_half_up(left * (1 + rate) * 10**6), 10**6) - monthly
        if left <= 0:
            return count
    raise _wrong(tr("So small an amount does not pay the debt within 600 months."),
                 tr("Ask for a lower total or a lower rate."), "monthly")


def present_value(plan: Plan, on: dt.date, yearly: Fraction) -> int:
    """What the instalments are worth on a day, discounted by the year of 365 days."""
    with localcontext() as exact:
        exact.prec = 40
        factor = 1 + Decimal(yearly.numerator) / yearly.denominator
        worth = sum((part.amount / factor ** (Decimal((part.due_on - on).days) / 365) for part in plan.parts),
                    Decimal(0))
        return int(worth.to_integral_value(rounding="ROUND_HALF_UP"))


def checks(plan: Plan, product: str, *, free: int | None = None, law: str = "cn") -> list[Said]:
    """What a lawyer should look at before the plan is offered; `law` is "cn", "ew" or "us"."""
    found: list[Said] = []
    terms = plan.terms
    months = (plan.parts[-1].number - 1) * terms.every + 1
    if law == "cn" and product == "credit-card":
        if months > MOST_MONTHS:
            found.append(said(N_("{count} months: a card's instalment agreement runs for 60 months at most."),
                              ARTICLE_70, count=str(months)))
        found += [said(text, ARTICLE_70) for text in ARTICLE_70_CONTENTS]
    if free is not None and plan.highest > free:
        found.append(said(N_("{amount} a month is {over} more than the client has left."), amount=plan.highest,
                          over=plan.highest - free))
    if plan.waived is not None and plan.waived < 0:
        found.append(said(N_("The plan costs {amount} more than the claim."), amount=-plan.waived))
    found.append(_RESTARTS[law])
    return [*found, *plan.remarks]


ARTICLE_70_CONTENTS = (
    N_("The agreement states balance, its structure and its currency."),
    N_("The agreement states cycle, method, currency, dates and the amount each time."),
    N_("The agreement says whether annual fee, interest and other fees run during its term."),
    N_("The agreement holds the promise not to apply for another bank's card until all is paid."),
    N_("The agreement states rights, duties and what follows from default."),
    N_("After signing, collection stops unless the client defaults; an oral agreement must be recorded."),
)


def _wrong(message: str, hint: str, field: str) -> InvalidEntry:
    return InvalidEntry(message, hint, field=field)
