"""Pages set upright, in sensible size, with a band at the foot; links, marks and form entries move with them."""

from __future__ import annotations

import pikepdf
from pikepdf import Array, Dictionary, Matrix, Name, Object, Stream

from casedesk.exports.exhibits.active import annotations_of, calm, calm_annotation, is_flattened
from casedesk.exports.exhibits.boxes import Box, Family
from casedesk.exports.exhibits.contents import Look, Sheet
from casedesk.exports.exhibits.drawing import as_drawing, streams_of
from casedesk.exports.exhibits.forms import Flattening
from casedesk.exports.exhibits.places import Place, Places
from casedesk.exports.pages import BAND, Band, Paper, band_scale

_GROWN_AT_MOST = 4.0
_POINTS = ("/QuadPoints", "/L", "/CL", "/Vertices")


class Standing:
    """Sets the pages of one document upright, in the document itself; it is a copy of the evidence, never the file."""

    def __init__(self, pdf: pikepdf.Pdf, look: Look, paper: Paper) -> None:
        self.pdf, self.sheets, self._alike = pdf, look.sheets, look.alike
        self.places = Places(pdf)
        self.flattening = Flattening(pdf)
        self.matrices = {number: placing(sheet, paper) for number, sheet in enumerate(look.sheets) if not sheet.plain}
        self._moved: set[tuple[int, int]] = set()
        self._areas: dict[Sheet, tuple[Array, Band]] = {}
        self._family = Family(pdf)
        self._resources: dict[int, Object] = {}

    def stand(self) -> list[Band]:
        """Do it; answers with the band of each page."""
        pages = [page.obj for page in self.pdf.pages]
        return [self._page(page, number, sheet)
                for number, (page, sheet) in enumerate(zip(pages, self.sheets, strict=True))]

    def spot(self, place: Place) -> Place:
        """Where a place is after the pages were set upright; the top of the page where none was named."""
        matrix, sheet = self.matrices.get(place.page), self.sheets[place.page]
        if matrix is None:
            return place if place.top is not None else Place(place.page, place.left, sheet.box.y1)
        if place.left is None or place.top is None:
            return Place(place.page, None, _around(list(sheet.box), matrix)[3])
        return Place(place.page, *matrix.transform((place.left, place.top)))

    def _page(self, page: Object, number: int, sheet: Sheet) -> Band:
        calm(page)
        self._equip(page, number)
        added = self._settle(page, number, sheet.turned) if sheet.annotated else b""
        matrix = self.matrices.get(number)
        if matrix is not None:
            return self._lay(page, sheet, matrix, added)
        return self._with_band(page, sheet)

    def _equip(self, page: Object, number: int) -> None:
        """Give the page what it draws with as its own; pages alike have it together."""
        first = self._alike[number]
        known = self._resources.get(first)
        if known is None:
            known = self._family.of(page).resources
            if not isinstance(known, Dictionary):
                return
            known = self._resources[first] = known if known.is_indirect else self.pdf.make_indirect(known)
        page["/Resources"] = known

    def _settle(self, page: Object, number: int, turned: int) -> bytes:
        """Links lead on, nothing acts, forms become part of what is drawn (which is returned)."""
        kept, drawn, matrix = [], [], self.matrices.get(number)
        for annotation in annotations_of(page):
            if is_flattened(annotation):
                drawn.append(self.flattening.drawn(page, annotation, turned))
                continue
            self._relink(annotation)
            calm_annotation(annotation)
            if matrix is not None:
                self._move(annotation, matrix)
            kept.append(annotation if annotation.is_indirect else self.pdf.make_indirect(annotation))
        if kept:
            page["/Annots"] = Array(kept)
        else:
            del page["/Annots"]
        return b"".join(drawn)

    def _relink(self, annotation: Dictionary) -> None:
        place = self.places.of_link(annotation)
        if place is not None:
            place = self.spot(place)
            annotation["/Dest"] = Array([self.pdf.pages[place.page].obj, Name.XYZ, place.left, place.top, None])
        elif "/Dest" in annotation:
            del annotation["/Dest"]
        action = annotation.get("/A")
        if isinstance(action, Dictionary) and action.get("/S") == Name.GoTo:
            del annotation["/A"]

    def _move(self, annotation: Dictionary, matrix: Matrix) -> None:
        corners = _numbers(annotation.get("/Rect"))
        if len(corners) == 4:
            annotation["/Rect"] = Array(_around(corners, matrix))
        for key in _POINTS:
            if points := _numbers(annotation.get(key)):
                annotation[key] = Array(_moved(points, matrix))
        lists = annotation.get("/InkList")
        if isinstance(lists, Array):
            annotation["/InkList"] = Array([Array(_moved(_numbers(one), matrix)) for one in lists])
        self._turn_appearances(annotation.get("/AP"), matrix)

    def _turn_appearances(self, found: Object | None, matrix: Matrix, depth: int = 0) -> None:
        """What is drawn for a mark is turned with it; its place and size follow from its rectangle."""
        if isinstance(found, Stream) and found.objgen not in self._moved:
            self._moved.add(found.objgen)
            own = _numbers(found.get("/Matrix"))
            turning = Matrix(matrix.a, matrix.b, matrix.c, matrix.d, 0, 0)
            found["/Matrix"] = ((Matrix(*own) if len(own) == 6 else Matrix()) @ turning).as_array()
        elif isinstance(found, Dictionary) and depth < 2:
            for inner in found.values():
                self._turn_appearances(inner, matrix, depth + 1)

    def _lay(self, page: Object, sheet: Sheet, matrix: Matrix, added: bytes) -> Band:
        """Draw the old page as one drawing on a new one."""
        width, height = _size(sheet.box, matrix)
        scale = band_scale(width, height)
        resources = Dictionary(XObject=Dictionary({"/CdPage": self._drawing(page, sheet.box)}))
        old = page.get("/Resources")
        if added and isinstance(old, Dictionary):
            for name, one in old["/XObject"].items():
                if name.startswith("/CdF"):
                    resources["/XObject"][name] = one
        page["/Resources"] = resources
        page["/Contents"] = self.pdf.make_stream(b"q %s cm\n/CdPage Do\n%sQ\n" % (matrix.encode(), added))
        page["/MediaBox"] = Array([0, 0, width, height + BAND * scale])
        page["/Rotate"] = 0
        if sheet.cropped:
            page["/CropBox"] = page["/MediaBox"]
        for key in ("/Group", "/UserUnit"):
            if key in page:
                del page[key]
        return Band(0, 0, width, BAND * scale, scale)

    def _with_band(self, page: Object, sheet: Sheet) -> Band:
        """Add the band below what is seen of the page."""
        area = self._areas.get(sheet)
        if area is None:
            x0, y0, x1, y1 = sheet.box
            scale = band_scale(x1 - x0, y1 - y0)
            height = BAND * scale
            area = self._areas[sheet] = (
                Array([x0, y0 - height, x1, y1]), Band(x0, y0 - height, x1 - x0, height, scale))
        page["/MediaBox"] = area[0]
        if sheet.cropped:
            page["/CropBox"] = area[0]
        return area[1]

    def _drawing(self, page: Object, box: Box) -> Stream:
        drawing = as_drawing(self.pdf, streams_of(page))
        drawing["/Type"], drawing["/Subtype"], drawing["/BBox"] = Name.XObject, Name.Form, Array(list(box))
        for key in ("/Resources", "/Group"):
            if key in page:
                drawing[key] = page[key]
        return drawing


