"""The reads and saves of a form, run beside the window; nothing in them touches a widget."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from casedesk.casework.drafts import draft, drop_draft, keep_draft, own_key
from casedesk.casework.records import Saved, save, shown_values
from casedesk.records import Draft, Record
from casedesk.store.cabinet import Store
from casedesk.ui.captions import caption


@dataclass(frozen=True)
class Loaded:
    """A record as a form shows it, with its draft."""

    id: int
    uuid: uuids.UUID
    version: int
    values: dict[str, Any]
    caption: str
    changed_at: dt.datetime
    changed_by: str
    draft: Draft | None


@dataclass(frozen=True)
class Loading:
    """Read one record."""

    store: Store
    kind: type[Record]
    record_id: int

    def __call__(self) -> Loaded | None:
        with self.store.read() as session:
            found = session.scalars(select(self.kind).where(self.kind.id == self.record_id)).one_or_none()
            if found is None:
                return None
            kept = session.get(Draft, own_key(self.store, draft_key(self.kind, found.uuid)))
            return Loaded(found.id, found.uuid, found.version, shown_values(found), caption(found), found.changed_at,
                          found.changed_by, kept)


@dataclass(frozen=True)
class Saving:
    """Save one record and forget its draft."""

    store: Store
    kind: type[Record]
    values: Mapping[str, Any]
    uuid: uuids.UUID
    version: int | None
    shown_by: int | None = None
    """The picture that an incident was read from."""
    rejected: Mapping[str, Any] | None = None
    """Another version of it, which is not taken but stands in the history."""

    def __call__(self) -> Saved:
        saved = save(self.store, self.kind, self.values, uuid=self.uuid, version=self.version,
                     rejected=self.rejected)
        if self.shown_by is not None:
            from casedesk.casework.reading import shows

            shows(self.store, self.uuid, self.shown_by)
        drop_draft(self.store, draft_key(self.kind, self.uuid))
        return saved


def draft_key(kind: type[Record], uuid: uuids.UUID) -> str:
    """The key the draft of a record is kept under."""
    return f"form/{kind.__tablename__}/{uuid}"


@dataclass(frozen=True)
class Keeping:
    """Keep a draft: what kind of record, which one, and everything typed."""

    store: Store
    kind: type[Record]
    uuid: uuids.UUID
    version: int | None
    fixed: Mapping[str, Any]
    typed: Mapping[str, Any]
    caption: str
    shown_by: int | None = None

    def __call__(self) -> None:
        keep_draft(self.store, draft_key(self.kind, self.uuid), {
            "table": self.kind.__tablename__, "uuid": str(self.uuid), "version": self.version,
            "fixed": dict(self.fixed), "typed": dict(self.typed), "caption": self.caption,
            "shown_by": self.shown_by})


def drop(store: Store, key: str) -> Callable[[], None]:
    """Forget a draft."""
    return lambda: drop_draft(store, key)


def kept_draft(store: Store, key: str) -> Callable[[], Draft | None]:
    """Read a draft."""
    return lambda: draft(store, key)
