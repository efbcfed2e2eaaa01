"""A matter of a team, and what is privileged: nobody else finds a word of it, by whatever way they look."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from casedesk.base import times
from casedesk.base.errors import InvalidEntry, NotAllowed
from casedesk.casework import documents, due, exchange, findings, importing, incidents, listing, matters, records, teams
from casedesk.casework.drafts import drafts, keep_draft
from casedesk.casework.users import people
from casedesk.records import ALL, OF_MATTER, Change, Client, Incident, Matter, Note, Record, TeamMember
from casedesk.records.words import UserRole
from casedesk.store import bulk, search
from casedesk.store.browse import Listing
from casedesk.store.cabinet import Store
from casedesk.ui.counts import Counting
from tests.casework.firm import NAMES, desk, staff

CANARY = "金丝雀甲乙丙"
LAWYER, PARALEGAL, READER = UserRole.LAWYER, UserRole.PARALEGAL, UserRole.READ_ONLY


def one_of_each(store: Store, ref: str, word: str) -> int:
    """A matter that holds one record of every kind; what can be privileged is. Its id."""
    matters.add_matter(store, ref=ref, title=f"{word} / 某银行", client=f"{word}的客户")
    with store.work() as session:
        known: dict[str, int] = {kind.__tablename__: 1 for kind in (Client, Matter)}
        known["matter"] = session.scalars(select(Matter.id).where(Matter.ref == ref)).one()
        for kind in ALL:
            if kind in (Client, Matter, TeamMember):
                continue
            made = kind(**_values(kind, known, word if kind in OF_MATTER else "共用"))
            session.add(made)
            session.flush()
            known[kind.__tablename__] = made.id
    return known["matter"]


def _values(kind: type[Record], known: dict[str, int], word: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in kind.__table__.columns:
        if column.key in ("id", "uuid", "version") or column.key.startswith(("created", "changed_", "deleted")):
            continue
        targets = [key.column.table.name for key in column.foreign_keys]
        if targets and targets[0] in known:
            values[column.key] = known[targets[0]]
        elif column.key in ("at", "due_on"):
            values[column.key] = (times.from_millis(1_793_800_000_000) if column.key == "at"
                                  else dt.date(2026, 12, 1))
        elif column.key in ("name", "words", "body", "rule", "proof", "notes", "what", "recipient", "reason", "source"):
            values[column.key] = word
        elif column.key == "privileged":
            values[column.key] = True
        elif column.key == "rows":
            values[column.key] = 1  # a finding rests on its one incident
    return values


@pytest.fixture
def firm(store: Store) -> Store:
    """Two matters with one record of each kind; the second is the lawyer's, and full of the canary."""
    one_of_each(store, "A-1", "某甲")
    one_of_each(store, "B-2", CANARY)
    staff(store)
    with store.read() as session:
        lawyer = next(one.id for one in people(store) if one.name == NAMES[LAWYER])
        assert session.get_one(Matter, 2).ref == "B-2"
    teams.restrict(store, 2, [lawyer])
    return store


def everything(store: Store) -> str:
    """All that raw SQL shows somebody, table by table."""
    with store.read() as session:
        tables = [kind.__tablename__ for kind in ALL] + ["change", "search_text"]
        return str([tuple(row) for table in tables for row in session.execute(text(f'SELECT * FROM "{table}"'))])


@pytest.mark.parametrize("role", [PARALEGAL, READER])
def test_who_is_not_of_the_team_finds_not_a_word(firm: Store, role: UserRole) -> None:
    assert CANARY in everything(firm)
    with desk(firm, role) as store:
        with store.read() as session:
            seen = {kind.__tablename__: session.execute(
                text(f"SELECT count(*) FROM {kind.__tablename__} WHERE matter_id = 2")).scalar_one()
                for kind in OF_MATTER}
            assert set(seen.values()) == {0}
            assert session.execute(text("SELECT count(*) FROM team_member")).scalar_one() == 0
            assert session.scalars(select(Matter.ref)).all() == ["A-1"]
            assert session.scalars(select(Client.name)).all() == ["某甲的客户"]
            assert session.get(Matter, 2) is None
            assert session.scalars(select(Change).where(Change.matter_id == 2)).all() == []
            assert search.find(session, CANARY).hits == []
            assert [search.count(session, words) for words in (CANARY, CANARY[:2], CANARY[:1])] == [0, 0, 0]
        assert CANARY not in everything(store)
        assert [line.ref for line in matters.matter_lines(store)] == ["A-1"]
        assert listing.search(store, CANARY) == (0, [])
        assert Listing(store, Matter, order=("ref", False)).count() == 1
        assert Listing(store, Note, words=CANARY).count() == 0
        assert all(one.matter_ref == "A-1" for one in due.due_items(store, dt.date.max))
        assert CANARY not in str(Counting(store)())
        assert list(listing.incidents(store, 2)) == []
        assert findings.findings(store, 1) is not None
        with pytest.raises(InvalidEntry, match="no matter"), store.read() as session:
            matters.find_matter(session, "B-2")


