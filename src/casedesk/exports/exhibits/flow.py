"""Our own exhibit pages: text that runs over as many pages as it takes, each with its band left free."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pikepdf

from casedesk.base.fonts import HEI_BOLD, SONG, Face
from casedesk.exports import pages as kit
from casedesk.exports.exhibits.findings import Pages

LEADING = 1.5


class Flow:
    """Writes lines from the top of the first page down."""

    def __init__(self, paper: kit.Paper) -> None:
        self.paper = paper
        self.width = paper.width - 2 * paper.margin
        self._made = io.BytesIO()
        self._canvas = kit.new_canvas(self._made, paper)
        self._y = paper.height - paper.margin

    def text(self, text: str, size: float = 10.5, face: Face = SONG, *, indent: float = 0.0) -> None:
        """A text with its line ends, broken to the width of the page."""
        for line in kit.wrap(text, face, size, self.width - indent):
            self._line(line, size, face, indent)

    def heading(self, text: str, size: float = 15.0) -> None:
        self.text(text, size, HEI_BOLD)
        self.gap(size * 0.6)

    def pairs(self, pairs: Iterable[tuple[str, str]], size: float = 10.5) -> None:
        """Label and value, the values under each other."""
        found = [(label, value) for label, value in pairs if value]
        room = min(self.width / 3, max((kit.width_of(label, HEI_BOLD, size) for label, _ in found), default=0) + size)
        for label, value in found:
            lines = kit.wrap(value, SONG, size, self.width - room)
            self._line(label, size, HEI_BOLD, 0)
            self._y += size * LEADING
            for line in lines:
                self._line(line, size, SONG, room)

    def gap(self, height: float) -> None:
        self._y -= height

    def rule(self) -> None:
        """A thin line across."""
        self.gap(4)
        self._canvas.setLineWidth(0.5)
        self._canvas.line(self.paper.margin, self._y, self.paper.margin + self.width, self._y)
        self.gap(6)

    def pages(self) -> Pages:
        """All pages, finished; one that nothing but empty lines ran over to is none."""
        self._canvas.save()
        self._made.seek(0)
        pdf = pikepdf.open(self._made)
        return Pages(pdf, [band_of(self.paper)] * len(pdf.pages))

    def _line(self, line: str, size: float, face: Face, indent: float) -> None:
        if self._y - size * LEADING < self.paper.margin + kit.BAND:
            self._canvas.showPage()
            self._y = self.paper.height - self.paper.margin
        self._y -= size * LEADING
        if line:
            kit.draw(self._canvas, (self.paper.margin + indent, self._y + size * 0.3), line, face, size)


def band_of(paper: kit.Paper) -> kit.Band:
    """The band of a page we lay out ourselves: inside the sheet, at its foot."""
    return kit.Band(0, 0, paper.width, kit.BAND, 1.0)
