"""Which debt an agreement settles, asked where the offer names none and the matter has several."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from casedesk.base.i18n import tr
from casedesk.ui import captions, parts


class WhichDebt(QWidget):
    """The question inside the page; hidden while nothing is asked."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.box = QComboBox()
        self.box.setAccessibleName(tr("Debt"))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.go_on, self.cancel = parts.button(tr("Make the agreement"), "primary"), parts.button(tr("Cancel"))
        self.go_on.clicked.connect(self._chose)
        self.cancel.clicked.connect(self.hide)
        self.setLayout(parts.column(
            parts.text(tr("The offer names no debt. Which debt does the agreement settle?"), wrap=True),
            parts.row(self.box, self.go_on, self.cancel, None), margin=2))
        self.hide()

    def ask(self, debts: captions.Choices) -> None:
        """Ask which of these."""
        self.box.clear()
        for id_, name in debts:
            self.box.addItem(name, id_)
        self.show()
        self.box.setFocus()

    @Slot()
    def _chose(self) -> None:
        self.hide()
        self.chosen.emit(self.box.currentData())
