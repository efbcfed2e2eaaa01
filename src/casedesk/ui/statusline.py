"""The line below: last save, drafts, what was just said with its Undo, running jobs, lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr, trn
from casedesk.ui import look, parts
from casedesk.ui.jobs import Job, Made

_SHOW_AFTER, _SAID_FOR = 400, 12_000


class JobLine(QWidget):
    """A running job: what it does, how far it is, Cancel; then Open and Show in folder."""

    def __init__(self) -> None:
        super().__init__()
        self.job: Job | None = None
        self._path: Path | None = None
        self.text = parts.text("", font=look.small_font())
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(look.grid(30))
        self.bar.setAccessibleName(tr("Progress"))
        self.cancel_button = parts.button(tr("Cancel"), "link")
        self.cancel_button.clicked.connect(self._cancel)
        self.open_button = parts.button(tr("Open it"), "link")
        self.open_button.clicked.connect(self._open)
        self.folder_button = parts.button(tr("Show in folder"), "link")
        self.folder_button.clicked.connect(self._folder)
        self.close_button = parts.tool("close", tr("Close"))
        self.close_button.clicked.connect(self._away)
        self.setLayout(parts.row(self.text, self.bar, self.cancel_button, self.open_button, self.folder_button,
                                 self.close_button))
        self._late = QTimer(self, singleShot=True, interval=_SHOW_AFTER)
        self._late.timeout.connect(self.show)
        self.hide()

    def follow(self, job: Job) -> None:
        """Show this job once it has run for a while."""
        self.job, self._path = job, None
        self.text.setText(job.title)
        parts.tone(self.text, "")
        self.bar.setRange(0, 0)
        self._offer(running=True, done=False)
        job.progressed.connect(self._progressed)
        job.finished.connect(self._finished)
        job.failed.connect(self._failed)
        job.cancelled.connect(self._cancelled)
        self._late.start()

    def _offer(self, *, running: bool, done: bool) -> None:
        self.bar.setVisible(running)
        self.cancel_button.setVisible(running)
        self.open_button.setVisible(done)
        self.folder_button.setVisible(done)
        self.close_button.setVisible(not running)

    @Slot(int, int, str)
    def _progressed(self, done: int, total: int, note: str) -> None:
        if self.job is None:
            return
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        counted = f"{self.job.title}  {done:,} / {total:,}" if total else self.job.title
        self.text.setText(counted)
        self.text.setToolTip(note)

    @Slot(object)
    def _finished(self, result: object) -> None:
        if self.job is None or not self.job.told:
            self._cancelled()
            return
        said = tr("Done: {title}", title=self.job.title)
        if isinstance(result, Made):
            said, result = f"{said}. {result.remark}", result.path
        self._path = result if isinstance(result, Path) else None
        self._end(said, "good")
        self._offer(running=False, done=self._path is not None)

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self._end(str(problem), "error")
        self._offer(running=False, done=False)

    @Slot()
    def _cancelled(self) -> None:
        self._late.stop()
        self.job = None
        self.hide()

    def _end(self, said: str, tone: str) -> None:
        self._late.stop()
        self.job = None
        self.text.setText(said)
        self.text.setToolTip(said)
        parts.tone(self.text, tone)
        self.show()

    @Slot()
    def _cancel(self) -> None:
        if self.job is not None:
            self.job.cancel()
            self.text.setText(tr("Stopping …"))

    @Slot()
    def _away(self) -> None:
        parts.tone(self.text, "")
        self.hide()

    @Slot()
    def _open(self) -> None:
        if self._path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path)))

    @Slot()
    def _folder(self) -> None:
        if self._path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))


class StatusLine(QWidget):
    """Everything said below the page."""

    lock_wanted = Signal()
    drafts_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self._undo: Callable[[], object] | None = None
        self.saved = parts.text("", tone="faint", font=look.small_font())
        self.drafts = parts.button("", "link")
        self.drafts.clicked.connect(self.drafts_wanted)
        self.drafts.hide()
        self.message = parts.text("", font=look.small_font())
        self.undo_button = parts.button(tr("Undo"), "link")
        self.undo_button.setToolTip(tr("Undo") + "  Ctrl+Z")
        self.undo_button.clicked.connect(self.undo)
        self.undo_button.hide()
        self.job = JobLine()
        self.who = parts.text("", tone="faint", font=look.small_font())
        self.lock = parts.button(tr("Lock"), "link", "lock")
        self.lock.setToolTip(tr("Lock") + "  Ctrl+Alt+L")
        self.lock.clicked.connect(self.lock_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(look.grid(3), 0, look.grid(2), 0)
        layout.setSpacing(look.grid(3))
        for part in (self.saved, self.drafts, self.message, self.undo_button):
            layout.addWidget(part)
        layout.addStretch(1)
        for beside in (self.job, self.who, self.lock):
            layout.addWidget(beside)
        self._forget = QTimer(self, singleShot=True, interval=_SAID_FOR)
        self._forget.timeout.connect(self._silent)
        self.setFixedHeight(look.grid(7.5))

    @Slot()
    def mark_saved(self) -> None:
        """Say when the last save was."""
        self.saved.setText(tr("Saved {time}", time=f"{dt.datetime.now().astimezone():%H:%M}"))

    def count_drafts(self, count: int) -> None:
        """Say how many forms wait unfinished."""
        self.drafts.setText(trn("{n} draft", "{n} drafts", count))
        self.drafts.setVisible(count > 0)

    @Slot(str, object)
    def say(self, said: str, undo: Callable[[], object] | None) -> None:
        """Say something for a while; with Undo when it can be undone."""
        self.message.setText(said)
        self._undo = undo
        self.undo_button.setVisible(undo is not None)
        self._forget.start()

    @Slot()
    def undo(self) -> None:
        """Undo what was just said."""
        undo, self._undo = self._undo, None
        self._silent()
        if undo is not None:
            undo()

    @Slot()
    def _silent(self) -> None:
        self.message.setText("")
        self._undo = None
        self.undo_button.hide()
