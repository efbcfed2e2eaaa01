"""WhatsApp's “Export chat” as text: every phone writes dates in its own way, and messages run over lines.

Which of 3/4/2026 is the day is told by any date that allows one reading only; a file without such a date is asked
about. Times are the phone's local ones.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import N_, tr
from casedesk.imports import texts
from casedesk.imports.draft import Draft, Lost, Options, Question, Remark, Row, Skipped
from casedesk.imports.parties import LONGEST_WORDS, Senders, legible, stepping
from casedesk.imports.sheets import is_text
from casedesk.records.words import Channel, Direction

_MARKS = dict.fromkeys([0xFEFF, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_BLANKS = {0x202F: " ", 0xA0: " ", 0x2009: " "}
_LINE = 1 << 20
_FIRST = frozenset("[0123456789\ufeff\u200e\u200f\u202a\u202b\u202c\u2068\u2066")
_HALVES = {"am": 0, "a.m.": 0, "a. m.": 0, "上午": 0, "凌晨": 0, "早上": 0, "午夜": 0, "清晨": 0,
           "pm": 12, "p.m.": 12, "p. m.": 12, "下午": 12, "晚上": 12, "中午": 12, "傍晚": 12}
_HALF = "(?:" + "|".join(re.escape(word) for word in _HALVES) + ")"
_HEAD = re.compile(
    rf"\[?(?P<a>\d{{1,4}})(?P<sign>[./年-])(?P<b>\d{{1,2}})[./月-](?P<c>\d{{1,4}})日?\.?,?(?: klo| um| at| à| a las)? ?"
    rf"(?P<before>{_HALF})? ?(?P<h>\d{{1,2}})[:.](?P<m>\d{{2}})(?:[:.](?P<s>\d{{2}}))?(?: ?(?P<after>{_HALF}))?"
    rf"(?:\] ?| - )(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_SENDER = re.compile(r"(?P<name>[^:：\n]{1,100})[:：] ?(?P<words>.*)", re.DOTALL)
_COLON = re.compile("[:：]")
_SYSTEM = re.compile(
    "end-to-end encrypted|端到端加密|端對端加密|created group|changed the subject|changed this group|added you|"
    "security code .* changed|创建了群组|安全码已更改", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[\d\s().-]{7,24}")
_ORDERS = {"dmy": N_("day/month/year"), "mdy": N_("month/day/year")}


@dataclass
class _Message:
    """One message as it stands in the file."""

    line: int
    head: re.Match[str]
    first: str
    """The line with the head, as the file has it."""
    rest: list[str] = field(default_factory=list)
    size: int = 0

    def add(self, text: str) -> None:
        """One more piece of its words; what is far too much is counted, not kept."""
        self.size += len(text)
        if self.size <= 2 * LONGEST_WORDS:
            self.rest.append(text)

    @property
    def sender(self) -> str:
        """Who wrote it; empty for what WhatsApp says itself."""
        first = self.head["rest"]
        found = _SENDER.match(_plain(first[:200]))
        return "" if found is None or _SYSTEM.search(_plain(first[:400])) else found["name"].strip(" ~")

    @property
    def words(self) -> str:
        """What was written: after the name, without the marks WhatsApp puts before its own words."""
        named = _COLON.search(self.first, self._name_at())
        assert named is not None
        body = self.first[named.end():].removeprefix(" ").lstrip("\u200e\u200f")
        return "".join((body, *self.rest)).replace("\r\n", "\n").rstrip("\r\n")

    def _name_at(self) -> int:
        """Where the name begins in the line: behind the bracket or the dash that ends the time."""
        ends = [found.end() for found in re.finditer(r"\] ?| - ", self.first[:80])]
        return ends[0]


class WhatsApp:
    """The format of WhatsApp's exported chats."""

    id = "whatsapp"
    title = N_("WhatsApp chat (exported text)")
    asks: tuple[str, ...] = ("dates", "me")

    def looks(self, path: Path, head: bytes) -> bool:
        """A text whose first lines begin with a date, a time and a name."""
        if not is_text(head):
            return False
        encoding, _ = texts.encoding_of(path)
        lines = head.decode(encoding, "replace").splitlines()[:20]
        heads = [found for line in lines if (found := _HEAD.fullmatch(_plain(line)))]
        return bool(lines) and bool(heads) and _HEAD.fullmatch(_plain(lines[0])) is not None and any(
            _SENDER.match(found["rest"]) for found in heads)

    def read(self, path: Path, options: Options) -> Iterator[Row]:
        """One draft a message; who we are, and the order of day and month where it is open, are asked."""
        chat = _Chat(path, options)
        for message in chat.messages():
            yield chat.row(message) if isinstance(message, _Message) else message


def _plain(line: str) -> str:
    """A line without the marks of writing direction, with ordinary blanks."""
    return line.translate(_MARKS).translate(_BLANKS).rstrip("\r\n")


