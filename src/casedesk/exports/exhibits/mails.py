"""E-mail as pages: who, to whom, when, the words, and what was attached, each attachment shown or named."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from casedesk.base import mails
from casedesk.base.i18n import Say
from casedesk.base.mails import EMAIL, FAULTS, Enclosure
from casedesk.exports.exhibits.findings import Examined, NotShown, Pages, Remark
from casedesk.exports.exhibits.flow import Flow
from casedesk.exports.exhibits.kinds import ExhibitFile
from casedesk.exports.pages import Paper

Look = Callable[[ExhibitFile, int], Examined]


@dataclass(frozen=True)
class Mail:
    """A message as it is shown."""

    headers: tuple[tuple[str, str], ...]
    words: str
    attachments: tuple[ExhibitFile, ...]


def examine_mail(data: bytes, file: ExhibitFile, say: Say, look: Look, depth: int) -> Examined:
    """Read the message and look at each attachment with `look`; raises `NotShown`."""
    try:
        mail = read_mail(data, file)
    except FAULTS as trouble:
        raise NotShown(
            "damaged", say("The message cannot be read."),
            say("Save it again from the mail program as .eml, or include a slip sheet.")) from trouble
    looked = [(attached, look(attached, depth + 1)) for attached in mail.attachments]
    remarks = tuple(_remarks(looked, say))
    return Examined(EMAIL, lambda paper, say: _pages(mail, looked, paper, say), remarks=remarks,
                    heavy=any(found.heavy for _, found in looked))


def _remarks(looked: list[tuple[ExhibitFile, Examined]], say: Say) -> Iterator[Remark]:
    for attached, found in looked:
        if found.problem is not None:
            yield Remark("attachment", say(
                "The attachment {name} is named but not shown: {reason}", name=attached.file_name,
                reason=found.problem.message))
        yield from (replace_text(remark, attached.file_name, say) for remark in found.remarks)


def replace_text(remark: Remark, name: str, say: Say) -> Remark:
    """The remark, with the attachment it is about."""
    return Remark(remark.code, say("Attachment {name}: {text}", name=name, text=remark.text))


def read_mail(data: bytes, file: ExhibitFile) -> Mail:
    """The message in a file of RFC 5322."""
    message = mails.read_message(data)
    attached = (_attached(enclosure, number, file) for number, enclosure in enumerate(mails.enclosures(message), 1))
    return Mail(mails.shown_headers(message), mails.words(message), tuple(attached))


def _attached(enclosure: Enclosure, number: int, file: ExhibitFile) -> ExhibitFile:
    return replace(
        file, key=f"{file.key}/{number}", title=enclosure.file_name, file_name=enclosure.file_name,
        size=len(enclosure.data), sha256=hashlib.sha256(enclosure.data).hexdigest(), media_type=enclosure.media_type,
        duration_s=None, transcript="", notes=(), open=_opening(enclosure.data))


def _opening(data: bytes) -> Callable[[], io.BytesIO]:
    return lambda: io.BytesIO(data)


def _pages(mail: Mail, looked: list[tuple[ExhibitFile, Examined]], paper: Paper, say: Say) -> Pages:
    """The message, then the pages of each attachment that has some."""
    made = _message(mail, looked, paper, say)
    for _, found in looked:
        if found.problem is None and not found.is_slip:
            made.absorb(found.make(paper, say))
    return made


def _message(mail: Mail, looked: list[tuple[ExhibitFile, Examined]], paper: Paper, say: Say) -> Pages:
    flow = Flow(paper)
    flow.pairs([(say(label), value) for label, value in mail.headers])
    flow.rule()
    flow.text(mail.words.strip("\r\n") or say("(no words)"))
    if looked:
        flow.gap(12)
        flow.heading(say("Attachments"), 12)
        for number, (attached, found) in enumerate(looked, 1):
            flow.text(f"{number}. {attached.file_name}")
            flow.text(say("{n} bytes", n=f"{attached.size:,}") + "  SHA-256 " + attached.sha256, 8.5, indent=16)
            flow.text(_fate(found, say), 8.5, indent=16)
            flow.gap(4)
    return flow.pages()


def _fate(found: Examined, say: Say) -> str:
    if found.problem is not None:
        return say("Not shown: {reason}", reason=found.problem.message)
    if found.is_slip:
        return say("Not shown on paper; it is in the message that is handed over.")
    return say("Shown on the pages that follow.")
