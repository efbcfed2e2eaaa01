"""Whether who works may do what a unit of work does: asked at its beginning, and of every record it changes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from casedesk.base.errors import InvalidEntry, NotAllowed
from casedesk.base.i18n import tr
from casedesk.records import Finding, Matter, Record, TeamMember, User
from casedesk.records.rights import Actor, Right
from casedesk.records.words import FindingState, UserRole
from casedesk.store.visibility import refuse_hidden


def found(session: Session, user: str) -> Actor:
    """The user as they are now; NotAllowed when they may not open the cabinet any more."""
    row = session.execute(
        select(User.id, User.name, User.role).where(
            User.uuid == uuid.UUID(user), User.deleted_at.is_(None), User.disabled.is_(False))).one_or_none()
    return admitted(user, *(row or (None, "", "")))


def admitted(user: str, row: int | None, name: str, role: str) -> Actor:
    """The user whose row was found; NotAllowed when none was: an owner took them out meanwhile."""
    if row is None:
        raise NotAllowed(tr("You may not open this cabinet any more."), tr("Ask an owner of the cabinet."))
    return Actor(name, UserRole(role), user, row)


def admit_changes(session: Session, context: object, instances: Any) -> None:
    """NotAllowed when the session is about to change what its person may not, whatever verb it came by."""
    admit(session, [one for one in (*session.new, *session.dirty, *session.deleted) if isinstance(one, Record)])


def admit(session: Session, changed: Sequence[Record]) -> None:
    """NotAllowed when one of these is changed, or made, which its person may not."""
    actor: Actor = session.info["actor"]
    if not actor.user:
        return
    for record in changed:
        actor.require(*_needed(session, record))
    refuse_hidden(session, (one.id if isinstance(one, Matter) else getattr(one, "matter_id", None) for one in changed))


def _needed(session: Session, record: Record) -> Iterator[Right]:
    made_or_gone = not inspect(record).persistent or record in session.deleted
    if isinstance(record, User):
        if not made_or_gone and _before(record, "name"):
            raise InvalidEntry(tr("The history is signed with this name: it stays."), field="name")
        if made_or_gone or any(_before(record, name) for name in ("role", "disabled", "deleted_at")):
            yield Right.USERS
    elif isinstance(record, TeamMember):
        yield Right.TEAM
    elif isinstance(record, Matter):
        if _before(record, "restricted"):
            yield Right.TEAM
        if not made_or_gone and (_before(record, "on_hold") == [True]
                                 or inspect(record).attrs.keep_until.history.has_changes()):
            yield Right.RETAIN
    elif isinstance(record, Finding) and not made_or_gone and _decided(record):
        yield Right.DECIDE
    elif not made_or_gone and "privileged" in record.__table__.c and _before(record, "privileged") == [True]:
        yield Right.WAIVE


def _decided(record: Finding) -> bool:
    """Whether a decision is made, taken back or worded anew."""
    states = {*_before(record, "state"), record.state}
    return not states.isdisjoint({FindingState.CONFIRMED, FindingState.DISMISSED}) and any(
        inspect(record).attrs[name].history.has_changes() for name in ("state", "decided_by", "decided_on", "reason"))


def _before(record: Record, name: str) -> list[Any]:
    """The value a column had, when it is about to change; nothing when it is not."""
    history = inspect(record).attrs[name].history
    return list(history.deleted) if history.has_changes() else []
