"""Rates as people write them: 18 % a year, 日利率0.05%, 万分之五, 月息2分, 4 x LPR, 上浮50%."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr

Per = Literal["year", "month", "day"]
MOST_YEARLY = Fraction(20)
"""2,000 % a year: no contract says more; a misplaced sign does."""
_TIMES = {"year": 1, "month": 12, "day": 365}
_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_PER: tuple[tuple[Per, str], ...] = (
    ("day", r"每日|每天|/\s*日|/\s*天|日利率|日息|日罚息|日|天|(?:a|per)\s+day|daily|/\s*d(?:ay)?\b"),
    ("month", r"每月|/\s*月|月利率|月息|月费率|月|(?:a|per)\s+month|monthly|/\s*m(?:onth)?\b|\bpm\b"),
    ("year", r"每年|/\s*年|年利率|年化|年息|年|(?:a|per)\s+(?:year|annum)|yearly|annual|/\s*y(?:ear)?\b|p\.?\s?a\.?"),
)
_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_UPLIFT = re.compile(rf"(?:上浮|加收|加计|\+|plus)\s*{_NUMBER}\s*[%％]$")
_MULTIPLE = re.compile(
    rf"^(?:{_NUMBER}|([一二两三四五]))\s*(?:x|×|\*|倍|times)\s*(?:的)?\s*lpr|lpr的?(?:{_NUMBER}|([一二两三四五]))倍")
_POINTS = re.compile(rf"lpr\s*(?:\+|加|plus)\s*{_NUMBER}\s*(bp|基点|个基点|[%％]|个百分点)")


@dataclass(frozen=True)
class Rate:
    """A rate: `value` per year, month or day; or `uplift` on the contract rate; or `times` the LPR plus `points`."""

    text: str
    value: Fraction = Fraction(0)
    per: Per = "year"
    uplift: Fraction | None = None
    times: Fraction | None = None
    points: Fraction = Fraction(0)

    def daily(self, year_days: int, *, contract: Fraction | None = None, lpr: Fraction | None = None) -> Fraction:
        """For one day; `contract` is the contract's own daily rate, `lpr` the yearly prime rate that counts.

        InvalidEntry when a rate that leans on another is given none.
        """
        if self.uplift is not None:
            if contract is None:
                raise InvalidEntry(tr("“{text}” needs the contract's interest rate.", text=self.text),
                                   tr("Fill in the interest rate."), field="rate")
            return contract * (1 + self.uplift)
        if self.times is not None:
            if lpr is None:
                raise InvalidEntry(tr("“{text}” needs the day of the contract.", text=self.text),
                                   tr("Fill in the day of the contract."), field="contract_on")
            return (self.times * lpr + self.points) / year_days
        return self.value if self.per == "day" else self.value * (12 if self.per == "month" else 1) / year_days


def read_rate(text: str, field: str = "rate") -> Rate | None:
    """What the text says, None when it is empty; InvalidEntry (naming `field`) when it cannot be meant."""
    bare = " ".join(text.replace("，", ",").split()).strip()
    if not bare:
        return None
    low = bare.lower().replace("％", "%")
    if re.fullmatch(r"0+(?:\.0+)?", low):
        return Rate(bare)
    leaning = _leaning(bare, low)
    if leaning is not None:
        return leaning
    per: Per = "day" if "万分之" in low or "‱" in low else "year"  # as the trade says it
    for name, words in _PER:
        found = re.search(words, low)
        if found:
            per = name
            low = (low[:found.start()] + " " + low[found.end():]).strip()
            break
    value = _value(low, bare, field, per)
    if value * _TIMES[per] > MOST_YEARLY:
        raise InvalidEntry(tr("“{text}” is more than 2,000 % a year.", text=bare),
                           tr("Look at the sign: 24 % a year, 0.05 % a day."), field=field)
    return Rate(bare, value, per)


def _leaning(text: str, low: str) -> Rate | None:
    points = _POINTS.search(low)
    if points:
        unit = Fraction(1, 10_000) if "bp" in points[2] or "基点" in points[2] else Fraction(1, 100)
        return Rate(text, times=Fraction(1), points=Fraction(points[1]) * unit)
    multiple = _MULTIPLE.search(low)
    if multiple:
        shown = next(part for part in multiple.groups() if part)
        return Rate(text, times=Fraction(_DIGITS[shown]) if shown in _DIGITS else Fraction(shown))
    uplift = _UPLIFT.search(low)
    return Rate(text, uplift=Fraction(uplift[1]) / 100) if uplift else None


def _value(low: str, text: str, field: str, per: Per) -> Fraction:
    """The number as a part of one."""
    if low.startswith("-") or "负" in low:
        raise InvalidEntry(tr("A rate cannot be negative."), tr("Type it without the minus sign."), field=field)
    forms = (
        (rf"^(?:利率|息|rate|is|of|为|[:：=])*\s*{_NUMBER}\s*%$", Fraction(1, 100)),
        (rf"^{_NUMBER}\s*‰$", Fraction(1, 1000)),
        (rf"^百分之{_NUMBER}$", Fraction(1, 100)), (rf"^千分之{_NUMBER}$", Fraction(1, 1000)),
        (rf"^万分之{_NUMBER}$", Fraction(1, 10_000)), (rf"^{_NUMBER}\s*‱$", Fraction(1, 10_000)),
    )
    spoken = _spoken(low)
    for form, unit in forms:
        found = re.match(form, spoken)
        if found:
            return Fraction(found[1]) * unit
    coins = re.match(rf"^{_NUMBER}\s*(分|厘)$", spoken)
    if coins:  # 月息2分 is 2 % a month, 年息1分 10 % a year: tenths of a year's, hundredths of a month's
        part = {"year": 10, "month": 100, "day": 1000}[per]
        return Fraction(coins[1]) / part / (10 if coins[2] == "厘" else 1)
    raise InvalidEntry(tr("“{text}” is not a rate.", text=text),
                       tr("Type it like 18 % a year, 0.05 % a day or 万分之五."), field=field)


def _spoken(text: str) -> str:
    """Chinese numerals after 之, and before 分 and 厘, as digits."""
    def digits(found: re.Match[str]) -> str:
        return found[1] + _numeral(found[2]) + found[3]

    return re.sub(r"([百千万]分之|^)([零〇一二两三四五六七八九十点]+)(分|厘|%|$)", digits, text.replace(" ", ""))


def _numeral(chinese: str) -> str:
    """Chinese numerals as digits; empty for what is none, which no form then matches."""
    whole, _, part = chinese.partition("点")
    tens, _, ones = whole.rpartition("十")
    if "点" in part or (len(ones) > 1 and "十" in whole) or len(tens) > 1 or "十" in part:
        return ""
    if "十" in whole:
        number = (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
    else:
        number = int("".join(str(_DIGITS[sign]) for sign in whole) or "0")
    return f"{number}.{''.join(str(_DIGITS[sign]) for sign in part)}" if part else str(number)
