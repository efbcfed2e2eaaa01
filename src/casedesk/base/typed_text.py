"""What people type, brought to one form before it is read: half-width, lower case, Chinese numerals as digits."""

from __future__ import annotations

import re
import unicodedata

_DASHES = str.maketrans("‐‑‒–—−", "------")
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMERAL = re.compile(
    r"(?<![周期拜])(?:([一二两三四五六七八九])?(十)([一二三四五六七八九])?|[零〇一二两三四五六七八九]+)")
"""Not after 周, 星期 and 礼拜: there it names a weekday."""
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
            "nine": "9", "ten": "10", "eleven": "11", "twelve": "12"}
_NUMBER = re.compile(rf"\b(?:{'|'.join(_NUMBERS)})\b")


def plain(text: str) -> str:
    """The text half-width, lower-case, plain dashes, digits ('二十三点零五' becomes '23点05'), single blanks."""
    half = unicodedata.normalize("NFKC", text).lower().translate(_DASHES)
    return " ".join(_NUMERAL.sub(_digits, _NUMBER.sub(lambda word: _NUMBERS[word[0]], half)).split())


def _digits(found: re.Match[str]) -> str:
    tens, ten, ones = found.groups()
    if ten:
        return str(_DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0))
    return "".join(str(_DIGITS[numeral]) for numeral in found[0])
