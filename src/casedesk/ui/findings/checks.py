"""Checks beside the window: after every save the findings of a matter that is open are brought up to date."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from casedesk.base.i18n import tr, trn
from casedesk.casework import findings
from casedesk.casework.findings import Checked
from casedesk.ui.office import Office

_AGAIN = 150
_OWN = frozenset({"finding", "finding_incident"})


class Watch(QObject):
    """Checks one matter again when anything but the findings themselves changed."""

    checked = Signal()
    """Findings and questions are those of the last save."""

    def __init__(self, office: Office, matter_id: int, parent: QObject) -> None:
        super().__init__(parent)
        self.office, self.matter_id, self._running = office, matter_id, False
        self._again = QTimer(self, singleShot=True, interval=_AGAIN)
        self._again.timeout.connect(self.refresh)
        office.changed.connect(self._heard)
        self._again.start()

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables - _OWN:
            self._again.start()

    @Slot()
    def refresh(self) -> None:
        """Check what changed since the last check; a check that runs already is followed by one more."""
        if self._running:
            self._again.start()
            return
        self._running = True
        job = self.office.check(partial(findings.refresh, self.office.store, self.matter_id))
        job.ended.connect(self._ended)

    @Slot()
    def _ended(self) -> None:
        self._running = False
        self.checked.emit()

    @Slot()
    def recheck(self) -> None:
        """All rules over the whole matter, shown in the status bar."""
        job = self.office.run(partial(findings.recheck, self.office.store, self.matter_id), tr("Checking the matter"))
        job.finished.connect(self._told)

    @Slot(object)
    def _told(self, checked: Checked) -> None:
        said = [trn("{n} finding", "{n} findings", checked.findings)]
        if checked.questions:
            said.append(trn("{n} question", "{n} questions", checked.questions))
        self.office.say(tr("Checked: {what}. Indicators, for a lawyer's review.", what=tr(", ").join(said)))
