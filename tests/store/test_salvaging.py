"""Of a damaged cabinet everything comes over that can be read, and what cannot is named."""

from __future__ import annotations

import random
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from casedesk.base import times
from casedesk.base.errors import NotAllowed, StoreUnavailable
from casedesk.casework import check
from casedesk.casework.evidence import add_files
from casedesk.casework.matters import add_matter
from casedesk.records import Incident, Matter
from casedesk.records.words import UserRole
from casedesk.store import bulk, keys, salvaging
from casedesk.store.cabinet import DATABASE, VAULT, Store
from casedesk.store.salvaging import salvage
from tests import postgres
from tests.casework.chains import closed
from tests.casework.firm import NAMES, password, staff
from tests.conftest import QUICK

pytestmark = pytest.mark.sqlite
_PAGE = 4096


@pytest.fixture
def folder(store: Store, matter: Matter, tmp_path: Path) -> Path:
    """A closed cabinet with six hundred contacts and a file."""
    (tmp_path / "proof.txt").write_text("proof", encoding="utf-8")
    add_files(store, matter.id, [tmp_path / "proof.txt"])
    with store.work() as session:
        bulk.add(session, Incident(matter_id=matter.id), [
            {"at": times.from_millis(1_793_800_000_000 + number), "words": f"第{number}次，你再不还我们就联系你单位"}
            for number in range(600)])
    store.close()
    return store.folder


def harm(folder: Path, *pages: int) -> None:
    path = folder / DATABASE
    data = bytearray(path.read_bytes())
    for page in pages:
        data[page * _PAGE:(page + 1) * _PAGE] = random.Random(page).randbytes(_PAGE)
    path.write_bytes(data)


def unlock(folder: Path) -> keys.CabinetKey:
    return keys.unlock(folder, "pass")


def test_of_a_whole_cabinet_all_comes_over(folder: Path, tmp_path: Path) -> None:
    before = (folder / DATABASE).read_bytes()
    found = salvage(folder, tmp_path / "new", unlock)
    assert (found.lost(), found.rows["incident"]) == ([], 600)
    assert (folder / DATABASE).read_bytes() == before
    with Store.open(tmp_path / "new", unlock(tmp_path / "new")) as again:
        assert check.verify(again) == []
        assert closed(again)
    with pytest.raises(StoreUnavailable, match="not empty"):
        salvage(folder, tmp_path / "new", unlock)


def test_lost_pages_cost_their_rows_alone_and_are_named(folder: Path, tmp_path: Path) -> None:
    pages, lost = (folder / DATABASE).stat().st_size // _PAGE, 0
    whole = (folder / DATABASE).read_bytes()
    for number, page in enumerate(range(5, pages, max(1, pages // 5))):
        (folder / DATABASE).write_bytes(whole)
        harm(folder, page)
        found = salvage(folder, tmp_path / f"new-{number}", unlock)
        with Store.open(tmp_path / f"new-{number}", unlock(folder)) as again, again.read(whole=True) as session:
            there = session.scalar(select(func.count()).select_from(Incident))
            assert bool(check.verify(again)) == (found.rows["change"] < 603 or found.rows["incident"] < 600)
        assert there == found.rows["incident"] > 500
        lost += len(found.unread)
    assert lost


def test_what_belongs_to_a_lost_record_is_left_out_or_parted_from_it(folder: Path, tmp_path: Path,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    rows = salvaging._Damaged.rows
    monkeypatch.setattr(salvaging._Damaged, "rows", lambda self, table, names: (
        iter(()) if table.name == "matter" else rows(self, table, names)))
    found = salvage(folder, tmp_path / "new", unlock)
    assert found.orphans["incident"] == 600
    assert "incident: 600 rows are left out, because the record they belong to is lost." in found.lost()


def test_a_file_that_is_damaged_is_named(folder: Path, tmp_path: Path) -> None:
    [path] = [one for one in (folder / VAULT).rglob("*") if one.is_file()]
    path.chmod(0o600)
    path.unlink()
    salvage(folder, tmp_path / "new", unlock)
    with Store.open(tmp_path / "new", unlock(folder)) as again:
        assert [one.verdict for one in check.verify(again)] == ["missing"]


def test_a_cabinet_whose_first_page_is_lost_is_told_and_nothing_is_left(folder: Path, tmp_path: Path) -> None:
    harm(folder, 0)
    with pytest.raises(StoreUnavailable):
        salvage(folder, tmp_path / "new", unlock)
    assert not (tmp_path / "new").exists()


def test_an_owner_salvages(store: Store, tmp_path: Path) -> None:
    staff(store)
    with pytest.raises(NotAllowed):
        salvage(store.folder, tmp_path / "new", lambda folder: keys.unlock(
            folder, password(UserRole.LAWYER), NAMES[UserRole.LAWYER]))
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("all_there", [False, True])
def test_of_an_offices_database_all_comes_over_that_the_server_can_read(
        postgres_server: postgres.Server, tmp_path: Path, all_there: bool) -> None:
    address = postgres.database(postgres_server)
    office, _ = Store.create(tmp_path / "office", "pass", who="tester", cost=QUICK, address=address,
                             all_there=all_there)
    with office:
        add_matter(office, ref="A-1", title="t", client="c")
        (tmp_path / "proof.txt").write_text("proof", encoding="utf-8")
        add_files(office, 1, [tmp_path / "proof.txt"])
        with office.work() as session:
            bulk.add(session, Incident(matter_id=1), [
                {"at": times.from_millis(1_793_800_000_000 + number), "words": f"第{number}次"}
                for number in range(600)])
    found = salvage(office.folder, tmp_path / "whole", unlock)
    assert (found.lost(), found.rows["incident"]) == ([], 600)
    with Store.open(tmp_path / "whole", unlock(tmp_path / "whole")) as again:
        assert check.verify(again) == []

    with psycopg.connect(postgres.of_administrator(address), autocommit=True) as server:
        [(data, file)] = server.execute("SELECT current_setting('data_directory'), pg_relation_filepath('incident')")
        server.execute("CHECKPOINT")
    postgres_server.stop()
    with Path(data, file).open("r+b") as blocks:
        blocks.seek(2 * 8192)
        blocks.write(random.Random(1).randbytes(8192))
    postgres_server.start()
    found = salvage(office.folder, tmp_path / "new", unlock)
    assert [line.partition(" of the")[0] for line in found.lost()] == ["incident: block 2"]
    with Store.open(tmp_path / "new", unlock(tmp_path / "new")) as again, again.read(whole=True) as session:
        there = session.scalar(select(func.count()).select_from(Incident))
        assert there is not None
        assert 500 < found.rows["incident"] == there < 600
        assert {one.verdict for one in check.verify(again)} == {"deleted"}
