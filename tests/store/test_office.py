from __future__ import annotations

import io
import json
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import select

from casedesk.base import times
from casedesk.base.errors import Conflict, InvalidEntry, StoreUnavailable, Unreachable
from casedesk.casework import check, findings, matters
from casedesk.casework.history import verifier
from casedesk.records import Client, Incident, Matter, Note, Record
from casedesk.records.words import Channel, Direction
from casedesk.store import audit, bulk, keys, office, schema, search, search_rebuild
from casedesk.store.browse import Listing
from casedesk.store.cabinet import Store
from casedesk.store.news import changes_since
from casedesk.store.search_text import normal
from tests import postgres
from tests.conftest import QUICK, kept_file

LETTERS = st.one_of(st.sampled_from("威胁联系通讯录龑𠮷𫖮138.，。\"'*%_\\{}?:; \t\n\u3000AaＡßﬃİΣς½😡👨\u200d"),
                    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
TEXTS = st.text(LETTERS, max_size=14)


@pytest.fixture
def shared(postgres_server: str, tmp_path: Path) -> Iterator[Store]:
    """An empty office cabinet."""
    opened, _ = Store.create(tmp_path / "office", "pass", who="王", cost=QUICK,
                             address=postgres.database(postgres_server))
    with opened:
        yield opened


def test_two_desks_work_in_one_cabinet_and_never_fork_its_history(shared: Store) -> None:
    other = Store.open(shared.folder, shared.key, who="李")
    ready, lost = threading.Barrier(2), []

    def log(desk: Store) -> None:
        try:
            ready.wait()
            for number in range(20):
                with desk.work() as session:
                    session.add(Client(name=f"{desk.who}{number}"))
        except BaseException as problem:
            lost.append(problem)

    desks = [threading.Thread(target=log, args=(desk,)) for desk in (shared, other)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert lost == []
    with other, other.read() as session:
        assert [line[0] for line in audit.lines(session.connection())] == list(range(1, 41))
        assert list(verifier().judge(audit.lines(session.connection()))) == []
        assert {client.created_by for client in session.scalars(select(Client))} == {"王", "李"}


def test_a_stale_save_is_a_conflict(shared: Store) -> None:
    with shared.work() as session:
        session.add(Client(name="林某"))
    with shared.read() as session:
        stale = session.scalars(select(Client)).one()
    with shared.work() as session:
        session.scalars(select(Client)).one().name = "林某某"
    with pytest.raises(Conflict), shared.work() as session:
        session.merge(stale).name = "林"
        session.add(stale)
        stale.name = "林"


def test_rows_given_at_once_and_one_by_one_follow_each_other(shared: Store) -> None:
    rows = [{"name": f"客户{number}"} for number in range(3)]
    with shared.work() as session:
        assert list(bulk.add(session, Client(name=""), rows)) == [1, 2, 3]
        session.add(Client(name="第四"))
    listed = Listing(shared, Client, columns=("name",), order=("name", False))
    assert [line.values["name"] for line in listed.rows(0, 10)] == ["客户0", "客户1", "客户2", "第四"]
    assert Listing(shared, Client, words="客户").count() == 3
    assert check.verify(shared) == []


def test_the_index_made_anew_finds_the_same(shared: Store) -> None:
    with shared.work() as session:
        session.add(Client(name="林某 13800138000", notes="威胁联系通讯录"))
    with shared.work() as session:
        search_rebuild.rebuild(session.connection())
        session.add(Client(name="后来的"))
    with shared.read() as session:
        assert [search.count(session, words) for words in ("胁", "威胁", "胁联系", "林某 8001", "系威", "后来")] \
            == [1, 1, 1, 1, 0, 1]


@settings(max_examples=40)
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), words=TEXTS)
def test_search_finds_what_python_finds(shared: Store, texts: list[str], words: str) -> None:
    asked = [words, *(text[1:4] for text in texts)]
    with shared.work() as session:
        for old in session.scalars(select(Client)):
            session.delete(old)
        session.flush()
        made = [Client(name="x", notes=text) for text in texts]
        session.add_all(made)
    with shared.read() as session:
        for question in asked:
            terms = normal(question).split()
            hits = {hit.record_id for hit in search.find(session, question).hits}
            expected = {one.id for one in made
                        if terms and all(term in f"x\n{normal(one.notes)}" for term in terms)}
            assert hits == expected
            assert search.count(session, question) == len(expected)


