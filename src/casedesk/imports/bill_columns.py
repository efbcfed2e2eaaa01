"""Which column of a bill means what: by its title, or, where a bill was saved without titles, by its values."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from casedesk.imports.bill_values import Unreadable, Years, direction, number, seconds, when
from casedesk.imports.sheets import Line, shown

_TITLES = {
    "time": "起始时间 通话起始时间 通话开始时间 开始时间 呼叫时间 通话时间 通信时间 发送时间 收发时间 "
            "发送/接收时间 起始日期时间 日期时间 时间 callstarttime",
    "day": "日期 通话日期 起始日期 calldate",
    "clock": "时刻 calltime",
    "number": "对方号码 对方电话 对方电话号码 对方号 对端号码 通话号码 通信号码 othernum",
    "calling": "主叫号码 主叫电话 主叫 dialing",
    "called": "被叫号码 被叫电话 被叫 called",
    "way": "通信方式 呼叫类型 通话类型 通话方式 呼叫方式 主被叫 主被叫类型 主/被叫 呼叫方向 传送方式 "
           "收发类型 收发方式 话单类型 类型 业务类型 信息类型 短信类型 calltypename calltype",
    "duration": "通信时长 通话时长 时长 计费时长 通话时间长度 calllonghour times",
    "place": "通信地点 通话地点 通话地 本机通话地 话单位置 本机所在地 calladdr homeareaname",
    "own": "本机号码 计费号码 用户号码",
}
_ROLES = {title: role for role, titles in _TITLES.items() for title in titles.split()}
_MESSAGES = re.compile("信息类型|短信类型|短信|彩信|传送方式|收发")
_TRAFFIC = re.compile("流量|上网|上行流量|接入点|apn", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_LOOKED_AT = 50


@dataclass(frozen=True)
class Layout:
    """The columns of one sheet by what they mean; None where it has none. `ways` may tell who called whom."""

    time: int
    clock: int | None = None
    number: int | None = None
    calling: int | None = None
    called: int | None = None
    ways: tuple[int, ...] = ()
    duration: int | None = None
    place: int | None = None
    own: int | None = None
    messages: bool = False
    """A bill of text messages rather than calls."""
    minutes: bool = False
    """Whether plain numbers of `duration` are minutes."""

    @property
    def has_number(self) -> bool:
        return self.number is not None or self.calling is not None or self.called is not None


def plain(title: object) -> str:
    """A title as it is compared: half-width, caseless, without blanks and what stands in brackets."""
    folded = unicodedata.normalize("NFKC", str(title)).casefold()
    return _IN_BRACKETS.sub("", re.sub(r"[\s:*“”\"']+", "", folded))


def by_titles(cells: Sequence[Any]) -> Layout | None:
    """The layout of a row of titles; None when it is none of a bill of calls or messages."""
    titles = [plain(cell) if isinstance(cell, str) and len(cell) <= 40 else "" for cell in cells]
    found: dict[str, list[int]] = {}
    for place, title in enumerate(titles):
        if role := _ROLES.get(title):
            found.setdefault(role, []).append(place)
    _settle_time(found, titles)
    told = "way" in found or {"calling", "called"} <= set(found)
    messages = any(_MESSAGES.search(title) for title in titles) and "duration" not in found
    if "time" not in found or not told or not ("duration" in found or messages):
        return None
    first = {role: places[0] for role, places in found.items()}
    length = str(cells[first["duration"]]) if "duration" in first else ""
    return Layout(
        first["time"], first.get("clock"), first.get("number"), first.get("calling"), first.get("called"),
        tuple(found.get("way", ())), first.get("duration"), first.get("place"), first.get("own"), messages,
        "分" in length and "秒" not in length)


def _settle_time(found: dict[str, list[int]], titles: list[str]) -> None:
    """Where day and time of day are two columns, the time column is the time of day."""
    if "day" in found and "clock" not in found and "time" in found:
        found["clock"] = found.pop("time")
    if "day" in found:
        found["time"] = found.pop("day")
    elif "time" in found:
        order = _TITLES["time"].split()
        found["time"].sort(key=lambda place: order.index(titles[place]))


def is_traffic(cells: Sequence[Any]) -> bool:
    """Titles of a list of mobile data, which holds no contacts."""
    return sum(bool(_TRAFFIC.search(plain(cell))) for cell in cells if isinstance(cell, str)) > 0


def by_values(lines: Sequence[Line]) -> Layout | None:
    """The layout of rows without titles: a column belongs to what most of its values are."""
    looked = [line.cells for line in lines[:_LOOKED_AT]]
    width = max((len(cells) for cells in looked), default=0)
    columns = [[cells[place] for cells in looked if place < len(cells)] for place in range(width)]
    most = max(1, len(looked) * 2 // 3)
    time = _first(columns, _is_time, most, ())
    way = _first(columns, _is_way, most, ())
    if time is None or way is None:
        return None
    numbers = [place for place, column in enumerate(columns)
               if place not in (time, way) and sum(map(_is_number, column)) >= most]
    duration = _first(columns, _is_length, most, (time, way, *numbers))
    if duration is None:
        return None
    pair = numbers[:2] if len(numbers) > 1 and _own(columns[numbers[0]], columns[numbers[1]], most) else None
    return Layout(
        time, ways=(way,), duration=duration, number=numbers[0] if numbers and pair is None else None,
        calling=pair[0] if pair else None, called=pair[1] if pair else None)


def _first(columns: list[list[Any]], test: Callable[[Any], bool], most: int, taken: tuple[int, ...]) -> int | None:
    return next((place for place, column in enumerate(columns)
                 if place not in taken and sum(map(test, column)) >= most), None)


def _is_time(cell: Any) -> bool:
    if isinstance(cell, int) or shown(cell).isdigit():  # a day number without a time of day is no time of a call
        return len(shown(cell)) == 14
    try:
        when(cell, None, Years(None, 2000))
    except Unreadable:
        return False
    return True


def _is_way(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) <= 20 and direction(cell) is not None


def _is_number(cell: Any) -> bool:
    text = number(cell).text
    return bool(re.fullmatch(r"\+?[0-9*]{5,20}", text))


def _is_length(cell: Any) -> bool:
    try:
        found = seconds(cell)
    except Unreadable:
        return False
    return found is not None and (not isinstance(cell, float) or cell.is_integer() or cell < 1)


def _own(left: list[Any], right: list[Any], most: int) -> str:
    """The number that stands in nearly every row on one side or the other."""
    count: Counter[str] = Counter()
    for one, other in zip(left, right, strict=False):
        count.update({number(one).text, number(other).text})
    (found, times), *_ = count.most_common(1) or [("", 0)]
    return found if found and times >= most else ""


def own_number(lines: Sequence[Line], layout: Layout) -> str:
    """The client's own number where each row has both sides'; empty when it cannot be told."""
    if layout.calling is None or layout.called is None or len(lines) < 2:
        return ""
    pairs = [(line.cells[layout.calling], line.cells[layout.called]) for line in lines[:_LOOKED_AT]
             if len(line.cells) > max(layout.calling, layout.called) and _is_number(line.cells[layout.calling])
             and _is_number(line.cells[layout.called])]
    return _own([one for one, _ in pairs], [other for _, other in pairs], len(pairs)) if len(pairs) > 1 else ""
