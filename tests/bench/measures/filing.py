"""What is filed: the bench bundle signed and stamped, a bundle of a thousand pages; with --slow one of 50,000."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import BinaryIO

from casedesk.exports import archive, bundle, signing
from casedesk.records import Client, Evidence, Matter
from casedesk.records.dossier import Dossier
from tests.authority import PASSPHRASE, Authority, certificate_file, running
from tests.bench import cabinets
from tests.bench.frame import Row, Times, alone, limited, timed
from tests.bench.measures.bundle import PAGES, PDFS, evidence_of, inputs, write

RUNS, SIGNED_IN = 5, 5.0
THOUSAND = (80, 200)
"""PDFs of ten pages, and screenshots."""
MANY, FEWER, GROWTH, FLAT = 50_000, 10_000, 12.0, 1.5


def measure() -> Iterator[Row]:
    """Inputs as for the bundle; the time-stamp authority is the tests' own, on this machine."""
    folder, out = inputs(), cabinets.run_folder() / "filing"
    out.mkdir(exist_ok=True)
    yield _signing(folder, out)
    yield from _thousand(folder, out)
    if "--slow" in sys.argv:
        yield from _many(folder, out)


def _signing(folder: Path, out: Path) -> Row:
    for _ in write(str(folder), str(out / "bundle.pdf")):
        pass
    signer = signing.certificate(certificate_file(out / "firm.p12"), PASSPHRASE)
    with running(Authority()) as url:
        server = signing.Server(url)
        took = timed(lambda: signing.sign(out / "signed.pdf", signer, reason="As filed", server=server), RUNS,
                     before=lambda: shutil.copyfile(out / "bundle.pdf", out / "signed.pdf"))
    size = (out / "bundle.pdf").stat().st_size / 1e6
    return limited("that bundle signed and time-stamped (PAdES B-T)", took, SIGNED_IN,
                   notes=[f"{size:.0f} MB; RSA 2048 from a .p12; flushed to the disk; the authority answers at once"])


def _thousand(folder: Path, out: Path) -> Iterator[Row]:
    """No vendor has published a figure, so there is no target."""
    runs = [alone(f"{__name__}:thousand", str(folder), str(out / "thousand.pdf")) for _ in range(RUNS)]
    took, most = Times(tuple(one.seconds for one in runs)), max(one.peak_mb for one in runs)
    documents, pictures = THOUSAND
    yield Row("bundle of 1,000 pages of exhibits", f"{took}; {most:.0f} MB of memory", notes=(
        (f"{documents} PDFs of {PAGES} pages and {pictures} screenshots 1080x2400, read from the disk; cover, index, "
        "stamps, links and bookmarks, flushed to the disk; each run in a process of its own, its start not counted"),))
    kept = timed(lambda: archive.keep(out / "thousand.pdf"), 1)
    yield Row("  examining it for PDF/A and writing the mark", str(kept), notes=(
        "its PDFs use a typeface that is not embedded, so it stays plain; done for a package alone",))


def _many(folder: Path, out: Path) -> Iterator[Row]:
    whole, fewer, tenth = (min((alone(f"{__name__}:many", str(folder), str(out / "many.pdf"), str(pages))
                                for _ in range(2)), key=lambda run: run.seconds) for pages in (MANY, FEWER, MANY // 10))
    growth = whole.seconds / tenth.seconds
    yield Row(f"bundle of {MANY:,} pages against a tenth of them", f"{whole.seconds:.0f} s", f"{tenth.seconds:.1f} s",
              f"{growth:.1f}x", f"<= {GROWTH:g}x (linear)", growth <= GROWTH,
              notes=(f"the {PDFS} PDFs of {PAGES} pages over and over, as exhibits apart; the faster of two runs",))
    yield Row(f"  against one of {FEWER:,}", f"{whole.seconds:.0f} s", f"{fewer.seconds:.1f} s",
              f"{whole.seconds / fewer.seconds:.1f}x", notes=(
                  "put together in sections too; up to 6,000 pages are one piece, which is quicker a page",))
    ratio = whole.peak_mb / tenth.peak_mb
    yield Row("  its memory", f"{whole.peak_mb:.0f} MB", f"{tenth.peak_mb:.0f} MB", f"{ratio:.1f}x",
              f"<= {FLAT:g}x (flat)", ratio <= FLAT)


def thousand(folder: str, out: str) -> None:
    """The bundle of a thousand pages."""
    documents, pictures = THOUSAND
    paths = [*sorted(Path(folder).glob("0*.pdf"))[:documents], *sorted(Path(folder).glob("0*.jpg"))[:pictures]]
    _write(paths, Path(out))


def many(folder: str, out: str, pages: str) -> None:
    """A bundle of so many pages of PDFs."""
    _write(list(islice(cycle(sorted(Path(folder).glob("0*.pdf"))), int(pages) // PAGES)), Path(out))


def _write(paths: list[Path], out: Path) -> None:
    kept = [evidence_of(number, path) for number, path in enumerate(paths, 1)]

    def opened(one: Evidence) -> BinaryIO:
        return Path(one.original_path).open("rb")

    bundle.write(Dossier(
        matter=Matter(client_id=1, ref="B-1", name="林某 / 某银行"), client=Client(name="林某"), incidents=(),
        incident_count=0, open_file=opened, evidence=kept), out)
