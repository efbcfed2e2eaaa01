"""What every fault campaign is made of: its size, a seed, a tally of what was done and found, and the report."""

from __future__ import annotations

import atexit
import json
import os
import platform
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import sqlcipher3.dbapi2 as sqlcipher

from casedesk import __version__
from tests import postgres
from tests.faults import desk, oracle, prepared, scenarios, shared
from tests.faults.desk import ROOT, Desk, Ended, Fault

SEED = int(os.environ.get("CASEDESK_SEED", "20261128"))
LEVEL = os.environ.get("CASEDESK_FAULTS", "nightly")
"""How large `make faults` makes the campaigns: one of `LEVELS`."""
LEVELS = {"small": 100, "nightly": 1}
"""A night as the plan has it, and the hundredth part of one."""
REPORT = ROOT / "reliability_report.json"
T = TypeVar("T")
_WHOLE, _SMALL = 4, 100
"""Of so many faults one is followed by a check of the whole cabinet, the others by one of what was acknowledged; in a
small campaign every one."""


@dataclass
class Tally:
    """What a campaign did and what it found."""

    id: str
    what: str
    plan: str
    """The size engineering/reliability names for the nightly level."""
    size: int
    """The size that was wanted: of most campaigns the number of faults."""
    seed: int
    runs: int = 0
    acknowledged: int = 0
    """What the program said was saved, and was looked for afterwards."""
    counts: dict[str, int] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    skipped: str = ""
    seconds: float = 0.0
    finished: bool = False
    """Whether it came to its end; a line of one that was broken off says what it did until then."""

    def count(self, name: str, by: int = 1) -> None:
        """Count something more."""
        self.counts[name] = self.counts.get(name, 0) + by


@dataclass
class Bench:
    """Where a campaign works."""

    place: Path
    size: int
    tally: Tally
    dice: random.Random
    weakness: str = ""
    """The safeguard switched off, to see that the campaign notices."""
    so_far: Callable[[Tally], None] = lambda tally: None
    """Is told every hundred faults how it stands."""

    @property
    def whole(self) -> Path:
        """The prepared folder that every run gets a copy of."""
        return _whole()

    @property
    def desk(self) -> Desk:
        """The desk that is harmed."""
        return _desk()

    @cached_property
    def scenarios(self) -> list[str]:
        """The scenarios that are tried: all, or a few where the campaign is small; without a safeguard, one that writes
        rows and files.
        """
        if self.weakness:
            return ["attaching"]
        every = list(scenarios.SCENARIOS)
        return every if self.size >= len(every) else self.dice.sample(every, min(3, self.size))

    def folder(self) -> Path:
        """A fresh copy of the prepared folder."""
        return oracle.fresh(self.whole, self.place / "run")

    def some(self, every: Sequence[T]) -> list[T]:
        """As many of these as the campaign is large, spread evenly; all where there are no more."""
        if len(every) <= self.size:
            return list(every)
        start = self.dice.random()
        return [every[int((number + start) * len(every) / self.size)] for number in range(self.size)]

    def find(self, where: str, problems: list[str]) -> None:
        """Write down what is wrong, and where it came up."""
        self.tally.found += [f"{where}: {one}" for one in problems]

    def judge(self, where: str, folder: Path, ended: Ended) -> None:
        """Whether what was acknowledged held through this run."""
        self.tally.runs += 1
        self.tally.acknowledged += len(ended.acks)
        self.tally.count({0: "went on", 5: "refused with its reason"}.get(ended.code, "broken off"))
        if ended.code == 1:
            self.find(where, [f"no clear message: {ended.said}"])
        if self.tally.runs % _SMALL == 0:
            self.so_far(self.tally)
        whole = self.size < _SMALL or self.tally.runs % _WHOLE == 0
        self.tally.count("judged whole", whole)
        self.find(where, oracle.wrong(folder, ended.acks, whole=whole))

    def again(self, where: str, folder: Path, scenario: str, before: Ended) -> None:
        """After a fault the work is done again from its start, as a person would: it succeeds and doubles nothing."""
        ended = self.desk.run(folder, scenario, weakness=self.weakness)
        if ended.code:
            self.find(where, [f"it cannot go on: {ended.said or ended.code}"])
        anew = any(ack.get("anew") for ack in ended.acks)
        self.find(where, [f"again: {one}" for one in oracle.wrong(folder, ended.acks if anew else [
            *before.acks, *ended.acks])])


