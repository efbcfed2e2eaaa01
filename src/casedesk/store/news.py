"""What other desks saved: read from the chain of changes, cheap enough to look every second."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from casedesk.records import Change
from casedesk.store.cabinet import Store

_MOST = 1000


def changes_since(store: Store, seq: int, own: Collection[range] = ()) -> tuple[int, frozenset[str]]:
    """The number of the last change, and the tables changed after `seq`; changes in `own` are not told."""
    with store.read(whole=True) as session:  # what is hidden from now on must be shown anew, too
        last = session.scalar(select(func.max(Change.seq))) or 0
        if last <= seq:
            return last, frozenset()
        others = select(Change.kind).where(Change.seq > max(seq, last - _MOST)).distinct()
        for known in own:
            others = others.where(~Change.seq.between(known.start, known.stop - 1))
        return last, frozenset(session.scalars(others))
