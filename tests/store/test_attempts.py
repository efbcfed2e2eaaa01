from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from casedesk.base import times
from casedesk.base.errors import InvalidEntry, StoreUnavailable
from casedesk.store import attempts, header, keys
from casedesk.store.cabinet import Store
from tests.conftest import QUICK

NOW = dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """The time it is; a test sets the one there is."""
    now = [NOW]
    monkeypatch.setattr(times, "now", lambda: now[0])
    return now


def fail(folder: Path, count: int = 1, name: str = "", **how: bool) -> str:
    said = ""
    for _ in range(count):
        with pytest.raises(StoreUnavailable) as problem:
            attempts.unlock(folder, "wrong", name=name, **how)
        said = str(problem.value)
    return said


def test_wrong_ones_in_a_row_slow_the_next_more_and_more(store: Store, clock: list[dt.datetime]) -> None:
    assert "wrong" in fail(store.folder, 5)
    for pause in (1, 2, 4, 8):
        assert f"in {pause} second" in fail(store.folder)
        with pytest.raises(StoreUnavailable, match="Too many"):
            attempts.unlock(store.folder, "pass")
        clock[0] += dt.timedelta(seconds=pause)
        assert "passphrase is wrong" in fail(store.folder)
    for _ in range(12):
        clock[0] += dt.timedelta(hours=1)
        fail(store.folder)
    assert "in 300 seconds" in fail(store.folder)
    clock[0] += dt.timedelta(seconds=300)
    assert attempts.unlock(store.folder, "pass").master == store.key.master
    assert "passphrase is wrong" in fail(store.folder)


def test_who_failed_when_and_where_is_kept_and_not_what_was_typed(store: Store, clock: list[dt.datetime]) -> None:
    fail(store.folder, 2)
    attempts.unlock(store.folder, "pass")
    fail(store.folder)
    assert len(attempts.failed_in_a_row(store.folder)) == 1
    [first, *_] = attempts.failed_since(store.folder, NOW)
    assert (first.at, first.who != "", first.machine) == (NOW, True, os.uname().nodename)
    assert "wrong" not in (store.folder / attempts.FILE).read_text(encoding="utf-8")
    assert (store.folder / attempts.FILE).stat().st_mode & 0o777 == 0o600


def test_every_desk_of_a_shared_folder_can_note_its_own(store: Store, clock: list[dt.datetime]) -> None:
    store.folder.chmod(0o2770)
    fail(store.folder)
    assert (store.folder / attempts.FILE).stat().st_mode & 0o777 == 0o660


def test_a_mistyped_recovery_key_is_no_attempt(store: Store) -> None:
    with pytest.raises(InvalidEntry):
        attempts.unlock(store.folder, "wrong", recovery=True)
    assert attempts.failed_in_a_row(store.folder) == []


@pytest.mark.parametrize(("where", "step"), [(os, "fsync"), (Path, "replace")])
def test_a_change_of_passphrase_that_breaks_off_leaves_the_old_one(
    store: Store, monkeypatch: pytest.MonkeyPatch, where: object, step: str,
) -> None:
    def broken(*args: object) -> None:
        raise OSError(5, "no")

    before = header.read(store.folder)
    monkeypatch.setattr(where, step, broken)
    for change in (lambda: keys.change_passphrase(store.folder, store.key, "new", cost=QUICK),
                   lambda: keys.new_recovery_key(store.folder, store.key)):
        with pytest.raises(StoreUnavailable):
            change()
    assert header.read(store.folder) == before
    assert keys.unlock(store.folder, "pass").master == store.key.master
    assert list(store.folder.glob("*.part")) == []
