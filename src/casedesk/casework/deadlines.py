"""Deadlines that follow from facts: each keeps its rule and moves when the fact does; see `due` for what waits."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import N_, tr
from casedesk.calc import limitation, terms
from casedesk.calc.limitation import Event, Guarantee, Limitation
from casedesk.calc.said import Said, said
from casedesk.records import (
    Act,
    Agreement,
    Deadline,
    Debt,
    Filing,
    Guarantor,
    Instalment,
    Matter,
    Offer,
    Payment,
    Record,
)
from casedesk.records.rights import Right
from casedesk.records.words import Jurisdiction, Side
from casedesk.store.cabinet import Store
from casedesk.store.work import WITH_TRASH

FACTS: tuple[type[Record], ...] = (Debt, Guarantor, Act, Payment, Offer, Agreement, Instalment, Filing, Matter)
"""Kinds of record a computed deadline may hang on."""
_SPACE = uuids.UUID("0b9d3a52-3d0f-4c52-8f6e-0f6f5b1a7c31")
_LIMITATION, _ENFORCEMENT, _GUARANTEE, _DAY = "limitation", "enforcement", "guarantee", "day"
_NAMES = {
    _LIMITATION: N_("Limitation of the debt runs out: {name}"),
    _ENFORCEMENT: N_("Time for applying for enforcement runs out: {name}"),
    _GUARANTEE: N_("Guarantee period ends: {name}"),
}


@dataclass(frozen=True)
class _Wanted:
    rule: str
    about: str
    due_on: dt.date
    name: str
    basis: str


def limitation_of(store: Store, debt_id: int, as_of: dt.date) -> Limitation:
    """Where the limitation of a debt stands on a day, with every step."""
    with store.read() as session:
        debt = session.scalars(select(Debt).where(Debt.id == debt_id)).one()
        return limitation_in(session, debt, as_of)


def limitation_in(session: Session, debt: Debt, as_of: dt.date) -> Limitation:
    """The same within a session; "unknown" when no due day is known or the law is not in the program."""
    matter = session.scalars(select(Matter).where(Matter.id == debt.matter_id)).one()
    begins = debt.due_on or debt.overdue_since
    if begins is None:
        return Limitation("unknown", None, (), (said(N_("The due day of the debt is not known.")),))
    events = events_of(session, debt)
    if matter.jurisdiction is Jurisdiction.EW:
        return limitation.england(begins, events, as_of)
    if matter.jurisdiction is Jurisdiction.US:
        return limitation.state_law(begins, as_of, None)
    return limitation.claim(begins, events, as_of)


def events_of(session: Session, debt: Debt) -> list[Event]:
    """Everything recorded that restarts or suspends the limitation of a debt."""
    acts = session.scalars(select(Act).where(Act.debt_id == debt.id)).all()
    found = [Event(one.kind.value, one.done_on, one.until, f"act:{one.uuid}") for one in acts
             if one.done_on is not None and one.kind.value in (*limitation.RESTARTS, "obstacle")]
    if debt.suit_on is not None and not any(event.kind == "suit" for event in found):
        found.append(Event("suit", debt.suit_on, debt.judged_until, f"debt:{debt.uuid}"))
    payments = session.scalars(select(Payment).where(Payment.debt_id == debt.id)).all()
    offers = session.scalars(select(Offer).where(Offer.debt_id == debt.id, Offer.side == Side.CLIENT)).all()
    found += [Event("payment", one.paid_on, None, f"payment:{one.uuid}") for one in payments if one.paid_on]
    found += [Event("offer", one.made_on, None, f"offer:{one.uuid}") for one in offers if one.made_on]
    return [*found, *_agreed(session, debt)]


def _agreed(session: Session, debt: Debt) -> Iterator[Event]:
    """Agreements on a debt; the period begins at the end of their schedule (Civil Code 189)."""
    for agreement in session.scalars(select(Agreement).where(Agreement.debt_id == debt.id)):
        if agreement.agreed_on is not None:
            days = [day for day in session.scalars(select(Instalment.due_on).where(
                Instalment.agreement_id == agreement.id)) if day is not None]
            yield Event("agreement", agreement.agreed_on, max(days, default=None), f"agreement:{agreement.uuid}")


def guarantee_of(session: Session, guarantor: Guarantor, as_of: dt.date) -> Guarantee | None:
    """Where a guarantor stands on a day; None when the main debt's due day is not known."""
    debt = session.scalars(select(Debt).where(Debt.id == guarantor.debt_id)).one_or_none()
    main_due = None if debt is None else debt.due_on or debt.overdue_since
    if debt is None or main_due is None:
        return None
    acts = session.scalars(select(Act).where(Act.debt_id == debt.id)).all()
    events = [Event(one.kind.value, one.done_on, one.until) for one in acts
              if one.done_on is not None and one.guarantor_id in (None, guarantor.id)]
    if debt.suit_on is not None:
        events.append(Event("suit", debt.suit_on))
    return limitation.guarantee(main_due, guarantor.kind.value, events, as_of, agreed_until=guarantor.until,
                                signed_on=guarantor.signed_on)


