"""A matter destroyed for good: after its day, not under legal hold, asked for by one person and done by another.

The records, their words in the history and the keys of their evidence files go; the hashes in the history stay, so that
it can still be verified. Backups made before hold the matter until they are thinned or deleted, as does what a restore
or migration put aside: the certificate names them. That a disk really overwrites is not promised; without the keys what
may be left on it cannot be read.
"""

from __future__ import annotations

import glob
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, delete, or_, select, update
from sqlalchemy.orm import Session

from casedesk import __version__
from casedesk.base import times
from casedesk.base.errors import CasedeskError, DocumentError, InvalidEntry
from casedesk.base.files import whole_file
from casedesk.base.i18n import language, tr
from casedesk.casework import backups
from casedesk.exports.letters import destroyed as printed
from casedesk.records import ALL, Change, Client, Draft, Evidence, Matter, OfMatter, Record, Setting
from casedesk.records.rights import Right
from casedesk.store import attempts, audit, keys, office, search
from casedesk.store.cabinet import Store
from casedesk.store.engine import explaining
from casedesk.store.work import WITH_TRASH

_CHANGES = cast("Table", Change.__table__)


def ask(store: Store, matter_id: int, reason: str) -> None:
    """One person asks that a matter be destroyed; InvalidEntry says why it may not be."""
    if not reason.strip():
        raise InvalidEntry(tr("Say why the matter is to be destroyed."))
    with store.work(Right.DESTROY) as session:
        matter = _allowed(session, matter_id)
        session.merge(Setting(key=_key(matter), value={"by": store.who, "at": times.now().isoformat(),
                                                       "reason": reason.strip()}))


def destroy(store: Store, matter_id: int, certificate: Path) -> dict[str, Any]:
    """Another person carries it out; the certificate, JSON and beside it a PDF, is written first, and answered.

    When the database could not be written anew at once, “not_rewritten” says why: what was deleted lies unlinked in its
    free pages until it is.
    """
    with store.work(Right.DESTROY) as session:
        matter = _allowed(session, matter_id)
        asked = session.get(Setting, _key(matter))
        if asked is None:
            raise InvalidEntry(tr("Nobody has asked for the destruction of this matter."),
                               tr("One person asks, another carries it out."))
        if keys.same_name(asked.value["by"], store.who):
            raise InvalidEntry(tr("{who} asked for it: another person must carry it out.", who=store.who))
        told = _told(store, matter, asked.value)
        files = _purge(session, matter, told)
        session.delete(asked)
        with whole_file(certificate, error=DocumentError) as part:
            part.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        printed.write(told, certificate.with_suffix(".pdf"), lang=language())
    for name in sorted(files):
        store.vault.drop(name)
    try:
        _overwrite(store)
    except CasedeskError as problem:
        return {**told, "not_rewritten": str(problem)}
    return told


@dataclass(frozen=True)
class Person:
    """One of the two, as they say who they are: the name, and the password that proves it."""

    name: str
    password: str = field(repr=False)


def by_two(store: Store, matter_id: int, reason: str, people: tuple[Person, Person],
           certificate: Path) -> dict[str, Any]:
    """Both at one desk: the first asks, the second carries it out, each unlocking the cabinet with their own password.

    InvalidEntry when they are one person, or the matter may not be destroyed; NotAllowed when one of them may not.
    """
    store.require(Right.DESTROY)
    first, second = people
    if keys.same_name(first.name, second.name):
        raise InvalidEntry(tr("{who} asked for it: another person must carry it out.", who=first.name))
    with _as(store, second):  # before anything is asked for in the first one's name
        pass
    with _as(store, first) as theirs:
        ask(theirs, matter_id, reason)
    with _as(store, second) as theirs:
        told = destroy(theirs, matter_id, certificate)
    store.announce(frozenset(kind.__tablename__ for kind in ALL))
    return told


@contextmanager
def _as(store: Store, one: Person) -> Iterator[Store]:
    if not one.name.strip():
        raise InvalidEntry(tr("Say who you are, by name."))
    with Store.open(store.folder, attempts.unlock(store.folder, one.password, name=one.name), who=one.name) as opened:
        opened.require(Right.DESTROY)
        yield opened


def _key(matter: Matter) -> str:
    return f"destruction {matter.uuid}"


