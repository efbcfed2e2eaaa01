"""Reckoning beside the statement: court fees of a claim, a payment over several debts, prime rates the table lacks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget
from sqlalchemy import select

from casedesk.base.errors import CasedeskError, InvalidEntry
from casedesk.base.i18n import tr
from casedesk.base.money import parse_cents, show_cents
from casedesk.calc import court_fees
from casedesk.calc.court_fees import HALF, THIRD
from casedesk.calc.lpr import LprTable
from casedesk.calc.said import Said, percent
from casedesk.calc.setoff import SEVERAL, Share
from casedesk.casework.drafts import INPUTS
from casedesk.casework.statement import add_lpr, lpr_table, spread
from casedesk.records import Creditor, Debt
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.forms.lines import About, KeptLines
from casedesk.ui.forms.moments import read_day
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView

_Shares = tuple[int, tuple[Sequence[Share], int] | InvalidEntry]
_LATEST = 8
"""So many announcements are shown, the newest first."""


@dataclass(frozen=True)
class Sides:
    """The creditors of a matter, and its debts by creditor."""

    creditors: Sequence[tuple[int, str]]
    debts: Sequence[tuple[int, int, str]]


def read_sides(store: Store, matter_id: int) -> Sides:
    """Whom a payment can go to, and for which debts."""
    with store.read() as session:
        debts = session.scalars(select(Debt).where(Debt.matter_id == matter_id).order_by(Debt.id)).all()
        owners = session.scalars(select(Creditor).where(Creditor.id.in_({debt.creditor_id for debt in debts}))
                                 .order_by(Creditor.id)).all()
    return Sides([(one.id, one.name) for one in owners],
                 [(one.id, one.creditor_id, f"{tr(one.product.label)} {one.contract_number}".strip())
                  for one in debts])


def fee_rows(claim: int, damages: int) -> list[PlainRow]:
    """What courts take for a claim of so much money, and for a personality-right case with such damages, in cents."""
    whole, kept = court_fees.property_claim(claim), court_fees.preservation(claim)
    low, high = court_fees.personality_claim(damages)
    told = [(tr("Claim for money"), whole.amount, whole.lines),
            (tr("Half: summary procedure, mediation, withdrawal"), whole.part(HALF), ()),
            (tr("A third: payment order"), whole.part(THIRD), ()),
            (tr("Preservation of property"), kept.amount, kept.lines),
            (tr("Personality rights, at least"), low.amount, low.lines),
            (tr("Personality rights, at most"), high.amount, ())]
    return [PlainRow((name, show_cents(amount), _steps(lines))) for name, amount, lines in told]


def _steps(lines: Sequence[Said]) -> str:
    return tr("; ").join(one.by(tr) for one in lines)


def share_rows(shares: Sequence[Share], left: int, names: dict[int, str]) -> list[PlainRow]:
    """What each debt gets, and what is left over."""
    rows = [PlainRow((names.get(one.key, ""), show_cents(one.total), show_cents(one.costs), show_cents(one.interest),
                      show_cents(one.principal))) for one in shares]
    return [*rows, PlainRow((tr("Left over"), show_cents(left), "", "", ""))]


class ReckonerPanel(QWidget):
    """Three small calculations; nothing typed here becomes a record but an announced rate."""

    def __init__(self, office: Office, facts: MatterFacts) -> None:
        super().__init__()
        self.office, self.facts = office, facts
        self.claim, self.damages, self.payment = (self._money(name) for name in (
            tr("Claim"), tr("Damages"), tr("Payment")))
        self.creditor, self.debt = QComboBox(), QComboBox()
        self.creditor.setAccessibleName(tr("Creditor"))
        self.debt.setAccessibleName(tr("The client names this debt"))
        for box in (self.creditor, self.debt):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.since, self.one, self.five, self.source = (self._line(*named) for named in (
            (tr("Announced on"), 12), (tr("One year, %"), 8), (tr("Five years, %"), 8), (tr("Seen where"), 36)))
        self.add = parts.button(tr("Add the rate"))
        self.problems = [parts.text("", tone="error", wrap=True) for _ in range(3)]
        self._asked = 0
        only_with(office, "rules", self.add)
        self.fees = PlainModel([tr("Court fee"), tr("Amount"), tr("How it is made up")], frozenset({1}))
        self.shares = PlainModel([tr("Debt"), tr("Of the payment"), tr("Costs"), tr("Interest"), tr("Principal")],
                                 frozenset({1, 2, 3, 4}))
        self.rates = PlainModel([tr("Announced on"), tr("One year, %"), tr("Five years, %"), tr("Source")],
                                frozenset({1, 2}))
        self._names: dict[int, str] = {}
        self._sides = Sides((), ())
        self._lay_out()
        self._wire()
        self.reckon()
        self.read()
        self.kept.ask(About(f"{INPUTS}reckoner/{facts.id}"))

    def _money(self, name: str) -> QLineEdit:
        line = self._line(name, 14)
        line.setAlignment(Qt.AlignmentFlag.AlignRight)
        return line

    def _line(self, name: str, wide: int) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(name)
        line.setFixedWidth(look.chars(self, wide))
        return line

    def _lay_out(self) -> None:
        fees = parts.flow(_named(tr("Claim"), self.claim), _named(tr("Damages"), self.damages))
        payment = parts.flow(_named(tr("Payment"), self.payment), _named(tr("to"), self.creditor),
                             _named(tr("The client names this debt"), self.debt))
        rate = parts.flow(_named(tr("Announced on"), self.since), _named(tr("One year, %"), self.one),
                          _named(tr("Five years, %"), self.five), _named(tr("Seen where"), self.source), self.add)
        self.views = [self._table(model, name) for model, name in (
            (self.fees, tr("Court fees")), (self.shares, tr("A payment over several debts")),
            (self.rates, tr("Loan prime rate")))]
        self.views[1].horizontalHeader().setStretchLastSection(False)
        inside = parts.column(
            parts.heading(tr("Court fees")), fees, self.problems[0], self.views[0],
            parts.text(court_fees.source().by(tr), tone="faint"),
            parts.heading(tr("A payment over several debts")), payment, self.problems[1],
            self.views[1],
            parts.text(SEVERAL.by(tr), tone="faint"),
            parts.heading(tr("Loan prime rate")), rate, self.problems[2],
            self.views[2], None, margin=3, gap=2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(parts.scrolling(parts.holding(inside)))
        for problem in self.problems:
            problem.hide()

    def _table(self, model: PlainModel, name: str) -> RowsView:
        view = RowsView(model)
        view.describe(name)
        view.told.connect(self.office.say)
        return view

    def _wire(self) -> None:
        for line in (self.claim, self.damages):
            line.textEdited.connect(self.reckon)
        self.payment.textEdited.connect(self.spread)
        self.creditor.currentIndexChanged.connect(self._creditor_chosen)
        self.debt.currentIndexChanged.connect(self.spread)
        self.add.clicked.connect(self._add)
        self.kept = KeptLines(self.office, {
            "claim": self.claim, "damages": self.damages, "payment": self.payment, "since": self.since,
            "one": self.one, "five": self.five, "source": self.source}, self)
        self.kept.returned.connect(self.reckon)
        self.kept.returned.connect(self.spread)
        self.office.changed.connect(self._heard)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables & {"debt", "creditor", "payment", "claim", "setting"}:
            self.read()

    @Slot()
    def read(self) -> None:
        """Read whom a payment can go to, and the rates."""
        self.office.read(partial(read_sides, self.office.store, self.facts.id), self._offer)
        self.office.read(partial(lpr_table, self.office.store), self._show_rates)

    @Slot(object)
    def _offer(self, sides: Sides) -> None:
        self._sides = sides
        self._names = {id_: name for id_, _, name in sides.debts}
        _fill(self.creditor, list(sides.creditors))
        self._creditor_chosen()

    @Slot()
    def _creditor_chosen(self) -> None:
        owner = self.creditor.currentData()
        _fill(self.debt, [(0, tr("none")), *((id_, name) for id_, of, name in self._sides.debts if of == owner)])
        self.spread()

    @Slot()
    def reckon(self) -> None:
        """The fees of what is typed."""
        try:
            self._show(0, self.fees, fee_rows(_cents(self.claim), _cents(self.damages)))
        except InvalidEntry as problem:
            self._say(str(problem), 0)
        else:
            self._say("", 0)

    @Slot()
    def spread(self) -> None:
        """The shares of what is typed."""
        owner = self.creditor.currentData()
        self._asked += 1
        try:
            amount = _cents(self.payment)
        except InvalidEntry as problem:
            self._say(str(problem), 1)
            self._show(1, self.shares, [])
            return
        if owner is None or not amount:
            self._say("", 1)
            self._show(1, self.shares, [])
            return
        self.office.read(partial(self._spread, self._asked, owner, amount, self.debt.currentData() or None),
                         self._show_shares)

    def _spread(self, asked: int, owner: int, amount: int, debt: int | None) -> _Shares:
        try:
            return asked, spread(self.office.store, self.facts.id, owner, amount, on=_today(), chosen=debt)
        except InvalidEntry as problem:
            return asked, problem

    @Slot(object)
    def _show_shares(self, found: _Shares) -> None:
        asked, shares = found
        if asked != self._asked:
            return
        if isinstance(shares, InvalidEntry):
            self._say(str(shares), 1)
            return
        self._say("", 1)
        self._show(1, self.shares, share_rows(*shares, self._names))

    @Slot(object)
    def _show_rates(self, table: LprTable) -> None:
        quotes = list(reversed(table.quotes))[:_LATEST]
        self._show(2, self.rates, [PlainRow((one.since.isoformat(), _percent(one.one), _percent(one.five),
                                             one.source.by(tr))) for one in quotes])

    @Slot()
    def _add(self) -> None:
        try:
            since = read_day(self.since.text())
        except InvalidEntry as problem:
            self._say(str(problem), 2)
            return
        if since is None:
            self._say(tr("Type the day of the announcement."), 2)
            return
        self.office.write(partial(add_lpr, self.office.store, since, self.one.text(), self.five.text(),
                                  self.source.text()), self._added, self._failed)

    @Slot(object)
    def _added(self, nothing: object) -> None:
        for line in (self.since, self.one, self.five, self.source):
            line.clear()
        self.kept.keep()
        self._say("", 2)
        self.read()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self._say(str(problem), 2)

    def _say(self, problem: str, at: int) -> None:
        """Say what is wrong beside the calculation it is in the way of."""
        self.problems[at].setText(problem)
        self.problems[at].setVisible(bool(problem))

    def _show(self, at: int, model: PlainModel, rows: list[PlainRow]) -> None:
        model.show(rows)
        view = self.views[at]
        view.resizeColumnsToContents()
        view.setVisible(bool(rows))
        view.setFixedHeight(view.verticalHeader().defaultSectionSize() * (len(rows) + 1) + look.grid(4))


def _cents(line: QLineEdit) -> int:
    return parse_cents(line.text()) if line.text().strip() else 0


def _percent(rate: Fraction) -> str:
    return percent(rate).rstrip(" %")


def _fill(box: QComboBox, offered: list[tuple[int, str]]) -> None:
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    for id_, name in offered:
        box.addItem(name, id_)
    box.setCurrentIndex(max(0, box.findData(chosen)) if offered else -1)
    box.blockSignals(False)


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def _named(name: str, entry: QWidget) -> QWidget:
    """An entry with its name before it; they stay together."""
    return parts.holding(parts.row(parts.text(name), entry))
