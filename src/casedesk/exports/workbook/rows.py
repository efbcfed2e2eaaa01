"""Writing rows as sheet XML, one after another, in bounded memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import IO, Any, NamedTuple

from openpyxl.utils import get_column_letter, quote_sheetname

from casedesk.base.i18n import Say
from casedesk.exports.workbook import texts
from casedesk.exports.workbook.looks import QUOTED, UNBROKEN

_ZERO, _FIRST = dt.datetime(1899, 12, 30), dt.datetime(1900, 3, 1)  # noqa: DTZ001 - a spreadsheet's days have no zone
_PRECISE = 10**15
"""From here on a spreadsheet's numbers lose digits."""
_TALL = 24
"""Lines a printed row holds; a longer text is on the sheet of full texts too."""
_SHOWN = 300
_BLOCK = 500
_LINE, _TALLEST, _WIDE = 14, 409, 1000
"""Height of a line and of the tallest row in points; a width nothing is broken at."""


class Styled(NamedTuple):
    """A value whose style is not its column's."""

    value: Any
    style: str


class Formula(NamedTuple):
    """A formula made by the program, never of anything a person typed, with its value as we computed it."""

    text: str
    value: Any
    style: str


@dataclass(frozen=True)
class Column:
    """One column of a sheet: `value` gives text, a number, a `Styled`, or None for an empty cell."""

    title: str
    width: float
    style: str
    value: Callable[[Any], Any]


