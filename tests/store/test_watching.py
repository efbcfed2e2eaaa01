from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from casedesk.base.errors import Unreachable
from casedesk.casework import check
from casedesk.records import Client
from casedesk.store import office
from casedesk.store.cabinet import Store
from casedesk.store.presence import Slips
from casedesk.store.watching import Watch
from tests import postgres
from tests.conftest import QUICK

PATIENCE = 100.0
"""Seconds until a test gives up on what will never come; nothing is said about speed."""
ANOTHER_DESK = """
import sys
from pathlib import Path
from casedesk.records import Client
from casedesk.store import keys
from casedesk.store.cabinet import Store
folder = Path(sys.argv[1])
with Store.open(folder, keys.unlock(folder, "pass"), who="李") as store:
    with store.work() as session:
        session.add(Client(name="林某"))
"""


@pytest.fixture(params=["folder", "office"])
def cabinet(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty cabinet of either kind."""
    address = postgres.database(request.getfixturevalue("postgres_server")) if request.param == "office" else ""
    store, _ = Store.create(tmp_path / "cabinet", "pass", who="王", cost=QUICK, address=address)
    with store:
        yield store


class Desk:
    """A desk that watches, and what it heard."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.heard: list[frozenset[str]] = []
        self.reached: list[Unreachable | None] = []
        self._something = threading.Condition()
        self._end = store.listen(self._hear)
        self.watch = Watch(store, reached=self._reach, editors=self._tell)
        self.watch.start()

    def _hear(self, tables: frozenset[str]) -> None:
        self.heard.append(tables)
        self._tell()

    def _reach(self, problem: Unreachable | None) -> None:
        self.reached.append(problem)
        self._tell()

    def _tell(self) -> None:
        with self._something:
            self._something.notify_all()

    def wait(self, happened: Callable[[], object]) -> None:
        """Return once it happened."""
        with self._something:
            assert self._something.wait_for(happened, PATIENCE)

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *problem: object) -> None:
        self.watch.stop()
        self._end()


@pytest.fixture
def desk(cabinet: Store) -> Iterator[Desk]:
    """A desk at work in it."""
    with Desk(cabinet) as made:
        yield made


def add(store: Store, name: str) -> None:
    with store.work() as session:
        session.add(Client(name=name))


def test_what_another_process_saves_is_heard(cabinet: Store, desk: Desk) -> None:
    subprocess.run([sys.executable, "-c", ANOTHER_DESK, cabinet.folder], check=True)
    desk.wait(lambda: frozenset({"client"}) in desk.heard)


def test_what_is_saved_here_is_told_once(cabinet: Store, desk: Desk) -> None:
    with Store.open(cabinet.folder, cabinet.key) as other:
        add(cabinet, "own")
        add(other, "another's")
        desk.wait(lambda: len(desk.heard) > 1)
    assert desk.heard == [frozenset({"client"})] * 2


def test_where_nothing_is_told_it_is_looked_for(postgres_server: str, tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    store, _ = Store.create(tmp_path / "a", "pass", cost=QUICK, address=postgres.database(postgres_server))
    with store, Store.open(tmp_path / "a", store.key) as other, Desk(store) as desk:
        monkeypatch.setattr(office, "CHANNEL", "elsewhere")
        add(other, "x")
        desk.wait(lambda: frozenset({"client"}) in desk.heard)


def test_a_desk_hears_who_edits_and_forgets_who_left(cabinet: Store, tmp_path: Path) -> None:
    record = str(uuid.uuid4())
    cabinet.who = "王律师"
    with Store.open(cabinet.folder, cabinet.key, who="李律师") as second, Desk(cabinet) as first:
        first.watch.edit(record, on=True)
        with Desk(second) as other:
            other.wait(lambda: other.watch.editors(record) == ("王律师",))  # it came later and was told at once
            other.watch.edit(record, on=True)
            first.wait(lambda: first.watch.editors(record) == ("李律师",))
            first.watch.edit(record, on=False)
            other.wait(lambda: other.watch.editors(record) == ())
        first.wait(lambda: first.watch.editors(record) == ())
        assert check.verify(cabinet) == []


def test_what_a_dead_desk_left_beside_the_cabinet_is_taken_away(tmp_path: Path) -> None:
    dead, damaged = tmp_path / "desk-a.editing", tmp_path / "desk-b.editing"
    Slips(tmp_path, "a").put("李律师", ["x"])
    assert [told[1:] for told in Slips(tmp_path, "c").others()] == [("李律师", frozenset("x"))]
    os.utime(dead, (0, 0))
    damaged.write_text("[]", encoding="utf-8")
    assert list(Slips(tmp_path, "c").others()) == []
    assert not dead.exists()
    assert damaged.exists()


def test_a_desk_that_died_edits_nothing_soon(postgres_server: str, tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    from casedesk.store import presence, watching

    monkeypatch.setattr(presence, "FORGOTTEN", 2.0)
    monkeypatch.setattr(watching, "_BEAT", 0.1)
    store, _ = Store.create(tmp_path / "a", "pass", cost=QUICK, address=postgres.database(postgres_server))
    with store, Desk(store) as desk, psycopg.connect(office.address_of(store.folder), autocommit=True) as dead:
        dead.execute("SELECT pg_notify('casedesk', %s)",
                     ('{"desk": "d", "who": "王律师", "edits": ["r"], "hello": false}',))
        desk.wait(lambda: desk.watch.editors("r") == ("王律师",))
        desk.wait(lambda: desk.watch.editors("r") == ())
