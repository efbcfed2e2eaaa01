"""Attachments that imported rows bring: each shows its incident as long as one source that brought it is there.

A source names by SHA-256 what its row brought (`IncidentSource.attached`); what a person linked is no source's to take.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from casedesk.casework import evidence as intake
from casedesk.casework.evidence import KeptFile
from casedesk.casework.references import pointing_at
from casedesk.records import Evidence, EvidenceLink, ImportBatch, IncidentSource
from casedesk.store import bulk
from casedesk.store.work import WITH_TRASH

IS_ATTACHMENT = Evidence.original_path.startswith(Evidence.source + ":") & (Evidence.source != "")
_BLOCK = 500


def attach(session: Session, incident_id: int, matter_id: int, file: KeptFile, source: str) -> list[str]:
    """Let an attachment show an incident; returns what its source may say it brought."""
    evidence = _in_trash(session, matter_id, file.kept.sha256)
    if evidence is not None and not _there(session, matter_id, file.kept.sha256):
        revive(session, evidence)
    evidence = intake.enter(session, file, matter_id, source=source)
    if not _linked(session, incident_id, evidence.sha256):
        _link(session, incident_id, evidence)
    elif evidence.sha256 not in _brought(session, [incident_id]).get(incident_id, set()):
        return []
    return [evidence.sha256]


def withdraw(session: Session, batch: ImportBatch, moment: dt.datetime) -> None:
    """Take the attachments that only this batch brought from the incidents they show, under a moment."""
    going = _brought_by(session, IncidentSource.batch_id == batch.id)
    staying = _brought(session, going, IncidentSource.batch_id.is_distinct_from(batch.id))
    for id_, brought in going.items():
        links = select(EvidenceLink.id).join(Evidence, Evidence.id == EvidenceLink.evidence_id).where(
            EvidenceLink.incident_id == id_, Evidence.sha256.in_(brought - staying.get(id_, set())))
        bulk.discard(session, EvidenceLink, list(session.scalars(links)), moment)


def by_batch(session: Session, batch: ImportBatch) -> set[str]:
    """What only the sources of a batch brought, those in the trash too."""
    own, others = set[str](), set[str]()
    for batch_id, deleted_at, attached in session.execute(
            select(IncidentSource.batch_id, IncidentSource.deleted_at, IncidentSource.attached).where(
                IncidentSource.matter_id == batch.matter_id, cast(IncidentSource.attached, String) != "[]"),
            execution_options=WITH_TRASH):
        if batch_id == batch.id or deleted_at is None:
            (own if batch_id == batch.id else others).update(attached)
    return own - others


def bring_back(session: Session, incidents: Collection[int], moment: dt.datetime | None) -> None:
    """Let everything show these incidents again that their sources brought, but what a person took from them."""
    for id_, brought in _brought(session, incidents).items():
        for sha256 in brought:
            if not _linked(session, id_, sha256):
                _link_again(session, id_, sha256, moment)


def revive(session: Session, evidence: Evidence) -> None:
    """Bring an attachment back from the trash with what cannot be without it, but for what it shows."""
    moment = evidence.deleted_at
    for kind, column, needed in pointing_at(Evidence):
        for one in () if not needed or kind is EvidenceLink else session.scalars(
                select(kind).where(kind.__table__.c[column] == evidence.id, kind.deleted_at == moment),
                execution_options=WITH_TRASH):
            one.deleted_at = None
    evidence.deleted_at = None
    session.flush()


def revive_needed(session: Session, link: EvidenceLink) -> None:
    """Bring the attachment of a link back that comes back, if it went with an import."""
    found = session.scalars(select(Evidence).where(
        Evidence.id == link.evidence_id, IS_ATTACHMENT, Evidence.deleted_at.in_(_undone(session))),
        execution_options=WITH_TRASH).one_or_none()
    if found is not None:
        revive(session, found)


def _link_again(session: Session, incident_id: int, sha256: str, moment: dt.datetime | None) -> None:
    links = session.execute(
        select(EvidenceLink, Evidence).join(Evidence, Evidence.id == EvidenceLink.evidence_id).where(
            EvidenceLink.incident_id == incident_id, Evidence.sha256 == sha256), execution_options=WITH_TRASH).all()
    undone = {moment, *_undone(session)}
    for link, evidence in links:
        if link.deleted_at in undone and evidence.deleted_at in {None, *undone}:
            if evidence.deleted_at is not None:
                revive(session, evidence)
            link.deleted_at = None
            session.flush()
            return


def _link(session: Session, incident_id: int, evidence: Evidence) -> None:
    """Link anew, or as it was when it went with an import."""
    link = session.scalars(select(EvidenceLink).where(
        EvidenceLink.evidence_id == evidence.id, EvidenceLink.incident_id == incident_id,
        EvidenceLink.deleted_at.in_(_undone(session))), execution_options=WITH_TRASH).first()
    if link is None:
        session.add(EvidenceLink(matter_id=evidence.matter_id, evidence_id=evidence.id, incident_id=incident_id))
    else:
        link.deleted_at = None
    session.flush()


def _undone(session: Session) -> list[dt.datetime]:
    """The moments at which imports went to the trash."""
    return [moment for moment in session.scalars(select(ImportBatch.deleted_at).where(
        ImportBatch.deleted_at.is_not(None)), execution_options=WITH_TRASH) if moment]


def _in_trash(session: Session, matter_id: int, sha256: str) -> Evidence | None:
    return session.scalars(select(Evidence).where(
        Evidence.matter_id == matter_id, Evidence.sha256 == sha256, IS_ATTACHMENT,
        Evidence.deleted_at.in_(_undone(session))), execution_options=WITH_TRASH).first()


def _there(session: Session, matter_id: int, sha256: str) -> bool:
    return session.scalars(select(Evidence.id).where(
        Evidence.matter_id == matter_id, Evidence.sha256 == sha256)).first() is not None


def _linked(session: Session, incident_id: int, sha256: str) -> bool:
    return session.scalars(
        select(EvidenceLink.id).join(Evidence, Evidence.id == EvidenceLink.evidence_id)
        .where(EvidenceLink.incident_id == incident_id, Evidence.sha256 == sha256)).first() is not None


def _brought(session: Session, incidents: Collection[int], *narrow: Any) -> dict[int, set[str]]:
    """What the sources of incidents brought that are there, by incident."""
    found: dict[int, set[str]] = {}
    for block in _blocks(sorted(incidents)):
        found |= _brought_by(session, IncidentSource.incident_id.in_(block), *narrow)
    return found


def _brought_by(session: Session, *narrow: Any) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for incident_id, attached in session.execute(select(IncidentSource.incident_id, IncidentSource.attached).where(
            cast(IncidentSource.attached, String) != "[]", *narrow)):
        found.setdefault(incident_id, set()).update(attached)
    return found


def _blocks(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start:start + _BLOCK] for start in range(0, len(ids), _BLOCK))
