"""Whether an agreement is kept: every instalment with the payments that pay it, the late ones named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget
from sqlalchemy import select

from casedesk.base.i18n import tr, trn
from casedesk.base.money import show_cents
from casedesk.casework.agreements import assign_payments, kept_in, release_payments
from casedesk.records import Agreement, Payment
from casedesk.records.schedule import Kept
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView

_TABLES = {"agreement", "instalment", "payment"}


@dataclass(frozen=True)
class Paid:
    """An agreement's instalments as rows, what is late of them, and how many payments name no instalment yet."""

    rows: Sequence[PlainRow]
    said: str
    late: bool
    loose: int


@dataclass(frozen=True)
class Agreements:
    """The agreements of a matter by name, the latest first."""

    store: Store
    matter_id: int

    def __call__(self) -> list[tuple[int, str]]:
        with self.store.read() as session:
            found = session.scalars(select(Agreement).where(Agreement.matter_id == self.matter_id)
                                    .order_by(Agreement.agreed_on.desc(), Agreement.id.desc()))
            return [(one.id, f"{one.caption}  {show_cents(one.total or 0)}".strip()) for one in found]


def read_paid(store: Store, agreement_id: int, on: dt.date) -> Paid:
    """What was paid of an agreement by a day."""
    with store.read() as session:
        kept = kept_in(session, agreement_id, on)
        ids = {id_ for one in kept for id_ in one.payment_ids}
        payments = {one.id: one for one in session.scalars(select(Payment).where(Payment.id.in_(ids)))}
    late = [one for one in kept if one.state == "late"]
    said = tr("Paid {paid} of {total}.", paid=show_cents(sum(one.paid for one in kept)),
              total=show_cents(sum(one.amount for one in kept)))
    if late:
        said += tr(" ") + trn("{n} instalment is late, {missing} in all: no. {numbers}.",
                              "{n} instalments are late, {missing} in all: no. {numbers}.", len(late),
                              missing=show_cents(sum(one.missing for one in late)),
                              numbers=tr(", ").join(str(one.number) for one in late))
    return Paid([_row(one, [payments[id_] for id_ in one.payment_ids], on) for one in kept], said, bool(late),
                sum(one.instalment_id is None for one in payments.values()))


def _row(one: Kept, payments: Sequence[Payment], on: dt.date) -> PlainRow:
    state = {"paid": tr("paid"), "part": tr("paid in part"), "due": tr("not due yet"),
             "late": trn("{n} day late", "{n} days late", (on - one.due_on).days)}[one.state]
    by = tr(", ").join(f"{payment.paid_on}  {show_cents(payment.amount or 0)}" for payment in payments)
    return PlainRow((str(one.number), one.due_on.isoformat(), show_cents(one.amount), show_cents(one.paid),
                     show_cents(one.missing), state, by), one.instalment_id, "error" if one.state == "late" else "")


class KeptPanel(QWidget):
    """One agreement; which payment pays which instalment is proposed here and written down on demand."""

    def __init__(self, office: Office, facts: MatterFacts) -> None:
        super().__init__()
        self.office, self.facts = office, facts
        self._asked = 0
        self.agreement = QComboBox()
        self.agreement.setAccessibleName(tr("Agreement"))
        self.agreement.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.match = parts.button(tr("Write the match into the payments"))
        only_with(office, "write", self.match)
        self.said, self.loose = parts.text("", wrap=True), parts.text("", tone="faint", wrap=True)
        self.none = parts.text(tr("No agreement yet. An accepted offer of the ladder becomes one, with its schedule."),
                               tone="faint", wrap=True)
        self.model = PlainModel([tr("No."), tr("Due on"), tr("Amount"), tr("Paid"), tr("Missing"), tr("State"),
                                 tr("Paid by")], frozenset({0, 2, 3, 4}))
        self.view = RowsView(self.model)
        self.view.describe(tr("Instalments"))
        self.view.told.connect(office.say)
        self._lay_out()
        self._wire()
        self.read_agreements()

    def _lay_out(self) -> None:
        bar = parts.row(self.agreement, None, self.match)
        self.shown = parts.holding(parts.column(bar, self.said, self.loose, self.view, gap=2))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(3)] * 4)
        layout.addWidget(self.none)
        layout.addWidget(self.shown, 1)
        self.shown.hide()

    def _wire(self) -> None:
        self._again = QTimer(self, singleShot=True, interval=120)
        self._again.timeout.connect(self.read_agreements)
        self.office.changed.connect(self._heard)
        self.agreement.currentIndexChanged.connect(self.read)
        self.match.clicked.connect(self._match)
        self.view.open_wanted.connect(self._open)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables & _TABLES:
            self._again.start()

    @Slot()
    def read_agreements(self) -> None:
        """Read which agreements there are."""
        self.office.read(Agreements(self.office.store, self.facts.id), self._offer)

    @Slot(object)
    def _offer(self, found: list[tuple[int, str]]) -> None:
        chosen = self.agreement.currentData()
        self.agreement.blockSignals(True)
        self.agreement.clear()
        for id_, name in found:
            self.agreement.addItem(name, id_)
        self.agreement.setCurrentIndex(max(0, self.agreement.findData(chosen)) if found else -1)
        self.agreement.blockSignals(False)
        self.none.setVisible(not found)
        self.shown.setVisible(bool(found))
        self.read()

    @Slot()
    def read(self) -> None:
        """Read again what was paid of the agreement shown."""
        self._asked += 1
        if self.agreement.currentData() is not None:
            self.office.read(partial(self._read, self._asked, self.agreement.currentData()), self._show)

    def _read(self, asked: int, agreement_id: int) -> tuple[int, Paid]:
        return asked, read_paid(self.office.store, agreement_id, _today())

    @Slot(object)
    def _show(self, found: tuple[int, Paid]) -> None:
        asked, paid = found
        if asked != self._asked:
            return
        self.model.show(paid.rows)
        self.view.resizeColumnsToContents()
        self.said.setText(paid.said)
        parts.tone(self.said, "doubt" if paid.late else "")
        self.loose.setText(trn(
            "{n} payment names no instalment; it is counted for the oldest that is open.",
            "{n} payments name no instalment; they are counted for the oldest that are open.", paid.loose))
        self.loose.setVisible(bool(paid.loose))
        self.match.setEnabled(bool(paid.loose))

    @Slot()
    def _match(self) -> None:
        self.match.setEnabled(False)
        self.office.write(partial(assign_payments, self.office.store, self.agreement.currentData(), _today()),
                          self._matched)

    @Slot(object)
    def _matched(self, ids: list[int]) -> None:
        self.office.say(trn("{n} payment was matched.", "{n} payments were matched.", len(ids)),
                        partial(self._undo, ids))

    def _undo(self, ids: list[int]) -> None:
        self.office.write(partial(release_payments, self.office.store, ids))

    @Slot()
    def _open(self) -> None:
        for row in self.view.chosen_rows()[:1]:
            self.office.go("matter", matter=self.facts.id, section="negotiation/instalment",
                           record=self.model.rows[row].key)


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()
