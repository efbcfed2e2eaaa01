"""Taking files in: what becomes of each row, one batch a file, nothing twice, nothing lost, all of it undone."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import subprocess
import sys
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from casedesk.base.errors import Cancelled, InvalidEntry
from casedesk.casework import check, documents, importing, trash
from casedesk.casework.history import verifier
from casedesk.casework.importing import Choices, Fate, FileReport
from casedesk.casework.incidents import Owner, log_incident
from casedesk.imports import ahead
from casedesk.imports.draft import NeedsAnswer
from casedesk.records import (
    Agent,
    Change,
    Client,
    Collector,
    ContactPerson,
    Creditor,
    Debt,
    Evidence,
    EvidenceLink,
    ImportBatch,
    Incident,
    IncidentSource,
    Matter,
    PhoneNumber,
)
from casedesk.records.words import Channel, Product, SourceKind
from casedesk.store import audit, search
from casedesk.store.cabinet import Store
from tests.conftest import QUICK

PHONE = Path(__file__).parents[1] / "data" / "phone"
ALL = Choices(private=True)
COUNTS = ("read", "imported", "duplicates", "merged", "excluded", "lost")
GIF = "R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="


def counts(report: FileReport) -> tuple[int, ...]:
    found = tuple(getattr(report, name) for name in COUNTS)
    assert found[0] == sum(found[1:])
    return found


def incidents(store: Store) -> list[Incident]:
    with store.read() as session:
        return list(session.scalars(select(Incident).order_by(Incident.at, Incident.id)))


def sources(store: Store, incident: Incident) -> list[IncidentSource]:
    with store.read() as session:
        return list(session.scalars(select(IncidentSource).where(IncidentSource.incident_id == incident.id)
                                    .order_by(IncidentSource.id)))


def table(folder: Path, *rows: str, name: str = "list.csv", head: str = "时间,号码,方向,时长,内容") -> Path:
    path = folder / name
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def calls(folder: Path, *rows: tuple[str, str, int, str], name: str = "calls.xml") -> Path:
    """(number, local time, duration, type) as a phone's log."""
    path = folder / name
    lines = [f'<call number="{number}" duration="{seconds}" date="'
             f'{int(dt.datetime.fromisoformat(at + "+08:00").timestamp() * 1000)}" type="{kind}"/>'
             for number, at, seconds, kind in rows]
    path.write_text(f'<calls count="{len(lines)}">\n' + "\n".join(lines) + "\n</calls>", encoding="utf-8")
    return path


def matter_of_its_own(store: Store) -> Matter:
    """A new client's matter in another cabinet."""
    with store.work() as session:
        client = Client(name="x")
        session.add(client)
        session.flush()
        other = Matter(ref="A-2", name="x", client_id=client.id)
        session.add(other)
    return other


def test_each_incident_points_at_its_line_and_the_file_is_kept(store: Store, matter: Matter) -> None:
    (report,) = importing.commit(store, matter.id, [PHONE / "calls.xml"], ALL)
    assert counts(report) == (16, 16, 0, 0, 0, 0)
    first = incidents(store)[0]
    (source,) = sources(store, first)
    assert (source.kind, source.line, source.local) == (SourceKind.PHONE, 4, False)
    with store.read() as session:
        evidence = session.get_one(Evidence, source.evidence_id)
        batch = session.get_one(ImportBatch, source.batch_id)
    assert evidence.sha256 == hashlib.sha256((PHONE / "calls.xml").read_bytes()).hexdigest()
    assert (batch.uuid, batch.imported, batch.format) == (report.batch, 16, "sms-backup")
    assert check.verify(store) == []


def test_preview_tells_the_same_and_stores_nothing(store: Store, matter: Matter) -> None:
    looked = importing.preview(store, matter.id, [PHONE / "calls-a.xml", PHONE / "calls-b.xml"])
    assert incidents(store) == []
    kept = importing.commit(store, matter.id, [PHONE / "calls-a.xml", PHONE / "calls-b.xml"])
    assert [counts(one) for one in looked.files] == [counts(one) for one in kept]
    assert counts(kept[1])[2] > 0, "the two files overlap"
    assert [row.fate for row in looked.rows].count(Fate.DUPLICATE) == kept[1].duplicates
    assert sum(group.count for group in looked.numbers) == 24


