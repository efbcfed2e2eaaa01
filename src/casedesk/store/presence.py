"""Who is editing which record at the other desks, as they say themselves; what is not said again is forgotten."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

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

    def keep(self, desks: Collection[str]) -> bool:
        """Forget every other desk than these; returns whether there was one."""
        gone = self._desks.keys() - set(desks)
        for desk in gone:
            del self._desks[desk]
        return bool(gone)

    def clear(self) -> bool:
        """Forget all; returns whether there was anything."""
        had = bool(self._desks)
        self._desks.clear()
        return had

    def editors(self, record: str) -> tuple[str, ...]:
        """The names of those who edit a record elsewhere."""
        return tuple(sorted({said.who for said in list(self._desks.values()) if record in said.records}))


class Slips:
    """In a cabinet's folder, where no server passes it on, each desk says it by a file of its own there."""

    def __init__(self, folder: Path, desk: str) -> None:
        self._folder, self._own = folder, folder / f"desk-{desk}.editing"

    def put(self, who: str, records: Collection[str]) -> None:
        """Say what is edited here; nothing of it stays once nothing is. Where nothing can be written it is not said."""
        part = self._own.with_suffix(".part")
        with suppress(OSError):
            if records:
                part.write_text(json.dumps({"who": who, "edits": sorted(records)}), encoding="utf-8")
                part.replace(self._own)
            else:
                self._own.unlink(missing_ok=True)

    def others(self) -> Iterator[tuple[str, str, frozenset[str]]]:
        """What the other desks say; the file of one that died is taken away."""
        for path in self._folder.glob("desk-*.editing"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                if abs(time.time() - path.stat().st_mtime) > FORGOTTEN:
                    path.unlink()
                elif path != self._own:
                    told = json.loads(path.read_text(encoding="utf-8"))
                    yield path.stem, str(told["who"]), frozenset(map(str, told["edits"]))
