"""Working days with the Chinese public holidays as announced; a year not yet announced is said, not guessed."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from functools import cache

from casedesk.base.i18n import N_
from casedesk.calc.said import Said, Source, said

PERIODS = Source("《民法典》第200-204条", "V")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Moved:
    """A day after it was moved off a holiday; `remark` when the year's holidays are not known yet."""

    day: dt.date
    from_day: dt.date
    remark: Said | None = None


@cache
def known_years() -> tuple[int, int]:
    """The first and last year whose holidays and working weekends are known."""
    from chinese_calendar import constants

    return min(constants.holidays).year, max(constants.holidays).year


def is_known(day: dt.date) -> bool:
    """Whether the holidays of the day's year have been announced and are known here."""
    first, last = known_years()
    return first <= day.year <= last


@cache
def is_workday(day: dt.date) -> bool:
    """Whether people work on the day; in a year not known, every day from Monday to Friday."""
    if not is_known(day):
        return day.weekday() < 5
    import chinese_calendar

    return bool(chinese_calendar.is_workday(day))


def next_workday(day: dt.date) -> dt.date:
    """The day itself, or the first working day after it."""
    while not is_workday(day):
        day += _DAY
    return day


def last_day(day: dt.date, *, weekends: bool = False) -> Moved:
    """The last day of a period: a statutory holiday moves it to the next working day (Civil Code 203).

    With `weekends`, only Saturdays and Sundays are known (a jurisdiction whose holidays are not in this program).
    """
    moved = day
    while moved.weekday() > 4 if weekends else not is_workday(moved):
        moved += _DAY
    if weekends:
        return Moved(moved, day, said(N_("Public holidays of this country are not known here; check {day}."), day=day))
    remark = None if is_known(moved) else said(
        N_("The holidays of {year} are not known here; only weekends were skipped."), PERIODS, year=str(moved.year))
    return Moved(moved, day, remark)


def add_workdays(day: dt.date, count: int) -> dt.date:
    """So many working days after the day, which is not counted itself."""
    while count:
        day += _DAY
        count -= is_workday(day)
    return day


def add_months(day: dt.date, months: int) -> dt.date:
    """The corresponding day so many months later, or the end of the month where there is none (Civil Code 202).

    Never before the first or behind the last day a calendar knows.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return dt.date.min if months < 0 else dt.date.max
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_years(day: dt.date, years: int) -> dt.date:
    """The corresponding day so many years later."""
    return add_months(day, 12 * years)
