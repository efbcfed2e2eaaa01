"""A call bill read sheet by sheet: headings, titles, rows, totals; what all operators' bills have in common.

Every row that is not empty is counted: a contact, a row that could not be read, or a row that holds none (a heading,
titles, a total). The operator's own disclaimer is told word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, groupby, islice
from pathlib import Path
from typing import Any

from casedesk.base.errors import CasedeskError, ImportProblem
from casedesk.base.i18n import tr, trn
from casedesk.imports import bill_columns, bill_json, bill_values, sheets, table_columns
from casedesk.imports.bill_columns import Layout
from casedesk.imports.bill_values import DIVERTED, Period, Unreadable, Years, direction, number, when
from casedesk.imports.draft import Draft, Lost, Options, Question, Remark, Row, Skipped
from casedesk.imports.number_notes import NumberNotes, Places, once
from casedesk.imports.sheets import Line, shown
from casedesk.records.words import Channel, Direction, SourceKind

_TITLES_WITHIN = 60
"""Rows of a sheet among which its titles are looked for."""
_DECLARED = re.compile(r"(?:总条数|总记录数|记录总数|记录条数|总笔数|条数)\s*[:：]?\s*(\d{1,7})|共\s*(\d{1,7})\s*条")
_OWN = re.compile(
    r"(?:手机号码?|本机号码|用户号码|客户号码|业务号码|查询号码|电话号码)\s*[:：]?\s*(1\d{10}|0\d{9,11})(?!\d)")
_TOTAL = re.compile("合\\s*计|总\\s*计|共\\s*计|小\\s*计|总条数|总时长|总费用|总话费|累计")
_DISCLAIMER = re.compile("仅供|参考|凭证|声明|为准|法律效力|提示|注意|说明|^注")
_BEGINS_LIKE_TIME = re.compile(r"\d{1,4}[-/.:：年月]\d|\d{5}")
_YEARS_BACK = 12
ASKS = ("year",)


@dataclass(frozen=True)
class Opening:
    """The first rows of a table, by which its kind is told."""

    text: str
    """Sheet names and cells, one row a line."""
    has_titles: bool
    has_values: bool
    """Rows without titles of a bill that are calls by their values."""
    has_other_titles: bool
    """Titles of a table of contacts that is no bill."""


def opening(path: Path, head: bytes) -> Opening | None:
    """What a file begins with; None when it is no table."""
    stat = path.stat()
    return _opening(path, stat.st_mtime_ns, stat.st_size, head[:1] in (b"{", b"["))


@lru_cache(maxsize=4)
def _opening(path: Path, changed: int, size: int, is_json: bool) -> Opening | None:
    try:
        rows = islice(bill_json.lines(path), _TITLES_WITHIN) if is_json else sheets.first(path, _TITLES_WITHIN)
        first = [row for row in rows if isinstance(row, Line)]
    except (CasedeskError, OSError):
        return None
    text = "\n".join("\t".join((line.sheet, *(shown(cell)[:200] for cell in line.cells))) for line in first)
    titles = any(bill_columns.by_titles(line.cells) for line in first)
    one_sheet = [line for line in first if line.sheet == first[0].sheet]
    others = not titles and any(table_columns.guess(line.cells) for line in first)
    return Opening(text, titles, not titles and bill_columns.by_values(one_sheet) is not None, others)


def read(path: Path, options: Options) -> Iterator[Row]:
    """The rows of a bill of whatever operator; ImportProblem when the file is none."""
    with path.open("rb") as file:
        is_json = file.read(1) in (b"{", b"[")
    rows = bill_json.lines(path) if is_json else sheets.rows(path, options.step)
    told = _Told()
    for name, group in groupby(rows, key=lambda row: row.sheet):
        yield from _Sheet(name, options, told).read(iter(group))
    yield from told.remarks()
    if not told.sheets:
        raise ImportProblem(tr("“{file}” has no columns of a call bill.", file=path.name),
                            tr("Import it as a table and say what its columns mean."))


@dataclass
class _Told:
    """What is said once of the whole file, with the first row it is true of."""

    sheets: int = 0
    numbers: NumberNotes = field(default_factory=NumberNotes)
    diverted: Places = field(default_factory=list)
    messages: int = 0

    def remarks(self) -> Iterator[Remark]:
        yield from self.numbers.remarks()
        yield from once(self.diverted, lambda n: trn(
            "{n} call was diverted; whether the client took it, the bill does not tell.",
            "{n} calls were diverted; whether the client took them, the bill does not tell.", n), is_problem=False)
        if self.messages:
            yield Remark(tr("The bill lists messages without their words."), is_problem=False)


class _Sheet:
    """One sheet of a bill, usually one month."""

    def __init__(self, name: str, options: Options, told: _Told) -> None:
        self.name, self.options, self.told = name, options, told
        self.period: Period | None = bill_values.period_of(name)
        self.years = Years(self.period)
        self.declared: tuple[int, int] | None = None
        """How many rows it says it holds, and the line that says so."""
        self.own = ""
        self.found = 0

    def read(self, rows: Iterator[Line | Lost | Remark]) -> Iterator[Row]:
        first = list(islice(rows, _TITLES_WITHIN))
        lines = [row for row in first if isinstance(row, Line)]
        titles = next((line for line in lines if bill_columns.by_titles(line.cells)), None)
        layout = bill_columns.by_titles(titles.cells) if titles else bill_columns.by_values(lines)
        if layout is None:
            yield from self._no_bill(chain(first, rows), lines)
            return
        self.told.sheets += 1
        before = [line for line in lines if titles is not None and line.line < titles.line]
        for line in before:
            self._heading(line)
        data = [line for line in lines if titles is None or line.line > titles.line]
        self.own = self.own or bill_columns.own_number(data, layout)
        self._settle_year(data, layout)
        yield from self._of_layout(layout, titles)
        reading = _Rows(self, layout, titles)
        for row in chain(first, rows):
            yield from reading.row(row) if isinstance(row, Line) else (row,)
        yield from self._complete()

    def _no_bill(self, rows: Iterable[Line | Lost | Remark], first: Sequence[Line]) -> Iterator[Row]:
        """A sheet without calls: data traffic, or something not known, whose rows are named one by one."""
        traffic = any(bill_columns.is_traffic(line.cells) for line in first) or "流量" in self.name
        for row in rows:
            if not isinstance(row, Line):
                yield row
            elif traffic:
                yield Skipped(row.line, tr("mobile data, no contact"), self.name)
            elif len(row.cells) == 1:
                yield from self.above(row)
            else:
                yield Lost(row.line, tr("The sheet has no columns of a call bill."), self.name)

    def _heading(self, line: Line) -> None:
        """What stands above the titles may say the days, the number of rows and the client's number."""
        text = " ".join(shown(cell) for cell in line.cells)[:1000]
        if self.years.period is None or len(re.findall(r"\d{4}", text)) > 1:
            self.years.period = bill_values.period_of(text) or self.years.period
        declared = _DECLARED.search(text)
        if declared:
            self.declared = (int(declared[1] or declared[2]), line.line)
        own = _OWN.search(text)
        self.own = own[1] if own else self.own

    def _settle_year(self, data: Sequence[Line], layout: Layout) -> None:
        """Asks for the year where neither the rows nor anything above them has one."""
        if self.years.period is not None or not data:
            return
        cells = data[0].cells
        try:
            when(_at(cells, layout.time), _at(cells, layout.clock), Years(None, 2000))
            when(_at(cells, layout.time), _at(cells, layout.clock), Years(None))
        except Unreadable:
            self.years.first = self._asked(cells, layout)

    def _asked(self, cells: Sequence[Any], layout: Layout) -> int | None:
        try:
            when(_at(cells, layout.time), _at(cells, layout.clock), Years(None, 2000))
        except Unreadable:
            return None  # it is not the year that is missing
        from casedesk.base.times import now

        this = now().year
        years = {str(year): str(year) for year in range(this, this - _YEARS_BACK, -1)}
        return int(self.options.ask(Question(
            "year", tr("The bill does not say its year. In which year is its first row, {text}?",
                       text=shown(_at(cells, layout.time))), years)))

    def _of_layout(self, layout: Layout, titles: Line | None) -> Iterator[Remark]:
        at = titles.line if titles else 0
        if not layout.has_number:
            yield Remark(tr("This bill has no column of the other side's numbers: it proves no caller. Ask the "
                            "operator for a bill with numbers."), at, self.name)
        if titles is None:
            yield Remark(tr("The bill was saved without the titles of its columns; they were told by their values. "
                            "Check some rows."), 0, self.name)
        if layout.messages:
            self.told.messages += 1

    def _complete(self) -> Iterator[Remark]:
        if self.declared and self.declared[0] != self.found:
            yield Remark(tr("The bill says it holds {declared} rows, but there are {found}.",
                            declared=self.declared[0], found=self.found), self.declared[1], self.name)

    def above(self, line: Line) -> Iterator[Row]:
        """What stands above the titles is told; the operator's own disclaimer word for word."""
        text = _text(line)
        said = text[:2000] if self._disclaims(line, text) else tr("Above the table: {text}", text=text[:300])
        yield Remark(said, line.line, self.name, is_problem=False)

    def apart(self, line: Line) -> Row:
        """A row among the calls that holds none."""
        text = _text(line)
        if self._disclaims(line, text):
            return Remark(text[:2000], line.line, self.name, is_problem=False)
        return Skipped(line.line, tr("no call: {text}", text=text[:200]), self.name)

    def _disclaims(self, line: Line, text: str) -> bool:
        return (len(line.cells) - sum(cell in (None, "") for cell in line.cells) == 1
                and _DISCLAIMER.search(text) is not None)


