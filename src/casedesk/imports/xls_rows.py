"""The rows of an old binary workbook (BIFF), read by xlrd, which runs nothing and follows no link."""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import tr
from casedesk.imports.draft import Lost, Remark
from casedesk.imports.merged import Merged
from casedesk.imports.sheets import MOST_COLUMNS, MOST_TEXT, UNSAVED, Line, Step

_LARGEST = 64 << 20
"""Bytes; 65,536 rows of a bill take a tenth of it."""


def rows(path: Path, step: Step, only: str = "") -> Iterator[Line | Lost | Remark]:
    """The rows of every sheet; ImportProblem when the file is damaged, encrypted or too large."""
    book, size = _book(path), path.stat().st_size
    try:
        for number, name in enumerate(book.sheet_names()):
            if not only or name == only:
                yield from _sheet(book, number, partial(_stepping, step, size / book.nsheets, number))
    finally:
        book.release_resources()
        for number in range(book.nsheets):
            book.unload_sheet(number)  # else book and sheet hold one another
    step(size)


def _stepping(step: Step, size: float, number: int, part: float) -> None:
    step(int(size * (number + part)))


def _sheet(book: Any, number: int, step: Callable[[float], object]) -> Iterator[Line | Lost | Remark]:
    name = book.sheet_names()[number]
    try:
        sheet, beside = book.sheet_by_index(number), _beside(book, number)
    except _BROKEN:
        yield Remark(tr("Sheet “{sheet}” is damaged and could not be read.", sheet=name), sheet=name)
        return
    merged = Merged(beside.merged)
    for row in range(sheet.nrows):
        if not row & 0xFFF:
            step(row / sheet.nrows)
        cells = [_value(cell, book.datemode) for cell in sheet.row(row)[:MOST_COLUMNS]]
        while cells and cells[-1] in (None, ""):
            cells.pop()
        merged.fill(row + 1, cells)
        if cells:
            yield Line(name, row + 1, cells)
    yield from merged.told(name)
    if beside.unsaved:
        yield Remark(tr(UNSAVED, n=f"{len(beside.unsaved):,}", row=beside.unsaved[0]), beside.unsaved[0], name)
    book.unload_sheet(number)


_RECORD, _RANGE = struct.Struct("<HH"), struct.Struct("<4H")
_BEGIN, _END, _MERGED, _FORMULA = (0x0809, 0x0009, 0x0209, 0x0409), 0x000A, 0x00E5, (0x0006, 0x0206, 0x0406)
_RESULT, _EMPTY = struct.Struct("<H4xB5xH"), (3, 0xFFFF)
"""Row and result of a formula; and the result that is an empty text, or none."""


@dataclass
class _Beside:
    """What the records of a sheet tell that the reader does not."""

    merged: dict[tuple[int, int], int] = field(default_factory=dict)
    """The cells that are merged over several rows: first row and column -> last row."""
    unsaved: list[int] = field(default_factory=list)
    """The rows of formulas without a result, if no formula of the sheet has one."""


def _beside(book: Any, number: int) -> _Beside:
    found, saved = _Beside(), False
    for kind, at, length in _records(book, number):
        if kind == _MERGED:
            for place in range(at + 2, at + length - _RANGE.size + 1, _RANGE.size):
                first, last, column, _ = _RANGE.unpack_from(book.mem, place)
                if last > first:
                    found.merged[first + 1, column] = last + 1
        elif kind in _FORMULA and not saved:
            row, result, mark = _RESULT.unpack_from(book.mem, at)
            saved = (result, mark) != _EMPTY
            found.unsaved.append(row + 1)
    if saved:
        found.unsaved.clear()
    return found


def _records(book: Any, number: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place and length of each record of a sheet, but not of what is drawn on it."""
    at, depth = book._sh_abs_posn[number], 0  # noqa: SLF001 - the reader tells of them only where it keeps all formats
    while at + _RECORD.size <= len(book.mem):
        kind, length = _RECORD.unpack_from(book.mem, at)
        at += _RECORD.size
        depth += (kind in _BEGIN) - (kind == _END)
        if not depth:
            break
        if depth == 1:
            yield kind, at, length
        at += length


_BROKEN = (ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, NotImplementedError,
           RecursionError, TypeError, ValueError, struct.error)
"""What xlrd raises on damaged files besides its own error."""


def _book(path: Path) -> Any:
    import xlrd
    from xlrd.compdoc import CompDocError

    if path.stat().st_size > _LARGEST:
        raise ImportProblem(tr("“{file}” is too large for a workbook of this kind.", file=path.name),
                            tr("Save it as XLSX or CSV."))
    for module in (xlrd.biffh, xlrd.book, xlrd.sheet):
        module.unicode = _decoded
    try:
        return xlrd.open_workbook(path, on_demand=True, logfile=io.StringIO())
    except (xlrd.XLRDError, CompDocError, *_BROKEN) as problem:
        if "encrypted" in str(problem):
            raise ImportProblem(tr("“{file}” is protected by a password.", file=path.name),
                                tr("Save it without a password and import that.")) from None
        raise ImportProblem(tr("“{file}” is not a workbook, or it is damaged.", file=path.name),
                            tr("Open it in a spreadsheet program and save it as XLSX.")) from problem


def _decoded(data: bytes, encoding: str) -> str:
    """How the reader decodes a piece of text, which may begin or end within a sign of two code units (an emoji)."""
    return data.decode(encoding, "surrogatepass" if encoding.lower().startswith("utf") else "strict")


_HALF = re.compile("[\ud800-\udfff]")


def _paired(text: str) -> str:
    """A text of several pieces as it was before it was cut."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _HALF.search(text) else text


def _value(cell: Any, datemode: int) -> Any:
    import xlrd

    value: Any = cell.value
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return _paired(value[:MOST_TEXT])
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if cell.ctype == xlrd.XL_CELL_DATE:
        return moment(value, datemode=datemode)
    return bool(value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else None


_DAY_ZERO = (dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1))  # noqa: DTZ001 - a spreadsheet's days have no zone
_FIRST_OF_MARCH = 60
"""Before this day of 1900 the older calendar is a day ahead: it has a 29th of February that never was."""


def moment(value: float, *, datemode: int = 0) -> dt.datetime | dt.time | float:
    """A spreadsheet's day number as a time to the millisecond; below one day a clock time; else the number itself."""
    try:
        day, fraction = divmod(value, 1)
        clock = dt.timedelta(milliseconds=round(fraction * 86_400_000))
        if 0 <= value < 1 and not clock.days:
            return (_DAY_ZERO[0] + clock).time()
        ahead = 0 < value < _FIRST_OF_MARCH and not datemode
        return _DAY_ZERO[bool(datemode)] + dt.timedelta(days=day + ahead) + clock
    except (OverflowError, ValueError):
        return value