def serial(moment: dt.datetime) -> float | str:
    """A naive time as a spreadsheet counts it; as text before March 1900, which it cannot count."""
    if moment < _FIRST:
        return moment.isoformat(" ")
    passed = moment - _ZERO
    return passed.days + (passed.seconds * 1000 + passed.microseconds // 1000) / 86_400_000


def day_serial(day: dt.date | None) -> int | str | None:
    """A day as a spreadsheet counts it."""
    if day is None:
        return None
    return day.isoformat() if day < _FIRST.date() else (day - _ZERO.date()).days


def amount(cents: int | None) -> Decimal | str | None:
    """Cents as a number with two decimals; as text when a spreadsheet would lose digits."""
    if cents is None:
        return None
    exact = Decimal(cents).scaleb(-2)
    return exact if abs(cents) < _PRECISE else f"{exact:,}"


def whole(number: int | None) -> int | str | None:
    """A whole number; as text when a spreadsheet would lose digits."""
    return number if number is None or abs(number) < _PRECISE else str(number)


@dataclass
class FullTexts:
    """Texts that a cell cannot hold or a printed row cannot show, in parts, for a sheet of their own."""

    title: str
    say: Say
    spool: IO[bytes]
    styles: dict[str, int]
    count: int = 0
    links: list[tuple[str, str]] = field(default_factory=list)

    def add(self, sheet: str, cell: str, column: str, text: str) -> str:
        """Keep a text; returns the place of its first part."""
        pieces = list(texts.parts(text))
        first = self.count + 2
        for number, piece in enumerate(pieces, 1):
            self.count += 1
            row = self.count + 1
            style = "quoted" if texts.looks_live(piece) else "text"
            self.links.append((f"A{row}", f"{quote_sheetname(sheet)}!{cell}"))
            self.spool.write(
                f'<row r="{row}">{self._cell("A", row, "link", f"{sheet}!{cell}")}'
                f'{self._cell("B", row, "text", column)}{self._cell("C", row, "word", f"{number}/{len(pieces)}")}'
                f'{self._cell("D", row, style, piece)}</row>'.encode())
        return f"{quote_sheetname(self.title)}!D{first}"

    def _cell(self, letter: str, row: int, style: str, text: str) -> str:
        return f'<c r="{letter}{row}" s="{self.styles[style]}" {inline(texts.escaped(text))}'


def inline(escaped: str) -> str:
    """The rest of a cell of text."""
    return f't="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'


@dataclass
class Rows:
    """The rows of one sheet going into `write`; `links` and `replaced` tell afterwards what is in them."""

    sheet: str
    write: Callable[[bytes], object]
    styles: dict[str, int]
    full: FullTexts
    widths: Sequence[float] = ()
    printed: int = 1000
    """So many columns are printed; the others do not make a row higher."""
    row: int = 0
    lines: int = 1
    """How many lines the row being written takes."""
    links: list[tuple[str, str]] = field(default_factory=list)
    """(cell, place it leads to)."""
    replaced: list[str] = field(default_factory=list)
    """Cells with signs that no cell can hold."""

    def head(self, columns: Sequence[Column], printed: int) -> None:
        """The row of titles; those that are not printed are paler."""
        self.printed = printed
        titles = [Styled(column.title, "head" if place < printed else "more") for place, column in enumerate(columns)]
        self.free(titles, least=2)

    def free(self, values: Sequence[Any], *, least: int = 1) -> None:
        """A row of values with their own styles, at least so many lines high."""
        self.row, self.lines = self.row + 1, least
        widths = [*self.widths, *[_WIDE] * len(values)]
        cells = "".join(self._one(place, value, "text", "", widths[place - 1]) for place, value in enumerate(values, 1)
                        if value is not None and value != "")
        self.write(f'<row r="{self.row}"{self._height()}>{cells}</row>'.encode())

    def _height(self) -> str:
        """The row's height; a spreadsheet may find a better one, but not all do."""
        return f' ht="{min(_TALLEST, _LINE * self.lines + 2)}"' if self.lines > 1 else ""

    def table(self, columns: Sequence[Column], records: Iterable[Any]) -> None:
        """A row for each record."""
        block: list[str] = []
        for line in self._lines(columns, records):
            block.append(line)
            if len(block) == _BLOCK:
                self.write("".join(block).encode())
                block.clear()
        self.write("".join(block).encode())

    def _lines(self, columns: Sequence[Column], records: Iterable[Any]) -> Iterator[str]:
        places = [(get_column_letter(place), place, column, column.value, self.styles[column.style])
                  for place, column in enumerate(columns, 1)]
        for record in records:
            self.row, self.lines = self.row + 1, 1
            row, cells = self.row, []
            for letter, place, column, value_of, style in places:
                value = value_of(record)
                if value is None or value == "":
                    continue
                kind = type(value)
                if kind is str or kind is Styled:
                    cells.append(self._one(place, value, column.style, column.title, column.width))
                else:
                    cells.append(f'<c r="{letter}{row}" s="{style}"><v>{value}</v></c>')
            yield f'<row r="{row}"{self._height()}>{"".join(cells)}</row>'

    def _one(self, place: int, value: Any, style: str, title: str, width: float) -> str:
        if isinstance(value, Styled):
            value, style = value
        cell = f"{get_column_letter(place)}{self.row}"
        if isinstance(value, Formula):
            kind = ' t="str"' if isinstance(value.value, str) else ""
            return (f'<c r="{cell}" s="{self.styles[value.style]}"{kind}><f>{texts.escaped(value.text)}</f>'
                    f'<v>{value.value}</v></c>')
        if not isinstance(value, str):
            return f'<c r="{cell}" s="{self.styles[style]}"><v>{value}</v></c>'
        if len(value) > _SHOWN or value.count("\n") >= _TALL:
            value, style = self._long(cell, value, style, title, width)
        if style not in UNBROKEN and place <= self.printed:
            self.lines = max(self.lines, texts.height(value, width))
        text = texts.visible(value)
        if text is not value:
            self.replaced.append(cell)
        if texts.looks_live(text):
            style = QUOTED.get(style, "quoted")
        return f'<c r="{cell}" s="{self.styles[style]}" {inline(texts.escaped(text))}'

    def _long(self, cell: str, text: str, style: str, title: str, width: float) -> tuple[str, str]:
        """What the cell shows of a long text, and how; the whole of it is linked when it does not fit."""
        shown = texts.visible(text)
        held = texts.units(shown) <= texts.MOST_UNITS
        if held and texts.height(shown, width) <= _TALL:
            return text, style
        place = self.full.add(self.sheet, cell, title, shown)
        self.links.append((cell, place))
        if held:
            return text, style
        if shown != text:
            self.replaced.append(cell)
        more = self.full.say(" … (continued on “{sheet}”, row {row})", sheet=self.full.title,
                             row=place.rpartition("D")[2])
        return shown[:_SHOWN] + more, "link"
