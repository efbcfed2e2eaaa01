"""A list of 1,000,000 incidents: opened, jumped in, sorted; a matter's list and overview."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from casedesk.records import Incident
from casedesk.store import overview
from casedesk.store.browse import Listing
from casedesk.store.cabinet import Store
from tests.bench import cabinets
from tests.bench.frame import Row, Times, limited, timed

INCIDENTS, RUNS = 1_000_000, 7
COLUMNS = ["at", "channel", "number", "answered", "duration", "reached", "collector_id", "words", "tags"]
SORTED = ["number", "channel", "answered", "duration", "reached", "collector_id", "at"]
SEEN = 50
"""Lines a window shows."""


def measure() -> Iterator[Row]:
    """Each with a cabinet opened anew, so that no page is decrypted yet; the file lies in the system's cache."""
    made = cabinets.cabinet(INCIDENTS)
    stores: list[Store] = []

    def anew() -> None:
        while stores:
            stores.pop().close()
        stores.append(made.open())

    yield limited("open a list of 1,000,000 incidents: count and first lines",
                  timed(lambda: seen(listing(stores[0])), RUNS, before=anew), 0.150)
    opened = listing(stores[0])
    seen(opened)
    yield limited("jump to its end", timed(lambda: opened.rows(INCIDENTS - SEEN, SEEN), RUNS), 0.030)
    yield limited("jump to its middle", timed(lambda: opened.rows(INCIDENTS // 2, SEEN), RUNS), 0.030)
    yield worst("sort by another column, the slowest of all", SORTED,
                lambda name: timed(lambda: seen(listing(stores[0], order=(name, False))), RUNS, before=anew), 0.300)
    with made.open() as store:
        yield from of_matter(store, made.matter_id)
    anew()
    stores.pop().close()


def of_matter(store: Store, matter_id: int) -> Iterator[Row]:
    """The matter of 100,000 incidents."""
    yield limited("open a matter's list of 100,000 incidents",
                  timed(lambda: seen(listing(store, matter_id=matter_id)), RUNS), 0.150)
    yield worst("sort it by another column, the slowest of all", SORTED, lambda name: timed(
        lambda: seen(listing(store, matter_id=matter_id, order=(name, False))), RUNS), 0.300)
    yield limited("narrow it by words", timed(
        lambda: seen(listing(store, matter_id=matter_id, words="通讯录")), RUNS), 0.300)

    with store.read() as session:
        yield limited("its overview: contacts a day, hours by weekday", timed(
            lambda: overview.pattern(session, matter_id, "Asia/Shanghai"), RUNS), 0.100)
        yield limited("its overview: the 200 busiest numbers", timed(
            lambda: overview.numbers(session, matter_id, "Asia/Shanghai"), RUNS), 0.100)


def listing(store: Store, matter_id: int | None = None, words: str = "", order: tuple[str, bool] = ("at", True),
            ) -> Listing:
    """The incidents' list as the window opens it."""
    return Listing(store, Incident, columns=COLUMNS, matter_id=matter_id, words=words, order=order)


def seen(opened: Listing) -> None:
    """What the window asks for to show a list."""
    if opened.count():
        opened.rows(0, SEEN)


def worst(what: str, names: list[str], take: Callable[[str], Times], most: float) -> Row:
    """The slowest of several."""
    taken = {name: take(name) for name in names}
    name = max(taken, key=lambda one: taken[one].median)
    return limited(f"{what} ({name})", taken[name], most)
