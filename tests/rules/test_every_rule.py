# ruff: noqa: E501 - a table
"""Every shipped rule: a set that fires, one just inside, one out of scope, one before it came into force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from casedesk.records import Agreement, Collector, Debt, Guarantor
from casedesk.records.words import Jurisdiction, Product
from casedesk.rules.case import Facts
from casedesk.rules.judge import judge
from casedesk.rules.rulebook import shipped
from tests.rules.worlds import case, facts, hits, rule

LINE = "2026-11-03T10:00 call"
CONSUMER, BANK, CARD = "consumer-finance online-loan member", "bank online-loan member", "bank credit-card member"
MICRO, PRIVATE = "micro-loan online-loan", "private private-loan"
ZONES = {"cn": "Asia/Shanghai", "us": "America/New_York", "ew": "Europe/London"}
OUT = "out"
"""Out of scope of a rule that binds everybody: the client's own contact."""


@dataclass(frozen=True)
class Cases:
    """The four cases of a rule; `before` is the day the firing set is moved to."""

    fires: tuple[str, ...]
    inside: tuple[str, ...]
    before: str
    who: str = CONSUMER
    other: str = PRIVATE
    notices: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)


def of(fires: str | tuple[str, ...], inside: str | tuple[str, ...], before: str, who: str = CONSUMER,
       other: str = PRIVATE, *notices: str, parameters: dict[str, Any] | None = None, **more: Any) -> Cases:
    return Cases((fires,) if isinstance(fires, str) else fires, (inside,) if isinstance(inside, str) else inside,
                 before, who, other, notices, more, parameters or {})


def tag(name: str, before: str, who: str = CONSUMER, other: str = PRIVATE, words: str = "", near: str = "") -> Cases:
    """A rule of one tag: the same contact without it, or with a neighbour of it, is inside."""
    line = f"{LINE} {words}" if not words.startswith("2026") else words
    return of(f"{line} +{name}", f"{line} {near}", before, who, other)


def _record(kind: Any, **values: Any) -> Any:
    made = kind(matter_id=1, **values) if kind is not Collector else kind(**values)
    made.id = 1
    return made


_DUE = {1: _record(Debt, creditor_id=1, product=Product.ONLINE_LOAN, due_on=dt.date(2026, 11, 4))}
_OLD = {1: _record(Debt, creditor_id=1, product=Product.CREDIT_CARD, due_on=dt.date(2020, 11, 3))}
_OLD_US = {1: _record(Debt, creditor_id=1, product=Product.CREDIT_CARD, due_on=dt.date(2023, 11, 3), collector_id=1)}
_TALK = f"{LINE} answered"
_GB, _CBA, _MICRO, _PACT, _CARD = "2025-02-27", "2026-01-29", "2025-01-16", "2018-03-27", "2011-01-12"
_CIVIL, _PSAPL, _CRIMINAL, _PIPL, _SOFT = "2020-12-31", "2025-12-31", "2021-02-28", "2021-10-31", "2019-04-08"

