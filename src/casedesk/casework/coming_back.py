"""Sources that come back from the trash: each to its incident, wherever that went meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.casework import brought
from casedesk.casework.references import pointing_at, references
from casedesk.casework.source_facts import Turn, tellings, turn
from casedesk.records import (
    Change,
    EvidenceLink,
    FindingIncident,
    ImportBatch,
    Incident,
    IncidentSource,
    Record,
)
from casedesk.store.work import WITH_TRASH

_BLOCK = 500


@dataclass
class ComingBack:
    """The records deleted at one moment, on their way back; `records` are those that come back now."""

    session: Session
    records: list[Record]
    _waiting: dict[int, int] = field(default_factory=dict)
    """Sources that do not come back yet, and of which incident each is."""
    _turns: dict[int, Turn] = field(default_factory=dict)
    _moment: dt.datetime | None = None

    def begin(self) -> None:
        """Leave what waits for others in the trash, and bring incidents back that went with another import."""
        self._moment = next((one.deleted_at for one in self.records), None)
        self._leave_with_imports()
        going = self._incidents()
        self._join(going)
        self._find_turns()
        for incident in going:
            self._revive(incident)
        for one in self.records:
            if isinstance(one, EvidenceLink):
                brought.revive_needed(self.session, one)

    def end(self) -> None:
        """Once they are back: incidents have what their sources say now."""
        self.session.flush()
        turn(self.session, self._turns)
        brought.bring_back(self.session, {one.incident_id for one in self._sources()}, self._moment)

    def _sources(self) -> list[IncidentSource]:
        return [one for one in self.records if isinstance(one, IncidentSource)]

    def _here(self, kind: type[Record]) -> set[int]:
        return {one.id for one in self.records if isinstance(one, kind)}

    def _keep(self, *, left: set[int], kind: type[Record]) -> None:
        self.records = [one for one in self.records if not isinstance(one, kind) or one.id not in left]

    def _leave_with_imports(self) -> None:
        """A source of an import that is undone stays with it; an incident that has no other is not there without it."""
        gone = {one.id: one for one in self.session.scalars(
            select(ImportBatch).where(
                ImportBatch.id.in_({one.batch_id for one in self._sources()} - self._here(ImportBatch)),
                ImportBatch.deleted_at.is_not(None)), execution_options=WITH_TRASH)}
        alone = self._here(Incident) - {one.incident_id for one in self._sources() if one.batch_id not in gone}
        for one in self._sources():
            batch = gone.get(one.batch_id or 0)
            if batch is None:
                continue
            if one.incident_id in alone:
                raise InvalidEntry(tr("It belongs to “{name}”, which is in the trash too.", name=batch.caption),
                                   tr("Restore that first."))
            one.deleted_at = batch.deleted_at
            self._waiting[one.id] = one.incident_id
        self._keep(left=set(self._waiting), kind=IncidentSource)

    def _incidents(self) -> list[Incident]:
        """Those that went with another import and come back with this one; one a person deleted keeps its sources."""
        wanted = sorted({one.incident_id for one in self._sources()} - self._here(Incident))
        undone = set(self.session.scalars(select(ImportBatch.deleted_at), execution_options=WITH_TRASH))
        gone = {one.id: one for start in range(0, len(wanted), _BLOCK) for one in self.session.scalars(
            select(Incident).where(Incident.id.in_(wanted[start:start + _BLOCK]), Incident.deleted_at.is_not(None)),
            execution_options=WITH_TRASH)}
        kept = {id_ for id_, one in gone.items() if one.deleted_at not in undone}
        staying = {one.id for one in self._sources() if one.incident_id in kept}
        for id_, listed in tellings(self.session, kept).items():
            until = [one for one in listed if one.deleted_at == gone[id_].deleted_at or not one.id]
            self._turns[id_] = Turn(until, [one for one in listed if one in until or one.id in staying])
        for one in self._sources():
            if one.id in staying:
                one.deleted_at = gone[one.incident_id].deleted_at
        self._keep(left=staying, kind=IncidentSource)
        return [one for id_, one in gone.items() if id_ not in kept]

    def _join(self, going: list[Incident]) -> None:
        """What was taken in anew or renamed meanwhile is not there twice: the sources go to the one that is there."""
        if not self._here(ImportBatch):
            return
        of_import = going + [one for one in self.records if isinstance(one, Incident)]
        since = min((one.deleted_at for one in of_import if one.deleted_at), default=None)
        if since is None or self.session.scalars(select(Change.seq).where(
                Change.matter_id == of_import[0].matter_id, Change.kind == Incident.__tablename__,
                Change.action.in_(("add", "restore")) | cast(Change.fields, String).like('%"number"%'),
                Change.at > since)).first() is None:
            return
        from casedesk.casework.importing.rejoining import rejoin  # reads what the formats read: heavy, and seldom

        joined = rejoin(self.session, of_import, self._sources())
        self._keep(left=joined, kind=Incident)
        self.records = [one for one in self.records
                        if not (isinstance(one, FindingIncident | EvidenceLink) and one.incident_id in joined)]
        going[:] = [one for one in going if one.id not in joined]
        self.session.flush()

    def _find_turns(self) -> None:
        """Which sources of each incident count now, and which will."""
        back, whole = self._here(IncidentSource), self._here(Incident) - set(self._waiting.values())
        of = sorted({one.incident_id for one in self._sources()} - whole)
        for start in range(0, len(of), _BLOCK):
            block = of[start:start + _BLOCK]
            went = dict(self.session.execute(select(Incident.id, Incident.deleted_at).where(Incident.id.in_(block)),
                                             execution_options=WITH_TRASH).all())
            for id_, listed in tellings(self.session, block).items():
                until = [one for one in listed if one.deleted_at == went[id_] or one.id in {0, *self._waiting}]
                on = [one for one in listed if one.id in {0, *back} or one.deleted_at is None]
                self._turns[id_] = Turn(until, on)

    def _revive(self, incident: Incident) -> None:
        """Bring an incident back with what belongs to it and its attachments, not the import it went with."""
        moment, incident.deleted_at = incident.deleted_at, None
        for one in self._its(incident, moment):
            if isinstance(one, EvidenceLink):
                brought.revive_needed(self.session, one)
            if all(self._there(target, getattr(one, name)) for name, target in references(type(one)).items()):
                one.deleted_at = None

    def _its(self, incident: Incident, moment: dt.datetime | None) -> Iterator[Record]:
        """What went with an incident because it cannot be without it, but for its sources."""
        for kind, column, needed in pointing_at(Incident):
            if needed and kind is not IncidentSource:
                yield from self.session.scalars(
                    select(kind).where(kind.__table__.c[column] == incident.id, kind.deleted_at == moment),
                    execution_options=WITH_TRASH)

    def _there(self, kind: type[Record], id_: int | None) -> bool:
        return id_ is None or self.session.scalars(
            select(kind.id).where(kind.id == id_)).first() is not None or id_ in self._here(kind)
