"""Plain facts of the log and the clock beside what is being typed; which rule they touch is not said here."""

from __future__ import annotations

import datetime as dt

from casedesk.base import times
from casedesk.base.i18n import tr
from casedesk.base.typed_time import Precision, TypedTime

_NIGHT_FROM, _NIGHT_TO = 22, 8
_MANY = 2


def night(moment: TypedTime) -> str:
    """Says that the clock stands between 22:00 and 8:00; empty when it does not or only the day is known."""
    local = moment.at.astimezone(times.zone(moment.zone))
    if moment.precision is Precision.DAY or _NIGHT_TO <= local.hour < _NIGHT_FROM:
        return ""
    return tr("{time} is between 22:00 and 8:00", time=f"{local:%H:%M}")


def count(nth: int, moment: TypedTime, today: dt.date) -> str:
    """Says which answered call of the day this is, from the second on."""
    if nth < _MANY:
        return ""
    day = times.day(moment.at, moment.zone)
    if day == today:
        return tr("answered call no. {n} today", n=nth)
    return tr("answered call no. {n} on {day}", n=nth, day=day.isoformat())
