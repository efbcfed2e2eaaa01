"""Who contacts, how often, at what hours: one line for each collector and one for each number."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from casedesk.base import times
from casedesk.base.i18n import tr
from casedesk.store.cabinet import Store
from casedesk.store.overview import Night, numbers, parties
from casedesk.ui import parts
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView

_MOST = 50


@dataclass(frozen=True)
class Counting:
    """Count the contacts of each collector and each number."""

    store: Store
    matter_id: int
    zone: str
    night: Night

    def __call__(self) -> tuple[list[PlainRow], list[PlainRow]]:
        with self.store.read() as session:
            by_number = [PlainRow((one.number, one.collector, f"{one.contacts:,}", f"{one.night:,}",
                                   f"{one.to_others:,}", times.show(one.last, self.zone)), one.normal)
                    for one in numbers(session, self.matter_id, self.zone, limit=_MOST, night=self.night)]
            by_party = [PlainRow((one.collector or tr("Not known"), f"{one.contacts:,}", f"{one.numbers:,}",
                                  f"{one.night:,}", f"{one.to_others:,}", times.show(one.last, self.zone)),
                                 one.collector)
                        for one in parties(session, self.matter_id, self.zone, night=self.night)]
        return by_party, by_number


class Callers(QWidget):
    """The tables of collectors and numbers of one matter."""

    def __init__(self, office: Office, facts: MatterFacts) -> None:
        super().__init__()
        self.office, self.facts = office, facts
        self.model = PlainModel([tr("Number"), tr("Collector"), tr("Contacts"), tr("At night"),
                                 tr("To third persons"), tr("Last")], frozenset({2, 3, 4}))
        self.view = RowsView(self.model)
        self.party_model = PlainModel([tr("Collector"), tr("Contacts"), tr("Numbers"), tr("At night"),
                                       tr("To third persons"), tr("Last")], frozenset({1, 2, 3, 4}))
        self.party_view = RowsView(self.party_model)
        for view, name in ((self.view, tr("Who contacts, by number")),
                           (self.party_view, tr("Who contacts, by collector"))):
            view.told.connect(self.office.say)
            view.describe(name)
            view.activated.connect(self._open)
        self.none = parts.text(tr("No contact is logged yet. Log the first one with Ctrl+L."), tone="faint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.number_title = parts.heading(tr("Who contacts, by number"))
        for part in (parts.heading(tr("Who contacts, by collector")), self.none, self.party_view, self.number_title,
                     self.view):
            layout.addWidget(part)
        self._again = QTimer(self, singleShot=True, interval=120)
        self._again.timeout.connect(self.read)
        office.changed.connect(self._heard)
        self.read()

    @Slot()
    def read(self) -> None:
        """Count again."""
        self.office.read(Counting(self.office.store, self.facts.id, self.facts.zone, self.facts.limits.night),
                         self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables & {"incident", "collector"}:
            self._again.start()

    @Slot(object)
    def _show(self, read: tuple[list[PlainRow], list[PlainRow]]) -> None:
        self.none.setVisible(not read[0])
        self.number_title.setVisible(bool(read[1]))
        for model, view, rows in ((self.party_model, self.party_view, read[0]), (self.model, self.view, read[1])):
            model.show(rows)
            view.setVisible(bool(rows))
            view.resizeColumnsToContents()
            view.setFixedHeight(view.verticalHeader().defaultSectionSize() * (min(len(rows), 12) + 2))

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        self.office.go("matter", matter=self.facts.id, section="incidents")
