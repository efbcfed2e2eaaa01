"""Debts counted outside this program by a loop over days in decimal arithmetic of 50 digits: the same to the cent."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from casedesk.calc import lpr
from casedesk.calc.loan import Charge, Loan, Paid
from casedesk.calc.rates import read_rate
from casedesk.calc.statement import statement

D = dt.date
LPR = lpr.shipped()


def loan(principal: int, released: D, rate: str, *paid: tuple[D, int], overdue: str = "", **more: Any) -> Loan:
    return Loan(principal=principal, released_on=released, rate=read_rate(rate), overdue_rate=read_rate(overdue),
                payments=tuple(Paid(on, amount) for on, amount in paid), **more)


WEEKLY = tuple((D(2024, 1, 1) + dt.timedelta(days=7 * k), 101 + k * 37) for k in range(90))
LENT, DUE = D(2023, 6, 30), D(2024, 6, 30)
THREE = ((D(2024, 12, 31), 12_345), (D(2025, 2, 28), 250_000), (D(2025, 6, 30), 5_000_000))
CHARGES = (Charge("damages", "x", 900_000, D(2025, 6, 1)), Charge("fee", "x", 123_400, D(2025, 3, 1)),
           Charge("cost", "x", 50_000, D(2025, 7, 1)))
COUNTED = {
    "a leap day is paid on": (
        loan(5_000_000, D(2024, 1, 31), "日利率0.05%", (D(2024, 2, 29), 200_000), (D(2024, 7, 1), 1_500_000),
             product="credit-card", overdue_from=D(2024, 3, 25)), D(2025, 3, 1), (3_672_159, 446_167, 0)),
    "prepaid interest, four times the prime rate, paid on the first day": (
        loan(10_000_000, D(2022, 3, 1), "月息3分", (D(2022, 3, 1), 50_000), (D(2022, 3, 2), 50_001),
             (D(2023, 3, 1), 3_000_000), prepaid=300_000, contract_on=D(2022, 2, 28), lender="private",
             overdue_from=D(2023, 3, 1)), D(2024, 3, 1), (8_021_397, 1_190_419, 0)),
    "an old private loan under two limits": (
        loan(8_000_000, D(2019, 5, 5), "年利率30%", (D(2020, 8, 20), 777_777), (D(2021, 12, 31), 1_000_000),
             contract_on=D(2019, 5, 5), lender="private", suit_on=D(2024, 12, 3)), D(2025, 2, 28),
        (8_000_000, 5_202_870, 0)),
    "no interest": (
        loan(123_456, D(2025, 1, 1), "0%", (D(2025, 6, 1), 100), overdue_from=D(2025, 5, 1)), D(2026, 1, 1),
        (123_356, 0, 0)),
    "paid too much": (
        loan(1_000_000, D(2025, 1, 1), "12%", (D(2025, 3, 1), 600_000), (D(2025, 4, 1), 700_000)), D(2025, 12, 1),
        (0, 0, 276_328)),
    "compound interest on interest unpaid when due": (
        loan(20_000_000, LENT, "年利率7.2%", *THREE, overdue="上浮50%", overdue_from=DUE,
             compounding="overdue"), D(2025, 9, 9), (18_487_860, 388_397, 0)),
    "a year of 360 days, half as much again at most": (
        loan(20_000_000, LENT, "年利率7.2%", *THREE, overdue="上浮100%", overdue_from=DUE,
             compounding="overdue", year_days=360), D(2025, 9, 9), (18_542_143, 394_948, 0)),
    "every month": (
        loan(3_000_000, D(2024, 1, 31), "年利率12%", (D(2024, 8, 15), 100_000), (D(2025, 1, 31), 330_000),
             lender="consumer-finance", compounding="monthly"), D(2025, 6, 15), (2_945_976, 133_064, 0)),
    "paid on the day it falls due and on the day of the statement": (
        loan(7_654_321, D(2025, 1, 10), "万分之四", (D(2025, 5, 10), 111_111), (D(2025, 11, 11), 222_222),
             overdue="万分之五", overdue_from=D(2025, 5, 10)), D(2025, 11, 11), (7_654_321, 742_099, 0)),
    "charges under the limit, costs first": (
        loan(5_000_000, D(2025, 1, 1), "年利率18%", (D(2025, 7, 1), 60_000), (D(2025, 8, 1), 700_000),
             lender="micro-loan", overdue_from=D(2025, 5, 1), charges=CHARGES), D(2025, 12, 31),
        (4_986_986, 498_425, 0)),
    "a card of 2016 to 2021": (
        loan(1_000_000, D(2016, 11, 1), "日利率0.06%", product="credit-card"), D(2021, 6, 1), (1_000_000, 857_700, 0)),
    "ninety small payments": (
        loan(4_444_444, D(2024, 1, 1), "年利率17.77%", *WEEKLY, overdue="年利率20.01%", overdue_from=D(2024, 9, 1)),
        D(2025, 12, 31), (4_444_343, 1_554_901, 0)),
    "no limit of this law": (
        loan(850_000, D(2023, 12, 29), "29.9% a year", (D(2024, 12, 31), 12_000), lender="",
             overdue_from=D(2024, 2, 29)), D(2026, 11, 28), (850_000, 729_561, 0)),
}


@pytest.mark.parametrize(("debt", "on", "owed"), COUNTED.values(), ids=COUNTED)
def test_the_same_as_counted_day_by_day(debt: Loan, on: D, owed: tuple[int, int, int]) -> None:
    found = statement(debt, on, LPR).allowed.owed
    assert (found.principal, found.charges, found.surplus) == owed
