"""What a source says otherwise than the incident it confirms: named, never taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base.durations import show_duration
from casedesk.base.i18n import tr
from casedesk.records import Incident

_FACTS = ("answered", "duration", "our_number")
_EMPTY = (None, "")
_TABLE = Incident.__table__.c
_LABELS = {name: _TABLE[name].info["field"].label for name in _FACTS}


def said_now(session: Session, incidents: Collection[int]) -> dict[int, dict[str, Any]]:
    """What each incident says of what sources may say otherwise."""
    rows = session.execute(select(_TABLE.id, *(_TABLE[name] for name in _FACTS)).where(_TABLE.id.in_(incidents)))
    return {row["id"]: dict(row) for row in rows.mappings()}


def differences(now: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """What a source's row says that the incident does not, in the person's language."""
    said = [tr("{field}: {value}", field=tr(_LABELS[name]), value=_shown(name, value)) for name in _FACTS
            if (value := row[name]) not in _EMPTY and now[name] not in _EMPTY and now[name] != value]
    return tr("; ").join(said)


def _shown(name: str, value: Any) -> str:
    if name == "duration":
        return show_duration(value, tr)
    return (tr("Yes") if value else tr("No")) if name == "answered" else str(value)
