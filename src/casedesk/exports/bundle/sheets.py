"""Incident sheets: one for each incident, with everything known of it and where that knowledge stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from casedesk.base.jobs import Progress
from casedesk.base.money import show_cents
from casedesk.exports.bundle.draft import INDICATOR, Draft
from casedesk.exports.bundle.front import Late, Part
from casedesk.exports.bundle.plan import sheet_key
from casedesk.exports.bundle.styles import BLACK, BODY, CELL, GREY, HAIR, HEADING, LABEL, PAGE, SMALL, TITLE, WORDS
from casedesk.exports.bundle.table import Column, Table
from casedesk.records.incidents import Incident, IncidentSource

KEY = "sheets"
_LABELS, _LEADING, _SPOKEN = 84.0, 13.0, 16.0
Fact = tuple[str, str]


def draw(draft: Draft, part: Part, progress: Progress) -> None:
    """A sheet for each incident."""
    if not draft.has_sheets:
        return
    part.page()
    part.gap(20)
    part.text(part.left, part.y, part.title, TITLE)
    part.gap(16)
    for number, incident in enumerate(draft.dossier.incidents, 1):
        if not number % 50:
            progress(number, draft.dossier.incident_count, part.title)
        Sheet(draft, part, incident, number).draw()
    part.close()


class Sheet:
    """One incident's sheet."""

    def __init__(self, draft: Draft, part: Part, incident: Incident, number: int) -> None:
        self.draft, self.part, self.say = draft, part, draft.say
        self.incident, self.number = incident, number
        half = part.width / 2 - _LABELS
        self.grid = Table(part, [Column("", _LABELS), Column("", half)] * 2, _LEADING, 0)
        self.left, self.right = list(self._contact()), list(self._people())
        self.quotes = [(label, part.wrap(text, WORDS, part.width - 14)) for label, text in self._spoken() if text]

    def draw(self) -> None:
        """Below the last one, or on a new page where it would be torn."""
        part = self.part
        if part.room < min(self.height(), part.full):
            part.page()
        part.mark(sheet_key(self.incident.id), part.y + 8)
        self._head()
        for row in zip_longest(self.left, self.right, fillvalue=("", "")):
            self.grid.row([cell for place, (label, value) in enumerate(row) for cell in (
                self.grid.cell(label, 2 * place, LABEL), self.grid.cell(value, 2 * place + 1, BODY))], hair=False)
        for label, lines in self.quotes:
            self._quote(label, lines)
        self._proof()
        self._findings()
        part.gap(24)

    def height(self) -> float:
        """How much room the sheet takes, or a little more."""
        rows = sum(max(len(self._value(one)) for one in row)
                   for row in zip_longest(self.left, self.right, fillvalue=("", "")))
        spoken = sum(_LEADING + 5 + len(lines) * _SPOKEN for _, lines in self.quotes)
        proofs = len(self.draft.shown_by(self.incident.id)) + len(self.draft.sources.get(self.incident.id, ()))
        found = 3 * len(self.draft.findings_of.get(self.incident.id, ()))
        return 38 + (rows + proofs + found) * _LEADING + spoken

    def _head(self) -> None:
        part, draft = self.part, self.draft
        part.need(60)
        day, hour = draft.day_and_time(self.incident)
        hour = f"{hour}  {draft.elsewhere(self.incident)}".rstrip()
        self.draft.sheet_titles[self.incident.id] = f"{day} {hour}  {draft.contact(self.incident)}"
        part.rule(part.left, part.right, part.y, BLACK, 0.8)
        part.gap(16)
        part.text(part.left, part.y, self.say("Incident {n}", n=self.number), HEADING)
        part.text(part.left + _LABELS, part.y, f"{day}  {hour}", HEADING)
        part.text(part.right, part.y, draft.contact(self.incident), BODY, "right")
        part.gap(8)

    def _value(self, fact: Fact) -> list[str]:
        return self.part.wrap(fact[1], BODY, self.part.width / 2 - _LABELS - 9)

    def _quote(self, label: str, lines: Sequence[str]) -> None:
        """Words exactly as recorded, beside a line."""
        part = self.part
        part.need(_LEADING + 2 * _SPOKEN)
        part.gap(5)
        part.text(part.left, part.y - 9, label, LABEL)
        part.gap(_LEADING)
        for line in lines:
            part.need(_SPOKEN)
            part.line((part.left + 1, part.y), (part.left + 1, part.y - _SPOKEN), GREY, 1.2)
            part.lines([line], WORDS, _SPOKEN, indent=14)

    def _proof(self) -> None:
        """Where the knowledge stands: sources, then exhibits with their pages."""
        part, draft = self.part, self.draft
        sources = draft.sources.get(self.incident.id, [])
        exhibits = draft.shown_by(self.incident.id)
        if not sources and not exhibits:
            return
        part.gap(5)
        for number, source in enumerate(sources):
            part.need(_LEADING)
            part.text(part.left, part.y - _LEADING + 3.5, "" if number else self.say("Sources"), LABEL)
            part.paragraph(self._source(source), CELL, _LEADING, indent=_LABELS)
        for number, exhibit in enumerate(exhibits):
            lines = part.wrap(f"{exhibit.mark}  {exhibit.evidence.caption}", CELL, part.width - _LABELS - 70)
            part.need(len(lines) * _LEADING)
            top = part.y
            part.text(part.left, top - _LEADING + 3.5, "" if number else self.say("Exhibits"), LABEL)
            part.lines(lines, CELL, _LEADING, indent=_LABELS)
            pages = draft.say("p. {pages}", pages="{pages}")
            part.late(part.right, part.y + 3.5, Late(exhibit.key, pages, PAGE, "right"))
            part.link((part.left + _LABELS, part.y, part.right, top), exhibit.key)
            part.rule(part.left + _LABELS, part.right, part.y, HAIR, 0.3)

    def _source(self, source: IncidentSource) -> str:
        told = [self.say(source.kind.label)]
        if source.evidence_id is not None:
            exhibit = self.draft.by_evidence.get(source.evidence_id)
            told.append(f"{exhibit.mark} {exhibit.evidence.file_name}" if exhibit
                        else self.draft.name("evidence", source.evidence_id))
        if source.sheet:
            told.append(self.say("sheet {name}", name=source.sheet))
        if source.line is not None:
            told.append(self.say("line {n}", n=source.line))
        return self.say(", ").join(one for one in told if one)

    def _findings(self) -> None:
        part, found = self.part, self.draft.findings_of.get(self.incident.id, [])
        if not found:
            return
        part.gap(5)
        for number, finding in enumerate(found):
            part.need(2 * _LEADING)
            part.text(part.left, part.y - _LEADING + 3.5, "" if number else self.say("Indicators"), LABEL)
            rule = self.draft.dossier.told(finding)
            part.paragraph(rule.title, CELL, _LEADING, indent=_LABELS)
            part.paragraph(rule.citation or rule.why, CELL._replace(colour=GREY), _LEADING, indent=_LABELS)
        part.paragraph(self.say(INDICATOR), SMALL, 12, indent=_LABELS)

    def _contact(self) -> Iterator[Fact]:
        incident, draft, say = self.incident, self.draft, self.say
        agent = draft.name("agent", incident.agent_id)
        return _told([
            (say("Their number"), incident.number), (say("Collector"), draft.name("collector", incident.collector_id)),
            (say("Creditor"), draft.name("creditor", incident.creditor_id)), (say("Agent"), agent),
            (say("Name they gave"), incident.stated_name), (say("Company they gave"), incident.stated_company),
            (say("Said who they were"), self._yes(incident.identity_stated)),
            (say("Rang for"), draft.duration(incident.ring) if incident.ring is not None else ""),
            (say("By machine"), self._yes(incident.by_machine)),
        ])

    def _people(self) -> Iterator[Fact]:
        incident, say = self.incident, self.say
        demanded = show_cents(incident.demanded) if incident.demanded is not None else ""
        people = f"{incident.people_count}" if incident.people_count is not None else ""
        return _told([
            (say("Reached"), self._reached()), (say("Number called"), incident.our_number),
            (say("Debt"), self._debt()), (say("Amount demanded"), demanded),
            (say("Account to pay to"), incident.account), (say("Place"), incident.place),
            (say("Number of collectors"), people),
            (say("Witness and contact"), incident.witness), (say("Original carrier"), incident.carrier),
            (say("Police receipt no."), incident.police_receipt),
            (say("Debt objected to"), say("yes") if incident.objected else ""),
            (say("Told not to contact again"), say("yes") if incident.refused else ""),
            (say("Tags"), say(", ").join(incident.tags)),
        ])

    def _reached(self) -> str:
        relation, person = self.say(self.incident.reached.label), self.draft.reached(self.incident)
        if person == relation or self.incident.contact_person_id is not None:
            return person
        return self.say("{name} ({relation})", name=person, relation=relation)

    def _debt(self) -> str:
        debt = next((one for one in self.draft.dossier.debts if one.id == self.incident.debt_id), None)
        return f"{self.say(debt.product.label)} {debt.contract_number}".strip() if debt else ""

    def _yes(self, value: bool | None) -> str:
        return "" if value is None else self.say("yes") if value else self.say("no")

    def _spoken(self) -> Iterator[Fact]:
        yield self.say("Their words"), self.incident.words
        yield self.say("Our reply"), self.incident.reply
        yield self.say("Persons and vehicles"), self.incident.visit_details
        yield self.say("Summary"), self.incident.summary


def _told(facts: Sequence[Fact]) -> Iterator[Fact]:
    return (fact for fact in facts if fact[1])
