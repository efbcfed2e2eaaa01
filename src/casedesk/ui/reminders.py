"""Notifications of the system for what is due: once a day each, with the matter's number and never a name."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from casedesk.base.i18n import tr, trn
from casedesk.casework.due import DueItem, public, reminders
from casedesk.store.cabinet import Store
from casedesk.ui import icons
from casedesk.ui.office import Office
from casedesk.ui.places import Place
from casedesk.ui.shown import in_days

_EVERY = 30 * 60_000
_SHOWN = 5
"""So many lines in one notification; the Desk has all."""


class Reading:
    """What a person is reminded of today."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self) -> tuple[dt.date, list[DueItem]]:
        today = dt.datetime.now().astimezone().date()
        return today, reminders(self._store, today)


class Reminders(QObject):
    """Looks every half hour, and at once, what is due; lives as long as the open cabinet."""

    due = Signal(str, str, object)
    """A heading, its lines, and the `Place` they lead to."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.office = office
        self._timer = QTimer(self, interval=_EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        QTimer.singleShot(0, self.look)

    @Slot()
    def look(self) -> None:
        """Look now."""
        if self.office.preferences.reminds:
            self.office.read(Reading(self.office.store), self._heard)

    @Slot(object)
    def _heard(self, found: tuple[dt.date, list[DueItem]]) -> None:
        today, items = found
        day, told = self.office.preferences.reminded
        known = told if day == today.isoformat() else frozenset()
        new = [one for one in items if one.uuid.hex not in known]
        if not new:
            return
        self.office.preferences.remember_reminded(today.isoformat(), known | {one.uuid.hex for one in new})
        lines = [f"{in_days(one.day, today)}  {public(one, tr)}" for one in new[:_SHOWN]]
        if len(new) > _SHOWN:
            lines.append(tr("and {n} more", n=len(new) - _SHOWN))
        place = Place("matter", new[0].matter_id, new[0].place, new[0].record_id) if len(new) == 1 else Place("desk")
        self.due.emit(trn("{n} thing is due", "{n} things are due", len(new)), "\n".join(lines), place)


class Tray(QObject):
    """Shows notifications where the system has a place for them; says nothing where it has none."""

    wanted = Signal(object)
    """The `Place` of the notification clicked."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._place = Place("desk")
        self.icon = QSystemTrayIcon(icons.icon("desk"), self)
        self.icon.setToolTip(tr("CaseDesk"))
        self.icon.messageClicked.connect(self._clicked)
        self.icon.activated.connect(self._clicked)

    @Slot(str, str, object)
    def tell(self, heading: str, lines: str, place: Place) -> None:
        """Show a notification."""
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._place = place
            self.icon.show()
            self.icon.showMessage(heading, lines)

    @Slot()
    def _clicked(self) -> None:
        self.wanted.emit(self._place)
