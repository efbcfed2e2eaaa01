"""The debt statement as a PDF of its own: two columns, their difference, and every step."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.base.errors import DocumentError
from casedesk.base.files import whole_file
from casedesk.base.i18n import Language, Say, words
from casedesk.exports import archive
from casedesk.exports.bundle import annex
from casedesk.exports.bundle.front import Drawn, Front
from casedesk.exports.bundle.styles import STAMP
from casedesk.exports.pages import A4, width_of
from casedesk.records.statement import DebtStatement

if TYPE_CHECKING:
    from pikepdf import Object, Pdf


def write(statement: DebtStatement, out: Path, *, lang: Language = "zh") -> int:
    """Write the statement; returns how many pages. The same statement gives the same bytes."""
    import pikepdf

    say = words(lang)
    front = Front(A4, statement.matter_ref)
    part = front.part(annex.STATEMENT, say(annex.TITLES[annex.STATEMENT]))
    annex.statement(part, statement, say)
    part.close()
    pages = front.pages
    stamps = [_stamp(front, say, number, len(pages)) for number in range(1, len(pages) + 1)]
    with pikepdf.new() as pdf:
        fonts = pdf.make_indirect(front.letters.fonts(pdf))
        for drawn, stamp in zip(pages, stamps, strict=True):
            pdf.pages.append(pikepdf.Page(_page(pdf, drawn, stamp, fonts)))
        title = say("Debt statement as of {day}", day=statement.result.as_of.isoformat())
        pdf.trailer["/Info"] = pdf.make_indirect(pikepdf.Dictionary(Title=f"{title} {statement.name(say)}",
                                                                    Producer="CaseDesk"))
        pdf.Root["/Lang"] = pikepdf.String({"zh": "zh-CN", "en": "en"}[lang])
        told = hashlib.sha256(b"\0".join(drawn.content for drawn in pages)).digest()[:16]
        pdf.trailer["/ID"] = pikepdf.Array([pikepdf.String(told), pikepdf.String(told)])
        with whole_file(out, error=DocumentError) as target:
            pdf.save(target, static_id=True, compress_streams=False,
                     object_stream_mode=pikepdf.ObjectStreamMode.preserve)
            archive.keep(target)
    return len(pages)


def _stamp(front: Front, say: Say, number: int, total: int) -> bytes:
    text = say("Page {page} of {pages}", page=number, pages=total)
    x = front.paper.width - front.paper.margin - width_of(text, STAMP.face, STAMP.size)
    return f"BT {x:.2f} 28 Td {front.letters.show(text, STAMP.face, STAMP.size)}ET".encode("latin-1")


def _page(pdf: Pdf, drawn: Drawn, stamp: bytes, fonts: Object) -> Object:
    from pikepdf import Array, Dictionary, Name

    content = pdf.make_stream(drawn.content, Filter=Name.FlateDecode)
    return pdf.make_indirect(Dictionary(
        Type=Name.Page, MediaBox=Array([0, 0, A4.width, A4.height]), Resources=Dictionary(Font=fonts),
        Contents=Array([content, pdf.make_stream(b"\nq 0 g " + stamp + b" Q\n")])))
