"""Lengths of time as bills print them and people type them; always whole seconds."""

from __future__ import annotations

import re
from functools import lru_cache

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import Say, tr
from casedesk.base.typed_text import plain

_SPAN = re.compile(
    r"(?:(?P<h>[0-9]{1,4}(?:\.[0-9])?|an?|half(?:an?)?|半)[个個]?(?P<h_half>半)?(?:小[时時]|[钟鐘][头頭]|hours?|hrs?|h|[时時])"
    r"(?:(?P<half_h>半)|(?P<bare>[0-9]{2})$)?)?(?:(?P<quarters>[123])刻[钟鐘]?)?"
    r"(?:and)?(?:(?P<m>[0-9]{1,5}(?:\.[0-9]{1,2})?|an?|半)(?:分[钟鐘]?|minutes?|mins?|m|')"
    r"(?:(?P<half_m>半[钟鐘]?)|(?P<bare_s>[0-5][0-9])$)?)?"
    r"(?:and)?(?:(?P<s>[0-9]{1,7}(?:\.[0-9]{1,6})?)(?:秒[钟鐘]?|seconds?|secs?|s|\"|''))?")
_CLOCK = re.compile(
    r"([0-9]{1,4}):([0-5]?[0-9]):([0-5]?[0-9](?:\.[0-9]{1,6})?)|([0-9]{1,5}):([0-5][0-9](?:\.[0-9]{1,6})?)")
_DAYS = re.compile(r"(?:([0-9]{1,3})(?:天|days?|d)(?:and|,)?)?(.*)")
_DAY = 86_400
_STRAIGHT = str.maketrans("‘’′“”″", "''\'\"\"\"")
_COMMA = re.compile(r"(?<=[^\W\d]),|(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
"""Between units, and between thousands."""
_ISO = re.compile(r"p(?=.)(?:([0-9]+d))?(?:t(?=.)(.+))?")
_HALVES = ("半", "half", "halfa", "halfan")


@lru_cache(4096)
def read_duration(text: str) -> int:
    """Seconds in '3分5秒', '3m5s', '2 min', '00:03:05' (h:m:s), '3:05' (m:s) or '185'; else InvalidEntry.

    A part of a second counts as one from its half.
    """
    compact = _COMMA.sub("", plain(text).translate(_STRAIGHT)).replace(" ", "")
    if iso := _ISO.fullmatch(compact):
        compact = "".join(part or "" for part in iso.groups())
    if re.fullmatch("[0-9]{1,7}", compact):
        return int(compact)
    days, rest = _DAYS.fullmatch(compact).groups()  # type: ignore[union-attr]  # it takes anything
    clock = _CLOCK.fullmatch(rest)
    seconds = _of_clock(clock) if clock else 0 if days and not rest else span_seconds(rest)
    if seconds is None or (days and seconds >= _DAY):
        raise InvalidEntry(tr("“{text}” is not a length of time.", text=text), tr("Type it like 3m5s, 3:05 or 185."))
    return int(days or 0) * _DAY + seconds


def _of_clock(clock: re.Match[str]) -> int:
    hours, minutes, seconds, only_minutes, and_seconds = clock.groups()
    return _whole(int(hours or 0) * 3600 + int(minutes or only_minutes) * 60 + float(seconds or and_seconds))


def span_seconds(text: str) -> int | None:
    """Seconds in a text with units like '1h30m', '1个半小时' or 'half an hour'; None if it is none."""
    found = _SPAN.fullmatch(text.replace(" ", ""))
    if not found or not (found["h"] or found["quarters"] or found["m"] or found["s"]):
        return None
    minutes = _count(found["m"] or found["bare"]) + 0.5 * bool(found["half_m"]) + 15 * _count(found["quarters"])
    seconds = _count(found["s"] or found["bare_s"])
    hours = _count(found["h"]) + 0.5 * bool(found["h_half"] or found["half_h"])
    if (found["h"] and minutes >= 60) or ((found["h"] or found["m"]) and seconds >= 60):
        return None
    return _whole(hours * 3600 + minutes * 60 + seconds)


def _whole(seconds: float) -> int:
    return int(seconds + 0.5)


def _count(word: str | None) -> float:
    if not word:
        return 0
    return float(word) if word[0].isdigit() else 0.5 if word in _HALVES else 1


def show_duration(seconds: int, say: Say) -> str:
    """'1 h 2 min 3 s' or '1小时2分3秒'; `read_duration` reads it back."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return say("{h} h {m} min {s} s", h=hours, m=minutes, s=left)
    if minutes:
        return say("{m} min {s} s", m=minutes, s=left)
    return say("{s} s", s=left)
