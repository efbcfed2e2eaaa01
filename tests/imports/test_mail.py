"""E-mail: single messages, mailboxes and Outlook items, whole and damaged."""

from __future__ import annotations

import base64
import datetime as dt
import struct
from email.message import EmailMessage
from pathlib import Path

import pytest
from asn1crypto import cms

from casedesk.base import mails
from casedesk.base.errors import ImportProblem
from casedesk.imports import mail, outlook
from casedesk.imports.draft import NeedsAnswer, Options
from casedesk.records.words import Channel, Direction, SourceKind

from .bill_files import counted, drafts, lost, problems, read
from .msg_files import Tree, binary, compound, properties, text

FROM = "催收 <collect@bank.example>"
RECEIVED = "Received: from a by b; Tue, 3 Nov 2026 22:14:09 +0800\r\n"


def message(extra: str = RECEIVED, body: str = "明天去你单位。", date: str = "Tue, 3 Nov 2026 22:14:05 +0800") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = FROM, "林某 <lin@client.example>", "最后通知"
    if date:
        made["Date"] = date
    made.set_content(body)
    made.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="催收函.pdf")
    return extra.encode() + bytes(made)


def saved(tmp_path: Path, data: bytes, name: str = "x.bin") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_a_message_becomes_an_incident_with_its_attachments(tmp_path: Path) -> None:
    (found,) = drafts(read(saved(tmp_path, message()), "email"))
    assert found.at == dt.datetime(2026, 11, 3, 14, 14, 5, tzinfo=dt.UTC)
    assert (found.channel, found.direction, found.source) == (Channel.EMAIL, Direction.IN, SourceKind.DOCUMENT)
    assert (found.number, found.name, found.our_number) == ("collect@bank.example", "催收", "lin@client.example")
    assert found.words == "最后通知\n\n明天去你单位。"
    assert [(one.file_name, one.media_type, one.data) for one in found.attachments] == [
        ("催收函.pdf", "application/pdf", b"%PDF-1.7")]


def test_whether_it_is_ours_is_asked_where_nothing_shows_its_delivery(tmp_path: Path) -> None:
    path = saved(tmp_path, message(extra=""))
    with pytest.raises(NeedsAnswer) as asked:
        read(path, "email")
    assert dict(asked.value.question.answers)["collect@bank.example"] == FROM
    assert drafts(read(path, "email", me="-"))[0].direction is Direction.IN
    (ours,) = drafts(read(path, "email", me="Collect@bank.example"))
    assert (ours.direction, ours.number, ours.name, ours.our_number) == (
        Direction.OUT, "lin@client.example", "林某", "collect@bank.example")


def test_without_a_date_the_servers_time_is_taken_and_told(tmp_path: Path) -> None:
    rows = read(saved(tmp_path, message(date="")), "email")
    assert drafts(rows)[0].at == dt.datetime(2026, 11, 3, 14, 14, 9, tzinfo=dt.UTC)
    assert "no date" in problems(rows)[0].message


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99 Nov 2026 99:99:99 +0800", "\0"])
def test_without_any_date_it_is_lost_with_its_subject(tmp_path: Path, date: str) -> None:
    data = message(extra="Delivered-To: lin@client.example\r\n", date="").replace(b"Subject:", (
        f"Date: {date}\r\nSubject:").encode(), 1)
    rows = read(saved(tmp_path, data), "email")
    assert drafts(rows) == []
    assert "最后通知" in lost(rows)[0].message


def test_a_date_without_a_zone_is_local(tmp_path: Path) -> None:
    rows = read(saved(tmp_path, message(date="Tue, 3 Nov 2026 22:14:05")), "email")
    assert drafts(rows)[0].at == dt.datetime(2026, 11, 3, 22, 14, 5)


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "GB18030", "utf-8", "x-unknown", "iso-8859-1"])
def test_words_of_chinese_systems_whatever_they_claim(tmp_path: Path, charset: str) -> None:
    """A character beyond GB2312 in a message that claims GB2312; raw bytes in headers."""
    sign = "utf-8" if charset == "utf-8" else "gb18030"
    data = RECEIVED.encode() + b"From: " + "催收镕".encode(sign) + b" <a@b.example>\r\nDate: Tue, 3 Nov 2026 22:14:05 +0800\r\n"
    data += f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
    (found,) = drafts(read(saved(tmp_path, data + "镕基公司催收".encode(sign)), "email"))
    assert found.name == "催收镕"
    assert found.words == "镕基公司催收" or charset == "iso-8859-1"  # Latin-1 claims every byte; it is not second-guessed


