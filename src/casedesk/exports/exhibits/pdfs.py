"""PDF exhibits stay PDF pages: opened once, looked at, set upright, freed of what could act by itself."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import pikepdf

from casedesk.base.i18n import Say
from casedesk.exports.exhibits.active import notice_document
from casedesk.exports.exhibits.contents import Look, look_at
from casedesk.exports.exhibits.findings import Entry, Examined, NotShown, Pages, Remark
from casedesk.exports.exhibits.kinds import PDF
from casedesk.exports.exhibits.places import Place
from casedesk.exports.exhibits.upright import Standing
from casedesk.exports.pages import Paper

BROKEN = (
    pikepdf.PdfError, pikepdf.DataDecodingError, pikepdf.ForeignObjectError, ValueError, TypeError, LookupError,
    AttributeError, RuntimeError, OverflowError)
"""What pikepdf raises on files whose parts are not what the format says."""


def examine_pdf(source: Callable[[], BinaryIO], password: str | None, say: Say) -> Examined:
    """Open the file and look at each page; raises `NotShown`.

    `source` gives the file from its beginning, and must do so, and keep it readable, until pages are made.
    """
    pdf = opened(source(), password, say)
    try:
        look = look_at(pdf, say)
        remarks = tuple(_remarks(pdf, look, password, say))
    except BROKEN as trouble:
        raise damaged(say) from trouble
    held = _Held(source, password, look, pdf)
    return Examined(PDF, held.make, remarks=remarks, pages=len(look.sheets), close=held.close)


class _Held:
    """A document that was looked at and waits, open or not, for its pages to be made."""

    def __init__(
        self, source: Callable[[], BinaryIO], password: str | None, look: Look, pdf: pikepdf.Pdf,
    ) -> None:
        self._source, self._password, self._look = source, password, look
        self._pdf: pikepdf.Pdf | None = pdf

    def close(self) -> None:
        self._pdf = None

    def make(self, paper: Paper, say: Say) -> Pages:
        """The pages, once from what is open, again from the file."""
        pdf, self._pdf = self._pdf or opened(self._source(), self._password, say), None
        try:
            return _standing(pdf, self._look, paper)
        except BROKEN as trouble:
            raise damaged(say) from trouble


def opened(stream: BinaryIO, password: str | None, say: Say) -> pikepdf.Pdf:
    """The document, repaired where that is possible; raises `NotShown`. What is mapped need not stay open."""
    mapped = isinstance(stream, io.FileIO)
    how = pikepdf.AccessMode.mmap if mapped else pikepdf.AccessMode.stream
    try:
        return pikepdf.open(stream, password=password or "", access_mode=how,
                            inherit_page_attributes=False)  # Family knows what pages have from their parents
    except pikepdf.PasswordError as trouble:
        if password:
            raise NotShown(
                "wrong-password", say("The password of the PDF is wrong."),
                say("Enter the right one with the evidence, or include a slip sheet.")) from trouble
        raise NotShown(
            "needs-password", say("The PDF is protected by a password."),
            say("Enter the password with the evidence, or include a slip sheet.")) from trouble
    except BROKEN as trouble:
        raise damaged(say) from trouble
    finally:
        if mapped:
            stream.close()


def damaged(say: Say) -> NotShown:
    return NotShown(
        "damaged", say("The PDF is damaged and cannot be read."),
        say("Open it in a PDF reader and print it to a new PDF, ask for it again, or include a slip sheet."))


def _remarks(pdf: pikepdf.Pdf, look: Look, password: str | None, say: Say) -> Iterator[Remark]:
    if look.faults:
        yield Remark("repaired", say(
            "The file was damaged and was repaired as it was read ({n} faults).", n=look.faults))
    if pdf.is_encrypted and password:
        yield Remark("password", say("Opened with its password; the copy in the bundle needs none."))
    elif pdf.is_encrypted:
        yield Remark("restricted", say(
            "Its owner restricted what may be done with it; the copy in the bundle is not restricted."))
    yield from notice_document(pdf, look.tally, say)
    yield from look.tally.remarks(say)


def _standing(pdf: pikepdf.Pdf, look: Look, paper: Paper) -> Pages:
    standing = Standing(pdf, look, paper)
    outline = tuple(standing.places.outline())
    bands = standing.stand()
    return Pages(pdf, bands, tuple(_moved(outline, standing)))


def _moved(outline: Iterable[Entry], standing: Standing) -> Iterator[Entry]:
    for entry in outline:
        place = standing.spot(Place(entry.page, entry.left, entry.top))
        yield Entry(entry.title, *place, tuple(_moved(entry.children, standing)))
