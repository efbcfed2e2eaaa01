from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given, reject, strategies as st

from casedesk.base import i18n, times
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import Language, words
from casedesk.base.typed_time import Precision, TypedTime, read_duration, read_time, show_duration, show_full

CHINA, NEW_YORK, LONDON = "Asia/Shanghai", "America/New_York", "Europe/London"
NOW = dt.datetime(2026, 11, 22, 20, 30, 15, tzinfo=times.zone(CHINA))
"""A Sunday evening."""
EXACT, APPROX, DAY = Precision.EXACT, Precision.APPROX, Precision.DAY


def _read(text: str, zone: str = CHINA, now: dt.datetime = NOW) -> tuple[str, Precision]:
    """The local time as 'YYYY-MM-DD HH:MM', seconds only where there are any."""
    time = read_time(text, now=now, zone=zone)
    assert time.zone == zone
    assert time.at.tzinfo is dt.UTC
    return time.at.astimezone(times.zone(zone)).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00"), time.precision


@pytest.mark.parametrize("text", ["", "  ", "now", "Now", "现在", "刚才", "刚刚"])
def test_now(text: str) -> None:
    assert read_time(text, now=NOW, zone=CHINA) == TypedTime(NOW.astimezone(dt.UTC), EXACT, CHINA)


@pytest.mark.parametrize(("text", "local", "precision"), [
    ("昨天 22:14", "2026-11-21 22:14", EXACT),
    ("昨22:14", "2026-11-21 22:14", EXACT),
    ("yesterday 9:15 pm", "2026-11-21 21:15", EXACT),
    ("yesterday at 9:15 p.m.", "2026-11-21 21:15", EXACT),
    ("22:14 yesterday", "2026-11-21 22:14", EXACT),
    ("前天晚上9点半", "2026-11-20 21:30", EXACT),
    ("大前天上午十点", "2026-11-19 10:00", EXACT),
    ("the day before yesterday 10am", "2026-11-20 10:00", EXACT),
    ("今早 8:05", "2026-11-22 08:05", EXACT),
    ("this morning 8:05", "2026-11-22 08:05", EXACT),
    ("this afternoon at 3", "2026-11-22 15:00", EXACT),
    ("3 in the afternoon", "2026-11-22 15:00", EXACT),
    ("9 at night", "2026-11-21 21:00", EXACT),
    ("今天 20:14", "2026-11-22 20:14", EXACT),
    ("3天前 22:14", "2026-11-19 22:14", EXACT),
    ("2 days ago 22:14", "2026-11-20 22:14", EXACT),
    ("yesterday at half past nine", "2026-11-21 09:30", EXACT),
    ("quarter to nine", "2026-11-22 08:45", EXACT),
    ("quarter past 9 pm", "2026-11-21 21:15", EXACT),
    ("昨晚差一刻九点", "2026-11-21 20:45", EXACT),
    ("差五分九点", "2026-11-22 08:55", EXACT),
    ("11.3 22:14", "2026-11-03 22:14", EXACT),
    ("202611032214", "2026-11-03 22:14", EXACT),
    ("20261103221405", "2026-11-03 22:14:05", EXACT),
    ("22时许", "2026-11-21 22:00", APPROX),
    ("昨晚10点多", "2026-11-21 22:00", APPROX),
    ("ca. 9pm", "2026-11-21 21:00", APPROX),
])
def test_days_by_word(text: str, local: str, precision: Precision) -> None:
    assert _read(text) == (local, precision)


@pytest.mark.parametrize(("text", "local"), [
    ("上周三 下午3点", "2026-11-11 15:00"),
    ("上上周三 9点", "2026-11-04 09:00"),
    ("本周一 9点", "2026-11-16 09:00"),
    ("周三 14:00", "2026-11-18 14:00"),
    ("星期三14:00", "2026-11-18 14:00"),
    ("礼拜三三点", "2026-11-18 03:00"),
    ("周三十点", "2026-11-18 10:00"),
    ("周日 14:00", "2026-11-22 14:00"),
    ("周天 21:00", "2026-11-15 21:00"),
    ("Mon 14:05", "2026-11-16 14:05"),
    ("Sunday 14:00", "2026-11-22 14:00"),
    ("last Tuesday 10am", "2026-11-17 10:00"),
    ("10am last Tuesday", "2026-11-17 10:00"),
    ("last Sunday 10am", "2026-11-15 10:00"),
])
def test_weekdays_are_the_latest_ones(text: str, local: str) -> None:
    assert _read(text) == (local, EXACT)


