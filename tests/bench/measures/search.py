"""Search among 1,000,000 incidents: any query of 1 to 6 characters, and that the hits are the right ones."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

from casedesk.store import search
from casedesk.store.cabinet import Store
from casedesk.store.search_text import normal
from tests.bench import cabinets
from tests.bench.frame import Row, Times, limited

INCIDENTS, QUERIES, CHECKED = 1_000_000, 2000, 60


def measure() -> Iterator[Row]:
    """First 100 hits; three fifths of the queries are cut from what was said, the others put together or invented."""
    made = cabinets.cabinet(INCIDENTS)
    with made.open() as store:
        texts = said(store)
        asked = list(queries(random.Random(5), texts))
        found = [seconds(first, store, words) for words in asked]
        yield limited("first 100 of 1,000,000 for a query of 1 to 6 characters", Times(tuple(found)), 0.010, share=0.95,
                      notes=[f"slowest: {asked[found.index(max(found))]}"])
        some = random.Random(6).sample(asked, CHECKED)
        wrong = [words for words in some if counted(store, words) != sum(held(words, text) for text in texts)]
        yield Row(f"hits equal to Python's `in` on all rows, {CHECKED} queries", f"{CHECKED - len(wrong)} equal",
                  target=f"{CHECKED}", met=not wrong, notes=tuple(wrong))
        yield Row("exact count, as the command line prints it",
                  str(Times(tuple(seconds(counted, store, words) for words in some))))


def said(store: Store) -> list[str]:
    """The normal text of every record."""
    with store.read() as session:
        return [str(text) for text in session.connection().exec_driver_sql("SELECT text FROM search_text").scalars()]


def queries(dice: random.Random, texts: list[str]) -> Iterator[str]:
    """Cut from texts; made of two texts' pieces, so mostly absent; digits; single characters."""
    for number in range(QUERIES):
        text, other = "".join(dice.choice(texts).split()), "".join(dice.choice(texts).split())
        length, here, there = dice.randrange(1, 7), dice.randrange(len(text)), dice.randrange(len(other))
        cut = text[here:here + length]
        if number % 5 == 3:
            cut = text[here:here + length // 2] + other[there:there + length - length // 2]
        elif number % 10 == 4:
            cut = str(dice.randrange(10**length))
        elif number % 10 == 9:
            cut = dice.choice("，。!?的你1e龑𠮷😡ß-")
        yield cut or "还"


def seconds(do: Callable[[Store, str], object], store: Store, words: str) -> float:
    """How long one query takes."""
    start = time.perf_counter()
    do(store, words)
    return time.perf_counter() - start


def first(store: Store, words: str) -> None:
    """The first 100 hits with their texts."""
    with store.read() as session:
        search.find(session, words)


def counted(store: Store, words: str) -> int:
    """How many hold the words."""
    with store.read() as session:
        return search.count(session, words)


def held(words: str, text: str) -> bool:
    """What the search promises."""
    return all(term in text for term in normal(words).split())
