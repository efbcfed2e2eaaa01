"""What is noticed page by page in a PDF, told at the end in a few sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from casedesk.base.i18n import N_, Say
from casedesk.exports.exhibits.findings import Remark

_OF_PAGES = {
    "rotated": N_("Turned upright: pages {pages}."),
    "resized": N_("Of unusual size, fitted to A4: pages {pages}."),
    "no-text": N_("Pictures without a text layer, so not searchable: pages {pages}."),
    "damaged-page": N_("Damaged in part; what can be read is shown: pages {pages}."),
    "empty-page": N_("Nothing is drawn on pages {pages}."),
    "annotations": N_("Comments and marks are kept: pages {pages}."),
    "redaction": N_("Marked for redaction but not redacted, the words beneath can still be read: pages {pages}."),
    "form": N_("The form is shown with its entries and can no longer be filled in: pages {pages}."),
}
_OF_THINGS = {
    "fonts": N_("Fonts not embedded, letters may look different on another machine: {things}."),
    "active": N_("Taken out of the copy, still in the original: {things}."),
}
_NAMED_AT_MOST = 8


class Drawn(NamedTuple):
    """What resources hold: is there text, and how many dots wide and high are its pictures?"""

    has_text: bool
    pictures: frozenset[tuple[int, int]]


class Tally:
    """Notices gathered while a document is looked at."""

    def __init__(self) -> None:
        self.pages: dict[str, list[int]] = defaultdict(list)
        self.things: dict[str, dict[str, None]] = defaultdict(dict)
        self.dpi = 0
        self.seen: set[tuple[int, int]] = set()
        self.drawn: dict[tuple[int, int], Drawn] = {}

    def page(self, code: str, number: int) -> None:
        """Page `number`, from 0, is of kind `code`."""
        if number not in self.pages[code][-1:]:
            self.pages[code].append(number)

    def thing(self, code: str, name: str) -> None:
        self.things[code][name] = None

    def new(self, number: tuple[int, int]) -> bool:
        """True the first time an object is met; direct objects are always new."""
        if number == (0, 0):
            return True
        first = number not in self.seen
        self.seen.add(number)
        return first

    def remarks(self, say: Say) -> Iterator[Remark]:
        for code, text in _OF_PAGES.items():
            if self.pages[code]:
                yield Remark(code, say(text, pages=ranges(self.pages[code])))
        if self.pages["resolution"]:
            yield Remark("resolution", say(
                "Pictures of more than 300 dpi, up to {dpi}: pages {pages}.",
                dpi=self.dpi, pages=ranges(self.pages["resolution"])))
        for code, text in _OF_THINGS.items():
            if self.things[code]:
                yield Remark(code, say(text, things=_listed(list(self.things[code]), say)))


def ranges(numbers: Iterable[int]) -> str:
    """Page numbers counted from 0 as people write them: "1-3, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    told = [f"{first + 1}-{last + 1}" if last > first else str(first + 1) for first, last in runs]
    return ", ".join(told[:40]) + (" …" if len(told) > 40 else "")


def _listed(names: list[str], say: Say) -> str:
    shown = say(", ").join(say(name) for name in names[:_NAMED_AT_MOST])
    return f"{shown} …" if len(names) > _NAMED_AT_MOST else shown
