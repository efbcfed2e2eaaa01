"""Telephone numbers: what was displayed is kept as it is; a comparable form and a class stand beside it.

The class says what sort of line it is, never who calls. Prefixes are data: resources/tables/phone_classes.toml.
Common Chinese forms are read without the `phonenumbers` library, for a bill holds 100,000 of them.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from casedesk.base.fields import Choice
from casedesk.base.i18n import N_, Language, language, words
from casedesk.base.resources import resource

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber


class PhoneClass(Choice):
    """What sort of line a number is; says nothing about who uses it."""

    MOBILE = "mobile", N_("Mobile")
    MOBILE_RESALE = "mobile-resale", N_("Mobile, virtual operator")
    MOBILE_SATELLITE = "mobile-satellite", N_("Satellite phone")
    IOT = "iot", N_("Internet-of-things card")
    FIXED = "fixed", N_("Fixed line")
    FIXED_OR_MOBILE = "fixed-or-mobile", N_("Fixed line or mobile")
    BANK_95 = "95-bank-type", N_("95 customer service number")
    CALL_CENTRE_95 = "95-callcentre", N_("95 call centre number")
    LOCAL_96 = "96", N_("96 local service number")
    SHARED_COST = "400-800", N_("400 or 800 number")
    MESSAGE_PORT = "106-sms", N_("106 message port")
    SHORT_CODE = "short-code", N_("Short code")
    OVERSEAS = "overseas", N_("Overseas number")
    MASKED = "masked", N_("Partly masked number")
    HIDDEN = "hidden", N_("Hidden number")
    UNKNOWN = "unknown", N_("Unknown kind")


@dataclass(frozen=True)
class Phone:
    """A number as displayed, in comparable form, and what is doubtful about it (in the person's language)."""

    raw: str
    normal: str
    """E.164 for subscriber lines, bare digits for service numbers and short codes, empty when hidden or absent."""
    kind: PhoneClass
    doubt: str = ""
    extension: str = ""


_EXTENSION = re.compile(
    r"(?<=[0-9)])[\s,-]*(?:转接?|分机号?|extension|ext\.?|x(?=\s*[0-9]+$)|#)\s*[:.]?\s*([0-9]{1,6})$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−.·()/]+")
_MASK = re.compile(r"[*•●]|x{2,}", re.IGNORECASE)
_HOME_PREFIX = re.compile(r"(?:\+86|0086)(?P<sure>)(?=[0-9])|0?86(?=0?[1-9][0-9]{9,10}$)")
_MOBILE = re.compile(r"0?(1[3-9][0-9]{9})")
_AREA = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([0-9]+)")
_LENGTH_DOUBT = N_("The number of digits is unusual.")
_PREFIX_DOUBT = N_("The prefix is not in the table of known prefixes.")
_AREA_DOUBT = N_("The area code is not in the table of known area codes.")
_NO_AREA_DOUBT = N_("The area code is missing.")
_FORM_DOUBT = N_("Not a form of number known here.")
_UNASSIGNED_DOUBT = N_("No such number is assigned according to the numbering plan.")
_MASK_DOUBT = N_("Part of the number is masked.")


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(resource("tables", "phone_classes.toml").read_text(encoding="utf-8"))


@cache
def _listed(section: str, key: str) -> frozenset[str]:
    return frozenset(_table()[section][key].split())


@cache
def _hidden_words() -> frozenset[str]:
    return frozenset(_table()["hidden"]["words"])


@cache
def _short_forms() -> tuple[tuple[re.Pattern[str], PhoneClass], ...]:
    short = _table()["short"]
    return (
        (re.compile(short["emergency"]), PhoneClass.SHORT_CODE),
        (re.compile(short["local_service"]), PhoneClass.LOCAL_96),
        (re.compile(short["shared_cost"]), PhoneClass.SHARED_COST),
        (re.compile(short["message_port"]), PhoneClass.MESSAGE_PORT),
        (re.compile(short["short_code"]), PhoneClass.SHORT_CODE),
    )


def read_phone(text: str, region: str = "CN") -> Phone:
    """The number as the phones of a region ('CN', 'US', 'GB') display it; never raises, `raw` is kept untouched."""
    return _read(text, region, language())


def at_home(normal: str, region: str = "CN") -> str:
    """A comparable number as people in China write it there; that of another country, or for one, stays as it is."""
    rest = normal.removeprefix("+86")
    if region != "CN" or rest == normal:
        return normal
    return rest if read_phone(rest).normal == normal else f"0{rest}"


def parts(text: str, region: str = "CN") -> tuple[str, str]:
    """Country code and national digits, without a trunk 0, of a number; no code for a service number or short code."""
    import phonenumbers

    normal = read_phone(text, region).normal
    if not normal.startswith("+"):
        return "", re.sub(r"[^0-9]", "", normal)
    if normal.startswith("+86"):
        return "86", normal[3:]
    try:
        number = phonenumbers.parse(normal)
    except phonenumbers.NumberParseException:
        return "", normal[1:]
    return str(number.country_code), str(number.national_number)


def phone_doubt(text: str) -> str:
    """What is unusual about a number read as a Chinese one, or an empty text."""
    return read_phone(text).doubt


@lru_cache(maxsize=8_192)
def _read(text: str, region: str, lang: Language) -> Phone:
    found = _classify(text, region)
    return replace(found, doubt=words(lang)(found.doubt)) if found.doubt else found


def _classify(raw: str, region: str) -> Phone:
    shown = unicodedata.normalize("NFKC", raw).strip()
    if not shown:
        return Phone(raw, "", PhoneClass.UNKNOWN)
    if shown.casefold() in _hidden_words():
        return Phone(raw, "", PhoneClass.HIDDEN)
    extension = _EXTENSION.search(shown)
    main = _SEPARATORS.sub("", shown[:extension.start()] if extension else shown)
    found = _of_line(raw, main, region)
    return replace(found, extension=extension[1]) if extension else found


def _of_line(raw: str, main: str, region: str) -> Phone:
    if _MASK.search(main):
        return Phone(raw, main, PhoneClass.MASKED, _MASK_DOUBT)
    if not re.fullmatch(r"\+?[0-9]+", main):
        return Phone(raw, " ".join(raw.casefold().split()), PhoneClass.UNKNOWN, _FORM_DOUBT)
    prefix = _HOME_PREFIX.match(main)
    if region == "CN" and not prefix and not main.startswith(("+", "00")):
        return _chinese(raw, main)
    if prefix and (region == "CN" or prefix["sure"] is not None):
        home = _chinese_abroad(raw, main[prefix.end():])
        return home if region == "CN" else replace(home, kind=PhoneClass.OVERSEAS)
    return _foreign(raw, main, region)


def _chinese_abroad(raw: str, rest: str) -> Phone:
    """After +86 an area code has lost its 0, and ten digits from 10 are a Peking line, not a message port."""
    line = re.fullmatch("10[0-9]{8}", rest) or _chinese(raw, rest).kind in (PhoneClass.UNKNOWN, PhoneClass.FIXED)
    return _chinese(raw, "0" + rest if line and rest[0] != "0" else rest)


def _chinese(raw: str, digits: str) -> Phone:
    mobile = _MOBILE.fullmatch(digits)
    if mobile:
        return _mobile(raw, mobile[1])
    found = _service(raw, digits) or _fixed(raw, digits)
    if found:
        return found
    if len(digits) == 13 and digits[:3] in _listed("iot", "known"):
        return Phone(raw, "+86" + digits, PhoneClass.IOT)
    if re.fullmatch("[2-9][0-9]{6,7}", digits):
        return Phone(raw, digits, PhoneClass.FIXED, _NO_AREA_DOUBT)
    return Phone(raw, digits, PhoneClass.UNKNOWN, _FORM_DOUBT)


def _mobile(raw: str, digits: str) -> Phone:
    kind, known = PhoneClass.MOBILE, digits[:3] in _listed("mobile", "known")
    if digits.startswith(tuple(_listed("mobile", "satellite"))):
        kind, known = PhoneClass.MOBILE_SATELLITE, True
    elif digits[:3] in _listed("mobile", "resale"):
        kind = PhoneClass.MOBILE_RESALE
    return Phone(raw, "+86" + digits, kind, "" if known else _PREFIX_DOUBT)


def _service(raw: str, digits: str) -> Phone | None:
    for form, kind in _short_forms():
        if form.fullmatch(digits):
            return Phone(raw, digits, kind)
    if not re.fullmatch("95[0-9]{3,10}", digits):
        return None
    if digits[:3] in _listed("call_centre", "known"):
        return Phone(raw, digits, PhoneClass.CALL_CENTRE_95)
    if digits[:3] in _listed("customer_service", "known"):
        return Phone(raw, digits, PhoneClass.BANK_95, "" if len(digits) <= 6 else _LENGTH_DOUBT)
    return Phone(raw, digits, PhoneClass.UNKNOWN, _PREFIX_DOUBT)


def _fixed(raw: str, digits: str) -> Phone | None:
    found = _AREA.fullmatch(digits)
    if not found or not 5 <= len(found[2]) <= 10:
        return None
    area, line = found[1], found[2]
    long = area in _listed("area", "long")
    doubt = "" if long or area in _listed("area", "known") else _AREA_DOUBT
    if not doubt and len(line) not in ({8} if long else {7, 8}):
        doubt = _LENGTH_DOUBT
    return Phone(raw, "+86" + digits[1:], PhoneClass.FIXED, doubt)


def _foreign(raw: str, main: str, region: str) -> Phone:
    """A number outside the Chinese plan, read with the numbering plans of the world."""
    import phonenumbers

    if not main.startswith(("+", "0")) and len(main) <= 6:
        return Phone(raw, main, PhoneClass.SHORT_CODE)
    dialled = "+" + main[2:] if main.startswith("00") else main
    try:
        number = phonenumbers.parse(dialled, region)
    except phonenumbers.NumberParseException:
        return Phone(raw, dialled, PhoneClass.OVERSEAS if dialled[0] == "+" else PhoneClass.UNKNOWN, _FORM_DOUBT)
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    doubt = "" if phonenumbers.is_valid_number(number) else _UNASSIGNED_DOUBT
    abroad = number.country_code != phonenumbers.country_code_for_region(region)
    return Phone(raw, normal, PhoneClass.OVERSEAS if abroad else _plan_class(number), doubt)


def _plan_class(number: PhoneNumber) -> PhoneClass:
    from phonenumbers import PhoneNumberType, number_type

    return {
        PhoneNumberType.MOBILE: PhoneClass.MOBILE,
        PhoneNumberType.FIXED_LINE: PhoneClass.FIXED,
        PhoneNumberType.FIXED_LINE_OR_MOBILE: PhoneClass.FIXED_OR_MOBILE,
        PhoneNumberType.TOLL_FREE: PhoneClass.SHARED_COST,
        PhoneNumberType.SHARED_COST: PhoneClass.SHARED_COST,
    }.get(number_type(number), PhoneClass.UNKNOWN)


@lru_cache(maxsize=4096)
def zones_of(text: str) -> tuple[str, ...]:
    """The time zones the area code of an American number stands for; none for any other number."""
    from phonenumbers import NumberParseException, parse, timezone

    try:
        number = parse(text, "US")
    except NumberParseException:
        return ()
    if number.country_code != 1:
        return ()
    return tuple(zone for zone in timezone.time_zones_for_number(number) if zone != timezone.UNKNOWN_TIMEZONE)