CN: dict[str, Cases] = {
    "night-contact": of("2026-11-03T22:00 call", ("2026-11-03T21:59 call", "2026-11-04T08:00 call"), "2024-05-14"),
    "call-informing-gt3": of(f"{_TALK} informing x4/60", (f"{_TALK} informing x3/60", f"{LINE} missed informing"), _GB),
    "call-interactive-gt3": of(f"{_TALK} interactive x4/60", (f"{_TALK} interactive x3/60", f"{_TALK} informing"), _GB),
    "call-unanswered-gt6": of(f"{LINE} missed x7/60", (f"{LINE} missed x6/60", f"{LINE} missed to=13900000000"), _CBA),
    "call-any-high": of(f"{LINE} x10/30", f"{LINE} x9/30", _CIVIL, CONSUMER, OUT),
    "call-any-high.7-days": of(
        tuple(f"2026-11-{day:02d}T10:00 call x5/60" for day in range(3, 9)),
        (*(f"2026-11-{day:02d}T10:00 call x5/60" for day in range(3, 8)), "2026-11-09T10:00 call x4/60",
         "2026-11-10T10:00 call"), "2020-12-20", CONSUMER, OUT),
    "burst-call": of(f"{LINE} x3/5", (f"{LINE} x2/5", "2026-11-03T10:11 call"), _PACT, CONSUMER, OUT),
    "number-rotation": of(
        (f"{LINE} number=1 +number-blocked", "2026-11-10T11:00 call number=2", "2026-11-10T12:00 call number=3",
         "2026-11-10T13:00 call number=4"),
        (f"{LINE} number=1 +number-blocked", "2026-11-10T11:00 call number=2", "2026-11-10T12:00 call number=3"),
        "2020-12-20", CONSUMER, OUT),
    "visit-gt1-day": of("2026-11-03T10:00 visit x2/60", ("2026-11-03T10:00 visit", "2026-11-04T10:00 visit"), _GB),
    "visit-headcount": of("2026-11-03T10:00 visit people=1", "2026-11-03T10:00 visit people=2", _CBA),
    "visit-headcount.most": of("2026-11-03T10:00 visit people=4", "2026-11-03T10:00 visit people=3", _GB),
    "pre-due-collection": of(f"{LINE} +demand", "2026-11-04T10:00 call +demand", _GB, debts=_DUE),
    "third-party-collection": of(f"{LINE} relative +demand", f"{LINE} relative +relay", "2024-04-17"),
    "third-party-gate-cba": of(
        ("2026-11-03T10:00 call missed x2/10", "2026-11-04T10:00 call relative"),
        ("2026-11-03T10:00 call missed x3/10", "2026-11-04T10:00 call relative"), "2026-01-28"),
    "third-party-while-reachable": of(
        ("2026-11-03T10:00 call answered", "2026-11-06T10:00 call relative"),
        ("2026-11-03T10:00 call answered", "2026-11-06T10:01 call relative"), "2018-03-20"),
    "third-party-after-refusal": of(
        (f"{LINE} relative person=1 refused", "2026-11-03T10:01 call relative person=1"),
        (f"{LINE} relative person=1 refused", "2026-11-03T10:01 call relative person=2"), "2025-02-20"),
    "third-party-debt-disclosure": of(f"{LINE} relative +disclosed", f"{LINE} debtor +disclosed", _PACT, CONSUMER, OUT),
    "contacts-blast": of(
        ("2026-11-03T10:00 call relative person=1", "2026-11-06T10:00 call friend to=2", "2026-11-09T10:00 call friend to=3"),
        ("2026-11-03T10:00 call relative person=1", "2026-11-06T10:00 call friend to=2", "2026-11-10T10:00 call friend to=3"),
        "2020-12-20", CONSUMER, OUT),
    "workplace-contact": of(f"{LINE} employer +demand", f"{LINE} employer +relay", _GB),
    "spouse-collection": of(f"{LINE} spouse +demand", f"{LINE} spouse +relay", _CIVIL, CONSUMER, OUT),
    "guarantor-wrong-period": of(
        f"{LINE} guarantor", "2026-11-02T10:00 call guarantor", _CIVIL, CONSUMER, OUT,
        guarantors=[_record(Guarantor, debt_id=1, name="丙", until=dt.date(2026, 11, 2))]),
    "minor-or-school": tag("minor-school", _CIVIL, CONSUMER, OUT),
    "represented-debtor": of("2026-11-02T10:00 call", "2026-11-01T10:00 call", _CIVIL, CONSUMER, OUT,
                             "representation 2026-11-01"),
    "impersonate-authority": tag("posing-police", _CRIMINAL, CONSUMER, OUT),
    "pose-as-bank": tag("posing-bank", _CBA),
    "no-identity": of(f"{LINE} nobody", f"{LINE} named", _PACT),
    "threat-safety": tag("threat-harm", _CRIMINAL, CONSUMER, OUT, near="+threat-suit"),
    "insult-abuse": tag("insult", _CIVIL, CONSUMER, OUT),
    "false-legal-consequence": tag("false-consequence", "2023-02-28"),
    "fake-blacklist": tag("blacklist", _CBA),
    "amount-overstated": tag("false-amount", _CBA),
    "induce-new-loan": tag("induce-loan", _CBA),
    "extra-fee": tag("extra-fee", _PACT),
    "private-account": tag("private-account", _PACT),
    "private-phone-social": tag("private-phone", _CBA),
    "public-posting": tag("public-posting", _SOFT, CONSUMER, OUT),
    "public-posting.channel": of("2026-11-03T10:00 posting", "2026-11-03T10:00 letter", _CIVIL, CONSUMER, OUT),
    "home-entry": tag("home-entry", _CIVIL, CONSUMER, OUT),
    "restrain-liberty": tag("restraint", _CRIMINAL, CONSUMER, OUT),
    "soft-violence": tag("soft-violence", _SOFT, CONSUMER, OUT),
    "data-source-illegal": tag("data-misuse", _PIPL, CONSUMER, OUT),
    "transfer-without-notice": of(
        LINE, "2026-11-04T10:00 call", "2023-02-28",
        collectors={1: _record(Collector, name="某催收公司", creditor_id=1, notified_on=dt.date(2026, 11, 4))}),
    "collector-not-listed": of(
        LINE, f"{LINE} collector=2", _CBA,
        collectors={1: _record(Collector, name="某催收公司", creditor_id=1, listed=False)}),
    "sub-entrusted": tag("sub-entrusted", _PIPL, CONSUMER, OUT),
    "visit-no-recording": of("2026-11-03T10:00 visit +no-recording", "2026-11-03T10:00 call +no-recording", _PACT),
    "objection-ignored": of("2026-11-17T10:00 call", "2026-11-16T10:00 call", _CARD, CARD, BANK,
                            "objection 2026-11-01"),
    "collection-after-instalment": of(
        "2026-11-02T10:00 call", "2026-11-01T10:00 call", _CARD, CARD, BANK,
        agreements=[_record(Agreement, agreed_on=dt.date(2026, 11, 1), debt_id=1)]),
    "letter-content": of("2026-11-03T10:00 letter +letter-incomplete", "2026-11-03T10:00 letter", _CARD, CARD, BANK),
}

