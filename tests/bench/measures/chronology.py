"""The chronology of 100,000 incidents in Chinese, from the cabinet to a bundle; and whether it grows with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from casedesk.casework import documents
from tests.bench import cabinets
from tests.bench.frame import Row, Times, alone, limited
from tests.bench.measures.workbook import opened

INCIDENTS, RUNS, SECONDS, MOST_MB = 100_000, 3, 15.0, 300


def measure() -> Iterator[Row]:
    """Each run in a process of its own, from opening the cabinet."""
    out = str(cabinets.run_folder() / "chronology.pdf")
    folders = [str(cabinets.cabinet(count).folder) for count in (INCIDENTS, INCIDENTS // 10)]
    whole, tenth = ([alone(f"{__name__}:write", folder, out) for _ in range(RUNS)] for folder in folders)
    took = Times(tuple(one.seconds for one in whole))
    yield limited(f"chronology of {INCIDENTS:,} incidents in Chinese", took, SECONDS,
                  notes=["with counting and statistics, read from the cabinet; about 35 characters each"])
    most = max(one.peak_mb for one in whole)
    yield Row("  its memory", f"{most:.0f} MB", target=f"<= {MOST_MB} MB", met=most <= MOST_MB)
    growth = took.median / Times(tuple(one.seconds for one in tenth)).median
    yield Row("  growth from a tenth of them", f"{growth:.1f}x", target="<= 12x (linear)", met=growth <= 12)


def write(folder: str, out: str) -> None:
    """A bundle of the biggest matter, without evidence."""
    with opened(Path(folder)) as store:
        documents.write_bundle(store, 1, Path(out), profile="cn-court", lang="zh")
