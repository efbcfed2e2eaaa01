from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from casedesk.base import times
from casedesk.records import Client, Collector, Incident, Matter
from casedesk.records.words import Channel, Role
from casedesk.store.browse import BLOCK, Line, Listing
from casedesk.store.cabinet import Store

COLUMNS = ["at", "channel", "number", "answered", "duration", "reached", "collector_id", "words", "tags"]
START = times.now() - dt.timedelta(days=400)


@pytest.fixture
def full(store: Store, matter: Matter) -> Store:
    """450 incidents of two matters with many ties and gaps; every ninth lies in the trash."""
    dice = random.Random(11)
    with store.work() as session:
        other = Matter(ref="B-2", name="另案", client_id=session.scalars(select(Client.id)).one())
        collectors = [Collector(name=name) for name in ("众安", "安信", "Zeta", "alpha")]
        session.add_all([other, *collectors])
        session.flush()
        incidents = [Incident(
            matter_id=dice.choice([matter.id, other.id]), at=START + dt.timedelta(hours=dice.randrange(90)),
            channel=dice.choice(list(Channel)), number=dice.choice(["", "95555", "13812345678", "021-12345678"]),
            answered=dice.choice([None, True, False]), duration=dice.choice([None, 0, 5, 5, 60]),
            reached=dice.choice(list(Role)), words=dice.choice(["还钱", "再不还钱", "通讯录"]), tags=[],
            collector_id=dice.choice([None, *(one.id for one in collectors)])) for _ in range(450)]
        session.add_all(incidents)
    with store.work() as session:
        for incident in session.scalars(select(Incident).where(Incident.id % 9 == 0)):
            incident.deleted_at = times.now()
    return store


def expected(store: Store, column: str, descending: bool, keep: Callable[[Incident], bool]) -> list[int]:
    """The order as Python has it: empty values last, ties by id."""
    with store.read() as session:
        found = [one for one in session.scalars(select(Incident)) if keep(one)]
        names = dict(session.execute(select(Collector.id, Collector.name)).all())

    def key(one: Incident) -> Any:
        value = getattr(one, column)
        if column == "collector_id":
            value = names[value].casefold()
        if isinstance(value, Channel | Role):
            value = [*Channel, *Role].index(value)
        return value, one.id

    filled = sorted((one for one in found if getattr(one, column) is not None), key=key, reverse=descending)
    empty = sorted((one for one in found if getattr(one, column) is None), key=lambda one: one.id, reverse=descending)
    return [one.id for one in filled + empty]


ORDERS = [(column, descending) for column in COLUMNS for descending in (True, False)]


def test_every_stretch_of_every_order_is_the_same_as_sorting_all(full: Store) -> None:
    for column, descending in ORDERS:
        right = expected(full, column, descending, lambda one: True)
        listing = Listing(full, Incident, order=(column, descending))
        assert listing.count() == len(right) == 400
        assert listing.ids(0, 1000) == right, column
        for first, many in ((0, 1), (7, 20), (190, 30), (233, 150), (399, 5), (400, 5)):
            assert listing.ids(first, many) == right[first:first + many]
        assert [listing.position_of(right[place]) for place in (0, 13, 200, 399)] == [0, 13, 200, 399]


def test_a_matters_list_holds_the_matters_alone(full: Store, matter: Matter) -> None:
    for column, descending in ORDERS:
        right = expected(full, column, descending, lambda one: one.matter_id == matter.id)
        listing = Listing(full, Incident, matter_id=matter.id, order=(column, descending))
        assert (listing.count(), listing.ids(0, 1000)) == (len(right), right)
        assert listing.ids(100, 30) == right[100:130]
        assert listing.position_of(right[77]) == 77


def test_conditions_and_words_narrow_a_list(full: Store, matter: Matter) -> None:
    right = expected(full, "at", True, lambda one: one.channel is Channel.CALL and "还钱" in one.words)
    assert Listing(full, Incident, where=[Incident.channel == Channel.CALL], words="还钱",
                   order=("at", True)).ids(0, 1000) == right
    mine = expected(full, "number", False, lambda one: one.matter_id == matter.id and "5555" in one.number
                    and "通讯" in one.words)
    assert Listing(full, Incident, matter_id=matter.id, words="通讯 5555", order=("number", False)).ids(0, 1000) == mine
    assert mine
    assert right


def test_what_lies_in_the_trash_has_no_place(full: Store) -> None:
    assert Listing(full, Incident, order=("at", True)).position_of(9) is None
    assert Listing(full, Incident, words="还钱", order=("at", True)).position_of(9) is None


def test_a_line_has_the_columns_asked_for_and_the_names_they_point_at(full: Store) -> None:
    listing = Listing(full, Incident, columns=["at", "channel", "collector_id", "tags"], order=("collector_id", False))
    first, last = listing.line(0), listing.line(399)
    assert first is not None
    assert last is not None
    assert first.captions == {"collector_id": "alpha"}
    assert (last.values["collector_id"], last.captions) == (None, {"collector_id": ""})
    with full.read() as session:
        one = session.get_one(Incident, first.id)
    assert dict(first.values) == {"at": one.at, "channel": one.channel, "collector_id": one.collector_id, "tags": []}
    assert listing.line(400) is None


def test_lines_come_in_blocks_and_stay_until_reloaded(full: Store) -> None:
    listing = Listing(full, Incident, columns=["words"], order=("at", False))
    lines = [listing.line(place) for place in range(BLOCK)]
    with full.work() as session:
        first = lines[0]
        assert isinstance(first, Line)
        session.get_one(Incident, first.id).words = "改了"
    assert [listing.line(place) for place in range(BLOCK)] == lines
    listing.reload()
    changed = listing.line(0)
    assert changed is not None
    assert changed.values["words"] == "改了"


def test_an_empty_list_has_no_lines(store: Store) -> None:
    for listing in (Listing(store, Incident, order=("at", True)), Listing(store, Matter, order=("name", False)),
                    Listing(store, Incident, order=("collector_id", True))):
        assert (listing.count(), listing.ids(0, 10), listing.line(0), listing.position_of(1)) == (0, [], None, None)
