"""Which sheets there are, what each lists, and which of its columns are printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from casedesk.base.i18n import N_, Say
from casedesk.exports.workbook.columns import Naming, chosen, declared
from casedesk.exports.workbook.rows import Column
from casedesk.records import (
    Agent,
    Agreement,
    Claim,
    Collector,
    ContactPerson,
    Creditor,
    CustodyEvent,
    Deadline,
    Debt,
    Evidence,
    Filing,
    Finding,
    Guarantor,
    Incident,
    Instalment,
    Notice,
    Offer,
    Payment,
    PhoneNumber,
    Record,
)
from casedesk.records.dossier import Dossier
from casedesk.records.findings import FindingIncident
from casedesk.records.words import Severity

MOST_ROWS = 1_048_575
"""Rows a sheet holds below its titles."""
NUMBER = "number of the row"


@dataclass(frozen=True)
class Table:
    """One sheet: its name, its columns, how many of them are printed, its records and how many there are."""

    name: str
    columns: Sequence[Column]
    printed: int
    records: Iterable[Any]
    count: int


_PRINTED: dict[type[Record], tuple[str, tuple[str, ...]]] = {
    Incident: (N_("Incidents"), (
        NUMBER, "at", "channel", "direction", "number", "answered", "duration", "reached", "contact_person_id",
        "collector_id", "words", "tags", "evidence")),
    Finding: (N_("Findings"), (
        NUMBER, "rule", "severity", "citation", "why", "paraphrase", "confidence", "source", "incidents", "exhibits",
        "decided_by", "decided_on")),
    Debt: (N_("Debts"), (
        NUMBER, "creditor_id", "product", "contract_number", "principal", "rate", "due_on", "overdue_since", "claimed",
        "claimed_as_of", "currency", "collector_id", "assignee_id", "assigned_on")),
    Payment: (N_("Debts - payments"), (NUMBER, "debt_id", "paid_on", "amount", "payee", "by", "instalment_id")),
    Claim: (N_("Debts - claimed lines"), (
        NUMBER, "debt_id", "kind", "name", "amount", "charged_on", "agreed", "disclosed")),
    Guarantor: (N_("Debts - guarantors"), (NUMBER, "debt_id", "name", "kind", "phone", "signed_on", "until")),
    Offer: (N_("Negotiation"), (
        NUMBER, "made_on", "side", "debt_id", "plan", "claim", "total", "instalments", "monthly", "first_due_on",
        "valid_until", "terms", "state", "answered_on", "answer")),
    Agreement: (N_("Negotiation - agreements"), (NUMBER, "agreed_on", "debt_id", "offer_id", "form", "total", "terms")),
    Instalment: (N_("Negotiation - instalments"), ("agreement_id", "number", "due_on", "amount")),
    Evidence: (N_("Evidence"), (
        NUMBER, "name", "kind", "fact", "proves", "dated", "form", "copies", "source", "carrier", "file_name", "sha256",
        "incidents")),
    CustodyEvent: (N_("Evidence - custody"), (NUMBER, "evidence_id", "at", "who", "action", "digest")),
    Notice: (N_("Notices"), (
        NUMBER, "kind", "told_on", "creditor_id", "collector_id", "contact_person_id", "by", "proof", "words")),
    Filing: (N_("Filings"), (
        NUMBER, "recipient", "what", "state", "filed_on", "by", "receipt", "answer_due_on", "answered_on", "answer")),
    Deadline: (N_("Deadlines"), (NUMBER, "due_on", "name", "basis", "done_on")),
}
OPTIONAL: dict[str, tuple[type[Record], ...]] = {"negotiation": (Offer,), "schedule": (Agreement, Instalment)}
"""Parts a person may leave out."""
_ALWAYS = (Incident, Finding, Debt, Offer, Evidence)


def tables(
    dossier: Dossier, say: Say, numbers: dict[int, int], without: Collection[str] = (),
) -> Iterator[Table]:
    """Every sheet with records in their order; incidents first, on as many sheets as they need.

    `numbers` (incident id -> its number) is filled as the incidents are written; `without` are of OPTIONAL.
    """
    left_out = {kind for part in without for kind in OPTIONAL[part]}
    naming = Naming(dossier, say)
    yield from _incidents(naming, numbers)
    findings = sorted(dossier.confirmed, key=lambda one: (list(Severity).index(one.severity), one.rule, one.id))
    lists: dict[type[Record], Sequence[Record]] = {
        Finding: findings, Debt: dossier.debts, Payment: dossier.payments, Claim: dossier.claims,
        Guarantor: dossier.guarantors,
        Offer: dossier.offers, Agreement: dossier.agreements, Instalment: dossier.instalments,
        Evidence: dossier.evidence, CustodyEvent: dossier.custody, Notice: dossier.notices, Filing: dossier.filings,
        Deadline: dossier.deadlines}
    for kind, records in lists.items():
        if kind not in left_out and (records or kind in _ALWAYS):
            name, printed = _PRINTED[kind]
            found = {NUMBER: _number(naming, records), **declared(kind, naming),
                     **_computed(kind, naming, numbers)}
            if NUMBER not in printed:
                del found[NUMBER]
            yield Table(say(name), list(chosen(found, printed)), len(printed), records, len(records))
    yield _parties(naming)


def _incidents(naming: Naming, numbers: dict[int, int]) -> Iterator[Table]:
    say, dossier = naming.say, naming.dossier
    name, printed = _PRINTED[Incident]

    def number(incident: Incident) -> int:
        return numbers.setdefault(incident.id, len(numbers) + 1)

    found = {NUMBER: Column(say("No."), 6, "number", number), "evidence": _evidence(naming),
             **declared(Incident, naming), "sources": _sources(naming), "evidence uuid": _evidence_uuids(naming)}
    listed = list(chosen(found, printed))
    walked, left, sheet = iter(dossier.incidents), dossier.incident_count, 1
    while left > 0 or sheet == 1:
        here = min(left, MOST_ROWS)
        title = say(name) if sheet == 1 else f"{say(name)} {sheet}"
        yield Table(title, listed, len(printed), islice(walked, here), here)
        left, sheet = left - here, sheet + 1


def _number(naming: Naming, records: Sequence[Record]) -> Column:
    numbers = {record.id: number for number, record in enumerate(records, 1)}
    return Column(naming.say("No."), 6, "number", lambda record: numbers[record.id])


def _evidence(naming: Naming) -> Column:
    names = {one.id: one.caption for one in naming.dossier.evidence}
    shows, apart = naming.dossier.evidence_of, naming.say("; ")
    return Column(naming.say("Evidence"), 18, "text", lambda incident: apart.join(
        names[id_] for id_ in shows[incident.id] if id_ in names) if incident.id in shows else None)


def _evidence_uuids(naming: Naming) -> Column:
    uuids = {one.id: str(one.uuid) for one in naming.dossier.evidence}
    shows = naming.dossier.evidence_of
    return Column(naming.say("Evidence UUIDs"), 38, "text", lambda incident: " ".join(
        uuids[id_] for id_ in shows[incident.id] if id_ in uuids) if incident.id in shows else None)


def _sources(naming: Naming) -> Column:
    """Where each knowledge of an incident stands."""
    say, names = naming.say, {one.id: one.file_name for one in naming.dossier.evidence}
    told: dict[int, list[str]] = defaultdict(list)
    for source in naming.dossier.sources:
        place = [say(source.kind.label), names.get(source.evidence_id or 0, ""), source.sheet,
                 say("line {line}", line=source.line) if source.line is not None else ""]
        told[source.incident_id].append(" ".join(part for part in place if part))
    apart = say("; ")
    return Column(say("Sources"), 30, "text",
                  lambda incident: apart.join(told[incident.id]) if incident.id in told else None)


def _computed(kind: type[Record], naming: Naming, numbers: dict[int, int]) -> dict[str, Column]:
    """The incidents that a finding rests on or a piece of evidence shows, by their numbers."""
    rests: dict[int, list[int]] = defaultdict(list)
    if kind is Finding:
        for row in naming.dossier.finding_rows:
            assert isinstance(row, FindingIncident)
            rests[row.finding_id].append(row.incident_id)
    elif kind is Evidence:
        rests = defaultdict(list, naming.dossier.incidents_of)
    else:
        return {}
    found = {"incidents": Column(naming.say("Incident nos."), 16, "text", lambda record: ", ".join(
        str(number) for number in sorted(numbers[id_] for id_ in rests[record.id] if id_ in numbers)))}
    return {**found, **_rule(naming, rests)} if kind is Finding else found


def _rule(naming: Naming, rests: dict[int, list[int]]) -> dict[str, Column]:
    """What a finding's rule says, and the exhibits that show its incidents."""
    say, dossier = naming.say, naming.dossier
    names = {one.id: one.caption for one in dossier.evidence}

    def exhibits(finding: Finding) -> str:
        shown = dict.fromkeys(id_ for incident in rests[finding.id] for id_ in dossier.evidence_of.get(incident, ()))
        return say("; ").join(names[id_] for id_ in shown if id_ in names)

    def told(name: str) -> Any:
        return lambda finding: getattr(dossier.told(finding), name)

    return {"rule": Column(say("Rule"), 24, "text", told("title")),
            "citation": Column(say("Instrument and article"), 30, "text", told("citation")),
            "why": Column(say("Why"), 40, "text", told("why")),
            "paraphrase": Column(say("Rule in other words"), 40, "text", told("paraphrase")),
            "source": Column(say("Source of the rule"), 30, "text", told("source")),
            "exhibits": Column(say("Exhibits"), 24, "text", exhibits)}


