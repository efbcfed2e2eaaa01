"""Fields that matter only sometimes are shown only then, or when something stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from casedesk.base.errors import InvalidEntry
from casedesk.records import Finding, Incident, Record
from casedesk.records.words import Channel, FindingState

if TYPE_CHECKING:
    from casedesk.ui.forms.form import Row

_VISIT = ("place", "people_count", "visit_details")
_CALL = ("answered", "duration", "ring", "call_kind", "by_machine")


def irrelevant(kind: type[Record], rows: Mapping[str, Row]) -> set[str]:
    """Names of the rows to hide now."""
    hidden: set[str] = set()
    if kind is Incident and "channel" in rows:
        channel = _value(rows, "channel")
        if channel != Channel.VISIT:
            hidden |= set(_VISIT)
        if channel != Channel.CALL:
            hidden |= set(_CALL)
    if kind is Finding and _value(rows, "state") == FindingState.OPEN:
        hidden |= {"decided_by", "decided_on", "reason"}
    return {name for name in hidden if name in rows and not _value(rows, name)}


def _value(rows: Mapping[str, Row], name: str) -> object:
    try:
        return rows[name].entry.value()
    except InvalidEntry:
        return True
