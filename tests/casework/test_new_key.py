"""A new cabinet key is given whole or not at all: killed anywhere, old or new secrets open all there was."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from casedesk.base import paths
from casedesk.base.errors import NotAllowed, StoreUnavailable
from casedesk.casework import attachments, backups, check, new_key, users
from casedesk.casework.drafts import keep_draft
from casedesk.casework.evidence import add_files, kept
from casedesk.records import Client, Evidence, Matter
from casedesk.records.words import UserRole
from casedesk.store import header, keys, office, rekeying
from casedesk.store.cabinet import Store
from tests import postgres
from tests.casework.chains import closed
from tests.casework.firm import NAMES, desk, password, staff
from tests.conftest import QUICK


def filled(store: Store, place: Path) -> None:
    """A matter with a file, and a draft with another."""
    with store.work() as session:
        session.add(client := Client(name="林某"))
        session.flush()
        session.add(Matter(ref="A-1", name="林某 / 某银行", client_id=client.id))
    (place / "proof.txt").write_text("proof", encoding="utf-8")
    add_files(store, 1, [place / "proof.txt"])
    keep_draft(store, "d", {"files": [attachments.written(attachments.attach_bytes(store, b"pasted", "a.txt"))]})


def whole(store: Store) -> None:
    """All that was there is there, and opens."""
    assert check.verify(store) == []
    with store.read() as session:
        assert session.scalars(select(Matter.ref)).all() == ["A-1"]
        assert store.vault.read(kept(session.scalars(select(Evidence)).one())) == b"proof"
    [waiting] = [attachments.read(one) for draft in _drafts(store) for one in draft["files"]]
    assert store.vault.read(waiting.kept) == b"pasted"


def _drafts(store: Store) -> list[dict[str, Any]]:
    from casedesk.casework.drafts import drafts

    return [one.values for one in drafts(store)]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Store]:
    made, _ = Store.create(tmp_path / "cabinet", "pass", who="tester", cost=QUICK)
    with made:
        filled(made, tmp_path)
        yield made


@pytest.fixture(params=["share", "all there"])
def shared(request: pytest.FixtureRequest, postgres_server: str, tmp_path: Path,
           monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An office with a folder, and one that is wholly in its database."""
    monkeypatch.setattr(paths, "settings_folder", lambda: tmp_path / "settings")
    made, _ = Store.create(tmp_path / "office", "pass", who="tester", cost=QUICK,
                           address=postgres.database(postgres_server), all_there=request.param == "all there")
    with made:
        filled(made, tmp_path)
        yield made


def opened(folder: Path, *, key: keys.CabinetKey | None = None) -> Store:
    return Store.open(folder, key or keys.unlock(folder, "pass"))


def test_the_old_key_and_recovery_key_open_nothing_any_more_and_all_is_there(own: Store) -> None:
    old, old_header = own.key, header.read(own.folder)
    left_open = opened(own.folder)
    backups.back_up(own)
    told = new_key.rekey(own, "pass", cost=QUICK)
    assert (told.passwords, told.problem, len(told.aside)) == ({}, "", 1)
    with opened(own.folder) as again:
        whole(again)
        assert again.key.master != old.master
        assert closed(again)
        assert len(backups.listed(again)) == 1
    with opened(own.folder, key=keys.unlock_with_recovery(own.folder, told.recovery)) as again:
        whole(again)
    with left_open, pytest.raises(StoreUnavailable, match="new key"), left_open.work() as session:
        session.add(Client(name="too late"))
    with pytest.raises(StoreUnavailable):
        Store.open(own.folder, old)
    header.write(own.folder, old_header)  # as somebody with an old copy would
    with pytest.raises(StoreUnavailable):
        opened(own.folder)


def test_every_other_user_gets_a_new_password(own: Store) -> None:
    staff(own)
    with desk(own, UserRole.LAWYER) as lawyer, pytest.raises(NotAllowed):
        new_key.rekey(lawyer, password(UserRole.LAWYER), cost=QUICK)
    with pytest.raises(StoreUnavailable):
        new_key.rekey(own, "wrong", cost=QUICK)
    told = new_key.rekey(own, "pass", cost=QUICK)
    assert set(told.passwords) == {NAMES[role] for role in NAMES if role is not UserRole.OWNER}
    name = NAMES[UserRole.LAWYER]
    with pytest.raises(StoreUnavailable):
        keys.unlock(own.folder, password(UserRole.LAWYER), name)
    with opened(own.folder, key=keys.unlock(own.folder, told.passwords[name], name)) as again:
        assert again.who == name


