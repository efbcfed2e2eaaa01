"""The offer or promise made in an incident, written down from it in one step, and the way to those made so."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import select

from casedesk.base.i18n import tr
from casedesk.casework.negotiation import debt_of, offer_from
from casedesk.casework.records import Saved
from casedesk.records import Incident, Offer
from casedesk.records.words import Side
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.flow import Flow
from casedesk.ui.negotiation.asking import Act, Asking
from casedesk.ui.negotiation.rows import offer_line
from casedesk.ui.office import Office


@dataclass(frozen=True)
class Made:
    """The debt an incident is about, and the offers made in it: (id, caption)."""

    incident_id: int
    debt_id: int | None
    offers: list[tuple[int, str]]


@dataclass(frozen=True)
class Reading:
    """Read what was offered in an incident."""

    store: Store
    incident_id: int

    def __call__(self) -> Made:
        with self.store.read() as session:
            incident = session.scalars(select(Incident).where(Incident.id == self.incident_id)).one_or_none()
            offers = session.scalars(select(Offer).where(Offer.incident_id == self.incident_id).order_by(Offer.id))
            return Made(self.incident_id, debt_of(session, incident) if incident is not None else None,
                        [(one.id, offer_line(one)) for one in offers])


class IncidentOffers(QWidget):
    """Stands below an incident's form."""

    def __init__(self, office: Office, matter_id: int) -> None:
        super().__init__()
        self.office, self.matter_id = office, matter_id
        self.made: Made | None = None
        self._wanted: int | None = None
        self.theirs = parts.button(tr("The creditor offered"))
        self.ours = parts.button(tr("The client offered or promised"))
        self.asking = Asking(office)
        self.lines = QVBoxLayout()
        verbs = Flow(look.grid(2))
        for button in (self.theirs, self.ours):
            button.setToolTip(tr("Writes down an offer with the day, the way, the counterpart and the words of this "
                                 "incident; its terms are typed next."))
            verbs.addWidget(button)
        self.setLayout(parts.column(parts.heading(tr("Offered in it")), self.lines, parts.holding(verbs), self.asking,
                                    margin=3, gap=1.5))
        self.theirs.clicked.connect(self._theirs)
        self.ours.clicked.connect(self._ours)
        self.asking.busy.connect(self._busy)
        self.asking.failed.connect(self._failed)
        office.changed.connect(self._heard)
        self.hide()

    def show_incident(self, incident_id: int | None) -> None:
        """Show what was offered in this incident."""
        self._wanted = incident_id
        self.asking.forget()
        if incident_id is None:
            self.hide()
        else:
            self.office.read(Reading(self.office.store, incident_id), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables & {"offer", "debt"} and self._wanted is not None:
            self.office.read(Reading(self.office.store, self._wanted), self._show)

    @Slot(object)
    def _show(self, made: Made) -> None:
        if made.incident_id != self._wanted:
            return
        self.made = made
        parts.clear(self.lines)
        for id_, said in made.offers:
            link = parts.button(said, "link")
            link.setProperty("record", id_)
            link.clicked.connect(self._go)
            self.lines.addWidget(link)
        self.show()

    @Slot()
    def _theirs(self) -> None:
        self._begin(Side.CREDITOR)

    @Slot()
    def _ours(self) -> None:
        self._begin(Side.CLIENT)

    def _begin(self, side: Side) -> None:
        if self.made is not None:
            call = partial(offer_from, self.office.store, self.made.incident_id, side, uuid=uuid.uuid4())
            self.asking.begin(Act("offer" if side is Side.CLIENT else "", self.matter_id, self.made.debt_id, call,
                                  self._written))

    @Slot(object)
    def _written(self, saved: Saved) -> None:
        self.office.go("matter", matter=self.matter_id, section="negotiation/offer", record=saved.id)

    @Slot(bool)
    def _busy(self, busy: bool) -> None:
        for button in (self.theirs, self.ours):
            button.setEnabled(not busy)

    @Slot(str)
    def _failed(self, problem: str) -> None:
        self.office.say(problem)

    @Slot()
    def _go(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.office.go("matter", matter=self.matter_id, section="negotiation/offer",
                           record=sender.property("record"))
