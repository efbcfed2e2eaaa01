"""A matter read for the checks: its contacts in compact rows, and the facts around them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection
from functools import partial
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnElement, Integer, Table, Text, cast as sql_cast, func, select, type_coerce
from sqlalchemy.orm import Session

from casedesk.base.clock_hours import DAY
from casedesk.records import (
    Agreement,
    Collector,
    ContactPerson,
    Creditor,
    Debt,
    Guarantor,
    Incident,
    Matter,
    Notice,
    Payment,
    Record,
)
from casedesk.records.words import Direction
from casedesk.rules.case import Contact, Facts, local, was_answered
from casedesk.rules.tags import read_tags

_TABLE = cast("Table", Incident.__table__)
_INTEGERS = ("at", "answered", "duration", "by_machine", "contact_person_id", "creditor_id", "collector_id", "debt_id",
             "identity_stated", "demanded", "people_count", "refused")
_TEXTS = ("zone", "precision", "channel", "direction", "call_kind", "reached", "normal", "number", "our_number", "tags",
          "words")
_AT = type_coerce(_TABLE.c.at, BigInteger)
_OTHERWISE = {"words": func.substr(_TABLE.c.words, 1, 1), "tags": sql_cast(_TABLE.c.tags, Text)}
_READ = (_TABLE.c.id, *(type_coerce(_TABLE.c[name], BigInteger) for name in _INTEGERS),
         *(type_coerce(_OTHERWISE.get(name, _TABLE.c[name]), Text) for name in _TEXTS))
_BOOL = {None: None, 0: False, 1: True}
_OF_MATTER: tuple[tuple[str, type[Any]], ...] = (
    ("notices", Notice), ("agreements", Agreement), ("payments", Payment), ("guarantors", Guarantor))


class Reader:
    """Reads the cases of some matters in one session; what is known around them is read once for all."""

    def __init__(self, session: Session, matter_ids: Collection[int]) -> None:
        self.session = session
        self._ids = list(matter_ids)
        self._creditors = {one.id: one for one in session.scalars(select(Creditor))}
        self._collectors = {one.id: one for one in session.scalars(select(Collector))}
        kinds: list[type[Any]] = [Debt, ContactPerson, *(kind for _, kind in _OF_MATTER)]
        self._of_matter = {kind: self._all(kind) for kind in kinds}
        self._with_persons = list(self._of_matter[ContactPerson])
        self._first_contact = self._firsts(self._ids, _TABLE.c.collector_id, _TABLE.c.direction == Direction.IN)
        by_person = partial(self._firsts, self._with_persons, _TABLE.c.contact_person_id)
        self._refusals, self._first_talk = by_person(_TABLE.c.refused.is_(True)), by_person(_TABLE.c.answered.is_(True))

    def facts(self, matter: Matter) -> Facts:
        """What is known around a matter's contacts."""
        of = {kind: found.get(matter.id, []) for kind, found in self._of_matter.items()}
        return Facts(
            zone=matter.zone, creditors=self._creditors, collectors=self._collectors,
            debts={one.id: one for one in of[Debt]}, persons={one.id: one for one in of[ContactPerson]},
            refusals=self._refusals[matter.id], first_contact=self._first_contact[matter.id],
            first_talk=self._first_talk[matter.id], **{name: of[kind] for name, kind in _OF_MATTER})

    def _all(self, kind: type[Any]) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for one in self.session.scalars(select(kind).where(kind.matter_id.in_(self._ids)).order_by(kind.id)):
            found[one.matter_id].append(one)
        return found

    def _firsts(self, matter_ids: list[int], by: Any, when: Any) -> dict[int, dict[int, int]]:
        """For each matter the moment of the first incident by the value of a column."""
        found: dict[int, dict[int, int]] = defaultdict(dict)
        if matter_ids:
            of = _TABLE.c.matter_id
            for matter_id, value, at in self.session.connection().execute(
                    select(of, type_coerce(by, Integer), func.min(_AT))
                    .where(of.in_(matter_ids), _TABLE.c.deleted_at.is_(None), by.is_not(None), when)
                    .group_by(of, by)):
                found[matter_id][value] = at
        return found

    def contacts(self, matter_id: int, facts: Facts, days: tuple[int, int] | None = None,
                 creditors: Collection[int | None] = ()) -> list[Contact]:
        """A matter's contacts; where days are given those from the first to the last, or a few more, and of them those
        of some creditors (None: of nobody known), or a few more.
        """
        wanted = select(*_READ).where(_TABLE.c.matter_id == matter_id, _TABLE.c.deleted_at.is_(None))
        if days is not None:  # no clock is more than a day from UTC
            wanted = wanted.where((days[0] - 1) * DAY <= _AT, (days[1] + 2) * DAY > _AT)
        if creditors:
            wanted = wanted.where(_of(facts, creditors))
        return [_contact(row, facts) for row in self.session.connection().execute(wanted).all()]


def _of(facts: Facts, creditors: Collection[int | None]) -> ColumnElement[bool]:
    """Incidents that may be of these creditors: as logged, or by debt or collector where no creditor was logged."""
    collectors = [id_ for id_, one in facts.collectors.items() if one.creditor_id in creditors]
    debts = [id_ for id_, one in facts.debts.items() if one.creditor_id in creditors]
    by_others = _TABLE.c.collector_id.in_(collectors) | _TABLE.c.debt_id.in_(debts)
    if None in creditors:
        by_others |= _TABLE.c.collector_id.is_(None) & _TABLE.c.debt_id.is_(None)
    return _TABLE.c.creditor_id.in_([one for one in creditors if one is not None]) | (
        _TABLE.c.creditor_id.is_(None) & by_others)


def _contact(row: Any, facts: Facts) -> Contact:
    (id_, at, answered, duration, machine, person, creditor, collector, debt, identity, demanded, people, refused,
     zone, precision, channel, direction, kind, reached, normal, number, our_number, tags, words) = row
    here = local(at, zone)
    if creditor is None:
        creditor = facts.creditor_of(None, collector, debt)
    return Contact(
        id_, at, here, here // DAY, zone, precision, channel, direction == "in",
        was_answered(_BOOL[answered], duration), kind, _BOOL[machine], reached, person, creditor, collector, debt,
        normal or number, our_number, _BOOL[identity], read_tags(tags), demanded, people, bool(refused), bool(words))


def digest(facts: Facts) -> str:
    """A hash of all that is known; while it stays the same, only changed incidents can change findings."""
    told: list[str] = [facts.zone]
    for records in (facts.creditors, facts.collectors, facts.debts, facts.persons):
        told += [_told(one) for one in records.values()]
    for listed in (facts.notices, facts.agreements, facts.payments, facts.guarantors):
        told += [_told(one) for one in listed]
    told += [repr(sorted(firsts.items())) for firsts in (facts.refusals, facts.first_contact, facts.first_talk)]
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()


def _told(record: Record) -> str:
    """A record's version says all of it: every save raises it."""
    return f"{record.__tablename__} {record.id} {record.version}"