def test_a_page_is_reduced_to_its_words(tmp_path: Path) -> None:
    data = RECEIVED + ("From: a@b.example\nDate: Tue, 3 Nov 2026 22:14:05 +0800\nContent-Type: text/html\n\n"
                       "<script>x()</script><p>Pay <b>now</b>")
    assert drafts(read(saved(tmp_path, data.encode()), "email"))[0].words == "Pay now"


def test_a_message_within_a_message_is_one_file(tmp_path: Path) -> None:
    outer = EmailMessage()
    outer["From"], outer["Date"], outer["Delivered-To"] = FROM, "Tue, 3 Nov 2026 22:14:05 +0800", "x@y.example"
    outer.set_content("see below")
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "inner", FROM
    inner.set_content("inner words")
    outer.add_attachment(inner)
    (found,) = drafts(read(saved(tmp_path, bytes(outer)), "email"))
    (attached,) = found.attachments
    assert attached.media_type == mails.EMAIL
    assert attached.file_name == "1.eml"
    assert b"inner words" in attached.data
    assert found.words == "see below"


HEAD = RECEIVED + f"From: {FROM}\r\nSubject: x\r\nDate: Tue, 3 Nov 2026 22:14:05 +0800\r\n"
PACKED = base64.encodebytes(bytes.fromhex("30808006092a864886f70d010703a080") + bytes(50)).decode()
INNER = "Content-Type: text/plain; charset=gbk\r\n\r\n明天去你单位。".encode("gbk")


def part(kind: str, name: str, data: str) -> str:
    return f'Content-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n{data}'


@pytest.mark.parametrize(("rest", "kept"), [
    (part("application/pkcs7-mime; smime-type=enveloped-data", "smime.p7m", PACKED), ["smime.p7m"]),
    (part("application/x-pkcs7-mime", "smime.p7m", PACKED), ["smime.p7m"]),
    ("Content-Type: multipart/encrypted; boundary=q\r\n\r\n--q\r\n" + part("application/pgp-encrypted", "v", "VjE=")
     + "\r\n--q\r\n" + part("application/octet-stream", "encrypted.asc", "eA==") + "\r\n--q--\r\n", ["v", "encrypted.asc"]),
    ("\r\n-----BEGIN PGP MESSAGE-----\r\nx\r\n", [])])
def test_an_encrypted_message_is_taken_in_and_said_to_be_unread(tmp_path: Path, rest: str, kept: list[str]) -> None:
    rows = read(saved(tmp_path, (HEAD + rest).encode()), "email")
    (found,) = drafts(rows)
    assert found.words.startswith("x")
    assert [one.file_name for one in found.attachments] == kept
    (told,) = problems(rows)
    assert "encrypted" in told.message


def signed(inner: bytes) -> bytes:
    content = cms.SignedData({"version": "v1", "digest_algorithms": [], "signer_infos": [], "encap_content_info": {
        "content_type": "data", "content": inner}})
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": content}).dump())


def test_what_a_signature_encloses_is_read(tmp_path: Path) -> None:
    data = HEAD + part("application/pkcs7-mime", "smime.p7m", base64.encodebytes(signed(INNER)).decode())
    rows = read(saved(tmp_path, data.encode()), "email")
    assert [one.words for one in drafts(rows)] == ["x\n\n明天去你单位。"]
    assert problems(rows) == []


def test_outlooks_own_packing_is_kept_and_named(tmp_path: Path) -> None:
    data = HEAD + "Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\nhello\r\n--q\r\n" + part(
        "application/ms-tnef", "winmail.dat", "eJ8+Ig==\r\n--q--\r\n")
    rows = read(saved(tmp_path, data.encode()), "email")
    assert [one.file_name for one in drafts(rows)[0].attachments] == ["winmail.dat"]
    assert "winmail.dat" in problems(rows)[0].message


