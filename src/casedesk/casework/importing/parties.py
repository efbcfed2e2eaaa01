"""Whose number a row has: a collector's, a creditor's, a contact person's, or nobody's yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import phones, times
from casedesk.base.i18n import tr
from casedesk.casework.importing.choices import Choices
from casedesk.casework.importing.names import Names
from casedesk.casework.incidents import Owner
from casedesk.imports.draft import Draft
from casedesk.records import Collector, ContactPerson, Creditor, PhoneNumber

NOBODY = Owner()
_MOST_REMEMBERED = 20_000
"""So many numbers are looked up once only."""
_PHONES = {"sms-backup", "phoneview", "iphone-calls"}
"""The formats that are a phone's own history, with private people in it."""
_PERSONAL = {phones.PhoneClass.MOBILE, phones.PhoneClass.OVERSEAS, phones.PhoneClass.FIXED_OR_MOBILE,
             phones.PhoneClass.UNKNOWN}
"""Lines that may be a person's own."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of one number, read once."""

    normal: str
    kind: phones.PhoneClass
    owner: Owner
    excluded: str
    """Why rows of this number are left out; empty when they are not."""


class Parties:
    """The numbers of a matter's world, with what the person chose."""

    def __init__(self, session: Session, matter_id: int, choices: Choices, zones: Iterable[str]) -> None:
        """`zones`: the matter's, then those of the files; a number chosen may be of any of their countries."""
        self._choices = choices
        regions = list(dict.fromkeys(map(times.region, zones)))
        self._region = regions[0]
        self._lines: dict[tuple[str, str], Line] = {}
        self._owners = _owners(session)
        self._owners.update((_normal(number, region), owner) for number, owner in choices.assigned.items()
                            for region in regions)
        self._contacts = {
            _normal(person.phone, self._region): person.caption for person in session.scalars(
                select(ContactPerson).where(ContactPerson.matter_id == matter_id)) if person.phone}
        self._excluded = frozenset(_normal(number, region) for number in choices.excluded for region in regions)
        self._included = frozenset(_normal(number, region) for number in choices.included for region in regions)
        self._names = Names(session, matter_id)

    def line(self, number: str, zone: str = "") -> Line:
        """What is known of a number as the file has it, read as those of the zone's country."""
        region = times.region(zone) if zone else self._region
        found = self._lines.get((region, number))
        if found is None:
            phone = phones.read_phone(number, region)
            owner = self._owners.get(phone.normal, NOBODY) if phone.normal else NOBODY
            found = Line(phone.normal, phone.kind, owner, self._why_not(phone.normal or number.strip(), owner))
            if len(self._lines) < _MOST_REMEMBERED:
                self._lines[region, number] = found
        return found

    def _why_not(self, normal: str, owner: Owner) -> str:
        if normal in self._included:
            return ""
        if normal in self._excluded:
            return tr("a number that was left out")
        if owner != NOBODY:
            return ""
        if normal and normal in self._contacts:
            return tr("a contact person's number: {name}", name=self._contacts[normal])
        return tr("not a number of a collector or creditor") if self._choices.only_known else ""

    def private(self, draft: Draft, line: Line, format_id: str) -> str:
        """Why a row of a phone's own history stays out unless its number is chosen: it may be private.

        It is, when the address book has a name for a number that is nobody's here and is no company's line.
        """
        if self._choices.private or not draft.name or format_id not in _PHONES:
            return ""
        if line.kind not in _PERSONAL or line.owner != NOBODY:
            return ""
        return "" if (line.normal or draft.number.strip()) in self._included else tr("In the address book: private?")

    def numbers(self) -> Iterator[str]:
        """The comparable form of every number known here."""
        yield from self._owners
        yield from self._contacts

    def referred(self, draft: Draft) -> tuple[dict[str, Any], list[str]]:
        """The record ids a table's names stand for, and the names nobody here bears.

        Whom or what a row of our own workbook names, and nobody knows here, is recorded.
        """
        return self._names.found(draft)

    def recorded(self) -> list[str]:
        """The names that were recorded since this was asked last."""
        names, self._names.made = self._names.made, []
        return names


def _normal(number: str, region: str) -> str:
    return phones.read_phone(number, region).normal or number.strip()


def _owners(session: Session) -> dict[str, Owner]:
    """The owner of every recorded number; a number of more than one is nobody's."""
    creditor_of = dict(session.execute(select(Collector.id, Collector.creditor_id)).all())
    found: dict[str, set[Owner]] = {}
    rows = [(number.number, number.normal, number.collector_id, number.creditor_id)
            for number in session.scalars(select(PhoneNumber))]
    rows += [(one.phone, "", one.id, None) for one in session.scalars(select(Collector).where(Collector.phone != ""))]
    rows += [(one.phone, "", None, one.id) for one in session.scalars(select(Creditor).where(Creditor.phone != ""))]
    for number, normal, collector_id, creditor_id in rows:
        key = normal or phones.read_phone(number).normal
        if key and (collector_id or creditor_id):
            owner = Owner(collector_id, creditor_id or creditor_of.get(collector_id or 0))
            found.setdefault(key, set()).add(owner)
    return {key: owners.pop() for key, owners in found.items() if len(owners) == 1}
