"""Numbers an operator masked: proposed where one known number fits, taken only when a person says so, undone whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path

import pytest

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.base.phones import at_home
from casedesk.casework import check, importing, trash
from casedesk.casework.importing import Choices, Same, same_numbers
from casedesk.casework.importing.masks import fits
from casedesk.casework.incidents import log_incident
from casedesk.records import Collector, ImportBatch, Incident, Matter, PhoneNumber
from casedesk.store.cabinet import Store
from tests.casework.test_importing import calls, counts, incidents, sources
from tests.imports.bill_files import MOBILE, table

FULL, MASK = "13812345678", "138****5678"
SAID = Choices(same=frozenset({Same(MASK, FULL)}))


def bill(folder: Path, *rows: tuple[str, str, str], name: str = "bill.csv", made: Collection[str] = ()) -> Path:
    """(time within the year, number, length) as China Mobile's bill; to the numbers `made` the client called."""
    head = [["从2026-11-01到2026-11-30 类型：通话详单"], MOBILE]
    return table(folder / name, [*head, *(
        [at, "上海", "主叫" if number in made else "被叫", number, length, "国内", "", "0.00", "是"]
        for at, number, length in rows)])


@pytest.mark.parametrize(("normal", "region", "shown"), [
    ("+8613812345678", "CN", FULL), ("+8675588880001", "CN", "075588880001"), ("+861088880001", "CN", "01088880001"),
    ("95588", "CN", "95588"), ("+447911123456", "CN", "+447911123456"), ("+8613812345678", "GB", "+8613812345678")])
def test_a_comparable_number_as_it_is_written_at_home(normal: str, region: str, shown: str) -> None:
    assert at_home(normal, region) == shown


@pytest.mark.parametrize(("masked", "number", "may"), [
    (MASK, "+8613812345678", True), (MASK, "+8613812345679", False), (MASK, "+8613912345678", False),
    ("+86138****5678", "+8613812345678", True), ("0755****0001", "+8675588880001", True), ("***", "95588", True),
    ("138***5678", "+8613812345678", False), ("95***", "+8613812345678", False)])
def test_what_a_mask_may_hide(masked: str, number: str, may: bool) -> None:
    assert fits(masked, number) is may


def test_the_only_known_number_is_proposed_and_never_taken_by_itself(store: Store, matter: Matter,
                                                                     tmp_path: Path) -> None:
    with store.work() as session:
        agency = Collector(name="某催收公司")
        session.add(agency)
        session.flush()
        session.add(PhoneNumber(number=FULL, collector_id=agency.id))
    path = bill(tmp_path, ("11-03 22:14:00", MASK, "00:01:05"), ("11-04 09:00:00", MASK, "00:00:10"))
    (report,) = importing.preview(store, matter.id, [path]).files
    assert [str(one) for one in report.proposals] == [
        "138****5678 may be 13812345678: the only known number that fits."]
    (kept,) = importing.commit(store, matter.id, [path])
    assert kept.batch is not None
    assert [(one.number, one.collector_id) for one in incidents(store)] == [(MASK, None)] * 2
    importing.undo(store, kept.batch)
    importing.commit(store, matter.id, [path], SAID)
    assert [(one.number, one.collector_id) for one in incidents(store)] == [(FULL, agency.id)] * 2
    assert sources(store, incidents(store)[0])[0].differs == "The file has 138****5678"


