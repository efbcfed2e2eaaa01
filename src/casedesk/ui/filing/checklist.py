"""The second step: what is missing, what the form asks, what goes with it and what it starts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from casedesk.base.i18n import N_, language, tr, trn
from casedesk.casework import letters
from casedesk.casework.forms import Question, Term
from casedesk.casework.letters import Checklist, Lacking
from casedesk.ui import look, parts
from casedesk.ui.filing.choose_form import CONFIDENCE
from casedesk.ui.filing.plan import Plan, Step
from casedesk.ui.places import Place

_WAIT = 400
_SECTIONS = {
    "debt": "people/debt", "debts": "people/debt", "contact_person": "people/contact_person",
    "contact_persons": "people/contact_person", "guarantors": "people/guarantor", "incidents": "incidents",
    "contacts": "incidents", "exhibits": "evidence", "groups": "evidence", "findings": "findings/finding",
    "notices": "filings/notice", "payments": "negotiation/payment", "offer": "negotiation/offer",
    "circumstances": "negotiation/circumstance", "agreement": "negotiation/agreement",
    "instalments": "negotiation/instalment"}
_PARTIES = {"client": "client", "creditor": "creditor", "collector": "collector", "agent": "agent", "lawyer": "user"}


class ChecklistStep(Step):
    """A list to work off; what is entered in the window beside it goes from the list at once."""

    title = N_("Checklist")

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.entries: dict[str, QLineEdit | QPlainTextEdit | QComboBox] = {}
        self._shown = ""
        self.links: list[tuple[Lacking, QWidget]] = []
        self.head = parts.heading("")
        self.missing, self.asked, self.told = QGridLayout(), QVBoxLayout(), QVBoxLayout()
        self.missing.setColumnStretch(1, 1)
        self.missing.setHorizontalSpacing(look.grid(3))
        for layout in (self.missing, self.asked, self.told):
            layout.setSpacing(look.grid(1))
        inside = parts.holding(parts.column(self.head, self.missing, self.asked, self.told, None, gap=4, margin=2))
        self.setLayout(parts.column(parts.scrolling(inside)))
        self._late = QTimer(self, singleShot=True, interval=_WAIT)
        self._late.timeout.connect(self.read)
        self.office.changed.connect(self._heard)

    def enter(self) -> None:
        if self._shown != self.plan.form.id:
            self._shown = self.plan.form.id
            self._ask()
        self.read()

    def go_on(self) -> None:
        self._shown = ""

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if self._shown:
            self._late.start()

    @Slot()
    def read(self) -> None:
        """Look anew at what is missing."""
        store, matter, form, choice = self.office.store, self.plan.facts.id, self.plan.form.id, self.plan.choice
        self.office.read(lambda: letters.checklist(store, matter, form, choice), self._show)

    # the form's own questions

    def _ask(self) -> None:
        parts.clear(self.asked)
        self.entries = {}
        if self.plan.form.asked:
            self.asked.addWidget(parts.heading(tr("For this filing alone")))
        for one in self.plan.form.asked:
            mark = " *" if one.required else ""
            label = parts.text(one.text[language()] + mark, wrap=True)
            entry = self._entry(one)
            entry.setAccessibleName(one.text[language()])
            label.setBuddy(entry)
            self.entries[one.name] = entry
            self.asked.addWidget(label)
            self.asked.addWidget(entry)

    def _entry(self, one: Question) -> QLineEdit | QPlainTextEdit | QComboBox:
        typed = self.plan.choice.answers.get(one.name, "")
        if one.choices:
            box = QComboBox()
            box.addItems(["", *one.choices])
            box.setCurrentText(typed)
            box.setMaximumWidth(look.chars(box, 40))
            box.currentTextChanged.connect(self._typed)
            return box
        if one.lines > 1:
            text = QPlainTextEdit(typed)
            text.setTabChangesFocus(True)
            text.setFixedHeight(text.fontMetrics().lineSpacing() * min(one.lines, 8) + look.grid(4))
            text.setMaximumWidth(look.chars(text, 90))
            text.textChanged.connect(self._typed)
            return text
        line = QLineEdit(typed)
        line.setMaximumWidth(look.chars(line, 60))
        line.textChanged.connect(self._typed)
        return line

    @Slot()
    def _typed(self) -> None:
        self.plan.choose(answers={name: _text(entry) for name, entry in self.entries.items() if _text(entry).strip()})
        self._late.start()
        self.typed.emit()

    # what the program says

    @Slot(object)
    def _show(self, found: Checklist) -> None:
        if found.form != self.plan.form:
            return
        wanted = sum(one.required for one in found.missing)
        self.head.setText(trn("{n} thing is missing", "{n} things are missing", wanted) if wanted
                          else tr("Nothing that is required is missing"))
        parts.tone(self.head, "error" if wanted else "good")
        self._list_missing(found.missing)
        parts.clear(self.told)
        self._tell(tr("Before filing"), found.remarks, "doubt")
        self._tell(tr("Goes with it"), found.attachments)
        self._tell(tr("Copies"), [found.copies] if found.copies else [])
        self._tell(tr("Filing starts"), [told_term(one) for one in found.deadlines])

    def _list_missing(self, missing: list[Lacking]) -> None:
        parts.clear(self.missing)
        self.links = []
        typed_below = {f"asked.{name}" for name in self.entries}
        shown = [one for one in missing if one.required or one.path not in typed_below]
        for at, one in enumerate(sorted(shown, key=lambda one: not one.required)):
            kind = parts.text(tr("required") if one.required else tr("useful"),
                              tone="error" if one.required else "faint")
            where = tr("below") if one.path in typed_below else one.where
            link = parts.button(tr("Enter it: {where}", where=where).replace("&", "&&"), "link", "edit")
            link.setProperty("path", one.path)
            link.clicked.connect(self._jump)
            self.links.append((one, link))
            self.missing.addWidget(kind, at, 0)
            self.missing.addWidget(parts.text(one.label, wrap=True), at, 1)
            self.missing.addWidget(link, at, 2)

    def _tell(self, head: str, said: list[str], tone: str = "") -> None:
        if said:
            self.told.addSpacing(look.grid(3 if self.told.count() else 0))
            self.told.addWidget(parts.heading(head))
        for one in said:
            self.told.addWidget(parts.text(f"·  {one}", tone=tone, wrap=True))

    @Slot()
    def _jump(self) -> None:
        sender = self.sender()
        path = str(sender.property("path")) if sender is not None else ""
        entry = self.entries.get(path.removeprefix("asked."))
        if entry is not None:
            entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.office.wanted.emit(place_of(path, self.plan))
            beside = self.window().parentWidget()
            if beside is not None:
                beside.activateWindow()


def _text(entry: QLineEdit | QPlainTextEdit | QComboBox) -> str:
    if isinstance(entry, QPlainTextEdit):
        return entry.toPlainText()
    return entry.currentText() if isinstance(entry, QComboBox) else entry.text()


def told_term(one: Term) -> str:
    """A deadline: what is due, how long it runs, from when, and how well its law is known."""
    if one.asked:
        return tr("{what}: as the letter sets it", what=one.text[language()])
    length: Callable[[int], str] = (
        (lambda n: trn("{n} month", "{n} months", n)) if one.months
        else (lambda n: trn("{n} working day", "{n} working days", n)) if one.working
        else (lambda n: trn("{n} day", "{n} days", n)))
    begins = {"filed": tr("from filing"), "accepted": tr("from acceptance"), "answered": tr("from the answer"),
              "judged": tr("from the service of the judgment"), "ruled": tr("from the service of the ruling")}
    return tr("{what}: {length} {begins} ({confidence})", what=one.text[language()], begins=begins[one.begins],
              length=length(one.months or one.days), confidence=tr(CONFIDENCE[one.confidence]))


def place_of(path: str, plan: Plan) -> Place:
    """Where a value of this path is entered."""
    root = path.partition(".")[0]
    matter = plan.facts.id
    if root in _PARTIES:
        record = plan.facts.client_id if root == "client" else getattr(plan.choice, root, None)
        return Place("parties", None, _PARTIES[root], record)
    if root == "matter":
        return Place("matters", record=matter)
    if root == "firm":
        return Place("settings")
    record = getattr(plan.choice, root, None) if root in ("debt", "contact_person") else None
    return Place("matter", matter, _SECTIONS.get(root, "overview"), record)
