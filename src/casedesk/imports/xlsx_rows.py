"""The rows of an XLSX, streamed: a sheet of any length takes the memory of its shared texts and one row."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import N_, tr
from casedesk.imports.draft import Lost, Remark
from casedesk.imports.merged import Merged
from casedesk.imports.sheets import MOST_COLUMNS, MOST_ROWS, MOST_TEXT, UNSAVED, Line, Step
from casedesk.imports.xls_rows import moment
from casedesk.imports.xlsx_book import PIECE, Attributes, Book, Broken, Xml, damaged, local, unescaped

_MOST_SKIPPED = 16 * MOST_TEXT
"""A cell longer than this is no accident: the file is not read on."""
_MOST_DIGITS = 30
"""A whole number with more is a mistake; a number that a program wrote in full keeps every one of them."""
_MERGED = re.compile(rb"<(?:\w{1,16}:)?mergeCell [^>]{0,40}?ref=[\"']([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})\b")
_LONGEST_MERGED, _MOST_MERGED = 100, 100_000
_BEYOND = N_("Cells beyond column {most}: {n}, the first in row {row}. They were not read.")


def rows(path: Path, step: Step, only: str = "") -> Iterator[Line | Lost | Remark]:
    """The rows of every sheet in the workbook's order; ImportProblem when it is no workbook or not a safe one."""
    try:
        with zipfile.ZipFile(path) as archive:
            book = Book(archive, path)
            done, total = 0, sum(book.packed(part) for _, part in book.sheets) or 1
            for name, part in book.sheets:
                if only and name != only:
                    continue
                for row in _Sheet(name, book).rows(part):
                    if isinstance(row, int):
                        step(int(path.stat().st_size * min(1.0, (done + row) / total)))
                    else:
                        yield row
                done += book.packed(part)
            step(path.stat().st_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError) as problem:
        raise damaged(path) from problem


@dataclass
class _Sheet:
    """The cells of one sheet as the parser meets them."""

    name: str
    book: Book
    ready: list[Line | Lost] = field(default_factory=list)
    cells: dict[int, Any] = field(default_factory=dict)
    row: int = 0
    column: int = -1
    kind: str = "n"
    style: int = 0
    piece: list[str] = field(default_factory=list)
    length: int = 0
    taking: bool = False
    aside: bool = False
    too_long: bool = False
    formula: bool = False
    count: int = 0
    merged: Merged = field(default_factory=lambda: Merged({}))
    missed: dict[str, tuple[int, int]] = field(default_factory=dict)
    """How many cells were not read, and the row of the first, by what is said of them."""

    def rows(self, part: str) -> Iterator[Line | Lost | Remark | int]:
        """The rows as they are read, between them how many bytes have been read."""
        xml = Xml(self.book.path, self._start, self._end, self._text)
        try:
            self.merged = Merged(self._merged(part))
            with self.book.open(part, "sheet") as stream:
                for fed in xml.read(stream):
                    yield from self.ready
                    self.ready.clear()
                    yield fed
                    if self.count > MOST_ROWS:
                        yield Remark(tr("The sheet has more than {n} rows; the rest was not read.",
                                        n=f"{MOST_ROWS:,}"), self.row, self.name)
                        break
        except (Broken, zipfile.BadZipFile, zlib.error, EOFError):
            yield from self.ready
            yield Remark(tr("The sheet is damaged after row {row}; the rest could not be read.", row=self.row),
                         self.row, self.name)
        yield from self.merged.told(self.name)
        for said, (count, row) in self.missed.items():
            yield Remark(tr(said, n=f"{count:,}", row=row, most=MOST_COLUMNS), row, self.name)

    def _merged(self, part: str) -> dict[tuple[int, int], int]:
        """The cells merged over several rows, which stand below all rows: first row and column -> last row."""
        found: dict[tuple[int, int], int] = {}
        before = b""
        with suppress(zipfile.BadZipFile, zlib.error, EOFError), self.book.open(part, "sheet") as stream:
            while (piece := stream.read(PIECE)) and len(found) < _MOST_MERGED:
                if b"ergeCell" in piece or b"ergeCell" in before:
                    for column, first, last in _MERGED.findall(before + piece):
                        if int(last) > int(first):
                            found[int(first), _column(column.decode())] = int(last)
                before = piece[-_LONGEST_MERGED:]
        return found

    def _miss(self, said: str) -> None:
        count, row = self.missed.get(said, (0, self.row))
        self.missed[said] = (count + 1, row)

    def _start(self, name: str, given: Attributes) -> None:
        name = local(name) if ":" in name else name
        if name == "c":
            self.kind = given.get("t", "n")
            self.style = _number(given.get("s"), 0)
            self.column = _column(given.get("r", "")) if "r" in given else self.column + 1
            self.piece, self.length, self.formula = [], 0, False
        elif name in {"v", "t"}:
            self.taking = not self.aside
        elif name == "f":
            self.formula = True
        elif name == "rPh":
            self.aside = True
        elif name == "row":
            self.row, self.column = _number(given.get("r"), self.row + 1), -1
            self.cells, self.too_long = {}, False

    def _text(self, text: str) -> None:
        if self.taking:
            self.length += len(text)
            if self.length <= MOST_TEXT:
                self.piece.append(text)
            else:
                self.too_long = True
                self.piece.clear()
                if self.length > _MOST_SKIPPED:
                    raise ImportProblem(tr("A cell of “{file}” holds more than {n} characters.",
                                           file=self.book.path.name, n=f"{_MOST_SKIPPED:,}"),
                                        tr("Keep it as evidence instead."))

    def _end(self, name: str) -> None:
        name = local(name) if ":" in name else name
        if name in {"v", "t"}:
            self.taking = False
        elif name == "rPh":
            self.aside = False
        elif name == "c":
            if self.formula and not self.piece and self.kind != "str":  # the result may be an empty text
                self._miss(UNSAVED)
            elif self.piece and self.column >= MOST_COLUMNS:
                self._miss(_BEYOND)
            elif self.piece:
                self.cells[self.column] = self._value("".join(self.piece))
        elif name == "row":
            self.count += 1
            if self.too_long:
                self.ready.append(Lost(self.row, tr("A cell holds more than {n} characters.", n=f"{MOST_TEXT:,}"),
                                       self.name))
            elif self.cells:
                cells = _filled(self.cells)
                self.merged.fill(self.row, cells)
                self.ready.append(Line(self.name, self.row, cells))

    def _value(self, text: str) -> Any:
        kind = self.kind
        if kind == "s":
            place = _number(text, -1)
            return self.book.texts[place] if 0 <= place < len(self.book.texts) else None
        if kind in {"inlineStr", "str"}:
            return unescaped(text)
        if kind == "b":
            return text.strip() == "1"
        if kind in {"e", "d"}:
            return text
        return self._counted(text)

    def _counted(self, text: str) -> Any:
        try:
            number = float(text)
        except ValueError:
            return text
        if 0 <= self.style < len(self.book.dated) and self.book.dated[self.style]:
            return moment(number, datemode=self.book.datemode)
        if text.isdecimal() and len(text) < _MOST_DIGITS:
            return int(text)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _filled(cells: dict[int, Any]) -> list[Any]:
    return [cells.get(place) for place in range(max(cells) + 1)]


def _number(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 9 else default


def _column(reference: str) -> int:
    """The place of a cell named like AB12, from 0; far away for what is no such name."""
    place = 0
    for sign in reference[:4]:
        if not "A" <= sign <= "Z":
            break
        place = place * 26 + ord(sign) - 64
    return place - 1 if place else MOST_COLUMNS
