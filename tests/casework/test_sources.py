"""An incident has what its sources say and what a person typed, whichever of them come and go in whatever order."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from sqlalchemy import select

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.casework import documents, importing, trash
from casedesk.casework.incidents import log_incident
from casedesk.records import (
    Client,
    Collector,
    Evidence,
    EvidenceLink,
    ImportBatch,
    Incident,
    IncidentSource,
    Matter,
    PhoneNumber,
)
from casedesk.records.words import Channel, Direction, Role
from casedesk.store.cabinet import Store
from tests.casework.test_importing import GIF, calls, table
from tests.casework.test_masked_numbers import bill

HOURS = range(9, 15)
"""Each contact is of an hour of its own; the last two are messages."""
OUT = {11, 14}
"""The hours of those the client made."""
FILES = {
    "phone-a": (9, 10), "phone-b": (10, 11), "phone-c": (9, 10, 11, 12), "bill-a": (9, 10, 11), "bill-b": (11, 12),
    "table-a": (9, 11), "table-b": (10, 11, 12), "mms-a": (13,), "mms-b": (13, 14), "mms-c": (14,)}
PICTURES = {"mms-a": ["one two"], "mms-b": ["two", "one"], "mms-c": ["one three"]}
"""What each message brings."""
EDITS: Sequence[tuple[str, Any]] = (("duration", 777), ("words", "typed"), ("reached", Role.SPOUSE), ("reply", "ours"))


def number(hour: int) -> str:
    return f"1380000{hour:04}"


def file(folder: Path, name: str) -> Path:
    """What each says of a contact: the phone all but words, the bill its own time, the table words and no length."""
    kind, hours = name.split("-", maxsplit=1)[0], FILES[name]
    if kind == "phone":
        return calls(folder, *((f"+86{number(hour)}", f"2026-11-03T{hour:02}:00:20", 10 * hour,
                                "2" if hour in OUT else "1") for hour in hours),
                     name=f"{name}.xml")
    if kind == "bill":
        return bill(folder, *((f"11-03 {hour:02}:00:05", number(hour), f"00:00:{hour + (hour == 11):02}")
                              for hour in hours), name=f"{name}.csv", made=set(map(number, OUT)))
    if kind == "mms":
        return pictures(folder, name, zip(hours, PICTURES[name], strict=True))
    return table(folder, *(
        f"2026-11-03 {hour:02}:00:40,{number(hour)},{'去电' if hour in OUT else '来电'},,话 {hour}" for hour in hours),
        name=f"{name}.csv")


def moment(hour: int) -> dt.datetime:
    return dt.datetime(2026, 11, 3, hour, tzinfo=dt.UTC) - dt.timedelta(hours=8)


def gif(name: str) -> str:
    return base64.b64encode(base64.b64decode(GIF) + name.encode()).decode()


def pictures(folder: Path, name: str, rows: Iterable[tuple[int, str]]) -> Path:
    """Messages of a phone, each with some pictures."""
    path = folder / f"{name}.xml"
    told = [f'<mms date="{times.to_millis(moment(hour))}" msg_box="{1 + (hour in OUT)}" address="+86{number(hour)}">'
             "<parts>" + "".join(f'<part ct="image/gif" cl="{one}.gif" data="{gif(one)}"/>' for one in shown.split())
            + "</parts></mms>" for hour, shown in rows]
    path.write_text(f'<smses count="{len(told)}"><!-- {name} -->{"".join(told)}</smses>')
    return path


def opened(store: Store, by_hand: Sequence[int]) -> Matter:
    """A matter with contacts the client remembered; one of the numbers is known as a collector's."""
    with store.work() as session:
        client = Client(name="林某")
        session.add(client)
        session.flush()
        matter = Matter(ref=str(uuid.uuid4()), name="x", client_id=client.id)
        session.add(matter)
        if session.scalars(select(Collector)).first() is None:
            agency = Collector(name="某公司")
            session.add(agency)
            session.flush()
            session.add(PhoneNumber(number=number(10), collector_id=agency.id))
    for hour in by_hand:
        log_incident(store, Incident(matter_id=matter.id, number=number(hour), reply="remembered",
                                     direction=Direction.OUT if hour in OUT else Direction.IN,
                                     channel=Channel.SMS if hour > 12 else Channel.CALL, at=moment(hour)))
    return matter


