"""The facts an incident has from one of its sources, when an import is undone and when it comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from casedesk.base import phones
from casedesk.records import Collector, Creditor, Incident, IncidentSource

_EMPTY = (None, "")


def take_back(session: Session, source: IncidentSource) -> None:
    """Give the columns that a source filled what they held before; what they hold now is kept with the source."""
    _exchange(session, source, source.filled)


def fill_again(session: Session, source: IncidentSource) -> None:
    """After an undone import came back: the columns it filled have its facts again, unless others were given since."""
    incident = session.get_one(Incident, source.incident_id)
    kept = _kept(source)
    _exchange(session, source, [name for name in source.filled
                                if _lacks(incident, name) and _is_there(session, name, kept.get(name))])


def _exchange(session: Session, source: IncidentSource, names: list[str]) -> None:
    incident = session.get_one(Incident, source.incident_id)
    kept = _kept(source)
    for name in names:
        now = getattr(incident, name)
        setattr(incident, name, kept.get(name, None if name in {"answered", "duration"} else ""))
        kept[name] = now
    source.kept = held(kept)


def held(facts: Mapping[str, Any]) -> list[str]:
    """Facts as `IncidentSource.kept` has them."""
    return [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in facts.items()]


def _kept(source: IncidentSource) -> dict[str, Any]:
    return {name: json.loads(value) for name, _, value in (one.partition("=") for one in source.kept)}


def _lacks(incident: Incident, name: str) -> bool:
    now = getattr(incident, name)
    return now in _EMPTY or (name == "number" and phones.read_phone(now).kind is phones.PhoneClass.MASKED)


def _is_there(session: Session, name: str, value: Any) -> bool:
    """Whether what a column refers to is still recorded."""
    if name == "collector_id":
        return session.get(Collector, value) is not None
    return name != "creditor_id" or session.get(Creditor, value) is not None
