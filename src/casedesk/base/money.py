"""Money is integer cents; it is a float nowhere."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr

_FACTORS = {"": 1, "千": 1_000, "k": 1_000, "万": 10_000, "亿": 100_000_000}
_AMOUNT = re.compile(
    r"(?P<sign>[-+]?)(?:rmb|cny|人民币|[¥$£€])?(?P<number>(?:\d+|\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+)?(?:\.\d*)?)"
    r"(?P<factor>[千k万亿]?)(?:元整?|块钱?|rmb|cny|人民币)?")
_MOST = 10**17


def parse_cents(text: str) -> int:
    """'58,310.5' or '¥5.8万' as cents; more than two decimals is refused, never rounded."""
    half = "".join(unicodedata.normalize("NFKC", text).lower().split())
    found = _AMOUNT.fullmatch(half)
    if not found or not any(map(str.isdecimal, found["number"])):
        raise InvalidEntry(tr("“{text}” is not an amount.", text=text), tr("Type it like 58,310.50."))
    cents = Decimal(found["sign"] + found["number"].replace(",", "")) * _FACTORS[found["factor"]] * 100
    if abs(cents) >= _MOST:
        raise InvalidEntry(tr("“{text}” is more than this program counts.", text=text), tr("Look at the zeros."))
    if cents != cents.to_integral_value():
        raise InvalidEntry(tr("“{text}” is not an amount in whole cents.", text=text), tr("Type it like 58,310.50."))
    return int(cents)


def show_cents(cents: int) -> str:
    """5831050 as '58,310.50'."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
