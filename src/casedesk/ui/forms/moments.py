"""Days, moments and lengths of time as they are typed."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from typing import Any

from PySide6.QtCore import Slot

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.base.fields import Field
from casedesk.base.i18n import tr
from casedesk.base.typed_day import find_day
from casedesk.base.typed_text import plain
from casedesk.base.typed_time import Precision, TypedTime, read_duration, read_time, show_duration, still_to_come
from casedesk.ui.forms.inputs import LineInput
from casedesk.ui.shown import day_in_full, time_in_full, weekday

_NAMED = {"today": 0, "今天": 0, "今日": 0, "yesterday": -1, "昨天": -1, "tomorrow": 1, "明天": 1, "前天": -2,
          "后天": 2}
_AWAY = re.compile(r"([+-]\d{1,4})\s*([dwm天日周月]?)")
_FULL = re.compile(r"(\d{4})[-/.年 ]?(\d{1,2})[-/.月 ]?(\d{1,2})[日号]?")
_SHORT = re.compile(r"(\d{1,2})[-/.月](\d{1,2})[日号]?")
_YEAR = re.compile(r"\d{4}")


def read_day(text: str) -> dt.date | None:
    """'2026-11-22', '11-22' or '22 Nov' (the year nearest today), 'tomorrow', '+3', '上周三'; None for nothing."""
    bare = plain(text)
    if not bare:
        return None
    today = dt.datetime.now().astimezone().date()
    if bare in _NAMED:
        return today + dt.timedelta(days=_NAMED[bare])
    try:
        return _away(bare, today) or _written(bare, today)
    except (ValueError, OverflowError):
        raise InvalidEntry(tr("“{text}” is not a date.", text=text), tr("Type it like 2026-11-22 or 11-22.")) from None


def _away(bare: str, today: dt.date) -> dt.date | None:
    found = _AWAY.fullmatch(bare)
    if found is None:
        return None
    count, step = int(found[1]), found[2]
    return today + dt.timedelta(days=count * {"w": 7, "周": 7, "m": 30, "月": 30}.get(step, 1))


def _written(bare: str, today: dt.date) -> dt.date:
    if found := _FULL.fullmatch(bare):
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    if found := _SHORT.fullmatch(bare):
        return _nearest(int(found[1]), int(found[2]), today)
    day, rest = find_day(" ".join(bare.replace(",", " ").split()), today, "")
    if day is None or rest.strip():
        raise ValueError(bare)
    return day.date if _YEAR.search(bare) else _nearest(day.date.month, day.date.day, today)


def _nearest(month: int, day: int, today: dt.date) -> dt.date:
    """That day of the year in which it is nearest."""
    years = [year for year in range(today.year - 1, today.year + 2) if day < 29 or day <= monthrange(year, month)[1]]
    return min((dt.date(year, month, day) for year in years), key=lambda one: abs(one - today))


def day_read_back(day: dt.date, typed: str) -> str:
    """The weekday of a day typed in full, else the whole day."""
    return weekday(day) if typed.strip() == day.isoformat() else day_in_full(day)


def seconds_read_back(seconds: int, typed: str) -> str:
    """The length in minutes, or the unit when there is nothing to add."""
    return seconds_in_full(seconds)


def read_seconds(text: str) -> int | None:
    """A length of time in seconds; None for nothing."""
    return read_duration(text) if text.strip() else None


def seconds_in_full(seconds: int) -> str:
    """185 as '3 min 5 s'."""
    return show_duration(seconds, tr)


class TimeInput(LineInput):
    """A moment typed freely at a place, read back in full."""

    def __init__(self, declared: Field) -> None:
        self.zone = "Asia/Shanghai"
        self._kept: dt.datetime | None = None
        self.precision: Precision | None = None
        super().__init__(declared, self._read_moment, self._show_moment)

    def _show_moment(self, moment: dt.datetime) -> str:
        return times.show(moment, self.zone)

    def _read_moment(self, text: str) -> dt.datetime | None:
        self.precision = None
        bare = text.strip()
        if not bare:
            return None
        if self._kept is not None and bare == self._show_moment(self._kept):
            return self._kept  # its seconds are not lost by looking at it
        found = read_time(bare, now=times.now(), zone=self.zone)
        self.precision = found.precision
        return found.at

    def put(self, value: Any) -> None:
        self._kept = value
        super().put(value)

    def reading(self) -> str:
        try:
            value = self.value()
        except InvalidEntry:
            return ""
        if value is None:
            return ""
        time = TypedTime(value, self.precision or Precision.EXACT, self.zone)
        if self.line.text() == self._show_moment(value) and not still_to_come(time, times.now()):
            return weekday(times.day(value, self.zone))
        return time_in_full(time)[0]

    @Slot()
    def follow_zone(self, zone: str) -> None:
        """Read what is typed as said at another place."""
        self.zone = zone
        self._shown()
