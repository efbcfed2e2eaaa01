"""Stamps: exhibit number and page number in the band at the foot of each page, and what stands on shared sheets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from casedesk.exports.bundle.letters import Letters, operators
from casedesk.exports.bundle.numbers import Numbers
from casedesk.exports.bundle.plan import Exhibit
from casedesk.exports.bundle.profiles import Profile
from casedesk.exports.bundle.styles import CELL, STAMP, STAMP_STRONG, Style
from casedesk.exports.exhibits.grids import Caption
from casedesk.exports.pages import Band, width_of

_EDGE, _BASE = 42.0, 9.0
"""From the edge of the page, and from the foot of the band to the base line, on A4."""
_TALLEST = 14_400
"""Points; no page is taller."""


class Stamp:
    """Makes the operators of stamps and remembers which fonts they need."""

    def __init__(self, letters: Letters, profile: Profile, numbers: Numbers, total: int) -> None:
        self._letters, self._profile, self._numbers, self._total = letters, profile, numbers, total
        self.fonts: dict[str, None] = {}
        self._beside = lru_cache(maxsize=1000)(self._marked)

    def page(self, band: Band, page: int, mark: str = "") -> bytes:
        """The stamp of one page of the document, from 1."""
        text = self._profile.page.format(page=self._numbers(page), pages=self._total)
        wide = width_of(text, STAMP.face, STAMP.size)
        left, scale = self._beside(band, mark, wide)
        at = (band.x + band.width - _edge(band) - wide * scale, band.y + _BASE * band.scale)
        return f"{left}{self._text(at, text, STAMP, scale)}".encode("latin-1")

    def _marked(self, band: Band, mark: str, wide: float) -> tuple[str, float]:
        """The exhibit's mark, which is the same beside all texts so wide, and the scale of both."""
        scale = self._fitting(band, mark, wide)
        if not mark:
            return "0 g ", scale
        shown = self._text((band.x + _edge(band), band.y + _BASE * band.scale), mark, STAMP_STRONG, scale)
        return f"0 g {shown} ", scale

    def _fitting(self, band: Band, mark: str, wide: float) -> float:
        """As large as the page asks for, smaller where mark and a text so wide would not fit beside each other."""
        wanted = width_of(mark, STAMP_STRONG.face, STAMP_STRONG.size) + 12 + wide
        return min(band.scale, band.width * 0.86 / wanted)

    def caption(self, caption: Caption, exhibit: Exhibit) -> bytes:
        """Number and name below one of several pictures on a sheet; the whole name is in the index."""
        text = f"{exhibit.mark}  {exhibit.evidence.caption}"
        while width_of(text, CELL.face, CELL.size) > caption.width and len(text) > 2:
            text = text[:-2] + "…"
        return self._text((caption.x, caption.y), text, CELL, 1.0).encode("latin-1") + b" "

    def _text(self, at: tuple[float, float], text: str, style: Style, scale: float) -> str:
        x, y = at
        codes = self._letters.codes(text, style.face)
        for font, _ in codes:
            self.fonts[font] = None
        return f"BT {x:.2f} {y:.2f} Td {operators(codes, round(style.size * scale, 2))}ET"


def _edge(band: Band) -> float:
    return min(_EDGE * band.scale, band.width * 0.07)


def above(band: Band) -> bytes:
    """Keep what is drawn from now on out of the band: what a page has there was not to be seen."""
    return b"%.2f %.2f %.2f %d re W n" % (band.x, band.y + band.height, band.width, _TALLEST)


def marks(exhibits: Sequence[Exhibit]) -> str:
    """What is printed on a page of these exhibits."""
    return exhibits[0].mark if len(exhibits) == 1 else f"{exhibits[0].mark} – {exhibits[-1].number}"