@dataclass(frozen=True)
class Campaign:
    """One line of the plan."""

    id: str
    what: str
    plan: str
    small: int
    """How large it is in the suite of every change; 0 leaves it to `make faults`."""
    nightly: int
    run: Callable[[Bench], None]
    missing: Callable[[], str]
    """Why it cannot run here; empty when it can."""

    def sized(self, level: str) -> int:
        """How large it is at a level; never smaller than in the suite."""
        return max(self.small, self.nightly // LEVELS[level], 1)

    def hold(self, place: Path, size: int, weakness: str = "",
             so_far: Callable[[Tally], None] = lambda tally: None) -> Tally:
        """Run it at a size."""
        tally = Tally(self.id, self.what, self.plan, size, SEED, skipped=self.missing())
        if tally.skipped:
            return tally
        bench, started = Bench(place, size, tally, random.Random(f"{SEED} {self.id}"), weakness,
                               so_far), time.monotonic()
        with shared.compiled():
            self.run(bench)
        tally.seconds, tally.finished = round(time.monotonic() - started, 1), True
        return tally


CAMPAIGNS: list[Campaign] = []
_KEPT = ExitStack()
atexit.register(_KEPT.close)


@cache
def _whole() -> Path:
    return prepared.prepare(Path(_KEPT.enter_context(TemporaryDirectory(prefix="casedesk-faults-"))) / "whole")


@cache
def _desk() -> Desk:
    made = _KEPT.enter_context(desk.desk())
    made.warm(_whole())
    return made


def campaign(id_: str, what: str, *, plan: str, small: int, nightly: int,
             missing: Callable[[], str] = lambda: "") -> Callable[[Callable[[Bench], None]], Callable[[Bench], None]]:
    """Put a campaign on the list."""
    def listed(run: Callable[[Bench], None]) -> Callable[[Bench], None]:
        CAMPAIGNS.append(Campaign(id_, what, plan, small, nightly, run, missing))
        return run

    return listed


def no_shim() -> str:
    """Why the shim cannot be had."""
    return "" if desk.shim() is not None else "no C compiler, or no Linux: the shim that fails the disk is not here"


def points(bench: Bench, how: int = desk.COUNT) -> list[tuple[str, int, str]]:
    """(scenario, number, kind) of every call of the scenarios that changes the disk, or reads it."""
    found = []
    for name in bench.scenarios:
        ended = bench.desk.run(bench.folder(), name, Fault(how), bench.weakness)
        if ended.code:
            bench.find(name, [f"it fails unharmed: {ended.said}"])
        found += [(name, number, kind) for number, kind in enumerate(ended.trace, 1)]
    return found


def report(tally: Tally, out: Path = REPORT) -> None:
    """Put what a campaign did into the report, for a machine to read; other campaigns' last runs stay there."""
    known: dict[str, Any] = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    held = {**known.get("campaigns", {}), tally.id: {**vars(tally), **_versions(), "level": LEVEL, "at": time.strftime(
        "%Y-%m-%dT%H:%M:%SZ", time.gmtime())}}
    out.write_text(json.dumps({"campaigns": dict(sorted(held.items()))}, ensure_ascii=False, indent=1) + "\n",
                   encoding="utf-8")


@cache
def _versions() -> dict[str, str]:
    """What was tried, and what it ran on."""
    programs = postgres.programs()
    return {
        "program": __version__, "commit": _said("git", "-C", str(ROOT), "describe", "--always", "--dirty"),
        "python": platform.python_version(), "sqlite": sqlcipher.sqlite_version, "system": platform.platform(),
        "postgresql": _said(str(programs / "postgres"), "--version") if programs else ""}


def _said(*words: str) -> str:
    """What a command prints; nothing where it is not here."""
    try:
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""
