"""What documents say of confirmed findings: rule, article, source and confidence in the document's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base.i18n import Language, words
from casedesk.casework import rule_settings
from casedesk.casework.ledger import binding
from casedesk.records import Finding, FindingIncident, Incident, Matter
from casedesk.records.dossier import RuleText
from casedesk.records.words import FindingState
from casedesk.rules.case import day_number
from casedesk.rules.judge import Key, figures_of, rule_of, sentence


def rule_texts(session: Session, matter: Matter, findings: Sequence[Finding], rows: Sequence[FindingIncident],
               lang: Language) -> tuple[dict[int, RuleText], str]:
    """The texts of confirmed findings that a check found, by finding id, and the rule set; privileged rows not told."""
    book, say = rule_settings.rulebook(session, matter.jurisdiction), words(lang)
    visible = set(session.scalars(select(Incident.id).where(
        Incident.matter_id == matter.id, Incident.privileged.is_(False)))) if findings else set()
    days: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.incident_id in visible and row.day is not None:
            days[row.finding_id].append(day_number(row.day))
    told = {}
    for one in findings:
        rule = rule_of(book, one)
        if one.state is FindingState.CONFIRMED and rule is not None and days[one.id]:
            bases, key = binding(session, rule, one), Key(one.rule, one.creditor_id, one.collector_id)
            told[one.id] = RuleText(
                title=rule.title[lang], why=sentence(rule, key, say, figures_of(days[one.id])),
                citation=rule.citation(lang, bases), paraphrase=rule.explanation[lang],
                confidence=say(one.confidence.label), severity=say(one.severity.label),
                source=rule.source(lang, bases))
    changes = say("; ").join(book.own)
    return told, say("{set}; changed by the firm: {changes}", set=f"{book.id} {book.version}",
                     changes=changes) if changes else f"{book.id} {book.version}"
