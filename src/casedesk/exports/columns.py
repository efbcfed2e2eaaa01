"""What is found on a page as a person reads it: line by line, down a cell or column, and on over the page's end."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, product
from typing import TYPE_CHECKING, NamedTuple

from casedesk.exports.cleaning import Find

if TYPE_CHECKING:
    import pypdfium2

_SHORT = 4
_DEEP = 4
"""Pieces below each other that one number may be broken into."""
_AT_THE_END = 6
"""Pieces at the end of a page, and at the beginning of the next, that one number may be broken over."""
_APART, _BELOW, _SEEN = 1.0, 3.4, 0.35
"""A gap as wide as signs are high, or another height, parts cells; a line so many times that height further down is
none of the same cell; a gap of so much of it is seen as one."""
_OF_NUMBER = re.compile("[0-9Xx\uff10-\uff19\uff38\uff58]").match


class Hit(NamedTuple):
    """Something found: what it is, how it is written, the places of its signs in the page's text."""

    kind: str
    text: str
    places: tuple[int, ...]


class _Sign(NamedTuple):
    text: str
    place: int


class _Piece(NamedTuple):
    """Signs side by side, as far as their cell goes, measured as if the text ran from left to right."""

    signs: Sequence[_Sign]
    turned: float
    left: float
    bottom: float
    right: float
    top: float


_GAP = _Sign(" ", -1)


class Reading:
    """The signs of a page, and the cells that its digits stand in."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._read = page.get_textpage()
        self._signs = _signs(self._read)
        self._pieces = list(_pieces(self._read, self._signs))

    def hits(self, find: Find) -> list[Hit]:
        """What `find` finds on the page: line by line, with the lines joined, and with each cell read down."""
        found: dict[tuple[int, ...], Hit] = {}
        for read_as in (self._signs, [one for one in self._signs if one.text != "\n"]):
            for one in find("".join(sign.text for sign in read_as)):
                hit = _hit(one.kind, read_as[one.start:one.end])
                if _runs_on(self._read, hit.places):
                    found.setdefault(hit.places, hit)
        for chain in _chains(self._pieces):
            for kind, first, rest in _across(chain, find):
                hit = _hit(kind, (*first, *rest))
                found.setdefault(hit.places, hit)
        known = {frozenset(one) for one in found}
        for row in _rows(self._read, self._signs):
            for one in find("".join(sign.text for sign in row)):
                hit = _hit(one.kind, row[one.start:one.end])
                if not any(places.issuperset(hit.places) for places in known):
                    found.setdefault(hit.places, hit)
        return list(found.values())

    def over(self, after: Reading, find: Find) -> Iterator[tuple[Hit, Hit]]:
        """What is broken over the end of the page: the part on it, and the part on the next."""
        last = sorted(self._pieces, key=lambda one: one.bottom)[:_AT_THE_END]
        first = sorted(after._pieces, key=lambda one: -one.top)[:_AT_THE_END]
        for chain in product(last, first):
            if _leads_on(*chain):
                for kind, *parts in _across(chain, find):
                    before, behind = (_hit(kind, part) for part in parts)
                    yield before, behind


def _hit(kind: str, of: Sequence[_Sign]) -> Hit:
    return Hit(kind, "".join(one.text for one in of), tuple(one.place for one in of if one is not _GAP))


def _signs(read: pypdfium2.PdfTextPage) -> list[_Sign]:
    from pypdfium2 import raw

    return [_Sign(chr(code), place) for place in range(read.count_chars())
            if (code := raw.FPDFText_GetUnicode(read, place)) and chr(code) not in "\r\ufffe\u00ad\u0002"]


def _runs_on(read: pypdfium2.PdfTextPage, places: Sequence[int]) -> bool:
    """Whether signs are one text: after a break the next line begins below and no further right, as in one column.

    Else the end of one cell and the beginning of its neighbour would be read as one number, or the minutes above a
    telephone number with it: a short piece counts only where it begins its line.
    """
    begins = places[0] if places else 0
    for before, after in pairwise(places):
        if after != before + 1:
            (first, *_), (_, bottom, *_) = read.get_charbox(begins), read.get_charbox(before)
            left, _, _, top = read.get_charbox(after)
            short = places.index(before) - places.index(begins) + 1 < _SHORT
            if top > bottom + 1 or left > first + 1 or (short and first > left + 1):
                return False
            begins = after
    return True


def _pieces(read: pypdfium2.PdfTextPage, signs: Sequence[_Sign]) -> Iterator[_Piece]:
    """Each line that has a digit, in its cells; whatever way the text is turned."""
    from pypdfium2 import raw

    line: list[_Sign] = []
    for sign in (*signs, _Sign("\n", 0)):
        if sign.text != "\n":
            line.append(sign)
            continue
        if any(one.text.isdigit() for one in line):
            turned = -raw.FPDFText_GetCharAngle(read, next(one.place for one in line if not one.text.isspace()))
            yield from _cells(read, line, round(turned, 2))
        line = []


def _cells(read: pypdfium2.PdfTextPage, line: Sequence[_Sign], turned: float) -> Iterator[_Piece]:
    """A line's words side by side, but for those that a gap parts."""
    piece: list[_Sign] = []
    left = bottom = right = top = 0.0
    for spaces, group in groupby(line, lambda one: one.text.isspace()):
        word = list(group)
        if spaces:
            piece += word if piece else []
            continue
        ends = [_upright(read.get_charbox(one.place), turned) for one in (word[0], word[-1])]
        box = ends[0][0], min(one[1] for one in ends), ends[1][2], max(one[3] for one in ends)
        if piece and (box[0] - right > _APART * (box[3] - box[1]) or box[3] < bottom or box[1] > top):
            yield _Piece(piece, turned, left, bottom, right, top)
            piece = []
        left, bottom, right, top = (left, min(bottom, box[1]), box[2], max(top, box[3])) if piece else box
        piece += word
    if piece:
        yield _Piece(piece, turned, left, bottom, right, top)


