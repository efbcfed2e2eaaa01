"""What the cabinet knows that helps to log quickly: matters, numbers and whose they are, the day's calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casedesk.base import phones, times
from casedesk.base.typed_time import TypedTime
from casedesk.casework.drafts import drafts
from casedesk.records import Collector, ContactPerson, Creditor, Draft, Incident, Matter, PhoneNumber
from casedesk.records.words import Channel, MatterStatus, Role
from casedesk.store.cabinet import Store
from casedesk.ui.quick_log.entry import PREFIX

_MATTERS, _NUMBERS, _USED, _LATEST = 2000, 5000, 100, 200


@dataclass(frozen=True)
class KnownMatter:
    """A matter that may be logged to."""

    id: int
    label: str
    zone: str


@dataclass(frozen=True)
class KnownNumber:
    """A number and whose it is, as far as known."""

    number: str
    normal: str
    whose: str = ""
    used: int = 0
    """How many incidents of this matter came from it."""

    @property
    def shown(self) -> str:
        """The number with whose it is."""
        return f"{self.number}   {self.whose}" if self.whose else self.number


@dataclass(frozen=True)
class KnownPerson:
    """A contact person of the matter."""

    id: int
    role: Role
    name: str


@dataclass(frozen=True)
class Opening:
    """What the quick log is given when it opens."""

    matters: list[KnownMatter]
    last_matter: int | None
    last_number: str
    drafts: list[Draft]


@dataclass(frozen=True)
class OfMatter:
    """What is known in one matter."""

    matter_id: int
    numbers: list[KnownNumber]
    persons: list[KnownPerson]


def opening(store: Store) -> Opening:
    """Matters, the latest first and closed ones last; what this person logged last; the drafts that wait."""
    with store.read() as session:
        rows = session.execute(
            select(Matter.id, Matter.ref, Matter.name, Matter.zone)
            .order_by(Matter.status == MatterStatus.CLOSED, Matter.changed_at.desc(), Matter.id.desc())
            .limit(_MATTERS)).all()
        last = _last(session, store.who)
    matters = [KnownMatter(id_, f"{ref} {name}", zone) for id_, ref, name, zone in rows]
    waiting = [one for one in drafts(store) if one.key.startswith(PREFIX)]
    return Opening(matters, last[0], last[1], waiting)


def _last(session: Session, who: str) -> tuple[int | None, str]:
    top = session.scalar(select(func.max(Incident.id))) or 0
    found = session.execute(
        select(Incident.matter_id, Incident.number)
        .where(Incident.id > top - _LATEST, Incident.created_by == who)
        .order_by(Incident.id.desc()).limit(1)).first()
    return found if found is not None else (None, "")


def of_matter(store: Store, matter_id: int) -> OfMatter:
    """Numbers used in the matter, the most used first, then all known ones; and its contact persons."""
    with store.read() as session:
        known = {one.normal or one.number: one for one in _registered(session)}
        used = list(_used(session, matter_id, known))
        persons = [KnownPerson(one.id, one.role, one.caption) for one in session.scalars(
            select(ContactPerson).where(ContactPerson.matter_id == matter_id).order_by(ContactPerson.id))]
    taken = {one.normal or one.number for one in used}
    return OfMatter(matter_id, [*used, *(one for key, one in known.items() if key not in taken)], persons)


def _used(session: Session, matter_id: int, known: dict[str, KnownNumber]) -> Iterable[KnownNumber]:
    rows = session.execute(
        select(func.max(Incident.number), Incident.normal, func.count())
        .where(Incident.matter_id == matter_id, Incident.number != "", Incident.deleted_at.is_(None))
        .group_by(Incident.normal).order_by(func.count().desc()).limit(_USED))
    for number, normal, count in rows:
        registered = known.get(normal or number)
        yield KnownNumber(number, normal, registered.whose if registered else "", count)


def _registered(session: Session) -> Iterable[KnownNumber]:
    collectors = {id_: (name, creditor) for id_, name, creditor in session.execute(
        select(Collector.id, Collector.name, Collector.creditor_id))}
    creditors = dict(session.execute(select(Creditor.id, Creditor.name)).all())
    rows = session.execute(select(PhoneNumber.number, PhoneNumber.normal, PhoneNumber.collector_id,
                                  PhoneNumber.creditor_id).order_by(PhoneNumber.id.desc()).limit(_NUMBERS))
    for number, normal, collector_id, creditor_id in rows:
        agency, behind = collectors.get(collector_id or 0, ("", None))
        yield KnownNumber(number, normal, _whose(agency, creditors.get(creditor_id or behind or 0, "")))


def _whose(agency: str, creditor: str) -> str:
    if agency and creditor:
        return f"{agency} → {creditor}"
    return agency or creditor


def find_number(numbers: Iterable[KnownNumber], typed: str, region: str) -> KnownNumber | None:
    """The known number that was typed, however it was written."""
    normal = phones.read_phone(typed, region).normal if typed.strip() else ""
    if not normal:
        return None
    return next((one for one in numbers if one.normal == normal), None)


@dataclass(frozen=True)
class Counting:
    """Count the answered calls before a moment; gives what was asked with the number."""

    store: Store
    matter_id: int
    moment: TypedTime

    def __call__(self) -> tuple[tuple[int, TypedTime], int]:
        return (self.matter_id, self.moment), answered_before(
            self.store, self.matter_id, self.moment.at, self.moment.zone)


def answered_before(store: Store, matter_id: int, at: dt.datetime, zone: str) -> int:
    """How many answered calls of the matter are logged on the same day at the place up to the moment."""
    place = times.zone(zone)
    start = dt.datetime.combine(times.day(at, zone), dt.time(), place)
    with store.read() as session:
        return session.scalar(
            select(func.count()).select_from(Incident).where(
                Incident.matter_id == matter_id, Incident.at.between(start, at), Incident.channel == Channel.CALL,
                Incident.answered.is_(True), Incident.deleted_at.is_(None))) or 0
