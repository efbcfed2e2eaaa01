"""Text in whatever encoding it was written."""

from __future__ import annotations

import re

_MARKED = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
           (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030", "x-gbk": "gb18030"}
_HEAD, _FEWEST = 1 << 16, 4
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]+")
_SHOWN = {"utf-8-sig": "UTF-8", "gb18030": "GB18030", "cp1252": "Windows-1252"}
_THREE_BYTES = "\u0800"
"""From this sign on UTF-8 takes three bytes, which text of another encoding hardly ever looks like."""


def decoded(data: bytes) -> tuple[str, bool]:
    """The text, and whether every byte could be read: marked Unicode, UTF-8, then as systems of old wrote it."""
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), True
    tried = [wide(data[:_HEAD]) or "utf-8"]
    while (text := _read(data, tried[-1])) is None:
        if len(tried) > 1:
            guesses = (data.decode(encoding, "replace") for encoding in tried)
            return min(guesses, key=lambda guess: guess.count("\ufffd")), False
        tried.append(narrow(data))
    return text, True


def decoded_as(data: bytes, charset: str) -> str:
    """The text in the encoding it claims, or, where that is wrong, in the one that fits."""
    try:
        return data.decode(widest(charset))
    except (LookupError, ValueError):
        return decoded(data)[0]


def widest(charset: str) -> str:
    """The encoding that has all signs of this one and those its writers take along from its successors."""
    named = charset.strip().lower()
    return _WIDER.get(named, named)


def wide(head: bytes) -> str:
    """The form of UTF-16 a text begins in, marked or told by its many NULs on one side; else empty."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) < max(_FEWEST, len(head) // 20) or min(even, odd) * 20 > max(even, odd):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def narrow(data: bytes) -> str:
    """What text that is no Unicode is in: Windows' of the West where signs beyond ASCII stand alone, else GB18030."""
    runs = _BEYOND_ASCII.findall(data)
    return "cp1252" if sum(len(run) == 1 for run in runs) * 2 > len(runs) else "gb18030"


def is_clearly_utf8(line: bytes) -> bool:
    """Whether it is UTF-8 and cannot well be anything else."""
    text = _read(line, "utf-8-sig")
    return text is not None and any(sign >= _THREE_BYTES for sign in text)


def line_of(line: bytes, encoding: str) -> tuple[str, str | None]:
    """One line of a text that is not throughout in its encoding, and the one this line is in instead.

    None when it is in that of the text; empty when in none: what cannot be read is then shown as U+FFFD.
    """
    text = _read(line, "utf-8-sig")
    if text is not None and (encoding != "gb18030" or line.isascii() or is_clearly_utf8(line)):
        return text, None if line.isascii() or encoding == "utf-8-sig" else _SHOWN["utf-8-sig"]
    other = encoding
    if encoding == "utf-8-sig":
        damaged = line.decode(encoding, "replace")
        if damaged.count("\ufffd") * 2 <= sum(sign >= _THREE_BYTES for sign in damaged):
            return damaged, ""
        other = narrow(line)
    text = _read(line, other)
    if text is None:
        return line.decode(encoding, "replace"), ""
    return text, None if other == encoding else _SHOWN[other]


def _read(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
