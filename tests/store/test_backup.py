from __future__ import annotations

import datetime as dt
import io
import itertools
import shutil
import zipfile
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from hypothesis import given, settings, strategies as st
from sqlalchemy import select

from casedesk.base.errors import CasedeskError, StoreUnavailable, VerificationFailed
from casedesk.records import Client, Matter
from casedesk.store import backup, keys, places
from casedesk.store.cabinet import Store
from casedesk.store.keys import CabinetKey
from casedesk.store.places import BackupPlace
from casedesk.store.restoring import restore
from tests.conftest import QUICK

NOON = dt.datetime(2026, 11, 27, 12, 20, tzinfo=dt.UTC)


def unlock(folder: Path) -> CabinetKey:
    return keys.unlock(folder, "pass")


@pytest.fixture
def saved(store: Store, matter: Matter, tmp_path: Path) -> Path:
    """A backup of a cabinet with one matter and one file in the vault."""
    store.vault.keep(io.BytesIO(b"proof" * 1000))
    out = tmp_path / "out" / "cabinet.backup"
    assert len(backup.write(store, out).files) == 3
    return out


@pytest.fixture
def place(store: Store, matter: Matter, tmp_path: Path) -> BackupPlace:
    """A place for backups of that cabinet."""
    store.vault.keep(io.BytesIO(b"proof" * 1000))
    made = BackupPlace(tmp_path / "stick", store)
    made.prepare()
    return made


def assert_same(folder: Path, key: CabinetKey, files: int = 1) -> None:
    with Store.open(folder, key) as again, again.read() as session:
        assert session.scalars(select(Matter)).one().ref == "A-1"
        assert len(list(again.vault.names())) == files


def test_a_backup_restores_to_the_same_cabinet(saved: Path, tmp_path: Path) -> None:
    restore(saved, tmp_path / "again", unlock)
    assert_same(tmp_path / "again", unlock(tmp_path / "again"))


def test_a_backup_taken_while_others_write_is_of_one_moment(store: Store, matter: Matter, tmp_path: Path) -> None:
    with store.work() as session:
        session.add(Client(name="not yet saved"))
        session.flush()
        backup.write(store, tmp_path / "b")
    restore(tmp_path / "b", tmp_path / "again", unlock)
    with Store.open(tmp_path / "again", store.key) as again, again.read() as session:
        assert [client.name for client in session.scalars(select(Client))] == ["林某"]


def test_the_present_cabinet_is_kept(saved: Path, store: Store) -> None:
    with pytest.raises(StoreUnavailable, match="not empty"):
        restore(saved, store.folder, unlock)
    with store.work() as session:
        session.add(Client(name="after the backup"))
    store.close()
    aside = restore(saved, store.folder, unlock, keep_present=True)
    assert aside is not None
    assert_same(store.folder, store.key)
    with Store.open(aside, store.key) as kept, kept.read() as session:
        assert len(session.scalars(select(Client)).all()) == 2


def test_a_backup_of_another_cabinet_never_takes_its_place(saved: Path, tmp_path: Path) -> None:
    Store.create(tmp_path / "other", "pass", cost=QUICK)[0].close()
    with pytest.raises(StoreUnavailable, match="another cabinet"):
        restore(saved, tmp_path / "other", unlock, keep_present=True)
    with pytest.raises(VerificationFailed, match="another cabinet"):
        restore(saved, tmp_path / "again", lambda _: unlock(tmp_path / "other"))
    assert not (tmp_path / "again").exists()


