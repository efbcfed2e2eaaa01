"""The chronology of 100,000 incidents in Chinese, as a whole bundle; and whether it grows in line with them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from casedesk.base import times
from casedesk.exports import bundle
from casedesk.records import Client, Evidence, Incident, Matter
from casedesk.records.dossier import Dossier
from casedesk.records.words import Channel
from tests.bench import cabinets, corpus
from tests.bench.frame import Row, Times, alone, limited

INCIDENTS, RUNS, SECONDS, MOST_MB = 100_000, 3, 15.0, 300


def measure() -> Iterator[Row]:
    """Each run in a process of its own, with the incidents made on the way."""
    out = Path(tempfile.mkdtemp(dir=cabinets.run_folder()))
    whole = [alone(f"{__name__}:write", str(INCIDENTS), str(out / "all.pdf")) for _ in range(RUNS)]
    tenth = [alone(f"{__name__}:write", str(INCIDENTS // 10), str(out / "tenth.pdf")) for _ in range(RUNS)]
    took = Times(tuple(one.seconds for one in whole))
    yield limited(f"chronology of {INCIDENTS:,} incidents in Chinese", took, SECONDS,
                  notes=["with counting and statistics; about 35 characters each, made on the way"])
    most = max(one.peak_mb for one in whole)
    yield Row("  its memory", f"{most:.0f} MB", target=f"<= {MOST_MB} MB", met=most <= MOST_MB)
    growth = took.median / Times(tuple(one.seconds for one in tenth)).median
    yield Row("  growth from a tenth of them", f"{growth:.1f}x", target="<= 12x (linear)", met=growth <= 12)


def write(count: str, out: str) -> None:
    """A bundle of so many incidents without evidence."""
    def opened(_: Evidence) -> BinaryIO:
        raise AssertionError("there is none")

    made = Dossier(
        matter=Matter(client_id=1, ref="C-1", name="林某 / 某银行"), client=Client(name="林某"),
        incidents=_Said(int(count)), incident_count=int(count), open_file=opened)
    bundle.write(made, Path(out))


class _Said:
    """Incidents made anew each time they are walked."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __iter__(self) -> Iterator[Incident]:
        for number, contact in enumerate(corpus.contacts(self._count, seed=5), 1):
            one = Incident(
                matter_id=1, at=times.from_millis(contact.at), number=contact.number, normal=contact.normal,
                words=contact.words, channel=Channel(contact.channel), duration=contact.duration)
            one.id = number
            yield one
