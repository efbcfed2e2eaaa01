from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import event, text

from casedesk.base import times
from casedesk.base.errors import Cancelled, StoreUnavailable
from casedesk.casework import check, sanity
from casedesk.casework.evidence import add_files
from casedesk.records import Matter
from casedesk.store import search_check
from casedesk.store.cabinet import DATABASE, Store
from tests.casework.chains import insider
from tests.conftest import kept_file


def verdicts(store: Store) -> list[str]:
    return [problem.verdict for problem in check.verify(store)]


def test_a_whole_cabinet_has_no_problem(store: Store, matter: Matter, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    add_files(store, matter.id, [tmp_path / "a.txt"])
    assert verdicts(store) == []


def test_missing_extra_and_changed_files_are_named(store: Store, matter: Matter, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    first, second = add_files(store, matter.id, [tmp_path / "a", tmp_path / "b"])
    kept_file(store, first.vault_name).unlink()
    path = kept_file(store, second.vault_name)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"x")
    store.vault.keep(tmp_path / "a")
    assert verdicts(store) == ["missing", "changed", "extra"]


@pytest.mark.sqlite
def test_files_of_any_other_name_in_the_vault_are_named(store: Store, matter: Matter, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    [one] = add_files(store, matter.id, [tmp_path / "a"])
    vault = kept_file(store, one.vault_name).parents[1]
    (vault / "ab" / "deeper").mkdir(parents=True)
    for name in ("list.txt", "ab/deeper/x.exe", f"{one.vault_name} (1)", "ab/.DS_Store", f"{'0' * 32}.part"):
        (vault / name).touch()
    (vault / "elsewhere").symlink_to(tmp_path)
    assert {problem.path for problem in check.verify(store)} == {f"vault/{name}" for name in (
        "elsewhere", "list.txt", "ab/deeper/x.exe", f"{one.vault_name} (1)")}


def test_an_altered_history_is_found(store: Store, matter: Matter) -> None:
    with insider(store) as connection:
        connection.execute(text("UPDATE change SET fields = '{}' WHERE seq = 1"))
    assert verdicts(store) == ["edited"]


@pytest.mark.sqlite
@settings(max_examples=40)
@given(st.data())
def test_any_altered_byte_of_the_database_is_found(store: Store, matter: Matter, data: st.DataObject) -> None:
    store.close()
    path = store.folder / DATABASE
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(damaged)
    try:
        with contextlib.suppress(StoreUnavailable), Store.open(store.folder, store.key) as opened:
            assert verdicts(opened) != []
    finally:
        path.write_bytes(whole)


@pytest.mark.sqlite
def test_a_page_half_written_when_power_was_lost_is_whole_in_the_log(store: Store, matter: Matter,
                                                                     tmp_path: Path) -> None:
    add_files(store, matter.id, [Path(__file__)])
    left = Path(shutil.copytree(store.folder, tmp_path / "left"))
    with (left / DATABASE).open("rb+") as database:
        database.seek(6000)
        database.write(bytes(500))
    with Store.open(left, store.key) as opened:
        assert verdicts(opened) == []


@pytest.mark.sqlite
def test_a_check_asks_for_no_lock_that_somebody_who_writes_may_hold(store: Store, matter: Matter) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    assert list(check.structure(store)) == []

    assert any("wal_checkpoint" in statement for statement in asked)
    assert "BEGIN IMMEDIATE" not in asked


def test_a_search_index_that_differs_is_found(store: Store, matter: Matter) -> None:
    for harm in ("UPDATE search_text SET text = 'other' WHERE id = 1", "DELETE FROM search_text WHERE id = 2",
                 *(() if store.is_office else ("DELETE FROM search_gram WHERE rowid = 1",))):
        with store.engine.connect() as connection:
            connection.execute(text(harm))
            assert list(search_check.differing(connection)) != [], harm
            connection.rollback()
    assert verdicts(store) == []


def test_copies_a_sync_program_leaves_are_named(store: Store, matter: Matter) -> None:
    for name in ("cabinet (conflicted copy 2026-11-27).db", "cabinet-DESKTOP.json", ".DS_Store"):
        (store.folder / name).touch()
    assert [problem.path for problem in check.verify(store)] == [
        "cabinet (conflicted copy 2026-11-27).db", "cabinet-DESKTOP.json"]


def test_an_interrupted_check_goes_on_where_it_was(
    store: Store, matter: Matter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(check, "_BLOCK", 2)
    files = [tmp_path / f"{number}.txt" for number in range(6)]
    for file in files:
        file.write_text(file.name)
    kept = add_files(store, matter.id, files)
    kept_file(store, kept[0].vault_name).unlink()
    looked: list[str] = []

    def interrupt(done: int, total: int, note: str = "") -> None:
        if note == kept[5].caption:
            raise Cancelled

    with pytest.raises(Cancelled):
        sanity.run(store, interrupt)
    assert sanity.due(store, times.now())
    kept_file(store, kept[5].vault_name).unlink()
    found = sanity.run(store, lambda done, total, note="": looked.append(note), resume=True)
    assert looked == [kept[4].caption, kept[5].caption]
    assert [problem.path.removeprefix("vault/") for problem in found] == [kept[0].vault_name, kept[5].vault_name]
    assert len(sanity.last(store).problems) == 2
    assert not sanity.due(store, times.now())
    assert sanity.due(store, times.now() + sanity.EVERY)
