"""A matter as the checks see it: contacts in compact rows, and the facts around them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

from casedesk.base import times
from casedesk.base.clock_hours import DAY
from casedesk.base.typed_time import Precision
from casedesk.records import Agreement, Collector, ContactPerson, Creditor, Debt, Guarantor, Incident, Notice, Payment
from casedesk.records.words import Channel, CreditorKind, Direction, NoticeKind, Role
from casedesk.rules.rulebook import Basis, Rule
from casedesk.rules.tags import tag_of

LIABLE = frozenset({Role.DEBTOR, Role.GUARANTOR})
_QUARTER = 900_000
"""Every change of a clock falls on a quarter of an hour."""


class Contact(NamedTuple):
    """One incident, with its time at its place; words are those the cabinet keeps."""

    id: int
    at: int
    """Milliseconds since 1970, UTC."""
    local: int
    """The same by the clock of the place."""
    day: int
    """Days since 1970 at the place."""
    zone: str
    precision: str
    channel: str
    incoming: bool
    answered: bool | None
    call_kind: str
    by_machine: bool | None
    reached: str
    person: int | None
    creditor: int | None
    collector: int | None
    debt: int | None
    number: str
    our_number: str
    identity: bool | None
    tags: frozenset[str]
    demanded: int | None
    people: int | None
    refused: bool
    said: bool
    """Whether words were logged."""

    @property
    def timed(self) -> bool:
        return self.precision != Precision.DAY

    @property
    def third(self) -> bool:
        return self.reached not in LIABLE

    @property
    def side(self) -> object:
        """Whose contact it was: the creditor's; where unknown, one number or company is never added to another."""
        return self.creditor or (self.collector and ("collector", self.collector)) or ("number", self.number)

    @property
    def called_person(self) -> object:
        """Who was reached, as far as known."""
        return self.person or (self.reached if self.reached in LIABLE else (self.reached, self.our_number))


class Hit(NamedTuple):
    """A contact that belongs to a rule's finding, or would if the field `asks` were known."""

    contact: Contact
    asks: str = ""


@lru_cache(maxsize=100_000)
def _offset(zone: str, quarter: int) -> int:
    shown = times.from_millis(quarter * _QUARTER).astimezone(times.zone(zone)).utcoffset()
    assert shown is not None
    return shown // dt.timedelta(milliseconds=1)


