"""What the server itself hides and refuses: raw SQL on a second connection, by a role that owns nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from sqlalchemy import select

from casedesk.casework import check, matters, teams
from casedesk.casework.history import verifier
from casedesk.casework.users import people
from casedesk.records import OF_MATTER, Note, User
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
        assert raw.ask(tables + " AND NOT relrowsecurity ORDER BY 1") == ["alembic_version", "wall", "writing"]
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
        assert raw.ask("DELETE FROM evidence_link WHERE matter_id = 2") == [int(sees)]


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
            assert raw.ask("UPDATE change SET who = 'x' WHERE matter_id = 1 AND kind = 'matter'") == [
                int(role in (OWNER, LAWYER)) * len(raw.ask(
                    "SELECT 1 FROM change WHERE matter_id = 1 AND kind = 'matter'"))]


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
