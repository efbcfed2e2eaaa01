"""All exhibits of a bundle put together: slow pictures redrawn beside other work, files copied in order.

A very long bundle is put together in sections, so that no more of it is held than one section.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import pikepdf
from pikepdf import Object

from casedesk.base.i18n import Say
from casedesk.base.jobs import Progress, silent
from casedesk.exports.exhibits.copying import ordered, taken
from casedesk.exports.exhibits.findings import Entry, Examined, Laid, Make, NotShown, Pages, Where
from casedesk.exports.exhibits.grids import Caption, grid, groups, may_share
from casedesk.exports.exhibits.kinds import PDF, ExhibitFile
from casedesk.exports.exhibits.preflight import examine
from casedesk.exports.exhibits.sheets import PictureFile, Spot, laid, on, spots
from casedesk.exports.pages import A4, Band, Paper

_WORKERS = min(4, max(1, (os.cpu_count() or 2) - 1))  # this thread works too
_IN_MEMORY_AT_MOST, _OPEN_AT_MOST, _MADE_AT_MOST = 64, 600, 200
SECTION = 6_000
"""Pages after which a new section begins."""
Drawn = tuple[int, list[Band], Caption | None]
"""First page in the file of pictures, the bands, and the caption of one that shares its page."""


class Extent(NamedTuple):
    """How many pages an exhibit takes; `shared` when its only page is the one the exhibit before it is on."""

    pages: int
    shared: bool = False


class Late(Exception):
    """An exhibit that seemed fit cannot be shown after all."""

    def __init__(self, exhibit: Examined, problem: NotShown) -> None:
        super().__init__(str(problem))
        self.exhibit, self.problem = exhibit, problem


@dataclass(frozen=True)
class Placed:
    """One exhibit in the assembled document: its page objects in order, the band of each, its own bookmarks."""

    pages: Sequence[Object]
    bands: Sequence[Band]
    outline: Sequence[Entry] = ()
    caption: Caption | None = None
    """Set when its only page is shared with other exhibits: where its number and name are to be written."""


@dataclass(frozen=True)
class Assembled:
    """The document `pdf` holding all exhibits; its page tree is empty until `order` is called, once, with every page.

    Pictures are read from their files while `pdf` is saved, so the vault must stay open until then.
    """

    pdf: pikepdf.Pdf
    exhibits: Sequence[Placed]

    @property
    def pages(self) -> list[Object]:
        """All pages in the order of the exhibits, one that several exhibits share once."""
        found: list[Object] = []
        for one in self.exhibits:
            shared = one.caption is not None and found and found[-1].objgen == one.pages[0].objgen
            found += [] if shared else one.pages
        return found

    def order(self, pages: Sequence[Object]) -> None:
        """Make these pages, in this order, the pages of the document."""
        ordered(self.pdf, pages)


class Assembly:
    """Examines exhibits and puts them together; to be used in a `with` block, which ends what is still under way."""

    def __init__(self, say: Say, *, paper: Paper = A4, office: Path | None = None, together: int = 1) -> None:
        """`together` pictures share a sheet: 1, 2, 4, 6 or 9."""
        self.say, self.paper, self.office, self.together = say, paper, office, together
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="pictures")
        self._begun: dict[int, tuple[Examined, Future[Laid]]] = {}

    def __enter__(self) -> Assembly:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        self._workers.shutdown(wait=True, cancel_futures=True)

    def examine(self, files: Sequence[ExhibitFile], progress: Progress = silent) -> list[Examined]:
        """What each file is, in the files' order. Pictures come first, so that slow ones are drawn meanwhile."""
        order = sorted(range(len(files)), key=lambda number: not files[number].media_type.startswith("image/"))
        found: dict[int, Examined] = {}
        held = 0
        for done, number in enumerate(order):
            progress(done, len(files), files[number].title)
            one = examine(files[number], self.say, office=self.office)
            if one.media_type == PDF and one.problem is None:
                held += 1
                if held > _OPEN_AT_MOST:
                    one.close()
            found[number] = one
            self._begin(one)
        return [found[number] for number in range(len(files))]

    def counted(self, found: Sequence[Examined]) -> list[Examined]:
        """The same exhibits, the pages of each known: where only making them tells, they are made. May raise `Late`."""
        made = 0
        counted = []
        for one in found:
            if one.pages is None and one.draw is None:
                pages = self._made(one)
                made += 1
                make: Make = _once(pages) if made <= _MADE_AT_MOST else one.make
                one = replace(one, pages=len(pages.bands), make=make)  # noqa: PLW2901 - the same exhibit, known better
            counted.append(one)
        return counted

    def extents(self, counted: Sequence[Examined]) -> list[Extent]:
        """How many pages each takes."""
        found = []
        for group in groups(counted, self.together):
            if self._shares(group[0]):
                found += [Extent(1, shared=number > 0) for number in range(len(group))]
            elif group[0].draw is not None:
                found.append(Extent(sum(len(spots(*size, self.paper)) for size in group[0].sizes)))
            else:
                found.append(Extent(group[0].pages or 0))
        return found

    def sections(self, counted: Sequence[Examined], progress: Progress = silent) -> Iterator[tuple[Assembled, bool]]:
        """All exhibits, so many together as make a section, and whether it is the last; may raise `Late`."""
        for one in counted:
            self._begin(one)
        for first, last in _cuts(self.extents(counted)):
            def told(done: int, total: int, note: str = "", first: int = first) -> None:
                progress(first + done, len(counted), note)

            yield self.assemble(counted[first:last], told), last == len(counted)

    def assemble(self, found: Sequence[Examined], progress: Progress = silent) -> Assembled:
        """One document of all these exhibits; those with a problem get a slip sheet. May raise `Late`."""
        parts = PictureFile()
        drawn = dict(self._pictures(found, parts))
        pdf = pikepdf.open(parts.finished())  # type: ignore[arg-type]
        sheets = list(pdf.Root["/Pages"]["/Kids"])
        placed = []
        for number, one in enumerate(found):
            progress(number, len(found))
            if id(one) in drawn:
                first, bands, caption = drawn[id(one)]
                placed.append(Placed(sheets[first:first + len(bands)], bands, caption=caption))
            else:
                pages = self._made(one)
                placed.append(Placed(taken(pdf, pages.pdf), pages.bands, pages.outline))
        return Assembled(pdf, placed)

    def _begin(self, one: Examined) -> None:
        """Start on a picture that takes long; those that will share a sheet are drawn when it is known which."""
        if one.heavy and one.draw is not None and not self._shares(one) and id(one) not in self._begun:
            self._begun[id(one)] = one, self._workers.submit(one.draw, on(self.paper))

    def _shares(self, one: Examined) -> bool:
        return self.together > 1 and may_share(one)

    def _pictures(self, found: Sequence[Examined], parts: PictureFile) -> Iterator[tuple[int, Drawn]]:
        """Put pictures into the file that is read only when the bundle is saved: all but a few still being drawn."""
        wait = len(self._begun) > _IN_MEMORY_AT_MOST
        count = 0
        for group in groups(found, self.together):
            if self._shares(group[0]):
                yield from _sharing(group, self.together, self.paper, parts, count)
                count += 1
            elif group[0].draw is not None and (wait or not group[0].heavy):
                bands = parts.add(self._drawn(group[0]))
                yield id(group[0]), (count, bands, None)
                count += len(bands)

    def _drawn(self, one: Examined) -> Laid:
        _, begun = self._begun.pop(id(one), (one, None))
        if begun is None or begun.cancel():
            return _placed(one, on(self.paper))
        self._draw_until(begun)
        try:
            return begun.result()
        except NotShown as problem:
            raise Late(one, problem) from problem

    def _draw_until(self, awaited: Future[Laid]) -> None:
        """Draw the pictures that nobody would come to for longest, until the one awaited is drawn."""
        for key, (one, begun) in reversed(self._begun.items()):
            if awaited.done():
                return
            if one.draw is not None and begun.cancel():
                drawn = Future[Laid]()
                try:
                    drawn.set_result(one.draw(on(self.paper)))
                except NotShown as problem:
                    drawn.set_exception(problem)
                self._begun[key] = one, drawn

    def _made(self, one: Examined) -> Pages:
        if id(one) in self._begun:
            return laid(self._drawn(one))
        try:
            return one.make(self.paper, self.say)
        except NotShown as problem:
            raise Late(one, problem) from problem


