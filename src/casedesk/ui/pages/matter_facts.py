"""What the header and the overview of a matter say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casedesk.casework.rule_settings import rulebook
from casedesk.records import (
    Client,
    Deadline,
    Debt,
    Evidence,
    Filing,
    Finding,
    Incident,
    Matter,
    Offer,
    Record,
)
from casedesk.records.words import FindingState, MatterStatus
from casedesk.store.cabinet import Store
from casedesk.ui.charts.limits import Limits, limits_of

_COUNTED: tuple[type[Record], ...] = (Incident, Offer, Evidence, Filing)


@dataclass(frozen=True)
class MatterFacts:
    """One matter in a few numbers."""

    id: int
    ref: str
    name: str
    client: str
    client_id: int
    status: MatterStatus
    responsible: str
    zone: str
    jurisdiction: str
    limits: Limits
    deadlines: list[tuple[int, dt.date, str]]
    """(id, day, what) of what is due next."""
    counts: dict[str, int]
    claimed: int
    debts: int


@dataclass(frozen=True)
class Reading:
    """Read the facts of one matter; None when it is gone."""

    store: Store
    matter_id: int

    def __call__(self) -> MatterFacts | None:
        with self.store.read() as session:
            matter = session.scalars(select(Matter).where(Matter.id == self.matter_id)).one_or_none()
            if matter is None:
                return None
            client = session.scalar(select(Client.name).where(Client.id == matter.client_id)) or ""
            claimed, debts = session.execute(
                select(func.coalesce(func.sum(Debt.claimed), 0), func.count()).where(
                    Debt.matter_id == self.matter_id, Debt.deleted_at.is_(None))).one()
            return MatterFacts(
                matter.id, matter.ref, matter.name, client, matter.client_id, matter.status, matter.responsible,
                matter.zone, matter.jurisdiction.value, limits_of(rulebook(session, matter.jurisdiction)),
                self._deadlines(session), self._counts(session),
                int(claimed or 0), debts)

    def _deadlines(self, session: Session) -> list[tuple[int, dt.date, str]]:
        rows = session.execute(
            select(Deadline.id, Deadline.due_on, Deadline.name).where(
                Deadline.matter_id == self.matter_id, Deadline.done_on.is_(None), Deadline.due_on.is_not(None),
                Deadline.deleted_at.is_(None)).order_by(Deadline.due_on).limit(5))
        return [(id_, day, name) for id_, day, name in rows if day is not None]

    def _counts(self, session: Session) -> dict[str, int]:
        counts = {kind.__tablename__: session.scalar(
            select(func.count()).select_from(kind).where(
                kind.__table__.c.matter_id == self.matter_id, kind.deleted_at.is_(None))) or 0 for kind in _COUNTED}
        counts[Finding.__tablename__] = session.scalar(select(func.count()).select_from(Finding).where(
            Finding.matter_id == self.matter_id, Finding.state == FindingState.OPEN)) or 0
        return counts
