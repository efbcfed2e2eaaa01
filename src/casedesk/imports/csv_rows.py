"""The rows of a CSV, whatever its encoding and its separator; what is wrong with a line is told of that line."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from casedesk.base.i18n import tr
from casedesk.imports import texts
from casedesk.imports.draft import Lost, Remark
from casedesk.imports.sheets import MOST_COLUMNS, MOST_ROWS, MOST_TEXT, Line, Step

_MOST_EMPTY = 100_000
"""So many empty rows together end a table."""
_SEPARATORS = ",\t;|"
_LOOKED_AT, _LOOKED_INTO = 50, 1 << 16
"""Lines and characters by which the separator is told."""
_TAB = re.compile("\t+(?=[,;|])")
_TOLD = re.compile(r"sep=(.)\s*")
_DIGITS = re.compile(r"\d+")


def rows(path: Path, step: Step) -> Iterator[Line | Lost | Remark]:
    """The rows of a CSV; a line or cell that is too long is named and left out."""
    csv.field_size_limit(MOST_TEXT)
    with texts.opened(path) as text:
        lines = _Lines(text, step)
        yield from _rows(lines, _separator(lines))


class _Lines:
    """The lines given to the reader, none longer than a cell may be, counted as the file has them."""

    def __init__(self, text: texts.Lines, step: Step) -> None:
        self.text, self.step = text, step
        self.count = 0
        self.given: list[str] = []
        """Those of the row being read."""
        self._waiting: list[str] = []
        self.told: list[Lost | Remark] = []
        """What is to be said of them and of lines looked at ahead."""
        self._at = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._waiting.pop() if self._waiting else self._read():
            self.count += 1
            self.given.append(line)
            yield line
        self._step()

    def put_back(self, lines: Sequence[str]) -> None:
        """These lines, the last that were given, will be given again."""
        self._waiting.extend(reversed(lines))
        self.count -= len(lines)

    def due(self) -> Iterator[Lost | Remark]:
        """What is to be said of the lines given so far."""
        while self.told and self.told[0].line <= self.count:
            yield self.told.pop(0)

    def _read(self) -> str:
        line, number = self.text.readline(MOST_TEXT), self.count + 1
        if (len(line) == MOST_TEXT or self.text.cut) and not line.endswith(("\n", "\r")):
            self.told.append(Lost(number, tr("The line is longer than {n} characters.", n=f"{MOST_TEXT:,}")))
            while (line := self.text.readline(MOST_TEXT)) and not line.endswith(("\n", "\r")):
                self._step()
            return "\n"
        if self.text.doubt:
            self.told.append(Remark(self.text.doubt, number))
        if "\0" in line:
            self.told.append(Remark(tr("A character that cannot be kept (NUL) was left out of this line."), number))
            line = line.replace("\0", "") or "\n"
        if not number & 0x3FF:
            self._step()
        return line

    def _step(self) -> None:
        here = self.text.tell()
        if here != self._at:
            self._at = here
            self.step(here)


def _separator(lines: _Lines) -> str:
    """The sign that parts most of the first rows alike, into as many cells as can be; or the one the file names."""
    first: list[str] = []
    size = 0
    for line in lines:
        first.append(line)
        size += len(line)
        if len(first) == _LOOKED_AT or size > _LOOKED_INTO:
            break
    named = _TOLD.fullmatch(first[0]) if first else None
    lines.put_back(first[1:] if named else first)
    return named[1] if named else max(_SEPARATORS, key=lambda sign: _alike(first, sign))


def _alike(lines: Sequence[str], separator: str) -> tuple[int, int]:
    """How many rows have the same number of cells, and how many cells these are.

    A tab before another separator parts nothing: it keeps a spreadsheet from taking a number for a number.
    """
    try:
        widths = Counter(len(row) for row in csv.reader(map(_no_tabs, lines), delimiter=separator) if len(row) > 1)
    except csv.Error:
        return 0, 0
    return max(((times, width) for width, times in widths.items()), default=(0, 0))


def _no_tabs(line: str) -> str:
    return _TAB.sub("", line)


def _rows(lines: _Lines, separator: str) -> Iterator[Line | Lost | Remark]:
    reader, last, width = csv.reader(lines, delimiter=separator), 0, 0
    while lines.count < MOST_ROWS * 2:
        begin = lines.count + 1
        lines.given.clear()
        try:
            cells, broken = next(reader, None), False
        except csv.Error:
            cells, broken = [], True
        if len(lines.given) > 1 and (broken or _swallows(lines.given, separator, width)):
            lines.put_back(lines.given[1:])
            cells = _alone(lines.given[0], separator, width)
            reader = csv.reader(lines, delimiter=separator)
            yield Remark(tr("A quotation mark is not closed in this line; the line was read by itself."), begin)
        elif broken:
            yield Lost(begin, tr("A cell holds more than {n} characters.", n=f"{MOST_TEXT:,}"))
        if lines.told:
            yield from lines.due()
        if cells is None:
            return
        width = len(cells) or width
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            last = begin
            yield Line("", begin, cells[:MOST_COLUMNS])
        elif begin - last > _MOST_EMPTY:
            yield Remark(tr("After line {line} come only empty rows; the rest was not read.", line=last), last)
            return


def _swallows(lines: Sequence[str], separator: str, width: int) -> bool:
    """Whether lines read as one cell are rows themselves: as wide as the row before, and beginning as this one does."""
    begin = _shape(lines[0], separator)
    return bool(begin) and width > 1 and any(
        line.count(separator) >= width - 1 and _shape(line, separator) == begin for line in lines[1:])


def _shape(line: str, separator: str) -> str:
    return _DIGITS.sub("9", line.partition(separator)[0].strip(' "'))


def _alone(line: str, separator: str, width: int) -> list[str]:
    """The cells of one line in which a quotation mark stands too many."""
    cells = next(csv.reader([line], delimiter=separator), [])
    if len(cells) < width:
        cells = next(csv.reader([line.replace('"', "")], delimiter=separator), [])
    return [cell.rstrip("\r\n") for cell in cells]
