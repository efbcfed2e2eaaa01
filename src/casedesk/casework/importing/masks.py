"""Numbers an operator has partly masked (138****5678): which known number each may be, proposed and never assumed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from casedesk.base import phones
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.casework.importing.matching import Key, Known, Matching
from casedesk.casework.source_facts import HIDDEN, MASKED, masked_in
from casedesk.records import Incident, IncidentSource

_MASK = re.compile(r"[*•●]+|x{2,}", re.IGNORECASE)
_MASKED = re.compile(r"\+?[0-9]*(?:[*•●]+|x{2,})[0-9*•●x]*", re.IGNORECASE)
_TELLING = 6
"""Digits a masked number must still show to be told by them alone; fewer are told by a call at the same time only."""
_HOME = re.compile(r"(?:\+|00)86|86(?=1)")


@dataclass(frozen=True)
class Same:
    """A person's word that a masked number is this one."""

    masked: str
    """Without blanks, as `phones.read_phone` gives it in place of a comparable form."""
    number: str
    """In comparable form."""


@dataclass(frozen=True)
class Proposal:
    """A masked number and the only known one that fits; nothing is taken for the other until a person says so."""

    same: Same
    whole: bool
    """Whether it is the only known number that fits; else only some calls at the same time say so."""
    rows: int
    """Contacts of the masked number."""
    together: int
    """How many of them another source tells of the full number at the same time."""
    window: int
    """Seconds that count as the same time."""
    file: int = 0
    """Number of the file of this import it is about."""
    shown: str = ""
    """The full number as it is written at home."""

    @property
    def reason(self) -> str:
        """Why it is proposed, for a person to judge."""
        said = [tr("the only known number that fits")] if self.whole else []
        if self.together:
            said.append(tr("another source has it within {seconds} seconds for {n} of {rows} contacts",
                           n=self.together, seconds=self.window, rows=self.rows))
        return tr("; ").join(said) or tr("said before")

    def __str__(self) -> str:
        return tr("{masked} may be {number}: {reason}.", masked=self.same.masked, number=self.shown, reason=self.reason)


def is_masked(number: str) -> bool:
    """Whether a number is partly masked."""
    return _MASKED.fullmatch(number) is not None


def tells(masked: str) -> bool:
    """Whether it shows enough digits to be told by them."""
    return sum(sign.isdigit() for sign in masked) >= _TELLING


@cache
def _form(masked: str) -> re.Pattern[str]:
    """Each sign hides one digit, unless the whole is too short for a number: then a sign may hide several."""
    masked = _HOME.sub("", masked, count=1) if _HOME.match(masked) else masked
    short = len(masked) < 10
    parts = [re.escape(part) for part in _MASK.split(masked)]
    hidden = ["[0-9]+" if short else f"[0-9]{{{len(run)}}}" for run in _MASK.findall(masked)]
    return re.compile("".join(part + gap for part, gap in zip(parts, [*hidden, ""], strict=True)))


def fits(masked: str, number: str) -> bool:
    """Whether the full number (in comparable form) may be the masked one."""
    home = number.removeprefix("+86")
    forms = {home, number.removeprefix("+"), "0" + home if home != number and not home.startswith("1") else home}
    return any(_form(masked).fullmatch(one) for one in forms)


class Told:
    """What a person says of masked numbers, now and in earlier imports of the matter."""

    def __init__(self, session: Session, matter_id: int, said: Iterable[Same], region: str) -> None:
        self._numbers: dict[str, list[str]] = {}
        self._others: dict[str, list[str]] = {}
        for same in (read(one, region) for one in said):
            self._numbers.setdefault(same.masked, []).append(same.number)
            self._both_ways(same.masked, same.number)
        for masked, number in said_before(session, matter_id):
            self._both_ways(masked, number)

    def _both_ways(self, masked: str, number: str) -> None:
        for one, other in ((masked, number), (number, masked)):
            if other not in self._others.setdefault(one, []):
                self._others[one].append(other)

    def others(self, normal: str) -> list[str]:
        """The full numbers of a masked one, or the masked forms of a full one."""
        return self._others.get(normal, [])

    def only(self, masked: str) -> str:
        """The one full number all contacts of the masked one are of, as said now; empty when only some calls tell."""
        said = self._numbers.get(masked, [])
        return said[0] if len(said) == 1 and tells(masked) else ""


