"""An office that keeps evidence and key in its database: sealed, write-once, in bounded memory, nothing half kept."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from casedesk.base import paths
from casedesk.base.errors import StoreUnavailable, VerificationFailed
from casedesk.casework import check
from casedesk.casework.evidence import add_files, kept
from casedesk.records import Client, Evidence, Matter
from casedesk.store import header, keys, office
from casedesk.store.cabinet import Store
from casedesk.store.sealed import CHUNK, sealed_size
from casedesk.store.vault import Kept
from casedesk.store.vault_folder import FolderVault
from casedesk.store.vault_office import OfficeVault
from tests import postgres
from tests.conftest import QUICK

SIZES = [0, 1, 4096, CHUNK - 1, CHUNK, CHUNK + 1, 8 * CHUNK, 8 * CHUNK + 1, 33 * CHUNK - 7]


@pytest.fixture
def address(postgres_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(paths, "settings_folder", lambda: tmp_path / "settings")
    return postgres.database(postgres_server)


@pytest.fixture
def firm(address: str) -> Iterator[Store]:
    """A cabinet that is wholly in a database."""
    made, _ = Store.create(office.desk_folder(address), "pass", who="tester", cost=QUICK, address=address,
                           all_there=True)
    with made:
        yield made


def behind(address: str, statement: str, *values: object) -> list[tuple[object, ...]]:
    """What somebody with the server's own rights does."""
    with psycopg.connect(postgres.of_administrator(address)) as connection:
        found = connection.execute(statement, values)
        return list(found.fetchall()) if found.description else []


