"""Made-up contacts of a collector in Chinese: about 35 characters each, from a seed, never a real person's."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PHRASES = tomllib.loads(Path(__file__).with_name("phrases.toml").read_text(encoding="utf-8"))
_MOBILES, _AREAS = _PHRASES["mobiles"].split(), _PHRASES["areas"].split()
_WEEK = 7 * 86_400_000
END = 1_795_000_000_000
"""The last contact's time, in milliseconds: November 2026."""


@dataclass(frozen=True)
class Contact:
    """One contact as a bench incident holds it."""

    at: int
    number: str
    normal: str
    words: str
    channel: str
    duration: int | None
    answered: int
    reached: str
    tags: str


def numbers(count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Numbers as displayed and in comparable form: mobiles, fixed lines, 95 and 400 numbers."""
    dice = random.Random(seed)
    return [_number(dice) for _ in range(count)]


def _number(dice: random.Random) -> tuple[str, str]:
    kind = dice.random()
    if kind < 0.6:
        digits = f"{dice.choice(_MOBILES)}{dice.randrange(10**8):08d}"
        return digits, "+86" + digits
    if kind < 0.85:
        area, line = dice.choice(_AREAS), f"{dice.randrange(2 * 10**7, 9 * 10**7):08d}"
        return f"{area}-{line}", f"+86{area[1:]}{line}"
    digits = f"95{dice.randrange(100, 1000)}" if kind < 0.95 else f"400{dice.randrange(10**7):07d}"
    return digits, digits


def _pick(dice: random.Random, which: str) -> str:
    return str(dice.choice(_PHRASES[which]))


def sentence(dice: random.Random) -> str:
    """What a collector says."""
    parts = [_pick(dice, "openings"), _pick(dice, "middles")]
    if dice.random() < 0.25:
        parts.append(_pick(dice, "middles"))
    return ("，".join(parts) + "，" + _pick(dice, "ends")).format_map(_Values(dice))


class _Values(dict[str, str]):
    """Fills a sentence: each name anew from the dice."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self.dice = dice

    def __missing__(self, key: str) -> str:
        dice = self.dice
        match key:
            case "name":
                return _pick(dice, "surnames") + "".join(_pick(dice, "given") for _ in range(dice.choice((1, 2, 2))))
            case "place":
                return _pick(dice, "places") + f"{dice.randrange(1, 400)}号"
            case "company":
                return _pick(dice, "companies")
            case "amount":
                return str(dice.randrange(100, 100_000))
            case "count" | "staff":
                return str(dice.randrange(2, 200))
            case "number":
                return _number(dice)[0]
            case "account":
                return f"6222{dice.randrange(10**12):012d}"
            case _:
                return f"wx_{dice.randrange(36**5):x}"


def contacts(count: int, seed: int = 1) -> Iterator[Contact]:
    """`count` contacts, oldest first, by day more than by night, from some 20,000 numbers."""
    dice = random.Random(seed)
    known = numbers(max(20, min(20_000, count // 10)), seed)
    step = max(1, min(60_000, 3 * 52 * _WEEK // count))
    at = END - count * step
    for _ in range(count):
        at += step
        yield _contact(dice, at + dice.randrange(step), known)


def _contact(dice: random.Random, at: int, known: list[tuple[str, str]]) -> Contact:
    number, normal = known[int(len(known) * dice.random() ** 2)]
    answered = dice.random() < 0.6
    return Contact(
        at, number, normal, sentence(dice), "call" if dice.random() < 0.8 else "sms",
        int(dice.expovariate(1 / 60)) if answered else None, int(answered),
        "debtor" if dice.random() < 0.8 else dice.choice(("relative", "friend", "colleague", "employer")),
        '["威胁"]' if dice.random() < 0.1 else "[]")
