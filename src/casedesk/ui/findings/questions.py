"""What the checks need to know, one question at a time, answered for all of its incidents or for one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget
from sqlalchemy import select

from casedesk.base import times
from casedesk.base.errors import CasedeskError, InvalidEntry
from casedesk.base.i18n import tr, trn
from casedesk.base.typed_time import read_time
from casedesk.casework import findings
from casedesk.casework.drafts import drop_draft
from casedesk.casework.findings import Question
from casedesk.records import Incident
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.findings.reason import of_finding
from casedesk.ui.forms.lines import About, KeptLines
from casedesk.ui.office import Office

_MOST = 200


@dataclass(frozen=True)
class ReadingIncidents:
    """The incidents of a question by name; gives the question with them."""

    store: Store
    question: Question

    def __call__(self) -> tuple[Question, list[tuple[int, str]]]:
        ids = self.question.incidents[:_MOST]
        with self.store.read() as session:
            found = session.scalars(select(Incident).where(Incident.id.in_(ids)).order_by(Incident.at, Incident.id))
            return self.question, [(one.id, f"{times.show(one.at, one.zone)}  {one.number}".strip()) for one in found]


def understood(field: str, typed: str, zone: str) -> Any:
    """A typed answer as the field holds it; InvalidEntry says what is wanted."""
    if field == "people_count":
        if not typed.strip().isdigit():
            raise InvalidEntry(tr("Type a whole number."), field=field)
        return int(typed)
    moment = read_time(typed, now=times.now(), zone=zone).at
    return moment if field == "at" else times.day(moment, zone)


class Questions(QWidget):
    """The strip above the findings."""

    incident_wanted = Signal(int)

    def __init__(self, office: Office, zone: str) -> None:
        super().__init__()
        self.office, self.zone = office, zone
        self.asked: list[Question] = []
        self.at = 0
        self._single = False
        self._only: int | None = None
        self.counted = parts.text("", tone="doubt", font=look.strong_font())
        self.text = parts.text("", wrap=True)
        self.back = parts.tool("back", tr("The question before"))
        self.next = parts.tool("forward", tr("The next question"))
        self.back.clicked.connect(self._back)
        self.next.clicked.connect(self._next)
        self.whom = QComboBox()
        self.whom.setAccessibleName(tr("Answer for"))
        self.look = parts.button(tr("Look at it"), "link")
        self.look.clicked.connect(self._look)
        self.whom.currentIndexChanged.connect(self._whom_changed)
        self.choices = parts.row(gap=2)
        self.typed = QLineEdit()
        self.typed.setAccessibleName(tr("Answer"))
        self.typed.returnPressed.connect(self._answer_typed)
        self.kept = KeptLines(office, {"answer": self.typed}, self)
        self.problem = parts.text("", tone="error")
        head = parts.row(self.counted, self.back, self.next, self.text, gap=2)
        head.setStretch(3, 1)
        self.whom_name = parts.text(tr("for"))
        answer = parts.row(self.choices, self.whom_name, self.whom, self.look, self.problem, None)
        inside = parts.holding(parts.column(head, answer, margin=3, gap=1.5), "bar")
        self.setLayout(parts.column(inside, parts.line(), gap=0))
        self.hide()

    def show_asked(self, asked: Sequence[Question]) -> None:
        """Ask these; the one looked at stays in place, with what was typed and for whom."""
        before = self.question if self.asked else None
        self.asked = list(asked)
        keys = [one.uuid for one in asked]
        stays = before is not None and before.uuid in keys
        self.at = keys.index(before.uuid) if before is not None and stays else min(self.at, max(len(keys) - 1, 0))
        self.setVisible(bool(asked))
        if not asked:
            return
        if self.question == before:
            self._count()
        elif stays:
            self._show(stays=True, only=self.whom.currentData())
        else:
            self._show()

    def show_question(self, record_id: int) -> bool:
        """Show the question that is this record; whether it is asked at all."""
        at = next((at for at, one in enumerate(self.asked) if one.id == record_id), None)
        if at is not None and at != self.at:
            self.at = at
            self._show()
        return at is not None

    @property
    def question(self) -> Question:
        """The question shown."""
        return self.asked[self.at]

    def _count(self) -> None:
        count = len(self.asked)
        self.counted.setText(tr("Question {n} of {count}", n=self.at + 1, count=count))
        self.back.setEnabled(self.at > 0)
        self.next.setEnabled(self.at + 1 < count)

    def _show(self, *, stays: bool = False, only: int | None = None) -> None:
        one = self.question
        self._count()
        self.text.setText("  ·  ".join(part for part in (one.text, one.party, one.title) if part))
        if not stays:
            self.problem.setText("")
            self._offer_answers(one)
        self._single, self._only = only is not None and len(one.incidents) > 1, only
        self._let_answer(not self._single)
        self.whom.blockSignals(True)
        self.whom.clear()
        self.whom.addItem(trn("{n} contact", "all {n} contacts", len(one.incidents)), None)
        self.whom.blockSignals(False)
        for part in (self.whom_name, self.whom):
            part.setVisible(one.field != "notified_on")
        self._whom_changed()
        self.office.read(ReadingIncidents(self.office.store, one), self._offer_incidents)

    def _offer_answers(self, one: Question) -> None:
        if self.choices.indexOf(self.typed) >= 0:
            self.choices.removeWidget(self.typed)
        self.typed.setParent(self)
        self.typed.hide()
        parts.clear(self.choices)
        for at, (_, label) in enumerate(one.choices):
            button = parts.button(label)
            button.setProperty("at", at)
            button.clicked.connect(self._answer_clicked)
            self.choices.addWidget(button)
        if not one.choices:
            wanted = {"people_count": tr("How many people"), "at": tr("Day and time")}.get(one.field, tr("Day"))
            self.typed.setPlaceholderText(wanted)
            self.typed.setFixedWidth(look.chars(self.typed, 20))
            self.choices.addWidget(self.typed)
            self.typed.show()
            button = parts.button(tr("Answer"))
            button.clicked.connect(self._answer_typed)
            self.choices.addWidget(button)
        self.kept.ask(None if one.choices else About(_key(one.uuid), one.text, of_finding(one.uuid)))

    @Slot(object)
    def _offer_incidents(self, found: tuple[Question, list[tuple[int, str]]]) -> None:
        if not self.asked or found[0] != self.question or self.whom.count() > 1:
            return
        if len(found[1]) > 1:
            for id_, said in found[1]:
                self.whom.addItem(tr("only {incident}", incident=said), id_)
        if self._single:  # who answers for one goes on to the next one, and never to all unasked
            self.whom.setCurrentIndex(max(self.whom.findData(self._only), min(1, self.whom.count() - 1)))
        self._let_answer(True)

    def _let_answer(self, may: bool) -> None:
        for at in range(self.choices.count()):
            item = self.choices.itemAt(at)
            widget = item.widget() if item is not None else None
            if widget is not None and widget is not self.typed:
                widget.setEnabled(may)

    @Slot()
    def _whom_changed(self) -> None:
        self.look.setVisible(self.whom.currentData() is not None or len(self.question.incidents) == 1)

    @Slot()
    def _look(self) -> None:
        self.incident_wanted.emit(self.whom.currentData() or self.question.incidents[0])

    @Slot()
    def _back(self) -> None:
        self.at = max(self.at - 1, 0)
        self._show()

    @Slot()
    def _next(self) -> None:
        self.at = min(self.at + 1, len(self.asked) - 1)
        self._show()

    # answers

    @Slot()
    def _answer_clicked(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.answer(self.question.choices[sender.property("at")][0])

    @Slot()
    def _answer_typed(self) -> None:
        if self._single and self.whom.count() == 1:
            return  # whom it is for is still being read
        try:
            value: int | dt.date = understood(self.question.field, self.typed.text(), self.zone)
        except InvalidEntry as problem:
            self._could_not(problem)
            return
        self.answer(value)

    def answer(self, value: object) -> None:
        """Answer the question shown, for all of its incidents or the one chosen."""
        only = self.whom.currentData()
        self.kept.rest()
        self.office.write(partial(_answer, self.office.store, self.question.uuid, value,
                                  None if only is None else [only]), self._answered, self._could_not)

    @Slot(object)
    def _answered(self, count: int) -> None:
        self.typed.clear()
        self.problem.setText("")
        self.office.say(trn("Answered for {n} record", "Answered for {n} records", count))

    @Slot(object)
    def _could_not(self, problem: CasedeskError) -> None:
        self.kept.keep_soon()
        self.problem.setText(str(problem))


def _answer(store: Store, question: UUID, value: object, incidents: Sequence[int] | None) -> int:
    changed = findings.answer(store, question, value, incidents)
    drop_draft(store, _key(question))
    return changed


def _key(question: UUID) -> str:
    return f"answer/{question}"
