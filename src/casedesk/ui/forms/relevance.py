"""Fields that matter only sometimes are shown only then, or when something stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from casedesk.base.errors import InvalidEntry
from casedesk.records import Finding, Incident, Offer, Record
from casedesk.records.words import Channel, FindingState, PlanKind

if TYPE_CHECKING:
    from casedesk.ui.forms.form import Row

_VISIT = ("place", "people_count", "visit_details")
_CALL = ("answered", "duration", "ring", "call_kind", "by_machine")
_PARTS = set(PlanKind) - {PlanKind.LUMP_SUM}
_ONLY_OF = {
    "last": {PlanKind.BALLOON}, "step": {PlanKind.GRADUATED}, "step_every": {PlanKind.GRADUATED},
    "instalments": _PARTS, "monthly": _PARTS, "down": _PARTS, "rate": _PARTS - {PlanKind.INTEREST_FREE}}
"""Which columns of an offer only some kinds of plan have."""


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
    if kind is Offer and "plan" in rows:
        plan = _value(rows, "plan")
        hidden |= {name for name, kinds in _ONLY_OF.items() if plan not in kinds}
    return {name for name in hidden if name in rows and not _value(rows, name)}


def _value(rows: Mapping[str, Row], name: str) -> object:
    try:
        return rows[name].entry.value()
    except InvalidEntry:
        return True