def test_what_is_kept_comes_back_and_reads_like_any_stream(firm: Store) -> None:
    for size in SIZES:
        content = random.Random(size).randbytes(size)
        one = firm.vault.keep(io.BytesIO(content))
        assert firm.vault.read(one) == content
        assert firm.vault.verify(one) == "ok"
        assert firm.vault.length(one.name) == sealed_size(size)
        with firm.vault.open(one) as stream:
            stream.seek(size // 2)
            assert stream.read(100) == content[size // 2:size // 2 + 100]
            stream.seek(-min(size, 9), io.SEEK_END)
            assert stream.read() == content[size - min(size, 9):]


def test_the_server_sees_neither_content_nor_a_key_that_opens_it(firm: Store, address: str, tmp_path: Path) -> None:
    said = "今天不还款，明天公安就去你单位。".encode() * 900
    (tmp_path / "sms.txt").write_bytes(said)
    with firm.work() as session:
        session.add(client := Client(name="林某"))
        session.flush()
        session.add(Matter(ref="A-1", name="林某", client_id=client.id))
    [one] = add_files(firm, 1, [tmp_path / "sms.txt"])
    pieces = b"".join(bytes(piece) for (piece,) in behind(address, "SELECT content FROM vault_piece"))  # type: ignore[call-overload]
    assert not any(said[start:start + 8] in pieces for start in range(60))
    [(box,)] = behind(address, "SELECT vault_key FROM evidence")
    stranger = OfficeVault(firm.engine, bytes(32))
    with pytest.raises(VerificationFailed):
        stranger.read(kept(one))
    assert len(bytes(box)) == 60  # type: ignore[call-overload]
    assert check.verify(firm) == []


def test_a_piece_is_never_changed_and_what_the_server_changes_is_found(firm: Store, address: str) -> None:
    one = firm.vault.keep(io.BytesIO(bytes(3 * CHUNK)))
    with pytest.raises(psycopg.errors.RaiseException, match="written once"):
        behind(address, "UPDATE vault_piece SET content = 'x'")
    behind(address, "ALTER TABLE vault_piece DISABLE TRIGGER ALL")
    behind(address, "UPDATE vault_piece SET content = overlay(content PLACING 'x'::bytea FROM 9000) WHERE number = 1")
    assert firm.vault.verify(one) == "changed"
    behind(address, "DELETE FROM vault_piece WHERE number = 2")
    assert firm.vault.verify(one) == "changed"
    behind(address, "DELETE FROM vault_file")
    assert firm.vault.verify(one) == "missing"


def test_a_large_recording_is_kept_and_read_in_bounded_memory(firm: Store) -> None:
    tracemalloc.start()
    try:
        one = firm.vault.keep(Zeros(48 << 20))  # type: ignore[arg-type]
        assert firm.vault.verify(one) == "ok"
        assert tracemalloc.get_traced_memory()[1] < 24 << 20
    finally:
        tracemalloc.stop()


class Zeros(io.RawIOBase):
    """So many zeros."""

    def __init__(self, left: int) -> None:
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        count = min(len(view), self._left)
        view[:count] = bytes(count)
        self._left -= count
        return count


KILLED = """
import io, os, signal, sys
from pathlib import Path
from casedesk.store import keys
from casedesk.store.cabinet import Store
class Killing(io.BytesIO):
    def read(self, size=-1):
        if self.tell() > 5_000_000:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().read(size)
folder = Path(sys.argv[1])
with Store.open(folder, keys.unlock(folder, "pass")) as store:
    store.vault.keep(Killing(bytes(9_000_000)))
"""


def test_a_file_broken_off_leaves_nothing(firm: Store, address: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, firm.folder], check=False, capture_output=True)
    assert done.returncode == -9, done.stderr
    with pytest.raises(OSError, match="gone"):
        firm.vault.keep(Broken(bytes(5_000_000)))
    assert list(firm.vault.names()) == []
    assert behind(address, "SELECT count(*) FROM vault_piece") == [(0,)]


class Broken(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        if self.tell() > 3_000_000:
            raise OSError("gone")
        return super().read(size)


def test_the_answer_to_a_kept_file_may_be_lost(firm: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy import Connection
    from sqlalchemy.exc import OperationalError

    whole = Connection.commit

    def lost(connection: Connection) -> None:
        whole(connection)
        raise OperationalError("", None, psycopg.OperationalError("the connection is lost"))

    monkeypatch.setattr(Connection, "commit", lost)
    one = firm.vault.keep(io.BytesIO(b"kept"))
    monkeypatch.undo()
    assert firm.vault.read(one) == b"kept"


def test_evidence_is_not_saved_where_its_file_is_not(firm: Store, address: str) -> None:
    one = firm.vault.keep(io.BytesIO(b"kept by the server that died"))
    behind(address, "DELETE FROM vault_file")
    with pytest.raises(StoreUnavailable, match="lacks a file"), firm.work() as session:
        session.add(client := Client(name="林某"))
        session.flush()
        session.add(matter := Matter(ref="A-1", name="林某", client_id=client.id))
        session.flush()
        session.add(Evidence(matter_id=matter.id, name="n", vault_name=one.name, vault_key=one.key))
    with firm.read() as session:
        assert session.query(Client).all() == []


def test_it_is_taken_over_from_a_folder_and_back_byte_by_byte(firm: Store, tmp_path: Path) -> None:
    beside = FolderVault(tmp_path / "vault", firm.key.vault_names)
    kept_here = [beside.keep(io.BytesIO(random.Random(size).randbytes(size))) for size in SIZES]
    for one in kept_here:
        assert firm.vault.take(one.name, beside)
        assert not firm.vault.take(one.name, beside)
        assert firm.vault.digest(one.name) == beside.digest(one.name)
        beside.drop(one.name)
        assert beside.take(one.name, firm.vault)
        assert beside.verify(one) == firm.vault.verify(one) == "ok"
    assert sorted(one.name for one in kept_here) == list(firm.vault.names())
    firm.vault.drop(kept_here[0].name)
    assert firm.vault.length(kept_here[0].name) == -1
    assert firm.vault.digest(kept_here[0].name) == ""


def test_every_desk_opens_it_by_its_address_and_passwords_are_changed_for_all(
        firm: Store, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "settings_folder", lambda: tmp_path / "another desk")
    there = office.desk_folder(address)
    assert header.read(there) == header.read(firm.folder)
    assert {path.name for path in there.iterdir()} == {office.ADDRESS}
    keys.change_passphrase(there, keys.unlock(there, "pass"), "new", cost=QUICK)
    with pytest.raises(StoreUnavailable):
        keys.unlock(firm.folder, "pass")
    with Store.open(firm.folder, keys.unlock(firm.folder, "new")) as again:
        assert check.verify(again) == []
    behind(address, "DELETE FROM header")
    with pytest.raises(StoreUnavailable, match="not a cabinet"):
        keys.unlock(there, "new")


def test_an_office_with_a_folder_is_not_opened_by_its_address(postgres_server: str, address: str,
                                                              tmp_path: Path) -> None:
    Store.create(tmp_path / "share", "pass", cost=QUICK, address=address)[0].close()
    with pytest.raises(StoreUnavailable, match="not in its database"):
        keys.unlock(office.desk_folder(address), "pass")


def test_who_may_only_look_takes_no_evidence_away_by_hand(firm: Store, address: str) -> None:
    firm.vault.keep(io.BytesIO(b"kept"))
    with psycopg.connect(address) as connection:
        connection.execute("SET casedesk.actor = 'nobody'")
        assert connection.execute("SELECT count(*) FROM vault_piece").fetchone() == (0,)
        assert connection.execute("DELETE FROM vault_file").rowcount == 0
    assert len(list(firm.vault.names())) == 1


def test_keys_are_bound_to_their_files(firm: Store) -> None:
    one, other = firm.vault.keep(io.BytesIO(b"one")), firm.vault.keep(io.BytesIO(b"two"))
    with pytest.raises(VerificationFailed):
        firm.vault.read(Kept(one.name, other.key, one.size, one.sha256))
