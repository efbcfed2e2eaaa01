"""What is wrong with the numbers of a file, said once with the first row it is true of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from casedesk.base.i18n import trn
from casedesk.imports.bill_values import Number
from casedesk.imports.draft import Remark

Places = list[tuple[str, int]]
"""Sheet and line of each row."""


def once(places: Places, text: Callable[[int], str], *, is_problem: bool = True) -> Iterator[Remark]:
    """One remark for all these rows; none when there are none."""
    if places:
        sheet, line = places[0]
        yield Remark(text(len(places)), line, sheet, is_problem)


@dataclass
class NumberNotes:
    """The rows whose numbers are not whole."""

    masked: Places = field(default_factory=list)
    shortened: Places = field(default_factory=list)
    restored: Places = field(default_factory=list)

    def note(self, found: Number, sheet: str, line: int) -> None:
        """One number of the file."""
        for happened, places in ((found.masked, self.masked), (found.shortened, self.shortened),
                                 (found.restored, self.restored)):
            if happened:
                places.append((sheet, line))

    def remarks(self) -> Iterator[Remark]:
        """At the end of the file."""
        yield from once(self.masked, lambda n: trn(
            "{n} number is partly masked by the operator; it is kept as it is and proves no single caller.",
            "{n} numbers are partly masked by the operator; they are kept as they are and prove no single caller.", n))
        yield from once(self.shortened, lambda n: trn(
            "{n} number was cut short by a spreadsheet (like 1.38E+10); take the file as it was given.",
            "{n} numbers were cut short by a spreadsheet (like 1.38E+10); take the file as it was given.", n))
        yield from once(self.restored, lambda n: trn(
            "{n} number had lost the 0 of its area code in a spreadsheet; it was put back.",
            "{n} numbers had lost the 0 of their area codes in a spreadsheet; it was put back.", n), is_problem=False)