def test_the_team_and_the_owner_see_it_and_everybody_again_when_it_is_opened(firm: Store) -> None:
    with desk(firm, LAWYER) as lawyer, desk(firm, PARALEGAL) as paralegal:
        for store in (firm, lawyer):
            assert [line.ref for line in matters.matter_lines(store)] == ["B-2", "A-1"]
        teams.open_to_all(firm, 2)
        assert [line.ref for line in matters.matter_lines(paralegal)] == ["B-2", "A-1"]
        teams.restrict(lawyer, 2, [])
        assert [line.ref for line in matters.matter_lines(lawyer)] == ["B-2", "A-1"]
        assert [line.ref for line in matters.matter_lines(paralegal)] == ["A-1"]


def test_who_is_not_of_the_team_writes_nothing_into_it(firm: Store, tmp_path: Path) -> None:
    def count() -> int:
        with firm.read() as session:
            return int(session.execute(text("SELECT count(*) FROM change")).scalar_one())

    with firm.read() as session:
        note = session.scalars(select(Note).where(Note.matter_id == 2)).one()
    before = count()
    with desk(firm, PARALEGAL) as store:
        for write in (
                lambda: records.edit_all(store, Note, [note.uuid], {"body": "x"}),
                lambda: records.delete(store, Note, note.uuid),
                lambda: records.save(store, Note, {"matter_id": 2, "body": "x"}, uuid=note.uuid.__class__(int=7)),
                lambda: incidents.log_incident(store, Incident(matter_id=2, at=times.now()))):
            with pytest.raises(NotAllowed, match="team"):
                write()
        with pytest.raises(NotAllowed, match="team"), store.work() as session:
            bulk.add(session, Note(matter_id=2, body="x"), [{}])
        with pytest.raises(NotAllowed, match="team"), store.work() as session:
            bulk.discard(session, Note, [note.id], times.now())
        with pytest.raises(NotAllowed, match="choose who sees"):
            teams.open_to_all(store, 2)
    assert count() == before


def test_what_is_privileged_is_not_there_for_who_has_no_right(firm: Store) -> None:
    with firm.work() as session:
        session.add(Note(matter_id=1, body="offen für alle", privileged=False))
    with desk(firm, READER) as reader, desk(firm, PARALEGAL) as paralegal:
        with reader.read() as session:
            shown = {table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in (
                "incident", "evidence", "warned", "evidence_link", "custody_event", "incident_source",
                "finding_incident", "finding")}
            assert set(shown.values()) == {0}
            assert session.scalars(select(Note.body)).all() == ["offen für alle"]
            assert search.count(session, "某甲", kinds=["note", "incident", "evidence"]) == 0
            assert {one.kind for one in session.scalars(select(Change).where(Change.matter_id == 1))}.isdisjoint(
                {"incident", "evidence", "warned"})
        with paralegal.read() as session:
            assert session.execute(text("SELECT count(*) FROM incident")).scalar_one() == 1


def test_no_document_holds_what_is_privileged_whoever_makes_it(firm: Store, tmp_path: Path) -> None:
    with documents.dossier(firm, 1, "en") as dossier:
        assert (list(dossier.evidence), list(dossier.notes), dossier.incident_count) == ([], [], 0)
    exchange.export(firm, "A-1", tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert "team_member" not in json.loads(archive.read("matter.json"))["records"]


def test_each_has_drafts_of_their_own(firm: Store) -> None:
    keep_draft(firm, "form/note/1", {"typed": "the owner's"})
    with desk(firm, PARALEGAL) as store:
        keep_draft(store, "form/note/1", {"typed": "the paralegal's"})
        assert [one.values["typed"] for one in drafts(store)] == ["the paralegal's"]
    assert [one.values["typed"] for one in drafts(firm)] == ["the owner's"]


def test_a_narrowed_connection_writes_nothing(firm: Store) -> None:
    with desk(firm, PARALEGAL) as store, pytest.raises(Exception, match=r"(?i)view|read-only"), \
            store.read() as session:
        session.execute(delete(Matter))


def test_an_import_into_it_is_refused_and_leaves_no_file(firm: Store, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("时间,号码,内容\n2026-11-03 22:14,075588880001,还钱\n", encoding="utf-8")
    names = set(firm.vault.names())
    with desk(firm, PARALEGAL) as store, pytest.raises((NotAllowed, InvalidEntry)):
        importing.commit(store, 2, [tmp_path / "a.csv"])
    assert set(firm.vault.names()) == names
