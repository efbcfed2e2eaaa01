"""The small markup of a form's text: one line, one block. What a person typed is sealed and never read as markup.

# title              ^ centred            > right               . flush, without indent
## numbered heading  ### its subheading   = heading without a number
+ numbered item      text: a paragraph    @ who signs           @date
| cell | cell        |! header row        |= row across         |w 2 5 the widths
---                  a new page
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from casedesk.base.fonts import code_points
from casedesk.base.i18n import Language, tr
from casedesk.exports.letters.citing import chinese

Kind = Literal["title", "centre", "right", "flush", "heading", "subheading", "label", "item", "text", "sign", "date",
               "table", "page"]
Look = Literal["body", "head", "across"]

_SEAL, _LINE, _BAR, _STOP = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"  # noncharacters: no text holds them
_SEALING = str.maketrans({"\n": _LINE, "\r": None, "|": _BAR})
_OPENING = str.maketrans({_SEAL: None, _LINE: "\n", _BAR: "|"})
_TYPED = re.compile(r"[(（]?(\d+)(?:[)）、．]|\.(?!\d))\s*")
_RESERVED = re.compile(f"[{_SEAL}{_LINE}{_BAR}{_STOP}]")
_ENDS = tuple(".。!！?？;；")
_STOPPED = re.compile(rf"(.){_STOP}(?:[.。；;](?!\w)|(?=([（）：，、]))|)")
_SIGNS: dict[str, Kind] = {"###": "subheading", "##": "heading", "#": "title", "^": "centre", ">": "right",
                           ".": "flush", "=": "label", "+": "item", "@": "sign"}
_LOOKS: dict[str, Look] = {"!": "head", "=": "across"}


class Row(NamedTuple):
    cells: tuple[str, ...]
    look: Look = "body"


@dataclass(frozen=True)
class Block:
    """One paragraph, signature line or table; `number` is printed before the text."""

    kind: Kind
    text: str = ""
    number: str = ""
    rows: tuple[Row, ...] = ()
    widths: tuple[float, ...] = ()
    """Parts of the whole width, one a column."""


def seal(text: str) -> str:
    """A value as it may stand anywhere in the markup without being read as markup."""
    whole = _RESERVED.sub(lambda found: code_points(found[0]), text.replace("\r\n", "\n"))
    return _SEAL + (whole + _STOP if whole.endswith(_ENDS) else whole).translate(_SEALING)


def opened(text: str) -> str:
    """The text with its sealed values as they were."""
    return _STOPPED.sub(_stopped_once, text).translate(_OPENING)


def _stopped_once(found: re.Match[str]) -> str:
    """A sentence that was typed with its full stop has no second one, nor one before what goes on."""
    own: str = found[1]
    return "" if found[2] and own in "。；" else own


def read(text: str, lang: Language) -> list[Block]:
    """The blocks of a text, numbered: 一、（一）1. in Chinese, 1. (a) in English."""
    return list(_numbered(_blocks(text.split("\n")), lang))


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    table: list[str] = []
    for line in map(str.strip, lines):
        if line.startswith("|"):
            table.append(line)
        elif opened(line):
            if table:
                yield _table(table)
                table = []
            yield from _items(line) if line.startswith(f"+ {_SEAL}") else (_block(line),)
    if table:
        yield _table(table)


def _block(line: str) -> Block:
    if line == "---":
        return Block("page")
    if line == "@date":
        return Block("date")
    sign, _, rest = line.partition(" ")
    kind = _SIGNS.get(sign)
    if kind is None:
        return Block("text", opened(line))
    return Block(kind, opened(rest.strip(" ")))  # the two full-width spaces of a closing stay


def _items(line: str) -> Iterator[Block]:
    """A numbered item that begins with a value is one item for each line of it; numbers typed before these go."""
    said = [one.strip() for one in opened(line[2:]).split("\n") if one.strip()]
    typed = [_TYPED.match(one) for one in said]
    numbered = [found[1] for found in typed if found] == [str(place) for place in range(1, len(said) + 1)]
    for one, found in zip(said, typed, strict=True):
        yield Block("item", one[found.end():] if numbered and found else one)


def _table(lines: Sequence[str]) -> Block:
    rows: list[Row] = []
    widths: tuple[float, ...] = ()
    for line in lines:
        if line.startswith("|w"):
            widths = _widths(line)
            continue
        look = _LOOKS.get(line[1:2], "body")
        cells = line[1 if look == "body" else 2:].split("|")
        rows.append(Row(tuple(opened(cell.strip()) for cell in cells), look))
    columns = max((len(row.cells) for row in rows if row.look != "across"), default=1)
    if not rows or (widths and any(row.look != "across" for row in rows) and len(widths) != columns):
        raise ValueError(tr("{n} widths for {columns} columns ({line})", n=len(widths), columns=columns if rows else 0,
                            line=opened(lines[0])))
    return Block("table", rows=tuple(_even(row, columns) for row in rows), widths=widths or (1.0,) * columns)


def _widths(line: str) -> tuple[float, ...]:
    try:
        found = tuple(map(float, line[2:].split()))
    except ValueError:
        found = (0.0,)
    if any(not one > 0 for one in found):
        raise ValueError(tr("widths are numbers above 0 ({line})", line=opened(line)))
    return found


def _even(row: Row, columns: int) -> Row:
    if row.look == "across":
        return row
    return row._replace(cells=row.cells + ("",) * (columns - len(row.cells)))


def _numbered(blocks: Iterator[Block], lang: Language) -> Iterator[Block]:
    heading = subheading = item = 0
    for block in blocks:
        number = ""
        if block.kind == "heading":
            heading, subheading, item = heading + 1, 0, 0
            number = f"{chinese(heading)}、" if lang == "zh" else f"{heading}."
        elif block.kind == "subheading":
            subheading, item = subheading + 1, 0
            number = f"（{chinese(subheading)}）" if lang == "zh" else f"({_letter(subheading)})"
        elif block.kind == "item":
            item += 1
            number = f"{item}."
        yield Block(block.kind, block.text, number, block.rows, block.widths)


def _letter(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
