"""Text files as pages, in whatever encoding they were written."""

from __future__ import annotations

from casedesk.base.encodings import decoded
from casedesk.base.fonts import SONG
from casedesk.base.i18n import Say
from casedesk.base.markup import plain
from casedesk.exports.exhibits.findings import Examined, NotShown, Pages, Remark
from casedesk.exports.exhibits.flow import Flow
from casedesk.exports.exhibits.kinds import HTML, TEXT
from casedesk.exports.pages import Paper

LONGEST = 20_000_000


def examine_text(data: bytes, media_type: str, title: str, say: Say) -> Examined:
    """Read the text; raises `NotShown` when there is none or far too much."""
    if len(data) > LONGEST:
        raise NotShown(
            "too-large", say("The text is longer than {n} million bytes.", n=LONGEST // 1_000_000),
            say("Save the part that matters as a file of its own, or include a slip sheet."))
    text, whole = decoded(data)
    remarks = []
    if media_type == HTML:
        text = plain(text)
        remarks.append(Remark("html", say("A web page: its words are shown, not its layout and pictures.")))
    if not whole:
        remarks.append(Remark("encoding", say(
            "Some bytes are no text in any known encoding; they are shown as \ufffd.")))
    return Examined(TEXT if media_type != HTML else HTML, lambda paper, say: text_pages(title, text, paper),
                    remarks=tuple(remarks))


def text_pages(title: str, text: str, paper: Paper) -> Pages:
    flow = Flow(paper)
    flow.heading(title)
    flow.text(text.strip("\n"), face=SONG)
    return flow.pages()
