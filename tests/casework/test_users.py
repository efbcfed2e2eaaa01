from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casedesk.base import files
from casedesk.base.errors import InvalidEntry, NotAllowed, StoreUnavailable
from casedesk.casework import check, users
from casedesk.records import Change, User
from casedesk.records.words import UserRole
from casedesk.store import attempts, header, keys
from casedesk.store.cabinet import Store
from tests.casework.firm import NAMES, desk, password, staff
from tests.conftest import QUICK


def opens(folder: Path, name: str, secret: str) -> bool:
    """Whether a name and password open the cabinet, as whoever they are."""
    try:
        with Store.open(folder, keys.unlock(folder, secret, name), who=name) as store:
            return keys.same_name(store.who, name)
    except (NotAllowed, StoreUnavailable):
        return False


def test_a_cabinet_with_one_passphrase_is_as_it_was(store: Store) -> None:
    written = json.loads((store.folder / keys.HEADER).read_text())
    assert (written["format"], "passphrase" in written, users.people(store)) == (1, True, [])
    with Store.open(store.folder, keys.unlock(store.folder, "pass", "any name"), who="somebody") as again:
        assert (again.who, again.actor.role) == ("somebody", UserRole.OWNER)


def test_the_passphrase_becomes_the_owners_and_each_other_has_their_own(store: Store) -> None:
    staff(store)
    assert [(one.name, one.role, one.opens) for one in users.people(store)] == [
        (name, role, True) for role, name in NAMES.items()]
    for role, name in NAMES.items():
        with desk(store, role) as opened:
            assert (opened.who, opened.actor.role, opened.key.master) == (name, role, store.key.master)
        for other in NAMES:
            if other is not role:
                assert not opens(store.folder, name, password(other))
    with pytest.raises(StoreUnavailable, match="several users"):
        keys.unlock(store.folder, "pass")
    with pytest.raises(StoreUnavailable, match="no user"):
        keys.unlock(store.folder, "pass", "陈某")
    assert opens(store.folder, " ＴＥＳＴＥＲ ", "pass")
    assert check.verify(store) == []


def test_changes_are_signed_by_who_logged_in_and_by_nobody_else(store: Store) -> None:
    staff(store)
    with desk(store, UserRole.LAWYER) as lawyer, pytest.raises(NotAllowed, match="log in"):
        lawyer.who = NAMES[UserRole.OWNER]
    with store.read() as session:
        assert set(session.scalars(select(Change.who))) == {"tester"}
    with pytest.raises(InvalidEntry, match="signed"), store.work() as session:
        session.scalars(select(User).where(User.name == "tester")).one().name = "another"


def test_an_old_program_is_told_that_a_newer_one_made_it(store: Store) -> None:
    staff(store)
    written = json.loads((store.folder / keys.HEADER).read_text())
    assert (written["format"], "passphrase" in written) == (2, False)


def test_a_password_is_changed_by_who_knows_it_and_reset_by_an_owner(store: Store) -> None:
    staff(store)
    with desk(store, UserRole.READ_ONLY) as reader:
        with pytest.raises(StoreUnavailable, match="wrong"):
            users.change_password(reader, "guessed", "new", cost=QUICK)
        users.change_password(reader, password(UserRole.READ_ONLY), "new", cost=QUICK)
        with pytest.raises(NotAllowed):
            users.reset_password(reader, NAMES[UserRole.LAWYER], "mine", cost=QUICK)
    assert opens(store.folder, "auditor", "new")
    assert not opens(store.folder, "auditor", password(UserRole.READ_ONLY))
    users.reset_password(store, NAMES[UserRole.LAWYER], "another", cost=QUICK)
    assert opens(store.folder, NAMES[UserRole.LAWYER], "another")
    assert opens(store.folder, NAMES[UserRole.PARALEGAL], password(UserRole.PARALEGAL))


def test_who_is_disabled_opens_nothing_and_saves_nothing_more(store: Store) -> None:
    staff(store)
    with desk(store, UserRole.LAWYER) as lawyer:
        users.disable(store, "李律师")
        with pytest.raises(NotAllowed, match="any more"), lawyer.work():
            pass
        with pytest.raises(NotAllowed, match="any more"):
            lawyer.refresh_actor()
        with pytest.raises(NotAllowed, match="any more"):
            Store.open(store.folder, lawyer.key)
    assert not opens(store.folder, "李律师", password(UserRole.LAWYER))
    assert [one.opens for one in users.people(store)] == [True, False, True, True]
    users.add(store, "李律师", UserRole.PARALEGAL, "back", cost=QUICK)
    assert opens(store.folder, "李律师", "back")


def test_there_is_always_an_owner(store: Store) -> None:
    staff(store, UserRole.LAWYER)
    with pytest.raises(InvalidEntry, match="last owner"):
        users.disable(store, "tester")
    with pytest.raises(InvalidEntry, match="last owner"):
        users.set_role(store, "tester", UserRole.LAWYER)
    users.set_role(store, "李律师", UserRole.OWNER)
    with pytest.raises(InvalidEntry, match="own place"):
        users.set_role(store, "tester", UserRole.READ_ONLY)
    with pytest.raises(InvalidEntry, match="own place"):
        users.disable(store, "tester")
    with desk(store, UserRole.LAWYER) as other:
        users.set_role(other, "tester", UserRole.READ_ONLY)
    store.refresh_actor()
    assert store.actor.role is UserRole.READ_ONLY
    with pytest.raises(NotAllowed):
        users.set_role(store, "tester", UserRole.OWNER)


