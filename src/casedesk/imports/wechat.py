"""WeChat chats as three tools export them: two CSV layouts of WeChatMsg (the first as XLSX too), and wechat_stat's.

Only the older one says which messages are ours; in the others the person is asked who of the senders we are.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casedesk.base import times
from casedesk.base.durations import read_duration
from casedesk.base.errors import CasedeskError, InvalidEntry
from casedesk.base.i18n import N_, tr
from casedesk.imports import sheets
from casedesk.imports.bill_values import Unreadable, Years, when
from casedesk.imports.draft import Draft, Lost, Options, Remark, Row, Skipped
from casedesk.imports.parties import NOBODY, Senders, legible
from casedesk.imports.sheets import Line, shown
from casedesk.records.words import Channel, Direction

_SELF = "我"
_TEXTS = {"文本", "1", "text", "Text", ""}
_NOTICES = {"系统消息", "拍一拍等系统消息", "10000", "10002", "system", "系统通知", "撤回消息"}
_KINDS = {"3": "图片", "34": "语音", "42": "名片", "43": "视频", "47": "表情", "48": "位置", "49": "链接或文件",
          "50": "语音或视频通话"}
_CALLS = {"50", "语音通话", "视频通话", "语音或视频通话", "voip"}
_LASTED = re.compile(r"(?:通话时长|Duration)[:： ]*([0-9:]{4,8})")
_ZONED = re.compile(r"time\((.+)\)")


@dataclass(frozen=True)
class _Columns:
    """Which titles a tool uses; empty where it has no such column."""

    marks: frozenset[str]
    time: str
    kind: str
    words: str
    sender: str
    shown_as: tuple[str, ...]
    is_ours: str = ""
    chat: str = ""
    epoch: str = ""


_LAYOUTS = (
    _Columns(frozenset({"类型", "发送人", "时间", "内容"}), "时间", "类型", "内容", "发送人", ("备注", "昵称")),
    _Columns(frozenset({"IsSender", "StrContent", "CreateTime"}), "StrTime", "Type", "StrContent", "Sender",
             ("Remark", "NickName", "Sender", "TalkerId"), "IsSender", "TalkerId", "CreateTime"),
    _Columns(frozenset({"from_id", "from_nickname", "content_type", "content"}), "time", "content_type", "content",
             "from_id", ("from_nickname",), chat="group_id"))


class WeChat:
    """The format of WeChat's exported chats."""

    id = "wechat"
    title = N_("WeChat chat (exported table)")
    asks: tuple[str, ...] = ("me",)

    def looks(self, path: Path, head: bytes) -> bool:
        """A table whose first row has the titles of one of the tools."""
        if not (head.startswith(sheets.ZIP) or sheets.is_text(head)):
            return False
        try:
            first = next((row for row in sheets.rows(path) if isinstance(row, Line)), None)
        except (CasedeskError, OSError):
            return False
        return first is not None and _columns(first) is not None

    def read(self, path: Path, options: Options) -> Iterator[Row]:
        """One draft a message; notices of WeChat itself and lists of members are left out."""
        senders = Senders()
        has_flag = False
        for row in _messages(path, lambda done: options.step(0)):
            if isinstance(row, _Message) and row.problem == "" and not row.notice:
                has_flag = has_flag or row.ours is not None
                senders.add(row.sender if row.ours is None else (_SELF if row.ours else row.sender), row.name)
        me = _SELF if has_flag or _SELF in senders else senders.ask(options) if len(senders) else NOBODY
        for row in _messages(path, options.step):
            yield _row(row, me, senders) if isinstance(row, _Message) else row


@dataclass(frozen=True)
class _Message:
    """One row of a chat; `problem` says why it cannot be read."""

    line: Line
    problem: str = ""
    notice: bool = False
    at: dt.datetime | None = None
    sender: str = ""
    name: str = ""
    ours: bool | None = None
    """None where the tool does not say."""
    words: str = ""
    lasted: int | None = None
    """Seconds of a call that was taken."""


