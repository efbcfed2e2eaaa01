"""Operators' bills: every layout seen, and the traps of each."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from casedesk.imports import bill_values
from casedesk.imports.draft import NeedsAnswer, Options
from casedesk.imports.formats import recognise
from casedesk.records.words import Channel, Direction, SourceKind

from .bill_files import (
    CRAWLED,
    CRAWLED_SMS,
    MOBILE,
    MOBILE_HEAD,
    MOBILE_ROWS,
    UNICOM,
    counted,
    drafts,
    local,
    lost,
    places,
    problems,
    read,
    skipped,
    table,
    told,
    xls,
    xlsx,
)

IN, OUT = Direction.IN, Direction.OUT


def test_mobile_as_downloaded(tmp_path: Path) -> None:
    rows = read(xls(tmp_path / "bill.xls", {"通话详单": MOBILE_HEAD + MOBILE_ROWS}), "bill-mobile")
    calls = drafts(rows)
    assert [(c.at, c.direction, c.number, c.duration, c.answered, c.line) for c in calls] == [
        (local("2020-03-02T13:13:40"), IN, "95555", 38, True, 7),
        (local("2020-03-02T20:01:05"), OUT, "02195588", 60, True, 8),
        (local("2020-03-31T23:59:59"), IN, "15500001111", 3723, None, 9)]
    assert {(c.source, c.channel, c.sheet, c.fields["place"]) for c in calls} == {
        (SourceKind.BILL, Channel.CALL, "通话详单", "上海")}
    assert problems(rows) == []
    assert next(t.message for t in told(rows)) == "（详单信息仅供用户参考，不作其他凭证）"
    assert [t.message for t in told(rows)][1] == "Above the table: 从2020-03-01到2020-03-31 类型：通话详单 总条数：3"
    assert any("diverted" in t.message for t in told(rows))
    assert counted(rows) == 3
    assert len(set(places(rows))) == 3


def test_a_bill_cut_short_is_told_by_its_own_count(tmp_path: Path) -> None:
    rows = read(xls(tmp_path / "bill.xls", {"s": MOBILE_HEAD + MOBILE_ROWS[:2]}), "bill-mobile")
    (problem,) = problems(rows)
    assert problem.line == 2
    assert "3" in problem.message
    assert "2" in problem.message


def test_rows_that_cannot_be_read_count_towards_the_operators_count(tmp_path: Path) -> None:
    bad = ["13-45 13:13:40", "上海", "被叫", "95555", "00:00:38"]
    rows = read(xls(tmp_path / "bill.xls", {"s": [*MOBILE_HEAD, *MOBILE_ROWS[:2], bad]}), "bill-mobile")
    assert [(row.line, row.sheet) for row in lost(rows)] == [(9, "s")]
    assert "13-45 13:13:40" in lost(rows)[0].message
    assert problems(rows) == []
    assert counted(rows) == 3


def test_the_year_over_new_year(tmp_path: Path) -> None:
    head = [["从2019-12-15到2020-01-14 类型：通话详单 总条数：3"], MOBILE]
    calls = [["12-31 23:59:50", "", "被叫", "95555", "10"], ["01-01 00:00:01", "", "被叫", "95555", "10"],
             ["12-14 08:00:00", "", "被叫", "95555", "10"]]
    rows = read(xls(tmp_path / "bill.xls", {"s": head + calls}), "bill-mobile")
    assert [call.at for call in drafts(rows)] == [
        local("2019-12-31T23:59:50"), local("2020-01-01T00:00:01"), local("2019-12-14T08:00:00")]


def test_a_day_far_outside_the_bill_is_lost_rather_than_given_a_year(tmp_path: Path) -> None:
    rows = read(xls(tmp_path / "b.xls", {"s": [*MOBILE_HEAD, ["08-02 13:13:40", "", "被叫", "95555", "1"]]}), "bill-mobile")
    assert drafts(rows) == []
    assert "2020-03-01" in lost(rows)[0].message


def test_a_leap_day_finds_its_year(tmp_path: Path) -> None:
    head = [["从2020-02-01到2020-02-29 类型：通话详单"], MOBILE]
    rows = read(xls(tmp_path / "b.xls", {"s": [*head, ["02-29 13:13:40", "", "被叫", "95555", "1"]]}), "bill-mobile")
    assert drafts(rows)[0].at == local("2020-02-29T13:13:40")


def test_without_a_year_anywhere_it_is_asked_and_followed_over_new_year(tmp_path: Path) -> None:
    calls = [["12-31 10:00:00", "", "被叫", "95555", "1"], ["01-01 10:00:00", "", "被叫", "95555", "1"]]
    path = table(tmp_path / "b.csv", [MOBILE, *calls])
    with pytest.raises(NeedsAnswer) as asked:
        read(path, "bill-mobile")
    assert asked.value.question.key == "year"
    assert "12-31" in asked.value.question.text
    assert "2024" in asked.value.question.answers
    assert [call.at.year for call in drafts(read(path, "bill-mobile", year="2023"))] == [2023, 2024]
    newest_first = table(tmp_path / "c.csv", [MOBILE, *reversed(calls)])
    assert [call.at.year for call in drafts(read(newest_first, "bill-mobile", year="2024"))] == [2024, 2023]


def test_one_sheet_a_month_takes_the_year_from_each_sheets_name(tmp_path: Path) -> None:
    rows = [MOBILE, ["01-03 10:00:00", "", "被叫", "95555", "1"]]
    late = [MOBILE, ["12-03 10:00:00", "", "被叫", "95555", "1"]]
    found = read(xlsx(tmp_path / "b.xlsx", {"2023年12月": late, "2024年01月": rows}), "bill-mobile")
    assert [(call.sheet, call.at.year) for call in drafts(found)] == [("2023年12月", 2023), ("2024年01月", 2024)]
    assert counted(found) == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_mobile_as_crawled(tmp_path: Path, encoding: str) -> None:
    calls = [["2020-03-02 13:13:40", "上海", "主叫", "13800138000", "1分3秒", "本地", "", "0.10"]]
    rows = read(table(tmp_path / "b.csv", [CRAWLED, *calls], encoding), "bill-mobile")
    (call,) = drafts(rows)
    assert (call.at, call.direction, call.number, call.duration) == (
        local("2020-03-02T13:13:40"), OUT, "13800138000", 63)
    assert problems(rows) == []


def test_mobile_messages_have_no_words_and_it_is_said(tmp_path: Path) -> None:
    messages = [["2020-03-02 13:13:40", "上海", "1069012345678", "接收", "国内短信", "短信", "", "0.00"],
                ["2020-03-02 13:14:40", "上海", "13800138000", "发送", "国内短信", "短信", "", "0.10"]]
    rows = read(table(tmp_path / "b.csv", [CRAWLED_SMS, *messages]), "bill-mobile")
    assert [(m.channel, m.direction, m.number, m.answered) for m in drafts(rows)] == [
        (Channel.SMS, IN, "1069012345678", None), (Channel.SMS, OUT, "13800138000", None)]
    assert any("without their words" in remark.message for remark in told(rows))


def test_a_table_with_titles_of_its_own_is_no_bill_without_titles(tmp_path: Path) -> None:
    rows = [["2026-01-01 10:00:00", "13812340001", "来电", "30"], ["2026-01-02 10:00:00", "13812340002", "去电", "31"]]
    for titles, found in (([], "bill"), ([["时间", "号码", "方向", "时长"]], "table")):
        known = recognise(table(tmp_path / f"{found}.csv", [*titles, *rows]))
        assert known is not None
        assert known.id == found


def test_saved_by_hand_without_titles(tmp_path: Path) -> None:
    """Day numbers of a spreadsheet, numbers as floats, one sheet a month."""
    sheets: dict[str, list[list[Any]]] = {
        "1月": [[43101.425, "上海", "被叫", 13800138000.0, "1分3秒", "国内被叫", "", 0.0],
               [43102.9999884, "上海", "主叫", 95588.0, "47秒", "国内主叫", "", 0.15]],
        "2月": [[43132.5, "上海", "有条件呼叫转移被叫", 15500001111.0, "0秒", "国内被叫", "", 0.0]]}
    rows = read(xls(tmp_path / "b.xls", sheets), "bill-mobile")
    assert [(c.at, c.direction, c.number, c.duration) for c in drafts(rows)] == [
        (local("2018-01-01T10:12:00"), IN, "13800138000", 63), (local("2018-01-02T23:59:59"), OUT, "95588", 47),
        (local("2018-02-01T12:00:00"), IN, "15500001111", 0)]
    assert [p.sheet for p in problems(rows)] == ["1月", "2月"]
    assert "without the titles" in problems(rows)[0].message
    assert counted(rows) == 3


def test_dates_and_lengths_that_a_spreadsheet_made_its_own(tmp_path: Path) -> None:
    rows: list[list[Any]] = [MOBILE, [dt.datetime(2020, 3, 2, 13, 13, 40), "上海", "被叫", 95555, dt.time(0, 0, 38)],
            [43892.5512, "上海", "被叫", "95555", 38 / 86_400]]
    for path in (xls(tmp_path / "b.xls", {"s": rows}, {dt.datetime: "yyyy-mm-dd hh:mm:ss", dt.time: "hh:mm:ss"}),
                 xlsx(tmp_path / "b.xlsx", {"s": rows})):
        assert [(c.at, c.number, c.duration) for c in drafts(read(path, "bill-mobile"))] == [
            (local("2020-03-02T13:13:40"), "95555", 38), (local("2020-03-02T13:13:44"), "95555", 38)]


def test_unicom_of_2015_tells_the_direction_in_the_call_type(tmp_path: Path) -> None:
    calls = [["13800138000", "2015-01-05 10:00:00", "主叫", "38", "0.15", "国内通话", "北京", "非漫游", "3G"],
             ["95555", "2015-01-06 10:00:00", "被叫", "125", "0.00", "国内通话", "北京", "非漫游", "3G"]]
    rows = read(xls(tmp_path / "b.xls", {"Sheet1": [UNICOM["2015-01"], *calls]}), "bill-unicom")
    assert [(c.direction, c.duration, c.fields["place"]) for c in drafts(rows)] == [(OUT, 38, "北京"), (IN, 125, "北京")]


def test_unicom_call_type_that_is_no_direction(tmp_path: Path) -> None:
    calls = [["1", "语音电话", "2016-01-27 11:17:44", "8分27秒", "被叫", "01012345678", "010", "本地通话", "0", "0", "0"],
             ["2", "语音电话", "2016-01-28 11:17:44", "47秒", "主叫", "13800138000", "010", "国内长途", "0", "0", "0"]]
    rows = read(xls(tmp_path / "b.xls", {"2016年01月语音通信": [UNICOM["2016-01"], *calls]}), "bill-unicom")
    assert [(c.direction, c.number, c.duration, c.fields["place"]) for c in drafts(rows)] == [
        (IN, "01012345678", 507, "010"), (OUT, "13800138000", 47, "010")]


def test_unicom_without_numbers_says_what_it_is_worth(tmp_path: Path) -> None:
    calls = [["1", "语音电话", "2015-05-27 11:17:44", "8分27秒", "被叫", "本地通话", "0.00", "0.00", "0.00"]]
    rows = read(xls(tmp_path / "b.xls", {"语音业务历史详单_1": [UNICOM["2015-05"], *calls]}), "bill-unicom")
    (call,), (problem,) = drafts(rows), problems(rows)
    assert (call.number, call.duration) == ("", 507)
    assert "proves no caller" in problem.message


def test_unicom_masked_numbers_are_kept_and_told_once(tmp_path: Path) -> None:
    calls = [[str(n), "语音电话", "2017-03-27 11:17:44", "7秒", "被叫", "138****8000", "本地通话", "0", "0", "0"]
             for n in range(3)]
    rows = read(xls(tmp_path / "b.xls", {"语音业务历史详单_1": [UNICOM["2017-03"], *calls]}), "bill-unicom")
    assert [c.number for c in drafts(rows)] == ["138****8000"] * 3
    (problem,) = problems(rows)
    assert problem.message.startswith("3 numbers are partly masked")
    assert problem.line == 2


def test_unicom_of_the_tool_takes_the_clients_place(tmp_path: Path) -> None:
    calls = [["1", "语音电话", "2016-01-27 11:17:44", "7秒", "被叫", "95555", "北京", "深圳", "本地通话", "0", "0", "0"]]
    rows = read(xls(tmp_path / "b.xls", {"2016年01月语音通信": [UNICOM["tool"], *calls]}), "bill-unicom")
    assert drafts(rows)[0].fields == {"place": "北京"}


def test_unicom_web_page(tmp_path: Path) -> None:
    one = {"calldate": "2016-01-27", "calltime": "11:17:44", "calllonghour": "8分27秒", "calltypeName": "被叫",
           "othernum": "95555", "homeareaName": "北京", "calledhome": "深圳", "landtype": "本地通话", "nativefee": "0.00"}
    path = tmp_path / "bill"
    path.write_text(json.dumps({"pageMap": {"result": [one, {**one, "calltime": "99:00:00"}]}}), encoding="utf-8")
    rows = read(path, "bill-unicom")
    (call,) = drafts(rows)
    assert (call.at, call.direction, call.number, call.duration, call.line) == (
        local("2016-01-27T11:17:44"), IN, "95555", 507, 1)
    assert [row.line for row in lost(rows)] == [2]
    assert counted(rows) == 2


def test_telecom_of_jiangxi(tmp_path: Path) -> None:
    one = {"callStartTime": "2017/06/06 18:17:13", "called": "95555", "dialing": "13300133000", "times": "1分钟48秒",
           "callType": "主叫呼出", "tonghuatype": "本地", "callAddr": "南昌", "roamFee": "0", "longDistaFee": "0",
           "totalFee": "0.2"}
    other = {**one, "callType": "被叫呼入", "dialing": "02112345678", "called": "13300133000"}
    path = tmp_path / "bill.txt"
    path.write_bytes(json.dumps([one, other], ensure_ascii=False).encode("gb18030"))
    rows = read(path, "bill-telecom")
    assert [(c.direction, c.number, c.our_number, c.duration) for c in drafts(rows)] == [
        (OUT, "95555", "13300133000", 108), (IN, "02112345678", "13300133000", 108)]


def tianjin(own: str = "13300133000") -> list[list[Any]]:
    middle = ["天津", "本地", "", "2020-03-02 13:13:40", "38", "0.00"]
    return [[own, "95555", "主叫", *middle], ["02212345678", own, "被叫", *middle], [own, "10086", "主叫", *middle],
            ["合计", "", "", "", "", "", "", "114", "0.00"]]


@pytest.mark.parametrize("titles", [None, ["主叫号码", "被叫号码", "呼叫类型", "通话地点", "类型", "备注", "开始时间", "时长(秒)", "费用"]])
def test_telecom_of_tianjin_by_position(tmp_path: Path, titles: list[str] | None) -> None:
    rows = read(xls(tmp_path / "b.xls", {"s": ([titles] if titles else []) + tianjin()}), "bill-telecom")
    assert [(c.direction, c.number, c.our_number, c.duration) for c in drafts(rows)] == [
        (OUT, "95555", "13300133000", 38), (IN, "02212345678", "13300133000", 38), (OUT, "10086", "13300133000", 38)]
    assert [row.why for row in skipped(rows)][-1].startswith("no call: 合计")
    assert counted(rows) == 4


def test_what_stands_below_each_page_is_no_lost_call(tmp_path: Path) -> None:
    rows = read(xls(tmp_path / "b.xls", {"s": [
        *MOBILE_HEAD, MOBILE_ROWS[0], ["第1页 共2页"], ["制表时间：2020-04-01 10:00:00"], MOBILE_ROWS[0][:1]]}), "bill-mobile")
    assert (len(drafts(rows)), len(skipped(rows)), len(lost(rows))) == (1, 2, 1)


def test_telecom_direction_by_the_clients_own_number_where_no_word_says_it(tmp_path: Path) -> None:
    calls = [[*row[:2], "?", *row[3:]] for row in tianjin()[:3]]
    titles = ["主叫号码", "被叫号码", "呼叫类型", "通话地点", "类型", "备注", "开始时间", "时长(秒)", "费用"]
    rows = read(xls(tmp_path / "b.xls", {"s": [titles, *calls]}), "bill-telecom")
    assert [c.direction for c in drafts(rows)] == [OUT, IN, OUT]


def test_another_operators_bill_is_read_all_the_same(tmp_path: Path) -> None:
    titles = ["通话开始时间", "对方号码", "呼叫方向", "时长(秒)", "通话费用"]
    calls = [["2024/03/02 13:13:40", "95555", "呼入", "38.0", "0.00"], ["20240302131441", "95555", "呼出", "5", "0.00"]]
    rows = read(table(tmp_path / "b.csv", [titles, *calls, ["合计", "", "", "43", "0.00"]]), "bill")
    assert [(c.at, c.direction, c.duration) for c in drafts(rows)] == [
        (local("2024-03-02T13:13:40"), IN, 38), (local("2024-03-02T13:14:41"), OUT, 5)]
    assert counted(rows) == 3


def test_a_log_that_a_person_keeps_is_no_bill(tmp_path: Path) -> None:
    path = table(tmp_path / "b.csv", [["时间", "电话号码", "呼叫类型", "通话时长", "通话内容", "费用"],
                                      ["2024-03-02 10:00", "95555", "被叫", "38", "威胁", ""]])
    found = recognise(path)
    assert found is not None
    assert found.id == "table"


def test_a_row_that_does_not_say_who_called_is_lost(tmp_path: Path) -> None:
    rows = read(table(tmp_path / "b.csv", [CRAWLED, ["2020-03-02 13:13:40", "上海", "", "95555", "1", "", "", ""]]),
                "bill-mobile")
    assert drafts(rows) == []
    assert "whether the client called" in lost(rows)[0].message


def test_an_unreadable_length_leaves_the_call(tmp_path: Path) -> None:
    rows = read(table(tmp_path / "b.csv", [CRAWLED, ["2020-03-02 13:13:40", "上海", "被叫", "95555", "很久", "", "", ""]]),
                "bill-mobile")
    assert [(c.duration, c.answered) for c in drafts(rows)] == [(None, None)]
    assert "很久" in problems(rows)[0].message
    assert problems(rows)[0].line == 2


def test_numbers_cut_short_by_a_spreadsheet_are_told(tmp_path: Path) -> None:
    call = ["2020-03-02 13:13:40", "上海", "被叫", "1.38E+10", "1", "", "", ""]
    rows = read(table(tmp_path / "b.csv", [CRAWLED, call]), "bill-mobile")
    assert drafts(rows)[0].number == "1.38E+10"
    assert "cut short" in problems(rows)[0].message


def test_sheets_of_data_traffic_hold_no_contacts(tmp_path: Path) -> None:
    traffic = [["起始时间", "上网方式", "流量(KB)", "费用"], ["2020-03-02 13:13:40", "4G", "120", "0.00"]]
    rows = read(xlsx(tmp_path / "b.xlsx", {"通话": [*MOBILE_HEAD, *MOBILE_ROWS], "上网": traffic}), "bill-mobile")
    assert len(drafts(rows)) == 3
    assert counted(rows) == 5
    assert lost(rows) == []


def test_titles_again_on_every_page(tmp_path: Path) -> None:
    rows = read(xls(tmp_path / "b.xls", {"s": [*MOBILE_HEAD, *MOBILE_ROWS[:1], MOBILE, *MOBILE_ROWS[1:]]}), "bill-mobile")
    assert len(drafts(rows)) == 3
    assert problems(rows) == []
    assert counted(rows) == 3


def test_the_clients_number_in_the_heading(tmp_path: Path) -> None:
    rows = read(xls(tmp_path / "b.xls", {"s": [["手机号码：13900139000"], *MOBILE_HEAD, *MOBILE_ROWS]}), "bill-mobile")
    assert {call.our_number for call in drafts(rows)} == {"13900139000"}


def test_json_that_is_no_bill(tmp_path: Path) -> None:
    for text in ("{", '{"a": 1}', "[" * 100_000, '[{"calldate": []}]'):
        path = tmp_path / "x.json"
        path.write_text(text, encoding="utf-8")
        assert recognise(path) is None
    assert Options().answers == {}


def test_a_bill_that_names_its_operator_is_that_operators(tmp_path: Path) -> None:
    path = table(tmp_path / "bill.csv", [
        ["中国联通通话详单"], ["序号", "业务类型", "通话起始时间", "通话时长", "呼叫类型", "对方号码", "本机通话地", "对方归属地",
                        "通话类型", "通话费", "其他费", "小计"],
        ["1", "国内", "2018-06-02 10:00:00", "1分0秒", "主叫", "13600000001", "北京", "上海", "国内通话", "0", "0", "0"],
        ["以上信息仅供参考"]])
    found = recognise(path)
    assert found is not None
    assert found.id == "bill-unicom"


@pytest.mark.parametrize(("title", "cell", "seconds"), [
    ("通话时长(分钟)", "2", 120), ("时长（分）", "1.5", 90), ("通话时长(分钟)", "1分5秒", 65), ("通话时长(分:秒)", "1:05", 65),
    ("通话时长(秒)", "2", 2), ("通话时长（分秒）", "65", 65)])
def test_a_length_in_minutes_where_the_title_says_so(tmp_path: Path, title: str, cell: str, seconds: int) -> None:
    path = table(tmp_path / "x", [["起始时间", "对方号码", "呼叫类型", title, "费用"], ["2026-03-01 10:00:00", "95555", "被叫", cell, "0"]])
    assert [one.duration for one in drafts(read(path, "bill"))] == [seconds]


@pytest.mark.parametrize("text", ["2026-03-01 下午3:05:06", "2026/3/1 3:05:06 PM", "2026年3月1日 晚上 3时5分6秒", "2026-03-01 15:05:06"])
def test_a_time_by_the_half_of_its_day(tmp_path: Path, text: str) -> None:
    path = table(tmp_path / "x", [["起始时间", "对方号码", "呼叫类型", "时长", "费用"], [text, "95555", "被叫", "5", "0"]])
    assert [one.at for one in drafts(read(path, "bill"))] == [local("2026-03-01T15:05:06")]


@pytest.mark.parametrize(("cell", "shortened"), [
    (1069012345678901, False), (106901234567890123, False), (106901234567890000, True), (1.0690123456789e17, True)])
def test_a_long_number_keeps_every_digit_it_has(cell: float, shortened: bool) -> None:
    found = bill_values.number(cell)
    assert found.shortened is shortened
    assert found.text == str(cell) or isinstance(cell, float)
