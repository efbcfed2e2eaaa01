"""The terms of an offer as the arithmetic of plans takes them."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.calc import plan as plans, workdays
from casedesk.calc.plan import Plan, Terms
from casedesk.calc.rates import read_rate
from casedesk.records.negotiation import Offer
from casedesk.records.words import Jurisdiction


def terms_of(offer: Offer) -> Terms:
    """The terms as the planner takes them; InvalidEntry names the column that is in the way.

    A total, a number and a monthly amount: any two give the third.
    """
    yearly = yearly_of(offer.rate)
    total, count = offer.total, offer.instalments
    if total is None and offer.monthly and count:
        total = plans.total_for(offer.monthly, count, yearly) + (offer.down or 0)
    if total is None:
        raise InvalidEntry(tr("The offer names no total."), tr("Fill in the total to be paid."), field="total")
    if count is None and offer.monthly:
        count = plans.count_for(total - (offer.down or 0), offer.monthly, yearly)
    return Terms(
        total=total, kind=offer.plan.value, count=1 if count is None else count,
        first_due=offer.first_due_on or workdays.add_months(offer.made_on or dt.date(2000, 1, 1), 1),
        down=offer.down or 0, last=offer.last or 0, step=offer.step or 0,
        step_every=12 if offer.step_every is None else offer.step_every, yearly=yearly, claim=offer.claim)


def yearly_of(text: str, field: str = "rate") -> Fraction:
    """A yearly rate as written, nothing where it is empty; InvalidEntry, naming the field, when it cannot be meant."""
    rate = read_rate(text, field)
    return Fraction(0) if rate is None else rate.daily(365) * 365


def plan_of(offer: Offer, jurisdiction: Jurisdiction) -> Plan:
    """The dated instalments an offer means; due days move off holidays only where the program knows them, in China."""
    return plans.schedule(terms_of(offer), move=jurisdiction is Jurisdiction.CN)
