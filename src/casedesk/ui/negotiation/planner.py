"""The planner: what the client can pay becomes a plan, and terms become dated instalments while they are typed."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QLineEdit, QSplitter, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError, InvalidEntry
from casedesk.base.i18n import tr
from casedesk.casework.drafts import INPUTS
from casedesk.casework.negotiation import Planned, planned, proposed
from casedesk.casework.records import Saved
from casedesk.records import Offer
from casedesk.records.words import Side
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.forms.defaults import defaults
from casedesk.ui.forms.form import Form
from casedesk.ui.forms.keeping import Keeping, Saving
from casedesk.ui.forms.lines import About, KeptLines
from casedesk.ui.negotiation.asking import Act, Asking
from casedesk.ui.negotiation.outcome import Outcome
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts

_TABLES = {"circumstance", "debt", "payment", "claim"}
_NOT_PLANNED = ("made_on", "side", "counter_to_id", "valid_until", "incident_id", "by", "counterpart", "terms", "state",
                "answered_on", "answer")
_COMPUTE, _KEEP = 150, 600


class PlannerPanel(QWidget):
    """The terms at the left, what they mean at the right; nothing is an offer before it is written down as one."""

    def __init__(self, office: Office, facts: MatterFacts) -> None:
        super().__init__()
        self.office, self.facts = office, facts
        self.uuid = uuid.uuid4()
        self._asked = 0
        self._typed = False
        self.form = Form(office, Offer, {"matter_id": facts.id}, facts.zone, _NOT_PLANNED)
        self.discount = QLineEdit()
        self.problem = parts.text("", tone="error", wrap=True)
        self.propose = parts.button(tr("Propose what the client can keep"))
        self.offer = parts.button(tr("Write down as an offer"), "primary")
        only_with(office, "write", self.offer)
        self.asking = Asking(office)
        self.outcome = Outcome(office, facts.id)
        self._lay_out()
        self._wire()
        self._begin()

    def _lay_out(self) -> None:
        self.discount.setAccessibleName(tr("Present value at a yearly rate of"))
        self.discount.setPlaceholderText("3.45 %")
        self.discount.setFixedWidth(look.chars(self, 12))
        discount = parts.flow(parts.text(tr("Present value at a yearly rate of"), tone="faint"), self.discount)
        typed = parts.column(parts.row(self.propose, None), self.form, discount, self.problem, self.asking,
                             parts.row(self.offer, None), None, margin=4, gap=4)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        for side, stretch in ((parts.scrolling(parts.holding(typed)), 2), (self.outcome, 3)):
            splitter.addWidget(side)
            splitter.setStretchFactor(splitter.count() - 1, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def _wire(self) -> None:
        self._soon = QTimer(self, singleShot=True, interval=_COMPUTE)
        self._soon.timeout.connect(self.compute)
        self._late = QTimer(self, singleShot=True, interval=_KEEP)
        self._late.timeout.connect(self._keep)
        self.form.changed.connect(self._edited)
        self.discount.textEdited.connect(self._soon.start)
        kept = KeptLines(self.office, {"discount": self.discount}, self)
        kept.returned.connect(self._soon.start)
        kept.ask(About(f"{INPUTS}planner/{self.facts.id}"))
        self.propose.clicked.connect(self._propose)
        self.offer.clicked.connect(self._offer)
        self.asking.busy.connect(self._may)
        self.asking.failed.connect(self._say)
        self.office.changed.connect(self._heard)

    def _begin(self) -> None:
        """An empty plan; what is typed from now on is another offer."""
        self.uuid, self._typed = uuid.uuid4(), False
        self.form.put(defaults(Offer, self.form.fixed, self.office))
        self._say("")
        self.outcome.show_nothing()
        self._may()
        self.compute()

    # computing

    @Slot()
    def _edited(self) -> None:
        self._typed = True
        self._soon.start()
        self._late.start()

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables & _TABLES:
            self._soon.start()

    @Slot()
    def compute(self) -> None:
        """Compute again what the terms mean; what is in the way is said at its field."""
        self._asked += 1
        try:
            values = self.form.values()
        except InvalidEntry as problem:
            self._could_not(problem)
            return
        job = self.office.read(partial(self._compute, self._asked, values, self.discount.text()), self._show)
        job.failed.connect(self._could_not)

    def _compute(self, asked: int, values: dict[str, Any], discount: str) -> tuple[int, Planned | InvalidEntry]:
        try:
            return asked, planned(self.office.store, values, on=_today(), discount=discount)
        except InvalidEntry as problem:
            return asked, problem

    @Slot(object)
    def _show(self, found: tuple[int, Planned | InvalidEntry]) -> None:
        asked, plan = found
        if asked != self._asked:
            return
        if isinstance(plan, InvalidEntry):
            self._could_not(plan)
            return
        for row in self.form.rows.values():
            row.say("", "")
        self._say("")
        self.outcome.show_plan(plan)
        self._may()

    @Slot(object)
    def _could_not(self, problem: CasedeskError) -> None:
        """Say it where it is; an untouched planner only waits for its terms."""
        row = self.form.rows.get(problem.field) if isinstance(problem, InvalidEntry) else None
        for other in self.form.rows.values():
            other.say("", "")
        self._say("" if row is not None or not self._typed else str(problem))
        if row is not None and self._typed:
            row.say(str(problem), "error")
        self.outcome.show_nothing()
        self._may()

    @Slot(str)
    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    @Slot()
    def _may(self) -> None:
        self.offer.setEnabled(self.outcome.plan is not None and self.asking.idle)
        self.propose.setEnabled(self.asking.idle)

    # proposing

    @Slot()
    def _propose(self) -> None:
        try:
            values = self.form.values()
        except InvalidEntry as problem:
            self.form.wrong(problem)
            return
        job = self.office.read(partial(proposed, self.office.store, self.facts.id, values["debt_id"], values["claim"],
                                       on=_today()), self._fill)
        job.failed.connect(self._not_proposed)

    @Slot(object)
    def _not_proposed(self, problem: CasedeskError) -> None:
        row = self.form.rows.get(problem.field) if isinstance(problem, InvalidEntry) else None
        if row is not None and not row.cell.isHidden():
            row.say(str(problem), "error")
        else:
            self._say(str(problem))

    @Slot(object)
    def _fill(self, values: dict[str, Any]) -> None:
        for name, value in values.items():
            self.form.rows[name].entry.put(value)
        self.form.arrange()
        self._edited()

    # keeping

    @Slot()
    def _keep(self) -> None:
        self._late.stop()
        self.office.write(Keeping(self.office.store, Offer, self.uuid, None, self.form.fixed, self.form.typed(),
                                  tr("Plan")), self._kept)

    @Slot(object)
    def _kept(self, nothing: object) -> None:
        self.office.drafts_changed.emit()

    def leave(self) -> None:
        """Keep what is typed."""
        if self._late.isActive():
            self._keep()

    @Slot()
    def _offer(self) -> None:
        self._late.stop()
        values = {**self.form.values(), "made_on": _today(), "side": Side.CLIENT}
        self.asking.begin(Act("offer", self.facts.id, values["debt_id"],
                              Saving(self.office.store, Offer, values, self.uuid, None), self._offered))

    @Slot(object)
    def _offered(self, saved: Saved) -> None:
        self._begin()
        self.office.drafts_changed.emit()
        self.office.saved.emit()
        self.office.go("matter", matter=self.facts.id, section="negotiation/offer", record=saved.id)


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