_REGF, _FDCPA, _TCPA = "2021-11-29", "1978-03-19", "1991-12-19"
_USER, _BUSINESS = "bank credit-card", "bank business-loan"


def us(name: str) -> Cases:
    return tag(name, _REGF, _USER, _BUSINESS)


US: dict[str, Cases] = {
    "us.time.inconvenient_default": of("2026-11-03T21:01 call", ("2026-11-03T08:01 call", "2026-11-03T20:59 call"),
                                       _FDCPA, _USER, _BUSINESS),
    "us.time.designated": of("2026-11-03T10:00 call", "2026-11-03T12:00 call", _REGF, _USER, _BUSINESS,
                             "bad-hours 2026-11-01 hours=09:00-12:00"),
    "us.place.designated": us("marked-place"),
    "us.place.employer": of(f"{LINE} employer", "2026-11-01T10:00 call employer", _REGF, _USER, _BUSINESS,
                            "no-work 2026-11-01"),
    "us.email.employer": of("2026-11-03T10:00 email +work-email", "2026-11-03T10:00 email", _REGF, _USER, _BUSINESS),
    "us.attorney.represented": of(LINE, ("2026-11-02T10:00 call out", "2026-11-02T11:00 call"), _REGF, _USER, _BUSINESS,
                                  "representation 2026-11-01"),
    "us.cease.written": of("2026-11-02T10:00 sms", "2026-11-01T10:00 sms", _REGF, _USER, _BUSINESS,
                           "stop-all 2026-11-01"),
    "us.medium.optout": of("2026-11-02T10:00 sms", "2026-11-02T10:00 call", _REGF, _USER, _BUSINESS,
                           "medium 2026-11-01 channel=sms"),
    "us.electronic.optout_notice": of("2026-11-03T10:00 sms +no-optout", "2026-11-03T10:00 sms", _REGF, _USER,
                                      _BUSINESS),
    "us.thirdparty.disclosure": of(f"{LINE} relative +disclosed", f"{LINE} relative +relay", _FDCPA, _USER, _BUSINESS),
    "us.location.form": of("2026-11-03T10:00 letter relative +postcard", "2026-11-03T10:00 letter +postcard", _REGF,
                           _USER, _BUSINESS),
    "us.location.once": of(f"{LINE} relative person=1 x2/60",
                           (f"{LINE} relative person=1", f"{LINE} relative person=2"), _REGF, _USER, _BUSINESS),
    "us.calls.7in7": of("2026-11-03T10:00 call missed x8/60",
                        ("2026-11-03T10:00 call missed x7/60", "2026-11-10T10:00 call missed"), "2021-11-20", _USER,
                        _BUSINESS),
    "us.calls.after_conversation": of(("2026-11-03T10:00 call answered", "2026-11-09T10:00 call missed"),
                                      ("2026-11-03T10:00 call answered", "2026-11-10T10:00 call missed"),
                                      "2021-11-20", _USER, _BUSINESS),
    "us.calls.burst": of(f"{LINE} missed x2/5", f"{LINE} missed x2/6", _REGF, _USER, _BUSINESS),
    "us.calls.burst.day": of(f"{LINE} x7/60", f"{LINE} x6/60", _REGF, _USER, _BUSINESS),
    "us.contact.cumulative": of("2026-11-03T10:00 sms x10/20", "2026-11-03T10:00 sms x9/20", _REGF, _USER, _BUSINESS),
    "us.abuse.violence": us("threat-harm"), "us.abuse.obscene": us("obscene"), "us.abuse.list": us("public-posting"),
    "us.abuse.identity": of(f"{LINE} nobody", f"{LINE} named", _REGF, _USER, _BUSINESS),
    "us.false.government": us("posing-police"), "us.false.attorney": us("posing-lawyer"),
    "us.false.crime": us("threat-arrest"), "us.false.amount": us("false-amount"), "us.false.process": us("fake-document"),
    "us.false.action": us("false-consequence"), "us.false.credit": us("false-credit"), "us.false.name": us("other-name"),
    "us.false.miniwarning": us("no-warning"), "us.unfair.amount": us("extra-fee"),
    "us.unfair.postcard": us("postcard"), "us.unfair.envelope": us("envelope"),
    "us.unfair.social_public": of("2026-11-03T10:00 posting", "2026-11-03T10:00 chat", _REGF, _USER, _BUSINESS),
    "us.timebarred.suit": of("2026-11-04T10:00 call +threat-suit", "2026-11-03T10:00 call +threat-suit", _REGF, _USER,
                             _BUSINESS, debts=_OLD_US, parameters={"years": 3}),
    "us.dispute.continue": of("2026-11-02T10:00 call", ("2026-11-01T10:00 call", "2026-11-21T10:00 call"), _REGF, _USER,
                              _BUSINESS, "objection 2026-11-01 answered_on=2026-11-20"),
    "us.tcpa.robocall": of(f"{LINE} machine", f"{LINE} machine +consented", _TCPA, _USER, OUT),
}

