"""One more source of a known incident: it fills what was not known; what it says otherwise is named, never taken."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base.durations import show_duration
from casedesk.base.i18n import tr
from casedesk.imports.draft import Draft
from casedesk.records import Incident

_FACTS = ("answered", "duration", "our_number", "words")
_EMPTY = (None, "")


def fill(session: Session, incident_id: int, draft: Draft) -> list[str]:
    """Give the incident the facts it lacks; returns the names of the columns."""
    row = _facts(session, incident_id)
    lacking = [name for name in _FACTS if row[name] in _EMPTY and getattr(draft, name) not in _EMPTY]
    if lacking:
        incident = session.get_one(Incident, incident_id)
        for name in lacking:
            setattr(incident, name, getattr(draft, name))
        session.flush()
        session.expunge(incident)
    return lacking


def differences(session: Session, incident_id: int, draft: Draft) -> str:
    """What the source says that the incident does not, in the person's language."""
    row = _facts(session, incident_id)
    said = [tr("{field}: {value}", field=tr(_LABELS[name]), value=_shown(name, value)) for name in _FACTS[:3]
            if (value := getattr(draft, name)) not in _EMPTY and row[name] not in _EMPTY and row[name] != value]
    return tr("; ").join(said)


def take_back(session: Session, incident_id: int, names: list[str]) -> None:
    """Empty the columns that a source filled."""
    incident = session.get_one(Incident, incident_id)
    for name in names:
        setattr(incident, name, None if name in {"answered", "duration"} else "")


def _facts(session: Session, incident_id: int) -> dict[str, Any]:
    table = Incident.__table__.c
    return dict(session.execute(select(*(table[name] for name in _FACTS)).where(table.id == incident_id))
                .mappings().one())


_LABELS = {name: Incident.__table__.c[name].info["field"].label for name in _FACTS}


def _shown(name: str, value: Any) -> str:
    if name == "duration":
        return show_duration(value, tr)
    return (tr("Yes") if value else tr("No")) if name == "answered" else str(value)
