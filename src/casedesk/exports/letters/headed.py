"""A letter in the firm's template as PDF: drawn by LibreOffice where it is installed, else by ourselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from casedesk.base.errors import DocumentError
from casedesk.base.files import whole_file
from casedesk.base.i18n import Language, Say, tr, words
from casedesk.exports import archive
from casedesk.exports.exhibits.findings import NotShown
from casedesk.exports.exhibits.office import drawn, libreoffice
from casedesk.exports.letters import letterhead, pdf
from casedesk.exports.letters.markup import Block
from casedesk.exports.pages import Paper


def write(
    blocks: Sequence[Block], out: Path, *, docx: Path, template: bytes, value: Callable[[str], str], lang: Language,
    title: str, paper: Paper,
) -> int:
    """Write the PDF of the DOCX that was written into the template; answers its pages."""
    return _by_office(docx, out, words(lang)) or pdf.write(
        blocks, out, lang=lang, title=title, paper=paper, head=letterhead.read(template, value))


def _by_office(docx: Path, out: Path, say: Say) -> int:
    """Have LibreOffice draw it; 0 when it cannot, or what it draws is no PDF/A, which needs every typeface and sign."""
    import pikepdf

    program = libreoffice()
    if program is None:
        return 0
    tried = out.with_name(out.name + ".drawn")
    try:
        tried.write_bytes(drawn(docx, program, say))
        if archive.keep(tried):
            return 0
        with pikepdf.open(tried) as written:
            count = len(written.pages)
        with whole_file(out, error=DocumentError) as part:
            tried.replace(part)
        return count
    except NotShown:
        return 0
    finally:
        tried.unlink(missing_ok=True)


def told(template: bytes) -> str:
    """How the PDF of a letter shows the firm's template on this computer."""
    if libreoffice() is not None:
        return tr("LibreOffice draws the PDF of the letter in the firm's template.")
    if letterhead.is_whole(template):
        return tr("The PDF of the letter shows the firm's template in the program's typefaces; only with LibreOffice, "
                  "which is not installed, does it show it as it is.")
    return tr("The PDF of the letter shows header, footer and logo of the firm's template, but no shapes, text boxes "
              "or other first page: LibreOffice, which would draw them, is not installed. The DOCX has all of it.")
