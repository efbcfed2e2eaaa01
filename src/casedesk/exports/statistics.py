"""Counting contacts: plain numbers over a matter's incidents, for the bundle and the workbook. No judgement in it."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from casedesk.base import times
from casedesk.base.typed_time import Precision
from casedesk.records.incidents import Incident
from casedesk.records.words import Channel, Direction, Role

Hours = tuple[int, int]
NIGHT: Hours = (22, 8)
"""From 22:00 to 08:00 at the place of the contact."""
NOT_THIRD = frozenset({Role.DEBTOR, Role.GUARANTOR})
"""Everybody else who was reached is a third person to the debt."""


class Contact(NamedTuple):
    """What of an incident is counted everywhere."""

    day: dt.date
    night: bool
    third: bool
    answered: bool
    seconds: int


@dataclass
class Tally:
    """The contacts of one number, collector or creditor."""

    shown: str = ""
    count: int = 0
    answered: int = 0
    night: int = 0
    third: int = 0
    seconds: int = 0
    first: dt.date | None = None
    last: dt.date | None = None

    def add(self, contact: Contact) -> None:
        day, night, third, answered, seconds = contact
        self.count += 1
        self.answered += answered
        self.night += night
        self.third += third
        self.seconds += seconds
        if self.first is None or day < self.first:
            self.first = day
        if self.last is None or day > self.last:
            self.last = day


@dataclass
class Statistics:
    """What was counted. Contacts that the client's side began are counted apart and are in no other number."""

    night_hours: Hours = NIGHT
    outgoing: int = 0
    no_hour: int = 0
    """Known by the day only, so in no count by hour and not in `night`."""
    total: Tally = field(default_factory=Tally)
    days: Counter[dt.date] = field(default_factory=Counter)
    hours: list[list[int]] = field(default_factory=lambda: [[0] * 24 for _ in range(7)])
    """Monday to Sunday, each 0 to 23 o'clock."""
    channels: Counter[Channel] = field(default_factory=Counter)
    reached: Counter[Role] = field(default_factory=Counter)
    persons: Counter[int | None] = field(default_factory=Counter)
    """Contact persons by their record id."""
    numbers: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    """By comparable form; `shown` is the number as it was first displayed. Contacts without a number are not here."""
    collectors: dict[int | None, Tally] = field(default_factory=lambda: defaultdict(Tally))
    creditors: dict[int | None, Tally] = field(default_factory=lambda: defaultdict(Tally))

    @property
    def night(self) -> int:
        return self.total.night

    @property
    def third(self) -> int:
        return self.total.third

    @property
    def count(self) -> int:
        return self.total.count

    @property
    def busiest(self) -> tuple[dt.date, int] | None:
        """The day of most contacts, the earliest of several, and their number."""
        return min(self.days.items(), key=lambda day: (-day[1], day[0]), default=None)

    @property
    def span(self) -> int:
        """Days from the first contact to the last, both counted."""
        return (self.total.last - self.total.first).days + 1 if self.total.first and self.total.last else 0

    def daily(self) -> Iterator[tuple[dt.date, int]]:
        """Every day from the first contact to the last, those without one too."""
        if self.total.first is not None:
            for passed in range(self.span):
                day = self.total.first + dt.timedelta(days=passed)
                yield day, self.days.get(day, 0)

    def by_number(self) -> list[Tally]:
        """The numbers, the one that called most first."""
        return sorted(self.numbers.values(), key=lambda tally: (-tally.count, tally.shown))

    def add(self, incident: Incident) -> None:
        """Count one incident."""
        if incident.direction is Direction.OUT:
            self.outgoing += 1
            return
        at = incident.at.astimezone(times.zone(incident.zone))
        day, known, reached = at.date(), incident.precision is not Precision.DAY, incident.reached
        self.days[day] += 1
        self.channels[incident.channel] += 1
        self.reached[reached] += 1
        if known:
            self.hours[day.weekday()][at.hour] += 1
        else:
            self.no_hour += 1
        if incident.contact_person_id is not None:
            self.persons[incident.contact_person_id] += 1
        contact = Contact(day, known and is_night(at.hour, self.night_hours), reached not in NOT_THIRD,
                          bool(incident.answered), incident.duration or 0)
        self.total.add(contact)
        self.collectors[incident.collector_id].add(contact)
        self.creditors[incident.creditor_id].add(contact)
        if number := incident.number:
            tally = self.numbers[incident.normal or number]
            tally.shown = tally.shown or number
            tally.add(contact)


def is_night(hour: int, hours: Hours = NIGHT) -> bool:
    """Does an hour of the day belong to the night, which may run over midnight?"""
    start, end = hours
    return start <= hour < end if start <= end else hour >= start or hour < end


def count(incidents: Iterable[Incident], night_hours: Hours = NIGHT) -> Statistics:
    """Walk the incidents once."""
    counted = Statistics(night_hours)
    for incident in incidents:
        counted.add(incident)
    return counted
