"""Hears that the machine goes to sleep, from the system where it says so, else on waking by the clock."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

_EVERY, _SLEPT = 5_000, 60.0


class Sleep(QObject):
    """`falling` is sent when the machine goes to sleep or has just woken from it."""

    falling = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._last = time.time()
        self._timer = QTimer(self, interval=_EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        if sys.platform == "linux":
            self._ask_logind()

    def _ask_logind(self) -> None:
        from PySide6.QtDBus import QDBusConnection

        bus = QDBusConnection.systemBus()
        if bus.isConnected():
            bus.connect("", "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", self,
                        b"1prepare(bool)")  # as SLOT() writes it

    @Slot(bool)
    def prepare(self, going: bool) -> None:
        """Logind says that the machine goes to sleep, or that it woke."""
        if going:
            self.falling.emit()

    @Slot()
    def look(self) -> None:
        """A minute that this timer did not see was slept through, or the clock was set: lock in both cases."""
        now = time.time()
        if abs(now - self._last) > _SLEPT + _EVERY / 1000:
            self.falling.emit()
        self._last = now