@pytest.mark.parametrize(("text", "local"), [
    ("11-3 2214", "2026-11-03 22:14"),
    ("11/3 22:14", "2026-11-03 22:14"),
    ("11/3 22.14", "2026-11-03 22:14"),
    ("11月3日 22点14分", "2026-11-03 22:14"),
    ("11月3号22时14分", "2026-11-03 22:14"),
    ("十一月三日 二十二点十四分", "2026-11-03 22:14"),
    ("二〇二六年十一月三日 二十二点十四分", "2026-11-03 22:14"),
    ("2026-11-03 22:14", "2026-11-03 22:14"),
    ("2026-11-03 22:14:30", "2026-11-03 22:14:30"),
    ("2026/11/3 2214", "2026-11-03 22:14"),
    ("2026.11.3 22:14", "2026-11-03 22:14"),
    ("2026年11月3日 22:14", "2026-11-03 22:14"),
    ("2026-11-03T22:14", "2026-11-03 22:14"),
    ("2026-11-03T22:14+08:00", "2026-11-03 22:14"),
    ("2026-11-03T22:14:30+0800", "2026-11-03 22:14:30"),
    ("2026-11-03T22:14Z", "2026-11-04 06:14"),
    ("20261103 2214", "2026-11-03 22:14"),
    ("20261103 221430", "2026-11-03 22:14:30"),
    ("3 Nov 22:14", "2026-11-03 22:14"),
    ("22:14 Nov 3", "2026-11-03 22:14"),
    ("3rd of November, 22:14", "2026-11-03 22:14"),
    ("Nov 3, 2026 10:14 PM", "2026-11-03 22:14"),
    ("9pm on 3 Nov", "2026-11-03 21:00"),
    ("11-3 9", "2026-11-03 09:00"),
    ("12-25 10:00", "2025-12-25 10:00"),
    ("12月25日 10点", "2025-12-25 10:00"),
    ("去年11月3日 10点", "2025-11-03 10:00"),
    ("25/12 10:00", "2025-12-25 10:00"),
    ("3号 9点", "2026-11-03 09:00"),
    ("25号 9点", "2026-10-25 09:00"),
    ("上个月25号 9点", "2026-10-25 09:00"),
    ("13/04/2026 9:00", "2026-04-13 09:00"),
    ("04/13/2026 9:00", "2026-04-13 09:00"),
    ("2026-11-22 周日 20:14", "2026-11-22 20:14"),
    ("Sun 22 Nov 2026 20:14", "2026-11-22 20:14"),
    ("2026-11-03 24:00", "2026-11-04 00:00"),
])
def test_days_by_date(text: str, local: str) -> None:
    assert _read(text) == (local, EXACT)


@pytest.mark.parametrize(("text", "local"), [
    ("2214", "2026-11-21 22:14"),
    ("22.14", "2026-11-21 22:14"),
    ("22:14", "2026-11-21 22:14"),
    ("22：14", "2026-11-21 22:14"),
    ("２２：１４", "2026-11-21 22:14"),
    ("914", "2026-11-22 09:14"),
    ("9点", "2026-11-22 09:00"),
    ("九点半", "2026-11-22 09:30"),
    ("9点05", "2026-11-22 09:05"),
    ("三点零五分", "2026-11-22 03:05"),
    ("九点整", "2026-11-22 09:00"),
    ("9 o'clock", "2026-11-22 09:00"),
    ("晚上十点一刻", "2026-11-21 22:15"),
    ("下午三点三刻", "2026-11-22 15:45"),
    ("20:32", "2026-11-22 20:32"),
    ("20:33", "2026-11-21 20:33"),
])
def test_a_clock_alone_is_the_latest_one(text: str, local: str) -> None:
    assert _read(text) == (local, EXACT)


