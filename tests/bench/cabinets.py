"""Cabinets of any number of incidents, made once a run and kept in its temporary folder."""

from __future__ import annotations

import atexit
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from casedesk.base import times
from casedesk.records import Client, Collector, Creditor, Incident, Matter
from casedesk.store import keys, search_rebuild
from casedesk.store.cabinet import Store
from casedesk.store.keys import CabinetKey, Cost
from tests.bench import corpus

PASSPHRASE = "bench 批量 2026"
_QUICK = Cost(8 * 1024, 1, 1)
_BLOCK = 10_000
BIG_MATTER = 100_000
"""The first matter's incidents, when there are as many; the others have 500 each."""


@dataclass(frozen=True)
class Cabinet:
    """A made cabinet; `matter_id` is the one with most incidents."""

    folder: Path
    key: CabinetKey
    matter_id: int

    def open(self) -> Store:
        """The cabinet opened."""
        return Store.open(self.folder, self.key, who="bench")


@cache
def run_folder() -> Path:
    """This run's folder, removed when it ends; CASEDESK_BENCH names one to keep what was made for the next run."""
    if kept := os.environ.get("CASEDESK_BENCH"):
        return Path(kept)
    folder = Path(tempfile.mkdtemp(prefix="casedesk-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def cabinet(incidents: int) -> Cabinet:
    """A cabinet with so many incidents; the same seed, so the same rows every time. A measure leaves it as it was."""
    place = run_folder() / f"cabinet-{incidents}"
    if place.exists():
        return Cabinet(place, keys.unlock(place, PASSPHRASE), 1)
    store, _ = Store.create(place, PASSPHRASE, who="bench", cost=_QUICK)
    with store:
        _people(store, incidents)
        with store.engine.begin() as connection:
            _fill(connection, incidents)
            search_rebuild.rebuild(connection)
        with store.engine.connect().execution_options(reading=True) as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return Cabinet(place, store.key, 1)


def _people(store: Store, incidents: int) -> None:
    """The matters with their clients, and the collectors of all."""
    dice = random.Random(7)
    with store.work() as session:
        clients = [Client(name=f"当事人{number}") for number in range(1, 2 + _small(incidents))]
        creditors = [Creditor(name=f"某银行第{number}支行") for number in range(1, 21)]
        session.add_all([*clients, *creditors])
        session.flush()
        session.add_all(Collector(name=f"催收公司{number}", creditor_id=dice.choice(creditors).id)
                        for number in range(1, 61))
        session.add_all(Matter(ref=f"2026-{number:04d}", name=f"{client.name} / 某银行", client_id=client.id)
                        for number, client in enumerate(clients, 1))


def _small(incidents: int) -> int:
    return -(-max(0, incidents - BIG_MATTER) // 500)


def _fill(connection: Connection, incidents: int) -> None:
    """Write the incidents as bare rows: every column as a saved one has it, what differs put in."""
    table = Incident.__tablename__
    names = [column.name for column in Incident.__table__.columns]
    pattern = _pattern(connection, names)
    marks = ", ".join("?" * len(names))
    rows = _rows(pattern, names, incidents)
    while block := list(islice(rows, _BLOCK)):
        connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", block)


def _pattern(connection: Connection, names: list[str]) -> list[Any]:
    """One incident as its columns are kept."""
    from sqlalchemy import insert

    connection.execute(insert(Incident.__table__), [{  # type: ignore[arg-type]
        "uuid": UUID(int=1), "matter_id": 1, "tags": [], "version": 1, "created_at": times.EPOCH, "created_by": "bench",
        "changed_at": times.EPOCH, "changed_by": "bench", "at": times.EPOCH}])
    kept = connection.exec_driver_sql(f"SELECT {', '.join(names)} FROM incident").one()
    connection.exec_driver_sql("DELETE FROM incident")
    return list(kept)


def _rows(pattern: list[Any], names: list[str], incidents: int) -> Iterator[tuple[Any, ...]]:
    place = {name: at for at, name in enumerate(names)}
    small = max(1, _small(incidents))
    for number, contact in enumerate(corpus.contacts(incidents), 1):
        row = list(pattern)
        big = incidents <= BIG_MATTER or number % (incidents // BIG_MATTER) == 0
        for name, value in (
                ("id", number), ("uuid", f"{number:032x}"), ("matter_id", 1 if big else 2 + number % small),
                ("at", contact.at), ("created_at", contact.at), ("changed_at", contact.at),
                ("number", contact.number), ("normal", contact.normal), ("words", contact.words),
                ("channel", contact.channel), ("duration", contact.duration), ("answered", contact.answered),
                ("reached", contact.reached), ("tags", contact.tags), ("collector_id", 1 + number * 7919 % 60)):
            row[place[name]] = value
        yield tuple(row)
