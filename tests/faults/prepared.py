"""The folders that every run of a campaign begins with."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from casedesk.casework import destruction, exchange_writing
from casedesk.casework.incidents import log_incident
from casedesk.records import Client, Matter
from casedesk.store import keys, schema
from casedesk.store.cabinet import DATABASE, Store
from casedesk.store.engine import open_engine
from tests.conftest import QUICK
from tests.faults.scenarios import contact

PHONE = Path(__file__).parents[1] / "data" / "phone" / "sms-mms.xml"


def prepare(folder: Path) -> Path:
    """A folder with a cabinet that has something of everything, and the files the scenarios take in."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(4):
        (folder / f"proof-{number}.txt").write_text(f"proof {number}" * 400, encoding="utf-8")
    shutil.copy(PHONE, folder / "sms.xml")
    with Store.create(folder / "other", "pass", who="tester", cost=QUICK)[0] as store:
        add_matter(store, "X-1", "陈某")
        exchange_writing.export(store, "X-1", folder / "matter.zip")
    shutil.rmtree(folder / "other")
    with Store.create(folder / "cabinet", "pass", who="tester", cost=QUICK)[0] as store:
        add_matter(store, "A-1", "林某")
        gone = add_matter(store, "D-1", "高某")
        with store.work() as session:
            session.get_one(Matter, gone).keep_until = dt.date(2020, 1, 1)
        destruction.ask(store, gone, "out of time")
        log_incident(store, contact(gone, 200), files=[folder / "proof-3.txt"])
        for number in range(100, 103):
            log_incident(store, contact(1, number), files=[folder / "proof-3.txt"] if number == 100 else [])
    return folder


def prepare_old(folder: Path, revision: str) -> Path:
    """A cabinet as the program of an earlier revision left it, empty of records."""
    key, _ = keys.create(folder / "cabinet", "pass", cost=QUICK)
    engine = open_engine(folder / "cabinet" / DATABASE, key.database)
    schema.migrate(engine, revision)
    engine.dispose()
    return folder


def add_matter(store: Store, ref: str, name: str) -> int:
    """A matter with its client; its id."""
    with store.work() as session:
        client = Client(name=name)
        session.add(client)
        session.flush()
        matter = Matter(ref=ref, name=f"{name} / 某银行", client_id=client.id)
        session.add(matter)
    return matter.id
