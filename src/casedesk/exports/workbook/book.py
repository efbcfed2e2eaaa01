"""The parts of the workbook file around its rows: styles, widths, filters, print set-up, charts."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from casedesk.base.i18n import Language, Say
from casedesk.exports.workbook import looks

_A4 = 9


@dataclass(frozen=True)
class Sheet:
    """A sheet before its rows: `rows` counts the titles too, the first `printed` columns are printed."""

    name: str
    widths: Sequence[float]
    rows: int = 1
    printed: int = 0
    table: bool = True
    """Whether it has a row of titles, to be frozen, filtered and repeated on each page."""


@dataclass(frozen=True)
class Facts:
    """What the file says about itself, the same whenever it is made from the same records."""

    title: str
    firm: str
    made: dt.datetime


@dataclass(frozen=True)
class Parts:
    """The files of the workbook; those of the sheets in two halves between which the rows belong."""

    files: dict[str, bytes]
    halves: dict[str, tuple[bytes, bytes]]
    """Name of the sheet -> what stands before and after its rows."""
    paths: dict[str, str]
    """Name of the sheet -> its file."""
    widths: dict[str, Sequence[float]]
    styles: dict[str, int]


def parts(
    sheets: Sequence[Sheet], facts: Facts, lang: Language, say: Say, draw: Callable[[Workbook], None] | None = None,
) -> Parts:
    """The workbook without its rows; `draw` adds the charts."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for sheet in sheets:
        _set_up(workbook.create_sheet(sheet.name), sheet, facts, say)
    styles = looks.numbered(workbook, lang, say)
    if draw is not None:
        draw(workbook)
    made = facts.made.replace(tzinfo=None, microsecond=0)
    workbook.properties.creator, workbook.properties.title = facts.firm or "CaseDesk", facts.title
    workbook.properties.created = workbook.properties.modified = made
    held = BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        ExcelWriter(workbook, archive).save()
    with zipfile.ZipFile(BytesIO(held.getvalue())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    paths = {sheet.name: f"xl/worksheets/sheet{number}.xml" for number, sheet in enumerate(sheets, 1)}
    halves = {name: _halves(files.pop(path)) for name, path in paths.items()}
    return Parts(files, halves, paths, {sheet.name: sheet.widths for sheet in sheets}, styles)


def _halves(sheet: bytes) -> tuple[bytes, bytes]:
    bare = re.sub(rb"<dimension [^>]*>", b"", sheet)
    before, after = re.split(rb"<sheetData\s*/>|<sheetData></sheetData>", bare)
    return before + b"<sheetData>", b"</sheetData>" + after


def _set_up(sheet: Worksheet, plan: Sheet, facts: Facts, say: Say) -> None:
    for place, width in enumerate(plan.widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.45
    margins.top = margins.bottom = 0.7
    margins.header = margins.footer = 0.3
    if plan.table:
        last = get_column_letter(plan.printed)
        sheet.freeze_panes = "B2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(plan.widths))}{plan.rows}"
        sheet.print_title_rows = "1:1"
        sheet.print_area = f"A1:{last}{plan.rows}"
        sheet.print_options.gridLines = True
    else:
        sheet.sheet_view.showGridLines = False
    _margin_texts(sheet, facts, say)
    sheet.HeaderFooter.scaleWithDoc = False


def _margin_texts(sheet: Worksheet, facts: Facts, say: Say) -> None:
    header, footer = sheet.oddHeader, sheet.oddFooter
    assert header is not None
    assert footer is not None
    header.left.text, header.right.text = _literal(facts.title, 80), "&A"
    footer.left.text = _literal(facts.firm, 60)
    footer.right.text = say("Page {page} of {pages}", page="&P", pages="&N")
    for one in (header.left, header.right, footer.left, footer.right):
        one.size = 8


def _literal(text: str, most: int) -> str:
    """A text in a header, whose signs would else be commands; a digit at its start would be read as a size."""
    shown = "".join(sign for sign in text if sign.isprintable())[:most].replace("&", "&&")
    return f" {shown}" if shown[:1].isdigit() else shown


def links(places: Sequence[tuple[str, str]]) -> bytes:
    """The links of a sheet, from a cell to a place in the workbook."""
    if not places:
        return b""
    one = "".join(f'<hyperlink ref="{cell}" location="{_attribute(place)}"/>' for cell, place in places)
    return f"<hyperlinks>{one}</hyperlinks>".encode()


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def with_links(after: bytes, places: Sequence[tuple[str, str]]) -> bytes:
    """The half after the rows with links put in where the format wants them: before the print set-up."""
    start = re.search(rb"<(printOptions|pageMargins)\b", after)
    assert start is not None
    return after[:start.start()] + links(places) + after[start.start():]
