"""One exhibit by itself, page by page as the bundle shows it, to be marked by a person."""

from __future__ import annotations

import io
from pathlib import Path

from casedesk.base.i18n import Say
from casedesk.exports.exhibits.kinds import ExhibitFile
from casedesk.exports.exhibits.preflight import examine
from casedesk.exports.pages import Paper


def pages(file: ExhibitFile, paper: Paper, say: Say, *, office: Path | None = None) -> bytes:
    """The pages as a PDF, without stamps; `NotShown` when the file cannot be shown."""
    found = examine(file, say, office=office)
    if found.problem is not None:
        raise found.problem
    held = io.BytesIO()
    found.make(paper, say).pdf.save(held)
    return held.getvalue()


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page in points, as it is looked at."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return [(round(width), round(height)) for width, height in
                (document.get_page_size(at) for at in range(len(document)))]
    finally:
        document.close()
