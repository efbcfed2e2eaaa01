"""The recovery key as people print and type it: 8 groups of 5 signs, in which a typing mistake shows itself.

Four signs of a group carry 20 of the 160 bits, the fifth checks them: any one wrong sign, any two exchanged ones and
any two exchanged groups are found, because the check is a sum over GF(32) of different weights and the group's place.
Signs are Crockford's 32 (no I, L, O, U); I and L are read as 1, O as 0, small and full-width letters as capitals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr, trn

SIZE = 20
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, DATA = 8, 4
FIELD = "recovery_key"
_READ_AS = str.maketrans("ILO", "110")
_BETWEEN = re.compile(r"[\s\-‐-―−_.·]+")


def to_text(secret: bytes) -> str:
    """20 bytes as 8 groups with hyphens."""
    number = int.from_bytes(secret, "big")
    signs = [number >> 5 * place & 31 for place in reversed(range(GROUPS * DATA))]
    groups = [signs[start:start + DATA] for start in range(0, len(signs), DATA)]
    return "-".join("".join(SIGNS[sign] for sign in (*group, _check(place, group)))
                    for place, group in enumerate(groups))


def from_text(text: str) -> bytes:
    """The 20 bytes of a typed recovery key; InvalidEntry names a typing mistake and the group it is in."""
    groups = _groups(_signs(text))
    wrong = [place + 1 for place, group in enumerate(groups) if _check(place, group[:DATA]) != group[DATA]]
    if wrong:
        raise InvalidEntry(
            trn("There is a typing mistake in group {groups} of the recovery key.",
                "There are typing mistakes in groups {groups} of the recovery key.", len(wrong),
                groups=", ".join(map(str, wrong))), tr("Compare it with the printed sheet."), field=FIELD)
    number = 0
    for sign in (sign for group in groups for sign in group[:DATA]):
        number = number << 5 | sign
    return number.to_bytes(SIZE, "big")


def _signs(text: str) -> list[int]:
    typed = _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_READ_AS)
    for sign in typed:
        if sign not in SIGNS:
            raise InvalidEntry(tr("“{sign}” does not occur in a recovery key.", sign=sign),
                               tr("Compare it with the printed sheet."), field=FIELD)
    return [SIGNS.index(sign) for sign in typed]


def _groups(signs: list[int]) -> list[list[int]]:
    size = DATA + 1
    if len(signs) != GROUPS * size:
        raise InvalidEntry(tr("A recovery key has {wanted} letters and digits, not {n}.",
                              wanted=GROUPS * size, n=len(signs)),
                           tr("Compare it with the printed sheet."), field=FIELD)
    return [signs[start:start + size] for start in range(0, len(signs), size)]


def _check(place: int, group: Sequence[int]) -> int:
    check = place
    for weight, sign in enumerate(group, 2):
        check ^= _times(weight, sign)
    return check


def _times(one: int, other: int) -> int:
    """The product in GF(32), modulo x^5 + x^2 + 1."""
    product = 0
    for bit in range(5):
        if other >> bit & 1:
            product ^= one << bit
    for bit in (8, 7, 6, 5):
        if product >> bit & 1:
            product ^= 0b100101 << bit - 5
    return product
