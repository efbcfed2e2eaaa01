"""Identity, card and social security numbers in a text, told from other digits by their own check digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import NamedTuple

from casedesk.base import identifiers
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import N_
from casedesk.exports.redaction import Found
from casedesk.records.dossier import Dossier
from casedesk.records.record import Record, columns

_RESIDENT = re.compile(r"(?<![0-9])[1-9]\d{16}[0-9Xx](?![0-9])")
_CARD = re.compile(r"(?<![0-9A-Za-z])[2-6]\d{3}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,4})?(?![0-9A-Za-z])")
_SOCIAL = re.compile(r"(?<![0-9-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![0-9-])")

_SHORTEST_PHONE = 7


class Number(NamedTuple):
    """A number of a person found in a text."""

    kind: str
    """In English; translated where shown."""
    digits: str

    @property
    def tail(self) -> str:
        return self.digits[-4:]


def spans(text: str) -> Iterator[Found]:
    """Where personal numbers stand in a text, in no order; digits that fail their check are no number."""
    for found in _RESIDENT.finditer(text):
        if _is_resident(found[0]):
            yield Found(N_("Resident identity no."), *found.span())
    for found in _CARD.finditer(text):
        digits = _digits(found[0])
        if not _is_resident(digits) and not identifiers.bank_card_doubt(digits):
            yield Found(N_("Bank card no."), *found.span())
    for found in _SOCIAL.finditer(text):
        yield Found(N_("Social security no."), *found.span())


def numbers(text: str) -> Iterator[Number]:
    """The personal numbers in a text."""
    for one in spans(text):
        yield Number(one.kind, _digits(text[one.start:one.end]).upper())


def phone_spans(text: str, phones: Iterable[str]) -> Iterator[Found]:
    """Where telephone numbers stand in a text, however their digits are parted."""
    for phone in phones:
        digits = re.sub(r"\D", "", phone)[-11:]
        if len(digits) >= _SHORTEST_PHONE:
            parted = r"[ -]?".join(digits)
            for found in re.finditer(rf"(?<![0-9]){parted}(?![0-9])", text):
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