def test_a_call_of_the_phone_log_tells_which_number_it_is(store: Store, matter: Matter, tmp_path: Path) -> None:
    files = [bill(tmp_path, ("11-03 22:14:00", MASK, "00:01:05"), ("11-05 10:00:00", "***", "00:00:09")),
             calls(tmp_path, (FULL, "2026-11-03T22:14:41", 65, "1"), ("95588", "2026-11-05T10:00:20", 9, "1"))]
    looked = importing.preview(store, matter.id, files)
    said = [one for report in looked.files for one in report.proposals]
    assert [(one.same.masked, one.same.number, one.whole, one.together) for one in said] == [
        (MASK, "+8613812345678", True, 1), ("***", "95588", False, 1)]
    assert [counts(one)[1] for one in looked.files] == [2, 2]
    choices = Choices(same=frozenset(one.same for one in said))
    for listed in (files, files[::-1]):
        again = importing.preview(store, matter.id, listed, choices)
        assert sorted((one.imported, one.merged) for one in again.files) == [(0, 2), (2, 0)]
        assert not any(report.proposals for report in again.files)
    importing.commit(store, matter.id, files, choices)
    assert [(one.number, len(sources(store, one))) for one in incidents(store)] == [
        (FULL, 2), ("95588", 2)]
    again = importing.preview(store, matter.id, files)
    assert [counts(one)[1] for one in again.files] == [0, 0]


def test_several_that_fit_are_not_proposed(store: Store, matter: Matter, tmp_path: Path) -> None:
    for number in (FULL, "13800005678"):
        log_incident(store, Incident(matter_id=matter.id, number=number,
                                     at=dt.datetime(2026, 11, 9, 14, 14, tzinfo=dt.UTC)))
    (report,) = importing.preview(store, matter.id, [bill(tmp_path, ("11-03 22:14:00", MASK, "00:01:05"))]).files
    assert report.proposals == []


def test_a_masked_incident_gets_its_number_from_a_later_file_and_loses_it_with_it(store: Store, matter: Matter,
                                                                                 tmp_path: Path) -> None:
    importing.commit(store, matter.id, [bill(tmp_path, ("11-03 22:14:00", MASK, "00:01:05"))])
    phone = calls(tmp_path, (FULL, "2026-11-03T22:14:41", 65, "1"))
    (looked,) = importing.preview(store, matter.id, [phone]).files
    assert [one.same.number for one in looked.proposals] == ["+8613812345678"]
    (kept,) = importing.commit(store, matter.id, [phone], SAID)
    assert kept.batch is not None
    assert [(one.number, one.normal) for one in incidents(store)] == [(FULL, "+8613812345678")]
    overlapping = bill(tmp_path, ("11-03 22:14:00", MASK, "00:01:05"), ("11-06 09:00:00", MASK, "00:00:01"),
                       name="more.csv")
    (known,) = importing.preview(store, matter.id, [overlapping]).files
    assert (known.imported, known.duplicates, len(known.proposals)) == (1, 1, 1)
    importing.undo(store, kept.batch)
    assert [(one.number, one.normal) for one in incidents(store)] == [(MASK, MASK)]
    trash.restore(store, ImportBatch, kept.batch)
    assert [one.number for one in incidents(store)] == [FULL]
    assert check.verify(store) == []


def test_a_number_that_cannot_be_meant_is_refused(store: Store, matter: Matter, tmp_path: Path) -> None:
    path = bill(tmp_path, ("11-03 22:14:00", MASK, "00:01:05"))
    with pytest.raises(InvalidEntry, match="cannot be"):
        importing.commit(store, matter.id, [path], Choices(same=frozenset({Same(MASK, "13912345678")})))


def shown(store: Store) -> list[tuple[str, str, str, int, int | None]]:
    return [(one.number, one.normal, times.show(one.at, "UTC"), len(sources(store, one)), one.collector_id)
            for one in incidents(store)]


