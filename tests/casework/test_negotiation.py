"""From offers to an agreement that is kept or not; the warning before limitation restarts; deadlines that move."""

from __future__ import annotations

import datetime as dt
import uuid
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.casework import agreements, deadlines, due, negotiation, records, restarts
from casedesk.casework.statement import add_lpr, lpr_table, spread, statement
from casedesk.records import (
    Act,
    Agreement,
    Circumstance,
    Claim,
    Creditor,
    Deadline,
    Debt,
    Filing,
    Guarantor,
    Instalment,
    Matter,
    Offer,
    Payment,
    Record,
    Warned,
)
from casedesk.records.ability import Ability
from casedesk.records.words import (
    ActKind,
    CircumstanceKind,
    ClaimKind,
    CreditorKind,
    Jurisdiction,
    OfferState,
    PlanKind,
    Product,
    Side,
    WarningAnswer,
)
from casedesk.store.cabinet import Store

D = dt.date
NOW = D(2026, 11, 27)


def add(store: Store, record: type[Record], /, **values: Any) -> int:
    return records.save(store, record, values, uuid=uuid.uuid4()).id


def one(store: Store, kind: type[Record], id_: int) -> Any:
    with store.read() as session:
        return session.scalars(select(kind).where(kind.id == id_)).one()


def change(store: Store, kind: type[Record], id_: int, **values: Any) -> None:
    found = one(store, kind, id_)
    records.save(store, kind, values, uuid=found.uuid, version=found.version)


@pytest.fixture
def debt(store: Store, matter: Matter) -> int:
    bank = add(store, Creditor, name="某银行", kind=CreditorKind.BANK)
    return add(store, Debt, matter_id=matter.id, creditor_id=bank, product=Product.CREDIT_CARD, principal=5_000_000,
               released_on=D(2025, 1, 6), due_on=D(2025, 6, 25), rate="日利率0.05%", contract_number="6222")


@pytest.fixture
def offer(store: Store, matter: Matter, debt: int) -> int:
    return add(store, Offer, matter_id=matter.id, debt_id=debt, made_on=D(2026, 9, 1), total=3_600_000, instalments=36,
               first_due_on=D(2026, 10, 9), claim=6_000_000, plan=PlanKind.WAIVER, counterpart="陈经理")


def test_a_counter_offer_in_one_step(store: Store, matter: Matter, offer: int) -> None:
    name = uuid.uuid4()
    made = negotiation.counter_offer(store, offer, made_on=D(2026, 9, 3), uuid=name)
    assert negotiation.counter_offer(store, offer, made_on=D(2026, 9, 3), uuid=name).id == made.id
    first, answer = one(store, Offer, offer), one(store, Offer, made.id)
    assert (first.state, first.answered_on) == (OfferState.COUNTERED, D(2026, 9, 3))
    assert (answer.side, answer.state, answer.counter_to_id) == (Side.CREDITOR, OfferState.OPEN, offer)
    assert (answer.total, answer.instalments, answer.counterpart) == (3_600_000, 36, "陈经理")
    rungs = negotiation.ladder(store, matter.id)
    assert [(rung.offer.id, rung.depth, rung.waived) for rung in rungs] == [
        (offer, 0, 2_400_000), (made.id, 1, 2_400_000)]
    with pytest.raises(InvalidEntry):
        negotiation.counter_offer(store, offer, made_on=D(2026, 8, 1))
    change(store, Offer, made.id, made_on=D(2026, 9, 5))
    assert one(store, Offer, offer).answered_on == D(2026, 9, 5), "the day of the counter-offer, as corrected"
    typed = add(store, Offer, matter_id=matter.id, made_on=D(2026, 9, 8), counter_to_id=made.id)
    assert (one(store, Offer, made.id).state, one(store, Offer, typed).state) == (OfferState.COUNTERED, OfferState.OPEN)


@pytest.mark.parametrize(("field", "typed"), [
    ("monthly", {"monthly": -1}), ("claim", {"claim": -1}), ("rate", {"rate": "2400 %"}), ("rate", {"rate": "-1 %"}),
    ("instalments", {"instalments": 0}), ("down", {"down": 3_600_001}),
    ("first_due_on", {"first_due_on": D(1850, 1, 1)})])
