"""The third step: what goes in as evidence, in which order, fact by fact."""

from __future__ import annotations

from PySide6.QtCore import Slot

from casedesk.base.i18n import N_, tr
from casedesk.casework import filings
from casedesk.casework.exhibit_order import Group, groups, rearranged
from casedesk.ui import parts
from casedesk.ui.evidence.ordering import FactOrder
from casedesk.ui.filing.plan import Plan, Step


class ExhibitsStep(Step):
    """What is ticked and moved here is for this filing alone until the package is made."""

    title = N_("Exhibits")

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._known: list[Group] = []
        self.head = parts.heading("")
        self.order = FactOrder(ticked=True)
        self.order.changed.connect(self._changed)
        note = parts.text(tr("Drag to order, or Alt+Up and Alt+Down; the space bar takes an exhibit in or out. "
                             "Privileged evidence stays here and is not listed."), tone="faint", wrap=True)
        layout = parts.column(self.head, note, self.order)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def enter(self) -> None:
        store, matter, follows = self.office.store, self.plan.facts.id, self.plan.follows

        def offered() -> list[Group]:
            filed = filings.earlier(store, follows).evidence if follows is not None else frozenset()
            return groups(store, matter, every=True, without=filed)

        self.office.read(offered, self._show)

    def go_on(self) -> None:
        self._known = []

    @Slot(object)
    def _show(self, found: list[Group]) -> None:
        if found != self._known:
            self._known = found
            self.order.show_groups(rearranged(found, self.plan.orders, self.plan.taken))
        self._count()
        self.order.fact.setFocus()

    @Slot()
    def _changed(self) -> None:
        plan, chosen = self.plan, set(self.order.chosen)
        moved = [self.order.order(at) for at in sorted(self.order.moved)]
        plan.orders = [*moved, *(one for one in plan.orders if not any(set(one) & set(new) for new in moved))]
        plan.taken = {one: one in chosen for group in self._known for one, _ in group.exhibits
                      if (one in chosen) == (one in group.left_out)}
        self.typed.emit()
        self._count()

    def _count(self) -> None:
        chosen = self.order.chosen
        self.plan.choose(exhibits=tuple(chosen))
        none = tr("This matter has no evidence yet.") if self.plan.follows is None else tr(
            "Nothing has been added since the last filing.")
        self.head.setText(tr("{n} of {count} files go in", n=len(chosen), count=self.order.count)
                          if self.order.count else none)
