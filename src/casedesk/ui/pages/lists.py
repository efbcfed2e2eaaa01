"""The rail's lists: matters, parties, and the records of all matters together."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from casedesk.base.i18n import N_, tr
from casedesk.records import (
    Agent,
    Agreement,
    Client,
    Collector,
    Creditor,
    Evidence,
    Filing,
    Incident,
    Instalment,
    Matter,
    Offer,
    Payment,
    PhoneNumber,
    Record,
    User,
)
from casedesk.ui.office import Office
from casedesk.ui.pages import chips
from casedesk.ui.pages.page import Page
from casedesk.ui.pages.records import RecordsPanel
from casedesk.ui.places import Place
from casedesk.ui.tables.table import RecordTable
from casedesk.ui.tables.wanted import Wanted

_HINTS: dict[type[Record], str] = {
    Matter: N_("A matter is one client's dispute. Open the first one to log what happens in it."),
    Client: N_("The people the firm stands by."),
    Creditor: N_("Banks, lenders and platforms that claim the money."),
    Collector: N_("Agencies and departments that make contact, with their numbers and agents."),
    PhoneNumber: N_("Numbers collectors and creditors are known to use. Logging a call finds its caller here."),
    Agent: N_("The people who collect, as far as they are known."),
    User: N_("The people of the firm."),
    Incident: N_("Every call, message and visit of all matters. Log them with Ctrl+L."),
    Evidence: N_("Every kept file of all matters. Add files on a matter's Evidence page."),
    Offer: N_("Offers and counter-offers of all matters. Add them on a matter's Negotiation page."),
    Agreement: N_("What was agreed, in all matters."),
    Instalment: N_("Instalments of all agreements."),
    Payment: N_("Payments on all debts."),
    Filing: N_("What was sent to courts, regulators and the police, and what came back."),
}
_PAGES: dict[str, tuple[type[Record], ...]] = {
    "incidents": (Incident,), "evidence": (Evidence,), "negotiation": (Offer, Agreement, Instalment, Payment),
    "filings": (Filing,),
}
_NEWEST = {Incident: "at", Offer: "made_on", Payment: "paid_on", Filing: "filed_on", Agreement: "agreed_on"}
_OLDEST = {Instalment: "due_on", Matter: "ref"}


def make(office: Office, name: str) -> Page:
    """A page of the rail."""
    if name == "matters":
        return MattersPage(office)
    if name == "parties":
        return PartiesPage(office)
    return AllMattersPage(office, _PAGES[name])


def wanted_of(kind: type[Record]) -> Wanted:
    """All of a kind in the order one wants to see them first."""
    if kind is Matter:
        return Wanted(kind, order="ref", descending=True)
    if kind in _NEWEST:
        return Wanted(kind, order=_NEWEST[kind], descending=True)
    return Wanted(kind, order=_OLDEST.get(kind, "name" if "name" in kind.__table__.c else "id"))


class MattersPage(Page):
    """All matters; Enter opens one."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.panel = RecordsPanel(office, "matters", wanted_of(Matter), hint=tr(_HINTS[Matter]),
                                  offered=chips.of_matters())
        self.panel.table.opened.disconnect()
        self.panel.table.opened.connect(self._open)
        self.panel.pane.left.connect(self.panel.table.view.setFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.panel)

    @Slot(int)
    def _open(self, matter: int) -> None:
        self.office.go("matter", matter=matter)

    def visit(self, place: Place) -> None:
        if place.record is not None:
            self.panel.select(place.record)
        else:
            self.panel.table.view.setFocus()

    def new_record(self) -> None:
        self.panel.new_record()

    def leave(self) -> None:
        self.panel.leave()


class TabbedPage(Page):
    """Several kinds of records, each on a tab of the page."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs)

    def add(self, widget: QWidget, name: str) -> None:
        self.tabs.addTab(widget, name)


class PartiesPage(TabbedPage):
    """The firm's clients, creditors, collectors with numbers and agents, and its own people."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.panels: dict[type[Record], RecordsPanel] = {}
        for kind in (Client, Creditor, Collector, PhoneNumber, Agent, User):
            self.panels[kind] = RecordsPanel(office, f"parties/{kind.__tablename__}", wanted_of(kind),
                                             hint=tr(_HINTS[kind]))
            self.add(self.panels[kind], tr(kind.titles))

    def visit(self, place: Place) -> None:
        for kind, panel in self.panels.items():
            if place.section == kind.__tablename__:
                self.tabs.setCurrentWidget(panel)
                if place.record is not None:
                    panel.select(place.record)

    def new_record(self) -> None:
        panel = self.tabs.currentWidget()
        assert isinstance(panel, RecordsPanel)
        panel.new_record()

    def leave(self) -> None:
        for panel in self.panels.values():
            panel.leave()


class AllMattersPage(TabbedPage):
    """Records of all matters together; opening one goes to it in its matter."""

    def __init__(self, office: Office, kinds: tuple[type[Record], ...]) -> None:
        super().__init__(office)
        self.tables: list[RecordTable] = []
        for kind in kinds:
            table = RecordTable(office, f"all/{kind.__tablename__}", wanted_of(kind), hint=tr(_HINTS[kind]),
                                offered=chips.of(kind), can_add=False)
            table.opened.connect(self._open)
            self.tables.append(table)
            self.add(table, tr(kind.titles))
        if len(kinds) == 1:
            self.tabs.tabBar().hide()

    @Slot(int)
    def _open(self, record_id: int) -> None:
        from casedesk.ui.pages.finding_place import place_of

        table = self.tabs.currentWidget()
        assert isinstance(table, RecordTable)
        kind = table.wanted.kind
        self.office.read(lambda: place_of(self.office.store, kind, record_id), self.office.wanted.emit)

    def visit(self, place: Place) -> None:
        self.tables[self.tabs.currentIndex()].view.setFocus()
