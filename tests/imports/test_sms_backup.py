"""SMS Backup & Restore: real files, and what the app and accidents do to them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from casedesk.base.errors import ImportProblem
from casedesk.imports import formats, sms_backup
from casedesk.imports.draft import Draft, Lost, Options, Remark, Row, Skipped
from casedesk.records.words import Channel, Direction

PHONE = Path(__file__).parents[1] / "data" / "phone"
SMS = '<sms address="{number}" date="1700000000000" type="{type}" body="{body}" subject="null" contact_name="(Unknown)" />'
GIF = "R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def backup(inside: str, *, root: str = "smses", count: int = 1, head: str = "") -> bytes:
    return f"<?xml version='1.0' encoding='UTF-8' ?>\n{head}<{root} count=\"{count}\">\n{inside}\n</{root}>".encode()


def read(tmp_path: Path, content: bytes) -> list[Row]:
    path = tmp_path / "backup.bin"
    path.write_bytes(content)
    return list(sms_backup.SmsBackup().read(path, Options()))


def drafts(rows: list[Row]) -> list[Draft]:
    return [row for row in rows if isinstance(row, Draft)]


def problems(rows: list[Row]) -> list[str]:
    return [row.message for row in rows if isinstance(row, Remark) and row.is_problem]


@pytest.mark.parametrize(("name", "count"), [("calls.xml", 16), ("calls-a.xml", 12), ("calls-b.xml", 12),
                                              ("sms-mms.xml", 15)])
def test_real_files_are_recognised_and_read_whole(name: str, count: int) -> None:
    found = formats.recognise(PHONE / name)
    assert found is not None
    assert found.id == "sms-backup"
    assert len(drafts(list(found.read(PHONE / name, Options())))) == count


def test_a_call_stands_as_in_the_file() -> None:
    rows = drafts(list(sms_backup.SmsBackup().read(PHONE / "calls.xml", Options())))
    first, second = rows[:2]
    assert first.at == dt.datetime(2014, 9, 16, 15, 31, 45, 425000, dt.UTC)
    assert (first.line, first.number, first.name, first.answered, first.direction) == (
        4, "5555550000", "", False, Direction.IN)
    assert (second.line, second.name, second.answered, second.duration) == (5, "John Stuart", True, 43)


def test_a_count_that_is_wrong_is_said() -> None:
    (told,) = problems(list(sms_backup.SmsBackup().read(PHONE / "calls-a.xml", Options())))
    assert "56" in told
    assert "12" in told


@pytest.mark.parametrize(("kind", "direction", "answered"), [
    ("1", Direction.IN, True), ("2", Direction.OUT, True), ("3", Direction.IN, False), ("4", Direction.IN, False),
    ("5", Direction.IN, False), ("6", Direction.IN, False), ("7", Direction.IN, True)])
def test_types_of_calls(kind: str, direction: Direction, answered: bool, tmp_path: Path) -> None:
    (row,) = read(tmp_path, backup(f'<call number="95588" duration="3" date="1700000000000" type="{kind}" />',
                                   root="calls"))
    assert isinstance(row, Draft)
    assert (row.direction, row.answered, row.channel) == (direction, answered, Channel.CALL)


def test_what_was_never_sent_is_left_out_and_an_unknown_type_is_named(tmp_path: Path) -> None:
    inside = "\n".join(SMS.format(number="95588", type=kind, body="x") for kind in "1234569")
    rows = read(tmp_path, backup(inside, count=7))
    assert [type(row) for row in rows] == [Draft, Draft, Skipped, Skipped, Skipped, Skipped, Lost]
    assert rows[-1] == Lost(9, "Messages of type “9” are not known here.")


def test_emoji_as_two_references_are_mended_and_said(tmp_path: Path) -> None:
    rows = read(tmp_path, backup(SMS.format(number="1", type=1, body="&#55357;&#56832; &#xD83D;&#xDE00; &#55357;!")))
    assert drafts(rows)[0].words == "😀 😀 \ufffd!"
    (told,) = problems(rows)
    assert told.startswith("3 signs")
    assert "line 3" in told


@pytest.mark.parametrize("shift", range(0, 40, 3))
def test_a_reference_is_mended_wherever_the_file_is_parted(
        shift: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms_backup, "_PIECE", 128 + shift)
    inside = "\n".join(SMS.format(number=n, type=1, body=f"{n} &#55357;&#56832;&amp;&#10;z") for n in range(20))
    rows = read(tmp_path, backup(inside, count=20))
    assert [row.words for row in drafts(rows)] == [f"{n} 😀&\nz" for n in range(20)]
    assert [row.line for row in drafts(rows)] == list(range(3, 23))
    assert len(problems(rows)) == 1


def test_a_message_with_a_picture(tmp_path: Path) -> None:
    rows = read(tmp_path, backup(
        '<mms date="1700000000000" msg_box="1" address="10690000" sub="null"><parts>'
        '<part ct="application/smil" text="&lt;smil/&gt;" data="null"/><part ct="text/plain" text="看看 这个"/>'
        f'<part ct="image/gif" cl="../../a.gif" data="{GIF}"/><part ct="image/png" cl="b" data="null"/></parts>'
        '<addrs><addr address="10690000" type="137"/></addrs></mms>'))
    (row,) = drafts(rows)
    assert (row.words, row.number, row.channel, row.line) == ("看看 这个", "10690000", Channel.SMS, 3)
    assert [(one.file_name, one.media_type, one.data[:3]) for one in row.attachments] == [("a.gif", "image/gif", b"GIF")]
    assert [row.message for row in rows if isinstance(row, Remark) and not row.is_problem] == [
        "1 pictures or sounds of messages are not in the file."]


def test_a_picture_too_large_is_named_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms_backup, "_PIECE", 1000)
    monkeypatch.setattr(sms_backup, "_MOST_VALUE", 5000)
    large = "AAAA\n" * 4000
    rows = read(tmp_path, backup(
        f'<mms date="1700000000000" msg_box="1" address="1"><parts><part ct="image/png" cl="a.png" data="{large}"/>'
        f"</parts></mms>\n{SMS.format(number=2, type=1, body='later')}", count=2))
    assert [(row.line, row.words, len(row.attachments)) for row in drafts(rows)] == [(3, "", 0), (4004, "later", 0)]
    assert problems(rows) == ["“a.png” in line 3 is too large and was not taken along."]


@pytest.mark.parametrize("dtd", ['<!DOCTYPE smses [<!ENTITY a "b">]>\n', '<!DOCTYPE smses SYSTEM "http://x/">\n'])
def test_a_dtd_is_refused(dtd: str, tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="DTD"):
        read(tmp_path, backup(SMS.format(number=1, type=1, body="x"), head=dtd))


def test_an_empty_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match="0 bytes"):
        read(tmp_path, b"")
    assert formats.seen(tmp_path / "backup.bin") == "an empty file"


def test_of_a_file_cut_off_what_was_whole_is_given(tmp_path: Path) -> None:
    whole = backup("\n".join(SMS.format(number=n, type=1, body="x") for n in range(5)), count=5)
    within = read(tmp_path, whole[:whole.index(b'address="3"') + 5])
    assert [row.number for row in drafts(within)] == ["0", "1", "2"]
    assert [row.line for row in within if isinstance(row, Lost)] == [6]
    assert problems(within) == ["The file is not whole: it ends in line 6.",
                                "The file says it holds 5 entries; it holds 4."]
    between = read(tmp_path, whole[:whole.index(b"<sms address=\"3\"")])
    assert [type(row) for row in between] == [Draft, Draft, Draft, Remark, Remark]


def test_null_is_empty_and_hidden_numbers_are_none(tmp_path: Path) -> None:
    rows = read(tmp_path, backup("\n".join(f'<call number="{n}" duration="0" date="1700000000000" type="3"/>'
                                           for n in ("null", "-1", "-2", "")), root="calls", count=4))
    assert [row.number for row in drafts(rows)] == ["", "", "", ""]


def test_bytes_of_no_encoding_cost_one_sign_and_no_row(tmp_path: Path) -> None:
    rows = read(tmp_path, backup(SMS.format(number=1, type=1, body="a?b")).replace(b"a?b", b"a\xffb"))
    assert drafts(rows)[0].words == "a\ufffdb"
    assert problems(rows) == ["Some signs are in no known encoding; they are shown as \ufffd."]
