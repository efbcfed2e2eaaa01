"""A finished bundle cut into volumes that a portal takes: only between documents, its page numbers running on.

The first volume holds the list of contents. Links and bookmarks into another volume open that volume's file.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

from casedesk.base.errors import DocumentError
from casedesk.base.files import whole_file
from casedesk.base.i18n import Say
from casedesk.exports.bundle.added import Supplement, enter
from casedesk.exports.bundle.numbers import label, numbers_of, place_of
from casedesk.exports.bundle.outline import hung

_OWN, _MARK = 40_000, 350
"""Bytes that every volume takes beside its pages: its mark as PDF/A and a signature; and each bookmark of the whole."""
_PAGED = re.compile(r" ?[(（][^(（]*\d+[A-Z]*[^(（]*[)）]$")
_VOLUME = re.compile(r" \(\d+/\d+\)$")


class Limits(NamedTuple):
    """What one file may have; None where there is no limit."""

    size: int | None = None
    pages: int | None = None


class Volume(NamedTuple):
    """One file of the bundle, and the printed numbers of its first and last page."""

    file: Path
    first: int
    last: int


class _Link(NamedTuple):
    rectangle: list[float]
    target: int
    place: tuple[Any, ...]


@dataclass
class _Bookmark:
    title: str
    target: int
    place: tuple[Any, ...]
    below: list[_Bookmark]
    unfolded: bool

    def counted(self) -> int:
        """How many it is, with those below."""
        return 1 + sum(map(_Bookmark.counted, self.below))

    def moved(self, where: Sequence[int]) -> _Bookmark:
        """The same bookmark when its page is in another place."""
        return _Bookmark(self.title, where[self.target], self.place, [one.moved(where) for one in self.below],
                         self.unfolded)

    @property
    def group(self) -> str:
        """The heading of the group of exhibits below it, without the fact and the page; empty for others."""
        return _PAGED.sub("", self.title).split("  ")[0] if self.unfolded else ""


def split(
    bundle: Path, starts: Sequence[int], limits: Limits, say: Say, *, before: int = 0, cuts: Sequence[int] = (),
) -> list[Volume]:
    """Cut the bundle where it exceeds the limits; `starts` are the pages, from 1, that documents begin on.

    The bundle's file is replaced by the volumes. A document too large for the limits gets a volume to itself. At each
    of `cuts` a volume begins in any case.
    """
    with pikepdf.open(bundle) as pdf:
        total = len(pdf.pages)
        links, marks = _links(pdf), _bookmarks(pdf)
        small = bundle.stat().st_size <= (limits.size or sys.maxsize) - _OWN and total <= (limits.pages or total)
        if small and not cuts:
            return [Volume(bundle, before + 1, before + total)]
        room = limits.size and limits.size - _OWN - _MARK * sum(map(_Bookmark.counted, marks))
        parts = _volumes(pdf, sorted({1, *starts, *cuts}), limits._replace(size=room), frozenset(cuts))
        if len(parts) == 1:
            return [Volume(bundle, before + 1, before + total)]
        names = [bundle.with_name(say("{name}, volume {number}", name=bundle.stem, number=number) + ".pdf")
                 for number in range(1, len(parts) + 1)]
        binder = _Binder(pdf, [(path.name, *part) for path, part in zip(names, parts, strict=True)], links, marks,
                         numbers_of(pdf))
        for number, path in enumerate(names):
            with whole_file(path, error=DocumentError) as target:
                binder.write(number, target)
    bundle.unlink()
    return [Volume(path, before + first, before + last) for path, (first, last) in zip(names, parts, strict=True)]


def revise(
    old: Mapping[str, Callable[[], BinaryIO]], new: Path, out: Path, say: Say, supplement: Supplement,
) -> list[int]:
    """Write the bundle as filed with late pages in it, each where its printed number puts it: at the end, or inserted.

    No page that was there changes its number; the list of exhibits tells of the `supplement`. Answers the pages, from
    1, that the second and further volumes of what was filed begin on.
    """
    with ExitStack() as stack:
        parts = [stack.enter_context(pikepdf.open(stack.enter_context(file()))) for file in old.values()]
        begins = dict(zip(old, accumulate((len(part.pages) for part in parts), initial=0), strict=False))
        before = sum(len(part.pages) for part in parts)
        second, both = stack.enter_context(pikepdf.open(new)), stack.enter_context(pikepdf.new())
        first = parts[0]
        numbers = [number for part in (*parts, second) for number in numbers_of(part)]
        order = sorted(range(len(numbers)), key=lambda page: place_of(numbers[page]))
        where = _places(order)
        marks = [one.moved(where) for one in _bookmarks(first, 0, begins)]
        late = [one.moved(where) for one in _bookmarks(second, before)]
        links = [page for part, at in zip(parts, begins.values(), strict=True) for page in _links(part, at, begins)]
        links += _links(second, before)
        if supplement.list_ends in numbers:  # an older package does not say where it is
            listed = numbers.index(supplement.list_ends)
            part, at = next(one for one in reversed([*zip(parts, begins.values(), strict=True)]) if one[1] <= listed)
            links[listed] += [_Link(list(one.rectangle), numbers.index(one.number), (Name.XYZ, None, None, 1))
                              for one in enter(part, part.pages[listed - at], supplement, say)]
        pages = [page for part in (*parts, second) for page in part.pages]
        for page in order:
            both.pages.append(pages[page])
        both.Root["/Lang"] = String(str(first.Root.Lang))
        both.docinfo["/Title"] = String(_VOLUME.sub("", str(first.docinfo.get("/Title", ""))))
        if "/OpenAction" in first.Root:
            both.Root["/OpenAction"] = Array([both.pages[0].obj, Name.XYZ, None, None, 1])
        binder = _Binder(
            both, [(out.name, 1, len(both.pages))],
            [[link._replace(target=where[link.target]) for link in links[page]] for page in order],
            _among(marks, late) if where[before] != before else [*marks, _Bookmark(
                say("{title} (p. {page})", title=say("Late pages, {day}", day=supplement.day), page=numbers[before]),
                before, (Name.XYZ, None, None, None), late, unfolded=True)],
            [numbers[page] for page in order])
        with whole_file(out, error=DocumentError) as target:
            binder.write(0, target)
        return [where[at] + 1 for at in begins.values() if at]


def late_places(revised: Path, late: Sequence[Path]) -> dict[int, int]:
    """Of the pages of these files, counted from 0, those that this file of a revised bundle has: where, from 0."""
    places = {number: place for place, number in enumerate(page_numbers(revised))}
    numbers = [number for file in late for number in page_numbers(file)]
    return {page: places[number] for page, number in enumerate(numbers) if number in places}


def page_numbers(file: Path) -> list[str]:
    """The printed number of each page of a file of a bundle."""
    with pikepdf.open(file) as pdf:
        return numbers_of(pdf)


def _places(order: Sequence[int]) -> list[int]:
    """Where each page comes to be."""
    found = [0] * len(order)
    for place, page in enumerate(order):
        found[page] = place
    return found


def _among(marks: Sequence[_Bookmark], late: Sequence[_Bookmark]) -> list[_Bookmark]:
    """Bookmarks of late pages among the others, exhibits in the group they belong to."""
    found = list(marks)
    for one in late:
        group = next((other for other in marks if one.group and other.group == one.group), None)
        if group is None:
            found.append(one)
        else:
            group.below = sorted([*group.below, *one.below], key=lambda mark: mark.target)
    return sorted(found, key=lambda mark: mark.target)


def _links(pdf: pikepdf.Pdf, at: int = 0, begins: Mapping[str, int] = MappingProxyType({})) -> list[list[_Link]]:
    """The links of each page, taken off it: copied with their targets they would drag the whole bundle along.

    A volume's pages count from `at`; `begins` are the files its links may lead into, and what their pages count from.
    """
    index = {page.obj.objgen: number for number, page in enumerate(pdf.pages, at)}
    found = []
    for page in pdf.pages:
        kept, mine = [], []
        for annotation in page.obj.get("/Annots", Array()):
            target = _target(annotation, index, begins)
            if target is None:
                kept.append(annotation)
            else:
                mine.append(_Link([float(value) for value in annotation.Rect], *target))
        if mine:
            page.obj["/Annots"] = Array(kept)
        found.append(mine)
    return found


def _target(
    holder: Object, index: dict[tuple[int, int], int], begins: Mapping[str, int],
) -> tuple[int, tuple[Object, ...]] | None:
    """The page, from 0, that a link or bookmark leads to, and how it is shown."""
    where, action = holder.get("/Dest"), holder.get("/A", Dictionary())
    if action.get("/S") == Name.GoToR and str(action.F.get("/UF", "")) in begins:
        return begins[str(action.F.UF)] + int(action.D[0]), tuple(action.D)[1:]
    if where is None and action.get("/S") == Name.GoTo:
        where = action.get("/D")
    if not isinstance(where, Array) or not len(where) or not isinstance(where[0], Dictionary):
        return None
    page = index.get(where[0].objgen)
    return None if page is None else (page, tuple(where)[1:])


def _bookmarks(pdf: pikepdf.Pdf, at: int = 0, begins: Mapping[str, int] = MappingProxyType({})) -> list[_Bookmark]:
    index = {page.obj.objgen: number for number, page in enumerate(pdf.pages, at)}

    def walk(item: Object | None) -> Iterator[_Bookmark]:
        while item is not None:
            target, place = _target(item, index, begins) or (at, (Name.Fit,))
            yield _Bookmark(str(item.Title), target, place, list(walk(item.get("/First"))),
                            int(item.get("/Count", 0)) > 0)
            item = item.get("/Next")

    return list(walk(pdf.Root.Outlines.get("/First"))) if "/Outlines" in pdf.Root else []


def _volumes(
    pdf: pikepdf.Pdf, starts: Sequence[int], limits: Limits, cuts: frozenset[int],
) -> list[tuple[int, int]]:
    """First and last page, from 1, of each volume; as many documents in each as fit."""
    ends = [*(start - 1 for start in starts[1:]), len(pdf.pages)]
    found: list[tuple[int, int]] = []
    size = 0
    for first, last in zip(starts, ends, strict=True):
        weight = _size(pdf, first, last) if limits.size else 0
        fits = found and first not in cuts and (not limits.size or size + weight <= limits.size) and (
            not limits.pages or last - found[-1][0] + 1 <= limits.pages)
        if fits:
            found[-1], size = (found[-1][0], last), size + weight
        else:
            found.append((first, last))
            size = weight
    return found


def _size(pdf: pikepdf.Pdf, first: int, last: int) -> int:
    """How many bytes these pages take as a file of their own."""
    with pikepdf.new() as alone:
        alone.pages.extend(pdf.pages[first - 1:last])
        held = io.BytesIO()
        alone.save(held)
    return held.tell()


class _Binder:
    """Writes the volumes of one bundle; a part is its file's name, first and last page."""

    def __init__(self, pdf: pikepdf.Pdf, parts: Sequence[tuple[str, int, int]], links: Sequence[Sequence[_Link]],
                 marks: Sequence[_Bookmark], numbers: Sequence[str]) -> None:
        self.pdf, self.parts, self.links, self.marks, self.numbers = pdf, parts, links, marks, numbers

    def write(self, number: int, target: Path) -> None:
        _, first, last = self.parts[number]
        with pikepdf.new() as made:
            made.pages.extend(self.pdf.pages[first - 1:last])
            for page, links in zip(made.pages, self.links[first - 1:last], strict=True):
                if links:
                    page.obj["/Annots"] = Array([*page.obj.get("/Annots", Array()), *(
                        made.make_indirect(self._link(made, number, link)) for link in links)])
            self._describe(made, number)
            label(made, self.numbers[first - 1:last])
            made.save(target, deterministic_id=True, min_version="1.7")

    def _link(self, made: pikepdf.Pdf, number: int, link: _Link) -> Dictionary:
        drawn = {"/Type": Name.Annot, "/Subtype": Name.Link, "/Rect": Array(link.rectangle),
                 "/Border": Array([0, 0, 0]), "/F": 4}
        return Dictionary(drawn | self._to(made, number, link.target, link.place))

    def _to(self, made: pikepdf.Pdf, number: int, target: int, place: tuple[Object, ...]) -> dict[str, Object]:
        """Where a link or bookmark leads: a page of this file, or another file at its page."""
        page = target + 1
        other = next(at for at, (_, first, last) in enumerate(self.parts) if first <= page <= last)
        name, first, _ = self.parts[other]
        if other == number:
            return {"/Dest": Array([made.pages[page - first].obj, *place])}
        file = Dictionary(Type=Name.Filespec, F=String(name), UF=String(name))
        return {"/A": Dictionary(S=Name.GoToR, F=file, D=Array([page - first, *place]))}

    def _describe(self, made: pikepdf.Pdf, number: int) -> None:
        root, source = made.Root, self.pdf.Root
        root["/Lang"], root["/PageMode"] = String(str(source.Lang)), Name.UseOutlines
        root["/ViewerPreferences"] = Dictionary(DisplayDocTitle=True)
        volume = f" ({number + 1}/{len(self.parts)})" if len(self.parts) > 1 else ""
        title = f"{self.pdf.docinfo.get('/Title', '')}{volume}"
        made.docinfo["/Title"], made.docinfo["/Producer"] = String(title), String("CaseDesk")
        if "/OpenAction" in source:
            root["/OpenAction"] = Array([made.pages[0].obj, Name.XYZ, None, None, 1])
        outlines = made.make_indirect(Dictionary(Type=Name.Outlines))
        outlines["/Count"] = hung(outlines, self.marks, lambda one, above: made.make_indirect(Dictionary({
            "/Title": String(one.title), "/Parent": above} | self._to(made, number, one.target, one.place))))
        root["/Outlines"] = outlines
