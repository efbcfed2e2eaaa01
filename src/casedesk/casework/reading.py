"""Reading screenshots: what a machine read is kept with the evidence for searching, and proposes an incident."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casedesk.base.errors import CasedeskError, ImportProblem
from casedesk.base.i18n import tr, trn
from casedesk.base.jobs import Progress, silent
from casedesk.base.times import zone as zone_of
from casedesk.casework.evidence import kept
from casedesk.imports import screenshot
from casedesk.imports.screenshot import Line, Proposed
from casedesk.records import Evidence, EvidenceLink, Incident, IncidentSource, Matter
from casedesk.records.rights import Right
from casedesk.records.words import Channel, Direction, SourceKind
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
    store.require(Right.WRITE)
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
    with store.work(Right.WRITE) as session:
        evidence = session.get_one(Evidence, evidence_id)
        if evidence.machine_text != text:
            evidence.machine_text = text
        evidence.machine_scores = [f"{line.score:.3f}" for line in lines]


@dataclass(frozen=True)
class Proposal:
    """What a picture proposes: what an incident's form takes as typed, and how sure the machine was of it."""

    typed: dict[str, Any]
    sure: float
    """From 0 to 1, of the line it was least sure of."""
    doubtful: tuple[str, ...]
    """Lines that were too unclear to be proposed."""

    @property
    def caption(self) -> str:
        """What a person is told beside the proposal."""
        said = tr("Read on a picture, at least {n} % sure: check it", n=int(self.sure * 100))
        return said if not self.doubtful else said + tr("; ") + trn(
            "{n} line was too unclear", "{n} lines were too unclear", len(self.doubtful))


def proposal(store: Store, evidence_id: int) -> Proposal:
    """What a picture that was read proposes; ImportProblem when it was not read."""
    with store.read() as session:
        evidence = session.get_one(Evidence, evidence_id)
        matter = session.scalars(select(Matter).where(Matter.id == evidence.matter_id)).one()
    if not evidence.machine_text:
        raise ImportProblem(tr("Nothing was read on this picture yet."), tr("Read its text first."))
    seen = (evidence.captured_at or evidence.file_changed_at or evidence.created_at).astimezone(zone_of(matter.zone))
    found: Proposed = screenshot.proposed(_kept_lines(evidence), seen=seen.date())
    typed: dict[str, Any] = {"channel": Channel.SMS.value, "direction": Direction.IN.value, "number": found.number,
                             "words": found.words}
    return Proposal(typed | ({"at": found.at} if found.at else {}), found.sure, found.doubtful)


def _kept_lines(evidence: Evidence) -> list[Line]:
    texts = evidence.machine_text.split("\n")
    scores = map(float, evidence.machine_scores or ["1"] * len(texts))
    return [Line(text, score) for text, score in zip(texts, scores, strict=True)]


def shows(store: Store, incident: uuid.UUID, evidence_id: int) -> None:
    """The picture that an incident was read from is its source, and evidence of it; saying it again changes nothing."""
    with store.work(Right.WRITE) as session:
        found = session.scalars(select(Incident).where(Incident.uuid == incident)).one()
        linked = select(EvidenceLink.id).where(
            EvidenceLink.evidence_id == evidence_id, EvidenceLink.incident_id == found.id)
        if session.scalars(linked).first() is not None:
            return
        session.add(EvidenceLink(matter_id=found.matter_id, evidence_id=evidence_id, incident_id=found.id))
        source = session.scalars(select(IncidentSource).where(
            IncidentSource.incident_id == found.id, IncidentSource.evidence_id.is_(None))).first()
        if source is not None:
            source.kind, source.evidence_id = SourceKind.SCREENSHOT, evidence_id
