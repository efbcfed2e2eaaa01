"""Lengths of time as bills print them and people type them; always whole seconds."""

from __future__ import annotations

import re
from functools import lru_cache

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import Say, tr
from casedesk.base.typed_text import plain

_SPAN = re.compile(
    r"(?:(?P<h>[0-9]{1,4}(?:\.[0-9])?|an?|half(?:an?)?|半)个?(?P<h_half>半)?(?:小时|钟头|hours?|hrs?|h|时)"
    r"(?:(?P<half_h>半)|(?P<bare>[0-9]{2})$)?)?(?:(?P<quarters>[123])刻钟?)?"
    r"(?:and)?(?:(?P<m>[0-9]{1,5}|an?|半)(?:分钟?|minutes?|mins?|m|′|')(?P<half_m>半钟?)?)?"
    r"(?:and)?(?:(?P<s>[0-9]{1,7})(?:秒钟?|seconds?|secs?|s|″|\"|''))?")
_CLOCK = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,5}):([0-5][0-9])")
_HALVES = ("半", "half", "halfa", "halfan")


@lru_cache(4096)
def read_duration(text: str) -> int:
    """Seconds in '3分5秒', '3m5s', '2 min', '00:03:05' (h:m:s), '3:05' (m:s) or '185'; else InvalidEntry."""
    compact = plain(text).replace(" ", "")
    if re.fullmatch("[0-9]{1,7}", compact):
        return int(compact)
    clock = _CLOCK.fullmatch(compact)
    seconds = _of_clock(clock) if clock else span_seconds(compact)
    if seconds is None:
        raise InvalidEntry(tr("“{text}” is not a length of time.", text=text), tr("Type it like 3m5s, 3:05 or 185."))
    return seconds


def _of_clock(clock: re.Match[str]) -> int | None:
    hours, minutes, seconds = clock.groups()
    if hours and int(minutes) > 59:
        return None
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)


def span_seconds(text: str) -> int | None:
    """Seconds in a text with units like '1h30m', '1个半小时' or 'half an hour'; None if it is none."""
    found = _SPAN.fullmatch(text.replace(" ", ""))
    if not found or not (found["h"] or found["quarters"] or found["m"] or found["s"]):
        return None
    minutes = _count(found["m"] or found["bare"]) + 0.5 * bool(found["half_m"]) + 15 * _count(found["quarters"])
    if (found["h"] and minutes >= 60) or ((found["h"] or found["m"]) and _count(found["s"]) > 59):
        return None
    hours = _count(found["h"]) + 0.5 * bool(found["h_half"] or found["half_h"])
    return round(hours * 3600 + minutes * 60 + _count(found["s"]))


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
