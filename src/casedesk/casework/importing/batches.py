"""What was imported: the batches of a matter, undoing one, and moving one to its right time zone."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import false, select
from sqlalchemy.orm import Session, aliased

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.casework import brought
from casedesk.casework.references import pointing_at
from casedesk.casework.source_facts import Telling, Turn, tellings, turn
from casedesk.casework.trash import refuse_on_hold
from casedesk.records import Evidence, EvidenceLink, ImportBatch, Incident, IncidentSource
from casedesk.records.rights import Right
from casedesk.store import bulk
from casedesk.store.cabinet import Store
from casedesk.store.work import WITH_TRASH

_BLOCK = 500


@dataclass(frozen=True)
class Batch:
    """One import of one file, as a table of imports shows it."""

    uuid: uuids.UUID
    at: dt.datetime
    by: str
    file_name: str
    evidence: uuids.UUID | None
    format: str
    zone: str
    read: int
    imported: int
    duplicates: int
    merged: int
    excluded: int
    lost: int
    problems: tuple[str, ...]


def batches(store: Store, matter_id: int) -> list[Batch]:
    """The imports of a matter, the last first."""
    with store.read() as session:
        rows = session.execute(
            select(ImportBatch, Evidence.uuid).outerjoin(Evidence, Evidence.id == ImportBatch.evidence_id)
            .where(ImportBatch.matter_id == matter_id).order_by(ImportBatch.id.desc()))
        return [Batch(one.uuid, one.at, one.created_by, one.file_name, evidence, one.format, one.zone, one.read,
                      one.imported, one.duplicates, one.merged, one.excluded, one.lost, tuple(one.problems))
                for one, evidence in rows]


def undo(store: Store, batch: uuids.UUID, progress: Progress = silent) -> int:
    """Move a batch with the incidents it alone tells to the trash, under one moment; returns how many incidents.

    Incidents that other sources tell too stay and lose what only this batch knew. Evidence that nothing else refers
    to goes along. The trash brings it back together.
    """
    moment = times.now()
    with store.work(Right.UNDO) as session, bulk.sparing(session):
        found = _batch(session, batch)
        refuse_on_hold(session, found)
        gone = list(session.scalars(_told_by(found, alone=True)))
        for start in range(0, len(gone), _BLOCK):
            progress(start, len(gone))
            discard_incidents(session, gone[start:start + _BLOCK], moment)
        _stay(session, found)
        brought.withdraw(session, found, moment)
        sources = list(session.scalars(select(IncidentSource.id).where(IncidentSource.batch_id == found.id)))
        bulk.discard(session, IncidentSource, sources, moment)
        _discard_evidence(session, found, moment)
        bulk.discard(session, ImportBatch, [found.id], moment)
        progress(len(gone), len(gone))
    return len(gone)


def correct_zone(store: Store, batch: uuids.UUID, zone: str, progress: Progress = silent) -> int:
    """Read the times of a batch as those of another zone; returns how many incidents moved.

    A time that the file gives without a zone keeps its clock; one in UTC keeps its moment and is shown in the zone.
    Incidents another source told first, or whose zone was changed since, stay as they are; what the batch says of them
    is corrected all the same.
    """
    store.require(Right.IMPORT)
    times.zone(zone)
    count = 0
    with store.work(Right.IMPORT) as session:
        found = _batch(session, batch)
        sources = session.execute(select(IncidentSource.id, IncidentSource.incident_id, IncidentSource.local).where(
            IncidentSource.batch_id == found.id).order_by(IncidentSource.id)).all()
        for start in range(0, len(sources), _BLOCK):
            progress(start, len(sources))
            block = sources[start:start + _BLOCK]
            count += _move(session, {row.id: row.local for row in block}, {row.incident_id for row in block},
                           found.zone, zone)
        session.add(found)
        found.zone = zone
    return count


def _batch(session: Session, batch: uuids.UUID) -> ImportBatch:
    found = session.scalars(select(ImportBatch).where(ImportBatch.uuid == batch)).one_or_none()
    if found is None:
        raise InvalidEntry(tr("There is no such import any more."), tr("Look in the trash."))
    return found


def _told_by(batch: ImportBatch, *, alone: bool) -> Any:
    """The incidents this batch is a source of: those it alone tells, or those that others tell too."""
    other = aliased(IncidentSource)
    others = select(other.id).where(
        other.incident_id == IncidentSource.incident_id, other.deleted_at.is_(None),
        other.batch_id.is_distinct_from(batch.id))
    return select(IncidentSource.incident_id).where(
        IncidentSource.batch_id == batch.id, ~others.exists() if alone else others.exists()).distinct()


def _move(session: Session, local: Mapping[int, bool], incidents: Collection[int], before: str, after: str) -> int:
    """Let sources of one batch say their times in another zone; returns how many incidents follow."""
    there = dict(session.execute(select(Incident.id, Incident.zone).where(Incident.id.in_(incidents))).all())
    times_of: dict[int, dt.datetime] = {}
    count = 0
    for id_, listed in tellings(session, incidents).items():
        alive = [one for one in listed if one.deleted_at is None]
        on = [_in_zone(one, local[one.id], after) if one.id in local and one.facts.get("zone") == before else one
              for one in alive]
        times_of |= {one.id: one.facts["at"] for one in on if local.get(one.id)}
        if there.get(id_) == before:
            count += turn(session, {id_: Turn(alive, on)})
    for source in session.scalars(select(IncidentSource).where(IncidentSource.id.in_(times_of))):
        source.at = times_of[source.id]
    session.flush()
    session.expunge_all()
    return count


def _in_zone(one: Telling, local: bool, zone: str) -> Telling:
    at: dt.datetime = one.facts["at"]
    if local:
        clock = at.astimezone(times.zone(one.facts["zone"])).replace(tzinfo=None)
        at = clock.replace(tzinfo=times.zone(zone)).astimezone(dt.UTC)
    return replace(one, facts=one.facts | {"at": at, "zone": zone})


def discard_incidents(session: Session, ids: list[int], moment: dt.datetime) -> None:
    """Move incidents to the trash under a moment, with all that cannot be without them."""
    for kind, column, needed in pointing_at(Incident):
        if needed:
            theirs = kind.__table__.c
            bulk.discard(session, kind, list(session.scalars(
                select(theirs.id).where(theirs[column].in_(ids), theirs.deleted_at.is_(None)))), moment)
    bulk.discard(session, Incident, ids, moment)


def _stay(session: Session, batch: ImportBatch) -> None:
    """Incidents that others tell too have what those say."""
    staying = list(session.scalars(_told_by(batch, alone=False)))
    for start in range(0, len(staying), _BLOCK):
        alive = {id_: [one for one in listed if one.deleted_at is None]
                 for id_, listed in tellings(session, staying[start:start + _BLOCK]).items()}
        turn(session, {id_: Turn(listed, [one for one in listed if one.batch_id != batch.id])
                       for id_, listed in alive.items()})


def _discard_evidence(session: Session, batch: ImportBatch, moment: dt.datetime) -> None:
    """The file and the attachments that came with the batch, if nothing that stays refers to them."""
    unlinked = select(EvidenceLink.evidence_id).where(EvidenceLink.deleted_at == moment)
    came = select(Evidence.id).where(
        Evidence.matter_id == batch.matter_id,
        (Evidence.id == batch.evidence_id if batch.brought else false())
        | (brought.IS_ATTACHMENT & (
            Evidence.sha256.in_(brought.by_batch(session, batch))
            | Evidence.id.in_(list(session.scalars(unlinked, execution_options=WITH_TRASH))))))
    still = {*session.scalars(select(EvidenceLink.evidence_id).where(EvidenceLink.evidence_id.in_(came))),
             *session.scalars(select(IncidentSource.evidence_id).where(IncidentSource.evidence_id.in_(came))),
             *session.scalars(select(ImportBatch.evidence_id).where(
                 ImportBatch.evidence_id.in_(came), ImportBatch.id != batch.id))}
    for other in session.scalars(select(ImportBatch).where(
            ImportBatch.evidence_id == batch.evidence_id, ImportBatch.id != batch.id)):
        other.brought |= batch.brought  # the last to go takes the file along
    for id_ in list(session.scalars(came)):
        if id_ not in still:
            for kind, column, needed in pointing_at(Evidence):
                if needed:
                    theirs = kind.__table__.c
                    bulk.discard(session, kind, list(session.scalars(
                        select(theirs.id).where(theirs[column] == id_))), moment)
            bulk.discard(session, Evidence, [id_], moment)