def _upright(box: Sequence[float], turned: float) -> tuple[float, float, float, float]:
    """A box of turned text where it would be if its lines ran from left to right."""
    across, along = math.cos(turned), math.sin(turned)
    xs = [x * across + y * along for x in (box[0], box[2]) for y in (box[1], box[3])]
    ys = [y * across - x * along for x in (box[0], box[2]) for y in (box[1], box[3])]
    return min(xs), min(ys), max(xs), max(ys)


def _rows(read: pypdfium2.PdfTextPage, signs: Sequence[_Sign]) -> Iterator[Sequence[_Sign]]:
    """The digits that stand side by side, in whatever order and whatever way they were drawn."""
    from pypdfium2 import raw

    boxed, before, turned = [], -2, 0.0
    for one in signs:
        if _OF_NUMBER(one.text):
            if one.place != before + 1:  # signs drawn together are turned alike
                turned = -round(raw.FPDFText_GetCharAngle(read, one.place), 2)
            before, box = one.place, read.get_charbox(one.place)
            boxed.append((turned, _upright(box, turned) if turned else box, one))
    boxed.sort(key=lambda one: (one[0], -one[1][1]))
    row: list[tuple[tuple[float, float, float, float], _Sign]] = []
    last: tuple[float, float, float] | None = None
    for turned, box, sign in boxed:
        if last is not None and (turned != last[0] or last[1] - box[1] > (last[2] - last[1]) / 2):
            yield from _side_by_side(row)
            row, last = [], None
        row.append((box, sign))
        last = last or (turned, box[1], box[3])
    yield from _side_by_side(row)


def _side_by_side(row: list[tuple[tuple[float, float, float, float], _Sign]]) -> Iterator[Sequence[_Sign]]:
    """A row from left to right, a gap where one is seen, in parts where it is wider than signs are high."""
    part: list[_Sign] = []
    right = 0.0
    for box, sign in sorted(row, key=lambda one: one[0][0]):
        height = box[3] - box[1]
        if part and box[0] - right > _APART * height:
            yield part
            part = []
        part += [_GAP, sign] if part and box[0] - right > _SEEN * height else [sign]
        right = box[2]
    if part:
        yield part


def _chains(pieces: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    """Pieces below each other in one cell, as far down as a number may go; three alike are a column of numbers."""
    below = [_below(piece, pieces) for piece in pieces]
    above = {after: at for at, after in enumerate(below) if after is not None}
    sizes = [_digits(piece) for piece in pieces]

    def alike(at: int, after: int) -> bool:
        third = {sizes[one] for one in (below[after], above.get(at)) if one is not None}
        return bool(sizes[at]) and sizes[at] == sizes[after] and sizes[at] in third

    for at in range(len(pieces)):
        chain = [at]
        while len(chain) < _DEEP and (after := below[chain[-1]]) is not None and not alike(chain[-1], after):
            chain.append(after)
            yield [pieces[one] for one in chain]


def _digits(piece: _Piece) -> int:
    """How many digits a piece is made of; 0 where there is something else in it."""
    text = "".join(one.text for one in piece.signs).strip()
    return len(text) if text.isdigit() else 0


def _below(piece: _Piece, pieces: Sequence[_Piece]) -> int | None:
    near = [at for at, one in enumerate(pieces)
            if _leads_on(piece, one) and one.top <= piece.bottom + 1 and one.right > piece.left
            and piece.bottom - one.bottom < _BELOW * (piece.top - piece.bottom)]
    return max(near, key=lambda at: pieces[at].top, default=None)


def _leads_on(piece: _Piece, after: _Piece) -> bool:
    """Whether a number may be broken between these: digits on both sides, the next line no further right."""
    return (piece.turned == after.turned and after.left <= piece.left + 1 and after.signs[0].text.isdigit()
            and _without_end(piece.signs)[-1].text.isdigit())


def _across(
    chain: Sequence[_Piece], find: Find,
) -> Iterator[tuple[str, Sequence[_Sign], Sequence[_Sign]]]:
    """What is found over the end of the first piece of a chain, its part there and the rest; a short part begins it."""
    parts = [_without_end(piece.signs) for piece in chain]
    signs, end = [sign for part in parts for sign in part], len(parts[0])
    for one in find("".join(sign.text for sign in signs)):
        if one.start < end < one.end and (end - one.start >= _SHORT or one.start == 0):
            yield one.kind, signs[one.start:end], signs[end:one.end]


def _without_end(signs: Sequence[_Sign]) -> Sequence[_Sign]:
    """The signs of a cell without the spaces behind them."""
    return signs[:len("".join(one.text for one in signs).rstrip())]
