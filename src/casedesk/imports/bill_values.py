"""What the cells of an operator's bill say: times with and without a year, lengths in every spelling, numbers."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from casedesk.base.durations import read_duration
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.base.phones import PhoneClass, read_phone
from casedesk.imports.sheets import shown
from casedesk.records.words import Direction

_FULL = re.compile(
    r"(?P<y>(?:19|20)\d{2})[-/.年](?P<mo>\d{1,2})[-/.月](?P<d>\d{1,2})日?[T\s]*(?P<before>上午|下午|晚上|凌晨)?\s?"
    r"(?P<h>\d{1,2})[:时](?P<mi>\d{1,2})(?:[:分](?P<s>\d{1,2})秒?(?:\.\d+)?|分)?\s?(?P<after>[AaPp][Mm])?")
_HALVES = {"上午": 0, "凌晨": 0, "am": 0, "下午": 12, "晚上": 12, "pm": 12}
_COMPACT = re.compile(
    r"(?P<y>(?:19|20)\d{2})(?P<mo>\d{2})(?P<d>\d{2})\s?(?P<h>\d{2}):?(?P<mi>\d{2}):?(?P<s>\d{2})")
_SHORT = re.compile(
    r"(?P<mo>\d{1,2})[-/.月](?P<d>\d{1,2})日?\s*(?P<h>\d{1,2})[:时](?P<mi>\d{1,2})(?:[:分](?P<s>\d{1,2})秒?|分)?")
_DATE = re.compile(r"((?:19|20)\d{2})(?:[-/.年])(\d{1,2})[-/.月](\d{1,2})|(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_MONTH = re.compile(r"((?:19|20)\d{2})\s?(?:[-/.]|年)?\s?(\d{1,2})(?!\d)")
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
_FIRST_DAY = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no zone
_LATE = dt.timedelta(days=62)
"""How far outside its month a call may be billed (roaming is billed late)."""
_PLAIN = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,4})?")
_JAVA = re.compile(r"([1-9])\.(\d+)E(\d{1,2})")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d{1,2}", re.IGNORECASE)
_MASK = re.compile(r"[*＊]|[xX•●]{2,}")

_OUT = re.compile("主叫|呼出|去电|拨出|发送|发出|上行|已发|外呼|^主$|^发$")
_IN = re.compile("被叫|呼入|来电|接听|接收|收到|下行|已收|^被$|^收$")
DIVERTED = re.compile("呼叫?转移?|前转")


class Unreadable(Exception):
    """A cell that cannot be read; the text says which and why."""


@dataclass(frozen=True)
class Period:
    """The days a bill is for."""

    first: dt.date
    last: dt.date

    def year_of(self, month: int, day: int) -> int | None:
        """The year that puts the day into the period, or nearest to it; None when none or two would do."""
        near: list[tuple[dt.timedelta, int]] = []
        for year in range(self.first.year - 1, self.last.year + 2):
            if day <= calendar.monthrange(year, month)[1]:
                date = dt.date(year, month, day)
                away = max(self.first - date, date - self.last, dt.timedelta())
                near.append((away, year))
        near.sort()
        if not near or near[0][0] > _LATE or (len(near) > 1 and near[0][0] == near[1][0]):
            return None
        return near[0][1]


def period_of(text: str) -> Period | None:
    """The days a heading names: two dates, or one month."""
    found = []
    for match in _DATE.finditer(text):
        year, month, day = (int(part) for part in match.groups() if part)
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            found.append(dt.date(year, month, day))
    if len(found) > 1:
        return Period(min(found), max(found))
    months = [(int(year), int(month)) for year, month in _MONTH.findall(text) if 1 <= int(month) <= 12]
    if not months or (found and "月" not in text):
        return None
    (year, month), (last_year, last_month) = min(months), max(months)
    return Period(dt.date(year, month, 1),
                  dt.date(last_year, last_month, calendar.monthrange(last_year, last_month)[1]))


@dataclass
class Years:
    """Finds the year of times that have none: from the bill's period, else from the year of its first row."""

    period: Period | None
    first: int | None = None
    _month: int = 0

    def of(self, month: int, day: int) -> int:
        if self.period is not None:
            year = self.period.year_of(month, day)
            if year is None:
                raise Unreadable(tr("{day} lies outside the days the bill is for ({first} to {last}).",
                                    day=f"{month:02}-{day:02}", first=self.period.first, last=self.period.last))
            return year
        if self.first is None:
            raise Unreadable(tr("The time has no year, and the bill does not say for which days it is."))
        if abs(month - self._month) > 6 and self._month:
            self.first += 1 if month < self._month else -1
        self._month = month
        return self.first


def when(cell: Any, clock: Any, years: Years) -> dt.datetime:
    """The local time of a row, to the second; `clock` is a second column's time of day, if there is one."""
    if isinstance(cell, dt.datetime | dt.date) and not (isinstance(cell, dt.datetime) and cell.time() != dt.time()):
        if clock in (None, ""):
            return dt.datetime.combine(cell, dt.time())
        return dt.datetime.combine(cell, _clock(clock))
    if isinstance(cell, dt.datetime):
        return _whole(cell)
    text = _half(cell)
    if _SERIAL.fullmatch(text):
        found = _whole(_FIRST_DAY + dt.timedelta(days=float(text)))
        return found if clock in (None, "") else dt.datetime.combine(found, _clock(clock))
    if clock not in (None, ""):
        text = f"{text} {_clock(clock)}"
    return _written(text, years)