def encoded(data: bytes, charset: str) -> str:
    return f"=?{charset}?B?{base64.b64encode(data).decode()}?="


@pytest.mark.parametrize("charsets", [("gb2312", "GB2312"), ("GBK", "gb2312"), ("utf-8", "UTF-8")])
def test_a_sign_parted_between_two_encoded_words_is_whole(tmp_path: Path, charsets: tuple[str, str]) -> None:
    data = "最后通知".encode(charsets[0])
    subject = f"{encoded(data[:5], charsets[0])}\r\n {encoded(data[5:], charsets[1])}"
    (found,) = drafts(read(saved(tmp_path, HEAD.replace("Subject: x", f"Subject: {subject}").encode() + b"\r\nx"), "email"))
    assert found.words == "最后通知\n\nx"


def test_a_date_as_iso_writes_it(tmp_path: Path) -> None:
    data = HEAD.replace("Tue, 3 Nov 2026 22:14:05 +0800", "2026-11-03 22:14:05") + "\r\nx"
    assert drafts(read(saved(tmp_path, data.encode()), "email"))[0].at == dt.datetime(2026, 11, 3, 22, 14, 5)


@pytest.mark.parametrize(("parting", "before"), [
    ("From ", "\n"), ("From -", "\n"), ("From 1693@xxx Tue Nov 03 14:14:05 +0000 2026", "\n"),
    ("From ???@??? Tue Nov 03 22:14:05 2026", ""), ("From a@b Tue Nov  3 22:14:05 2026", "")])
def test_messages_are_parted_as_mail_programs_do(tmp_path: Path, parting: str, before: str) -> None:
    one = HEAD.replace("\r\n", "\n") + "\nbody\n\nFrom now on you pay.\nSubject: y\n"
    data = f"\n\n{parting}\n{one}{before}{parting}\n{one}"
    rows = read(saved(tmp_path, data.encode()), "email")
    assert [found.words for found in drafts(rows)] == ["x\n\nbody\n\nFrom now on you pay.\nSubject: y"] * 2
    assert [found.line for found in drafts(rows)] == [3, 4 + one.count("\n") + len(before)]


def nested(depth: int) -> bytes:
    head = b"".join(b"--b%d\n" % (n - 1) * bool(n) + b"Content-Type: multipart/mixed; boundary=b%d\n\n" % n for n in range(depth))
    return RECEIVED.encode() + b"From: a@b.example\nDate: Tue, 3 Nov 2026 22:14:05 +0800\n" + head


@pytest.mark.parametrize("depth", [200, 3_000])
def test_nesting_without_end_is_lost_with_the_reason(tmp_path: Path, depth: int) -> None:
    rows = read(saved(tmp_path, nested(depth)), "email")
    assert drafts(rows) == []
    assert "damaged" in lost(rows)[0].message


def test_a_mailbox_gives_its_messages_with_their_lines(tmp_path: Path) -> None:
    one = message(body="first\n>From here on\n").replace(b"\r\n", b"\n")
    data = b"From - Tue Nov 03 22:14:05 2026\n" + one + b"\nFrom a@b Tue Nov  3 22:15:05 2026\n" + one
    rows = read(saved(tmp_path, data), "email")
    assert [found.line for found in drafts(rows)] == [1, 2 + one.count(b"\n") + 1]
    assert "first\nFrom here on" in drafts(rows)[0].words
    assert [len(found.attachments) for found in drafts(rows)] == [1, 1]
    assert counted(rows) == 2


def test_words_that_begin_with_from_do_not_cut_a_mailbox(tmp_path: Path) -> None:
    one = message(body="first\n\nFrom now on you pay.\n").replace(b"\r\n", b"\n")
    assert len(drafts(read(saved(tmp_path, b"From - Tue Nov 03 22:14:05 2026\n" + one), "email"))) == 1


def test_one_message_too_large_does_not_cost_the_mailbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "LARGEST", 5_000)
    one = message().replace(b"\r\n", b"\n")
    data = b"".join(b"From - Tue Nov 03 22:14:05 2026\n" + piece + b"\n" for piece in (one, one + b"x\n" * 9_000, one))
    rows = read(saved(tmp_path, data), "email")
    assert len(drafts(rows)) == 2
    assert "larger than" in lost(rows)[0].message
    with pytest.raises(ImportProblem):
        read(saved(tmp_path, one + b"x\n" * 9_000), "email")


