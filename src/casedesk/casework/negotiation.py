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

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import N_, tr
from casedesk.calc import plan as plans, workdays
from casedesk.calc.plan import Plan, Terms
from casedesk.calc.said import Said, said
from casedesk.casework import answers, plausible, records
from casedesk.casework.deadlines import recompute_in
from casedesk.casework.records import Saved
from casedesk.casework.statement import statement_in
from casedesk.records import Circumstance, Collector, Debt, Incident, Matter, Offer
from casedesk.records.ability import Ability, ability as ability_by
from casedesk.records.rights import Right
from casedesk.records.terms import plan_of, yearly_of
from casedesk.records.words import Jurisdiction, PlanKind, Side
from casedesk.store.cabinet import Store

MOST_COMPARED = 4
_LEVEL = ("equal", "interest-free", "waiver")
"""Kinds of plan whose instalments are all alike."""
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
        law = law_of(session, matter_id)
    parents = {offer.id: offer.counter_to_id for offer in offers}
    return [_rung(offer, parents, law) for offer in offers]


def _offers(session: Session, matter_id: int, debt_id: int | None) -> Sequence[Offer]:
    wanted = select(Offer).where(Offer.matter_id == matter_id).order_by(Offer.made_on, Offer.id)
    if debt_id is not None:
        wanted = wanted.where(Offer.debt_id == debt_id)
    return session.scalars(wanted).all()


def law_of(session: Session, matter_id: int) -> Jurisdiction:
    """The jurisdiction of a matter."""
    return session.scalars(select(Matter.jurisdiction).where(Matter.id == matter_id)).one()


def _rung(offer: Offer, parents: dict[int, int | None], law: Jurisdiction) -> Rung:
    depth, above, seen = 0, offer.counter_to_id, {offer.id}
    while above is not None and above not in seen:
        seen.add(above)
        depth, above = depth + 1, parents.get(above)
    try:
        found = plan_of(offer, law)
    except InvalidEntry:
        return Rung(offer, depth, None, None)
    return Rung(offer, depth, found.waived, found.last_on)


def planned(store: Store, values: Mapping[str, Any], *, on: dt.date, discount: str = "") -> Planned:
    """What the columns of an offer mean before it is saved; InvalidEntry names the column that is in the way."""
    checked = records.check(Offer, values)
    plausible.check(Offer, checked)
    offer = Offer(**{"plan": PlanKind.EQUAL, "rate": "", "made_on": on, **checked})
    yearly = yearly_of(discount, "discount")
    with store.read() as session:
        can, law = _ability(session, offer.matter_id, on), law_of(session, offer.matter_id)
        debt = session.get(Debt, offer.debt_id) if offer.debt_id is not None else None
    plan = plan_of(offer, law)
    found = plans.checks(plan, debt.product.value if debt is not None else "", free=can.free if can.count else None,
                         law=law.value)
    if offer.monthly and offer.total and plan.terms.kind in _LEVEL and abs(offer.monthly - plan.highest) > 1:
        found.insert(0, said(N_("{typed} each month does not fit: total and number of instalments give {monthly}."),
                             typed=offer.monthly, monthly=plan.highest))
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
    with store.work(Right.WRITE) as session:
        answered = offer_of(session, offer_id)
        found = session.scalars(select(Offer).where(Offer.uuid == uuid)).one_or_none() if uuid else None
        if found is None:
            if answered.made_on is not None and made_on < answered.made_on:
                raise InvalidEntry(tr("A counter-offer cannot be older than the offer it answers."),
                                   tr("Look at both dates."), field="made_on")
            other = Side.CREDITOR if answered.side is Side.CLIENT else Side.CLIENT
            found = Offer(matter_id=answered.matter_id, uuid=uuid or uuids.uuid4(), made_on=made_on, side=other,
                          counter_to_id=answered.id, **{name: getattr(answered, name) for name in _TERMS})
            if answered.incident_id is not None:
                found.terms = ""  # what the other side said is not what ours says
            session.add(found)
            answers.follow(session, found)
            session.flush()
            recompute_in(session, answered.matter_id)
    return Saved(found.id, found.uuid, found.version)


def offer_from(store: Store, incident_id: int, side: Side, *, uuid: uuids.UUID | None = None) -> Saved:
    """The offer or promise made in an incident, with its day, way, counterpart, debt and words, to be completed.

    What is privileged stays where it is. Asked again with the same `uuid`, it finds the offer it made.
    """
    with store.work(Right.WRITE) as session:
        found = session.scalars(select(Offer).where(Offer.uuid == uuid)).one_or_none() if uuid else None
        if found is None:
            incident = session.scalars(select(Incident).where(Incident.id == incident_id)).one()
            said = incident.reply or incident.words if side is Side.CLIENT else incident.words
            found = Offer(
                matter_id=incident.matter_id, uuid=uuid or uuids.uuid4(), side=side, incident_id=incident.id,
                made_on=times.day(incident.at, incident.zone), by=tr(incident.channel.label),
                debt_id=debt_of(session, incident), terms="" if incident.privileged else said,
                counterpart=_who(session, incident))
            session.add(found)
            session.flush()
            recompute_in(session, incident.matter_id)
    return Saved(found.id, found.uuid, found.version)


def debt_of(session: Session, incident: Incident) -> int | None:
    """The debt an incident is about: the one named in it, else the only one there is."""
    if incident.debt_id is not None:
        return incident.debt_id
    debts = [one for one in debts_of(session, incident.matter_id)
             if incident.creditor_id in (None, one.creditor_id, one.assignee_id)]
    return debts[0].id if len(debts) == 1 else None


def _who(session: Session, incident: Incident) -> str:
    collector = session.get(Collector, incident.collector_id) if incident.collector_id else None
    return incident.stated_name or incident.stated_company or (collector.name if collector else "")


def debts_of(session: Session, matter_id: int) -> Sequence[Debt]:
    """The debts of a matter, oldest first."""
    return session.scalars(select(Debt).where(Debt.matter_id == matter_id).order_by(Debt.id)).all()


def compare(store: Store, offer_ids: Sequence[int], *, on: dt.date, discount: str = "") -> list[Compared]:
    """Up to four offers in one table; `discount` is the yearly rate of the present value, empty for none."""
    if not 1 <= len(offer_ids) <= MOST_COMPARED:
        raise InvalidEntry(tr("Choose from one to four offers."), field="offers")
    yearly = yearly_of(discount, "discount")
    with store.read() as session:
        offers = [offer_of(session, one) for one in offer_ids]
        return [_compared(offer, _ability(session, offer.matter_id, on), law_of(session, offer.matter_id), on, yearly)
                for offer in offers]


def _compared(offer: Offer, can: Ability, law: Jurisdiction, on: dt.date, yearly: Fraction) -> Compared:
    try:
        found = plan_of(offer, law)
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
    return ability_by(session.scalars(select(Circumstance).where(Circumstance.matter_id == matter_id)), on)


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
