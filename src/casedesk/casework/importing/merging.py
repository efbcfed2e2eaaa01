"""What a source says otherwise than the incident it confirms: named, never taken."""

from __future__ import annotations

from collections.abc import Mapping
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


def differences(session: Session, incident_id: int, row: Mapping[str, Any]) -> str:
    """What a source's row says that the incident does not, in the person's language."""
    has = session.execute(select(*(_TABLE[name] for name in _FACTS)).where(_TABLE.id == incident_id)).one()
    said = [tr("{field}: {value}", field=tr(_LABELS[name]), value=_shown(name, value)) for name, now in
            zip(_FACTS, has, strict=True)
            if (value := row[name]) not in _EMPTY and now not in _EMPTY and now != value]
    return tr("; ").join(said)


def _shown(name: str, value: Any) -> str:
    if name == "duration":
        return show_duration(value, tr)
    return (tr("Yes") if value else tr("No")) if name == "answered" else str(value)