def read(same: Same, region: str) -> Same:
    """A person's word in the forms that are compared; InvalidEntry when it cannot be."""
    masked, number = (phones.read_phone(one, region).normal for one in (same.masked, same.number))
    if not is_masked(masked) or not fits(masked, number):
        raise InvalidEntry(tr("{masked} cannot be {number}.", masked=same.masked, number=same.number),
                           tr("Give a masked number of the file and a full one whose visible digits are the same."),
                           field="same")
    return Same(masked, number)


def said_before(session: Session, matter_id: int) -> Iterator[tuple[str, str]]:
    """Each masked number of a matter that a person said is a full one, with that one."""
    rows = session.execute(
        select(IncidentSource.kept, Incident.normal).join(Incident, Incident.id == IncidentSource.incident_id)
        .where(IncidentSource.matter_id == matter_id, or_(
            *(cast(IncidentSource.kept, String).like(f"%{name}=%") for name in (MASKED, HIDDEN)))))
    for kept, normal in rows:
        masked = phones.read_phone(masked_in(kept)).normal
        if masked and normal and not is_masked(normal):
            yield masked, normal


@dataclass
class _Calls:
    """The contacts of one channel and direction whose number is whole, in the order of time."""

    listed: list[tuple[int, str, Known]] = field(default_factory=list)

    def near(self, known: Known, masked: str, reach: int) -> Iterator[tuple[str, Known]]:
        start = bisect_left(self.listed, known.at - reach, key=lambda one: one[0])
        for at, number, other in self.listed[start:]:
            if at > known.at + reach:
                return
            if other.precise and not other.kinds & known.kinds and fits(masked, number):
                yield number, other


def proposals(matching: Matching, known_numbers: Iterable[str], region: str, *,
              of_matter: bool = False) -> list[Proposal]:
    """What the masked numbers of this import may be, and those of the matter that this import tells in full.

    `region`: of the matter, for the way numbers are written; `of_matter`: all masked numbers of the matter.
    """
    masked: dict[str, list[tuple[Key, Known]]] = {}
    calls: dict[tuple[str, str], _Calls] = {}
    whole = {number for number in known_numbers if number and not is_masked(number)}
    for key, listed in matching.all():
        if is_masked(key[2]):
            masked.setdefault(key[2], []).extend((key, known) for known in listed)
        elif re.fullmatch(r"\+?[0-9]+", key[2]):
            whole.add(key[2])
            calls.setdefault(key[:2], _Calls()).listed += [(known.at, key[2], known) for known in listed]
    for one in calls.values():
        one.listed.sort(key=lambda call: call[0])
    by_end = _by_end(whole)
    return [replace(found, shown=phones.at_home(found.same.number, region)) for mask, contacts in masked.items()
            for found in _of_mask(mask, contacts, calls, by_end, matching.window) if found.file or of_matter]


def _by_end(numbers: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number in sorted(numbers):
        found.setdefault(number[-2:], []).append(number)
    return found


def _of_mask(masked: str, contacts: list[tuple[Key, Known]], calls: Mapping[tuple[str, str], _Calls],
             by_end: Mapping[str, list[str]], window: int) -> Iterator[Proposal]:
    together: dict[str, int] = {}
    run = max(known.run for _, known in contacts)
    for key, known in contacts:
        near = list(calls[key[:2]].near(known, masked, window * 1000)) if known.precise and key[:2] in calls else []
        numbers = {number for number, _ in near}
        if len(numbers) == 1:
            (number,) = numbers
            newest = max(known.run, *(other.run for _, other in near))
            together[number] = together.get(number, 0) + 1
            run = max(run, newest)
    fitting = [number for number in by_end.get(masked[-2:], []) if fits(masked, number)] if tells(masked) else []
    if len(fitting) == 1:
        yield Proposal(Same(masked, fitting[0]), True, len(contacts), together.get(fitting[0], 0), window, run)
    else:
        yield from (Proposal(Same(masked, number), False, len(contacts), count, window, run)
                    for number, count in sorted(together.items()))
