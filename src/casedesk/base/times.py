"""Time is aware UTC plus the zone it happened in."""

from __future__ import annotations

import datetime as dt
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)
ZONES = {"cn": "Asia/Shanghai", "us": "America/New_York", "ew": "Europe/London"}
"""The zone a matter of a jurisdiction starts with."""


@cache
def region(zone_name: str) -> str:
    """The country whose way of writing numbers a zone goes with: US, GB, or CN."""
    if zone_name.startswith(("America/", "US/")):
        return "US"
    return "GB" if zone_name in ("Europe/London", "GB") else "CN"


def now() -> dt.datetime:
    """The present moment, UTC, in whole milliseconds (the precision the cabinet keeps)."""
    moment = dt.datetime.now(dt.UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_millis(moment: dt.datetime) -> int:
    """Milliseconds since 1970, UTC; a naive time is a bug and raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return (moment - EPOCH) // _MILLISECOND


def from_millis(millis: int) -> dt.datetime:
    """The aware UTC time of milliseconds since 1970."""
    return EPOCH + dt.timedelta(milliseconds=millis)


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidEntry(tr("“{name}” is not a time zone.", name=name),
                           tr("Use a name like Asia/Shanghai.")) from None


@cache
def zone_names() -> tuple[str, ...]:
    """All zones a person may choose, sorted."""
    return tuple(sorted(available_timezones()))


def show(moment: dt.datetime, zone_name: str) -> str:
    """'2026-11-22 22:14' at the place."""
    return moment.astimezone(zone(zone_name)).strftime("%Y-%m-%d %H:%M")


def day(moment: dt.datetime, zone_name: str) -> dt.date:
    """The calendar day at the place."""
    return moment.astimezone(zone(zone_name)).date()
