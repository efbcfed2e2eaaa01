"""The trash: what is deleted takes along what cannot be without it, and comes back together, until it is emptied."""

from __future__ import annotations

import datetime as dt
import uuid as uuids
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.casework.coming_back import ComingBack
from casedesk.casework.deadlines import fact_of, follow_facts
from casedesk.casework.references import pointing_at, references
from casedesk.records import ALL, SHARED, Evidence, Matter, OfMatter, Record
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store
from casedesk.store.work import WITH_TRASH

_BATCH = 500


@dataclass(frozen=True)
class Trashed:
    """What was deleted at one moment: the record the person chose and how many went with it."""

    kind: type[Record]
    uuid: uuids.UUID
    caption: str
    matter_id: int | None
    deleted_at: dt.datetime
    deleted_by: str
    others: int


def delete(store: Store, kind: type[Record], *chosen: uuids.UUID, progress: Progress = silent) -> int:
    """Move records, and all that cannot be without them, to the trash under one moment; returns how many in all.

    InvalidEntry names the matters when a party is still used by one, and a matter that is on legal hold.
    """
    moment, count, matters = times.now(), 0, set[int]()
    with store.work(Right.DELETE) as session:
        ids = list(session.scalars(select(kind.id).where(kind.uuid.in_(chosen))))
        if kind in SHARED:
            _refuse_used(session, kind, ids)
        held = _held(session)
        for found in _with_dependents(session, kind, ids):
            _refuse_held(found, held)
            found.deleted_at = moment
            count += 1
            matters |= fact_of(found)
            if count % _BATCH == 0:
                session.flush()
                session.expunge_all()
                progress(count, 0, "")
        follow_facts(session, matters)
    return count


def restore(store: Store, kind: type[Record], uuid: uuids.UUID) -> int:
    """Bring a record back with everything deleted together with it; returns how many."""
    with store.work(Right.UNDO) as session:
        record = session.scalars(select(kind).where(kind.uuid == uuid), execution_options=WITH_TRASH).one_or_none()
        if record is None:
            raise InvalidEntry(tr("It is not in the trash any more."))
        if record.deleted_at is None:
            return 0
        return _restore_all(session, record.deleted_at)


def trash(store: Store) -> list[Trashed]:
    """What lies in the trash, the last deleted first."""
    with store.read() as session:
        return sorted(_trashed(session), key=lambda one: one.deleted_at, reverse=True)


def empty_trash(store: Store, older_than_days: int = 30, progress: Progress = silent) -> int:
    """Purge what was deleted longer ago for good, vault files with it; returns how many records.

    What belongs to a matter on legal hold stays in the trash.
    """
    before, count, files = times.now() - dt.timedelta(days=older_than_days), 0, set[str]()
    with store.work(Right.PURGE) as session:
        held = _held(session)
        for kind in reversed(ALL):
            doomed = kind.deleted_at <= before
            if held and (of := kind.id if kind is Matter else getattr(kind, "matter_id", None)) is not None:
                doomed &= of.not_in(held)
            _forget(session, kind, doomed)
            for record in session.scalars(select(kind).where(doomed), execution_options=WITH_TRASH):
                if isinstance(record, Evidence):
                    files.add(record.vault_name)
                session.delete(record)
                count += 1
            session.flush()
            progress(count, 0, "")
        files -= set(session.scalars(
            select(Evidence.vault_name).where(Evidence.vault_name.in_(files)), execution_options=WITH_TRASH))
    for name in sorted(files - {""}):
        store.vault.drop(name)
    return count


def _with_dependents(session: Session, kind: type[Record], ids: list[int]) -> Iterator[Record]:
    """The records of these ids after everything, transitively, that has a required reference to them."""
    if not ids:
        return
    for other, column, needed in pointing_at(kind):
        if needed:
            theirs = list(session.scalars(select(other.id).where(other.__table__.c[column].in_(ids))))
            yield from _with_dependents(session, other, theirs)
    for start in range(0, len(ids), _BATCH):
        part = ids[start:start + _BATCH]
        yield from session.scalars(select(kind).where(kind.id.in_(part), kind.deleted_at.is_(None))).all()


