"""What a person has chosen so far for one filing, and the step every page of the wizard is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from casedesk.casework.forms import Form
from casedesk.exports.letters.choice import Choice
from casedesk.records import Filing
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts


@dataclass
class Plan:
    """One filing of one matter; nothing of it is written before the last step."""

    office: Office
    facts: MatterFacts
    form: Form
    follows: Filing | None = None
    """The filing that this one supplements."""
    choice: Choice = field(default_factory=Choice)
    slip_sheets: bool = False
    orders: list[list[int]] = field(default_factory=list)
    """The facts whose exhibits were put in another order."""

    def choose(self, **chosen: Any) -> None:
        """Choose something for the letter or the exhibits."""
        self.choice = replace(self.choice, **chosen)


class Step(QWidget):
    """One page of the wizard: shown anew each time it is come to."""

    title = ""
    changed = Signal()
    """Whether one may go on has changed."""
    go_wanted = Signal(int)
    """So many steps on or back."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan, self.office = plan, plan.office

    @property
    def ready(self) -> bool:
        """Whether one may go on from here."""
        return True

    def enter(self) -> None:
        """Show what is planned now."""

    def leave(self) -> None:
        """Stop what works for this page alone; the wizard is being closed."""
