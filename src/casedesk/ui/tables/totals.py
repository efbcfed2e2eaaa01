"""The line below a list: how many, and sums where a sum means something."""

from __future__ import annotations

from dataclasses import dataclass

from casedesk.base import money
from casedesk.base.fields import Field
from casedesk.base.i18n import tr
from casedesk.base.typed_time import show_duration
from casedesk.records import Debt, Evidence, Incident, Instalment, Payment, Record, columns
from casedesk.ui.tables.listing import Rows

_SUMMED: dict[type[Record], tuple[str, ...]] = {
    Incident: ("duration",), Debt: ("principal", "claimed"), Payment: ("amount",), Instalment: ("amount",),
    Evidence: ("size",),
}
_LONG = 200_000
"""Longer lists are counted, not summed: nobody reads that sum, and it would read every row."""


@dataclass(frozen=True)
class Totals:
    """What is said below the list."""

    said: str


def totals(listing: Rows) -> Totals:
    """Count the rows and sum their money and their minutes."""
    parts = [f"{listing.count:,} {tr(listing.kind.title if listing.count == 1 else listing.kind.titles).lower()}"]
    summed = [(column.key, how) for column, how in columns(listing.kind) if column.key in _SUMMED.get(listing.kind, ())]
    if summed and 1 < listing.count <= _LONG:
        found = listing.sums([name for name, _ in summed])
        parts += [f"{tr(how.label)} {_shown(name, found[name], how)}" for name, how in summed if found[name]]
    return Totals("   ·   ".join(parts))


def _shown(name: str, value: int, how: Field) -> str:
    if how.money:
        return money.show_cents(value)
    return show_duration(value, tr) if name == "duration" else f"{value:,}"
