"""The numbers of the rail and the status line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casedesk.casework.drafts import draft_count
from casedesk.casework.settings import firm_name
from casedesk.records import Deadline, Filing, Instalment, Matter, Offer, Payment
from casedesk.records.words import MatterStatus, OfferState
from casedesk.store.cabinet import Store

_SOON = dt.timedelta(days=7)


@dataclass(frozen=True)
class Counts:
    """What waits, by the page it waits on."""

    firm: str
    waiting: dict[str, int]
    recent: list[tuple[int, str, str]]
    drafts: int


@dataclass(frozen=True)
class Counting:
    """Count what waits."""

    store: Store

    def __call__(self) -> Counts:
        today = dt.datetime.now().astimezone().date()
        with self.store.read() as session:
            waiting = {
                "desk": _due(session, today), "matters": _count(session, Matter, Matter.status != MatterStatus.CLOSED),
                "negotiation": _count(session, Offer, Offer.state == OfferState.OPEN),
                "filings": _count(session, Filing, Filing.answered_on.is_(None), Filing.filed_on.is_not(None)),
            }
            recent = [(id_, ref, name) for id_, ref, name in session.execute(
                select(Matter.id, Matter.ref, Matter.name).order_by(Matter.changed_at.desc()).limit(6))]
        return Counts(firm_name(self.store), waiting, recent, draft_count(self.store))


def _due(session: Session, today: dt.date) -> int:
    """Deadlines, offers, instalments and answers that are late or due today."""
    unpaid = ~select(Payment.id).where(Payment.instalment_id == Instalment.id,
                                       Payment.deleted_at.is_(None)).exists()
    return (_count(session, Deadline, Deadline.done_on.is_(None), Deadline.due_on <= today)
            + _count(session, Offer, Offer.state == OfferState.OPEN, Offer.valid_until <= today)
            + _count(session, Instalment, unpaid, Instalment.due_on <= today)
            + _count(session, Filing, Filing.answered_on.is_(None), Filing.answer_due_on <= today))


def _count(session: Session, kind: object, *where: object) -> int:
    wanted = select(func.count()).select_from(kind).where(*where)  # type: ignore[arg-type]
    return session.scalar(wanted) or 0
