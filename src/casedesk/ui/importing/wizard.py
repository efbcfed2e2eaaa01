"""From files to incidents: steps on the left, free to go back, nothing stored before the last one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy import select

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr, trn
from casedesk.casework.importing import Choices
from casedesk.records import ImportBatch, Incident, IncidentSource
from casedesk.ui import look, parts
from casedesk.ui.importing.adding_up import total
from casedesk.ui.importing.columns import ColumnsStep
from casedesk.ui.importing.done import DoneStep
from casedesk.ui.importing.files import FilesStep
from casedesk.ui.importing.numbers import NumbersStep
from casedesk.ui.importing.plan import Plan, Read
from casedesk.ui.importing.rows import RowsStep
from casedesk.ui.importing.work import Keeping, Kept, Reading, Undoing
from casedesk.ui.jobs import Job
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.quick_log.pasting import brought, folders, is_file, take
from casedesk.ui.tables.wanted import Chip, Where

FILES, COLUMNS, NUMBERS, ROWS, DONE = range(5)


class ImportWizard(QDialog):
    """One import into one matter."""

    narrow_wanted = Signal(object)
    """A chip that narrows the incidents to those just imported."""

    def __init__(self, parent: QWidget, office: Office, facts: MatterFacts, paths: Sequence[Path]) -> None:
        super().__init__(parent)
        self.office, self.facts = office, facts
        self.plan = Plan(list(paths), facts.zone)
        self.kept: Kept | None = None
        self._job: Job | None = None
        self._then: int | None = FILES
        self._asked: tuple[tuple[Path, ...], Choices] = ((), Choices())
        self.setWindowTitle(tr("Import"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setSizeGripEnabled(True)
        self.setAcceptDrops(True)
        self.files, self.columns = FilesStep(self.plan), ColumnsStep(self.plan)
        self.numbers, self.rows, self.done_step = NumbersStep(self.plan), RowsStep(self.plan), DoneStep(self.plan)
        self._build()
        for step in (self.files, self.columns, self.numbers):
            step.changed.connect(self._offer)
        self.done_step.undo_wanted.connect(self.undo)
        self.done_step.show_wanted.connect(self.show_incidents)
        look.fit(self, parent, look.grid(310), look.grid(170))
        self._show(FILES)
        if self.plan.paths:
            self.go(FILES)

    def _build(self) -> None:
        self.steps = QButtonGroup(self)
        side = parts.column(margin=3, gap=1)
        for at, name in enumerate((tr("Files"), tr("Columns"), tr("Numbers"), tr("Preview"), tr("Done"))):
            step = parts.button(f"{at + 1}  {name}", "rail")
            step.setAutoDefault(False)
            step.setSizePolicy(step.sizePolicy().Policy.Expanding, step.sizePolicy().Policy.Fixed)
            step.setCheckable(True)
            self.steps.addButton(step, at)
            side.addWidget(step)
        side.addStretch(1)
        self.steps.idClicked.connect(self.go)
        self.stack = QStackedWidget()
        for page in (self.files, self.columns, self.numbers, self.rows, self.done_step):
            self.stack.addWidget(page)
        self._build_foot()
        right = parts.column(parts.heading(f"{self.facts.ref}  {self.facts.name}"), self.stack, self.foot, margin=4,
                             gap=3)
        left = parts.holding(side, "bar")
        left.setFixedWidth(look.grid(38))
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for part in (left, parts.upright()):
            whole.addWidget(part)
        whole.addLayout(right, 1)

    def _build_foot(self) -> None:
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.doing = parts.text("", tone="faint")
        self.stop_button = parts.button(tr("Stop"), "link")
        self.stop_button.clicked.connect(self.stop)
        self.busy = parts.holding(parts.row(self.doing, self.bar, self.stop_button, gap=3))
        self.said = parts.text("", tone="error", wrap=True)
        self.cancel_button = parts.button(tr("Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        self.back_button = parts.button(tr("&Back"))
        self.back_button.clicked.connect(self.back)
        self.next_button = parts.button(tr("&Next"), "primary")
        self.next_button.setDefault(True)
        self.next_button.clicked.connect(self.forward)
        for keys, slot in (("Ctrl+PgDown", self.forward), ("Ctrl+PgUp", self.back)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        self.next_button.setToolTip(QKeySequence("Ctrl+PgDown").toString(QKeySequence.SequenceFormat.NativeText))
        self.back_button.setToolTip(QKeySequence("Ctrl+PgUp").toString(QKeySequence.SequenceFormat.NativeText))
        foot: QVBoxLayout = parts.column(
            self.said, self.busy, parts.row(self.cancel_button, None, self.back_button, self.next_button), gap=2)
        self.foot = parts.holding(foot)

    # going

    @property
    def at(self) -> int:
        """The step shown."""
        return self.stack.currentIndex()

    @Slot(int)
    def go(self, step: int) -> None:
        """Show a step; what must be read first is read."""
        if self._job is not None or (not self._may(step) and step != FILES):
            self._offer()
        elif self._must_read(step):
            self._read(step)
        else:
            self._show(step)

    def _must_read(self, step: int) -> bool:
        onwards = step > self.at or self.plan.read is None
        return onwards and bool(self.plan.files) and not self.plan.is_read(numbers=step == ROWS)

    def _read(self, then: int | None) -> None:
        """Read the files, then show a step; None is the one after this."""
        self._then = then
        self._asked = (self.plan.files, self.plan.choices())
        self._job = self.office.run(Reading(self.office.store, self.facts.id, *self._asked), tr("Reading the files"),
                                    told=False)
        self._job.finished.connect(self._was_read)
        self._follow(self._job, tr("Reading the files"))

    def _follow(self, job: Job, title: str) -> None:
        job.progressed.connect(self._progressed)
        job.failed.connect(self._failed)
        job.cancelled.connect(self._stopped)
        job.ended.connect(self._ended)
        self.doing.setText(title)
        self.said.setText("")
        self.bar.setRange(0, 0)
        self._offer()

    @Slot(int, int)
    def _progressed(self, done: int, total: int) -> None:
        scale = 1000
        self.bar.setRange(0, scale if total else 0)
        self.bar.setValue(done * scale // total if total else 0)

    @Slot(object)
    def _was_read(self, read: Read) -> None:
        self._job = None
        self.plan.take(read, *self._asked)
        if self._unknown() or self.plan.open_question() is not None:
            self._show(FILES)
        elif self._then is None:
            self.go(self._next_step(1) or ROWS)
        else:
            self._show(self._then)

    def _unknown(self) -> bool:
        """Whether a file is in no known format and nobody said yet what is to become of it."""
        return any(not one.format and Path(one.path) in self.plan.files for one in self.plan.reports())

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self._job = None
        self._offer()
        self._say(str(problem))

    def _say(self, problem: str) -> None:
        self.said.setText(problem)
        self.said.show()

    @Slot()
    def _stopped(self) -> None:
        self._job = None
        self._offer()

    @Slot()
    def _ended(self) -> None:
        """However it ended, by a fault of the program too, the window can be used again."""
        if self._job is self.sender():
            self._stopped()

    def _show(self, step: int) -> None:
        if step != DONE:
            (self.files, self.columns, self.numbers, self.rows)[step].enter()
        self.stack.setCurrentIndex(step)
        self._offer()
        view = {FILES: self.files.view, NUMBERS: self.numbers.view, ROWS: self.rows.view,
                DONE: self.done_step.view}.get(step)
        (view or self.next_button).setFocus()

    def _may(self, step: int) -> bool:
        """Whether a step has something to show now."""
        if self.kept is not None or step == DONE:
            return self.kept is not None and step == DONE
        read = bool(self.plan.reports()) and bool(self.plan.files) and not (
            self._unknown() or self.plan.open_question() is not None)
        return {FILES: True, COLUMNS: read and self.plan.has_tables, NUMBERS: read and self._has_numbers,
                ROWS: read}[step]

    @property
    def _has_numbers(self) -> bool:
        return self.plan.read is not None and bool(self.plan.read.preview.numbers)

    def _next_step(self, by: int) -> int | None:
        step = self.at + by
        while FILES <= step <= ROWS:
            if self._may(step):
                return step
            step += by
        return None

    @Slot()
    def _offer(self) -> None:
        busy = self._job is not None
        self.busy.setVisible(busy)
        self.said.setVisible(bool(self.said.text()))
        for button in self.steps.buttons():
            button.setEnabled(not busy and self._may(self.steps.id(button)))
        self.steps.button(self.at).setChecked(True)
        self.stack.setEnabled(not busy)
        self.back_button.setVisible(self.kept is None)
        self.back_button.setEnabled(not busy and self._next_step(-1) is not None)
        self.next_button.setText(self._next_words())
        self.next_button.setEnabled(not busy and self._may_go_on())
        self.cancel_button.setVisible(self.kept is None)

    def _next_words(self) -> str:
        if self.kept is not None:
            return tr("&Close")
        if self.at == FILES and self.plan.paths and not self.plan.files:
            return tr("Keep as &evidence")
        if self.at != ROWS:
            return tr("&Next")
        whole = total(self.plan.reports())
        if whole.further and not whole.imported + whole.merged:
            return trn("&Keep as a further source of {n} row", "&Keep as a further source of {n} rows", whole.further)
        return trn("&Import {n} row", "&Import {n} rows", whole.imported + whole.merged)

    def _may_go_on(self) -> bool:
        if self.kept is not None:
            return True
        if self.at == FILES:
            return bool(self.plan.paths) and self.plan.open_question() is None and not self._unknown()
        if self.at == ROWS:
            whole = total(self.plan.reports())
            return bool(whole.imported + whole.merged + whole.further or self.plan.as_evidence)
        return not (self.at == COLUMNS and self.columns.problem)

    @Slot()
    def forward(self) -> None:
        """On to the next step; from the preview, import."""
        if self._job is not None or not self._may_go_on():
            return
        if self.kept is not None:
            self.accept()
        elif self.at == ROWS or not self.plan.files:
            self._keep()
        elif not self.plan.is_read(numbers=False):
            self._read(None if self.plan.read is not None else FILES)
        else:
            self.go(self._next_step(1) or ROWS)

    @Slot()
    def back(self) -> None:
        """To the step before."""
        step = self._next_step(-1)
        if step is not None and self._job is None:
            self.go(step)

    @Slot()
    def stop(self) -> None:
        """Stop what is being read or kept; nothing of it stays."""
        if self._job is not None:
            self._job.cancel()
            self.doing.setText(tr("Stopping …"))

    # keeping

    def _keep(self) -> None:
        keeping = Keeping(self.office.store, self.facts.id, self.plan.files, self.plan.choices(),
                          list(self.plan.as_evidence))
        self._job = self.office.run(keeping, tr("Importing"))
        self._job.finished.connect(self._was_kept)
        self._follow(self._job, tr("Importing"))

    @Slot(object)
    def _was_kept(self, kept: Kept) -> None:
        self._job, self.kept = None, kept
        self.done_step.show_kept(kept)
        self.office.saved.emit()
        self._show(DONE)

    @Slot()
    def undo(self) -> None:
        """Take back what was imported."""
        batches = [one.batch for one in self.kept.reports if one.batch is not None] if self.kept is not None else []
        self._job = self.office.run(Undoing(self.office.store, batches), tr("Undoing the import"))
        self._job.finished.connect(self._undone)
        self._follow(self._job, tr("Undoing the import"))

    @Slot(object)
    def _undone(self, count: int) -> None:
        self._job = None
        self.done_step.show_undone(count)
        self._offer()

    @Slot()
    def show_incidents(self) -> None:
        """Leave, and show what was imported."""
        batches = [one.batch for one in self.kept.reports if one.batch is not None] if self.kept is not None else []
        self.narrow_wanted.emit(Chip("imported", tr("Just imported"), lambda: told_by(batches)))
        self.accept()

    def reject(self) -> None:
        if self._job is not None:
            self._job.cancel()
        super().reject()

    # Qt's own

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if is_file(event.mimeData()) and self.at == FILES and self._job is None:
            take(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.files.bring([one for one in brought(event.mimeData()) if isinstance(one, Path)])
        if folders(event.mimeData()):
            self._say(tr("A folder is not read: drop its files here."))
        take(event)


def told_by(batches: Sequence[object]) -> Where:
    """The incidents that these batches are a source of."""
    return select(IncidentSource.id).join(ImportBatch, ImportBatch.id == IncidentSource.batch_id).where(
        IncidentSource.incident_id == Incident.id, IncidentSource.deleted_at.is_(None),
        ImportBatch.uuid.in_(batches)).exists()

