"""Reading screenshots: what a machine read is kept with the evidence for searching, and proposes an incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casedesk.base.errors import CasedeskError, ImportProblem
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.base.times import zone as zone_of
from casedesk.casework.evidence import kept
from casedesk.imports import screenshot
from casedesk.imports.screenshot import Line, Proposed
from casedesk.records import Evidence, Matter
from casedesk.records.words import Channel, Direction
from casedesk.store.cabinet import Store

PICTURE = "image/"


@dataclass(frozen=True)
class Read:
    """How many pictures were read, in how many nothing stood, and what could not be read."""

    read: int
    empty: int
    problems: Sequence[str]


def read_pictures(store: Store, ids: Sequence[int], progress: Progress = silent) -> Read:
    """Read the pictures among these; each is kept as soon as it is read. ImportProblem without the reader."""
    if not screenshot.installed():
        screenshot.read(b"")
    count = empty = 0
    problems: list[str] = []
    for done, evidence_id in enumerate(ids):
        with store.read() as session:
            evidence = session.get_one(Evidence, evidence_id)
        progress(done, len(ids), evidence.caption)
        if not evidence.media_type.startswith(PICTURE):
            problems.append(tr("“{name}” is no picture.", name=evidence.caption))
            continue
        try:
            lines = _lines(store, evidence)
        except CasedeskError as problem:
            problems.append(f"{evidence.caption}: {problem}")
            continue
        _keep(store, evidence_id, lines)
        count, empty = count + 1, empty + (not lines)
    progress(len(ids), len(ids))
    return Read(count, empty, problems)


def _lines(store: Store, evidence: Evidence) -> list[Line]:
    with store.vault.open(kept(evidence)) as file:
        return screenshot.read(file.read())


def _keep(store: Store, evidence_id: int, lines: Sequence[Line]) -> None:
    text = "\n".join(line.text for line in lines)
    with store.work() as session:
        evidence = session.get_one(Evidence, evidence_id)
        if evidence.machine_text != text:
            evidence.machine_text = text


def proposal(store: Store, evidence_id: int) -> dict[str, Any]:
    """What a picture that was read proposes, as an incident's form takes it typed; ImportProblem when it was not."""
    with store.read() as session:
        evidence = session.get_one(Evidence, evidence_id)
        matter = session.scalars(select(Matter).where(Matter.id == evidence.matter_id)).one()
    if not evidence.machine_text:
        raise ImportProblem(tr("Nothing was read on this picture yet."), tr("Read its text first."))
    seen = (evidence.captured_at or evidence.file_changed_at or evidence.created_at).astimezone(zone_of(matter.zone))
    found: Proposed = screenshot.proposed([Line(text, 1.0) for text in evidence.machine_text.splitlines()],
                                          seen=seen.date())
    typed: dict[str, Any] = {"channel": Channel.SMS.value, "direction": Direction.IN.value, "number": found.number,
                             "words": found.words}
    return typed | ({"at": found.at} if found.at else {})