def _cuts(extents: Sequence[Extent]) -> Iterator[tuple[int, int]]:
    """First exhibit of each section and the one after its last; at least one section. Neighbours on one page stay."""
    first = pages = 0
    for number, extent in enumerate(extents):
        if pages + extent.pages > SECTION and number > first and not extent.shared:
            yield first, number
            first, pages = number, 0
        pages += 0 if extent.shared else extent.pages
    yield first, len(extents)


def _once(pages: Pages) -> Make:
    return lambda _paper, _say: pages


def _sharing(
    group: Sequence[Examined], together: int, paper: Paper, parts: PictureFile, page: int,
) -> Iterator[tuple[int, Drawn]]:
    """Lay a group on one sheet."""
    where = grid(group, together, paper)
    pictures = [picture for one, (spot, _) in zip(group, where, strict=True) for picture in _one(one, spot)]
    band = parts.add_together(pictures)
    for one, (_, caption) in zip(group, where, strict=True):
        yield id(one), (page, [band], caption)


def _one(one: Examined, spot: Spot) -> Laid:
    return _placed(one, lambda _wide, _high: [spot])


def _placed(one: Examined, where: Where) -> Laid:
    try:
        return one.draw(where) if one.draw is not None else ()
    except NotShown as problem:
        raise Late(one, problem) from problem
