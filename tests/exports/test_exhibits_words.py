from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import openpyxl
import pypdfium2
import pytest

from casedesk.base.encodings import decoded
from casedesk.base.i18n import words
from casedesk.base.markup import plain
from casedesk.exports.exhibits.findings import Pages
from casedesk.exports.exhibits.kinds import detect
from casedesk.exports.exhibits.office import libreoffice
from casedesk.exports.exhibits.preflight import examine
from casedesk.exports.pages import A4
from tests.exports.exhibit_files import DATA, SAY, assembled, drawn, exhibit, looked, made, saved

SAID = "催收员龑说：“你再不还钱，就通知你单位。”（𫖮、𬭎）"


def text_of(pages: Pages) -> str:
    document = pypdfium2.PdfDocument(saved(pages.pdf))
    try:
        return "\n".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    finally:
        document.close()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_in_the_encodings_people_have(encoding: str) -> None:
    assert decoded(SAID.encode(encoding)) == (SAID, True)
    assert SAID in text_of(made(SAID.encode(encoding))).replace("\r\n", "")


def test_bytes_that_are_no_text_are_told() -> None:
    found = looked("中文".encode() * 200 + b"\xff\xff\xff " + "中文".encode() * 200)

    assert [remark.code for remark in found.remarks] == ["encoding"]


def test_long_texts_run_over_pages_and_lose_nothing() -> None:
    lines = [f"第{number}行：{SAID}" for number in range(300)]
    pages = made("\r\n".join(lines).encode())

    text = text_of(pages).replace("\r\n", "").replace("\n", "")
    assert len(pages.bands) == len(pages.pdf.pages) > 5
    assert all(line in text for line in lines)


def test_empty_lines_at_the_end_of_a_text_make_no_page() -> None:
    for lines in range(40, 52):  # a page's last line is among them
        pages = made(b"a\r\n" * lines + b"\r\n" * 3)
        assert len(pages.bands) == len(pages.pdf.pages), lines


def test_a_character_no_typeface_has_is_named() -> None:
    assert "[U+10FFFE]" in text_of(made("a\U0010fffeb".encode()))


def test_markup_is_read_as_words() -> None:
    page = """<html><head><title>no</title></head><body><h1>公告</h1><script>evil()</script><p>还款 &amp; 协商</p>
        <a href='https://example.org/x'>here</a> <img src='file:///etc/passwd' alt='seal'></body></html>"""

    assert plain(page) == "公告\n\n还款 & 协商\nhere <https://example.org/x> [seal]"
    assert looked(page.encode(), "a.txt").media_type == "text/html"


def test_what_looks_like_markup_in_a_text_is_drawn_as_it_is() -> None:
    typed = "x <b>not bold <img src='/etc/passwd'/> &amp; <font color=red>"
    assert typed in text_of(made(typed.encode()))


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "催收部 <a@example.org>", "client@example.org", "逾期通知 𫖮"
    message["Date"] = "Mon, 02 Nov 2026 10:00:00 +0800"
    message.set_content(SAID + "\n")
    message.add_alternative("<p>html</p>", subtype="html")
    message.add_attachment(saved(drawn(2)), maintype="application", subtype="pdf", filename="律师函.pdf")
    message.add_attachment(b"PK\x03\x04 not really", maintype="application", subtype="zip", filename="files.zip")
    message.add_attachment(b"RIFF\x24\0\0\0WAVEfmt " + bytes(30), maintype="audio", subtype="wav", filename="r.wav")
    return message


def test_mail_shows_its_words_and_every_attachment_or_names_it() -> None:
    found = looked(bytes(mail()), "m.eml")
    pages = made(bytes(mail()), "m.eml")

    text = text_of(pages)
    for shown in ("催收部", "逾期通知 𫖮", "2026", "律师函.pdf", "files.zip", "r.wav", "It is an archive.", "page 2"):
        assert shown in text
    assert SAID in text.replace("\r\n", "")
    assert len(pages.bands) == len(pages.pdf.pages) == 3
    assert {remark.code for remark in found.remarks} >= {"attachment", "slip-sheet"}


def test_mail_in_mail_and_html_only() -> None:
    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "b@example.org", "c@example.org", "outer"
    outer.add_alternative("<p>Only <b>html</b></p><script>x</script>", subtype="html")
    outer.add_attachment(mail())

    text = text_of(made(bytes(outer)))

    assert "Only html" in text
    assert "逾期通知 𫖮" in text
    assert "page 2" in text


