"""An offer that is answered by another says so."""

from __future__ import annotations

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from casedesk.records import Offer, Record
from casedesk.records.words import OfferState


def follow(session: Session, record: Record) -> None:
    """Mark the offer that a counter-offer answers as countered on its day, also when that day is corrected later."""
    if not isinstance(record, Offer) or record.counter_to_id is None:
        return
    before = inspect(record).attrs.made_on.history.deleted  # looked at before anything is flushed
    answered = session.get_one(Offer, record.counter_to_id)
    if answered.state is OfferState.OPEN:
        answered.state, answered.answered_on = OfferState.COUNTERED, record.made_on
    elif answered.state is OfferState.COUNTERED and before and answered.answered_on == before[0]:
        answered.answered_on = record.made_on
