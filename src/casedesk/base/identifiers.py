"""Numbers that identify people, firms and accounts: a check gives the normal form, a doubt only warns.

Resident ID: GB 11643-1999. Unified social credit code: GB 32100-2015. Bank cards: Luhn (ISO/IEC 7812).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Literal

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr

_GAPS = re.compile(r"[\s\-·]+")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_PROVINCE_LIST = (
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83")
_PROVINCES = frozenset(_PROVINCE_LIST.split())
"""First two digits of an area code (GB/T 2260), with the residence permits of 81, 82 and 83."""
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_CREDIT_OFFICES = frozenset("123456789ANY")
"""Registration offices known by their first character; others may come, so they only warn."""
_ISSUED = re.compile(
    r"6[0-9]{15,18}|4(?:[0-9]{12}|[0-9]{15}|[0-9]{17,18})|5[0-9]{15,18}|3[47][0-9]{13}|3[05689][0-9]{12,17}"
    r"|2(?:2[2-9]|[3-6][0-9]|7[01])[0-9]{13}|9[0-9]{15,18}|1030[0-9]{15}")
"""UnionPay (62 and older 6 and 9, with ICBC's 9558 and ABC's 9559 and 1030), Visa (of 19 digits at Chinese banks),
Mastercard, Maestro, American Express, JCB, Diners: first digits and lengths, from memory of ISO/IEC 7812 lists (M)."""
_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\".]{2,}")
_OLDEST = 120
"""Years of age above which a birth date is doubted."""


def _bare(text: str) -> str:
    return _GAPS.sub("", unicodedata.normalize("NFKC", text)).upper()


def resident_id(text: str) -> str:
    """The number without spaces, X upper-case; old 15-digit ones pass. Empty stays so; InvalidEntry if wrong."""
    number = _bare(text)
    if not number:
        return ""
    if not re.fullmatch(r"[0-9]{15}|[0-9]{17}[0-9X]", number):
        raise InvalidEntry(tr("A resident identity number has 18 characters: 17 digits and a digit or X."),
                           tr("{n} were typed; compare with the card.", n=len(number)))
    _living_day(number)
    if len(number) == 18 and number[17] != _id_check(number):
        raise InvalidEntry(tr("The last character does not fit the other 17."),
                           tr("One of them is mistyped; compare with the card."))
    return number


def _id_check(number: str) -> str:
    return _ID_CHECKS[sum(w * int(d) for w, d in zip(_ID_WEIGHTS, number, strict=False)) % 11]


def _birth_digits(number: str) -> str:
    return number[6:14] if len(number) == 18 else "19" + number[6:12]


def _living_day(number: str) -> dt.date:
    digits = _birth_digits(number)
    try:
        born = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        raise InvalidEntry(tr("The birth date in it, {digits}, is not a day.", digits=digits),
                           tr("Compare digits 7 to 14 with the card.")) from None
    if born > _today():
        raise InvalidEntry(tr("The birth date in it, {day}, lies in the future.", day=born.isoformat()),
                           tr("Compare digits 7 to 14 with the card."))
    return born


def _today() -> dt.date:
    return times.day(times.now(), "Asia/Shanghai")


def resident_id_doubt(text: str) -> str:
    """What is unusual about a number that passed `resident_id`, or an empty text."""
    number = _bare(text)
    if not number:
        return ""
    if number[:2] not in _PROVINCES:
        return tr("Area code {code} is not known.", code=number[:6])
    if len(number) == 15:
        return tr("An old 15-digit number; the card in use today shows 18.")
    born = birth_date(number)
    if born and _today().year - born.year > _OLDEST:
        return tr("Born in {year}: more than 120 years ago.", year=born.year)
    return ""


def knows_area(text: str) -> bool:
    """Whether a resident ID number begins with a province."""
    return _bare(text)[:2] in _PROVINCES


def birth_date(text: str) -> dt.date | None:
    """The day of birth in a valid resident ID number, else None."""
    try:
        number = resident_id(text)
        return _living_day(number) if number else None
    except InvalidEntry:
        return None


def sex(text: str) -> Literal["female", "male", ""]:
    """The sex in a valid resident ID number (odd sequence number: male), else empty."""
    if birth_date(text) is None:
        return ""
    number = _bare(text)
    return "male" if int(number[16 if len(number) == 18 else 14]) % 2 else "female"


def credit_code(text: str) -> str:
    """The unified social credit code in upper case without spaces. Empty stays so; InvalidEntry if wrong."""
    code = _bare(text)
    if not code:
        return ""
    if len(code) != 18:
        raise InvalidEntry(tr("A unified social credit code has 18 characters."),
                           tr("{n} were typed; compare with the business licence.", n=len(code)))
    strange = "".join(dict.fromkeys(c for c in code if c not in _CREDIT_ALPHABET))
    if strange:
        raise InvalidEntry(tr("A unified social credit code never holds {letters}.", letters=strange),
                           tr("It uses 0-9 and letters without I, O, S, V and Z."))
    if code[17] != _credit_check(code):
        raise InvalidEntry(tr("The last character does not fit the other 17."),
                           tr("One of them is mistyped; compare with the business licence."))
    return code


def _credit_check(code: str) -> str:
    total = sum(w * _CREDIT_ALPHABET.index(c) for w, c in zip(_CREDIT_WEIGHTS, code, strict=False))
    return _CREDIT_ALPHABET[-total % 31]


def credit_code_doubt(text: str) -> str:
    """What is unusual about a code that passed `credit_code`, or an empty text."""
    code = _bare(text)
    if not code:
        return ""
    if code[0] not in _CREDIT_OFFICES:
        return tr("The first character, {code}, names no registration office known.", code=code[0])
    if code[2:4] not in _PROVINCES | {"10"}:
        return tr("Area code {code} is not known.", code=code[2:8])
    return ""


def bank_card(text: str) -> str:
    """The card number without spaces and dashes; nothing is refused (old and masked numbers are kept)."""
    return _bare(text)


def bank_card_doubt(text: str) -> str:
    """Why a bank card number looks mistyped, or an empty text."""
    number = _bare(text)
    if not number or "*" in number:
        return ""
    if not re.fullmatch(r"[0-9]{12,19}", number):
        return tr("A bank card number has 12 to 19 digits.")
    return "" if _luhn(number) else tr("The last digit does not fit the others; compare with the card.")


def is_issued_card(digits: str) -> bool:
    """Whether digits can be a bank card's: begun as an issuer begins them, of its length, with their check digit."""
    return bool(_ISSUED.fullmatch(digits)) and _luhn(digits)


def _luhn(number: str) -> bool:
    doubled = (sum(divmod(2 * int(d), 10)) for d in number[-2::-2])
    return (sum(doubled) + sum(map(int, number[-1::-2]))) % 10 == 0


def email(text: str) -> str:
    """The address without blanks around it, its domain in lower case. Empty stays empty; InvalidEntry if it is none."""
    address = unicodedata.normalize("NFKC", text).strip()
    if not address:
        return ""
    if not _EMAIL.fullmatch(address):
        raise InvalidEntry(tr("“{text}” is not an e-mail address.", text=text), tr("Type it like name@example.com."))
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"
