"""Every spelling of a length and a time comes back as it was written."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, strategies as st

from casedesk.imports.bill_values import Period, Unreadable, Years, direction, number, period_of, seconds, when
from casedesk.records.words import Direction

DAYS = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31))


@given(st.integers(0, 99_999))
def test_lengths_in_every_spelling(length: int) -> None:
    hours, rest = divmod(length, 3600)
    minutes, left = divmod(rest, 60)
    spellings = [f"{hours:02}:{minutes:02}:{left:02}", str(length), f"{length}.0", length, float(length),
                 f"{hours}小时{minutes}分{left}秒", f"{length // 60}分{left}秒", f"{length // 60}分钟{left}秒",
                 f"{hours}时{minutes}分{left}秒", dt.timedelta(seconds=length), f" {length}秒 "]
    if 0 < length < 86_400:
        spellings += [length / 86_400, dt.time(hours, minutes, left)]
    assert [seconds(spelling) for spelling in spellings] == [length] * len(spellings)


@given(DAYS)
def test_times_in_every_spelling(at: dt.datetime) -> None:
    at = at.replace(microsecond=0)
    serial = (at - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    for text in (f"{at:%Y-%m-%d %H:%M:%S}", f"{at:%Y/%m/%d %H:%M:%S}", f"{at:%Y年%m月%d日 %H:%M:%S}", f"{at:%Y%m%d%H%M%S}",
                 int(f"{at:%Y%m%d%H%M%S}"), f"{at:%Y-%m-%d %H：%M：%S}", at, serial, str(serial)):
        assert when(text, None, Years(None)) == at
    assert when(f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}", Years(None)) == at
    assert when(at.date(), at.time(), Years(None)) == at


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_the_year_that_is_missing_comes_back_from_the_period(at: dt.datetime, before: int, after: int) -> None:
    at = at.replace(microsecond=0)
    period = Period(at.date() - dt.timedelta(days=before), at.date() + dt.timedelta(days=after))
    assert when(f"{at:%m-%d %H:%M:%S}", None, Years(period)) == at


@pytest.mark.parametrize(("text", "first", "last"), [
    ("从2020-03-01到2020-03-31 类型：通话详单", "2020-03-01", "2020-03-31"),
    ("计费周期：2019年12月26日至2020年01月25日", "2019-12-26", "2020-01-25"),
    ("账期：202002", "2020-02-01", "2020-02-29"), ("2016年01月语音通信", "2016-01-01", "2016-01-31")])
def test_periods(text: str, first: str, last: str) -> None:
    assert period_of(text) == Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize("text", ["Sheet1", "语音业务历史详单_1", "手机号码：13800138000", "2020-13-01到2020-14-01"])
def test_no_period(text: str) -> None:
    assert period_of(text) is None


@pytest.mark.parametrize(("text", "way"), [
    ("主叫", Direction.OUT), ("被叫", Direction.IN), ("主叫呼出", Direction.OUT), ("被叫呼入", Direction.IN),
    ("有条件呼叫转移被叫", Direction.IN), ("国内被叫", Direction.IN), ("本地通话", None), ("", None), ("主叫被叫", None)])
def test_directions(text: str, way: Direction | None) -> None:
    assert direction(text) is way


@pytest.mark.parametrize(("cell", "text"), [
    (13800138000.0, "13800138000"), ("13800138000.0", "13800138000"), (1.38e10, "13800000000"),
    ("1.3800138E10", "13800138000"), ("'13800138000", "13800138000"), ('="13800138000"', "13800138000"),
    ("\t95555", "95555"), ("0755-8***", "0755-8***"), (None, "")])
def test_numbers(cell: object, text: str) -> None:
    assert number(cell).text == text


def test_what_is_wrong_with_a_number_is_known() -> None:
    assert number("1.38E+10").shortened
    assert number(1069012345678901234.0).shortened
    assert number("138****8000").masked
    assert not number("13800138000").masked


def test_midnight_as_the_end_of_a_day() -> None:
    period = Period(dt.date(2025, 12, 15), dt.date(2026, 1, 14))
    assert when("12-31 24:00:00", None, Years(period)) == dt.datetime(2026, 1, 1)


@pytest.mark.parametrize("cell", ["", "13-01 10:00:00", "2020-02-30 10:00:00", "2020-03-01 25:00:00", "soon", "12345"])
def test_times_that_are_none(cell: str) -> None:
    with pytest.raises(Unreadable):
        when(cell, None, Years(None, 2020))


@pytest.mark.parametrize("cell", [None, "", "--", "—", "/"])
def test_a_cell_without_a_length(cell: object) -> None:
    assert seconds(cell) is None


@pytest.mark.parametrize("cell", ["long", -1, 10**9, "1:99:00"])
def test_lengths_that_are_none(cell: object) -> None:
    with pytest.raises(Unreadable):
        seconds(cell)


@pytest.mark.parametrize(("cell", "text"), [
    (2161000001.0, "02161000001"), (1088880001, "01088880001"), (75588880001.0, "075588880001"), (95533, "95533"),
    (13800000001.0, "13800000001"), (4001234567, "4001234567"), (95013123456, "95013123456"), (1069012345, "1069012345"),
    ("2161000001", "2161000001")])
def test_the_0_a_spreadsheet_dropped_is_put_back(cell: object, text: str) -> None:
    assert number(cell).text == text
