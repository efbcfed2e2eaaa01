"""N: many desks at once, servers that crash, lines that break, clocks that jump."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest import mock

import psycopg
from sqlalchemy import func, select

from casedesk.base import times
from casedesk.base.errors import Conflict, Unreachable
from casedesk.casework import check, findings, history
from casedesk.casework.incidents import log_incident
from casedesk.casework.records import save
from casedesk.records import Change, Client, Incident, Matter
from casedesk.store import keys
from casedesk.store.cabinet import Store
from tests import postgres
from tests.conftest import QUICK
from tests.faults import scenarios
from tests.faults.campaign import Bench, campaign
from tests.faults.line import FaultyLine
from tests.line import ANSWERED, ASKED


def no_server() -> str:
    return "" if postgres.programs() is not None else postgres.MISSING


@contextmanager
def office_on(bench: Bench, server: str, port: int = 0, host: str = "127.0.0.1") -> Iterator[Store]:
    """An office cabinet of its own on the server, reached by another port where one is given."""
    own = server.rstrip("/").rsplit(":", 1)[1]
    address = postgres.database(server).replace(f"127.0.0.1:{own}/", f"{host}:{port or own}/")
    folder = bench.place / f"office-{uuid.uuid4().hex[:8]}"
    with Store.create(folder, "pass", who="王", cost=QUICK, address=address)[0] as store:
        yield store


def until_saved(store: Store, name: str, tally: Counter[str], *, tries: int = 200) -> None:
    """Save a client under one UUID until the program says that it is saved, as a person would."""
    one = uuid.uuid4()
    for _ in range(tries):
        try:
            save(store, Client, {"name": name}, uuid=one)
        except Unreachable:
            tally["not reached, and saved again"] += 1
            time.sleep(0.02)
        else:
            tally["acknowledged"] += 1
            return
    raise AssertionError(f"{name} could not be saved")


def once(bench: Bench, store: Store, wanted: set[str]) -> None:
    """Everything acknowledged is there exactly once, and so does the history tell it."""
    with store.read(whole=True) as session:
        names = Counter(session.scalars(select(Client.name)))
        added = session.scalar(select(func.count()).select_from(Change).where(
            Change.action == "add", Change.kind == "client")) or 0
    bench.find("end", [f"lost: {name}" for name in wanted - names.keys()])
    bench.find("end", [f"{count} times: {name}" for name, count in names.items() if count > 1])
    if added != names.total():
        bench.find("end", [f"{added} in the history, {names.total()} there"])
    bench.find("end", [one.message for one in check.verify(store)])
    bench.tally.acknowledged += len(wanted)


def _count_up(folder: str, count: int, until: float, who: str) -> tuple[int, int]:
    """Add one to a number in the cabinet, so many times at least and until then; how often, and how often somebody else
    had been quicker.

    No two save the same words: what is there already as it is to be is no conflict.
    """
    number = late = 0
    with Store.open(Path(folder), keys.unlock(Path(folder), "pass"), who=who) as store:
        while number < count or time.time() < until:
            number += 1
            while True:
                with store.read() as session:
                    one = session.scalars(select(Matter).where(Matter.id == 1)).one()
                name = f"{int(one.name.split()[0]) + 1} {who}{number}"
                try:
                    save(store, Matter, {"name": name, "ref": one.ref, "client_id": one.client_id}, uuid=one.uuid,
                         version=one.version)
                    break
                except Conflict:
                    late += 1
    return number, late


@campaign("N01", "four processes add to one number in one cabinet, while the log is brought in again and again",
          plan="4 processes x 5,000 edits, 1 h of checkpoints", small=0, nightly=20_000)
def counted_together(bench: Bench) -> None:
    """Of a night's 20,000 edits an hour is taken, and more of them where they are quicker."""
    folder = bench.folder() / "cabinet"
    with scenarios.opened(folder) as store, store.work() as session:
        session.get_one(Matter, 1).name = "0"
    each, done, stormed = bench.size // 4, threading.Event(), 0
    until = time.time() + bench.size / 20_000 * 3600

    def storm() -> None:
        nonlocal stormed
        with scenarios.opened(folder) as own:
            while not done.wait(0.02):
                check._settle(own)
                stormed += 1

    storming = threading.Thread(target=storm)
    storming.start()
    try:
        with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
            told = list(pool.map(_count_up, [str(folder)] * 4, [each] * 4, [until] * 4, "甲乙丙丁"))
    finally:
        done.set()
        storming.join()
    bench.tally.runs = bench.tally.acknowledged = sum(added for added, _ in told)
    bench.tally.count("somebody was quicker, and it was done again", sum(late for _, late in told))
    bench.tally.count("the log was brought in", stormed)
    with scenarios.opened(folder) as store:
        with store.read() as session:
            said = session.get_one(Matter, 1).name.split()[0]
        if said != str(bench.tally.runs):
            bench.find("end", [f"{bench.tally.runs} added, {said} there"])
        bench.find("end", [one.message for one in check.verify(store)])


@campaign("N02", "saves of two desks in any order: a stale one is a conflict that holds both versions", plan="10,000",
          small=40, nightly=10_000)
