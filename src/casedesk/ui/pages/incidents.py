"""A matter's incidents: narrowed by chips, edited one by one beside the list or many together."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLineEdit
from sqlalchemy import select

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr, trn
from casedesk.casework.records import edit_all
from casedesk.records import Collector, Debt, Incident, columns
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.findings.of_incident import IncidentFindings
from casedesk.ui.forms.keeping import Loaded
from casedesk.ui.forms.references import ReferenceInput
from casedesk.ui.negotiation.of_incident import IncidentOffers
from casedesk.ui.office import Office
from casedesk.ui.pages import chips
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.pages.records import RecordsPanel, of_matter


class IncidentsPanel(RecordsPanel):
    """The incidents of one matter."""

    def __init__(self, office: Office, facts: MatterFacts) -> None:
        super().__init__(
            office, "matter/incident", of_matter(Incident, facts.id, order="at", descending=True),
            fixed={"matter_id": facts.id}, offered=chips.of_incidents(facts.zone, facts.limits.night), zone=facts.zone,
            hint=tr("Every call, message and visit stands here, lawful or not. Log the first one with Ctrl+L."))
        self.facts = facts
        declared = {column.key: how for column, how in columns(Incident)}
        self.tag = QLineEdit()
        self.tag.setPlaceholderText(tr("Tag"))
        self.tag.setAccessibleName(tr("Tag for the chosen incidents"))
        self.tag.setFixedWidth(look.chars(self.tag, 14))
        self.collector = ReferenceInput(office, Collector, declared["collector_id"], facts.id)
        self.debt = ReferenceInput(office, Debt, declared["debt_id"], facts.id)
        for entry, name in ((self.collector, tr("Collector")), (self.debt, tr("Debt"))):
            entry.new_button.hide()
            entry.box.setAccessibleName(name)
            entry.box.setFixedWidth(look.chars(entry.box, 20))
        self.apply = parts.button(tr("Give to all chosen"), "primary")
        self.apply.clicked.connect(self.edit_chosen)
        only_with(office, "write", self.apply)
        self.many = parts.holding(parts.row(
            parts.heading(tr("Chosen together:")), self.tag, parts.text(tr("Collector")), self.collector,
            parts.text(tr("Debt")), self.debt, self.apply, None, margin=2))
        self.many.hide()
        self.touched = IncidentFindings(office, facts.id)
        self.offers = IncidentOffers(office, facts.id)
        self.pane.beneath.addWidget(self.touched)
        self.pane.beneath.addWidget(self.offers)
        self.pane.loaded.connect(self._show_touched)
        layout = self.table.layout()
        assert layout is not None
        layout.addWidget(self.many)
        self.table.chosen.connect(self._show_many)
        self._offer_import()

    def _offer_import(self) -> None:
        self.import_button = parts.button(tr("Import…"), icon="import")
        self.import_button.setToolTip(tr("Import a phone's history, a bill, a chat or a table") + "  Ctrl+I")
        self.import_button.clicked.connect(self._import)
        self.imports_button = parts.tool("history", tr("Imports of this matter"), "Ctrl+Shift+I")
        self.imports_button.clicked.connect(self._list_imports)
        only_with(self.office, "import", self.import_button)
        self.table.beside.addWidget(self.imports_button)
        self.table.beside.addWidget(self.import_button)

    @Slot()
    def _import(self) -> None:
        self.office.import_wanted.emit(self.facts.id, [])

    @Slot()
    def _list_imports(self) -> None:
        self.office.imports_wanted.emit(self.facts.id)

    @Slot(object)
    def _show_touched(self, loaded: Loaded | None) -> None:
        for beneath in (self.touched, self.offers):
            beneath.show_incident(loaded.id if loaded is not None else None)

    @Slot(object)
    def _show_many(self, record_id: int | None) -> None:
        self.many.setVisible(record_id is None and len(self.table.view.chosen_rows()) > 1)

    @Slot()
    def edit_chosen(self) -> None:
        """Give the tag, the collector and the debt to every chosen incident, where one is given."""
        try:
            given = {"collector_id": self.collector.value(), "debt_id": self.debt.value()}
        except CasedeskError as problem:
            self.office.say(str(problem))
            return
        values = {name: value for name, value in given.items() if value is not None}
        tags = [tag.strip() for tag in self.tag.text().replace("，", ",").split(",") if tag.strip()]
        if values or tags:
            ids = self.table.chosen_ids()
            self.office.write(lambda: self._edit(ids, values, tags), self._edited)

    def _edit(self, ids: list[int], values: dict[str, Any], tags: list[str]) -> int:
        with self.office.store.read() as session:
            uuids = list(session.scalars(select(Incident.uuid).where(Incident.id.in_(ids))))
        return edit_all(self.office.store, Incident, uuids, values, tags)

    @Slot(object)
    def _edited(self, count: int) -> None:
        self.tag.clear()
        self.office.say(trn("{n} incident changed", "{n} incidents changed", count))
        self.office.saved.emit()
