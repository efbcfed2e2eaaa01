"""Starting the window: it is visible before the cabinet's libraries are loaded."""

from __future__ import annotations

import atexit
import ctypes
import os
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLibraryInfo, QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from casedesk.base.errors import StoreUnavailable
from casedesk.base.i18n import tr
from casedesk.ui import crash, look
from casedesk.ui.clipboard import Clipboard
from casedesk.ui.collecting import Collector
from casedesk.ui.preferences import Preferences
from casedesk.ui.spoken import speak
from casedesk.ui.window import Window

_OF_X = "libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"


def application(preferences: Preferences) -> QApplication:
    """The application in the language and look chosen; the one there is when there is one."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    _leave_sources_unread()
    app.setApplicationName("CaseDesk")
    app.setDesktopFileName("casedesk")
    speak(app, preferences.language)
    app.setStyle("Fusion")
    if app.findChild(Collector) is None:
        Collector(app)
    look.choose_font(app)
    look.wear(app, preferences.theme)
    atexit.register(_leave_clipboard)
    return app


def _leave_sources_unread() -> None:
    """PySide reads the source of every module loaded after it, to see whether it is named there; we know which do.

    It asks for the sake of `__feature__`, which nothing here uses; all the sources would be kept in memory too.
    """
    feature: Any = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda module: module.__name__.startswith("casedesk.ui")  # noqa: SLF001


def _leave_clipboard() -> None:
    """What was lent is taken back; what else was copied stays as Qt's own text: data made by Python would be freed
    after Python has ended.
    """
    if QApplication.instance() is not None:
        Clipboard.of_application().take_back()
        copied = QGuiApplication.clipboard().mimeData()
        if isinstance(copied, QMimeData) and Shiboken.createdByPython(copied):  # None where nothing was copied
            QGuiApplication.clipboard().setText(copied.text())


def drawable() -> None:
    """StoreUnavailable, with what to install, where Qt would only end the program: a library of X is missing."""
    chosen = any(map(os.environ.get, ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")))
    plugin = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms" / "libqxcb.so"
    if chosen or not plugin.is_file():
        return
    try:
        ctypes.CDLL(str(plugin))
    except OSError as problem:
        raise StoreUnavailable(
            tr("The window cannot be drawn: {library} is missing.", library=str(problem).partition(":")[0]),
            tr("On Debian or Ubuntu: sudo apt-get install {names}", names=_OF_X)) from problem


def run(folder: Path | None, passphrase: str = "") -> int:
    """Open the window, on this cabinet when one is given, and stay until it is closed."""
    drawable()
    preferences = Preferences()
    app = application(preferences)
    crash.install()
    window = Window(preferences)
    window.show()
    app.processEvents()
    wanted = folder or next(iter(preferences.recent), None)
    if wanted is not None:
        window.ask(wanted, passphrase=passphrase)
    code = app.exec()
    if window.left is not None:
        from casedesk.ui.backing_up import on_leaving

        on_leaving(*window.left)
    return code
