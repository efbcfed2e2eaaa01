"""What a person has chosen so far for one filing, and the step every page of the wizard is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from casedesk.base.i18n import language, tr
from casedesk.casework import courts
from casedesk.casework.forms import Form, offered, within
from casedesk.exports.letters.choice import Choice
from casedesk.records import Filing
from casedesk.ui.filing.keeping import filing_key
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts

ROLES = ("debt", "creditor", "collector", "contact_person")
"""Whom or what a letter is about."""


@dataclass
class Plan:
    """One filing of one matter; nothing of it but its draft is written before the last step."""

    office: Office
    facts: MatterFacts
    form: Form
    follows: Filing | None = None
    """The filing that this one supplements."""
    choice: Choice = field(default_factory=Choice)
    slip_sheets: bool = False
    orders: list[list[int]] = field(default_factory=list)
    """The exhibits of each fact that were put in another order."""
    taken: dict[int, bool] = field(default_factory=dict)
    """The exhibits that were put in or taken out against their mark for the bundle."""
    other_answers: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """What was typed for forms that are not chosen now, by form."""
    limits: dict[str, str] = field(default_factory=dict)
    """What one file may have where it is filed: court, and as typed max_mb, max_pages; else the court's, or the form's.
    """
    made: str = ""
    """The folder of the package once it was made."""
    filing: dict[str, str] = field(default_factory=dict)
    """What was typed of its way after that: with whom, how, the receipt."""

    def choose(self, **chosen: Any) -> None:
        """Choose something for the letter or the exhibits."""
        self.choice = replace(self.choice, **chosen)

    def choose_form(self, form: Form) -> None:
        """Choose a form; what was typed for another one is there again with it."""
        self.other_answers[self.form.id] = self.choice.answers
        self.form = form
        self.choose(answers=self.other_answers.pop(form.id, {}))

    @property
    def at_court(self) -> Form:
        """The form with the limits of the court that was chosen, if that takes what this form is for."""
        name = self.limits.get("court", "")
        known = any(one.id == name for one in courts.offered(self.form))
        return courts.filed_at(self.form, name if known else "")

    @property
    def limited(self) -> Form:
        """The form with the limits that were chosen and typed."""
        typed = self.limits
        return within(self.at_court, float(typed.get("max_mb") or 0), int(typed.get("max_pages") or 0))

    # the draft

    @property
    def key(self) -> str:
        """What its draft is kept under."""
        return filing_key(self.facts.id, self.follows.seal if self.follows is not None else "")

    def kept(self) -> dict[str, Any]:
        """As its draft holds it."""
        answers = {**self.other_answers, self.form.id: self.choice.answers}
        return {
            "matter": self.facts.id, "follows": self.follows.id if self.follows is not None else None,
            "caption": tr("File: {matter}", matter=f"{self.facts.ref} {self.form.title[language()]}"),
            "form": self.form.id, "answers": {name: dict(typed) for name, typed in answers.items() if typed},
            "slip_sheets": self.slip_sheets, "orders": self.orders, "taken": list(self.taken.items()),
            "limits": self.limits, "made": self.made, "filing": self.filing,
            **{name: getattr(self.choice, name) for name in ROLES}}

    def go_on_from(self, kept: Mapping[str, Any]) -> None:
        """Take up what a draft holds."""
        self.other_answers = dict(kept["answers"])
        self.form = {one.id: one for one in offered(self.facts.jurisdiction)}.get(kept["form"], self.form)
        self.choice = Choice(answers=self.other_answers.pop(self.form.id, {}), **{name: kept[name] for name in ROLES})
        self.slip_sheets, self.orders = kept["slip_sheets"], kept["orders"]
        self.taken = dict(kept["taken"])
        self.limits = dict(kept.get("limits", {}))
        self.made, self.filing = kept["made"], kept["filing"]


class Step(QWidget):
    """One page of the wizard: shown anew each time it is come to."""

    title = ""
    changed = Signal()
    """Whether one may go on has changed."""
    typed = Signal()
    """Something was typed or chosen that is to be kept."""
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

    def go_on(self) -> None:
        """Show what a draft held: the plan is another one now."""

    def leave(self) -> None:
        """Stop what works for this page alone; the wizard is being closed."""
