"""Backups, the monthly drill and the weekly check while the window is open, on a worker of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from casedesk.base import times
from casedesk.base.errors import CasedeskError
from casedesk.base.jobs import Progress
from casedesk.ui.jobs import Jobs

if TYPE_CHECKING:
    from casedesk.store.cabinet import Store
    from casedesk.store.keys import CabinetKey

_LOOK = 60_000


class Keeper(QObject):
    """Looks every minute whether a backup or a drill is due."""

    done = Signal()
    """A backup or a drill ended, well or not."""

    def __init__(self, store: Store, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self.jobs = Jobs("backups", self)
        self._timer = QTimer(self, interval=_LOOK)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Do what is due, unless something is being done."""
        if not self.jobs.busy:
            job = self.jobs.run(WhatIsDue(self._store))
            job.finished.connect(self._did)
            job.failed.connect(self._failed)

    @Slot(object)
    def _did(self, something: bool) -> None:
        if something:
            self.done.emit()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.done.emit()

    def stop(self) -> None:
        """Leave off at once; a backup half written is thrown away."""
        self._timer.stop()
        self.jobs.stop()


@dataclass(frozen=True)
class WhatIsDue:
    """A backup, a drill, a check and a time-stamp of the history, each when it is due; says whether there was any."""

    store: Store

    def __call__(self, progress: Progress) -> bool:
        from casedesk.casework import backups, head_stamps, history, sanity  # much, and not needed for the first page
        from casedesk.records.rights import Right

        if not self.store.may(Right.KEEP):
            return False
        now = times.now()
        backup, drill = backups.due(self.store, now), backups.drill_due(self.store, now)
        look = sanity.due(self.store, now)
        if backup:
            backups.back_up(self.store, progress, changed_only=True)
        if drill:
            backups.drill(self.store, progress)
        if look:
            sanity.run(self.store, progress, resume=True)
        seq, head = history.head(self.store)
        stamp = seq > 0 and head_stamps.due(self.store, seq, now)
        if stamp:
            head_stamps.stamp(self.store, seq, head)
        return backup or drill or look or stamp


def on_leaving(folder: Path, key: CabinetKey) -> None:
    """The backup after the window is gone, where something changed."""
    from casedesk.casework import backups
    from casedesk.store.cabinet import Store

    with Store.open(folder, key, house=True) as store:
        backups.before(store)
