"""One finding in full: why, what it rests on, how well the rule is known, what was decided; its rows below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import select

from casedesk.base import times
from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr, trn
from casedesk.casework import findings
from casedesk.casework.findings import Seen
from casedesk.records import Incident
from casedesk.records.words import FindingState
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.cut import LongWords
from casedesk.ui.findings import signs
from casedesk.ui.findings.listing import party, span
from casedesk.ui.findings.reason import ReasonField, forget
from casedesk.ui.office import Office
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView

_MOST = 1000


@dataclass(frozen=True)
class ReadingRows:
    """The incidents one finding rests on, by time; gives the finding's id with them."""

    store: Store
    finding_id: int

    def __call__(self) -> tuple[int, list[PlainRow]]:
        ids = findings.rows(self.store, self.finding_id)[:_MOST]
        with self.store.read() as session:
            known = {one.id: one for one in session.scalars(select(Incident).where(Incident.id.in_(ids)))}
            return self.finding_id, [_row(known[id_]) for id_ in ids if id_ in known]


def _row(one: Incident) -> PlainRow:
    said = one.words or one.summary
    return PlainRow((times.show(one.at, one.zone), tr(one.channel.label), one.number, tr(one.reached.label), said),
                    one.id)


class FindingDetails(QWidget):
    """What is chosen in the tree, with the decisions a lawyer takes."""

    row_wanted = Signal(int)

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.picked: list[Seen] = []
        self.body = QVBoxLayout()
        self.body.setSpacing(look.grid(1.5))
        self.reason = ReasonField(office)
        self.confirm = parts.button(tr("&Confirm"), "primary")
        self.dismiss = parts.button(tr("&Dismiss"))
        self.reopen = parts.button(tr("&Reopen"))
        self.problem = parts.text("", tone="error", wrap=True)
        self.problem.hide()
        for button, slot in ((self.confirm, self.confirm_picked), (self.dismiss, self.dismiss_picked),
                             (self.reopen, self.reopen_picked)):
            button.clicked.connect(slot)
        only_with(office, "decide", self.confirm, self.dismiss, self.reopen, self.reason)
        self.reason.returnPressed.connect(self.dismiss_picked)
        self.model = PlainModel([tr("When"), tr("How"), tr("Number"), tr("Reached"), tr("Words")])
        self.rows = RowsView(self.model)
        self.rows.told.connect(office.say)
        self.rows.describe(tr("Rows of the finding"))
        self.rows.activated.connect(self._activated)
        self.rows.open_wanted.connect(self._open)
        self.rows_title = parts.heading("")
        self.decide = parts.holding(parts.column(
            parts.row(self.confirm, self.reopen, None), parts.row(self.reason, self.dismiss), self.problem))
        self.rows.setMinimumHeight(look.grid(40))
        inside = parts.column(self.body, self.decide, self.rows_title, self.rows, margin=4, gap=3)
        inside.setStretch(3, 1)
        self.setLayout(parts.column(parts.scrolling(parts.holding(inside))))
        self.show_picked([])

    def show_picked(self, picked: Sequence[Seen]) -> None:
        """Show one finding in full, or how many are chosen together."""
        same = [one.uuid for one in self.picked] == [one.uuid for one in picked]
        self.picked = list(picked)
        parts.clear(self.body)
        if len(self.picked) == 1:
            self._show_one(self.picked[0])
        else:
            self._show_several()
        one_shown = len(self.picked) == 1
        self.rows_title.setVisible(one_shown)
        self.rows.setVisible(one_shown)
        states = {one.state for one in self.picked}
        self.decide.setVisible(bool(self.picked))
        self.confirm.setVisible(states != {FindingState.CONFIRMED} or any(one.changed for one in self.picked))
        self.reopen.setVisible(states != {FindingState.OPEN})
        if not same:
            self.reason.ask(self.picked[0] if self.picked else None)
            self.problem.hide()

    def _show_several(self) -> None:
        said = tr("{n} findings chosen", n=len(self.picked)) if self.picked else tr("Choose a finding.")
        self.body.addWidget(parts.text(said, tone="faint"))
        for one in self.picked:
            title = parts.text(one.title, wrap=True)
            title.setToolTip(party(one))
            line = parts.row(signs.label(one.severity, one.severity_label), title,
                             parts.text(tr(one.state.label), tone="faint"), gap=1)
            line.setStretch(1, 1)
            self.body.addLayout(line)
        self.model.show([])

    def _show_one(self, one: Seen) -> None:
        title = parts.text(one.title, font=look.title_font(1.15), wrap=True)
        head = parts.row(signs.label(one.severity, one.severity_label), title, gap=1)
        head.setStretch(1, 1)
        self.body.addLayout(head)
        self.body.addWidget(parts.text(one.why, wrap=True))
        if one.changed:
            self.body.addWidget(parts.text(tr("The rows changed since it was decided. Look again, then confirm or "
                                              "dismiss it anew."), tone="error", wrap=True))
        for name, said in _facts(one):
            value = LongWords(said)
            value.setAccessibleName(f"{name}: {said}")
            self.body.addLayout(parts.column(parts.text(name, tone="faint", font=look.small_font()), value, gap=0))
        self.body.addWidget(parts.text(tr("An indicator, for a lawyer's review."), tone="faint"))
        self.rows_title.setText(trn("{n} row", "{n} rows", one.count))
        self.office.read(ReadingRows(self.office.store, one.id), self._show_rows)

    @Slot(object)
    def _show_rows(self, read: tuple[int, list[PlainRow]]) -> None:
        if len(self.picked) != 1 or self.picked[0].id != read[0]:
            return
        if self.model.rows != read[1]:  # who goes through the rows keeps the place after a check
            self.model.show(read[1])
            self.rows.resizeColumnsToContents()
        if len(read[1]) < self.picked[0].count:
            self.rows_title.setText(tr("The first {n} of {count} rows", n=f"{len(read[1]):,}",
                                       count=f"{self.picked[0].count:,}"))

    @Slot(QModelIndex)
    def _activated(self, index: QModelIndex) -> None:
        self.row_wanted.emit(self.model.rows[index.row()].key)

    @Slot()
    def _open(self) -> None:
        chosen = self.rows.chosen_rows()
        if chosen:
            self.row_wanted.emit(self.model.rows[chosen[0]].key)

    # decisions

    @Slot()
    def confirm_picked(self) -> None:
        """Confirm every chosen finding that is not confirmed yet or whose rows changed."""
        self._decide(findings.confirm, [one.uuid for one in self.picked
                                        if one.state is not FindingState.CONFIRMED or one.changed])

    @Slot()
    def dismiss_picked(self) -> None:
        """Dismiss every chosen finding, with the reason typed."""
        if not self.reason.text().strip():
            self._failed(tr("A dismissal needs its reason."))
            self.reason.setFocus()
            return
        self._decide(partial(_dismiss, self.reason.text()), [one.uuid for one in self.picked])

    @Slot()
    def reopen_picked(self) -> None:
        """Make every chosen finding undecided again."""
        self._decide(findings.reopen, [one.uuid for one in self.picked if one.state is not FindingState.OPEN])

    def _decide(self, verb: Callable[[Store, UUID], None], keys: list[UUID]) -> None:
        self.problem.hide()
        self.reason.kept.rest()
        self.office.write(partial(_each, self.office.store, verb, keys), self._decided, self._could_not)

    @Slot(object)
    def _decided(self, count: int) -> None:
        self.reason.clear()
        self.office.drafts_changed.emit()
        self.office.say(trn("{n} finding decided", "{n} findings decided", count))

    @Slot(object)
    def _could_not(self, problem: CasedeskError) -> None:
        self.reason.kept.keep_soon()
        self._failed(str(problem))

    def _failed(self, said: str) -> None:
        self.problem.setText(said)
        self.problem.show()


def _dismiss(reason: str, store: Store, key: UUID) -> None:
    findings.dismiss(store, key, reason)


def _each(store: Store, verb: Callable[[Store, UUID], None], keys: list[UUID]) -> int:
    for key in keys:
        verb(store, key)
        forget(store, key)
    return len(keys)


def _facts(one: Seen) -> list[tuple[str, str]]:
    decided = " · ".join(part for part in (tr(one.state.label), one.decided_by,
                                           one.decided_on.isoformat() if one.decided_on else "", one.reason) if part)
    said = [(tr("Severity"), f"{one.severity} {one.severity_label}"), (tr("Rule text"), one.explanation),
            (tr("Instrument and article"), one.citation), (tr("Source"), one.source),
            (tr("How well the rule is known"), one.confidence_label), (tr("Who"), party(one)),
            (tr("From – to"), span(one)), (tr("Decision"), decided), (tr("Rule set"), one.by_rules),
            (tr("Remark"), one.note)]
    return [(name, text) for name, text in said if text]
