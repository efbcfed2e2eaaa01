"""Everything of one matter, as documents read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO

from casedesk.records.debts import Act, Claim, Debt, Guarantor, Payment
from casedesk.records.evidence import CustodyEvent, Evidence, EvidenceLink
from casedesk.records.findings import Finding, FindingIncident
from casedesk.records.incidents import Incident, IncidentSource
from casedesk.records.matters import Deadline, Filing, Matter, Note, Notice
from casedesk.records.negotiation import Agreement, Circumstance, Instalment, Offer, Warned
from casedesk.records.people import Agent, Client, Collector, ContactPerson, Creditor, PhoneNumber
from casedesk.records.statement import DebtStatement
from casedesk.records.words import FindingState


@dataclass(frozen=True)
class RuleText:
    """What a document says of a finding's rule, in the document's language."""

    title: str
    why: str
    citation: str
    paraphrase: str = ""
    confidence: str = ""
    source: str = ""
    severity: str = ""


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One matter with its records. What is privileged or in the trash is not in it.

    `incidents` may be walked again and again, ordered by time; it may be far too long to hold in memory.
    `open_file` gives the bytes of a piece of evidence, verified as they are read.
    """

    matter: Matter
    client: Client
    incidents: Iterable[Incident]
    incident_count: int
    open_file: Callable[[Evidence], BinaryIO]
    firm: str = ""
    chain_head: str = ""
    """Hash of the last row of the audit chain, to be printed, ..."""
    chain_seq: int = 0
    """... and its number."""
    creditors: Sequence[Creditor] = ()
    collectors: Sequence[Collector] = ()
    agents: Sequence[Agent] = ()
    numbers: Sequence[PhoneNumber] = ()
    contact_persons: Sequence[ContactPerson] = ()
    debts: Sequence[Debt] = ()
    guarantors: Sequence[Guarantor] = ()
    payments: Sequence[Payment] = ()
    offers: Sequence[Offer] = ()
    agreements: Sequence[Agreement] = ()
    instalments: Sequence[Instalment] = ()
    evidence: Sequence[Evidence] = ()
    links: Sequence[EvidenceLink] = ()
    sources: Sequence[IncidentSource] = ()
    custody: Sequence[CustodyEvent] = ()
    notices: Sequence[Notice] = ()
    findings: Sequence[Finding] = ()
    finding_rows: Sequence[FindingIncident] = ()
    rule_texts: Mapping[int, RuleText] = field(default_factory=dict)
    """Finding id -> what its rule says, of those a check found."""
    rule_set: str = ""
    """Id and version of the rules, and what the firm changed in them."""
    deadlines: Sequence[Deadline] = ()
    filings: Sequence[Filing] = ()
    notes: Sequence[Note] = ()
    claims: Sequence[Claim] = ()
    acts: Sequence[Act] = ()
    circumstances: Sequence[Circumstance] = ()
    """Sensitive: only for documents that were asked to show them."""
    warned: Sequence[Warned] = ()
    statements: Sequence[DebtStatement] = ()
    """Of the debts, when they were asked for."""
    without_statement: Sequence[tuple[str, str]] = ()
    """(debt, reason) of those none could be made of."""

    @property
    def confirmed(self) -> list[Finding]:
        """The findings a lawyer confirmed; no document carries any other."""
        return [finding for finding in self.findings if finding.state is FindingState.CONFIRMED]

    def told(self, finding: Finding) -> RuleText:
        """What a document says of a finding: by its rule, else as a person typed it."""
        return self.rule_texts.get(finding.id) or RuleText(finding.rule, finding.why, finding.citation)

    @cached_property
    def evidence_of(self) -> dict[int, list[int]]:
        """Incident id -> ids of the evidence that shows it."""
        found: dict[int, list[int]] = defaultdict(list)
        for link in self.links:
            found[link.incident_id].append(link.evidence_id)
        return found

    @cached_property
    def incidents_of(self) -> dict[int, list[int]]:
        """Evidence id -> ids of the incidents it shows."""
        found: dict[int, list[int]] = defaultdict(list)
        for link in self.links:
            found[link.evidence_id].append(link.incident_id)
        return found

    @cached_property
    def names(self) -> dict[tuple[str, int], str]:
        """(table, id) -> caption of every person, company and debt."""
        kinds = (self.creditors, self.collectors, self.agents, self.contact_persons, self.debts, self.evidence)
        return {(record.__tablename__, record.id): record.caption for kind in kinds for record in kind}
