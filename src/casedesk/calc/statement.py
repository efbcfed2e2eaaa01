"""The debt statement of a day: what the creditor claims, what law supports, and why they differ, line by line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from casedesk.base.i18n import N_
from casedesk.calc import irr
from casedesk.calc.caps import Cap
from casedesk.calc.course import CONTRACT, Applied, as_agreed, as_allowed
from casedesk.calc.ledger import INTEREST_KINDS, Allocated, Ledger, Segment, ledger
from casedesk.calc.loan import Loan
from casedesk.calc.lpr import LprTable
from casedesk.calc.said import NOWHERE, Said, Source, round_half_up, said

SET_OFF = Source("《民法典》第561条", "V")
DELAY = Source("《民事诉讼法》第264条；法释〔2014〕8号第1-5条", "V")
COMPOUND = Source("银发〔2003〕251号第3条", "V2")
KINDS = ("principal", *INTEREST_KINDS, "cost", "delay")
_RUNNING = frozenset({"interest", "overdue", "compound"})
"""A creditor that gives a figure of one of these claims nothing of the others: it has put them together."""
UNEXPLAINED = "unexplained"
ROW_NAMES = {
    "principal": N_("Principal"), "interest": N_("Interest"), "overdue": N_("Overdue interest"),
    "compound": N_("Compound interest"), "damages": N_("Liquidated damages"), "fee": N_("Fee"),
    "cost": N_("Cost of enforcement"), "delay": N_("Interest for delayed performance"),
    UNEXPLAINED: N_("In the total, in no line"),
}


@dataclass(frozen=True)
class Row:
    """One line of the two columns, in cents."""

    kind: str
    claimed: int
    supported: int
    reasons: tuple[Said, ...] = ()

    @property
    def difference(self) -> int:
        return self.claimed - self.supported


@dataclass(frozen=True)
class Step:
    """One line of the computation: a period, what it is computed on, at what rate, and what comes out."""

    label: Said
    start: dt.date
    end: dt.date
    days: int
    base: int
    daily: Fraction | None
    amount: int
    source: Source

    @property
    def yearly(self) -> Fraction | None:
        """The rate for 365 days."""
        return None if self.daily is None else self.daily * 365


@dataclass(frozen=True, kw_only=True)
class Statement:
    """The whole answer. An indicator, for a lawyer's review."""

    loan: Loan
    as_of: dt.date
    rows: tuple[Row, ...]
    agreed: Ledger
    allowed: Ledger
    caps: tuple[Cap, ...]
    compounded: Fraction | None
    """The yearly cost of what was claimed and paid, as an internal rate of return; None when there is none."""
    simple: Fraction | None
    """The same by the simple method, on the principal really outstanding."""
    remarks: tuple[Said, ...]

    @property
    def claimed(self) -> int:
        return sum(row.claimed for row in self.rows)

    @property
    def supported(self) -> int:
        return sum(row.supported for row in self.rows)

    @property
    def difference(self) -> int:
        return self.claimed - self.supported


def statement(
    loan: Loan, as_of: dt.date, lpr: LprTable, *, claimed: Mapping[str, int] | None = None,
    claimed_total: int | None = None,
) -> Statement:
    """The statement of a day. `claimed` holds the creditor's own figures by kind, where it gave any.

    InvalidEntry names the field that cannot be.
    """
    loan.check(as_of)
    agreed = ledger(loan, as_agreed(loan, as_of, lpr), as_of)
    applied = as_allowed(loan, as_of, lpr)
    allowed = ledger(loan, applied.course, as_of)
    rows = list(_rows(loan, agreed, allowed, applied, claimed or {}))
    if claimed_total is not None and claimed_total != sum(row.claimed for row in rows):
        rows.append(Row(UNEXPLAINED, claimed_total - sum(row.claimed for row in rows), 0, (
            said(N_("The creditor's total is not the sum of its lines."), Source("", "U")),)))
    end = sum(row.claimed for row in rows)
    compounded, simple = _cost(loan, agreed, end, as_of)
    return Statement(loan=loan, as_of=as_of, rows=tuple(rows), agreed=agreed, allowed=allowed, caps=applied.caps,
                     compounded=compounded, simple=simple, remarks=tuple(_remarks(loan, as_of, applied, allowed)))


def _rows(loan: Loan, agreed: Ledger, allowed: Ledger, applied: Applied,
          claimed: Mapping[str, int]) -> Iterator[Row]:
    told = not _RUNNING.isdisjoint(claimed)
    for kind in KINDS:
        ours, computed = getattr(allowed.owed, kind), getattr(agreed.owed, kind)
        theirs = claimed.get(kind, 0 if told and kind in _RUNNING else computed)
        if kind == "principal":
            ours -= allowed.owed.surplus
            theirs = claimed.get(kind, computed - agreed.owed.surplus)
        if theirs or ours:
            yield Row(kind, theirs, ours, tuple(_reasons(kind, (theirs, computed, ours), applied, loan)))


