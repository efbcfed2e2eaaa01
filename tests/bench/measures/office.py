"""Fifty desks at work in one office: a save, a page and a search at each, beside pgbench on the same server."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from casedesk.base import times
from casedesk.casework import moving
from casedesk.casework.incidents import log_incident
from casedesk.records import Incident
from casedesk.store import search
from casedesk.store.browse import Listing
from casedesk.store.cabinet import Store
from casedesk.store.watching import Watch
from tests import postgres
from tests.bench import cabinets, corpus
from tests.bench.frame import ROOT, Row, Times, limited
from tests.bench.measures.lists import COLUMNS, SEEN

INCIDENTS, DESKS, PROCESSES = 100_000, 50, 5
SECONDS, PAUSE = 90.0, 10.0
"""How long they work, and how long each pauses on average before it logs, opens the cabinet's list, turns a page of it
and searches again: busier than people are, on the machine that also bears the server.
"""
KINDS = ("save", "list", "page", "search")
WORDS = ("通讯录", "还款", "威胁", "138", "家人", "起诉", "律", "8001")
PGBENCH = f"pgbench -N -c {DESKS} -j 2 -R {DESKS / PAUSE:.0f} -T 20"
SAVE, PAGE, PAGES = 0.050, 0.030, 200
"""The limits in seconds, and among how many first pages of the open list each page is."""


def measure() -> Iterator[Row]:
    """The desks in processes of ten; pgbench's simple update at the same rate before and after, in the same run."""
    bin_ = postgres.programs()
    if bin_ is None:
        return
    with postgres.cluster(durable=True) as server, tempfile.TemporaryDirectory() as folder:
        made = cabinets.cabinet(INCIDENTS)
        place = moving.Place(Path(folder) / "office", postgres.database(server))
        moving.move(made.folder, made.key, place)
        moving.undo(made.folder, made.key)
        beside = postgres.database(server)
        subprocess.run([bin_ / "pgbench", "-i", "-q", "-s", "10", beside], check=True, capture_output=True)
        peer = _pgbench(bin_, beside, Path(folder) / "before")
        found = _desks(place.folder)
        peer = Times((*peer.seconds, *_pgbench(bin_, beside, Path(folder) / "after").seconds))
    told = f"peer: {PGBENCH}, before and after, fsync on; p95 {peer.at(0.95) * 1000:.1f} ms"
    for name, most in (("save", SAVE), ("page", PAGE), ("list", None), ("search", None)):
        ratio = f"{found[name].at(0.95) / peer.at(0.95):.2f}x pgbench's p95"
        what = f"{DESKS} desks, {INCIDENTS:,} incidents, one of each every {PAUSE:g} s: {name}"
        if most is not None:
            yield limited(what, found[name], most, share=0.95, notes=[ratio, told])
        else:
            yield Row(what, f"p95 {found[name].at(0.95) * 1000:.1f} ms; {found[name]}", ratio=ratio)


def _pgbench(bin_: Path, address: str, log: Path) -> Times:
    """How long each of pgbench's updates took, counted from when it was due."""
    log.mkdir()
    subprocess.run([bin_ / "pgbench", *PGBENCH.split()[1:], "-n", "-l", f"--log-prefix={log}/log", address], check=True,
                   capture_output=True)
    return Times(tuple(int(line.split()[2]) / 1e6 for path in log.iterdir() for line in path.read_text().splitlines()))


def _desks(folder: Path) -> dict[str, Times]:
    """What each of the desks' saves, pages and searches took."""
    running = [subprocess.Popen([sys.executable, "-m", __name__, folder, str(number)], cwd=ROOT, text=True,
                                stdout=subprocess.PIPE) for number in range(PROCESSES)]
    told = [json.loads(one.communicate()[0]) for one in running]
    return {name: Times(tuple(seconds for one in told for seconds in one[name])) for name in KINDS}


class Desk:
    """One person at work, with a window's watch over the cabinet."""

    def __init__(self, store: Store, number: int, took: dict[str, list[float]]) -> None:
        self.store, self.took = store, took
        self.dice = random.Random(number)
        self.said = corpus.contacts(10_000, seed=1000 + number)
        self.listing = self._opened()

    def work(self) -> None:
        """Log, turn a page, search, pause; and again."""
        watch = Watch(self.store)
        watch.start()
        until = time.monotonic() + SECONDS
        time.sleep(self.dice.uniform(0, PAUSE))  # they do not begin at once
        while time.monotonic() < until:
            for name, do in (("save", self._log), ("list", self._open), ("page", self._page),
                             ("search", self._search)):
                start = time.perf_counter()
                do()
                self.took[name].append(time.perf_counter() - start)
            time.sleep(self.dice.expovariate(1 / PAUSE))
        watch.stop()
        self.store.close()

    def _log(self) -> None:
        contact = next(self.said)
        log_incident(self.store, Incident(matter_id=1, at=times.from_millis(contact.at), number=contact.number,
                                          words=contact.words, duration=contact.duration))

    def _opened(self) -> Listing:
        return Listing(self.store, Incident, columns=COLUMNS, order=("at", True))

    def _open(self) -> None:
        self.listing = self._opened()
        assert self.listing.rows(0, SEEN)

    def _page(self) -> None:
        assert self.listing.rows(self.dice.randrange(1, PAGES) * SEEN, SEEN)

    def _search(self) -> None:
        with self.store.read() as session:
            search.find(session, self.dice.choice(WORDS))


def main(folder: Path, number: int) -> None:
    """A process of ten desks; prints how long everything took."""
    from casedesk.store import keys

    key = keys.unlock(folder, cabinets.PASSPHRASE)
    took: dict[str, list[float]] = {name: [] for name in KINDS}
    many = DESKS // PROCESSES
    desks = [Desk(Store.open(folder, key, who=f"desk {one}"), one, took)
             for one in range(number * many, number * many + many)]
    threads = [threading.Thread(target=desk.work) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(took))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
