"""What is found on a page as a person reads it: line by line, down a cell or column, and on over the page's end."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, product
from typing import TYPE_CHECKING, NamedTuple

from casedesk.exports.cleaning import CARD, Find

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
_BREAK = 4
"""Signs of the text that a space, or the end of a line, is less than."""


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
    """The signs of a page, and the words and cells that its digits stand in."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self._read = page.get_textpage()
        self._signs = _signs(self._read)
        words = list(_words(self._read, self._signs))
        self._cells = [piece for row in _rows(words) for piece in _cells(row)]
        alone = {id(one) for one in self._cells}
        self._pieces = [*self._cells, *(one for one in words if id(one) not in alone and _has_digit(one.signs))]

    def hits(self, find: Find) -> list[Hit]:
        """What `find` finds on the page: line by line, with the lines joined, and with each cell read down."""
        found: dict[tuple[int, ...], Hit] = {}
        for read_as in (self._signs, [one for one in self._signs if one.text != "\n"]):
            for one in find("".join(sign.text for sign in read_as)):
                hit = _hit(one.kind, read_as[one.start:one.end])
                if _runs_on(self._read, hit.places) and (hit.kind != CARD or _so_set(self._read, hit)):
                    found.setdefault(hit.places, hit)
        for chain in _chains(self._pieces):
            for kind, first, rest in _across(chain, find):
                hit = _hit(kind, (*first, *rest))
                found.setdefault(hit.places, hit)
        known = {frozenset(one) for one in found}
        for cell in self._cells:
            for one in find("".join(sign.text for sign in cell.signs)):
                hit = _hit(one.kind, cell.signs[one.start:one.end])
                if not any(places.issuperset(hit.places) for places in known):
                    found.setdefault(hit.places, hit)
        return list(found.values())

    def over(self, after: Reading, find: Find) -> Iterator[tuple[Hit, Hit]]:
        """What is broken over the end of the page: the part on it, and the part on the next."""
        last = sorted(self._cells, key=lambda one: one.bottom)[:_AT_THE_END]
        first = sorted(after._cells, key=lambda one: -one.top)[:_AT_THE_END]
        for chain in product(last, first):
            if _ends(chain[0]) and _begins(chain[1]) and _in_column(*chain):
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


def _so_set(read: pypdfium2.PdfTextPage, hit: Hit) -> bool:
    """Whether a card is set in such parts, where gaps as wide as those between cells part it: alike, as on the card.

    The digit that checks a card fits one in ten of any digits, and so of those of two cells side by side.
    """
    from pypdfium2 import raw

    turned = -round(raw.FPDFText_GetCharAngle(read, hit.places[0]), 2)
    boxes = [_upright(read.get_charbox(place), turned) for sign, place in zip(hit.text, hit.places, strict=True)
             if sign.isdigit()]
    sizes = [1]
    for before, after in pairwise(boxes):
        if after[0] - before[2] > _APART * (before[3] - before[1]):
            sizes.append(0)
        sizes[-1] += 1
    return len(sizes) == 1 or set(sizes) == {1} or (set(sizes[:-1]) == {4} and sizes[-1] <= 4)


def _words(read: pypdfium2.PdfTextPage, signs: Sequence[_Sign]) -> Iterator[_Piece]:
    """The words of each line that may hold a part of a number, in as many pieces as they are seen in."""
    from pypdfium2 import raw

    for ended, group in groupby(signs, lambda one: one.text == "\n"):
        line = list(group)
        if ended or not any(_OF_NUMBER(one.text) for one in line):
            continue
        for space, of_word in groupby(line, lambda one: one.text.isspace()):
            if not space:
                word = list(of_word)
                turned = -round(raw.FPDFText_GetCharAngle(read, word[0].place), 2)
                yield from _parted(read, word, turned)


def _parted(read: pypdfium2.PdfTextPage, word: Sequence[_Sign], turned: float) -> Iterator[_Piece]:
    """A word in as many pieces as its signs stand side by side in."""
    piece: _Piece | None = None
    for sign in word:
        after = _piece(read, [sign], turned)
        if piece is not None and _joins(piece, after):
            piece = _joined(piece, after)
        else:
            if piece is not None:
                yield piece
            piece = after
    if piece is not None:
        yield piece


def _piece(read: pypdfium2.PdfTextPage, signs: Sequence[_Sign], turned: float) -> _Piece:
    ends = [_upright(read.get_charbox(one.place), turned) for one in {signs[0], signs[-1]}]
    return _Piece(signs, turned, min(one[0] for one in ends), min(one[1] for one in ends),
                  max(one[2] for one in ends), max(one[3] for one in ends))


def _joins(piece: _Piece, after: _Piece) -> bool:
    """Whether a piece stands right of another in its line, in the same cell."""
    height = max(piece.top - piece.bottom, after.top - after.bottom)
    return (-height < after.left - piece.right <= _APART * height and after.left > piece.left
            and after.top > piece.bottom and after.bottom < piece.top)


def _joined(piece: _Piece, after: _Piece) -> _Piece:
    further = after.signs[0].place - piece.signs[-1].place
    parted = further != 1 and (after.left - piece.right > _SEEN * (piece.top - piece.bottom) or 1 < further < _BREAK)
    return _Piece([*piece.signs, *([_GAP] if parted else []), *after.signs], piece.turned, piece.left,
                  min(piece.bottom, after.bottom), max(piece.right, after.right), max(piece.top, after.top))


