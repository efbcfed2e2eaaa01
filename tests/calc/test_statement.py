"""The two columns: what holds for every loan, and what each rule does."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, strategies as st

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import words
from casedesk.calc import caps, lpr, workdays
from casedesk.calc.course import as_agreed, as_allowed
from casedesk.calc.ledger import Ledger, ledger
from casedesk.calc.loan import Charge, Loan, Paid
from casedesk.calc.rates import read_rate
from casedesk.calc.statement import Statement, statement, steps

D = dt.date
LPR = lpr.shipped()
START = D(2020, 9, 1)

rates = st.sampled_from(["3 %", "12 %", "18 % a year", "36 %", "日利率0.05%", "月息3分"])


@st.composite
def loans(draw: st.DrawFn) -> Loan:
    day = st.integers(0, 1500).map(lambda days: START + dt.timedelta(days=days))
    return Loan(
        principal=draw(st.integers(1, 10**9)), released_on=START, contract_on=START,
        lender=draw(st.sampled_from(["bank", "private", "micro-loan", "other"])),
        product=draw(st.sampled_from(["credit-card", "consumer-loan"])),
        overdue_from=draw(st.none() | day), rate=read_rate(draw(rates)),
        overdue_rate=draw(st.none() | rates.map(read_rate)), year_days=draw(st.sampled_from([360, 365])),
        compounding=draw(st.sampled_from(["none", "overdue", "monthly", "quarterly"])),
        payments=tuple(Paid(on, amount) for on, amount in draw(st.lists(st.tuples(day, st.integers(0, 10**9)),
                                                                          max_size=5))),
        charges=tuple(Charge(kind, "x", amount, on) for kind, on, amount in draw(st.lists(
            st.tuples(st.sampled_from(["damages", "fee", "cost"]), day, st.integers(0, 10**7)), max_size=4))))


def both(loan: Loan, on: D) -> tuple[Ledger, Ledger]:
    return (ledger(loan, as_agreed(loan, on, LPR), on), ledger(loan, as_allowed(loan, on, LPR).course, on))


@given(loans(), st.integers(0, 2000))
def test_every_cent_that_was_paid_went_somewhere(loan: Loan, days: int) -> None:
    on = START + dt.timedelta(days=days)
    paid = sum(one.amount for one in loan.payments if one.on <= on)
    for found in both(loan, on):
        used = sum(one.cost + one.interest + one.principal + one.delay for one in found.allocated)
        assert used + found.owed.surplus == paid
        repaid = sum(one.principal for one in found.allocated)
        assert found.owed.principal == found.course.principal - repaid
        assert min(found.owed.principal, found.owed.charges, found.owed.cost, found.owed.surplus) >= 0


@given(loans(), st.integers(1, 2000))
def test_a_payment_pays_costs_first_then_interest_then_principal(loan: Loan, days: int) -> None:
    for found in both(loan, START + dt.timedelta(days=days)):
        for segment in found.segments:
            for number, one in enumerate(segment.paid):
                last = number == len(segment.paid) - 1
                if one.interest or one.principal:
                    assert not last or segment.owed.cost == 0
                if one.principal:
                    assert not last or segment.owed.charges == 0


@given(loans(), st.integers(1, 2000), st.integers(1, 1999))
def test_it_does_not_matter_into_how_many_pieces_a_period_is_cut(loan: Loan, days: int, cut: int) -> None:
    on = START + dt.timedelta(days=days)
    cuts = replace(loan, payments=(*loan.payments, Paid(START + dt.timedelta(days=min(cut, days)), 0)))
    for whole, pieces in zip(both(loan, on), both(cuts, on), strict=True):
        assert whole.owed == pieces.owed


@given(loans(), st.integers(1, 1500), st.integers(1, 500))
def test_charges_never_shrink_while_nothing_is_paid(loan: Loan, days: int, more: int) -> None:
    bare = replace(loan, payments=())
    on = START + dt.timedelta(days=days)
    for early, late in zip(both(bare, on), both(bare, on + dt.timedelta(days=more)), strict=True):
        assert late.owed.charges >= early.owed.charges


@given(loans(), st.integers(1, 2000))
def test_law_never_supports_more_than_the_contract_while_nothing_is_paid(loan: Loan, days: int) -> None:
    agreed, allowed = both(replace(loan, payments=()), START + dt.timedelta(days=days))
    assert allowed.owed.total <= agreed.owed.total


@given(loans(), st.integers(1, 2000))
def test_all_charges_stay_below_the_limit_on_the_principal_outstanding(loan: Loan, days: int) -> None:
    on = START + dt.timedelta(days=days)
    found = both(loan, on)[1]
    ever = found.owed.charges + sum(one.interest for one in found.allocated)
    most = sum(segment.principal * (segment.pace.cap or 0) * segment.days for segment in found.segments)
    assert ever <= most + Fraction(3, 2), "three sums, each rounded once"


@given(loans(), st.integers(1, 2000))
def test_the_steps_add_up_to_what_is_owed(loan: Loan, days: int) -> None:
    for found in both(loan, START + dt.timedelta(days=days)):
        again = sum(one.payment.amount for one in found.allocated if one.again)
        assert sum(step.amount for step in steps(found)) == found.owed.total - found.course.principal - again
    plain = both(replace(loan, charges=(), compounding="none"), START + dt.timedelta(days=days))[0]
    assert not any("limit" in step.label.text for step in steps(plain))


YEAR = D(2024, 1, 1)


def made(on: dt.date = YEAR, *, claimed: dict[str, int] | None = None, claimed_total: int | None = None,
         **facts: Any) -> Statement:
    loan = Loan(**{"principal": 10_000_000, "released_on": D(2023, 1, 1), "contract_on": D(2023, 1, 1),
                   "lender": "private", "product": "private-loan", **facts})
    return statement(loan, on, LPR, claimed=claimed, claimed_total=claimed_total)


def said(found: Statement, kind: str) -> str:
    return " ".join(f"{one.by(words('en'))} {one.source.citation}" for row in found.rows if row.kind == kind
                    for one in row.reasons)


def test_four_times_the_prime_rate_at_the_contract() -> None:
    found = made(rate=read_rate("24 %"))
    assert (found.claimed, found.supported) == (12_400_000, 11_460_000)
    assert "above the limit of 14.6 %" in said(found, "interest")
    assert "第25" in said(found, "interest")


def test_an_old_contract_has_two_limits_and_says_what_is_not_known() -> None:
    found = made(D(2021, 1, 1), released_on=D(2020, 1, 1), contract_on=D(2020, 1, 1), rate=read_rate("36 %"))
    assert [(cap.start, cap.yearly) for cap in found.caps] == [
        (D(2020, 1, 1), Fraction(24, 100)), (D(2020, 8, 20), Fraction("0.154"))]
    days = 232 * Fraction(24, 100) + 134 * Fraction("0.154")
    assert found.allowed.owed.interest == round(10_000_000 * days / 365)
    assert any("No suit yet" in one.by(words("en")) for one in found.remarks)


def test_interest_kept_back_is_no_principal() -> None:
    found = made(rate=read_rate("12 %"), prepaid=400_000)
    assert (found.allowed.owed.principal, found.allowed.owed.interest) == (9_600_000, 1_152_000)
    assert "kept back" in said(found, "principal")


def test_nothing_agreed_means_no_interest_and_the_prime_rate_when_overdue() -> None:
    found = made(D(2023, 7, 1), overdue_from=D(2023, 4, 1))
    before = 10_000_000 * Fraction("0.0365") * (D(2023, 6, 20) - D(2023, 4, 1)).days / 365
    after = 10_000_000 * Fraction("0.0355") * 11 / 365
    assert (found.allowed.owed.interest, found.allowed.owed.overdue) == (0, round(before + after))


def test_a_bank_may_ask_half_as_much_again_when_overdue() -> None:
    found = made(lender="bank", product="consumer-loan", rate=read_rate("10 %"), overdue_rate=read_rate("18 %"),
                 overdue_from=D(2023, 1, 1))
    assert (found.agreed.owed.overdue, found.allowed.owed.overdue) == (1_800_000, 1_500_000)
    assert "251号" in said(found, "overdue")


def test_24_percent_is_a_defence_over_everything_together() -> None:
    charge = Charge("fee", "服务费", 900_000, D(2023, 6, 1))
    found = made(lender="bank", product="consumer-loan", rate=read_rate("18 %"), charges=(charge,))
    assert found.allowed.owed.charges == 2_400_000
    assert found.caps[0].defence


@pytest.mark.parametrize(("charge", "text"), [
    (Charge("fee", "催收费", 80_000, D(2026, 9, 1), disclosed=False), "disclosure sheet"),
    (Charge("fee", "滞纳金", 80_000, D(2026, 9, 1)), "abolished"),
    (Charge("damages", "违约金", 80_000, D(2026, 9, 1), agreed=False), "not in the contract"),
])
def test_charges_that_count_for_nothing(charge: Charge, text: str) -> None:
    found = made(D(2026, 10, 1), lender="bank", product="credit-card", rate=read_rate("日万分之五"), charges=(charge,))
    assert getattr(found.agreed.owed, charge.kind) == 80_000
    assert getattr(found.allowed.owed, charge.kind) == 0
    assert text in said(found, charge.kind)


def test_a_charge_before_the_disclosure_duty_counts() -> None:
    charge = Charge("fee", "催收费", 80_000, caps.DISCLOSURE_FROM - dt.timedelta(days=1), disclosed=False)
    found = made(D(2026, 10, 1), lender="bank", product="consumer-loan", rate=read_rate("10 %"), charges=(charge,))
    assert found.allowed.owed.fee == 80_000


def test_the_card_rate_had_a_limit_until_2020() -> None:
    found = made(D(2021, 2, 1), lender="bank", product="credit-card", released_on=D(2020, 12, 1),
                 contract_on=D(2020, 12, 1), rate=read_rate("日利率0.06%"))
    assert found.allowed.owed.interest == 10_000_000 * 31 * 5 // 10_000 + 10_000_000 * 31 * 6 // 10_000


def test_the_creditors_own_figures_stand_and_what_no_line_explains() -> None:
    found = made(rate=read_rate("12 %"), claimed={"interest": 2_000_000}, claimed_total=13_000_000)
    assert [(row.kind, row.claimed, row.supported) for row in found.rows] == [
        ("principal", 10_000_000, 10_000_000), ("interest", 2_000_000, 1_200_000), ("unexplained", 1_000_000, 0)]
    assert found.difference == 1_800_000
    assert "give 12,000.00" in said(found, "interest")


def test_a_creditor_that_puts_all_interest_into_one_figure_claims_no_other() -> None:
    found = made(D(2025, 12, 1), claimed={"interest": 123_45}, overdue_from=D(2025, 7, 1))
    rows = {row.kind: row for row in found.rows}
    assert (rows["interest"].claimed, rows["overdue"].claimed) == (123_45, 0)
    assert rows["overdue"].supported > 0
    alone = made(D(2025, 12, 1), claimed={"principal": 1}, overdue_from=D(2025, 7, 1))
    assert alone.claimed > rows["overdue"].supported


def test_yearly_cost_by_both_methods() -> None:
    found = made(rate=read_rate("12 %"))
    assert found.simple == Fraction(12, 100)
    assert found.compounded == Fraction(12, 100)


def test_compound_interest_runs_on_interest_unpaid_when_due() -> None:
    found = made(D(2024, 12, 31), lender="bank", product="consumer-loan", rate=read_rate("10 %"),
                 overdue_from=D(2024, 1, 1), overdue_rate=read_rate("上浮50%"), compounding="overdue")
    assert found.agreed.owed.compound == round(1_000_000 * Fraction(15, 100))


def test_another_law_has_no_limit_here_and_says_so() -> None:
    found = made(lender="", rate=read_rate("60 %"))
    assert found.supported == found.claimed == 16_000_000
    assert any("No limit" in one.by(words("en")) for one in found.remarks)


def test_another_law_is_not_told_by_the_law_of_the_mainland() -> None:
    found = made(lender="", rate=read_rate("60 %"), prepaid=100, overdue_from=D(2023, 6, 1), compounding="overdue",
                 payments=(Paid(D(2023, 7, 1), 5), Paid(D(2023, 12, 1), 99_000_000)),
                 charges=(Charge("fee", "x", 7, D(2023, 5, 1), agreed=False),))
    told = [*found.remarks, *(one for row in found.rows for one in row.reasons)]
    sources = [one.source.citation for one in told] + [one.source.citation for one in steps(found.allowed)]
    assert set(sources) <= {"", "Contract"}
    assert found.allowed.course.principal == 10_000_000
    assert found.allowed.course.charges == []


@pytest.mark.parametrize(("field", "facts"), [
    ("principal", {"principal": -1}), ("prepaid", {"prepaid": 20_000_000}), ("year_days", {"year_days": 300}),
    ("overdue_since", {"overdue_from": D(2022, 1, 1)}), ("judged_until", {"judged": 1, "judged_until": D(2022, 1, 1)}),
    ("paid_on", {"payments": (Paid(D(2022, 12, 31), 1),)}), ("amount", {"payments": (Paid(D(2023, 12, 31), -1),)}),
    ("as_of", {"released_on": D(2024, 1, 2)}), ("contract_on", {"contract_on": D(2021, 1, 1) - dt.timedelta(days=900),
                                                               "rate": read_rate("4 x LPR")}),
])
def test_what_cannot_be_names_its_field(field: str, facts: dict[str, Any]) -> None:
    with pytest.raises(InvalidEntry) as problem:
        made(**facts)
    assert problem.value.field == field


@pytest.mark.parametrize("text", ["2400%", "-3 %", "abc", "百分之", "18 % a year or so"])
def test_rates_that_cannot_be_meant(text: str) -> None:
    with pytest.raises(InvalidEntry) as problem:
        read_rate(text, "overdue_rate")
    assert problem.value.field == "overdue_rate"


@pytest.mark.parametrize(("text", "yearly"), [
    ("18 % a year", "0.18"), ("日利率0.05%", "0.1825"), ("万分之五", "0.1825"), ("月息2分", "0.24"),
    ("月息1.5分", "0.18"), ("年息6厘", "0.06"), ("百分之十五", "0.15"), ("年利率15.4％", "0.154"),
    ("1.5% per month", "0.18"), ("", None)])
def test_rates_as_people_write_them(text: str, yearly: str | None) -> None:
    found = read_rate(text)
    assert (None if found is None else found.daily(365) * 365) == (None if yearly is None else Fraction(yearly))


def test_months_nobody_has_seen_are_said_and_can_be_added() -> None:
    assert LPR.at(D(2026, 9, 19)).known
    assert not LPR.at(D(2026, 11, 1)).known
    row = lpr.Quote(D(2026, 9, 21), Fraction("0.029"), Fraction("0.034"), LPR.quotes[0].source)
    more = LPR.with_rows([row])
    assert (more.at(D(2026, 10, 1)).one, more.at(D(2026, 10, 1)).known) == (Fraction("0.029"), True)
    assert not more.at(D(2026, 10, 20)).known
    with pytest.raises(InvalidEntry):
        LPR.at(D(2019, 8, 19))


SIGNS = "0123456789.%％‰‱ +-x×*/年月日天每利率息分厘百千万之零一二十点倍上浮加收lprLPRbp基点 a year per day"


@given(st.text(st.sampled_from(SIGNS), max_size=12))
def test_any_text_is_a_rate_or_is_refused(text: str) -> None:
    try:
        found = read_rate(text)
    except InvalidEntry as refused:
        assert refused.field == "rate"  # noqa: PT017 - either answer is right
        return
    assert found is None or found.uplift is not None or found.times is not None or 0 <= found.daily(365) * 365 <= 20


def test_days_no_calendar_knows_end_nothing() -> None:
    assert workdays.add_months(D(9999, 6, 1), 12) == D.max
    assert workdays.add_months(D(1, 1, 1), -1) == D.min
    with pytest.raises(InvalidEntry) as problem:
        made(D(9999, 1, 1))
    assert problem.value.field == "as_of"
