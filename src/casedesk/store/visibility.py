"""What each person sees of the cabinet: one condition a table, used by this program and by PostgreSQL itself.

A reading connection of somebody who does not see all has a view in the place of each table, so that lists, search,
documents and SQL written by hand leave out the same rows. A matter that is restricted is seen by its team alone; what
is privileged is seen by those who have the right.
"""

# ruff: noqa: S608 - every part of a statement is written in this module

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Engine, event, literal_column, select
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

OF_ROW = re.compile(r"\bt\.")
"""The row a condition is about."""
_TOLD = (("search_text", "t.record_id", "id"), ("change", "t.record", "uuid"))
"""Tables that say what records say: how they name one, and the column of the record."""
_PRIVILEGED = tuple(kind.__tablename__ for kind in ALL if "privileged" in kind.__table__.c)
_POINTING: dict[str, dict[str, type[Record]]] = {
    EvidenceLink.__tablename__: {"evidence_id": Evidence, "incident_id": Incident},
    CustodyEvent.__tablename__: {"evidence_id": Evidence},
    IncidentSource.__tablename__: {"incident_id": Incident},
    FindingIncident.__tablename__: {"incident_id": Incident},
}
"""Rows that are nothing but about what they point at."""


@dataclass(frozen=True)
class Sight:
    """SQL of whose eyes it is: the id of a user, whether they see every matter and what is privileged.

    `walls` gives matter_id and client_id of every restricted matter, also of those that are hidden.
    """

    schema: str
    user: str
    sees_all: str
    sees_privileged: str
    walls: str

    def table(self, name: str) -> str:
        """A table by its full name."""
        return f'{self.schema}."{name}"' if self.schema else f'"{name}"'

    def hidden(self, column: str = "matter_id") -> str:
        """The matters that are hidden, or another column of `walls` for them."""
        return (f"SELECT w.{column} FROM {self.walls} w WHERE w.matter_id NOT IN (SELECT s.matter_id"
                f" FROM {self.table('team_member')} s WHERE s.deleted_at IS NULL AND s.user_id = {self.user})")

    def unless_hidden(self, more: str) -> str:
        """True where nothing is hidden at all, else this condition."""
        return f"({self.sees_all} OR NOT EXISTS ({self.hidden()}) OR {more})"

    def unless_privileged(self, more: str) -> str:
        """True for who sees what is privileged, else this condition."""
        return f"({self.sees_privileged} OR {more})"

    @property
    def other_clients(self) -> str:
        """The clients of matters that are not hidden."""
        return (f"SELECT c.client_id FROM {self.table('matter')} c WHERE c.deleted_at IS NULL"
                f" AND c.id NOT IN ({self.hidden()})")


def walled(sight: Sight) -> dict[str, str]:
    """Table -> the SQL condition that its row `t` is of no matter that is hidden."""
    of_matter: tuple[type[Record], ...] = (*OF_MATTER, TeamMember)
    found = {kind.__tablename__: sight.unless_hidden(f"t.matter_id NOT IN ({sight.hidden()})") for kind in of_matter}
    found["matter"] = sight.unless_hidden(f"t.id NOT IN ({sight.hidden()})")
    found["client"] = sight.unless_hidden(
        f"t.id NOT IN ({sight.hidden('client_id')}) OR t.id IN ({sight.other_clients})")
    loose = sight.unless_hidden(f"t.matter_id IS NULL OR t.matter_id NOT IN ({sight.hidden()})")
    return found | {table: loose for table, _, _ in _TOLD}


def conditions(sight: Sight) -> dict[str, str]:
    """Table -> the SQL condition that its row `t` is shown: of no hidden matter, and not privileged without the right.

    What points at a privileged record, and what tells of a client of hidden matters alone, is not shown either. Each
    condition holds also where the tables it asks hide their own rows already.
    """
    found = walled(sight)
    for table, key, name in _TOLD:
        theirs = (f"SELECT k.{name} FROM {sight.table('client')} k WHERE k.id NOT IN ({sight.hidden('client_id')})"
                  f" OR k.id IN ({sight.other_clients})")
        found[table] += " AND " + sight.unless_hidden(f"t.kind <> 'client' OR {key} IN ({theirs})")

    def also(table: str, condition: str) -> None:
        found[table] += f" AND {sight.unless_privileged(condition)}"

    for table in _PRIVILEGED:
        also(table, "NOT t.privileged")
    for table, pointers in _POINTING.items():
        for column, kind in pointers.items():
            also(table, f"t.{column} IN (SELECT p.id FROM {sight.table(kind.__tablename__)} p WHERE NOT p.privileged)")
    also(Finding.__tablename__,
         f"t.rows <= (SELECT count(*) FROM {sight.table(FindingIncident.__tablename__)} r"
         f" JOIN {sight.table(Incident.__tablename__)} p ON p.id = r.incident_id"
         " WHERE r.finding_id = t.id AND NOT p.privileged)")
    for table, key, name in _TOLD:
        for named in _PRIVILEGED:
            also(table, f"t.kind <> '{named}' OR {key} IN (SELECT p.{name} FROM {sight.table(named)} p"
                        f" WHERE NOT p.privileged)")
    return found


def unprivileged(kind: type[Record]) -> ColumnElement[bool]:
    """The condition that a record is neither privileged nor about what is; which matters are seen says the session."""
    sight, table = Sight("", "0", "TRUE", "FALSE", "(SELECT 0 AS matter_id, 0 AS client_id)"), kind.__tablename__
    said = OF_ROW.sub(f'"{table}".', conditions(sight).get(table, "TRUE"))
    return literal_column(f"({said})", Boolean)


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
    walls = '(SELECT m.id AS matter_id, m.client_id FROM main."matter" m WHERE m.restricted)'
    if postgres:
        cursor.execute("SELECT quote_ident(current_schema())")
        (schema,) = cursor.fetchone()
        walls = f"{schema}.wall"  # see `row_security`
    sees = "TRUE" if actor.may(Right.PRIVILEGED) else "FALSE"
    for table, condition in conditions(Sight(schema, str(int(actor.id)), "FALSE", sees, walls)).items():
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
