"""The last step: the package is made, and noted as filed once it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QCheckBox, QFileDialog, QGridLayout, QLabel, QLineEdit, QProgressBar

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import N_, language, tr
from casedesk.base.jobs import Progress
from casedesk.casework import filings, package
from casedesk.casework.exhibit_order import put_in_order
from casedesk.casework.forms import Form
from casedesk.casework.letters import admitted
from casedesk.casework.names import safe_name
from casedesk.casework.package import Packed
from casedesk.casework.sealing import Sealing
from casedesk.exports.letters.choice import Choice
from casedesk.records import Filing
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.filing.filed import FiledForm
from casedesk.ui.filing.plan import Plan, Step
from casedesk.ui.filing.sealing import SealingForm
from casedesk.ui.jobs import Job
from casedesk.ui.negotiation.asking import Act, Asking


@dataclass(frozen=True)
class Packing:
    """The order the exhibits were put in is kept, then the package is written; gives its folder."""

    store: Store
    matter_id: int
    out: Path
    form: Form
    choice: Choice
    follows: Filing | None
    slip_sheets: bool
    orders: list[list[int]]
    sealing: Sealing
    attach: bool
    tell: Callable[[Packed], object]

    def __call__(self, progress: Progress) -> Path:
        for order in self.orders:
            put_in_order(self.store, order)
        follows = filings.earlier(self.store, self.follows) if self.follows is not None else None
        self.tell(package.write(
            self.store, self.matter_id, self.out, self.form, lang=self.form.lang, choice=self.choice, follows=follows,
            slip_sheets=self.slip_sheets, sealing=self.sealing, attach=self.attach, progress=progress))
        return self.out


class PackStep(Step):
    """Where to, then progress, then what to do with it."""

    title = N_("Package")

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.job: Job | None = None
        self.made: Path | None = None
        self._packed: list[Packed] = []
        self._proposed = ""
        self.out = QLineEdit()
        self.out.setMinimumWidth(look.chars(self.out, 52))
        label = QLabel(tr("New &folder"))
        label.setBuddy(self.out)
        self.browse = parts.button(tr("B&rowse"))
        self.browse.clicked.connect(self._browse)
        self.make = parts.button(tr("&Make the package"), "primary", "package")
        self.make.clicked.connect(self.start)
        where = QGridLayout()
        where.setHorizontalSpacing(look.grid(3))
        for at, widget in enumerate((label, self.out, self.browse)):
            where.addWidget(widget, 0, at)
        self.attach = QCheckBox(tr("Put the &originals into the bundle (PDF/A-3b)"))
        self.sealing = SealingForm(self.office)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.hide()
        self.stop = parts.button(tr("Cancel"))
        self.stop.clicked.connect(self.cancel)
        self.stop.hide()
        self.said = parts.text("", wrap=True)
        self.remarks = parts.text("", tone="doubt", wrap=True)
        self.open, self.folder = parts.button(tr("Open it")), parts.button(tr("Show in folder"))
        self.open.clicked.connect(self._open)
        self.folder.clicked.connect(self._folder)
        self.filed = FiledForm(self.office, plan.facts.id)
        self.filed.done.connect(self._noted)
        self.filed.typed.connect(self._typed)
        self.after = parts.holding(parts.column(
            parts.row(self.open, self.folder, None), self.remarks, parts.line(), self.filed, gap=3))
        self.after.hide()
        self.asking = Asking(self.office)
        self.asking.failed.connect(self._could_not_ask)
        begin = parts.row(self.make, self.stop, None)
        inside = parts.holding(parts.column(where, self.attach, self.sealing, self.asking, begin, self.bar, self.said,
                                            self.after, None, gap=3, margin=2))
        self.setLayout(parts.column(parts.scrolling(inside)))

    def enter(self) -> None:
        proposed = str(self._propose())
        if self.out.text() in ("", self._proposed):
            self.out.setText(proposed)
        self._proposed = proposed
        taken = self.plan.form.portal is None or self.plan.form.portal.embedded
        self.attach.setEnabled(taken)
        self.attach.setChecked(self.attach.isChecked() and taken)
        self.attach.setToolTip("" if taken else tr("This place takes no PDF with files in it."))
        self.sealing.read()
        self.make.setDefault(True)
        self.make.setFocus()

    def go_on(self) -> None:
        made = Path(self.plan.made) if self.plan.made else None
        self.made = made if made is not None and made.exists() else None
        self.after.setVisible(self.made is not None)
        if self.made is not None:
            self.remarks.hide()
            self.filed.offer(self.made, self.plan.form)
            self.filed.put(self.plan.filing)

    @Slot()
    def _typed(self) -> None:
        self.plan.filing = self.filed.texts()
        self.typed.emit()

    def _propose(self) -> Path:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        safe = "".join(char if char.isalnum() or char in "-_" else "-" for char in self.plan.facts.ref)
        name = f"{safe}-{safe_name(self.plan.form.title[language()])}"
        path, number = Path(folder) / name, 1
        while path.exists():
            number += 1
            path = Path(folder) / f"{name}-{number}"
        return path

    @Slot()
    def _browse(self) -> None:
        dialog = QFileDialog(self, tr("New folder"), self.out.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(self.out.setText)
        dialog.open()

    @Slot()
    def start(self) -> None:
        """Make it beside the window; closing the wizard does not stop it."""
        if not self.out.text().strip():
            self._tell(tr("Say where it is to be written."), "error")
            return
        plan = self.plan
        if plan.form.admits:  # the lawyer is asked before a letter that restarts limitation
            self.office.read(partial(admitted, self.office.store, plan.facts.id, plan.form, plan.choice), self._ask)
        else:
            self._pack(None)

    @Slot(object)
    def _ask(self, debt_id: int | None) -> None:
        self.asking.begin(Act("letter", self.plan.facts.id, debt_id, _nothing, self._pack))

    @Slot(object)
    def _pack(self, nothing: object) -> None:
        plan = self.plan
        self._packed = []
        packing = Packing(self.office.store, plan.facts.id, Path(self.out.text()), plan.limited, plan.choice,
                          plan.follows, plan.slip_sheets, list(plan.orders), self.sealing.chosen,
                          self.attach.isChecked(), self._packed.append)
        self.job = self.office.run(packing, tr("Making the package"))
        self.job.progressed.connect(self._progressed)
        self.job.finished.connect(self._finished)
        self.job.failed.connect(self._failed)
        self.job.cancelled.connect(self._cancelled)
        self.after.hide()
        self.bar.setRange(0, 0)
        self._running(now=True)
        self._tell("", "")

    @Slot()
    def cancel(self) -> None:
        """Stop making it; nothing is left behind."""
        if self.job is not None:
            self.job.cancel()
            self._tell(tr("Stopping …"), "")

    def _running(self, *, now: bool) -> None:
        self.bar.setVisible(now)
        self.stop.setVisible(now)
        self.make.setEnabled(not now)

    def _tell(self, said: str, tone: str) -> None:
        self.said.setText(said)
        parts.tone(self.said, tone)

    @Slot(int, int)
    def _progressed(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    @Slot(object)
    def _finished(self, made: Path) -> None:
        self.job, self.made, self.plan.made = None, made, str(made)
        self._running(now=False)
        [packed] = self._packed
        self._tell(tr("The package is in {folder} and beside it as a ZIP. Its seal is {seal}.", folder=made,
                      seal=packed.seal), "good")
        lacking = [one.label for one in packed.letter.missing if one.required] if packed.letter is not None else []
        draft = [tr("The letter is a draft, it still lacks: {what}.", what=tr("; ").join(lacking))] if lacking else []
        known = [*draft, *(one.message for one in packed.bundle.moved), *packed.remarks]
        self.remarks.setText("\n".join(known))
        self.remarks.setVisible(bool(known))
        self.after.show()
        self.filed.offer(made, self.plan.form)

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.job = None
        self._running(now=False)
        self._tell(str(problem), "error")

    @Slot()
    def _cancelled(self) -> None:
        self.job = None
        self._running(now=False)
        self._tell(tr("Stopped; nothing was written."), "doubt")

    @Slot(str)
    def _could_not_ask(self, problem: str) -> None:
        self._tell(problem, "error")

    @Slot(str)
    def _noted(self, said: str) -> None:
        self.office.say(said)

    @Slot()
    def _open(self) -> None:
        if self.made is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.made)))

    @Slot()
    def _folder(self) -> None:
        if self.made is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.made.parent)))


def _nothing() -> None:
    """The lawyer's answer is all that is written before the package."""
