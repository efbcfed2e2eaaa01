"""Whether a row is known already, or confirms what another source told.

The same kind of source telling the same thing again is a duplicate. Another kind of source telling of the same number,
channel and direction within the window confirms it: one incident, one source more.
"""

from __future__ import annotations

import hashlib
import uuid
from bisect import bisect_left, insort_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import attrgetter, or_
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import phones, times
from casedesk.base.typed_time import Precision
from casedesk.casework import source_facts
from casedesk.imports.draft import Draft
from casedesk.records import Change, Evidence, Incident, IncidentSource
from casedesk.records.words import Channel, SourceKind

_KINDS = {kind: 1 << place for place, kind in enumerate(SourceKind)}
_MACHINES = _KINDS[SourceKind.BILL] | _KINDS[SourceKind.PHONE]
"""Sources that say by themselves whether a call was answered."""
CORROBORATED = {Channel.CALL, Channel.SMS}
"""What several kinds of source tell of."""

Key = tuple[str, str, str]
_AT = attrgetter("at")


class Told(NamedTuple):
    """What one source that stands in a file says."""

    kind: int
    at: int
    duration: int | None
    said: bytes


@dataclass(slots=True, eq=False)
class Known:
    """An incident that is there, or was met earlier in this import, as far as matching needs it.

    Its facts are those its sources say, not what a person typed since: the next file says what the last one said.
    """

    id: int
    at: int
    """Milliseconds since 1970."""
    precise: bool
    duration: int | None
    answered: bool | None
    said: bytes
    """A short hash of the words; empty when there are none."""
    kind: int = 0
    """Of the source in a file that told it first, at this very time and with these facts; 0 when none did."""
    others: tuple[Told, ...] = ()
    """The other sources that stand in files."""
    run: int = 0
    """Number of the file of this import that it was met in; 0 when it was there before."""
    file: str = ""
    """The first source's; of a row of this import, its sheet."""
    line: int | None = None
    taken: int = 0
    """Number of the file whose row matched it last: each of a file's rows matches another incident."""

    @property
    def told(self) -> tuple[Told, ...]:
        """Each source that stands in a file."""
        return (Told(self.kind, self.at, self.duration, self.said), *self.others) if self.kind else self.others

    @property
    def place(self) -> str:
        """“calls.xml:7”, or in a file of this import “Sheet1 7”."""
        if self.run:
            return f"{self.file} {self.line}".strip()
        return self.file if self.line is None else f"{self.file}:{self.line}"

    @property
    def kinds(self) -> int:
        """The kinds of its sources that stand in files."""
        return reduce(or_, (one.kind for one in self.told), 0)


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
    _once: dict[Key, list[Known]] = field(default_factory=dict)
    """Incidents whose number, channel or direction a person changed, by what the sources say."""
    _widest: int = 0
    """Milliseconds that two sources of one incident are apart at most."""

    @classmethod
    def of_matter(cls, session: Session, matter_id: int, window: int) -> Matching:
        """All incidents the matter has."""
        found = cls(window)
        for key, once, known in _incidents(session, matter_id):
            found._known.setdefault(key, []).append(known)
            if once != key:
                found._once.setdefault(once, []).append(known)
            found._widest = max(found._widest, *(abs(one.at - known.at) for one in known.told), 0)
        return found

    def add(self, key: Key, known: Known) -> None:
        """A new incident, for the rows to come."""
        insort_right(self._known.setdefault(key, []), known, key=_AT)

    def all(self) -> Iterator[tuple[Key, list[Known]]]:
        """Everything, by number."""
        yield from self._known.items()

    def find(self, draft: Draft, key: Key, at: int, run: int) -> Match | None:
        """What is known of this row's contact already."""
        reach = self.window * 1000
        far = max(reach, self._widest)
        near = [known for listed in (self._known, self._once) if key in listed
                for known in _between(listed[key], at - far, at + far)]
        if not near:
            return None
        bit, words = _KINDS[draft.source], said(draft.words)
        telling = Told(bit, at, draft.duration, words)
        for known in near:
            if _again(known, draft, telling, run):
                return Match(known, again=True)
        if draft.channel not in CORROBORATED or not key[2] or draft.precision is Precision.DAY:
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
        if (known.duration is None and draft.duration is not None) or (not known.said and draft.words):
            known.others, known.kind = known.told, 0  # what the first says is not all that is known now
        known.others += (Told(_KINDS[draft.source], at, draft.duration, said(draft.words)),)
        self._widest = max(self._widest, abs(at - known.at))
        known.taken = run
        known.duration = draft.duration if known.duration is None else known.duration
        known.answered = draft.answered if known.answered is None else known.answered
        known.said = known.said or said(draft.words)

    def unmatched(self, kind: SourceKind, channel: Channel, run: int, first: int, last: int) -> Iterator[
            tuple[str, Known]]:
        """What of this time only file number `run` tells, or only others that are of another kind; each by number."""
        bit = _KINDS[kind]
        for key, listed in self._known.items():
            if key[0] == channel:
                yield from ((key[2], known) for known in _between(listed, first, last) if (
                    known.kinds == bit if known.run == run else known.taken != run and not known.kinds & bit))


