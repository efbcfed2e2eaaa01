"""When an open cabinet is to be locked: nobody is there any more, or the keys for it are pressed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QWindow

from casedesk.ui.preferences import Preferences

_ALIVE = {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin,
          QEvent.Type.MouseMove}


class Idle(QObject):
    """Hears keys and mouse in whatever window has the keyboard, also in a dialog over the others."""

    lock = Signal()

    def __init__(self, preferences: Preferences, keys: QKeySequence, parent: QObject) -> None:
        super().__init__(parent)
        self._preferences, self._keys, self._open = preferences, keys, False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.lock)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._watch)

    def begin(self) -> None:
        """A cabinet is open from now on."""
        self._open = True
        self._touched()

    def end(self) -> None:
        """None is open."""
        self._open = False
        self._timer.stop()

    def _touched(self) -> None:
        minutes = self._preferences.idle_minutes
        if self._open and minutes > 0:
            self._timer.start(minutes * 60_000)
        else:
            self._timer.stop()

    @Slot(object)
    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ALIVE:
            self._touched()
        wanted = self._open and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and (
            QKeySequence(event.keyCombination()) == self._keys)
        if wanted:
            QTimer.singleShot(0, self.lock.emit)  # the window that has the keys may go with it
        return wanted
