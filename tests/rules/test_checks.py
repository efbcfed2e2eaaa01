# ruff: noqa: E501 - a table
"""What the checks promise beyond one case a rule: boundaries, adding up, questions, agreements, zones."""

from __future__ import annotations

import datetime as dt

import pytest

from casedesk.records import Collector, ContactPerson, Creditor
from casedesk.records.words import CreditorKind
from tests.rules.worlds import asked, facts, found, hits

CARD = "bank credit-card member"
US = "bank credit-card"


@pytest.mark.parametrize(("time", "breaks"), [
    ("21:59:59", False), ("22:00:00", True), ("07:59:59", True), ("08:00:00", False), ("08:00:01", False)])
def test_the_night_begins_and_ends_to_the_second(time: str, breaks: bool) -> None:
    assert bool(hits(found("cn", "night-contact", [f"2026-11-03T{time} call"]))) is breaks


@pytest.mark.parametrize("time", ["08:00:00", "21:00:00"])
def test_an_american_boundary_asks_for_the_exact_time(time: str) -> None:
    rows = found("us", "us.time.inconvenient_default", [f"2026-11-03T{time} call"], facts(US, zone="America/New_York"))
    assert (hits(rows), asked(rows)) == ([], {"at": [1]})


def test_a_time_known_about_near_the_limit_asks() -> None:
    rows = found("cn", "night-contact", ["2026-11-03T21:50 call about", "2026-11-03T23:00 call about",
                                         "2026-11-03T23:00 call someday"])
    assert (hits(rows), asked(rows)) == ([2], {"at": [1]})


def test_agreed_hours_take_the_place_of_the_night() -> None:
    known = facts(notices=["agreed-hours 2026-11-01 hours=10:00-23:00"])
    lines = ["2026-11-03T22:30 call", "2026-11-03T09:30 call", "2026-11-01T22:30 call"]
    assert hits(found("cn", "night-contact", lines, known)) == [2, 3]


def test_hours_of_the_contract_hold_for_its_debt() -> None:
    known = facts()
    known.debts[1].agreed_hours = "10点到20点"
    assert hits(found("cn", "night-contact", ["2026-11-03T20:00 call", "2026-11-03T19:59 call debt=1"], known)) == [1]


def test_who_agreed_beforehand_is_not_disturbed() -> None:
    assert hits(found("cn", "night-contact", ["2026-11-03T22:30 call +consented"])) == []


def test_lender_and_collectors_are_added_but_never_two_creditors() -> None:
    second = Creditor(name="另一家", kind=CreditorKind.CONSUMER_FINANCE)
    second.id = 2
    known = facts()
    known = facts(creditors={**known.creditors, 2: second}, collectors={
        **known.collectors, 2: _collector(2, 1), 3: _collector(3, 2)})
    added = ["2026-11-03T10:00 call interactive collector=1 x2/60", "2026-11-03T15:00 call interactive collector=2",
             "2026-11-03T16:00 call interactive collector=0 creditor=1"]
    apart = [*added[:2], "2026-11-03T16:00 call interactive collector=3"]
    assert hits(found("cn", "call-interactive-gt3", added, known)) == [1, 2, 3, 4]
    assert hits(found("cn", "call-interactive-gt3", apart, known)) == []


def _collector(id_: int, creditor: int) -> Collector:
    made = Collector(name=f"公司{id_}", creditor_id=creditor)
    made.id = id_
    return made


def test_unknown_sides_are_not_added_up() -> None:
    lines = [f"2026-11-03T1{nth}:00 call interactive collector=0 number={nth}" for nth in range(4)]
    assert hits(found("cn", "call-interactive-gt3", lines)) == []
    assert hits(found("cn", "call-interactive-gt3", [line.replace("number=", "ring=") for line in lines])) == [1, 2, 3, 4]


def test_a_kind_not_known_asks_only_where_it_matters() -> None:
    rows = found("cn", "call-interactive-gt3", ["2026-11-03T10:00 call interactive x2/60", "2026-11-03T14:00 call x2/60",
                                                "2026-11-04T10:00 call x3/60"])
    assert (hits(rows), asked(rows)) == ([], {"call_kind": [3, 4]})