@dataclass(frozen=True)
class _Party:
    role: str
    record: Any
    name: str
    kind: str = ""
    of: str = ""


def _parties(naming: Naming) -> Table:
    say = naming.say

    def got(name: str) -> Any:
        return lambda party: getattr(party.record, name, None) or None

    def identity(party: _Party) -> str | None:
        found = getattr(party.record, "identity_number", "") or getattr(party.record, "credit_code", "")
        return found or None

    listed = [
        Column(say("Part played"), 14, "word", lambda party: party.role),
        Column(say("Name"), 28, "text", lambda party: party.name),
        Column(say("Kind"), 18, "text", lambda party: party.kind),
        Column(say("Belongs to"), 24, "text", lambda party: party.of),
        Column(say("Identity no. or credit code"), 22, "line", identity),
        Column(say("Phone"), 18, "line", lambda one: getattr(one.record, "phone", "")),
        Column(say("Address"), 40, "text", got("address")),
        Column("UUID", 38, "line", lambda party: str(party.record.uuid)),
    ]
    parties = list(_listed(naming))
    return Table(say("Parties"), listed, len(listed) - 1, parties, len(parties))


def _listed(naming: Naming) -> Iterator[_Party]:
    dossier, say = naming.dossier, naming.say
    yield _Party(say("Client"), dossier.client, dossier.client.name)
    for person in dossier.contact_persons:
        yield _Party(say(ContactPerson.title), person, person.name, person.relation or say(person.role.label),
                     dossier.client.name)
    for creditor in dossier.creditors:
        yield _Party(say(Creditor.title), creditor, creditor.name, say(creditor.kind.label))
    creditors = {one.id: one.name for one in dossier.creditors}
    collectors = {one.id: one.name for one in dossier.collectors}
    for collector in dossier.collectors:
        yield _Party(say(Collector.title), collector, collector.name, of=creditors.get(collector.creditor_id or 0, ""))
    for agent in dossier.agents:
        yield _Party(say(Agent.title), agent, agent.caption, of=collectors.get(agent.collector_id, ""))
    for number in dossier.numbers:
        owners = chain([collectors.get(number.collector_id or 0)], [creditors.get(number.creditor_id or 0)])
        yield _Party(say(PhoneNumber.title), number, number.number,
                     of=next((owner for owner in owners if owner), ""))
