"""Identity, card and social security numbers in a text, told from other digits by their own check digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from typing import NamedTuple
from unicodedata import category, digit

from casedesk.base import identifiers
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import N_
from casedesk.exports.redaction import Found
from casedesk.records.dossier import Dossier
from casedesk.records.record import Record, columns

_GAP = "[ -]{0,3}"
"""What may part the digits of one number, once the text is plain."""
_RESIDENT = re.compile(rf"(?<![0-9])(?=([1-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9X])(?![0-9X]))", re.IGNORECASE)
_CARD = re.compile(r"(?<![0-9A-Za-z])(?=([2-6][0-9]{3,18}(?:[ -]{1,3}[0-9]{4,15})*(?:[ -]{1,3}[0-9]{1,4})?)"
                   r"(?![0-9A-Za-z]))")
_SOCIAL = re.compile(r"(?<![0-9-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![0-9-])")
_CARD_DIGITS = range(12, 20)
_CODE_OF_CHINA = rf"(?:(?:\+|00)?86{_GAP})?"
_SHORTEST_PHONE = 7


class Number(NamedTuple):
    """A number of a person found in a text."""

    kind: str
    """In English; translated where shown."""
    digits: str

    @property
    def tail(self) -> str:
        return self.digits[-4:]


def plain(text: str) -> str:
    """The text sign for sign with ASCII digits, hyphens and spaces for all that look like them or like nothing."""
    return text if text.isascii() else "".join(map(_plain, text))


@cache
def _plain(sign: str) -> str:
    if sign.isascii():
        return sign
    kind = category(sign)
    if kind == "Nd":
        return str(digit(sign))
    return "-" if kind == "Pd" else " " if kind in ("Zs", "Cf") else "X" if sign in "Ｘｘ" else sign


def spans(text: str) -> Iterator[Found]:
    """Where personal numbers stand in a text, in no order; digits that fail their check are no number.

    Their digits may be full-width, and parted by spaces, hyphens and signs that do not show.
    """
    read = plain(text)
    for found in _RESIDENT.finditer(read):
        if _is_resident(_digits(found[1])):
            yield Found(N_("Resident identity no."), *found.span(1))
    for found in _CARD.finditer(read):
        digits = _digits(found[1])
        if len(digits) in _CARD_DIGITS and not _is_resident(digits) and not identifiers.bank_card_doubt(digits):
            yield Found(N_("Bank card no."), *found.span(1))
    for found in _SOCIAL.finditer(read):
        yield Found(N_("Social security no."), *found.span())


def numbers(text: str) -> Iterator[Number]:
    """The personal numbers in a text."""
    for one in spans(text):
        yield Number(one.kind, _digits(plain(text[one.start:one.end])).upper())


def phone_spans(text: str, phones: Iterable[str]) -> Iterator[Found]:
    """Where telephone numbers stand in a text, however their digits are parted."""
    for phone in phones:
        digits = re.sub(r"\D", "", phone)[-11:]
        if len(digits) >= _SHORTEST_PHONE:
            parted = _GAP.join(digits)
            for found in re.finditer(rf"(?<![0-9]){_CODE_OF_CHINA}{parted}(?![0-9])", plain(text)):
                yield Found(N_("Telephone of a third person"), *found.span())


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text)


def _is_resident(digits: str) -> bool:
    try:
        return bool(identifiers.resident_id(digits))
    except InvalidEntry:
        return False


def in_dossier(dossier: Dossier) -> dict[Number, list[str]]:
    """Every personal number in the records that documents read -> the titles and captions it stands in."""
    found: dict[Number, list[str]] = {}
    for record in _records(dossier):
        text = "\n".join(value for column, declared in columns(type(record)) if not declared.masked
                         for value in [getattr(record, column.name)] if isinstance(value, str))
        for number in numbers(text):
            places = found.setdefault(number, [])
            if record.caption not in places:
                places.append(record.caption)
    return found


def _records(dossier: Dossier) -> Iterator[Record]:
    yield dossier.matter
    yield dossier.client
    for place in fields(dossier):
        held = getattr(dossier, place.name)
        if isinstance(held, Iterable) and not isinstance(held, str):
            yield from (one for one in held if isinstance(one, Record))
