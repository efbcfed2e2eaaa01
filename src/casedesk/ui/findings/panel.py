"""The findings of a matter: questions above, the tree at the left, the chosen finding at the right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QPushButton, QSplitter, QVBoxLayout, QWidget

from casedesk.base.i18n import tr
from casedesk.casework import findings
from casedesk.casework.findings import Question, Seen
from casedesk.records.words import FindingState
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.findings.checks import Watch
from casedesk.ui.findings.details import FindingDetails
from casedesk.ui.findings.listing import FindingTree
from casedesk.ui.findings.questions import Questions
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts

_STATES = (FindingState.OPEN, FindingState.CONFIRMED, FindingState.DISMISSED)


@dataclass(frozen=True)
class Reading:
    """Read a matter's findings and questions."""

    store: Store
    matter_id: int

    def __call__(self) -> tuple[list[Seen], list[Question]]:
        return findings.findings(self.store, self.matter_id), findings.questions(self.store, self.matter_id)


class FindingsPanel(QWidget):
    """Everything a lawyer does with findings."""

    def __init__(self, office: Office, facts: MatterFacts, watch: Watch) -> None:
        super().__init__()
        self.office, self.facts = office, facts
        self.found: list[Seen] = []
        self._wanted: int | None = None
        self.chips = {state: self._chip(tr(state.label), on=state is not FindingState.DISMISSED) for state in _STATES}
        self.by_rule = self._chip(tr("By rule"), on=True)
        self.by_party = self._chip(tr("By collector"), on=False)
        for chip in (self.by_rule, self.by_party):
            chip.setAutoExclusive(True)
        self.again = parts.button(tr("Check &again"), "", "refresh")
        self.again.setToolTip(tr("All rules over the whole matter; after a save this happens by itself"))
        self.again.clicked.connect(watch.recheck)
        only_with(office, "keep", self.again)
        self.questions = Questions(office, facts.zone)
        self.questions.incident_wanted.connect(self.go_incident)
        self.tree, self.details = FindingTree(), FindingDetails(office)
        self.none = parts.text("", tone="faint", wrap=True)
        self.none.setContentsMargins(look.grid(4), look.grid(4), look.grid(4), look.grid(4))
        self._build()
        self.tree.chosen.connect(self._chosen)
        self.tree.rows_wanted.connect(self.details.rows.setFocus)
        self.details.row_wanted.connect(self.go_incident)
        self._again = QTimer(self, singleShot=True, interval=60)
        self._again.timeout.connect(self.read)
        office.changed.connect(self._heard)
        watch.checked.connect(self._again.start)
        self.read()

    def _chip(self, said: str, *, on: bool) -> QPushButton:
        chip = parts.button(said, "chip")
        chip.setCheckable(True)
        chip.setChecked(on)
        chip.toggled.connect(self.show_found)
        return chip

    def _build(self) -> None:
        grouped = parts.holding(parts.row(self.by_rule, self.by_party, gap=1))
        states = parts.holding(parts.row(*self.chips.values(), gap=1))
        bar = parts.column(parts.flow(states, grouped, self.again, gap=3), margin=2)
        left = parts.holding(parts.column(parts.holding(bar), self.none, self.tree, gap=0))
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for side in (left, self.details):
            self.splitter.addWidget(side)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([700, 440])
        state = self.office.preferences.layout("splitter/findings")
        if not state.isEmpty():
            self.splitter.restoreState(state)
        self.splitter.splitterMoved.connect(self._keep_layout)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.questions)
        layout.addWidget(self.splitter, 1)

    @Slot()
    def read(self) -> None:
        """Read again what was found."""
        self.office.read(Reading(self.office.store, self.facts.id), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables & {"finding", "setting", "collector", "creditor"}:
            self._again.start()

    @Slot(object)
    def _show(self, read: tuple[list[Seen], list[Question]]) -> None:
        self.found = read[0]
        self.questions.show_asked(read[1])
        counts = Counter(one.state for one in self.found)
        for state, chip in self.chips.items():
            chip.setText(f"{tr(state.label)} {counts[state]:,}")
        self.show_found()
        if self._wanted is not None:
            self.select(self._wanted)

    @Slot()
    def show_found(self) -> None:
        """Show the findings of the chosen states in the chosen grouping."""
        states = {state for state, chip in self.chips.items() if chip.isChecked()}
        found = [one for one in self.found if one.state in states]
        self.tree.show_found(found, by_party=self.by_party.isChecked())
        self.setFocusProxy(self.tree if found else self.chips[FindingState.OPEN])
        if not found and self.tree.hasFocus():
            self.setFocus()  # what is hidden would give the keyboard to the window's first button
        self.tree.setVisible(bool(found))
        self.none.setVisible(not found)
        self.none.setText(tr("None of these decisions. Choose another above.") if self.found else
                          tr("No rule was touched by what is logged. Contacts are checked by themselves when they are "
                             "saved; nothing found is no proof that all was lawful."))

    @Slot()
    def _chosen(self) -> None:
        self.details.show_picked(self.tree.picked())

    def select(self, record_id: int) -> None:
        """Choose a finding, even one whose decision is hidden now, or show a question."""
        if self.questions.show_question(record_id):
            self._wanted = None
            return
        one = next((one for one in self.found if one.id == record_id), None)
        self._wanted = record_id if one is None else None
        if one is not None:
            self.chips[one.state].setChecked(True)
            self.tree.choose([one.uuid])

    @Slot(int)
    def go_incident(self, incident_id: int) -> None:
        """Show a row among the incidents."""
        self.office.go("matter", matter=self.facts.id, section="incidents/incident", record=incident_id)

    @Slot()
    def _keep_layout(self) -> None:
        self.office.preferences.keep_layout("splitter/findings", self.splitter.saveState())