def test_the_same_file_ten_times_leaves_the_same_counts(store: Store, matter: Matter) -> None:
    importing.commit(store, matter.id, [PHONE / "sms-mms.xml"], ALL)
    before = len(incidents(store))
    for _ in range(9):
        (report,) = importing.commit(store, matter.id, [PHONE / "sms-mms.xml"], ALL)
        assert counts(report) == (15, 0, 15, 0, 0, 0)
        assert report.batch is None
    assert len(incidents(store)) == before == 15
    assert len(importing.batches(store, matter.id)) == 1


def test_a_file_of_which_nothing_can_be_read_is_offered_as_evidence(store: Store, matter: Matter,
                                                                    tmp_path: Path) -> None:
    letter = tmp_path / "undated.eml"
    letter.write_text("Delivered-To: b@y.cn\nFrom: a@x.cn\nTo: b@y.cn\nSubject: pay up\n\nToday.\n", encoding="utf-8")
    looked = importing.preview(store, matter.id, [letter]).files
    for (report,) in (looked, importing.commit(store, matter.id, [letter])):
        assert (counts(report), report.batch) == ((1, 0, 0, 0, 0, 1), None)
        assert "Keep it as evidence" in report.notes[-1]


def test_every_record_is_chained_and_found_as_if_saved_alone(store: Store, matter: Matter) -> None:
    importing.commit(store, matter.id, [PHONE / "sms-mms.xml"])
    with store.read() as session:
        changed = list(session.scalars(select(Change).order_by(Change.seq)))
        assert list(verifier().judge(audit.lines(session.connection()))) == []
        told = {change.record for change in changed if change.action == "add"}
        assert {one.uuid for one in session.scalars(select(Incident))} <= told
        assert {one.uuid for one in session.scalars(select(IncidentSource))} <= told
        assert search.count(session, "authorized user was changed") == 2


def test_memory_log_and_phone_are_one_incident_with_two_sources(store: Store, matter: Matter, tmp_path: Path) -> None:
    log_incident(store, Incident(matter_id=matter.id, at=dt.datetime(2026, 11, 3, 14, 14, tzinfo=dt.UTC),
                                 number="0755 8888 0001", words="今天不还就去你单位"))
    phone = calls(tmp_path, ("075588880001", "2026-11-03T22:14:41", 65, "1"), ("95588", "2026-11-03T22:14:41", 5, "1"))
    (report,) = importing.commit(store, matter.id, [phone])
    assert counts(report) == (2, 1, 0, 1, 0, 0)
    known = next(one for one in incidents(store) if one.words)
    assert (known.duration, known.answered) == (65, True)
    kinds = [(one.kind, one.line, sorted(one.filled)) for one in sources(store, known)]
    assert kinds == [(SourceKind.MEMORY, None, []), (SourceKind.PHONE, 2, ["answered", "duration"])]


@pytest.mark.parametrize(("seconds", "merged"), [(60, 1), (61, 0)])
def test_the_window_is_kept_to_the_second(seconds: int, merged: int, store: Store, matter: Matter,
                                          tmp_path: Path) -> None:
    start = dt.datetime(2026, 11, 3, 22, 14)  # noqa: DTZ001 - local
    importing.commit(store, matter.id, [table(tmp_path, f"{start},95588,来电,60,还钱")])
    late = (start + dt.timedelta(seconds=seconds)).isoformat()
    (report,) = importing.commit(store, matter.id, [calls(tmp_path, ("95588", late, 60, "1"))])
    assert report.merged == merged
    importing.set_window(store, 61)
    again = calls(tmp_path, ("95588", late, 60 if merged else 61, "1"), name="second.xml")
    (report,) = importing.commit(store, matter.id, [again])
    assert (report.merged, report.duplicates) == ((0, 1) if merged else (1, 0))


