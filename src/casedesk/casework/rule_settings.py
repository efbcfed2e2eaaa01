"""Which rules a firm uses: what is shipped, with the firm's switches, thresholds and own rules kept in the cabinet."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.records import Setting
from casedesk.records.rights import Right
from casedesk.records.words import Jurisdiction
from casedesk.rules import rulebook as books
from casedesk.rules.rulebook import Rulebook
from casedesk.store.cabinet import Store


def rulebook(session: Session, jurisdiction: Jurisdiction) -> Rulebook:
    """The rules in use for a jurisdiction."""
    kept = _kept(session, jurisdiction)
    if not kept:
        return books.shipped(jurisdiction)
    return books.with_changes(books.shipped(jurisdiction), kept.get("changes", {}), kept.get("own", ""))


def in_use(store: Store, jurisdiction: Jurisdiction) -> Rulebook:
    """The same, for who has no session."""
    with store.read() as session:
        return rulebook(session, jurisdiction)


def set_rule(store: Store, jurisdiction: Jurisdiction, rule_id: str, *, on: bool | None = None,
             parameters: dict[str, Any] | None = None) -> None:
    """Switch a rule on or off or change its thresholds; with neither it is again as shipped."""
    with store.work(Right.RULES) as session:
        kept = _kept(session, jurisdiction)
        if rulebook(session, jurisdiction).find(rule_id) is None:
            raise InvalidEntry(tr("There is no rule “{id}”.", id=rule_id), field="rule")
        changes = {**kept.get("changes", {})}
        if on is None and not parameters:
            changes.pop(rule_id, None)
        else:
            changes[rule_id] = {"on": on, "parameters": parameters or {}}
        books.with_changes(books.shipped(jurisdiction), changes, kept.get("own", ""))
        session.merge(Setting(key=_key(jurisdiction), value={**kept, "changes": changes}))


def set_own_rules(store: Store, jurisdiction: Jurisdiction, text: str) -> None:
    """The firm's own rule file; an empty text takes it away. InvalidEntry names the key that is not right."""
    store.require(Right.RULES)
    if text:
        found = books.read(text, tr("The firm's own rules"))
        if found.id != jurisdiction.value:
            raise InvalidEntry(tr("The file is for another jurisdiction."), field="jurisdiction")
    with store.work(Right.RULES) as session:
        session.merge(Setting(key=_key(jurisdiction), value={**_kept(session, jurisdiction), "own": text}))


def _key(jurisdiction: Jurisdiction) -> str:
    return f"rules {jurisdiction.value}"


def _kept(session: Session, jurisdiction: Jurisdiction) -> dict[str, Any]:
    found = session.get(Setting, _key(jurisdiction))
    return dict(found.value) if found is not None else {}
