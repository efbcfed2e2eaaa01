"""What of an exhibit a program can read, page by page; pictures stay unread."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from casedesk.base.encodings import decoded
from casedesk.base.i18n import Say
from casedesk.exports.exhibits import kinds
from casedesk.exports.exhibits.findings import NotShown
from casedesk.exports.exhibits.kinds import ExhibitFile, detect
from casedesk.exports.exhibits.preflight import examine
from casedesk.exports.exhibits.sources import Source
from casedesk.exports.exhibits.texts import LONGEST
from casedesk.exports.pages import A4


def page_texts(file: ExhibitFile, say: Say) -> Iterator[str]:
    """The text of each page, a text file's as one; nothing of a file that cannot be shown."""
    try:
        with file.open() as stream:
            kind = detect(stream, file.file_name)
        if kind == kinds.PDF:
            yield from _of_pdf(io.BufferedReader(Source(file.open, file.size), 1 << 18), file.password)
        elif kind.startswith("text/") or kind in {"application/json", "application/xml"}:
            with file.open() as stream:
                yield decoded(stream.read(LONGEST))[0]
        elif kind == kinds.EMAIL:
            yield from _of_pdf(_drawn(file, say), None)
    except (NotShown, OSError):  # told by name where files are looked at
        return


def _drawn(file: ExhibitFile, say: Say) -> BinaryIO:
    found = examine(file, say)
    if found.problem is not None:
        raise found.problem
    held = io.BytesIO()
    found.make(A4, say).pdf.save(held)
    return held


def _of_pdf(source: BinaryIO, password: str | None) -> Iterator[str]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(source, password=password)
    except pypdfium2.PdfiumError:  # damaged or locked: told where files are looked at
        return
    try:
        for number in range(len(document)):
            page = document[number]
            yield page.get_textpage().get_text_range()
            page.close()
    finally:
        document.close()
