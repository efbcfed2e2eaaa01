"""Form entries and framed media become part of what the page draws, as they look now."""

from __future__ import annotations

import io
import re

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

from casedesk.base.fonts import SONG
from casedesk.exports import pages as kit

_HIDDEN = 2 | 32
_MANY_LINES, _SECRET = 1 << 12, 1 << 13
_SIZE = re.compile(r"([\d.]+)\s+Tf")
_PARENTS_AT_MOST = 20


class Flattening:
    """Turns the widgets of one document into drawings."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        form = pdf.Root.get("/AcroForm")
        self._stale = isinstance(form, Dictionary) and bool(form.get("/NeedAppearances", False))
        self._style = str(form.get("/DA", "")) if isinstance(form, Dictionary) else ""
        self._count = 0

    def drawn(self, page: Object, annotation: Dictionary, turned: int) -> bytes:
        """The instructions that draw it, in the page's own units; nothing for what is hidden or has no look."""
        if _whole(annotation.get("/F")) & _HIDDEN:
            return b""
        self._write_entry(annotation)
        seen = pikepdf.Annotation(annotation)
        look = seen.get_appearance_stream(Name.N)
        if not isinstance(look, Stream):
            return b""
        self._count += 1
        name = Name(f"/CdF{self._count}")
        self._resources(page)[str(name)] = look
        return seen.get_page_content_for_appearance(name, turned) + b"\n"

    def _resources(self, page: Object) -> Object:
        resources = page.get("/Resources")
        if not isinstance(resources, Dictionary):
            page["/Resources"] = resources = Dictionary()
        if not isinstance(resources.get("/XObject"), Dictionary):
            resources["/XObject"] = Dictionary()
        return resources["/XObject"]

    def _write_entry(self, annotation: Dictionary) -> None:
        """Draw the entry of a text or choice field where the file leaves that to the reader."""
        if annotation.get("/Subtype") != Name.Widget or _of_field(annotation, "/FT") not in {Name.Tx, Name.Ch}:
            return
        look = annotation.get("/AP")
        if not self._stale and isinstance(look, Dictionary) and isinstance(look.get("/N"), Stream):
            return
        text = _entry(annotation)
        box = annotation.get("/Rect")
        if text and isinstance(box, Array) and len(box) == 4:
            annotation["/AP"] = Dictionary(N=self._written(text, annotation, [float(value) for value in box]))

    def _written(self, text: str, annotation: Dictionary, box: list[float]) -> Stream:
        width, height = abs(box[2] - box[0]), abs(box[3] - box[1])
        flags = _whole(_of_field(annotation, "/Ff"))
        if flags & _SECRET:
            text = "*" * len(text)
        style = _SIZE.search(str(_of_field(annotation, "/DA") or self._style))
        size = float(style[1]) if style else 0.0
        with pikepdf.open(_entry_page(text, width, height, size, many=bool(flags & _MANY_LINES))) as drawn:
            return self._pdf.copy_foreign(drawn.make_indirect(drawn.pages[0].as_form_xobject()))  # type: ignore[return-value]


def _entry_page(text: str, width: float, height: float, size: float, *, many: bool) -> io.BytesIO:
    """A page of the field's size with its entry."""
    made = io.BytesIO()
    canvas = kit.new_canvas(made, kit.Paper(max(width, 1), max(height, 1), 0))
    size = size or (min(10.0, height * 0.7) if many else min(12.0, height * 0.7))
    if not many:
        wide = kit.width_of(text, SONG, size)
        size *= min(1.0, (width - 4) / wide) if wide > 0 and width > 4 else 1.0
        kit.draw(canvas, (2, (height - size) / 2 + size * 0.2), text, SONG, size)
    else:
        lines = kit.wrap(text, SONG, size, max(width - 4, size))
        while len(lines) * size * 1.25 > height and size > 4:
            size *= 0.9
            lines = kit.wrap(text, SONG, size, max(width - 4, size))
        for number, line in enumerate(lines):
            kit.draw(canvas, (2, height - size * 1.25 * (number + 1)), line, SONG, size)
    canvas.save()
    made.seek(0)
    return made


def _of_field(annotation: Dictionary, key: str) -> Object | None:
    """A field's attribute, from the fields above it where it has none."""
    node: Object | None = annotation
    for _ in range(_PARENTS_AT_MOST):
        if not isinstance(node, Dictionary):
            break
        if key in node:
            return node[key]
        node = node.get("/Parent")
    return None


def _entry(annotation: Dictionary) -> str:
    value = _of_field(annotation, "/V")
    if isinstance(value, Array):
        return ", ".join(str(item) for item in value)
    if isinstance(value, Stream):
        return value.read_bytes().decode("utf-8", "replace")
    return str(value).replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, String) else ""


def _whole(found: Object | int | None) -> int:
    try:
        return int(found) if found is not None else 0
    except (TypeError, ValueError):
        return 0
