"""Carries jobs off the UI thread: one worker, results queued to slots of living objects."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from casedesk.base.errors import Cancelled, CasedeskError
from casedesk.base.jobs import Progress

Call = Callable[[Progress], Any]
_EVERY = 0.05


@dataclass(frozen=True)
class Made:
    """What a job that writes a file came to: the file, and what is to be said of it."""

    path: Path
    remark: str


class Job(QObject):
    """One piece of work: its title, how far it is, and what came of it. Signals arrive on the UI thread."""

    progressed = Signal(int, int, str)
    finished = Signal(object)
    failed = Signal(object)
    """Carries the CasedeskError."""
    cancelled = Signal()
    ended = Signal()
    """After any of the three."""

    def __init__(self, call: Call, title: str, parent: QObject | None, *, told: bool = True) -> None:
        super().__init__(parent)
        self.title = title
        self.told = told
        """Whether its good end is worth a word."""
        self.call = call
        self.stopping = threading.Event()
        self.running = False

    def cancel(self) -> None:
        """Ask it to stop at its next step; what it would have said is not heard any more."""
        self.stopping.set()


class Jobs(QObject):
    """A worker thread and the jobs waiting for it, done one after the other."""

    started = Signal(object)
    """A job was taken up."""
    _reported = Signal(object, str, object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: SimpleQueue[Job | None] = SimpleQueue()
        self._open: list[Job] = []
        self._thread: threading.Thread | None = None
        self._left = False
        self.setObjectName(name)
        self._reported.connect(self._hear)

    def run(self, call: Call, title: str = "", *, told: bool = True) -> Job:
        """Queue a call; connect to the job's signals with bound methods of living objects.

        Once the worker was sent home nothing is done any more: a page on its way out, whose timer still runs, asks in
        vain and hears nothing.
        """
        if self._left:
            self._in_vain = Job(call, title, None)
            return self._in_vain
        job = Job(call, title, self, told=told)
        self._open.append(job)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self.objectName(), daemon=True)
            self._thread.start()
        self._waiting.put(job)
        return job

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits."""
        return bool(self._open)

    @property
    def running(self) -> Job | None:
        """What runs now, or is next."""
        return self._open[0] if self._open else None

    def stop(self) -> None:
        """Cancel everything and wait for the worker to leave, for good."""
        self._left = True
        for job in self._open:
            job.cancel()
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None
        self._open.clear()

    def finish(self) -> None:
        """Let the worker do what is queued, then leave for good; for saves, which must not be lost."""
        self._left = True
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            self._carry(job)
            del job  # not kept while waiting: it is let go of on the UI thread

    def _carry(self, job: Job) -> None:
        if job.stopping.is_set():
            self._reported.emit(job, "cancelled", None)
            return
        self._reported.emit(job, "started", None)
        try:
            result = job.call(_Reporter(self, job))
        except Cancelled:
            self._reported.emit(job, "cancelled", None)
        except CasedeskError as problem:
            self._reported.emit(job, "failed", problem)
        except BaseException as bug:
            self._reported.emit(job, "bug", bug)
        else:
            self._reported.emit(job, "finished", result)

    def report(self, job: Job, done: int, total: int, note: str) -> None:
        """Queue a step to the UI thread."""
        self._reported.emit(job, "progressed", (done, total, note))

    @Slot(object, str, object)
    def _hear(self, job: Job, what: str, payload: Any) -> None:
        if job not in self._open:
            return
        if what == "started":
            job.running = True
            self.started.emit(job)
        elif what == "progressed":
            job.progressed.emit(*payload)
        else:
            self._end(job, what, payload)

    def _end(self, job: Job, what: str, payload: Any) -> None:
        self._open.remove(job)
        job.call = _done  # what the call holds, widgets perhaps, is let go of on this thread
        if what == "cancelled" or job.stopping.is_set():
            job.cancelled.emit()
        elif what == "finished":
            job.finished.emit(payload)
        elif what == "failed":
            job.failed.emit(payload)
        job.ended.emit()
        job.deleteLater()
        if what == "bug":
            raise payload


def _done(progress: Progress) -> None:
    """What is left of a job's call."""


class _Reporter:
    """The `progress` a job is given."""

    def __init__(self, jobs: Jobs, job: Job) -> None:
        self._jobs, self._job, self._last = jobs, job, 0.0

    def __call__(self, done: int, total: int, note: str = "") -> None:
        if self._job.stopping.is_set():
            raise Cancelled
        now = time.monotonic()
        if now - self._last >= _EVERY or done == total:
            self._last = now
            self._jobs.report(self._job, done, total, note)
