"""What each person sees of the cabinet: one condition a table, used by this program and by PostgreSQL itself.

A reading connection of somebody who does not see all has a view in the place of each table, so that lists, search,
documents and SQL written by hand leave out the same rows. A matter that is restricted is seen by its team alone; what
is privileged is seen by those who have the right.
"""

# ruff: noqa: S608 - every part of a statement is written in this module

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from casedesk.base.errors import NotAllowed
from casedesk.base.i18n import tr
from casedesk.records import (
    ALL,
    OF_MATTER,
    CustodyEvent,
    Evidence,
    EvidenceLink,
    Finding,
    FindingIncident,
    Incident,
    IncidentSource,
    Matter,
    Record,
    TeamMember,
)
from casedesk.records.rights import Actor, Right
from casedesk.store import office
from casedesk.store.search import NARROWED

_PRIVILEGED = tuple(kind.__tablename__ for kind in ALL if "privileged" in kind.__table__.c)
_POINTING: dict[str, dict[str, type[Record]]] = {
    EvidenceLink.__tablename__: {"evidence_id": Evidence, "incident_id": Incident},
    CustodyEvent.__tablename__: {"evidence_id": Evidence},
    IncidentSource.__tablename__: {"incident_id": Incident},
    FindingIncident.__tablename__: {"incident_id": Incident},
}
"""Rows that are nothing but about what they point at."""


def conditions(schema: str, user: str, sees_all: str, sees_privileged: str) -> dict[str, str]:
    """Table -> the SQL condition on its row `t`; the three texts are expressions: the user's id, and two yes or no."""

    def q(table: str) -> str:
        return f'{schema}."{table}"'

    hidden = (f"SELECT m.id FROM {q('matter')} m WHERE m.restricted AND m.id NOT IN (SELECT s.matter_id"
              f" FROM {q('team_member')} s WHERE s.deleted_at IS NULL AND s.user_id = {user})")
    seen = f"{sees_all} OR NOT EXISTS ({hidden})"
    theirs = f"SELECT c.client_id FROM {q('matter')} c WHERE c.id IN ({hidden})"
    others = f"SELECT c.client_id FROM {q('matter')} c WHERE c.deleted_at IS NULL AND c.id NOT IN ({hidden})"
    client = f"NOT IN ({theirs}) OR {{id}} IN ({others})"
    of_matter: tuple[type[Record], ...] = (*OF_MATTER, TeamMember)
    found = {kind.__tablename__: f"({seen} OR t.matter_id NOT IN ({hidden}))" for kind in of_matter}
    found["matter"] = f"({seen} OR t.id NOT IN ({hidden}))"
    found["client"] = f"({seen} OR t.id {client.format(id='t.id')})"
    for table in _PRIVILEGED:
        found[table] += f" AND ({sees_privileged} OR NOT t.privileged)"
    for table, pointers in _POINTING.items():
        for column, kind in pointers.items():
            found[table] += (f" AND ({sees_privileged} OR t.{column} NOT IN"
                             f" (SELECT p.id FROM {q(kind.__tablename__)} p WHERE p.privileged))")
    found[Finding.__tablename__] += (
        f" AND ({sees_privileged} OR t.id NOT IN (SELECT r.finding_id FROM {q(FindingIncident.__tablename__)} r"
        f" JOIN {q(Incident.__tablename__)} p ON p.id = r.incident_id WHERE p.privileged))")
    loose = f"({seen} OR t.matter_id IS NULL OR t.matter_id NOT IN ({hidden}))"
    told = [f"({sees_privileged} OR t.kind <> '{table}' OR {{key}} NOT IN (SELECT p.{{name}} FROM {q(table)} p"
            f" WHERE p.privileged))" for table in _PRIVILEGED]
    told.insert(0, f"({seen} OR t.kind <> 'client' OR {{key}} NOT IN (SELECT k.{{name}} FROM {q('client')} k"
                   f" WHERE k.id IN ({theirs}) AND k.id NOT IN ({others})))")
    for table, key, name in (("search_text", "t.record_id", "id"), ("change", "t.record", "uuid")):
        found[table] = " AND ".join([loose, *(one.format(key=key, name=name) for one in told)])
    return found


def narrow(engine: Engine, actor: Actor) -> Engine:
    """The engine, whose connections show what this person sees; nothing is written through it."""

    @event.listens_for(engine, "connect")
    def hide(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        for statement in _views(cursor, actor, postgres=office.in_postgres(engine)):
            cursor.execute(statement)
        cursor.close()
        connection.commit()

    return engine.execution_options(**{NARROWED: True})


def _views(cursor: Any, actor: Actor, *, postgres: bool) -> Iterator[str]:
    schema = "main"
    if postgres:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
    sees = "TRUE" if actor.may(Right.PRIVILEGED) else "FALSE"
    for table, condition in conditions(schema, str(int(actor.id)), "FALSE", sees).items():
        yield f'CREATE TEMP VIEW "{table}" AS SELECT t.* FROM {schema}."{table}" t WHERE {condition}'


def refuse_hidden(session: Session, matters: Iterable[int | None]) -> None:
    """NotAllowed when one of these matters is hidden from who works in the session."""
    actor: Actor = session.info["actor"]
    if actor.sees_all:
        return
    hidden = session.info.get("hidden")
    if hidden is None:
        hidden = session.info["hidden"] = _hidden(session, actor)
    if not hidden.isdisjoint(one for one in matters if one is not None):
        raise NotAllowed(tr("This matter is restricted to its team."), tr("Ask somebody of the team or an owner."))


def _hidden(session: Session, actor: Actor) -> set[int]:
    mine = select(TeamMember.matter_id).where(TeamMember.user_id == actor.id, TeamMember.deleted_at.is_(None))
    return set(session.scalars(select(Matter.id).where(Matter.restricted, Matter.id.not_in(mine)),
                               execution_options={"with_trash": True}))