def test_a_plan_that_cannot_be_names_its_field(
        store: Store, matter: Matter, field: str, typed: dict[str, Any]) -> None:
    good = {"matter_id": matter.id, "total": 3_600_000, "instalments": 36, "first_due_on": D(2027, 1, 4), "rate": "0"}
    with pytest.raises(InvalidEntry) as problem:
        negotiation.planned(store, good | typed, on=NOW)
    assert problem.value.field == field
    with pytest.raises(InvalidEntry) as problem:
        negotiation.planned(store, good, on=NOW, discount="so much")
    assert problem.value.field == "discount", "not that of the plan's own rate"
    found = negotiation.planned(store, good | {"monthly": 1}, on=NOW)
    assert found.checks[0].by(tr) == (
        "0.01 each month does not fit: total and number of instalments give 1,000.00.")


def test_up_to_four_offers_beside_each_other(store: Store, matter: Matter, debt: int, offer: int) -> None:
    add(store, Circumstance, matter_id=matter.id, kind=CircumstanceKind.INCOME, monthly=600_000)
    add(store, Circumstance, matter_id=matter.id, kind=CircumstanceKind.COST, monthly=350_000)
    add(store, Circumstance, matter_id=matter.id, kind=CircumstanceKind.DEPENDANT, monthly=50_000, what="母亲")
    add(store, Circumstance, matter_id=matter.id, kind=CircumstanceKind.INCOME, monthly=999, until=D(2026, 1, 1))
    whole = add(store, Offer, matter_id=matter.id, debt_id=debt, made_on=D(2026, 9, 2), total=3_000_000,
                plan=PlanKind.LUMP_SUM, first_due_on=D(2026, 11, 27), claim=6_000_000)
    bare = add(store, Offer, matter_id=matter.id, made_on=D(2026, 9, 2))
    found = negotiation.compare(store, [offer, whole, bare], on=NOW, discount="10 %")
    assert [(row.total, row.waived, row.monthly, row.count, row.last_on) for row in found[:2]] == [
        (3_600_000, 2_400_000, 100_000, 36, D(2029, 9, 10)), (3_000_000, 3_000_000, 3_000_000, 1, D(2026, 11, 27))]
    assert found[1].present_value == 3_000_000
    assert found[0].present_value is not None
    assert found[0].present_value < 3_600_000
    assert (found[0].share_of_income, found[0].share_of_free) == (Fraction(1, 6), Fraction(1, 2))
    assert "total" in found[2].problem
    with pytest.raises(InvalidEntry):
        negotiation.compare(store, [offer] * 5, on=NOW)
    assert [(point.side, point.total) for point in negotiation.convergence(store, matter.id)] == [
        (Side.CLIENT, 3_600_000), (Side.CLIENT, 3_000_000)]


def test_what_fits_the_purse_is_suggested(store: Store, matter: Matter) -> None:
    add(store, Circumstance, matter_id=matter.id, kind=CircumstanceKind.INCOME, monthly=300_000)
    can = negotiation.ability(store, matter.id, NOW)
    assert (can.free, can.proved, can.count) == (300_000, 0, 1)
    fits = negotiation.suggestion(can, 6_000_000, D(2027, 1, 5))
    assert (fits.kind, fits.total, fits.count) == ("interest-free", 6_000_000, 20)
    part = negotiation.suggestion(can, 60_000_000, D(2027, 1, 5))
    assert (part.kind, part.total, part.count) == ("waiver", 18_000_000, 60)
    with pytest.raises(InvalidEntry):
        negotiation.suggestion(Ability(), 100, NOW)


def test_an_agreement_with_its_schedule_and_what_was_paid(store: Store, matter: Matter, debt: int, offer: int) -> None:
    made = agreements.agreement_from(store, offer, agreed_on=D(2026, 9, 9))
    assert agreements.agreement_from(store, offer, agreed_on=D(2026, 9, 9)).id == made.id
    assert one(store, Offer, offer).state is OfferState.ACCEPTED
    with store.read() as session:
        parts = session.scalars(select(Instalment).where(Instalment.agreement_id == made.id)
                                .order_by(Instalment.number)).all()
    assert (len(parts), sum(part.amount or 0 for part in parts), parts[1].due_on) == (36, 3_600_000, D(2026, 11, 9))
    add(store, Payment, matter_id=matter.id, debt_id=debt, paid_on=D(2026, 10, 9), amount=150_000)
    add(store, Payment, matter_id=matter.id, debt_id=debt, paid_on=D(2026, 8, 9), amount=900_000)
    kept = agreements.kept(store, made.id, NOW)
    assert [(row.paid, row.state) for row in kept[:3]] == [(100_000, "paid"), (50_000, "late"), (0, "due")]
    [late] = agreements.missed(store, NOW)
    assert (late.instalment_id, late.amount, late.paid, late.days) == (parts[1].id, 100_000, 50_000, 18)
    assert len(agreements.assign_payments(store, made.id, NOW)) == 1
    assert agreements.kept(store, made.id, NOW) == kept, "named payments pay the same"


