"""Noting that a package was filed: with whom, when, how, and the receipt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import language, tr
from casedesk.base.jobs import Progress
from casedesk.casework import filings
from casedesk.casework.forms import Form
from casedesk.records import Filing, columns
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.filing.keeping import Forgetting
from casedesk.ui.forms.inputs import Input
from casedesk.ui.forms.make import make
from casedesk.ui.office import Office


@dataclass(frozen=True)
class Noting:
    """Keep the package as filed and start its deadlines; gives the filing."""

    store: Store
    matter_id: int
    packed: Path
    recipient: str
    day: dt.date
    by: str
    receipt: str

    def __call__(self, progress: Progress) -> Filing:
        return filings.filed(self.store, self.matter_id, self.packed, recipient=self.recipient, filed_on=self.day,
                             by=self.by, receipt=self.receipt, progress=progress)


def day_input(office: Office) -> Input:
    """A day as it is typed everywhere, today at first."""
    column, declared = next(one for one in columns(Filing) if one[0].key == "filed_on")
    made = make(office, Filing, column, declared, None)
    made.put(dt.datetime.now().astimezone().date())
    return made


class FiledForm(QWidget):
    """What is asked when a package has left the house."""

    done = Signal(str)
    typed = Signal()

    def __init__(self, office: Office, matter_id: int) -> None:
        super().__init__()
        self.office, self.matter_id = office, matter_id
        self.packed: Path | None = None
        self.recipient, self.by, self.receipt = QLineEdit(), QLineEdit(), QLineEdit()
        self.by.setPlaceholderText(tr("Portal, counter, registered letter, ..."))
        self.day = day_input(office)
        for line in (self.recipient, self.by, self.receipt):
            line.textEdited.connect(self.typed)
        self.day.changed.connect(self.typed)
        self.note = parts.button(tr("&Note as filed"), "primary", "check")
        self.note.clicked.connect(self.save)
        self.said = parts.text("", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.grid(3))
        grid.setVerticalSpacing(look.grid(2))
        for line, wide in ((self.recipient, 48), (self.by, 32), (self.receipt, 32)):
            line.setFixedWidth(look.chars(line, wide))
        entries: tuple[tuple[str, QWidget], ...] = (
            (tr("Filed &with"), self.recipient), (tr("Filed &on"), self.day), (tr("&How"), self.by),
            (tr("Re&ceipt or tracking no."), self.receipt))
        for at, (label, widget) in zip((0, 2, 3, 4), entries, strict=True):
            named = QLabel(label)
            named.setBuddy(widget)
            grid.addWidget(named, at, 0)
            grid.addWidget(widget, at, 1)
        self.usual = parts.text("", tone="faint", font=look.small_font(), wrap=True)
        grid.addWidget(self.usual, 1, 1, 1, 2)
        grid.setColumnStretch(2, 1)
        why = parts.text(tr("Once it has left: the package is kept as filed, and its deadlines start."), tone="faint",
                         wrap=True)
        self.setLayout(parts.column(parts.heading(tr("Filed today?")), why, grid, parts.row(self.note, None), self.said,
                                    gap=2))

    def offer(self, packed: Path, form: Form | None = None) -> None:
        """Ask about this package."""
        self.packed = packed
        self.note.setEnabled(True)
        self.said.setText("")
        self.usual.setText(form.addressee.get(language(), "") if form is not None else "")
        self.note.setDefault(True)
        self.recipient.setFocus()

    def texts(self) -> dict[str, str]:
        """What is typed, as a draft keeps it."""
        return {"recipient": self.recipient.text(), "by": self.by.text(), "receipt": self.receipt.text(),
                "day": str(self.day.typed())}

    def put(self, texts: Mapping[str, str]) -> None:
        """Show again what was typed."""
        for name, line in (("recipient", self.recipient), ("by", self.by), ("receipt", self.receipt)):
            line.setText(texts.get(name, ""))
        if "day" in texts:
            self.day.put_typed(texts["day"])

    @Slot()
    def save(self) -> None:
        """Note it."""
        try:
            day = self.day.value()
        except CasedeskError as problem:
            self._tell(str(problem), "error")
            return
        if self.packed is None or day is None or not self.recipient.text().strip():
            self._tell(tr("Say with whom it was filed, and on which day."), "error")
            self.recipient.setFocus()
            return
        self.note.setEnabled(False)
        noting = Noting(self.office.store, self.matter_id, self.packed, self.recipient.text().strip(), day,
                        self.by.text().strip(), self.receipt.text().strip())
        job = self.office.run(noting, tr("Keeping the package as filed"))
        job.finished.connect(self._saved)
        job.failed.connect(self._failed)

    def _tell(self, said: str, tone: str) -> None:
        self.said.setText(said)
        parts.tone(self.said, tone)

    @Slot(object)
    def _saved(self, filing: Filing) -> None:
        said = tr("Filed with {recipient}.", recipient=filing.recipient)
        if filing.answer_due_on is not None:
            said += " " + tr("The answer is due on {day}.", day=filing.answer_due_on)
        self._tell(said, "good")
        self.office.saved.emit()
        self.done.emit(said)
        self.office.write(Forgetting(self.office.store, self.matter_id, filing.follows, filing.form), self._forgotten)

    @Slot(object)
    def _forgotten(self, nothing: object) -> None:
        self.office.drafts_changed.emit()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.note.setEnabled(True)
        self._tell(str(problem), "error")
