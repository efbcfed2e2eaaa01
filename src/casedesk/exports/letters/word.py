"""A letter as DOCX, to be edited: the same blocks as the PDF, into an empty document or the firm's own letterhead."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from casedesk.base.errors import DocumentError
from casedesk.base.files import whole_file
from casedesk.base.i18n import Language, words
from casedesk.exports.letters.markup import Block, Row
from casedesk.exports.letters.pdf import (
    CELL,
    CELL_HEAD,
    HEADINGS,
    INDENTED,
    PAD,
    SETS,
    SIGNED,
    SIGNS_FROM,
    Set,
    after,
    clings,
    signature,
)
from casedesk.exports.letters.places import fill_places, is_mark, opened
from casedesk.exports.workbook.texts import visible

if TYPE_CHECKING:
    from docx.document import Document as Doc

_EPOCH = (1980, 1, 1, 0, 0, 0)
_CHINESE = re.compile("[\u4e00-\u9fff]")
_WIDTH = 156
"""Of the text, in millimetres."""
_ALIGN = {"left": WD_ALIGN_PARAGRAPH.LEFT, "centre": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}


def write(
    blocks: Sequence[Block], out: Path, *, lang: Language, title: str, letter: bool = False,
    template: bytes | None = None, value: Callable[[str], str] | None = None,
) -> None:
    """Write the DOCX whole or not at all; `template` is the firm's own, its places filled by `value`."""
    document = opened(template) if template else _empty(lang, letter=letter)
    document.core_properties.title = visible(title)
    if template and value:
        fill_places(document, value)
        if not _counts_pages(document):
            _count_pages(document.sections[0].footer.add_paragraph(), lang)
    _Typist(document, lang).type(blocks)
    with whole_file(out, error=DocumentError) as part:
        _save(document, part)


def _empty(lang: Language, *, letter: bool) -> Doc:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(215.9), Mm(279.4)) if letter else (Mm(210), Mm(297))
    section.left_margin = section.right_margin = Mm(27)
    section.top_margin = section.bottom_margin = Mm(25)
    style = document.styles["Normal"]
    style.font.size = Pt(12)
    _font(style.element.get_or_add_rPr(), bold=False)
    for spoken in document.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:eastAsia"), "zh-CN")  # else a full stop stands in the middle, as in Taiwan
    _count_pages(section.footer.paragraphs[0], lang)
    return document


def _counts_pages(document: Doc) -> bool:
    """Whether header or footer of the firm's template say which page it is."""
    return any("PAGE" in (one.text or one.get(qn("w:instr")) or "").split()
               for part in document.part.package.iter_parts() if re.search("/(header|footer)", str(part.partname))
               for one in part.element.iter(qn("w:instrText"), qn("w:fldSimple")))


def _count_pages(foot: Paragraph, lang: Language) -> None:
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, middle, after = re.split(r"\{pages?\}", words(lang)("Page {page} of {pages}", page="{page}",
                                                               pages="{pages}"))
    for text, code in ((before, "PAGE"), (middle, "NUMPAGES"), (after, "")):
        foot.add_run(text)
        if code:
            _number(foot, code)


def _font(properties: Any, *, bold: bool) -> None:
    fonts = properties.get_or_add_rFonts()
    for place in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{place}"), "Times New Roman")
    fonts.set(qn("w:eastAsia"), "黑体" if bold else "宋体")


def _number(paragraph: Paragraph, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run()
        if kind == "text":
            run.text = text
            continue
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)  # noqa: SLF001 - python-docx has no fields of its own


