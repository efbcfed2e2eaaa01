"""Whether a row is known already, or confirms what another source told.

The same kind of source telling the same thing again is a duplicate. Another kind of source telling of the same number,
channel and direction within the window confirms it: one incident, one source more.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, insort_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import attrgetter, or_

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.typed_time import Precision
from casedesk.imports.draft import Draft
from casedesk.records import Evidence, Incident, IncidentSource
from casedesk.records.words import Channel, SourceKind

_KINDS = {kind: 1 << place for place, kind in enumerate(SourceKind)}
_MACHINES = _KINDS[SourceKind.BILL] | _KINDS[SourceKind.PHONE]
"""Sources that say by themselves whether a call was answered."""
_CORROBORATED = {Channel.CALL, Channel.SMS}

Key = tuple[str, str, str]
_AT = attrgetter("at")


@dataclass(slots=True, eq=False)
class Known:
    """An incident that is there, or was met earlier in this import, as far as matching needs it."""

    id: int
    at: int
    """Milliseconds since 1970."""
    precise: bool
    duration: int | None
    answered: bool | None
    said: bytes
    """A short hash of the words; empty when there are none."""
    kind: int = 0
    """Of the source in a file that told it first, at this very time; 0 when none did."""
    others: tuple[tuple[int, int], ...] = ()
    """Kind and time of the other sources that stand in files."""
    run: int = 0
    """Number of the file of this import that it was met in; 0 when it was there before."""
    file: str = ""
    """The first source's; of a row of this import, its sheet."""
    line: int | None = None
    taken: int = 0
    """Number of the file whose row matched it last: each of a file's rows matches another incident."""

    @property
    def told(self) -> tuple[tuple[int, int], ...]:
        """Kind and time of each source that stands in a file; the incident's facts are the first one's."""
        return ((self.kind, self.at), *self.others) if self.kind else self.others

    @property
    def place(self) -> str:
        """“calls.xml:7”, or in a file of this import “Sheet1 7”."""
        if self.run:
            return f"{self.file} {self.line}".strip()
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def kinds(self) -> int:
        """The kinds of its sources that stand in files."""
        return reduce(or_, (kind for kind, _ in self.told), 0)


@dataclass(frozen=True)
class Match:
    """What a row was found to be."""

    known: Known
    again: bool
    """A duplicate, not a confirmation."""
    seconds: float = 0.0


def said(words: str) -> bytes:
    """The hash that stands for words."""
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest() if words else b""


def key_of(channel: str, direction: str, number: str) -> Key:
    """What two tellings of one contact must share."""
    return channel, direction, number


@dataclass
class Matching:
    """The incidents of a matter by number and time, growing as rows are taken."""

    window: int
    _known: dict[Key, list[Known]] = field(default_factory=dict)
    _widest: int = 0
    """Milliseconds that two sources of one incident are apart at most."""

    @classmethod
    def of_matter(cls, session: Session, matter_id: int, window: int) -> Matching:
        """All incidents the matter has."""
        found = cls(window)
        for key, known in _incidents(session, matter_id):
            found._known.setdefault(key, []).append(known)
            found._widest = max(found._widest, *(abs(at - known.at) for _, at in known.told), 0)
        return found

    def add(self, key: Key, known: Known) -> None:
        """A new incident, for the rows to come."""
        insort_right(self._known.setdefault(key, []), known, key=_AT)

    def all(self) -> Iterator[tuple[Key, list[Known]]]:
        """Everything, by number."""
        yield from self._known.items()

    def find(self, draft: Draft, key: Key, at: int, run: int) -> Match | None:
        """What is known of this row's contact already."""
        listed = self._known.get(key)
        if not listed:
            return None
        reach = self.window * 1000
        far = max(reach, self._widest)
        near = list(_between(listed, at - far, at + far))
        if not near:
            return None
        bit, words = _KINDS[draft.source], said(draft.words)
        for known in near:
            if _again(known, draft, words, (bit, at), run):
                return Match(known, again=True)
        if draft.channel not in _CORROBORATED or not key[2] or draft.precision is Precision.DAY:
            return None
        found = [(_contradicts(known, draft), abs(known.at - at), place, known)
                 for place, known in enumerate(near)
                 if abs(known.at - at) <= reach and known.precise
                 and run not in (known.taken, known.run) and not known.kinds & bit
                 and not (_contradicts(known, draft) and known.kinds & _MACHINES and bit & _MACHINES)
                 and (not known.said or not words or known.said == words)]
        if not found:
            return None
        _, apart, _, known = min(found)
        return Match(known, again=False, seconds=apart / 1000)

    def take(self, known: Known, draft: Draft, at: int, run: int) -> None:
        """The row is one more source of this incident."""
        known.others += ((_KINDS[draft.source], at),)
        self._widest = max(self._widest, abs(at - known.at))
        known.taken = run
        known.duration = draft.duration if known.duration is None else known.duration
        known.answered = draft.answered if known.answered is None else known.answered
        known.said = known.said or said(draft.words)

    def unmatched(self, kind: SourceKind, run: int, first: int, last: int) -> Iterator[tuple[Key, Known]]:
        """The calls and messages of this time that other sources tell and this file (number `run`) does not."""
        bit = _KINDS[kind]
        for key, listed in self._known.items():
            if key[0] == Channel.CALL:
                yield from ((key, known) for known in _between(listed, first, last)
                            if run not in (known.taken, known.run) and not known.kinds & bit)