def test_an_offer_without_a_first_day_makes_no_agreement(store: Store, matter: Matter) -> None:
    bare = add(store, Offer, matter_id=matter.id, made_on=D(2026, 9, 1), total=100)
    with pytest.raises(InvalidEntry) as problem:
        agreements.agreement_from(store, bare, agreed_on=D(2026, 9, 9))
    assert problem.value.field == "first_due_on"
    with store.read() as session:
        assert session.scalars(select(Agreement)).all() == []


def test_an_agreement_is_not_younger_than_its_first_instalment(store: Store, offer: int) -> None:
    with pytest.raises(InvalidEntry) as problem:
        agreements.agreement_from(store, offer, agreed_on=D(2026, 10, 10))
    assert problem.value.field == "first_due_on"


def test_the_warning_comes_once_with_its_reason_and_the_answer_is_kept(store: Store, debt: int) -> None:
    told = restarts.restart_warning(store, debt, "offer", NOW)
    assert told is not None
    assert told.by(tr) == "An offer to pay restarts limitation, which would run out on 2028-06-26."
    restarts.answer_warning(store, debt, "offer", WarningAnswer.REFRAIN, NOW)
    assert restarts.restart_warning(store, debt, "offer", NOW) is not None
    restarts.answer_warning(store, debt, "offer", WarningAnswer.GO_ON, NOW)
    restarts.answer_warning(store, debt, "offer", WarningAnswer.REFRAIN, NOW)
    assert restarts.restart_warning(store, debt, "offer", NOW) is None
    assert restarts.restart_warning(store, debt, "payment", NOW) is not None
    again = restarts.restart_warning(store, debt, "offer", D(2029, 1, 2))
    assert again is not None, "after expiry it is another question"
    assert "ran out on 2028-06-26" in again.by(tr)
    with store.read() as session:
        kept = session.scalars(select(Warned).order_by(Warned.id)).all()
    assert [(one.answer, one.answered_on, one.reason) for one in kept] == [
        (WarningAnswer.REFRAIN, NOW, told.by(tr)), (WarningAnswer.GO_ON, NOW, told.by(tr))]


def test_an_act_that_names_no_debt_is_asked_of_every_debt_of_the_matter(
        store: Store, matter: Matter, debt: int) -> None:
    bank = one(store, Debt, debt).creditor_id
    other = add(store, Debt, matter_id=matter.id, creditor_id=bank, contract_number="HT-2", due_on=D(2026, 1, 5))
    restarts.answer_warning(store, debt, "offer", WarningAnswer.GO_ON, NOW)
    assert restarts.restart_warning(store, None, "offer", NOW, matter_id=matter.id) is not None
    restarts.answer_warning(store, None, "offer", WarningAnswer.GO_ON, NOW, matter_id=matter.id)
    assert restarts.restart_warning(store, other, "offer", NOW) is None
    assert restarts.restart_warning(store, None, "offer", NOW, matter_id=matter.id) is None
    with store.read() as session:
        assert [one.debt_id for one in session.scalars(select(Warned).order_by(Warned.id))] == [debt, other]


def deadline(store: Store, rule: str) -> Deadline | None:
    with store.read() as session:
        return session.scalars(select(Deadline).where(Deadline.rule == rule)).one_or_none()


def day_of(store: Store, rule: str) -> dt.date | None:
    found = deadline(store, rule)
    return None if found is None else found.due_on


def test_computed_deadlines_move_when_facts_change(store: Store, matter: Matter, debt: int) -> None:
    assert day_of(store, "limitation") == D(2028, 6, 26)
    act = add(store, Act, matter_id=matter.id, debt_id=debt, kind=ActKind.DEMAND, done_on=D(2026, 3, 2))
    assert day_of(store, "limitation") == D(2029, 3, 2)
    records.delete(store, Act, one(store, Act, act).uuid)
    assert day_of(store, "limitation") == D(2028, 6, 26)
    guarantor = add(store, Guarantor, matter_id=matter.id, debt_id=debt, name="林兄")
    assert day_of(store, "guarantee") == D(2025, 12, 25)
    change(store, Guarantor, guarantor, until=D(2027, 6, 25))
    assert day_of(store, "guarantee") == D(2027, 6, 25)
    change(store, Debt, debt, due_on=None)
    assert day_of(store, "limitation") is None, "it became a date a person must look at"