def test_a_wrong_passphrase_restores_nothing(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        restore(saved, tmp_path / "again", lambda folder: keys.unlock(folder, "wrong"))
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
        restore(path, folder, unlock)
    except CasedeskError:
        assert not folder.exists()
    else:  # a byte of the ZIP's own bookkeeping that carries nothing
        assert_same(folder, unlock(folder))
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


@pytest.mark.parametrize(("written", "said"), [
    ('{"files": {}, "seal": ""}', "first version"), ('{"format": 3}', "newer"),
    ('{"format": 2, "revision": "9999"}', "newer"), ("[]", "no backup"), ("", "no backup")])
def test_what_another_program_wrote_is_refused_with_the_reason(tmp_path: Path, written: str, said: str) -> None:
    with zipfile.ZipFile(tmp_path / "b", "w") as archive:
        archive.writestr(backup.LIST, written)
    with pytest.raises(CasedeskError, match=said):
        restore(tmp_path / "b", tmp_path / "again", unlock)


def test_a_place_copies_each_evidence_file_once(place: BackupPlace, store: Store) -> None:
    place.take()
    [first] = (place.folder / "vault").rglob("??/*")
    before = first.stat().st_ino
    store.vault.keep(io.BytesIO(b"more"))
    place.take()
    assert first.stat().st_ino == before
    assert len(list((place.folder / "vault").glob("??/*"))) == 2
    assert list(place.folder.glob("*.part*")) == []


def test_a_place_restores_on_another_machine_with_the_recovery_key(
    place: BackupPlace, store: Store, tmp_path: Path,
) -> None:
    recovery = keys.new_recovery_key(store.folder, store.key)
    path, _ = place.take()
    stick = Path(shutil.copytree(place.folder, tmp_path / "elsewhere"))
    restore(stick / path.name, tmp_path / "again", lambda part: keys.unlock_with_recovery(part, recovery))
    assert_same(tmp_path / "again", keys.unlock_with_recovery(tmp_path / "again", recovery))


def test_an_older_one_is_taken_only_when_it_is_meant(place: BackupPlace, store: Store, tmp_path: Path) -> None:
    path, _ = place.take()
    older = path.rename(path.with_name(f"renamed by hand{places.SUFFIX}"))
    restore(Path(shutil.copy(older, older.with_name(f"2 copy{places.SUFFIX}"))), tmp_path / "copy", unlock)
    with store.work() as session:
        session.add(Client(name="later"))
    place.take()
    with pytest.raises(StoreUnavailable, match="newer backup"):
        restore(older, tmp_path / "again", unlock)
    restore(older, tmp_path / "again", unlock, older=True)


@pytest.mark.parametrize("harm", ["flip", "cut", "gone"])
def test_harm_to_the_evidence_beside_a_backup_is_found(place: BackupPlace, tmp_path: Path, harm: str) -> None:
    path, _ = place.take()
    [file] = (place.folder / "vault").glob("??/*")
    whole = file.read_bytes()
    file.unlink()
    if harm != "gone":
        file.write_bytes(whole[:-1] if harm == "cut" else whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(VerificationFailed, match="vault/"):
        restore(path, tmp_path / "again", unlock)
    if harm != "flip":  # the next backup looks at lengths and mends them; a flip is for the drill to find
        mended, _ = place.take()
        restore(mended, tmp_path / "again", unlock)


def test_a_place_that_is_not_there_is_not_made_on_another_disk(place: BackupPlace) -> None:
    shutil.rmtree(place.folder)
    with pytest.raises(StoreUnavailable, match="not there"):
        place.take()
    assert not place.folder.exists()


def test_no_place_lies_within_the_cabinet(store: Store) -> None:
    with pytest.raises(StoreUnavailable, match="within the cabinet"):
        BackupPlace(store.folder / "vault", store).prepare()


def test_a_year_of_half_hours_is_thinned_and_the_newest_always_stays() -> None:
    stay: set[dt.datetime] = set()
    at = NOON - dt.timedelta(days=365)
    while at <= NOON:
        stay = places.kept({*stay, at}, at)
        assert at in stay
        at += dt.timedelta(minutes=30 if NOON - at < dt.timedelta(days=2) else 180)
    ages = sorted(NOON - one for one in stay)
    hours, days = dt.timedelta(hours=1), dt.timedelta(days=1)
    assert len([age for age in ages if age < 24 * hours]) in {25, 26}
    for until, gap in ((24 * hours, hours), (30 * days, days), (182 * days, 7 * days), (365 * days, 31 * days)):
        within = [age for age in ages if age <= until]
        assert max(b - a for a, b in itertools.pairwise(within)) <= 2 * gap
    assert len(ages) < 95


def test_vault_files_no_backup_lists_are_taken_away_a_day_later(
    place: BackupPlace, store: Store, monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, _ = place.take()
    for hour in (1, 2):  # two of one day a month ago: one goes
        shutil.copy(path, path.with_name(f"20250101T0{hour}0000000Z-0000{places.SUFFIX}"))
    [name] = store.vault.names()
    store.vault.drop(name)
    path.unlink()
    place.take()
    assert len(place.backups()) == 2
    assert (place.folder / "vault" / name).exists()  # the one left lists it
    place.backups()[0].unlink()
    monkeypatch.setattr(places, "_STALE", -1)
    place._drop_unlisted()
    assert not (place.folder / "vault" / name).exists()


def test_a_disk_that_fails_while_copying_is_told(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(connection: object) -> None:
        raise sqlcipher.OperationalError("disk I/O error")

    monkeypatch.setattr(backup, "_facts", failing)
    with pytest.raises(StoreUnavailable, match="disk I/O error"):
        backup.write(store, tmp_path / "b")
    assert list(tmp_path.glob("b*")) == []


def test_a_backup_that_cannot_be_read_again_is_told_as_damaged(store: Store, tmp_path: Path,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "check", lambda path, *_, **__: path.write_bytes(b"cut off after it was checked"))
    with pytest.raises(VerificationFailed, match="damaged"):
        backup.write(store, tmp_path / "b")
    assert list(tmp_path.glob("b*")) == []
