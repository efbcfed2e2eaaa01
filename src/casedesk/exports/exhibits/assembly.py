"""All exhibits of a bundle put together: slow pictures redrawn beside other work, files copied in order."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import pikepdf
from pikepdf import Object

from casedesk.base.i18n import Say
from casedesk.base.jobs import Progress, silent
from casedesk.exports.exhibits.copying import ordered, taken
from casedesk.exports.exhibits.findings import Entry, Examined, Laid, Pages
from casedesk.exports.exhibits.grids import Caption, grid, groups, may_share
from casedesk.exports.exhibits.kinds import PDF, ExhibitFile
from casedesk.exports.exhibits.preflight import examine
from casedesk.exports.exhibits.sheets import PictureFile, Spot, laid, on
from casedesk.exports.pages import A4, Band, Paper

_WORKERS = min(4, max(1, (os.cpu_count() or 2) - 1))  # this thread works too
_IN_MEMORY_AT_MOST, _HELD_AT_MOST = 64, 1000
Drawn = tuple[int, list[Band], Caption | None]
"""First page in the file of pictures, the bands, and the caption of one that shares its page."""


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

    def take(self, source: pikepdf.Pdf) -> list[Object]:
        """Copy the pages of another document in; they are shown where `order` puts them."""
        return taken(self.pdf, source)

    def order(self, pages: Sequence[Object]) -> None:
        """Make these pages, in this order, the pages of the document."""
        ordered(self.pdf, pages)


class Assembly:
    """Examines exhibits and puts them together; to be used in a `with` block, which ends what is still under way."""

    def __init__(self, say: Say, *, paper: Paper = A4, office: Path | None = None, together: int = 1) -> None:
        """`together` pictures share a sheet: 1, 2, 4, 6 or 9."""
        self.say, self.paper, self.office, self.together = say, paper, office, together
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="pictures")
        self._begun: dict[int, Future[Laid]] = {}

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
                one, held = (one if held < _HELD_AT_MOST else self._again(one, files[number])), held + 1
            found[number] = one
            self._begin(one)
        return [found[number] for number in range(len(files))]

    def _again(self, one: Examined, file: ExhibitFile) -> Examined:
        """The same, but opened anew when its pages are made: not all documents of a very long bundle are held."""
        return replace(one, make=lambda paper, say: examine(file, say, office=self.office).make(paper, say))

    def assemble(self, found: Sequence[Examined], progress: Progress = silent) -> Assembled:
        """One document of all exhibits; those with a problem get a slip sheet. May raise `NotShown`."""
        for one in found:
            self._begin(one)
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
            self._begun[id(one)] = self._workers.submit(one.draw, on(self.paper))

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
        begun = self._begun.pop(id(one), None)
        if begun is not None and not begun.cancel():
            return begun.result()
        return one.draw(on(self.paper)) if one.draw is not None else ()

    def _made(self, one: Examined) -> Pages:
        if id(one) in self._begun:
            return laid(self._drawn(one))
        return one.make(self.paper, self.say)


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
    return one.draw(lambda _wide, _high: [spot]) if one.draw is not None else ()
