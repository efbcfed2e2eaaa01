"""The ladder of offers: who offered what when, what was answered, and the next step from it."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QTimer, Slot
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.casework.agreements import agreement_from
from casedesk.casework.drafts import INPUTS
from casedesk.casework.negotiation import MOST_COMPARED, Compared, compare, counter_offer
from casedesk.casework.records import Saved
from casedesk.records import Offer
from casedesk.records.words import Side
from casedesk.ui import captions, look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.charts.convergence import ConvergencePlot
from casedesk.ui.forms.lines import About, KeptLines
from casedesk.ui.negotiation import rows
from casedesk.ui.negotiation.asking import Act, Asking
from casedesk.ui.negotiation.which import WhichDebt
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.tables.plain import PlainModel
from casedesk.ui.tables.view import RowsView

_TABLES = {"offer", "agreement", "instalment", "payment", "circumstance"}


class LadderPanel(QWidget):
    """Offers and counter-offers below each other, and the chosen ones compared."""

    def __init__(self, office: Office, facts: MatterFacts) -> None:
        super().__init__()
        self.office, self.facts = office, facts
        self.model = PlainModel(rows.ladder_headers(), rows.LADDER_NUMBERS)
        self.view = self._table(self.model, tr("Ladder of offers"))
        self.compared = PlainModel(rows.compared_headers(), rows.COMPARED_NUMBERS)
        self.compared_view = self._table(self.compared, tr("Comparison"))
        self.compared_heading = parts.heading(tr("Comparison"))
        self.late, self.problem = parts.text("", tone="doubt", wrap=True), parts.text("", tone="error", wrap=True)
        self.to_schedule = parts.button(tr("See what was paid"))
        self.none = parts.text(tr("No offer yet. Write down the first one among the offers."), tone="faint")
        self.counter = parts.button(tr("Counter-offer"))
        self.accept = parts.button(tr("Accepted: make the agreement"))
        self.call = parts.button(tr("Go to the call"))
        only_with(office, "write", self.counter, self.accept)
        self.compare = parts.button(tr("Compare the chosen"))
        self.discount = QLineEdit()
        self.asking, self.which = Asking(office), WhichDebt()
        self._debts: captions.Choices = []
        self.chart_heading, self.chart = parts.heading(tr("How the offers come together")), ConvergencePlot()
        self._lay_out()
        self._wire()
        self.read()

    def _table(self, model: PlainModel, name: str) -> RowsView:
        view = RowsView(model)
        view.describe(name)
        view.told.connect(self.office.say)
        return view

    def _lay_out(self) -> None:
        self.discount.setAccessibleName(tr("Present value at a yearly rate of"))
        self.discount.setPlaceholderText("3.45 %")
        self.discount.setFixedWidth(look.chars(self, 12))
        rate = parts.row(parts.text(tr("Present value at a yearly rate of"), tone="faint"), self.discount)
        bar = parts.flow(self.counter, self.accept, self.call, parts.holding(rate), self.compare)
        inside = parts.column(
            bar, parts.row(self.late, self.to_schedule, None), self.problem, self.which, self.asking, self.none,
            self.view, self.compared_heading, self.compared_view, self.chart_heading, self.chart, None, margin=3, gap=2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(parts.scrolling(parts.holding(inside)))
        for part in (self.late, self.to_schedule, self.problem, self.compared_heading, self.compared_view,
                     self.chart_heading, self.chart):
            part.hide()

    def _wire(self) -> None:
        self._again = QTimer(self, singleShot=True, interval=120)
        self._again.timeout.connect(self.read)
        self.office.changed.connect(self._heard)
        self.view.selectionModel().selectionChanged.connect(self._may)
        self.view.open_wanted.connect(self._open)
        self.counter.clicked.connect(self._counter)
        self.accept.clicked.connect(self._accept)
        self.call.clicked.connect(self._to_call)
        self.compare.clicked.connect(self._compare)
        self.discount.returnPressed.connect(self._compare)
        kept = KeptLines(self.office, {"discount": self.discount}, self)
        kept.ask(About(f"{INPUTS}ladder/{self.facts.id}"))
        self.to_schedule.clicked.connect(self._to_schedule)
        self.chart.offer_chosen.connect(self._to_offer)
        self.which.chosen.connect(self._agree)
        self.asking.busy.connect(self._may)
        self.asking.failed.connect(self._say)
        self._may()

    @property
    def chosen(self) -> list[Offer]:
        """The offers chosen in the ladder."""
        return [self.model.rows[row].key for row in self.view.chosen_rows()]

    @Slot()
    def read(self) -> None:
        """Read the ladder again."""
        self.office.read(rows.ReadingLadder(self.office.store, self.facts.id, _today()), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables & _TABLES:
            self._again.start()

    @Slot(object)
    def _show(self, found: rows.Ladder) -> None:
        self._debts = found.debts
        kept = {offer.id for offer in self.chosen}
        self.model.show(found.rows)
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for at, row in enumerate(found.rows):
            if row.key.id in kept:
                self.view.selectionModel().select(self.model.index(at, 0), flags)
        _fit(self.view)
        self.view.setVisible(bool(found.rows))
        self.none.setVisible(not found.rows)
        several = len(found.points) > 1
        if several:
            self.chart.show_points(found.points)
        self.chart_heading.setVisible(several)
        self.chart.setVisible(several)
        self.late.setText(found.late)
        self.late.setVisible(bool(found.late))
        self.to_schedule.setVisible(bool(found.late))
        if not self.compared_view.isHidden():
            self._compare()
        self._may()

    @Slot()
    def _may(self) -> None:
        chosen, free = self.chosen, self.asking.idle
        self.which.hide()
        self.counter.setEnabled(free and len(chosen) == 1)
        self.accept.setEnabled(free and len(chosen) == 1)
        self.call.setEnabled(len(chosen) == 1 and chosen[0].incident_id is not None)
        self.compare.setEnabled(1 < len(chosen) <= MOST_COMPARED)

    @Slot()
    def _counter(self) -> None:
        offer, self_made = self.chosen[0], self.chosen[0].side is Side.CREDITOR
        call = partial(counter_offer, self.office.store, offer.id, made_on=_today(), uuid=uuid.uuid4())
        self._say("")
        self.asking.begin(Act("offer" if self_made else "", self.facts.id, offer.debt_id, call, self._countered))

    @Slot()
    def _accept(self) -> None:
        offer = self.chosen[0]
        self._say("")
        if offer.debt_id is None and len(self._debts) > 1:
            self.which.ask(self._debts)
        else:
            self._agree(offer.debt_id or next((id_ for id_, _ in self._debts), 0))

    @Slot(int)
    def _agree(self, debt_id: int) -> None:
        """Make the agreement of the chosen offer about a debt; 0 where the matter has none."""
        offer, debt = self.chosen[0], debt_id or None
        self.asking.begin(Act("agreement", self.facts.id, debt, partial(
            agreement_from, self.office.store, offer.id, agreed_on=offer.answered_on or _today(), debt_id=debt),
            self._agreed))

    @Slot(object)
    def _countered(self, saved: Saved) -> None:
        self.office.go("matter", matter=self.facts.id, section="negotiation/offer", record=saved.id)

    @Slot(object)
    def _agreed(self, saved: Saved) -> None:
        self.office.go("matter", matter=self.facts.id, section="negotiation/agreement", record=saved.id)

    @Slot()
    def _open(self) -> None:
        if self.chosen:
            self._to_offer(self.chosen[0].id)

    @Slot(int)
    def _to_offer(self, offer_id: int) -> None:
        self.office.go("matter", matter=self.facts.id, section="negotiation/offer", record=offer_id)

    @Slot()
    def _to_schedule(self) -> None:
        self.office.go("matter", matter=self.facts.id, section="negotiation/kept")

    @Slot()
    def _to_call(self) -> None:
        self.office.go("matter", matter=self.facts.id, section="incidents", record=self.chosen[0].incident_id)

    @Slot()
    def _compare(self) -> None:
        ids = [offer.id for offer in self.chosen]
        if not 1 < len(ids) <= MOST_COMPARED:
            return
        self._say("")
        job = self.office.read(partial(compare, self.office.store, ids, on=_today(), discount=self.discount.text()),
                               self._show_compared)
        job.failed.connect(self._could_not)

    @Slot(object)
    def _show_compared(self, found: list[Compared]) -> None:
        self.compared.show([rows.compared(one) for one in found])
        remarks = any(one.problem for one in found)
        self.compared_view.setColumnHidden(rows.REMARK, not remarks)
        self.compared_view.horizontalHeader().setStretchLastSection(remarks)
        _fit(self.compared_view)
        self.compared_heading.show()
        self.compared_view.show()

    @Slot(object)
    def _could_not(self, problem: CasedeskError) -> None:
        self._say(str(problem))

    @Slot(str)
    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


def _fit(view: RowsView) -> None:
    """As high as its rows; the page scrolls, not the table in it."""
    view.resizeColumnsToContents()
    around = view.horizontalScrollBar().sizeHint().height() + look.grid(2)
    view.setFixedHeight(view.verticalHeader().defaultSectionSize() * (view.model().rowCount() + 1) + around)


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
