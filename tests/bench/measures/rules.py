"""Conduct rules: after a save in a matter of 100,000, a hint while typing, all rules over 1,000,000 incidents."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

from casedesk.base import times
from casedesk.casework import findings
from casedesk.casework.case_facts import Reader
from casedesk.casework.incidents import log_incident
from casedesk.casework.records import delete
from casedesk.records import Incident, Matter
from casedesk.records.words import Channel
from casedesk.store.cabinet import Store
from tests.bench import cabinets, corpus
from tests.bench.frame import Row, Times, limited, timed

SAVES = 15


def measure() -> Iterator[Row]:
    """The cabinet is left with the findings of its matters; incidents saved here go to the trash again."""
    made = cabinets.cabinet(1_000_000)
    with made.open() as store:
        floor = timed(lambda: _read(store), 1)
        first = timed(lambda: findings.recheck_all(store), 1)
        yield limited("all rules over 1,000,000 incidents, findings kept, two processes beside", first, 30,
                      notes=[f"{first.median / floor.median:.1f}x reading the same columns ({floor})"])
        findings.recheck(store, made.matter_id)
        yield limited("findings after a save in a matter of 100,000", Times(tuple(_saved(store, made.matter_id))), 0.2)
        draft = _incident(made.matter_id, 3)
        findings.hint(store, made.matter_id, draft)
        yield limited("hint while typing in a matter of 100,000",
                      timed(lambda: findings.hint(store, made.matter_id, draft), SAVES), 0.02)


def _read(store: Store) -> None:
    with store.read() as session:
        matters = session.query(Matter).all()
        reader = Reader(session, [matter.id for matter in matters])
        for matter in matters:
            reader.contacts(matter.id, reader.facts(matter))


def _incident(matter_id: int, day: int) -> Incident:
    at = times.from_millis(corpus.END) - dt.timedelta(days=1 + day)
    return Incident(matter_id=matter_id, at=at, channel=Channel.CALL, number="13800000001", answered=True,
                    collector_id=1, duration=60)


def _saved(store: Store, matter_id: int) -> Iterator[float]:
    for day in range(SAVES):
        one = log_incident(store, _incident(matter_id, day))
        start = time.perf_counter()
        findings.refresh(store, matter_id)
        yield time.perf_counter() - start
        delete(store, Incident, one)
        findings.refresh(store, matter_id)
