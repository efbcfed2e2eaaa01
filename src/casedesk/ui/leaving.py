"""A window that is closed while a long job runs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QMessageBox, QWidget

from casedesk.base.i18n import tr
from casedesk.ui.jobs import Job, Jobs


class StillRunning(QMessageBox):
    """Asks whether to wait for a job; when it ends meanwhile the window closes."""

    def __init__(self, window: QWidget, jobs: Jobs, job: Job) -> None:
        super().__init__(
            QMessageBox.Icon.NoIcon, tr("Still running"),
            tr("“{job}” is not done yet. Closing stops it; nothing half made is left.", job=job.title), parent=window)
        self._window, self._jobs = window, jobs
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.stop = self.addButton(tr("Stop it and close"), QMessageBox.ButtonRole.AcceptRole)
        self.stay = self.addButton(tr("Let it finish"), QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(self.stay)
        self.setEscapeButton(self.stay)
        self.accepted.connect(self._stop)
        job.ended.connect(self._ended)

    @Slot()
    def _stop(self) -> None:
        self._jobs.stop()
        self._window.close()

    @Slot()
    def _ended(self) -> None:
        self.reject()
        self._window.close()


def held_back(window: QWidget, jobs: Jobs) -> bool:
    """Whether the window stays for now, since a job runs: whoever closes it is asked what is to become of it."""
    if jobs.running is not None:
        StillRunning(window, jobs, jobs.running).open()
    return jobs.busy
