"""A firm's letterhead on the PDF of a letter, drawn by LibreOffice or by the program itself."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from PIL import Image

from casedesk.base.errors import DocumentError
from casedesk.exports.exhibits.office import libreoffice
from casedesk.exports.letters import headed, letterhead, places, word
from casedesk.exports.letters.markup import Block
from casedesk.exports.pages import A4

BLOCKS = [Block("title", "律师函"), *(Block("text", f"第{number}段。" + "正文" * 40) for number in range(30))]


def field(paragraph: Paragraph, code: str) -> None:
    """A field that a word processor counts, with what it showed last."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", "9"), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        if kind != "shown":
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = text
            run._r.append(element)


@pytest.fixture
def template() -> bytes:
    """Logo at the left, address at the right, page in the footer, a line after the text."""
    logo = io.BytesIO()
    Image.new("RGBA", (120, 60), (180, 20, 20, 200)).save(logo, "PNG")
    logo.seek(0)
    made = Document()
    section = made.sections[0]
    left, right = section.header.add_table(1, 2, Mm(156)).rows[0].cells
    left.paragraphs[0].add_run().add_picture(logo, Mm(24))
    right.paragraphs[0].text = "{{firm}}"
    right.add_paragraph("深圳市南山区 0755-0000000")
    for one in right.paragraphs:
        one.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot = section.footer.paragraphs[0]
    foot.add_run("合飞\t第")
    field(foot, "PAGE")
    foot.add_run("页/共")
    field(foot, "NUMPAGES")
    foot.add_run("页")
    made.add_paragraph("{{text}}")
    made.add_paragraph("附：营业执照复印件")
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def value(path: str) -> str:
    return {"firm": "合飞律师事务所"}[path]


def written(template: bytes, folder: Path) -> tuple[Path, int]:
    docx, out = folder / "letter.docx", folder / "letter.pdf"
    word.write(BLOCKS, docx, lang="zh", title="律师函", template=template, value=value)
    return out, headed.write(
        BLOCKS, out, docx=docx, template=template, value=value, lang="zh", title="律师函", paper=A4)


def texts(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    found = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return found


def shows_the_letterhead(out: Path, count: int) -> None:
    pages = texts(out)
    assert len(pages) == count > 2
    for number, text in enumerate(pages, 1):
        assert "合飞律师事务所" in text
        assert "0755-0000000" in text
        assert f"第{number}页/共{count}页" in text
    assert "附：营业执照复印件" in pages[-1]
    with pikepdf.open(out) as pdf:
        assert len({one.objgen for page in pdf.pages for one in page.get_images().values()}) == 1
        assert str(pdf.docinfo["/Title"]) == "律师函"
        assert b"pdfaid:part" in pdf.Root.Metadata.read_bytes()


def test_the_program_draws_header_footer_and_logo(
        template: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headed, "libreoffice", lambda: None)
    out, count = written(template, tmp_path)
    shows_the_letterhead(out, count)
    first = out.read_bytes()
    written(template, tmp_path)
    assert out.read_bytes() == first
    assert "in the program's typefaces" in headed.told(template)


def test_tables_of_the_template_are_drawn_and_pages_numbered_where_it_does_not(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headed, "libreoffice", lambda: None)
    made = Document()
    table = made.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "收件机构"
    table.cell(1, 0).text, table.cell(1, 1).text = "发件", "{{firm}}"
    made.add_paragraph("{{text}}")
    held = io.BytesIO()
    made.save(held)
    assert letterhead.is_whole(held.getvalue())
    out, count = written(held.getvalue(), tmp_path)
    pages = texts(out)
    assert pages[0].startswith("收件机构发件合飞律师事务所律师函")
    assert pages[-1].endswith(f"第{count}页共{count}页")
    foot = Document(str(tmp_path / "letter.docx")).sections[0].footer
    assert [one.text for one in foot._element.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]


@pytest.mark.skipif(libreoffice() is None, reason="LibreOffice is not installed")
def test_libreoffice_draws_the_template_as_it_is(template: bytes, tmp_path: Path) -> None:
    out, count = written(template, tmp_path)
    shows_the_letterhead(out, count)
    with pikepdf.open(out) as pdf:
        names = {str(one.BaseFont) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one}
    assert not any("CaseDesk" in name for name in names)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["letter.docx", "letter.pdf"]


def test_what_cannot_be_drawn_is_told(template: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headed, "libreoffice", lambda: None)
    made = Document(io.BytesIO(template))
    made.sections[0].different_first_page_header_footer = True
    held = io.BytesIO()
    made.save(held)
    assert not letterhead.is_whole(held.getvalue())
    assert "no shapes, text boxes" in headed.told(held.getvalue())


def test_a_damaged_template_is_refused_with_a_reason_of_a_line(template: bytes) -> None:
    said = []
    for place in range(0, len(template), 97):
        try:
            places.opened(template[:place] + bytes([template[place] ^ 0x55]) * 40 + template[place + 40:])
        except DocumentError as problem:
            said.append(problem.message)
    assert 0 < max(map(len, said)) < 300
