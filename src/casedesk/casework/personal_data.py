"""Identity, card and social security numbers in a text, told from other digits by their own check digits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from typing import NamedTuple
from unicodedata import category, digit, normalize

from casedesk.base import identifiers, phones, times
from casedesk.base.i18n import N_
from casedesk.exports.cleaning import CARD, Find, Found
from casedesk.records.dossier import Dossier
from casedesk.records.record import Record, columns

_SIGN = "[ .,/_-]"
"""What may part the digits of one number, once the text is plain, ..."""
_GAP = f"{_SIGN}{{0,3}}"
_HASH = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{24,}(?![0-9A-Za-z])")
"""... but not within a digest, whose digits are nobody's."""
_RESIDENT = re.compile(rf"(?<![0-9])(?=([1-9](?:{_GAP}[0-9]){{16}}{_GAP}[0-9X])(?![0-9X]))", re.IGNORECASE)
_OLD_RESIDENT = re.compile(rf"(?<![0-9])([1-9][0-9]{{5}}{_GAP}[0-9]{{6}}{_GAP}[0-9]{{3}})(?![0-9])")
_RUN = re.compile(rf"[0-9]+(?:{_SIGN}{{1,3}}[0-9]+)*")
_DAY = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])")
_CARD_DIGITS = range(12, 20)
_EARLIEST = 1850
"""A year of birth; dates side by side would begin with an earlier one."""
_SOCIAL = re.compile(r"(?<![0-9-])(?!000|666|9)\d{3}([ .-])(?!00)\d{2}\1(?!0000)\d{4}(?![0-9-])")
_NAMED_SOCIAL = re.compile(
    r"\b(?:SSN|social security)[^0-9]{0,16}(?!000|666|9)(\d{3}(?!00)\d{2}(?!0000)\d{4})(?![0-9])", re.IGNORECASE)
_INSURANCE = re.compile(
    r"\b(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:[ -]?\d{2}){3}[ -]?[A-D]\b",
    re.IGNORECASE)
_LIKE_A_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{15,19}|[0-9]{17}X|[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?|"
    r"[0-9]{6} [0-9]{8} [0-9]{3}[0-9X])(?![0-9A-Za-z])", re.IGNORECASE)
_TRUNK = rf"(?:\(?0\)?{_GAP})?"
_PHONE_GAP = "[ .,/()_-]{0,3}"
_SHORTEST_PHONE, _SHORTEST_DOCUMENT = 7, 6
_APART = re.compile(r"[^0-9 .()/+_-]+|(?<=[0-9]{7})\s*/")
"""What stands between two numbers in one field, ..."""
_LONGEST_PHONE = 15
"""... where more digits than a telephone number has are several numbers."""
_MISREAD = re.compile(r"(?<=[0-9])[ -]?[OolI]+(?=[0-9])")
_AS_DIGITS = str.maketrans("OolI", "0011")


class Number(NamedTuple):
    """A number of a person found in a text."""

    kind: str
    """In English; translated where shown."""
    digits: str

    @property
    def tail(self) -> str:
        return self.digits[-4:]


def plain(text: str) -> str:
    """The text sign for sign with ASCII digits, hyphens and spaces for all that look like them or like nothing.

    Letters between digits that are typed or recognised for a nought or a one are these.
    """
    return _MISREAD.sub(lambda found: found[0].translate(_AS_DIGITS), "".join(map(_plain, text)))


@cache
def _plain(sign: str) -> str:
    if sign.isascii():
        return " " if sign == "\t" else sign
    kind = category(sign)
    if kind == "Nd":
        return str(digit(sign))
    if kind in ("Zs", "Cf") or sign in "·・•":
        return " "
    return "-" if kind == "Pd" else normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" else sign


def spans(text: str) -> Iterator[Found]:
    """Where personal numbers stand in a text, in no order; digits that fail their check are no number.

    Their digits may be full-width, and parted by spaces, hyphens and signs that do not show.
    """
    read = _DAY.sub(_nothing, _HASH.sub(_nothing, plain(text)))
    for found in (*_RESIDENT.finditer(read), *_OLD_RESIDENT.finditer(read)):
        if _is_resident(_digits(found[1])):
            yield Found(N_("Resident identity no."), *found.span(1))
    yield from (Found(CARD, start, end) for start, end in _cards(read))
    for kind, pattern, place in ((N_("Social security no."), _SOCIAL, 0), (N_("Social security no."), _NAMED_SOCIAL, 1),
                                 (N_("National Insurance no."), _INSURANCE, 0)):
        yield from (Found(kind, *found.span(place)) for found in pattern.finditer(read))


