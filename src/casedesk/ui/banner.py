"""The line above the page while the office's database cannot be reached."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from casedesk.base.errors import Unreachable
from casedesk.base.i18n import tr
from casedesk.ui import parts
from casedesk.ui.office import Office


class Banner(QWidget):
    """Hidden while all is well; says what still works, and goes by itself."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.text = parts.text("", tone="error", wrap=True)
        self.setLayout(parts.row(self.text, margin=2))
        office.reached.connect(self.show_problem)
        self.show_problem(office.lost)

    @Slot(object)
    def show_problem(self, problem: Unreachable | None) -> None:
        """Say what is the matter; None: nothing is."""
        if problem is None and self.isVisible():
            self.office.say(tr("The office's database can be reached again."))
        self.text.setText("" if problem is None else " ".join((problem.message, tr(
            "Nothing can be saved until it is back. What you type is kept as drafts on this computer; "
            "CaseDesk connects again by itself."))))
        self.setVisible(problem is not None)