def test_what_a_source_says_otherwise_is_named_and_not_taken(store: Store, matter: Matter, tmp_path: Path) -> None:
    importing.commit(store, matter.id, [table(tmp_path, "2026-11-03 22:14:00,95588,来电,60,还钱")])
    importing.commit(store, matter.id, [calls(tmp_path, ("95588", "2026-11-03T22:14:10", 43, "1"))])
    (known,) = incidents(store)
    assert known.duration == 60
    assert sources(store, known)[1].differs == "Duration: 43 s"


def test_a_merged_call_is_known_when_an_overlapping_file_tells_it_again(store: Store, matter: Matter,
                                                                        tmp_path: Path) -> None:
    importing.commit(store, matter.id, [table(tmp_path, "2026-11-03 22:14:00,95588,来电,60,还钱")])
    row = ("95588", "2026-11-03T22:14:10", 60, "1")
    importing.commit(store, matter.id, [calls(tmp_path, row)])
    (report,) = importing.commit(store, matter.id, [calls(tmp_path, row, ("95599", "2026-11-04T08:00:00", 1, "1"),
                                                          name="second.xml")])
    assert counts(report) == (2, 1, 1, 0, 0, 0)


def test_each_row_of_a_file_confirms_another_incident(store: Store, matter: Matter, tmp_path: Path) -> None:
    importing.commit(store, matter.id, [table(tmp_path, "2026-11-03 22:14:00,95588,来电,60,还钱")])
    (report,) = importing.commit(store, matter.id, [calls(
        tmp_path, ("95588", "2026-11-03T22:14:10", 60, "1"), ("95588", "2026-11-03T22:14:30", 5, "1"))])
    assert counts(report) == (2, 1, 0, 1, 0, 0)


def test_what_one_source_tells_and_another_does_not_is_listed(store: Store, matter: Matter, tmp_path: Path) -> None:
    importing.commit(store, matter.id, [calls(
        tmp_path, ("95588", "2026-11-03T22:14:10", 60, "1"), ("95599", "2026-11-03T23:00:00", 0, "3"))])
    told = [table(tmp_path, "2026-11-03 22:14:00,95588,来电,60,还钱", "2026-11-04 09:00:00,95566,来电,3,又来了"),
            calls(tmp_path, ("95566", "2026-11-04T12:00:00", 1, "1"), name="more.xml")]
    found = [(False, "95599", "calls.xml:3"), (True, "95566", "list.csv: 3")]
    for reports in (importing.preview(store, matter.id, told).files, importing.commit(store, matter.id, told)):
        assert [[(one.here, one.number, one.where) for one in report.unmatched] for report in reports] == [found, []]


def test_contact_persons_stay_out_and_known_numbers_are_assigned(store: Store, matter: Matter, tmp_path: Path) -> None:
    with store.work() as session:
        agency = Collector(name="某催收公司")
        session.add_all([agency, ContactPerson(matter_id=matter.id, name="母亲", phone="13900000001")])
        session.flush()
        session.add(PhoneNumber(number="0755-8888 0001", collector_id=agency.id))
    file = calls(tmp_path, ("13900000001", "2026-11-03T22:00:00", 5, "1"),
                 ("+8675588880001", "2026-11-03T22:01:00", 5, "1"), ("95588", "2026-11-03T22:02:00", 5, "1"))
    (report,) = importing.commit(store, matter.id, [file])
    assert counts(report) == (3, 2, 0, 0, 1, 0)
    assert [(one.number, one.collector_id) for one in incidents(store)] == [
        ("+8675588880001", agency.id), ("95588", None)]
    choices = Choices(only_known=True, excluded=frozenset({"95588"}))
    (known,) = importing.preview(store, matter.id, [file], choices).files
    assert (known.excluded, known.duplicates) == (2, 1)
    (mother,) = importing.commit(store, matter.id, [file], Choices(included=frozenset({"13900000001"})))
    assert counts(mother) == (3, 1, 2, 0, 0, 0)


