"""What the server itself hides and refuses: raw SQL on a second connection, by a role that owns nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from sqlalchemy import make_url, select
from sqlalchemy.exc import DBAPIError

from casedesk.base.errors import NotAllowed, StoreUnavailable
from casedesk.casework import check, matters, teams
from casedesk.casework.history import verifier
from casedesk.casework.users import people, shared_login
from casedesk.records import OF_MATTER, Client, Note, User
from casedesk.records.rights import ROLES
from casedesk.records.words import UserRole
from casedesk.store import audit, office
from casedesk.store.cabinet import Store
from tests import postgres
from tests.casework.firm import NAMES, desk, staff
from tests.casework.test_visibility import CANARY, one_of_each
from tests.conftest import QUICK

OWNER, LAWYER, PARALEGAL, READER = NAMES


@pytest.fixture(scope="module")
def firm(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An office with a matter of everybody and one of the lawyer's, each with one record of every kind."""
    folder: Path = tmp_path_factory.mktemp("office") / "cabinet"
    store, _ = Store.create(folder, "pass", who="tester", cost=QUICK, address=postgres.database(postgres_server))
    with store:
        one_of_each(store, "A-1", "某甲")
        one_of_each(store, "B-2", CANARY)
        staff(store)
        teams.restrict(store, 2, [one.id for one in people(store) if one.name == NAMES[LAWYER]])
        with store.engine.connect().execution_options(making=True) as connection, connection.begin():
            connection.exec_driver_sql("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk")
        yield store


class Raw:
    """A connection of its own to the same database, that says who it is, or nothing."""

    def __init__(self, store: Store, role: UserRole | None) -> None:
        self.connection = psycopg.connect(office.address_of(store.folder).replace("//desk@", "//clerk@"))
        with store.read() as session:
            self.user = str(session.scalars(select(User.uuid).where(User.name == NAMES[role])).one()) if role else ""

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *problem: object) -> None:
        self.connection.close()

    def ask(self, statement: LiteralString, *values: Any) -> list[Any]:
        """One transaction, always taken back."""
        with self.connection.transaction(force_rollback=True):
            if self.user:
                self.connection.execute("SELECT set_config('casedesk.actor', %s, true)", (self.user,))
            cursor = self.connection.execute(statement, values or None)
            return [row[0] for row in cursor] if cursor.description else [cursor.rowcount]

    def count(self, table: str, matter: int) -> int:
        query = f"SELECT count(*) FROM {table} WHERE matter_id = {matter}"
        return int(self.ask(query)[0])


def test_the_role_is_one_that_bypasses_nothing(firm: Store) -> None:
    with Raw(firm, None) as raw:
        assert raw.ask("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user") == [False]
        tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        assert raw.ask(tables + " AND NOT relrowsecurity") == []
        assert raw.ask(tables + " AND relrowsecurity AND NOT relforcerowsecurity") == ["search_text"]


def test_who_says_nothing_sees_nothing_and_writes_nothing(firm: Store) -> None:
    with Raw(firm, None) as raw:
        for table in ("matter", "client", "incident", "note", "change", "setting", '"user"', "search_text", "draft"):
            query = f"SELECT count(*) FROM {table}"
            assert raw.ask(query) == [0]
        assert raw.ask("UPDATE note SET body = 'x'") == [0]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.ask("INSERT INTO setting VALUES ('x', '{}')")


@pytest.mark.parametrize(("role", "sees"), [(OWNER, True), (LAWYER, True), (PARALEGAL, False), (READER, False)])
def test_the_matter_of_a_team_is_the_teams_and_the_owners(firm: Store, role: UserRole, sees: bool) -> None:
    with Raw(firm, role) as raw:
        assert raw.ask("SELECT ref FROM matter ORDER BY 1") == (["A-1", "B-2"] if sees else ["A-1"])
        assert raw.ask("SELECT name FROM client ORDER BY id") == ["某甲的客户", *([f"{CANARY}的客户"] if sees else [])]
        shown = {kind.__tablename__: raw.count(kind.__tablename__, 2) for kind in OF_MATTER}
        assert set(shown.values()) == {1 if sees else 0}
        for table in ("change", "search_text"):
            assert bool(raw.count(table, 2)) is sees
        assert bool(raw.ask("SELECT 1 FROM change WHERE CAST(fields AS TEXT) LIKE %s", f"%{CANARY}%")) is sees
        assert bool(raw.ask("SELECT 1 FROM search_text WHERE text LIKE %s", f"%{CANARY}%")) is sees
        assert raw.ask("UPDATE note SET body = 'x' WHERE matter_id = 2") == [int(sees)]
        assert raw.ask("UPDATE evidence_link SET version = version WHERE matter_id = 2") == [int(sees)]


