"""Case numbers of the people's courts (法〔2015〕137号, amended by 法〔2018〕335号); any other is free text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from casedesk.base import times
from casedesk.base.i18n import tr

_FORM = re.compile(
    r"[（(](?P<year>(?:19|20)\d{2})[)）]"
    r"(?P<court>最高法|[京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔贵云滇藏陕甘青宁新军兵](?:\d{4}|\d{2})?)"
    r"(?P<kind>[\u4e00-\u9fa5]{1,6}?)(?P<serial>\d{1,8})号(?P<part>(?:之[一二三四五六七八九十]+)?)")
_BRACKETED_YEAR = re.compile(r"[（(\[〔【［]\s*(\d{4})\s*[)）\]〕】］]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SPECIAL = "知海破清金"
"""Marks of special trials that stand before the type; only 知 has been seen in a published number."""
_KIND_LIST = (
    "民初 民终 民申 民再 民监 民特 民督 民撤 民辖 民辖终 民他 财保 破 破申 执 执恢 执异 执复 执保 执监 执他 "
    "民诉前调 诉前调 诉前调确 诉前调书 行初 行终 行申 行再 行审 刑初 刑终 刑申 刑再 司惩")
_KINDS = frozenset(_KIND_LIST.split())
"""Common type codes; the court's list is longer, so another one only warns."""
_FIRST_YEAR = 2016
"""The grammar is in force from here on; older numbers are free text."""


@dataclass(frozen=True)
class CaseNumber:
    """The parts of a people's court case number: （year）court special kind serial 号 part."""

    year: int
    court: str
    special: str
    kind: str
    serial: int
    part: str = ""

    def __str__(self) -> str:
        return f"（{self.year}）{self.court}{self.special}{self.kind}{self.serial}号{self.part}"


def read_case_number(text: str) -> CaseNumber | None:
    """The parts of a number in the form in force since 2016, either width of brackets; None for any other."""
    found = _FORM.fullmatch(_tight(text))
    if not found:
        return None
    special, kind = _split(found["kind"])
    return CaseNumber(int(found["year"]), found["court"], special, kind, int(found["serial"]), found["part"])


def _split(kind: str) -> tuple[str, str]:
    marked = kind not in _KINDS and kind[0] in _SPECIAL and kind[1:] in _KINDS
    return (kind[0], kind[1:]) if marked else ("", kind)


def _tight(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", _BRACKETED_YEAR.sub(r"(\1)", text)))


def case_number(text: str) -> str:
    """The number with full-width brackets and no gaps; anything that is not Chinese is kept as typed. Never refuses."""
    if not _HAN.search(text):
        return text.strip()
    known = read_case_number(text)
    if known:
        return str(known)
    return _BRACKETED_YEAR.sub(r"（\1）", text.strip(), count=1)


def case_number_doubt(text: str) -> str:
    """What is unusual about a people's court number, or an empty text; foreign and older numbers are not doubted."""
    known = read_case_number(text)
    if known is None:
        return _form_doubt(text)
    if known.year > times.day(times.now(), "Asia/Shanghai").year:
        return tr("The year {year} has not come yet.", year=known.year)
    if known.kind not in _KINDS:
        return tr("The type “{kind}” is not one of the common ones.", kind=known.kind)
    return ""


def _form_doubt(text: str) -> str:
    year = _BRACKETED_YEAR.match(text.strip())
    if not _HAN.search(text) or (year and int(year[1]) < _FIRST_YEAR):
        return ""
    return tr("A case number since 2016 looks like （2025）粤0305民初1234号.")
