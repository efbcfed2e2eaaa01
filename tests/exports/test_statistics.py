"""Counting contacts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, strategies as st

from casedesk.base.typed_time import Precision
from casedesk.exports import statistics
from casedesk.records import Incident
from casedesk.records.words import Channel, Direction, Role

MONDAY = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)


def incident(hours: float, zone: str = "UTC", **facts: Any) -> Incident:
    return Incident(matter_id=1, at=MONDAY + dt.timedelta(hours=hours), zone=zone, **facts)


@pytest.mark.parametrize(("hour", "night"), [(21, False), (22, True), (0, True), (7, True), (8, False), (12, False)])
def test_the_night_runs_over_midnight(hour: int, night: bool) -> None:
    assert statistics.is_night(hour) is night


def test_hours_and_days_are_those_of_the_place() -> None:
    counted = statistics.count([incident(14.5, "Asia/Shanghai"), incident(14.5, "Europe/London")])
    assert counted.night == 1
    assert counted.hours[0][22] == 1
    assert counted.hours[0][14] == 1


def test_a_contact_after_midnight_belongs_to_the_next_day_there() -> None:
    counted = statistics.count([incident(17, "Asia/Shanghai")])
    assert counted.days == {dt.date(2026, 11, 3): 1}
    assert counted.hours[1][1] == 1


def test_a_time_known_by_the_day_is_in_no_count_by_hour() -> None:
    counted = statistics.count([incident(0, precision=Precision.DAY)])
    assert (counted.count, counted.no_hour, counted.night, sum(map(sum, counted.hours))) == (1, 1, 0, 0)


def test_our_own_calls_are_counted_apart() -> None:
    counted = statistics.count([incident(1, direction=Direction.OUT), incident(2)])
    assert (counted.outgoing, counted.count, counted.days.total()) == (1, 1, 1)


def test_a_guarantor_is_no_third_person() -> None:
    counted = statistics.count([incident(9, reached=role) for role in Role])
    assert counted.third == len(Role) - 2
    assert counted.reached.total() == len(Role)


def test_numbers_are_one_however_they_are_displayed() -> None:
    counted = statistics.count([
        incident(9, number="170-1234", normal="+861701234", answered=True, duration=60),
        incident(33, number="1701234", normal="+861701234"), incident(10, number="95188"), incident(11)])
    first, second = counted.by_number()
    assert (first.shown, first.count, first.answered, first.seconds) == ("170-1234", 2, 1, 60)
    assert (first.first, first.last) == (dt.date(2026, 11, 2), dt.date(2026, 11, 3))
    assert (second.shown, second.count) == ("95188", 1)


def test_the_busiest_day_is_the_earliest_of_equals() -> None:
    counted = statistics.count([incident(9), incident(33), incident(10), incident(34)])
    assert counted.busiest == (dt.date(2026, 11, 2), 2)
    assert statistics.count([]).busiest is None


def test_every_day_between_is_told() -> None:
    counted = statistics.count([incident(0), incident(72)])
    assert [count for _, count in counted.daily()] == [1, 0, 0, 1]
    assert list(statistics.count([]).daily()) == []


@given(st.lists(st.tuples(st.integers(0, 2000), st.sampled_from(Channel), st.sampled_from(Role), st.integers(0, 3))))
def test_all_ways_of_counting_agree(told: list[tuple[int, Channel, Role, int]]) -> None:
    def walk() -> Iterator[Incident]:
        for hours, channel, role, collector in told:
            yield incident(hours, channel=channel, reached=role, collector_id=collector or None, number=str(collector))

    counted = statistics.count(walk())
    assert counted.count == len(told)
    assert counted.days.total() == counted.channels.total() == counted.reached.total() == len(told)
    assert sum(map(sum, counted.hours)) == sum(count for _, count in counted.daily()) == len(told)
    assert sum(one.count for one in counted.collectors.values()) == len(told)
    assert sum(one.night for one in counted.numbers.values()) == counted.night
