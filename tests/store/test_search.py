from __future__ import annotations

import datetime as dt
import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.records import BY_TABLE, Client, Evidence, Incident, Matter, Note, Record
from casedesk.records.words import IdentityKind
from casedesk.store import search, search_rebuild
from casedesk.store.cabinet import Store
from casedesk.store.search_text import searched
from casedesk.store.work import WITH_TRASH
from tests.conftest import QUICK

LETTERS = st.one_of(
    st.sampled_from("威胁联系通讯录龑𠮷𫖮138.，。,.!！?\"'*^-+()<>:;\\/%_{}#@ \t\n\u3000"
                    "AaＡａßﬃİıΣςée\u0301한½㎏😡👨\u200d👩\ufe0f\x1f\ue000\ufffe\U0010ffff"),
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
TEXTS = st.text(LETTERS, max_size=14)


def normal(text: str) -> str:
    """What the promise compares, written once more."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).split())


class Undone(Exception):
    """Rolls a unit of work back."""


@pytest.fixture(scope="module")
def cabinet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One cabinet for many examples, each of which is undone."""
    opened, _ = Store.create(Path(tmp_path_factory.mktemp("search")) / "cabinet", "pass", who="tester", cost=QUICK)
    with opened:
        with opened.work() as session:
            session.add(client := Client(name="林某"))
            session.flush()
            session.add(Matter(ref="A-1", name="", client_id=client.id))
        yield opened


@settings(max_examples=150)
@given(st.lists(TEXTS, min_size=1, max_size=8), st.lists(TEXTS, max_size=8), st.data())
@example(["威胁联系", "胁联", "威胁 联系"], ["胁联", "威胁联系", " ", "威 系"], None)
@example(["138-1234-5678 13812345678"], ["381", "8-1", "5678 1", "1"], None)
@example(["ＡＢＣ é", "abc e\u0301"], ["É", "bc", "ABC é"], None)
@example(["a\x1fb\"c*", "a b c"], ["\x00", "\x1f", "b\"", "\"c*", "*"], None)
def test_the_hits_are_those_that_hold_the_words(
        cabinet: Store, said: list[str], asked: list[str], data: st.DataObject | None) -> None:
    if data is not None:
        text = normal(" ".join(said))
        first = data.draw(st.integers(0, len(text)))
        asked = [*asked, text[first:first + data.draw(st.integers(1, 7))]]
    with pytest.raises(Undone), cabinet.work() as session:
        session.add_all(Note(matter_id=1, body=text) for text in said)
        session.flush()
        notes = {one.id: normal(one.body) for one in session.scalars(select(Note))}
        for words in asked:
            terms = normal(words).split()
            right = [number for number in sorted(notes, reverse=True)
                     if terms and all(term in notes[number] for term in terms)]
            found = search.find(session, words, kinds=["note"])
            assert [hit.record_id for hit in found.hits] == right, words
            assert search.count(session, words, kinds=["note"]) == found.total == len(right)
            assert [*session.scalars(select(Note.id)
                                     .where(search.holding(session.connection(), Note, words, matter_id=1))
                                     .order_by(Note.id.desc()))] == right
        raise Undone


def hits(session: Session, words: str) -> list[str]:
    return [f"{hit.kind} {hit.record_id}" for hit in search.find(session, words).hits]


@pytest.mark.parametrize("words", ["龑某", "notes 龑某", "\ud800", "\U000f0041", "\U000f00801", "\U000f0081client"])
def test_no_sign_of_the_index_itself_is_found(store: Store, words: str) -> None:
    with store.work() as session:
        session.add(Client(name="王某", notes="notes"))
    with store.read() as session:
        assert search.find(session, words) == search.Found(0, [])
        assert search.count(session, words) == 0


PIECES = ("'", '"', "*", "%", "_", "(", ")", "-", "^", ":", "+", "{", "]", "\\", "NEAR", "AND", "OR", "NOT", " ", "\t",
          "\0", "\ud800", "😀", "催", "0", "a", "OR 1=1", "--", ";", "/*", "<b>", "\u202e", "\u200b", "𬭎",
          "text:", "王", "m1", "k0")


@pytest.mark.parametrize("count", [300, pytest.param(5000, marks=pytest.mark.slow)])
def test_whatever_is_typed_is_searched_for_as_words_and_breaks_nothing(store: Store, count: int) -> None:
    with store.work() as session:
        session.add(Client(name="王某", notes="催收 OR 1=1"))
    dice = random.Random(count)
    with store.read() as session:
        for _ in range(count):
            words = "".join(dice.choices(PIECES, k=dice.choice((1, 2, 3, 9, 300))))
            assert search.find(session, words).total == search.count(session, words) <= 1, words


@pytest.mark.parametrize("table", list(searched()))
def test_every_text_column_of_every_record_is_found(store: Store, matter: Matter, table: str) -> None:
    one = searched()[table]
    for column, _ in one.columns:
        said = "0x" + column.key.replace("_", "") + "值"
        record = made(one.kind, matter)
        setattr(record, column.key, [said] if isinstance(getattr(record, column.key), list) else said)
        with store.work() as session:
            session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            session.add(record)
            session.flush()
            assert hits(session, said) == [f"{table} {record.id}"], column
            session.rollback()


def made(kind: type[Record], matter: Matter) -> Record:
    """A record of a kind with nothing said in it."""
    needed: dict[str, Any] = {column.key: matter.id for column in kind.__table__.columns
                              if column.foreign_keys and not column.nullable}
    if kind is Client:
        needed["identity_kind"] = IdentityKind.PASSPORT
    if "at" in kind.__table__.c:
        needed["at"] = times.now()
    return kind(**needed)


def test_a_password_is_not_found_and_an_identity_number_is_not_shown(store: Store, matter: Matter) -> None:
    with store.work() as session:
        session.add(Evidence(matter_id=matter.id, name="账单", password="geheim77"))
        session.add(Client(name="王某", identity_number="11010519491231002X"))
    with store.read() as session:
        assert hits(session, "geheim") == []
        (hit,) = search.find(session, "19491231").hits
        assert (hit.kind, hit.text) == ("client", "王某")


def test_a_number_is_found_as_displayed_and_in_its_comparable_form(store: Store, matter: Matter) -> None:
    with store.work() as session:
        session.add(Incident(matter_id=matter.id, number="138 1234-5678"))
    with store.read() as session:
        for words in ("138 1234-5678", "13812345678", "+8613812345678", "1234-5", "45678"):
            assert hits(session, words) == ["incident 1"], words


def test_a_default_is_not_what_somebody_wrote(store: Store, matter: Matter) -> None:
    with store.work() as session:
        session.add_all([Incident(matter_id=matter.id, number="1"),
                         Incident(matter_id=matter.id, number="2", zone="Asia/Tokyo")])
    with store.read() as session:
        assert hits(session, "asia/") == ["incident 2"]


def test_the_index_follows_edits_the_trash_and_purging(store: Store, matter: Matter) -> None:
    def change(**values: object) -> None:
        with store.work() as session:
            note = session.get_one(Note, 1, execution_options=WITH_TRASH)
            for name, value in values.items():
                setattr(note, name, value)

    def places() -> tuple[list[str], list[str]]:
        with store.read() as session:
            return hits(session, "旧话"), hits(session, "新话")

    with store.work() as session:
        session.add(Note(matter_id=matter.id, body="旧话"))
    assert places() == (["note 1"], [])
    change(body="新话")
    assert places() == ([], ["note 1"])
    change(deleted_at=times.now(), body="旧话")
    assert places() == ([], [])
    change(deleted_at=None)
    assert places() == (["note 1"], [])
    change(body="", subject="")
    assert places() == ([], [])
    change(subject="新话")
    with store.work() as session:
        session.delete(session.get_one(Note, 1))
    assert places() == ([], [])


def test_what_is_not_saved_is_not_found(store: Store, matter: Matter) -> None:
    with pytest.raises(Undone), store.work() as session:
        session.add(Note(matter_id=matter.id, body="没有保存"))
        session.flush()
        assert hits(session, "没有") == ["note 1"]
        raise Undone
    with store.read() as session:
        assert hits(session, "没有") == []


def test_matter_kind_and_limit_narrow_a_search(store: Store, matter: Matter) -> None:
    with store.work() as session:
        other = Matter(ref="B-2", name="通知 二", client_id=matter.client_id)
        session.add(other)
        session.flush()
        session.add_all([Note(matter_id=matter.id, body=f"通知 {number}") for number in range(5)])
        session.add_all([Note(matter_id=other.id, body="通知"), Incident(matter_id=other.id, words="通知我们")])
    with store.read() as session:
        newest = search.find(session, "通知", limit=3)
        assert (newest.total, [hit.kind for hit in newest.hits]) == (None, ["incident", "note", "note"])
        assert search.find(session, "通知").total == search.count(session, "通知") == 8
        mine = search.find(session, "通知", matter_id=other.id)
        assert {hit.kind for hit in mine.hits} == {"matter", "note", "incident"}
        assert search.count(session, "通知", matter_id=other.id, kinds=["note", "incident"]) == 2
        assert search.find(session, "通知", kinds=[]).total == 0
        assert mine.hits[0].uuid == session.scalars(select(Incident.uuid)).one()


def test_rebuilding_gives_what_following_gave(store: Store, matter: Matter) -> None:
    with store.work() as session:
        session.add_all([Note(matter_id=matter.id, body=f"第{number}条 rule {number * 37}") for number in range(50)])
        session.add(Incident(matter_id=matter.id, number="021-12345678", tags=["威胁", "第三人"]))
    with store.work() as session:
        session.get_one(Note, 7).deleted_at = times.now()
    kept = "SELECT kind, record_id, matter_id, text FROM search_text ORDER BY kind, record_id"
    with store.read() as session:
        before = session.connection().exec_driver_sql(kept).all()
        found = [sorted(hits(session, words)) for words in ("第", "rule", "第三人", "74", "某银行")]
    steps: list[tuple[int, int]] = []
    with store.engine.begin() as connection:
        search_rebuild.rebuild(connection, lambda done, total, note="": steps.append((done, total)))
    with store.read() as session:
        assert session.connection().exec_driver_sql(kept).all() == before
        assert [sorted(hits(session, words)) for words in ("第", "rule", "第三人", "74", "某银行")] == found
    assert steps == [(len(before), len(before))]


def test_the_oldest_are_found_last_after_rebuilding(store: Store, matter: Matter) -> None:
    with store.work() as session:
        session.add_all([Note(matter_id=matter.id, body="甲"), Note(matter_id=matter.id, body="甲乙")])
    with store.engine.begin() as connection:
        connection.execute(update(BY_TABLE["note"]).where(Note.id == 1).values(
            created_at=times.now() + dt.timedelta(days=1)))
        search_rebuild.rebuild(connection)
    with store.read() as session:
        assert hits(session, "甲") == ["note 1", "note 2"]


@pytest.mark.parametrize(("text", "words", "shown"), [
    ("再不还钱", "还", "再不还钱"),
    ("第一行\n再不还钱，就打爆你的通讯录", "通讯录", "…爆你的通讯录"),
    ("我们会联系你的单位和亲戚朋友，让你抬不起头", "单位", "…单位和亲戚…"),
    ("ＡＢＣ公司 Ltd.", "abc", "ＡＢＣ公司 …"),
    ("没有这样的字在里面啊", "xyz", "没有这样的字…"),
    ("两  行\n文字", "", "两 行 文字"),
])
def test_a_snippet_shows_the_text_around_the_words(text: str, words: str, shown: str) -> None:
    assert search.snippet(text, words, 7) == shown


@given(TEXTS.map(lambda text: text * 9), TEXTS, st.integers(8, 60))
def test_a_snippet_is_never_longer_than_asked(text: str, words: str, width: int) -> None:
    found = search.snippet(text, words, width)
    assert len(found) <= width
    assert found.strip("…") in text or words == "" or found.strip("…") in " ".join(text.split())
