"""Any table of contacts: a client's list, a firm's own incident sheet, our own workbook."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from casedesk.base import times
from casedesk.base.errors import ImportProblem, InvalidEntry
from casedesk.base.fields import field_of
from casedesk.base.i18n import LANGUAGES, N_, tr, trn, words
from casedesk.base.typed_time import Precision
from casedesk.imports import sheets, table_debts, table_values
from casedesk.imports.bill_values import number
from casedesk.imports.draft import Draft, Lost, Options, Remark, Row, Skipped
from casedesk.imports.number_notes import NumberNotes, Places, once
from casedesk.imports.sheets import Line, shown
from casedesk.imports.table_columns import CLOCK, DAY, EXTRA, NAME, UTC, fingerprint, guess, is_ours, is_table
from casedesk.imports.table_values import ORDER, Unreadable, is_short, which_order
from casedesk.records import Incident
from casedesk.records.words import SourceKind

_TITLE_ROWS = 30
"""The row of titles is one of the first so many."""
_OF_DRAFT = {"at", DAY, CLOCK, UTC, "channel", "direction", "number", "our_number", NAME, "answered", "duration",
             "words", "precision"}
_MINUTES = re.compile("^(?!.*(?:秒|sec)).*(?:分|min)", re.IGNORECASE)
_PLAIN = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,2})?")
_YEAR = re.compile(r"\d{4}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
_TOTALS = re.compile("合计|总计|小计|共计|总数|(?:grand )?totals?|sum", re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """How a table was understood, for a person to correct: its titles, what they mean, and some rows."""

    fingerprint: str
    titles: tuple[str, ...]
    mapping: Mapping[int, str]
    samples: tuple[tuple[str, ...], ...]


class Table:
    """A table whose columns are told by their titles, or by a person."""

    id = "table"
    title = N_("Table of contacts (CSV, XLSX, XLS)")
    asks: tuple[str, ...] = (ORDER,)

    def looks(self, path: Path, head: bytes) -> bool:
        """A table with a row of titles that name a time and something of a contact."""
        if head.startswith((sheets.ZIP, sheets.OLE)):
            return self._has_titles(path, sheets.MOST_FIRST)
        return sheets.is_text(head) and not head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<") and self._has_titles(
            path, _TITLE_ROWS)

    def _has_titles(self, path: Path, most: int) -> bool:
        try:
            return any(guess(row.cells) for row in sheets.first(path, most) if isinstance(row, Line))
        except ImportProblem:
            return False

    def read(self, path: Path, options: Options) -> Iterator[Row]:
        """A draft for each row below the titles; sheets of other things are passed over and named."""
        return _Reading(path, options).rows()


def layout(path: Path) -> Layout | None:
    """How the first table of the file is understood; its first row counts as titles when nothing is known of it."""
    first: Line | None = None
    found: Line | None = None
    samples: list[tuple[str, ...]] = []
    for row in sheets.first(path):
        if isinstance(row, Line):
            first = first or row
            if found is None and guess(row.cells):
                found = row
            elif found is not None and row.sheet == found.sheet and len(samples) < 5:
                samples.append(tuple(map(shown, row.cells)))
    head = found or first
    if head is None:
        return None
    return Layout(fingerprint(head), tuple(map(shown, head.cells)), guess(head.cells), tuple(samples))


def meanings() -> dict[str, str]:
    """Every name a column may be given, with its label in English."""
    labels = {column.key: declared.label for column in Incident.__table__.columns
              if (declared := field_of(column)) is not None and column.key != "privileged"}
    return labels | EXTRA


@cache
def _continued() -> tuple[re.Pattern[str], ...]:
    """How our workbook says that a text goes on on another sheet, in each language."""
    found = []
    for lang in LANGUAGES:
        text = re.escape(words(lang)(" … (continued on “{sheet}”, row {row})", sheet="SHEET", row="ROW"))
        found.append(re.compile(text.replace("SHEET", "(?P<sheet>.{1,40})").replace("ROW", "(?P<row>[0-9]{1,7})")
                                + r"\Z", re.DOTALL))
    return tuple(found)


@dataclass
class _Titles:
    """The titles of the sheet being read."""

    cells: list[Any]
    mapping: Mapping[int, str]
    ours: bool
    unnamed: Mapping[int, str]
    """Columns nothing is known of."""
    minutes: bool
    """Whether durations are in minutes."""


@dataclass
class _Reading:
    path: Path
    options: Options
    now: dt.datetime = field(default_factory=times.now)
    titles: _Titles | None = None
    sheet: str | None = None
    before: list[Line] = field(default_factory=list)
    ours: bool = False
    passed: list[str] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    order: str | None = None
    full: dict[str, dict[int, str]] = field(default_factory=dict)
    debts: dict[str, dict[str, Any]] | None = None
    numbers: NumberNotes = field(default_factory=NumberNotes)
    yearless: Places = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """The rows of every sheet that is a table of contacts."""
        if ORDER in self.options.answers:
            self.order = self.options.ask(which_order())
        for line in sheets.rows(self.path, self.options.step):
            if not isinstance(line, Line):
                if self.titles is not None or isinstance(line, Remark):
                    yield line
                continue
            if line.sheet != self.sheet:
                self._next_sheet(line.sheet)
            if self.titles is None:
                yield from self._before(line)
            else:
                yield from self._row(line, self.titles)
        self._next_sheet(None)
        yield from self._told()

    def _next_sheet(self, name: str | None) -> None:
        if self.sheet is not None and self.titles is None:
            self.passed.append(self.sheet)
        self.sheet, self.titles = name, None
        self.before.clear()

    def _before(self, line: Line) -> Iterator[Row]:
        """A row above the titles, or the titles themselves."""
        if len(self.before) >= _TITLE_ROWS or (self.ours and not is_ours(line.cells)):
            return
        given = self._given(line)
        found = given or guess(line.cells)
        if not found:
            self.before.append(line)
            return
        titles = self._take_titles(line, found)
        for one in self.before:
            text = " ".join(filter(None, map(shown, one.cells)))
            yield Remark(tr("Above the table: {text}", text=text[:300]), one.line, one.sheet, is_problem=False)
        if given and self._is_data(line, given):
            titles.unnamed, titles.cells = {}, []
            yield from self._row(line, titles)

    def _take_titles(self, line: Line, found: Mapping[int, str]) -> _Titles:
        """From here on the columns mean this."""
        self.ours = self.ours or is_ours(line.cells)
        self.titles = _Titles(line.cells, found, is_ours(line.cells), {
            place: shown(cell) for place, cell in enumerate(line.cells) if place not in found and shown(cell)},
            any(_MINUTES.search(shown(line.cells[place]))
                for place, name in found.items() if name == "duration" and place < len(line.cells)))
        return self.titles

    def _given(self, line: Line) -> Mapping[int, str] | None:
        """What the person said the columns mean, if this row may be the titles they said it of."""
        mapping = self.options.mapping
        if not mapping or not is_table(mapping.values()):
            return None
        mapping = {place: name for place, name in mapping.items() if name}
        fits = guess(line.cells) or len(self.before) == _TITLE_ROWS - 1 or len(line.cells) > max(mapping) or (
            self._is_data(line, mapping))
        return mapping if fits else None

    def _is_data(self, line: Line, mapping: Mapping[int, str]) -> bool:
        try:
            table_values.moment(_values(line, mapping), zone=self.options.zone, order=self.order or "dmy",
                                now=self.now)
        except Unreadable:
            return False
        return True

    def _row(self, line: Line, titles: _Titles) -> Iterator[Row]:
        first = next((text for cell in line.cells if (text := shown(cell))), "")
        if _TOTALS.fullmatch(first.strip(":： ")):
            yield Skipped(line.line, tr("a row of totals"), line.sheet)
            return
        if line.cells == titles.cells:
            yield Skipped(line.line, tr("titles once more"), line.sheet)
            return
        self.left_out.update(title for place, title in titles.unnamed.items()
                             if place < len(line.cells) and shown(line.cells[place]))
        try:
            yield from self._draft(line, titles)
        except Unreadable as problem:
            if guess(line.cells):
                self._take_titles(line, guess(line.cells))
                yield Skipped(line.line, tr("titles once more"), line.sheet)
            else:
                yield Lost(line.line, str(problem), line.sheet)

    def _draft(self, line: Line, titles: _Titles) -> Iterator[Row]:
        values = _values(line, titles.mapping)
        zone = self._zone(values.get("zone"))
        at, precision = self._moment(values, zone)
        dated = values.get("at") or values.get(DAY)
        if isinstance(dated, str) and values.get(UTC) in (None, "") and not _YEAR.search(dated):
            self.yearless.append((line.sheet, line.line))
        taken: dict[str, Any] = {}
        for name, cell in values.items():
            if cell in (None, "") or name in (UTC, "at", DAY, CLOCK):
                continue
            way = table_values.way_of(shown(cell)) if name in {"channel", "direction"} and not titles.ours else {}
            taken = way | taken
            try:
                taken[name] = self._value(name, cell, titles, line)
            except Unreadable as problem:
                if way:
                    continue
                yield Remark(tr("“{field}” in line {line} was not taken: {why}", field=tr(meanings()[name]),
                                line=line.line, why=str(problem)), line.line, line.sheet)
        if titles.ours and "debt_id" in taken:
            yield from self._read_debts(line)
            taken["debt"] = (self.debts or {}).get(taken["debt_id"], {})
        if at.tzinfo is None and zone != self.options.zone:
            at = at.replace(tzinfo=times.zone(zone))
        taken["precision"] = taken.get("precision", precision)
        known = {name: taken.pop(name) for name in _OF_DRAFT & taken.keys()}
        yield Draft(line=line.line, sheet=line.sheet, at=at, source=SourceKind.MEMORY, fields=taken, **known)

    def _read_debts(self, line: Line) -> Iterator[Remark]:
        """What our workbook says of the debts, once."""
        if self.debts is None:
            self.debts, problems = table_debts.debts(self.path)
            yield from (Remark(problem, sheet=line.sheet) for problem in problems)

    def _zone(self, cell: Any) -> str:
        name = shown(cell)
        try:
            return times.zone(name).key if name else self.options.zone
        except InvalidEntry as problem:
            raise Unreadable(str(problem)) from None

    def _moment(self, values: Mapping[str, Any], zone: str) -> tuple[dt.datetime, Precision]:
        texts = [cell for name in ("at", DAY) if isinstance(cell := values.get(name), str)]
        if any(is_short(text) for text in texts) and self.order is None:
            self.order = self._order()
        return table_values.moment(values, zone=zone, order=self.order or "dmy", now=self.now)

    def _order(self) -> str:
        """Which of 3/4/2026 is the day: as another row of the file tells, else the person must."""
        texts = (cell for row in sheets.rows(self.path) if isinstance(row, Line) for cell in row.cells
                 if isinstance(cell, str) and len(cell) < 40)
        found = table_values.order_of(texts)
        if found:
            return found
        return self.options.ask(which_order())

    def _value(self, name: str, cell: Any, titles: _Titles, line: Line) -> Any:
        if name == "uuid":
            return table_values.identity(cell)
        if name == NAME:
            return shown(cell)
        if name == "number":
            found = number(cell)
            if not titles.ours:
                self.numbers.note(found, line.sheet, line.line)
            return found.text
        if titles.ours and isinstance(cell, str):
            cell = self._whole_text(cell)
            if name == "tags":
                return [tag for part in cell.split(_tag_sign(cell)) if (tag := part.strip())]
        if name == "duration" and titles.minutes and _PLAIN.fullmatch(shown(cell)):
            return round(float(shown(cell)) * 60)
        return table_values.value(name, cell)

    def _whole_text(self, text: str) -> str:
        """A text that our workbook could not hold in one cell, put together again."""
        for pattern in _continued():
            found = pattern.search(text)
            if found is not None:
                return self._full_text(found["sheet"], int(found["row"])) or text
        return text

    def _full_text(self, sheet: str, row: int) -> str:
        """The parts from this row on; the sheet is read once and only it."""
        if sheet not in self.full:
            self.full[sheet] = {
                line.line: f"{shown(line.cells[2])}\0{line.cells[3]}" for line in sheets.rows(self.path, only=sheet)
                if isinstance(line, Line) and len(line.cells) > 3 and isinstance(line.cells[3], str)}
        parts: list[str] = []
        for at in range(row, row + 100_000):
            place, _, text = self.full[sheet].get(at, "").partition("\0")
            if not place.startswith(f"{len(parts) + 1}/"):
                break
            parts.append(text)
        return "".join(parts)

    def _told(self) -> Iterator[Row]:
        yield from self.numbers.remarks()
        yield from once(self.yearless, lambda n: trn(
            "{n} date names no year; it was taken for the last such day there was.",
            "{n} dates name no year; they were taken for the last such days there were.", n))
        if self.passed:
            yield Remark(tr("Not read, for they are no tables of contacts: {sheets}",
                            sheets=", ".join(self.passed)), is_problem=False)
        if self.left_out:
            yield Remark(tr("Columns that were not taken over: {titles}",
                            titles=", ".join(sorted(self.left_out)[:40])), is_problem=False)


def _values(line: Line, mapping: Mapping[int, str]) -> dict[str, Any]:
    return {name: line.cells[place] for place, name in mapping.items() if place < len(line.cells)}


def _tag_sign(text: str) -> str:
    """What parts the tags in our workbook."""
    return next((sign for lang in LANGUAGES if (sign := words(lang)("; ")) in text), "\0")
