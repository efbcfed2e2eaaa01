from __future__ import annotations

import datetime as dt

import pytest

from casedesk.calc.limitation import Event, claim, enforcement, england, guarantee, state_law

D = dt.date
NOW = D(2026, 11, 27)


def ends(begins: D, *events: Event, on: D = NOW) -> tuple[str, D | None]:
    found = claim(begins, events, on)
    return found.state, found.ends_on


def test_three_years_from_the_due_day() -> None:
    assert ends(D(2024, 3, 5)) == ("running", D(2027, 3, 5))
    assert ends(D(2023, 3, 6)) == ("expired", D(2026, 3, 6))
    assert ends(D(2023, 11, 27)) == ("running", D(2026, 11, 27)), "the last day still counts"


def test_the_last_day_moves_off_a_holiday() -> None:
    assert ends(D(2023, 10, 1)) == ("expired", D(2026, 10, 8))


@pytest.mark.parametrize("kind", ["demand", "payment", "offer", "deduction", "assignment"])
def test_each_act_in_time_begins_the_period_anew(kind: str) -> None:
    assert ends(D(2022, 1, 4), Event(kind, D(2024, 6, 3))) == ("running", D(2027, 6, 3))


def test_a_demand_too_late_restarts_nothing_but_a_promise_may_give_up_the_defence() -> None:
    assert ends(D(2020, 1, 6), Event("demand", D(2024, 6, 3))) == ("expired", D(2023, 1, 6))
    paid = claim(D(2020, 1, 6), [Event("payment", D(2024, 6, 3))], NOW)
    assert paid.state == "expired"
    assert len(paid.remarks) == 1
    assert ends(D(2020, 1, 6), Event("offer", D(2024, 6, 3))) == ("waived", D(2027, 6, 3))


def test_proceedings_stop_the_clock_until_they_end() -> None:
    assert ends(D(2023, 5, 4), Event("suit", D(2024, 6, 3))) == ("pending", None)
    assert ends(D(2023, 5, 4), Event("suit", D(2024, 6, 3), D(2025, 6, 3))) == ("running", D(2028, 6, 5))


def test_an_agreement_counts_from_its_last_instalment() -> None:
    assert ends(D(2024, 3, 5), Event("agreement", D(2026, 9, 9), D(2028, 9, 11))) == ("running", D(2031, 9, 11))


def test_what_is_paid_under_an_agreement_does_not_shorten_its_period() -> None:
    found = claim(D(2025, 3, 25), [Event("agreement", D(2026, 9, 25), D(2029, 9, 10)), Event("offer", D(2026, 10, 2)),
                                   Event("payment", D(2026, 11, 12))], D(2026, 11, 28))
    assert (found.state, found.ends_on) == ("running", D(2032, 9, 10))
    assert [mark.on for mark in found.marks] == [D(2025, 3, 25), D(2026, 9, 25), D(2026, 10, 2), D(2026, 11, 12)]
    assert "not begun" in found.marks[-1].what.text


def test_an_obstacle_in_the_last_six_months_suspends() -> None:
    assert ends(D(2023, 3, 6), Event("obstacle", D(2026, 1, 5), D(2026, 8, 3))) == ("running", D(2027, 2, 3))
    assert ends(D(2023, 3, 6), Event("obstacle", D(2025, 1, 5), D(2025, 8, 4))) == ("expired", D(2026, 3, 6))
    assert ends(D(2023, 3, 6), Event("obstacle", D(2026, 1, 5))) == ("pending", None)


@pytest.mark.parametrize(("begins", "last"), [
    (D(2015, 9, 30), D(2017, 9, 30)), (D(2015, 10, 8), D(2018, 10, 8)), (D(2017, 9, 29), D(2020, 9, 29))])
def test_two_years_only_where_they_had_run_out_before_the_new_law(begins: D, last: D) -> None:
    assert ends(begins) == ("expired", last)


def test_twenty_years_are_the_longest() -> None:
    acts = [Event("demand", D(2007 + number, 1, 15)) for number in range(20)]
    assert claim(D(2006, 6, 1), acts, D(2026, 5, 1)).ends_on == D(2026, 6, 1)


def test_two_years_for_enforcement() -> None:
    assert enforcement(D(2025, 4, 7), [], NOW).ends_on == D(2027, 4, 7)


def test_guarantors() -> None:
    due = D(2026, 3, 2)
    bare = guarantee(due, "general", [], NOW)
    assert (bare.state, bare.ends_on) == ("free", D(2026, 9, 2))
    assert guarantee(due, "general", [Event("suit", D(2026, 9, 2))], NOW).state == "bound"
    assert guarantee(due, "general", [Event("demand-guarantor", D(2026, 5, 6))], NOW).state == "free"
    assert guarantee(due, "joint", [Event("demand-guarantor", D(2026, 5, 6))], NOW).state == "bound"
    assert guarantee(due, "joint", [], D(2026, 5, 6)).state == "open"
    agreed = guarantee(due, "joint", [], NOW, agreed_until=D(2028, 3, 2))
    assert (agreed.state, agreed.ends_on) == ("open", D(2028, 3, 2))
    assert guarantee(due, "joint", [], NOW, agreed_until=due).ends_on == D(2026, 9, 2), "as good as none"
    assert guarantee(D(2020, 3, 2), "unclear", [], NOW, signed_on=D(2019, 1, 1)).state == "check"


def test_england_and_wales() -> None:
    assert england(D(2021, 1, 1), [], NOW).ends_on == D(2027, 1, 1)
    assert england(D(2021, 1, 1), [Event("demand", D(2024, 1, 1))], NOW).ends_on == D(2027, 1, 1)
    assert england(D(2021, 1, 1), [Event("payment", D(2024, 1, 1))], NOW).ends_on == D(2030, 1, 1)
    late = england(D(2015, 1, 1), [Event("payment", D(2024, 1, 1))], NOW)
    assert (late.state, late.ends_on) == ("expired", D(2021, 1, 1))


def test_a_states_years_are_asked_for_not_guessed() -> None:
    assert state_law(D(2021, 1, 1), NOW, None).state == "unknown"
    assert state_law(D(2021, 1, 1), NOW, 4).state == "expired"