def _held(session: Session) -> dict[int, str]:
    """The matters on legal hold: id and reference."""
    found = session.execute(select(Matter.id, Matter.ref).where(Matter.on_hold), execution_options=WITH_TRASH)
    return {row.id: row.ref for row in found}


def refuse_on_hold(session: Session, record: Record) -> None:
    """InvalidEntry when the record is of a matter on legal hold."""
    _refuse_held(record, _held(session))


def _refuse_held(record: Record, held: dict[int, str]) -> None:
    of = record.id if isinstance(record, Matter) else getattr(record, "matter_id", None)
    if of in held:
        raise InvalidEntry(tr("Matter {ref} is on legal hold: nothing of it is deleted.", ref=held[of]),
                           tr("End the hold in the matter first."))


def _refuse_used(session: Session, kind: type[Record], ids: list[int]) -> None:
    matters = set[int]()
    for other, column, _ in pointing_at(kind):
        owner: Any = other.id if other is Matter else other.matter_id if issubclass(other, OfMatter) else None
        if owner is not None:
            matters |= set(session.scalars(select(owner).where(other.__table__.c[column].in_(ids)).distinct().limit(5)))
    if matters:
        refs = session.scalars(select(Matter.ref).where(Matter.id.in_(matters)).order_by(Matter.ref)).all()
        raise InvalidEntry(tr("It is still used by matter {refs}.", refs=", ".join(refs)),
                           tr("Take it out of there first."))


def _restore_all(session: Session, moment: dt.datetime) -> int:
    together = [record for kind in ALL for record in session.scalars(
        select(kind).where(kind.deleted_at == moment), execution_options=WITH_TRASH)]
    coming = ComingBack(session, together)
    coming.begin()
    together = coming.records
    keys = {(type(record), record.id) for record in together}
    for record in together:
        _needs_alive(session, record, keys)
    for record in together:
        record.deleted_at = None
    coming.end()
    follow_facts(session, {id_ for record in together for id_ in fact_of(record)})
    return len(together)


def _needs_alive(session: Session, record: Record, together: set[tuple[type[Record], int]]) -> None:
    for name, target in references(type(record)).items():
        wanted = getattr(record, name)
        if wanted is None or record.__table__.c[name].nullable or (target, wanted) in together:
            continue
        found = session.scalars(select(target).where(target.id == wanted), execution_options=WITH_TRASH).one()
        if found.deleted_at is not None:
            raise InvalidEntry(tr("It belongs to “{name}”, which is in the trash too.", name=found.caption),
                               tr("Restore that first."))


def _trashed(session: Session) -> Iterator[Trashed]:
    counts: dict[dt.datetime, int] = {}
    roots: dict[dt.datetime, type[Record]] = {}
    for kind in ALL:
        for moment, count in _moments(session, kind):
            counts[moment] = counts.get(moment, 0) + count
            roots.setdefault(moment, kind)
    for moment, kind in roots.items():
        record = session.scalars(
            select(kind).where(kind.deleted_at == moment).order_by(kind.id), execution_options=WITH_TRASH).first()
        assert record is not None
        yield Trashed(kind, record.uuid, record.caption, getattr(record, "matter_id", None), moment,
                      record.changed_by, counts[moment] - 1)


def _moments(session: Session, kind: type[Record]) -> list[tuple[dt.datetime, int]]:
    wanted = (select(kind.deleted_at, func.count()).where(kind.deleted_at.is_not(None)).group_by(kind.deleted_at))
    return [(moment, count) for moment, count in session.execute(wanted, execution_options=WITH_TRASH) if moment]


def _forget(session: Session, kind: type[Record], doomed: ColumnElement[bool]) -> None:
    """Whatever stays loses its reference to what goes."""
    gone = select(kind.id).where(doomed)
    for other, column, _ in pointing_at(kind):
        key = other.__table__.c[column]
        if key.nullable:
            for record in session.scalars(select(other).where(key.in_(gone)), execution_options=WITH_TRASH):
                setattr(record, column, None)
    session.flush()
