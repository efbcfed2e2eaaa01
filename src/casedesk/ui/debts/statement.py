"""The two-column statement of a debt as of a typed day: what is claimed, what law supports, and why they differ."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QVBoxLayout, QWidget
from sqlalchemy import select

from casedesk.base.errors import CasedeskError, InvalidEntry
from casedesk.base.i18n import language, tr
from casedesk.casework.deadlines import limitation_of
from casedesk.casework.statement import statement
from casedesk.records import Debt
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.debts import rows
from casedesk.ui.debts.orders import StatementOrder
from casedesk.ui.forms.moments import day_read_back, read_day
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.tables.plain import PlainModel
from casedesk.ui.tables.view import RowsView

_TABLES = {"debt", "claim", "payment", "act", "creditor", "guarantor", "setting"}
_MOST_ROWS = 9


@dataclass(frozen=True)
class Debts:
    """The debts of a matter by name."""

    store: Store
    matter_id: int

    def __call__(self) -> list[tuple[int, str]]:
        with self.store.read() as session:
            found = session.scalars(select(Debt).where(Debt.matter_id == self.matter_id).order_by(Debt.id))
            return [(one.id, f"{tr(one.product.label)} {one.contract_number}".strip()) for one in found]


def read_statement(store: Store, debt_id: int, as_of: dt.date) -> rows.Shown:
    """The statement and the limitation of a debt, ready to be shown."""
    return rows.shown(statement(store, debt_id, as_of), limitation_of(store, debt_id, as_of))


class StatementPanel(QWidget):
    """One debt, one day, two columns; every step below."""

    def __init__(self, office: Office, facts: MatterFacts) -> None:
        super().__init__()
        self.office, self.facts = office, facts
        self._asked = 0
        self.debt, self.day = QComboBox(), QLineEdit(_today().isoformat())
        self.day_said, self.problem = parts.text("", tone="faint"), parts.text("", tone="error", wrap=True)
        self.model = PlainModel(rows.line_headers(), rows.LINE_NUMBERS)
        self.steps = PlainModel(rows.step_headers(), rows.STEP_NUMBERS)
        self.view, self.steps_view = self._table(self.model, tr("Statement")), self._table(self.steps, tr("Steps"))
        self.remarks = parts.text("", wrap=True)
        self.limitation = parts.text("", wrap=True)
        self.unfold = parts.button(tr("Show every step"), "chip")
        self.unfold.setCheckable(True)
        self.pdf, self.workbook = parts.button(tr("Save as PDF…")), parts.button(tr("Save as workbook…"))
        only_with(office, "export", self.pdf, self.workbook)
        self.shown = parts.holding(self._body())
        self._lay_out()
        self._wire()
        self.read_debts()

    def _table(self, model: PlainModel, name: str) -> RowsView:
        view = RowsView(model)
        view.describe(name)
        view.told.connect(self.office.say)
        return view

    def _body(self) -> QVBoxLayout:
        self.steps_view.hide()
        body = parts.column(self.view, self.remarks, self.limitation, parts.row(self.unfold, None), self.steps_view,
                            None)
        for label in (self.remarks, self.limitation):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return body

    def _lay_out(self) -> None:
        self.debt.setAccessibleName(tr("Debt"))
        self.debt.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.day.setAccessibleName(tr("As of the day"))
        self.day.setFixedWidth(look.chars(self, 14))
        bar = parts.row(self.debt, parts.text(tr("As of the day")), self.day, self.day_said, None,
                        self.pdf, self.workbook)
        inside = parts.column(bar, self.problem, self.shown, None, margin=3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(parts.scrolling(parts.holding(inside)))
        self.problem.hide()

    def _wire(self) -> None:
        self._again = QTimer(self, singleShot=True, interval=150)
        self._again.timeout.connect(self.read)
        self.office.changed.connect(self._heard)
        self.debt.currentIndexChanged.connect(self.read)
        self.day.textEdited.connect(self._again.start)
        self.unfold.toggled.connect(self.steps_view.setVisible)
        self.pdf.clicked.connect(partial(self._save, "pdf"))
        self.workbook.clicked.connect(partial(self._save, "xlsx"))

    @Slot()
    def read_debts(self) -> None:
        """Read which debts there are."""
        self.office.read(Debts(self.office.store, self.facts.id), self._offer)

    @Slot(object)
    def _offer(self, debts: list[tuple[int, str]]) -> None:
        chosen = self.debt.currentData()
        self.debt.blockSignals(True)
        self.debt.clear()
        for id_, name in debts:
            self.debt.addItem(name, id_)
        self.debt.setCurrentIndex(max(0, self.debt.findData(chosen)) if debts else -1)
        self.debt.blockSignals(False)
        self.read()

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables & _TABLES:
            self.read_debts()

    @property
    def as_of(self) -> dt.date:
        """The day typed; InvalidEntry when it is none."""
        day = read_day(self.day.text())
        if day is None:
            raise InvalidEntry(tr("Type the day of the statement."), field="as_of")
        return day

    @Slot()
    def read(self) -> None:
        """Compute the statement again."""
        self._asked += 1
        if self.debt.currentData() is None:
            self._cannot(tr("No debt yet. Write down the first one among the debts."))
            return
        try:
            day = self.as_of
        except InvalidEntry as problem:
            self._cannot(str(problem))
            return
        self.day_said.setText(day_read_back(day, self.day.text()))
        self.office.read(partial(self._read, self._asked, self.debt.currentData(), day), self._show)

    def _read(self, asked: int, debt_id: int, day: dt.date) -> tuple[int, rows.Shown | CasedeskError]:
        try:
            return asked, read_statement(self.office.store, debt_id, day)
        except CasedeskError as problem:
            return asked, problem

    @Slot(object)
    def _show(self, found: tuple[int, rows.Shown | CasedeskError]) -> None:
        asked, shown = found
        if asked != self._asked:
            return
        if isinstance(shown, CasedeskError):
            self._cannot(str(shown))
            return
        self._may(True)
        self.problem.hide()
        self.model.show(shown.lines)
        self.steps.show(shown.steps)
        self.remarks.setText("\n".join(shown.remarks))
        self.remarks.setVisible(bool(shown.remarks))
        self.limitation.setText(shown.limitation)
        for view, most in ((self.view, _MOST_ROWS), (self.steps_view, 2 * _MOST_ROWS)):
            view.resizeColumnsToContents()
            height = view.verticalHeader().defaultSectionSize()
            view.setFixedHeight(height * (min(view.model().rowCount(), most) + 2))

    def _cannot(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.show()
        self._may(False)

    def _may(self, there: bool) -> None:
        self.shown.setVisible(there)
        self.pdf.setEnabled(there)
        self.workbook.setEnabled(there)

    def _save(self, ending: str, _checked: bool = False) -> None:
        dialog = QFileDialog(self, tr("Statement"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending)
        dialog.setDirectory(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        dialog.selectFile(f"{self.facts.ref}-{self.as_of.isoformat()}.{ending}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.write)
        dialog.open()

    @Slot(str)
    def write(self, out: str) -> None:
        """Write the statement shown, as a workbook when the name says so."""
        self.office.run(StatementOrder(self.office.store, self.facts.id, self.debt.currentData(), self.as_of,
                                       Path(out), language()), tr("Writing the statement"))


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
