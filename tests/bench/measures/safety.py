"""A backup and a check of the whole cabinet against copying the same bytes."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from casedesk.base.files import sync_file
from casedesk.casework import sanity
from casedesk.casework.evidence import add_files
from casedesk.records import Client, Matter
from casedesk.store.cabinet import Store
from casedesk.store.keys import Cost
from casedesk.store.places import BackupPlace
from tests.bench import cabinets
from tests.bench.frame import Row

FILES, SIZE, LEAST = 64, 8 << 20, 200
"""How many files of which size, and the MB a second a check must read."""


def measure() -> Iterator[Row]:
    """Half a gigabyte of evidence."""
    folder = Path(tempfile.mkdtemp(dir=cabinets.run_folder()))
    try:
        yield from _measured(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measured(folder: Path) -> Iterator[Row]:
    store, _ = Store.create(folder / "cabinet", "pass", who="bench", cost=Cost(memory=64, passes=1, lanes=1))
    with store:
        with store.work() as session:
            client = Client(name="林某")
            session.add(client)
            session.flush()
            matter = Matter(ref="A-1", name="林某 / 某银行", client_id=client.id)
            session.add(matter)
        dice = random.Random(7)
        (folder / "in").mkdir()
        for number in range(FILES):
            (folder / "in" / f"{number}.bin").write_bytes(dice.randbytes(SIZE))
        add_files(store, matter.id, sorted((folder / "in").iterdir()))
        size = FILES * SIZE / 1e6
        started = time.perf_counter()
        for path in sorted((folder / "in").iterdir()):
            shutil.copyfile(path, folder / f"copy-{path.name}")
            sync_file(folder / f"copy-{path.name}")
        copied = size / (time.perf_counter() - started)
        started = time.perf_counter()
        assert sanity.run(store) == []
        checked = size / (time.perf_counter() - started)
        place = BackupPlace(folder / "place", store)
        place.prepare()
        rates = []
        for _ in range(2):
            started = time.perf_counter()
            place.take()
            rates.append(time.perf_counter() - started)
    yield Row(f"check of a cabinet with {size:.0f} MB of evidence", f"{checked:.0f} MB/s", target=f">= {LEAST} MB/s",
              met=checked >= LEAST, notes=(f"copying the same bytes to the disk: {copied:.0f} MB/s",))
    yield Row("  its first backup", f"{size / rates[0]:.0f} MB/s",
              notes=(f"the next one, nothing changed: {rates[1]:.2f} s",))