class _Chat:
    """One file, looked through once for its senders and dates and then read."""

    def __init__(self, path: Path, options: Options) -> None:
        self.path, self.options = path, options
        self.senders = Senders()
        self.dates = _Dates()
        for message in self._read(lambda done: options.step(0)):
            if isinstance(message, _Message):
                self.dates.weigh(message.head)
                if message.sender:
                    self.senders.add(message.sender)
        if not len(self.senders):
            raise ImportProblem(tr("“{file}” has no messages.", file=path.name), tr("Export the chat again."))
        self.order = self.dates.settle(options)
        self.me = self.senders.ask(options)

    def messages(self) -> Iterator[_Message | Lost | Remark]:
        yield from self._read(self.options.step)

    def _read(self, step: Callable[[int], object]) -> Iterator[_Message | Lost | Remark]:
        """The messages in the order of the file."""
        told = stepping(step)
        now: _Message | None = None
        number, at_start = 1, True
        with texts.opened(self.path, "\n") as text:
            while line := text.readline(_LINE):
                if text.doubt:
                    yield Remark(text.doubt, number)
                head = _HEAD.fullmatch(_plain(line)) if at_start and line[0] in _FIRST else None
                if head is not None:
                    if now is not None:
                        yield now
                    now = _Message(number, head, line)
                elif now is not None:
                    now.add(line)
                elif line.strip():
                    yield Lost(number, tr("It stands before the first message."))
                at_start = line.endswith("\n")
                number += at_start
                told(text.tell())
        if now is not None:
            yield now
        step(self.path.stat().st_size)

    def row(self, message: _Message) -> Row:
        if not message.sender:
            return Skipped(message.line, tr("a notice of WhatsApp: {text}", text=message.head["rest"][:80]))
        try:
            at = _moment(message.head, self.order)
        except ValueError:
            return Lost(message.line, tr("“{text}” is no date in the order {order}, as in the rest of the file.",
                                         text=message.head["a"] + message.head["sign"] + message.head["b"],
                                         order=tr(_ORDERS.get(self.order, ""))))
        if message.size > LONGEST_WORDS:
            return Lost(message.line, tr("It holds more than {n} characters of text.", n=f"{LONGEST_WORDS:,}"))
        ours = message.sender == self.me
        other = self.senders.other_than(self.me) if ours else message.sender
        return Draft(
            line=message.line, at=at, channel=Channel.CHAT, direction=Direction.OUT if ours else Direction.IN,
            number=other if _NUMBER.fullmatch(other) else "", name=legible(other), words=legible(message.words))


@dataclass
class _Dates:
    """Which orders of day, month and year the dates of a file allow."""

    fits: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_ORDERS, 0))
    """Dates that can be read in this order only."""
    either: int = 0
    twelve_hours: bool = False

    def weigh(self, head: re.Match[str]) -> None:
        first, second = int(head["a"]), int(head["b"])
        self.twelve_hours = self.twelve_hours or bool(head["after"])
        if len(head["a"]) == 4 or _is_year_first(head):
            return
        if head["sign"] == "." or first > 12 >= second:
            self.fits["dmy"] += 1
        elif second > 12 >= first:
            self.fits["mdy"] += 1
        else:
            self.either += 1

    def settle(self, options: Options) -> str:
        """The order of the whole file; asked where every date allows both. The few that differ are lost."""
        if any(self.fits.values()):
            return max(self.fits, key=lambda order: self.fits[order])
        if not self.either:
            return "dmy"  # every date has its year first, or there is none
        return options.ask(Question(
            "dates", tr("The dates of this chat can be read in two ways. Which comes first?"),
            {order: tr(label) for order, label in _ORDERS.items()}, "mdy" if self.twelve_hours else "dmy"))


def _is_year_first(head: re.Match[str]) -> bool:
    """Chinese phones of old write 22/3/12, with the half of the day before the time."""
    return bool(head["before"]) and len(head["c"]) < 4 and int(head["a"]) > 12


def _moment(head: re.Match[str], order: str) -> dt.datetime:
    """The local time; ValueError when the date is none in this order."""
    a, b, c = (int(head[part]) for part in "abc")
    if len(head["a"]) == 4 or _is_year_first(head):
        year, month, day = a, b, c
    else:
        day, month, year = (a, b, c) if order == "dmy" else (b, a, c)
    half = (head["before"] or head["after"] or "").lower()
    hour = int(head["h"])
    if half:
        noon = half == "中午" and hour in (10, 11)
        hour = hour if noon or hour > 12 else hour % 12 + _HALVES[half]
    return dt.datetime(year if year > 99 else 2000 + year, month, day, hour,  # noqa: DTZ001 - the phone's local time
                       int(head["m"]), int(head["s"] or 0))