def test_the_migrations_arrive_at_what_the_records_are(postgres_server: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = office.open_engine(postgres.database(postgres_server))
    with engine.connect().execution_options(making=True) as connection, connection.begin():
        office.make_lock(connection)
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        schema.upgrade(connection, "head")
        own = MigrationContext.configure(connection, opts={
            "include_name": lambda name, kind, _: kind != "table" or name not in ("writing", "search_text")})
        assert compare_metadata(own, Record.metadata) == []
        assert schema.revision(connection) == schema.REVISIONS[-1]
    engine.dispose()


def test_what_is_no_new_database_is_refused_and_nothing_is_left(shared: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="not empty"):
        Store.create(tmp_path / "second", "pass", cost=QUICK, address=office.address_of(shared.folder))
    assert not (tmp_path / "second" / "cabinet.json").exists()
    with Store.open(shared.folder, keys.unlock(shared.folder, "pass")) as again, again.read() as session:
        assert session.scalars(select(Client)).all() == []


def test_a_matter_goes_through_the_office_by_its_verbs(shared: Store) -> None:
    matters.add_matter(shared, ref="A-1", title="林某 / 某银行", client="林某")
    with pytest.raises(InvalidEntry):
        matters.add_matter(shared, ref="A-1", title="又一个", client="陈某")
    with shared.work() as session:
        matter = session.scalars(select(Matter)).one()
        session.add(Note(matter_id=matter.id, body="对方来电"))
    assert [line.ref for line in matters.matter_lines(shared)] == ["A-1"]


def test_the_group_of_a_shared_folder_reads_and_adds(postgres_server: str, tmp_path: Path) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    folder.chmod(0o770)
    store, _ = Store.create(folder, "pass", cost=QUICK, address=postgres.database(postgres_server))
    with store:
        kept = store.vault.keep(io.BytesIO(b"recording"))
        path = kept_file(store, kept.name)
        made = (folder / "cabinet.json", path.parent.parent, path.parent, path)
        assert [one.stat().st_mode & 0o777 for one in made] == [0o660, 0o770, 0o770, 0o440]
        assert store.vault.read(kept) == b"recording"


def test_an_address_without_a_word_about_it_asks_for_a_checked_certificate(postgres_server: str,
                                                                           tmp_path: Path) -> None:
    address = postgres.database(postgres_server).removesuffix("?sslmode=disable")  # the tests' server has none
    with pytest.raises(StoreUnavailable, match="SSL"):
        Store.create(tmp_path / "office", "pass", cost=QUICK, address=address)
    assert list((tmp_path / "office").iterdir()) == []


def test_another_desk_learns_which_tables_changed(shared: Store) -> None:
    with Store.open(shared.folder, shared.key, who="李") as other:
        seen, _ = changes_since(other, 0)
        with shared.work() as session:
            session.add(Client(name="林某"))
        assert changes_since(other, seen) == (seen + 1, frozenset({"client"}))
        assert changes_since(other, seen + 1) == (seen + 1, frozenset())


def test_rules_find_in_the_office_what_they_find_in_a_folder(shared: Store, store: Store) -> None:
    found = []
    for one in (shared, store):
        matters.add_matter(one, ref="A-1", title="林某 / 某银行", client="林某")
        with one.work() as session:
            matter = session.scalars(select(Matter)).one()
            session.add_all([Incident(matter_id=matter.id, at=times.from_millis(1_793_800_000_000 + hour * 3_600_000),
                                      zone="Asia/Shanghai", channel=Channel.CALL, direction=Direction.IN,
                                      number="13800138000", tags=[]) for hour in range(30)])
        findings.recheck(one, matter.id)
        found.append(findings.answers(one, matter.id, "zh"))
        assert found[-1]
    assert [without_ids(one) for one in found[:1]] == [without_ids(one) for one in found[1:]]


def without_ids(answers: object) -> str:
    """An answer with every UUID left out."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", json.dumps(answers, default=str))


def test_a_lost_connection_saves_nothing_and_the_next_unit_of_work_connects_anew(shared: Store) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be reached"), shared.work() as session:
        session.add(Client(name="lost"))
        session.flush()
        own = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with psycopg.connect(office.address_of(shared.folder)) as another:
            another.execute("SELECT pg_terminate_backend(%s)", (own,))
    with shared.work() as session:
        session.add(Client(name="kept"))
    with shared.read() as session:
        assert [client.name for client in session.scalars(select(Client))] == ["kept"]
        assert list(verifier().judge(audit.lines(session.connection()))) == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no such patience")
def test_the_server_waits_for_the_answer_of_a_desk_no_longer_than_others_wait_for_it(shared: Store) -> None:
    with shared.read() as session:
        ask = session.connection().exec_driver_sql
        ours, others = (ask(f"SELECT setting::int FROM pg_settings WHERE name = '{name}'").scalar_one()
                        for name in ("tcp_user_timeout", "lock_timeout"))
    assert 0 < ours < others


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        Store.create(tmp_path / "office", "pass", cost=QUICK, address="postgresql://office@127.0.0.1:1/cabinet")


def test_the_certificate_is_checked_unless_the_address_says_otherwise() -> None:
    assert office.understood("postgresql://a@b/c").query["sslmode"] == "verify-full"
    assert office.understood("postgresql://a@b/c").query["sslrootcert"] == "system"
    assert office.understood("postgresql://a@b/c?sslrootcert=/ca.pem").query["sslrootcert"] == "/ca.pem"
    assert office.understood("postgresql://a@b/c?sslmode=disable").query["sslmode"] == "disable"


@pytest.mark.parametrize(("address", "told"), [
    ("postgresql://a@b/c", False), ("postgresql://a@b/c?sslmode=disable", True),
    ("postgresql://a@b/c?sslmode=require", True), ("postgresql://a@localhost/c?sslmode=disable", False),
    ("postgresql://a@[::1]:5/c?sslmode=disable", False), ("postgresql://a@127.0.0.1,b/c?sslmode=prefer", True),
    ("postgresql://a@/c?host=/run/postgresql&sslmode=disable", False),
    ("postgresql://a@/c?host=b&sslmode=allow", True)])
def test_a_connection_to_another_computer_that_is_not_checked_is_told(address: str, told: bool) -> None:
    assert (office.unchecked(address) is not None) is told


def test_of_several_servers_the_one_that_writes_is_used(postgres_server: str, tmp_path: Path) -> None:
    address = postgres.database(postgres_server)
    server, _, name = address.partition("@")[2].partition("/")
    store, _ = Store.create(tmp_path / "office", "pass", cost=QUICK,
                            address=f"postgresql://office@127.0.0.2,{server}/{name}")
    with store, store.work() as session:
        session.add(Client(name="林某"))
    with psycopg.connect(address, autocommit=True) as connection:  # as a standby says of itself
        connection.execute(f'ALTER DATABASE "{name.partition("?")[0]}" SET default_transaction_read_only = on')
    with pytest.raises(Unreachable, match="read-only"):
        Store.open(tmp_path / "office", store.key)


@pytest.mark.parametrize("address", ["", "mysql://a@b/c", "postgresql://a@b", "cabinet", "postgresql://a:secret@b/c"])
def test_no_address_is_refused(address: str) -> None:
    with pytest.raises(InvalidEntry):
        office.understood(address)
