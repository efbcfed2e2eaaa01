"""Findings as a person meets them: seen, confirmed or dismissed; questions and their answers; hints while typing."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import Language, Say, language, tr, words
from casedesk.casework import rule_settings
from casedesk.casework.case_facts import Reader
from casedesk.casework.checking import Checked, recheck, recheck_all, refresh
from casedesk.casework.ledger import binding
from casedesk.casework.records import edit_all
from casedesk.casework.rule_settings import in_use, set_own_rules, set_rule
from casedesk.records import Collector, Creditor, Finding, FindingIncident, Incident, Matter
from casedesk.records.rights import Right
from casedesk.records.words import CallKind, ContentTag, FindingState, Severity
from casedesk.rules.case import Case, Contact, Facts, contact_of
from casedesk.rules.clocks import clocks as reckoned
from casedesk.rules.hours import allowed_hours
from casedesk.rules.judge import figures_of, judge, reach, rule_of, sentence, why
from casedesk.rules.rulebook import Rule, Rulebook
from casedesk.store.cabinet import Store

__all__ = [
    "Checked", "Due", "Hint", "Question", "Seen", "answer", "answers", "clocks", "confirm", "dismiss",
    "findings", "hint", "in_use", "of_incident", "questions", "recheck", "recheck_all", "refresh", "reopen",
    "rows", "set_own_rules", "set_rule",
]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One finding as it is shown."""

    id: int
    uuid: uuids.UUID
    rule: str
    title: str
    why: str
    explanation: str
    severity: str
    severity_label: str
    citation: str
    source: str
    confidence: str
    confidence_label: str
    state: FindingState
    decided_by: str
    decided_on: dt.date | None
    reason: str
    changed: bool
    creditor_id: int | None
    collector_id: int | None
    party: str
    count: int
    first: dt.date | None
    last: dt.date | None
    by_rules: str
    note: str
    """That the firm changed the rule, or that it is the firm's own."""


def findings(store: Store, matter_id: int, lang: Language | None = None) -> list[Seen]:
    """A matter's findings, the gravest first; questions are not among them."""
    with store.read() as session:
        matter = session.get_one(Matter, matter_id)
        book = rule_settings.rulebook(session, matter.jurisdiction)
        kept = session.scalars(select(Finding).where(Finding.matter_id == matter_id,
                                                     Finding.state != FindingState.QUESTION)).all()
        return seen_of(session, book, kept, lang or language())


def of_incident(store: Store, incident_id: int, lang: Language | None = None) -> list[Seen]:
    """The findings that rest on one incident, the gravest first."""
    with store.read() as session:
        kept = session.scalars(
            select(Finding).join(FindingIncident, FindingIncident.finding_id == Finding.id)
            .where(FindingIncident.incident_id == incident_id, Finding.state != FindingState.QUESTION)).all()
        if not kept:
            return []
        matter = session.get_one(Matter, kept[0].matter_id)
        return seen_of(session, rule_settings.rulebook(session, matter.jurisdiction), kept, lang or language())


def seen_of(session: Session, book: Rulebook, kept: Collection[Finding], lang: Language) -> list[Seen]:
    """Findings in a language, the gravest first, those of one rule together."""
    found = [_seen(session, rule_of(book, one), one, lang) for one in kept]
    grave = list(Severity)
    return sorted(found, key=lambda one: (grave.index(Severity(one.severity)), one.rule, one.party, one.id))


def _seen(session: Session, rule: Rule | None, one: Finding, lang: Language) -> Seen:
    say = words(lang)
    return Seen(
        id=one.id, uuid=one.uuid, rule=one.rule, title=rule.title[lang] if rule else one.rule, why=why(rule, one, say),
        explanation=rule.explanation[lang] if rule else "", severity=one.severity.value,
        severity_label=say(one.severity.label), source=rule.source(lang) if rule else "",
        citation=rule.citation(lang, binding(session, rule, one)) if rule else one.citation,
        confidence=one.confidence.value, confidence_label=say(one.confidence.label), state=one.state,
        decided_by=one.decided_by, decided_on=one.decided_on, reason=one.reason, changed=one.changed,
        creditor_id=one.creditor_id, collector_id=one.collector_id, party=party(session, one), count=one.rows,
        first=one.first_on, last=one.last_on, by_rules=one.rule_set, note=_note(rule, lang))


def party(session: Session, finding: Finding) -> str:
    """Collector and creditor by name."""
    named = [session.get(Collector, finding.collector_id) if finding.collector_id else None,
             session.get(Creditor, finding.creditor_id) if finding.creditor_id else None]
    return " / ".join(one.name for one in named if one is not None)


