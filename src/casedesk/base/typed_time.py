"""Times as a person types them, in Chinese or English, while the call is still on.

A time without a day is today's, or yesterday's if today's is still to come. A day without a time is kept as its
first moment at the place with precision `day`. What was understood is meant to be shown back in full (`show_full`);
what allows two readings is refused with an example. The rules for days and hours stand in typed_day and typed_clock.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from casedesk.base import times
from casedesk.base.durations import read_duration, show_duration, span_seconds
from casedesk.base.errors import InvalidEntry
from casedesk.base.fields import Choice
from casedesk.base.i18n import N_, Say, tr
from casedesk.base.typed_clock import Clock, read_clock
from casedesk.base.typed_day import Day, find_day
from casedesk.base.typed_text import plain

__all__ = ["Precision", "TypedTime", "read_duration", "read_time", "show_duration", "show_full", "still_to_come"]


class Precision(Choice):
    """How exactly a moment is known."""

    EXACT = "exact", N_("Exact")
    APPROX = "approx", N_("Approximate")
    DAY = "day", N_("Day only")


@dataclass(frozen=True)
class TypedTime:
    """A moment in UTC, how exactly it is known and the zone it was typed for."""

    at: dt.datetime
    precision: Precision
    zone: str


WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_AHEAD = dt.timedelta(minutes=2)
"""How far a clock may run ahead of ours before its time is taken for yesterday's."""
_NOW = frozenset(("", "now", "just now", "right now", "现在", "刚才", "刚刚", "刚", "此刻"))
_ISO = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)? ?(?:z|[+-]\d\d:?\d\d)?")
_ABOUT = re.compile(
    r"左右|前后|上下|大约|大概|约|差不多|许|来钟|多钟?"
    r"|\b(?:about|around|roughly|approximately|approx\.?|circa|ca\.?|or so)(?![a-z])|~"
    r"|(?<=\d)ish\b|(?<=[ap]m)ish\b")
_AGO = re.compile(r"-(?P<signed>.+)|(?P<zh>.+?)(?:之前|以前|前)|(?P<en>.+) ago")
_PHRASES = (("this morning", "today morning"), ("this afternoon", "today afternoon"), ("this evening", "today evening"),
            ("tonight", "today night"), ("last night", "yesterday night"), ("昨晨", "昨天早上"), ("今晨", "今天早上"))
_FILLERS = re.compile(r"[,()的]|\b(?:at|on|the|of|in)\b")


def read_time(text: str, *, now: dt.datetime, zone: str) -> TypedTime:
    """What was typed at the moment `now` (aware) for a place; an empty text is now. InvalidEntry if unclear."""
    if now.tzinfo is None:
        raise ValueError("a time without a zone")
    typed = plain(text)
    if typed in _NOW:
        return TypedTime(now.astimezone(dt.UTC), Precision.EXACT, zone)
    written = _iso(typed) if _ISO.fullmatch(typed) else None
    if written:
        at = written.astimezone(dt.UTC) if written.tzinfo else _at_place(written, zone)
        return TypedTime(at, Precision.EXACT, zone)
    return _read(text, typed, now, zone)


def _read(text: str, typed: str, now: dt.datetime, zone: str) -> TypedTime:
    sure = " ".join(_ABOUT.sub(" ", typed).split())
    about = sure != typed
    seconds = _seconds_ago(sure)
    if seconds is not None:
        at = now.astimezone(dt.UTC) - dt.timedelta(seconds=seconds)
        return TypedTime(at, Precision.APPROX if about else Precision.EXACT, zone)
    day, rest = find_day(_phrased(sure), times.day(now, zone), zone)
    if day and not rest.strip():
        return TypedTime(_first_moment(day.date, zone), Precision.DAY, zone)
    clock = read_clock(rest.strip(), alone=day is None and not about)
    if clock is None:
        raise _unclear(text)
    at = _moment(day or Day(times.day(now, zone), back=1), clock, now, zone)
    return TypedTime(at, Precision.APPROX if about or clock.vague else Precision.EXACT, zone)


def _phrased(typed: str) -> str:
    for phrase, meaning in _PHRASES:
        typed = typed.replace(phrase, meaning)
    return " ".join(_FILLERS.sub(" ", typed).split())


def _seconds_ago(typed: str) -> int | None:
    found = _AGO.fullmatch(typed)
    return span_seconds(found["signed"] or found["zh"] or found["en"]) if found else None


def _unclear(text: str) -> InvalidEntry:
    return InvalidEntry(tr("“{text}” is not a time this program understands.", text=text.strip()),
                        tr("Type it like “yesterday 22:14”, “11-3 2214”, “-5m” or “about 9pm”."))


def _iso(typed: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(re.sub(r" ?(z|[+-]\d\d:?\d\d)$", r"\1", typed).upper())
    except ValueError:
        return None
    return moment if 1900 <= moment.year <= 2199 else None


def _moment(day: Day, clock: Clock, now: dt.datetime, zone: str) -> dt.datetime:
    """The clock on the day, gone back while it lies in the future and the day was not said outright."""
    local = dt.datetime.combine(day.date, dt.time()) + clock.since_midnight
    back = day.back or int(clock.night and day.date == times.day(now, zone))
    while back and _utc(local, zone) > now + _AHEAD:
        local -= dt.timedelta(days=back)
    return _at_place(local, zone)


def _utc(local: dt.datetime, zone: str) -> dt.datetime:
    return local.replace(tzinfo=times.zone(zone), fold=0).astimezone(dt.UTC)


def _at_place(local: dt.datetime, zone: str) -> dt.datetime:
    """UTC of a local time; of two (clocks put back) the first; InvalidEntry for one that was skipped."""
    at = _utc(local, zone)
    if at.astimezone(times.zone(zone)).replace(tzinfo=None, fold=0) != local:
        raise InvalidEntry(tr("{time} did not exist in {zone}: the clocks went forward.",
                              time=local.strftime("%Y-%m-%d %H:%M"), zone=zone),
                           tr("Type a time before or after the change."))
    return at


def _first_moment(day: dt.date, zone: str) -> dt.datetime:
    """UTC of the moment the day begins at the place, even where clocks skip midnight."""
    return _utc(dt.datetime.combine(day, dt.time()), zone)


def still_to_come(time: TypedTime, now: dt.datetime) -> bool:
    """Whether it lies further ahead than clocks differ, where nothing can have happened yet."""
    return time.at > now + _AHEAD


def show_full(time: TypedTime, say: Say) -> str:
    """'2026-11-22 Sun 22:14', 'about ...' or the day alone; `read_time` reads it back to the minute."""
    local = time.at.astimezone(times.zone(time.zone))
    day = f"{local:%Y-%m-%d} {say(WEEKDAYS[local.weekday()])}"
    if time.precision is Precision.DAY:
        return day
    full = f"{day} {local:%H:%M}"
    return say("about {time}", time=full) if time.precision is Precision.APPROX else full
