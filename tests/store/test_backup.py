from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import select

from casedesk.base.errors import CasedeskError, StoreUnavailable, VerificationFailed
from casedesk.records import Client, Matter
from casedesk.store import backup, keys
from casedesk.store.cabinet import Store


@pytest.fixture
def saved(store: Store, matter: Matter, tmp_path: Path) -> Path:
    """A backup of a cabinet with one matter and one file in the vault."""
    store.vault.keep(io.BytesIO(b"proof" * 1000))
    out = tmp_path / "out" / "cabinet.backup"
    assert backup.write(store, out) == 3
    return out


def test_a_backup_restores_to_the_same_cabinet(saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "again"
    backup.restore(saved, folder, "pass")
    with Store.open(folder, keys.unlock(folder, "pass")) as again, again.read() as session:
        assert session.scalars(select(Matter)).one().ref == "A-1"
        assert len(list(again.vault.names())) == 1


def test_a_backup_taken_while_others_write_is_of_one_moment(store: Store, matter: Matter, tmp_path: Path) -> None:
    with store.work() as session:
        session.add(Client(name="not yet saved"))
        session.flush()
        backup.write(store, tmp_path / "b")
    backup.restore(tmp_path / "b", tmp_path / "again", "pass")
    with Store.open(tmp_path / "again", store.key) as again, again.read() as session:
        assert [client.name for client in session.scalars(select(Client))] == ["林某"]


def test_the_present_cabinet_is_never_overwritten(saved: Path, store: Store) -> None:
    with pytest.raises(StoreUnavailable, match="not empty"):
        backup.restore(saved, store.folder, "pass")


def test_a_wrong_passphrase_restores_nothing(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        backup.restore(saved, tmp_path / "again", "wrong")
    assert not (tmp_path / "again").exists()
    assert list(tmp_path.glob("*.part")) == []


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_backup_is_refused_and_leaves_nothing(saved: Path, tmp_path: Path, data: st.DataObject) -> None:
    whole = saved.read_bytes()
    damaged = bytearray(whole)
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(whole) - 1))
        damaged[at] ^= 1 << data.draw(st.integers(0, 7))
    else:
        del damaged[data.draw(st.integers(0, len(whole) - 1)):]
    path = tmp_path / "damaged"
    path.write_bytes(damaged)
    folder = tmp_path / "never"
    try:
        backup.restore(path, folder, "pass")
    except CasedeskError:
        assert not folder.exists()
    else:  # a byte of the ZIP's own bookkeeping that carries nothing
        with Store.open(folder, keys.unlock(folder, "pass")) as again, again.read() as session:
            assert session.scalars(select(Matter)).one().ref == "A-1"
        for file in sorted(folder.rglob("*"), reverse=True):
            file.chmod(0o700)
            file.unlink() if file.is_file() else file.rmdir()
        folder.rmdir()


def test_a_forged_list_is_refused(saved: Path, tmp_path: Path, store: Store) -> None:
    forged = tmp_path / "forged"
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(forged, "w") as target:
        for name in source.namelist():
            target.writestr(name, b"other" if name.startswith("vault/") else source.read(name))
    with pytest.raises(VerificationFailed):
        backup.check(forged, store.key)
