"""Masked numbers of what was imported before: which number each is, said and taken back by a person at any time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import phones, times
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.casework.importing.batches import discard_incidents
from casedesk.casework.importing.choices import Choices, window_in
from casedesk.casework.importing.masks import Proposal, Same, proposals, read, said_before, tells
from casedesk.casework.importing.matching import Matching, key_of
from casedesk.casework.importing.parties import Parties
from casedesk.casework.importing.rejoining import as_draft, join
from casedesk.casework.source_facts import (
    HIDDEN,
    MAKER,
    MASKED,
    Telling,
    Turn,
    derived,
    held,
    masked_in,
    said_by,
    tellings,
    turn,
    typed,
)
from casedesk.records import Incident, IncidentSource, Matter
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store
from casedesk.store.work import WITH_TRASH

_RUN = 1


def proposed(store: Store, matter_id: int) -> list[Proposal]:
    """What the masked numbers of a matter may be."""
    with store.read() as session:
        matter = session.get_one(Matter, matter_id)
        parties = Parties(session, matter_id, Choices(), [matter.zone])
        return proposals(Matching.of_matter(session, matter_id, window_in(session)), parties.numbers(),
                         times.region(matter.zone), of_matter=True)


def accepted(store: Store, matter_id: int) -> list[Proposal]:
    """What was said of the masked numbers of a matter, here or in an import."""
    with store.read() as session:
        region = times.region(session.get_one(Matter, matter_id).zone)
        found = Counter(Same(*pair) for pair in said_before(session, matter_id))
    return [Proposal(same, whole=False, rows=rows, together=0, window=0, shown=phones.at_home(same.number, region))
            for same, rows in sorted(found.items(), key=lambda pair: pair[0].masked)]


def accept(store: Store, matter_id: int, said: Iterable[Same]) -> int:
    """Take masked numbers for full ones; returns how many contacts have theirs now.

    Contacts that another source tells of the full number at the same time become one with it. The sources keep what
    their files have; `take_back` parts all of it again.
    """
    with store.work(Right.IMPORT) as session:
        matter = session.get_one(Matter, matter_id)
        return sum(_Saying(session, matter, read(one, times.region(matter.zone))).accept() for one in said)


def take_back(store: Store, matter_id: int, said: Iterable[Same]) -> int:
    """The contacts of masked numbers are of those again, as their files have it; returns how many."""
    with store.work(Right.IMPORT) as session:
        matter = session.get_one(Matter, matter_id)
        return sum(_Saying(session, matter, read(one, times.region(matter.zone))).take_back() for one in said)


class _Saying:
    """One masked number said to be a full one."""

    def __init__(self, session: Session, matter: Matter, same: Same) -> None:
        self.session, self.matter, self.same = session, matter, same
        self.region = times.region(matter.zone)

    def accept(self) -> int:
        incidents = list(self.session.scalars(select(Incident).where(
            Incident.matter_id == self.matter.id, Incident.normal == self.same.masked).order_by(Incident.at)))
        if not incidents:
            raise InvalidEntry(tr("No contact of this matter has the number {masked}.", masked=self.same.masked),
                               tr("Look at the list of its contacts."), field="same")
        matching = Matching.of_matter(self.session, self.matter.id, window_in(self.session))
        told = self._alive([one.id for one in incidents])
        return sum(self._accept(one, told[one.id], matching) for one in incidents)

    def _accept(self, incident: Incident, until: Sequence[Telling], matching: Matching) -> bool:
        same = self._told_in_full(incident, until, matching)
        if same is None and not tells(self.same.masked):
            return False
        owner = Parties(self.session, self.matter.id, Choices(), [self.matter.zone]).line(self.same.number).owner
        for source in self._sources([one.id for one in until if one.batch_id is not None]):
            masked = next(one.facts.get("number", "") for one in until if one.id == source.id)
            if self._normal(masked) == self.same.masked:
                _say(source, {"number": phones.at_home(self.same.number, self.region), MASKED: masked,
                              "collector_id": owner.collector_id, "creditor_id": owner.creditor_id})
                source.differs = tr("; ").join(filter(None, (
                    tr("The file has {masked}", masked=masked), source.differs)))
        self.session.flush()
        turn(self.session, {incident.id: Turn(until, self._alive([incident.id])[incident.id])})
        if same is not None and all(one.batch_id is not None for one in until):
            before = self._alive([same.id])[same.id]
            join(self.session, self.session.get_one(Incident, incident.id), same)
            discard_incidents(self.session, [incident.id], times.now())
            turn(self.session, {same.id: Turn(before, self._alive([same.id])[same.id])})
        return True

    def _told_in_full(self, incident: Incident, until: Sequence[Telling], matching: Matching) -> Incident | None:
        """The incident another source tells of the full number at the same time."""
        key = key_of(incident.channel, incident.direction, self.same.number)
        for source in self._sources([one.id for one in until if one.batch_id is not None]):
            facts = next(one.facts for one in until if one.id == source.id)
            match = matching.find(as_draft(source, facts, incident), key, times.to_millis(facts["at"]), _RUN)
            if match is not None and not match.again:
                match.known.taken = _RUN
                return self.session.get_one(Incident, match.known.id)
        return None

    def take_back(self) -> int:
        sources = [one for one in self.session.scalars(select(IncidentSource).where(
            IncidentSource.matter_id == self.matter.id)) if self._normal(masked_in(one.kept)) == self.same.masked]
        ids = [one.id for one in self.session.scalars(select(Incident).where(
            Incident.id.in_({one.incident_id for one in sources}), Incident.normal == self.same.number))]
        told = self._alive(ids)
        for source in (one for one in sources if one.incident_id in told):
            masked = masked_in(source.kept, MASKED)
            _say(source, {"number": masked, "collector_id": None, "creditor_id": None} if masked else {},
                 without=(MASKED, HIDDEN))
            source.differs = source.differs.replace(tr("The file has {masked}", masked=masked), "").strip(tr("; "))
        self.session.flush()
        for id_, until in told.items():
            self._part(id_, until, self._alive([id_])[id_])
        return len(told)

    def _part(self, incident_id: int, until: Sequence[Telling], on: Sequence[Telling]) -> None:
        """The sources of the masked number are another incident's where others tell, or told, of the full one."""
        masked = [one for one in on if one.batch_id and self._tells(one, self.same.masked)]
        staying = [one for one in on if one not in masked]
        gone = [one for one in tellings(self.session, [incident_id])[incident_id]
                if one.deleted_at and self._tells(one, self.same.number)]
        facts = derived(one.facts for one in masked)
        if facts is None or not (gone or any(self._tells(one, self.same.number) for one in staying)):
            turn(self.session, {incident_id: Turn(until, on)})
            return
        if not staying:  # what a person typed is of the one that is left
            facts |= typed(self.session.get_one(Incident, incident_id), derived(one.facts for one in until) or {})
        new = Incident(matter_id=self.matter.id, **facts)
        self.session.add(new)
        self.session.flush()
        left = staying or gone
        self._keep(masked, new.id, made=True)
        self._keep(left, incident_id, made=any(one.made for one in masked))
        turn(self.session, {incident_id: Turn(until, left)})
        if not staying:  # it comes back with the import that told of the full number
            discard_incidents(self.session, [incident_id], gone[-1].deleted_at or times.now())

    def _keep(self, told: Sequence[Telling], incident_id: int, *, made: bool) -> None:
        """Let sources be an incident's, each keeping what it says; `made`: it is made from the first of them."""
        of = {one.id: one for one in told if one.batch_id is not None}
        for source in self.session.scalars(select(IncidentSource).where(IncidentSource.id.in_(of)),
                                           execution_options=WITH_TRASH):
            one = of[source.id]
            source.kept = held({**said_by(one.facts, one.zone), MASKED: masked_in(source.kept, MASKED)}) + (
                [MAKER] if one.made or (made and one is told[0]) else [])
            source.incident_id = incident_id
        self.session.flush()

    def _tells(self, one: Telling, number: str) -> bool:
        return self._normal(one.facts.get("number", "")) == number

    def _alive(self, ids: Collection[int]) -> dict[int, list[Telling]]:
        return {id_: [one for one in listed if one.deleted_at is None]
                for id_, listed in tellings(self.session, ids).items()}

    def _sources(self, ids: Collection[int]) -> list[IncidentSource]:
        return list(self.session.scalars(select(IncidentSource).where(IncidentSource.id.in_(ids))
                                         .order_by(IncidentSource.id)))

    def _normal(self, number: str) -> str:
        return phones.read_phone(number, self.region).normal


def _say(source: IncidentSource, facts: dict[str, Any], without: Collection[str] = ()) -> None:
    """Let a source say these facts in place of what it said of them."""
    kept = [one for one in source.kept if one.partition("=")[0] not in {*facts, *without}]
    source.kept = [*kept, *(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in facts.items())]
