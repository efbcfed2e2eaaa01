"""An incident told twice becomes one: what an undone import told may have been taken in again meanwhile.

Or a person said meanwhile that a masked number is a full one: then a call told of both comes back as one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.typed_time import Precision
from casedesk.casework.importing.choices import window_in
from casedesk.casework.importing.masks import Told, is_masked
from casedesk.casework.importing.matching import Match, Matching, key_of
from casedesk.casework.references import pointing_at
from casedesk.casework.source_facts import (
    HIDDEN,
    MAKER,
    MASKED,
    Facts,
    derived,
    held,
    masked_in,
    said_by,
    tellings,
    typed,
)
from casedesk.imports.draft import Draft
from casedesk.records import Change, EvidenceLink, Incident, IncidentSource
from casedesk.store.work import WITH_TRASH

_RUN = 1
"""All that comes back is matched as one file is: each row with another incident."""


def rejoin(session: Session, incidents: Sequence[Incident], sources: Sequence[IncidentSource]) -> set[int]:
    """Give the sources of incidents that came anew since they went to those; returns which stay away."""
    matching = Matching.of_matter(session, incidents[0].matter_id, window_in(session))
    old, joined = {one.id: one for one in incidents}, set[int]()
    facts = {one.id: one.facts for listed in tellings(session, list(old)).values() for one in listed}
    said = Told(session, incidents[0].matter_id, (), "")
    for source in sources:
        if source.incident_id not in old:
            continue
        incident = old[source.incident_id]
        number = incident.normal or incident.number.strip()
        for other in (number, *(one for one in said.others(number) if is_masked(number))):
            match = _match(matching, incident, other, source, facts[source.id])
            new = match and session.get_one(Incident, match.known.id)
            if new and incident.deleted_at and (
                    other != number or _came(session, new, incident.deleted_at)):
                joined.add(incident.id)
                if other != number:
                    source.kept = [*source.kept, *held({MASKED: facts[source.id].get("number", "")})]
                    session.flush()
                join(session, incident, new)
                break
    return joined


def _came(session: Session, incident: Incident, moment: dt.datetime) -> bool:
    """Whether an incident was not there, or in the trash, or had another number at this moment."""
    changes = select(Change).where(Change.record == incident.uuid, Change.kind == Incident.__tablename__)
    last = session.scalars(changes.where(Change.action.in_(("add", "delete", "restore")), Change.at < moment)
                           .order_by(Change.seq.desc())).first()
    return last is None or last.action == "delete" or any("number" in one.fields for one in session.scalars(
        changes.where(Change.action == "edit", Change.at > moment)))


def join(session: Session, old: Incident, new: Incident) -> None:
    """Make the sources and the evidence of an incident another's, which gets what a person typed in the first."""
    told = tellings(session, [old.id, new.id])
    of = {one.id: one for listed in told.values() for one in listed}
    had, has = (derived(one.facts for one in told[incident.id] if one.deleted_at == incident.deleted_at or not one.id)
                for incident in (old, new))
    for source in session.scalars(select(IncidentSource).where(
            IncidentSource.incident_id.in_(told), IncidentSource.batch_id.is_not(None)), execution_options=WITH_TRASH):
        one = of[source.id]
        masked = {name: masked_in(source.kept, name) for name in (MASKED, HIDDEN)}
        source.kept = held({**said_by(one.facts, one.zone), **masked}) + (
            [MAKER] if one.made and source.incident_id == new.id else [])
        source.incident_id = new.id
    for name, value in typed(old, had or {}).items():
        if has is not None and getattr(new, name) == has[name]:
            setattr(new, name, value)
    shown = set(session.scalars(select(EvidenceLink.evidence_id).where(EvidenceLink.incident_id == new.id)))
    for link in session.scalars(select(EvidenceLink).where(
            EvidenceLink.incident_id == old.id, EvidenceLink.evidence_id.not_in(shown),
            EvidenceLink.deleted_at == old.deleted_at), execution_options=WITH_TRASH):
        link.incident_id = new.id
    for kind, column, needed in pointing_at(Incident):
        for record in () if needed else session.scalars(select(kind).where(kind.__table__.c[column] == old.id)):
            setattr(record, column, new.id)
    session.flush()


def as_draft(source: IncidentSource, facts: Facts, incident: Incident) -> Draft:
    """What a source says, as its row is matched."""
    return Draft(line=0, at=facts["at"], precision=facts.get("precision", Precision.EXACT), channel=incident.channel,
                 source=source.kind, answered=facts.get("answered"), duration=facts.get("duration"),
                 words=facts.get("words", ""))


def _match(matching: Matching, incident: Incident, number: str, source: IncidentSource, facts: Facts) -> Match | None:
    key = key_of(incident.channel, incident.direction, number)
    match = matching.find(as_draft(source, facts, incident), key, times.to_millis(facts["at"]), _RUN)
    if match is not None:
        match.known.taken = _RUN
    return match
