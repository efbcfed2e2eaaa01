"""A commit whose answer never came: what was saved is known again, and nothing is saved twice."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, func, select

from casedesk.base.errors import StoreUnavailable, Unreachable
from casedesk.casework.history import verifier
from casedesk.casework.records import save
from casedesk.records import Change, Client
from casedesk.store import audit, office
from casedesk.store.cabinet import Store
from tests import postgres
from tests.conftest import QUICK
from tests.line import ANSWERED, Line


class CommitLine(Line):
    """A line that can be cut at a commit."""

    cut = ""
    """“before” the next commit reaches the server, or “after” it, when its answer is on the way."""

    def __init__(self, server_port: int) -> None:
        self.meanwhile: Callable[[], object] = lambda: None
        """What happens to the server while the line is cut."""
        self._saving, self._cut = set[socket.socket](), set[socket.socket]()
        """The connections to the server on which something is being saved, and those that are cut."""
        super().__init__(server_port)

    def passed(self, way: str, data: bytes, source: socket.socket, target: socket.socket) -> bool:
        if way == ANSWERED:
            return source not in self._cut and super().passed(way, data, source, target)
        if b"pg_current_xact_id" in data:
            self._saving.add(target)
        if not (self.cut and target in self._saving and data.endswith(b"COMMIT\0")):
            return super().passed(way, data, source, target)
        cut, self.cut = self.cut, ""
        self._cut.add(target)
        if cut == "after":
            target.sendall(data)
            self._answered(target)
        self.meanwhile()
        return False

    def _answered(self, server: socket.socket) -> None:
        """Return when the commit is done; its answer is lost with the line."""
        with psycopg.connect(port=self.server_port, host="127.0.0.1", user="office", dbname="postgres",
                             autocommit=True) as other:
            while other.execute("SELECT count(*) FROM pg_stat_activity WHERE client_port = %s AND state <> 'idle'",
                                (server.getsockname()[1],)).fetchone() != (0,):
                pass


@pytest.fixture
def line(postgres_server: str) -> Iterator[CommitLine]:
    made = CommitLine(int(postgres_server.rstrip("/").rsplit(":", 1)[1]))
    yield made
    made.close()


@pytest.fixture
def desk(postgres_server: str, line: CommitLine, tmp_path: Path) -> Iterator[Store]:
    """An office cabinet at the other end of the line."""
    address = postgres.database(postgres_server).replace(f":{line.server_port}/", f":{line.port}/")
    store, _ = Store.create(tmp_path / "office", "pass", who="王", cost=QUICK, address=address)
    with store:
        yield store


def saved(store: Store) -> list[tuple[str, int]]:
    with store.read() as session:
        assert list(verifier().judge(audit.lines(session.connection()))) == []
        return [(one.name, one.version) for one in session.scalars(select(Client))]


def changes(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Change)) or 0


def test_a_commit_that_went_through_is_known_although_its_answer_was_lost(desk: Store, line: CommitLine) -> None:
    line.cut = "after"
    first = save(desk, Client, {"name": "林某"}, uuid=uuid.uuid4())
    assert (line.cut, first.id, first.version, saved(desk)) == ("", 1, 1, [("林某", 1)])
    line.cut = "after"
    assert save(desk, Client, {"name": "林"}, uuid=first.uuid, version=1).version == 2
    assert (line.cut, saved(desk), changes(desk)) == ("", [("林", 2)], 2)


def test_a_commit_that_never_arrived_saved_nothing_and_is_tried_again(desk: Store, line: CommitLine) -> None:
    name = uuid.uuid4()
    line.cut = "before"
    with pytest.raises(Unreachable, match="nothing was saved"):
        save(desk, Client, {"name": "林某"}, uuid=name)
    assert saved(desk) == []
    save(desk, Client, {"name": "林某"}, uuid=name)
    assert (saved(desk), changes(desk)) == ([("林某", 1)], 1)


def test_what_nobody_can_tell_is_saved_once_when_it_is_saved_again(desk: Store, line: CommitLine,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_JUST_LOST", 0)
    first = save(desk, Client, {"name": "林某"}, uuid=uuid.uuid4())
    for uuid_, version, wanted in ((uuid.uuid4(), None, "陈某"), (first.uuid, 1, "林")):
        line.cut, line.dead = "after", True
        with pytest.raises(Unreachable, match="not known"):
            save(desk, Client, {"name": wanted}, uuid=uuid_, version=version)
        line.dead = False
        save(desk, Client, {"name": wanted}, uuid=uuid_, version=version)
    assert (sorted(saved(desk)), changes(desk)) == ([("林", 2), ("陈某", 1)], 3)


def test_a_server_that_was_just_lost_is_waited_for_half_as_long(desk: Store) -> None:
    waited = list[int]()
    event.listen(desk.engine, "do_connect", lambda _, __, ___, named: waited.append(int(named["connect_timeout"])))
    desk.engine.dispose()
    assert saved(desk) == []
    with desk.engine.connect() as connection:
        connection.invalidate()
    assert saved(desk) == []
    noticed = int(str(office.understood("postgresql://a@b/c").query["tcp_user_timeout"])) / 1000
    assert waited == [10, 5]
    assert noticed + waited[1] <= 10


def test_a_number_a_crashed_server_gave_to_another_is_not_taken_for_the_own_save(
        desk: Store, line: CommitLine, postgres_server: postgres.Server) -> None:
    def crash() -> None:
        postgres_server.stop()
        postgres_server.start()
        with psycopg.connect(f"{postgres_server}postgres?sslmode=disable", autocommit=True) as another:
            for _ in range(20):
                another.execute("SELECT pg_current_xact_id()")

    save(desk, Client, {"name": "陈某"}, uuid=uuid.uuid4())
    name, line.cut, line.meanwhile = uuid.uuid4(), "before", crash
    with pytest.raises(Unreachable, match="down meanwhile"):
        save(desk, Client, {"name": "林某"}, uuid=name)
    save(desk, Client, {"name": "林某"}, uuid=name)
    assert saved(desk) == [("陈某", 1), ("林某", 1)]


def test_a_late_copy_of_the_database_is_not_written_to(desk: Store) -> None:
    save(desk, Client, {"name": "林某"}, uuid=uuid.uuid4())
    address = postgres.of_administrator(office.address_of(desk.folder))
    with psycopg.connect(address) as server:  # as a copy that lags behind would be
        server.execute("SET session_replication_role = replica")
        server.execute("DELETE FROM change")
        server.execute("DELETE FROM client")
    with pytest.raises(StoreUnavailable, match="lacks what was saved last"):
        save(desk, Client, {"name": "陈某"}, uuid=uuid.uuid4())
    assert saved(desk) == []