def placing(sheet: Sheet, paper: Paper) -> Matrix:
    """From a page's own units to those of the upright page above its band."""
    x0, y0, x1, y1 = sheet.box
    turning = {
        0: Matrix(1, 0, 0, 1, -x0, -y0), 90: Matrix(0, -1, 1, 0, -y0, x1),
        180: Matrix(-1, 0, 0, -1, x1, y1), 270: Matrix(0, 1, -1, 0, y1, -x0),
    }[sheet.turned]
    width, height = _size(sheet.box, turning)
    scale = sheet.unit * (_fit(width * sheet.unit, height * sheet.unit, paper) if sheet.absurd else 1.0)
    band = BAND * band_scale(width * scale, height * scale)
    return turning @ Matrix(scale, 0, 0, scale, 0, band)


def _fit(width: float, height: float, paper: Paper) -> float:
    sheet = paper if height >= width else paper.across
    return min(sheet.width / width, (sheet.height - BAND) / height, _GROWN_AT_MOST)


def _size(box: Box, matrix: Matrix) -> tuple[float, float]:
    x0, y0, x1, y1 = _around(list(box), matrix)
    return x1 - x0, y1 - y0


def _numbers(found: Object | None) -> list[float]:
    if not isinstance(found, Array):
        return []
    try:
        return [float(value) for value in found]
    except (TypeError, ValueError):
        return []


def _moved(points: list[float], matrix: Matrix) -> list[float]:
    return [value for pair in zip(points[::2], points[1::2], strict=False) for value in matrix.transform(pair)]


def _around(corners: list[float], matrix: Matrix) -> list[float]:
    x0, y0, x1, y1 = corners
    moved = [matrix.transform(corner) for corner in ((x0, y0), (x1, y1))]
    return [min(moved[0][0], moved[1][0]), min(moved[0][1], moved[1][1]),
            max(moved[0][0], moved[1][0]), max(moved[0][1], moved[1][1])]
