"""Fourth step: every row as it will be, what is wrong first."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QWidget

from casedesk.base.i18n import tr
from casedesk.casework.importing import Fate
from casedesk.ui import look, parts
from casedesk.ui.flow import Flow
from casedesk.ui.importing import adding_up
from casedesk.ui.importing.lines import WILL, Lines, headers
from casedesk.ui.importing.plan import Plan
from casedesk.ui.tables.plain import PlainModel
from casedesk.ui.tables.view import RowsView

_ORDER = (Fate.LOST, Fate.NEW, Fate.MERGED, Fate.DUPLICATE, Fate.EXCLUDED)


class RowsStep(QWidget):
    """Chips narrow the rows by what becomes of them."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self._out: dict[str, str] = {}
        self.model = PlainModel(headers(), frozenset({2, 8}))
        self.view = RowsView(self.model)
        self.view.describe(tr("Rows of the files"))
        for at, width in enumerate((16, 20, 5, 14, 14, 13, 12, 28, 12)):
            self.view.setColumnWidth(at, look.chars(self.view, width))
        self.chips = QButtonGroup(self)
        flow = Flow(look.grid(1))
        for at, _ in enumerate((None, *_ORDER)):
            chip = parts.button("", "chip")
            chip.setCheckable(True)
            self.chips.addButton(chip, at)
            flow.addWidget(chip)
        self.chips.idClicked.connect(self.narrow)
        self.sum = parts.text("", wrap=True)
        self.setLayout(parts.column(self.sum, flow, self.view, gap=3))

    def enter(self) -> None:
        """Show what was read."""
        if self.plan.read is None:
            return
        self.sum.setText(adding_up.summary(self.plan.reports()))
        counts = [len(self.plan.read.preview.rows), *(len(self.plan.read.fates[fate]) for fate in _ORDER)]
        for at, name in enumerate((tr("All"), *(tr(WILL[fate]) for fate in _ORDER))):
            chip = self.chips.button(at)
            chip.setText(f"{name}  {counts[at]:,}")
            chip.setEnabled(counts[at] > 0 or at == 0)
        self._out = self.plan.left_out()
        self.narrow(0)

    @Slot(int)
    def narrow(self, at: int) -> None:
        """Show the rows of one chip: 0 is all, with what could not be read first."""
        read = self.plan.read
        assert read is not None
        self.chips.button(at).setChecked(True)
        if at:
            places: list[int] = read.fates[_ORDER[at - 1]]
        else:
            lost = read.fates[Fate.LOST]
            rows = read.preview.rows
            places = lost + [one for one in range(len(rows)) if rows[one].fate is not Fate.LOST] if lost else list(
                range(len(rows)))
        self.model.show(Lines(read, places, self.plan.zone_of, self._out, problems=not at))
        self.view.scrollToTop()
