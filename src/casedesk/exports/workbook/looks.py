"""How cells look: one style a kind of value."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from casedesk.base.i18n import Language, Say

_INK, _LINK, _SHADE, _PALE = "1F2933", "1F4E9E", "DCE3EA", "EEF1F4"
FACES = {"zh": "Microsoft YaHei", "en": "Calibri"}
QUOTED = {"line": "quoted line", "link": "quoted link"}
"""The style of text that must not become a formula when it is typed anew, where it is not simply "quoted"."""
UNBROKEN = frozenset(("title", "section", "over"))
"""Styles whose text runs on over the empty cells beside it."""
_DAY, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"


@dataclass(frozen=True)
class Look:
    """A style before it has a number."""

    form: str = "General"
    align: str = "left"
    bold: bool = False
    size: float = 10
    ink: str = _INK
    fill: str = ""
    quoted: bool = False
    under: bool = False


def looks(say: Say) -> dict[str, Look]:
    """Every style by name."""
    return {
        "text": Look(), "line": Look("@"), "quoted": Look(quoted=True), "quoted line": Look("@", quoted=True),
        "link": Look(ink=_LINK, under=True), "quoted link": Look(ink=_LINK, under=True, quoted=True),
        "head": Look(bold=True, fill=_SHADE, align="center"), "more": Look(bold=True, fill=_PALE, align="center"),
        "day": Look(_DAY, "center"), "moment": Look(_MOMENT, "center"),
        "about": Look(f'"{say("about")} "{_DAY} hh:mm', "center"), "no hour": Look(_DAY, "center"),
        "money": Look("#,##0.00_)", "right"), "count": Look("#,##0_)", "right"),
        "exact": Look("#,##0.000000_)", "right"), "rate": Look("0.0000%", "right"),
        "total": Look("#,##0.00_)", "right", bold=True), "number": Look("0", "center"),
        "word": Look(align="center"), "heat": Look("#,##0;;", "center"),
        "title": Look(bold=True, size=16), "section": Look(bold=True, size=12), "over": Look(),
        "label": Look(bold=True),
    }


def numbered(workbook: Workbook, lang: Language, say: Say) -> dict[str, int]:
    """The number of each style in this workbook; the same names get the same numbers in every workbook."""
    sheet = workbook.worksheets[0]
    found: dict[str, int] = {}
    for name, look in looks(say).items():
        cell = WriteOnlyCell(sheet)
        cell.number_format = look.form
        cell.font = Font(name=FACES[lang], size=look.size, bold=look.bold, color=look.ink,
                         underline="single" if look.under else None)
        cell.alignment = Alignment(horizontal=look.align, vertical="center" if look.fill else "top",
                                   wrap_text=name not in UNBROKEN)
        if look.fill:
            cell.fill = PatternFill("solid", fgColor=look.fill)
            cell.border = Border(bottom=Side("thin", color="7B8794"))
        cell.quotePrefix = look.quoted
        found[name] = cell.style_id
    return found