def facts(store: Store, matter: Matter) -> list[dict[str, Any]]:
    """Every incident as it is, with where its sources stand."""
    with store.read() as session:
        of = select(Incident).where(Incident.matter_id == matter.id).order_by(Incident.at, Incident.id)
        told = {one.id: sorted((source.kind.value, source.line or 0) for source in session.scalars(
            select(IncidentSource).where(IncidentSource.incident_id == one.id))) for one in session.scalars(of)}
        shown = {one.id: sorted(session.scalars(
            select(Evidence.file_name).join(EvidenceLink, EvidenceLink.evidence_id == Evidence.id)
            .where(EvidenceLink.incident_id == one.id))) for one in session.scalars(of)}
        return [{"sources": told[one.id], "shown": shown[one.id]} | {
            column.key: getattr(one, column.key) for column in Incident.__table__.columns if column.key not in {
                "id", "uuid", "version", "created_at", "created_by", "changed_at", "changed_by", "matter_id"}}
            for one in session.scalars(of)]


def files(store: Store, matter: Matter) -> list[str]:
    """The evidence of a matter."""
    with store.read() as session:
        return sorted(session.scalars(select(Evidence.file_name).where(Evidence.matter_id == matter.id)))


@dataclass
class Told:
    """One incident of the model: the imports that tell it, what was typed in it."""

    hour: int
    by_hand: bool
    batches: set[int] = field(default_factory=set)
    typed: dict[str, Any] = field(default_factory=dict)


@dataclass
class Desk:
    """A matter beside what should be in it."""

    store: Store
    folder: Path
    by_hand: Sequence[int]
    imports: list[tuple[str, uuid.UUID]] = field(default_factory=list)
    alive: list[int] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.matter = opened(self.store, self.by_hand)
        self.told = [Told(hour, True) for hour in self.by_hand]

    def here(self, hour: int) -> Told | None:
        return next((one for one in self.told if one.hour == hour and (
            one.by_hand or one.batches.intersection(self.alive))), None)

    def take(self, name: str) -> None:
        if any(self.imports[one][0] == name for one in self.alive):
            return
        (report,) = importing.commit(self.store, self.matter.id, [file(self.folder, name)])
        assert report.read == report.imported + report.duplicates + report.merged == len(FILES[name])
        assert report.batch is not None
        self.imports.append((name, report.batch))
        here = [self.here(hour) for hour in FILES[name]]
        self.alive.append(len(self.imports) - 1)
        for hour, one in zip(FILES[name], here, strict=True):
            if one is None:
                self.told.append(one := Told(hour, False))
            one.batches.add(self.alive[-1])

    def undo(self, place: int) -> None:
        if self.alive:
            one = self.alive.pop(place % len(self.alive))
            importing.undo(self.store, self.imports[one][1])

    def restore(self, place: int) -> None:
        gone = [one for one in range(len(self.imports)) if one not in self.alive]
        same = {self.imports[one][0] for one in self.alive}
        gone = [one for one in gone if self.imports[one][0] not in same]
        if not gone:
            return
        one = gone[place % len(gone)]
        trash.restore(self.store, ImportBatch, self.imports[one][1])
        for old in [told for told in self.told if one in told.batches]:
            new = self.here(old.hour)
            if new is not None and new is not old:
                new.batches |= old.batches
                new.typed = {**old.typed, **new.typed}
                self.told.remove(old)
        self.alive = sorted([*self.alive, one])

    def edit(self, hour: int, what: int) -> None:
        column, value = EDITS[what]
        one = self.here(hour)
        if one is not None:
            with self.store.work() as session:
                found = next(row for row in session.scalars(select(Incident).where(
                    Incident.matter_id == self.matter.id)) if row.number.endswith(number(hour)))
                setattr(found, column, value)
            one.typed[column] = value

    def check(self) -> None:
        """Everything is as in a fresh matter."""
        matter = self.model()
        assert facts(self.store, self.matter) == facts(self.store, matter)
        assert files(self.store, self.matter) == files(self.store, matter)

    def model(self) -> Matter:
        """A fresh matter with only the remaining files, in their order, and what was typed."""
        matter = opened(self.store, self.by_hand)
        for one in self.alive:
            importing.commit(self.store, matter.id, [file(self.folder, self.imports[one][0])])
        with self.store.work() as session:
            for row in session.scalars(select(Incident).where(Incident.matter_id == matter.id)):
                told = self.here(int(row.number[-4:]))
                assert told is not None
                for column, value in told.typed.items():
                    setattr(row, column, value)
        return matter