@pytest.mark.parametrize(("text", "local"), [
    ("中午12点", "2026-11-22 12:00"),
    ("中午12点半", "2026-11-22 12:30"),
    ("中午1点", "2026-11-22 13:00"),
    ("上午12点", "2026-11-22 12:00"),
    ("下午12点半", "2026-11-22 12:30"),
    ("下午15:00", "2026-11-22 15:00"),
    ("凌晨1点", "2026-11-22 01:00"),
    ("昨天凌晨1点", "2026-11-21 01:00"),
    ("昨天凌晨12点半", "2026-11-21 00:30"),
    ("晚上12点", "2026-11-22 00:00"),
    ("昨天晚上12点", "2026-11-22 00:00"),
    ("昨晚12点半", "2026-11-22 00:30"),
    ("昨晚1点", "2026-11-22 01:00"),
    ("11-3 晚上12点", "2026-11-04 00:00"),
    ("今晚12点", "2026-11-22 00:00"),
    ("昨天半夜两点", "2026-11-22 02:00"),
    ("今天夜里2点", "2026-11-22 02:00"),
    ("半夜11点", "2026-11-21 23:00"),
    ("傍晚6点", "2026-11-22 18:00"),
    ("noon", "2026-11-22 12:00"),
    ("yesterday noon", "2026-11-21 12:00"),
    ("midnight", "2026-11-22 00:00"),
    ("yesterday midnight", "2026-11-22 00:00"),
    ("12am", "2026-11-22 00:00"),
    ("12:30 am", "2026-11-22 00:30"),
    ("12pm", "2026-11-22 12:00"),
    ("12:30pm", "2026-11-22 12:30"),
    ("last night 11pm", "2026-11-21 23:00"),
    ("last night 1am", "2026-11-22 01:00"),
    ("last night 9", "2026-11-21 21:00"),
    ("24:00", "2026-11-22 00:00"),
])
def test_twelve_hour_words(text: str, local: str) -> None:
    assert _read(text) == (local, EXACT)


@pytest.mark.parametrize(("text", "minutes"), [
    ("-5m", 5), ("-2h", 120), ("-1h30m", 90), ("-90min", 90), ("－5m", 5), ("−5m", 5),
    ("5分钟前", 5), ("五分钟之前", 5), ("半小时前", 30), ("半个小时前", 30), ("一个半小时前", 90),
    ("1小时零5分钟前", 65), ("两小时前", 120), ("2 hours ago", 120), ("an hour ago", 60), ("half an hour ago", 30),
    ("1 hour and 5 min ago", 65), ("1.5小时前", 90), ("一刻钟前", 15), ("三刻钟前", 45), ("-1h30", 90),
    ("two hours ago", 120), ("1小时20前", 80),
])
def test_relative_times_count_back_from_now(text: str, minutes: int) -> None:
    ago = dt.timedelta(minutes=minutes)
    assert read_time(text, now=NOW, zone=CHINA) == TypedTime(NOW.astimezone(dt.UTC) - ago, EXACT, CHINA)


@pytest.mark.parametrize(("text", "local"), [
    ("about 9pm", "2026-11-21 21:00"),
    ("around 9", "2026-11-22 09:00"),
    ("大约9点", "2026-11-22 09:00"),
    ("晚上9点左右", "2026-11-21 21:00"),
    ("昨天约22:14", "2026-11-21 22:14"),
    ("~9pm", "2026-11-21 21:00"),
    ("9ish", "2026-11-22 09:00"),
    ("9pm or so", "2026-11-21 21:00"),
    ("中午", "2026-11-22 12:00"),
    ("昨天半夜", "2026-11-22 00:00"),
    ("about 2 hours ago", "2026-11-22 18:30:15"),
    ("大概半小时前", "2026-11-22 20:00:15"),
])
def test_about(text: str, local: str) -> None:
    assert _read(text) == (local, APPROX)


@pytest.mark.parametrize(("text", "local"), [
    ("11-3", "2026-11-03"), ("昨天", "2026-11-21"), ("yesterday", "2026-11-21"), ("今天", "2026-11-22"),
    ("20261103", "2026-11-03"), ("11月3日", "2026-11-03"), ("周日", "2026-11-22"), ("last Sunday", "2026-11-15"),
    ("3天前", "2026-11-19"), ("-3d", "2026-11-19"), ("2024-02-29", "2024-02-29"), ("3 Nov 2025", "2025-11-03"),
    ("2027-01-05", "2027-01-05"),
])
def test_a_day_alone_is_its_first_moment(text: str, local: str) -> None:
    assert _read(text) == (f"{local} 00:00", DAY)


@pytest.mark.parametrize("text", [
    "hello", "9", "25:00", "24:05", "9:75", "9点75分", "22:14:61", "13/13", "2-30", "2-29", "2026-02-30 10:00", "31/4",
    "0026-11-03", "03/04/2026", "3.4.2026 9:00", "凌晨20点", "下午9点30分am", "13pm 5", "25am", "晚上", "昨天下午",
    "2026-11-22 周六 20:14", "-5", "+5m", "明天 9点", "1103 2214", "昨天 前天", "昨天 22:14 左", "11-3-4", "-1h75m",
    "2026-11-03T22:14+99:00", "22:14 22:15", "。", "1月", "-",
])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_unclear_is_refused_with_an_example(text: str, language: Language) -> None:
    i18n.use(language)
    try:
        with pytest.raises(InvalidEntry) as problem:
            read_time(text, now=NOW, zone=CHINA)
    finally:
        i18n.use("en")
    assert any(letter > "\u3400" for letter in problem.value.hint) == (language == "zh")
    assert problem.value.hint


