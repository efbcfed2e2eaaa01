"""Long work never freezes the window: the event loop keeps turning while a bundle of 1,000 pages is made."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from PySide6.QtCore import QObject, QTimer, Slot
from reportlab.pdfgen.canvas import Canvas

from casedesk.base.errors import Cancelled
from casedesk.base.jobs import Progress
from casedesk.casework import documents
from casedesk.casework.evidence import add_files
from casedesk.records import Matter
from casedesk.store.cabinet import Store
from casedesk.ui.leaving import StillRunning
from casedesk.ui.office import Office
from casedesk.ui.window import Window
from tests.ui.conftest import Until

Turn = tuple[float, float]
"""When the event loop turned, and how much processor time the program had used by then; in seconds."""


def longest_wait(turns: list[Turn]) -> float:
    """The longest wait between two turns, as a share of the whole: nearly 1 where a window stands still while the work
    is done, little where it lives. By the clock or by the processor time, whichever is less: other programs on a busy
    machine make the clock run while nothing is done.
    """
    return min(max(later[by] - sooner[by] for sooner, later in pairwise(turns)) / (turns[-1][by] - turns[0][by])
               for by in (0, 1))


def _now() -> Turn:
    return time.monotonic(), time.process_time()


class Pulse(QObject):
    """Notes each turn of the event loop."""

    def __init__(self) -> None:
        super().__init__()
        self.turns = [_now()]
        self.heard: list[object] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._beat)
        self._timer.start(5)

    @Slot()
    def _beat(self) -> None:
        self.turns.append(_now())

    @Slot(object)
    def hear(self, said: object) -> None:
        self.heard.append(said)

    @Slot()
    def hear_end(self) -> None:
        self.heard.append("cancelled")
        self._timer.stop()


@pytest.fixture
def thousand_pages(store: Store, matter: Matter, tmp_path: Path) -> Matter:
    """A matter with 20 PDFs of 50 pages."""
    files = []
    for number in range(20):
        path = tmp_path / f"{number:02d}.pdf"
        canvas = Canvas(str(path))
        for page in range(50):
            canvas.drawString(72, 700, f"paper {number} page {page}")
            canvas.showPage()
        canvas.save()
        files.append(path)
    add_files(store, matter.id, files)
    return matter


def test_the_window_turns_while_a_thousand_pages_are_bound(
    office: Office, store: Store, thousand_pages: Matter, tmp_path: Path, until: Until,
) -> None:
    out = tmp_path / "bundle.pdf"
    pulse = Pulse()
    job = office.jobs.run(
        lambda progress: documents.write_bundle(store, thousand_pages.id, out, profile="cn-court", lang="zh",
                                                progress=progress))
    job.finished.connect(pulse.hear)
    job.failed.connect(pulse.hear)
    until(lambda: pulse.heard)
    with pikepdf.open(out) as pdf:
        assert len(pdf.pages) > 1000
    assert len(pulse.turns) > 10
    assert longest_wait(pulse.turns) < 0.5


def test_a_bundle_being_made_can_be_stopped_and_leaves_nothing(
    office: Office, store: Store, thousand_pages: Matter, tmp_path: Path, until: Until,
) -> None:
    out = tmp_path / "never" / "bundle.pdf"
    steps = []

    def write(progress: Progress) -> object:
        def watched(done: int, total: int, note: str = "") -> None:
            steps.append(done)
            if len(steps) == 5:
                job.cancel()
            progress(done, total, note)

        return documents.write_bundle(store, thousand_pages.id, out, profile="cn-court", lang="zh", progress=watched)

    pulse = Pulse()
    job = office.jobs.run(write)
    job.cancelled.connect(pulse.hear_end)
    job.finished.connect(pulse.hear)
    until(lambda: pulse.heard)
    assert pulse.heard == ["cancelled"]
    assert not list(tmp_path.rglob("bundle.pdf*"))
    with pytest.raises(Cancelled):
        documents.write_bundle(store, thousand_pages.id, out, profile="cn-court", lang="zh", progress=_stop)


def _stop(done: int, total: int, note: str = "") -> None:
    raise Cancelled


def test_a_window_closed_while_a_job_runs_asks_and_idleness_waits_for_it(opened: Window, until: Until) -> None:
    assert opened.office is not None
    go_on, stopped = threading.Event(), threading.Event()

    def long(progress: Progress) -> None:
        while not go_on.wait(0.01):
            try:
                progress(1, 2)
            except Cancelled:
                stopped.set()
                raise

    def asked() -> StillRunning:
        opened.close()
        assert opened.isVisible()
        return opened.findChildren(StillRunning)[-1]

    opened.office.run(long, "Evidence bundle")
    opened._everywhere.idle.emit()
    assert opened.office is not None
    box = asked()
    assert "Evidence bundle" in box.text()
    box.stay.click()
    assert not stopped.is_set()
    asked()
    go_on.set()
    until(lambda: not opened.isVisible())  # it ended while it was asked
    assert not stopped.is_set()


def test_a_job_is_stopped_by_who_closes_the_window_all_the_same(opened: Window, until: Until) -> None:
    assert opened.office is not None
    begun, stopped = threading.Event(), threading.Event()

    def endless(progress: Progress) -> None:
        begun.set()
        try:
            while True:
                progress(1, 2)
                time.sleep(0.01)
        except Cancelled:
            stopped.set()
            raise

    opened.office.run(endless, "Evidence bundle")
    until(begun.is_set)  # what has not begun is never begun
    opened.close()
    [box] = opened.findChildren(StillRunning)
    box.stop.click()
    assert stopped.is_set()
    assert not opened.isVisible()
