"""The workbook of 100,000 incidents against openpyxl's write-only mode writing the same cells bare."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from casedesk.base.i18n import words
from casedesk.casework import documents
from casedesk.exports.workbook.rows import Styled
from casedesk.exports.workbook.tables import tables
from casedesk.store import keys
from casedesk.store.cabinet import Store
from tests.bench import cabinets
from tests.bench.frame import Row, Times, alone, compared

INCIDENTS, RUNS, MOST_MB, BLOCK = 100_000, 3, 300, 2000
_HERE = "tests.bench.measures.workbook"


def measure() -> Iterator[Row]:
    """Ours with all sheets, from opening the cabinet; the peer's time to read the cells from a file is taken off."""
    made = cabinets.cabinet(INCIDENTS)
    folder = cabinets.run_folder()
    cells, ours_out, peer_out = (folder / name for name in ("cells.pickle", "ours.xlsx", "peer.xlsx"))
    count = keep_cells(made.folder, cells)
    ours, peer, most = [], [], 0.0
    for _ in range(RUNS):
        written = alone(f"{_HERE}:ours", str(made.folder), str(made.matter_id), str(ours_out))
        bare = alone(f"{_HERE}:peer", str(cells), str(peer_out))
        ours.append(written.seconds)
        peer.append(bare.seconds - alone(f"{_HERE}:reading", str(cells)).seconds)
        most = max(most, written.peak_mb)
    sizes = f"{ours_out.stat().st_size / 1e6:.1f} MB; the peer's {peer_out.stat().st_size / 1e6:.1f} MB"
    yield compared(f"workbook of {INCIDENTS:,} incidents, {count:,} cells of theirs", Times(tuple(ours)),
                   Times(tuple(peer)), 1.5, notes=[sizes])
    yield Row("its most memory", f"{most:.0f} MB", target=f"<= {MOST_MB} MB", met=most <= MOST_MB)


def opened(folder: Path) -> Store:
    """The made cabinet."""
    return Store.open(folder, keys.unlock(folder, cabinets.PASSPHRASE), who="bench")


def ours(folder: str, matter_id: str, out: str) -> None:
    """The workbook as the program writes it."""
    with opened(Path(folder)) as store:
        documents.write_workbook(store, int(matter_id), Path(out), lang="zh")


def keep_cells(folder: Path, out: Path) -> int:
    """Keep the values of all cells of the incidents, block by block; returns how many there are."""
    count = 0
    with opened(folder) as store, documents.dossier(store, 1, "zh") as dossier, out.open("wb") as file:
        incidents = next(tables(dossier, words("zh"), {}))
        rows = ([_bare(column.value(record)) for column in incidents.columns] for record in incidents.records)
        while block := list(islice(rows, BLOCK)):
            count += sum(value is not None for row in block for value in row)
            pickle.dump(block, file)
    return count


def _bare(value: Any) -> Any:
    value = value.value if isinstance(value, Styled) else value
    return None if value == "" else value


def blocks(cells: str) -> Iterator[list[list[Any]]]:
    """The kept values."""
    with Path(cells).open("rb") as file:
        while True:
            try:
                yield pickle.load(file)
            except EOFError:
                return


def peer(cells: str, out: str) -> None:
    """The same cells, bare."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for block in blocks(cells):
        for row in block:
            sheet.append(row)
    workbook.save(out)


def reading(cells: str) -> None:
    """What the peer needs for reading the cells."""
    for _ in blocks(cells):
        pass
