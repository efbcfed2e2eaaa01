"""Text in a cell exactly as it was logged: escaped for XML, never read as a formula, never cut."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_UNITS = 32_767
"""UTF-16 units a cell may hold."""
PART = 2_000
"""Columns of text (a Chinese character takes two) in one row of the sheet of full texts: they fit a printed row."""
PART_LINES = 20

_SPECIAL = re.compile(r"[&<>\r]|_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NONE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;", "_": "_x005F_"}
_LIVE = frozenset("=+-@\t\r\n＝＋－＠")


def visible(text: str) -> str:
    r"""The text with signs that no cell can hold shown as their picture (␀) or code (\uD800)."""
    return _NONE.sub(lambda found: _shown(found[0]), text) if _NONE.search(text) else text


def _shown(sign: str) -> str:
    return chr(0x2400 + ord(sign)) if ord(sign) < 0x20 else f"\\u{ord(sign):04X}"


def escaped(text: str) -> str:
    """The text as XML that spreadsheets read back as it is; `_x0041_`, which they would decode, is kept too."""
    return _SPECIAL.sub(lambda found: _ENTITIES.get(found[0]) or _shown(found[0]), text)


def looks_live(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula when somebody types it anew."""
    return text[:1] in _LIVE


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def columns(text: str) -> int:
    """How many columns of a fixed-width typeface the text takes; a Chinese character, three bytes, takes two."""
    return len(text) if text.isascii() else (len(text.encode("utf-8", "surrogatepass")) + len(text)) // 2


def height(text: str, width: float) -> int:
    """How many lines the text takes in a cell of `width` columns, roughly."""
    room = max(1, width - 0.5)
    if "\n" in text:
        return sum(1 + int(columns(line) / room) for line in text.split("\n"))
    return 1 + int(columns(text) / room) if len(text) * 2 > room else 1


def parts(text: str) -> Iterator[str]:
    """The text in pieces that fit a printed row; joined they are the text."""
    start = taken = lines = 0
    for place, sign in enumerate(text):
        taken += 1 if sign.isascii() else 2
        lines += sign == "\n"
        if taken >= PART or lines >= PART_LINES:
            yield text[start:place + 1]
            start, taken, lines = place + 1, 0, 0
    if start < len(text):
        yield text[start:]