@pytest.mark.parametrize(("role", "sees"), [(OWNER, 1), (LAWYER, 1), (PARALEGAL, 1), (READER, 0)])
def test_what_is_privileged_is_shown_by_role(firm: Store, role: UserRole, sees: int) -> None:
    with Raw(firm, role) as raw:
        for table in ("note", "incident", "evidence", "warned", "evidence_link", "custody_event", "incident_source",
                      "finding_incident", "finding"):
            assert raw.count(table, 1) == sees
        assert raw.count("debt", 1) == 1
        assert bool(raw.ask("SELECT 1 FROM change WHERE kind = 'note' AND matter_id = 1")) is bool(sees)
        assert bool(raw.ask("SELECT 1 FROM search_text WHERE kind = 'note' AND matter_id = 1")) is bool(sees)


def test_who_may_only_look_changes_no_table(firm: Store) -> None:
    with Raw(firm, READER) as raw:
        for table in ("matter", "client", "debt", "creditor", '"user"', "setting", "team_member", "change"):
            query = f"DELETE FROM {table}"
            assert raw.ask(query) == [0]
        assert raw.ask("UPDATE debt SET product = product") == [0]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.ask("INSERT INTO setting VALUES ('x', '{}')")


def test_nobody_but_an_owner_makes_an_owner_and_no_paralegal_a_team(firm: Store) -> None:
    for role, users, members in ((LAWYER, 0, 1), (PARALEGAL, 0, 0), (READER, 0, 0), (OWNER, 1, 1)):
        with Raw(firm, role) as raw:
            assert raw.ask("UPDATE \"user\" SET role = 'owner' WHERE name = 'Auditor'") == [users]
            assert raw.ask("UPDATE team_member SET user_id = user_id WHERE matter_id = 2 AND user_id <>"
                           " (SELECT id FROM \"user\" WHERE name = '共用' ORDER BY id LIMIT 1)") == [members]


def test_a_wall_comes_and_goes_with_the_matters_restriction(firm: Store) -> None:
    with Raw(firm, PARALEGAL) as raw:
        teams.open_to_all(firm, 2)
        assert raw.ask("SELECT ref FROM matter ORDER BY 1") == ["A-1", "B-2"]
        teams.restrict(firm, 2, [one.id for one in people(firm) if one.name == NAMES[LAWYER]])
        assert raw.ask("SELECT ref FROM matter ORDER BY 1") == ["A-1"]


def test_desks_that_see_little_write_one_unbroken_history(firm: Store) -> None:
    with desk(firm, PARALEGAL) as paralegal, desk(firm, LAWYER) as lawyer:
        for number in range(3):
            for store, matter in ((paralegal, 1), (lawyer, 2)):
                with store.work() as session:
                    session.add(Note(matter_id=matter, body=f"{number}"))
        matters.add_matter(paralegal, ref="C-3", title="new", client="another")
    with firm.read() as session:
        lines = list(audit.lines(session.connection()))
    assert [line[0] for line in lines] == list(range(1, len(lines) + 1))
    assert list(verifier().judge(iter(lines))) == []
    with desk(firm, READER) as reader:
        assert list(check.structure(reader)) == []


HELD = "UPDATE matter SET on_hold = true, keep_until = '2020-01-01' WHERE id = 1; "
ASKED = ("INSERT INTO setting SELECT 'destruction ' || uuid, json_build_object('by', '{by}') FROM matter"
         " WHERE id = 1; ")
