"""What belongs to a record and is listed below its form: payments of a debt, numbers of a collector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from casedesk.base.i18n import tr
from casedesk.records import (
    Act,
    Agent,
    Agreement,
    Claim,
    Collector,
    Creditor,
    CustodyEvent,
    Debt,
    Evidence,
    EvidenceLink,
    Finding,
    FindingIncident,
    Guarantor,
    Incident,
    IncidentSource,
    Instalment,
    OfMatter,
    Payment,
    PhoneNumber,
    Record,
)
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.forms.dialog import RecordDialog
from casedesk.ui.office import Office
from casedesk.ui.tables.table import RecordTable
from casedesk.ui.tables.wanted import Wanted

CHILDREN: Mapping[type[Record], tuple[tuple[type[Record], str], ...]] = {
    Debt: ((Claim, "debt_id"), (Act, "debt_id"), (Payment, "debt_id"), (Guarantor, "debt_id")),
    Agreement: ((Instalment, "agreement_id"),),
    Instalment: ((Payment, "instalment_id"),),
    Creditor: ((PhoneNumber, "creditor_id"), (Collector, "creditor_id")),
    Collector: ((PhoneNumber, "collector_id"), (Agent, "collector_id")),
    Incident: ((EvidenceLink, "incident_id"), (IncidentSource, "incident_id")),
    Evidence: ((EvidenceLink, "evidence_id"), (CustodyEvent, "evidence_id")),
    Finding: ((FindingIncident, "finding_id"),),
}
_READ_ONLY = {CustodyEvent}
_ROWS = 5


class ChildTable(QWidget):
    """One short list below a form; its records open in a window of their own."""

    def __init__(self, office: Office, kind: type[Record], column: str, matter_id: int | None, zone: str) -> None:
        super().__init__()
        self.office, self.kind, self.column, self._matter_id, self._zone = office, kind, column, matter_id, zone
        self._owner = 0
        self.table = RecordTable(
            office, f"{column}/{kind.__tablename__}", self._wanted(), zone=zone, leave_out=(column, "matter_id"),
            hint=tr("None yet."), can_add=kind not in _READ_ONLY)
        self.table.filter.hide()
        self.table.before.addWidget(parts.heading(tr(kind.titles)))
        self.table.first_button.hide()
        self.table.around_hint.setContentsMargins(0, 0, 0, 0)
        self.table.view.setMaximumHeight((_ROWS + 2) * self.table.view.verticalHeader().defaultSectionSize())
        self.table.filled.connect(self._fit)
        if kind not in _READ_ONLY:
            self.table.new_wanted.connect(self._new)
            self.table.opened.connect(self._open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)

    def _wanted(self) -> Wanted:
        return Wanted(self.kind, (self.kind.__table__.c[self.column] == self._owner,))

    @Slot(int)
    def _fit(self, count: int) -> None:
        row = self.table.view.verticalHeader().defaultSectionSize()
        self.table.bar.setVisible(True)
        self.table.stack.setFixedHeight(row * (min(count, _ROWS) + 1) + look.grid(4) if count else look.grid(10))
        self.table.footer.setVisible(count > _ROWS)

    @property
    def _fixed(self) -> dict[str, Any]:
        fixed: dict[str, Any] = {self.column: self._owner}
        return {**fixed, "matter_id": self._matter_id} if issubclass(self.kind, OfMatter) else fixed

    @Slot()
    def _new(self) -> None:
        dialog = RecordDialog(self.window(), self.office, self.kind, self._fixed, zone=self._zone)
        dialog.pane.show_new()
        dialog.open()

    @Slot(int)
    def _open(self, record_id: int) -> None:
        if self.kind is IncidentSource:
            store = self.office.store
            self.office.read(lambda: _file_of(store, record_id), self._open_source)
        else:
            self._open_record(record_id)

    @Slot(object)
    def _open_source(self, found: tuple[int, int | None, int]) -> None:
        """The file a source stands in; a source without a file opens itself."""
        record_id, evidence_id, matter_id = found
        if evidence_id is not None:
            self.office.go("matter", matter=matter_id, section="evidence/evidence", record=evidence_id)
        else:
            self._open_record(record_id)

    def _open_record(self, record_id: int) -> None:
        RecordDialog.open_record(self, self.office, self.kind, record_id, fixed=self._fixed, zone=self._zone)

    def show_record(self, owner: int, matter_id: int | None) -> None:
        """Show what belongs to another record."""
        self._owner, self._matter_id = owner, matter_id
        self.table.show_wanted(self._wanted())


class Children(QWidget):
    """Every list that belongs to one kind of record."""

    filled = Signal()

    def __init__(self, office: Office, kind: type[Record], matter_id: int | None, zone: str) -> None:
        super().__init__()
        self._matter_id = matter_id
        self.lists = [ChildTable(office, child, column, matter_id, zone) for child, column in CHILDREN[kind]]
        self.setLayout(parts.column(*self.lists, gap=3))

    def show_record(self, owner: int, matter_id: int | None = None) -> None:
        """Show what belongs to another record."""
        for one in self.lists:
            one.show_record(owner, matter_id if matter_id is not None else self._matter_id)


def _file_of(store: Store, source_id: int) -> tuple[int, int | None, int]:
    with store.read() as session:
        source = session.get_one(IncidentSource, source_id)
        return source.id, source.evidence_id, source.matter_id