@pytest.mark.parametrize(("text", "zone", "local"), [
    ("3/11 22:14", CHINA, "2026-03-11 22:14"),
    ("3/11 22:14", NEW_YORK, "2026-03-11 22:14"),
    ("3/11 22:14", LONDON, "2026-11-03 22:14"),
    ("3-11 22:14", LONDON, "2026-11-03 22:14"),
    ("3/25 22:14", LONDON, "2026-03-25 22:14"),
])
def test_short_dates_follow_the_custom_of_the_place(text: str, zone: str, local: str) -> None:
    assert _read(text, zone) == (local, EXACT)


@pytest.mark.parametrize("zone", [CHINA, NEW_YORK, LONDON])
def test_a_year_at_the_end_is_never_guessed(zone: str) -> None:
    with pytest.raises(InvalidEntry):
        read_time("03/04/2026", now=NOW, zone=zone)
    assert _read("04/04/2026", zone) == ("2026-04-04 00:00", DAY)


def test_the_day_is_the_one_at_the_place() -> None:
    assert _read("today", NEW_YORK) == ("2026-11-22 00:00", DAY)
    morning = dt.datetime(2026, 11, 22, 1, 0, tzinfo=dt.UTC)
    assert _read("today", NEW_YORK, morning) == ("2026-11-21 00:00", DAY)
    assert _read("8pm", NEW_YORK, morning) == ("2026-11-21 20:00", EXACT)


@pytest.mark.parametrize(("text", "zone"), [
    ("2026-03-08 02:30", NEW_YORK), ("8 Mar 2026 2:30 am", NEW_YORK), ("2026-03-29 01:30", LONDON),
])
def test_a_time_the_clocks_skipped_is_refused(text: str, zone: str) -> None:
    with pytest.raises(InvalidEntry, match="clocks went forward"):
        read_time(text, now=NOW, zone=zone)


@pytest.mark.parametrize(("text", "zone", "utc", "precision"), [
    ("2026-11-01 01:30", NEW_YORK, "2026-11-01 05:30", EXACT),
    ("about 1:30 am 1 Nov 2026", NEW_YORK, "2026-11-01 05:30", APPROX),
    ("2026-10-25 01:30", LONDON, "2026-10-25 00:30", EXACT),
    ("2026-11-01T01:30-05:00", NEW_YORK, "2026-11-01 06:30", EXACT),
    ("2026-03-08 03:00", NEW_YORK, "2026-03-08 07:00", EXACT),
])
def test_a_time_that_came_twice_is_the_first(text: str, zone: str, utc: str, precision: Precision) -> None:
    time = read_time(text, now=NOW, zone=zone)
    assert (f"{time.at:%Y-%m-%d %H:%M}", time.precision) == (utc, precision)


def test_a_day_without_midnight_begins_with_its_first_moment() -> None:
    time = read_time("2026-04-24", now=NOW, zone="Africa/Cairo")
    assert f"{time.at:%Y-%m-%d %H:%M}" == "2026-04-23 22:00"
    assert show_full(time, words("en")) == "2026-04-24 Fri"


def test_hours_ago_are_real_hours_across_a_change_of_clocks() -> None:
    now = dt.datetime(2026, 3, 8, 8, 0, tzinfo=times.zone(NEW_YORK))
    assert _read("-8h", NEW_YORK, now) == ("2026-03-07 23:00", EXACT)


def test_a_now_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="zone"):
        read_time("-5m", now=NOW.replace(tzinfo=None), zone=CHINA)


MOMENTS = st.integers(7_300 * 86_400_000, 47_480 * 86_400_000).map(times.from_millis)
ZONES = st.sampled_from([CHINA, NEW_YORK, LONDON, "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"])


@given(MOMENTS, ZONES)
def test_iso_form_is_read_back_exactly(moment: dt.datetime, zone: str) -> None:
    for place in (dt.UTC, times.zone(zone)):
        written = moment.astimezone(place).isoformat()
        assert read_time(written, now=NOW, zone=zone) == TypedTime(moment, EXACT, zone)


@given(MOMENTS, ZONES, st.sampled_from(Precision), st.sampled_from(["zh", "en"]))
def test_what_is_shown_in_full_is_read_back(moment: dt.datetime, zone: str, precision: Precision,
                                            language: Language) -> None:
    local = moment.astimezone(times.zone(zone)).replace(second=0, microsecond=0, fold=0)
    if precision is DAY:
        local = local.replace(hour=0, minute=0)
    time = TypedTime(local.astimezone(dt.UTC), precision, zone)
    assert read_time(show_full(time, words(language)), now=NOW, zone=zone) == time


