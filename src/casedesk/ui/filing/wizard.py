"""Making a filing step by step: steps at the left, free to go back, nothing written before the last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QStackedWidget, QVBoxLayout, QWidget

from casedesk.base.i18n import tr
from casedesk.casework.forms import find_form, offered
from casedesk.records import Draft, Filing
from casedesk.ui import look, parts
from casedesk.ui.filing.checklist import ChecklistStep
from casedesk.ui.filing.choose_form import FormStep
from casedesk.ui.filing.exhibits import ExhibitsStep
from casedesk.ui.filing.keeping import Keeping, filing_key
from casedesk.ui.filing.packing import PackStep
from casedesk.ui.filing.plan import Plan, Step
from casedesk.ui.filing.preflight import PreflightStep
from casedesk.ui.filing.preview import PreviewStep
from casedesk.ui.forms.keeping import drop, kept_draft
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts

_STEPS: tuple[type[Step], ...] = (FormStep, ChecklistStep, ExhibitsStep, PreflightStep, PreviewStep)
_KEEP = 600


def open_wizard(parent: QWidget, office: Office, facts: MatterFacts, follows: Filing | None = None) -> FilingWizard:
    """The wizard for a matter, or for what supplements a filing of it; the one that is open comes forward."""
    key = filing_key(facts.id, follows.seal if follows is not None else "")
    open_ones = (one for one in parent.findChildren(FilingWizard) if one.isVisible() and one.plan.key == key)
    wizard = next(open_ones, None) or FilingWizard(parent, office, facts, follows)
    wizard.show()
    wizard.raise_()
    wizard.activateWindow()
    return wizard


class FilingWizard(QDialog):
    """One filing of one matter; one may work on in the window beside it."""

    def __init__(self, parent: QWidget, office: Office, facts: MatterFacts, follows: Filing | None = None) -> None:
        super().__init__(parent)
        self.office = office
        form = find_form(follows.form) if follows is not None else offered(facts.jurisdiction)[0]
        self.plan = Plan(office, facts, form, follows)
        self.setWindowTitle(tr("File: {matter}", matter=f"{facts.ref} {facts.name}"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        look.fit(self, parent, look.grid(255), look.grid(165))
        self.list, self.stack = QListWidget(), QStackedWidget()
        self.list.setAccessibleName(tr("Steps"))
        self._late = QTimer(self, singleShot=True, interval=_KEEP)
        self._late.timeout.connect(self._keep)
        self.pack = PackStep(self.plan)
        self.pack.filed.done.connect(self._late.stop)
        self.steps = [*(kind(self.plan) for kind in _STEPS), self.pack]
        self._reached = 0
        for number, step in enumerate(self.steps, 1):
            self.list.addItem(QListWidgetItem(f"{number}  {tr(step.title)}"))
            self.stack.addWidget(step)
            step.changed.connect(self._may_go)
            step.go_wanted.connect(self.go_by)
            step.typed.connect(self._late.start)
        self.list.setFixedWidth(look.grid(36))
        self.list.setSpacing(look.grid(0.5))
        self._build()
        self.list.currentRowChanged.connect(self._show)
        self.list.setCurrentRow(0)
        office.write(kept_draft(office.store, self.plan.key), self._go_on_from)  # after the keeping of one just left

    def _build(self) -> None:
        self.back, self.next = parts.button(tr("&Back")), parts.button(tr("&Next"), "primary")
        self.next.setDefault(True)
        self.back.clicked.connect(self.go_back)
        self.next.clicked.connect(self.go_on)
        for keys, slot in (("Alt+Right", self.go_on), ("Alt+Left", self.go_back)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        self.back.setToolTip("Alt+←")
        self.next.setToolTip("Alt+→")
        close = parts.button(tr("Close"))
        close.setToolTip("Esc")
        close.clicked.connect(self.reject)
        for plain in (self.back, close):
            plain.setAutoDefault(False)
        beside = parts.row(self.list, parts.upright(), self.stack, gap=3)
        beside.setStretch(2, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(4)] * 4)
        layout.setSpacing(look.grid(3))
        layout.addLayout(beside, 1)
        layout.addWidget(parts.line())
        self.kept = parts.text("", tone="faint", font=look.small_font())
        self.afresh = parts.button(tr("Start afresh"), "link")
        self.afresh.clicked.connect(self.start_afresh)
        self.afresh.hide()
        layout.addLayout(parts.row(close, self.kept, self.afresh, None, self.back, self.next))

    @property
    def at(self) -> int:
        """The step shown."""
        return self.stack.currentIndex()

    @Slot(int)
    def _show(self, at: int) -> None:
        self._reached = max(self._reached, at)
        self.stack.setCurrentIndex(at)
        self.steps[at].enter()
        self._may_go()

    @Slot()
    def _may_go(self) -> None:
        last = self.at == len(self.steps) - 1
        self.next.setVisible(not last)
        if not last:
            self.next.setDefault(True)
        self.next.setEnabled(self.steps[self.at].ready)
        self.back.setEnabled(self.at > 0)
        most = self._reached
        for at, step in enumerate(self.steps[:most]):
            if not step.ready:
                most = at
        for row in range(self.list.count()):
            able = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            self.list.item(row).setFlags(able if row <= most else Qt.ItemFlag.NoItemFlags)

    @Slot()
    def go_on(self) -> None:
        """The next step, when this one is ready."""
        if self.steps[self.at].ready:
            self.go_by(1)

    @Slot()
    def go_back(self) -> None:
        """The step before; what was chosen stays."""
        self.go_by(-1)

    @Slot(int)
    def go_by(self, by: int) -> None:
        """So many steps on or back."""
        at = self.at + by
        if 0 <= at < len(self.steps):
            self.list.item(at).setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self.list.setCurrentRow(at)

    # the draft

    @Slot(object)
    def _go_on_from(self, draft: Draft | None) -> None:
        if draft is not None:
            self._put(draft.values)
            self.kept.setText(tr("Continued from the draft of {time}.", time=f"{draft.at.astimezone():%m-%d %H:%M}"))
            self.afresh.show()

    def _put(self, kept: Mapping[str, Any]) -> None:
        self.plan.go_on_from(kept)
        for step in self.steps:
            step.go_on()
        self.steps[self.at].enter()
        self._may_go()

    @Slot()
    def start_afresh(self) -> None:
        """Throw the draft away and begin with nothing."""
        self._late.stop()
        self.office.write(drop(self.office.store, self.plan.key), self._changed)
        self._put(Plan(self.office, self.plan.facts, self.plan.form, self.plan.follows).kept())
        self.kept.setText("")
        self.afresh.hide()
        self.list.setCurrentRow(0)

    @Slot()
    def _keep(self) -> None:
        self._late.stop()
        self.office.write(Keeping(self.office.store, self.plan.key, self.plan.kept()), self._changed)

    @Slot(object)
    def _changed(self, nothing: object) -> None:
        self.office.drafts_changed.emit()

    def done(self, result: int) -> None:
        if self._late.isActive():
            self._keep()
        for step in self.steps:
            step.leave()
        super().done(result)