def test_mail_as_old_chinese_programs_write_it() -> None:
    data = (b"From: a@example.org\r\nTo: b@example.org\r\nSubject: =?gb2312?B?" + b"tN/K1Q==" + b"?=\r\n"
            b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
            + "催收镕".encode("gbk"))
    assert "催收镕" in text_of(made(data))


@pytest.mark.parametrize(("data", "kind"), [
    (b"", "application/x-empty"), (b"%PDF-1.4 ...", "application/pdf"),
    (b"junk\n%PDF-1.4\n1 0 obj\n%%EOF", "application/pdf"),
    (b"He wrote %PDF-1.4 in a text", "text/plain"), (b"\xff\xd8\xff\xe0....", "image/jpeg"),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"), (b"\0\0\0\x18ftypisom\0\0\0\0isom", "video/mp4"),
    (b"\0\0\0\x18ftyp3gp4\0\0\0\0", "video/3gpp"), (b"#!AMR\n....", "audio/amr"), (b"\x02#!SILK_V3", "audio/silk"),
    (b"RIFF....WEBPVP8 ", "image/webp"), (b"ID3\x03\0\0\0\0\0\0", "audio/mpeg"), (b"{\\rtf1 x}", "application/rtf"),
    (b"From: a@b\r\nTo: c@d\r\n\r\nhi", "message/rfc822"), (b"Dear all,\nFrom: now on\n", "text/plain"),
    (b"<!DOCTYPE html><html>", "text/html"), (b"PK\x03\x04 broken", "application/zip"),
    (bytes(range(256)), "application/octet-stream"), ("催收".encode("gb18030"), "text/plain"),
])
def test_kinds_are_told_by_content(data: bytes, kind: str) -> None:
    assert detect(io.BytesIO(data), "wrong.pdf") == kind


def package(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x")
    return out.getvalue()


def test_office_documents_are_told_from_archives() -> None:
    word = looked(package("[Content_Types].xml", "word/document.xml"))

    assert word.problem is None
    assert word.is_slip
    assert "wordprocessingml" in word.media_type
    archive = looked(package("a.txt"))
    assert archive.problem is not None
    assert archive.problem.reason == "unsupported"


@pytest.mark.skipif(libreoffice() is None, reason="LibreOffice is not installed")
@pytest.mark.slow
def test_office_documents_are_drawn_where_libreoffice_is() -> None:
    book = openpyxl.Workbook()
    book.create_sheet("1")["A1"] = "催收记录"
    out = io.BytesIO()
    book.save(out)

    found = examine(exhibit(out.getvalue(), "a.xlsx"), SAY, office=libreoffice())

    assert found.problem is None
    assert "催收记录" in text_of(found.make(A4, SAY))


def test_recordings_get_a_slip_sheet_with_the_whole_transcript() -> None:
    sound = b"RIFF\x24\0\0\0WAVEfmt " + bytes(30)
    transcript = "\n".join(f"00:{second:02} 甲：{SAID}" for second in range(60))
    file = exhibit(sound, "call.wav", transcript=transcript)
    found = examine(file, words("zh"))

    pages = found.make(A4, words("zh"))

    text = text_of(pages).replace("\r\n", "")
    assert found.problem is None
    assert found.is_slip
    assert file.sha256 in text
    assert all(line in text for line in transcript.split("\n"))
    assert len(pages.bands) > 1


def test_what_cannot_be_shown_is_named_and_gets_a_slip_sheet_in_its_place() -> None:
    locked = (DATA / "pdf" / "libreoffice-writer-password.pdf").read_bytes()
    hostile = [b"", bytes(range(256)), b"%PDF-1.4 nothing", package("x"), locked]
    whole, found = assembled([exhibit(data, f"file {number}") for number, data in enumerate(hostile)])

    assert [one.problem.reason for one in found if one.problem] == [
        "empty", "unsupported", "damaged", "unsupported", "needs-password"]
    assert all(one.problem and one.problem.message and one.problem.hint for one in found)
    assert [len(one.pages) for one in whole.exhibits] == [1] * len(hostile)


def test_a_file_gone_from_the_vault_is_named() -> None:
    def gone() -> io.BytesIO:
        raise FileNotFoundError

    file = exhibit(b"x")
    object.__setattr__(file, "open", gone)
    found = examine(file, SAY)

    assert found.problem is not None
    assert found.problem.reason == "missing"


def test_bytes_that_are_no_letters_are_not_printed_as_text() -> None:
    assert looked(b"P6\n64 64\n255\n" + b"\xff" * 64 * 64 * 3, "a.ppm").problem is not None
    assert looked("Stra\xdfe, 5 Euro 20".encode("latin-1"), "a.txt").problem is None
    assert looked("催收短信，请还款".encode("big5", "ignore"), "a.txt").problem is None
