"""What a plan means: what the client has, the figures, what a lawyer should look at, every instalment with its day."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from casedesk.base.i18n import tr, trn
from casedesk.base.money import show_cents
from casedesk.calc.plan import Part
from casedesk.calc.said import Said
from casedesk.casework.negotiation import Planned
from casedesk.records.ability import Ability
from casedesk.ui import look, parts
from casedesk.ui.negotiation import rows
from casedesk.ui.office import Office
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView


class Outcome(QWidget):
    """The right side of the planner; empty while the terms say nothing yet."""

    def __init__(self, office: Office, matter_id: int) -> None:
        super().__init__()
        self.office, self.matter_id = office, matter_id
        self.plan: Planned | None = None
        self.none = parts.text(tr("Fill in a total and a number of instalments, or what is paid each month: any two "
                                  "give the third."), tone="faint", wrap=True)
        self.figures, self.can = QGridLayout(), parts.text("", tone="faint", wrap=True)
        self.figures.setHorizontalSpacing(look.grid(6))
        self.figures.setVerticalSpacing(look.grid(1))
        self.to_circumstances = parts.button(tr("Circumstances of the client"))
        self.checks = QVBoxLayout()
        self.checks.setSpacing(look.grid(1))
        self.model = PlainModel([tr("No."), tr("Due on"), tr("Amount"), tr("Of it principal"), tr("Of it interest"),
                                 tr("Left"), tr("Remark")], frozenset({0, 2, 3, 4, 5}))
        self.view = RowsView(self.model)
        self.view.describe(tr("Instalments"))
        self.view.told.connect(office.say)
        self.shown = parts.holding(parts.column(
            self.figures, parts.row(self.can, self.to_circumstances),
            parts.heading(tr("To look at before it is offered")), self.checks, parts.heading(tr("Instalments")),
            self.view, gap=3))
        self.to_circumstances.clicked.connect(self._to_circumstances)
        inside = parts.column(self.none, self.shown, None, margin=4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(parts.scrolling(parts.holding(inside)))
        self.show_nothing()

    def show_nothing(self) -> None:
        """No plan yet, or none that can be computed."""
        self.plan = None
        self.shown.hide()
        self.none.show()

    def show_plan(self, found: Planned) -> None:
        """Show a plan with all that follows from it."""
        self.plan = found
        self.none.hide()
        self._show_figures(found)
        self.can.setText(_has(found.can))
        parts.clear(self.checks)
        for one in found.checks:
            self.checks.addWidget(_check(one))
        self.model.show([_part(part) for part in found.plan.parts])
        self.view.resizeColumnsToContents()
        self.view.setFixedHeight(self.view.verticalHeader().defaultSectionSize() * (len(found.plan.parts) + 1)
                                 + look.grid(4))
        self.shown.show()

    def _show_figures(self, found: Planned) -> None:
        parts.clear(self.figures)
        told = [(name, said) for name, said in zip(rows.compared_headers(), rows.compared(found.figures).cells,
                                                   strict=True) if said][1:]
        half = -(-len(told) // 2)
        for at, (name, said) in enumerate(told):
            row, column = at % half, 2 * (at // half)
            self.figures.addWidget(parts.text(name, tone="faint"), row, column)
            self.figures.addWidget(parts.text(said, font=look.strong_font()), row, column + 1)
        self.figures.setColumnStretch(4, 1)

    @Slot()
    def _to_circumstances(self) -> None:
        self.office.go("matter", matter=self.matter_id, section="negotiation/circumstance")


def _has(can: Ability) -> str:
    """What the client has each month, as a sum."""
    if not can.count:
        return tr("Nothing is written down yet of what the client earns and needs; the plan is not measured by it.")
    lines = [tr("The client has {free} left each month: income {income}, essential cost {costs}, other plans {plans}.",
                free=show_cents(can.free), income=show_cents(can.income), costs=show_cents(can.costs),
                plans=show_cents(can.other_plans))]
    if can.dependants:
        lines.append(trn("{n} dependant costs {cost} a month.", "{n} dependants cost {cost} a month.", can.dependants,
                         cost=show_cents(can.dependants_cost)))
    lines.append(tr("{proved} of {count} circumstances have evidence.", proved=can.proved, count=can.count))
    return tr(" ").join(lines)


def _check(one: Said) -> QWidget:
    source = one.source.by(tr)
    return parts.text("• " + one.by(tr) + (f"  {source}" if source else ""), wrap=True)


def _part(part: Part) -> PlainRow:
    moved = tr("Moved from {day}, a holiday.", day=part.moved_from.isoformat()) if part.moved_from else ""
    return PlainRow((str(part.number), part.due_on.isoformat(), show_cents(part.amount), show_cents(part.principal),
                     show_cents(part.interest), show_cents(part.left), moved))