def test_what_is_certain_needs_no_question() -> None:
    rows = found("cn", "call-interactive-gt3", ["2026-11-03T10:00 call interactive x4/60", "2026-11-03T15:00 call"])
    assert (hits(rows), asked(rows)) == ([1, 2, 3, 4], {})


def test_tries_at_two_numbers_are_counted_apart() -> None:
    lines = ["2026-11-03T10:00 call missed to=1 x4/10", "2026-11-03T12:00 call missed to=2 x4/10"]
    assert hits(found("cn", "call-unanswered-gt6", lines)) == []


def test_an_untagged_talk_with_a_third_person_asks() -> None:
    rows = found("cn", "third-party-collection", ["2026-11-03T10:00 call relative", "2026-11-03T10:00 call friend missed",
                                                  "2026-11-03T10:00 call friend +relay"])
    assert asked(rows) == {"tags": [1]}


def test_three_days_of_tries_without_an_answer_open_the_gate() -> None:
    tries = [f"2026-11-0{day}T10:00 call missed" for day in (1, 2, 3)]
    assert hits(found("cn", "third-party-gate-cba", [*tries, "2026-11-04T10:00 call relative"])) == []
    answered = [*tries[:2], "2026-11-03T10:00 call answered", "2026-11-04T10:00 call relative"]
    assert hits(found("cn", "third-party-gate-cba", answered)) == [4]


def test_a_dead_number_opens_the_gate() -> None:
    lines = ["2026-11-03T10:00 call missed +not-connected", "2026-11-03T10:01 call relative"]
    assert hits(found("cn", "third-party-gate-cba", lines)) == []


def test_a_refusal_on_record_counts_from_the_next_day() -> None:
    person = ContactPerson(matter_id=1, name="甲", refused_on=dt.date(2026, 11, 3))
    person.id = 1
    lines = ["2026-11-03T23:00 call relative person=1", "2026-11-04T09:00 call relative person=1"]
    assert hits(found("cn", "third-party-after-refusal", lines, facts(persons={1: person}))) == [2]


def test_a_notice_to_one_collector_does_not_bind_another() -> None:
    known = facts(CARD, notices=["objection 2026-11-01 collector_id=2"])
    assert hits(found("cn", "objection-ignored", ["2026-11-20T10:00 call"], known)) == []


def test_an_objection_answered_ends_it() -> None:
    known = facts(CARD, notices=["objection 2026-11-01 answered_on=2026-11-18"])
    assert hits(found("cn", "objection-ignored", ["2026-11-18T10:00 call", "2026-11-19T10:00 call"], known)) == [1]


@pytest.mark.parametrize(("at", "breaks"), [("10:59", True), ("11:01", False), ("20:59", False), ("21:01", True)])
def test_an_eastern_number_and_a_pacific_address_leave_eleven_to_nine_eastern(at: str, breaks: bool) -> None:
    """12 CFR 1006 comment 6(b)(1)(i)-2: inside the hours in every zone the consumer may be in."""
    east = dt.datetime.fromisoformat(f"2026-11-03T{at}")
    west = (east - dt.timedelta(hours=3)).isoformat(timespec="minutes")
    rows = found("us", "us.time.inconvenient_default", [f"{west} call to=2125551234"],
                 facts(US, zone="America/Los_Angeles"))
    assert bool(hits(rows)) is breaks


def test_one_reply_to_the_client_and_no_more() -> None:
    known = facts(US, zone="America/New_York", notices=["representation 2026-11-01"])
    lines = ["2026-11-03T10:00 call out", "2026-11-03T10:30 call", "2026-11-03T10:40 call",
             "2026-11-04T10:00 sms out", "2026-11-04T10:30 call"]
    assert hits(found("us", "us.attorney.represented", lines, known)) == [3, 5]


def test_breathing_space_ends_on_its_day() -> None:
    known = facts(US, zone="Europe/London", notices=["breathing-space 2026-11-01 until=2026-11-20"])
    assert hits(found("ew", "uk.breathing.contact", ["2026-11-20T10:00 call", "2026-11-21T10:00 call"], known)) == [1]


def test_who_made_the_contact_is_not_known() -> None:
    """What is not recorded frees nobody; the finding says that it is not recorded."""
    known = facts(creditors={}, collectors={}, debts={})
    assert hits(found("cn", "night-contact", ["2026-11-03T22:30 call collector=0"], known)) == [1]
