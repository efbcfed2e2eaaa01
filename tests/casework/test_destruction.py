from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import event, inspect, select, text

from casedesk.base.errors import InvalidEntry, NotAllowed, StoreUnavailable
from casedesk.casework import backups, check, destruction, history, trash
from casedesk.casework.destruction import Person
from casedesk.casework.evidence import add_files
from casedesk.records import Change, Client, Draft, Incident, Matter, Note, Setting
from casedesk.records.words import UserRole
from casedesk.store.cabinet import Store
from casedesk.store.work import WITH_TRASH
from tests.casework.chains import insider
from tests.casework.firm import NAMES, password, staff


def keep(store: Store, matter: Matter, **how: object) -> None:
    with store.work() as session:
        found = session.scalars(select(Matter).where(Matter.id == matter.id)).one()
        for name, value in how.items():
            setattr(found, name, value)


def test_a_legal_hold_forbids_to_delete_and_to_empty_the_trash(store: Store, matter: Matter, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    [proof] = add_files(store, matter.id, [tmp_path / "a.txt"])
    note = Note(matter_id=matter.id, body="x")
    with store.work() as session:
        session.add(note)
    trash.delete(store, Note, note.uuid)
    keep(store, matter, on_hold=True, hold_reason="诉讼中")
    for kind, uuid in ((Matter, matter.uuid), (type(proof), proof.uuid)):
        with pytest.raises(InvalidEntry, match="legal hold"):
            trash.delete(store, kind, uuid)
    assert trash.empty_trash(store, older_than_days=-1) == 0
    with store.read() as session:
        assert session.scalars(select(Note), execution_options=WITH_TRASH).one().body == "x"
    keep(store, matter, on_hold=False)
    assert trash.empty_trash(store, older_than_days=-1) == 1
    trash.delete(store, Matter, matter.uuid)


CANARY = "金丝雀甲乙丙"


@pytest.fixture
def doomed(store: Store, matter: Matter, tmp_path: Path) -> Matter:
    """A matter that may be destroyed, with evidence, beside one of another client."""
    (tmp_path / "a.txt").write_text(CANARY, encoding="utf-8")
    add_files(store, matter.id, [tmp_path / "a.txt"])
    with store.work() as session:
        other = Client(name="某乙")
        session.add(other)
        session.flush()
        session.add_all([Matter(ref="B-2", name="another", client_id=other.id), Note(matter_id=matter.id, body=CANARY),
                         Incident(matter_id=matter.id, words=CANARY)])
        session.add(Draft(key="k", at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), values={"typed": CANARY}))
        session.scalars(select(Client).where(Client.name == "林某")).one().address = CANARY
    with store.work() as session:
        session.scalars(select(Incident)).one().words = f"{CANARY}!"
    keep(store, matter, keep_until=dt.date(2020, 12, 31))
    return matter


def destroyed(store: Store, matter: Matter, out: Path) -> dict[str, object]:
    store.who = "王律师"
    destruction.ask(store, matter.id, "保存期满")
    store.who = "李律师"
    return destruction.destroy(store, matter.id, out)


@pytest.mark.parametrize("how", [
    {"on_hold": True}, {"keep_until": None}, {"keep_until": dt.date(2999, 1, 1)}])
def test_a_matter_on_hold_or_before_its_day_is_not_destroyed(
    store: Store, doomed: Matter, tmp_path: Path, how: dict[str, object],
) -> None:
    store.who = "王律师"
    destruction.ask(store, doomed.id, "保存期满")
    keep(store, doomed, **how)
    store.who = "李律师"
    with pytest.raises(InvalidEntry):
        destruction.ask(store, doomed.id, "保存期满")
    with pytest.raises(InvalidEntry):
        destruction.destroy(store, doomed.id, tmp_path / "c.json")
    assert not (tmp_path / "c.json").exists()
    assert check.verify(store) == []


def test_two_people_are_needed(store: Store, doomed: Matter, tmp_path: Path) -> None:
    with pytest.raises(InvalidEntry, match="Nobody"):
        destruction.destroy(store, doomed.id, tmp_path / "c.json")
    store.who = "Wang Lei"
    destruction.ask(store, doomed.id, "保存期满")
    for name in ("Wang Lei", "wang lei ", "Ｗang  Lei"):  # one person, however the name is typed
        store.who = name
        with pytest.raises(InvalidEntry, match="another person"):
            destruction.destroy(store, doomed.id, tmp_path / "c.json")


