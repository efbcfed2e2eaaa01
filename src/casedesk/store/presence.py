"""Who is editing which record at the other desks, as they say themselves; what is not said again is forgotten."""

from __future__ import annotations

import time
from dataclasses import dataclass

FORGOTTEN = 12.0
"""Seconds after which a desk that says nothing more edits nothing more."""


@dataclass(frozen=True)
class _Said:
    who: str
    records: frozenset[str]
    until: float


class Presence:
    """What the other desks said last."""

    def __init__(self) -> None:
        self._desks: dict[str, _Said] = {}

    def hear(self, desk: str, who: str, records: frozenset[str]) -> bool:
        """A desk says what it edits; returns whether that is new."""
        before = self._desks.pop(desk, None)
        if records:
            self._desks[desk] = _Said(who, records, time.monotonic() + FORGOTTEN)
        return (before.who, before.records) != (who, records) if before else bool(records)

    def expire(self) -> bool:
        """Forget the desks that say nothing more; returns whether there were any."""
        now = time.monotonic()
        late = [desk for desk, said in self._desks.items() if said.until < now]
        for desk in late:
            del self._desks[desk]
        return bool(late)

    def clear(self) -> bool:
        """Forget all; returns whether there was anything."""
        had = bool(self._desks)
        self._desks.clear()
        return had

    def editors(self, record: str) -> tuple[str, ...]:
        """The names of those who edit a record elsewhere."""
        return tuple(sorted({said.who for said in list(self._desks.values()) if record in said.records}))
