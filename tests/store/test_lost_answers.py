"""A commit whose answer never came: what was saved is known again, and nothing is saved twice."""

from __future__ import annotations

import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from casedesk.base.errors import StoreUnavailable, Unreachable
from casedesk.casework.history import verifier
from casedesk.casework.records import save
from casedesk.records import Change, Client
from casedesk.store import audit, office
from casedesk.store.cabinet import Store
from tests import postgres
from tests.conftest import QUICK


class Line:
    """The network between a desk and the server, which can be cut at a commit."""

    def __init__(self, port: int) -> None:
        self.server_port = port
        self.cut = ""
        """“before” the next commit reaches the server, or “after” it, when its answer is on the way."""
        self.dead = False
        self.meanwhile: Callable[[], object] = lambda: None
        """What happens to the server while the line is cut."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                desk, _ = self._listening.accept()
                if self.dead:
                    desk.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self.server_port))
                gone = threading.Event()
                threading.Thread(target=self._ask, args=(desk, server, gone), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, desk, gone), daemon=True).start()

    def _ask(self, desk: socket.socket, server: socket.socket, gone: threading.Event) -> None:
        saving = False
        with suppress(OSError), closing(desk), closing(server):
            while data := desk.recv(65536):
                saving = saving or b"pg_current_xact_id" in data
                if self.cut and saving and data.endswith(b"COMMIT\0"):
                    cut, self.cut = self.cut, ""
                    gone.set()
                    if cut == "after":
                        server.sendall(data)
                        self._answered(server)
                    self.meanwhile()
                    desk.shutdown(socket.SHUT_RDWR)
                    server.shutdown(socket.SHUT_RDWR)
                    return
                server.sendall(data)

    def _answer(self, server: socket.socket, desk: socket.socket, gone: threading.Event) -> None:
        with suppress(OSError):
            while (data := server.recv(65536)) and not gone.is_set():
                desk.sendall(data)

    def _answered(self, server: socket.socket) -> None:
        """Return when the commit is done; its answer is lost with the line."""
        with psycopg.connect(port=self.server_port, host="127.0.0.1", user="office", dbname="postgres",
                             autocommit=True) as other:
            while other.execute("SELECT count(*) FROM pg_stat_activity WHERE client_port = %s AND state <> 'idle'",
                                (server.getsockname()[1],)).fetchone() != (0,):
                pass


@pytest.fixture
def line(postgres_server: str) -> Iterator[Line]:
    made = Line(int(postgres_server.rstrip("/").rsplit(":", 1)[1]))
    yield made
    made.close()


@pytest.fixture
def desk(postgres_server: str, line: Line, tmp_path: Path) -> Iterator[Store]:
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


def test_a_commit_that_went_through_is_known_although_its_answer_was_lost(desk: Store, line: Line) -> None:
    line.cut = "after"
    first = save(desk, Client, {"name": "林某"}, uuid=uuid.uuid4())
    assert (line.cut, first.id, first.version, saved(desk)) == ("", 1, 1, [("林某", 1)])
    line.cut = "after"
    assert save(desk, Client, {"name": "林"}, uuid=first.uuid, version=1).version == 2
    assert (line.cut, saved(desk), changes(desk)) == ("", [("林", 2)], 2)


def test_a_commit_that_never_arrived_saved_nothing_and_is_tried_again(desk: Store, line: Line) -> None:
    name = uuid.uuid4()
    line.cut = "before"
    with pytest.raises(Unreachable, match="nothing was saved"):
        save(desk, Client, {"name": "林某"}, uuid=name)
    assert saved(desk) == []
    save(desk, Client, {"name": "林某"}, uuid=name)
    assert (saved(desk), changes(desk)) == ([("林某", 1)], 1)


def test_what_nobody_can_tell_is_saved_once_when_it_is_saved_again(desk: Store, line: Line,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "_UNCLEAR_FOR", 0.0)
    first = save(desk, Client, {"name": "林某"}, uuid=uuid.uuid4())
    for uuid_, version, wanted in ((uuid.uuid4(), None, "陈某"), (first.uuid, 1, "林")):
        line.cut, line.dead = "after", True
        with pytest.raises(Unreachable, match="not known"):
            save(desk, Client, {"name": wanted}, uuid=uuid_, version=version)
        line.dead = False
        save(desk, Client, {"name": wanted}, uuid=uuid_, version=version)
    assert (sorted(saved(desk)), changes(desk)) == ([("林", 2), ("陈某", 1)], 3)


def test_a_number_a_crashed_server_gave_to_another_is_not_taken_for_the_own_save(tmp_path: Path) -> None:
    with postgres.cluster() as server:
        line = Line(int(server.rstrip("/").rsplit(":", 1)[1]))

        def crash() -> None:
            server.stop()
            server.start()
            with psycopg.connect(f"{server}postgres?sslmode=disable", autocommit=True) as another:
                for _ in range(20):
                    another.execute("SELECT pg_current_xact_id()")

        address = postgres.database(server).replace(f":{line.server_port}/", f":{line.port}/")
        with Store.create(tmp_path / "office", "pass", cost=QUICK, address=address)[0] as store:
            save(store, Client, {"name": "陈某"}, uuid=uuid.uuid4())
            name, line.cut, line.meanwhile = uuid.uuid4(), "before", crash
            with pytest.raises(Unreachable, match="down meanwhile"):
                save(store, Client, {"name": "林某"}, uuid=name)
            save(store, Client, {"name": "林某"}, uuid=name)
            assert saved(store) == [("陈某", 1), ("林某", 1)]
        line.close()


def test_a_late_copy_of_the_database_is_not_written_to(desk: Store) -> None:
    save(desk, Client, {"name": "林某"}, uuid=uuid.uuid4())
    address = postgres.of_administrator(office.address_of(desk.folder))
    with psycopg.connect(address) as server:  # as a copy that lags behind would be
        server.execute("DELETE FROM change")
        server.execute("DELETE FROM client")
    with pytest.raises(StoreUnavailable, match="lacks what was saved last"):
        save(desk, Client, {"name": "陈某"}, uuid=uuid.uuid4())
    assert saved(desk) == []