def test_another_role_counts_from_the_next_save(store: Store) -> None:
    staff(store, UserRole.LAWYER)
    with desk(store, UserRole.LAWYER) as lawyer:
        users.set_role(store, "李律师", UserRole.READ_ONLY)
        with pytest.raises(NotAllowed), lawyer.work() as session:
            session.add(User(name="x"))


def test_the_recovery_key_is_an_owners(store: Store) -> None:
    staff(store)
    text = users.new_recovery_key(store)
    with pytest.raises(NotAllowed, match="owners"):
        Store.open(store.folder, keys.unlock_with_recovery(store.folder, text, "李律师"))
    key = keys.unlock_with_recovery(store.folder, text, "tester")
    keys.change_passphrase(store.folder, key, "found again", cost=QUICK)
    assert opens(store.folder, "tester", "found again")
    assert not opens(store.folder, "tester", "pass")


def test_a_name_is_one_users(store: Store) -> None:
    staff(store, UserRole.LAWYER)
    with pytest.raises(InvalidEntry, match="already"):
        users.add(store, "李律师 ", UserRole.OWNER, "x", cost=QUICK)
    with pytest.raises(InvalidEntry):
        users.add(store, " ", UserRole.LAWYER, "x", cost=QUICK)
    with pytest.raises(InvalidEntry, match="empty"):
        users.add(store, "陈", UserRole.LAWYER, " ", cost=QUICK)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(User).where(User.name == "李律师")) == 1


def test_each_user_is_slowed_by_their_own_wrong_attempts(store: Store) -> None:
    staff(store, UserRole.LAWYER)
    for _ in range(6):
        with pytest.raises(StoreUnavailable):
            attempts.unlock(store.folder, "wrong", name="李律师")
    with pytest.raises(StoreUnavailable, match="Too many"):
        attempts.unlock(store.folder, password(UserRole.LAWYER), name="李律师")
    assert attempts.unlock(store.folder, "pass", name="tester").user == store.key.user


def test_a_forged_header_gives_nobody_anothers_place(store: Store) -> None:
    staff(store)
    path = store.folder / keys.HEADER
    written = json.loads(path.read_text())
    del written["checksum"]
    owner, reader = written["users"][0], written["users"][-1]
    reader["user"] = owner["user"]  # the reader's password, said to be the owner's
    for way in (reader["way"], f"user {owner['user']}", "passphrase"):
        reader["way"] = way
        path.write_text(json.dumps({**written, "checksum": header._checksum(written)}))
        with pytest.raises(StoreUnavailable, match=r"wrong|damaged"):
            keys.unlock(store.folder, password(UserRole.READ_ONLY), "auditor")


CHANGES: dict[str, Callable[[Store], object]] = {
    "first user": lambda store: users.add(store, "李律师", UserRole.LAWYER, "zwei", cost=QUICK),
    "another user": lambda store: users.add(store, "陈", UserRole.LAWYER, "drei", cost=QUICK),
    "own password": lambda store: users.change_password(store, "pass", "new", cost=QUICK),
    "reset": lambda store: users.reset_password(store, "李律师", "reset", cost=QUICK),
    "disable": lambda store: users.disable(store, "李律师"),
    "recovery key": users.new_recovery_key,
}


def killed(folder: Path, change: str, at: int) -> bool:
    """Make the change in a process that dies before its step `at`; whether it came that far."""
    child = os.fork()
    if child == 0:
        steps = 0

        def deadly(work: Callable[..., Any]) -> Callable[..., Any]:
            def step(*given: Any, **named: Any) -> Any:
                nonlocal steps
                steps += 1
                if steps > at:
                    os._exit(9)
                return work(*given, **named)

            return step

        store = Store.open(folder, keys.unlock(folder, "pass", "tester"), who="tester")
        for where, name in ((files, "sync_file"), (files, "sync_folder"), (Path, "replace"), (Session, "commit")):
            setattr(where, name, deadly(getattr(where, name)))
        CHANGES[change](store)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.fixture(scope="module")
def firms(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A cabinet with one passphrase, the same with two users, and the recovery key of both."""
    place = tmp_path_factory.mktemp("firms")
    store, recovery = Store.create(place / "alone", "pass", who="tester", cost=QUICK)
    store.close()
    shutil.copytree(place / "alone", place / "two")
    with Store.open(place / "two", keys.unlock(place / "two", "pass"), who="tester") as store:
        users.add(store, "李律师", UserRole.LAWYER, "zwei", cost=QUICK)
    return place / "alone", place / "two", recovery


@pytest.mark.sqlite
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("change", CHANGES)
def test_killed_at_any_step_the_cabinet_is_as_before_or_as_after(
        firms: tuple[Path, Path, str], tmp_path: Path, change: str) -> None:
    at, died, newcomer = 0, True, {"first user": "李律师", "another user": "陈"}.get(change, "tester")
    while died:
        folder = tmp_path / f"{at}"
        shutil.copytree(firms[0 if change == "first user" else 1], folder)
        died = killed(folder, change, at)
        owner = [secret for secret in ("pass", "new") if opens(folder, "tester", secret)]
        assert len(owner) == 1, f"killed at step {at}"
        lawyer = [secret for secret in ("zwei", "reset") if opens(folder, "李律师", secret)]
        assert len(lawyer) == 1 or (change in {"first user", "disable"} and not lawyer), f"killed at step {at}"
        if change != "recovery key":
            assert keys.unlock_with_recovery(folder, firms[2], "tester").master
        with Store.open(folder, keys.unlock(folder, owner[0], "tester"), who="tester") as again:
            if newcomer not in keys.user_names(folder) and newcomer != "tester":
                CHANGES[change](again)  # asked again, it is done
            assert check.verify(again) == []
        at += 1
    assert at > 3
    assert newcomer in keys.user_names(folder)
