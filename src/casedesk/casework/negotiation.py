"""Negotiation: the ladder of offers, the counter-offer, the comparison, and what the client can pay."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.calc import plan as plans, workdays
from casedesk.calc.plan import Plan, Terms
from casedesk.calc.rates import read_rate
from casedesk.calc.said import Said
from casedesk.casework.deadlines import recompute_in
from casedesk.casework.records import Saved
from casedesk.casework.statement import statement_in
from casedesk.records import Circumstance, Debt, Offer
from casedesk.records.words import CircumstanceKind, OfferState, PlanKind, Side
from casedesk.store.cabinet import Store

MOST_COMPARED = 4
_TERMS = ("debt_id", "total", "instalments", "monthly", "first_due_on", "plan", "claim", "down", "last", "step",
          "step_every", "rate", "counterpart", "terms")


@dataclass(frozen=True)
class Rung:
    """One offer of the ladder with what follows from its terms; `depth` counts the offers it answers."""

    offer: Offer
    depth: int
    waived: int | None
    last_on: dt.date | None


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
    def free(self) -> int:
        """What is left to be paid; never below nothing."""
        return max(0, self.income - self.costs - self.dependants_cost - self.other_plans)


@dataclass(frozen=True)
class Compared:
    """One offer beside others; `problem` says why nothing could be computed."""

    offer: Offer
    total: int | None = None
    waived: int | None = None
    monthly: int | None = None
    count: int | None = None
    last_on: dt.date | None = None
    present_value: int | None = None
    share_of_income: Fraction | None = None
    share_of_free: Fraction | None = None
    problem: str = ""


@dataclass(frozen=True)
class Planned:
    """A plan being made: its figures, its schedule, what a lawyer should look at, what the client has."""

    figures: Compared
    plan: Plan
    checks: Sequence[Said]
    can: Ability


@dataclass(frozen=True)
class Point:
    """A total somebody offered on a day."""

    offer_id: int
    made_on: dt.date
    side: Side
    total: int


def offer_of(session: Session, offer_id: int) -> Offer:
    """An offer by its id; InvalidEntry when it is gone."""
    found = session.scalars(select(Offer).where(Offer.id == offer_id)).one_or_none()
    if found is None:
        raise InvalidEntry(tr("This offer is not in the cabinet any more."), field="offer_id")
    return found


def ladder(store: Store, matter_id: int, debt_id: int | None = None) -> list[Rung]:
    """The offers of a matter in order of time; those in the trash are not in it."""
    with store.read() as session:
        offers = _offers(session, matter_id, debt_id)
    parents = {offer.id: offer.counter_to_id for offer in offers}
    return [_rung(offer, parents) for offer in offers]


def _offers(session: Session, matter_id: int, debt_id: int | None) -> Sequence[Offer]:
    wanted = select(Offer).where(Offer.matter_id == matter_id).order_by(Offer.made_on, Offer.id)
    if debt_id is not None:
        wanted = wanted.where(Offer.debt_id == debt_id)
    return session.scalars(wanted).all()


def _rung(offer: Offer, parents: dict[int, int | None]) -> Rung:
    depth, above, seen = 0, offer.counter_to_id, {offer.id}
    while above is not None and above not in seen:
        seen.add(above)
        depth, above = depth + 1, parents.get(above)
    try:
        found = plans.schedule(terms_of(offer))
    except InvalidEntry:
        return Rung(offer, depth, None, None)
    return Rung(offer, depth, found.waived, found.last_on)


def terms_of(offer: Offer) -> Terms:
    """The terms as the planner takes them; InvalidEntry names the column that is in the way.

    A total, a number and a monthly amount: any two give the third.
    """
    yearly = _yearly(offer.rate)
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


def _yearly(text: str) -> Fraction:
    rate = read_rate(text, "rate")
    return Fraction(0) if rate is None else rate.daily(365) * 365


def plan_of(store: Store, offer_id: int) -> Plan:
    """The schedule an offer means."""
    with store.read() as session:
        return plans.schedule(terms_of(offer_of(session, offer_id)))


def planned(store: Store, values: Mapping[str, Any], *, on: dt.date, discount: str = "") -> Planned:
    """What the columns of an offer mean before it is saved; InvalidEntry names the column that is in the way."""
    offer = Offer(**{"plan": PlanKind.EQUAL, "rate": "", "made_on": on, **values})
    plan, yearly = plans.schedule(terms_of(offer)), _yearly(discount)
    with store.read() as session:
        can = _ability(session, offer.matter_id, on)
        debt = session.get(Debt, offer.debt_id) if offer.debt_id is not None else None
    found = plans.checks(plan, debt.product.value if debt is not None else "", free=can.free if can.count else None)
    return Planned(_figures(offer, plan, can, on, yearly), plan, found, can)


def proposed(store: Store, matter_id: int, debt_id: int | None, claim: int | None, *, on: dt.date) -> dict[str, Any]:
    """The columns of an offer the client can keep, by what is left each month; of a debt as claimed today where the
    claim is not given. InvalidEntry says what is missing.
    """
    with store.read() as session:
        can = _ability(session, matter_id, on)
        if claim is None and debt_id is not None:
            claim = statement_in(session, debt_id, on).result.claimed
    if not claim:
        raise InvalidEntry(tr("What is claimed is not known."), tr("Choose the debt, or fill in the claim."),
                           field="claim")
    terms = suggestion(can, claim, workdays.add_months(on, 1))
    return {"claim": claim, "total": terms.total, "instalments": terms.count, "monthly": None,
            "plan": PlanKind(terms.kind), "first_due_on": terms.first_due, "down": None, "last": None, "step": None,
            "rate": ""}


def counter_offer(store: Store, offer_id: int, *, made_on: dt.date, uuid: uuids.UUID | None = None) -> Saved:
    """A new open offer of the other side with the same terms, to be changed; the answered one becomes "countered".

    Asked again with the same `uuid`, it finds the offer it made.
    """
    with store.work() as session:
        answered = offer_of(session, offer_id)
        found = session.scalars(select(Offer).where(Offer.uuid == uuid)).one_or_none() if uuid else None
        if found is None:
            if answered.made_on is not None and made_on < answered.made_on:
                raise InvalidEntry(tr("A counter-offer cannot be older than the offer it answers."),
                                   tr("Look at both dates."), field="made_on")
            other = Side.CREDITOR if answered.side is Side.CLIENT else Side.CLIENT
            found = Offer(matter_id=answered.matter_id, uuid=uuid or uuids.uuid4(), made_on=made_on, side=other,
                          counter_to_id=answered.id, **{name: getattr(answered, name) for name in _TERMS})
            session.add(found)
            if answered.state is OfferState.OPEN:
                answered.state, answered.answered_on = OfferState.COUNTERED, made_on
            session.flush()
            recompute_in(session, answered.matter_id)
    return Saved(found.id, found.uuid, found.version)


def compare(store: Store, offer_ids: Sequence[int], *, on: dt.date, discount: str = "") -> list[Compared]:
    """Up to four offers in one table; `discount` is the yearly rate of the present value, empty for none."""
    if not 1 <= len(offer_ids) <= MOST_COMPARED:
        raise InvalidEntry(tr("Choose from one to four offers."), field="offers")
    yearly = _yearly(discount)
    with store.read() as session:
        offers = [offer_of(session, one) for one in offer_ids]
        abilities = {offer.matter_id: _ability(session, offer.matter_id, on) for offer in offers}
    return [_compared(offer, abilities[offer.matter_id], on, yearly) for offer in offers]


def _compared(offer: Offer, can: Ability, on: dt.date, yearly: Fraction) -> Compared:
    try:
        found = plans.schedule(terms_of(offer))
    except InvalidEntry as problem:
        return Compared(offer, problem=str(problem))
    return _figures(offer, found, can, on, yearly)


def _figures(offer: Offer, plan: Plan, can: Ability, on: dt.date, yearly: Fraction) -> Compared:
    monthly = plan.highest
    return Compared(
        offer, plan.total, plan.waived, monthly, len(plan.parts), plan.last_on,
        plans.present_value(plan, on, yearly), Fraction(monthly, can.income) if can.income else None,
        Fraction(monthly, can.free) if can.free else None)


def convergence(store: Store, matter_id: int, debt_id: int | None = None) -> list[Point]:
    """The totals of both sides in order of time, for a chart; offers without a day or a total are not in it."""
    with store.read() as session:
        return [Point(offer.id, offer.made_on, offer.side, offer.total)
                for offer in _offers(session, matter_id, debt_id) if offer.made_on is not None and offer.total]


def ability(store: Store, matter_id: int, on: dt.date) -> Ability:
    """What the client can pay each month, from the circumstances in force on a day."""
    with store.read() as session:
        return _ability(session, matter_id, on)


def _ability(session: Session, matter_id: int, on: dt.date) -> Ability:
    rows = [one for one in session.scalars(select(Circumstance).where(Circumstance.matter_id == matter_id))
            if (one.since is None or one.since <= on) and (one.until is None or on <= one.until)]

    def sum_of(*kinds: CircumstanceKind) -> int:
        return sum(one.monthly or 0 for one in rows if one.kind in kinds)

    kinds = CircumstanceKind
    return Ability(
        sum_of(kinds.INCOME), sum_of(kinds.COST, kinds.HEALTH, kinds.OTHER),
        sum(one.kind is kinds.DEPENDANT for one in rows), sum_of(kinds.DEPENDANT), sum_of(kinds.OTHER_PLAN),
        sum(one.evidence_id is not None for one in rows), len(rows))


def suggestion(can: Ability, claim: int, first_due: dt.date, *, months: int = plans.MOST_MONTHS) -> Terms:
    """What the client can offer: the claim in equal parts when they fit, else what fits, the rest to be waived."""
    if not can.free:
        raise InvalidEntry(tr("Nothing is left to be paid each month."), tr("Look at income and costs."),
                           field="monthly")
    whole = plans.total_for(can.free, months)
    if whole >= claim:
        return Terms(total=claim, kind=PlanKind.INTEREST_FREE.value, count=plans.count_for(claim, can.free),
                     first_due=first_due, claim=claim)
    return Terms(total=whole, kind=PlanKind.WAIVER.value, count=months, first_due=first_due, claim=claim)
