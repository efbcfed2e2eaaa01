"""Python's cyclic garbage is collected on the UI thread alone: a widget freed by a worker would end the program."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

from casedesk.base import memory

_EVERY = 2000
_PATIENT = 15
"""Every so many rounds everything is looked at, else only what is young."""


class Collector(QObject):
    """Collects now and then while the application lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._round = 0
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    @Slot()
    def collect(self) -> None:
        """Collect what is young; now and then everything, and give back what is free."""
        self._round += 1
        if self._round % _PATIENT:
            gc.collect(1)
        else:
            gc.collect()
            memory.give_back()
