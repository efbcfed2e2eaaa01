"""What is there: incidents and search hits as the command line prints them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.records import Collector, Creditor, Evidence, EvidenceLink, Incident, IncidentSource, Matter
from casedesk.store import search as searching
from casedesk.store.cabinet import Store


def zone_for(at: dt.datetime, preferred: str) -> str:
    """A zone with the offset of `at`: the preferred one when it fits, else a known one, else a fixed offset."""
    for name in (preferred, *times.ZONES.values()):
        if at.astimezone(times.zone(name)).utcoffset() == at.utcoffset():
            return name
    hours, rest = divmod(int((at.utcoffset() or dt.timedelta()).total_seconds()), 3600)
    return preferred if rest else f"Etc/GMT{-hours:+d}"


def incidents(store: Store, matter_id: int) -> Iterator[dict[str, Any]]:
    """A matter's incidents by time, each as the command line prints it."""
    with store.read() as session:
        evidence = _evidence(session, matter_id)
        sources = _sources(session, matter_id)
        names = {kind: dict(session.execute(select(kind.id, kind.name)).all())
                 for kind in (Collector, Creditor)}
        rows = session.scalars(select(Incident).where(Incident.matter_id == matter_id)
                               .order_by(Incident.at, Incident.id).execution_options(yield_per=1000))
        for one in rows:
            yield {
                "id": str(one.uuid), "at": one.at.astimezone(times.zone(one.zone)).isoformat(), "zone": one.zone,
                "precision": one.precision.value, "channel": one.channel.value, "direction": one.direction.value,
                "number": one.number, "answered": one.answered, "duration": one.duration,
                "reached": one.reached.value, "collector": names[Collector].get(one.collector_id or 0, ""),
                "creditor": names[Creditor].get(one.creditor_id or 0, ""), "words": one.words, "tags": one.tags,
                "evidence": evidence[one.id], "sources": sources[one.id],
            }


def _evidence(session: Session, matter_id: int) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(EvidenceLink.incident_id, Evidence.uuid).join(Evidence, Evidence.id == EvidenceLink.evidence_id)
        .where(EvidenceLink.matter_id == matter_id).order_by(EvidenceLink.id))
    for incident_id, uuid in rows:
        found[incident_id].append(str(uuid))
    return found


def _sources(session: Session, matter_id: int) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = session.execute(
        select(IncidentSource, Evidence.file_name)
        .outerjoin(Evidence, Evidence.id == IncidentSource.evidence_id)
        .where(IncidentSource.matter_id == matter_id).order_by(IncidentSource.id))
    for source, file_name in rows:
        found[source.incident_id].append({"kind": source.kind.value, "file": file_name or "", "line": source.line})
    return found


def search(store: Store, words: str, *, limit: int = 1000) -> tuple[int, list[dict[str, str]]]:
    """How many records hold the words, and the newest of them with the text around the words."""
    with store.read() as session:
        found = searching.find(session, words, limit=limit)
        refs = dict(session.execute(select(Matter.id, Matter.ref)).all())
        hits = [{"kind": hit.kind, "id": str(hit.uuid), "matter": refs.get(hit.matter_id or 0, ""),
                 "text": searching.snippet(hit.text, words)} for hit in found.hits]
        return searching.count(session, words), hits
