"""What was typed and not yet saved: kept as it is typed, offered again after a crash or closing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select

from casedesk.base import times
from casedesk.base.errors import Unreachable
from casedesk.records import Draft
from casedesk.records.rights import Right
from casedesk.store import aside
from casedesk.store.cabinet import Store

INPUTS = "inputs/"
"""What the keys begin with of what is typed into a calculation: it stands there again, and waits for nobody."""


def own_key(store: Store, key: str) -> str:
    """The key under which a draft of who works is kept: where there are users, each has their own."""
    end = f" {store.actor.user}" if store.actor.user else ""
    return key if key.endswith(end) else key + end


def keep_draft(store: Store, key: str, values: Mapping[str, Any]) -> None:
    """Keep what is typed in one form under its key; whatever was kept there before is replaced.

    While the office's database is away it is kept, encrypted, on this computer; see `bring_back`.
    """
    store.require(Right.KEEP)
    own = own_key(store, key)
    try:
        _merge(store, own, times.now(), values)
    except Unreachable:
        aside.keep(store, own, times.now(), values)


def bring_back(store: Store) -> int:
    """Put what who works typed here while the office's database was away into it; returns how many drafts."""
    found = [one for one in aside.kept(store) if one.key == own_key(store, one.key)] if store.may(Right.KEEP) else []
    for one in found:
        with store.read() as session:
            there = session.get(Draft, one.key)
        if there is None or there.at < one.at:
            _merge(store, one.key, one.at, one.values)
        aside.forget(one)
    return len(found)


def _merge(store: Store, key: str, at: dt.datetime, values: Mapping[str, Any]) -> None:
    with store.work(Right.KEEP) as session:
        session.merge(Draft(key=key, at=at, values=dict(values)))


def drop_draft(store: Store, key: str) -> None:
    """Forget a draft: it was saved or thrown away."""
    with store.work(Right.KEEP) as session:
        session.execute(delete(Draft).where(Draft.key == own_key(store, key)))


def draft(store: Store, key: str) -> Draft | None:
    """The draft kept under a key."""
    with store.read() as session:
        return session.get(Draft, own_key(store, key))


def drafts(store: Store) -> list[Draft]:
    """The drafts of who works that wait to be finished, the latest first."""
    with store.read() as session:
        return list(session.scalars(select(Draft).where(_waiting(store)).order_by(Draft.at.desc())))


def draft_count(store: Store) -> int:
    """How many forms wait unfinished."""
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Draft).where(_waiting(store))) or 0


def _waiting(store: Store) -> ColumnElement[bool]:
    return and_(_own(store), Draft.key.not_like(f"{INPUTS}%"))


def _own(store: Store) -> ColumnElement[bool]:
    """What was typed before there were users is the owners'."""
    mine = Draft.key.endswith(own_key(store, ""), autoescape=True)
    return or_(mine, Draft.key.not_like("% %")) if store.actor.sees_all else mine
