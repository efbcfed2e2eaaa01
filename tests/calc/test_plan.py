from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, reject, strategies as st

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import words
from casedesk.calc import plan, workdays
from casedesk.calc.plan import Terms, schedule
from casedesk.calc.setoff import Owing, distribute, pro_rata, total

D = dt.date
FIRST = D(2026, 12, 5)


@given(st.sampled_from(plan.KINDS), st.integers(100, 10**9), st.integers(1, 120), st.integers(0, 30),
       st.integers(0, 50), st.integers(0, 10))
def test_the_cents_always_add_up(kind: str, total: int, count: int, yearly: int, down: int, step: int) -> None:
    terms = Terms(kind=kind, total=total, count=count, first_due=FIRST, down=total * down // 100,
                  yearly=Fraction(yearly, 100), step=step * total // (count * 2000 + 1),
                  last=total // 3 if kind == "balloon" else 0)
    assume(kind != "balloon" or (count > 1 and terms.down + terms.last < total))
    try:
        found = schedule(terms)
    except InvalidEntry:
        reject()  # terms that cannot be have a test of their own
    assert sum(part.principal for part in found.parts) == total
    assert found.total == total + found.interest
    assert all(part.amount >= 0 and part.interest >= 0 for part in found.parts)
    assert found.parts[-1].left == 0
    assert [part.due_on for part in found.parts] == sorted(part.due_on for part in found.parts)
    assert all(workdays.is_workday(part.due_on) for part in found.parts)


@given(st.integers(1, 10**9), st.integers(1, 600), st.integers(0, 36))
def test_from_what_can_be_paid_and_back(total: int, count: int, percent: int) -> None:
    yearly = Fraction(percent, 100)
    monthly = plan.monthly_for(total, count, yearly)
    assert plan.total_for(monthly, count, yearly) >= total
    assert plan.count_for(total, monthly, yearly) <= count
    assert plan.total_for(monthly - 1, count, yearly) < total


def test_each_kind() -> None:
    def amounts(**terms: Any) -> list[int]:
        return [part.amount for part in schedule(Terms(first_due=FIRST, **terms)).parts]

    assert amounts(total=100_00, count=3) == [33_33, 33_33, 33_34]
    assert amounts(kind="graduated", total=130_00, count=4, step=10_00, step_every=2) == [27_50, 27_50, 37_50, 37_50]
    assert amounts(kind="balloon", total=100_00, count=3, last=60_00) == [20_00, 20_00, 60_00]
    assert amounts(kind="interest-free", total=90_00, count=3, yearly=Fraction(1, 4)) == [30_00] * 3
    assert amounts(kind="lump-sum", total=90_00, count=9) == [90_00]
    assert amounts(total=100_00, count=2, down=40_00) == [40_00, 30_00, 30_00]


def test_due_days_move_off_holidays_and_unknown_years_are_said() -> None:
    found = schedule(Terms(total=300_00, count=4, first_due=D(2026, 10, 1)))
    assert [(part.due_on, part.moved_from) for part in found.parts] == [
        (D(2026, 10, 8), D(2026, 10, 1)), (D(2026, 11, 2), D(2026, 11, 1)), (D(2026, 12, 1), None),
        (D(2027, 1, 1), None)]
    assert [one.by(words("en")) for one in found.remarks] == [
        "The holidays of 2027 are not known here; only weekends were skipped."]


def test_the_end_of_the_month_stays_the_end_of_the_month() -> None:
    found = schedule(Terms(total=300, count=3, first_due=D(2026, 1, 31)), move=False)
    assert [part.due_on for part in found.parts] == [D(2026, 1, 31), D(2026, 2, 28), D(2026, 3, 31)]


def test_what_is_looked_at_before_an_offer() -> None:
    long = schedule(Terms(total=610_000, count=61, first_due=FIRST, claim=600_000))
    told = [one.by(words("en")) for one in plan.checks(long, "credit-card", free=9_000)]
    assert told[0] == "61 months: a card's instalment agreement runs for 60 months at most."
    assert "100.00 a month is 10.00 more than the client has left." in told
    assert "The plan costs 100.00 more than the claim." in told
    kept = schedule(Terms(total=600_000, count=60, first_due=FIRST))
    assert not any("60 months at most" in one.by(words("en")) for one in plan.checks(kept, "credit-card"))
    assert not any("agreement states" in one.by(words("en")) for one in plan.checks(kept, "consumer-loan"))


@pytest.mark.parametrize(("field", "terms"), [
    ("total", {"total": 0}), ("total", {"total": -5}), ("instalments", {"count": 0}), ("instalments", {"count": 601}),
    ("down", {"down": 200_00}), ("rate", {"yearly": Fraction(-1)}), ("claim", {"kind": "waiver", "claim": 50_00}),
    ("last", {"kind": "balloon", "count": 3, "last": 200_00}),
    ("step", {"kind": "graduated", "count": 24, "step": 99_00}),
    ("instalments", {"kind": "balloon", "count": 1, "last": 5}),
])
def test_terms_that_cannot_be_name_their_field(field: str, terms: dict[str, Any]) -> None:
    with pytest.raises(InvalidEntry) as problem:
        schedule(Terms(**{"total": 100_00, "first_due": FIRST, **terms}))
    assert problem.value.field == field


def test_too_little_never_pays() -> None:
    with pytest.raises(InvalidEntry):
        plan.count_for(10_000_000, 100_000, Fraction(12, 100))


# -- several debts ------------------------------------------------------------------------------------------------

NOW = D(2026, 11, 1)


def test_several_debts_due_first_then_least_secured_then_heaviest() -> None:
    debts = [Owing(1, D(2027, 1, 1), principal=100), Owing(2, D(2026, 1, 1), principal=100, secured=1),
             Owing(3, D(2026, 2, 1), principal=100, burden=Fraction(1, 10)),
             Owing(4, D(2026, 3, 1), principal=100, burden=Fraction(2, 10))]
    shares, left = distribute(250, NOW, debts)
    assert [(share.key, share.total) for share in shares] == [(4, 100), (3, 100), (2, 50), (1, 0)]
    assert left == 0
    assert distribute(100, NOW, debts, chosen=1)[0][0].total == 100, "the debtor may choose"


def test_within_a_debt_costs_then_interest_then_principal() -> None:
    [share], left = distribute(70, NOW, [Owing(1, NOW, costs=20, interest=30, principal=100)])
    assert (share.costs, share.interest, share.principal, left) == (20, 30, 20, 0)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**5), min_size=1, max_size=8))
def test_pro_rata_loses_no_cent_and_gives_nobody_too_much(amount: int, owed: list[int]) -> None:
    parts = pro_rata(amount, owed)
    assert sum(parts) == min(amount, sum(owed))
    assert all(0 <= part <= due for part, due in zip(parts, owed, strict=True))
    shares, left = distribute(amount, NOW, [Owing(place, NOW, principal=due) for place, due in enumerate(owed)])
    assert total(shares) + left == amount
