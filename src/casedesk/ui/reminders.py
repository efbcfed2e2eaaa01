"""Notifications of the system for what is due: once a day or when put off until, by the matter's number alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from casedesk.base.i18n import tr, trn
from casedesk.casework.due import DueItem, due_items, public, reminders
from casedesk.store.cabinet import Store
from casedesk.ui.office import Office
from casedesk.ui.places import Place
from casedesk.ui.shown import in_days

_EVERY = 30 * 60_000
_SHOWN = 5
"""So many lines in one notification; the Desk has all."""


@dataclass(frozen=True)
class Reading:
    """What a person is reminded of now: what the day brings, and what was put off until now."""

    store: Store
    waking: frozenset[str]

    def __call__(self) -> tuple[dt.date, list[DueItem]]:
        today = dt.datetime.now().astimezone().date()
        found = {one.uuid.hex: one for one in reminders(self.store, today)}
        if not self.waking <= found.keys():
            found |= {one.uuid.hex: one for one in due_items(self.store, dt.date.max) if one.uuid.hex in self.waking}
        return today, list(found.values())


class Reminders(QObject):
    """Looks every half hour, at once, and when what was put off comes again; lives as long as the open cabinet."""

    due = Signal(str, str, object, object)
    """A heading, its lines, the `Place` they lead to, and the UUIDs told of."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self.office = office
        self._timer = QTimer(self, interval=_EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._wake = QTimer(self, singleShot=True)
        self._wake.timeout.connect(self.look)
        office.snoozed.connect(self._wait)
        self._wait()
        QTimer.singleShot(0, self.look)

    @Slot()
    def _wait(self) -> None:
        """Wake up when the first of what was put off comes again, if that is before the next look."""
        first = min(self.office.preferences.snoozed.values(), default=None)
        if first is not None:
            left = int((first - _now()).total_seconds() * 1000) + 1
            self._wake.start(min(max(0, left), _EVERY))

    @Slot()
    def look(self) -> None:
        """Look now."""
        if self.office.preferences.reminds:
            self.office.read(Reading(self.office.store, self._waking()), self._heard)

    def _waking(self) -> frozenset[str]:
        return frozenset(name for name, until in self.office.preferences.snoozed.items() if until <= _now())

    @Slot(object)
    def _heard(self, found: tuple[dt.date, list[DueItem]]) -> None:
        today, items = found
        new = self._new(today, items)
        if not new:
            return
        lines = [f"{in_days(one.day, today)}  {public(one, tr)}" for one in new[:_SHOWN]]
        if len(new) > _SHOWN:
            lines.append(tr("and {n} more", n=len(new) - _SHOWN))
        place = Place("matter", new[0].matter_id, new[0].place, new[0].record_id) if len(new) == 1 else Place("desk")
        self.due.emit(trn("{n} thing is due", "{n} things are due", len(new)), "\n".join(lines), place,
                      [one.uuid.hex for one in new])

    def _new(self, today: dt.date, items: list[DueItem]) -> list[DueItem]:
        """What was not told today, or is told again; remembered as told from now on."""
        preferences, waking = self.office.preferences, self._waking()
        asleep = preferences.snoozed.keys() - waking
        day, told = preferences.reminded
        known = (told if day == today.isoformat() else frozenset()) - waking
        new = [one for one in items if one.uuid.hex not in known | asleep]
        if new:
            preferences.remember_reminded(today.isoformat(), known | {one.uuid.hex for one in new})
        preferences.keep_snoozed({name: until for name, until in preferences.snoozed.items() if name in asleep})
        self._wait()
        return new


def _now() -> dt.datetime:
    return dt.datetime.now().astimezone()
