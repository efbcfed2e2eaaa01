"""The window on a cabinet of 1,000,000 incidents, from process start, against a bare PySide6 window."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.frame import ROOT, Row, Times, compared, limited

INCIDENTS, RUNS = 1_000_000, 7


def measure() -> Iterator[Row]:
    """Each side in a process of its own, in turn; a side prints a line when its window has been drawn."""
    from tests.bench import cabinets  # not by the processes measured: it loads what a window is there before

    made = cabinets.cabinet(INCIDENTS)
    bare, visible, rows = [], [], []
    for _ in range(RUNS):
        bare.append(drawn("bare")[0])
        seen = drawn("ours", str(made.folder), cabinets.PASSPHRASE)
        visible.append(seen[0])
        rows.append(seen[1])
    yield compared("window visible, cabinet of 1,000,000 incidents", Times(tuple(visible)), Times(tuple(bare)), 2,
                   notes=["peer: a bare PySide6 main window; both from process start, offscreen"])
    yield limited("first rows of all incidents shown", Times(tuple(rows)), 1.0,
                  notes=["from process start, with a light Argon2id: the full one takes 0.1 s more"])


def drawn(*side: str) -> list[float]:
    """Seconds from the start of the process to each line it prints."""
    with tempfile.TemporaryDirectory() as home:
        start = time.perf_counter()
        with subprocess.Popen([sys.executable, "-m", "tests.bench.measures.start", *side], cwd=ROOT, text=True,
                              stdout=subprocess.PIPE, env={**os.environ, "XDG_CONFIG_HOME": home,
                                                           "QT_QPA_PLATFORM": "offscreen"}) as process:
            assert process.stdout is not None
            return [time.perf_counter() - start for _ in process.stdout]


def show_bare() -> None:
    """A main window with a label."""
    from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(QLabel("CaseDesk"))
    window.show()
    app.processEvents()
    tell("visible")


def show_ours(folder: Path, passphrase: str) -> None:
    """The program's window, unlocked as a person does it, then the list of all incidents with its first rows drawn."""
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QAbstractItemView

    from casedesk.ui.app import application
    from casedesk.ui.preferences import Preferences
    from casedesk.ui.window import Window

    preferences = Preferences()
    app = application(preferences)
    window = Window(preferences)
    window.show()
    app.processEvents()
    tell("visible")
    window.ask(folder, passphrase=passphrase)
    until = time.monotonic() + 30
    while window.office is None:
        assert time.monotonic() < until, "the cabinet did not open"
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    window.go_incidents()
    while not any(filled(view) for view in window.findChildren(QAbstractItemView)):
        assert time.monotonic() < until, "no rows appeared"
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    tell("rows")
    os._exit(0)


def filled(view: object) -> bool:
    """Whether a visible list shows its first row's text."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QTableView

    if not isinstance(view, QTableView) or not view.isVisible() or view.model() is None:
        return False
    model = view.model()
    return model.rowCount() > 1000 and bool(model.index(0, 0).data(Qt.ItemDataRole.DisplayRole))


def tell(what: str) -> None:
    """Let the parent take the time."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        show_bare()
    else:
        show_ours(Path(sys.argv[2]), sys.argv[3])
