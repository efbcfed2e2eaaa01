"""An iPhone's call history (CallHistory.storedata in a backup): a SQLite file, read as one that may be hostile.

It is opened without writing, without a journal beside it, and without anything in its schema being trusted; only the
one table is read, and a query that runs without end is stopped.
"""

from __future__ import annotations

import datetime as dt
import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import N_, tr
from casedesk.imports.draft import Draft, Lost, Options, Row
from casedesk.imports.parties import legible
from casedesk.records.words import Channel, Direction

_MARK = b"SQLite format 3\0"
_LARGEST, _LONGEST_CELL, _MOST_STEPS = 500_000_000, 1_000_000, 20_000
_FIRST = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
_WANTED = ("Z_PK", "ZDATE", "ZDURATION", "ZADDRESS", "ZORIGINATED", "ZANSWERED", "ZNAME", "ZLOCATION")
_NEEDED = {"ZDATE", "ZADDRESS", "ZORIGINATED"}


class CallHistory:
    """The format of an iPhone's call history."""

    id = "iphone-calls"
    title = N_("Call history of an iPhone (CallHistory.storedata)")
    asks: tuple[str, ...] = ()

    def looks(self, path: Path, head: bytes) -> bool:
        """A SQLite file with the table of calls."""
        if not head.startswith(_MARK) or path.stat().st_size > _LARGEST:
            return False
        try:
            with closing(_opened(path)) as base:
                return set(_columns(base)) >= _NEEDED
        except sqlite3.Error:
            return False

    def read(self, path: Path, options: Options) -> Iterator[Row]:
        """One draft a call, in the order they were made; the line is its number in the table."""
        if path.stat().st_size > _LARGEST:
            raise ImportProblem(tr("The file is larger than {n} million bytes.", n=_LARGEST // 1_000_000),
                                tr("Split it and import the parts."))
        try:
            with closing(_opened(path)) as base:
                yield from _calls(base, _columns(base), options)
        except sqlite3.Error as problem:
            raise ImportProblem(
                tr("“{file}” is damaged and cannot be read ({reason}).", file=path.name, reason=problem),
                tr("Take it out of the backup again.")) from problem
        options.step(path.stat().st_size)


def _opened(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
    base.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    base.execute("PRAGMA trusted_schema = OFF")
    base.execute("PRAGMA query_only = ON")
    base.execute("PRAGMA cell_size_check = ON")
    base.text_factory = lambda data: data.decode("utf-8", "replace")
    steps = [0]

    def stop() -> bool:
        steps[0] += 1
        return steps[0] > _MOST_STEPS

    base.set_progress_handler(stop, 100_000)
    return base


def _columns(base: sqlite3.Connection) -> list[str]:
    """The columns of the table that are known here; none when it is a view, whose query is anybody's."""
    kind = base.execute("SELECT type FROM sqlite_master WHERE name = 'ZCALLRECORD'").fetchone()
    if kind != ("table",):
        return []
    present = {name for _, name, *_ in base.execute("PRAGMA table_info(ZCALLRECORD)")}
    return [name for name in _WANTED if name in present]


def _calls(base: sqlite3.Connection, columns: list[str], options: Options) -> Iterator[Row]:
    if not set(columns) >= _NEEDED:
        raise ImportProblem(tr("The file has no calls of an iPhone."), tr("Choose CallHistory.storedata."))
    chosen = ", ".join(columns)
    for count, cells in enumerate(base.execute(f"SELECT {chosen} FROM ZCALLRECORD ORDER BY ZDATE"), 1):  # noqa: S608
        record = dict(zip(columns, cells, strict=True))
        if not count & 0xFFF:
            options.step(0)
        number = record.get("Z_PK")
        yield _call(record, number if isinstance(number, int) else count)


def _call(record: dict[str, Any], line: int) -> Row:
    at = _moment(record["ZDATE"])
    if at is None:
        return Lost(line, tr("There is no time in this row.") if record["ZDATE"] is None else
                    tr("“{text}” is not a time.", text=str(record["ZDATE"])[:60]))
    way = record["ZORIGINATED"]
    if way not in (0, 1):
        return Lost(line, tr("It does not say whether the client called or was called: “{text}”.", text=str(way)[:60]))
    length, answered = record.get("ZDURATION"), record.get("ZANSWERED")
    seconds = round(length) if isinstance(length, int | float) and 0 <= length < 10_000_000 else None
    return Draft(
        line=line, at=at, channel=Channel.CALL, direction=Direction.OUT if way else Direction.IN,
        number=_text(record["ZADDRESS"]), name=_text(record.get("ZNAME")), duration=seconds,
        answered=_answered(bool(way), answered, seconds))


def _answered(ours: bool, flag: Any, seconds: int | None) -> bool | None:
    """The phone keeps whether we answered; of our own calls only the length tells that the other side did."""
    if ours:
        return seconds > 0 if seconds is not None else None
    return bool(flag) if flag in (0, 1) else None


def _moment(value: Any) -> dt.datetime | None:
    """Seconds since 2001."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return None
    if not 0 < value < 3_000_000_000:
        return None
    return _FIRST + dt.timedelta(milliseconds=round(value * 1000))


def _text(value: Any) -> str:
    """Numbers are kept as text, or as bytes in older phones."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return legible(str(value)) if value is not None else ""
