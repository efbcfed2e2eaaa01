"""How long a passphrase would hold against someone who has the cabinet's files and guesses.

The passphrase is cut into the pieces a guesser would try (common words, runs, keyboard rows, dates, repeats, words and
syllables, single signs) in the way that costs him least; the bits of the pieces are added. An estimate made to be on
the low side, not a promise. Guesses cost what Argon2id makes them cost (see keys.OFFICE): taken as 2^20 a second for a
rich attacker, 45 bits are a year and 55 a thousand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from casedesk.base.i18n import N_, tr
from casedesk.base.resources import resource

_STEPS = (20, 33, 45, 55)
"""Bits from which a passphrase is weak, fair, good, strong."""
_WORDS = (N_("Very weak"), N_("Weak"), N_("Fair"), N_("Good"), N_("Strong"))
_ROWS = ("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "一二三四五六七八九十",
         "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhnujm")
_LOOKS_LIKE = str.maketrans("@4301$57", "aaeoisst")
_DATE = re.compile(r"(?:(?:19|20)\d\d[-/.年]?)(?:0?[1-9]|1[0-2])[-/.月]?(?:0?[1-9]|[12]\d|3[01])日?"
                   r"|(?:0[1-9]|[12]\d|3[01])[-/.](?:0[1-9]|1[0-2])[-/.](?:19|20)?\d\d"
                   r"|\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|van|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|ue|ve|er|[aeiouv])")
_WORDLIKE = re.compile(r"(?:[bcdfghjklmnpqrstvwxz]{0,3}[aeiouy]{1,2}){1,12}[bcdfghjklmnpqrstvwxz]{0,3}")
_LONGEST = 30


@dataclass(frozen=True)
class Strength:
    """`score` 0 (very weak) to 4 (strong), and the bits it was judged by."""

    score: int
    bits: float

    @property
    def word(self) -> str:
        """The score in a word."""
        return tr(_WORDS[self.score])

    @property
    def advice(self) -> str:
        """What would make it better; empty when it is good enough."""
        if self.score >= 3:
            return ""
        if self.score == 2:
            return tr("One more unusual word makes it good.")
        return tr("Put four or more words together that do not belong together; "
                  "no names, dates, telephone numbers or well-known lines.")


def estimate(passphrase: str) -> Strength:
    """The strength of a passphrase; only its first 200 signs are looked at."""
    text = passphrase[:200]
    bits = _least_bits(text.casefold()) + _capitals(text)
    return Strength(sum(bits >= step for step in _STEPS), bits)


def _least_bits(text: str) -> float:
    """The bits of the cheapest way to cut the text into pieces."""
    best = [0.0] + [math.inf] * len(text)
    for start in range(len(text)):
        for length, bits in _pieces(text, start):
            seen = 2.0 if length > 1 and text[start:start + length] in text[:start] else math.inf
            best[start + length] = min(best[start + length], best[start] + min(bits, seen))
    return best[-1]


def _pieces(text: str, start: int) -> Iterator[tuple[int, float]]:
    """Lengths of what a guesser would try at this place, each with its bits."""
    yield 1, _one(text, start)
    common, plain = _common(), text.translate(_LOOKS_LIKE)
    for length in range(2, min(_LONGEST, len(text) - start) + 1):
        piece = text[start:start + length]
        if piece in common:
            yield length, common[piece]
        elif plain[start:start + length] in common:
            yield length, common[plain[start:start + length]] + 2
        if length > 2 and _runs(piece):
            yield length, 4 + math.log2(length)
    for pattern, bits in ((_DATE, 15.0), (_YEAR, 7.0), (_MOBILE, 30.0)):
        if found := pattern.match(text, start):
            yield found.end() - start, bits
    yield from _repeats(text, start)
    yield from _again(text, start)
    yield from _spoken(text, plain, start)


def _one(text: str, place: int) -> float:
    """The bits of a sign that belongs to no piece."""
    sign = text[place]
    if sign.isdigit():
        return 3.3
    if sign.isspace():
        return 0.5 if place else 1.0
    if sign.isascii():
        return 4.7 if sign.isalpha() else 5.0
    return 6.5


def _runs(piece: str) -> bool:
    return any(piece in row or piece[::-1] in row for row in _ROWS)


def _repeats(text: str, start: int) -> Iterator[tuple[int, float]]:
    """The same again and again: worth once, and how often."""
    for unit in range(1, 9):
        piece = text[start:start + unit]
        times = 1
        while text.startswith(piece, start + times * unit):
            times += 1
        if times > 1 and len(piece) == unit:
            yield unit * times, sum(_one(text, start + place) for place in range(unit)) + math.log2(times) + 1


def _again(text: str, start: int) -> Iterator[tuple[int, float]]:
    """As much as stood there before: worth little, however long."""
    length = 2
    while start + length <= len(text) and text[start:start + length] in text[:start]:
        length += 1
    if length > 3:
        yield length - 1, 4.0


def _spoken(text: str, plain: str, start: int) -> Iterator[tuple[int, float]]:
    """Whole words as they are spoken: pinyin syllables, and letters that could be a word of a large dictionary."""
    if found := _SYLLABLE.match(text, start):
        yield found.end() - start, 7.0
    if start and text[start - 1].isalpha():
        return
    for end in range(start + 4, min(start + _LONGEST, len(text)) + 1):
        if _WORDLIKE.fullmatch(plain, start, end):
            swapped = sum(one != other for one, other in zip(text[start:end], plain[start:end], strict=True))
            yield end - start, 13 + 2.0 * max(0, end - start - 7) + swapped


def _capitals(text: str) -> float:
    """Capitals and small letters mixed: 1 bit when only the first or all are, up to 4 else."""
    capitals = sum(sign.isupper() for sign in text)
    if not capitals:
        return 0.0
    return 1.0 if text.isupper() or (capitals == 1 and text[0].isupper()) else min(4.0, 1.0 + capitals)


@cache
def _common() -> dict[str, float]:
    """Common passwords and words with the bits of their place in the list."""
    lines = resource("tables", "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    return {word: math.log2(place + 2) for place, word in reversed(list(enumerate(words)))}
