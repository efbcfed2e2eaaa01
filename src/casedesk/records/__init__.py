"""What a file in the cabinet holds: mapped classes and their plain behaviour."""

from __future__ import annotations

from casedesk.records.changes import Change, Draft, Setting
from casedesk.records.debts import Act, Claim, Debt, Guarantor, Payment
from casedesk.records.evidence import CustodyEvent, Evidence, EvidenceLink
from casedesk.records.findings import Finding, FindingIncident
from casedesk.records.imports import ImportBatch
from casedesk.records.incidents import Incident, IncidentSource
from casedesk.records.matters import Deadline, Filing, Matter, Note, Notice, TeamMember
from casedesk.records.negotiation import Agreement, Circumstance, Instalment, Offer, Warned
from casedesk.records.people import Agent, Client, Collector, ContactPerson, Creditor, PhoneNumber, User
from casedesk.records.record import OfMatter, Record, columns

SHARED: tuple[type[Record], ...] = (User, Client, Creditor, Collector, PhoneNumber, Agent)
"""Records of the firm, used by many matters."""

OF_MATTER: tuple[type[Record], ...] = (
    ContactPerson, Debt, Guarantor, Incident, Evidence, Claim, Act, Circumstance, Warned, Offer, Agreement, Instalment,
    Payment, EvidenceLink, ImportBatch, IncidentSource, CustodyEvent, Notice, Finding, FindingIncident, Deadline,
    Filing, Note,
)
"""What a matter holds, those that others point at first."""

ALL: tuple[type[Record], ...] = (*SHARED, Matter, *OF_MATTER, TeamMember)
"""Every kind of record, those that others point at first."""

BY_TABLE: dict[str, type[Record]] = {record.__tablename__: record for record in ALL}

__all__ = [
    "ALL", "BY_TABLE", "OF_MATTER", "SHARED", "Act", "Agent", "Agreement", "Change", "Circumstance", "Claim",
    "Client", "Collector", "ContactPerson", "Creditor", "CustodyEvent", "Deadline", "Debt", "Draft", "Evidence",
    "EvidenceLink", "Filing", "Finding", "FindingIncident", "Guarantor", "ImportBatch", "Incident",
    "IncidentSource", "Instalment", "Matter", "Note", "Notice", "OfMatter", "Offer", "Payment", "PhoneNumber",
    "Record", "Setting", "TeamMember", "User", "Warned", "columns",
]
