"""Where a record is shown."""

from __future__ import annotations

from sqlalchemy import select

from casedesk.records import (
    Agent,
    Agreement,
    Client,
    Collector,
    ContactPerson,
    Creditor,
    CustodyEvent,
    Deadline,
    Debt,
    Evidence,
    EvidenceLink,
    Filing,
    Finding,
    FindingIncident,
    Guarantor,
    ImportBatch,
    Incident,
    IncidentSource,
    Instalment,
    Matter,
    Note,
    Notice,
    Offer,
    Payment,
    PhoneNumber,
    Record,
    User,
)
from casedesk.store.cabinet import Store
from casedesk.ui.places import Place

SECTIONS: dict[type[Record], str] = {
    ContactPerson: "people", Debt: "people", Guarantor: "people", Payment: "negotiation", Incident: "incidents",
    IncidentSource: "incidents", ImportBatch: "incidents", Finding: "findings", FindingIncident: "findings",
    Offer: "negotiation", Agreement: "negotiation", Instalment: "negotiation", Evidence: "evidence",
    EvidenceLink: "evidence", CustodyEvent: "evidence", Filing: "filings", Deadline: "deadlines", Notice: "filings",
    Note: "notes",
}
PARTIES: tuple[type[Record], ...] = (Client, Creditor, Collector, PhoneNumber, Agent, User)


def place_of(store: Store, kind: type[Record], record_id: int) -> Place:
    """The page and section that shows a record."""
    if kind is Matter:
        return Place("matter", record_id)
    if kind in PARTIES:
        return Place("parties", None, kind.__tablename__, record_id)
    with store.read() as session:
        matter = session.scalar(select(kind.__table__.c.matter_id).where(kind.__table__.c.id == record_id))
    return Place("matter", matter, f"{SECTIONS[kind]}/{kind.__tablename__}", record_id)
