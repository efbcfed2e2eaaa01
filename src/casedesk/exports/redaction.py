"""True redaction of a PDF: a page that shows a number becomes a picture with the place blacked out.

Nothing of the page's text, fonts or drawing is left below it. The result is read back and rendered before it is given.
"""

from __future__ import annotations

import ctypes
import io
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from casedesk.base.errors import DocumentError
from casedesk.base.files import whole_file
from casedesk.base.i18n import N_, tr
from casedesk.exports.cleaning import Find, clean, tells_unseen
from casedesk.exports.columns import Hit, Reading

if TYPE_CHECKING:
    import pikepdf
    import pypdfium2
    from PIL.Image import Image

DPI = 200
_PAD, _ABOUT = 1.5, 0.75
_BLUR, _DARK = 8, 40
_PICTURE = 0.3
"""From this part of the page on, a picture may show what cannot be read as text."""


class Withheld(NamedTuple):
    """What was blacked out on a page, counted from 1."""

    page: int
    kind: str
    tail: str


Area = tuple[float, float, float, float]
"""Left, top, right and bottom as parts of a page as it is looked at."""


class Treatment(NamedTuple):
    """What is done to a page besides: it becomes a picture with areas blacked out, or lines stand in its place."""

    areas: Sequence[Area] = ()
    instead: Sequence[str] = ()
    unsure: Sequence[str] = ()
    """Lines that stand in its place only where a number is found in the text of a picture: a recognised text may lie
    beside what the picture shows, and nobody has looked."""


class Redacted(NamedTuple):
    withheld: list[Withheld]
    pictures: list[int]
    """Pages with pictures, whose content no program has read: a person must look at them."""


Box = tuple[float, float, float, float]


_UNTREATED: Mapping[int, Treatment] = MappingProxyType({})


def redact(
    source: Path, out: Path, find: Find, treated: Mapping[int, Treatment] = _UNTREATED,
) -> Redacted:
    """Write `source` to `out` without what `find` finds; DocumentError when anything of it could still be read.

    `treated` says, by page from 0, what is done to a page besides. A picture that lies on several pages stays in the
    file unless all of them are treated.
    """
    import pikepdf
    import pypdfium2

    withheld: list[Withheld] = []
    pictures: list[int] = []
    found = _found(source, find)
    blacked: dict[int, list[Box]] = {}
    marked: dict[int, list[Box]] = {}
    document = pypdfium2.PdfDocument(source)
    try:
        with pikepdf.open(source) as pdf:
            for number, page in enumerate(document):
                treatment = treated.get(number)
                if _drop_notes(pdf.pages[number].obj):
                    withheld.append(Withheld(number + 1, N_("Notes and marks"), ""))
                here = found[number]
                if treatment is not None and treatment.unsure:
                    unsure = here if _shows_pictures(page, _PICTURE) else []
                    withheld += [Withheld(number + 1, hit.kind, _tail(hit.text)) for hit in unsure]
                    treatment = Treatment(instead=treatment.unsure) if unsure else None
                if treatment is not None and treatment.instead:
                    _say_instead(pdf, number, treatment.instead)
                    continue
                unseen = not here and treatment is None and tells_unseen(pdf.pages[number], find)
                if here or unseen or treatment is not None:
                    boxes = blacked[number] = [box for hit in here for box in _boxes(page, hit.places)]
                    areas = marked[number] = [_whole(page, area) for area in treatment.areas] if treatment else []
                    _replace(pdf, number, _picture(page, [*boxes, *areas]))
                    withheld += [Withheld(number + 1, hit.kind, _tail(hit.text)) for hit in here]
                if treatment is None and (unseen or _shows_pictures(page, _PICTURE)):
                    pictures.append(number + 1)
            clean(pdf, find)
            with whole_file(out, error=DocumentError) as part:
                pdf.save(part, deterministic_id=True)
                _prove(part, find, blacked, marked)
    finally:
        document.close()
    return Redacted(withheld, pictures)