def _nothing(found: re.Match[str]) -> str:
    return "#" * len(found[0])


def _cards(read: str) -> Iterator[tuple[int, int]]:
    """Where bank cards stand in a plain text: any pieces side by side that one may be written in."""
    for run in _RUN.finditer(read):
        pieces = [(run.start() + piece.start(), run.start() + piece.end()) for piece in re.finditer("[0-9]+", run[0])]
        for first, (start, _) in enumerate(pieces):
            for last in range(first, len(pieces)):
                shown = read[start:pieces[last][1]]
                digits = _digits(shown)
                if len(digits) not in _CARD_DIGITS:
                    if len(digits) > _CARD_DIGITS[-1]:
                        break
                elif _so_written(shown) and identifiers.is_issued_card(digits) and not _is_resident(digits):
                    yield start, pieces[last][1]


def _so_written(shown: str) -> bool:
    """Whether a card is written in such pieces: of four or more; digit by digit; one of UnionPay in any."""
    sizes, gaps = [len(piece) for piece in re.findall("[0-9]+", shown)], re.findall(f"{_SIGN}+", shown)
    if all(set(gap) <= set(" -") for gap in gaps) and (shown.startswith("62") or min(sizes[:-1], default=4) >= 4):
        return True
    return len(set(gaps)) == 1 and (set(sizes) == {1} or (set(sizes[:-1]) == {4} and sizes[-1] <= 4))


def numbers(text: str) -> Iterator[Number]:
    """The personal numbers in a text."""
    for one in spans(text):
        yield Number(one.kind, _digits(plain(text[one.start:one.end])).upper())


def phone_spans(text: str, known: Iterable[str], region: str = "CN") -> Iterator[Found]:
    """Where telephone numbers stand in a text, from abroad or at home, however their digits are parted."""
    read = plain(text)
    for pattern in filter(None, (_phone(phone, region) for phone in known)):
        yield from (Found(N_("Telephone of a third person"), *found.span()) for found in pattern.finditer(read))


@cache
def _phone(phone: str, region: str) -> re.Pattern[str] | None:
    code, digits = phones.parts(phone, region)
    if len(digits) < _SHORTEST_PHONE:
        return None
    abroad = rf"(?:(?:\+|00)?{code}{_PHONE_GAP})?{_TRUNK}" if code else ""
    return re.compile(rf"(?<![0-9]){abroad}\(?{_PHONE_GAP.join(digits)}(?![0-9])")


def document_spans(text: str, documents: Iterable[str]) -> Iterator[Found]:
    """Where numbers of identity documents that the records hold stand in a text, whether they are right or not."""
    read = plain(text)
    for document in documents:
        signs = re.sub(r"[^0-9A-Za-z]", "", plain(document))
        if len(signs) >= _SHORTEST_DOCUMENT:
            parted = re.compile(rf"(?<![0-9A-Za-z]){_GAP.join(signs)}(?![0-9A-Za-z])", re.IGNORECASE)
            yield from (Found(N_("Identity document no."), *found.span()) for found in parted.finditer(read))


def _digits(text: str) -> str:
    return re.sub(r"[^0-9Xx]", "", text)


def _is_resident(digits: str) -> bool:
    """By area, day and check digit; an old one of 15 digits has no check digit."""
    born = identifiers.birth_date(digits)
    return born is not None and born.year >= _EARLIEST and identifiers.knows_area(digits)


def finder(dossier: Dossier) -> Find:
    """Finds in a text what a masked copy of this matter withholds: numbers told by their form, or by the records."""
    third = [*(one.phone for one in dossier.contact_persons), *(one.phone for one in dossier.guarantors)]
    known = [phone for held in third for phone in typed_phones(held)]
    documents = [dossier.client.identity_number, *(one.identity_number for one in dossier.guarantors)]
    region = times.region(dossier.matter.zone)
    return lambda text: [*spans(text), *phone_spans(text, known, region), *document_spans(text, documents)]


def typed_phones(held: str) -> Iterator[str]:
    """The telephone numbers in a field, whatever a person typed beside them or between their digits."""
    for piece in _APART.split(plain(held)):
        yield from piece.split() if len(_digits(piece)) > _LONGEST_PHONE else [piece]


def doubtful(text: str, find: Find) -> bool:
    """Whether a text has digits like a card's or an identity document's that `find` does not find: mistyped ones."""
    signs = list(plain(text))
    for one in find(text):
        signs[one.start:one.end] = "#" * (one.end - one.start)
    return _LIKE_A_NUMBER.search(_DAY.sub(_nothing, _HASH.sub(_nothing, "".join(signs)))) is not None


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
