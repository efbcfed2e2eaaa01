"""The masked numbers of what was imported before: ticked, each is the full one; unticked, it is masked again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr, trn
from casedesk.base.jobs import Progress
from casedesk.casework.importing import Proposal, Same, same_numbers
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.importing.masked import MaskedNumbers
from casedesk.ui.office import Office


@dataclass
class _Said:
    same: frozenset[Same] = frozenset()
    offered: dict[Same, Proposal] = field(default_factory=dict)


@dataclass(frozen=True)
class Telling:
    """Say of masked numbers which they are, and take others back; returns how many contacts changed."""

    store: Store
    matter_id: int
    same: Collection[Same]
    not_same: Collection[Same]

    def __call__(self, progress: Progress) -> int:
        count = same_numbers.take_back(self.store, self.matter_id, self.not_same) if self.not_same else 0
        return count + (same_numbers.accept(self.store, self.matter_id, self.same) if self.same else 0)


class MaskedDialog(QDialog):
    """What was said of masked numbers, and what may be said."""

    done_with = Signal(str)

    def __init__(self, parent: QWidget, office: Office, matter_id: int) -> None:
        super().__init__(parent)
        self.office, self.matter_id = office, matter_id
        self.setWindowTitle(tr("Masked numbers"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.plan, self._before = _Said(), frozenset[Same]()
        self.numbers = MaskedNumbers(self.plan)
        self.numbers.changed.connect(self._offer)
        self.said = parts.text("", wrap=True)
        self.take = parts.button(tr("&Take over"), "primary")
        self.take.clicked.connect(self._take)
        only_with(office, "write", self.take)
        close = parts.button(tr("Cancel"))
        close.clicked.connect(self.reject)
        self.setLayout(parts.column(self.numbers, self.said, None, parts.row(None, close, self.take, gap=2), margin=4,
                                    gap=3))
        look.fit(self, parent, look.grid(270), look.grid(70))
        office.read(self._find, self._show)

    def _find(self) -> tuple[list[Proposal], list[Proposal]]:
        return (same_numbers.accepted(self.office.store, self.matter_id),
                same_numbers.proposed(self.office.store, self.matter_id))

    @Slot(object)
    def _show(self, found: tuple[list[Proposal], list[Proposal]]) -> None:
        said, proposed = found
        self.plan.same = self._before = frozenset(one.same for one in said)
        self.plan.offered = {one.same: one for one in [*said, *proposed]}
        self.numbers.enter()
        if not self.plan.offered:
            self.said.setText(tr("No number known here fits a masked number of this matter, or several do."))
        self._offer()

    @Slot()
    def _offer(self) -> None:
        self.take.setEnabled(self.plan.same != self._before)

    @Slot()
    def _take(self) -> None:
        self.take.setEnabled(False)
        job = self.office.run(Telling(self.office.store, self.matter_id, self.plan.same - self._before,
                                      self._before - self.plan.same), tr("Masked numbers"))
        job.finished.connect(self._taken)
        job.failed.connect(self._failed)

    @Slot(object)
    def _taken(self, count: int) -> None:
        self.done_with.emit(trn("The number of {n} contact was changed.", "The numbers of {n} contacts were changed.",
                                count))
        self.accept()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.said.setText(str(problem))
        self._offer()
