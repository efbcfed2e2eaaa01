"""The hour in a typed time: '2214', '9点半', '9:15 pm', '晚上12点'.

A part of the day is a window of hours from the midnight its day begins with, at most twelve hours wide, so that it
settles what an hour from 1 to 12 means: 晚上 runs from 17 to 29, so 晚上9点 is 21:00 and 晚上12点 and 晚上1点 belong to
the night that begins on the day named, that is 00:00 and 01:00 of the next one. 凌晨1点 is 01:00 of the day itself.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr

_DAWN, _MORNING, _FORENOON, _NOON = range(7), range(4, 13), range(13), range(10, 15)
_AFTERNOON, _DUSK, _NIGHT, _DEEP_NIGHT = range(12, 20), range(16, 21), range(17, 29), range(21, 31)
_PARTS = (
    ("凌晨", _DAWN), ("清晨|早上|早晨|清早|今晨|早|晨", _MORNING), ("上午", _FORENOON), ("中午|正午|\\bnoon", _NOON),
    ("下午|午后|afternoon", _AFTERNOON), ("傍晚", _DUSK), ("半夜|午夜|深夜|夜里|夜间|midnight", _DEEP_NIGHT),
    ("晚上|晚间|夜晚|晚|夜|evening|night", _NIGHT), ("morning", _FORENOON),
)
_PART_WORDS = tuple((re.compile(words), hours) for words, hours in _PARTS)
_HALF_DAY = re.compile(r"(?<![a-z])([ap])\.?m(?:\.|\b)")
_CLOCK = re.compile(
    r"(?P<h>[0-9]{1,2})(?:[:. ](?P<m>[0-9]{2})(?::(?P<s>[0-9]{2}))?|(?P<m2>[0-9]{2})"
    r"|[点时](?:钟|整|(?P<half>半)|(?P<quarter>[13])刻|(?P<m3>[0-9]{1,2})分?(?:(?P<s3>[0-9]{1,2})秒)?)?)"
    r"|(?P<h4>[0-9]{2})(?P<m4>[0-9]{2})(?P<s4>[0-9]{2})|(?P<bare>[0-9]{1,2})")
_FROM_THE_HOUR = re.compile(
    r"\b(?P<past>half|quarter|[0-9]{1,2}) past (?P<of>[0-9]{1,2})|\b(?P<to>quarter|[0-9]{1,2}) to (?P<next>[0-9]{1,2})"
    r"|差(?P<差>1刻|[0-9]{1,2})分?(?P<点>[0-9]{1,2})[点时]")
_MINUTES = {"half": 30, "quarter": 15, "1刻": 15}
_BARE_HOURS = {"中午": 12, "正午": 12, "noon": 12, "半夜": 24, "午夜": 24, "midnight": 24}


@dataclass(frozen=True)
class Clock:
    """A time of the day, counted from the midnight its day begins with."""

    since_midnight: dt.timedelta
    night: bool = False
    """Typed as part of a night and so past the midnight its day ends with."""
    vague: bool = False
    """A part of the day without an hour, like 中午."""


def read_clock(text: str, *, alone: bool) -> Clock | None:
    """The clock in a plain text without its day, None if there is none; a bare number counts unless it is `alone`."""
    rest, part, hours = _part_of_day(_FROM_THE_HOUR.sub(_from_the_hour, text))
    half = _HALF_DAY.search(rest)
    digits = _tight(_HALF_DAY.sub(" ", rest, count=1))
    if not digits and part and not half:
        return _bare_part(part)
    found = _CLOCK.fullmatch(digits)
    if not found or (found["bare"] and alone and not part and not half):
        return None
    hour, minute, second = _numbers(found)
    if minute > 59 or second > 59:
        return None
    return _settled(hour, minute, second, half[1] if half else "", hours)


def _part_of_day(text: str) -> tuple[str, str, range | None]:
    for words, hours in _PART_WORDS:
        found = words.search(text)
        if found:
            return f"{text[:found.start()]} {text[found.end():]}", found[0], hours
    return text, "", None


def _from_the_hour(found: re.Match[str]) -> str:
    """'half past 9', 'quarter to 9' and '差5分9点' as an hour and its minutes."""
    word = found["past"] or found["to"] or found["差"]
    minutes = _MINUTES.get(word) or int(word)
    if found["past"]:
        return f"{found['of']}:{minutes:02d}"
    return f"{int(found['next'] or found['点']) - 1}:{60 - minutes:02d}"


def _tight(text: str) -> str:
    return re.sub(r"\s*([^0-9\s])\s*", r"\1", text.replace("o'clock", ":00")).strip()


def _bare_part(part: str) -> Clock:
    if part not in _BARE_HOURS:
        raise InvalidEntry(tr("“{part}” needs an hour.", part=part), tr("Add it, like “about 9pm”."))
    return Clock(dt.timedelta(hours=_BARE_HOURS[part]), night=_BARE_HOURS[part] == 24, vague=part in ("中午", "半夜"))


def _numbers(found: re.Match[str]) -> tuple[int, int, int]:
    hour = found["h"] or found["h4"] or found["bare"]
    minute = found["m"] or found["m2"] or found["m3"] or found["m4"] or (found["half"] and "30") or "0"
    quarters = int(found["quarter"] or 0)
    return int(hour), int(minute) + 15 * quarters, int(found["s"] or found["s3"] or found["s4"] or 0)


def _settled(hour: int, minute: int, second: int, half: str, part: range | None) -> Clock | None:
    """The clock of an hour of a half day or a part of the day; None for 25:00 or 24:05, InvalidEntry for 凌晨20点."""
    if hour > 24 or (hour == 24 and (minute or second or half)):
        return None
    if half:
        hour = _within(range(12) if half == "a" else range(12, 24), (hour, hour + 12, hour - 12))
    if part is not None:
        hour = _within(part, (hour, hour + 24) if half else (hour, hour + 12, hour + 24, hour - 12))
    since = dt.timedelta(hours=hour, minutes=minute, seconds=second)
    return Clock(since, night=part is not None and hour >= 24)


def _within(window: range, hours: tuple[int, ...]) -> int:
    for hour in hours:
        if hour in window:
            return hour
    raise InvalidEntry(tr("There is no hour {hour} in that part of the day.", hour=hours[0]),
                       tr("Type the hour from 0 to 23, like 22:14."))
