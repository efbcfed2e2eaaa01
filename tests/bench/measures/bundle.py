"""A bundle of 500 PDFs, 300 screenshots and 30 photos against qpdf merely joining the same."""

from __future__ import annotations

import functools
import hashlib
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageDraw
from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy.orm import configure_mappers

from casedesk.base.i18n import words
from casedesk.exports import bundle
from casedesk.exports.exhibits import pdfs, pictures  # noqa: F401 - the program's start is not counted
from casedesk.records import Client, Evidence, Matter
from casedesk.records.dossier import Dossier
from tests.bench import cabinets
from tests.bench.frame import Alone, Row, Times, alone, compared

PDFS, PAGES, SCREENSHOTS, PHOTOS, RUNS = 500, 10, 300, 30, 5
MOST_MB = 300
JOIN = ("qpdf", "--empty", "--keep-files-open=y", "--compress-streams=n", "--object-streams=preserve", "--pages")


def measure() -> Iterator[Row]:
    """Each run of ours in a process of its own, in turn with qpdf."""
    folder = inputs()
    if shutil.which("qpdf") is None:
        return
    out = Path(tempfile.mkdtemp(dir=cabinets.run_folder()))
    ours: list[Alone] = []
    peer: list[float] = []
    for _ in range(RUNS):
        ours.append(alone(f"{__name__}:write", str(folder), str(out / "ours.pdf")))
        peer.append(alone(f"{__name__}:join", str(folder), str(out / "qpdf.pdf")).seconds)
    what = (f"bundle of {PDFS} PDFs x {PAGES} pages, {SCREENSHOTS} screenshots 1080x2400, {PHOTOS} photos 4000x3000; "
            "index, stamps, links, bookmarks")
    yield compared(what, Times(tuple(one.seconds for one in ours)), Times(tuple(peer)), 1.5,
                   notes=[f"peer: {' '.join(JOIN)}",
                          "ours: from the program started and the records read to the file flushed to the disk"])
    most = max(one.peak_mb for one in ours)
    yield Row("  its memory", f"{most:.0f} MB", target=f"<= {MOST_MB} MB", met=most <= MOST_MB)


@functools.cache
def inputs() -> Path:
    """The files, made once from a seed: 0000.pdf ... and 0500.jpg ..., each picture beside a PDF that holds it."""
    folder = cabinets.run_folder() / "bundle-inputs"
    if folder.exists():
        return folder
    part = folder.with_name("bundle-inputs.part")
    shutil.rmtree(part, ignore_errors=True)
    (part / "wrapped").mkdir(parents=True)
    for number in range(PDFS):
        _document(part / f"{number:04}.pdf", number)
    for number in range(PDFS, PDFS + SCREENSHOTS + PHOTOS):
        size = (1080, 2400) if number < PDFS + SCREENSHOTS else (4000, 3000)
        _picture(part / f"{number:04}.jpg", size, number)
        _wrap(part / f"{number:04}.jpg", part / "wrapped" / f"{number:04}.pdf", size)
    part.rename(folder)
    return folder


def _document(path: Path, seed: int) -> None:
    dice = random.Random(seed)
    rl_config.useA85 = 0  # packed as most programs pack their pages
    canvas = Canvas(str(path), invariant=1, pageCompression=1)
    for page in range(PAGES):
        for line in range(30):
            words = " ".join("".join(dice.choices("abcdefghijklmnopqrst", k=dice.randrange(2, 10))) for _ in range(11))
            canvas.drawString(60, 780 - line * 24, f"{words}"[:95])
        canvas.drawString(60, 40, f"document {seed} page {page + 1}")
        canvas.showPage()
    canvas.save()


def _picture(path: Path, size: tuple[int, int], seed: int) -> None:
    """Flat areas, letters and grain, so that it weighs what such a picture weighs."""
    dice = random.Random(seed)
    grain = Image.frombytes("L", (size[0] // 4, size[1] // 4), dice.randbytes((size[0] // 4) * (size[1] // 4)))
    picture = Image.blend(Image.new("RGB", size, (236, 238, 241)), grain.resize(size).convert("RGB"), 0.16)
    pen = ImageDraw.Draw(picture)
    for row in range(12):
        top = row * size[1] // 12
        pen.rectangle((40, top + 20, size[0] - 200, top + size[1] // 16), fill=(255, 255, 255))
        pen.text((60, top + 40), f"message {seed} {row}", fill="black")
    picture.save(path, "JPEG", quality=88)


def _wrap(picture: Path, path: Path, size: tuple[int, int]) -> None:
    scale = min(539 / size[0], 757 / size[1])
    canvas = Canvas(str(path), invariant=1, pageCompression=0)
    canvas.drawImage(str(picture), 28, 56, size[0] * scale, size[1] * scale)
    canvas.save()


configure_mappers()  # as a process that has started and opened a cabinet
words("zh")


def write(folder: str, out: str) -> Iterator[None]:
    """Ours: the whole bundle, from the records as a cabinet gives them (made before the yield) to the file."""
    evidence = [evidence_of(number, path) for number, path in enumerate(sorted(Path(folder).glob("0*.*")), 1)]
    paths = {one.id: Path(one.original_path) for one in evidence}
    client, matter = Client(name="林某"), Matter(client_id=1, ref="B-1", name="林某 / 某银行")

    def opened(one: Evidence) -> BinaryIO:
        return paths[one.id].open("rb")

    dossier = Dossier(
        matter=matter, client=client, incidents=(), incident_count=0, open_file=opened, evidence=evidence)
    yield
    bundle.write(dossier, Path(out))


def evidence_of(number: int, path: Path) -> Evidence:
    """A file as evidence, with all that its line in the index shows."""
    kind = "application/pdf" if path.suffix == ".pdf" else "image/jpeg"
    one = Evidence(
        matter_id=1, name=f"证据材料第{number}号", fact=f"待证事实{number // 100}", proves="催收机构频繁拨打电话。",
        file_name=path.name, original_path=str(path), media_type=kind, size=path.stat().st_size,
        sha256=hashlib.sha256(path.name.encode()).hexdigest())
    one.id = number
    return one


def join(folder: str, out: str) -> None:
    """The peer."""
    documents = sorted(Path(folder).glob("0*.pdf")) + sorted((Path(folder) / "wrapped").glob("*.pdf"))
    subprocess.run([*JOIN, *map(str, documents), "--", out], check=True)