def follow(store: Store, matter_id: int, rule: str, *, filing_id: int | None = None, agreement_id: int | None = None,
           day: dt.date | None = None) -> uuids.UUID:
    """A deadline that follows a term of law (a key of `calc.terms.terms()`) from a filing, an agreement or a day."""
    store.require(Right.WRITE)
    if rule not in terms.terms():
        raise InvalidEntry(tr("“{value}” is not one of the choices.", value=rule), field="rule")
    with store.work(Right.WRITE) as session:
        about = _about(session, filing_id, agreement_id, day)
        found = _deadline(session, matter_id, rule, about)
        wanted = _followed(session, found)
        if wanted is None:
            raise InvalidEntry(tr("The day it counts from is not known."), tr("Fill in that day first."), field="day")
        _set(found, wanted)
        session.add(found)
        return found.uuid


def _about(session: Session, filing_id: int | None, agreement_id: int | None, day: dt.date | None) -> str:
    if filing_id is not None:
        return f"filing:{session.scalars(select(Filing.uuid).where(Filing.id == filing_id)).one()}"
    if agreement_id is not None:
        return f"agreement:{session.scalars(select(Agreement.uuid).where(Agreement.id == agreement_id)).one()}"
    if day is None:
        raise InvalidEntry(tr("The day it counts from is not known."), tr("Fill in that day first."), field="day")
    return f"{_DAY}:{day.isoformat()}"


def recompute(store: Store, matter_id: int) -> int:
    """Make and move the computed deadlines of a matter; returns how many were made or moved."""
    with store.work(Right.WRITE) as session:
        return recompute_in(session, matter_id)


def recompute_in(session: Session, matter_id: int) -> int:
    """The same within a unit of work. One that is done, or that a person changed or deleted, is left as it is."""
    wanted = {(one.rule, one.about): one for one in _computed(session, matter_id)}
    count = 0
    for one in session.scalars(select(Deadline).where(Deadline.matter_id == matter_id, Deadline.rule != "")).all():
        found = wanted.pop((one.rule, one.about), None) or _followed(session, one)
        if one.done_on is not None:
            continue
        count += _lost(one) if found is None else _set(one, found)
    for found in wanted.values():
        one = _deadline(session, matter_id, found.rule, found.about)
        if one.deleted_at is None and one.done_on is None and one.about:
            count += _set(one, found)
            session.add(one)
    session.flush()
    return count


def facts_changed(session: Session, record: Record) -> None:
    """Let the computed deadlines follow a record that was saved, deleted or brought back."""
    if isinstance(record, Deadline) and record.rule and inspect(record).attrs.due_on.history.has_changes():
        record.rule = record.about = ""  # a person's own day stays as typed
    follow_facts(session, fact_of(record))


def fact_of(record: Record) -> set[int]:
    """The matter whose computed deadlines may hang on the record; empty when none can."""
    if not isinstance(record, FACTS):
        return set()
    return {record.id if isinstance(record, Matter) else getattr(record, "matter_id")}  # noqa: B009


def follow_facts(session: Session, matters: set[int]) -> None:
    """Let the computed deadlines of these matters follow what was just changed."""
    session.flush()
    for matter_id in sorted(matters):
        recompute_in(session, matter_id)


