"""How a Chinese letter writes numbers of law: in words, as the texts themselves do."""

from __future__ import annotations

import re

_DIGITS, _PLACES = "零一二三四五六七八九", ("", "十", "百", "千")
_CITED = re.compile(r"第(\d{1,4})(?:—(\d{1,4}))?([条款项])")


def chinese(number: int) -> str:
    """1 to 9999 as 一 to 九千九百九十九."""
    told, zero = "", False
    digits = str(number)
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            zero = bool(told)
            continue
        told += ("零" if zero else "") + _DIGITS[int(digit)] + _PLACES[place]
        zero = False
    return told.removeprefix("一") if 10 <= number < 20 else told


def in_words(citation: str) -> str:
    """第1034—1038条 as 第一千零三十四条至第一千零三十八条; what is no article, paragraph or item stays."""
    return _CITED.sub(
        lambda found: "至".join(f"第{chinese(int(one))}{found[3]}" for one in found.groups()[:2] if one), citation)
