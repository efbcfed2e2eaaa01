"""WeChat's tables, PhoneView's CSV and an iPhone's call history."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from casedesk.base.errors import ImportProblem
from casedesk.imports.call_history import CallHistory
from casedesk.imports.draft import NeedsAnswer, Options
from casedesk.imports.formats import recognise
from casedesk.records.words import Channel, Direction

from .bill_files import counted, drafts, local, lost, read, skipped, table, xlsx

IN, OUT = Direction.IN, Direction.OUT
NEW = ["消息ID", "类型", "发送人", "时间", "内容", "备注", "昵称", "更多信息"]
NEW_ROWS = [["1", "文本", "催收小王", "2023-05-01 21:00:00", "还钱\n今天", "王", "小王", "more"],
            ["2", "图片", "林某", "2023-05-01 21:01:00", "", "林某", "林某", "more"],
            ["3", "系统消息", "催收小王", "2023-05-01 21:02:00", "撤回了一条消息", "王", "小王", "more"],
            ["4", "文本", "催收小王", "昨天", "x", "王", "小王", "more"]]
OLD = ["localId", "TalkerId", "Type", "SubType", "IsSender", "CreateTime", "Status", "StrContent", "StrTime", "Remark", "NickName", "Sender"]


def test_wechat_of_the_newer_tool_asks_who_we_are(tmp_path: Path) -> None:
    for path in (table(tmp_path / "c.csv", [NEW, *NEW_ROWS]),
                 xlsx(tmp_path / "c.xlsx", {"聊天记录": [NEW, *NEW_ROWS], "成员信息": [["名字"], ["王"]]})):
        with pytest.raises(NeedsAnswer) as asked:
            read(path, "wechat")
        assert set(asked.value.question.answers) == {"催收小王", "林某", "-"}
        rows = read(path, "wechat", me="林某")
        assert [(d.direction, d.name, d.words, d.at, d.channel) for d in drafts(rows)] == [
            (IN, "王", "还钱\n今天", local("2023-05-01T21:00:00"), Channel.CHAT),
            (OUT, "王", "[图片]", local("2023-05-01T21:01:00"), Channel.CHAT)]
        assert len(lost(rows)) == 1
        assert counted(rows) == (4 if path.suffix == ".csv" else 6)


def test_wechat_of_the_older_tool_says_who_wrote(tmp_path: Path) -> None:
    calls = [["1", "7", "1", "0", "0", "1682946000", "3", "还钱", "2023-05-01 21:00:00", "王", "小王", "wxid_1"],
             ["2", "7", "1", "0", "1", "1682946060", "3", "好", "2023-05-01 21:01:00", "", "林", "wxid_me"],
             ["3", "7", "10000", "0", "0", "1682946060", "3", "撤回", "2023-05-01 21:01:00", "", "", ""],
             ["4", "7", "1", "0", "?", "1682946060", "3", "x", "2023-05-01 21:01:00", "", "", ""]]
    rows = read(table(tmp_path / "c.csv", [OLD, *calls]), "wechat")
    assert [(d.direction, d.name, d.words) for d in drafts(rows)] == [(IN, "王", "还钱"), (OUT, "王", "好")]
    assert drafts(rows)[0].at == dt.datetime(2023, 5, 1, 13, 0, tzinfo=dt.UTC)
    assert [row.line for row in skipped(rows)] == [4]
    assert [row.line for row in lost(rows)] == [5]


def test_wechat_of_the_third_tool_names_its_zone(tmp_path: Path) -> None:
    titles = ["time(Asia/Shanghai)", "group_id", "group_name", "from_id", "from_nickname", "content_type", "content"]
    calls = [["2023-05-01 21:00:00", "g", "群", "wx1", "小王", "text", "还钱"]]
    rows = read(table(tmp_path / "c.csv", [titles, *calls]), "wechat", me="-")
    assert drafts(rows)[0].at.astimezone(dt.UTC) == dt.datetime(2023, 5, 1, 13, 0, tzinfo=dt.UTC)
    assert drafts(rows)[0].name == "小王"


MESSAGES = [["Received", "Jul 23, 2011 6:12:54 AM", "+33681818181", "+33681818181", "pay\nnow", "SMS"],
            ["Sent", "Jul 23, 2011 12:15:54 PM", "Jérémie", "+33655665566", "no", "iMessage"],
            ["Received", "Jul 24, 2011 12:00:00 AM", "Bob", "+33655665566", "hi", "WhatsApp"],
            ["Received", "Jul 99, 2011 12:00:00 AM", "Bob", "+33655665566", "hi", "SMS"],
            ["?", "Jul 24, 2011 12:00:00 AM", "Bob", "+33655665566", "hi", "SMS"]]


@pytest.mark.parametrize("titles", [True, False])
def test_phoneview_with_and_without_titles(tmp_path: Path, titles: bool) -> None:
    head = [["direction", "timestamp", "name", "number", "content", "type"]] if titles else []
    rows = read(table(tmp_path / "p.csv", head + MESSAGES), "phoneview")
    assert [(d.at, d.direction, d.name, d.number, d.words, d.channel) for d in drafts(rows)] == [
        (local("2011-07-23T06:12:54"), IN, "", "+33681818181", "pay\nnow", Channel.SMS),
        (local("2011-07-23T12:15:54"), OUT, "Jérémie", "+33655665566", "no", Channel.SMS),
        (local("2011-07-24T00:00:00"), IN, "Bob", "+33655665566", "hi", Channel.CHAT)]
    assert len(lost(rows)) == 2
    assert counted(rows) == 5


def test_phoneview_writes_dates_as_its_computer_does(tmp_path: Path) -> None:
    def made(*times: str) -> Path:
        return table(tmp_path / "p.csv", [["Received", at, "Bob", "8005550100", "pay", "SMS"] for at in times])

    read_at = [d.at for d in drafts(read(made("1/4/26 10:11 PM", "1/23/26 9:05 AM"), "phoneview"))]
    assert read_at == [local("2026-01-04T22:11:00"), local("2026-01-23T09:05:00")]
    with pytest.raises(NeedsAnswer):
        read(made("1/4/26 10:11 PM"), "phoneview")


def test_a_call_of_wechat_says_how_long_it_was(tmp_path: Path) -> None:
    rows = [["消息ID", "类型", "发送人", "时间", "内容", "备注", "昵称", "更多信息"],
            ["1", "语音通话", "我", "2026-01-03 10:14:12", "通话时长 01:05", "", "", ""],
            ["2", "视频通话", "李", "2026-01-03 10:15:12", "对方已取消", "", "", ""],
            ["3", "文本", "李", "2026-01-03 10:16:12", "通话时长 01:05", "", "", ""]]
    assert [(d.duration, d.answered) for d in drafts(read(table(tmp_path / "w.csv", rows), "wechat"))] == [
        (65, True), (None, None), (None, None)]


def history(path: Path, calls: list[tuple[Any, ...]], extra: str = "") -> Path:
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE ZCALLRECORD (Z_PK INTEGER PRIMARY KEY, ZDATE TIMESTAMP, ZDURATION FLOAT, "
                     "ZADDRESS BLOB, ZORIGINATED INTEGER, ZANSWERED INTEGER, ZLOCATION VARCHAR)")
        base.executemany("INSERT INTO ZCALLRECORD VALUES (?, ?, ?, ?, ?, ?, ?)", calls)
        if extra:
            base.executescript(extra)
        base.commit()
    return path


def test_an_iphones_calls_count_from_2001(tmp_path: Path) -> None:
    path = history(tmp_path / "x", [
        (3, 600000000.25, 38.4, b"+8613800138000", 0, 1, "上海"), (5, 599999999, 0.0, "95555", 0, 0, None),
        (7, 600000100, 12.0, "95555", 1, 0, None), (8, None, 1.0, "1", 0, 0, None), (9, 600000200, 1.0, None, 2, 0, None)])
    rows = read(path, "iphone-calls")
    assert [(d.line, d.at, d.direction, d.number, d.duration, d.answered) for d in drafts(rows)] == [
        (5, dt.datetime(2020, 1, 6, 10, 39, 59, tzinfo=dt.UTC), IN, "95555", 0, False),
        (3, dt.datetime(2020, 1, 6, 10, 40, 0, 250000, tzinfo=dt.UTC), IN, "+8613800138000", 38, True),
        (7, dt.datetime(2020, 1, 6, 10, 41, 40, tzinfo=dt.UTC), OUT, "95555", 12, True)]
    assert {row.line for row in lost(rows)} == {8, 9}
    assert [one.name for one in tmp_path.iterdir()] == ["x"]  # no journal beside it


def test_a_hostile_call_history_is_refused(tmp_path: Path) -> None:
    view = tmp_path / "view"
    with closing(sqlite3.connect(view)) as base:
        base.execute("CREATE VIEW ZCALLRECORD AS WITH RECURSIVE r(ZDATE, ZADDRESS, ZORIGINATED) AS "
                     "(SELECT 1, 1, 1 UNION ALL SELECT ZDATE + 1, 1, 1 FROM r) SELECT * FROM r")
        base.commit()
    assert recognise(view) is None
    with pytest.raises(ImportProblem):
        list(CallHistory().read(view, Options()))
    huge = history(tmp_path / "huge", [(1, 600000000, 1, "x" * 2_000_000, 0, 0, None)])
    with pytest.raises(ImportProblem, match="damaged"):
        list(CallHistory().read(huge, Options()))
    whole = history(tmp_path / "cut", [(n, 600000000 + n, 1, "95555", 0, 0, None) for n in range(2_000)])
    whole.write_bytes(whole.read_bytes()[:20_000])
    with pytest.raises(ImportProblem, match="damaged"):
        list(CallHistory().read(whole, Options()))
