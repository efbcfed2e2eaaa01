"""Opening and finding matters."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.records import Client, Finding, Incident, Matter
from casedesk.records.rights import Right
from casedesk.records.words import FindingState, Jurisdiction, MatterKind
from casedesk.store.cabinet import Store


@dataclass(frozen=True)
class MatterLine:
    """One line of the list of matters."""

    ref: str
    title: str
    client: str
    jurisdiction: str
    kind: str
    status: str
    incidents: int
    open_findings: int


def find_matter(session: Session, ref: str) -> Matter:
    """The matter of this reference; InvalidEntry names the ones there are."""
    found = session.scalars(select(Matter).where(Matter.ref == ref.strip())).one_or_none()
    if found is None:
        some = session.scalars(select(Matter.ref).order_by(Matter.ref.desc()).limit(5)).all()
        raise InvalidEntry(tr("There is no matter “{ref}”.", ref=ref),
                           tr("Known are for example: {refs}.", refs=", ".join(some)) if some
                           else tr("Add one with “casedesk matter add”."), field="ref")
    return found


def add_matter(
    store: Store, *, ref: str, title: str, client: str, jurisdiction: Jurisdiction = Jurisdiction.CN,
    kind: MatterKind = MatterKind.HARASSMENT,
) -> uuid.UUID:
    """Open a matter; a client of exactly this name is used again when there is just one."""
    store.require(Right.WRITE)
    ref, title, client = (" ".join(text.split()) for text in (ref, title, client))
    for name, value in (("ref", ref), ("name", title), ("client_id", client)):
        if not value:
            raise InvalidEntry(tr("A matter needs a reference, a title and a client."), field=name)
    with store.work(Right.WRITE) as session:
        if session.scalar(select(Matter.id).where(Matter.ref == ref)) is not None:
            raise InvalidEntry(tr("There is a matter “{ref}” already.", ref=ref), tr("Choose another reference."),
                               field="ref")
        known = session.scalars(select(Client).where(Client.name == client)).all()
        person = known[0] if len(known) == 1 else Client(name=client)
        session.add(person)
        session.flush()
        matter = Matter(ref=ref, name=title, client_id=person.id, jurisdiction=jurisdiction, kind=kind,
                        zone=times.ZONES[jurisdiction], opened_on=times.day(times.now(), times.ZONES[jurisdiction]))
        session.add(matter)
    return matter.uuid


def matter_lines(store: Store) -> list[MatterLine]:
    """All matters with their counts, newest reference first."""
    with store.read() as session:
        incidents = dict(session.execute(
            select(Incident.matter_id, func.count()).group_by(Incident.matter_id)).all())
        findings = dict(session.execute(
            select(Finding.matter_id, func.count()).where(Finding.state == FindingState.OPEN)
            .group_by(Finding.matter_id)).all())
        rows = session.execute(
            select(Matter, Client.name).join(Client, Client.id == Matter.client_id).order_by(Matter.ref.desc()))
        return [MatterLine(m.ref, m.name, client, m.jurisdiction.value, m.kind.value, m.status.value,
                           incidents.get(m.id, 0), findings.get(m.id, 0)) for m, client in rows]