def _reasons(kind: str, columns: tuple[int, int, int], applied: Applied, loan: Loan) -> Iterator[Said]:
    theirs, computed, ours = columns
    if theirs == ours:
        return
    if kind != "principal" and theirs != computed:
        yield said(N_("The contract and the payments give {amount}."), CONTRACT, amount=computed)
    yield from applied.reasons[kind]
    set_off = SET_OFF if loan.lender else NOWHERE
    if kind == "principal" and ours < computed - (loan.prepaid if applied.reasons[kind] else 0):
        yield said(N_("Payments that went to interest above the limit count off the principal."), set_off)
    elif kind != "principal" and ours < computed and not applied.reasons[kind]:
        source = applied.caps[-1].source if applied.caps else Source()
        yield said(N_("Together with interest it is above the limit."), source)
    elif ours > computed:
        yield said(N_("Each payment pays costs first, then interest, then principal; less interest was due before."),
                   set_off)


def _remarks(loan: Loan, as_of: dt.date, applied: Applied, allowed: Ledger) -> Iterator[Said]:
    if not applied.caps:
        yield said(N_("No limit of this law is in the program: only the contract was computed."))
    if not loan.lender:
        yield said(N_("Payments go to costs, then interest, then principal here; see whether this law says otherwise."))
    if not loan.lender and loan.prepaid:
        yield said(N_("{amount} was kept back when the money was paid out; what this law says of it is not counted."),
                   amount=loan.prepaid)
    for cap in applied.caps:
        yield from cap.remarks
    yield said(N_("The day the money was paid out counts, {day} does not; a year has {count} days."), CONTRACT,
               day=as_of, count=str(loan.year_days))
    if allowed.owed.surplus:
        yield said(N_("{amount} more was paid than law supports."), SET_OFF if loan.lender else NOWHERE,
                   amount=allowed.owed.surplus)
    if loan.lender == "private" and loan.contract_on is None:
        yield said(N_("The day of the contract is not known; that of the payout is taken."))
    later = sum(one.amount for one in loan.payments if one.on > as_of)
    if later:
        yield said(N_("Payments of {amount} after this day are not counted."), amount=later)
    if loan.judged is not None:
        yield said(N_("Payments after the judgment count off the judgment money before the interest for delay."), DELAY)


def _cost(loan: Loan, agreed: Ledger, end: int, as_of: dt.date) -> tuple[Fraction | None, Fraction | None]:
    """The yearly cost if the claim were paid on the day: by return, and simple on the principal outstanding."""
    received = loan.principal - loan.prepaid
    payments = [one for one in loan.payments if one.on <= as_of]
    flows = [(loan.released_on, received), *((one.on, -one.amount) for one in payments), (as_of, -end)]
    cost = sum(one.amount for one in payments) + end - received
    used = sum(segment.principal * segment.days for segment in agreed.segments)
    simple = Fraction(cost * 365, used) if used else None
    return irr.yearly(flows), simple


def steps(found: Ledger) -> list[Step]:
    """The computation line by line; the amounts of a kind add up to what accrued of it, to the cent."""
    reached: dict[str, Fraction] = {}
    lines: list[Step] = []
    for segment in found.segments:
        compound = COMPOUND if found.course.home and found.course.compounding == "overdue" else CONTRACT
        for kind, label, base, daily, exact, source in _accruals(segment, compound):
            before = reached.get(kind, Fraction(0))
            reached[kind] = before + exact
            amount = round_half_up(reached[kind]) - round_half_up(before)
            if segment.days and base and daily:
                lines.append(Step(said(label), segment.start, segment.end, segment.days, base, daily, amount, source))
        lines += [Step(said(N_("{name} charged"), name=charge.name or charge.kind), segment.end, segment.end, 0, 0,
                       None, charge.amount, CONTRACT) for charge in segment.charges]
        if segment.settled and found.course.compounding == "overdue":
            lines.append(Step(said(N_("Unpaid interest bears interest from here on")), segment.end, segment.end, 0,
                              0, None, 0, compound))
        for paid in segment.paid:
            lines += _payment(paid, segment.end, SET_OFF if found.course.home else NOWHERE)
    return lines + list(_cut(found, lines))


def _cut(found: Ledger, lines: Sequence[Step]) -> Iterator[Step]:
    """What compound interest, damages and fees come to above the limit, as the last line."""
    owed, last = found.owed, found.segments[-1]
    over = owed.charges + owed.cost + owed.delay - owed.surplus - sum(one.amount for one in lines)
    repaid = sum(one.principal for one in found.allocated)
    again = sum(one.payment.amount for one in found.allocated if one.again)
    over -= repaid + again
    if over:
        yield Step(said(N_("Above the limit, not counted")), last.end, last.end, 0, 0, None, over, last.pace.source)


def _accruals(segment: Segment, compound: Source) -> Sequence[tuple[str, str, int, Fraction, Fraction, Source]]:
    pace = segment.pace
    label = N_("Overdue interest") if pace.overdue else N_("Interest")
    return (
        ("overdue" if pace.overdue else "interest", label, segment.principal, pace.daily, segment.interest,
         pace.source),
        ("compound", N_("Compound interest"), segment.compound_base, pace.daily, segment.compound, compound),
        ("delay", N_("Interest for delayed performance"), segment.delay_base, Fraction(175, 1_000_000), segment.delay,
         DELAY),
    )


def _payment(paid: Allocated, on: dt.date, source: Source) -> Iterator[Step]:
    for label, amount in (
        (N_("Payment to costs"), paid.cost), (N_("Payment to interest"), paid.interest),
        (N_("Payment to principal"), paid.principal), (N_("Payment to interest for delay"), paid.delay),
        (N_("Paid beyond what was owed"), paid.surplus),
    ):
        if amount:
            yield Step(said(label), on, on, 0, 0, None, -amount, source)