def test_a_fact_that_two_imports_tell_stays_as_long_as_one_of_them(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, tmp_path, [10])
    for name in ("bill-a", "phone-b", "phone-a"):
        desk.take(name)
    told = []
    for step in ("", "undo", "undo", "undo", "restore", "restore"):
        if step:
            getattr(desk, step)(0)
        told += [row["duration"] for row in facts(store, desk.matter) if row["number"] == number(10)]
    assert told == [10, 100, 100, None, 10, 10], "the bill's, then a log's"
    desk.check()


def test_what_the_client_sent_stays_sent_when_one_of_two_files_that_tell_it_goes(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, tmp_path, [])
    for name in ("mms-b", "mms-c", "phone-b", "bill-b"):
        desk.take(name)
    desk.undo(2)
    desk.undo(0)
    desk.check()
    assert [(row["channel"], row["direction"]) for row in facts(store, desk.matter)] == [
        (Channel.CALL, Direction.OUT), (Channel.CALL, Direction.IN), (Channel.SMS, Direction.OUT)]


def test_what_is_typed_stays_whatever_import_is_undone(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, tmp_path, [10])
    desk.take("phone-a")
    desk.edit(10, 0)
    desk.take("bill-a")
    desk.undo(0)
    desk.undo(0)
    (row,) = facts(store, desk.matter)
    assert (row["duration"], row["answered"], row["reply"]) == (777, None, "remembered")


def test_a_file_with_doubled_rows_is_taken_once(store: Store, matter: Matter, tmp_path: Path) -> None:
    row = ("95588", "2026-11-03T22:14:41", 65, "1")
    again = [calls(tmp_path, row, row, row, name="doubled.xml"), calls(tmp_path, row, row, name="other.xml")]
    first, second = importing.commit(store, matter.id, again)
    assert (first.imported, first.duplicates, second.duplicates) == (1, 2, 2)
    for _ in range(3):
        for report in importing.commit(store, matter.id, again):
            assert (report.imported, report.duplicates, report.batch) == (0, report.read, None)
    (one,) = facts(store, matter)
    assert one["sources"] == [("phone", 2), ("phone", 2)], "each file tells it once"
    assert first.batch is not None
    importing.undo(store, first.batch)
    assert [one["sources"] for one in facts(store, matter)] == [[("phone", 2)]]


