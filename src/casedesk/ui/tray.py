"""The notifications of the system: shown where it has a place for them, clicked, or put off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from casedesk.base.i18n import tr
from casedesk.ui import icons, snoozing
from casedesk.ui.places import Place


class Tray(QObject):
    """Shows notifications where the system has a place for them; says nothing where it has none."""

    wanted = Signal(object)
    """The `Place` of the notification clicked."""
    later = Signal(object, object)
    """The UUIDs last told of are to be put off until this time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._place, self._told = Place("desk"), list[str]()
        self.menu = QMenu(window)
        self.icon = QSystemTrayIcon(icons.icon("desk"), self)
        self.icon.setToolTip(tr("CaseDesk"))
        self.icon.messageClicked.connect(self._clicked)
        self.icon.activated.connect(self._activated)
        self.icon.setContextMenu(self.menu)

    @Slot(str, str, object, object)
    def tell(self, heading: str, lines: str, place: Place, told: list[str]) -> None:
        """Show a notification; the icon's menu opens it or puts it off."""
        self._place, self._told = place, told
        self.menu.clear()
        self.menu.addAction(tr("Open")).triggered.connect(self._clicked)
        snoozing.fill(self.menu, self._put_off)
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.icon.show()
            self.icon.showMessage(heading, lines)

    def _put_off(self, until: Callable[[dt.datetime], dt.datetime], *_: object) -> None:
        self.later.emit(self._told, until(dt.datetime.now().astimezone()))

    @Slot(QSystemTrayIcon.ActivationReason)
    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self._clicked()

    @Slot()
    def _clicked(self) -> None:
        self.wanted.emit(self._place)
