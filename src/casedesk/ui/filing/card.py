"""What was filed, as it is kept: pages, files, deadlines; what came back; and what can be made of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QHeaderView, QLabel, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr, trn
from casedesk.casework import filings
from casedesk.casework.filings import AsFiled
from casedesk.casework.forms import forms
from casedesk.records import Deadline
from casedesk.records.words import FilingState
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.cut import LongWords
from casedesk.ui.filing.filed import day_input
from casedesk.ui.filing.masked import MaskedDialog
from casedesk.ui.flow import Flow
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView

_BACK = (FilingState.ACCEPTED, FilingState.MORE_WANTED, FilingState.ANSWERED, FilingState.REFUSED)
_OF_COURT = (FilingState.ACCEPTED, FilingState.MORE_WANTED, FilingState.JUDGED, FilingState.RULED, FilingState.REFUSED)
_ROWS = 5


class FiledCard(QWidget):
    """Stands below the form of a filing."""

    def __init__(self, office: Office, facts: MatterFacts) -> None:
        super().__init__()
        self.office, self.facts = office, facts
        self.filing_id = 0
        self.found: AsFiled | None = None
        self.state = QComboBox()
        self.state.setAccessibleName(tr("What came back"))
        self._offer(_BACK)
        self.day = day_input(office)
        self.day.editor.setAccessibleName(tr("On"))
        self.note = parts.button(tr("Note it"), icon="check")
        self.note.clicked.connect(self.note_answer)
        self.started = _table(tr("Deadlines it started"), [tr("Due on"), tr("What is due")], (12, 30), 1)
        self.pages = _table(tr("Pages as filed"), [tr("No."), tr("Exhibit"), tr("Pages")], (7, 28, 12), 1)
        self.files = _table(tr("Files as filed"), [tr("File"), tr("Bytes"), "SHA-256"], (26, 9, 12), 0)
        self.seal = LongWords("", tone="faint")
        verbs = Flow(look.grid(2))
        self.supplement = parts.button(tr("Supplementary list"), icon="plus")
        self.masked = parts.button(tr("Masked copy…"), icon="hidden")
        self.kept = parts.button(tr("The package as filed"), icon="package")
        for button, slot in ((self.supplement, self.supply), (self.masked, self.ask_masked),
                             (self.kept, self.show_kept)):
            button.clicked.connect(slot)
            verbs.addWidget(button)
        only_with(office, "file", self.note, self.supplement)
        only_with(office, "export", self.masked)
        self.as_filed = parts.holding(parts.column(
            parts.heading(tr("As filed")), parts.holding(verbs), *_named(self.pages), *_named(self.files), self.seal))
        self.after = parts.holding(parts.column(*_named(self.started)))
        self.setLayout(parts.column(
            parts.line(), parts.heading(tr("What came back")), parts.flow(self.state, self.day, self.note),
            self.after, self.as_filed, gap=3))
        office.changed.connect(self._heard)

    def show_filing(self, filing_id: int) -> None:
        """Show what is known of this one."""
        if filing_id != self.filing_id:
            self.day.put(dt.datetime.now().astimezone().date())
        self.filing_id = filing_id
        self.office.read(lambda: filings.as_filed(self.office.store, filing_id), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if self.filing_id and tables & {"filing", "deadline"}:
            self.show_filing(self.filing_id)

    @Slot(object)
    def _show(self, found: AsFiled | None) -> None:
        if found is None or found.filing.id != self.filing_id:
            return
        self.found = found
        form = forms().get(found.filing.form)
        self._offer(_OF_COURT if form is not None and form.group == "court" else _BACK)
        _fill(self.started, [PlainRow((f"{one.due_on}", one.name)) for one in found.deadlines])
        _fill(self.pages, [PlainRow((one.number, one.name, one.pages)) for one in found.exhibits])
        _fill(self.files, [PlainRow((one.path, f"{one.size:,}", one.sha256)) for one in found.files])
        self.after.setVisible(bool(found.deadlines))
        self.as_filed.setVisible(found.package is not None)
        said = tr("Seal {seal}; package SHA-256 {hash}", seal=found.filing.seal, hash=found.filing.package)
        self.seal.setPlainText(said)

    # what came back

    def _offer(self, states: Sequence[FilingState]) -> None:
        """What may come back from where it was filed; what is chosen stays."""
        chosen = self.state.currentData()
        if [self.state.itemData(at) for at in range(self.state.count())] != list(states):
            self.state.clear()
            for state in states:
                self.state.addItem(tr(state.label), state)
            self.state.setCurrentIndex(max(0, self.state.findData(chosen)))

    @Slot()
    def note_answer(self) -> None:
        """Note what came back, and start the deadlines that it starts."""
        store, filing_id, state = self.office.store, self.filing_id, FilingState(self.state.currentData())
        try:
            day = self.day.value() or dt.datetime.now().astimezone().date()
        except CasedeskError as problem:
            self._failed(problem)
            return
        self.office.write(lambda: filings.moved_on(store, filing_id, state, day), self._noted, self._failed)

    @Slot(object)
    def _noted(self, started: list[Deadline]) -> None:
        self.office.saved.emit()
        self.office.say(trn("Noted; {n} deadline started", "Noted; {n} deadlines started", len(started)) if started
                        else tr("Noted"))

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.office.say(str(problem))

    # what can be made of it

    @Slot()
    def supply(self) -> None:
        """The wizard for what was added since."""
        from casedesk.ui.filing.wizard import open_wizard

        if self.found is not None:
            open_wizard(self.window(), self.office, self.facts, self.found.filing)

    @Slot()
    def ask_masked(self) -> None:
        """Ask for whom the copy is, and where it goes."""
        MaskedDialog(self.window(), self.office, self.filing_id).open()

    @Slot()
    def show_kept(self) -> None:
        """The package among the evidence, where it is verified and copied out."""
        if self.found is not None:
            self.office.go("matter", matter=self.facts.id, section="evidence/evidence", record=self.found.package)


def _table(name: str, headers: list[str], widths: tuple[int, ...], wide: int) -> RowsView:
    """A table that fits whatever width there is: the column `wide` takes what the others leave."""
    view = RowsView(PlainModel(headers))
    view.describe(name)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    for at, width in enumerate(widths):
        view.setColumnWidth(at, look.chars(view, width))
    view.horizontalHeader().setStretchLastSection(False)
    view.horizontalHeader().setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
    return view


def _named(view: RowsView) -> tuple[QLabel, RowsView]:
    return parts.text(view.accessibleName(), tone="faint"), view


def _fill(view: RowsView, rows: list[PlainRow]) -> None:
    model = view.model()
    assert isinstance(model, PlainModel)
    model.show(rows)
    line = view.verticalHeader().defaultSectionSize()
    view.setFixedHeight(line * (min(max(len(rows), 1), _ROWS) + 1) + look.grid(3))
