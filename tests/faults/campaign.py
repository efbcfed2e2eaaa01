"""Runs the worker, harms it, and says whether anything that was acknowledged is lost, doubled or damaged."""

from __future__ import annotations

import json
import os
import platform
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import func, select

from casedesk import __version__
from casedesk.base.errors import CasedeskError, StoreUnavailable
from casedesk.casework import check
from casedesk.records import Client, Incident, Matter
from casedesk.store import keys
from casedesk.store.cabinet import DATABASE, Store
from tests.conftest import QUICK
from tests.faults.worker import uuid_of

CALLS = "fsync,fdatasync,pwrite64,write,rename,renameat,renameat2,unlink,unlinkat,ftruncate"
_PAGES = 10
_STRACE = ("strace", "-f", "-qq", "-o")
_EXPLAINED = re.compile(r"(?m)^casedesk\.base\.errors\.\w+:|^(OSError|BrokenPipeError): \[Errno \d+\].*stdout")
ROOT = Path(__file__).parents[2]
_LOGS = {"logging": 1, "attaching": 1, "backing up": 2, "restoring": 3}
"""Scenarios whose every n-th step, the first of them too, logs an incident."""


@dataclass
class Tally:
    """What a campaign did and what it found."""

    name: str
    seed: int
    runs: int = 0
    acknowledged: int = 0
    found: list[str] = field(default_factory=list)
    seconds: float = 0.0


def cabinet(folder: Path) -> Path:
    """A cabinet with one matter, to be copied for every run."""
    store, _ = Store.create(folder / "cabinet", "pass", who="tester", cost=QUICK)
    with store, store.work() as session:
        client = Client(name="林某")
        session.add(client)
        session.flush()
        session.add(Matter(ref="A-1", name="林某 / 某银行", client_id=client.id))
    return folder / "cabinet"


@cache
def traceable() -> bool:
    """Whether strace can stop a process here."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-f", "-qq", "-o", os.devnull, "true"], check=False,
                          capture_output=True).returncode == 0


def worker(folder: Path, scenario: str, weakness: str = "") -> list[str]:
    """The command line of the worker."""
    return [sys.executable, "-m", "tests.faults.worker", str(folder), scenario, *([weakness] if weakness else [])]


def run(words: list[str]) -> tuple[int, int, str]:
    """Run to the end: exit code, how many steps were acknowledged, stderr."""
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd=ROOT,
                          env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "CASEDESK_LANG": "en"})
    return done.returncode, done.stdout.count("ack "), done.stderr


def fresh(whole: Path, place: Path) -> Path:
    """A copy of the cabinet in an empty folder."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return Path(shutil.copytree(whole, place / "cabinet"))


def harm(folder: Path, scenario: str, acknowledged: int, weakness: str = "") -> list[str]:
    """What is wrong with the cabinet after a fault, and after the work was tried again."""
    found = _wrong(folder, scenario, acknowledged)
    if found:
        return found
    code, acks, said = run(worker(folder, scenario, weakness))
    if code:
        return [f"it cannot go on: {said[-300:]}"]
    return _wrong(folder, scenario, acks)


