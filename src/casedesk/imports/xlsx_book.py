"""What an XLSX says before its cells: its sheets, shared texts and number formats, each part read as a stream.

What expands beyond measure is refused before it is read; a DTD is refused at once.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath
from typing import IO, NoReturn
from xml.parsers import expat

from casedesk.base.errors import ImportProblem
from casedesk.base.i18n import tr

PIECE = 128 * 1024
_MOST_TAG = 1 << 20
_MOST_ENTRIES = 10_000
_LARGEST = {"sharedStrings": 96 << 20, "styles": 16 << 20, "workbook": 4 << 20, "rels": 4 << 20, "sheet": 1 << 30}
"""Bytes of XML, unpacked."""
_RATIO, _RATIO_FROM = 400, 32 << 20
"""No sheet people made packs better than 400 : 1; small ones may."""

Attributes = dict[str, str]


def damaged(path: Path) -> ImportProblem:
    """What is said of a file that is no whole workbook."""
    return ImportProblem(tr("“{file}” is not a workbook, or it is damaged.", file=path.name),
                         tr("Open it in a spreadsheet program and save it as XLSX."))


def local(name: str) -> str:
    """The name of an element or attribute without its prefix."""
    return name.rpartition(":")[2]


@dataclass
class Xml:
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
            while piece := stream.read(PIECE):
                fed += len(piece)
                parser.Parse(piece, False)
                if fed - parser.CurrentByteIndex > _MOST_TAG:
                    self._refuse()
                yield fed
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, UnicodeError) as problem:
            raise Broken(getattr(problem, "lineno", 0)) from problem
        yield fed

    def _refuse(self, *_: object) -> NoReturn:
        raise ImportProblem(tr("“{file}” holds what no spreadsheet program writes and was not read.",
                               file=self.path.name), tr("Keep it as evidence instead."))


class Broken(Exception):
    """The XML of a part ends or breaks."""


class Book:
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
                for _ in Xml(self.path, start, end, text).read(stream):
                    pass
        except Broken:
            raise damaged(self.path) from None

    def _find_sheets(self) -> None:
        targets: dict[str, str] = {}
        listed: list[tuple[str, str]] = []

        def relation(name: str, given: Attributes) -> None:
            if local(name) == "Relationship" and given.get("TargetMode") != "External":
                target = given.get("Target", "")
                targets[given.get("Id", "")] = target[1:] if target.startswith("/") else normpath(join("xl", target))

        def sheet(name: str, given: Attributes) -> None:
            if local(name) == "sheet":
                listed.append((given.get("name", ""), next(
                    (value for key, value in given.items() if local(key) == "id"), "")))
            elif local(name) == "workbookPr" and given.get("date1904") in ("1", "true"):
                self.datemode = 1

        if "xl/workbook.xml" not in self._entries:
            raise damaged(self.path)
        self._whole("xl/_rels/workbook.xml.rels", "rels", relation)
        self._whole("xl/workbook.xml", "workbook", sheet)
        self.sheets = [(name, targets[id_]) for name, id_ in listed if targets.get(id_) in self._entries]
        if not self.sheets:
            raise damaged(self.path)

    def _read_texts(self) -> None:
        part: list[str] = []
        inside = [False, False]  # within <t>, within a reading aid <rPh>

        def start(name: str, _: Attributes) -> None:
            match local(name):
                case "si":
                    part.clear()
                case "t":
                    inside[0] = True
                case "rPh":
                    inside[1] = True

        def end(name: str) -> None:
            match local(name):
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
            match local(name):
                case "numFmt" if given.get("numFmtId", "").isdigit():
                    formats[int(given["numFmtId"])] = given.get("formatCode", "")[:255]
                case "cellXfs":
                    within.append(name)
                case "xf" if within and given.get("numFmtId", "0").isdigit():
                    number = int(given.get("numFmtId", "0"))
                    self.dated.append(is_dated(formats[number]) if number in formats else number in DATED)

        def end(name: str) -> None:
            if local(name) == "cellXfs":
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
