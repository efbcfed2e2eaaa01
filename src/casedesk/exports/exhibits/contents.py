"""Looking at the pages of a PDF once: their boxes, how they are turned, what they are made of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import pikepdf
from pikepdf import Object

from casedesk.base.i18n import Say
from casedesk.exports.exhibits.active import notice_annotations
from casedesk.exports.exhibits.boxes import Box, Family, turned, visible
from casedesk.exports.exhibits.dots import dots_per_inch
from casedesk.exports.exhibits.drawing import Unread, instructions, streams_of
from casedesk.exports.exhibits.findings import NotShown
from casedesk.exports.exhibits.resources import drawn_by
from casedesk.exports.exhibits.tally import Tally

LARGEST, SMALLEST = 1189 / 25.4 * 72, 50 / 25.4 * 72
_SAVED, _RESTORED = (
    re.compile(rb"%c(?<![^\s\])>}]%c)(?=[\s\[/(<%%]|$)" % (letter, letter)) for letter in b"qQ")
"""A letter each: what begins with one is found far faster than what begins with either."""
_INLINE = re.compile(rb"(?:^|\s)ID\s")
_STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"()[]<>\\")
_ESCAPED = re.compile(rb"\\[()\[\]<>]")
_LONGEST_COUNTED = 8 << 20
"""Counting the states of longer instructions takes too long; drawn apart, they can do no harm either."""
_FINEST, _WORTH_MEASURING = 300 * 1.02, 150


class Sheet(NamedTuple):
    """One page as it is seen: the visible box, how far it is turned clockwise, the size of its unit in points."""

    box: Box
    turned: int
    unit: float
    annotated: bool
    cropped: bool
    alone: bool
    """Its content must be drawn apart because it leaves a changed graphics state behind or cannot be trusted."""

    @property
    def absurd(self) -> bool:
        sides = (self.box.width * self.unit, self.box.height * self.unit)
        return max(sides) > LARGEST + 1 or min(sides) < SMALLEST - 1

    @property
    def plain(self) -> bool:
        """It is upright, of sensible size, and only needs its band."""
        return not self.turned and self.unit == 1 and not self.alone and not self.absurd


@dataclass(frozen=True)
class Look:
    """All pages of a document."""

    sheets: tuple[Sheet, ...]
    tally: Tally
    faults: int
    """How many things were repaired while the file was opened."""


def look_at(pdf: pikepdf.Pdf, say: Say) -> Look:
    """Look at every page; raises `NotShown` when there is none."""
    tally, family = Tally(), Family()
    pages = [page.obj for page in pdf.pages]
    faults = len(pdf.get_warnings())
    alike: dict[Sheet, Sheet] = {}
    sheets = tuple(alike.setdefault(sheet, sheet) for sheet in (
        _sheet(pdf, page, number, family, tally) for number, page in enumerate(pages)))
    if not sheets:
        raise NotShown(
            "no-pages", say("The PDF has no pages."), say("Ask for the file again, or include a slip sheet."))
    return Look(sheets, tally, faults)


def _sheet(pdf: pikepdf.Pdf, page: Object, number: int, family: Family, tally: Tally) -> Sheet:
    had = family.of(page)
    sheet = Sheet(
        box=visible(had), turned=turned(had.turned), unit=_unit(page), annotated="/Annots" in page,
        cropped=had.crop is not None, alone=_leaves_state(pdf, page, number, tally))
    if sheet.turned:
        tally.page("rotated", number)
    if sheet.absurd:
        tally.page("resized", number)
    if sheet.annotated:
        notice_annotations(page, number, tally)
    _notice_pictures(page, had.resources, sheet, number, tally)
    return sheet


def _unit(page: Object) -> float:
    if "/UserUnit" not in page:
        return 1.0
    try:
        unit = float(page["/UserUnit"])
    except (TypeError, ValueError):
        return 1.0
    return unit if 0.01 <= unit <= 75_000 else 1.0


def _leaves_state(pdf: pikepdf.Pdf, page: Object, number: int, tally: Tally) -> bool:
    """Does what is drawn after the page's own content need protection from it?"""
    parts, streams = [], streams_of(page)
    if not streams:
        tally.page("empty-page", number)
    for stream in streams:
        try:
            parts.append(instructions(stream))
        except Unread:
            tally.page("damaged-page", number)
            return True
        if sum(map(len, parts)) > _LONGEST_COUNTED:
            return True
    if pdf.get_warnings():
        tally.page("damaged-page", number)
        return True
    data = b"\n".join(parts)
    return len(_SAVED.findall(data)) != len(_RESTORED.findall(data)) or _left_open(data)


def _left_open(data: bytes) -> bool:
    """Do the instructions end within a string, a list or an inline picture? What follows would be taken for its rest.

    Yes in doubt, as with pictures whose bytes happen to be brackets: the page is then only drawn apart.
    """
    if b"ID" in data and len(_INLINE.findall(data)) > data.count(b"EI"):
        return True
    return _unpaired(data) and _unpaired(_STRING.sub(b"", data))


def _unpaired(data: bytes) -> bool:
    brackets = data.translate(None, _NO_BRACKETS)
    if b"\\" in brackets:
        brackets = _ESCAPED.sub(b"", data).translate(None, _NO_BRACKETS)
    return any(brackets.count(opening) != brackets.count(closing)
               for opening, closing in ((b"(", b")"), (b"[", b"]"), (b"<", b">")))


def _notice_pictures(page: Object, resources: Object | None, sheet: Sheet, number: int, tally: Tally) -> None:
    """Scanned pages: those that cannot be searched, and those of more dots than a court wants."""
    drawn = drawn_by(resources, tally)
    if not drawn.pictures or sheet.alone:
        return
    inches = (sheet.box.width * sheet.unit / 72, sheet.box.height * sheet.unit / 72)
    dpi = max(min(width / inches[0], height / inches[1]) for width, height in drawn.pictures)
    if not drawn.has_text:
        tally.page("no-text", number)
    if dpi > _WORTH_MEASURING:
        dpi = dots_per_inch(page, resources, sheet.unit)
    if dpi > _FINEST:
        tally.page("resolution", number)
        tally.dpi = max(tally.dpi, round(dpi))