def _allowed(session: Session, matter_id: int) -> Matter:
    matter = session.scalars(select(Matter).where(Matter.id == matter_id), execution_options=WITH_TRASH).one()
    if matter.on_hold:
        raise InvalidEntry(tr("Matter {ref} is on legal hold: nothing of it is deleted.", ref=matter.ref),
                           tr("End the hold in the matter first."))
    today = times.now().date()
    if matter.keep_until is None or matter.keep_until >= today:
        raise InvalidEntry(tr("Matter {ref} is to be kept until {day}.", ref=matter.ref,
                              day=matter.keep_until or tr("a day is set")),
                           tr("Set “Keep until” in the matter, after a lawyer has looked at it."))
    return matter


def _told(store: Store, matter: Matter, asked: dict[str, Any]) -> dict[str, Any]:
    return {"format": "casedesk-destruction", "version": 1, "program": __version__, "matter": matter.ref,
            "record": str(matter.uuid), "asked_by": asked["by"], "asked_at": asked["at"], "reason": asked["reason"],
            "done_by": store.who, "done_at": times.now().isoformat(),
            "backups_that_still_hold_it": [*(str(path) for path, _ in backups.listed(store)), *_asides(store.folder)]}


def _asides(folder: Path) -> list[str]:
    """Whole cabinets that a restore moved aside, and copies of the database made before a migration."""
    name = glob.escape(folder.name)
    return [str(path) for path in (*sorted(folder.parent.glob(f"{name}-before-restore-*")),
                                   *sorted(folder.glob("cabinet-before-*.db")))]


def _purge(session: Session, matter: Matter, told: dict[str, Any]) -> set[str]:
    """Take the records and their words away; answers the vault files, and completes what is told."""
    gone, files, count = {matter.uuid}, set[str](), 0
    client = _only_here(session, matter)
    connection = session.connection()
    for kind in reversed(ALL):
        table = cast("Table", kind.__table__)
        of = _of(kind, matter, client)
        if of is None:
            continue
        rows = session.scalars(select(kind).where(of), execution_options=WITH_TRASH).all()
        gone |= {row.uuid for row in rows}
        files |= {row.vault_name for row in rows if isinstance(row, Evidence)}
        search.drop_rows(connection, kind, [row.id for row in rows])
        session.expunge_all()
        connection.execute(delete(table).where(of))
        count += len(rows)
    connection.execute(delete(cast("Table", Draft.__table__)))  # what is half typed may be of it
    hashes = _forget_words(session, matter, gone)
    told |= {"records": count, "files": len(files - {""}), "changes": len(hashes),
             "digest": hashlib.sha256("".join(hashes).encode()).hexdigest()}
    audit.write_changes(session, [{
        "action": "destroy", "kind": Matter.__tablename__, "record": matter.uuid, "matter_id": None,
        "fields": {name: [None, told[name]] for name in ("asked_by", "done_by", "records", "changes", "digest")},
    }])
    session.info["tables"] |= {kind.__tablename__ for kind in ALL}
    return files - {""}


def _only_here(session: Session, matter: Matter) -> int | None:
    """The client, when no other matter is theirs."""
    others = session.scalars(select(Matter.id).where(Matter.client_id == matter.client_id, Matter.id != matter.id),
                             execution_options=WITH_TRASH).first()
    return matter.client_id if others is None else None


def _of(kind: type[Record], matter: Matter, client: int | None) -> Any:
    if issubclass(kind, OfMatter):
        return kind.matter_id == matter.id
    if kind is Matter:
        return Matter.id == matter.id
    return Client.id == client if kind is Client and client is not None else None


def _forget_words(session: Session, matter: Matter, gone: set[Any]) -> list[str]:
    """Empty the changes of what is gone; answers their hashes in order."""
    connection = session.connection()
    of = or_(_CHANGES.c.matter_id == matter.id, _CHANGES.c.record.in_(gone))
    found = connection.execute(select(_CHANGES.c.seq, _CHANGES.c.hash).where(of).order_by(_CHANGES.c.seq)).all()
    connection.execute(update(_CHANGES).where(of).values(fields={"destroyed": str(matter.uuid)}))
    return [row.hash for row in found]


def _overwrite(store: Store) -> None:
    """Write the database anew without what was deleted."""
    if store.is_office:
        with explaining():
            office.rewrite(store.engine, [*Record.metadata.tables, "search_text"])
        return
    with explaining(), store.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.invalidate()

