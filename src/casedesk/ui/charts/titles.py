"""What the drawings find, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from casedesk.base.i18n import tr, trn
from casedesk.store.overview import Night
from casedesk.ui.charts.days import Bars
from casedesk.ui.charts.timeline import Marker
from casedesk.ui.shown import day_in_full


def of_days(days: Mapping[dt.date, int], limit: int | None = None) -> str:
    """The finding of the timeline."""
    total = sum(days.values())
    if not total:
        return tr("No contact yet")
    most = max(days.values())
    day = min(day for day, count in days.items() if count == most)
    said = tr("{n} contacts on {days} days, most on {day}: {most}", n=f"{total:,}", days=f"{len(days):,}",
              day=day.isoformat(), most=f"{most:,}")
    over = 0 if limit is None else sum(count > limit for count in days.values())
    if not over:
        return said
    more = trn("more than {limit} contacts on {n} day", "more than {limit} contacts on {n} days", over, limit=limit)
    return tr("{said}, {more}", said=said, more=more)


def of_hours(hours: Mapping[tuple[int, int], int], night: Night) -> str:
    """The finding of the heat map."""
    if not sum(hours.values()):
        return tr("No contact with a known hour yet")
    at_night = sum(count for (day, hour), count in hours.items() if night.covers(day, hour))
    start, end = clock(night.hours.start), clock(night.hours.end)
    if night.sundays:
        return trn("{n} contact between {start} and {end} or on a Sunday",
                   "{n} contacts between {start} and {end} or on a Sunday", at_night, start=start, end=end)
    if not at_night:
        return tr("No contact between {start} and {end}", start=start, end=end)
    return trn("{n} contact between {start} and {end}", "{n} contacts between {start} and {end}", at_night,
               start=start, end=end)


def of_weeks(days: Mapping[dt.date, int]) -> str:
    """The finding of the trend: the last week against the one before."""
    if not days:
        return ""
    last = max(days) - dt.timedelta(days=max(days).weekday())
    weeks = [sum(count for day, count in days.items() if 0 <= (day - start).days < 7)
             for start in (last, last - dt.timedelta(days=7))]
    return tr("Per week: {last} in the week from {day}, {before} in the week before", last=f"{weeks[0]:,}",
              before=f"{weeks[1]:,}", day=last.isoformat())


def clock(millis: int) -> str:
    """A moment of the day as it is said."""
    return f"{millis // 3_600_000}:{millis // 60_000 % 60:02d}"


def summary_of_days(days: Mapping[dt.date, int], markers: Sequence[Marker]) -> str:
    """The timeline for who cannot see it: the busiest days and the markers."""
    busiest = sorted(days.items(), key=lambda one: (-one[1], one[0]))[:5]
    said = [f"{day_in_full(day)}: {count:,}" for day, count in busiest]
    return "; ".join([*said, *(f"{one.day.isoformat()}: {one.label}" for one in markers[:20])])


def summary_of_weeks(weeks: Bars) -> str:
    """The trend for who cannot see it: the latest weeks."""
    return "; ".join(f"{one.first.isoformat()}: {one.count:,}" for one in weeks.bars[-12:])


def summary_of_hours(hours: Mapping[tuple[int, int], int]) -> str:
    """The heat map for who cannot see it: contacts by hour of the day."""
    by_hour: dict[int, int] = {}
    for (_, hour), count in hours.items():
        by_hour[hour] = by_hour.get(hour, 0) + count
    return "; ".join(f"{hour}:00–{hour + 1}:00: {count:,}" for hour, count in sorted(by_hour.items()))
