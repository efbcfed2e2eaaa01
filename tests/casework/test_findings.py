"""Findings in a cabinet: kept, decided, checked again after every save, questions answered, hints while typing."""

from __future__ import annotations

import datetime as dt
import random
import threading
import uuid
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import select

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.casework import checking, documents, findings
from casedesk.casework.findings import Seen
from casedesk.casework.incidents import log_incident
from casedesk.casework.records import delete, restore, save, trash
from casedesk.records import (
    Collector,
    ContactPerson,
    Creditor,
    Debt,
    Finding,
    FindingIncident,
    Incident,
    Matter,
    Notice,
    Payment,
)
from casedesk.records.words import (
    CallKind,
    Channel,
    CreditorKind,
    FindingState,
    Jurisdiction,
    NoticeKind,
    Product,
    Role,
)
from casedesk.store.cabinet import Store


@pytest.fixture
def lender(store: Store, matter: Matter) -> int:
    """A consumer finance company with a debt; collector 1 collects for it."""
    with store.work() as session:
        creditor = Creditor(name="某消费金融公司", kind=CreditorKind.CONSUMER_FINANCE, association_member=True)
        session.add(creditor)
        session.flush()
        session.add_all([Collector(name="某催收公司", creditor_id=creditor.id, notified_on=dt.date(2026, 1, 1)),
                         Debt(matter_id=matter.id, creditor_id=creditor.id, product=Product.ONLINE_LOAN),
                         ContactPerson(matter_id=matter.id, name="母亲")])
    return creditor.id


def call(matter: Matter, at: str, **values: Any) -> Incident:
    fixed: dict[str, Any] = {"channel": Channel.CALL, "number": "02160000001", "answered": True, "collector_id": 1,
                             "identity_stated": True}
    return Incident(matter_id=matter.id, at=dt.datetime.fromisoformat(f"{at}+08:00"), **{**fixed, **values})


def seen(store: Store, matter: Matter, rule: str) -> Seen | None:
    return next((one for one in findings.findings(store, matter.id, "en") if one.rule == rule), None)


def everything(store: Store, matter: Matter) -> list[tuple[Any, ...]]:
    """Every finding and question with its rows and figures."""
    with store.read() as session:
        kept = session.scalars(select(Finding).where(Finding.matter_id == matter.id)).all()
        rows = {one.id: sorted(session.execute(select(FindingIncident.incident_id, FindingIncident.day).where(
            FindingIncident.finding_id == one.id)).all()) for one in kept}
    return sorted((one.rule, one.asks, one.creditor_id or 0, one.collector_id or 0, one.state.value, one.rows, one.days,
                   str(one.first_on), str(one.last_on), one.most, str(one.most_on), one.why,
                   [tuple(row) for row in rows[one.id]]) for one in kept)


def test_a_finding_says_why_and_by_what(store: Store, matter: Matter, lender: int) -> None:
    log_incident(store, call(matter, "2026-11-03T22:14"))
    checked = findings.recheck(store, matter.id)
    one = seen(store, matter, "night-contact")
    assert checked.findings == 1
    assert one is not None
    assert (one.severity, one.confidence, one.count) == ("S2", "reproduced", 1)
    assert one.party == "某催收公司 / 某消费金融公司"
    assert one.why.startswith("1 contact on 1 day at hours not allowed (22:00-08:00")
    assert "GB/T 45251-2025" in one.citation
    assert "NIFA" not in one.citation, "not in force on that day"
    assert one.by_rules == f"cn {checked.rules.version}"
    assert "22:00" in findings.findings(store, matter.id, "zh")[0].why