def test_progress_is_told_and_may_stop_a_mailbox(tmp_path: Path) -> None:
    one = b"From - Tue Nov 03 22:14:05 2026\n" + message(body="x" * 70 + "\n").replace(b"\r\n", b"\n") + b"\n"
    path = saved(tmp_path, one * 4_000)
    steps: list[int] = []
    assert len(list(mail.Mail().read(path, Options(step=steps.append)))) == 4_000
    assert steps[-1] == path.stat().st_size
    assert max(b - a for a, b in zip([0, *[s for s in steps if s]], [s for s in steps if s], strict=False)) < 2 << 20


def test_nul_and_half_characters_become_visible(tmp_path: Path) -> None:
    data = message(body="a\0b").replace("最后通知".encode(), b"x")
    (found,) = drafts(read(saved(tmp_path, data), "email"))
    assert "\0" not in found.words
    assert "a\ufffdb" in found.words


def test_more_words_than_any_person_writes_are_lost(tmp_path: Path) -> None:
    rows = read(saved(tmp_path, message(body="pay " * 300_000)), "email")
    assert drafts(rows) == []
    assert "1,000,000" in lost(rows)[0].message


def item(skip: int = 32, **more: bytes | Tree) -> Tree:
    made: Tree = {
        **properties(skip, {0x0039: dt.datetime(2026, 11, 3, 14, 14, 5, tzinfo=dt.UTC)}), **text(0x0037, "最后通知"),
        **text(0x1000, "明天去你单位。"), **text(0x0C1A, "催收"), **text(0x0C1F, "/O=EXCHANGE/CN=X"),
        **text(0x5D01, "collect@bank.example"),
        "__recip_version1.0_#00000000": {**properties(8), **text(0x3001, "林某"), **text(0x39FE, "lin@client.example")}}
    return {**made, **more}


HEADERS = text(0x007D, "Received: from a by b; Tue, 3 Nov 2026 22:14:09 +0800\r\nFrom: " + FROM + "\r\n")


def test_an_outlook_item(tmp_path: Path) -> None:
    attached: Tree = {**properties(8), **text(0x3707, "催收函.pdf"), **text(0x370E, "application/pdf"),
                      **binary(0x3701, b"%PDF-1.7".ljust(4096, b" "))}
    tree = {**item(), **HEADERS, "__attach_version1.0_#00000000": attached}
    (found,) = drafts(read(compound(tmp_path / "x", tree), "email"))
    assert found.at == dt.datetime(2026, 11, 3, 14, 14, 5, tzinfo=dt.UTC)
    assert (found.direction, found.number, found.name, found.our_number) == (
        Direction.IN, "collect@bank.example", "催收", "lin@client.example")
    assert found.words == "最后通知\n\n明天去你单位。"
    (one,) = found.attachments
    assert (one.file_name, one.media_type, one.data.rstrip()) == ("催收函.pdf", "application/pdf", b"%PDF-1.7")


def rtf(data: bytes) -> bytes:
    return struct.pack("<II4sI", len(data) + 12, len(data), b"MELA", 0) + data


@pytest.mark.parametrize(("packed", "words"), [
    (bytes.fromhex("2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"),
     "hello world"),
    (rtf(rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 SimSun;}}\f0 \'c3\'f7\'cc\'ec\u21435?{\*\bkmk x}\par b}"), "明天去\nb"),
    (rtf(rb"{\rtf1\ansi\ansicpg1252\fromhtml1{\*\htmltag50 <p class=x>}\htmlrtf {\htmlrtf0 Pay \u26126?<now> "
         rb"\htmlrtf\par}\htmlrtf0{\*\htmltag58 </p>}{\*\htmltag148 <b>}or else{\*\htmltag156 </b>}}"), "Pay 明<now>\nor else")])
def test_a_text_that_outlook_keeps_as_rtf_alone(tmp_path: Path, packed: bytes, words: str) -> None:
    tree = {**item(), **binary(0x1009, packed), **HEADERS}
    del tree["__substg1.0_1000001F"]
    rows = read(compound(tmp_path / "x", tree), "email")
    assert drafts(rows)[0].words == f"最后通知\n\n{words}"
    assert problems(rows) == []


