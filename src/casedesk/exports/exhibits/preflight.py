"""Before anything is built: can each exhibit be shown, and what should be known of it?"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from casedesk.base.i18n import Say
from casedesk.base.memory import as_file
from casedesk.exports.exhibits import kinds
from casedesk.exports.exhibits.findings import Examined, NotShown, Pages, Remark
from casedesk.exports.exhibits.kinds import ExhibitFile, detect, is_sound_or_video
from casedesk.exports.exhibits.slips import slip
from casedesk.exports.exhibits.sources import Source
from casedesk.exports.exhibits.texts import LONGEST, examine_text
from casedesk.exports.pages import Paper

_DEEPEST_MAIL = 3
_IN_MEMORY = 1 << 20
_MAIL_AT_MOST = 200_000_000


def examine(file: ExhibitFile, say: Say, *, office: Path | None = None) -> Examined:
    """What an exhibit is and whether it can be shown; never raises for what is in the file.

    With `office`, LibreOffice's program, office documents are drawn by it; else they get a slip sheet. What is found
    keeps the file readable, so `make` must be called, and the bundle saved, while the vault is open.
    """
    return _examined(file, say, office, 0)


def _examined(file: ExhibitFile, say: Say, office: Path | None, depth: int) -> Examined:
    media_type = file.media_type or kinds.UNKNOWN
    try:
        with file.open() as stream:
            media_type = detect(stream, file.file_name)
        return _by_kind(file, media_type, say, office, depth)
    except NotShown as problem:
        return _problem(file, media_type, problem)
    except OSError as trouble:
        return _problem(file, media_type, _missing(trouble, say))


def _missing(trouble: OSError, say: Say) -> NotShown:
    return NotShown(
        "missing", say("The file cannot be read from the cabinet."),
        say("Check the cabinet for damage and restore the file from a backup.") + f" ({type(trouble).__name__})")


def _problem(file: ExhibitFile, media_type: str, problem: NotShown) -> Examined:
    return Examined(media_type, lambda paper, say: slip(file, media_type, problem, paper, say), problem, is_slip=True)


def _by_kind(file: ExhibitFile, media_type: str, say: Say, office: Path | None, depth: int) -> Examined:
    if media_type == kinds.EMPTY:
        raise NotShown("empty", say("The file is empty."), say("Add the right file, or include a slip sheet."))
    if media_type == kinds.PDF:
        return _pdf(lambda: _document(file), file.password, say)
    if media_type in kinds.PICTURES:
        from casedesk.exports.exhibits.pictures import examine_picture

        return examine_picture(Source(file.open, file.size), media_type, say)
    if media_type in {kinds.TEXT, kinds.HTML} or media_type in _READ_AS_TEXT:
        return examine_text(_read(file, LONGEST + 1), media_type, file.title or file.file_name, say)
    if media_type == kinds.EMAIL:
        return _mail(file, say, office, depth)
    if is_sound_or_video(media_type):
        return _slip(file, media_type, say(
            "Sound or video: a slip sheet stands for it; the file itself is handed over."))
    if media_type in kinds.OFFICE:
        return _office(file, media_type, say, office)
    raise _unsupported(media_type, say)


_READ_AS_TEXT = frozenset({"text/csv", "application/json", "text/xml", "application/xml"})


def _document(file: ExhibitFile) -> BinaryIO:
    """A small file in memory, a large one read piece by piece."""
    if file.size <= _IN_MEMORY:
        return as_file(_read(file, -1))
    return io.BufferedReader(Source(file.open, file.size), 1 << 18)


def _pdf(source: Callable[[], BinaryIO], password: str | None, say: Say) -> Examined:
    from casedesk.exports.exhibits.pdfs import examine_pdf

    found = examine_pdf(source, password, say)

    def make(paper: Paper, say: Say) -> Pages:
        try:
            return found.make(paper, say)
        except OSError as trouble:
            raise _missing(trouble, say) from trouble

    return replace(found, make=make)


def _read(file: ExhibitFile, most: int) -> bytes:
    with file.open() as stream:
        return stream.read(most)


def _mail(file: ExhibitFile, say: Say, office: Path | None, depth: int) -> Examined:
    from casedesk.exports.exhibits.mails import examine_mail

    if depth >= _DEEPEST_MAIL or file.size > _MAIL_AT_MOST:
        raise NotShown(
            "too-large", say("The message holds too much to be shown."), say("Save what it holds one by one."))
    return examine_mail(
        _read(file, -1), file, say, lambda attached, further: _examined(attached, say, office, further), depth)


def _slip(file: ExhibitFile, media_type: str, remark: str) -> Examined:
    return Examined(
        media_type, lambda paper, say: slip(file, media_type, None, paper, say),
        remarks=(Remark("slip-sheet", remark),), is_slip=True)


def _office(file: ExhibitFile, media_type: str, say: Say, office: Path | None) -> Examined:
    if office is None:
        return _slip(file, media_type, say(
            "Office document: a slip sheet stands for it; the file itself is handed over."))
    from casedesk.exports.exhibits.office import drawn_by_office

    made = drawn_by_office(file, media_type, office, say)
    found = _pdf(lambda: io.BytesIO(made), None, say)
    remark = Remark("drawn", say("Drawn by LibreOffice; another program may show it a little differently."))
    return replace(found, media_type=media_type, remarks=(remark, *found.remarks))


def _unsupported(media_type: str, say: Say) -> NotShown:
    if media_type == kinds.OFFICE_ENCRYPTED:
        return NotShown(
            "needs-password", say("The office document is protected by a password."),
            say("Open it, save it as PDF and add that as evidence, or include a slip sheet."))
    if media_type == kinds.ZIP or "zip" in media_type or "rar" in media_type or "7z" in media_type:
        return NotShown(
            "unsupported", say("It is an archive."),
            say("Unpack it and add what is in it as evidence, or include a slip sheet."))
    return NotShown(
        "unsupported", say("Files of the type {type} cannot be shown as pages.", type=media_type),
        say("Print it to a PDF and add that as evidence, or include a slip sheet."))
