"""What was typed and not yet saved: kept as it is typed, offered again after a crash or closing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select

from casedesk.base import times
from casedesk.records import Draft
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store


def keep_draft(store: Store, key: str, values: Mapping[str, Any]) -> None:
    """Keep what is typed in one form under its key; whatever was kept there before is replaced."""
    with store.work(Right.KEEP) as session:
        session.merge(Draft(key=key, at=times.now(), values=dict(values)))


def drop_draft(store: Store, key: str) -> None:
    """Forget a draft: it was saved or thrown away."""
    with store.work(Right.KEEP) as session:
        session.execute(delete(Draft).where(Draft.key == key))


def draft(store: Store, key: str) -> Draft | None:
    """The draft kept under a key."""
    with store.read() as session:
        return session.get(Draft, key)


def drafts(store: Store) -> list[Draft]:
    """All drafts, the latest first."""
    with store.read() as session:
        return list(session.scalars(select(Draft).order_by(Draft.at.desc())))


def draft_count(store: Store) -> int:
    """How many forms wait unfinished."""
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Draft)) or 0