def _note(rule: Rule | None, lang: Language) -> str:
    say = words(lang)
    if rule is not None and rule.own:
        return say("The firm's own rule.")
    return say("The firm changed this rule's threshold or switch.") if rule is not None and rule.changed else ""


def rows(store: Store, finding_id: int) -> list[int]:
    """The incidents a finding rests on, by time."""
    with store.read() as session:
        return list(session.scalars(
            select(Incident.id).join(FindingIncident, FindingIncident.incident_id == Incident.id)
            .where(FindingIncident.finding_id == finding_id).order_by(Incident.at, Incident.id)))


def confirm(store: Store, uuid: uuids.UUID) -> None:
    """A lawyer confirms a finding; documents carry it from now on."""
    _decide(store, uuid, FindingState.CONFIRMED, "")


def dismiss(store: Store, uuid: uuids.UUID, reason: str) -> None:
    """A lawyer dismisses a finding and says why."""
    if not reason.strip():
        raise InvalidEntry(tr("A dismissal needs its reason."), tr("Say in a few words why."), field="reason")
    _decide(store, uuid, FindingState.DISMISSED, reason.strip())


def reopen(store: Store, uuid: uuids.UUID) -> None:
    """The finding is undecided again."""
    _decide(store, uuid, FindingState.OPEN, "")


def _decide(store: Store, uuid: uuids.UUID, state: FindingState, reason: str) -> None:
    with store.work(Right.DECIDE) as session:
        finding = session.scalars(select(Finding).where(Finding.uuid == uuid)).one()
        if finding.state is FindingState.QUESTION:
            raise InvalidEntry(tr("A question is answered, not decided."), field="state")
        zone = session.get_one(Matter, finding.matter_id).zone
        decided = state is not FindingState.OPEN
        finding.state, finding.reason, finding.changed = state, reason, False
        finding.decided_by = session.info["who"] if decided else ""
        finding.decided_on = times.day(times.now(), zone) if decided else None


@dataclass(frozen=True)
class Due:
    """A date a rule sets, for a lawyer to check before it becomes a deadline."""

    rule: str
    title: str
    explanation: str
    start: dt.date
    ends: dt.date
    about: str
    citation: str


def clocks(store: Store, matter_id: int, lang: Language | None = None) -> list[Due]:
    """The dates the rules set for a matter: retention of records, limitation, answers; the earliest first."""
    chosen = lang or language()
    with store.read() as session:
        matter = session.get_one(Matter, matter_id)
        book = rule_settings.rulebook(session, matter.jurisdiction)
        facts = Reader(session, [matter.id]).facts(matter)
        kept = session.scalars(select(Finding).where(Finding.matter_id == matter_id, Finding.rule_set != "",
                                                     Finding.state.in_((FindingState.OPEN, FindingState.CONFIRMED))))
        found = reckoned(facts, kept.all(), book.active)
    return [Due(one.rule.id, one.rule.title[chosen], one.rule.explanation[chosen], one.start, one.ends, one.about,
                one.rule.citation(chosen)) for one in found]


@dataclass(frozen=True)
class Question:
    """A fact that would decide whether a rule is touched."""

    id: int
    uuid: uuids.UUID
    rule: str
    title: str
    text: str
    field: str
    choices: list[tuple[Any, str]]
    """Values with their labels; none: a number, time or day is typed."""
    incidents: list[int]
    party: str


def questions(store: Store, matter_id: int, lang: Language | None = None) -> list[Question]:
    """What the checks of a matter need to know, by rule."""
    chosen = lang or language()
    with store.read() as session:
        book = rule_settings.rulebook(session, session.get_one(Matter, matter_id).jurisdiction)
        kept = session.scalars(select(Finding).where(
            Finding.matter_id == matter_id, Finding.state == FindingState.QUESTION)
            .order_by(Finding.rule, Finding.asks, Finding.creditor_id, Finding.collector_id)).all()
        found = [(one, rule_of(book, one), party(session, one)) for one in kept]
    return [Question(one.id, one.uuid, one.rule, rule.title[chosen] if rule else one.rule,
                     why(rule, one, words(chosen)), one.asks, _choices(one.asks, chosen), rows(store, one.id), named)
            for one, rule, named in found]


def _choices(field: str, lang: Language) -> list[tuple[Any, str]]:
    say = words(lang)
    match field:
        case "call_kind":
            return [(one, say(one.label)) for one in (CallKind.INFORMING, CallKind.INTERACTIVE)]
        case "answered" | "identity_stated":
            return [(True, say("Yes")), (False, say("No"))]
        case "tags":
            return [(one.value, say(one.label)) for one in (ContentTag.DEMAND, ContentTag.DISCLOSED, ContentTag.RELAY)]
        case _:
            return []


