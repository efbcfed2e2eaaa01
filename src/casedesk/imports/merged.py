"""Cells merged over several rows: people write the day once beside all calls of it, and each row means it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from casedesk.base.i18n import tr
from casedesk.imports.draft import Remark


@dataclass
class Merged:
    """The merged cells of one sheet. `ranges`: first row and column -> last row."""

    ranges: Mapping[tuple[int, int], int]
    _open: dict[int, tuple[int, Any]] = field(default_factory=dict)
    _count: int = 0
    _first: int = 0

    def fill(self, row: int, cells: list[Any]) -> None:
        """Give the row, if anything stands in it, the values of the cells that reach into it from above."""
        if not self.ranges or not cells:
            return
        for column, (last, value) in list(self._open.items()):
            if row > last:
                del self._open[column]
            elif column >= len(cells) or cells[column] in (None, ""):
                cells.extend([None] * (column + 1 - len(cells)))
                cells[column] = value
                self._count += 1
                self._first = self._first or row
        for column, value in enumerate(cells):
            if (row, column) in self.ranges and value not in (None, ""):
                self._open[column] = self.ranges[row, column], value

    def told(self, sheet: str) -> Iterator[Remark]:
        """How many cells were filled in."""
        if self._count:
            yield Remark(tr("Cells merged with the one above them were read with its value: {n}, the first in row "
                            "{row}.", n=f"{self._count:,}", row=self._first), self._first, sheet, is_problem=False)