def _between(listed: list[Known], first: int, last: int) -> Iterator[Known]:
    for place in range(bisect_left(listed, first, key=_AT), len(listed)):
        if listed[place].at > last:
            return
        yield listed[place]


def _again(known: Known, draft: Draft, telling: Told, run: int) -> bool:
    """Whether this kind of source has told just this before.

    Of rows known to the day only, each is matched once: two letters of one day are two letters.
    """
    if telling not in known.told:
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


def _incidents(session: Session, matter_id: int) -> Iterator[tuple[Key, Key, Known]]:
    """Each incident with its key, and the key it had when it was made."""
    sources, made = _sources(session, matter_id), _as_made(session, matter_id)
    files = dict(session.execute(select(Evidence.id, Evidence.file_name)
                                 .where(Evidence.matter_id == matter_id)).all())
    rows = session.execute(
        select(Incident.id, Incident.uuid, Incident.at, Incident.zone, Incident.precision, Incident.channel,
               Incident.direction, Incident.number, Incident.normal, Incident.duration, Incident.answered,
               Incident.words)
        .where(Incident.matter_id == matter_id).order_by(Incident.at, Incident.id)
        .execution_options(yield_per=2000))
    for row in rows:
        told, evidence_id, line = sources.get(row.id, _NO_SOURCE)
        at = times.to_millis(row.at)
        key = once = key_of(row.channel, row.direction, row.normal or row.number.strip())
        duration, answered, words = row.duration, row.answered, row.words
        if then := made.get(row.uuid):
            duration, answered, words = (then.get(name, now) for name, now in (
                ("duration", duration), ("answered", answered), ("words", words)))
            number = str(then.get("number", row.number))
            once = key_of(str(then.get("channel", row.channel)), str(then.get("direction", row.direction)),
                          phones.read_phone(number, times.region(row.zone)).normal or number.strip())
        known = Known(row.id, at, row.precision is not Precision.DAY, duration, answered, said(words),
                      file=files.get(evidence_id or 0, ""), line=line)
        known.others = tuple(Told(kind, at if when is None else when, *(own or (duration, known.said)))
                             for kind, when, own in told)
        known.said = next((one.said for one in known.others if one.said), known.said)
        if known.others and known.others[0][1:] == (at, duration, known.said):
            known.kind, known.others = known.others[0].kind, known.others[1:]
        yield key, once, known


def _as_made(session: Session, matter_id: int) -> dict[uuid.UUID, dict[str, Any]]:
    """What the changed incidents of a matter held before they were, by column."""
    found: dict[uuid.UUID, dict[str, Any]] = {}
    for record, fields in session.execute(
            select(Change.record, Change.fields).where(
                Change.matter_id == matter_id, Change.kind == Incident.__tablename__, Change.action == "edit")
            .order_by(Change.seq.desc()).execution_options(yield_per=2000)):
        found.setdefault(record, {}).update((name, old) for name, (old, _) in fields.items())
    return found


_Own = tuple[int | None, bytes]
"""Length and words a source keeps for itself."""
_Sources = tuple[list[tuple[int, int | None, _Own | None]], int | None, int | None]
_NO_SOURCE: _Sources = ([], None, None)


def _sources(session: Session, matter_id: int) -> dict[int, _Sources]:
    """Incident -> kind, time and own facts of its sources in files, evidence and line of the first of them."""
    found: dict[int, _Sources] = {}
    rows = session.execute(
        select(IncidentSource.incident_id, IncidentSource.kind, IncidentSource.evidence_id, IncidentSource.line,
               IncidentSource.at, IncidentSource.kept)
        .where(IncidentSource.matter_id == matter_id, IncidentSource.evidence_id.is_not(None))
        .order_by(IncidentSource.id).execution_options(yield_per=5000))
    for incident_id, kind, evidence_id, line, at, kept in rows:
        told, _, _ = found.setdefault(incident_id, ([], evidence_id, line))
        facts = source_facts.kept(kept) if kept else {}
        own = (facts.get("duration"), said(facts.get("words", ""))) if source_facts.ALWAYS in facts else None
        told.append((_KINDS[kind], None if at is None else times.to_millis(at), own))
    return found
