"""Worked examples whose figures nobody here made. Each says where it stands and which figure is theirs.

Files of public repositories were read in a stored copy of public code; judgments and mediation records are quoted there
with their case numbers and the amounts claimed in enforcement.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest

from casedesk.calc import course, court_fees, irr, ledger, lpr, plan, terms, workdays
from casedesk.calc.ledger import Owed
from casedesk.calc.loan import Loan, Paid
from casedesk.calc.rates import read_rate
from casedesk.calc.setoff import Owing, within
from casedesk.calc.statement import statement
from casedesk.calc.words import in_words

D = dt.date


def owed(principal: int, start: D, end: D, rate: str, *, year_days: int = 365, prepaid: int = 0,
         paid: tuple[Paid, ...] = ()) -> Owed:
    """What a loan comes to, from the first day to the last, which does not count."""
    loan = Loan(principal=principal, released_on=start, rate=read_rate(rate), year_days=year_days, prepaid=prepaid,
                payments=paid)
    return ledger.ledger(loan, course.as_agreed(loan, end, lpr.shipped()), end).owed


# (2024)粤0606民初34475号, mediation record: 1,700,000 left, four times an LPR of 3.00 %, from 2024-06-01 to 2025-07-23,
# both days counted, 360 days; theirs: 236,866.67. Tests of a law office's program (execution requests).
# 民事判决书 "520000": 520,000, four times 3.00 %, 2024-06-08 to 2025-01-21; theirs: 39,520. Same file.
# "上浮百分比": 93,633 at 1.5 x 3.00 %, 2025-04-08 to 2025-10-23; theirs: 2,329.12. Same file.
# "迳付": 369,220 at 1.3 x 3.00 %, 2024-05-01 to 2025-05-08; theirs: 14,919.56. Same file.
@pytest.mark.parametrize(("principal", "start", "last", "rate", "theirs"), [
    (170_000_000, D(2024, 6, 1), D(2025, 7, 23), "12 %", 23_686_667),
    (52_000_000, D(2024, 6, 8), D(2025, 1, 21), "12 %", 3_952_000),
    (9_363_300, D(2025, 4, 8), D(2025, 10, 23), "4.5 %", 232_912),
    (36_922_000, D(2024, 5, 1), D(2025, 5, 8), "3.9 %", 1_491_956),
])
def test_interest_claimed_in_enforcement(principal: int, start: D, last: D, rate: str, theirs: int) -> None:
    assert owed(principal, start, last + dt.timedelta(days=1), rate, year_days=360).interest == theirs


def test_order_of_set_off_in_a_mediation_record() -> None:
    """(2025)粤0606民初38361号: 20,000 paid on fees of 4,181.55, a lawyer's 12,000 and a guarantee fee of 800 first,
    then on interest of 36,000; theirs: interest left 32,981.55, principal left 190,860."""
    share = within(Owing(1, D(2025, 8, 27), costs=418_155 + 1_200_000 + 80_000, interest=3_600_000,
                         principal=19_086_000), 2_000_000)
    assert 3_600_000 - share.interest == 3_298_155
    assert share.principal == 0


# "律师小工具（calc）验证脚本", a public script that says its figures were worked out by hand.
@pytest.mark.parametrize(("amount", "fee"), [
    (5_000, 50), (100_000, 2_300), (1_000_000, 13_800), (2_000_000, 22_800), (5_000_000, 46_800),
    (10_000_000, 81_800), (20_000_000, 141_800)])
def test_court_fees(amount: int, fee: int) -> None:
    assert court_fees.property_claim(amount * 100).amount == fee * 100


@pytest.mark.parametrize(("amount", "fee"), [(100_000, 1_020), (200_000, 1_520), (1_000_000, 5_000)])
def test_preservation_fees(amount: int, fee: int) -> None:
    """The same script."""
    assert court_fees.preservation(amount * 100).amount == fee * 100


def test_other_court_fees() -> None:
    """The same script: half of 13,800 is 6,900, a payment order 4,600, a personality case over 200,000 is 1,500."""
    fee = court_fees.property_claim(100_000_000)
    assert (fee.part(court_fees.HALF), fee.part(court_fees.THIRD)) == (690_000, 460_000)
    assert court_fees.personality_claim(20_000_000)[1].amount == 150_000


@pytest.mark.parametrize(("amount", "theirs"), [(56_789, 56_789 * 0.025 - 200), (156_780, 156_780 * 0.02 + 300)])
def test_short_formulas_for_court_fees(amount: int, theirs: float) -> None:
    """http://www.shandonghsjx.com/zt/83429_2.html: 2.5 % less 200 up to 100,000; 2 % plus 300 up to 200,000."""
    assert court_fees.property_claim(amount * 100).amount == round(theirs * 100)


# The same script: interest and delay on 1,000,000.
@pytest.mark.parametrize(("start", "end", "rate", "theirs"), [
    (D(2024, 1, 1), D(2025, 1, 1), "3.65 %", 36_600), (D(2026, 1, 1), D(2026, 4, 11), "3 %", 8_219.18),
    (D(2026, 1, 1), D(2026, 4, 11), "4.5 %", 12_328.77), (D(2026, 1, 1), D(2026, 4, 11), "日万分之五", 50_000)])
def test_simple_interest(start: D, end: D, rate: str, theirs: float) -> None:
    assert owed(100_000_000, start, end, rate).interest == round(theirs * 100)


