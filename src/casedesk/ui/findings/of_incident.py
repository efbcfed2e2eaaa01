"""The findings that rest on one incident, below its form."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from casedesk.base.i18n import tr
from casedesk.casework import findings
from casedesk.casework.findings import Seen
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.findings import signs
from casedesk.ui.office import Office


@dataclass(frozen=True)
class Reading:
    """Read the findings of one incident; gives its id with them."""

    store: Store
    incident_id: int

    def __call__(self) -> tuple[int, list[Seen]]:
        return self.incident_id, findings.of_incident(self.store, self.incident_id)


class IncidentFindings(QWidget):
    """One link for each finding; hidden while there is none."""

    def __init__(self, office: Office, matter_id: int) -> None:
        super().__init__()
        self.office, self.matter_id = office, matter_id
        self.incident_id: int | None = None
        self.lines = QVBoxLayout()
        self.lines.setSpacing(look.grid(1))
        self.setLayout(parts.column(parts.heading(tr("Findings")), self.lines, margin=3, gap=1.5))
        office.changed.connect(self._heard)
        self.hide()

    def show_incident(self, incident_id: int | None) -> None:
        """Show the findings of this incident."""
        self.incident_id = incident_id
        if incident_id is None:
            self.hide()
        else:
            self.office.read(Reading(self.office.store, incident_id), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables & {"finding", "setting"}:
            self.show_incident(self.incident_id)

    @Slot(object)
    def _show(self, read: tuple[int, list[Seen]]) -> None:
        if read[0] != self.incident_id:
            return
        parts.clear(self.lines)
        for one in read[1]:
            link = parts.button(one.title.replace("&", "&&"), "link")
            link.setToolTip(one.why)
            link.setAccessibleName(f"{one.severity_label}: {one.title}")
            link.setProperty("record", one.id)
            link.clicked.connect(self._go)
            state = parts.text(tr(one.state.label), tone="faint", font=look.small_font())
            self.lines.addLayout(parts.row(signs.label(one.severity, one.severity_label), link, state, None, gap=1))
        self.setVisible(bool(read[1]))

    @Slot()
    def _go(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.office.go("matter", matter=self.matter_id, section="findings/finding",
                           record=sender.property("record"))
