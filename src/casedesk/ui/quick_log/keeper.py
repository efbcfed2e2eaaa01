"""Hears what became of a save after the quick log is gone."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.ui.office import Office


class Keeper(QObject):
    """One for each open cabinet; lives as long as the office."""

    logged = Signal(object)
    """The UUID of an incident that is now in the cabinet."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._office = office

    @classmethod
    def of(cls, office: Office) -> Keeper:
        """The office's keeper."""
        found = office.findChild(cls)
        return found if isinstance(found, cls) else cls(office)

    @Slot(object)
    def saved(self, uuid: UUID) -> None:
        """An incident is in the cabinet."""
        self._office.saved.emit()
        self._office.drafts_changed.emit()
        self.logged.emit(uuid)

    @Slot(object)
    def failed(self, problem: CasedeskError) -> None:
        """It was not saved; the draft is still there."""
        self._office.say(tr("Not saved, kept as a draft: {problem}", problem=problem))
        self._office.drafts_changed.emit()
