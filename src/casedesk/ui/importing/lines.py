"""The rows of a preview as lines of a table, each made when it comes into sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import overload

from casedesk.base import times
from casedesk.base.i18n import N_, tr
from casedesk.base.typed_time import show_duration
from casedesk.casework.importing import Fate, PreviewRow
from casedesk.ui.importing.plan import Read
from casedesk.ui.tables.plain import PlainRow

TONES = {Fate.NEW: "", Fate.DUPLICATE: "faint", Fate.MERGED: "accent", Fate.EXCLUDED: "faint", Fate.LOST: "error"}


WILL = {Fate.NEW: N_("To be imported"), Fate.DUPLICATE: Fate.DUPLICATE.label, Fate.MERGED: Fate.MERGED.label,
        Fate.EXCLUDED: N_("Stays out"), Fate.LOST: Fate.LOST.label}
"""What will become of a row, before anything did."""


def headers() -> list[str]:
    """The columns of the preview."""
    return [tr("Outcome"), tr("File"), tr("Line"), tr("Time"), tr("Kind"), tr("Number"), tr("Whose"), tr("Why"),
            tr("Length"), tr("Words")]


class Lines(Sequence[PlainRow]):
    """Some rows of what was read; what is wrong with a file as a whole stands before them.

    `left_out` tells for each number that is not taken why that is so.
    """

    def __init__(self, read: Read, places: Sequence[int], zone_of: Callable[[Path], str], left_out: Mapping[str, str],
                 *, problems: bool) -> None:
        self._read, self._places, self._zone_of, self._out = read, places, zone_of, left_out
        self._maybe: dict[str, list[str]] = {}
        for one in (one for report in read.preview.files for one in report.proposals):
            self._maybe.setdefault(one.same.masked, []).append(
                tr("may be {number}, see the numbers", number=one.shown))
        self._head = _problems(read) if problems else []

    def __len__(self) -> int:
        return len(self._head) + len(self._places)

    @overload
    def __getitem__(self, at: int) -> PlainRow: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[PlainRow]: ...

    def __getitem__(self, at: int | slice) -> PlainRow | Sequence[PlainRow]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        if at < len(self._head):
            return self._head[at]
        return self._line(self._read.preview.rows[self._places[at - len(self._head)]])

    def _line(self, row: PreviewRow) -> PlainRow:
        report, line = self._read.preview.files[row.file], ":".join(filter(None, (row.sheet, str(row.line))))
        zone = self._zone_of(Path(report.path))
        cells = (tr(WILL[row.fate]), report.file, line, times.show(row.at, zone) if row.at else "", _kind(row),
                 row.number, self._read.names.of(row.owner) or row.name, self._why(row),
                 _length(row), row.words)
        return PlainRow(cells, row, TONES[row.fate])

    def _why(self, row: PreviewRow) -> str:
        left_out = self._out.get(row.normal or row.number.strip(), "") if row.fate is Fate.EXCLUDED else ""
        said = [left_out or row.reason]
        if row.fate is Fate.NEW and row.normal in self._maybe:
            said += self._maybe[row.normal]
        if row.where:
            said.append(tr("see {place}", place=row.where))
        if row.seconds:
            said.append(tr("{n} s apart", n=f"{row.seconds:.0f}"))
        if row.attachments:
            said.append(tr("with {n} attached", n=row.attachments))
        return tr("; ").join(filter(None, said))


def _problems(read: Read) -> list[PlainRow]:
    return [PlainRow((tr("About the file"), report.file, *[""] * 5, str(problem), "", ""), None, "error")
            for report in read.preview.files for problem in report.problems if problem.line is None]


def _kind(row: PreviewRow) -> str:
    return " · ".join(tr(one.label) for one in (row.channel, row.direction) if one is not None)


def _length(row: PreviewRow) -> str:
    if row.answered is False:
        return tr("Not answered")
    return show_duration(row.duration, tr) if row.duration is not None else ""
