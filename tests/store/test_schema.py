from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    CHAR,
    JSON,
    Boolean,
    Column,
    Date,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    event,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casedesk.base.errors import StoreUnavailable
from casedesk.records import Agreement, Client, Deadline, Debt, Offer, Record, Setting
from casedesk.records.words import PlanKind
from casedesk.store import schema
from casedesk.store.cabinet import DATABASE, Store
from casedesk.store.engine import open_engine

KEY = bytes(range(32))


@pytest.fixture
def migrated(tmp_path: Path) -> Engine:
    """A database made by running every migration."""
    engine = open_engine(tmp_path / "migrated.db", KEY)
    schema.migrate(engine)
    return engine


def ours(name: str | None, kind: str) -> bool:
    return kind != "table" or not str(name).startswith("search_")


def shape(engine: Engine) -> set[tuple[str, str]]:
    with engine.connect() as connection:
        return {(name, " ".join(str(sql).split())) for name, sql in connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))}


def test_the_migrations_end_at_what_the_records_are(migrated: Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={
            "compare_type": False, "include_name": lambda name, kind, parents: ours(name, kind)})
        assert compare_metadata(context, Record.metadata) == []
        assert schema.revision(connection) == schema.REVISIONS[-1]


def test_a_new_cabinet_has_the_same_tables_as_a_migrated_one(migrated: Engine, store: Store) -> None:
    assert {name for name, _ in shape(store.engine)} == {name for name, _ in shape(migrated)}


def test_a_newer_cabinet_is_refused_and_not_touched(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    path = store.folder / DATABASE
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable, match="newer"):
        Store.open(store.folder, store.key)
    assert path.read_bytes() == before
    assert sorted(found.name for found in store.folder.glob("cabinet*.db*")) == [DATABASE]


def test_a_cabinet_without_tables_is_told(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(StoreUnavailable, match="is empty"):
        Store.open(store.folder, store.key)


def rewriting(asked: str) -> list[str]:
    """What somebody may type who would have the history otherwise."""
    return ["UPDATE change SET who = 'x'", "UPDATE change SET fields = '{}'", "DELETE FROM change",
            "INSERT OR REPLACE INTO change SELECT seq, at, 'x', action, kind, record, matter_id, '', hash FROM change",
            "UPDATE change SET fields = json_object('destroyed', 'nobody asked')",
            f"UPDATE change SET fields = json_object('destroyed', '{asked}', 'name', '[]')",
            f"UPDATE change SET fields = json_object('destroyed', '{asked}'), who = 'x'"]


@pytest.mark.sqlite
def test_no_sql_typed_by_hand_rewrites_the_history(store: Store) -> None:
    asked = str(uuid.uuid4())
    with store.work() as session:
        session.add_all([Client(name="a"), Setting(key=f"destruction {asked}", value={})])
    for sql in rewriting(asked):
        with pytest.raises(IntegrityError, match="never rewritten"), store.engine.begin() as connection:
            connection.exec_driver_sql(sql)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE change SET fields = json_object('destroyed', :asked)"), {"asked": asked})


def test_a_copy_is_kept_before_a_migration(store: Store) -> None:
    path = store.folder / DATABASE
    copy = schema.keep_copy(store.engine, path, "0001")
    engine = open_engine(copy, store.key.database)
    assert shape(engine) == shape(store.engine)
    engine.dispose()


def filled(column: Column[Any], words: dict[str, str]) -> object:
    """Some value of a column's type; references point at the first row."""
    if column.name in words:
        return words[column.name]
    kinds: tuple[tuple[Any, object], ...] = (
        (Integer, 1), (Date, dt.date(2026, 1, 1)), (Boolean, False), (JSON, []), (LargeBinary, b"x"))
    if isinstance(column.type, CHAR):
        return uuid.uuid4().hex
    return next((value for kind, value in kinds if isinstance(column.type, kind)), "")


def test_the_rows_of_the_first_release_come_along(tmp_path: Path) -> None:
    """An offer that another offer answers, and the agreement from it: their table is made anew by a migration."""
    engine = open_engine(tmp_path / "old.db", KEY)
    schema.migrate(engine, "0001")
    old = MetaData()
    old.reflect(engine)
    words = {"kind": "bank", "product": "credit-card", "side": "client", "state": "countered", "form": "written",
             "jurisdiction": "cn", "status": "open", "sex": "female", "identity_kind": "passport"}
    with engine.begin() as connection:
        for table in ("client", "creditor", "collector", "matter", "debt", "offer", "agreement", "deadline"):
            for number in (1, 2) if table == "offer" else (1,):
                kinds = {**words, "kind": "harassment" if table == "matter" else "bank"}
                row = {column.name: filled(column, kinds) for column in old.tables[table].columns}
                connection.execute(old.tables[table].insert(), {
                    **row, "id": number, "deleted_at": None, **({"total": 100 * number} if table == "offer" else {})})
    schema.migrate(engine)
    with Session(engine) as session:
        offers = session.scalars(select(Offer).order_by(Offer.id)).all()
        assert [(one.total, one.counter_to_id, one.plan, one.rate, one.incident_id) for one in offers] == [
            (100, 1, PlanKind.EQUAL, "", None), (200, 1, PlanKind.EQUAL, "", None)]
        assert session.scalars(select(Agreement)).one().offer_id == 1
        assert session.scalars(select(Debt)).one().year_days == 365
        assert session.scalars(select(Deadline)).one().rule == ""
    engine.dispose()


def test_a_disk_too_full_for_a_new_cabinet_is_told(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "full.db", KEY)
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 5"))
    with pytest.raises(StoreUnavailable, match="disk is full"):
        schema.create(engine)
