"""The rows of a CSV, whatever its encoding and its separator."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from casedesk.base.i18n import tr
from casedesk.imports.draft import Lost, Remark
from casedesk.imports.sheets import MOST_COLUMNS, MOST_ROWS, MOST_TEXT, Line, Step

_PIECE = 1 << 20
_MOST_EMPTY = 100_000
"""So many empty rows together end a table."""
_SEPARATORS = ",\t;|"


def rows(path: Path, step: Step) -> Iterator[Line | Lost | Remark]:
    """The rows of a CSV; a line or cell that is too long is named and left out."""
    encoding, whole = encoding_of(path)
    with path.open("rb") as file, io.TextIOWrapper(file, encoding, errors="replace", newline="") as text:
        text.seek(0)
        separator = _separator(text.read(_PIECE >> 4))
        text.seek(0)
        if not whole:
            yield Remark(tr("Some signs are in no known encoding; they are shown as �."))
        yield from _rows(_Lines(text, file, step), separator)


def encoding_of(path: Path) -> tuple[str, bool]:
    """UTF-8, UTF-16 or GB18030, and whether the whole file can be read in it."""
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16", True
        for encoding in ("utf-8-sig", "gb18030"):
            file.seek(0)
            if _reads(file, encoding):
                return encoding, True
    return ("utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "gb18030"), False


def _reads(file: io.BufferedReader, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(text: str) -> str:
    """The sign that parts most lines; a comma when none does."""
    lines = text.splitlines()[:50]
    return max(_SEPARATORS, key=lambda sign: sum(sign in line for line in lines) * 1000 + text.count(sign))


class _Lines:
    """The lines given to the reader, none longer than a cell may be, counted as the file has them."""

    def __init__(self, text: io.TextIOWrapper, file: io.BufferedReader, step: Step) -> None:
        self.text, self.file, self.step = text, file, step
        self.count = 0
        self.too_long: list[int] = []
        self._told = 0

    def __iter__(self) -> Iterator[str]:
        while line := self.text.readline(MOST_TEXT):
            self.count += 1
            if len(line) == MOST_TEXT and not line.endswith(("\n", "\r")):
                self.too_long.append(self.count)
                while (line := self.text.readline(MOST_TEXT)) and not line.endswith(("\n", "\r")):
                    self._tell()
                yield "\n"
            else:
                yield line
            if not self.count & 0x3FF:
                self._tell()
        self._tell()

    def _tell(self) -> None:
        here = self.file.tell()
        if here != self._told:
            self._told = here
            self.step(here)


def _rows(lines: _Lines, separator: str) -> Iterator[Line | Lost | Remark]:
    csv.field_size_limit(MOST_TEXT)
    reader, last = csv.reader(iter(lines), delimiter=separator), 0
    while lines.count < MOST_ROWS * 2:
        begin = lines.count + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            yield Lost(begin, tr("A quotation mark is not closed, or a cell holds more than {n} characters.",
                                 n=f"{MOST_TEXT:,}"))
            continue
        for line in lines.too_long:
            yield Lost(line, tr("The line is longer than {n} characters.", n=f"{MOST_TEXT:,}"))
        lines.too_long.clear()
        if cells is None:
            return
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            last = begin
            yield Line("", begin, cells[:MOST_COLUMNS])
        elif begin - last > _MOST_EMPTY:
            yield Remark(tr("After line {line} come only empty rows; the rest was not read.", line=last), last)
            return