_CONC, _PHA, _AJA, _DMCC, _BREATHING = "2014-03-31", "1997-06-15", "1971-01-31", "2025-04-05", "2021-05-03"
_EWER = "bank credit-card"


def ew(name: str) -> Cases:
    return tag(name, _CONC, _EWER)


EW: dict[str, Cases] = {
    "uk.contact.unreasonable_time": of("2026-11-08T12:00 call", ("2026-11-07T08:00 call", "2026-11-07T20:59 call"),
                                       "2014-03-30", _EWER),
    "uk.contact.unreasonable_time.requested": of("2026-11-03T10:00 call", "2026-11-03T12:00 call", _CONC, _EWER, PRIVATE,
                                                 "agreed-hours 2026-11-01 hours=12:00-18:00"),
    "uk.contact.misleading_card": ew("misleading-card"), "uk.contact.premium": ew("premium-number"),
    "uk.contact.embarrass_thirdparty": ew("disclosed"),
    "uk.contact.embarrass_thirdparty.posting": of("2026-11-03T10:00 posting", "2026-11-03T10:00 letter", _CONC, _EWER),
    "uk.contact.wrong_person": ew("wrong-person"),
    "uk.visit.notice": of("2026-11-03T10:00 visit +visit-unannounced", "2026-11-03T10:00 visit", _CONC, _EWER),
    "uk.pressure.amount_time": ew("pressure"), "uk.forbearance": ew("offer-ignored"),
    "uk.status.false": ew("posing-court"),
    "uk.dispute.suspend": of("2026-11-02T10:00 call", "2026-11-01T10:00 call", _CONC, _EWER, PRIVATE,
                             "objection 2026-11-01"),
    "uk.statutebarred": of("2026-11-04T10:00 call +threat-suit", "2026-11-03T10:00 call +threat-suit", _CONC, _EWER,
                           debts=_OLD),
    "uk.pha.course": tag("insult", _PHA, _EWER, OUT), "uk.aja40": tag("threat-publicity", _AJA, PRIVATE, _EWER),
    "uk.dmcc.aggressive": tag("threat-harm", _DMCC, _EWER),
    "uk.breathing.contact": of("2026-11-02T10:00 call", ("2026-11-01T10:00 call", "2027-01-01T10:00 call"), _BREATHING,
                               _EWER, OUT, "breathing-space 2026-11-01"),
    "uk.breathing.enforce": of("2026-11-02T10:00 visit", "2026-11-02T10:00 call", _BREATHING, _EWER, OUT,
                               "breathing-space 2026-11-01"),
}
TABLES = {"cn": CN, "us": US, "ew": EW}
ALL = [(jurisdiction, rule_id) for jurisdiction, table in TABLES.items() for rule_id in table]
CLOCKS = {"recording-retention-2y", "record-retention-5y", "limitation-3y", "us.retention.demand", "us.limitation.fdcpa",
          "uk.breathing.duration", "uk.limit.contract", "uk.fos.firm_deadline", "uk.fos.refer"}
