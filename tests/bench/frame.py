"""How a measure is taken and shown: both sides in one run, the median with the spread, and the target."""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Times:
    """Seconds of each run."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    def at(self, share: float) -> float:
        """The time that this share of the runs kept to (nearest rank)."""
        ranked = sorted(self.seconds)
        return ranked[min(len(ranked) - 1, max(0, -(-int(share * 1000) * len(ranked) // 1000) - 1))]

    def __str__(self) -> str:
        return f"{shown(self.median)} ({shown(min(self.seconds))}-{shown(max(self.seconds))}, {len(self.seconds)} runs)"


@dataclass(frozen=True)
class Row:
    """One line of the table; `met` says whether the target is kept, None where there is none."""

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None
    notes: tuple[str, ...] = field(default=())


def compared(what: str, ours: Times, peer: Times, most: float, *, notes: Sequence[str] = ()) -> Row:
    """Ours against a peer: the ratio of the medians is to be at most `most`."""
    ratio = ours.median / peer.median
    return Row(what, str(ours), str(peer), f"{ratio:.2f}x", f"<= {most:g}x", ratio <= most, tuple(notes))


def limited(what: str, ours: Times, most: float, *, share: float = 0.5, notes: Sequence[str] = ()) -> Row:
    """Ours against a time in seconds: the median, or the time a share of the runs kept to, is to be at most `most`."""
    named = "" if share == 0.5 else f"p{share * 100:.0f} {shown(ours.at(share))}; "
    reached = ours.median if share == 0.5 else ours.at(share)
    return Row(what, f"{named}{ours}", target=f"<= {shown(most)}" + (f" p{share * 100:.0f}" if named else ""),
               met=reached <= most, notes=tuple(notes))


def shown(seconds: float) -> str:
    """'12.3 ms' or '4.56 s'."""
    return f"{seconds * 1000:.3g} ms" if seconds < 0.9995 else f"{seconds:.3g} s"


def timed(do: Callable[[], object], runs: int, *, before: Callable[[], object] = lambda: None) -> Times:
    """The times of `runs` runs, each after `before`, with the garbage gathered first."""
    seconds = []
    for _ in range(runs):
        before()
        gc.collect()
        start = time.perf_counter()
        do()
        seconds.append(time.perf_counter() - start)
    return Times(tuple(seconds))


def turns(ours: Callable[[], object], peer: Callable[[], object], runs: int) -> tuple[Times, Times]:
    """Both sides in turn, so that a busy moment meets both."""
    both: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for do, seconds in ((ours, both[0]), (peer, both[1])):
            start = time.perf_counter()
            do()
            seconds.append(time.perf_counter() - start)
    return Times(tuple(both[0])), Times(tuple(both[1]))


@dataclass(frozen=True)
class Alone:
    """What a run in its own process took."""

    seconds: float
    peak_mb: float
    """The most memory the process held, in MB of 1,000,000 bytes."""
    cpu: float = 0.0
    """Seconds the processor worked for it, whatever else the machine did meanwhile."""


def alone(target: str, *arguments: str) -> Alone:
    """Call `target` ("package.module:function") with texts in a process of its own; only the call is timed."""
    done = subprocess.run([sys.executable, "-m", "tests.bench.alone", target, *arguments],
                          cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return Alone(found["seconds"], found["peak_mb"], found["cpu"])
