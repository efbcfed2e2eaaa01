"""What a click on a drawing narrows the list of incidents to."""

from __future__ import annotations

import datetime as dt
from functools import cache

from sqlalchemy import BigInteger, ColumnElement, and_, case, or_, type_coerce

from casedesk.base import times
from casedesk.base.i18n import tr
from casedesk.base.typed_time import WEEKDAYS, Precision
from casedesk.records import Incident
from casedesk.records.words import Direction
from casedesk.store.overview import NIGHT, Night, offsets
from casedesk.ui.tables.wanted import Chip, Where

_HOUR, _DAY_OF_EPOCH = 3_600_000, 3  # 1970-01-01 was a Thursday
_SINCE = dt.datetime(2010, 1, 1, tzinfo=dt.UTC)


def days_chip(first: dt.date, last: dt.date, zone: str) -> Chip:
    """Contacts from the first to the last day at the place."""
    label = first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"
    return Chip(f"days/{first}/{last}", label, lambda: _between(first, last, zone))


def hour_chip(weekday: int, hour: int, zone: str) -> Chip:
    """Contacts on a weekday (Monday 0) within an hour of the local clock."""
    label = f"{tr(WEEKDAYS[weekday])} {hour}:00–{hour + 1}:00"
    return Chip(f"hour/{weekday}/{hour}", label, lambda: _within(weekday, hour, zone))


def _between(first: dt.date, last: dt.date, zone: str) -> Where:
    place = times.zone(zone)
    start = dt.datetime.combine(first, dt.time(), place).astimezone(dt.UTC)
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), place).astimezone(dt.UTC)
    return and_(Incident.direction == Direction.IN, Incident.at >= start, Incident.at < end)


def _within(weekday: int, hour: int, zone: str) -> Where:
    hours = _local(zone) // _HOUR
    return and_(Incident.direction == Direction.IN, Incident.precision != Precision.DAY, hours % 24 == hour,
                (hours // 24 + _DAY_OF_EPOCH) % 7 == weekday)


def at_night(zone: str, night: Night = NIGHT) -> Where:
    """In the hours of the night at the place; a contact known to the day alone is not at night."""
    local = _local(zone)
    return and_(night.where(local),
                or_(local % (24 * _HOUR) != 0, Incident.precision != Precision.DAY))  # the first needs the index alone


def _local(zone: str) -> ColumnElement[int]:
    """The milliseconds the clock of the place showed, counted from 1970."""
    at = type_coerce(Incident.__table__.c.at, BigInteger)
    *changes, (_, offset) = _offsets(zone, times.now().year)
    return at + (case(*((at < end, before) for end, before in changes), else_=offset) if changes else offset)


@cache
def _offsets(zone: str, year: int) -> list[tuple[int, int]]:
    until = dt.datetime(year + 1, 12, 31, tzinfo=dt.UTC)
    return offsets(zone, times.to_millis(_SINCE), times.to_millis(until))
