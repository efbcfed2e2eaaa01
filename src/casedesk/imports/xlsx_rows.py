"""The rows of an XLSX, streamed: a sheet of any length takes the memory of its shared texts and one row.

Only the list of sheets, the shared texts, the number formats and the cells are read. What expands beyond measure is
refused before it is read; a DTD is refused at once.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import join, normpath
from typing import IO, Any, NoReturn
from xml.parsers import expat

from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import N_, tr
from casedesk.imports.draft import Lost, Remark
from casedesk.imports.merged import Merged
from casedesk.imports.sheets import MOST_COLUMNS, MOST_ROWS, MOST_TEXT, Line, Step
from casedesk.imports.xls_rows import moment

_PIECE = 128 * 1024
_MOST_TAG = 1 << 20
_MOST_SKIPPED = 16 * MOST_TEXT
"""A cell longer than this is no accident: the file is not read on."""
_MOST_ENTRIES = 10_000
_LARGEST = {"sharedStrings": 96 << 20, "styles": 16 << 20, "workbook": 4 << 20, "rels": 4 << 20, "sheet": 1 << 30}
"""Bytes of XML, unpacked."""
_MOST_DIGITS = 30
"""A whole number with more is a mistake; a number that a program wrote in full keeps every one of them."""
_RATIO, _RATIO_FROM = 400, 32 << 20
"""No sheet people made packs better than 400 : 1; small ones may."""

_MERGED = re.compile(rb"<(?:\w{1,16}:)?mergeCell [^>]{0,40}?ref=[\"']([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})\b")
_LONGEST_MERGED, _MOST_MERGED = 100, 100_000
_UNSAVED = N_("Formulas saved without their result: {n}, the first in row {row}. They were read as empty; open the "
              "file in a spreadsheet program, save it there and import that.")
_BEYOND = N_("Cells beyond column {most}: {n}, the first in row {row}. They were not read.")

Attributes = dict[str, str]


def rows(path: Path, step: Step, only: str = "") -> Iterator[Line | Lost | Remark]:
    """The rows of every sheet in the workbook's order; ImportProblem when it is no workbook or not a safe one."""
    try:
        with zipfile.ZipFile(path) as archive:
            book = _Book(archive, path)
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
        raise _damaged(path) from problem


def _damaged(path: Path) -> ImportProblem:
    return ImportProblem(tr("“{file}” is not a workbook, or it is damaged.", file=path.name),
                         tr("Open it in a spreadsheet program and save it as XLSX."))


def _local(name: str) -> str:
    return name.rpartition(":")[2]


@dataclass
class _Xml:
    """One XML part read as a stream; `start`, `end` and `text` hear of it. Neither DTD nor entity is let in."""

    path: Path
    start: Callable[[str, Attributes], object] = lambda name, attributes: None
    end: Callable[[str], object] = lambda name: None
    text: Callable[[str], object] = lambda text: None

    def read(self, stream: IO[bytes]) -> Iterator[int]:
        """Feed the parser; gives the bytes fed so far after each piece."""
        parser, fed = expat.ParserCreate(), 0
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler, parser.EndElementHandler = self.start, self.end
        parser.CharacterDataHandler = self.text
        try:
            while piece := stream.read(_PIECE):
                fed += len(piece)
                parser.Parse(piece, False)
                if fed - parser.CurrentByteIndex > _MOST_TAG:
                    self._refuse()
                yield fed
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, UnicodeError) as problem:
            raise _Broken(getattr(problem, "lineno", 0)) from problem
        yield fed

    def _refuse(self, *_: object) -> NoReturn:
        raise ImportProblem(tr("“{file}” holds what no spreadsheet program writes and was not read.",
                               file=self.path.name), tr("Keep it as evidence instead."))


class _Broken(Exception):
    """The XML of a part ends or breaks."""