def test_a_corrected_zone_is_what_the_source_says_from_then_on(store: Store, matter: Matter, tmp_path: Path) -> None:
    (report,) = importing.commit(store, matter.id, [file(tmp_path, "bill-a")])
    assert report.batch is not None
    assert importing.correct_zone(store, report.batch, "Asia/Tokyo") == 3
    at = dt.datetime(2026, 11, 3, 0, 0, 5, tzinfo=dt.UTC)
    (other,) = importing.commit(store, matter.id, [calls(
        tmp_path, (f"+86{number(9)}", "2026-11-03T08:00:20", 90, "1"))])
    assert (other.merged, other.batch is not None) == (1, True), "eight in the morning in China"
    for step in range(2):
        importing.undo(store, report.batch)
        (row,) = facts(store, matter)
        assert (row["at"], row["zone"]) == (at.replace(second=20), "Asia/Shanghai")
        trash.restore(store, ImportBatch, report.batch)
        row, *_ = facts(store, matter)
        assert (row["at"], row["zone"], row["sources"]) == (at, "Asia/Tokyo", [("bill", 3), ("phone", 2)]), step
    assert importing.correct_zone(store, report.batch, "Asia/Shanghai") == 3
    row, *_ = facts(store, matter)
    assert row["at"] == at + dt.timedelta(hours=1)
    (again,) = importing.commit(store, matter.id, [file(tmp_path, "bill-b")])
    assert (again.imported, again.duplicates) == (1, 1), "eleven o'clock is known by its corrected time"


@pytest.mark.parametrize("written", ["2026-11-03 22:14", "2026-11-03 10:14 PM", "2026年11月3日晚上10点14分"])
def test_a_clock_without_a_zone_is_corrected_however_it_is_written(store: Store, matter: Matter, tmp_path: Path,
                                                                   written: str) -> None:
    (report,) = importing.commit(store, matter.id, [table(tmp_path, f"{written},95588,来电,1,还钱")])
    assert report.batch is not None
    assert importing.correct_zone(store, report.batch, "Europe/London") == 1
    (row,) = facts(store, matter)
    assert row["at"] == dt.datetime(2026, 11, 3, 22, 14, tzinfo=dt.UTC)


def test_a_picture_that_two_files_bring_is_there_as_long_as_one_of_them(
        store: Store, matter: Matter, tmp_path: Path) -> None:
    batches = []
    for name in ("first.xml", "second.xml"):
        path = tmp_path / name
        path.write_text(f'<smses count="1"><!-- {name} --><mms date="1700000000000" msg_box="1" address="1069"><parts>'
                        f'<part ct="image/gif" cl="a.gif" data="{GIF}"/></parts></mms></smses>')
        (report,) = importing.commit(store, matter.id, [path])
        assert report.batch is not None
        batches.append(report.batch)

    picture, first, second = "2023-11-15 a.gif", "first.xml", "second.xml"
    for one, other, left in ((0, 1, second), (1, 0, first)):
        importing.undo(store, batches[one])
        assert files(store, matter) == [picture, left]
        importing.undo(store, batches[other])
        assert files(store, matter) == []
        trash.restore(store, ImportBatch, batches[one])
        assert files(store, matter) == [picture, first if left == second else second]
        trash.restore(store, ImportBatch, batches[other])
        assert files(store, matter) == [picture, first, second]


def test_a_picture_of_a_known_message_goes_and_comes_back_with_its_import(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, tmp_path, [13])
    for step, *chosen in (("take", "mms-a"), ("undo", 0), ("take", "mms-b"), ("restore", 0), ("undo", 1), ("undo", 0),
                          ("restore", 1), ("restore", 0)):
        getattr(desk, step)(*chosen)
        desk.check()
    assert [row["shown"] for row in facts(store, desk.matter)] == [
        ["2026-11-03 one.gif", "2026-11-03 two.gif"], ["2026-11-03 one.gif"]]


def test_a_picture_of_another_file_of_the_same_name_stays_though_nothing_shows_it(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, tmp_path, [13, 14])
    batches = []
    for folder, hour, shown in (("a", 13, "one"), ("b", 14, "two")):
        (tmp_path / folder).mkdir()
        (report,) = importing.commit(store, desk.matter.id, [pictures(tmp_path / folder, "sms", [(hour, shown)])])
        batches.append(report.batch)
    with store.work() as session:
        for link in session.scalars(select(EvidenceLink)):
            link.deleted_at = times.now()
    assert batches[0] is not None
    importing.undo(store, batches[0])
    assert files(store, desk.matter) == ["2026-11-03 two.gif", "sms.xml"]


