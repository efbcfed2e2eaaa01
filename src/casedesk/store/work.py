"""One unit of work: who works may do it, all of it is saved with its audit rows, or none of it; then every open view
hears which tables changed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, NoResultFound
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker, with_loader_criteria
from sqlalchemy.orm.exc import StaleDataError

from casedesk.base import times
from casedesk.base.errors import CasedeskError, Conflict, InvalidEntry, StoreUnavailable, Unreachable
from casedesk.base.fields import field_of
from casedesk.base.i18n import tr
from casedesk.base.kept_text import is_kept
from casedesk.records import Evidence, Record
from casedesk.records.rights import Actor, Right
from casedesk.store import audit, guard, identity, office, search, vault_office
from casedesk.store.engine import explained

Listener = Callable[[frozenset[str]], None]
"""Told the names of the tables that a finished unit of work changed."""

STAMPS_KEPT = "stamps kept"
"""Set in a session's `info` by who brings records with their own stamps: when they were made and changed, by whom."""

_BEGINNING = (
    "SELECT (SELECT 1 FROM setting WHERE key = 'moved'), (SELECT CAST(value AS TEXT) FROM setting WHERE key = 'key'),"
    " (SELECT hash FROM change WHERE seq = ?), c.seq, c.hash, u.id, u.name, u.role FROM (SELECT 1 AS one) o"
    " LEFT JOIN (SELECT seq, hash FROM change ORDER BY seq DESC LIMIT 1) c ON TRUE"
    ' LEFT JOIN "user" u ON u.uuid = ? AND u.deleted_at IS NULL AND NOT u.disabled')
"""Was the cabinet moved or its key changed, a change's hash, the last change, and the user of a UUID."""

WITH_TRASH = {"with_trash": True}
"""Execution options of a query that also wants what lies in the trash."""


class Works:
    """The units of work of one cabinet, by one person."""

    def __init__(self, engine: Engine, actor: Actor, proof: bytes, *, files_in_database: bool = False) -> None:
        self.engine = engine
        self._proof = proof
        self._files_in_database = files_in_database
        self.actor = actor
        self.moved = False
        """Whether to write also when the cabinet was moved away."""
        self.desk = uuid.uuid4().hex
        """Which of all desks this one is."""
        self.seen = 0
        """The number of the last change when the cabinet was opened."""
        self.wrote: deque[range] = deque(maxlen=64)
        """The changes this desk saved last, by their numbers."""
        self.lost: Unreachable | None = None
        """Set while the office's database cannot be reached: nothing is asked of it then."""
        self.doubted: Callable[[], object] = lambda: None
        """Called when it could not be reached."""
        self._acknowledged = (0, "")
        self._listeners: list[Listener] = []
        self._whole = self._reading = _sessions(engine.execution_options(reading=True))
        self._writing = self._writing_as(actor)

    def become(self, actor: Actor, seen: Engine) -> None:
        """Work as this person from now on, and read through the engine that shows what they see."""
        self.actor = actor
        self._reading = _sessions(seen.execution_options(reading=True, user=actor.user, whole=False))
        self._writing = self._writing_as(actor)

    def _writing_as(self, actor: Actor) -> sessionmaker[Session]:
        made = _sessions(self.engine.execution_options(user=actor.user))
        event.listen(made, "after_begin", _begun)
        event.listen(made, "before_flush", _stamp)
        event.listen(made, "before_flush", guard.admit_changes)
        event.listen(made, "after_flush", _record)
        return made

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after each unit of work; returns what ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def announce(self, tables: frozenset[str]) -> None:
        """Tell every listener that these tables changed."""
        for listener in list(self._listeners):
            listener(tables)

    @contextmanager
    def work(self, right: Right = Right.WRITE) -> Iterator[Session]:
        """A session that is committed at the end; `Conflict` when somebody saved one of the records meanwhile.

        NotAllowed, before anything else, when who works has not the right.
        """
        actor = self.actor
        actor.require(right)
        self._refuse_lost()
        session = self._writing(info={"begun": self._begun, "who": actor.name, "actor": actor, "right": right,
                                      "tables": set(), "changes": [], "files": set()})
        try:
            with session:
                if actor.user:
                    session.connection()  # whether they still may is asked before anything else
                yield session
                session.flush()
                self._commit(session)
        except NoResultFound as gone:
            raise _gone() from gone
        except StaleDataError as stale:
            raise Conflict(tr("Somebody else changed this meanwhile."),
                           tr("Reload it, look at both versions, and save again.")) from stale
        except DBAPIError as problem:
            self.engine.dispose()  # after a failed write the connection is not trusted again
            raise self._explained(problem) from problem
        if session.info["tables"]:
            self.announce(frozenset(session.info["tables"]))

    def _commit(self, session: Session) -> None:
        """Chain, tell and commit; of a commit whose answer was lost the server is asked what became of it."""
        connection, changes, tables = session.connection(), session.info["changes"], session.info["tables"]
        if self._files_in_database and session.info["files"] and vault_office.lacking(
                connection, session.info["files"]):
            raise _late()
        numbers, last = audit.write_changes(session, changes)
        shared = office.in_postgres(connection)
        mark = office.announce(connection, self.desk, numbers[-1] if numbers else 0, tables) if shared else ""
        session.expunge_all()  # so that what was saved can be read also when the answer is lost
        try:
            session.commit()
        except DBAPIError as problem:
            if not (isinstance(explained(problem), Unreachable) and office.arrived(self.engine, mark)):
                raise
        if numbers:
            self.wrote.append(numbers)
            self._acknowledged = numbers[-1], last

    def _begun(self, session: Session, connection: Connection) -> None:
        """Refuse a cabinet that was moved meanwhile, a database that lacks what it acknowledged, and who may no more.

        All of it, and where the history ends, is one question: every save waits for the answer.
        """
        (seq, wanted), user = self._acknowledged, session.info["actor"].user
        moved, key, kept, last, end, *row = connection.exec_driver_sql(
            office.marked(connection, _BEGINNING), (seq, user.replace("-", "") or None)).one()
        if moved or (key and not identity.says(key, self._proof)):
            identity.refuse_moved(connection, self._proof, even_moved=self.moved)
        if seq and kept != wanted:
            raise _late(tr("The database lacks what was saved last here (change no. {seq}).", seq=seq))
        session.info["end"] = (last, end) if last else (0, audit.START)
        if user:
            session.info["actor"] = now = guard.admitted(user, *row)
            now.require(session.info["right"])

    @contextmanager
    def read(self, *, whole: bool = False) -> Iterator[Session]:
        """A session that sees one moment of the cabinet, as far as who works may, and saves nothing.

        The `whole` of it is for checking and counting alone: nothing of it is shown.
        """
        self._refuse_lost()
        session = (self._whole if whole else self._reading)()
        try:
            with session:
                yield session
        except NoResultFound as gone:
            raise _gone() from gone
        except DBAPIError as problem:
            raise self._explained(problem) from problem

    def _refuse_lost(self) -> None:
        if self.lost is not None:
            raise Unreachable(self.lost.message, self.lost.hint)

    def _explained(self, problem: DBAPIError) -> CasedeskError:
        told = explained(problem)
        if isinstance(told, Unreachable):
            self.doubted()
        return told


