# ruff: noqa: E501 - a table
"""Seven in seven: the commentary's examples, what never changes the result, and a slow second implementation."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from casedesk.base import times
from casedesk.records import Debt, Notice
from casedesk.records.words import NoticeKind, Product
from casedesk.rules.case import Contact, Facts, contact_of, date_of
from casedesk.rules.judge import judge
from tests.rules.worlds import facts, found, hits, incidents, rule, whole

ZONE = "America/New_York"
A, B = "us.calls.7in7", "us.calls.after_conversation"


def known(*notices: str, debts: int = 1) -> Facts:
    made = facts("bank credit-card", zone=ZONE, notices=notices)
    owed = {}
    for number in range(1, debts + 1):
        owed[number] = Debt(matter_id=1, creditor_id=1, product=Product.CREDIT_CARD, collector_id=1)
        owed[number].id = number
    return replace(made, debts=owed)


def breaks(lines: list[str], *notices: str, debts: int = 1) -> set[str]:
    return {name for name in (A, B) if hits(found("us", name, lines, known(*notices, debts=debts)))}


def calls(*days: str, how: str = "missed") -> list[str]:
    return [f"2026-{day}T10:00 call {how}" for day in days]


VECTORS: list[tuple[str, list[str], tuple[str, ...], int, set[str]]] = [
    ("voicemail and one a day to the eighth", calls("04-01", how="missed +voicemail")
     + calls(*(f"04-0{day}" for day in range(2, 9))), (), 1, set()),
    ("eight within seven days", calls("04-01", "04-02", "04-02", "04-03", "04-03", "04-06", "04-06", "04-07"), (), 1,
     {A}),
    ("consumer phones in, call a week later", calls("08-13", how="out answered") + calls("08-20"), (), 1, set()),
    ("consumer phones in, call on the sixth day after", calls("08-13", how="out answered") + calls("08-19"), (), 1, {B}),
    ("conversation, call on the sixth day after", calls("08-11") + calls("08-14", how="answered") + calls("08-20"), (),
     1, {B}),
    ("conversation, call on the seventh day after", calls("08-11") + calls("08-14", how="answered") + calls("08-21"),
     (), 1, set()),
    ("call back on Monday", calls("04-03", how="answered") + calls("04-06", "04-06"), ("consent 2026-04-03",), 1, set()),
    ("the consent is used up by the next conversation",
     calls("04-03", how="answered") + calls("04-06", how="answered") + calls("04-08"), ("consent 2026-04-03",), 1, {B}),
    ("calls within the consent are not counted", calls("06-01", "06-02", "06-03") + calls(*["06-08"] * 3, *["06-09"] * 3,
     "06-10", "06-10"), ("consent 2026-06-04",), 1, set()),
    ("the consent ended the day before", calls(*["06-08"] * 8), ("consent 2026-06-01",), 1, {A}),
    ("seven connected and one busy", calls(*["06-08"] * 7) + calls("06-08", how="missed +not-connected"), (), 1, set()),
    ("a third person has its own count", calls("10-06", how="relative person=1 missed")
     + calls(*(f"10-{day:02d}" for day in range(7, 13)), how="relative person=1 missed") + calls(*["10-08"] * 7), (), 1,
     set()),
    ("a conversation about both debts begins both", calls("08-14", how="answered +all-debts")
     + calls("08-16", how="missed debt=2"), (), 2, {B}),
    ("twenty-one calls, three debts, none named", calls(*(f"06-{day:02d}" for day in range(1, 8) for _ in range(3))), (),
     3, set()),
    ("twenty-two calls, three debts, none named",
     calls(*(f"06-{day:02d}" for day in range(1, 8) for _ in range(3)), "06-07"), (), 3, {A}),
]


@pytest.mark.parametrize(("lines", "notices", "debts", "expected"), [vector[1:] for vector in VECTORS],
                         ids=[vector[0] for vector in VECTORS])
def test_the_examples_of_the_commentary(lines: list[str], notices: tuple[str, ...], debts: int,
                                        expected: set[str]) -> None:
    assert breaks(lines, *notices, debts=debts) == expected


# ---- A second implementation, slow and simple: every window by its dates, every allocation of unnamed calls tried.

def slow(contacts: list[Contact], given: Facts, most: int = 7, days: int = 7) -> set[str]:
    """Which of the two rules a log breaks, each person called apart (one collector)."""
    broken = set()
    for person in {one.called_person if one.third else "consumer" for one in contacts}:
        mine = [one for one in sorted(contacts, key=lambda one: (one.at, one.id))
                if (one.called_person if one.third else "consumer") == person]
        counted, talks = _split(mine, given, days)
        debts = sorted({*given.debts} | {one.debt for one in mine if one.debt is not None})
        if _window_broken(counted, debts, most, days):
            broken.add(A)
        if _talk_broken(counted, talks, debts, days):
            broken.add(B)
    return broken


def _split(mine: list[Contact], given: Facts, days: int) -> tuple[list[Contact], list[Contact]]:
    consents = []
    for notice in given.notices:
        assert notice.told_on is not None
        consents.append({notice.told_on + dt.timedelta(days=n) for n in range(days)
                         if notice.until is None or notice.told_on + dt.timedelta(days=n) <= notice.until})
    counted, talks = [], []
    for one in mine:
        covering = next((span for span in consents if date_of(one.day) in span), None)
        silent = {"not-connected", "wrong-number", "consented"} & one.tags
        if one.incoming and covering is None and not silent:
            counted.append(one)
        if one.answered and not silent and not {"voicemail", "dropped"} & one.tags:
            talks.append(one)
            if covering is not None and date_of(one.day) > min(covering):
                consents.remove(covering)
    return counted, talks


def _window_broken(counted: list[Contact], debts: list[int], most: int, days: int) -> bool:
    for end in {one.day for one in counted}:
        inside = [one for one in counted if end - days < one.day <= end]
        sure = dict.fromkeys(debts, 0)
        free = 0
        for one in inside:
            if "all-debts" in one.tags:
                for debt in debts:
                    sure[debt] += 1
            elif one.debt is None and len(debts) > 1:
                free += 1
            else:
                sure[one.debt or debts[0]] += 1
        if not _fits(list(sure.values()), free, most):
            return True
    return False


def _fits(sure: list[int], free: int, most: int) -> bool:
    """Whether some way of giving the free calls to debts keeps each within the most: tried out, not reckoned."""
    if not sure:
        return free == 0
    return any(_fits(sure[1:], free - given, most) for given in range(free + 1) if sure[0] + given <= most)


def _talk_broken(counted: list[Contact], talks: list[Contact], debts: list[int], days: int) -> bool:
    def about(one: Contact) -> set[int]:
        if len(debts) == 1 or "all-debts" in one.tags:
            return set(debts)
        return {one.debt} if one.debt is not None else set()

    return any(about(call) & about(talk) and talk.day <= call.day < talk.day + days
               and (call.at, call.id) > (talk.at, talk.id) for call in counted for talk in talks)


def fast(contacts: list[Contact], given: Facts) -> set[str]:
    return {name for name in (A, B) if hits(judge(whole(contacts, given), [rule("us", name)]))}


def log(dice: random.Random) -> tuple[list[Contact], Facts]:
    """A log of one collector over three weeks around a change of clocks."""
    debts = dice.randrange(1, 4)
    given = known(debts=debts)
    start = dt.date(2026, *dice.choice(((3, 1), (6, 1), (10, 25))))
    if dice.random() < 0.4:
        told = start + dt.timedelta(days=dice.randrange(14))
        until = told + dt.timedelta(days=dice.randrange(10)) if dice.random() < 0.3 else None
        given = replace(given, notices=[Notice(matter_id=1, kind=NoticeKind.CONSENT, told_on=told, until=until)])
    lines = []
    for _ in range(dice.randrange(1, 14)):
        day = start + dt.timedelta(days=dice.randrange(14))
        words = dice.choices(["missed", "answered", "answered out", "missed +voicemail", "missed +not-connected",
                              "answered +dropped", "answered +all-debts", "relative person=1 missed"],
                             [8, 2, 1, 2, 1, 1, 1, 2])[0]
        debt = f" debt={dice.randrange(1, debts + 1)}" if dice.random() < 0.5 else ""
        lines.append(f"{day}T{dice.randrange(24):02d}:{dice.randrange(60):02d} call {words}{debt} x{dice.choice((1, 1, 2, 4))}/0")
    return [contact_of(one, given) for one in incidents(lines, ZONE)], given


@pytest.mark.parametrize("seed", range(300))
def test_the_slow_implementation_agrees(seed: int) -> None:
    contacts, given = log(random.Random(seed))
    assert fast(contacts, given) == slow(contacts, given)


@pytest.mark.slow
def test_the_slow_implementation_agrees_on_a_hundred_thousand_logs() -> None:
    dice = random.Random(2026)
    for _ in range(100_000):
        contacts, given = log(dice)
        assert fast(contacts, given) == slow(contacts, given)


def test_the_random_logs_hold_every_result() -> None:
    results = [frozenset(fast(*log(random.Random(seed)))) for seed in range(300)]
    assert min(results.count(frozenset(one)) for one in ((), (A,), (B,), (A, B))) >= 10


# ---- What never changes the result.

@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_the_log_changes_nothing(seed: int, dice: random.Random) -> None:
    contacts, given = log(random.Random(seed))
    mixed = list(contacts)
    dice.shuffle(mixed)
    assert fast(mixed, given) == fast(contacts, given)


@given(st.integers(0, 10_000), st.integers(-400, 400))
def test_whole_days_later_is_the_same(seed: int, days: int) -> None:
    """By the clock: a day more or less than 24 hours long makes and loses nothing."""
    contacts, given = log(random.Random(seed))
    moved = [one._replace(at=_later(one, days), day=one.day + days) for one in contacts]
    told = []
    for one in given.notices:
        assert one.told_on is not None
        told.append(Notice(matter_id=1, kind=one.kind, told_on=one.told_on + dt.timedelta(days=days),
                           until=one.until and one.until + dt.timedelta(days=days)))
    assert fast(moved, replace(given, notices=told)) == fast(contacts, given)


def _later(one: Contact, days: int) -> int:
    local = times.from_millis(one.at).astimezone(times.zone(ZONE)).replace(tzinfo=None) + dt.timedelta(days=days)
    return times.to_millis(local.replace(tzinfo=times.zone(ZONE)))


@given(st.integers(0, 10_000), st.integers(0, 13))
def test_a_call_that_did_not_connect_changes_nothing(seed: int, place: int) -> None:
    contacts, given = log(random.Random(seed))
    one = contacts[place % len(contacts)]
    busy = one._replace(id=1000, answered=False, incoming=True, tags=frozenset({"not-connected"}))
    assert fast([*contacts, busy], given) == fast(contacts, given)


@pytest.mark.parametrize("change", ["2026-03-08", "2026-11-01"])
def test_the_day_the_clocks_change_is_one_day(change: str) -> None:
    day = dt.date.fromisoformat(change)
    eight = [f"{day}T00:05 call missed x4/5", f"{day}T23:20 call missed x4/5"]
    assert breaks(eight) == {A}
    week = [f"{day - dt.timedelta(days=6)}T00:01 call missed", f"{day}T23:00 call missed x7/5"]
    assert breaks(week) == {A}
    assert breaks([f"{day - dt.timedelta(days=7)}T23:59 call missed", *week[1:]]) == set()
