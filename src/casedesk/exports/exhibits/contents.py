"""Looking at the pages of a PDF once: their boxes, how they are turned, what they are made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import pikepdf
from pikepdf import Object

from casedesk.base.i18n import Say
from casedesk.exports.exhibits.active import annotations_of, is_flattened, notice_annotations
from casedesk.exports.exhibits.boxes import Box, Family, turned, visible
from casedesk.exports.exhibits.dots import dots_per_inch
from casedesk.exports.exhibits.drawing import Unread, instructions, streams_of
from casedesk.exports.exhibits.findings import NotShown
from casedesk.exports.exhibits.resources import drawn_by
from casedesk.exports.exhibits.tally import Drawn, Tally

LARGEST, SMALLEST = 1189 / 25.4 * 72, 50 / 25.4 * 72
_LONGEST_READ = 8 << 20
"""Reading longer instructions to their end takes too long."""
_FINEST, _WORTH_MEASURING = 300 * 1.02, 150
_DRAWN_BY = re.compile(rb" /Contents \d+ \d+ R")


class Sheet(NamedTuple):
    """One page as it is seen: the visible box, how far it is turned clockwise, the size of its unit in points."""

    box: Box
    turned: int
    unit: float
    annotated: bool
    cropped: bool
    filled: bool
    """It has form entries or frames, which become part of what it draws."""
    absurd: bool
    """It is larger or smaller than any paper."""

    @property
    def plain(self) -> bool:
        """It is upright, of sensible size, and only needs its band."""
        return not self.turned and self.unit == 1 and not self.filled and not self.absurd


@dataclass(frozen=True)
class Look:
    """All pages of a document."""

    sheets: tuple[Sheet, ...]
    alike: tuple[int, ...]
    """Of each page the first that has all the same of its own but what draws it; its own number where there is none."""
    tally: Tally
    faults: int
    """How many things were repaired while the file was opened."""


def look_at(pdf: pikepdf.Pdf, say: Say) -> Look:
    """Look at every page; raises `NotShown` when there is none."""
    tally = Tally()
    known = _Known(Family(pdf), tally)
    pages = [page.obj for page in pdf.pages]
    faults = len(pdf.get_warnings())
    sheets = tuple(_sheet(pdf, page, number, known, tally) for number, page in enumerate(pages))
    if not pages:
        raise NotShown(
            "no-pages", say("The PDF has no pages."), say("Ask for the file again, or include a slip sheet."))
    return Look(sheets, tuple(known.alike), tally, faults)


class _Seen(NamedTuple):
    """What pages alike have: the first of them, how they are seen, what they draw with and what is in that."""

    first: int
    sheet: Sheet
    resources: Object | None
    drawn: Drawn


class _Known:
    """Sheets by what stands in their pages: those of a document mostly differ in what draws them alone."""

    def __init__(self, family: Family, tally: Tally) -> None:
        self._family, self._tally = family, tally
        self._found: dict[bytes, _Seen] = {}
        self._sheets: dict[Sheet, Sheet] = {}
        self.alike: list[int] = []

    def of(self, page: Object) -> _Seen:
        """What the next page has, of its own or from its parents."""
        told = _DRAWN_BY.sub(b"", page.unparse(resolved=True), count=1)
        found = self._found.get(told)
        if found is None:
            had, unit, annotated = self._family.of(page), _unit(page), "/Annots" in page
            box = visible(had)
            sheet = Sheet(
                box=box, turned=turned(had.turned), unit=unit, annotated=annotated, cropped=had.crop is not None,
                filled=annotated and any(map(is_flattened, annotations_of(page))), absurd=_is_absurd(box, unit))
            found = self._found[told] = _Seen(len(self.alike), self._sheets.setdefault(sheet, sheet), had.resources,
                                              drawn_by(had.resources, self._tally))
        self.alike.append(found.first)
        return found


def _sheet(pdf: pikepdf.Pdf, page: Object, number: int, known: _Known, tally: Tally) -> Sheet:
    seen = known.of(page)
    sheet = seen.sheet
    whole = _read_whole(pdf, page, number, tally)
    if sheet.turned:
        tally.page("rotated", number)
    if sheet.absurd:
        tally.page("resized", number)
    if sheet.annotated:
        notice_annotations(page, number, tally)
    if seen.drawn.pictures:
        _notice_pictures(page, seen, number, tally, measured=whole)
    return sheet


def _is_absurd(box: Box, unit: float) -> bool:
    sides = (box.width * unit, box.height * unit)
    return max(sides) > LARGEST + 1 or min(sides) < SMALLEST - 1


def _unit(page: Object) -> float:
    if "/UserUnit" not in page:
        return 1.0
    try:
        unit = float(page["/UserUnit"])
    except (TypeError, ValueError):
        return 1.0
    return unit if 0.01 <= unit <= 75_000 else 1.0


def _read_whole(pdf: pikepdf.Pdf, page: Object, number: int, tally: Tally) -> bool:
    """Whether all that draws a page was read; notes a page that is damaged or draws nothing."""
    streams, length = streams_of(page), 0
    if not streams:
        tally.page("empty-page", number)
    try:
        for stream in streams:
            length += len(instructions(stream))
            if length > _LONGEST_READ:
                return False
        damaged = bool(pdf.get_warnings())
    except Unread:
        damaged = True
    if damaged:
        tally.page("damaged-page", number)
    return not damaged


def _notice_pictures(page: Object, seen: _Seen, number: int, tally: Tally, *, measured: bool) -> None:
    """Scanned pages: those that cannot be searched, and, where the page may be `measured`, of more dots than wanted."""
    sheet, drawn = seen.sheet, seen.drawn
    inches = (sheet.box.width * sheet.unit / 72, sheet.box.height * sheet.unit / 72)
    dpi = max(min(width / inches[0], height / inches[1]) for width, height in drawn.pictures)
    if not drawn.has_text:
        tally.page("no-text", number)
    if not measured:
        return
    if dpi > _WORTH_MEASURING:
        dpi = dots_per_inch(page, seen.resources, sheet.unit)
    if dpi > _FINEST:
        tally.page("resolution", number)
        tally.dpi = max(tally.dpi, round(dpi))
