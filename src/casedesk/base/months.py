"""Periods of months: they end on the day of the same number, or on the month's last where there is none."""

from __future__ import annotations

import calendar
import datetime as dt


def later(day: dt.date, months: int) -> dt.date:
    """The day so many months later."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