def _late(message: str = "") -> StoreUnavailable:
    """Another database answers than the one that acknowledged."""
    return StoreUnavailable(message or tr("The database lacks a file that was kept last here."),
                            tr("A late copy or a backup answers in its place: tell who looks after the server. "
                               "Nothing was saved."))


def _gone() -> InvalidEntry:
    """What was asked for by its id was there when it was shown."""
    return InvalidEntry(tr("This is not there any more."),
                        tr("Somebody deleted it, or closed the matter to you; look at the list again."))


def _sessions(engine: Engine) -> sessionmaker[Session]:
    made = sessionmaker(engine, expire_on_commit=False, class_=Session)
    event.listen(made, "do_orm_execute", _leave_out_trash)
    return made


_NOT_IN_TRASH = with_loader_criteria(Record, lambda cls: cls.deleted_at.is_(None), include_aliases=True)


def _leave_out_trash(state: ORMExecuteState) -> None:
    if state.is_select and not state.execution_options.get("with_trash") and not state.is_column_load:
        state.statement = state.statement.options(_NOT_IN_TRASH)


def _begun(session: Session, transaction: object, connection: Connection) -> None:
    """Ask the session's own `Works`: were that the listener, SQLAlchemy would hold a closed cabinet with its key."""
    session.info["begun"](session, connection)


def _stamp(session: Session, context: object, instances: Any) -> None:
    now = times.now()
    for record in session.new:
        if isinstance(record, Record):
            stamp(session, record, now, made=True)
    for record in session.dirty:
        if isinstance(record, Record) and session.is_modified(record):
            stamp(session, record, now, made=False)


def stamp(session: Session, record: Record, now: dt.datetime, *, made: bool) -> None:
    """Bring a record to the form in which it is saved, with who and when; raises InvalidEntry."""
    _refuse_unkept(record)
    record.settle()
    if not session.info.get(STAMPS_KEPT):
        record.changed_at, record.changed_by = now, session.info["who"]
        if made:
            record.created_at, record.created_by = record.changed_at, record.changed_by


def _refuse_unkept(record: Record) -> None:
    for name, value in vars(record).items():
        if isinstance(value, str) and not is_kept(value):
            declared = field_of(type(record).__table__.c[name])
            raise InvalidEntry(tr("“{field}” holds a character that cannot be kept (NUL).",
                                  field=tr(declared.label) if declared else name),
                               tr("Type it anew, or paste it as plain text."), field=name)


def _record(session: Session, context: object) -> None:
    session.info["changes"] += audit.changes(session)
    session.info["files"] |= {one.vault_name for one in session.new if isinstance(one, Evidence) and one.vault_name}
    search.follow(session)
    session.info["tables"] |= {
        record.__tablename__ for record in (*session.new, *session.dirty, *session.deleted)
        if isinstance(record, Record)}
