"""Amounts in words: 人民币壹仟肆佰零玖元伍角 (annex to the payment settlement measures, on filling in instruments)."""

from __future__ import annotations

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr

_DIGITS, _PLACES, _GROUPS = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿", "万亿")
_MOST = 10**18


def in_words(cents: int) -> str:
    """The amount in Chinese capitals, opened by 人民币; InvalidEntry when negative or beyond what words can say.

    Of the forms the rule leaves open, 零 is written before the 角 (1,680.32): nothing can be put in between.
    """
    if not 0 <= cents < _MOST:
        raise InvalidEntry(tr("An amount in words is from 0 to 9,999,999,999,999,999.99."), field="amount")
    yuan, rest = divmod(cents, 100)
    jiao, fen = divmod(rest, 10)
    said = f"{_whole(yuan)}元" if yuan or not rest else ""
    if not rest:
        return f"人民币{said}整"
    if yuan and (not jiao or yuan % 10 == 0):
        said += "零"
    if jiao:
        said += f"{_DIGITS[jiao]}角"
    return f"人民币{said}{_DIGITS[fen] + '分' if fen else ''}"


def _whole(number: int) -> str:
    if not number:
        return _DIGITS[0]
    groups = [number // 10_000**place % 10_000 for place in range(4)]
    said, gap = "", False
    for place in reversed(range(4)):
        group = groups[place]
        if group:
            if said and (gap or group < 1000):
                said += _DIGITS[0]
            said += _group(group) + _unit(groups, place)
            gap = False
        else:
            gap = bool(said)
    return said


def _unit(groups: list[int], place: int) -> str:
    """万亿 is said as 万 when 亿 follows of itself."""
    return "万" if place == 3 and groups[2] else _GROUPS[place]


def _group(number: int) -> str:
    said, gap = "", False
    for place in reversed(range(4)):
        digit = number // 10**place % 10
        if digit:
            said += (_DIGITS[0] if gap and said else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return said