@given(st.integers(0, 99), st.integers(0, 59), st.integers(0, 59))
def test_relative_forms_say_the_same(hours: int, minutes: int, seconds: int) -> None:
    expected = NOW.astimezone(dt.UTC) - dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    for text in (f"-{hours}h{minutes}m{seconds}s", f"{hours}小时{minutes}分{seconds}秒前",
                 f"{hours} hours {minutes} minutes {seconds} seconds ago"):
        assert read_time(text, now=NOW, zone=CHINA).at == expected


@given(st.integers(0, 23), st.integers(0, 59), MOMENTS, ZONES)
def test_a_clock_alone_lies_in_the_last_day_and_is_written_in_many_ways(
    hour: int, minute: int, now: dt.datetime, zone: str,
) -> None:
    try:
        time = read_time(f"{hour:02d}:{minute:02d}", now=now, zone=zone)
    except InvalidEntry:
        reject()  # the clocks skipped it
    assert -dt.timedelta(minutes=2) <= now - time.at <= dt.timedelta(hours=25, minutes=30)
    for text in (f"{hour:02d}{minute:02d}", f"{hour}.{minute:02d}", f"{hour}点{minute}分"):
        assert read_time(text, now=now, zone=zone) == time


@given(st.text(max_size=20) | st.text("0123456789:-/.点半分月日昨前周三晚上午pam ", max_size=16))
def test_any_text_is_understood_or_refused_kindly(text: str) -> None:
    with contextlib.suppress(InvalidEntry):
        time = read_time(text, now=NOW, zone=CHINA)
        shown = show_full(time, words("zh"))
        assert read_time(shown, now=NOW, zone=CHINA).at == time.at.replace(second=0, microsecond=0)


@pytest.mark.parametrize(("text", "seconds"), [
    ("3分5秒", 185), ("00:03:05", 185), ("3:05", 185), ("185", 185), ("185s", 185), ("3m5s", 185), ("三分五秒", 185),
    ("3 min 5 s", 185), ("1小时2分", 3720), ("1小时2分3秒", 3723), ("1时2分3秒", 3723), ("1分钟48秒", 108),
    ("8分27秒", 507), ("47秒", 47), ("2 min", 120), ("2分钟", 120), ("1分半", 90), ("半小时", 1800), ("半个小时", 1800),
    ("一个半小时", 5400), ("half an hour", 1800), ("an hour", 3600), ("1h", 3600), ("00:00:38", 38), ("0", 0),
    ("12:34:56", 45296), ("3：05", 185), ("90分", 5400), ("0秒", 0), ("100:00:00", 360000), ("75:10", 4510),
    ("1.5h", 5400), ("0.1小时", 360), ("1h30", 5400), ("1小时1刻钟", 4500),
    ("1天1小时", 90000), ("2天", 172800), ("1 day, 1:02:03", 90123), ("1d 2h", 93600), ("1分15", 75), ("5分钟30", 330),
    ("1m05", 65), ("0时0分35秒", 35), ("１分２秒", 62), ('62"', 62), ("1'02\"", 62), ("1′05″", 65), ("1’05”", 65),
    ("1 hour, 2 minutes", 3720), ("1.5分钟", 90), ("1小時2分", 3720), ("3分鐘", 180), ("1個小時", 3600), ("62.0秒", 62),
    ("1:02:03.000", 3723), ("00:01:05.5", 66), ("0:1:5", 65), ("PT1H2M3S", 3723), ("PT38S", 38), ("P1DT2H", 93600),
    ("1,234秒", 1234), ("1,234", 1234), ("12:00:00", 43200),
])
def test_lengths_of_time(text: str, seconds: int) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", [
    "", "x", "3:75", "1:75:00", "-5", "3分75秒", "1小时60分", "1:2:3:4", "5 x", "分", "1.5", "1h75", "1:5",
    "1分75", "1m5", "3分5", "1h5", "约3分钟", "<1分", "1天30小时", "P", "PT", "1,5", "1日", "--", "P1M", "1天天",
])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(InvalidEntry) as problem:
        read_duration(text)
    assert problem.value.hint


def test_lengths_of_time_are_shown_in_both_languages() -> None:
    assert show_duration(185, words("zh")) == "3分5秒"
    assert show_duration(3723, words("en")) == "1 h 2 min 3 s"
    assert show_duration(0, words("zh")) == "0秒"


@given(st.integers(0, 9_999_999), st.sampled_from(["zh", "en"]))
def test_a_shown_length_is_read_back(seconds: int, language: Language) -> None:
    assert read_duration(show_duration(seconds, words(language))) == seconds