def test_a_day_typed_by_a_person_stays(store: Store, debt: int) -> None:
    found = deadline(store, "limitation")
    assert found is not None
    change(store, Deadline, found.id, due_on=D(2027, 1, 4))
    change(store, Debt, debt, due_on=D(2025, 8, 25))
    assert one(store, Deadline, found.id).due_on == D(2027, 1, 4)
    assert deadline(store, "limitation") is None


def test_a_deadline_follows_a_filing(store: Store, matter: Matter) -> None:
    filing = add(store, Filing, matter_id=matter.id, recipient="某银行", what="投诉", filed_on=D(2026, 11, 2))
    deadlines.follow(store, matter.id, "complaint-simple", filing_id=filing)
    assert day_of(store, "complaint-simple") == D(2026, 11, 17)
    change(store, Filing, filing, filed_on=D(2026, 11, 9))
    assert day_of(store, "complaint-simple") == D(2026, 11, 24)
    with pytest.raises(InvalidEntry):
        deadlines.follow(store, matter.id, "no such rule", day=NOW)


def test_another_countrys_limitation(store: Store, matter: Matter, debt: int) -> None:
    change(store, Matter, matter.id, jurisdiction=Jurisdiction.EW)
    assert day_of(store, "limitation") == D(2031, 6, 25)
    add(store, Guarantor, matter_id=matter.id, debt_id=debt, name="Doyle")
    assert day_of(store, "guarantee") is None, "the period of the Mainland's Civil Code"
    change(store, Debt, debt, suit_on=D(2026, 1, 5), judged_until=D(2026, 3, 2), judged=5_000_000)
    assert (day_of(store, "limitation"), day_of(store, "enforcement")) == (None, D(2032, 3, 2))
    change(store, Matter, matter.id, jurisdiction=Jurisdiction.US)
    assert deadlines.limitation_of(store, debt, NOW).state == "unknown"
    assert day_of(store, "enforcement") is None


def test_before_limitation_restarts_each_law_is_told_by_its_own(store: Store, matter: Matter, debt: int) -> None:
    change(store, Matter, matter.id, jurisdiction=Jurisdiction.EW)
    told = restarts.restart_warning(store, debt, "offer", NOW)
    assert told is not None
    assert told.source.citation.startswith("Limitation Act 1980")
    assert told.by(tr).endswith("once it is in writing and signed; it would run out on 2031-06-25.")
    paid = restarts.restart_warning(store, debt, "payment", NOW)
    assert paid is not None
    assert paid.by(tr) == "A payment restarts limitation, which would run out on 2031-06-25."
    late = restarts.restart_warning(store, debt, "letter", D(2032, 1, 1))
    assert late is not None
    assert "does not restart it" in late.by(tr)
    change(store, Matter, matter.id, jurisdiction=Jurisdiction.US)
    told = restarts.restart_warning(store, debt, "offer", NOW)
    assert told is not None
    assert "law of the state" in told.by(tr)
    found = negotiation.planned(store, {"matter_id": matter.id, "debt_id": debt, "total": 1_200_000, "instalments": 6,
                                        "first_due_on": D(2026, 10, 3)}, on=NOW)
    assert found.plan.parts[0].due_on == D(2026, 10, 3), "no Chinese holiday moves an instalment elsewhere"
    assert [one.source.citation for one in found.checks] == ["12 CFR 1006.26(b)"]


