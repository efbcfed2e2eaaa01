"""PhoneView (iPhone): its CSV of messages, which has no titles of its own; people add them by hand."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from casedesk.base import times
from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import N_, tr
from casedesk.imports import bill_values, sheets
from casedesk.imports.draft import Draft, Lost, Options, Row
from casedesk.imports.parties import legible
from casedesk.imports.sheets import Line, shown
from casedesk.imports.table_values import ORDER, SHORT, Unreadable, is_short, moment, order_of, which_order
from casedesk.records.words import Channel, Direction

_TITLES = ["direction", "timestamp", "name", "number", "content", "type"]
_WAYS = {"received": Direction.IN, "incoming": Direction.IN, "sent": Direction.OUT, "outgoing": Direction.OUT}
_MONTHS = {name: number for number, name in enumerate(
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)}
_WRITTEN = re.compile(
    r"(?P<month>[a-z]{3})[a-z]*\.? (?P<day>\d{1,2}),? (?P<year>\d{4}),?(?: at)? (?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2}))?(?: ?(?P<half>[ap])\.?m\.?)?", re.IGNORECASE)
_CHANNELS = {"whatsapp": Channel.CHAT}
_NUMBER = re.compile(r"[+\d*][\d\s().*-]{2,24}")


class PhoneView:
    """The format of PhoneView."""

    id = "phoneview"
    title = N_("PhoneView messages (iPhone)")
    asks: tuple[str, ...] = (ORDER,)

    def looks(self, path: Path, head: bytes) -> bool:
        """A CSV whose first rows have its six columns, with a direction and a time."""
        if not sheets.is_text(head):
            return False
        try:
            lines = [row for row, _ in zip(sheets.rows(path), range(3), strict=False) if isinstance(row, Line)]
        except (CasedeskError, OSError):
            return False
        if lines and _is_titles(lines[0]):
            return True
        return bool(lines) and all(len(line.cells) in (5, 6) and shown(line.cells[0]).casefold() in _WAYS
                                   and _is_time(shown(line.cells[1])) for line in lines)

    def read(self, path: Path, options: Options) -> Iterator[Row]:
        """One draft a message, at the local time of the computer that exported it."""
        order = ""
        for row in sheets.rows(path, options.step):
            if not isinstance(row, Line):
                yield row
            elif not _is_titles(row):
                if not order and len(row.cells) > 1 and is_short(shown(row.cells[1])):
                    order = _order(path) or options.ask(which_order())
                yield _message(row, order, options.zone)


def _order(path: Path) -> str:
    """Which of 3/4/2026 is the day, as another row tells."""
    return order_of(shown(row.cells[1]) for row in sheets.rows(path) if isinstance(row, Line) and len(row.cells) > 1)


def _is_titles(line: Line) -> bool:
    return [shown(cell).casefold() for cell in line.cells] == _TITLES


def _is_time(text: str) -> bool:
    try:
        _moment(text, "dmy", "UTC")
    except (Unreadable, bill_values.Unreadable):
        return False
    return True


def _moment(text: str, order: str, zone: str) -> dt.datetime:
    """'Jul 23, 2011 6:12:54 AM', '7/23/11 6:12 AM', or a time as ISO writes it."""
    found = _WRITTEN.fullmatch(" ".join(text.split()))
    if SHORT.match(text):
        return moment({"at": text}, zone=zone, order=order, now=times.now())[0]
    if found is None or found["month"].lower() not in _MONTHS:
        return bill_values.when(text, None, bill_values.Years(None))
    hour = int(found["hour"])
    if found["half"]:
        hour = hour % 12 + 12 * (found["half"].lower() == "p")
    try:
        return dt.datetime(int(found["year"]), _MONTHS[found["month"].lower()], int(found["day"]), hour,  # noqa: DTZ001
                           int(found["minute"]), int(found["second"] or 0))
    except ValueError:
        raise Unreadable(tr("“{text}” is not a time.", text=text[:60])) from None


def _message(line: Line, order: str, zone: str) -> Row:
    way, at, name, number, content, kind = (*line.cells, *[""] * 6)[:6]
    direction = _WAYS.get(shown(way).casefold())
    if direction is None:
        return Lost(line.line, tr("It does not say whether it was received or sent: “{text}”.", text=shown(way)[:60]))
    try:
        written = _moment(shown(at), order, zone)
    except (Unreadable, bill_values.Unreadable) as problem:
        return Lost(line.line, str(problem))
    called = shown(name)
    if "call" in shown(kind).casefold():
        return Lost(line.line, tr("A call: PhoneView's list of calls is not known here; enter it by hand."))
    return Draft(
        line=line.line, at=written, direction=direction, number=shown(number),
        name="" if _NUMBER.fullmatch(called) else legible(called), words=legible(str(content or "")),
        channel=_CHANNELS.get(shown(kind).casefold(), Channel.SMS))