def test_what_is_destroyed_is_nowhere_and_the_history_still_verifies(
    store: Store, doomed: Matter, tmp_path: Path,
) -> None:
    backups.add_place(store, tmp_path / "stick")
    taken = [one for one in backups.back_up(store) if one.name]
    (tmp_path / "cabinet-before-restore-20260101T000000.000000Z").mkdir()
    told = destroyed(store, doomed, tmp_path / "c.json")
    assert json.loads((tmp_path / "c.json").read_text(encoding="utf-8")) == told
    assert (told["asked_by"], told["done_by"], told["files"]) == ("王律师", "李律师", 1)
    assert len(told["backups_that_still_hold_it"]) == len(taken) + 1  # type: ignore[arg-type]
    document = pypdfium2.PdfDocument(tmp_path / "c.pdf")
    printed = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    for said in ("A-1", "王律师", "李律师", "保存期满", "casedesk-backup"):
        assert said in printed
    assert CANARY not in printed
    assert list(store.vault.names()) == []
    with store.read() as session:
        for table in inspect(session.connection()).get_table_names():
            for row in session.execute(text(f'SELECT * FROM "{table}"')):
                assert CANARY not in str(row), table
                assert ascii(CANARY)[1:-1] not in str(row), table
        assert [one.ref for one in session.scalars(select(Matter))] == ["B-2"]
        assert [one.name for one in session.scalars(select(Client))] == ["某乙"]
    assert check.verify(store) == []
    assert history.export(store, tmp_path / "chain.jsonl") > 0
    assert history.verifier().main([str(tmp_path / "chain.jsonl")]) == 0


def test_words_taken_out_without_a_destruction_are_found(store: Store, doomed: Matter, tmp_path: Path) -> None:
    destroyed(store, doomed, tmp_path / "c.json")
    with insider(store) as connection:
        seq = connection.scalars(select(Change.seq).where(Change.matter_id == 2)).first()
        connection.execute(text("UPDATE change SET fields = (SELECT fields FROM change WHERE CAST(fields AS TEXT) LIKE"
                                " '%destroyed%' LIMIT 1) WHERE seq = :seq"), {"seq": seq})
    assert "edited" in {one.verdict for one in check.verify(store)}


def test_two_at_one_desk_each_by_their_own_password(store: Store, doomed: Matter, tmp_path: Path) -> None:
    staff(store)
    owner, lawyer, helper = (Person(NAMES[role], password(role)) for role in (
        UserRole.OWNER, UserRole.LAWYER, UserRole.PARALEGAL))
    out = tmp_path / "c.json"

    def by(first: Person, second: Person) -> dict[str, object]:
        return destruction.by_two(store, doomed.id, "保存期满", (first, second), out)

    for first, second, why in ((owner, owner, InvalidEntry), (owner, helper, NotAllowed), (helper, owner, NotAllowed),
                               (owner, replace(lawyer, password="pass"), StoreUnavailable)):
        with pytest.raises(why):
            by(first, second)
    keep(store, doomed, on_hold=True)
    with pytest.raises(InvalidEntry, match="legal hold"):
        by(owner, lawyer)
    with store.read() as session:
        assert [one.key for one in session.scalars(select(Setting)) if "destruction" in one.key] == []
    keep(store, doomed, on_hold=False)
    assert not out.exists()
    told = by(owner, lawyer)
    assert (told["asked_by"], told["done_by"]) == (owner.name, lawyer.name)
    assert out.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    assert check.verify(store) == []


@pytest.mark.sqlite
def test_a_disk_that_fails_while_the_database_is_written_anew_is_told(store: Store, doomed: Matter,
                                                                      tmp_path: Path) -> None:
    def fail(connection: object, cursor: object, statement: str, *more: object) -> None:
        if statement == "VACUUM":
            raise sqlcipher.OperationalError("disk I/O error")

    event.listen(store.engine, "before_cursor_execute", fail)
    assert "disk I/O error" in str(destroyed(store, doomed, tmp_path / "certificate.json")["not_rewritten"])
