"""A masked copy shows no number of a person: not as text, not in a bookmark, not to the eye."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from casedesk.base.errors import DocumentError, VerificationFailed
from casedesk.casework import copies, evidence, package
from casedesk.casework.forms import find_form
from casedesk.casework.personal_data import phone_spans, spans
from casedesk.exports.redaction import Found, masked, redact
from casedesk.records import ContactPerson, Incident, Matter
from casedesk.store.cabinet import Store

ID, PHONE = "11010519491231002X", "13800001234"


def read(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    document.close()
    return text


def streams(path: Path) -> bytes:
    """Every stream and string of a PDF, opened."""
    with pikepdf.open(path) as pdf:
        return b"".join(one.read_bytes() if isinstance(one, pikepdf.Stream) and one.get("/Filter") != "/DCTDecode"
                        else repr(one).encode() for one in pdf.objects)


def test_a_copy_withholds_numbers_and_lists_them(store: Store, matter: Matter, tmp_path: Path) -> None:
    sheet = tmp_path / f"{ID} 记录.txt"
    sheet.write_text(f"身份证 {ID}\n母亲电话 138-0000-1234\n来电 02888880001", encoding="utf-8")
    evidence.add_files(store, matter.id, [sheet])
    with store.work() as session:
        session.add_all([ContactPerson(matter_id=matter.id, name="林母", phone=PHONE),
                         Incident(matter_id=matter.id, words=f"你母亲是{PHONE}吧，身份证{ID}")])
    package.write(store, matter.id, tmp_path / "full", find_form("cn-stop-contact"), lang="zh")
    assert ID in read(tmp_path / "full" / "证据册.pdf")
    done = copies.masked_copy(store, matter.id, tmp_path / "full", tmp_path / "copy", recipient="催收机构", lang="zh")
    assert set(done) == {"证据册.pdf", "停止联系第三人通知.pdf"}
    names = {path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*")}
    assert names == {*done, "遮盖清单.pdf", "文件哈希清单.pdf", "manifest.json", "verify.py"}
    for name in done:
        text = read(tmp_path / "copy" / name)
        assert ID not in text
        assert PHONE not in text.replace("-", "")
        assert ID.encode() not in streams(tmp_path / "copy" / name)
    assert "02888880001" not in read(tmp_path / "copy" / "证据册.pdf")  # its page is a picture now
    listed = read(tmp_path / "copy" / "遮盖清单.pdf")
    for wanted in ("催收机构", "居民身份证号…002X", "第三人电话…1234", "工作簿.xlsx", "originals/0001"):
        assert wanted in listed, listed
    assert ID not in listed
    assert package.verify(tmp_path / "copy.zip") == []
    with pytest.raises(DocumentError):
        copies.masked_copy(store, matter.id, tmp_path / "full", tmp_path / "copy", recipient="x", lang="zh")
    (tmp_path / "full" / "证据册.pdf").write_bytes(b"x")
    with pytest.raises(VerificationFailed):
        copies.masked_copy(store, matter.id, tmp_path / "full", tmp_path / "other", recipient="x", lang="zh")


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_place_is_black_however_the_page_is_turned(tmp_path: Path, rotate: int) -> None:
    source = tmp_path / "in.pdf"
    canvas = Canvas(str(source), pagesize=(400, 300), initialFontName="Helvetica")
    canvas.setTitle(ID)
    canvas.drawString(120, 150, "before " + ID + " after")
    canvas.drawString(120, 100, "6222 0000 split 0000")
    canvas.bookmarkPage("a")
    canvas.addOutlineEntry(f"see {ID}", "a")
    canvas.showPage()
    canvas.drawString(50, 50, "nothing here")
    canvas.save()
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        pdf.pages[0].Rotate = rotate
        pdf.pages[0].CropBox = pikepdf.Array([20, 30, 390, 290])
        pdf.save(source)
    found = redact(source, tmp_path / "out.pdf", lambda text: list(spans(text)))
    assert [(one.page, one.tail) for one in found.withheld] == [(1, "002X")]
    assert ID.encode() not in streams(tmp_path / "out.pdf")
    document = pypdfium2.PdfDocument(tmp_path / "out.pdf")
    assert [item.get_title() for item in document.get_toc()] == ["see **************002X"]
    assert document[1].get_textpage().get_text_range() == "nothing here"
    image = document[0].render(scale=1).to_pil().convert("L")
    dark = sum(image.histogram()[:40])
    assert dark > 500  # a bar of eighteen signs
    assert (image.width > image.height) == (rotate in (0, 180))
    document.close()


def test_a_number_broken_over_two_lines_is_found(tmp_path: Path) -> None:
    source = tmp_path / "in.pdf"
    canvas = Canvas(str(source), pagesize=(400, 300), initialFontName="Helvetica")
    canvas.drawString(50, 150, "id 1101051949")
    canvas.drawString(50, 135, "1231002X end")
    canvas.drawString(50, 120, "row 7")
    canvas.drawString(50, 105, ID)
    canvas.showPage()
    canvas.drawString(50, 150, "22:30")
    canvas.drawString(150, 160, "075588880001")  # together with the minutes a valid card number
    canvas.drawString(50, 100, "for 2:43")
    canvas.drawString(50, 85, "17012345678")  # and this one
    canvas.save()
    found = redact(source, tmp_path / "out.pdf", lambda text: list(spans(text)))
    assert [one.page for one in found.withheld] == [1, 1]


def test_what_cannot_be_found_again_after_redaction_is_an_error_else(tmp_path: Path) -> None:
    source = tmp_path / "in.pdf"
    canvas = Canvas(str(source), pagesize=(400, 300), initialFontName="Helvetica")
    canvas.drawString(50, 150, "x")
    canvas.addOutlineEntry("secret", "a")
    canvas.bookmarkPage("a")
    canvas.save()

    def stubborn(text: str) -> list[Found]:
        return [Found("kind", 0, 0)] if "secret" in text else []

    with pytest.raises(DocumentError, match="bookmark"):
        redact(source, tmp_path / "out.pdf", stubborn)
    assert not (tmp_path / "out.pdf").exists()


def test_telephones_are_found_however_they_are_written() -> None:
    text = "138-0000-1234 / 138 0000 1234 / 13800001234 / 138000012345"
    assert len(list(phone_spans(text, [f"+86 {PHONE}", "110"]))) == 3
    assert masked(f"a {ID}", lambda given: list(spans(given))) == "a **************002X"
