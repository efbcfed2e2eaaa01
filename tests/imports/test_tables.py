"""Tables of any make: what their columns mean, what their cells say, and the three kinds of file they come in."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import xlwt
from openpyxl import Workbook
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from casedesk.base.errors import ImportProblem
from casedesk.base.typed_time import Precision
from casedesk.imports import formats, sheets, table, table_columns, xls_rows, xlsx_book
from casedesk.imports.draft import Draft, Lost, NeedsAnswer, Options, Remark, Row, Skipped
from casedesk.imports.sheets import Line
from casedesk.records.words import Channel, Direction, Role

HEAD = ["时间", "对方号码", "方向", "时长", "内容"]


def csv(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "table.dat"
    path.write_bytes(text.encode(encoding))
    return path


def xlsx(folder: Path, rows: list[list[Any]], name: str = "表", merged: str = "") -> Path:
    book, path = Workbook(), folder / "table.dat"
    sheet = book.worksheets[0]
    sheet.title = name
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    book.save(path)
    return path


def xls(folder: Path, rows: list[list[Any]]) -> Path:
    book, path = xlwt.Workbook(), folder / "table.dat"
    sheet = book.add_sheet("表")
    dated = xlwt.easyxf(num_format_str="YYYY-MM-DD HH:MM:SS")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell is not None:
                sheet.write(number, place, cell, *([dated] if isinstance(cell, dt.datetime) else []))
    book.save(str(path))
    return path


def read(path: Path, **options: Any) -> list[Row]:
    return list(table.Table().read(path, Options(**options)))


def drafts(rows: list[Row]) -> list[Draft]:
    return [row for row in rows if isinstance(row, Draft)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_csv_in_any_encoding_and_with_any_separator(encoding: str, separator: str, tmp_path: Path) -> None:
    lines = [HEAD, ["2026-11-03 22:14:00", "95588", "来电", "65", "再不还钱就告诉你单位𫖮"]]
    path = csv(tmp_path, "\r\n".join(separator.join(line) for line in lines) + "\r\n", encoding)
    found = formats.recognise(path)
    assert found is not None
    assert found.id == "table"
    (row,) = drafts(read(path))
    assert (row.line, row.at, row.number, row.direction, row.duration, row.words) == (
        2, dt.datetime(2026, 11, 3, 22, 14), "95588", Direction.IN, 65, "再不还钱就告诉你单位𫖮")


ROWS = ["时间,号码,方向,时长,内容", *(f"2026-11-03 22:1{n}:00,95588,来电,6{n},再不还钱就告诉你单位" for n in range(6))]
IN_GB, IN_UTF8, IN_NONE = "read as GB18030", "read as UTF-8", "no known encoding"


@pytest.mark.parametrize(("encoding", "line", "told"), [
    ("utf-8", ROWS[3].encode("gb18030"), IN_GB), ("utf-8", ROWS[3].encode().replace(b"\xe8\xbf\x98", b"\xe8\xbf"), IN_NONE),
    ("gb18030", ROWS[3].encode(), IN_UTF8), ("gb18030", ROWS[3].encode("gb18030").replace(b"\xbb\xb9", b"\xff"), IN_NONE),
    ("utf-8", ROWS[3].replace("还", "还\0").encode(), "(NUL)"), ("utf-8", ROWS[3].replace("2026", "2026\0").encode(), "(NUL)"),
    ("utf-8", ROWS[3].replace("再", '"再').encode(), "not closed"), ("utf-8", f'"{ROWS[3]}'.encode(), "not closed")])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_one_bad_line_is_named_and_costs_no_row(encoding: str, line: bytes, told: str, end: bytes, tmp_path: Path) -> None:
    lines = [one.encode(encoding) for one in ROWS]
    lines[3] = line
    path = tmp_path / "table.csv"
    path.write_bytes(end.join(lines) + end)
    rows = read(path)
    (remark,) = (row for row in rows if isinstance(row, Remark))
    assert (remark.line, remark.is_problem, told in remark.message) == (4, True, True)
    found = drafts(rows)
    assert [(row.line, row.number, row.duration) for row in found] == [(n + 2, "95588", 60 + n) for n in range(6)]
    assert {row.words.replace("\ufffd", "还").replace("还还", "还") for row in found} == {"再不还钱就告诉你单位"}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_without_its_mark(encoding: str, tmp_path: Path) -> None:
    assert [row.duration for row in drafts(read(csv(tmp_path, "\n".join(ROWS), encoding)))] == [*range(60, 66)]


def test_a_table_of_the_wests_windows_is_not_taken_for_chinese(tmp_path: Path) -> None:
    text = "Time,Number,Words\n2026-11-03 22:14,95588,didn’t pay £500 – Société\n2026-11-03 22:15,95588,ok\n"
    assert [row.words for row in drafts(read(csv(tmp_path, text, "cp1252")))] == ["didn’t pay £500 – Société", "ok"]


@pytest.mark.parametrize(("head", "first"), [("", 2), ("sep=;\r\n", 3)])
def test_the_separator_is_the_one_that_parts_all_rows_alike(head: str, first: int, tmp_path: Path) -> None:
    text = f"{head}Time;Number;Words\n2026-11-03 22:14;95588;Pay, or else, we come, all\n2026-11-03 22:15;1;a, b\n"
    rows = read(csv(tmp_path, text))
    assert [(row.line, row.words) for row in drafts(rows)] == [(first, "Pay, or else, we come, all"), (first + 1, "a, b")]
    assert len(rows) == 2


def test_a_column_of_kinds_says_who_called_and_whether_it_was_taken(tmp_path: Path) -> None:
    rows = read(csv(tmp_path, "Date,Number,Type\n" + "\n".join(f"2026-11-03 22:1{at},95588,{kind}" for at, kind in enumerate(
        ["Incoming", "Outgoing", "Missed", "去电", "未接来电", "已接来电", "SMS sent", "voicemail", "odd"]))))
    assert [(row.channel, row.direction, row.answered) for row in drafts(rows)] == [
        (Channel.CALL, Direction.IN, None), (Channel.CALL, Direction.OUT, None), (Channel.CALL, Direction.IN, False),
        (Channel.CALL, Direction.OUT, None), (Channel.CALL, Direction.IN, False), (Channel.CALL, Direction.IN, True),
        (Channel.SMS, Direction.OUT, None), (Channel.CALL, Direction.IN, None), (Channel.CALL, Direction.IN, None)]
    assert [row.line for row in rows if isinstance(row, Remark)] == [10]


def test_minutes_cut_numbers_and_dates_without_a_year_are_not_taken_for_something_else(tmp_path: Path) -> None:
    rows = read(csv(tmp_path, "时间,号码,通话时长(分钟)\n2026-11-03 22:14,1.38E+10,2\n11月3日 22:15,138****5678,1.5\n"
                              "2026-11-03 22:16,95588,00:01:05\n2026-11-03 22:17,95588,3分5秒\n"))
    assert [row.duration for row in drafts(rows)] == [120, 90, 65, 185]
    assert [(row.message[:8], row.line) for row in rows if isinstance(row, Remark)] == [
        ("1 number", 3), ("1 number", 2), ("1 date n", 3)]


def test_a_tab_behind_each_value_parts_nothing(tmp_path: Path) -> None:
    text = "\n".join(",".join(f"{cell}\t" for cell in row) for row in (
        ["时间", "号码", "方向"], ["2026-11-03 22:14", "13800001234", "来电"], ["2026-11-03 22:15", "075588880001", "去电"]))
    assert [(row.number, row.direction) for row in drafts(read(csv(tmp_path, text, "gb18030")))] == [
        ("13800001234", Direction.IN), ("075588880001", Direction.OUT)]


@pytest.mark.parametrize("make", [xlsx, xls])
def test_workbooks_give_times_numbers_and_text_as_they_are(make: Any, tmp_path: Path) -> None:
    moment = dt.datetime(2026, 11, 3, 22, 14, 7)
    path = make(tmp_path, [["联系记录"], HEAD, [moment, 13800001234.0, "去电", 65, "=1+1"], [None, None], [moment, None, None, 3]])
    rows = read(path)
    first, second = drafts(rows)
    assert (first.at, first.number, first.duration, first.line, first.sheet) == (moment, "13800001234", 65, 3, "表")
    assert (first.direction, first.precision) == (Direction.OUT, Precision.EXACT)
    assert (second.line, second.number) == (5, "")
    assert first.words == ("=1+1" if make is xls else ""), "xlwt writes a text, openpyxl a formula without its result"
    assert [(row.message.partition(":")[0], row.line) for row in rows if isinstance(row, Remark)] == [
        ("Above the table", 1), *([("Formulas saved without their result", 3)] if make is xlsx else [])]


def test_an_emoji_that_an_old_workbook_cuts_in_two_is_one(tmp_path: Path) -> None:
    words = "x" + "😀" * 4100 + "end"
    path = xls(tmp_path, [HEAD, *([f"2026-11-0{day} 22:14", "95588", "来电", 1, f"{words}{day}"] for day in range(1, 4))])
    assert [row.words for row in drafts(read(path))] == [f"{words}{day}" for day in range(1, 4)]


@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_formula_is_text_or_its_last_value_never_run(make: Any, tmp_path: Path) -> None:
    formula = "HYPERLINK(\"http://x\")"
    path = make(tmp_path, [HEAD, ["2026-11-03 22:14", "95588", "来电", 1, xlwt.Formula(formula) if make is xls else f"={formula}"]])
    rows = read(path)
    (row,) = drafts(rows)
    assert row.words == "", "both wrote a formula without a value"
    assert [(one.line, one.is_problem) for one in rows if isinstance(one, Remark) and "without their result" in one.message
            ] == [(2, True)]
    (typed,) = drafts(read(csv(tmp_path, "时间,号码,内容\n2026-11-03 22:14,95588,=1+1\n")))
    assert typed.words == "=1+1"


@pytest.mark.parametrize(("title", "name"), [
    ("时间", "at"), ("Date of call/message", "day"), ("对方号码", "number"), ("Phone number", "number"), ("Duration (s)", "duration"),
    ("通话时长", "duration"), ("What they said", "words"), ("What I said", "reply"), ("催收机构", "collector_id"),
    ("对方说了什么", "words"), ("我说了什么", "reply"), ("我方答复", "reply"), ("对方手机号", "number"), ("催收日期", "day"),
    ("Collector’s phone", "number"), ("Answered?", "answered"), ("事件经过", "summary"), ("违规行为", "tags"),
    ("Representative", "stated_name"), ("Agency telephone", "number"), ("联系方式", "channel"), ("Documents saved", "")])
def test_titles_in_both_languages(title: str, name: str) -> None:
    assert table_columns.meaning(title) == name


@pytest.mark.parametrize(("text", "local", "precision"), [
    ("2026-11-03 22:14", (2026, 11, 3, 22, 14), Precision.EXACT), ("2026/11/3 9:05:07", (2026, 11, 3, 9, 5, 7), Precision.EXACT),
    ("2026年11月3日 22:14", (2026, 11, 3, 22, 14), Precision.EXACT), ("2026-11-03", (2026, 11, 3), Precision.DAY),
    ("31/12/2026 22:14", (2026, 12, 31, 22, 14), Precision.EXACT), ("46329.5", (2026, 11, 3, 12), Precision.EXACT)])
def test_times_as_tables_have_them(text: str, local: tuple[int, ...], precision: Precision, tmp_path: Path) -> None:
    (row,) = drafts(read(csv(tmp_path, f"时间,号码\n{text},95588\n")))
    assert (row.at, row.precision) == (dt.datetime(*local), precision)  # type: ignore[arg-type]


def test_free_times_are_read_at_the_place_and_guesses_are_refused(tmp_path: Path) -> None:
    rows = read(csv(tmp_path, "时间,号码\n2026-11-03 晚上9点左右,1\n昨天 22:14,2\n2026-11-03T22:14:00Z,3\nsoon,4\n"))
    assert [(row.line, row.precision) for row in drafts(rows)] == [(2, Precision.APPROX), (4, Precision.EXACT)]
    assert drafts(rows)[0].at == dt.datetime(2026, 11, 3, 21), "on the clock of the place, which may be corrected"
    assert [row.line for row in rows if isinstance(row, Lost)] == [3, 5]


def test_day_and_clock_in_two_columns(tmp_path: Path) -> None:
    (row,) = drafts(read(csv(tmp_path, "Date,Time,Phone number,What they said\n2026-11-03,10:14 PM,95588,pay\n")))
    assert row.at == dt.datetime(2026, 11, 3, 22, 14)
    assert row.words == "pay"


def test_a_firms_own_titles(tmp_path: Path) -> None:
    head = "催收日期,具体时间,对方手机号,催收公司名称,催收员姓名,对方说了什么,我说了什么,通话时长（分钟）"
    (found,) = drafts(read(csv(tmp_path, f"{head}\n2024年3月2日,7:05,13100000001,某公司,小张,上门,不要来,0.5\n")))
    assert (found.at, found.precision, found.number, found.words) == (
        dt.datetime(2024, 3, 2, 7, 5), Precision.EXACT, "13100000001", "上门")
    assert found.fields == {"stated_company": "某公司", "stated_name": "小张", "reply": "不要来"}


def test_the_order_of_day_and_month_is_told_by_another_row_or_asked(tmp_path: Path) -> None:
    with pytest.raises(NeedsAnswer):
        read(csv(tmp_path, "时间,号码\n3/4/2026 22:14,1\n"))
    told = drafts(read(csv(tmp_path, "时间,号码\n3/4/2026 22:14,1\n13/4/2026 22:14,2\n")))
    assert [(row.at.month, row.at.day) for row in told] == [(4, 3), (4, 13)]
    found = drafts(read(csv(tmp_path, "时间,号码\n03/24/2026 9:15,1\n24/03/2026 9:15,1\n")))
    assert [(one.at.month, one.at.day) for one in found] == [(3, 24)] * 2
    (asked,) = drafts(read(csv(tmp_path, "时间,号码\n3/4/2026 22:14,1\n"), answers={"day_month": "mdy"}))
    assert (asked.at.month, asked.at.day) == (3, 4)


def test_words_for_choices_and_what_is_none_of_them(tmp_path: Path) -> None:
    rows = read(csv(tmp_path, "时间,号码,联系方式,联系到,是否接听\n2026-11-03 22:14,1,微信语音,单位,未接\n"
                              "2026-11-03 22:15,1,飞鸽,Relative,maybe\n"))
    first, second = drafts(rows)
    assert (first.channel, first.answered) == (Channel.CHAT, False) or first.channel is Channel.CALL
    assert second.fields["reached"] is Role.RELATIVE
    told = [row.message for row in rows if isinstance(row, Remark) and row.is_problem]
    assert len([text for text in told if "line 3" in text]) == 2


def test_totals_and_repeated_titles_are_left_out_and_unknown_columns_named(tmp_path: Path) -> None:
    rows = read(csv(tmp_path, "时间,号码,费用\n2026-11-03 22:14,1,0.5\n时间,号码,费用\n合计,,0.5\n"))
    assert [row.why for row in rows if isinstance(row, Skipped)] == ["titles once more", "a row of totals"]
    assert [row.message for row in rows if isinstance(row, Remark)] == ["Columns that were not taken over: 费用"]


def test_cells_on_several_lines_count_the_lines_of_the_file(tmp_path: Path) -> None:
    rows = drafts(read(csv(tmp_path, '时间,号码,内容\n2026-11-03 22:14,1,"a\nb\nc"\n2026-11-03 22:15,2,x\n')))
    assert [(row.line, row.words) for row in rows] == [(2, "a\nb\nc"), (5, "x")]


def test_what_is_no_table_is_no_table(tmp_path: Path) -> None:
    assert formats.recognise(csv(tmp_path, "name,price\napple,3\n")) is None
    assert "name | price" in formats.seen(tmp_path / "table.dat")
    (tmp_path / "table.dat").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert formats.recognise(tmp_path / "table.dat") is None
    assert formats.seen(tmp_path / "table.dat") == "a PNG file"
    with pytest.raises(ImportProblem):
        list(sheets.rows(tmp_path / "table.dat"))


def test_cells_that_are_not_read_are_counted_and_the_first_is_named(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [["a"], ["=B1", "b"], ["=C1"], ["c", *[None] * 600, "far"]])
    found = list(sheets.rows(path))
    assert [row for row in found if isinstance(row, Line)] == [
        Line("表", 1, ["a"]), Line("表", 2, [None, "b"]), Line("表", 4, ["c"])]
    formulas, far = (row for row in found if isinstance(row, Remark))
    assert "result: 2, the first in row 2" in formulas.message
    assert "column 512: 1, the first in row 4" in far.message


@pytest.mark.parametrize("old", [False, True])
def test_a_day_merged_over_its_rows_is_each_rows(old: bool, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
            ["日期", "时刻", "号码", "内容"], ["2026-11-03", "22:14", "95588", "a"], [None, "22:15", "95588", "b"],
            [None, None, None, None], [None, "22:16", "95599", "c"], ["2026-11-04", "8:00", "95599", "d"]]
    if old:
        book, path = xlwt.Workbook(), tmp_path / "table.dat"
        sheet = book.add_sheet("表")
        sheet.write_merge(1, 4, 0, 0, rows[1][0])
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if cell is not None and (number, place) != (1, 0):
                    sheet.write(number, place, cell)
        book.save(str(path))
    else:
        path = xlsx(tmp_path, rows, merged="A2:A5")
    found = read(path)
    assert [(row.at.day, row.at.minute, row.words) for row in drafts(found)] == [
        (3, 14, "a"), (3, 15, "b"), (3, 16, "c"), (4, 0, "d")]
    (told,) = (row for row in found if isinstance(row, Remark))
    assert (told.line, told.is_problem, ": 2, the first in row 3" in told.message) == (3, False, True)


def test_titles_on_two_rows_and_a_second_table_below(tmp_path: Path) -> None:
    rows = read(csv(tmp_path, "时间,电话,通话内容,\n时间,号码,对方说,我说\n2026-11-03 22:14,1,a,b\n\n号码,时间,内容\n"
                              "95588,2026-11-04 8:00,c\n"))
    assert [(row.number, row.words, row.fields.get("reply")) for row in drafts(rows)] == [
        ("1", "a", "b"), ("95588", "c", None)]
    assert [row.line for row in rows if isinstance(row, Skipped)] == [2, 5]


@pytest.mark.parametrize("datemode", [0, 1])
@pytest.mark.parametrize("value", [0, 0.25, 0.999999999, 1, 59, 60.5, 61, 36526.0, 45964.92644675926, 2958465.99999, -1, 1e300])
def test_days_are_counted_as_another_reader_does(value: float, datemode: int) -> None:
    try:
        expected = from_excel(value, (CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904)[datemode])
    except (OverflowError, ValueError):
        expected = value
    assert xls_rows.moment(value, datemode=datemode) == expected


@pytest.mark.parametrize("code", [
    "General", "0.00", '0" days"', "[Red]0", "yyyy-mm-dd", "h:mm:ss", "[h]:mm", "[$-804]yyyy\"年\"m\"月\"d\"日\"", "0_d", "\\d0",
    "#,##0;d", "@", "AM/PM h:mm", "0.0E+00"])
def test_a_format_shows_a_time_as_another_reader_tells(code: str) -> None:
    assert xlsx_book.is_dated(code) is bool(is_date_format(code))


def test_every_spreadsheets_own_formats_of_time_are_known() -> None:
    assert {number for number, code in BUILTIN_FORMATS.items() if is_date_format(code)} <= xlsx_book.DATED


def test_a_workbook_is_looked_at_once_and_the_library_that_writes_is_not_loaded(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [HEAD, [dt.datetime(2026, 11, 3, 22, 14, 5), 95588, "来电", 65, "x" * 1000]])
    asked = ("import sys; from pathlib import Path; from casedesk.imports import formats; from casedesk.imports.draft import *;"
             f"path = Path({str(path)!r}); rows = list(formats.recognise(path).read(path, Options()));"
             "print(rows[0].at, len(rows[0].words), 'openpyxl' in sys.modules)")
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "2026-11-03 22:14:05 1000 False"


def test_one_sheet_only_and_rows_by_their_number(tmp_path: Path) -> None:
    path = xlsx(tmp_path, [["a"], [], ["b", None, "c"]], name="one")
    assert [row for row in sheets.rows(path, only="one") if isinstance(row, Line)] == [
        Line("one", 1, ["a"]), Line("one", 3, ["b", None, "c"])]
    assert list(sheets.rows(path, only="two")) == []


def test_a_row_of_a_place_that_does_not_exist_is_named(tmp_path: Path) -> None:
    rows = read(csv(tmp_path, "Time,Time zone,Number,Words\n2026-11-03 22:14,Nowhere/Here,95555,a\n"
                              "2026-11-03 22:15,Europe/London,95555,b\n"))
    assert [(row.line, "Nowhere/Here" in row.message) for row in rows if isinstance(row, Lost)] == [(2, True)]
    assert [one.at.utcoffset() for one in drafts(rows)] == [dt.timedelta(0)]
