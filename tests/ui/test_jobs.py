"""Jobs run beside the window: it goes on turning, they can be stopped, and what they say arrives on its thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from casedesk.base.errors import CasedeskError
from casedesk.base.jobs import Progress
from casedesk.store.cabinet import Store
from casedesk.ui.jobs import Jobs
from casedesk.ui.office import Office
from casedesk.ui.preferences import Preferences
from tests.ui.conftest import Until


class Ear(QObject):
    """Hears what a job says, and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []
        self.threads: set[int] = set()

    @Slot(object)
    def hear(self, said: object = None) -> None:
        self.heard.append(said)
        self.threads.add(threading.get_ident())

    @Slot()
    def hear_nothing(self) -> None:
        self.heard.append("cancelled")

    @Slot(int, int, str)
    def hear_step(self, done: int, total: int, note: str) -> None:
        self.heard.append((done, total, note))


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs("test")
    yield made
    made.stop()


def test_a_result_arrives_on_the_windows_thread(jobs: Jobs, until: Until) -> None:
    ear = Ear()
    jobs.run(lambda progress: threading.get_ident()).finished.connect(ear.hear)
    until(lambda: ear.heard)
    assert ear.threads == {threading.get_ident()}
    assert ear.heard != [threading.get_ident()]


def test_jobs_are_done_in_order(jobs: Jobs, until: Until) -> None:
    ear = Ear()
    for number in range(20):
        jobs.run(lambda progress, number=number: number).finished.connect(ear.hear)  # type: ignore[misc]
    until(lambda: len(ear.heard) == 20)
    assert ear.heard == list(range(20))


def test_the_window_turns_while_a_job_runs(jobs: Jobs, until: Until) -> None:
    ear, turned, ticks = Ear(), threading.Event(), []
    timer = QTimer(interval=5)

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 10:
            turned.set()

    timer.timeout.connect(tick)
    timer.start()
    jobs.run(lambda progress: turned.wait(100)).finished.connect(ear.hear)
    until(lambda: ear.heard)
    timer.stop()
    assert ear.heard == [True]


def test_a_job_stops_at_its_next_step(jobs: Jobs, until: Until) -> None:
    ear, steps = Ear(), []

    def work(progress: Progress) -> None:
        for step in range(100_000):
            steps.append(step)
            progress(step, 100_000)
            time.sleep(0.001)

    job = jobs.run(work)
    job.cancelled.connect(ear.hear_nothing)
    job.finished.connect(ear.hear)
    until(lambda: steps)
    job.cancel()
    until(lambda: ear.heard)
    assert ear.heard == ["cancelled"]
    assert len(steps) < 100_000


def test_steps_are_told(jobs: Jobs, until: Until) -> None:
    ear = Ear()

    def work(progress: Progress) -> None:
        progress(3, 3, "last")

    jobs.run(work).progressed.connect(ear.hear_step)
    until(lambda: ear.heard)
    assert ear.heard == [(3, 3, "last")]


def test_a_known_error_is_told_to_who_asked(jobs: Jobs, until: Until) -> None:
    ear = Ear()

    def fail(progress: Progress) -> None:
        raise CasedeskError("The disk is full.", "Free some space.")

    jobs.run(fail).failed.connect(ear.hear)
    until(lambda: ear.heard)
    assert str(ear.heard[0]) == "The disk is full. Free some space."


def test_nobody_hears_for_an_object_that_is_gone(jobs: Jobs, until: Until) -> None:
    gone, ear = Ear(), Ear()
    job = jobs.run(lambda progress: time.sleep(0.05))
    job.finished.connect(gone.hear)
    job.ended.connect(ear.hear_nothing)
    gone.deleteLater()
    del gone
    until(lambda: ear.heard)
    assert not jobs.busy


def test_saves_are_finished_before_leaving(qapp: QApplication) -> None:
    done: list[int] = []
    writes = Jobs("writes")
    for number in range(5):
        writes.run(lambda progress, number=number: done.append(number))  # type: ignore[misc]
    writes.finish()
    assert done == [0, 1, 2, 3, 4]


def test_who_asks_after_the_worker_left_asks_in_vain(jobs: Jobs, until: Until) -> None:
    ear, done = Ear(), []
    jobs.stop()
    jobs.run(lambda progress: done.append(1)).finished.connect(ear.hear)
    assert not jobs.busy
    assert done == ear.heard == []


def test_a_page_that_outlives_its_cabinet_is_quiet(qapp: QApplication, store: Store, preferences: Preferences) -> None:
    office = Office(store, preferences)
    reads, writes = office.reads, office.writes
    office.close()
    office.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for left in (reads, writes):
        left.run(lambda progress: pytest.fail("nobody works any more"))