def _between(listed: list[Known], first: int, last: int) -> Iterator[Known]:
    for place in range(bisect_left(listed, first, key=_AT), len(listed)):
        if listed[place].at > last:
            return
        yield listed[place]


def _again(known: Known, draft: Draft, words: bytes, telling: tuple[int, int], run: int) -> bool:
    """Whether this kind of source has told just this before.

    Of rows known to the day only, each is matched once: two letters of one day are two letters.
    """
    if telling not in known.told or (known.said and words and known.said != words):
        return False
    if known.told[0] == telling and (known.duration != draft.duration or known.said != words):
        return False
    if draft.precision is Precision.EXACT:
        return True
    if run in {known.run, known.taken}:
        return False
    known.taken = run
    return True


def _contradicts(known: Known, draft: Draft) -> bool:
    return None not in (known.answered, draft.answered) and known.answered != draft.answered


def kind_bit(kind: SourceKind) -> int:
    """The bit that stands for a kind of source."""
    return _KINDS[kind]


def _incidents(session: Session, matter_id: int) -> Iterator[tuple[Key, Known]]:
    sources = _sources(session, matter_id)
    files = dict(session.execute(select(Evidence.id, Evidence.file_name)
                                 .where(Evidence.matter_id == matter_id)).all())
    rows = session.execute(
        select(Incident.id, Incident.at, Incident.precision, Incident.channel, Incident.direction, Incident.number,
               Incident.normal, Incident.duration, Incident.answered, Incident.words)
        .where(Incident.matter_id == matter_id).order_by(Incident.at, Incident.id)
        .execution_options(yield_per=2000))
    for row in rows:
        told, evidence_id, line = sources.get(row.id, _NO_SOURCE)
        at, kind = times.to_millis(row.at), 0
        others = tuple((kind, at if when is None else when) for kind, when in told)
        if others and others[0][1] == at:
            (kind, _), *rest = others
            others = tuple(rest)
        yield (key_of(row.channel, row.direction, row.normal or row.number.strip()),
               Known(row.id, at, row.precision is not Precision.DAY, row.duration, row.answered, said(row.words),
                     kind, others, file=files.get(evidence_id or 0, ""), line=line))


_Told = tuple[list[tuple[int, int | None]], int | None, int | None]
_NO_SOURCE: _Told = ([], None, None)


def _sources(session: Session, matter_id: int) -> dict[int, _Told]:
    """Incident -> kind and time of its sources in files, evidence and line of the first of them."""
    found: dict[int, _Told] = {}
    rows = session.execute(
        select(IncidentSource.incident_id, IncidentSource.kind, IncidentSource.evidence_id, IncidentSource.line,
               IncidentSource.at)
        .where(IncidentSource.matter_id == matter_id, IncidentSource.evidence_id.is_not(None))
        .order_by(IncidentSource.id).execution_options(yield_per=5000))
    for incident_id, kind, evidence_id, line, at in rows:
        told, _, _ = found.setdefault(incident_id, ([], evidence_id, line))
        told.append((_KINDS[kind], None if at is None else times.to_millis(at)))
    return found
