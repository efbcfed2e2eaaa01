"""The day in a typed time: 昨天, '11-3', '3 Nov 2026', '上周三', 'last Tuesday', '2026-11-03'.

Without a year a month and day are the latest ones not in the future. '11/3' is month and day except in the zones of
Europe, Africa and Australia, where it is day and month; with a year at the end ('03/04/2026') the order is a guess
anywhere, so it is refused unless a number above 12 settles it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr

_DAY_FIRST = ("Europe/", "Africa/", "Australia/", "GB")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
          r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?")
_NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(?P<en>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b"
_WEEKDAY_ZH = r"(?:周|星期|礼拜)(?P<zh>[一二三四五六日天1-7])"
_ANY_WEEKDAY = re.compile(rf"{_WEEKDAY_ZH}|\b{_WEEKDAY}")
_YEARS_BACK = {"今年": 0, "去年": 1, "前年": 2}
_WORDS = {"大前天": 3, "day before yesterday": 2, "前天": 2, "前日": 2, "前": 2, "昨天": 1, "昨日": 1, "昨": 1,
          "yesterday": 1, "今天": 0, "今日": 0, "今": 0, "today": 0}


@dataclass(frozen=True)
class Day:
    """A day and how many days to go back when the moment would lie in the future."""

    date: dt.date
    back: int = 0


Reader = Callable[[re.Match[str], dt.date, str], Day]


def find_day(text: str, today: dt.date, zone: str) -> tuple[Day | None, str]:
    """The day named in a plain text and the text without it; InvalidEntry if there is no such day or it is a guess."""
    for form, read in _FORMS:
        found = form.search(text)
        if found:
            day = read(found, today, zone)
            rest = f"{text[:found.start()]} {text[found.end():]}"
            return day, _agreeing(day, rest, found[0])
    return None, text


def _agreeing(day: Day, rest: str, text: str) -> str:
    """The rest without a weekday that repeats the day; InvalidEntry if it is another weekday."""
    weekday = _ANY_WEEKDAY.search(rest)
    if not weekday:
        return rest
    if _weekday(weekday) != day.date.weekday():
        raise InvalidEntry(tr("“{text}” falls on another weekday.", text=text.strip()),
                           tr("Correct the day or the weekday."))
    return f"{rest[:weekday.start()]} {rest[weekday.end():]}"


def _weekday(found: re.Match[str]) -> int:
    parts = found.groupdict()
    if parts.get("en"):
        return _WEEKDAYS.index(parts["en"][:3])
    return "一二三四五六日1234567".index(parts["zh"].replace("天", "日")) % 7


def _date(year: int, month: int, day: int, text: str) -> dt.date:
    if 1900 <= year <= 2199:
        try:
            return dt.date(year, month, day)
        except ValueError:
            pass
    raise InvalidEntry(tr("There is no day “{text}”.", text=text.strip()), tr("Type it like 2026-11-03."))


def _latest(month: int, day: int, today: dt.date, text: str) -> Day:
    """The month and day of this year, or of last year if they are still to come or this year has no such day."""
    try:
        this_year = dt.date(today.year, month, day)
    except ValueError:
        return Day(_date(today.year - 1, month, day, text))
    return Day(this_year if this_year <= today else _date(today.year - 1, month, day, text))


def _full(found: re.Match[str], today: dt.date, zone: str) -> Day:
    return Day(_date(int(found[1]), int(found[2]), int(found[3]), found[0]))


def _year_last(found: re.Match[str], today: dt.date, zone: str) -> Day:
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if first != second and first <= 12 and second <= 12:
        raise InvalidEntry(tr("“{text}” may mean two different days.", text=found[0].strip()),
                           tr("Type the year first, like 2026-11-03."))
    month, day = (second, first) if first > 12 else (first, second)
    return Day(_date(year, month, day, found[0]))


def _short(found: re.Match[str], today: dt.date, zone: str) -> Day:
    first, second = int(found[1]), int(found[2])
    swapped = first > 12 or (zone.startswith(_DAY_FIRST) and second <= 12)
    month, day = (second, first) if swapped else (first, second)
    return _latest(month, day, today, found[0])


def _month_and_day(found: re.Match[str], today: dt.date, zone: str) -> Day:
    month, day = int(found["month"]), int(found["day"])
    if found["year"]:
        return Day(_date(today.year - _YEARS_BACK[found["year"]], month, day, found[0]))
    return _latest(month, day, today, found[0])


def _named_month(found: re.Match[str], today: dt.date, zone: str) -> Day:
    month, day = _MONTHS.index(found["name"][:3]) + 1, int(found["day"])
    if found["year"]:
        return Day(_date(int(found["year"]), month, day, found[0]))
    return _latest(month, day, today, found[0])


def _day_of_month(found: re.Match[str], today: dt.date, zone: str) -> Day:
    """'3号' is the latest third of a month; with 上月 that of the month before."""
    day, last_month = int(found["day"]), today.replace(day=1) - dt.timedelta(days=1)
    this_month = not found["last"] and (found["this"] or day <= today.day)
    base = today if this_month else last_month
    return Day(_date(base.year, base.month, day, found[0]))


def _week_day_zh(found: re.Match[str], today: dt.date, zone: str) -> Day:
    """周三 is the latest one, 本周三 the one of this week (from Monday), 上周三 of the week before."""
    weekday, week = _weekday(found), found["week"] or ""
    if not week:
        return _latest_weekday(weekday, today)
    weeks = week.count("上")
    return Day(today - dt.timedelta(days=today.weekday() - weekday + 7 * weeks))


def _week_day_en(found: re.Match[str], today: dt.date, zone: str) -> Day:
    """'Tuesday' is the latest one, 'last Tuesday' the latest before today."""
    if found["last"]:
        yesterday = today - dt.timedelta(days=1)
        return Day(_latest_weekday(_weekday(found), yesterday).date)
    return _latest_weekday(_weekday(found), today)


def _latest_weekday(weekday: int, today: dt.date) -> Day:
    return Day(today - dt.timedelta(days=(today.weekday() - weekday) % 7), back=7)


def _days_ago(found: re.Match[str], today: dt.date, zone: str) -> Day:
    return Day(today - dt.timedelta(days=int(next(filter(None, found.groups())))))


def _word(found: re.Match[str], today: dt.date, zone: str) -> Day:
    return Day(today - dt.timedelta(days=_WORDS[found[0]]))


_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (re.compile(r"(?<!\d)(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})(?:\s?[日号]|(?!\d))"), _full),
    (re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)(?:t(?=\d))?"), _full),
    (re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?=(?:\d{4}|\d{6})?(?!\d))"), _full),
    (re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)"), _year_last),
    (re.compile(r"(?:(?P<year>[今去前]年)\s?)?(?<!\d)(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})(?:\s?[日号]|(?!\d))"),
     _month_and_day),
    (re.compile(rf"(?<![\d:.]){_NTH} ?{_MONTH}(?: ?{_YEAR})?(?![a-z])"), _named_month),
    (re.compile(rf"\b{_MONTH} ?{_NTH}(?![\d:.])(?: {_YEAR})?"), _named_month),
    (re.compile(r"(?<![\d:./-])(\d{1,2})[-/](\d{1,2})(?![\d:./-])"), _short),
    (re.compile(r"(?:(?P<last>上个?月)|(?P<this>本月|这个?月))?(?<!\d)(?P<day>\d{1,2})[号日]"), _day_of_month),
    (re.compile(rf"(?P<week>上上个?|上个?|本|这个?)?{_WEEKDAY_ZH}"), _week_day_zh),
    (re.compile(rf"(?P<last>\blast )?\b{_WEEKDAY}"), _week_day_en),
    (re.compile(r"(?<!\d)(?:(\d{1,4}) ?天(?:之前|以前|前)|(\d{1,4}) days? ago|-(\d{1,4}) ?d(?:ays?)?\b)"), _days_ago),
    (re.compile(r"大前天|前[天日]|前(?=[早晚夜晨])|昨[天日]?|今[天日]?|\b(?:day before yesterday|yesterday|today)\b"),
     _word),
    (re.compile(r"(?<![\d:./-])(\d{1,2})\.(\d{1,2})(?= .*\d)"), _short),
)
