"""The facts an incident has from one of its sources, when an import is undone and when it comes back."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from casedesk.records import Incident, IncidentSource

_EMPTY = (None, "")


def take_back(session: Session, source: IncidentSource) -> None:
    """Give the columns that a source filled what they held before; what they hold now is kept with the source."""
    _exchange(session, source, source.filled)


def fill_again(session: Session, source: IncidentSource) -> None:
    """After an undone import came back: the columns it filled have its facts again, unless others were given since."""
    incident = session.get_one(Incident, source.incident_id)
    _exchange(session, source, [name for name in source.filled if getattr(incident, name) in _EMPTY])


def _exchange(session: Session, source: IncidentSource, names: list[str]) -> None:
    incident = session.get_one(Incident, source.incident_id)
    kept = dict(one.split("=", 1) for one in source.kept)
    for name in names:
        now = getattr(incident, name)
        setattr(incident, name, json.loads(kept[name]) if name in kept else _empty(name))
        kept[name] = json.dumps(now, ensure_ascii=False)
    source.kept = [f"{name}={value}" for name, value in kept.items()]


def _empty(name: str) -> str | None:
    return None if name in {"answered", "duration"} else ""
