"""Which column of a foreign table means what: guessed from its title by the labels of `Incident` and by synonyms."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from casedesk.base.i18n import LANGUAGES, N_, words
from casedesk.imports.sheets import Line, shown
from casedesk.records import Incident, columns

DAY, CLOCK, UTC, NAME = "day", "clock", "utc", "name"
EXTRA = {DAY: N_("Day"), CLOCK: N_("Time of day"), UTC: N_("Time (UTC)"), NAME: N_("Name"), "uuid": N_("UUID")}
"""What a column may mean besides a field of `Incident`."""
_UNTAKEN = {"privileged"}
_OF_CONTACT = {"number", "words", "channel", "duration", "direction", "answered", "stated_name", "stated_company",
               "collector_id", "reached", "name", "summary"}
"""A table of contacts has a time and at least one of these."""
_TIMES = {"at", UTC, DAY}
_SYNONYMS: Mapping[str, str] = {
    "at": "时间 日期时间 发生时间 来电时间 通话时间 催收时间 联系时间 起始时间 通话起始时间 发送时间 "
        "接收时间 datetime timestamp date/time date&time occurredat calltime startedat starttime when "
        "dateandtime dateoftime timestamplocal",
    DAY: "日期 来电日期 通话日期 催收日期 date day calldate dateofcall dateofcontact "
        "dateofcall/message",
    CLOCK: "时刻 钟点 几点 timeofday timeofcall clock",
    UTC: "时间(utc) utc utctime",
    "channel": "方式 联系方式 催收方式 沟通方式 渠道 类型 channel method medium type typeofcontact "
        "contacttype",
    "direction": "方向 主被叫 呼叫类型 通信方式 呼入呼出 direction in/out inout incoming/outgoing",
    "number": "号码 电话 电话号码 手机号 手机号码 对方号码 来电号码 对方电话 催收电话 催收号码 主叫号码 "
        "number phone telephone phonenumber theirnumber caller callernumber callerid from "
        "agencytelephone telephonenumber contactnumber",
    "our_number": "本机号码 被叫号码 接听号码 ournumber mynumber calledto to calledphone",
    "answered": "是否接听 接听 接通 是否接通 已接 answered connected pickedup",
    "duration": "时长 通话时长 通信时长 时间长度 秒数 duration length seconds callduration howlong",
    "reached": "接电人 接听人 被联系人 联系到 对象 spokento reached whowasreached towhom whoanswered",
    "stated_name": "催收员 催收人员 来电人 对方姓名 自称姓名 representative rep agentname callername "
        "collector'sname",
    "stated_company": "公司 催收公司 机构 催收机构名称 自称公司 单位 company agency collectioncompany callercompany "
        "collectorcompany collector'sname&company",
    "words": "内容 通话内容 短信内容 对方说 说了什么 原话 催收内容 消息 消息内容 正文 content text body "
        "message said whattheysaid whatwassaid whatwassaid&towhom details notes",
    "reply": "我方回复 我说 我的回答 回复 回应 whatisaid myreply answer response",
    "summary": "摘要 备注 情况 经过 说明 summary remark remarks comment comments description",
    "tags": "标签 性质 违规类型 tags labels category",
    "zone": "时区 timezone tz zone",
    "place": "地点 place location",
    "witness": "证人 见证人 witness",
    "demanded": "要求金额 索要金额 amountdemanded amount",
    "debt_id": "债务 debt account/reference accountnumber",
    "creditor_id": "债权人 银行 贷款机构 平台 creditor originalcreditor lender",
    "collector_id": "催收机构 催收方 collector debtcollector",
    NAME: "姓名 联系人 联系人姓名 名称 name contact contactname",
}


def plain(title: str) -> str:
    """A title as it is compared: caseless, without white space and end marks."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[\s_:：*]+", "", folded)


@cache
def _meanings() -> Mapping[str, str]:
    """Title in its compared form -> name; a label of ours goes before any synonym."""
    found: dict[str, str] = {}
    for lang in LANGUAGES:
        say = words(lang)
        for name, label in EXTRA.items():
            found.setdefault(plain(say(label)), name)
        for column, field in columns(Incident):
            if column.key not in _UNTAKEN:
                found.setdefault(plain(say(field.label)), column.key)
                if field.unit:
                    found.setdefault(plain(f"{say(field.label)}({say(field.unit)})"), column.key)
    for column, _ in columns(Incident):
        if column.key not in _UNTAKEN:
            found.setdefault(plain(column.key), column.key)
    for name, titles in _SYNONYMS.items():
        for title in titles.split():
            found.setdefault(plain(title), name)
    return found


_IN_BRACKETS = re.compile(r"[(\[].*?[)\]]")


def meaning(title: str) -> str:
    """What a column of this title most likely means; empty when nothing is known."""
    whole = plain(title)
    return _meanings().get(whole) or _meanings().get(_IN_BRACKETS.sub("", whole), "")


def guess(cells: Sequence[Any]) -> dict[int, str]:
    """Column number -> what it means; each meaning once, the first that has it. Empty when this is no row of titles."""
    found: dict[int, str] = {}
    for place, cell in enumerate(cells):
        title = cell if isinstance(cell, str) and len(cell) <= 80 else ""
        name = meaning(title)
        if name and name not in found.values():
            found[place] = name
    return _completed(found) if is_table(found.values()) else {}


def _completed(found: dict[int, str]) -> dict[int, str]:
    """“Date” and “Time” side by side are the day and the clock of one time."""
    names = set(found.values())
    if DAY in names and "at" in names:
        return {place: CLOCK if name == "at" else name for place, name in found.items()}
    return found


def is_table(names: Iterable[str]) -> bool:
    """Whether columns of these meanings make a table of contacts."""
    given = set(names)
    return bool(given & _TIMES) and bool(given & _OF_CONTACT)


def is_ours(cells: Sequence[Any]) -> bool:
    """Whether these are the titles of the incident sheet of our own workbook."""
    names = {meaning(cell) for cell in cells if isinstance(cell, str)}
    return {"uuid", UTC, "zone", "precision"} <= names


def fingerprint(line: Line) -> str:
    """What the titles of a table are known by when a mapping is remembered."""
    titles = "\x1f".join(plain(shown(cell)) for cell in line.cells)
    return hashlib.sha256(titles.encode("utf-8", "surrogatepass")).hexdigest()