def test_a_number_assigned_on_the_way_is_known_from_then_on(store: Store, matter: Matter, tmp_path: Path) -> None:
    with store.work() as session:
        agency = Collector(name="某催收公司")
        session.add(agency)
    file = calls(tmp_path, ("95588", "2026-11-03T22:00:00", 5, "1"))
    importing.commit(store, matter.id, [file], Choices(assigned={"95588": Owner(agency.id)}))
    assert [one.collector_id for one in incidents(store)] == [agency.id]
    with store.read() as session:
        assert session.scalars(select(PhoneNumber.normal)).all() == ["95588"]


def test_pictures_become_evidence_of_their_message(store: Store, matter: Matter, tmp_path: Path) -> None:
    path = tmp_path / "sms.xml"
    path.write_text(f'<smses count="1"><mms date="1700000000000" msg_box="1" address="1069"><parts>'
                    f'<part ct="image/gif" cl="a.gif" data="{GIF}"/></parts></mms></smses>')
    importing.commit(store, matter.id, [path])
    (one,) = incidents(store)
    with store.read() as session:
        shown = session.scalars(select(Evidence).join(EvidenceLink, EvidenceLink.evidence_id == Evidence.id)
                                .where(EvidenceLink.incident_id == one.id)).one()
    assert (shown.file_name, shown.media_type) == ("2023-11-15 a.gif", "image/gif")
    assert check.verify(store) == []