def _columns(titles: Line) -> _Columns | None:
    found = {re.sub(r"\(.*\)", "", shown(cell)) for cell in titles.cells}
    return next((one for one in _LAYOUTS if one.marks <= found), None)


def _messages(path: Path, step: Callable[[int], object]) -> Iterator[_Message | Lost | Remark | Skipped]:
    layouts: dict[str, _Layout | None] = {}
    for row in sheets.rows(path, step):
        if not isinstance(row, Line):
            yield row
        elif row.sheet not in layouts:
            columns = _columns(row)
            layouts[row.sheet] = _Layout(columns, row) if columns else None
            if columns is None:
                yield Skipped(row.line, tr("no message"), row.sheet)
        elif (layout := layouts[row.sheet]) is None:
            yield Skipped(row.line, tr("no message"), row.sheet)
        else:
            yield layout.message(row)


class _Layout:
    """The columns of one sheet by their places."""

    def __init__(self, columns: _Columns, titles: Line) -> None:
        self.columns = columns
        plain = [shown(cell) for cell in titles.cells]
        self.places = {re.sub(r"\(.*\)", "", title): place for place, title in reversed(list(enumerate(plain)))}
        zoned = next((found for title in plain if (found := _ZONED.fullmatch(title))), None)
        self.zone = zoned[1] if zoned and zoned[1] in times.zone_names() else ""

    def _cell(self, cells: Sequence[Any], title: str) -> Any:
        place = self.places.get(title, len(cells))
        return cells[place] if place < len(cells) else None

    def message(self, line: Line) -> _Message:
        cells, columns = line.cells, self.columns
        kind = shown(self._cell(cells, columns.kind))
        try:
            at = self._at(cells)
        except Unreadable as problem:
            return _Message(line, str(problem))
        flag = shown(self._cell(cells, columns.is_ours)) if columns.is_ours else ""
        if columns.is_ours and flag not in ("0", "1"):
            return _Message(line, tr("It does not say whether the client wrote it: “{text}”.", text=flag[:60]))
        sender = shown(self._cell(cells, columns.sender)) or shown(self._cell(cells, columns.chat))
        name = next((text for title in columns.shown_as if (text := shown(self._cell(cells, title)))), sender)
        content = self._cell(cells, columns.words)
        words = content if isinstance(content, str) else shown(content)
        lasted = _lasted(words) if kind in _CALLS else None
        if kind not in _TEXTS:
            words = f"[{_KINDS.get(kind, kind)}] {words}".strip()
        return _Message(line, "", kind in _NOTICES, at, sender, name, flag == "1" if flag else None, words,
                        lasted)

    def _at(self, cells: Sequence[Any]) -> dt.datetime:
        """Seconds since 1970 where the tool gives them, else the time as written."""
        counted = shown(self._cell(cells, self.columns.epoch))
        if re.fullmatch(r"\d{9,10}", counted):
            return times.from_millis(int(counted) * 1000)
        local = when(self._cell(cells, self.columns.time), None, Years(None))
        return local.replace(tzinfo=times.zone(self.zone)) if self.zone else local


def _row(message: _Message, me: str, senders: Senders) -> Row:
    line, sheet = message.line.line, message.line.sheet
    if message.problem or message.at is None:
        return Lost(line, message.problem, sheet)
    if message.notice:
        return Skipped(line, tr("a notice of WeChat: {text}", text=message.words[:80]), sheet)
    ours = message.ours if message.ours is not None else message.sender == me
    name = senders.other_than(me) if ours else message.name or message.sender
    return Draft(
        line=line, sheet=sheet, at=message.at, channel=Channel.CHAT, name=legible(name), words=legible(message.words),
        direction=Direction.OUT if ours else Direction.IN, duration=message.lasted,
        answered=None if message.lasted is None else True)


def _lasted(words: str) -> int | None:
    """The length of a call as WeChat shows it: “通话时长 01:05”."""
    told = _LASTED.fullmatch(words.strip())
    try:
        return read_duration(told[1]) if told else None
    except InvalidEntry:
        return None
