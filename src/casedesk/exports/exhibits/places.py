"""Where links and bookmarks inside an exhibit lead: names resolved to pages, so that they hold inside a bundle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from casedesk.exports.exhibits.findings import Entry

_DEEPEST, _MOST = 12, 20_000
Spot = tuple[float | None, float | None]


class Place(NamedTuple):
    """A page, from 0, and the point to be shown at the upper left, where it is known."""

    page: int
    left: float | None
    top: float | None


class Places:
    """The destinations of one document."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._taken = 0

    @cached_property
    def _numbers(self) -> dict[tuple[int, int], int]:
        return {page.obj.objgen: number for number, page in enumerate(self._pdf.pages)}

    @cached_property
    def _named(self) -> pikepdf.NameTree | dict[str, Object]:
        names = self._pdf.Root.get("/Names")
        tree = names.get("/Dests") if isinstance(names, Dictionary) else None
        return pikepdf.NameTree(tree) if isinstance(tree, Dictionary) else {}

    def of_link(self, link: Dictionary) -> Place | None:
        """Where an annotation or a bookmark leads within this document."""
        if "/Dest" in link:
            return self.find(link["/Dest"])
        action = link.get("/A")
        if isinstance(action, Dictionary) and action.get("/S") == Name.GoTo:
            return self.find(action.get("/D"))
        return None

    def find(self, wanted: Object | None) -> Place | None:
        """The place a destination, plain or by name, stands for; None when it leads nowhere."""
        for _ in range(4):
            if isinstance(wanted, Array):
                return self._explicit(wanted)
            if isinstance(wanted, Dictionary):
                wanted = wanted.get("/D")
            elif isinstance(wanted, Name | String):
                wanted = self._by_name(wanted)
            else:
                return None
        return None

    def _by_name(self, name: Name | String) -> Object | None:
        if isinstance(name, Name):
            old = self._pdf.Root.get("/Dests")
            return old.get(str(name)) if isinstance(old, Dictionary) else None
        try:
            return self._named.get(str(name))
        except (pikepdf.PdfError, ValueError, RuntimeError):
            return None

    def _explicit(self, wanted: Array) -> Place | None:
        if not len(wanted):
            return None
        number = self._number(wanted[0])
        if number is None:
            return None
        return Place(number, *_corner(list(wanted)[1:]))

    def _number(self, target: object) -> int | None:
        if isinstance(target, Dictionary):
            return self._numbers.get(target.objgen)
        if isinstance(target, int) and 0 <= target < len(self._numbers):
            return target
        return None

    def outline(self) -> tuple[Entry, ...]:
        """The bookmarks that lead to a page, with their children."""
        top = self._pdf.Root.get("/Outlines")
        return tuple(self._entries(top, 0, set())) if isinstance(top, Dictionary) else ()

    def _entries(self, above: Dictionary, depth: int, seen: set[tuple[int, int]]) -> Iterator[Entry]:
        item = above.get("/First")
        while isinstance(item, Dictionary) and item.objgen not in seen and len(seen) < _MOST:
            seen.add(item.objgen)
            below = tuple(self._entries(item, depth + 1, seen)) if depth < _DEEPEST else ()
            place = self.of_link(item)
            if place is not None or below:
                place = place or Place(below[0].page, below[0].left, below[0].top)
                yield Entry(_title(item), place.page, place.left, place.top, below)
            item = item.get("/Next")


def _title(item: Dictionary) -> str:
    return " ".join(str(item.get("/Title", "")).split()) or "…"


def _corner(rest: Sequence[object]) -> Spot:
    """The upper left corner a destination names."""
    kind, numbers = str(rest[0]) if rest else "", [_number(value) for value in rest[1:]]
    numbers += [None] * 4
    match kind:
        case "/XYZ":
            return numbers[0], numbers[1]
        case "/FitH" | "/FitBH":
            return None, numbers[0]
        case "/FitV" | "/FitBV":
            return numbers[0], None
        case "/FitR":
            return numbers[0], numbers[3]
    return None, None


def _number(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
