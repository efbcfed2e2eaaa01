"""Slip sheets: a page that stands for a file that cannot be shown, and says exactly which file that is."""

from __future__ import annotations

from collections.abc import Iterator

from casedesk.base.i18n import Say
from casedesk.exports.exhibits.findings import NotShown, Pages
from casedesk.exports.exhibits.flow import Flow
from casedesk.exports.exhibits.kinds import ExhibitFile, is_sound_or_video
from casedesk.exports.pages import Paper


def slip(file: ExhibitFile, media_type: str, problem: NotShown | None, paper: Paper, say: Say) -> Pages:
    """The sheet, over as many pages as the transcript takes."""
    flow = Flow(paper)
    flow.heading(file.title or file.file_name)
    flow.pairs(_facts(file, media_type, say))
    flow.rule()
    if problem is not None:
        flow.text(say("Why it is not shown here: {reason}", reason=problem.message))
    elif is_sound_or_video(media_type):
        flow.text(say("This evidence is a recording and cannot be shown on paper."))
    flow.text(say("The file itself is handed over with this bundle. Its SHA-256 above shows that it is the same file."))
    if file.transcript.strip():
        flow.gap(10)
        flow.heading(say("Transcript of the recording"), 12)
        flow.text(file.transcript.strip())
    elif is_sound_or_video(media_type):
        flow.gap(10)
        flow.text(say("No transcript has been made."))
    return flow.pages()


def _facts(file: ExhibitFile, media_type: str, say: Say) -> Iterator[tuple[str, str]]:
    yield say("File name"), file.file_name
    yield say("Type"), media_type
    yield say("Size"), say("{n} bytes", n=f"{file.size:,}")
    yield "SHA-256", file.sha256
    if file.duration_s is not None:
        yield say("Playing time"), length(file.duration_s)
    yield from file.notes


def length(seconds: int) -> str:
    """Hours, minutes and seconds: "1:02:03"."""
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
