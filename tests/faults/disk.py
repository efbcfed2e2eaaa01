"""F: the process is killed, the disk fails, fills up or loses what was not synced."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from casedesk.base.errors import CasedeskError
from casedesk.casework import check
from casedesk.records import Client
from casedesk.store import schema
from casedesk.store.cabinet import DATABASE, Store
from tests.faults import oracle, prepared, scenarios
from tests.faults.campaign import Bench, campaign, no_shim, points
from tests.faults.desk import FAIL, FAIL_ON, KILL, POWER, READING, TORN, Fault, kinds

_AGAIN = 5
"""After so many faults at a call the work is done again once."""


@campaign("F01", "killed at random moments", plan="10,000 kills", small=3, nightly=10_000, missing=no_shim)
def at_random(bench: Bench) -> None:
    took = {name: _seconds(bench, name) for name in bench.scenarios}
    for number in range(bench.size):
        name, folder = bench.scenarios[number % len(took)], bench.folder()
        ended = bench.desk.run(folder, name, Fault(kill_after=bench.dice.random() * took[name]), bench.weakness)
        bench.judge(f"{name} {number}", folder, ended)
        if number // len(took) % _AGAIN == 0:
            bench.again(f"{name} {number}", folder, name, ended)


def _seconds(bench: Bench, name: str) -> float:
    """How long a scenario takes unharmed."""
    folder, began = bench.folder(), time.monotonic()
    bench.desk.run(folder, name)
    return time.monotonic() - began


def _at_calls(bench: Bench, chosen: list[tuple[str, int, str]], faults: list[Fault]) -> None:
    """Each fault at each of the calls, in any order: one that is broken off has tried of everything."""
    for number, (name, at, kind) in enumerate(bench.dice.sample(chosen, len(chosen))):
        for fault in faults:
            folder = bench.folder()
            ended = bench.desk.run(folder, name, Fault(fault.how, at, fault.error, bench.dice.getrandbits(31)),
                                   bench.weakness)
            bench.judge(f"{name} {at}", folder, ended)
            bench.tally.count(f"at a {next(iter(kinds(kind)))}")
            if bench.weakness or number % _AGAIN == 0:
                bench.again(f"{name} {at}", folder, name, ended)


def weighed(every: list[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    """Of writes, which are most, every 4th alone: what lies between two of them differs little."""
    writes = [one for one in every if one[2] == "w"]
    return [*(one for one in every if one[2] != "w"), *writes[::4]]


@campaign("F02", "killed at every sync, write, rename and name made or removed of every scenario",
          plan="every call of one scenario", small=4, nightly=20_000, missing=no_shim)
def at_every_call(bench: Bench) -> None:
    _at_calls(bench, bench.some(points(bench)), [Fault(KILL)])


@campaign("F03", "power lost: everything not synced is gone", plan="2,000", small=6, nightly=2000, missing=no_shim)
def power_lost(bench: Bench) -> None:
    _at_calls(bench, bench.some(weighed(points(bench))), [Fault(POWER)])


@campaign("F04", "power lost: of what was not synced any part is there, in sectors of 512 bytes", plan="20,000",
          small=0, nightly=20_000, missing=no_shim)
def power_lost_torn(bench: Bench) -> None:
    every = points(bench)
    for start in range(0, bench.size, len(every)):  # what is torn is thrown anew in every round
        _at_calls(bench, every[:bench.size - start], [Fault(TORN)])


@campaign("F05", "the write-ahead log cut off at any byte", plan="10,000", small=8, nightly=10_000)
def cut_logs(bench: Bench) -> None:
    folder = bench.folder() / "cabinet"
    with scenarios.opened(folder) as store:
        for number in range(20):
            with store.work() as session:
                session.add(Client(name=f"{number}"))
        kept = {name: (folder / name).read_bytes() for name in (DATABASE, f"{DATABASE}-wal")}
        key = store.key
    log = kept[f"{DATABASE}-wal"]
    for number in range(bench.size):
        for left in folder.glob(f"{DATABASE}-*"):
            left.unlink()
        (folder / DATABASE).write_bytes(kept[DATABASE])
        (folder / f"{DATABASE}-wal").write_bytes(log[:bench.dice.randint(0, len(log))])
        with Store.open(folder, key) as store:
            bench.find(f"cut {number}", [one.message for one in check.structure(store)])
            with store.read() as session:
                names = [one for one in session.scalars(select(Client.name).order_by(Client.id)) if one.isdigit()]
        if names != [f"{one}" for one in range(len(names))]:
            bench.find(f"cut {number}", ["not a beginning of what was saved"])
        bench.tally.runs += 1


@campaign("F06", "everything is on the disk before it is acknowledged", plan="every save, 100 %", small=3, nightly=100,
          missing=no_shim)
def synced_before(bench: Bench) -> None:
    for name in bench.scenarios:
        ended = bench.desk.run(bench.folder(), name, weakness=bench.weakness)
        bench.find(name, [f"acknowledged and not on the disk: {one}" for one in sorted(set(ended.unsynced))])
        bench.tally.runs += 1
        bench.tally.acknowledged += len(ended.acks)


@campaign("F07", "every n-th call fails: EIO, ENOSPC, EDQUOT; reads too", plan="every call index, 3 errnos", small=1,
          nightly=20_000, missing=no_shim)
def failing(bench: Bench) -> None:
    _at_calls(bench, bench.some(points(bench, READING)), [Fault(READING + FAIL, error=errno.EIO)])
    _at_calls(bench, bench.some(points(bench)),
              [Fault(FAIL, error=error) for error in (errno.EIO, errno.ENOSPC, errno.EDQUOT)])


_OPERATIONS = ("logging", "attaching", "taking in", "backing up", "exporting", "exchanging", "bundling", "judging",
               "changing passphrase", "drafting")


def _no_mounts() -> str:
    if no_shim():
        return no_shim()
    return "" if os.name != "nt" and os.getuid() == 0 and subprocess.run(
        ["unshare", "-m", "mount", "-t", "tmpfs", "x", "/mnt"], check=False, capture_output=True).returncode == 0 else (
        "a file system of limited size cannot be mounted here (it needs root)")


@contextmanager
def _mounted(place: Path, size: int) -> Iterator[Path]:
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "casedesk-faults", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _size(folder: Path) -> int:
    """Bytes of the pages the files and folders take on a tmpfs."""
    return sum(4096 + (path.stat().st_size + 4095) // 4096 * 4096 for path in folder.rglob("*")) + 4096


@campaign("F08", "the disk is full at 0 to 100 % of what the work needs", plan="1 % steps x 8 operations = 800",
          small=0, nightly=101 * len(_OPERATIONS), missing=_no_mounts)
def full(bench: Bench) -> None:
    before = _size(bench.whole)
    needs = {}
    for name in _OPERATIONS:
        folder = bench.folder()
        bench.desk.run(folder, name)
        needs[name] = _size(folder) - before + (1 << 20)  # and what is there meanwhile: logs, copies
    for name, percent in bench.some([(name, percent) for name in _OPERATIONS for percent in range(101)]):
        with _mounted(bench.place / "full", before + needs[name] * percent // 100) as disk:
            folder = Path(shutil.copytree(bench.whole, disk / "run"))
            ended = bench.desk.run(folder, name)
            bench.judge(f"{name} {percent} %", folder, ended)
            subprocess.run(["mount", "-o", f"remount,size={before + (64 << 20)}", str(disk)], check=True)
            bench.again(f"{name} {percent} %", folder, name, ended)


@campaign("F09", "the disk becomes read-only in the middle; a cabinet on a read-only disk", plan="50", small=1,
          nightly=250, missing=_no_mounts)
def read_only(bench: Bench) -> None:
    _at_calls(bench, bench.some(weighed(points(bench))), [Fault(FAIL_ON, error=errno.EROFS)])
    with _mounted(bench.place / "full", 1 << 26) as disk:
        folder = Path(shutil.copytree(bench.whole, disk / "run"))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        before = oracle.digest(folder)
        for name in ("logging", "checking", "exporting"):
            ended = bench.desk.run(folder, name)
            bench.tally.runs += 1
            if ended.code not in {0, 5}:
                bench.find(f"read-only, {name}", [f"no clear message: {ended.said}"])
        bench.find("read-only", oracle.wrong(folder, []))
        if oracle.digest(folder) != before:
            bench.find("read-only", ["something was written"])


@campaign("F13", "killed, or power lost, at every call of the migration from every earlier revision",
          plan="every step of every migration", small=0, nightly=1000, missing=no_shim)
def upgrading(bench: Bench) -> None:
    old = {revision: prepared.prepare_old(bench.place / revision, revision) for revision in schema.REVISIONS[:-1]}
    found = []
    for revision, whole in old.items() if bench.size > len(old) else list(old.items())[-1:]:
        folder = oracle.fresh(whole, bench.place / "run")
        ended = bench.desk.run(folder, "upgrading")
        found += [(revision, at, kind) for at, kind in enumerate(ended.trace, 1)]
        bench.find(revision, [f"it fails unharmed: {ended.said}"] if ended.code else [])
    for number, (revision, at, kind) in enumerate(bench.some(found)):
        folder = oracle.fresh(old[revision], bench.place / "run")
        fault = Fault(KILL if number % 2 else POWER, at)
        ended = bench.desk.run(folder, "upgrading", fault)
        bench.tally.runs += 1
        bench.tally.count(f"at a {next(iter(kinds(kind)))}")
        bench.find(f"{revision} {at}", _between(folder, revision))
        bench.find(f"{revision} {at}", oracle.wrong(folder, ended.acks))
    _kept_before(bench, old)


def _between(folder: Path, revision: str) -> list[str]:
    """The database is at the old revision or at the new one, never between."""
    from casedesk.store import engine, keys

    key = keys.unlock(folder / "cabinet", "pass")
    found = engine.open_engine(folder / "cabinet" / DATABASE, key.database)
    try:
        with found.connect().execution_options(reading=True) as connection:
            now = schema.revision(connection)
    finally:
        found.dispose()
    return [] if now in {revision, schema.REVISIONS[-1]} else [f"it is at revision {now or 'none'}"]


def _kept_before(bench: Bench, old: dict[str, Path]) -> None:
    """The copy made before the migration opens, and is of the revision it names."""
    from casedesk.store import keys

    for revision, whole in old.items():
        folder = oracle.fresh(whole, bench.place / "run") / "cabinet"
        scenarios.opened(folder).close()
        try:
            schema.check_copy(folder / f"cabinet-before-{revision}.db", keys.unlock(folder, "pass").database)
        except CasedeskError as problem:
            bench.find(revision, [f"the copy made before: {problem}"])
        bench.tally.runs += 1
