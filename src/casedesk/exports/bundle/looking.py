"""Looking at every chosen file before anything is built: what cannot be shown, and what should be known."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from casedesk.base.errors import CasedeskError, DocumentError
from casedesk.base.files import read_into
from casedesk.base.i18n import Say
from casedesk.base.jobs import Progress
from casedesk.exports import archive
from casedesk.exports.bundle.draft import Draft
from casedesk.exports.bundle.plan import Exhibit
from casedesk.exports.exhibits.assembly import Assembly
from casedesk.exports.exhibits.findings import Examined, NotShown
from casedesk.exports.exhibits.kinds import EMAIL, OFFICE, PDF, ExhibitFile
from casedesk.exports.exhibits.slips import slip
from casedesk.records.evidence import Evidence

_BLOCK, _SMALL, _HELD_AT_MOST = 1 << 20, 1 << 16, 1000


class Problem(NamedTuple):
    """Something to be known of a bundle; `evidence` is None where it is about the whole."""

    evidence: uuid.UUID | None
    message: str


class Notice(NamedTuple):
    """What looking at a file found; a `blocking` one stops the bundle unless slip sheets are accepted."""

    evidence: uuid.UUID
    message: str
    blocking: bool


class _Unreadable(OSError):
    """The cabinet does not give the file."""


def files(draft: Draft) -> list[ExhibitFile]:
    """The files of all exhibits, in the order of the bundle."""
    return [_file(draft, exhibit) for exhibit in draft.exhibits]


def _file(draft: Draft, exhibit: Exhibit) -> ExhibitFile:
    one, held = exhibit.evidence, draft.held

    def opened() -> BinaryIO:
        if one.id in held:
            return io.BytesIO(held[one.id])
        try:
            return draft.dossier.open_file(one)
        except CasedeskError as trouble:
            raise _Unreadable(str(trouble)) from trouble

    return ExhibitFile(
        key=str(one.uuid), title=f"{exhibit.mark}  {one.caption}", file_name=one.file_name, size=one.size,
        sha256=one.sha256, open=opened, media_type=one.media_type, password=one.password or None,
        duration_s=one.duration, transcript=one.transcript, notes=tuple(draft.facts(one)))


def look(draft: Draft, assembly: Assembly, progress: Progress) -> list[Examined]:
    """Each file read through once, so that a changed or missing one is known by name, and looked at."""
    wanted = files(draft)
    broken = {}
    block = memoryview(bytearray(_BLOCK))
    for number, (exhibit, file) in enumerate(zip(draft.exhibits, wanted, strict=True)):
        try:
            _read_through(file, exhibit.evidence.id, draft.held, block)
        except (CasedeskError, OSError) as trouble:
            broken[number] = trouble.message if isinstance(trouble, CasedeskError) else str(trouble)
    found = assembly.examine([file for number, file in enumerate(wanted) if number not in broken], progress)
    for number, reason in sorted(broken.items()):
        found.insert(number, slipped(wanted[number], NotShown("missing", reason, draft.say(
            "Verify the cabinet and restore the file from a backup."))))
    return found


def _read_through(file: ExhibitFile, evidence_id: int, held: dict[int, bytes], block: memoryview) -> None:
    """Read the file to its end; raises what the cabinet raises. Small ones are held, so as to be read but once."""
    with file.open() as stream:
        got = read_into(stream, block)
        if got <= _SMALL and len(held) < _HELD_AT_MOST:
            held[evidence_id] = bytes(block[:got])
        while got == len(block):
            got = read_into(stream, block)


def slipped(file: ExhibitFile, problem: NotShown) -> Examined:
    """A slip sheet in place of the file."""
    return Examined(
        file.media_type, lambda paper, say: slip(file, file.media_type, problem, paper, say), problem, is_slip=True)


def notices(exhibits: Sequence[Exhibit], found: Sequence[Examined], say: Say) -> Iterator[Notice]:
    """Everything found, file by file."""
    seen: dict[str, Exhibit] = {}
    for exhibit, one in zip(exhibits, found, strict=True):
        evidence = exhibit.evidence
        if one.problem is not None:
            yield Notice(evidence.uuid, say("{name}: {problem}", name=named(evidence), problem=one.problem.message),
                         blocking=True)
        for remark in one.remarks:
            yield Notice(evidence.uuid, say("{name}: {problem}", name=named(evidence), problem=remark.text),
                         blocking=False)
        twin = seen.setdefault(evidence.sha256, exhibit) if evidence.sha256 else exhibit
        if twin is not exhibit:
            yield Notice(evidence.uuid, say("{name}: the same file as {mark}.", name=named(evidence), mark=twin.mark),
                         blocking=False)


def long(draft: Draft, found: Sequence[Examined], most: int) -> Iterator[Notice]:
    """The files of more pages than one file of the bundle may have."""
    for exhibit, one in zip(draft.exhibits, found, strict=True):
        if one.pages is not None and one.pages > most:
            yield Notice(exhibit.evidence.uuid, draft.say(
                "{name}: {n} pages; the portal takes {most} a file, and no document is cut.",
                name=named(exhibit.evidence), n=one.pages, most=most), blocking=False)


def unfit(draft: Draft, found: Sequence[Examined]) -> Iterator[Notice]:
    """The files whose pages would make the bundle a plain PDF, none for long keeping. Spends what was found."""
    for exhibit, one in zip(draft.exhibits, found, strict=True):
        if one.problem is None and not one.is_slip and _may_be_unfit(one):
            why = _why_unfit(one, draft)
            if why:
                yield Notice(exhibit.evidence.uuid, draft.say(
                    "{name}: cannot be PDF/A ({why}); the bundle will be a plain PDF.", name=named(exhibit.evidence),
                    why=draft.say("; ").join(why)), blocking=False)


def _may_be_unfit(one: Examined) -> bool:
    """What the program draws itself is fit, and so is a picture that it redraws."""
    return one.media_type in {PDF, EMAIL, "image/jpeg", *OFFICE} and not one.heavy


def _why_unfit(one: Examined, draft: Draft) -> list[str]:
    if (one.pages or 0) > archive.MOST_PAGES:
        return [draft.say("more than {n} pages: not examined", n=f"{archive.MOST_PAGES:,}")]
    try:
        return archive.unfit(one.make(draft.profile.paper, draft.say).pdf, draft.say)
    except NotShown as problem:
        return [problem.message]


def named(one: Evidence) -> str:
    """The name of the evidence and of its file."""
    return one.caption if one.caption == one.file_name else f"{one.caption} ({one.file_name})"


def refusal(exhibits: Sequence[Exhibit], found: Sequence[Examined], say: Say) -> DocumentError | None:
    """The error that names every file that cannot be shown, and what to do with each; None when all can."""
    told = [f"{named(exhibit.evidence)}: {problem.message} {problem.hint}".strip()
            for exhibit, problem in ((exhibit, one.problem) for exhibit, one in zip(exhibits, found, strict=True))
            if problem is not None]
    if not told:
        return None
    return DocumentError(
        say("{n} files cannot be shown: {files}", n=len(told), files=" | ".join(told)) if len(told) > 1 else told[0])