def _wrong(folder: Path, scenario: str, acknowledged: int) -> list[str]:
    if not folder.exists() and scenario == "restoring":  # between two renames: put back as the message says
        max(folder.parent.glob(f"{folder.name}-before-restore-*")).rename(folder)
    try:
        with Store.open(folder, _key(folder)) as store:
            found = [f"{one.verdict}: {one.message}" for one in check.verify(store) if one.verdict != "extra"]
            with store.read() as session:
                logged = Counter(session.scalars(select(Incident.uuid)))
                total = session.scalar(select(func.count()).select_from(Incident)) or 0
    except CasedeskError as problem:
        return [f"it does not open: {problem}"]
    every = _LOGS.get(scenario)
    if every:
        wanted = [uuid_of(number // every) for number in range(0, acknowledged, every)]
        found += [f"an acknowledged incident is lost: no. {number}" for number, one in enumerate(wanted)
                  if one not in logged]
        if total > max(len(wanted) + 1, len(logged)) or logged.keys() - {uuid_of(number) for number in range(50)}:
            found.append("an incident stands there twice")
    return found


def _key(folder: Path) -> keys.CabinetKey:
    """Either passphrase of the change must open it."""
    try:
        return keys.unlock(folder, "pass")
    except StoreUnavailable:
        key = keys.unlock(folder, "other")
        keys.change_passphrase(folder, key, "pass", cost=QUICK)
        return key


def random_kills(whole: Path, place: Path, scenario: str, runs: int, seed: int) -> Tally:
    """Kill the worker at a random moment of its work."""
    tally, dice, started = Tally(f"F01 kill at random: {scenario}", seed), random.Random(seed), time.monotonic()
    for number in range(runs):
        folder = fresh(whole, place)
        process = subprocess.Popen(worker(folder, scenario), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                   text=True, cwd=ROOT)
        assert process.stdout is not None
        stop = dice.randint(0, 2)
        acks = 0
        while acks < stop and process.stdout.readline():
            acks += 1
        time.sleep(dice.random() * 0.03)  # no proof: only a moment that differs from run to run
        process.send_signal(signal.SIGKILL)
        acks += process.stdout.read().count("ack ")
        process.stdout.close()
        process.wait()
        tally.runs, tally.acknowledged = tally.runs + 1, tally.acknowledged + acks
        tally.found += [f"run {number}: {one}" for one in harm(folder, scenario, acks)]
    tally.seconds = time.monotonic() - started
    return tally


def at_every_call(whole: Path, place: Path, scenario: str, fault: str, *, every: int = 1) -> Tally:
    """Kill (`signal=KILL`) or fail (`error=EIO`) at every n-th call of each kind that changes the disk.

    Of the many pages written one after the other only every tenth is taken.
    """
    tally, started = Tally(f"{fault} at every {every}. call: {scenario}", 0), time.monotonic()
    for call, count in sorted(calls(whole, place, scenario).items()):
        for when in range(1, count + 1, every * (_PAGES if call == "pwrite64" else 1)):
            folder = fresh(whole, place)
            _, acks, said = run([*_STRACE, os.devnull, "-e", f"trace={call}", "-e",
                                 f"inject={call}:{fault}:when={when}", *worker(folder, scenario)])
            tally.runs, tally.acknowledged = tally.runs + 1, tally.acknowledged + acks
            tally.found += [f"{call} {when}: {one}" for one in harm(folder, scenario, acks)]
            if "Traceback" in said and not _EXPLAINED.search(said):
                tally.found.append(f"{call} {when}: no clear message: {said.strip().splitlines()[-1]}")
    tally.seconds = time.monotonic() - started
    return tally


def calls(whole: Path, place: Path, scenario: str) -> Counter[str]:
    """How many calls of each kind the scenario makes when nothing is harmed."""
    folder, log = fresh(whole, place), place.with_name(f"{place.name}.log")
    code, _, said = run([*_STRACE, str(log), "-e", f"trace={CALLS}", *worker(folder, scenario)])
    assert code == 0, said
    return Counter(re.findall(r"(?m)^\d+ +(\w+)\(", log.read_text(errors="replace")))


def unsynced(whole: Path, place: Path, scenario: str, weakness: str = "") -> list[str]:
    """F06: what was written to the cabinet and not yet on the disk when a step was acknowledged."""
    folder, log = fresh(whole, place), place.with_name(f"{place.name}.log")
    code, _, said = run([*_STRACE, str(log), "-y", "-e",
                         "trace=write,pwrite64,fsync,fdatasync,rename,renameat,renameat2",
                         *worker(folder, scenario, weakness)])
    assert code == 0, said
    return _order(log.read_text(errors="replace").splitlines(), folder)


def _order(lines: list[str], folder: Path) -> list[str]:
    dirty: set[str] = set()
    found: list[str] = []
    for line in lines:
        if re.search(r'write\(1<[^>]*>, "ack ', line):
            found += [f"not on the disk at an acknowledgement: {Path(path).name[:12]}" for path in sorted(dirty)]
            continue
        if (renamed := re.search(r'rename\w*\(.*"([^"]+)"(?:, 0)?\) += 0', line)) is not None:
            if renamed[1].startswith(str(folder)):
                dirty.add(str(Path(renamed[1]).parent))
            continue
        touched = re.search(r"(write|pwrite64|fsync|fdatasync)\(\d+<([^>]+)>", line)
        if touched is None or not touched[2].startswith(str(folder)) or touched[2].endswith("-shm"):
            continue
        if "sync" in touched[1]:
            dirty.discard(touched[2])
        elif "failed-logins" not in touched[2]:
            dirty.add(touched[2])
    return found


def cut_wals(whole: Path, place: Path, count: int, seed: int) -> Tally:
    """F05: the write-ahead log cut off at any byte: what is there is a beginning of the history, whole."""
    tally, dice, started = Tally("F05 write-ahead log cut at random", seed), random.Random(seed), time.monotonic()
    folder = fresh(whole, place)
    key = keys.unlock(folder, "pass")
    with Store.open(folder, key, who="tester") as store:
        for number in range(20):
            with store.work() as session:
                session.add(Client(name=f"{number}"))
        kept = {name: (folder / name).read_bytes() for name in (DATABASE, f"{DATABASE}-wal")}
    for number in range(count):
        again = fresh(whole, place)
        for left in again.glob(f"{DATABASE}-*"):
            left.unlink()
        (again / DATABASE).write_bytes(kept[DATABASE])
        log = kept[f"{DATABASE}-wal"]
        (again / f"{DATABASE}-wal").write_bytes(log[:dice.randint(0, len(log))])
        with Store.open(again, key) as store:
            problems = [one.message for one in check.verify(store)]
            with store.read() as session:
                names = [one for one in session.scalars(select(Client.name).order_by(Client.id)) if one.isdigit()]
        if names != [f"{one}" for one in range(len(names))]:
            problems.append("not a beginning")
        tally.found += [f"cut {number}: {one}" for one in problems]
        tally.runs += 1
    tally.seconds = time.monotonic() - started
    return tally


def report(tallies: list[Tally], weaknesses: dict[str, bool], out: Path) -> None:
    """Everything that was done, with seeds and versions, for a machine to read."""
    out.write_text(json.dumps({
        "program": __version__, "python": platform.python_version(), "sqlite": sqlcipher.sqlite_version,
        "system": platform.platform(),
        "campaigns": [{**vars(one), "seconds": round(one.seconds, 1)} for one in tallies],
        "mutations_noticed": weaknesses,
        "not_run": ["F03 and F04, power loss with unsynced data dropped: F06 holds the order of the syncs instead",
                    "F08 on a disk of limited size: ENOSPC is injected at the calls instead"],
    }, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
