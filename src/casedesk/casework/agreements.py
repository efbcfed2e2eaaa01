"""From an accepted offer to its schedule, and whether it is kept: payments matched to instalments, missed ones."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.calc import plan as plans
from casedesk.casework.deadlines import recompute_in
from casedesk.casework.negotiation import debts_of, law_of, offer_of
from casedesk.casework.records import Saved
from casedesk.records import (
    Agreement,
    Instalment,
    Matter,
    Offer,
    Payment,
    schedule,
)
from casedesk.records.rights import Right
from casedesk.records.schedule import Kept
from casedesk.records.terms import plan_of
from casedesk.records.words import AgreementForm, OfferState
from casedesk.store.cabinet import Store

_SPACE = uuids.UUID("6f0f5f5e-4e6a-4a0b-9f0e-5c1a4a0f7a11")
"""Names an agreement by its offer, so that one offer never becomes two agreements."""


@dataclass(frozen=True)
class Missed:
    """An instalment that is late, in which matter, by how many days."""

    matter_id: int
    matter_ref: str
    instalment_id: int
    number: int
    due_on: dt.date
    amount: int
    paid: int
    days: int


def agreement_from(
    store: Store, offer_id: int, *, agreed_on: dt.date, form: AgreementForm = AgreementForm.WRITTEN,
    debt_id: int | None = None,
) -> Saved:
    """The agreement of an offer with its whole schedule, in one unit of work; asked again, it finds the same one.

    `debt_id` is the debt of an offer that names none; InvalidEntry when the matter has several and none is given.
    """
    with store.work(Right.WRITE) as session:
        offer = offer_of(session, offer_id)
        name = uuids.uuid5(_SPACE, str(offer.uuid))
        found = session.scalars(select(Agreement).where(Agreement.uuid == name)).one_or_none()
        if found is None:
            offer.debt_id = offer.debt_id or debt_id or only_debt(session, offer.matter_id)
            found = _agree(session, offer, name, agreed_on, form)
    return Saved(found.id, found.uuid, found.version)


def _agree(session: Session, offer: Offer, name: uuids.UUID, agreed_on: dt.date, form: AgreementForm) -> Agreement:
    if offer.first_due_on is None:
        raise InvalidEntry(tr("The offer does not say when the first instalment is due."),
                           tr("Fill in the first due day of the offer."), field="first_due_on")
    if offer.made_on is not None and agreed_on < offer.made_on:
        raise InvalidEntry(tr("An agreement cannot be older than its offer."), tr("Look at both dates."),
                           field="agreed_on")
    if offer.first_due_on < agreed_on:
        raise InvalidEntry(
            tr("The first instalment would be due on {day}, before the agreement of {agreed}.",
               day=offer.first_due_on.isoformat(), agreed=agreed_on.isoformat()),
            tr("Write in the offer when it was answered, or a later first day."), field="first_due_on")
    found = plan_of(offer, law_of(session, offer.matter_id))
    agreement = Agreement(matter_id=offer.matter_id, uuid=name, agreed_on=agreed_on, debt_id=offer.debt_id,
                          offer_id=offer.id, form=form, total=found.total, terms=offer.terms)
    session.add(agreement)
    session.flush()
    session.add_all([
        Instalment(matter_id=offer.matter_id, uuid=uuids.uuid5(name, str(part.number)), agreement_id=agreement.id,
                   number=part.number, due_on=part.due_on, amount=part.amount, notes=_moved(part))
        for part in found.parts])
    offer.state, offer.answered_on = OfferState.ACCEPTED, offer.answered_on or agreed_on
    session.flush()
    recompute_in(session, offer.matter_id)
    return agreement


def only_debt(session: Session, matter_id: int) -> int | None:
    """The debt of a matter that has one, None of one that has none; InvalidEntry when there are several."""
    debts = debts_of(session, matter_id)
    if len(debts) > 1:
        raise InvalidEntry(tr("The agreement names no debt."), tr("Say which debt is settled."), field="debt_id")
    return debts[0].id if debts else None


def _moved(part: plans.Part) -> str:
    return tr("Moved from {day}, a holiday.", day=part.moved_from.isoformat()) if part.moved_from else ""


def kept(store: Store, agreement_id: int, on: dt.date) -> list[Kept]:
    """Every instalment of an agreement with what was paid on it by a day."""
    with store.read() as session:
        return kept_in(session, agreement_id, on)


def kept_in(session: Session, agreement_id: int, on: dt.date) -> list[Kept]:
    """The same within a session. Money without an instalment fills the oldest gap."""
    agreement = session.scalars(select(Agreement).where(Agreement.id == agreement_id)).one()
    instalments = session.scalars(select(Instalment).where(Instalment.agreement_id == agreement_id)
                                  .order_by(Instalment.due_on, Instalment.number)).all()
    return schedule.kept(instalments, _payments(session, agreement, instalments, on), on)


def _payments(session: Session, agreement: Agreement, instalments: Sequence[Instalment],
              on: dt.date) -> Sequence[Payment]:
    ours = {one.id for one in instalments}
    wanted = select(Payment).where(Payment.matter_id == agreement.matter_id).order_by(Payment.paid_on, Payment.id)
    return [one for one in session.scalars(wanted) if schedule.pays(one, agreement, ours, on)]


def assign_payments(store: Store, agreement_id: int, on: dt.date) -> list[int]:
    """Write into payments named for none which instalment they pay first; returns the payments' ids."""
    assigned = []
    with store.work(Right.WRITE) as session:
        for one in kept_in(session, agreement_id, on):
            for payment in session.scalars(select(Payment).where(
                    Payment.id.in_(one.payment_ids), Payment.instalment_id.is_(None))).all():
                payment.instalment_id = one.instalment_id
                assigned.append(payment.id)
                session.flush()
    return assigned


def release_payments(store: Store, ids: Collection[int]) -> None:
    """Take the instalments out of these payments again."""
    with store.work(Right.WRITE) as session:
        for payment in session.scalars(select(Payment).where(Payment.id.in_(ids))):
            payment.instalment_id = None


def missed(store: Store, on: dt.date, matter_id: int | None = None) -> list[Missed]:
    """The late instalments of all matters, or of one, oldest first."""
    with store.read() as session:
        wanted = select(Agreement, Matter.ref).join(Matter, Matter.id == Agreement.matter_id).where(
            Matter.deleted_at.is_(None))
        if matter_id is not None:
            wanted = wanted.where(Agreement.matter_id == matter_id)
        late = [(agreement, ref, one) for agreement, ref in session.execute(wanted).all()
                for one in kept_in(session, agreement.id, on) if one.state == "late"]
    found = [Missed(agreement.matter_id, ref, one.instalment_id, one.number, one.due_on, one.amount, one.paid,
                    (on - one.due_on).days) for agreement, ref, one in late]
    return sorted(found, key=lambda one: one.due_on)
