"""One more source of a known incident: it fills what was not known; what it says otherwise is named, never taken."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base.durations import show_duration
from casedesk.base.i18n import tr
from casedesk.casework.importing.masks import is_masked
from casedesk.casework.incidents import Owner
from casedesk.imports.draft import Draft
from casedesk.records import Incident

_FACTS = ("answered", "duration", "our_number", "words")
_OWNER = ("collector_id", "creditor_id")
_EMPTY = (None, "")


def fill(session: Session, incident_id: int, draft: Draft, owner: Owner) -> dict[str, Any]:
    """Give the incident the facts it lacks, and the number a person said is behind a mask; returns what was before."""
    row = _facts(session, incident_id)
    given = {name: getattr(draft, name) for name in _FACTS if row[name] in _EMPTY}
    if is_masked(row["normal"]) and not is_masked(draft.number):
        given["number"] = draft.number
        given |= {name: getattr(owner, name) for name in _OWNER if row[name] is None}
    given = {name: value for name, value in given.items() if value not in _EMPTY}
    if given:
        incident = session.get_one(Incident, incident_id)
        for name, value in given.items():
            setattr(incident, name, value)
        session.flush()
        session.expunge(incident)
    return {name: row[name] for name in given}


def differences(session: Session, incident_id: int, draft: Draft) -> str:
    """What the source says that the incident does not, in the person's language."""
    row = _facts(session, incident_id)
    said = [tr("{field}: {value}", field=tr(_LABELS[name]), value=_shown(name, value)) for name in _FACTS[:3]
            if (value := getattr(draft, name)) not in _EMPTY and row[name] not in _EMPTY and row[name] != value]
    return tr("; ").join(said)


def _facts(session: Session, incident_id: int) -> dict[str, Any]:
    table = Incident.__table__.c
    names = *_FACTS, *_OWNER, "number", "normal"
    return dict(session.execute(select(*(table[name] for name in names)).where(table.id == incident_id))
                .mappings().one())


_LABELS = {name: Incident.__table__.c[name].info["field"].label for name in _FACTS}


def _shown(name: str, value: Any) -> str:
    if name == "duration":
        return show_duration(value, tr)
    return (tr("Yes") if value else tr("No")) if name == "answered" else str(value)