TRASHED = "UPDATE note SET deleted_at = 1 WHERE matter_id = 1; "
DECIDED = "UPDATE finding SET state = 'confirmed', decided_by = 'x' WHERE matter_id = 1; "
OPEN = "UPDATE matter SET keep_until = '2020-01-01' WHERE id = 1; "
NOBODY: tuple[UserRole, ...] = ()
LAWYERS, STAFF = (OWNER, LAWYER), (OWNER, LAWYER, PARALEGAL)
BY_HAND: list[tuple[str, str, tuple[UserRole, ...]]] = [
    # what the house did before, the statement, and by whom it changes a row
    ("", "UPDATE matter SET summary = 'x' WHERE id = 1", STAFF),
    ("", "UPDATE matter SET on_hold = true WHERE id = 1", STAFF),
    (HELD, "UPDATE matter SET on_hold = false WHERE id = 1", LAWYERS),
    ("", "UPDATE matter SET keep_until = '2020-01-01' WHERE id = 1", LAWYERS),
    ("", "UPDATE matter SET restricted = true WHERE id = 1", LAWYERS),
    (HELD, "UPDATE matter SET deleted_at = 1 WHERE id = 1", NOBODY),
    (HELD, "UPDATE note SET deleted_at = 1 WHERE matter_id = 1", NOBODY),
    (HELD, "UPDATE note SET matter_id = 2 WHERE matter_id = 1", NOBODY),
    (HELD, "DELETE FROM custody_event WHERE matter_id = 1", NOBODY),
    (TRASHED + HELD, "DELETE FROM note WHERE matter_id = 1", NOBODY),
    (ASKED.format(by="x") + HELD, "DELETE FROM note WHERE matter_id = 1", NOBODY),
    (ASKED.format(by="x") + HELD, "UPDATE change SET fields = '{\"destroyed\": \"x\"}' WHERE matter_id = 1", NOBODY),
    ("", "UPDATE note SET deleted_at = 1 WHERE matter_id = 1", STAFF),
    ("", "DELETE FROM note WHERE matter_id = 1", NOBODY),
    (TRASHED, "DELETE FROM note WHERE matter_id = 1", LAWYERS),
    (OPEN + ASKED.format(by="x"), "DELETE FROM note WHERE matter_id = 1", LAWYERS),
    (OPEN + ASKED.format(by=NAMES[LAWYER]), "DELETE FROM note WHERE matter_id = 1", (OWNER,)),
    (ASKED.format(by="x"), "DELETE FROM note WHERE matter_id = 1", NOBODY),
    ("", ASKED.format(by="x").rstrip("; "), NOBODY),
    ("", ASKED.format(by=NAMES[LAWYER]).rstrip("; "), (LAWYER,)),
    ("", "UPDATE note SET privileged = false WHERE matter_id = 1", LAWYERS),
    ("", "UPDATE evidence SET vault_key = 'x' WHERE matter_id = 1", (OWNER,)),
    ("", DECIDED.rstrip("; "), LAWYERS),
    (DECIDED, "UPDATE finding SET state = 'open' WHERE matter_id = 1", LAWYERS),
    (DECIDED, "UPDATE finding SET why = 'x' WHERE matter_id = 1", STAFF),
    ("", "DELETE FROM finding_incident WHERE matter_id = 1", STAFF),
    ("", "INSERT INTO setting VALUES ('moved', '{}')", (OWNER,)),
    ("", "INSERT INTO setting VALUES ('firm', '{}')", (OWNER,)),
    ("", "INSERT INTO setting VALUES ('rules cn', '{}')", LAWYERS),
    ("", "INSERT INTO setting VALUES ('checked 7', '{}')", STAFF),
    ("", "UPDATE \"user\" SET role = 'owner'", (OWNER,)),
    ("", "UPDATE \"user\" SET name = name || 'x'", NOBODY),
    ("", "DELETE FROM change WHERE matter_id = 1", NOBODY),
    ("", "UPDATE change SET who = 'x' WHERE matter_id = 1", NOBODY),
    ("", "UPDATE change SET fields = '{}' WHERE matter_id = 1", NOBODY),
    ("", ("INSERT INTO change SELECT seq + 9999, at, '李律师', action, kind, record, matter_id, fields, hash"
          " FROM change WHERE matter_id = 1 AND kind = 'matter'"), (LAWYER,)),
    ("", "DELETE FROM wall", NOBODY),
    ("", "UPDATE wall SET matter_id = 1", NOBODY),
    ("", "INSERT INTO wall VALUES (1, 1)", NOBODY),
    ("", "DELETE FROM writing", NOBODY),
    ("", "UPDATE writing SET one = 1", ROLES),
    ("", "UPDATE alembic_version SET version_num = '9999'", NOBODY),
    ("", "INSERT INTO draft VALUES ('note x', 1, '{}')", (OWNER,)),
    ("INSERT INTO draft VALUES ('note 00000000-0000-0000-0000-000000000000', 1, '{}'); ",
     "SELECT 1 FROM draft", (OWNER,)),
    ("INSERT INTO draft VALUES ('note 00000000-0000-0000-0000-000000000000', 1, '{}'); ",
     "DELETE FROM draft", LAWYERS),
    ("", "TRUNCATE custody_event", NOBODY),
    ("", "TRUNCATE change", NOBODY),
]


@pytest.mark.parametrize(("before", "statement", "by"), BY_HAND, ids=[f"{one[0][:20]}{one[1]}" for one in BY_HAND])
def test_what_is_done_by_hand_is_held_against_the_roles(firm: Store, before: str, statement: str,
                                                        by: tuple[UserRole, ...]) -> None:
    """As the program's own database user, with the session's role set: the owner of the tables is bound too."""
    users = people_named(firm)
    with psycopg.connect(office.address_of(firm.folder)) as connection:
        for role in ROLES:
            with connection.transaction(force_rollback=True):
                connection.execute(f"SET LOCAL casedesk.actor = 'house'; {before}")
                connection.execute(f"SET LOCAL casedesk.actor = '{users[NAMES[role]]}'")
                assert bool(_changed(connection, statement)) is (role in by), role


