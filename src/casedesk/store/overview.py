"""What a matter's overview draws: contacts a day, hours by weekday, and what each number did.

Only what came in counts, by the clock of the zone asked for. A contact known to the day alone counts for its day, but
for no hour and not as night.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, Table, and_, case, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.clock_hours import Hours
from casedesk.base.typed_time import Precision
from casedesk.records import Collector, Incident
from casedesk.records.words import Direction, Role

_HOUR, _DAY, _SUNDAY = 3_600_000, 86_400_000, 6
_THURSDAY = 3
"""The weekday of 1970-01-01."""
_LIABLE = (Role.DEBTOR, Role.GUARANTOR)
_TABLE = Incident.__table__
assert isinstance(_TABLE, Table)
_AT = type_coerce(_TABLE.c.at, BigInteger)


@dataclass(frozen=True)
class Night:
    """The hours in which no contact should come, and whether a whole Sunday is one of them."""

    hours: Hours
    sundays: bool = False

    def covers(self, weekday: int, hour: int) -> bool:
        """Whether an hour of the week (Monday 0) begins in it."""
        return (self.sundays and weekday == _SUNDAY) or self.hours.holds(hour * _HOUR)

    def where(self, local: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether what a clock showed, in milliseconds from 1970, is in it."""
        in_it = (local + _DAY - self.hours.start) % _DAY < (self.hours.end - self.hours.start) % _DAY
        return or_(in_it, (local // _DAY + _THURSDAY) % 7 == _SUNDAY) if self.sundays else in_it


NIGHT = Night(Hours(22 * _HOUR, 8 * _HOUR))
"""22:00 to before 8:00, where no rule says otherwise."""


@dataclass(frozen=True)
class Pattern:
    """How many contacts each day had, and each hour of the week as (weekday from Monday 0, hour)."""

    days: Mapping[dt.date, int]
    hours: Mapping[tuple[int, int], int]

    @property
    def night(self) -> int:
        """How many contacts were at night."""
        return sum(count for (day, hour), count in self.hours.items() if NIGHT.covers(day, hour))


@dataclass(frozen=True)
class NumberLine:
    """What one number did; `to_others` are contacts to persons who do not owe the debt."""

    number: str
    normal: str
    collector: str
    contacts: int
    night: int
    to_others: int
    last: dt.datetime


def pattern(session: Session, matter_id: int, zone: str) -> Pattern:
    """When a matter's contacts were."""
    clock_hour = (_local(session, matter_id, zone) // _HOUR).label("clock_hour")
    to_the_hour = func.sum(case((_TABLE.c.precision == Precision.DAY, 0), else_=1))
    days: Counter[int] = Counter()
    hours: Counter[tuple[int, int]] = Counter()
    for hour, count, exact in session.connection().execute(
            select(clock_hour, func.count(), to_the_hour).where(_incoming(matter_id)).group_by("clock_hour")).all():
        days[hour // 24] += count
        if exact:
            hours[(hour // 24 + _THURSDAY) % 7, hour % 24] += exact
    first = times.EPOCH.date()
    return Pattern({first + dt.timedelta(days=day): days[day] for day in sorted(days)}, dict(sorted(hours.items())))


def numbers(session: Session, matter_id: int, zone: str, *, limit: int = 200,
            night: Night = NIGHT) -> list[NumberLine]:
    """The numbers a matter's contacts came from, the busiest first; those without a number are left out."""
    normal, contacts = _TABLE.c.normal, func.count()
    busiest = (select(normal).where(_incoming(matter_id), normal != "").group_by(normal)
               .order_by(contacts.desc(), normal).limit(limit))  # first, so that no more is summed up for the others
    rows = session.connection().execute(
        select(func.max(_TABLE.c.number), normal, func.max(_TABLE.c.collector_id), contacts,
               *_sums(session, matter_id, zone, night))
        .where(_incoming(matter_id), normal.in_(busiest))
        .group_by(normal).order_by(contacts.desc(), normal)).all()
    names = _collectors(session, {row[2] for row in rows if row[2] is not None})
    return [NumberLine(number, normal, names.get(collector, ""), count, night, others, times.from_millis(last))
            for number, normal, collector, count, night, others, last in rows]


@dataclass(frozen=True)
class PartyLine:
    """What one collector did, by all of its numbers; no name where it is not known."""

    collector: str
    contacts: int
    numbers: int
    night: int
    to_others: int
    last: dt.datetime


def parties(session: Session, matter_id: int, zone: str, *, night: Night = NIGHT) -> list[PartyLine]:
    """The collectors a matter's contacts came from, the busiest first."""
    whose = _TABLE.c.collector_id
    rows = session.connection().execute(
        select(whose, func.count(), func.count(func.nullif(_TABLE.c.normal, "").distinct()),
               *_sums(session, matter_id, zone, night))
        .where(_incoming(matter_id)).group_by(whose).order_by(func.count().desc(), whose)).all()
    names = _collectors(session, {row[0] for row in rows if row[0] is not None})
    return [PartyLine(names.get(one, ""), count, several, at_night, others, times.from_millis(last))
            for one, count, several, at_night, others, last in rows]


def _sums(session: Session, matter_id: int, zone: str, night: Night) -> tuple[ColumnElement[int], ...]:
    """How many at night, how many to persons who do not owe, and when the last was."""
    at_night = and_(_TABLE.c.precision != Precision.DAY, night.where(_local(session, matter_id, zone)))
    return (func.sum(case((at_night, 1), else_=0)),
            func.sum(case((_TABLE.c.reached.in_(_LIABLE), 0), else_=1)), func.max(_AT))


def _collectors(session: Session, ids: set[int]) -> dict[int, str]:
    table = Collector.__table__
    return {row[0]: row[1] for row in session.connection().execute(
        select(table.c.id, table.c.name).where(table.c.id.in_(ids)))}


def _incoming(matter_id: int) -> ColumnElement[bool]:
    return and_(_TABLE.c.matter_id == matter_id, _TABLE.c.deleted_at.is_(None), _TABLE.c.direction == Direction.IN)


def _local(session: Session, matter_id: int, zone: str) -> ColumnElement[int]:
    """The milliseconds the clock of the zone showed, counted from 1970."""
    kept = and_(_TABLE.c.matter_id == matter_id, _TABLE.c.deleted_at.is_(None))
    first, last = (session.connection().execute(select(edge(_AT)).where(kept)).scalar_one()
                   for edge in (func.min, func.max))
    *changes, (_, offset) = offsets(zone, first or 0, last or 0)
    return _AT + (case(*((end > _AT, before) for end, before in changes), else_=offset) if changes else offset)


def offsets(zone: str, first: int, last: int) -> list[tuple[int, int]]:
    """The offsets from UTC between two moments, each with the moment it ends before; all in milliseconds."""
    found: list[tuple[int, int]] = []
    day, offset = first, _offset(zone, first)
    while day < last:
        following = min(day + _DAY, last)
        if _offset(zone, following) != offset:
            found.append((_change(zone, day, following), offset))
            offset = _offset(zone, following)
        day = following
    return [*found, (last + 1, offset)]


def _change(zone: str, before: int, after: int) -> int:
    """The first millisecond at which the clock shows the offset of `after`."""
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset(zone: str, at: int) -> int:
    shown = times.from_millis(at).astimezone(times.zone(zone)).utcoffset()
    assert shown is not None
    return shown // dt.timedelta(milliseconds=1)
