"""WhatsApp's exported chats as phones of several countries write them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from casedesk.base.errors import ImportProblem
from casedesk.imports.draft import NeedsAnswer, Options
from casedesk.imports.formats import recognise
from casedesk.imports.whatsapp import WhatsApp
from casedesk.records.words import Channel, Direction

from .bill_files import counted, drafts, local, lost, problems, read, skipped


def chat(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "chat.txt"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(("line", "at"), [
    ("[25/03/2022, 14:08:18] Bob: pay", "2022-03-25T14:08:18"),
    ("25/03/2022, 14:08 - Bob: pay", "2022-03-25T14:08"),
    ("3/25/22, 2:08 PM - Bob: pay", "2022-03-25T14:08"),
    ("3/25/22, 12:08\u202fAM - Bob: pay", "2022-03-25T00:08"),
    ("3/25/22, 12:08 p.m. - Bob: pay", "2022-03-25T12:08"),
    ("[12.3.2022 klo 14.08.18] Bob: pay", "2022-03-12T14:08:18"),
    ("12.03.22, 14:08 - Bob: pay", "2022-03-12T14:08"),
    ("[2022-03-12, 14:08:18] Bob: pay", "2022-03-12T14:08:18"),
    ("2022/3/12 下午2:08 - Bob: pay", "2022-03-12T14:08"),
    ("[2022/3/12 上午2:08:18] Bob: pay", "2022-03-12T02:08:18"),
    ("22/3/12 凌晨12:08 - Bob: pay", "2022-03-12T00:08"),
    ("25/3/22, 2:08\xa0p.\xa0m. - Bob: pay", "2022-03-25T14:08"),
    ("2022年3月12日 下午2:08 - Bob: pay", "2022-03-12T14:08"),
    ("[2022/3/12 14:08:18] Bob：pay", "2022-03-12T14:08:18"),
    ("\u200e[25/03/2022, 14:08:18] Bob: \u200epay", "2022-03-25T14:08:18"),
    ("\ufeff[25/03/2022, 14:08:18] \u202aBob\u202c: pay", "2022-03-25T14:08:18"),
])
def test_every_way_of_writing_the_time(tmp_path: Path, line: str, at: str) -> None:
    (found,) = drafts(read(chat(tmp_path, line + "\n"), "whatsapp", me="-"))
    assert (found.at, found.name, found.words, found.channel, found.direction) == (
        local(at), "Bob", "pay", Channel.CHAT, Direction.IN)


def test_the_order_of_day_and_month_is_asked_where_no_date_tells(tmp_path: Path) -> None:
    path = chat(tmp_path, "3/4/22, 2:08 PM - Bob: a\n5/4/22, 2:08 PM - Bob: b\n")
    with pytest.raises(NeedsAnswer) as asked:
        read(path, "whatsapp", me="-")
    assert (asked.value.question.key, asked.value.question.suggested) == ("dates", "mdy")
    assert [d.at.month for d in drafts(read(path, "whatsapp", me="-", dates="dmy"))] == [4, 4]
    assert [d.at.month for d in drafts(read(path, "whatsapp", me="-", dates="mdy"))] == [3, 5]


def test_one_date_settles_the_whole_file_and_what_does_not_agree_is_lost(tmp_path: Path) -> None:
    text = "03/04/2022, 14:08 - Bob: a\n25/04/2022, 14:08 - Bob: b\n26/04/2022, 14:08 - Bob: b\n04/28/2022, 14:08 - Bob: c\n"
    rows = read(chat(tmp_path, text), "whatsapp", me="-")
    assert [(d.at.day, d.at.month) for d in drafts(rows)] == [(3, 4), (25, 4), (26, 4)]
    assert [row.line for row in lost(rows)] == [4]
    assert "04/28" in lost(rows)[0].message


def test_words_over_several_lines_media_and_notices(tmp_path: Path) -> None:
    text = ("25/03/2022, 14:00 - Messages and calls are end-to-end encrypted.\n"
            "25/03/2022, 14:08 - Bob: first\n\nthird: 25/03\n25/03/2022 is the last day\n"
            "25/03/2022, 14:09 - Me: <Media omitted>\n"
            "25/03/2022, 14:10 - Bob changed the subject to “x: y”\n")
    rows = read(chat(tmp_path, text), "whatsapp", me="Me")
    assert [(d.line, d.direction, d.name, d.words) for d in drafts(rows)] == [
        (2, Direction.IN, "Bob", "first\n\nthird: 25/03\n25/03/2022 is the last day"),
        (6, Direction.OUT, "Bob", "<Media omitted>")]
    assert [row.line for row in skipped(rows)] == [1, 7]
    assert counted(rows) == 4


def test_who_we_are_is_asked_and_a_number_in_place_of_a_name_is_one(tmp_path: Path) -> None:
    path = chat(tmp_path, "25/03/2022, 14:08 - +44 7700 900123: pay\n25/03/2022, 14:09 - Lin: no\n")
    with pytest.raises(NeedsAnswer) as asked:
        read(path, "whatsapp")
    assert list(asked.value.question.answers) == ["+44 7700 900123", "Lin", "-"]
    got, sent = drafts(read(path, "whatsapp", me="Lin"))
    assert (got.direction, got.number) == (Direction.IN, "+44 7700 900123")
    assert (sent.direction, sent.number) == (Direction.OUT, "+44 7700 900123")


def test_colons_in_words_and_a_bracket_in_a_name(tmp_path: Path) -> None:
    (found,) = drafts(read(chat(tmp_path, "[25/03/2022, 14:08:18] Bob [A - B]: x: y: z\n"), "whatsapp", me="-"))
    assert (found.name, found.words) == ("Bob [A - B]", "x: y: z")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    (found,) = drafts(read(chat(tmp_path, "[25/03/2022, 14:08:18] 催收: 还钱\n", encoding), "whatsapp", me="-"))
    assert (found.name, found.words) == ("催收", "还钱")


def test_a_message_of_millions_of_characters_is_lost_with_the_reason(tmp_path: Path) -> None:
    text = "25/03/2022, 14:08 - Bob: " + "x" * 3_000_000 + "\n25/03/2022, 14:09 - Bob: y\n"
    rows = read(chat(tmp_path, text), "whatsapp", me="-")
    assert [d.words for d in drafts(rows)] == ["y"]
    assert "1,000,000" in lost(rows)[0].message


def test_text_before_the_first_message_is_named(tmp_path: Path) -> None:
    path = chat(tmp_path, "chat of mine\n25/03/2022, 14:08 - Bob: y\n")
    assert recognise(path) is None or not WhatsApp().looks(path, path.read_bytes())
    rows = list(WhatsApp().read(path, Options(answers={"me": "-"})))
    assert [row.line for row in lost(rows)] == [1]


def test_other_texts_are_no_chat(tmp_path: Path) -> None:
    for text in ("hello\n", "", "2022-03-12 14:08:18 INFO: started\n", "25/03/2022, 14:08 - nothing said\n"):
        path = chat(tmp_path, text)
        assert not WhatsApp().looks(path, path.read_bytes())
    with pytest.raises(ImportProblem):
        list(WhatsApp().read(chat(tmp_path, "hello\n"), Options()))


@given(st.datetimes(dt.datetime(2009, 1, 1), dt.datetime(2099, 12, 31)), st.booleans())
def test_dates_come_back_in_both_orders(tmp_path_factory: pytest.TempPathFactory, at: dt.datetime, us: bool) -> None:
    at = at.replace(second=0, microsecond=0)
    line = f"{at.month}/{at.day}/{at:%y, %I:%M %p} - Bob: x" if us else f"{at:%d/%m/%Y, %H:%M} - Bob: x"
    path = chat(tmp_path_factory.mktemp("w"), line)
    (found,) = drafts(list(WhatsApp().read(path, Options(answers={"me": "-", "dates": "mdy" if us else "dmy"}))))
    assert found.at == at


def test_a_line_in_another_encoding_is_read_in_its_own_and_named(tmp_path: Path) -> None:
    lines = [f"25/03/2022, 14:0{n} - 小王: 还钱" for n in range(4)]
    path = tmp_path / "chat.txt"
    path.write_bytes(b"\n".join([*(line.encode() for line in lines[:3]), lines[3].encode("gb18030")]))
    rows = read(path, "whatsapp", me="-")
    assert [(one.name, one.words) for one in drafts(rows)] == [("小王", "还钱")] * 4
    (told,) = problems(rows)
    assert (told.line, "GB18030" in told.message) == (4, True)


def test_the_ends_of_lines_within_a_message_are_those_of_every_text(tmp_path: Path) -> None:
    assert [one.words for one in drafts(read(chat(tmp_path, "25/03/2022, 14:08 - Bob: a\r\nb\r\n"), "whatsapp", me="-"))] == [
        "a\nb"]
