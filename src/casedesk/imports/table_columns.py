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
    "at": "时间 日期时间 发生时间 来电时间 通话时间 催收时间 联系时间 起始时间 通话起始时间 发送时间 接收时间 "
        "datetime timestamp date/time date&time occurredat calltime startedat starttime when dateandtime dateoftime "
        "timestamplocal 开始时间 通话开始时间 日期和时间 日期及时间 日期与时间 来电日期时间 催收日期时间 拨打时间 "
        "呼叫时间 呼入时间 短信时间 消息时间 收到时间 calldatetime date/timeofcall contacttime incidenttime "
        "callstart messagedate 具体时间 具体时刻 时间点 exacttime timeofcontact timeofincident",
    DAY: "日期 来电日期 通话日期 催收日期 date day calldate dateofcall dateofcontact dateofcall/message 发生日期 "
        "联系日期 拨打日期 年月日 contactdate incidentdate eventdate dateoccurred",
    CLOCK: "时刻 钟点 几点 timeofday timeofcall clock",
    UTC: "时间(utc) utc utctime",
    "channel": "方式 联系方式 催收方式 沟通方式 渠道 类型 channel method medium type typeofcontact contacttype "
        "催收途径 联系途径 催收渠道 联系渠道 沟通渠道 接触方式 催收形式 contactmethod modeofcontact",
    "direction": "方向 主被叫 呼叫类型 通信方式 呼入呼出 direction in/out inout incoming/outgoing 呼叫方向 通话方向 "
        "来电/去电 呼入/呼出 主叫/被叫 主叫被叫 calldirection calltype",
    "number": "号码 电话 电话号码 手机号 手机号码 对方号码 来电号码 对方电话 催收电话 催收号码 主叫号码 number "
        "phone telephone phonenumber theirnumber caller callernumber callerid from agencytelephone telephonenumber "
        "contactnumber 电话号 手机 联系电话 来电电话 来电显示 通话号码 呼入号码 拨打号码 对方手机 对方手机号 "
        "对方手机号码 对方电话号码 对方联系电话 催收人电话 催收员电话 催收方电话 催收手机号 phoneno phone# telno "
        "tel mobile mobilenumber callingnumber incomingnumber calledfrom collectorphone senderid collector'sphone "
        "collector'sphonenumber theirphone theirphonenumber",
    "our_number": "本机号码 被叫号码 接听号码 ournumber mynumber calledto to calledphone 我方号码 我的号码 本机 "
        "被催收号码 接听电话 numbercalled",
    "answered": "是否接听 接听 接通 是否接通 已接 answered connected pickedup 接听情况 接听状态 接通情况 是否已接 "
        "callanswered wasitanswered",
    "duration": "时长 通话时长 通信时长 时间长度 秒数 duration length seconds callduration howlong 通话长度 "
        "持续时间 持续时长 通话秒数 用时 lengthofcall calllength durationofcall talktime",
    "reached": "接电人 接听人 被联系人 联系到 对象 spokento reached whowasreached towhom whoanswered 接听者 谁接的 "
        "联系了谁 打给谁 被催收人 受话人 personcontacted personreached",
    "stated_name": "催收员 催收人员 来电人 对方姓名 自称姓名 representative rep agentname callername "
        "collector'sname 催收人 催收人姓名 催收员姓名 催收专员 来电人姓名 对方自称 自称 collectorname "
        "nameofcollector nameofcaller caller'sname representativename repname whocalled",
    "stated_company": "公司 催收公司 机构 催收机构名称 自称公司 单位 company agency collectioncompany callercompany "
        "collectorcompany collector'sname&company 催收公司名称 催收单位 对方公司 对方单位 公司名称 自称单位 "
        "companyname agencyname collectionagency nameofcompany",
    "words": "内容 通话内容 短信内容 对方说 说了什么 原话 催收内容 消息 消息内容 正文 content text body message "
        "said whattheysaid whatwassaid whatwassaid&towhom details notes 对方说了什么 对方说什么 对方说的话 对方说的 "
        "对方讲了什么 对方原话 对方话语 他说了什么 谈话内容 沟通内容 聊天内容 微信内容 信息内容 来电内容 威胁内容 "
        "催收话术 话术 说的话 theysaid theirwords exactwords whatthecallersaid whatthecollectorsaid "
        "whattheysaidtoyou whatdidtheysay whatcallersaid messagetext transcript",
    "reply": "我方回复 我说 我的回答 回复 回应 whatisaid myreply answer response 我说了什么 我说什么 我说的话 "
        "我说的 我的回复 我的回应 我的答复 我怎么说 我怎么回答 我方说 我方说了什么 我方回答 我方答复 本人回复 "
        "本人回答 委托人回复 委托人说了什么 当事人回复 客户回复 答复 回答 isaid whatyousaid whatireplied "
        "whatdidyousay whatyousaidtothem reply ourresponse yourresponse whatclientsaid whattheclientsaid",
    "summary": "摘要 备注 情况 经过 说明 summary remark remarks comment comments description 概要 概述 大意 描述 "
        "主要内容 事件经过 事情经过 事件描述 情况说明 whathappened",
    "tags": "标签 性质 违规类型 tags labels category 催收行为 行为类型 违规行为 违规情形 violation violations",
    "zone": "时区 timezone tz zone",
    "place": "地点 发生地点 场所 place location where",
    "witness": "证人 见证人 在场人 witness witnesses",
    "demanded": "要求金额 索要金额 amountdemanded amount 要求还款金额 催收金额 amountclaimed",
    "debt_id": "债务 debt account/reference accountnumber 合同号 合同编号 accountno account loan",
    "creditor_id": "债权人 银行 贷款机构 平台 creditor originalcreditor lender 债权方 贷款平台 借款平台 bank",
    "collector_id": "催收机构 催收方 collector debtcollector",
    NAME: "姓名 联系人 联系人姓名 名称 name contact contactname sendername",
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
    whole = plain(title).replace("’", "'").rstrip("?.")
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