def _has_digit(signs: Sequence[_Sign]) -> bool:
    """Whether there is a digit; an X alone is one."""
    return any(one.text.isdigit() for one in signs) or (len(signs) == 1 and _OF_NUMBER(signs[0].text) is not None)


def _rows(words: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Words that stand side by side, from left to right, in whatever order they were drawn."""
    row: list[_Piece] = []
    for word in sorted(words, key=lambda one: (one.turned, -one.bottom)):
        first = row[0] if row else word
        least = min(first.top - first.bottom, word.top - word.bottom)
        if word.turned != first.turned or first.bottom - word.bottom > least / 2:
            yield sorted(row, key=lambda one: one.left)
            row = []
        row.append(word)
    yield sorted(row, key=lambda one: one.left)


def _cells(row: Sequence[_Piece]) -> Iterator[_Piece]:
    """The words of a row, joined but for those that a gap parts; those with digits."""
    cell: _Piece | None = None
    for word in row:
        if cell is not None and _joins(cell, word):
            cell = _joined(cell, word)
        else:
            if cell is not None and _has_digit(cell.signs):
                yield cell
            cell = word
    if cell is not None and _has_digit(cell.signs):
        yield cell


def _upright(box: Sequence[float], turned: float) -> tuple[float, float, float, float]:
    """A box of turned text where it would be if its lines ran from left to right."""
    across, along = math.cos(turned), math.sin(turned)
    xs = [x * across + y * along for x in (box[0], box[2]) for y in (box[1], box[3])]
    ys = [y * across - x * along for x in (box[0], box[2]) for y in (box[1], box[3])]
    return min(xs), min(ys), max(xs), max(ys)


def _chains(pieces: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    """Pieces below each other in one cell, as far down as a number may go; part of a column of numbers is none."""
    below = list(_below(pieces))
    above: list[list[int]] = [[] for _ in pieces]
    for at, near in enumerate(below):
        for after in near:
            above[after].append(at)
    sizes = [_digits(piece) for piece in pieces]

    def in_column(chain: Sequence[int]) -> bool:
        around = [*((chain[0], one) for one in above[chain[0]]), *((chain[-1], one) for one in below[chain[-1]])]
        return any(sizes[one] and sizes[one] == sizes[after] for one, after in pairwise(chain)) and any(
            sizes[one] and sizes[one] == sizes[other] for one, other in around)

    chains = [[at] for at in range(len(pieces))]
    while chains:
        chain = chains.pop()
        for after in below[chain[-1]] if len(chain) < _DEEP else ():
            chains.append([*chain, after])
            if not in_column(chains[-1]):
                yield [pieces[one] for one in chains[-1]]


def _digits(piece: _Piece) -> int:
    """How many digits a piece is made of; 0 where there is something else in it."""
    text = "".join(one.text for one in piece.signs).strip()
    return len(text) if text.isdigit() else 0


def _below(pieces: Sequence[_Piece]) -> Iterator[list[int]]:
    """For each piece those of the next line below it that a number may go on in."""
    down = sorted((at for at, one in enumerate(pieces) if _begins(one)), key=lambda at: -pieces[at].top)
    tops = [-pieces[at].top for at in down]
    for piece in pieces:
        reach = piece.bottom - _BELOW * (piece.top - piece.bottom)
        lower = down[bisect_left(tops, -piece.bottom - 1):bisect_left(tops, -reach)] if _ends(piece) else []
        near = [at for at in lower if reach < pieces[at].bottom and pieces[at].right > piece.left
                and _in_column(piece, pieces[at])]
        next_line = max((pieces[at].top for at in near), default=0.0) - 1
        yield [at for at in near if pieces[at].top >= next_line]


def _begins(piece: _Piece) -> bool:
    return _OF_NUMBER(piece.signs[0].text) is not None


def _ends(piece: _Piece) -> bool:
    return _without_end(piece.signs)[-1].text.isdigit()


def _in_column(piece: _Piece, after: _Piece) -> bool:
    """Whether the next line begins no further right, or both end alike, or have one middle."""
    near = (piece.top - piece.bottom) / 2
    return piece.turned == after.turned and (
        after.left <= piece.left + 1 or abs(after.right - piece.right) < near
        or abs(after.left + after.right - piece.left - piece.right) < 2 * near)


def _across(
    chain: Sequence[_Piece], find: Find,
) -> Iterator[tuple[str, Sequence[_Sign], Sequence[_Sign]]]:
    """What is found over the end of the first piece of a chain, its part there and the rest; a short part begins it."""
    parts = [_without_end(piece.signs) for piece in chain]
    signs, end = [sign for part in parts for sign in part], len(parts[0])
    for one in find("".join(sign.text for sign in signs)):
        if one.start < end < one.end and (end - one.start >= _SHORT or not one.start or signs[one.start - 1] is _GAP):
            yield one.kind, signs[one.start:end], signs[end:one.end]


def _without_end(signs: Sequence[_Sign]) -> Sequence[_Sign]:
    """The signs of a cell without the spaces behind them."""
    return signs[:len("".join(one.text for one in signs).rstrip())]