class _Book:
    """What the sheets need to know of the workbook."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self.archive, self.path = archive, path
        self._entries = {entry.filename: entry for entry in archive.infolist()[:_MOST_ENTRIES]}
        if "EncryptedPackage" in self._entries or any(entry.flag_bits & 1 for entry in self._entries.values()):
            raise ImportProblem(tr("“{file}” is protected by a password.", file=path.name),
                                tr("Save it without a password and import that."))
        self.sheets: list[tuple[str, str]] = []
        self.datemode = 0
        self.texts: list[str] = []
        self.dated: list[bool] = []
        self._find_sheets()
        self._read_texts()
        self._read_styles()

    def packed(self, part: str) -> int:
        """The unpacked size of a part; 0 when it is not there."""
        return self._entries[part].file_size if part in self._entries else 0

    def open(self, part: str, kind: str) -> IO[bytes]:
        """A part, if it is not too large and does not unpack beyond measure."""
        entry = self._entries[part]
        if entry.file_size > _LARGEST[kind] or (
                entry.file_size > _RATIO_FROM and entry.file_size > _RATIO * max(1, entry.compress_size)):
            raise ImportProblem(
                tr("“{file}” unpacks to {size} MB and was not read.", file=self.path.name,
                   size=f"{entry.file_size >> 20:,}"), tr("Keep it as evidence instead."))
        return self.archive.open(entry)

    def _whole(self, part: str, kind: str, start: Callable[[str, Attributes], object],
               end: Callable[[str], object] = lambda name: None,
               text: Callable[[str], object] = lambda text: None) -> None:
        if part not in self._entries:
            return
        try:
            with self.open(part, kind) as stream:
                for _ in _Xml(self.path, start, end, text).read(stream):
                    pass
        except _Broken:
            raise _damaged(self.path) from None

    def _find_sheets(self) -> None:
        targets: dict[str, str] = {}
        listed: list[tuple[str, str]] = []

        def relation(name: str, given: Attributes) -> None:
            if _local(name) == "Relationship" and given.get("TargetMode") != "External":
                target = given.get("Target", "")
                targets[given.get("Id", "")] = target[1:] if target.startswith("/") else normpath(join("xl", target))

        def sheet(name: str, given: Attributes) -> None:
            if _local(name) == "sheet":
                listed.append((given.get("name", ""), next(
                    (value for key, value in given.items() if _local(key) == "id"), "")))
            elif _local(name) == "workbookPr" and given.get("date1904") in ("1", "true"):
                self.datemode = 1

        if "xl/workbook.xml" not in self._entries:
            raise _damaged(self.path)
        self._whole("xl/_rels/workbook.xml.rels", "rels", relation)
        self._whole("xl/workbook.xml", "workbook", sheet)
        self.sheets = [(name, targets[id_]) for name, id_ in listed if targets.get(id_) in self._entries]
        if not self.sheets:
            raise _damaged(self.path)

    def _read_texts(self) -> None:
        part: list[str] = []
        inside = [False, False]  # within <t>, within a reading aid <rPh>

        def start(name: str, _: Attributes) -> None:
            match _local(name):
                case "si":
                    part.clear()
                case "t":
                    inside[0] = True
                case "rPh":
                    inside[1] = True

        def end(name: str) -> None:
            match _local(name):
                case "si":
                    self.texts.append(unescaped("".join(part)))
                case "t":
                    inside[0] = False
                case "rPh":
                    inside[1] = False

        def text(piece: str) -> None:
            if inside[0] and not inside[1]:
                part.append(piece)

        self._whole("xl/sharedStrings.xml", "sharedStrings", start, end, text)

    def _read_styles(self) -> None:
        formats: dict[int, str] = {}
        within: list[str] = []

        def start(name: str, given: Attributes) -> None:
            match _local(name):
                case "numFmt" if given.get("numFmtId", "").isdigit():
                    formats[int(given["numFmtId"])] = given.get("formatCode", "")[:255]
                case "cellXfs":
                    within.append(name)
                case "xf" if within and given.get("numFmtId", "0").isdigit():
                    number = int(given.get("numFmtId", "0"))
                    self.dated.append(is_dated(formats[number]) if number in formats else number in DATED)

        def end(name: str) -> None:
            if _local(name) == "cellXfs":
                within.clear()

        self._whole("xl/styles.xml", "styles", start, end)


DATED = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""The numbers of the formats every spreadsheet program has that show a day or a time; some are of the Far East."""
_NOT_SHOWN = re.compile(r'"[^"]*"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]|\\.|_.')


def is_dated(code: str) -> bool:
    """Whether a number format shows a day or a time."""
    return re.search("[dmhys]", _NOT_SHOWN.sub("", code.partition(";")[0]), re.IGNORECASE) is not None


_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """A text in which the format wrote signs as _x000D_."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


@dataclass
class _Sheet:
    """The cells of one sheet as the parser meets them."""

    name: str
    book: _Book
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
        xml = _Xml(self.book.path, self._start, self._end, self._text)
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
        except (_Broken, zipfile.BadZipFile, zlib.error, EOFError):
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
            while (piece := stream.read(_PIECE)) and len(found) < _MOST_MERGED:
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
        name = _local(name) if ":" in name else name
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
        name = _local(name) if ":" in name else name
        if name in {"v", "t"}:
            self.taking = False
        elif name == "rPh":
            self.aside = False
        elif name == "c":
            if self.formula and not self.piece and self.kind != "str":  # the result may be an empty text
                self._miss(_UNSAVED)
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
