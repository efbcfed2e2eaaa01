"""Text in whatever encoding it was written."""

from __future__ import annotations

_MARKED = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
           (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_TRIED = ("utf-8", "gb18030")
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030", "x-gbk": "gb18030"}


def decoded(data: bytes) -> tuple[str, bool]:
    """The text, and whether every byte could be read: marked Unicode, UTF-8, then GB18030 as in Chinese systems."""
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), True
    for encoding in _TRIED:
        try:
            return data.decode(encoding), True
        except UnicodeDecodeError:
            continue
    guesses = (data.decode(encoding, "replace") for encoding in _TRIED)
    return min(guesses, key=lambda text: text.count("\ufffd")), False


def decoded_as(data: bytes, charset: str) -> str:
    """The text in the encoding it claims, or, where that is wrong, in the one that fits."""
    named = charset.strip().lower()
    try:
        return data.decode(_WIDER.get(named, named))
    except (LookupError, ValueError):
        return decoded(data)[0]
