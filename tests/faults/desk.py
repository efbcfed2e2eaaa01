"""A desk at work, again and again: each time in a child of one process that has everything loaded, under the shim.

`Desk` is the parent's end. The child acknowledges a step only after the program has said that it is saved, and tells
with it the end of the history then.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

from casedesk.base import reports
from casedesk.base.errors import CasedeskError
from casedesk.casework import history
from casedesk.store.cabinet import Store
from tests.faults import scenarios, shared

ROOT = Path(__file__).parents[2]
COUNT, KILL, FAIL, FAIL_ON, POWER, TORN = range(6)
"""What the shim does at the call: as in shim.c. Ten more, and reading calls are meant instead."""
READING = 10
_MAY_BE_LOST = re.compile(r"^[cut] .*-(wal|journal)$|\.lock-journal$|/drill-|/failed-logins\.jsonl$")


@dataclass(frozen=True)
class Fault:
    """At which call of those that change the disk, and what; or a kill at a moment."""

    how: int = COUNT
    at: int = 0
    error: int = 0
    seed: int = 0
    kill_after: float | None = None
    """Seconds after the work began."""


@dataclass
class Ended:
    """How the work ended: 0 done, 5 refused with a clear message, 1 crashed, negative a signal."""

    code: int
    acks: list[dict[str, Any]] = field(default_factory=list)
    said: str = ""
    trace: str = ""
    """Every call that changed the disk, a letter each."""

    @property
    def unsynced(self) -> list[str]:
        """What was not on the disk when a step was acknowledged; an empty log of SQLite's, what holds others off, a
        drill's scratch folder and the list of failed log-ins need not be.
        """
        return [line for ack in self.acks for line in ack["unsynced"] if not _MAY_BE_LOST.search(line)]


def kinds(trace: str) -> Counter[str]:
    """How often each kind of call was made, by name."""
    names = {"w": "write", "s": "fsync", "r": "rename", "u": "unlink", "t": "truncate", "o": "create", "m": "mkdir",
             "p": "read"}
    return Counter(names[letter] for letter in trace)


@cache
def shim() -> Path | None:
    """The shim, compiled; None where there is no C compiler or it is not Linux."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    out = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp") / f"casedesk-shim-{os.getpid()}.so"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", out, Path(__file__).with_name("shim.c"), "-ldl",
                    "-lpthread"], check=True)
    return out


class Desk:
    """The process that works, told what to do line by line."""

    def __init__(self, library: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.desk"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            cwd=ROOT, env={**os.environ, "LD_PRELOAD": str(library), "CASEDESK_LANG": "en",
                           "PYTHONDONTWRITEBYTECODE": "1"})

    def warm(self, whole: Path) -> None:
        """Do every scenario once unharmed in the process itself: each child then begins with everything loaded."""
        self._ask({"whole": str(whole)})

    def run(self, folder: Path, scenario: str, fault: Fault | None = None, weakness: str = "") -> Ended:
        """Open the cabinet in `folder` and do the scenario there, until the fault."""
        return Ended(**self._ask({"folder": str(folder), "scenario": scenario, "fault": asdict(fault or Fault()),
                                  "weakness": weakness}))

    def _ask(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        self._process.communicate()


@contextmanager
def desk() -> Iterator[Desk]:
    """A desk with the shim below it; the caller has looked whether there is one."""
    library = shim()
    assert library is not None
    made = Desk(library)
    try:
        yield made
    finally:
        made.close()


def _serve() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        if "whole" in asked:
            _warm(Path(asked["whole"]))
            print("{}", flush=True)  # noqa: T201 - its answer
            continue
        fault = Fault(**asked["fault"])
        into, out = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(into)
            _work(Path(asked["folder"]), asked["scenario"], fault, asked["weakness"], out)
        os.close(out)
        print(json.dumps(asdict(_followed(child, into, fault))), flush=True)  # noqa: T201 - its answer


def _warm(whole: Path) -> None:
    for steps in scenarios.SCENARIOS.values():
        with TemporaryDirectory() as place, scenarios.opened(
                Path(shutil.copytree(whole, Path(place) / "run")) / "cabinet") as store:
            for step in steps(store):
                step()
    gc.freeze()


def _followed(child: int, into: int, fault: Fault) -> Ended:
    ended = Ended(0)
    with os.fdopen(into, encoding="utf-8") as told:
        if fault.kill_after is not None:
            time.sleep(fault.kill_after)  # no proof: only a moment that differs from run to run
            os.kill(child, signal.SIGKILL)
        for line in told:
            _take(ended, line)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    ended.code = code or ended.code
    return ended


def _take(ended: Ended, line: str) -> None:
    if not line.endswith("\n"):
        return  # cut off in the middle: it was not said
    told = json.loads(line)
    if "end" in told:
        ended.code, ended.said, ended.trace = told["end"], told["said"], told["trace"]
    else:
        ended.acks.append(told)


def _work(folder: Path, scenario: str, fault: Fault, weakness: str, out: int) -> NoReturn:
    def tell(told: dict[str, Any]) -> None:
        os.write(out, json.dumps(told).encode() + b"\n")

    library = ctypes.CDLL(None)
    library.shim_trace.restype = library.shim_unsynced.restype = ctypes.c_char_p
    scenarios.weaken(weakness)
    aside = folder.with_name(f"{folder.name}-aside")
    with suppress(OSError):  # on a disk that is read-only nothing needs to be put aside
        aside.mkdir(exist_ok=True)
    library.shim_arm(str(folder).encode(), str(aside).encode(), fault.how if fault.kill_after is None else COUNT,
                     fault.at, fault.error, fault.seed)
    code, said = 0, ""
    try:
        with scenarios.opened(folder / "cabinet") as store:
            for number, step in enumerate(scenarios.STEPS[scenario](store)):
                promised = step()
                unsynced = library.shim_unsynced().decode().splitlines()
                tell({"step": number, "unsynced": unsynced, **_end(store), **(promised or {})})
    except CasedeskError as problem:
        code, said = 5, str(problem)
    except BaseException as problem:
        code, said = 1, f"{reports.place(problem)} {type(problem).__name__}: {problem}"[:300]
    tell({"end": code, "said": said, "trace": library.shim_trace().decode()})
    os._exit(0)


def _end(store: Store) -> dict[str, Any]:
    """The last change of the history, read anew; nothing of it where that cannot be read any more."""
    try:
        seq, head = history.head(store)
    except CasedeskError:
        return {}
    return {"seq": seq, "head": head}


if __name__ == "__main__":
    with shared.compiled():
        _serve()
