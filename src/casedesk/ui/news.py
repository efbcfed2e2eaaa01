"""What other windows changed: read from the chain of changes, cheap enough to look every second."""

from __future__ import annotations

from sqlalchemy import func, select

from casedesk.records import Change
from casedesk.store.cabinet import Store


def changes_since(store: Store, seq: int) -> tuple[int, frozenset[str]]:
    """The number of the last change, and the tables changed after `seq`."""
    with store.read() as session:
        last = session.scalar(select(func.max(Change.seq))) or 0
        if last <= seq:
            return last, frozenset()
        kinds = session.scalars(select(Change.kind).where(Change.seq > max(seq, last - 1000)).distinct())
        return last, frozenset(kinds)
