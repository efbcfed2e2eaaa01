"""What the header and the overview of a matter say."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casedesk.casework.due import DueItem, due_items
from casedesk.casework.rule_settings import rulebook
from casedesk.records import (
    Client,
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
_NEXT = 5


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
    due: list[DueItem]
    """What is late or due next."""
    counts: dict[str, int]
    claimed: int
    debts: int


@dataclass(frozen=True)
class Reading:
    """Read the facts of one matter; None when it is gone."""

    store: Store
    matter_id: int

    def __call__(self) -> MatterFacts | None:
        due = due_items(self.store, dt.date.max, matter_id=self.matter_id)[:_NEXT]
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
                due, self._counts(session), int(claimed or 0), debts)

    def _counts(self, session: Session) -> dict[str, int]:
        counts = {kind.__tablename__: session.scalar(
            select(func.count()).select_from(kind).where(
                kind.__table__.c.matter_id == self.matter_id, kind.deleted_at.is_(None))) or 0 for kind in _COUNTED}
        counts[Finding.__tablename__] = session.scalar(select(func.count()).select_from(Finding).where(
            Finding.matter_id == self.matter_id, Finding.state == FindingState.OPEN)) or 0
        return counts