def _half(cell: Any) -> str:
    return unicodedata.normalize("NFKC", shown(cell))


def _whole(moment: dt.datetime) -> dt.datetime:
    """To the nearest second: a spreadsheet's day fraction falls a little beside it."""
    return (moment + dt.timedelta(microseconds=500_000)).replace(microsecond=0)


def _clock(cell: Any) -> dt.time:
    if isinstance(cell, dt.datetime):
        cell = cell.time()
    if isinstance(cell, dt.time):
        return cell.replace(microsecond=0)
    if isinstance(cell, float) and 0 <= cell < 1:
        return _whole(_FIRST_DAY + dt.timedelta(days=cell)).time()
    text = _half(cell)
    found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?|(\d{2})(\d{2})(\d{2})", text)
    if found is None:
        raise Unreadable(tr("“{text}” is not a time.", text=text[:60]))
    hour, minute, second = ([int(part) for part in found.groups() if part] + [0])[:3]
    try:
        return dt.time(hour, minute, second)
    except ValueError:
        raise Unreadable(tr("“{text}” is not a time.", text=text[:60])) from None


def _written(text: str, years: Years) -> dt.datetime:
    found = _FULL.fullmatch(text) or _COMPACT.fullmatch(text) or _SHORT.fullmatch(text)
    if found is None:
        raise Unreadable(tr("“{text}” is not a time.", text=text[:60]) if text else tr("There is no time in this row."))
    told = found.groupdict()
    half = next((_HALVES[word.lower()] for name in ("before", "after") if (word := told.pop(name, None))), None)
    parts = {name: int(part or 0) for name, part in told.items()}
    if half is not None and parts["h"] <= 12:
        parts["h"] = parts["h"] % 12 + half
    if not 1 <= parts["mo"] <= 12:
        raise Unreadable(tr("“{text}” is not a time.", text=text[:60]))
    year = parts["y"] if "y" in parts else years.of(parts["mo"], parts["d"])
    ended = (parts["h"], parts["mi"], parts["s"]) == (24, 0, 0)  # midnight, as the end of its day
    try:
        day = dt.datetime(year, parts["mo"], parts["d"]) + dt.timedelta(days=ended)  # noqa: DTZ001 - local
        return day.replace(hour=0 if ended else parts["h"], minute=parts["mi"], second=parts["s"])
    except (ValueError, OverflowError):
        raise Unreadable(tr("“{text}” is not a time.", text=text[:60])) from None


def seconds(cell: Any, *, minutes: bool = False) -> int | None:
    """The length of a call: text in any spelling, plain seconds, a clock or a fraction of a day; None when empty.

    `minutes`: a plain number counts these, as the column's title says.
    """
    if cell in (None, ""):
        return None
    if minutes and _PLAIN.fullmatch(plainly := _half(cell)):
        return _bounded(round(float(plainly) * 60), cell)
    if isinstance(cell, dt.datetime):
        cell = cell - _FIRST_DAY if cell.year < 1901 else cell.time()
    if isinstance(cell, dt.time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second + round(cell.microsecond / 1_000_000)
    if isinstance(cell, dt.timedelta):
        return _bounded(round(cell.total_seconds()), cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _bounded(round(cell * 86_400) if 0 < cell < 1 else round(cell), cell)
    return _told_seconds(shown(cell))


@lru_cache(4096)
def _told_seconds(said: str) -> int | None:
    text = re.sub(r"^(\d+)\.0+$", r"\1", _half(said))
    try:
        return read_duration(text) if text.strip("-—/") else None
    except InvalidEntry as problem:
        raise Unreadable(problem.message) from None


def _bounded(found: int, cell: Any) -> int:
    if not 0 <= found < 10_000_000:
        raise Unreadable(tr("“{text}” is not a length of time.", text=str(cell)[:60]))
    return found


@lru_cache(1024)
def direction(text: str) -> Direction | None:
    """Who called whom, by the words of the cell; None when it says neither or both."""
    out, inward = bool(_OUT.search(text)), bool(_IN.search(text))
    if out != inward:
        return Direction.OUT if out else Direction.IN
    return Direction.IN if not out and DIVERTED.search(text) else None


@dataclass(frozen=True)
class Number:
    """A number as the bill has it, and what is wrong with it."""

    text: str
    masked: bool = False
    shortened: bool = False
    """A spreadsheet has cut digits off."""
    restored: bool = False
    """A spreadsheet took it for a sum and dropped the 0 before its area code, which was put back."""


def number(cell: Any) -> Number:
    """The number without what spreadsheets add to it (`.0`, an exponent, an apostrophe, `="..."`)."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        text = shown(cell)
        if read_phone(text).kind is PhoneClass.UNKNOWN and read_phone(f"0{text}").kind is PhoneClass.FIXED:
            return Number(f"0{text}", restored=True)
        return Number(text, shortened=abs(cell) >= 2**53 and (isinstance(cell, float) or not text[15:].strip("0")))
    return _told_number(shown(cell))


@lru_cache(4096)
def _told_number(said: str) -> Number:
    text = said.strip("\ufeff'’\t ")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    text = re.sub(r"^(\d{3,})\.0+$", r"\1", text)
    exact = _JAVA.fullmatch(text)
    if exact and len(exact[2]) <= int(exact[3]) <= 19:  # as Java writes a float, with every digit it has
        return Number((exact[1] + exact[2]).ljust(int(exact[3]) + 1, "0"))
    return Number(text, bool(_MASK.search(text)), bool(_SHORTENED.fullmatch(text)))
