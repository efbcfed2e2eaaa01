from __future__ import annotations

import gc
import threading
import weakref
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import select, text

from casedesk.base import times
from casedesk.base.errors import Conflict, InvalidEntry, StoreUnavailable
from casedesk.casework.history import verifier
from casedesk.records import Change, Client, Incident, Matter
from casedesk.store import audit, keys, search
from casedesk.store.cabinet import Store
from casedesk.store.engine import wal_is_safe
from casedesk.store.work import WITH_TRASH
from tests.casework.chains import insider
from tests.conftest import QUICK


def changes(store: Store) -> list[Change]:
    with store.read() as session:
        return list(session.scalars(select(Change).order_by(Change.seq)))


def breaks(store: Store) -> list[tuple[str, int, int]]:
    with store.read() as session:
        return list(verifier().judge(audit.lines(session.connection())))


def test_a_unit_of_work_is_saved_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(RuntimeError), store.work() as session:
        session.add(Client(name="a"))
        session.flush()
        raise RuntimeError
    with store.read() as session:
        assert session.scalars(select(Client)).all() == []
    assert changes(store) == []


def test_every_change_says_who_what_from_and_to(store: Store, matter: Matter) -> None:
    with store.work() as session:
        session.scalars(select(Matter)).one().name = "另一个标题"
    last = changes(store)[-1]
    assert (last.who, last.action, last.kind, last.record) == ("tester", "edit", "matter", matter.uuid)
    assert last.fields == {"name": ["林某 / 某银行", "另一个标题"]}
    assert last.matter_id == matter.id


def test_nothing_changed_leaves_no_row(store: Store, matter: Matter) -> None:
    before = len(changes(store))
    with store.work() as session:
        found = session.scalars(select(Matter)).one()
        found.name = str(found.name)
    assert len(changes(store)) == before
    with store.read() as session:
        assert session.scalars(select(Matter)).one().version == 1


def test_listeners_hear_the_tables_after_the_commit(store: Store) -> None:
    heard: list[frozenset[str]] = []
    end = store.listen(heard.append)
    with store.work() as session:
        session.add(Client(name="a"))
        assert heard == []
    end()
    with store.work() as session:
        session.add(Client(name="b"))
    assert heard == [frozenset({"client"})]


def test_the_chain_tells_where_history_was_altered(store: Store, matter: Matter) -> None:
    for name in ("b", "c"):
        with store.work() as session:
            session.scalars(select(Matter)).one().name = name
    assert breaks(store) == []
    with insider(store) as connection:
        connection.execute(text("UPDATE change SET who = 'somebody' WHERE seq = 3"))
    assert breaks(store) == [("edited", 3, 3)]
    with insider(store) as connection:
        connection.execute(text("UPDATE change SET who = 'tester' WHERE seq = 3"))
        connection.execute(text("DELETE FROM change WHERE seq = 2"))
    assert breaks(store) == [("deleted", 2, 2)]


def test_what_lies_in_the_trash_is_not_found_unless_asked(store: Store, matter: Matter) -> None:
    with store.work() as session:
        session.scalars(select(Matter)).one().deleted_at = times.now()
    with store.read() as session:
        assert session.scalars(select(Matter)).all() == []
        assert len(session.scalars(select(Matter).execution_options(**WITH_TRASH)).all()) == 1
    assert changes(store)[-1].action == "delete"


def test_a_stale_save_is_a_conflict_and_changes_nothing(store: Store, matter: Matter) -> None:
    with pytest.raises(Conflict), store.work() as session:
        mine = session.scalars(select(Matter)).one()
        session.execute(text("UPDATE matter SET version = version + 1, name = 'theirs'"))
        mine.name = "mine"
    with store.read() as session:
        assert session.scalars(select(Matter)).one().name == "林某 / 某银行"


def test_a_reference_is_given_once_but_again_after_a_delete(store: Store, matter: Matter) -> None:
    def again() -> None:
        with store.work() as session:
            session.add(Matter(ref="A-1", name="x", client_id=matter.client_id))

    with pytest.raises(InvalidEntry):
        again()
    with store.work() as session:
        session.scalars(select(Matter)).one().deleted_at = times.now()
    again()


def test_writers_wait_for_each_other_and_the_chain_never_forks(store: Store, matter: Matter) -> None:
    other = Store.open(store.folder, store.key, who="other")

    def log(desk: Store) -> None:
        for number in range(40):
            with desk.work() as session:
                session.add(Incident(matter_id=matter.id, number=str(number)))

    desks = [threading.Thread(target=log, args=(desk,)) for desk in (store, other)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    other.close()
    found = changes(store)
    assert len([change for change in found if change.kind == "incident"]) == 80
    assert breaks(store) == []


@pytest.mark.sqlite
def test_the_database_is_durable_and_checked(store: Store) -> None:
    with store.read() as session:
        assert session.execute(text("PRAGMA synchronous")).scalar() == 2
        assert session.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"


@pytest.mark.parametrize(("version", "safe"), [
    ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False),
    ((3, 50, 7), True), ((3, 51, 0), False), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 4), True),
])
def test_versions_with_the_wal_reset_bug_are_known(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_a_bad_sqlite_refuses_wal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.conftest import QUICK

    monkeypatch.setattr(sqlcipher, "sqlite_version_info", (3, 51, 2))
    store, _ = Store.create(tmp_path / "c", "pass", cost=QUICK)
    with store, store.read() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "delete"


@pytest.mark.sqlite
def test_the_wrong_key_opens_nothing(store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        Store.open(store.folder, keys.CabinetKey(bytes(32)))


@pytest.mark.parametrize("said", ["a\0b", "a\ud800b"])
def test_a_character_no_database_keeps_is_told_with_its_field(store: Store, said: str) -> None:
    with pytest.raises(InvalidEntry, match="NUL") as told, store.work() as session:
        session.add(Client(name="林某", notes=said))
    assert told.value.field == "notes"
    with store.work() as session:
        session.add(found := Client(name="林某"))
    with pytest.raises(InvalidEntry), store.work() as session:
        session.get_one(Client, found.id).notes = said
    with store.read() as session:
        assert search.count(session, f"林{said}") == 0


def test_a_closed_cabinet_is_let_go_of_with_its_key(tmp_path: Path) -> None:
    opened, _ = Store.create(tmp_path / "closed", "pass", who="tester", cost=QUICK)
    with opened:
        with opened.work() as session:
            session.add(Client(name="林某"))
        with opened.read() as session:
            assert session.scalars(select(Client.name)).all() == ["林某"]
    held = [weakref.ref(one) for one in (opened.engine, opened.works, opened)]
    del opened, session
    gc.collect()

    assert [one() for one in held] == [None] * 3