def stale_saves(bench: Bench) -> None:
    folder = bench.folder() / "cabinet"
    one = uuid.uuid4()
    with scenarios.opened(folder, "甲") as first, scenarios.opened(folder, "乙") as second:
        now, said = save(first, Client, {"name": "0"}, uuid=one).version, "0"
        seen = {first: now, second: now}
        for number in range(1, bench.size + 1):
            store = bench.dice.choice([first, second])
            bench.tally.runs += 1
            if bench.dice.random() < 0.3:
                with store.read() as session:
                    seen[store] = session.scalars(select(Client).where(Client.uuid == one)).one().version
                continue
            try:
                now_saved = save(store, Client, {"name": str(number)}, uuid=one, version=seen[store])
            except Conflict as conflict:
                bench.tally.count("conflict")
                if seen[store] == now:
                    bench.find(f"{number}", ["a conflict that is none"])
                if (conflict.mine.get("name"), conflict.theirs.get("name")) != (str(number), said):
                    bench.find(f"{number}", [f"not both versions: {conflict.mine} {conflict.theirs}"])
                continue
            if seen[store] != now:
                bench.find(f"{number}", ["a stale save was taken"])
            seen[store] = now = now_saved.version
            said = str(number)
            bench.tally.acknowledged += 1
        bench.find("end", [problem.message for problem in check.verify(first)])


@campaign("N03", "the PostgreSQL server crashes (immediate stop, or a backend killed) under three desks", plan="100",
          small=0, nightly=100, missing=no_server)
def crashing_server(bench: Bench) -> None:
    with postgres.cluster(durable=True) as server, office_on(bench, server) as store:
        done, tally, wanted = threading.Event(), Counter[str](), set[str]()
        failed: list[BaseException] = []

        def work(desk: Store) -> None:
            number = 0
            try:
                with desk:
                    while not done.is_set():
                        until_saved(desk, f"{desk.who}{number}", tally, tries=3000)
                        wanted.add(f"{desk.who}{number}")
                        number += 1
            except BaseException as problem:
                failed.append(problem)

        opened = [Store.open(store.folder, store.key, who=who) for who in "甲乙丙"]
        desks = [threading.Thread(target=work, args=(desk,)) for desk in opened]
        for desk in desks:
            desk.start()
        for number in range(bench.size):
            time.sleep(bench.dice.random() * 0.6)
            if number % 4 == 3:
                _kill_backend(server)
            else:
                server.stop()
                server.start()
            bench.tally.runs += 1
        done.set()
        for desk in desks:
            desk.join()
        bench.find("desk", [f"{type(one).__name__}: {one}" for one in failed])
        bench.tally.counts |= tally
        once(bench, store, wanted)


def _kill_backend(server: str) -> None:
    with suppress(psycopg.Error), psycopg.connect(f"{server}postgres?sslmode=disable") as connection:
        found = connection.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'desk' LIMIT 1").fetchone()
        if found:
            with suppress(ProcessLookupError):
                os.kill(found[0], signal.SIGKILL)


@campaign("N04", "the line cut at any byte of what is asked or answered, before, in and after a commit", plan="2,000",
          small=0, nightly=2000, missing=no_server)
def cut_lines(bench: Bench) -> None:
    with postgres.cluster() as server:
        line = FaultyLine(int(server.rstrip("/").rsplit(":", 1)[1]))
        with office_on(bench, server, line.port) as store:
            wanted, tally = set[str](), Counter[str]()
            for number in range(bench.size):
                before = line.was_cut
                while line.was_cut == before:  # some saves are over before it comes to that byte
                    line.cut = (bench.dice.choice([ASKED, ANSWERED]), bench.dice.randrange(3000))
                    name = f"{number}-{len(wanted)}"
                    until_saved(store, name, tally)
                    wanted.add(name)
                bench.tally.runs += 1
            line.cut = None
            once(bench, store, wanted)
            bench.tally.counts |= tally
        line.close()


_JUMPS = (dt.timedelta(hours=1), dt.timedelta(hours=-1), dt.timedelta(days=3652), dt.timedelta(days=-3652),
          dt.timedelta(seconds=5), dt.timedelta(minutes=-3))
_MOMENTS = (dt.datetime(2038, 1, 19, 3, 14, 8, tzinfo=dt.UTC), dt.datetime(2028, 2, 29, 12, tzinfo=dt.UTC),
            dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC), dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC),
            dt.datetime(1999, 12, 31, 23, 59, 59, tzinfo=dt.UTC))


@campaign("N06", "the clock jumps while contacts are logged: an hour, ten years, 2038, a leap day, summer time",
          plan="500", small=6, nightly=500)
def jumping_clocks(bench: Bench) -> None:
    folder = bench.folder() / "cabinet"
    with scenarios.opened(folder) as store:
        at = times.now()
        for number in range(bench.size):
            at = bench.dice.choice(_MOMENTS) if bench.dice.random() < 0.3 else scenarios.AT + bench.dice.choice(_JUMPS)
            with mock.patch.object(times, "now", lambda at=at: at):
                log_incident(store, Incident(matter_id=1, at=scenarios.AT + dt.timedelta(hours=number),
                                             number="0755 8888 0001", words=f"跳{number}"))
            bench.tally.runs += 1
        bench.tally.acknowledged = bench.size
        with store.read() as session:
            kept = session.scalars(select(Incident).where(Incident.words.like("跳%")).order_by(Incident.id)).all()
            order = list(session.scalars(select(Change.seq).order_by(Change.seq)))
        if [(one.words, one.at) for one in kept] != [
                (f"跳{number}", scenarios.AT + dt.timedelta(hours=number)) for number in range(bench.size)]:
            bench.find("end", ["the contacts are not as they were logged"])
        if "set back" not in history.limits(store):
            bench.find("end", ["nothing is said of the clock"])
        if order != list(range(1, len(order) + 1)):
            bench.find("end", ["the history has no order of its own"])
        said = []
        for moment in (at, *_MOMENTS[:2]):
            with mock.patch.object(times, "now", lambda moment=moment: moment):
                findings.recheck(store, 1)
                said.append(sorted((one.rule, str(one.severity), tuple(findings.rows(store, one.id)))
                                   for one in findings.findings(store, 1)))
        if any(one != said[0] for one in said):
            bench.find("end", ["the rules say something else when the clock is another"])
        bench.find("end", [one.message for one in check.verify(store)])