@pytest.mark.parametrize(("data", "words", "told"), [
    (signed(INNER), "\n\n明天去你单位。", 0), (base64.decodebytes(PACKED.encode()), "", 1),
    (b"Content-Type: multipart/signed; boundary=q\r\n\r\n--q\r\n" + INNER + b"\r\n--q--\r\n", "\n\n明天去你单位。", 0)])
def test_an_outlook_item_that_is_signed_or_encrypted(tmp_path: Path, data: bytes, words: str, told: int) -> None:
    attached: Tree = {**properties(8), **text(0x3707, "smime.p7m"), **binary(0x3701, data)}
    tree = {**item(), **text(0x001A, "IPM.Note.SMIME"), **HEADERS, "__attach_version1.0_#00000000": attached}
    del tree["__substg1.0_1000001F"]
    rows = read(compound(tmp_path / "x", tree), "email")
    (found,) = drafts(rows)
    assert (found.words, found.attachments[0].file_name) == (f"最后通知{words}", "smime.p7m")
    assert ["encrypted" in one.message for one in problems(rows)] == [True] * told


def test_an_outlook_item_without_headers_takes_the_address_people_know(tmp_path: Path) -> None:
    path = compound(tmp_path / "x", item())
    with pytest.raises(NeedsAnswer) as asked:
        read(path, "email")
    assert "collect@bank.example" in asked.value.question.answers
    (ours,) = drafts(read(path, "email", me="collect@bank.example"))
    assert (ours.direction, ours.number) == (Direction.OUT, "lin@client.example")


def test_an_outlook_item_within_another(tmp_path: Path) -> None:
    inner: Tree = {**properties(8), **text(0x3001, "旧函"), "__substg1.0_3701000D": item(24)}
    (found,) = drafts(read(compound(tmp_path / "x", {**item(), **HEADERS, "__attach_version1.0_#00000000": inner}), "email"))
    (attached,) = found.attachments
    assert (attached.file_name, attached.media_type) == ("旧函.eml", mails.EMAIL)
    again = mails.read_message(attached.data)
    assert mails.words(again).strip() == "明天去你单位。"
    assert mails.header(again, "Subject") == "最后通知"


def test_an_attachment_that_is_only_linked_is_told(tmp_path: Path) -> None:
    linked: Tree = {**properties(8), **text(0x3707, "big.zip")}
    rows = read(compound(tmp_path / "x", {**item(), **HEADERS, "__attach_version1.0_#00000000": linked}), "email")
    assert "big.zip" in problems(rows)[0].message
    assert len(drafts(rows)) == 1


def test_an_outlook_item_of_bytes_named_over_and_over_is_refused(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = compound(tmp_path / "x", {**item(), **HEADERS})
    monkeypatch.setattr(outlook, "_LARGEST", path.stat().st_size)
    list(mail.Mail().read(path, Options(answers={"me": "-"})))
    monkeypatch.setattr(outlook._Store, "names", lambda self, start: ["x"] * 100)
    monkeypatch.setattr(outlook, "_enclosure", lambda store, number, depth: str(store.budget.spend(1_000)))
    with pytest.raises(ImportProblem, match="damaged"):
        list(mail.Mail().read(path, Options(answers={"me": "-"})))


def test_a_damaged_outlook_item_gives_a_reason(tmp_path: Path) -> None:
    whole = compound(tmp_path / "x", {**item(), **HEADERS}).read_bytes()
    for cut in range(600, len(whole), 1_024):
        path = saved(tmp_path, whole[:cut])
        try:
            list(mail.Mail().read(path, Options(answers={"me": "-"})))
        except (ImportProblem, NeedsAnswer):
            continue


@pytest.mark.parametrize("page", ["<!--", "<a ", "<![CDATA["])
def test_pages_made_to_take_for_ever_are_read_at_once(tmp_path: Path, page: str) -> None:
    head = RECEIVED + "From: a@b.example\nDate: Tue, 3 Nov 2026 22:14:05 +0800\nContent-Type: text/html\n\nPay"
    rows = read(saved(tmp_path, (head + page * 200_000).encode()), "email")
    assert drafts(rows)[0].words.startswith("Pay")
