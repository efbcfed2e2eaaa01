"""Logging incidents, and whose number it was."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from casedesk.base import phones, times
from casedesk.base.errors import InvalidEntry
from casedesk.casework import evidence as intake
from casedesk.records import Collector, EvidenceLink, Incident, IncidentSource, PhoneNumber
from casedesk.records.rights import Right
from casedesk.records.words import SourceKind
from casedesk.store import adding
from casedesk.store.cabinet import Store
from casedesk.store.work import WITH_TRASH

_NUMBERS = cast("Table", PhoneNumber.__table__)
_OWNERS = select(_NUMBERS.c.collector_id, _NUMBERS.c.creditor_id).where(
    _NUMBERS.c.normal == bindparam("normal"), _NUMBERS.c.deleted_at.is_(None))
"""Said once: every save asks it."""


@dataclass(frozen=True)
class Owner:
    """Whose number it is, as far as the cabinet knows."""

    collector_id: int | None = None
    creditor_id: int | None = None


def log_incident(
    store: Store, incident: Incident, *, files: Sequence[Path] = (), source: SourceKind = SourceKind.MEMORY,
    attached: Sequence[intake.KeptFile] = (),
) -> uuid.UUID:
    """Keep the incident with its files in one unit of work; logging the same UUID again changes nothing.

    Collector and creditor left open are filled in from the number when the cabinet knows it. `attached` files lie in
    the vault already.
    """
    store.require(Right.WRITE)
    logged = incident.uuid
    try:
        _log(store, incident, files, source, attached)
    except InvalidEntry:
        with store.read() as session:  # asked only now: the first time is the rule, and every save pays for a question
            if session.scalar(select(Incident.id).where(Incident.uuid == logged), execution_options=WITH_TRASH) is None:
                raise
    return logged


def _log(store: Store, incident: Incident, files: Sequence[Path], source: SourceKind,
         attached: Sequence[intake.KeptFile]) -> None:
    with intake.kept_files(store, files) as kept, store.work(Right.WRITE) as session:
        assign(session, incident)
        adding.add(session, incident)
        adding.add(session, IncidentSource(matter_id=incident.matter_id, incident_id=incident.id, kind=source))
        for one in (*attached, *kept):
            evidence = intake.enter(session, one, incident.matter_id)
            session.add(EvidenceLink(
                matter_id=incident.matter_id, evidence_id=evidence.id, incident_id=incident.id))


def assign(session: Session, incident: Incident) -> None:
    """Fill in collector and creditor from the number where nobody said otherwise."""
    if incident.collector_id is None and incident.creditor_id is None:
        owner = owner_of(session, incident.number, times.region(incident.zone))
        incident.collector_id, incident.creditor_id = owner.collector_id, owner.creditor_id


def owner_of(session: Session, number: str, region: str = "CN") -> Owner:
    """Whose number this is; empty when nobody's or more than one's."""
    normal = phones.read_phone(number, region).normal
    if not normal:
        return Owner()
    found = session.connection().execute(_OWNERS, {"normal": normal}).all()
    owners = {_owner(session, collector_id, creditor_id) for collector_id, creditor_id in found}
    return owners.pop() if len(owners) == 1 else Owner()


def _owner(session: Session, collector_id: int | None, creditor_id: int | None) -> Owner:
    if creditor_id is None and collector_id is not None:
        creditor_id = session.scalar(select(Collector.creditor_id).where(Collector.id == collector_id))
    return Owner(collector_id, creditor_id)
