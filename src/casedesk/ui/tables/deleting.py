"""Moving records to the trash beside the window, and back."""

from __future__ import annotations

from sqlalchemy import select

from casedesk.casework.trash import delete, restore
from casedesk.records import Record
from casedesk.ui.office import Office


class Deleting:
    """Delete on call; `undo` brings everything back that went together."""

    def __init__(self, office: Office, kind: type[Record], ids: list[int]) -> None:
        self._office, self._kind, self._ids = office, kind, ids
        self.count = 0

    def __call__(self) -> Deleting:
        with self._office.store.read() as session:
            self._uuids = list(session.scalars(select(self._kind.uuid).where(self._kind.id.in_(self._ids))))
        self.count = delete(self._office.store, self._kind, *self._uuids)
        return self

    def undo(self) -> None:
        """Restore them."""
        self._office.write(self._restore)

    def _restore(self) -> int:
        return restore(self._office.store, self._kind, self._uuids[0]) if self._uuids else 0
