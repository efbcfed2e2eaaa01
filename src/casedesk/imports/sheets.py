"""The rows of any table file, sheet by sheet: CSV, XLSX and the old binary XLS, told by content.

Formulas give the value they had when saved; macros, links to other files and drawings are never looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from casedesk.base.encodings import wide
from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import N_, tr
from casedesk.imports.draft import Lost, Remark

HEAD = 64 * 1024
MOST_TEXT = 1_000_000
"""Characters one cell may hold; a spreadsheet's own limit is 32,767."""
MOST_COLUMNS = 512
MOST_FIRST, _BEGINNING = 400, 200
"""Rows, and characters of a cell, by which it is told what a table is."""
MOST_ROWS = 2_000_000
UNSAVED = N_("Formulas saved without their result: {n}, the first in row {row}. They were read as empty; open the "
             "file in a spreadsheet program, save it there and import that.")

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FEW = 4
"""Control characters that damage may have left in a text of any length."""
_TEXT_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

Cell = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None
"""What a cell holds; a CSV has only text and None. Times are local, without a zone."""
Step = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Line:
    """One row with at least one value; `line` is its row in the sheet, or the line of a CSV it begins on."""

    sheet: str
    line: int
    cells: list[Any]
    """Of type `Cell`; as many as there are up to the last one with a value."""


def rows(path: Path, step: Step = lambda done: None, *, only: str = "") -> Iterator[Line | Lost | Remark]:
    """The rows that are not empty (of one sheet only), in bounded memory; ImportProblem when it is no table at all."""
    from casedesk.imports import csv_rows, xls_rows, xlsx_rows

    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(ZIP):
        return xlsx_rows.rows(path, step, only)
    if head.startswith(OLE):
        return xls_rows.rows(path, step, only)
    if not is_text(head):
        raise ImportProblem(tr("“{file}” is not a table.", file=path.name), tr("Save it as XLSX or CSV."))
    return csv_rows.rows(path, step)


def first(path: Path, most: int = MOST_FIRST) -> Iterator[Line | Lost | Remark]:
    """The first rows of a table; those of a workbook are remembered, for several formats look at it."""
    with path.open("rb") as file:
        is_book = file.read(len(OLE)).startswith((ZIP, OLE))
    stat = path.stat()
    return islice(_first(path, stat.st_mtime_ns, stat.st_size) if is_book else rows(path), most)


@lru_cache(maxsize=2)
def _first(path: Path, changed: int, size: int) -> tuple[Line | Lost | Remark, ...]:
    """The beginning of every cell of the rows before the first trouble; ImportProblem when there are none."""
    found: list[Line | Lost | Remark] = []
    try:
        found.extend(_beginning(row) if isinstance(row, Line) else row for row in islice(rows(path), MOST_FIRST))
    except ImportProblem:
        if not found:
            raise
    return tuple(found)


def _beginning(line: Line) -> Line:
    return Line(line.sheet, line.line, [cell[:_BEGINNING] if isinstance(cell, str) else cell for cell in line.cells])


def is_text(head: bytes) -> bool:
    """Whether these first bytes may be a text: hardly a control character but those of lines (or it is UTF-16)."""
    if head.startswith(_TEXT_MARKS) or wide(head):
        return True
    return len(head.translate(None, _ALLOWED)) <= min(len(head) // 8, max(_FEW, len(head) // 200))


_ALLOWED = bytes(set(range(256)) - (set(range(32)) - {9, 10, 12, 13}) - {127})


def shown(cell: Cell) -> str:
    """A cell as text: a number without needless decimals, a time as ISO writes it, stripped of outer white space."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**17:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    return str(cell)