def test_secrets_that_nobody_may_have_seen_are_told_of_until_they_are_seen_or_made_anew(own: Store) -> None:
    staff(own)
    told = new_key.rekey(own, "pass", cost=QUICK)  # and killed before it shows them
    owner, name = NAMES[UserRole.OWNER], NAMES[UserRole.LAWYER]
    with opened(own.folder, key=keys.unlock(own.folder, told.passwords[name], name)) as lawyer:
        assert new_key.unseen(lawyer) is None
    with opened(own.folder, key=keys.unlock(own.folder, "pass", owner)) as again:
        said, _ = new_key.unseen(again) or ("", "")
        assert said.endswith(": 李律师, 赵助理, Auditor.")
        for other in told.passwords:
            users.reset_password(again, other, "given by hand", cost=QUICK)
        said, _ = new_key.unseen(again) or ("", "")
        assert said.endswith("the recovery key now.")
        users.new_recovery_key(again)
        assert new_key.unseen(again) is None
        told = new_key.rekey(again, "pass", cost=QUICK)
        told.seen(own.folder)
    with opened(own.folder, key=keys.unlock(own.folder, "pass", owner)) as again:
        assert new_key.unseen(again) is None


def test_an_office_too(shared: Store) -> None:
    old, left_open = shared.key, opened(shared.folder)
    told = new_key.rekey(shared, "pass", cost=QUICK)
    with opened(shared.folder) as again:
        whole(again)
        assert again.key.master != old.master
    with left_open, pytest.raises(StoreUnavailable, match="new key"), left_open.work() as session:
        session.add(Client(name="too late"))
    with pytest.raises(StoreUnavailable, match="new key"):
        Store.open(shared.folder, old)
    assert keys.unlock_with_recovery(shared.folder, told.recovery).proof != old.proof


def test_an_office_whose_desk_dies_before_its_folder_knows_goes_on_with_the_new_key(
        shared: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if office.holds_all(shared.folder):
        pytest.skip("there all of it is one transaction")
    monkeypatch.setattr(header, "write", _dies)
    with pytest.raises(KeyboardInterrupt):
        new_key.rekey(shared, "pass", cost=QUICK)
    monkeypatch.undo()
    old = keys.unlock(shared.folder, "pass")
    with pytest.raises(StoreUnavailable, match="finished now"):
        opened(shared.folder)
    with opened(shared.folder) as again:
        whole(again)
        keys.change_passphrase(shared.folder, again.key, "changed", cost=QUICK)
    with pytest.raises(StoreUnavailable, match="new key meanwhile"):
        Store.open(shared.folder, old)  # a desk that still holds the old key takes no change of password back
    assert keys.unlock(shared.folder, "changed")


def _dies(*_: object) -> None:
    raise KeyboardInterrupt


KILLS = 60
"""More than there are points at which the disk is touched."""


def test_killed_anywhere_it_opens_by_old_or_new_secrets_with_all_there_was(own: Store, tmp_path: Path) -> None:
    own.close()
    outcomes = []
    for at in range(KILLS):
        before, folder = header.read(own.folder).proof, own.folder
        if (child := os.fork()) == 0:
            _killed(folder, at)
        _, status = os.waitpid(child, 0)
        with opened(folder) as again:
            whole(again)
            with again.work() as session:
                session.add(Client(name=f"after {at}"))
            assert again.key.proof == header.read(folder).proof
        outcomes.append(header.read(folder).proof != before)
        assert not (folder / rekeying.NEW).exists()
        if os.waitstatus_to_exitcode(status) == 0:
            break
    assert set(outcomes) == {True, False}
    assert outcomes[-1]
    assert len(outcomes) > 10


def _killed(folder: Path, at: int) -> None:
    """Give a new key, and die at the file operation of this number."""
    left = [at]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event in {"os.rename", "os.remove", "open", "sqlite3.connect"} and str(folder) in str(arguments[0]):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    try:
        with opened(folder) as store:
            sys.addaudithook(watch)
            made, key, _ = keys.renewed(folder, store.key, "pass", {}, cost=QUICK)
            rekeying.rekey(store, made, key)
    finally:
        os._exit(0)


def test_a_lock_that_cannot_be_made_is_told(own: Store) -> None:
    (own.folder / rekeying.LOCK).mkdir()
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        new_key.rekey(own, "pass", cost=QUICK)


def test_a_disk_that_fails_on_the_way_is_told_and_leaves_the_old_key(
        own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(path: Path, target: Path) -> None:
        raise OSError(errno.EIO, "Input/output error", str(path))

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(StoreUnavailable, match="Input/output"):
        new_key.rekey(own, "pass", cost=QUICK)
    monkeypatch.undo()
    with opened(own.folder) as again:
        whole(again)
        assert again.key.master == own.key.master


def test_what_fails_on_the_way_leaves_the_old_key(own: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("write", "text"):
        if name == "write":
            monkeypatch.setattr(header, name, _dies)
        else:
            monkeypatch.setattr(rekeying, "sync_file", _dies)
        with pytest.raises(KeyboardInterrupt):
            new_key.rekey(own, "pass", cost=QUICK)
        monkeypatch.undo()
        assert not list(own.folder.glob("*.new*"))
        with own.work() as session:
            session.add(Client(name=name))
        with opened(own.folder) as again:
            whole(again)
