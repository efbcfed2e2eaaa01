"""Findings by words: by the title of their rule in either language, or by any text in them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from casedesk.base.i18n import language
from casedesk.casework.findings import seen_of
from casedesk.casework.rule_settings import rulebook
from casedesk.records import Finding, Matter
from casedesk.records.words import FindingState, Jurisdiction
from casedesk.store import search
from casedesk.store.cabinet import Store
from casedesk.store.search_text import normal


@dataclass(frozen=True)
class FoundFinding:
    """One finding as the search box lists it."""

    id: int
    title: str
    why: str
    ref: str


def find_findings(store: Store, words: str, limit: int) -> list[FoundFinding]:
    """The gravest findings the words speak of; dismissed ones come last."""
    terms = normal(words).split()
    if not terms:
        return []
    with store.read() as session:
        books = {kind: rulebook(session, kind) for kind in Jurisdiction}
        rules = {rule.id for book in books.values() for rule in book.rules
                 if any(all(term in normal(title) for term in terms) for title in (*rule.title.values(), rule.id))}
        written = [hit.record_id for hit in search.find(session, words, limit=limit, kinds=("finding",)).hits]
        rows = session.execute(
            select(Finding, Matter).join(Matter, Matter.id == Finding.matter_id)
            .where(or_(Finding.rule.in_(rules), Finding.id.in_(written)), Finding.state != FindingState.QUESTION,
                   Matter.deleted_at.is_(None))
            .order_by(Finding.state == FindingState.DISMISSED, Finding.severity.desc(), Finding.rows.desc(),
                      Finding.id).limit(limit)).all()
        found = []
        for finding, matter in rows:
            [one] = seen_of(session, books[matter.jurisdiction], [finding], language())
            found.append(FoundFinding(one.id, one.title, " ".join(one.why.split()), matter.ref))
    return found
