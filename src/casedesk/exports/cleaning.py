"""What is in a PDF and not seen on its pages: hidden words, descriptions, files, notes; found, masked or taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from casedesk.base.i18n import N_

if TYPE_CHECKING:
    import pikepdf

CARD = N_("Bank card no.")
_OF_FILE = frozenset((
    "/Type", "/Pages", "/Outlines", "/PageLabels", "/Lang", "/PageMode", "/ViewerPreferences", "/OpenAction",
    "/OCProperties", "/OutputIntents"))
_OF_PAGE = frozenset((
    "/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Contents", "/Annots",
    "/Group"))


class Found(NamedTuple):
    """A number in a text: its kind, and where it begins and ends."""

    kind: str
    start: int
    end: int


Find = Callable[[str], Sequence[Found]]


def tells_unseen(page: pikepdf.Page, find: Find) -> bool:
    """Whether a number is in what draws a page, and yet not in the text that can be read on it."""
    import pikepdf

    try:
        return bool(find("".join(_strings(pikepdf.parse_content_stream(page)))))
    except pikepdf.PdfError:  # what cannot be read may tell anything
        return True


def _strings(drawn: Iterable[Any]) -> Iterator[str]:
    """The texts in what draws a page; one array's belong together."""
    import pikepdf

    for instruction in drawn:
        for operand in getattr(instruction, "operands", ()):
            if isinstance(operand, pikepdf.String):
                yield f"{operand}\n"
            elif isinstance(operand, pikepdf.Array):
                yield "".join(str(one) for one in operand if isinstance(one, pikepdf.String)) + "\n"


def _without_comments(pdf: pikepdf.Pdf) -> None:
    """What draws pages and parts of them, without words that draw nothing."""
    import pikepdf

    for page in pdf.pages:
        page.contents_coalesce()
    drawing = [page.obj.Contents for page in pdf.pages if isinstance(page.obj.get("/Contents"), pikepdf.Stream)]
    forms = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == pikepdf.Name.Form]
    for stream in (*drawing, *forms):
        if b"%" in stream.read_bytes():
            stream.write(pikepdf.unparse_content_stream(pikepdf.parse_content_stream(stream)))


def clean(pdf: pikepdf.Pdf, find: Find) -> None:
    """Nothing stays but what shows the pages and leads to them; bookmarks and links lose the numbers in them."""
    import pikepdf

    pdf.remove_unreferenced_resources()
    _without_comments(pdf)
    for holder, kept in ((pdf.Root, _OF_FILE), *((page.obj, _OF_PAGE) for page in pdf.pages)):
        for key in set(holder.keys()) - kept:
            del holder[key]
    if isinstance(pdf.Root.get("/OpenAction"), pikepdf.Dictionary):
        del pdf.Root["/OpenAction"]
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for held in pdf.objects:
        _without(held, find)


def _without(held: pikepdf.Object, find: Find) -> None:
    """An object and what is written within it, without descriptions and files of its own, its strings masked."""
    import pikepdf

    if isinstance(held, pikepdf.Array):
        inner: list[Any] = list(range(len(held)))
    elif isinstance(held, pikepdf.Dictionary | pikepdf.Stream):
        for key in ("/Metadata", "/PieceInfo", "/AF"):
            if key in held:
                del held[key]
        inner = list(held.keys())
    else:
        return
    for at in inner:
        value = held[at]
        if isinstance(value, pikepdf.String):
            text = str(value)
            if find(text):
                held[at] = pikepdf.String(masked(text, find))
        elif isinstance(value, pikepdf.Object) and not value.is_indirect:
            _without(value, find)


def masked(text: str, find: Find) -> str:
    """The text with all but the last four signs of each number as stars."""
    signs = list(text)
    for one in find(text):
        for place in range(one.start, max(one.start, one.end - 4)):
            signs[place] = "*"
    return "".join(signs)
