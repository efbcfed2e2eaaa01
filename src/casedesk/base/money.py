"""Money is integer cents; it is a float nowhere."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr

_STRIP = str.maketrans("", "", ",， \u00a0¥￥元$£")


def parse_cents(text: str) -> int:
    """'58,310.5' or '¥5.8万' as cents; more than two decimals is refused, never rounded."""
    bare = text.strip().translate(_STRIP)
    factor = 1
    if bare.endswith("万"):
        bare, factor = bare[:-1], 10_000
    try:
        cents = Decimal(bare) * factor * 100
    except InvalidOperation:
        raise InvalidEntry(tr("“{text}” is not an amount.", text=text), tr("Type it like 58,310.50.")) from None
    if not cents.is_finite() or cents != cents.to_integral_value() or abs(cents) >= 10**17:
        raise InvalidEntry(tr("“{text}” is not an amount in whole cents.", text=text), tr("Type it like 58,310.50."))
    return int(cents)


def show_cents(cents: int) -> str:
    """5831050 as '58,310.50'."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
