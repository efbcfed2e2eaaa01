"""Who sees a matter: everybody of the firm, or its team and the owners alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.records import Matter, TeamMember, User
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store


@dataclass(frozen=True)
class Team:
    """The ids of the users of a team; it counts only while the matter is restricted to it."""

    restricted: bool
    members: frozenset[int]


def team(store: Store, matter_id: int) -> Team:
    """Who sees a matter."""
    with store.read() as session:
        matter = session.get_one(Matter, matter_id)
        members = session.scalars(select(TeamMember.user_id).where(TeamMember.matter_id == matter_id))
        return Team(matter.restricted, frozenset(members))


def restrict(store: Store, matter_id: int, users: Collection[int]) -> None:
    """Let only these users and the owners see a matter; whoever does so belongs to them."""
    store.require(Right.TEAM)
    if not store.actor.user:
        raise InvalidEntry(tr("This cabinet has no users."), tr("Add them in the settings first."))
    wanted = {*users, *([] if store.actor.sees_all else [store.actor.id])}
    with store.work(Right.TEAM) as session:
        known = set(session.scalars(select(User.id).where(User.id.in_(wanted))))
        if wanted - known:
            raise InvalidEntry(tr("One of these users is not there any more."), tr("Choose the team again."))
        present = session.scalars(select(TeamMember).where(TeamMember.matter_id == matter_id)).all()
        for one in present:
            if one.user_id not in wanted:
                one.deleted_at = times.now()
        session.add_all(TeamMember(matter_id=matter_id, user_id=user)
                        for user in sorted(wanted - {one.user_id for one in present}))
        session.get_one(Matter, matter_id).restricted = True


def open_to_all(store: Store, matter_id: int) -> None:
    """Let everybody of the firm see a matter again; the team is remembered."""
    with store.work(Right.TEAM) as session:
        session.get_one(Matter, matter_id).restricted = False
