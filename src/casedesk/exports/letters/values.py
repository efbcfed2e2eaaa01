"""What a form's text may name: the records of a dossier under plain paths, and how each value is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from casedesk.base import times
from casedesk.base.fields import Choice, Field
from casedesk.base.i18n import N_, Language, Say, words
from casedesk.base.money import show_cents
from casedesk.base.typed_time import Precision
from casedesk.exports.bundle.draft import DATE, MONTHS
from casedesk.records.captions import in_words
from casedesk.records.incidents import Incident
from casedesk.records.record import Record, columns

_LAWYER = N_("Responsible lawyer")


@dataclass(frozen=True)
class Missing:
    """A value that nobody has entered: false in a condition, a mark and a line of the list where it is printed."""

    path: str
    label: str
    """In English where it is a record's, as typed in the form where it is asked for."""
    record: type[Record] | None = None
    """Of what kind of record it is; None for what only the form asks for."""
    which: str = ""
    """Which one, by its caption; empty where there is none yet."""

    def __bool__(self) -> bool:
        return False


class Cents(int):
    """An amount, written as 58,310.50."""


@dataclass(frozen=True)
class Moment:
    """A time at its place, no more exact than it is known."""

    at: dt.datetime
    zone: str
    precision: Precision = Precision.EXACT


class View(Mapping[str, Any]):
    """A record as a form sees it: its declared columns by name, and further views; false where there is none."""

    def __init__(self, path: str, kind: type[Record], record: Record | None, **more: Any) -> None:
        self.path, self._kind, self._record, self._more = path, kind, record, more

    def __getitem__(self, name: str) -> Any:
        if name in self._more:
            return self._more[name]
        declared = declared_fields(self._kind)[name]
        value = getattr(self._record, name) if self._record is not None else None
        if value in (None, "", []):
            which = self._record.caption if self._record is not None and name != "name" else ""
            return Missing(f"{self.path}.{name}", declared.label, self._kind, which)
        if isinstance(value, dt.datetime):
            return _moment(self._record, value)
        return Cents(value) if declared.money else value

    def __iter__(self) -> Iterator[str]:
        return iter((*self._more, *declared_fields(self._kind)))

    def __len__(self) -> int:
        return len(self._more) + len(declared_fields(self._kind))

    def __bool__(self) -> bool:
        return self._record is not None


def _moment(record: Record | None, value: dt.datetime) -> Moment:
    if isinstance(record, Incident):
        return Moment(value, record.zone, record.precision)
    return Moment(value, "UTC")


@cache
def declared_fields(kind: type[Record]) -> Mapping[str, Field]:
    """The columns of a record a form may name, by name."""
    return {column.name: declared for column, declared in columns(kind)}


def views(path: str, kind: type[Record], records: Sequence[Record]) -> list[View]:
    """A view of each record."""
    return [View(path, kind, record) for record in records]


@dataclass(frozen=True)
class Writer:
    """How values are written in one language."""

    lang: Language
    month_first: bool = False
    """As America writes a date."""

    @property
    def say(self) -> Say:
        return words(self.lang)

    def write(self, value: Any) -> str:
        """Any value as text; a date, time, amount and choice in the language's own way."""
        ways: dict[type, Callable[[Any], str]] = {
            Missing: lambda missing: self.say("[to be completed: {label}]", label=self.what(missing)),
            Cents: show_cents, bool: lambda yes: self.say("Yes") if yes else self.say("No"),
            Choice: lambda choice: self.say(choice.label), Moment: self.moment, dt.date: self.date,
            list: lambda values: self.say("; ").join(map(self.write, values))}
        return next((way(value) for kind, way in ways.items() if isinstance(value, kind)), str(value))

    def what(self, missing: Missing) -> str:
        """What is missing, and of whom or what."""
        label = self.say(missing.label)
        if missing.record is None or missing.label == missing.record.titles:
            return label
        root = missing.path.partition(".")[0]
        kind = self.say(_LAWYER if root == "lawyer" else missing.record.title).lower()
        which = in_words(missing.record, missing.which, self.say)
        of = self.say("{of} {which}", of=kind, which=which).strip()
        return self.say("{what} ({of})", what=label, of=of)

    def date(self, day: dt.date) -> str:
        """2026年11月3日, 3 November 2026, in America November 3, 2026."""
        if self.month_first:
            return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"
        month = str(day.month) if self.lang == "zh" else MONTHS[day.month - 1]
        return self.say(DATE, day=day.day, month=month, year=day.year)

    def moment(self, moment: Moment) -> str:
        """2026-11-03 22:14 at the place, marked where it is not exact."""
        shown = times.show(moment.at, moment.zone)
        if moment.precision is Precision.DAY:
            return shown[:10]
        return shown if moment.precision is Precision.EXACT else self.say("about {time}", time=shown)