@pytest.mark.parametrize("jurisdiction", list(Jurisdiction))
def test_after_a_save_only_what_changed_is_found_and_all_of_it(store: Store, matter: Matter, lender: int,
                                                               jurisdiction: Jurisdiction,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    """Random saves, changes, deletions and restorings: as if everything had been checked anew each time."""
    dice = random.Random(jurisdiction.value)
    with store.work() as session:
        session.get_one(Matter, matter.id).jurisdiction = jurisdiction
        session.add_all([Notice(matter_id=matter.id, kind=NoticeKind.CONSENT, told_on=dt.date(2026, 11, 9)),
                         Notice(matter_id=matter.id, kind=NoticeKind.OBJECTION, told_on=dt.date(2026, 11, 12))])
    findings.recheck(store, matter.id)
    whole = mock.Mock(side_effect=findings.recheck)
    monkeypatch.setattr(checking, "recheck", whole)
    kept: list[uuid.UUID] = []
    for _ in range(40):
        _step(store, matter, dice, kept)
        findings.refresh(store, matter.id)
        after = everything(store, matter)
        findings.recheck(store, matter.id)
        assert after == everything(store, matter)
    assert len(after) >= 4
    assert whole.call_count <= 20, "mostly only the days around the change were looked at"


def _step(store: Store, matter: Matter, dice: random.Random, kept: list[uuid.UUID]) -> None:
    what = dice.random()
    if what < 0.7 or not kept:
        at = f"2026-11-{dice.randrange(1, 21):02d}T{dice.choice((7, 10, 11, 12, 22, 23)):02d}:{dice.randrange(60):02d}"
        kept.extend(log_incident(store, call(
            matter, at, answered=dice.random() < 0.8, call_kind=dice.choice(list(CallKind)),
            reached=dice.choice((Role.DEBTOR, Role.DEBTOR, Role.RELATIVE)),
            tags=dice.choice(([], ["demand"], ["威胁人身"])), contact_person_id=dice.choice((None, 1)),
            refused=dice.random() < 0.1)) for _ in range(dice.choice((1, 1, 4))))
        return
    chosen = kept[dice.randrange(len(kept))]
    if what < 0.8:
        with store.read() as session:
            version = session.scalar(select(Incident.version).where(Incident.uuid == chosen))
        if version is not None:
            save(store, Incident, {"at": dt.datetime(2026, 11, dice.randrange(1, 21), 15, tzinfo=dt.UTC)}, uuid=chosen,
                 version=version)
    elif what < 0.9:
        delete(store, Incident, chosen)
    elif lying := trash(store):
        restore(store, Incident, lying[0].uuid)


def test_decisions_stay_and_say_when_their_rows_changed(store: Store, matter: Matter, lender: int) -> None:
    log_incident(store, call(matter, "2026-11-03T22:14"))
    findings.recheck(store, matter.id)
    found = seen(store, matter, "night-contact")
    assert found is not None
    findings.confirm(store, found.uuid)
    findings.recheck(store, matter.id)
    found = seen(store, matter, "night-contact")
    assert found is not None
    assert (found.state, found.decided_by, found.changed) == (FindingState.CONFIRMED, "tester", False)
    second = log_incident(store, call(matter, "2026-11-04T22:14"))
    assert findings.refresh(store, matter.id)
    found = seen(store, matter, "night-contact")
    assert found is not None
    assert (found.state, found.changed, found.count) == (FindingState.CONFIRMED, True, 2)
    findings.dismiss(store, found.uuid, "约定可以晚间联系")
    delete(store, Incident, second)
    findings.refresh(store, matter.id)
    found = seen(store, matter, "night-contact")
    assert found is not None
    assert (found.state, found.reason, found.changed, found.count) == (
        FindingState.DISMISSED, "约定可以晚间联系", True, 1)


def test_a_dismissal_needs_its_reason(store: Store, matter: Matter, lender: int) -> None:
    log_incident(store, call(matter, "2026-11-03T22:14"))
    findings.recheck(store, matter.id)
    found = seen(store, matter, "night-contact")
    assert found is not None
    with pytest.raises(InvalidEntry):
        findings.dismiss(store, found.uuid, " ")


def test_what_nobody_decided_goes_with_its_last_row(store: Store, matter: Matter, lender: int) -> None:
    only = log_incident(store, call(matter, "2026-11-03T22:14"))
    findings.recheck(store, matter.id)
    delete(store, Incident, only)
    assert findings.refresh(store, matter.id)
    assert findings.findings(store, matter.id) == []
    assert not findings.refresh(store, matter.id), "nothing changed since"


def test_a_question_is_asked_answered_and_gone(store: Store, matter: Matter, lender: int) -> None:
    for hour in range(9, 13):
        log_incident(store, call(matter, f"2026-11-03T{hour:02d}:00"))
    findings.recheck(store, matter.id)
    asked = findings.questions(store, matter.id, "en")
    assert [(one.field, len(one.incidents)) for one in asked] == [("call_kind", 4)]
    assert asked[0].text == "4 answered calls on 1 day (on 2026-11-03): were they informing or interactive?"
    assert findings.answer(store, asked[0].uuid, CallKind.INTERACTIVE) == 4
    found = seen(store, matter, "call-interactive-gt3")
    assert found is not None
    assert found.count == 4
    assert findings.questions(store, matter.id) == []


def test_a_notice_saved_is_seen_by_the_next_refresh(store: Store, matter: Matter, lender: int) -> None:
    log_incident(store, call(matter, "2026-11-03T22:14"))
    findings.recheck(store, matter.id)
    save(store, Notice, {"matter_id": matter.id, "kind": "agreed-hours", "told_on": dt.date(2026, 11, 1),
                         "hours": "9点-23点"}, uuid=uuid.uuid4())
    assert findings.refresh(store, matter.id)
    assert seen(store, matter, "night-contact") is None


def test_a_hint_says_what_the_draft_would_break(store: Store, matter: Matter, lender: int) -> None:
    for hour in range(9, 12):
        log_incident(store, call(matter, f"2026-11-03T{hour:02d}:00", call_kind=CallKind.INTERACTIVE))
    draft = call(matter, "2026-11-03T22:14", call_kind=CallKind.INTERACTIVE)
    hints = {one.rule: one for one in findings.hint(store, matter.id, draft, "en")}
    assert {"night-contact", "call-interactive-gt3"} <= hints.keys()
    assert "4 calls in all" in hints["call-interactive-gt3"].text
    assert hints["night-contact"].text == "22:14 is outside 08:00-22:00"
    assert findings.hint(store, matter.id, call(matter, "2026-11-04T10:00"), "en") == []
    assert findings.findings(store, matter.id) == [], "a hint saves nothing"


@pytest.mark.parametrize(("law", "zone", "said"), [
    (Jurisdiction.US, "America/New_York", ["21:14 is outside 08:00-21:00"]), (Jurisdiction.CN, "Asia/Shanghai", [])])
def test_a_hint_knows_the_hours_of_the_matters_law(
        store: Store, matter: Matter, law: Jurisdiction, zone: str, said: list[str]) -> None:
    with store.work() as session:
        other = Matter(ref="B", client_id=matter.client_id, jurisdiction=law, zone=zone)
        session.add(other)
    at = dt.datetime(2026, 11, 3, 21, 14, tzinfo=times.zone(zone))
    draft = Incident(matter_id=other.id, at=at, zone=zone, channel=Channel.CALL, answered=True)
    assert [one.text for one in findings.hint(store, other.id, draft, "en") if "outside" in one.text] == said


def test_a_hint_names_the_hours_agreed(store: Store, matter: Matter, lender: int) -> None:
    save(store, Notice, {"matter_id": matter.id, "kind": "agreed-hours", "told_on": dt.date(2026, 11, 1),
                         "hours": "10点-12点"}, uuid=uuid.uuid4())
    hints = {one.rule: one.text for one in findings.hint(store, matter.id, call(matter, "2026-11-03T14:00"), "zh")}
    assert hints["night-contact"] == "14:00在10:00-12:00之外"


def test_a_firm_switches_a_rule_off_and_changes_a_threshold(store: Store, matter: Matter, lender: int) -> None:
    log_incident(store, call(matter, "2026-11-03T21:30"))
    findings.recheck(store, matter.id)
    assert seen(store, matter, "night-contact") is None
    findings.set_rule(store, Jurisdiction.CN, "night-contact", parameters={"banned": "21:00-08:00"})
    assert findings.refresh(store, matter.id)
    found = seen(store, matter, "night-contact")
    assert found is not None
    assert found.note
    said = findings.answers(store, matter.id, "en")["rules"]
    assert said["changed"] == ["night-contact: banned 22:00-08:00 → 21:00-08:00"]
    findings.set_rule(store, Jurisdiction.CN, "night-contact", on=False)
    findings.refresh(store, matter.id)
    assert seen(store, matter, "night-contact") is None
    with pytest.raises(InvalidEntry, match="banned"):
        findings.set_rule(store, Jurisdiction.CN, "night-contact", parameters={"banned": 22})


def test_the_whole_cabinet_is_checked_alike(store: Store, matter: Matter, lender: int) -> None:
    log_incident(store, call(matter, "2026-11-03T22:14", tags=["辱骂"]))
    assert findings.recheck_all(store) == 2
    before = everything(store, matter)
    findings.recheck(store, matter.id)
    assert everything(store, matter) == before


def test_other_processes_find_what_this_one_finds(
        store: Store, matter: Matter, lender: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.work() as session:
        session.add_all([Matter(ref=f"B-{number}", name="", client_id=matter.client_id) for number in range(4)])
    for hour in range(4):
        log_incident(store, call(matter, f"2026-11-03T22:1{hour}", tags=["辱骂"]))
        other = Incident(matter_id=matter.id + 1 + hour % 2, at=matter.created_at, channel=Channel.CALL,
                         number="02160000001", tags=["辱骂"])
        log_incident(store, other)
    monkeypatch.setattr(checking, "_ALONE", 0)
    monkeypatch.setattr(checking, "_BATCH", 1)
    found = findings.recheck_all(store)
    before = everything(store, matter)
    assert found > len(before) > 0
    findings.recheck(store, matter.id)
    assert everything(store, matter) == before


def test_a_matter_that_changes_while_it_is_judged_is_judged_again(
        store: Store, matter: Matter, lender: int, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = checking._keep

    def late(store: Store, judged: checking._Judged) -> None:
        log_incident(store, call(matter, "2026-11-03T22:14", tags=["辱骂"]))
        keep(store, judged)

    monkeypatch.setattr(checking, "_keep", late)
    assert findings.recheck_all(store) == 2


def test_findings_of_known_and_unknown_lenders_stand_together(store: Store, matter: Matter, lender: int) -> None:
    log_incident(store, call(matter, "2026-11-03T10:14", tags=["辱骂"]))
    log_incident(store, call(matter, "2026-11-03T11:14", tags=["辱骂"], collector_id=None, number="02160000009"))
    findings.recheck(store, matter.id)
    with store.read() as session:
        sides = session.scalars(select(Finding.creditor_id)).all()
    assert {None, lender} <= set(sides)


def test_the_dates_that_rules_set(store: Store, matter: Matter, lender: int) -> None:
    log_incident(store, call(matter, "2026-02-28T10:00"))
    with store.work() as session:
        debt = session.scalars(select(Debt)).one()
        debt.overdue_since = dt.date(2025, 2, 28)
        session.add(Payment(matter_id=matter.id, debt_id=debt.id, paid_on=dt.date(2025, 8, 31), amount=100))
    found = {one.rule: (one.start, one.ends) for one in findings.clocks(store, matter.id, "en")}
    assert found["recording-retention-2y"] == (dt.date(2026, 2, 28), dt.date(2028, 2, 28))
    assert found["record-retention-5y"] == (dt.date(2026, 2, 28), dt.date(2031, 2, 28)), "a consumer finance company"
    assert found["limitation-3y"] == (dt.date(2025, 8, 31), dt.date(2028, 8, 31)), "a payment starts it anew"


def test_english_dates_run_from_complaint_answer_and_moratorium(store: Store, matter: Matter) -> None:
    with store.work() as session:
        session.get_one(Matter, matter.id).jurisdiction = Jurisdiction.EW
        session.add_all([
            Notice(matter_id=matter.id, kind=NoticeKind.OBJECTION, told_on=dt.date(2026, 7, 6),
                   answered_on=dt.date(2026, 8, 31)),
            Notice(matter_id=matter.id, kind=NoticeKind.BREATHING, told_on=dt.date(2026, 11, 1))])
    found = {one.rule: one.ends for one in findings.clocks(store, matter.id, "en")}
    assert found == {"uk.fos.firm_deadline": dt.date(2026, 8, 31), "uk.fos.refer": dt.date(2027, 2, 28),
                     "uk.breathing.duration": dt.date(2026, 12, 31)}


def test_american_dates_run_from_the_violation(store: Store, matter: Matter, lender: int) -> None:
    with store.work() as session:
        session.get_one(Matter, matter.id).jurisdiction = Jurisdiction.US
    log_incident(store, call(matter, "2026-11-03T10:00", zone="America/New_York", tags=["Insults"]))
    findings.recheck(store, matter.id)
    found = {(one.rule, one.about): one.ends for one in findings.clocks(store, matter.id, "en")}
    assert found["us.limitation.fdcpa", "us.abuse.obscene"] == dt.date(2027, 11, 2), "the day was the 2nd in New York"
    assert ("us.retention.demand", "某催收公司") in found


def test_documents_carry_what_was_confirmed_and_nothing_privileged(store: Store, matter: Matter, lender: int) -> None:
    log_incident(store, call(matter, "2026-11-03T22:14"))
    log_incident(store, call(matter, "2026-11-04T22:14", privileged=True))
    findings.recheck(store, matter.id)
    findings.set_rule(store, Jurisdiction.CN, "burst-call", on=False)
    with documents.dossier(store, matter.id, "en") as written:
        assert written.confirmed == []
    found = seen(store, matter, "night-contact")
    assert found is not None
    assert found.count == 2
    findings.confirm(store, found.uuid)
    with documents.dossier(store, matter.id, "en") as written:
        [finding] = written.confirmed
        told = written.told(finding)
        assert "burst-call: off" in written.rule_set
    assert told.title == "Contact at night (22:00-08:00)"
    assert told.why.startswith("1 contact on 1 day"), "the privileged one is not told"
    assert "GB/T 45251-2025" in told.citation
    assert told.confidence == "Wording reproduced by others"
    with documents.dossier(store, matter.id, "zh") as written:
        assert written.told(written.confirmed[0]).title == "夜间催收（22:00—8:00）"


def test_a_slow_check_never_keeps_less_than_a_later_one_found(store: Store, matter: Matter, lender: int) -> None:
    log_incident(store, call(matter, "2026-11-03T23:10:00"))
    read, go_on, judged = threading.Event(), threading.Event(), checking._judged

    def slowly(*args: Any) -> Any:
        found = judged(*args)
        if not read.is_set():
            read.set()
            assert go_on.wait(10)
        return found

    with mock.patch.object(checking, "_judged", slowly):
        first = threading.Thread(target=findings.recheck, args=(store, matter.id))
        first.start()
        assert read.wait(10)
        log_incident(store, call(matter, "2026-11-04T23:10:00"))
        second = threading.Thread(target=findings.refresh, args=(store, matter.id))
        second.start()
        second.join(0.5)  # it would be done by now if it did not wait
        go_on.set()
        first.join()
        second.join()
    night = seen(store, matter, "night-contact")
    assert night is not None
    assert night.count == 2
