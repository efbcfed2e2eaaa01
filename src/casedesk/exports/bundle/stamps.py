"""Stamps: exhibit number and page number in the band at the foot of each page, and what stands on shared sheets."""

from __future__ import annotations

from collections.abc import Sequence

from casedesk.exports.bundle.letters import Letters, operators
from casedesk.exports.bundle.plan import Exhibit
from casedesk.exports.bundle.profiles import Profile
from casedesk.exports.bundle.styles import CELL, STAMP, STAMP_STRONG, Style
from casedesk.exports.exhibits.grids import Caption
from casedesk.exports.pages import Align, Band, width_of

_EDGE, _BASE = 42.0, 9.0
"""From the edge of the page, and from the foot of the band to the base line, on A4."""


class Stamp:
    """Makes the operators of stamps and remembers which fonts they need."""

    def __init__(self, letters: Letters, profile: Profile, total: int) -> None:
        self._letters, self._profile, self._total = letters, profile, total
        self.fonts: dict[str, None] = {}

    def page(self, band: Band, number: int, mark: str = "") -> bytes:
        """The stamp of one page. On an exhibit's page the band is cleared first: nothing was to be seen there."""
        text = self._profile.page.format(page=number, pages=self._total)
        cleared = f"1 g {band.x:.2f} {band.y:.2f} {band.width:.2f} {band.height:.2f} re f " if mark else ""
        scale = self._fitting(band, mark, text)
        y = band.y + _BASE * band.scale
        edge = min(_EDGE * band.scale, band.width * 0.07)
        shown = [self._text((band.x + edge, y), mark, STAMP_STRONG, scale)] if mark else []
        shown.append(self._text((band.x + band.width - edge, y), text, STAMP, scale, align="right"))
        return f"{cleared}0 g {' '.join(shown)}".encode("latin-1")

    def _fitting(self, band: Band, mark: str, text: str) -> float:
        """As large as the page asks for, smaller where both would not fit beside each other."""
        wanted = (width_of(mark, STAMP_STRONG.face, STAMP_STRONG.size) + 12 + width_of(text, STAMP.face, STAMP.size))
        return min(band.scale, band.width * 0.86 / wanted)

    def caption(self, caption: Caption, exhibit: Exhibit) -> bytes:
        """Number and name below one of several pictures on a sheet; the whole name is in the index."""
        text = f"{exhibit.mark}  {exhibit.evidence.caption}"
        while width_of(text, CELL.face, CELL.size) > caption.width and len(text) > 2:
            text = text[:-2] + "…"
        return self._text((caption.x, caption.y), text, CELL, 1.0).encode("latin-1")

    def _text(
        self, at: tuple[float, float], text: str, style: Style, scale: float, *, align: Align = "left",
    ) -> str:
        x, y = at
        size = style.size * scale
        if align == "right":
            x -= width_of(text, style.face, size)
        codes = self._letters.codes(text, style.face)
        self.fonts.update(dict.fromkeys(font for font, _ in codes))
        return f"BT {x:.2f} {y:.2f} Td {operators(codes, round(size, 2))}ET"


def marks(exhibits: Sequence[Exhibit]) -> str:
    """What is printed on a page of these exhibits."""
    return exhibits[0].mark if len(exhibits) == 1 else f"{exhibits[0].mark} – {exhibits[-1].number}"


