"""The rectangles of a PDF page and what it has from its parents in the page tree."""

from __future__ import annotations

from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Object

from casedesk.exports.pages import A4

_PARENTS_AT_MOST = 50


class Box(NamedTuple):
    """A rectangle in page units, left below right above."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0


class Attributes(NamedTuple):
    """What a page may have from its parents."""

    media: Object | None
    crop: Object | None
    turned: Object | None
    resources: Object | None


_KEYS = ("/MediaBox", "/CropBox", "/Rotate", "/Resources")
_NONE = Attributes(None, None, None, None)


class Family:
    """The attributes of a document's pages, each parent asked once."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._known: dict[tuple[int, int], Attributes] = {}

    def of(self, node: Object, depth: int = 0) -> Attributes:
        """A node's own attributes, completed by those of its parents."""
        has = node.keys()
        own = [node[key] if key in has else None for key in _KEYS]  # to ask for what is missing takes ten times as long
        if None not in own or "/Parent" not in has or depth > _PARENTS_AT_MOST:
            return Attributes(*own)
        above = self._above(node["/Parent"], depth)
        return Attributes(*(mine if mine is not None else theirs for mine, theirs in zip(own, above, strict=True)))

    def _above(self, parent: Object | None, depth: int) -> Attributes:
        if not isinstance(parent, Dictionary):
            return _NONE
        known = self._known.get(parent.objgen)
        if known is None:
            known = self.of(parent, depth + 1)
            if isinstance(known.resources, Dictionary) and not known.resources.is_indirect:
                own = self._pdf.make_indirect(known.resources)  # or each page would get a copy
                known = known._replace(resources=own)
            self._known[parent.objgen] = known
        return known


def visible(had: Attributes) -> Box:
    """The crop box within the media box; A4 where a file gives nonsense."""
    media = _box(had.media)
    if media is None:
        return Box(0, 0, A4.width, A4.height)
    crop = _box(had.crop)
    if crop is None:
        return media
    both = Box(max(media.x0, crop.x0), max(media.y0, crop.y0), min(media.x1, crop.x1), min(media.y1, crop.y1))
    return both if both.width > 1 and both.height > 1 else media


def _box(found: Object | None) -> Box | None:
    if not isinstance(found, Array) or len(found) < 4:
        return None
    try:
        a, b, c, d = (float(value) for value in list(found)[:4])
    except (TypeError, ValueError):
        return None
    box = Box(min(a, c), min(b, d), max(a, c), max(b, d))
    return box if box.width > 1 and box.height > 1 else None


def turned(found: Object | None) -> int:
    try:
        return round(float(found) / 90) * 90 % 360 if found is not None else 0
    except (TypeError, ValueError):
        return 0