def answer(store: Store, uuid: uuids.UUID, value: Any, incidents: Collection[int] | None = None) -> int:
    """Put the answer into the question's incidents, or into some of them; returns how many records changed."""
    store.require(Right.WRITE)
    with store.read() as session:
        asked = session.scalars(select(Finding).where(Finding.uuid == uuid)).one()
        wanted = select(Incident.uuid).join(FindingIncident, FindingIncident.incident_id == Incident.id).where(
            FindingIncident.finding_id == asked.id)
        if incidents is not None:
            wanted = wanted.where(Incident.id.in_(list(incidents)))
        chosen = list(session.scalars(wanted))
        collector = session.get(Collector, asked.collector_id) if asked.asks == "notified_on" else None
    if collector is not None:
        changed = edit_all(store, Collector, [collector.uuid], {"notified_on": value})
    elif asked.asks == "tags":
        changed = edit_all(store, Incident, chosen, {}, [value])
    elif asked.asks == "at":
        changed = edit_all(store, Incident, chosen, {"at": value})
    else:
        changed = edit_all(store, Incident, chosen, {asked.asks: value})
    refresh(store, asked.matter_id)
    return changed


@dataclass(frozen=True)
class Hint:
    """A rule that what is being typed would touch."""

    rule: str
    severity: str
    title: str
    text: str
    citation: str


def hint(store: Store, matter_id: int, incident: Incident, lang: Language | None = None) -> list[Hint]:
    """What the incident would break if it were saved as it is now, the gravest first."""
    chosen = lang or language()
    with store.read() as session:
        matter = session.get_one(Matter, matter_id)
        book, reader = rule_settings.rulebook(session, matter.jurisdiction), Reader(session, [matter.id])
        facts, span = reader.facts(matter), reach(book.active)
        draft = contact_of(incident, facts)
        near = reader.contacts(matter_id, facts, (draft.day - span, draft.day + span), {draft.creditor})
    case = Case([*(one for one in near if one.id != draft.id and one.creditor == draft.creditor), draft], facts)
    found = list(_hints(case, draft, facts, book, chosen))
    return sorted(found, key=lambda one: ([word.value for word in Severity].index(one.severity), one.rule))


def _hints(case: Case, draft: Contact, facts: Facts, book: Rulebook, lang: Language) -> Iterator[Hint]:
    """Each rule with the sentence it would have for the day alone."""
    say = words(lang)
    for key in judge(case, book.active, lambda one: one is draft):
        rule = book.find(key.rule)
        if key.asks or rule is None:
            continue
        same_day = judge(case, [rule], lambda one: one.day == draft.day and one.side == draft.side)
        days = [day for other, ids in same_day.items() if not other.asks for day in ids.values()]
        text = _said_of_hours(facts, rule, draft, say) or sentence(rule, key, say, figures_of(days))
        yield Hint(rule.id, rule.severity.value, rule.title[lang], text, rule.citation(lang, case.bases(rule, draft)))


def _said_of_hours(facts: Facts, rule: Rule, draft: Contact, say: Say) -> str:
    """What a rule about hours says of one contact; empty where its general sentence says it better."""
    hours = allowed_hours(facts, rule, draft) if rule.check == "hours" else None
    if hours is None:
        return ""
    return say("{time} is outside {hours}", time=f"{times.from_millis(draft.local):%H:%M}", hours=hours)


def answers(store: Store, matter_id: int, lang: Language) -> dict[str, Any]:
    """What a check says, as the command line prints it."""
    with store.read() as session:
        book = rule_settings.rulebook(session, session.get_one(Matter, matter_id).jurisdiction)
        uuids_of = dict(session.execute(
            select(Incident.id, Incident.uuid).join(FindingIncident, FindingIncident.incident_id == Incident.id)
            .where(FindingIncident.matter_id == matter_id).distinct()).all())
    return {
        "rules": {"set": book.id, "version": book.version, "changed": list(book.own)},
        "findings": [{
            "rule": one.rule, "severity": one.severity, "title": one.title, "why": one.why, "citation": one.citation,
            "confidence": one.confidence, "state": one.state.value, "party": one.party, "note": one.note,
            "incidents": [str(uuids_of[id_]) for id_ in rows(store, one.id)]}
            for one in findings(store, matter_id, lang)],
        "questions": [{
            "rule": one.rule, "question": one.text, "field": one.field, "party": one.party,
            "incidents": [str(uuids_of[id_]) for id_ in one.incidents]} for one in questions(store, matter_id, lang)],
    }
