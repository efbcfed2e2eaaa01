"""The words of a text that Outlook keeps as RTF alone: unpacked ([MS-OXRTFCP]), then read for what it shows.

A page that was wrapped into RTF ([MS-OXRTFEX]) is taken out and reduced to its words.
"""

from __future__ import annotations

import html
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from casedesk.base.markup import plain

_LARGEST = 8_000_000
"""Bytes packed; a long mail takes a hundredth of it."""
_BEGINNING = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx")
_PACKED, _PLAIN = b"LZFu", b"MELA"
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)", re.DOTALL)
_UNSHOWN = {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"listtable",
            b"listoverridetable", b"generator", b"themedata", b"fldinst"}
_SIGNS = {b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"emdash": "—", b"endash": "–",
          b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}
_ESCAPED = {b"~": " ", b"_": "-", b"-": "", b"\n": "\n", b"\r": "\n"}
_PAGES = {b"936": "gb18030", b"54936": "gb18030", b"65001": "utf-8", b"950": "big5"}


def words(packed: bytes) -> str:
    """What the text says; ValueError when it is damaged or too large."""
    rtf = unpacked(packed)
    found = re.search(rb"\\ansicpg([0-9]{1,5})", rtf)
    page = _PAGES.get(found[1], f"cp{found[1].decode()}") if found else "cp1252"
    if b"\\fromhtml" in rtf[:1024]:
        return plain("".join(_shown(rtf, page, markup=True)))
    return "".join(_shown(rtf, page, markup=False)).strip()


def unpacked(data: bytes) -> bytes:
    """The RTF itself."""
    if len(data) > _LARGEST:
        raise ValueError("too large")
    _, size, kind, _ = struct.unpack_from("<II4sI", data)
    if kind == _PLAIN:
        return data[16:16 + size]
    if kind != _PACKED:
        raise ValueError("not packed as known here")
    out = bytearray(_BEGINNING)
    at = 16
    while at < len(data):
        flags, at = data[at], at + 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[at:at + 1]
                at += 1
                continue
            if at + 1 >= len(data):
                return bytes(out[len(_BEGINNING):])
            reference, at = data[at] << 8 | data[at + 1], at + 2
            back = (len(out) - (reference >> 4)) % 4096
            if not back:  # it points where the next byte is to stand: the end
                return bytes(out[len(_BEGINNING):])
            for _ in range((reference & 15) + 2):
                out.append(out[-back] if back <= len(out) else 0x20)
    return bytes(out[len(_BEGINNING):])


@dataclass(frozen=True)
class _Group:
    """What holds until a brace closes."""

    hidden: bool = False
    skipped: int = 1
    """Signs after a Unicode one that stand for it in older programs."""
    tag: bool = False
    """Within a tag of the page."""


@dataclass
class _State:
    groups: list[_Group] = field(default_factory=lambda: [_Group()])
    skip: int = 0
    double: bytearray = field(default_factory=bytearray)
    """Bytes of signs written one by one, which may be halves."""
    wrapping: bool = False
    """What only RTF shows of a wrapped page."""


def _shown(rtf: bytes, page: str, *, markup: bool) -> Iterator[str]:
    """The text piece by piece; of a wrapped page its markup too."""
    state = _State()
    starred = False
    for token in _TOKEN.finditer(rtf):
        word, number, code, sign, brace, text = token.groups()
        if code is None and state.double:
            yield from _told(bytes(state.double).decode(page, "replace"), state, markup=markup)
            state.double.clear()
        group = state.groups[-1]
        if brace == b"{":
            state.groups.append(group)
        elif brace == b"}":
            if len(state.groups) > 1:
                state.groups.pop()
        elif sign == b"*":
            starred = True
            continue
        elif code is not None:
            if state.skip:
                state.skip -= 1
            else:
                state.double.append(int(code, 16))
        elif word is not None:
            yield from _told(_word(word, number, state, starred=starred), state, markup=markup)
        elif sign is not None:
            yield from _told(_ESCAPED.get(sign, sign.decode("latin-1")), state, markup=markup)
        else:
            kept = text[state.skip:]
            state.skip = max(0, state.skip - len(text))
            yield from _told(kept.decode(page, "replace"), state, markup=markup)
        starred = False
    yield from _told(bytes(state.double).decode(page, "replace"), state, markup=markup)


def _word(word: bytes, number: bytes | None, state: _State, *, starred: bool) -> str:
    """What a control word shows; what it changes is kept in the state."""
    group = state.groups[-1]
    if word == b"u" and number is not None:
        state.skip = group.skipped
        return chr(int(number) % 0x10000)
    if word == b"uc" and number is not None:
        state.groups[-1] = replace(group, skipped=min(int(number) % 16, 8))
    elif word == b"htmltag":
        state.groups[-1] = replace(group, tag=True)
    elif word == b"htmlrtf":
        state.wrapping = number != b"0"
    elif starred or word in _UNSHOWN:
        state.groups[-1] = replace(group, hidden=True)
    return _SIGNS.get(word, "")


def _told(text: str, state: _State, *, markup: bool) -> Iterator[str]:
    group = state.groups[-1]
    if text and not group.hidden and not state.wrapping and (markup or not group.tag):
        yield html.escape(text) if markup and not group.tag else text