def _found(source: Path, find: Find) -> dict[int, list[Hit]]:
    """What is found on each page, from 0; also what is broken over the end of one."""
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    found: dict[int, list[Hit]] = {}
    try:
        before: Reading | None = None
        for number, page in enumerate(document):
            reading = Reading(page)
            found[number] = reading.hits(find)
            for parts in before.over(reading, find) if before is not None else ():
                for place, part in zip((number - 1, number), parts, strict=True):
                    if part not in found[place]:
                        found[place].append(part)
            before = reading
    finally:
        document.close()
    return found


def _tail(text: str) -> str:
    """The last four digits or letters."""
    return "".join(filter(str.isalnum, text))[-4:]


def _boxes(page: pypdfium2.PdfPage, places: Sequence[int]) -> Iterator[Box]:
    """Where signs stand on the page's picture, one box a sign; wider on a scan, whose text lies only about there."""
    read, scanned = page.get_textpage(), _shows_pictures(page, _PICTURE)
    for place in places:
        left, bottom, right, top = read.get_charbox(place, loose=True)
        pad = max(_PAD, _ABOUT * max(right - left, top - bottom)) if scanned else _PAD
        yield _on_picture(page, (left - pad, bottom - pad, right + pad, top + pad))


def _picture(page: pypdfium2.PdfPage, boxes: Sequence[Box]) -> Image:
    """The page as it looks, the boxes black."""
    from PIL import ImageDraw

    image: Image = page.render(scale=DPI / 72, draw_annots=False).to_pil().convert("RGB")
    pen = ImageDraw.Draw(image)
    for box in boxes:
        pen.rectangle(box, fill="black")
    return image


def _whole(page: pypdfium2.PdfPage, area: Area) -> Box:
    """An area, in pixels of the page's picture, never smaller than what was marked."""
    width, height = page.get_width() * DPI / 72, page.get_height() * DPI / 72
    left, top, right, bottom = area
    return (math.floor(left * width), math.floor(top * height), math.ceil(right * width), math.ceil(bottom * height))


def _on_picture(page: pypdfium2.PdfPage, box: Box) -> Box:
    """A box of the page, in points, in pixels of its picture, whatever way the page is turned and cropped."""
    from pypdfium2 import raw

    width, height = round(page.get_width() * DPI / 72), round(page.get_height() * DPI / 72)
    xs, ys = [], []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, across, down)
        xs.append(across.value)
        ys.append(down.value)
    return min(xs), min(ys), max(xs), max(ys)


def _replace(pdf: pikepdf.Pdf, number: int, image: Image) -> None:
    """The page's own content gives way to the picture; its links stay where the page is upright."""
    from pikepdf import Array, Dictionary, Name

    page = pdf.pages[number].obj
    box = [float(value) for value in pdf.pages[number].cropbox]
    upright = not int(page.get("/Rotate", 0))
    width, height = (box[2] - box[0], box[3] - box[1]) if upright else (
        image.width * 72 / DPI, image.height * 72 / DPI)
    x, y = (box[0], box[1]) if upright else (0.0, 0.0)
    links = [one for one in page.get("/Annots", Array()) if one.get("/Subtype") == Name.Link] if upright else []
    held = io.BytesIO()
    image.save(held, "JPEG", quality=90)
    shown = pdf.make_stream(held.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=image.width,
                            Height=image.height, ColorSpace=Name.DeviceRGB, BitsPerComponent=8, Filter=Name.DCTDecode)
    parent = page.Parent
    for key in list(page.keys()):
        del page[key]
    page.update({
        "/Type": Name.Page, "/Parent": parent, "/MediaBox": Array([x, y, x + width, y + height]),
        "/Resources": Dictionary(XObject=Dictionary(Im0=shown)), "/Annots": Array(links),
        "/Contents": pdf.make_stream(f"q {width:.3f} 0 0 {height:.3f} {x:.3f} {y:.3f} cm /Im0 Do Q".encode())})


def _drop_notes(page: pikepdf.Object) -> bool:
    """Take off a page what lies on it but links: no program reads what a note or stamp shows; says if there was any."""
    from pikepdf import Array, Name

    there = list(page.get("/Annots", Array()))
    links = [one for one in there if one.get("/Subtype") == Name.Link]
    if len(links) < len(there):
        page.Annots = Array(links)
    return len(links) < len(there)