def _deadline(session: Session, matter_id: int, rule: str, about: str) -> Deadline:
    """The deadline of this rule and fact, in the trash or not, or a new one."""
    name = uuids.uuid5(_SPACE, f"{matter_id} {rule} {about}")
    found = session.scalars(select(Deadline).where(Deadline.uuid == name), execution_options=WITH_TRASH).one_or_none()
    return found or Deadline(matter_id=matter_id, uuid=name, rule=rule, about=about)


def _set(one: Deadline, found: _Wanted) -> bool:
    before = one.due_on, one.rule
    one.due_on, one.rule, one.about = found.due_on, found.rule, found.about
    if not one.name:
        one.name, one.basis = found.name, found.basis
    return before != (one.due_on, one.rule)


def _lost(one: Deadline) -> bool:
    """The fact is gone: the date stays, as one that a person must look at."""
    one.rule = ""
    one.notes = f"{one.notes}\n{tr('What this date was computed from is gone; check it.')}".strip()
    return True


def _computed(session: Session, matter_id: int) -> Iterator[_Wanted]:
    today = dt.datetime.now().astimezone().date()
    law = session.scalars(select(Matter.jurisdiction).where(Matter.id == matter_id)).one_or_none()
    if law is None:  # the matter lies in the trash with all its facts
        return
    for debt in session.scalars(select(Debt).where(Debt.matter_id == matter_id)).all():
        about = f"debt:{debt.uuid}"
        rule = _LIMITATION if debt.judged_until is None else _ENFORCEMENT
        found = limitation_in(session, debt, today) if rule == _LIMITATION else _enforcement(session, debt, law, today)
        if found.ends_on is not None:
            yield _wanted(rule, about, found.ends_on, _called(debt), found.marks[-1].what)
    for guarantor in session.scalars(select(Guarantor).where(Guarantor.matter_id == matter_id)).all():
        stands = guarantee_of(session, guarantor, today) if law is Jurisdiction.CN else None
        if stands is not None:
            yield _wanted(_GUARANTEE, f"guarantor:{guarantor.uuid}", stands.ends_on, guarantor.name, stands.needed)


def _enforcement(session: Session, debt: Debt, law: Jurisdiction, today: dt.date) -> Limitation:
    """Until when a judgment may be enforced; unknown where that is state law."""
    assert debt.judged_until is not None
    if law is Jurisdiction.EW:
        return limitation.england(debt.judged_until, [], today, judgment=True)
    if law is Jurisdiction.US:
        return limitation.state_law(debt.judged_until, today, None)
    events = [event for event in events_of(session, debt) if event.kind != "suit"]
    return limitation.enforcement(debt.judged_until, events, today)


def _called(debt: Debt) -> str:
    return f"{tr(debt.product.label)} {debt.contract_number}".strip()


def _wanted(rule: str, about: str, due_on: dt.date, name: str, why: Said) -> _Wanted:
    return _Wanted(rule, about, due_on, tr(_NAMES[rule], name=name), why.source.by(tr))


def _followed(session: Session, one: Deadline) -> _Wanted | None:
    """What a deadline that follows a term of law should now be; None when its fact is gone."""
    term = terms.terms().get(one.rule)
    day = None if term is None else _fact(session, one.about, term.fact)
    if term is None or day is None:
        return None
    due_on, remarks = term.ends(day)
    basis = " ".join([term.source.by(tr), *(remark.by(tr) for remark in remarks)])
    return _Wanted(one.rule, one.about, due_on, tr(term.name), basis)


def _fact(session: Session, about: str, fact: str) -> dt.date | None:
    kind, _, name = about.partition(":")
    if kind == _DAY:
        return dt.date.fromisoformat(name)
    if kind == "filing":
        filing = session.scalars(select(Filing).where(Filing.uuid == uuids.UUID(name))).one_or_none()
        return None if filing is None else filing.answered_on if fact == "answer" else filing.filed_on
    agreement = session.scalars(select(Agreement).where(Agreement.uuid == uuids.UUID(name))).one_or_none()
    return None if agreement is None else agreement.agreed_on