def _changed(connection: psycopg.Connection[Any], statement: str) -> int:
    try:
        with connection.transaction():
            return connection.execute(statement).rowcount
    except psycopg.errors.InsufficientPrivilege:
        return 0


def test_a_login_that_does_not_own_the_tables_is_never_the_house_and_one_named_like_a_user_is_that_user(
        firm: Store) -> None:
    with Raw(firm, None) as raw:
        for said in ("SET casedesk.actor = 'house'", "SET casedesk.whole = 'on'",
                     ("CREATE TEMP TABLE \"user\" AS SELECT 1 AS id, '' AS uuid, 'owner' AS role, false AS disabled,"
                     " NULL AS deleted_at, 'clerk' AS name"), "CREATE TEMP TABLE wall (matter_id int, client_id int)"):
            raw.connection.execute(said)
        assert raw.ask("SELECT ref FROM matter") == []
        raw.user = str(people_named(firm)[NAMES[READER]])
        assert raw.ask("SELECT ref FROM matter WHERE id < 3") == ["A-1"]
        assert raw.ask("SELECT id FROM note") == []
    with psycopg.connect(postgres.of_administrator(office.address_of(firm.folder)), autocommit=True) as admin:
        admin.execute(f'CREATE ROLE "{NAMES[PARALEGAL]}" LOGIN')
        admin.execute(f'GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA public TO "{NAMES[PARALEGAL]}"')
    with psycopg.connect(office.address_of(firm.folder), user=NAMES[PARALEGAL]) as connection:
        connection.execute(f"SET casedesk.actor = '{people_named(firm)[NAMES[OWNER]]}'")
        assert connection.execute("SELECT ref FROM matter WHERE id < 3").fetchall() == [("A-1",)]
        assert connection.execute("UPDATE matter SET summary = 'x' WHERE id < 3").rowcount == 1
        connection.rollback()


def test_each_person_works_by_a_login_of_their_own_and_by_no_other(firm: Store) -> None:
    """As the README sets it up: each a member of the role that owns the tables."""
    address, me, lawyer = office.address_of(firm.folder), NAMES[OWNER], str(people_named(firm)[NAMES[LAWYER]])
    assert shared_login(firm) == make_url(address).username
    with psycopg.connect(postgres.of_administrator(address), autocommit=True) as admin:
        admin.execute(f'CREATE ROLE "{me}" LOGIN')
        admin.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{me}"')
        with pytest.raises(StoreUnavailable, match=f"“{me}” sees only a part"):
            opened_by(firm, me)
        admin.execute(f'GRANT "{make_url(address).username}" TO "{me}"')
        admin.execute(f'ALTER ROLE "{me}" SET role = "{make_url(address).username}"')
        admin.execute(f'CREATE ROLE "{NAMES[LAWYER]}" LOGIN IN ROLE "{make_url(address).username}"')
    with pytest.raises(NotAllowed, match="another user's"):
        opened_by(firm, NAMES[LAWYER])
    with opened_by(firm, me) as mine:
        assert shared_login(mine) == ""
        with mine.work() as session:
            session.add(Client(name="by my login"))
    with psycopg.connect(address, user=me) as connection:
        connection.execute(f"SET casedesk.actor = '{lawyer}'")
        assert connection.execute("SELECT casedesk_name()").fetchall() == [(me,)]


@pytest.mark.parametrize("sql", [
    "UPDATE change SET who = 'x'", "UPDATE change SET fields = '{}'", "DELETE FROM change", "TRUNCATE change",
    """UPDATE change SET fields = '{"destroyed": "x", "name": "y"}'"""])
def test_not_even_the_program_rewrites_the_history(firm: Store, sql: str) -> None:
    with pytest.raises(DBAPIError, match="never rewritten"), firm.engine.begin() as connection:
        connection.exec_driver_sql(sql)


def opened_by(firm: Store, login: str) -> Store:
    """The firm's cabinet, as its owner opens it at a desk of this database login."""
    address = office.address_of(firm.folder)
    office.keep_address(firm.folder, make_url(address).set(username=login).render_as_string())
    try:
        return Store.open(firm.folder, firm.key)
    finally:
        office.keep_address(firm.folder, address)


def people_named(store: Store) -> dict[str, Any]:
    with store.read() as session:
        return {one.name: one.uuid for one in session.scalars(select(User))}
