"""What a result says of itself: a text to be translated with its values, and the source it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from casedesk.base.i18n import N_, Say
from casedesk.base.money import show_cents

CONFIDENCES = {
    "V": N_("text of the provision read"), "V2": N_("wording read in a reprint"), "S": N_("secondary source only"),
    "M": N_("from memory, unverified"), "U": N_("unverified"),
}


@dataclass(frozen=True)
class Source:
    """The article something rests on, and how well it was checked; no mark for what is no law (the contract)."""

    citation: str = ""
    confidence: str = "U"

    def by(self, say: Say) -> str:
        """'Civil Code 561 (text of the provision read)'."""
        if not self.citation or not self.confidence:
            return say(self.citation) if self.citation else ""
        return f"{say(self.citation)} ({say(CONFIDENCES[self.confidence])})"


NOWHERE = Source()


@dataclass(frozen=True)
class Said:
    """A text with its values, put into words by the speaker of a language."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    source: Source = NOWHERE

    def by(self, say: Say) -> str:
        """The text in the language of `say`."""
        return say(self.text, **{name: self._shown(value, say) for name, value in self.values.items()})

    @staticmethod
    def _shown(value: object, say: Say) -> object:
        if isinstance(value, Said):
            return value.by(say)
        if isinstance(value, Fraction):
            return percent(value)
        return value.isoformat() if isinstance(value, dt.date) else value


def said(text: str, source: Source = NOWHERE, /, **values: object) -> Said:
    """A `Said`; an integer value is cents, a Fraction a yearly rate, any other is shown as it is."""
    shown = {name: show_cents(value) if type(value) is int else value for name, value in values.items()}
    return Said(text, shown, source)


def percent(rate: Fraction, places: int = 4) -> str:
    """0.1825 as '18.25 %', at most so many places, without zeros at the end."""
    scaled = round_half_up(rate * 100 * 10**places)
    whole, rest = divmod(abs(scaled), 10**places)
    shown = f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".")
    return f"{'-' if scaled < 0 else ''}{shown} %"


def round_half_up(value: Fraction) -> int:
    """The nearest whole number, halves away from zero as money is rounded."""
    sign = -1 if value < 0 else 1
    return sign * ((abs(value.numerator) * 2 + value.denominator) // (value.denominator * 2))
