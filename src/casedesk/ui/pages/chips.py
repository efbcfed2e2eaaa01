"""The quick narrowings of lists."""

from __future__ import annotations

from sqlalchemy import select

from casedesk.base import times
from casedesk.base.i18n import tr
from casedesk.records import (
    Evidence,
    EvidenceLink,
    Filing,
    Finding,
    Incident,
    Instalment,
    Matter,
    Offer,
    Payment,
    Record,
)
from casedesk.records.words import Channel, FindingState, MatterStatus, OfferState, Role
from casedesk.store.overview import NIGHT, Night
from casedesk.ui.charts.narrowing import at_night
from casedesk.ui.tables.wanted import Chip, Where


def of(kind: type[Record]) -> list[Chip]:
    """The narrowings offered for a kind of record."""
    offered: dict[type[Record], list[Chip]] = {
        Offer: [Chip("open", tr("Waiting for an answer"), lambda: Offer.state == OfferState.OPEN)],
        Instalment: [Chip("unpaid", tr("Not paid yet"), _unpaid)],
        Filing: [Chip("unanswered", tr("Not answered yet"), lambda: Filing.answered_on.is_(None))],
        Evidence: [Chip("loose", tr("Without an incident"), _loose),
                   Chip("left_out", tr("Not in the bundle"), lambda: Evidence.in_bundle.is_(False))],
        Finding: [Chip("open", tr("Not decided yet"), lambda: Finding.state == FindingState.OPEN)],
        Incident: of_incidents(),
    }
    return offered.get(kind, [])


def of_matters() -> list[Chip]:
    """Narrowings of the list of matters."""
    return [Chip("open", tr("Not closed"), lambda: Matter.status != MatterStatus.CLOSED)]


def of_incidents(zone: str = times.ZONES["cn"], night: Night = NIGHT) -> list[Chip]:
    """Narrowings of incidents; the night is that of the zone."""
    return [
        Chip("night", tr("At night"), lambda: at_night(zone, night)),
        Chip("third", tr("To third persons"),
             lambda: Incident.reached.not_in([Role.DEBTOR, Role.GUARANTOR])),
        Chip("missed", tr("Not answered"), lambda: Incident.answered.is_(False)),
        Chip("proved", tr("With evidence"), _proved),
        Chip("unchecked", tr("Not checked"), lambda: Incident.checked.is_(False)),
        Chip("calls", tr("Calls"), lambda: Incident.channel == Channel.CALL),
    ]


def _proved() -> Where:
    return select(EvidenceLink.id).where(
        EvidenceLink.incident_id == Incident.id, EvidenceLink.deleted_at.is_(None)).exists()


def _loose() -> Where:
    return ~select(EvidenceLink.id).where(
        EvidenceLink.evidence_id == Evidence.id, EvidenceLink.deleted_at.is_(None)).exists()


def _unpaid() -> Where:
    return ~select(Payment.id).where(
        Payment.instalment_id == Instalment.id, Payment.deleted_at.is_(None)).exists()