def test_a_masked_number_is_said_after_the_import_and_taken_back(store: Store, matter: Matter, tmp_path: Path) -> None:
    with store.work() as session:
        agency = Collector(name="某催收公司")
        session.add(agency)
        session.flush()
        session.add(PhoneNumber(number=FULL, collector_id=agency.id))
    files = [bill(tmp_path, ("11-03 22:14:00", MASK, "00:01:05"), ("11-04 09:00:00", MASK, "00:00:10")),
             calls(tmp_path, (FULL, "2026-11-03T22:14:41", 65, "1"), (FULL, "2026-11-07T10:00:00", 9, "1"))]
    reports = importing.commit(store, matter.id, files)
    apart = shown(store)
    assert [(one[0], one[3]) for one in apart] == [(MASK, 1), (FULL, 1), (MASK, 1), (FULL, 1)]
    (proposal,) = same_numbers.proposed(store, matter.id)
    assert (proposal.rows, proposal.together, proposal.shown) == (2, 1, FULL)
    for _ in range(2):
        assert same_numbers.accept(store, matter.id, [proposal.same]) == 2
        assert [(number, count, owner) for number, _, _, count, owner in shown(store)] == [
            (FULL, 2, agency.id), (FULL, 1, agency.id), (FULL, 1, agency.id)]
        assert same_numbers.proposed(store, matter.id) == []
        assert [(one.same, one.rows, one.reason) for one in same_numbers.accepted(store, matter.id)] == [
            (proposal.same, 2, "said before")]
        assert sources(store, incidents(store)[0])[0].differs == "The file has 138****5678"
        same_numbers.take_back(store, matter.id, [proposal.same])
        assert shown(store) == apart
        assert not sources(store, incidents(store)[0])[0].differs
    same_numbers.accept(store, matter.id, [proposal.same])
    for report in reports:
        assert report.batch is not None
        importing.undo(store, report.batch)
        assert {(one[0], one[3]) for one in shown(store)} == {(FULL, 1)}
        trash.restore(store, ImportBatch, report.batch)
        assert [(one[0], one[3]) for one in shown(store)] == [(FULL, 2), (FULL, 1), (FULL, 1)]
    assert check.verify(store) == []


@pytest.mark.parametrize("gone", [0, 1])
def test_what_is_said_while_an_import_is_in_the_trash_holds_for_it_too(store: Store, matter: Matter, tmp_path: Path,
                                                                       gone: int) -> None:
    files = [bill(tmp_path, ("11-03 22:14:00", MASK, "00:01:05")),
             calls(tmp_path, (FULL, "2026-11-03T22:14:41", 65, "1"), (FULL, "2026-11-07T10:00:00", 9, "1")),
             bill(tmp_path, ("11-08 22:14:00", MASK, "00:01:05"), name="later.csv")]
    reports = importing.commit(store, matter.id, files)
    batch = reports[gone].batch
    assert batch is not None
    importing.undo(store, batch)
    same_numbers.accept(store, matter.id, [Same(MASK, FULL)])
    trash.restore(store, ImportBatch, batch)
    together = [(FULL, 2), (FULL, 1), (FULL, 1)]
    assert [(one[0], one[3]) for one in shown(store)] == together
    importing.undo(store, batch)
    assert {(one[0], one[3]) for one in shown(store)} == {(FULL, 1)}
    trash.restore(store, ImportBatch, batch)
    assert [(one[0], one[3]) for one in shown(store)] == together
    same_numbers.take_back(store, matter.id, [Same(MASK, FULL)])
    assert [(one[0], one[3]) for one in shown(store)] == [(MASK, 1), (FULL, 1), (FULL, 1), (MASK, 1)]
    assert check.verify(store) == []


def test_what_was_typed_stays_when_two_become_one(store: Store, matter: Matter, tmp_path: Path) -> None:
    importing.commit(store, matter.id, [bill(tmp_path, ("11-03 22:14:00", MASK, "00:01:05")),
                                        calls(tmp_path, (FULL, "2026-11-03T22:14:41", 65, "1"))])
    with store.work() as session:
        session.get_one(Incident, incidents(store)[0].id).words = "还钱"
    same_numbers.accept(store, matter.id, [Same(MASK, FULL)])
    assert [(one.number, one.words, one.place) for one in incidents(store)] == [(FULL, "还钱", "上海")]


def test_what_no_contact_has_is_not_said(store: Store, matter: Matter) -> None:
    for said, why in ((Same(MASK, FULL), "No contact"), (Same(MASK, "13912345678"), "cannot be")):
        with pytest.raises(InvalidEntry, match=why):
            same_numbers.accept(store, matter.id, [said])