"""Rules that set a date and find nothing: tests/casework/test_findings.py reckons their dates."""


def test_every_rule_has_its_cases() -> None:
    ids = {one.id for jurisdiction in Jurisdiction for one in shipped(jurisdiction).rules}
    assert {rule_id for _, rule_id in ALL} | CLOCKS == ids


def found(jurisdiction: str, rule_id: str, lines: tuple[str, ...], who: str, day: str = "") -> list[int]:
    cases = TABLES[jurisdiction][rule_id]
    one = rule(jurisdiction, rule_id)
    one = replace(one, parameters={**one.parameters, **cases.parameters})
    known = facts(who, zone=ZONES[jurisdiction], notices=cases.notices, **cases.more)
    for debt in known.debts.values():
        debt.product = Product(who.split()[1])
    moved = dt.date.fromisoformat(day) if day else None
    passed = moved - dt.date.fromisoformat(lines[0][:10]) if moved else dt.timedelta()
    with earlier(known, passed):
        return hits(judge(case(lines, known, moved), [one]))


@contextmanager
def earlier(known: Facts, passed: dt.timedelta) -> Iterator[None]:
    """All days of notices, agreements, debts and collectors moved with the contacts."""
    records = [*known.notices, *known.agreements, *known.guarantors, *known.debts.values(), *known.collectors.values()]
    days = [(one, column.key, getattr(one, column.key)) for one in records for column in one.__table__.columns
            if isinstance(getattr(one, column.key), dt.date) and not isinstance(getattr(one, column.key), dt.datetime)]
    for one, name, value in days:
        setattr(one, name, value + passed)
    yield
    for one, name, value in days:
        setattr(one, name, value)


@pytest.mark.parametrize(("jurisdiction", "rule_id"), ALL)
def test_it_fires(jurisdiction: str, rule_id: str) -> None:
    cases = TABLES[jurisdiction][rule_id]
    assert found(jurisdiction, rule_id, cases.fires, cases.who)


@pytest.mark.parametrize(("jurisdiction", "rule_id"), ALL)
def test_just_inside_it_does_not(jurisdiction: str, rule_id: str) -> None:
    cases = TABLES[jurisdiction][rule_id]
    assert found(jurisdiction, rule_id, cases.inside, cases.who) == []


@pytest.mark.parametrize(("jurisdiction", "rule_id"), ALL)
def test_out_of_scope_it_does_not(jurisdiction: str, rule_id: str) -> None:
    cases = TABLES[jurisdiction][rule_id]
    if cases.other == OUT:
        assert found(jurisdiction, rule_id, tuple(f"{line} out" for line in cases.fires), cases.who) == []
    else:
        assert found(jurisdiction, rule_id, cases.fires, cases.other) == []


@pytest.mark.parametrize(("jurisdiction", "rule_id"), ALL)
def test_before_it_came_into_force_it_does_not(jurisdiction: str, rule_id: str) -> None:
    cases = TABLES[jurisdiction][rule_id]
    assert found(jurisdiction, rule_id, cases.fires, cases.who, cases.before) == []


@pytest.mark.parametrize(("jurisdiction", "rule_id"), ALL)
def test_once_in_force_it_does(jurisdiction: str, rule_id: str) -> None:
    """It is the day it came into force that decided, and nothing else: four weeks later it fires."""
    cases = TABLES[jurisdiction][rule_id]
    later = dt.date.fromisoformat(cases.before) + dt.timedelta(weeks=4)
    assert found(jurisdiction, rule_id, cases.fires, cases.who, later.isoformat())