class _Typist:
    """Puts blocks at the firm's mark, or at the end of the document."""

    def __init__(self, document: Doc, lang: Language) -> None:
        self.document, self.lang = document, lang
        self.mark = next((one for one in document.paragraphs if is_mark(one.text)), None)

    def type(self, blocks: Sequence[Block]) -> None:
        for number, block in enumerate(blocks):
            if block.kind == "table":
                self._table(block, keep=clings(blocks, number))
            elif block.kind == "page":
                self._paragraph().add_run().add_break(WD_BREAK.PAGE)
            elif block.kind in SIGNED:
                self._signed(block, first=not number or blocks[number - 1].kind not in SIGNED,
                             keep=clings(blocks, number))
            else:
                self._block(block, keep=clings(blocks, number))
        if self.mark is not None:
            self.mark._p.getparent().remove(self.mark._p)  # noqa: SLF001

    def _paragraph(self) -> Paragraph:
        return self.mark.insert_paragraph_before() if self.mark is not None else self.document.add_paragraph()

    def _block(self, block: Block, *, keep: bool) -> None:
        how, paragraph = SETS[block.kind], self._paragraph()
        form = paragraph.paragraph_format
        form.space_before, form.space_after = Pt(how.above), Pt(after(block, self.lang))
        form.line_spacing = Pt(how.leading)
        paragraph.alignment = _ALIGN[how.align]
        text = f"{block.number}{' ' if block.number and self.lang == 'en' else ''}{block.text}"
        form.keep_with_next, form.widow_control = keep, True
        if self.lang == "zh" and block.kind in INDENTED:
            form.first_line_indent = Pt(2 * how.size)
        _run(paragraph, text, how, bold=block.kind in ("title", *HEADINGS))

    def _signed(self, block: Block, *, first: bool, keep: bool) -> None:
        """A line to sign; those that follow one another are one paragraph, which no word processor parts."""
        how = SETS[block.kind]
        if first:
            self.signs = self._paragraph()
            self.signs.paragraph_format.line_spacing = Pt(how.leading)
            self.signs.paragraph_format.left_indent = Mm(_WIDTH * SIGNS_FROM)
            self.signs.paragraph_format.keep_together = True
        else:
            self.signs.add_run().add_break()
        self.signs.paragraph_format.space_after = Pt(after(block, self.lang))
        self.signs.paragraph_format.keep_with_next = keep
        _run(self.signs, signature(block, self.lang), how, bold=False)

    def _table(self, block: Block, *, keep: bool) -> None:
        table = self.document.add_table(rows=0, cols=len(block.widths))
        table.autofit = False
        _rules(table)
        for column, part in zip(table.columns, block.widths, strict=True):
            column.width = Mm(_WIDTH * part / sum(block.widths))
        for number, row in enumerate(block.rows, 1):
            _row(table, row, block.widths, keep=row.look != "body" or (keep and number == len(block.rows)))
        if self.mark is not None:
            self.mark._p.addprevious(table._tbl)  # noqa: SLF001
        below = self._paragraph().paragraph_format
        below.line_spacing, below.keep_with_next = Pt(8), keep


def _row(table: Table, row: Row, widths: Sequence[float], *, keep: bool) -> None:
    """One row, on one page; `keep`: and with the next."""
    added = table.add_row()  # type: ignore[no-untyped-call]
    cells, how = added.cells, CELL if row.look == "body" else CELL_HEAD
    for cell, part in zip(cells, widths, strict=True):
        cell.width = Mm(_WIDTH * part / sum(widths))
    if row.look == "across":
        cells = (cells[0].merge(cells[-1]),)
    for wanted in ("w:cantSplit", *(["w:tblHeader"] if row.look == "head" else [])):
        added._tr.get_or_add_trPr().append(OxmlElement(wanted))  # noqa: SLF001 - python-docx has neither
    for cell, text in zip(cells, row.cells, strict=False):
        form = cell.paragraphs[0].paragraph_format
        form.line_spacing, form.space_after, form.keep_with_next = Pt(how.leading), Pt(2), keep
        _run(cell.paragraphs[0], text, how, bold=row.look != "body")


def _rules(table: Table) -> None:
    """Lines round every cell and the room within, whatever styles the firm's template has."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "auto")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(PAD * 20))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    for wanted, before in ((borders, "w:tblLayout"), (margins, "w:tblLook")):  # in the order of the schema
        place = table._tbl.tblPr.find(qn(before))  # noqa: SLF001 - python-docx has neither
        table._tbl.tblPr.append(wanted) if place is None else place.addprevious(wanted)  # noqa: SLF001


def _run(paragraph: Paragraph, text: str, how: Set, *, bold: bool) -> None:
    run = paragraph.add_run(visible(text))
    run.font.size = Pt(how.size)
    run.bold = bold
    properties = run._r.get_or_add_rPr()  # noqa: SLF001 - the east Asian face has no property
    _font(properties, bold=bold)
    if _CHINESE.search(text):  # whose quotation marks are as wide as its characters
        properties.get_or_add_rFonts().set(qn("w:hint"), "eastAsia")


def _save(document: Doc, out: Path) -> None:
    """The same bytes for the same content: a ZIP without the hour it was written."""
    held = io.BytesIO()
    document.save(held)
    with zipfile.ZipFile(held) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in made.infolist():
            target.writestr(zipfile.ZipInfo(entry.filename, _EPOCH), made.read(entry), zipfile.ZIP_DEFLATED)
