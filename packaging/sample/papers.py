"""Papers of the sample matters, as small PDFs."""

from __future__ import annotations

import io

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from casedesk.base import fonts


def paper(title: str, lines: list[str], pages: int = 1) -> bytes:
    """A typed paper with a heading; its lines run over `pages` equal pages."""
    pdfmetrics.registerFont(TTFont(fonts.SONG.name, str(fonts.SONG.path)))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, initialFontName=fonts.SONG.name, invariant=1)
    canvas.setTitle(title)
    for page in range(pages):
        canvas.setFont(fonts.SONG.name, 18)
        canvas.drawCentredString(A4[0] / 2, 760, title)
        canvas.setFont(fonts.SONG.name, 11)
        for number, line in enumerate(lines[page::pages]):
            canvas.drawString(80, 710 - 22 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
