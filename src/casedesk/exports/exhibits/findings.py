"""What was found in an exhibit before anything is built, and what is built from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from casedesk.base.errors import DocumentError
from casedesk.base.i18n import Say
from casedesk.exports.pages import Band, Paper

if TYPE_CHECKING:
    import pikepdf

    from casedesk.exports.exhibits.rasters import Raster
    from casedesk.exports.exhibits.sheets import Spot

Reason = Literal[
    "damaged", "needs-password", "wrong-password", "no-pages", "unsupported", "too-large", "empty", "missing"]


class NotShown(DocumentError):
    """A file that cannot be turned into pages; `reason` says which kind of trouble it is."""

    def __init__(self, reason: Reason, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.reason = reason


class Remark(NamedTuple):
    """Something a person should know of an exhibit that is shown all the same."""

    code: str
    text: str


@dataclass(frozen=True)
class Entry:
    """A bookmark inside an exhibit: `page` counts from 0 in the exhibit, `left` and `top` are in the page's units."""

    title: str
    page: int
    left: float | None = None
    top: float | None = None
    children: tuple[Entry, ...] = ()

    def pages(self) -> Iterator[int]:
        """The pages that it and those below it lead to."""
        yield self.page
        for child in self.children:
            yield from child.pages()

    def after(self, pages: int) -> Entry:
        """The same bookmark when so many pages come before."""
        children = tuple(child.after(pages) for child in self.children)
        return Entry(self.title, self.page + pages, self.left, self.top, children)


@dataclass
class Pages:
    """The pages of an exhibit, upright and with room for the stamp, one band a page."""

    pdf: pikepdf.Pdf
    bands: Sequence[Band]
    outline: Sequence[Entry] = ()

    def absorb(self, further: Pages) -> None:
        """Put the pages of another file after these."""
        first = len(self.bands)
        self.pdf.pages.extend(further.pdf.pages)
        self.bands = [*self.bands, *further.bands]
        self.outline = [*self.outline, *(entry.after(first) for entry in further.outline)]


def _nothing() -> None:
    """Nothing is held open."""


Make = Callable[[Paper, Say], Pages]
Laid = Sequence[tuple["Raster", Sequence["Spot"]]]
Where = Callable[[int, int], Sequence["Spot"]]
"""Width and height of a picture in dots -> where it lies."""
Draw = Callable[[Where], Laid]


@dataclass(frozen=True)
class Examined:
    """What preflight found. Either `problem` says why the file cannot be shown, or `make` gives its pages.

    `pages` is the number of pages where it is known before they are made. `close` ends what is held open for `make`,
    which then opens it again.
    """

    media_type: str
    make: Make
    problem: NotShown | None = None
    remarks: Sequence[Remark] = field(default_factory=tuple)
    pages: int | None = None
    is_slip: bool = False
    """Shown by a slip sheet by its nature: sound, video, office documents."""
    draw: Draw | None = None
    """For pictures: their bytes and where they lie; `make` makes pages of that."""
    sizes: Sequence[tuple[int, int]] = ()
    """Width and height in dots of each picture of the file, as it is looked at."""
    heavy: bool = False
    """Making its pages takes long enough to be done beside other work."""
    close: Callable[[], None] = _nothing

    @property
    def needs_password(self) -> bool:
        return self.problem is not None and self.problem.reason in {"needs-password", "wrong-password"}

