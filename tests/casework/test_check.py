from __future__ import annotations

import contextlib
from pathlib import Path

from hypothesis import given, settings, strategies as st
from sqlalchemy import text

from casedesk.base.errors import StoreUnavailable
from casedesk.casework import check
from casedesk.casework.evidence import add_files
from casedesk.records import Matter
from casedesk.store.cabinet import DATABASE, Store


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
    store.vault.path(first.vault_name).unlink()
    path = store.vault.path(second.vault_name)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"x")
    store.vault.keep(tmp_path / "a")
    assert verdicts(store) == ["missing", "changed", "extra"]


def test_an_altered_history_is_found(store: Store, matter: Matter) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE change SET fields = '{}' WHERE seq = 1"))
    assert verdicts(store) == ["changed"]


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
