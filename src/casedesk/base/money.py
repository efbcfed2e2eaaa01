"""Money is integer cents; it is a float nowhere."""

from __future__ import annotations

import re
from decimal import Decimal

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr

_STRIP = str.maketrans("，", ",", " \u00a0¥￥元$£")
_AMOUNT = re.compile(r"[-+]?(?:\d+|\d{1,4}(?:,\d{3,4})+)?(?:\.\d*)?")
_MOST = 10**17


def parse_cents(text: str) -> int:
    """'58,310.5' or '¥5.8万' as cents; more than two decimals is refused, never rounded."""
    bare = text.strip().translate(_STRIP)
    factor = 1
    if bare.endswith("万"):
        bare, factor = bare[:-1], 10_000
    if not _AMOUNT.fullmatch(bare) or not any(map(str.isdecimal, bare)):
        raise InvalidEntry(tr("“{text}” is not an amount.", text=text), tr("Type it like 58,310.50."))
    cents = Decimal(bare.replace(",", "")) * factor * 100
    if abs(cents) >= _MOST:
        raise InvalidEntry(tr("“{text}” is more than this program counts.", text=text), tr("Look at the zeros."))
    if cents != cents.to_integral_value():
        raise InvalidEntry(tr("“{text}” is not an amount in whole cents.", text=text), tr("Type it like 58,310.50."))
    return int(cents)


def show_cents(cents: int) -> str:
    """5831050 as '58,310.50'."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
