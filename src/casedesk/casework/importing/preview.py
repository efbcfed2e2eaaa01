"""Looking at files before anything of them is kept: the rows as they will be, and what is to be decided."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from casedesk.base.jobs import Progress, silent
from casedesk.base.phones import PhoneClass
from casedesk.casework.importing.choices import Choices
from casedesk.casework.importing.judging import Import, Judged, check_answers, opened
from casedesk.casework.importing.parties import NOBODY
from casedesk.casework.importing.report import Fate, FileReport
from casedesk.casework.importing.unmatched import Comparing
from casedesk.casework.incidents import Owner
from casedesk.records.words import Channel, Direction
from casedesk.store.cabinet import Store

_SHOWN_WORDS = 300
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row of a file as it will be; `file` is its place among the files."""

    file: int
    line: int
    sheet: str
    fate: Fate
    reason: str
    where: str = ""
    """Which known row it repeats or confirms, like “calls.xml:7”."""
    seconds: float = 0.0
    """How far the two are apart."""
    at: dt.datetime | None = None
    channel: Channel | None = None
    direction: Direction | None = None
    number: str = ""
    normal: str = ""
    name: str = ""
    answered: bool | None = None
    duration: int | None = None
    words: str = ""
    """Their beginning."""
    attachments: int = 0
    owner: Owner = NOBODY


@dataclass(slots=True)
class NumberGroup:
    """All rows of one number: what a person assigns or leaves out with one click."""

    number: str
    """As the file has it: what `Choices` wants."""
    normal: str
    kind: PhoneClass
    owner: Owner
    name: str = ""
    """What the phone calls it."""
    excluded: str = ""
    """Why rows of it are left out."""
    out: int = 0
    """How many are."""
    count: int = 0


@dataclass
class Preview:
    """What an import would do; nothing of it is stored."""

    files: list[FileReport]
    rows: list[PreviewRow] = field(default_factory=list)
    numbers: list[NumberGroup] = field(default_factory=list)
    """The most frequent first."""


def preview(store: Store, matter_id: int, paths: Iterable[Path], choices: Choices | None = None,
            progress: Progress = silent) -> Preview:
    """Read the files and tell what would become of each row; progress in bytes. `Cancelled` passes through."""
    listed, chosen = list(paths), choices or Choices()
    looked = [opened(path, chosen) for path in listed]
    check_answers(chosen, {path: found for path, (_, found) in zip(listed, looked, strict=True)})
    with store.read() as session:
        taken = Import(session, matter_id, listed, chosen, progress)
        looking = _Looking()
        for place, (path, (report, found)) in enumerate(zip(listed, looked, strict=True)):
            looking.shown.files.append(report)
            if found is not None:
                comparing = Comparing()
                for judged in taken.rows(path, report, found, digest(path)):
                    comparing.see(judged)
                    looking.see(place, judged)
                comparing.end(taken, report)
        taken.propose()
    return looking.done()


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    made = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            made.update(piece)
    return made.hexdigest()


class _Looking:
    def __init__(self) -> None:
        self.shown = Preview([])
        self._numbers: dict[str, NumberGroup] = {}

    def see(self, place: int, judged: Judged) -> None:
        """One row of the file in this place."""
        self.shown.rows.append(_row(place, judged))
        draft, number = judged.draft, judged.number
        if draft is None or number is None:
            return
        group = self._numbers.get(number.normal or draft.number)
        if group is None:
            group = self._numbers[number.normal or draft.number] = NumberGroup(
                draft.number, number.normal, number.kind, number.owner)
        group.count += 1
        if judged.fate is Fate.EXCLUDED:
            group.excluded, group.out = judged.reason, group.out + 1
        group.name = group.name or draft.name

    def done(self) -> Preview:
        """All of it, the numbers by count."""
        self.shown.numbers = sorted(self._numbers.values(), key=lambda group: -group.count)
        return self.shown


def _row(place: int, judged: Judged) -> PreviewRow:
    draft = judged.draft
    where = judged.known.place if judged.known and judged.fate is not Fate.NEW else ""
    if draft is None:
        return PreviewRow(place, judged.line, judged.sheet, judged.fate, judged.reason)
    return PreviewRow(
        place, judged.line, judged.sheet, judged.fate, judged.reason, where,
        judged.match.seconds if judged.match else 0.0, judged.at, draft.channel, draft.direction, draft.number,
        judged.number.normal if judged.number else "", draft.name, draft.answered, draft.duration,
        draft.words[:_SHOWN_WORDS], len(draft.attachments), judged.number.owner if judged.number else NOBODY)
