"""Exhibits for tests: files in memory, PDFs drawn on the spot, pages looked at as pictures."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pypdfium2
from PIL import Image, ImageChops
from reportlab.pdfgen.canvas import Canvas

from casedesk.base.i18n import words
from casedesk.exports.exhibits.assembly import Assembled, Assembly
from casedesk.exports.exhibits.findings import Examined, Pages
from casedesk.exports.exhibits.kinds import ExhibitFile
from casedesk.exports.exhibits.preflight import examine
from casedesk.exports.pages import A4, Band

DATA = Path(__file__).parents[1] / "data"
SAY = words("en")


def exhibit(data: bytes, name: str = "exhibit", password: str | None = None, transcript: str = "") -> ExhibitFile:
    return ExhibitFile(
        key=name, title=name, file_name=name, size=len(data), sha256=hashlib.sha256(data).hexdigest(),
        open=lambda: io.BytesIO(data), password=password, transcript=transcript)


def looked(data: bytes, name: str = "exhibit", password: str | None = None) -> Examined:
    return examine(exhibit(data, name, password), SAY)


def made(data: bytes, name: str = "exhibit", password: str | None = None) -> Pages:
    found = looked(data, name, password)
    assert found.problem is None, found.problem
    return found.make(A4, SAY)


def assembled(files: Sequence[ExhibitFile]) -> tuple[Assembled, list[Examined]]:
    with Assembly(SAY) as assembly:
        found = assembly.examine(files)
        whole = assembly.assemble(found)
    whole.order(whole.pages)
    return whole, found


def saved(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, static_id=True)
    return out.getvalue()


def drawn(pages: int = 1, size: tuple[float, float] = (595.276, 841.89), *, linked: bool = False) -> pikepdf.Pdf:
    """A PDF with something that tells top from bottom and left from right on each page."""
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=size, invariant=1)
    for number in range(pages):
        canvas.setFillColorRGB(1, 0, 0)
        canvas.rect(size[0] * 0.1, size[1] * 0.8, size[0] * 0.3, size[1] * 0.1, fill=1)
        canvas.setFillColorRGB(0, 0, 1)
        canvas.rect(size[0] * 0.7, 0, size[0] * 0.1, size[1] * 0.1, fill=1)
        canvas.drawString(size[0] * 0.4, size[1] * 0.5, f"page {number + 1}")
        if linked:
            canvas.bookmarkPage(f"key{number}")
            canvas.addOutlineEntry(f"Part {number + 1}", f"key{number}", 0)
            canvas.linkAbsolute("", f"key{(number + 1) % pages}", (50, 700, 200, 720))
            canvas.linkURL("https://example.org/", (50, 600, 200, 620))
        canvas.showPage()
    canvas.save()
    made.seek(0)
    return pikepdf.open(made)


def picture(data: bytes, page: int = 0, scale: float = 0.5) -> Image.Image:
    """A page as a person sees it, marks included."""
    document = pypdfium2.PdfDocument(data)
    try:
        shown: Image.Image = document[page].render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
        return shown
    finally:
        document.close()


def above(seen: Image.Image, band: Band, page_height: float) -> Image.Image:
    """The page without its band."""
    return seen.crop((0, 0, seen.width, round(seen.height * (1 - band.height / page_height))))


def alike(one: Image.Image, other: Image.Image) -> bool:
    """The same picture but for a pixel at the edges of things."""
    other = other.resize(one.size)
    difference = ImageChops.difference(one.convert("L"), other.convert("L")).tobytes()
    return sum(value > 96 for value in difference) < one.width * one.height * 0.01


def height(page: pikepdf.Object) -> float:
    low, high = float(page["/MediaBox"][1]), float(page["/MediaBox"][3])
    return high - low
