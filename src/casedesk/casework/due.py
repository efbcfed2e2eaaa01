"""What is due, late or soon, over all matters or in one; and the same as a calendar file."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.i18n import N_, Language, Say, words
from casedesk.calc.said import Said, said
from casedesk.casework.agreements import kept_in
from casedesk.records import Agreement, Deadline, Filing, Instalment, Matter, Offer
from casedesk.records.rights import Right
from casedesk.records.words import OfferState
from casedesk.store.cabinet import Store

if TYPE_CHECKING:
    from icalendar import Event

_PLAIN = {Deadline.__tablename__: N_("Deadline"), Instalment.__tablename__: N_("Instalment"),
          Offer.__tablename__: N_("Offer runs out"), Filing.__tablename__: N_("Answer due")}
_WARN = {Deadline.__tablename__: (30, 7, 1), Instalment.__tablename__: (7, 3, 1), Offer.__tablename__: (3, 1),
         Filing.__tablename__: (3,)}
"""So many days before the day a calendar reminds of it."""


@dataclass(frozen=True)
class DueItem:
    """One thing that waits: the day, what, of what kind, in which matter; `place` is where the window shows it."""

    day: dt.date
    what: Said
    table: str
    matter_id: int
    matter_ref: str
    record_id: int
    uuid: uuids.UUID
    changed_at: dt.datetime

    @property
    def place(self) -> str:
        """'negotiation/instalment'."""
        return {"deadline": "deadlines/deadline", "offer": "negotiation/offer", "filing": "filings/filing",
                "instalment": "negotiation/instalment"}[self.table]

    def late(self, today: dt.date) -> bool:
        return self.day < today


def due_items(store: Store, until: dt.date, *, matter_id: int | None = None) -> list[DueItem]:
    """Everything that waits with a day up to `until`, earliest first: deadlines, offers, instalments, answers."""
    with store.read() as session:
        found = [*_deadlines(session, until, matter_id), *_offers(session, until, matter_id),
                 *_instalments(session, until, matter_id), *_filings(session, until, matter_id)]
    return sorted(found, key=lambda one: (one.day, one.table, one.record_id))


def _deadlines(session: Session, until: dt.date, matter_id: int | None) -> Iterator[DueItem]:
    wanted = select(Deadline, Matter.ref).join(Matter, Matter.id == Deadline.matter_id).where(
        Deadline.done_on.is_(None), Deadline.due_on <= until, *_matters(matter_id))
    for one, ref in session.execute(wanted):
        if one.due_on is not None:
            yield _item(one, one.due_on, said(one.name), ref)


def _offers(session: Session, until: dt.date, matter_id: int | None) -> Iterator[DueItem]:
    wanted = select(Offer, Matter.ref).join(Matter, Matter.id == Offer.matter_id).where(
        Offer.state == OfferState.OPEN, Offer.valid_until <= until, *_matters(matter_id))
    for one, ref in session.execute(wanted):
        if one.valid_until is not None:
            side = said(one.side.label)
            what = said(N_("Offer runs out ({side})"), side=side) if one.total is None else said(
                N_("Offer runs out ({side}): {total}"), side=side, total=one.total)
            yield _item(one, one.valid_until, what, ref)


def _instalments(session: Session, until: dt.date, matter_id: int | None) -> Iterator[DueItem]:
    wanted = select(Agreement, Matter.ref).join(Matter, Matter.id == Agreement.matter_id).where(*_matters(matter_id))
    for agreement, ref in session.execute(wanted).all():
        missing = {one.instalment_id: one.missing for one in kept_in(session, agreement.id, dt.date.max)}
        for one in session.scalars(select(Instalment).where(
                Instalment.agreement_id == agreement.id, Instalment.due_on <= until).order_by(Instalment.due_on)):
            if one.due_on is not None and missing.get(one.id):
                yield _item(one, one.due_on, said(N_("Instalment {n}: {amount}"), n=str(one.number),
                                                  amount=missing[one.id]), ref)


def _filings(session: Session, until: dt.date, matter_id: int | None) -> Iterator[DueItem]:
    wanted = select(Filing, Matter.ref).join(Matter, Matter.id == Filing.matter_id).where(
        Filing.answered_on.is_(None), Filing.answer_due_on <= until, *_matters(matter_id))
    for one, ref in session.execute(wanted):
        if one.answer_due_on is not None:
            yield _item(one, one.answer_due_on, said(N_("Answer of {name} due"), name=one.recipient), ref)


def _matters(matter_id: int | None) -> list[ColumnElement[bool]]:
    alive = Matter.deleted_at.is_(None)
    return [alive] if matter_id is None else [alive, Matter.id == matter_id]


def _item(record: Deadline | Offer | Instalment | Filing, day: dt.date, what: Said, ref: str) -> DueItem:
    return DueItem(day, what, record.__tablename__, record.matter_id, ref, record.id, record.uuid, record.changed_at)


def reminders(store: Store, today: dt.date) -> list[DueItem]:
    """What a person is reminded of on a day: what is late or due, and what is due in as many days as its kind warns."""
    until = today + dt.timedelta(days=max(max(days) for days in _WARN.values()))
    return [one for one in due_items(store, until)
            if one.day <= today or (one.day - today).days in _WARN[one.table]]


def public(item: DueItem, say: Say) -> str:
    """The item without a person's name, for eyes outside the cabinet: '2026-0012 Instalment 3: 500.00'."""
    amount = f" {item.what.values['n']}: {item.what.values['amount']}" if item.table == "instalment" else ""
    return f"{item.matter_ref} {say(_PLAIN[item.table])}{amount}"


def ics(store: Store, lang: Language, *, matter_id: int | None = None, until: dt.date = dt.date.max) -> bytes:
    """What waits as a calendar (RFC 5545) of whole days with reminders; the same records give the same bytes.

    It goes to calendars outside the cabinet: the matter's reference and what is due, never a name of a person.
    """
    from icalendar import Calendar

    store.require(Right.EXPORT)
    calendar, say = Calendar(), words(lang)
    calendar.add("prodid", "-//CaseDesk//CaseDesk//EN")
    calendar.add("version", "2.0")
    for item in due_items(store, until, matter_id=matter_id):
        calendar.add_component(_event(item, say))
    return bytes(calendar.to_ical())


def _event(item: DueItem, say: Say) -> Event:
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", f"{item.uuid}@casedesk")
    event.add("dtstamp", item.changed_at if item.changed_at > times.EPOCH else times.EPOCH)
    event.add("dtstart", item.day)
    event.add("dtend", item.day + dt.timedelta(days=1))
    event.add("summary", public(item, say))
    event.add("transp", "TRANSPARENT")
    for days in _WARN[item.table]:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"{item.matter_ref} {say(_PLAIN[item.table])}")
        alarm.add("trigger", dt.timedelta(days=-days, hours=9))
        event.add_component(alarm)
    return event
