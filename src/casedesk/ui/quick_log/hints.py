"""Plain facts of the log beside what is being typed; which rule they touch is not said here."""

from __future__ import annotations

import datetime as dt

from casedesk.base import times
from casedesk.base.i18n import tr
from casedesk.base.typed_time import TypedTime

_MANY = 2


def count(nth: int, moment: TypedTime, today: dt.date) -> str:
    """Says which answered call of the day this is, from the second on."""
    if nth < _MANY:
        return ""
    day = times.day(moment.at, moment.zone)
    if day == today:
        return tr("answered call no. {n} today", n=nth)
    return tr("answered call no. {n} on {day}", n=nth, day=day.isoformat())
