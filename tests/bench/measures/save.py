"""One durable incident save through casework against a bare insert of the same row."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from casedesk.base import times
from casedesk.casework.incidents import log_incident
from casedesk.records import Incident
from casedesk.store.cabinet import DATABASE
from casedesk.store.engine import connect
from tests.bench import cabinets, corpus
from tests.bench.frame import Row, compared, turns

INCIDENTS, RUNS = 100_000, 400
WHAT = "durable incident save through casework (audit, search index, source)"


def measure() -> Iterator[Row]:
    """The save in a cabinet that holds incidents already."""
    made = cabinets.cabinet(INCIDENTS)
    with made.open() as store:
        said = corpus.contacts(10 * RUNS, seed=99)
        row = bare_row(made)
        marks = ", ".join("?" * len(row))
        bare = connect(Path(tempfile.mkdtemp(dir=cabinets.run_folder())) / "bare.db", bytes(32))
        columns = ", ".join(f"{name} INTEGER PRIMARY KEY" if name == "id" else name for name in row)
        bare.execute(f"CREATE TABLE incident ({columns})")
        numbers = count(1)

        def ours() -> None:
            contact = next(said)
            log_incident(store, Incident(
                matter_id=made.matter_id, at=times.from_millis(contact.at), number=contact.number,
                words=contact.words, duration=contact.duration))

        def peer() -> None:
            contact = next(said)
            values = row | {"id": next(numbers), "at": contact.at, "number": contact.number, "words": contact.words,
                            "normal": contact.normal, "duration": contact.duration}
            bare.execute("BEGIN")
            bare.execute(f"INSERT INTO incident VALUES ({marks})", tuple(values.values()))
            bare.execute("COMMIT")

        there = connect(made.folder / DATABASE, store.key.database)

        def same_table() -> None:
            contact = next(said)
            values = row | {"id": None, "uuid": uuid.uuid4().hex, "at": contact.at, "number": contact.number,
                            "words": contact.words, "normal": contact.normal, "duration": contact.duration}
            there.execute("BEGIN IMMEDIATE")
            there.execute(f"INSERT INTO incident VALUES ({marks})", tuple(values.values()))
            there.execute("COMMIT")

        for _ in range(20):
            ours()
            peer()
            same_table()
        saved, kept = turns(ours, same_table, RUNS)
        yield compared(f"{WHAT}, {INCIDENTS:,} there", saved, kept, 4,
                       notes=["peer: sqlcipher3 INSERT of the same row into the same table, WAL, synchronous=FULL"])
        saved, inserted = turns(ours, peer, RUNS)
        bare.close()
        there.close()
    yield Row(f"{WHAT}, for comparison", str(saved), str(inserted), f"{saved.median / inserted.median:.2f}x",
              notes=("peer: the same INSERT into an empty table without any index",))


def bare_row(made: cabinets.Cabinet) -> dict[str, Any]:
    """An incident's columns as they are kept."""
    with made.open() as store, store.engine.connect() as connection:
        return dict(connection.exec_driver_sql("SELECT * FROM incident LIMIT 1").mappings().one())