def test_what_is_due_and_the_calendar(store: Store, matter: Matter, debt: int, offer: int) -> None:
    change(store, Offer, offer, valid_until=D(2026, 9, 30))
    add(store, Filing, matter_id=matter.id, recipient="林某的银行", what="x", answer_due_on=D(2026, 12, 1))
    assert [(item.day, item.table) for item in due.due_items(store, D(2026, 12, 31))] == [
        (D(2026, 9, 30), "offer"), (D(2026, 12, 1), "filing")]
    agreements.agreement_from(store, offer, agreed_on=D(2026, 9, 9))
    items = due.due_items(store, D(2026, 12, 9))
    assert [(item.day, item.what.by(tr), item.late(NOW)) for item in items if item.table == "instalment"] == [
        (D(2026, 10, 9), "Instalment 1: 1,000.00", True), (D(2026, 11, 9), "Instalment 2: 1,000.00", True),
        (D(2026, 12, 9), "Instalment 3: 1,000.00", False)]
    written = due.ics(store, "en", matter_id=matter.id, until=D(2026, 12, 9))
    assert written == due.ics(store, "en", matter_id=matter.id, until=D(2026, 12, 9))
    text = written.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert "SUMMARY:A-1 Instalment 1: 1\\,000.00\r\n" in text
    assert "DTSTART;VALUE=DATE:20261009\r\n" in text
    assert text.count("BEGIN:VEVENT") == 4
    assert text.count("TRIGGER:") == 3 * 3 + 1
    assert "林" not in text, "no person's name leaves for a calendar outside"


def test_the_statement_of_a_recorded_debt(store: Store, matter: Matter, debt: int) -> None:
    add(store, Claim, matter_id=matter.id, debt_id=debt, kind=ClaimKind.FEE, name="滞纳金", amount=10_000,
        charged_on=D(2025, 7, 1))
    add(store, Claim, matter_id=matter.id, debt_id=debt, kind=ClaimKind.PRINCIPAL, amount=5_100_000)
    add(store, Payment, matter_id=matter.id, debt_id=debt, paid_on=D(2025, 3, 7), amount=200_000)
    found = statement(store, debt, D(2025, 7, 6))
    rows = {row.kind: (row.claimed, row.supported) for row in found.result.rows}
    before, left = 5_000_000 * 60 * 5 // 10_000, 5_000_000 - (200_000 - 150_000)
    assert before == 150_000
    assert rows["principal"] == (5_100_000, left)
    assert rows["interest"] == (left * 110 * 5 // 10_000,) * 2
    assert rows["overdue"] == (left * 11 * 5 // 10_000,) * 2
    assert rows["fee"] == (10_000, 0)
    assert (found.name(tr), found.creditor, found.matter_ref) == ("Credit card 6222", "某银行", "A-1")


def test_a_payment_on_several_debts_to_one_creditor(store: Store, matter: Matter, debt: int) -> None:
    bank = one(store, Debt, debt).creditor_id
    later = add(store, Debt, matter_id=matter.id, creditor_id=bank, principal=100_000, released_on=D(2025, 7, 5),
                due_on=D(2027, 1, 1))
    shares, left = spread(store, matter.id, bank, 300_000, on=D(2025, 7, 6))
    assert [(share.key, share.interest, share.principal) for share in shares] == [
        (debt, 300_000, 0), (later, 0, 0)], "181 days at 0.05 % come first"
    shares, left = spread(store, matter.id, bank, 300_000, on=D(2025, 7, 6), chosen=later)
    assert [(share.key, share.total) for share in shares] == [(later, 100_000), (debt, 200_000)]
    assert left == 0


@pytest.mark.parametrize(("field", "values"), [
    ("principal", {"principal": None}), ("released_on", {"released_on": None}), ("rate", {"rate": "2400 %"}),
    ("overdue_rate", {"overdue_rate": "-1 %"})])
def test_what_is_missing_or_impossible_is_named(store: Store, debt: int, field: str, values: dict[str, Any]) -> None:
    change(store, Debt, debt, **values)
    with pytest.raises(InvalidEntry) as problem:
        statement(store, debt, NOW)
    assert problem.value.field == field


def test_a_person_adds_a_prime_rate(store: Store) -> None:
    add_lpr(store, D(2026, 9, 21), "2.90", "3.40", "pbc.gov.cn")
    add_lpr(store, D(2026, 9, 21), "2.95", "3.45", "pbc.gov.cn")
    quote = lpr_table(store).at(D(2026, 10, 1))
    assert (quote.one, quote.known, quote.source.citation) == (Fraction("0.0295"), True, "pbc.gov.cn")
    with pytest.raises(InvalidEntry, match="2019-08-20"):
        add_lpr(store, D(2018, 9, 21), "2.90", "3.40", "x")
    for field, row in (("one", ("300", "3.4", "x")), ("one", ("", "3.4", "x")),
                       ("five", ("3", "abc", "x")), ("source", ("3", "3.4", " "))):
        with pytest.raises(InvalidEntry) as problem:
            add_lpr(store, D(2026, 9, 21), *row)
        assert problem.value.field == field