def local(at: int, zone: str) -> int:
    """The milliseconds the clock of a zone shows at a moment."""
    return at + _offset(zone, at // _QUARTER)


def day_number(day: dt.date) -> int:
    """Days since 1970."""
    return (day - times.EPOCH.date()).days


def date_of(day: int) -> dt.date:
    """The date of a number of days since 1970."""
    return times.EPOCH.date() + dt.timedelta(days=day)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known around the contacts. What the other side was told holds from the day it was told."""

    zone: str = "Asia/Shanghai"
    creditors: Mapping[int, Creditor] = field(default_factory=dict)
    collectors: Mapping[int, Collector] = field(default_factory=dict)
    debts: Mapping[int, Debt] = field(default_factory=dict)
    persons: Mapping[int, ContactPerson] = field(default_factory=dict)
    notices: Sequence[Notice] = ()
    agreements: Sequence[Agreement] = ()
    payments: Sequence[Payment] = ()
    guarantors: Sequence[Guarantor] = ()
    refusals: Mapping[int, int] = field(default_factory=dict)
    """Contact person -> moment of the first refusal logged with an incident."""
    first_contact: Mapping[int, int] = field(default_factory=dict)
    """Collector -> moment of its first contact."""
    first_talk: Mapping[int, int] = field(default_factory=dict)
    """Contact person -> moment of the first answered contact."""

    def is_first(self, contact: Contact) -> bool:
        """Whether it is its collector's first contact, as far as the log goes; so is one not saved yet and earlier."""
        first = self.first_contact.get(contact.collector or 0)
        return first is None or contact.at <= first

    def creditor_of(self, creditor: int | None, collector: int | None, debt: int | None) -> int | None:
        """Whose contact it was: as logged, else the debt's owner, else whom the collector collects for."""
        if creditor is not None:
            return creditor
        if debt is not None and debt in self.debts:
            return self.debts[debt].creditor_id
        of = self.collectors.get(collector or 0)
        return of.creditor_id if of is not None else None

    @cached_property
    def by_kind(self) -> dict[NoticeKind, list[Notice]]:
        found: dict[NoticeKind, list[Notice]] = defaultdict(list)
        for notice in self.notices:
            if notice.told_on is not None:
                found[notice.kind].append(notice)
        return found

    def debts_of(self, contact: Contact) -> list[Debt]:
        """The debt a contact was about, else those of its creditor."""
        if contact.debt is not None and contact.debt in self.debts:
            return [self.debts[contact.debt]]
        return [debt for debt in self.debts.values()
                if contact.creditor in {debt.creditor_id, debt.assignee_id}] if contact.creditor is not None else []


class Told:
    """What one notice told, and the contacts it holds for: after its day (it works once it has arrived), to its end."""

    def __init__(self, notice: Notice, *, delay: int = 0, lasts: int = 0, until_answered: bool = False) -> None:
        assert notice.told_on is not None
        self.notice = notice
        self.told = day_number(notice.told_on)
        self.after = self.told + delay
        ends = [day_number(day) for day in (notice.until, notice.answered_on if until_answered else None) if day]
        if lasts and not notice.until:
            ends.append(self.told + lasts)
        self.last = min(ends) if ends else None

    def holds(self, contact: Contact) -> bool:
        """Whether it was told to this side and holds on the contact's day."""
        notice = self.notice
        return (contact.day > self.after and (self.last is None or contact.day <= self.last)
                and notice.creditor_id in (None, contact.creditor)
                and notice.collector_id in (None, contact.collector))


def grouped(contacts: Iterable[Contact]) -> dict[object, list[Contact]]:
    """The contacts by whose they were, each list in order."""
    found: dict[object, list[Contact]] = defaultdict(list)
    for one in contacts:
        found[one.side].append(one)
    return found


class _Bound(NamedTuple):
    """A basis with the first and the last day it is in force."""

    basis: Basis
    first: int
    last: int


class Case:
    """Contacts in order of time with the facts; a check reads only the part it needs."""

    def __init__(self, contacts: Iterable[Contact], facts: Facts) -> None:
        self.contacts = sorted(contacts, key=_by_time)
        self.facts = facts
        self._bound: dict[tuple[str, int | None, int | None, int | None], tuple[_Bound, ...]] = {}

    @cached_property
    def incoming(self) -> list[Contact]:
        return [one for one in self.contacts if one.incoming]

    @cached_property
    def third(self) -> list[Contact]:
        return [one for one in self.incoming if one.reached not in LIABLE]

    @cached_property
    def tagged(self) -> dict[str, list[Contact]]:
        """Incoming contacts by each tag they bear."""
        found: dict[str, list[Contact]] = defaultdict(list)
        for one in self.incoming:
            for tag in one.tags:
                found[tag].append(one)
        return found

    @cached_property
    def by_channel(self) -> dict[str, list[Contact]]:
        found: dict[str, list[Contact]] = defaultdict(list)
        for one in self.incoming:
            found[one.channel].append(one)
        return found

    @cached_property
    def calls(self) -> dict[object, list[Contact]]:
        """Incoming calls to those who owe, by whose they were: lender and collectors together."""
        return grouped(one for one in self.by_channel[Channel.CALL] if one.reached in LIABLE)

    @cached_property
    def by_side(self) -> dict[object, list[Contact]]:
        """All contacts by whose they were, those the client began too."""
        return grouped(self.contacts)

    def bases(self, rule: Rule, contact: Contact) -> list[Basis]:
        """The bases that bind this contact on its day."""
        return [one.basis for one in self._bases(rule, contact) if one.first <= contact.day <= one.last]

    def binds(self, rule: Rule, contact: Contact) -> bool:
        """Whether any basis of the rule binds this contact on its day."""
        return any(first <= contact.day <= last for _, first, last in self._bases(rule, contact))

    def _bases(self, rule: Rule, contact: Contact) -> tuple[_Bound, ...]:
        """The bases that bind this contact on some day."""
        key = (rule.id, contact.creditor, contact.collector, contact.debt)
        bound = self._bound.get(key)
        if bound is None:
            bound = self._bound[key] = tuple(
                _Bound(basis, day_number(basis.valid_from), day_number(basis.valid_to or dt.date.max))
                for basis in rule.bases if self._binds(basis, contact))
        return bound

    def _binds(self, basis: Basis, contact: Contact) -> bool:
        """Whether the basis binds who made the contact, as far as known: what is not known does not free anybody."""
        scope, creditor = basis.scope, self.facts.creditors.get(contact.creditor or 0)
        if creditor is None:
            return not scope.collectors or contact.collector is not None or contact.creditor is None
        if not scope.takes(creditor):
            return False
        if scope.collectors and contact.collector is None and creditor.kind is not CreditorKind.ASSIGNEE:
            return False
        debts = self.facts.debts_of(contact)
        return not (scope.products and debts) or any(debt.product.value in scope.products for debt in debts)


def _by_time(contact: Contact) -> tuple[int, int]:
    return contact.at, contact.id


def was_answered(answered: bool | None, duration: int | None) -> bool | None:
    """What was logged; a call that lasted was answered."""
    return True if answered is None and duration else answered


def contact_of(incident: Incident, facts: Facts) -> Contact:
    """An incident as the checks see it."""
    at = times.to_millis(incident.at)
    here = local(at, incident.zone)
    tags = (tag_of(text) for text in incident.tags)
    return Contact(
        incident.id or 0, at, here, here // DAY, incident.zone, incident.precision.value, incident.channel.value,
        incident.direction is Direction.IN, was_answered(incident.answered, incident.duration),
        incident.call_kind.value, incident.by_machine, incident.reached.value, incident.contact_person_id,
        facts.creditor_of(incident.creditor_id, incident.collector_id, incident.debt_id), incident.collector_id,
        incident.debt_id, incident.normal or incident.number, incident.our_number, incident.identity_stated,
        frozenset(tag.value for tag in tags if tag is not None), incident.demanded, incident.people_count,
        incident.refused, bool(incident.words))