def _text(line: Line) -> str:
    return "  ".join(found for found in map(shown, line.cells) if found)


@dataclass
class _Rows:
    """Reads the rows of one sheet by its layout."""

    sheet: _Sheet
    layout: Layout
    titles: Line | None

    def row(self, line: Line) -> Iterator[Row]:
        if line.line == 0:
            return  # the keys of a JSON are no row of it
        if self.titles is not None and line.line < self.titles.line:
            yield from self.sheet.above(line)
        elif self._is_titles(line):
            return
        elif self._is_apart(line):
            declared = _DECLARED.search(" ".join(map(shown, line.cells))[:1000])
            if declared and self.sheet.declared is None:
                self.sheet.declared = (int(declared[1] or declared[2]), line.line)
            yield self.sheet.apart(line)
        else:
            self.sheet.found += 1
            yield from self._contact(line)

    def _is_titles(self, line: Line) -> bool:
        return self.titles is not None and (line is self.titles or line.cells == self.titles.cells)

    def _is_apart(self, line: Line) -> bool:
        """A total, or a remark: it has no time, and it says so, or it has next to nothing else either."""
        cells = line.cells
        if _looks_like_time(_at(cells, self.layout.time)):
            return False
        text = " ".join(cell for cell in cells if isinstance(cell, str))
        told = any(direction(shown(_at(cells, way))) for way in self.layout.ways)
        numbers = (self.layout.number, self.layout.calling, self.layout.called)
        has_number = any(re.search(r"\d{5}|\*", shown(_at(cells, place))) for place in numbers)
        return bool(_TOTAL.search(text)) or (not told and not has_number)

    def _contact(self, line: Line) -> Iterator[Row]:
        layout, cells, sheet = self.layout, line.cells, self.sheet
        try:
            at = when(_at(cells, layout.time), _at(cells, layout.clock), sheet.years)
            way, said = self._way(cells)
            length, doubt = self._length(cells)
        except Unreadable as problem:
            yield Lost(line.line, str(problem), sheet.name)
            return
        if doubt:
            yield Remark(doubt, line.line, sheet.name)
        diverted = bool(DIVERTED.search(said))
        if diverted:
            sheet.told.diverted.append((sheet.name, line.line))
        place = shown(_at(cells, layout.place))
        yield Draft(
            line=line.line, sheet=sheet.name, at=at, channel=Channel.SMS if layout.messages else Channel.CALL,
            direction=way, source=SourceKind.BILL, number=self._number(line, way), our_number=self._own(cells, way),
            answered=None if diverted or layout.messages or length is None else length > 0, duration=length,
            fields={"place": place} if place else {})

    def _way(self, cells: Sequence[Any]) -> tuple[Direction, str]:
        """Who called whom, by the side the client's number stands on, else by the first cell that says it."""
        said = [shown(_at(cells, place)) for place in self.layout.ways]
        word = next(((found, text) for text in said if (found := direction(text))), None)
        side = self._side(cells)
        if side and (word is None or not DIVERTED.search(word[1])):
            return side, word[1] if word else ""
        if word:
            return word
        raise Unreadable(tr("It does not say whether the client called or was called: “{text}”.",
                            text=" ".join(said)[:60]))

    def _side(self, cells: Sequence[Any]) -> Direction | None:
        own = self.sheet.own
        if not own or self.layout.calling is None or self.layout.called is None:
            return None
        calling, called = (number(_at(cells, place)).text for place in (self.layout.calling, self.layout.called))
        if (calling == own) == (called == own):
            return None
        return Direction.OUT if calling == own else Direction.IN

    def _length(self, cells: Sequence[Any]) -> tuple[int | None, str]:
        """The seconds; a length that cannot be read leaves the call, and is told."""
        try:
            return bill_values.seconds(_at(cells, self.layout.duration), minutes=self.layout.minutes), ""
        except Unreadable as problem:
            return None, tr("The call is taken without its length: {reason}", reason=problem)

    def _number(self, line: Line, way: Direction) -> str:
        layout = self.layout
        place = layout.number
        if place is None and layout.calling is not None and layout.called is not None:
            place = layout.called if way is Direction.OUT else layout.calling
        elif place is None:
            place = layout.called if layout.called is not None else layout.calling
        found = number(_at(line.cells, place))
        self.sheet.told.numbers.note(found, self.sheet.name, line.line)
        return found.text

    def _own(self, cells: Sequence[Any], way: Direction) -> str:
        layout = self.layout
        if layout.own is not None and _at(cells, layout.own) not in (None, ""):
            return number(_at(cells, layout.own)).text
        if layout.calling is not None and layout.called is not None and layout.number is None:
            return number(_at(cells, layout.calling if way is Direction.OUT else layout.called)).text
        return self.sheet.own


def _at(cells: Sequence[Any], place: int | None) -> Any:
    return cells[place] if place is not None and place < len(cells) else None


def _looks_like_time(cell: Any) -> bool:
    return bool(_BEGINS_LIKE_TIME.match(shown(cell))) and not _TOTAL.search(shown(cell))
