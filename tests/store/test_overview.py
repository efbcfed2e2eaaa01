from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pytest
from sqlalchemy import select

from casedesk.base import times
from casedesk.base.typed_time import Precision
from casedesk.records import Collector, Incident, Matter
from casedesk.records.words import Direction, Role
from casedesk.store import overview
from casedesk.store.cabinet import Store


@pytest.fixture
def logged(store: Store, matter: Matter) -> list[Incident]:
    """300 contacts over two years of clock changes, some to third persons, some outgoing, some in the trash."""
    dice = random.Random(3)
    start = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    with store.work() as session:
        collector = Collector(name="众安")
        session.add(collector)
        session.flush()
        incidents = []
        for _ in range(300):
            number, known = dice.choice([("95555", None), ("138 1234 5678", collector.id), ("", None)])
            incidents.append(Incident(
                matter_id=matter.id, at=start + dt.timedelta(minutes=dice.randrange(2 * 365 * 24 * 60)), number=number,
                collector_id=known, precision=dice.choice([Precision.EXACT, Precision.EXACT, Precision.DAY]),
                direction=dice.choice([Direction.IN, Direction.IN, Direction.OUT]), reached=dice.choice(list(Role))))
        session.add_all(incidents)
    with store.work() as session:
        for incident in session.scalars(select(Incident).where(Incident.id % 10 == 0)):
            incident.deleted_at = times.now()
    with store.read() as session:
        return [one for one in session.scalars(select(Incident)) if one.direction is Direction.IN]


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe",
                                  "Asia/Kathmandu"])
def test_days_and_hours_are_those_of_the_clock_at_the_place(
        store: Store, matter: Matter, logged: list[Incident], zone: str) -> None:
    local = [(one.at.astimezone(times.zone(zone)), one) for one in logged]
    with store.read() as session:
        found = overview.pattern(session, matter.id, zone)
    assert found.days == Counter(at.date() for at, _ in local)
    exact = [at for at, one in local if one.precision is not Precision.DAY]
    assert found.hours == Counter((at.weekday(), at.hour) for at in exact)
    assert found.night == sum(at.hour >= 22 or at.hour < 8 for at in exact)


def test_each_number_is_counted(store: Store, matter: Matter, logged: list[Incident]) -> None:
    with store.read() as session:
        lines = overview.numbers(session, matter.id, "Europe/London")
    assert [line.contacts for line in lines] == sorted((line.contacts for line in lines), reverse=True)
    assert {line.normal: (line.number, line.collector) for line in lines} == {
        "95555": ("95555", ""), "+8613812345678": ("138 1234 5678", "众安")}
    for line in lines:
        own = [one for one in logged if one.normal == line.normal]
        hours = [one.at.astimezone(times.zone("Europe/London")).hour for one in own
                 if one.precision is not Precision.DAY]
        assert line.contacts == len(own)
        assert line.night == sum(hour >= 22 or hour < 8 for hour in hours)
        assert line.to_others == sum(one.reached not in (Role.DEBTOR, Role.GUARANTOR) for one in own)
        assert line.last == max(one.at for one in own)


def test_the_night_begins_at_22_and_ends_before_8(store: Store, matter: Matter) -> None:
    evening = dt.datetime(2026, 5, 4, 14, tzinfo=dt.UTC)  # 22:00 in Shanghai
    second = dt.timedelta(seconds=1)
    with store.work() as session:
        session.add_all(Incident(matter_id=matter.id, number="95555", at=at) for at in (
            evening - second, evening, evening + dt.timedelta(hours=10) - second, evening + dt.timedelta(hours=10)))
    with store.read() as session:
        assert overview.pattern(session, matter.id, "Asia/Shanghai").night == 2
        assert [line.night for line in overview.numbers(session, matter.id, "Asia/Shanghai")] == [2]


def test_a_matter_without_contacts_has_an_empty_overview(store: Store, matter: Matter) -> None:
    with store.read() as session:
        assert overview.pattern(session, matter.id, "Asia/Shanghai") == overview.Pattern({}, {})
        assert overview.numbers(session, matter.id, "Asia/Shanghai") == []


def test_offsets_change_at_the_moment_the_clock_does() -> None:
    spring = dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC)
    first, last = (times.to_millis(dt.datetime(2026, month, 1, tzinfo=dt.UTC)) for month in (1, 9))
    assert overview.offsets("Europe/London", first, last) == [(times.to_millis(spring), 0), (last + 1, 3_600_000)]
