"""How a column's value is written for a person: one date format, separators, the words of their language."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Column

from casedesk.base import money, times
from casedesk.base.fields import Choice, Field
from casedesk.base.i18n import N_, tr
from casedesk.base.typed_time import WEEKDAYS, TypedTime, show_full, still_to_come

_YES, _NO = N_("Yes"), N_("No")
DOTS = "••••••"


def shown(value: Any, declared: Field | None, zone: str = "Asia/Shanghai") -> str:
    """The value as text; empty for None."""
    match value:
        case None:
            said = ""
        case bool():
            said = tr(_YES if value else _NO)
        case Choice():
            said = tr(value.label)
        case dt.datetime():
            said = times.show(value, zone)
        case dt.date():
            said = value.isoformat()
        case int():
            said = money.show_cents(value) if declared is not None and declared.money else f"{value:,}"
        case list():
            said = tr(", ").join(str(one) for one in value)
        case _:
            said = str(value)
    return said


def masked(value: str) -> str:
    """Personal data until asked for: the last two characters only."""
    return DOTS + value[-2:] if len(value) > 4 else DOTS


def is_number(column: Column[Any]) -> bool:
    """Whether the column stands right-aligned."""
    return column.type.python_type is int and not column.foreign_keys


def time_in_full(time: TypedTime) -> tuple[str, str]:
    """A moment in full and the tone to say it in: one that is still to come is doubtful, where things are logged."""
    full = show_full(time, tr)
    return (tr("{time}: still to come", time=full), "doubt") if still_to_come(time, times.now()) else (full, "faint")


def weekday(day: dt.date) -> str:
    """'Sun' or '周日'."""
    return tr(WEEKDAYS[day.weekday()])


def day_in_full(day: dt.date) -> str:
    """'2026-11-22 Sun'."""
    return f"{day.isoformat()} {weekday(day)}"


def moment_in_full(moment: dt.datetime, zone: str) -> str:
    """'2026-11-22 Sun 22:14' at the place."""
    local = moment.astimezone(times.zone(zone))
    return f"{day_in_full(local.date())} {local:%H:%M}"


def in_days(day: dt.date, today: dt.date) -> str:
    """How far away a day is: 'today', 'in 3 days', '2 days late'."""
    away = (day - today).days
    if away == 0:
        return tr("today")
    if away == 1:
        return tr("tomorrow")
    if away > 1:
        return tr("in {n} days", n=away)
    return tr("1 day late") if away == -1 else tr("{n} days late", n=-away)