def test_what_a_person_linked_or_took_away_is_no_imports_to_undo(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, tmp_path, [13, 14])
    desk.take("mms-b")
    with store.work() as session:
        two, one = session.scalars(select(EvidenceLink).order_by(EvidenceLink.incident_id))
        session.add(EvidenceLink(matter_id=desk.matter.id, incident_id=one.incident_id, evidence_id=two.evidence_id))
        one.deleted_at = times.now()
    desk.undo(0)
    assert [row["shown"] for row in facts(store, desk.matter)] == [[], ["2026-11-03 two.gif"]]
    desk.restore(0)
    assert [row["shown"] for row in facts(store, desk.matter)] == [["2026-11-03 two.gif"]] * 2


def test_what_a_person_deleted_stays_deleted_and_comes_back_with_all_its_sources(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, tmp_path, [])
    for name in ("phone-a", "bill-a"):
        desk.take(name)
    desk.undo(0)
    with store.read() as session:
        nine = next(one.uuid for one in session.scalars(select(Incident)) if one.number.endswith(number(9)))
    trash.delete(store, Incident, nine)
    desk.restore(0)
    assert number(9) not in {row["number"] for row in facts(store, desk.matter)}
    trash.restore(store, Incident, nine)
    desk.check()
    trash.delete(store, Incident, nine)
    desk.undo(0)
    desk.undo(0)
    with pytest.raises(InvalidEntry, match="which is in the trash too"):
        trash.restore(store, Incident, nine)


def test_a_workbook_whose_import_was_undone_is_taken_in_again(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, tmp_path, [9, 10])
    book = tmp_path / "book.xlsx"
    documents.write_workbook(store, desk.matter.id, book, lang="zh")
    trash.delete(store, Matter, desk.matter.uuid)
    other, reports = opened(store, []), []
    for _ in range(2):
        reports += importing.commit(store, other.id, [book])
        assert (reports[-1].imported, len(facts(store, other))) == (2, 2)
        assert reports[-1].batch is not None
        importing.undo(store, reports[-1].batch)
    for report in reports:
        assert report.batch is not None
        trash.restore(store, ImportBatch, report.batch)
        assert len(facts(store, other)) == 2


def test_a_number_that_was_corrected_by_hand_is_known_by_what_the_files_have(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, tmp_path, [])
    desk.take("phone-a")
    with store.work() as session:
        for one in session.scalars(select(Incident)):
            one.number, one.duration, one.words = "13900009999", 5, "typed"
    (report,) = importing.commit(store, desk.matter.id, [file(tmp_path, "phone-c")])
    assert (report.imported, report.duplicates) == (2, 2)
    (report,) = importing.commit(store, desk.matter.id, [file(tmp_path, "bill-a")])
    assert (report.imported, report.merged) == (0, 3)


STEPS = st.lists(st.one_of(
    *[st.tuples(st.just("take"), st.sampled_from(sorted(FILES)))] * 2,
    st.tuples(st.just("undo"), st.integers(0, 5)), st.tuples(st.just("restore"), st.integers(0, 5)),
    st.tuples(st.just("edit"), st.sampled_from(HOURS), st.integers(0, len(EDITS) - 1))), min_size=4, max_size=9)


@settings(max_examples=8)
@given(by_hand=st.sets(st.sampled_from(HOURS)), steps=STEPS)
def test_what_remains_is_what_the_remaining_sources_say(
        store: Store, tmp_path: Path, by_hand: set[int], steps: list[tuple[Any, ...]]) -> None:
    desk = Desk(store, tmp_path, sorted(by_hand))
    for name, *chosen in steps:
        getattr(desk, name)(*chosen)
        desk.check()
