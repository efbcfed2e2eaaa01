"""Where a draft belongs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from casedesk.records import BY_TABLE, Draft
from casedesk.store.cabinet import Store
from casedesk.ui.pages.finding_place import place_of
from casedesk.ui.places import Place


@dataclass(frozen=True)
class Opening:
    """The draft, and its place or that of its record; no place when the record is new."""

    store: Store
    draft: Draft

    def __call__(self) -> tuple[Draft, Place | None]:
        if "place" in self.draft.values:
            return self.draft, Place(*self.draft.values["place"])
        kind = BY_TABLE.get(str(self.draft.values.get("table", "")))
        if kind is None or self.draft.values.get("version") is None:
            return self.draft, None
        with self.store.read() as session:
            found = session.scalar(select(kind.id).where(kind.uuid == uuid.UUID(self.draft.values["uuid"])))
        return self.draft, place_of(self.store, kind, found) if found is not None else None