def test_interest_for_delay() -> None:
    """The same script: 1,000,000 unpaid for 100 days at 0.0175 % a day; theirs: 17,500."""
    loan = Loan(principal=100_000_000, released_on=D(2025, 1, 1), judged=100_000_000, judged_until=D(2025, 12, 31))
    found = statement(loan, D(2026, 4, 11), lpr.shipped())
    assert found.allowed.owed.delay == 1_750_000


# The same script: served on 1 September, 15 days end on the 16th; on 18 September, they end in the holidays of October.
@pytest.mark.parametrize(("served", "theirs"), [(D(2026, 9, 1), D(2026, 9, 16)), (D(2026, 9, 18), D(2026, 10, 8))])
def test_the_time_for_an_appeal(served: D, theirs: D) -> None:
    assert terms.terms()["appeal-judgment"].ends(served)[0] == theirs


def test_working_days() -> None:
    """The same script: the fifth working day after 2026-09-11 is the 18th; 21 working days up to 2026-09-30."""
    assert workdays.add_workdays(D(2026, 9, 11), 5) == D(2026, 9, 18)
    days = [D(2026, 9, 1) + dt.timedelta(days=number) for number in range(1, 30)]
    assert sum(map(workdays.is_workday, days)) == 21


@pytest.mark.parametrize(("cents", "theirs"), [
    (123_456_789, "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分"), (100_000_000, "壹佰万元整"), (10_005, "壹佰元零伍分")])
def test_amounts_in_words(cents: int, theirs: str) -> None:
    """The same script."""
    assert in_words(cents) == f"人民币{theirs}"


def test_penalty_interest_of_a_platform() -> None:
    """A public guide to overdue loans: 5,000 overdue for 30 days at 3.9 % over 360; theirs: about 16.25."""
    assert owed(500_000, D(2026, 1, 1), D(2026, 1, 31), "3.9 %", year_days=360).interest == 1_625


def test_the_spreadsheets_own_example_of_a_return() -> None:
    """Microsoft's documentation of XIRR; theirs: 0.373362535 (shown to a rounding of 1e-8)."""
    flows = [(D(2008, 1, 1), -1_000_000), (D(2008, 3, 1), 275_000), (D(2008, 10, 30), 425_000),
             (D(2009, 2, 15), 325_000), (D(2009, 4, 1), 275_000)]
    found = irr.yearly(flows)
    assert found is not None
    assert abs(found - Fraction("0.373362535")) < Fraction(1, 10**8)


# 975 repaid by three times 340: theirs 27.4849 % (tests of a public APR program); Regulation Z, appendix J, by the
# official tool as noted in a public notebook: 5,000 repaid by 23 x 230 and 280: theirs 10.5005 %.
@pytest.mark.parametrize(("received", "paid", "theirs"), [
    (97_500, [34_000] * 3, "27.4849"), (500_000, [23_000] * 23 + [28_000], "10.5005")])
def test_nominal_rates(received: int, paid: list[int], theirs: str) -> None:
    monthly = irr.by_month(received, paid)
    assert monthly is not None
    assert abs(monthly * 1200 - Fraction(theirs)) < Fraction(1, 10_000)


def test_a_loan_of_a_course_in_interest_theory() -> None:
    """Math 352, Theory of Interest, amortisation project (scribd 360526230): 150,000 over 360 months at 3.625 %.
    Theirs: 684.08 a month; interest and principal of the first ten months and what is left."""
    found = plan.schedule(plan.Terms(total=15_000_000, count=360, yearly=Fraction("0.03625"),
                                     first_due=D(2026, 1, 5)), move=False)
    theirs = [(453.13, 230.95, 149_769.05), (452.43, 231.65, 149_537.40), (451.73, 232.35, 149_305.05),
              (451.03, 233.05, 149_072.00), (450.32, 233.76, 148_838.24), (449.62, 234.46, 148_603.78),
              (448.91, 235.17, 148_368.61), (448.20, 235.88, 148_132.73)]
    assert {part.amount for part in found.parts[:10]} == {68_408}
    assert [(part.interest, part.principal, part.left) for part in found.parts[:8]] == [
        tuple(round(value * 100) for value in row) for row in theirs]


def test_the_present_value_of_a_spreadsheet() -> None:
    """Tests of PhpSpreadsheet (XNPV): ten payments of 120,000, each 31 December from 2018, at 10 % on 2018-06-30;
    theirs: 772,830.734."""
    found = plan.schedule(plan.Terms(total=120_000_000, count=10, every=12, first_due=D(2018, 12, 31)), move=False)
    assert plan.present_value(found, D(2018, 6, 30), Fraction(1, 10)) == 77_283_073


def test_four_times_the_prime_rate_of_august_2020() -> None:
    """http://www.tjjdx.com/show.asp?id=2668: the first limit under the new rule was 15.4 %."""
    assert lpr.shipped().at(D(2020, 8, 20)).one * 4 == Fraction("0.154")


def test_the_daily_rates_of_a_card_by_the_year() -> None:
    """0.05 % and 0.035 % a day are 18.25 % and 12.775 % a year (银发〔2016〕111号 as explained by the press)."""
    assert [rate.daily(365) * 365 for text in ("日利率0.05%", "0.035 % a day") if (rate := read_rate(text))] == [
        Fraction("0.1825"), Fraction("0.12775")]