def picture_pages(source: Path) -> dict[int, tuple[int, int]]:
    """The pages, from 0, that show a picture of any size, with the page's width and height in points."""
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    try:
        return {number: (round(page.get_width()), round(page.get_height())) for number, page in enumerate(document)
                if _shows_pictures(page, 0)}
    finally:
        document.close()


def pages_where(source: Path, doubt: Callable[[str], bool]) -> list[int]:
    """The pages, from 1, whose text raises a doubt."""
    import pypdfium2

    document = pypdfium2.PdfDocument(source)
    try:
        return [number for number, page in enumerate(document, 1) if doubt(page.get_textpage().get_text_range())]
    finally:
        document.close()


def _say_instead(pdf: pikepdf.Pdf, number: int, lines: Sequence[str]) -> None:
    """The page gives way to lines of text; its size and number stay."""
    import pikepdf
    from pikepdf import Array, Name

    from casedesk.base.fonts import HEI
    from casedesk.exports import pages as kit

    page = pdf.pages[number].obj
    box = [float(value) for value in pdf.pages[number].cropbox]
    width, height = box[2] - box[0], box[3] - box[1]
    if int(page.get("/Rotate", 0)) % 180:
        width, height = height, width
    held = io.BytesIO()
    canvas = kit.new_canvas(held, kit.Paper(width, height))
    y = height * 0.6
    for piece in (piece for line in lines for piece in kit.wrap(line, HEI, 12, width * 0.8)):
        kit.draw(canvas, (width / 2, y), piece, HEI, 12, align="centre")
        y -= 20
    canvas.showPage()
    canvas.save()
    with pikepdf.open(held) as made:
        drawn = pdf.copy_foreign(made.pages[0].obj)
    parent = page.Parent
    for key in list(page.keys()):
        del page[key]
    page.update({"/Type": Name.Page, "/Parent": parent, "/MediaBox": Array([0, 0, width, height]),
                 "/Resources": drawn.Resources, "/Contents": drawn.Contents})


def _shows_pictures(page: pypdfium2.PdfPage, least: float) -> bool:
    """Whether a page shows a picture of such a part of it, or signs whose meaning the file does not tell."""
    from pypdfium2 import raw

    read = page.get_textpage()
    if any(raw.FPDFText_HasUnicodeMapError(read, place) == 1 for place in range(read.count_chars())):
        return True
    whole = page.get_width() * page.get_height()
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=5):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) > least * whole:
            return True
    return False


def _prove(path: Path, find: Find, blacked: dict[int, list[Box]], marked: dict[int, list[Box]]) -> None:
    """Read the result back: no number in any page's text or bookmark, and every box is black to the eye."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        for number, page in enumerate(document):
            if Reading(page).hits(find) or (number in blacked and not (
                    _all_black(page, blacked[number]) and _filled(page, marked[number]))):
                raise DocumentError(tr("Page {page} could not be redacted.", page=number + 1),
                                    tr("Leave the document out of this copy."))
        if any(find(item.get_title()) for item in document.get_toc()):
            raise DocumentError(tr("A bookmark could not be redacted."), tr("Leave the document out of this copy."))
    finally:
        document.close()


def _filled(page: pypdfium2.PdfPage, areas: Sequence[Box]) -> bool:
    """Whether nothing shows within the areas, but for the edge that a JPEG blurs."""
    image = page.render(scale=DPI / 72).to_pil().convert("L")
    for left, top, right, bottom in areas:
        edge = min(_BLUR, (right - left) / 4, (bottom - top) / 4)
        inner = image.crop((int(left + edge), int(top + edge), int(right - edge) + 1, int(bottom - edge) + 1))
        if inner.getextrema()[1] > _DARK:
            return False
    return True


def _all_black(page: pypdfium2.PdfPage, boxes: Sequence[Box]) -> bool:
    image = page.render(scale=DPI / 72).to_pil().convert("L")
    for left, top, right, bottom in boxes:
        if right < 0 or bottom < 0 or left > image.width or top > image.height:  # beside the page: it is not shown
            continue
        across = (max(0.0, left) + min(image.width - 1.0, right)) / 2  # the middle of what is on the page
        middle = int(across), int((max(0.0, top) + min(image.height - 1.0, bottom)) / 2)
        shade = image.getpixel(middle)
        if not isinstance(shade, int | float) or shade > _DARK:
            return False
    return True