def test_a_cancelled_import_leaves_nothing(store: Store, matter: Matter) -> None:
    def stop(done: int, total: int, note: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        importing.commit(store, matter.id, [PHONE / "sms-mms.xml"], progress=stop)
    with store.read() as session:
        for kind in (Incident, IncidentSource, ImportBatch, Evidence):
            assert session.scalar(select(func.count()).select_from(kind)) == 0
    assert list(store.vault.names()) == []


def test_an_import_of_a_matter_on_hold_is_not_undone(store: Store, matter: Matter, tmp_path: Path) -> None:
    (report,) = importing.commit(store, matter.id, [calls(tmp_path, ("95588", "2026-11-03T22:14:10", 60, "1"))])
    assert report.batch is not None
    with store.work() as session:
        session.get_one(Matter, matter.id).on_hold = True
    with pytest.raises(InvalidEntry, match="legal hold"):
        importing.undo(store, report.batch)
    assert len(incidents(store)) == 1


def test_undo_takes_the_batch_away_and_the_trash_brings_it_back(store: Store, matter: Matter, tmp_path: Path) -> None:
    log_incident(store, Incident(matter_id=matter.id, at=dt.datetime(2026, 11, 3, 14, 14, tzinfo=dt.UTC),
                                 number="95588", words="还钱"))
    file = calls(tmp_path, ("95588", "2026-11-03T22:14:10", 60, "1"), ("95599", "2026-11-03T23:00:00", 9, "1"))
    (report,) = importing.commit(store, matter.id, [file])
    assert report.batch is not None
    assert importing.undo(store, report.batch) == 1
    (left,) = incidents(store)
    assert (left.words, left.duration, left.answered) == ("还钱", None, None)
    assert importing.batches(store, matter.id) == []
    with store.read() as session:
        assert session.scalars(select(Evidence)).all() == []
        assert search.count(session, "95599") == 0
    (again,) = importing.commit(store, matter.id, [file])
    assert counts(again) == (2, 1, 0, 1, 0, 0)
    with pytest.raises(InvalidEntry):
        importing.undo(store, report.batch)
    trash.restore(store, ImportBatch, report.batch)
    assert len(importing.batches(store, matter.id)) == 2


def test_undone_and_brought_back_the_records_are_as_before(store: Store, matter: Matter, tmp_path: Path) -> None:
    def everything() -> list[tuple[object, ...]]:
        with store.read() as session:
            return [tuple(session.execute(select(kind.__table__).where(kind.deleted_at.is_(None))).mappings())
                    for kind in (Incident, IncidentSource, ImportBatch, Evidence)]

    def facts(rows: list[tuple[object, ...]]) -> list[list[dict[str, object]]]:
        return [[{name: value for name, value in row.items()  # type: ignore[attr-defined]
                  if name not in {"changed_at", "changed_by", "version", "kept"}} for row in kind] for kind in rows]

    for minute, words in ((14, "还钱"), (20, "")):
        log_incident(store, Incident(matter_id=matter.id, at=dt.datetime(2026, 11, 3, 14, minute, tzinfo=dt.UTC),
                                     number="95588", words=words))
    file = calls(tmp_path, ("95588", "2026-11-03T22:14:10", 60, "1"), ("95588", "2026-11-03T22:20:10", 0, "3"),
                 ("95599", "2026-11-03T23:00:00", 9, "1"))
    (report,) = importing.commit(store, matter.id, [file])
    assert report.batch is not None
    before = facts(everything())
    for _ in range(2):
        importing.undo(store, report.batch)
        assert [one.answered for one in incidents(store)] == [None, None]
        trash.restore(store, ImportBatch, report.batch)
        assert facts(everything()) == before
    importing.undo(store, report.batch)
    with store.work() as session:
        session.get_one(Incident, incidents(store)[0].id).duration = 75
    trash.restore(store, ImportBatch, report.batch)
    assert (incidents(store)[0].duration, incidents(store)[0].answered) == (75, True), "what was typed since stays"
    assert check.verify(store) == []


def test_a_wrong_zone_is_corrected_for_the_batch(store: Store, matter: Matter, tmp_path: Path) -> None:
    (local,) = importing.commit(store, matter.id, [table(tmp_path, "2026-11-03 22:14:00,95588,来电,60,还钱")])
    (universal,) = importing.commit(store, matter.id, [calls(tmp_path, ("95599", "2026-11-03T22:14:10", 60, "1"))])
    assert (local.local, universal.local) == (True, False)
    for report in (local, universal):
        assert report.batch is not None
        assert importing.correct_zone(store, report.batch, "Europe/London") == 1
    assert {(one.number, one.at.hour, one.zone) for one in incidents(store)} == {
        ("95588", 22, "Europe/London"), ("95599", 14, "Europe/London")}


def test_what_is_doubtful_of_a_row_that_was_read_says_its_line(store: Store, matter: Matter, tmp_path: Path) -> None:
    path = table(tmp_path, "2026-11-03 22:14:00,95588,来电,odd,还钱")
    (report,) = importing.preview(store, matter.id, [path]).files
    assert counts(report) == (1, 1, 0, 0, 0, 0)
    assert "line 2" in report.problems[0].message
    assert (report.problems[0].line, report.problems[0].about) == (None, 2)
    bill = tmp_path / "bill.csv"
    bill.write_text("起始时间,通信地点,通信方式,对方号码,通信时长,通信类型,套餐优惠,实收通信费\n"
                    "2026-11-03 22:14:00,深圳,被叫,95588,odd,本地,,0\n", encoding="utf-8")
    (report,) = importing.preview(store, matter.id, [bill]).files
    assert report.problems[0].message.endswith("(Line 2)")


def _aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_ALONE", 0)


def test_a_large_file_is_read_by_another_process_and_gives_the_same(
        store: Store, matter: Matter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [PHONE / "sms-mms.xml", table(tmp_path, *(f"2026-11-03 {hour:02}:{minute:02}:00,95588,来电,60,还钱"
                                                      for hour in range(20) for minute in range(60)), "x,1,来电,1,y")]
    here = importing.preview(store, matter.id, files)
    _aside(monkeypatch)
    there = importing.preview(store, matter.id, files)
    assert there.rows == here.rows
    assert len(there.rows) == 1216
    assert [vars(one) for one in there.files] == [vars(one) for one in here.files]
    kept = importing.commit(store, matter.id, files)
    assert [counts(one) for one in kept] == [counts(one) for one in here.files]
    assert check.verify(store) == []


@pytest.mark.parametrize(("loaded", "spared"), [
    ("casedesk.imports.ahead", ["casedesk.casework", "casedesk.store", "openpyxl", "PySide6"]),
    ("casedesk.casework.importing", ["psycopg", "openpyxl", "PySide6"])])
def test_each_process_loads_what_it_needs_and_no_more(loaded: str, spared: list[str]) -> None:
    asked = f"import sys; import {loaded}; print([name for name in {spared} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_what_the_other_process_meets_is_met_here(store: Store, matter: Matter, tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    _aside(monkeypatch)
    path = table(tmp_path, "3/4/2026 22:14,95588,来电,60,还钱")
    (asked,) = importing.preview(store, matter.id, [path]).files
    assert asked.question is not None
    assert asked.question.key == "day_month"
    empty = tmp_path / "empty.xml"
    empty.write_bytes(b"")
    (report,) = importing.preview(store, matter.id, [empty], Choices(format="sms-backup")).files
    assert "empty" in str(report.problems[0])
    with pytest.raises(InvalidEntry, match="day_month"):
        importing.preview(store, matter.id, [path], Choices(answers={"day_month": "ymd"}))

    def stop(done: int, total: int, note: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        importing.commit(store, matter.id, [PHONE / "sms-mms.xml"], progress=stop)
    assert incidents(store) == []
    assert active_children() == []


def test_a_reading_process_that_dies_is_a_problem_of_the_file(store: Store, matter: Matter,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    _aside(monkeypatch)
    monkeypatch.setattr(ahead, "_read_there", os._exit)
    (report,) = importing.preview(store, matter.id, [PHONE / "calls.xml"]).files
    assert "the reading process stopped" in str(report.problems[0])


def test_a_question_is_asked_before_anything_is_stored(store: Store, matter: Matter, tmp_path: Path) -> None:
    path = table(tmp_path, "3/4/2026 22:14,95588,来电,60,还钱")
    with pytest.raises(NeedsAnswer, match="which number is the day"):
        importing.commit(store, matter.id, [path])
    (asked,) = importing.preview(store, matter.id, [path]).files
    assert asked.question is not None
    importing.commit(store, matter.id, [path], Choices(answers={asked.question.key: "mdy"}))
    assert incidents(store)[0].at == dt.datetime(2026, 3, 4, 14, 14, tzinfo=dt.UTC)


def test_a_mapping_is_remembered_for_the_same_titles(store: Store, matter: Matter, tmp_path: Path) -> None:
    head, row = "when it rang,who rang,notes of client", "2026-11-03 22:14:00,95588,还钱"
    path = table(tmp_path, row, head=head)
    (report,) = importing.preview(store, matter.id, [path], Choices(format="table")).files
    assert report.layout is not None
    mapping = {0: "at", 1: "number", 2: "words"}
    choices = Choices(format="table", mappings={report.layout.fingerprint: mapping})
    importing.commit(store, matter.id, [path], choices)
    second = table(tmp_path, "2026-11-04 22:14:00,95599,再说", head=head, name="second.csv")
    (again,) = importing.commit(store, matter.id, [second], Choices(format="table"))
    assert counts(again) == (1, 1, 0, 0, 0, 0)
    assert [(one.number, one.words) for one in incidents(store)] == [("95588", "还钱"), ("95599", "再说")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_our_own_workbook_comes_back_the_same(lang: str, store: Store, matter: Matter, tmp_path: Path) -> None:
    at = dt.datetime(2026, 11, 3, 14, 14, 7, 123000, dt.UTC)
    long = "催" * 40_000 + "end"
    log_incident(store, Incident(matter_id=matter.id, at=at, number="0755 8888 0001", answered=False,
                                 duration=0, words=long, tags=["威胁", "third person"], zone="Europe/London"))
    log_incident(store, Incident(matter_id=matter.id, at=at, channel=Channel.VISIT, words="=1+1", reply="=x",
                                 demanded=12345, people_count=2))
    out = tmp_path / "book.xlsx"
    documents.write_workbook(store, matter.id, out, lang="zh" if lang == "zh" else "en")
    before = {one.uuid: values(one) for one in incidents(store)}
    (known,) = importing.commit(store, matter.id, [out])
    assert counts(known) == (2, 0, 2, 0, 0, 0)
    assert known.problems == []
    with store.work() as session:
        session.scalars(select(Incident).where(Incident.number != "")).one().answered = True
    (changed,) = importing.preview(store, matter.id, [out]).files
    assert counts(changed) == (2, 0, 2, 0, 0, 0)
    (told,) = changed.problems
    assert "says something else" in told.message
    empty, _ = Store.create(tmp_path / "empty", "pass", cost=QUICK)
    with empty:
        other = matter_of_its_own(empty)
        (report,) = importing.commit(empty, other.id, [out])
        assert report.problems == []
        assert counts(report) == (2, 2, 0, 0, 0, 0)
        assert {one.uuid: values(one) for one in incidents(empty)} == before


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_whom_our_own_workbook_names_is_recorded_elsewhere(lang: str, store: Store, matter: Matter,
                                                           tmp_path: Path) -> None:
    told: dict[str, Any] = {
            "product": Product.CAR_LOAN, "contract_number": "6222 0001", "principal": 1_234_567, "year_days": 360,
            "due_on": dt.date(2026, 1, 31), "rate": "万分之五/日", "currency": "CNY"}
    with store.work() as session:
        bank = Creditor(name="甲银行")
        session.add(bank)
        session.flush()
        agency = Collector(name="乙公司", creditor_id=bank.id)
        session.add(agency)
        session.flush()
        agent = Agent(collector_id=agency.id, name="李某", agent_number="007")
        mother = ContactPerson(matter_id=matter.id, name="王女士", relation="母亲")
        debt = Debt(matter_id=matter.id, creditor_id=bank.id, collector_id=agency.id, **told)
        session.add_all([agent, mother, debt])
    for words in "ab":
        log_incident(store, Incident(
            matter_id=matter.id, words=words, creditor_id=bank.id, collector_id=agency.id, agent_id=agent.id,
            contact_person_id=mother.id, debt_id=debt.id))
    out = tmp_path / "book.xlsx"
    documents.write_workbook(store, matter.id, out, lang="zh" if lang == "zh" else "en")
    empty, _ = Store.create(tmp_path / "empty", "pass", cost=QUICK)
    with empty:
        other = matter_of_its_own(empty)
        (report,) = importing.commit(empty, other.id, [out])
        assert sum("recorded anew" in note for note in report.notes) == 5
        assert report.problems == []
        with empty.read() as session:
            (made,) = session.scalars(select(Collector))
            assert session.get_one(Creditor, made.creditor_id).name == "甲银行"
            (owed,) = session.scalars(select(Debt))
            (person,) = session.scalars(select(ContactPerson))
            (caller,) = session.scalars(select(Agent))
            assert (caller.caption, person.caption) == ("李某 007", "王女士 (母亲)")
            assert {name: getattr(owed, name) for name in told} == told
            assert (owed.creditor_id, owed.collector_id) == (made.creditor_id, made.id)
            assert {(one.collector_id, one.creditor_id, one.debt_id, one.contact_person_id, one.agent_id)
                    for one in session.scalars(select(Incident))} == {
                (made.id, made.creditor_id, owed.id, person.id, caller.id)}
        assert check.verify(empty) == []


def test_two_debts_of_one_name_are_not_taken_for_one(store: Store, matter: Matter, tmp_path: Path) -> None:
    with store.work() as session:
        bank = Creditor(name="甲银行")
        session.add(bank)
        session.flush()
        owed = [Debt(matter_id=matter.id, creditor_id=bank.id, product=Product.CAR_LOAN, principal=cents)
                for cents in (100, 200)]
        session.add_all(owed)
    log_incident(store, Incident(matter_id=matter.id, words="a", creditor_id=bank.id, debt_id=owed[0].id))
    documents.write_workbook(store, matter.id, tmp_path / "book.xlsx", lang="en")
    empty, _ = Store.create(tmp_path / "empty", "pass", cost=QUICK)
    with empty:
        (report,) = importing.commit(empty, matter_of_its_own(empty).id, [tmp_path / "book.xlsx"])
        assert any("Two debts are called" in str(problem) for problem in report.problems)
        with empty.read() as session:
            assert session.scalars(select(Debt)).all() == []
            assert session.scalars(select(Incident.debt_id)).one() is None


def values(incident: Incident) -> dict[str, object]:
    kept = {"id", "matter_id", "created_at", "changed_at", "created_by", "changed_by", "version", "deleted_at"}
    return {column.key: getattr(incident, column.key) for column in Incident.__table__.columns
            if column.key not in kept}
