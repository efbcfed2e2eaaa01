"""Bookmarks: the bundle's parts, groups and exhibits, with the bookmarks of each source below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeVar

import pikepdf
from pikepdf import Array, Dictionary, Name, Object

from casedesk.exports.bundle.draft import Draft
from casedesk.exports.bundle.plan import Exhibit, PageMap, sheet_key
from casedesk.exports.bundle.sections import Leaf
from casedesk.exports.exhibits.findings import Entry


class Branch(Protocol):
    """What has bookmarks below it, seen at once or not."""

    @property
    def below(self) -> Sequence[Self]: ...
    @property
    def unfolded(self) -> bool: ...


B = TypeVar("B", bound=Branch)


@dataclass
class Bookmark:
    """One bookmark: the page, from 1, and the height to be shown at the top."""

    title: str
    page: int
    top: float | None = None
    left: float | None = None
    below: list[Bookmark] = field(default_factory=list)
    unfolded: bool = False


def bookmarks(draft: Draft, pages: PageMap, entries: dict[str, Sequence[Entry]]) -> Iterator[Bookmark]:
    """All of them; `entries` are those of each exhibit's file by the exhibit's key."""
    for part in draft.front.parts:
        if part.pages:
            place = pages.places[part.key]
            yield Bookmark(part.title, place.page, below=list(_sheets(draft, pages)) if part.key == "sheets" else [])
    for group in draft.groups:
        title = draft.profile.group.format(group=group.name)
        below = [_exhibit(exhibit, pages, entries) for exhibit in group.exhibits]
        yield Bookmark(f"{title}  {draft.fact(group)}".strip(), below[0].page, below=below, unfolded=True)


def _sheets(draft: Draft, pages: PageMap) -> Iterator[Bookmark]:
    for number, (incident_id, title) in enumerate(draft.sheet_titles.items(), 1):
        place = pages.places[sheet_key(incident_id)]
        yield Bookmark(f"{number}  {title}", place.page, place.top)


def _exhibit(exhibit: Exhibit, pages: PageMap, entries: dict[str, Sequence[Entry]]) -> Bookmark:
    place = pages.places[exhibit.key]
    below = [_entry(entry, place.page) for entry in entries.get(exhibit.key, ())]
    return Bookmark(f"{exhibit.mark}  {exhibit.evidence.caption}", place.page, below=below)


def _entry(entry: Entry, first: int) -> Bookmark:
    below = [_entry(child, first) for child in entry.children]
    return Bookmark(entry.title, first + entry.page, entry.top, entry.left, below)


def hung(above: Object, found: Sequence[B], item: Callable[[B, Object], Object]) -> int:
    """Hang bookmarks, each made by `item`, below another; answers how many lines they take when it is unfolded."""
    last: Object | None = None
    lines = 0
    for one in found:
        made = item(one, above)
        if last is None:
            above["/First"] = made
        else:
            last["/Next"], made["/Prev"] = made, last
        last = made
        lines += 1
        if one.below:
            inner = hung(made, one.below, item)
            made["/Count"] = inner if one.unfolded else -inner
            lines += inner if one.unfolded else 0
    if last is not None:
        above["/Last"] = last
    return lines


class Outline:
    """Writes bookmarks into a document whose pages have their order."""

    def __init__(
        self, pdf: pikepdf.Pdf, leaf: Callable[[int], Leaf], zoom: float | None, titled: Callable[[str, int], str],
    ) -> None:
        """`leaf` gives the page of a number, from 1.

        `titled` words a bookmark, of its title and its page.
        """
        self._pdf, self._leaf, self._zoom, self._titled = pdf, leaf, zoom, titled

    def write(self, found: Sequence[Bookmark]) -> None:
        """Replace what bookmarks there are."""
        root = self._pdf.make_indirect(Dictionary(Type=Name.Outlines))
        root["/Count"] = hung(root, found, self._item)
        self._pdf.Root["/Outlines"] = root

    def _item(self, one: Bookmark, above: Object) -> Object:
        return self._pdf.make_indirect(Dictionary(
            Title=self._titled(one.title, one.page), Parent=above, Dest=self.destination(one.page, one.top, one.left)))

    def destination(self, page: int, top: float | None = None, left: float | None = None) -> Array:
        """The page, from 1, shown from that height on; from its top where none is given."""
        leaf = self._leaf(page)
        return Array([leaf.page, Name.XYZ, left, leaf.top if top is None else top, self._zoom])
