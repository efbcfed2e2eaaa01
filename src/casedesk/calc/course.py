"""Which rates, principal and charges apply to a loan: as the contract says, and as law supports."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from casedesk.base.i18n import N_
from casedesk.calc import caps
from casedesk.calc.caps import Cap
from casedesk.calc.ledger import Course, Pace
from casedesk.calc.loan import Charge, Loan
from casedesk.calc.lpr import LprTable
from casedesk.calc.said import Said, Source, said

PENALTY = Source("银发〔2003〕251号第3条", "V2")
PENALTY_MOST = Fraction(3, 2)
UNAGREED = Source("《民法典》第680条；法释〔2020〕17号（民间借贷）第24条", "V")
DEFAULT = Source("法释〔2020〕17号（民间借贷）第28条", "V")
PREPAID = Source("《民法典》第670条", "V")
NOT_AGREED = Source("《民法典》第509、585条", "M")
CONTRACT = Source(N_("Contract"), "")


_Stretch = tuple[dt.date, dt.date, bool]


@dataclass
class Applied:
    """A course with the reasons for whatever is less than agreed, by kind."""

    course: Course
    caps: tuple[Cap, ...] = ()
    reasons: dict[str, list[Said]] = field(default_factory=lambda: defaultdict(list))


def as_agreed(loan: Loan, as_of: dt.date, lpr: LprTable) -> Course:
    """What the contract says, without asking whether it may."""
    days = _days(loan, as_of, [], lpr)
    paces = [Pace(start, end, overdue, _asked(loan, start, overdue, lpr), None, CONTRACT)
             for start, end, overdue in days]
    return Course(loan.principal, paces, loan.charges, loan.compounding, home=bool(loan.lender))


def as_allowed(loan: Loan, as_of: dt.date, lpr: LprTable) -> Applied:
    """What law supports of it, with the reasons."""
    if not loan.lender:
        return _elsewhere(loan, as_of, lpr)
    limits = caps.caps(loan.lender, loan.released_on, max(as_of, loan.released_on + dt.timedelta(days=1)), lpr=lpr,
                       contract_on=loan.contract_on or loan.released_on, suit_on=loan.suit_on)
    found = Applied(Course(0, [], [], ""), tuple(limits))
    paces = [_allowed(loan, stretch, lpr, found)
             for stretch in _days(loan, as_of, [cap.start for cap in limits], lpr)]
    if loan.prepaid:
        found.reasons["principal"].append(said(
            N_("{amount} was kept back when the money was paid out; the principal is what was really received."),
            PREPAID, amount=loan.prepaid))
    charges = [charge for charge in loan.charges if _let_in(charge, loan, found)]
    from_start = loan.lender != "private" or loan.compounding != "none"
    found.course = Course(loan.principal - loan.prepaid, paces, charges, loan.compounding, from_start)
    return found


def _elsewhere(loan: Loan, as_of: dt.date, lpr: LprTable) -> Applied:
    """Under a law whose limits are not in this program: the contract, without charges that are not in it."""
    course = as_agreed(loan, as_of, lpr)
    found = Applied(replace(course, charges=[one for one in loan.charges if one.agreed is not False]))
    for one in loan.charges:
        if one.agreed is False:
            found.reasons[one.kind].append(said(N_("{name}: {amount} is not in the contract."), CONTRACT,
                                                name=one.name or one.kind, amount=one.amount))
    return found


def _days(loan: Loan, as_of: dt.date, more: list[dt.date], lpr: LprTable) -> list[_Stretch]:
    """(start, end, overdue) of each stretch of one rate; one stretch at least."""
    start, end = loan.released_on, max(as_of, loan.released_on + dt.timedelta(days=1))
    cuts = {start, *more}
    if loan.overdue_from is not None:
        cuts.add(loan.overdue_from)
    if loan.product == "credit-card":
        cuts |= {caps.CARD_FROM, caps.CARD_UNTIL}
    if loan.rate is None and loan.overdue_rate is None and loan.lender == "private":
        cuts |= set(lpr.changes(start, end))
    inside = sorted(day for day in cuts if start <= day < end)
    overdue = loan.overdue_from
    return [(first, last, overdue is not None and first >= overdue)
            for first, last in zip(inside, [*inside[1:], end], strict=True)]


def _asked(loan: Loan, day: dt.date, overdue: bool, lpr: LprTable) -> Fraction:
    """The daily rate the contract gives on a day, or the law where it gives none."""
    formed = loan.contract_on or loan.released_on
    needs = any(rate is not None and rate.times is not None for rate in (loan.rate, loan.overdue_rate))
    prime = lpr.at(formed).one if needs else None
    term = loan.rate.daily(loan.year_days, lpr=prime) if loan.rate is not None else None
    if not overdue:
        return term or Fraction(0)
    if loan.overdue_rate is not None:
        return loan.overdue_rate.daily(loan.year_days, contract=term, lpr=prime)
    if term is None and loan.lender == "private":
        return lpr.at(day).one / 365
    return term or Fraction(0)


def _allowed(loan: Loan, stretch: _Stretch, lpr: LprTable, found: Applied) -> Pace:
    start, end, overdue = stretch
    kind = "overdue" if overdue else "interest"
    asked = daily = _asked(loan, start, overdue, lpr)
    source = CONTRACT
    if (overdue and loan.overdue_rate is None) or loan.rate is None:
        source = _unsaid(loan, overdue, found.reasons[kind])
    for most, limit_source, reason in _limits(loan, start, overdue, found.caps):
        if daily > most:
            daily, source = most, limit_source
            _once(found.reasons[kind], said(reason, limit_source, agreed=asked * 365, allowed=most * 365, day=start))
    cap = next((one.yearly / 365 for one in reversed(found.caps) if one.start <= start), None)
    return Pace(start, end, overdue, daily, cap, source)


def _unsaid(loan: Loan, overdue: bool, reasons: list[Said]) -> Source:
    """Where the rate comes from when the contract does not say it."""
    if not overdue:
        _once(reasons, said(N_("No interest was agreed: none is owed for the term."), UNAGREED))
        return UNAGREED
    if loan.lender != "private":
        _once(reasons, said(N_("No overdue rate was agreed: the contract's rate runs on."), Source("", "U")))
        return CONTRACT
    if loan.overdue_rate is not None:
        return CONTRACT
    _once(reasons, said(N_("No overdue rate was agreed: the rate of the term runs on.") if loan.rate is not None else
                        N_("No rate was agreed at all: the one-year prime rate of the time."), DEFAULT))
    return DEFAULT


def _limits(loan: Loan, day: dt.date, overdue: bool,
            limits: tuple[Cap, ...]) -> Iterator[tuple[Fraction, Source, str]]:
    """(highest daily rate, source, reason) of everything that may lower it on a day."""
    if overdue and loan.lender == "bank" and loan.product != "credit-card" and loan.rate is not None and (
            loan.rate.times is None):
        yield (loan.rate.daily(loan.year_days) * PENALTY_MOST, PENALTY,
               N_("The overdue rate of {agreed} is more than one and a half times the contract's; {allowed} counts."))
    if loan.product == "credit-card" and caps.CARD_FROM <= day < caps.CARD_UNTIL:
        yield (caps.CARD_DAILY, caps.CARD,
               N_("Until 2020 a card's rate was 0.05 % a day at most, not {agreed} a year; {allowed} counts."))
    for cap in reversed(limits):
        if cap.start <= day:
            yield (cap.yearly / 365, cap.source,
                   N_("{agreed} a year is above the limit of {allowed} from {day}; the borrower must ask for the "
                      "reduction.") if cap.defence else
                   N_("{agreed} a year is above the limit of {allowed} from {day}."))
            return


def _let_in(charge: Charge, loan: Loan, found: Applied) -> bool:
    """Whether a charge counts at all; the cap is looked at later."""
    reasons = found.reasons[charge.kind]
    name = charge.name or charge.kind
    if charge.agreed is False:
        reasons.append(said(N_("{name}: {amount} is not in the contract."), NOT_AGREED, name=name,
                            amount=charge.amount))
        return False
    if charge.disclosed is False and charge.on >= caps.DISCLOSURE_FROM and loan.lender != "private":
        reasons.append(said(N_("{name}: {amount} is not on the disclosure sheet; nothing outside it may be charged."),
                            caps.DISCLOSURE, name=name, amount=charge.amount))
        return False
    if loan.product == "credit-card" and charge.on >= caps.CARD_FROM and any(
            word in charge.name for word in ("滞纳金", "超限费")):
        reasons.append(said(N_("{name}: {amount} was abolished for cards from 2017-01-01."), caps.CARD, name=name,
                            amount=charge.amount))
        return False
    return True


def _once(reasons: list[Said], one: Said) -> None:
    if one.text not in {had.text for had in reasons} or "{day}" in one.text:
        reasons.append(one)
