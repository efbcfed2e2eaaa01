"""A window's pieces on a small cabinet. What a test leaves open, or running, fails it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from casedesk.base import i18n
from casedesk.records import Client, Matter
from casedesk.store.cabinet import Store
from casedesk.ui.app import application
from casedesk.ui.office import Office
from casedesk.ui.preferences import Preferences
from casedesk.ui.window import Window
from tests.conftest import QUICK

Until = Callable[[Callable[[], object]], None]
PATIENCE = 100.0
"""Seconds until a test gives up waiting for what will never come; nothing is said about speed."""


@pytest.fixture(scope="session")
def qapp(tmp_path_factory: pytest.TempPathFactory) -> QApplication:
    """The one application, in English and light."""
    chosen = Preferences(tmp_path_factory.mktemp("settings"))
    chosen.language, chosen.theme = "en", "light"
    return application(chosen)


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    """Preferences nobody changed yet."""
    chosen = Preferences(tmp_path / "settings")
    chosen.language, chosen.theme = "en", "light"
    return chosen


def wait_for(happened: Callable[[], object]) -> None:
    """Let the window work until something holds."""
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until, "it did not happen"
        QApplication.processEvents()
        time.sleep(0.002)


@pytest.fixture
def until(qapp: QApplication) -> Until:
    """Wait for something while the window lives."""
    return wait_for


def settle(window: Window, until: Until) -> None:
    """Wait until everything is read and saved."""
    QApplication.processEvents()
    until(lambda: window.office is None or not window.office.busy)
    QApplication.processEvents()


@pytest.fixture
def office(qapp: QApplication, store: Store, preferences: Preferences) -> Iterator[Office]:
    """The open cabinet as pages are given it."""
    made = Office(store, preferences)
    yield made
    wait_for(lambda: not made.jobs.busy)
    made.close()
    made.deleteLater()


@pytest.fixture
def quiet(office: Office) -> Callable[[], None]:
    """Wait until nothing is read or saved any more."""
    def wait() -> None:
        QApplication.processEvents()
        wait_for(lambda: not office.busy)
        QApplication.processEvents()

    return wait


@pytest.fixture
def cabinet(tmp_path: Path) -> Path:
    """A cabinet with one matter, closed."""
    folder = tmp_path / "office"
    store, _ = Store.create(folder, "pass", who="tester", cost=QUICK)
    with store, store.work() as session:
        client = Client(name="林某")
        session.add(client)
        session.flush()
        session.add(Matter(ref="2026-0001", name="林某 / 某银行", client_id=client.id))
    return folder


@pytest.fixture
def window(qapp: QApplication, preferences: Preferences) -> Iterator[Window]:
    """The whole window, with no cabinet open."""
    made = Window(preferences)
    made.resize(1300, 820)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def opened(window: Window, cabinet: Path, until: Until) -> Window:
    """The window with the cabinet unlocked by hand."""
    window.ask(cabinet, at_once=False)
    QTest.keyClicks(window.welcome.unlock.passphrase, "pass")
    QTest.keyClick(window.welcome.unlock.passphrase, Qt.Key.Key_Return)
    until(lambda: window.frame is not None)
    settle(window, until)
    return window


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """Every window a test opened is gone when it ends, and English is spoken again."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect(1)
    left = [widget for widget in qapp.topLevelWidgets() if widget.isVisible()]
    for widget in left:
        widget.close()
    i18n.use("en")
    assert [type(widget).__name__ for widget in left] == []


@pytest.fixture
def shown(qapp: QApplication) -> Iterator[Callable[[QWidget], QWidget]]:
    """Show a widget for the time of a test."""
    widgets: list[QWidget] = []

    def show(widget: QWidget) -> QWidget:
        widget.resize(1200, 800)
        widget.show()
        widgets.append(widget)
        return widget

    yield show
    for widget in widgets:
        widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
