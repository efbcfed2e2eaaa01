"""The fourth step: every problem of every file before anything is built."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QProgressBar
from sqlalchemy import select

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import N_, tr, trn
from casedesk.base.jobs import Progress
from casedesk.casework import filings, preflight
from casedesk.casework.forms import Form
from casedesk.casework.preflight import Remark
from casedesk.exports.letters.choice import Choice
from casedesk.records import Evidence, Filing
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.filing.plan import Plan, Step
from casedesk.ui.jobs import Job
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView

_KINDS = {"file": N_("File"), "type": N_("Portal: kind of file"), "size": N_("Portal: size"),
          "number": N_("Portal: number"), "privileged": N_("Privileged"), "personal": N_("Personal data"),
          "letter": N_("Letter")}


@dataclass(frozen=True)
class Looking:
    """The pre-flight of the chosen exhibits; called, it gives the remarks, those that stop the package first."""

    store: Store
    matter_id: int
    form: Form
    choice: Choice
    follows: Filing | None

    def __call__(self, progress: Progress) -> list[Remark]:
        follows = filings.earlier(self.store, self.follows) if self.follows is not None else None
        found = preflight.look(self.store, self.matter_id, self.form, progress, choice=self.choice, follows=follows)
        return sorted(found, key=lambda one: not one.blocks)


class PreflightStep(Step):
    """Looks again each time it is come to."""

    title = N_("Pre-flight")

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.job: Job | None = None
        self._looked = False
        self.head = parts.heading("")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.model = PlainModel([tr("Stops it?"), tr("Kind"), tr("What was found")])
        self.view = RowsView(self.model)
        self.view.describe(tr("What was found"))
        self.view.setWordWrap(True)
        for at, width in enumerate((10, 14, 70)):
            self.view.setColumnWidth(at, look.chars(self.view, width))
        self.view.open_wanted.connect(self._to_file)
        self.slips = QCheckBox(tr("&Put a slip sheet in the place of each file that cannot be shown"))
        self.slips.toggled.connect(self._slip)
        self.hint = parts.text(tr("Enter opens the file a line speaks of."), tone="faint")
        self.setLayout(parts.column(self.head, self.bar, self.view, self.slips, self.hint))

    @property
    def ready(self) -> bool:
        return self._looked and (self.plan.slip_sheets or not self._stops)

    @property
    def _stops(self) -> int:
        return sum(row.key.blocks for row in self.model.rows)

    def enter(self) -> None:
        self.leave()
        self._looked = False
        self.head.setText(tr("Looking at the files"))
        parts.tone(self.head, "")
        self.model.show([])
        self.bar.setRange(0, 0)
        self.bar.show()
        self.slips.hide()
        plan = self.plan
        looking = Looking(self.office.store, plan.facts.id, plan.limited, plan.choice, plan.follows)
        self.job = self.office.run(looking, tr("Looking at the files"), told=False)
        self.job.progressed.connect(self._progressed)
        self.job.finished.connect(self._show)
        self.job.failed.connect(self._failed)

    def go_on(self) -> None:
        self.slips.setChecked(self.plan.slip_sheets)

    def leave(self) -> None:
        if self.job is not None:
            self.job.cancel()
            self.job = None

    @Slot(int, int)
    def _progressed(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    @Slot(object)
    def _show(self, found: list[Remark]) -> None:
        self.job, self._looked = None, True
        self.bar.hide()
        self.model.show([PlainRow((tr("■ stops") if one.blocks else "", tr(_KINDS[one.kind]), one.message), one)
                         for one in found])
        stops = self._stops
        told = [trn("{n} file stops the package", "{n} files stop the package", stops)] if stops else []
        rest = len(found) - stops
        told += [trn("{n} thing to know", "{n} things to know", rest)] if rest else []
        self.head.setText(tr("; ").join(told) or tr("Nothing was found that speaks against filing."))
        parts.tone(self.head, "error" if stops else "doubt" if rest else "good")
        self.slips.setVisible(stops > 0)
        self.hint.setVisible(bool(found))
        self.view.resizeRowsToContents()
        self.view.setFocus()
        self.changed.emit()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.job = None
        self.bar.hide()
        self.head.setText(str(problem))
        parts.tone(self.head, "error")

    @Slot(bool)
    def _slip(self, wanted: bool) -> None:
        if wanted != self.plan.slip_sheets:
            self.plan.slip_sheets = wanted
            self.typed.emit()
        self.changed.emit()

    @Slot()
    def _to_file(self) -> None:
        rows = self.view.chosen_rows()
        evidence = self.model.rows[rows[0]].key.evidence if rows else None
        if evidence is not None:
            self.office.read(lambda: _id_of(self.office.store, evidence), self._go)

    @Slot(object)
    def _go(self, evidence_id: int | None) -> None:
        if evidence_id is not None:
            self.office.go("matter", matter=self.plan.facts.id, section="evidence/evidence", record=evidence_id)


def _id_of(store: Store, evidence: UUID) -> int | None:
    with store.read() as session:
        return session.scalar(select(Evidence.id).where(Evidence.uuid == evidence))
