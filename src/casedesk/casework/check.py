"""Whether a cabinet is still what was saved: database, history, records, search index, evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.casework.attachments import waiting
from casedesk.casework.evidence import kept
from casedesk.records import Evidence
from casedesk.store import attempts, office, search_check
from casedesk.store.cabinet import DATABASE, VAULT, Store
from casedesk.store.header import HEADER
from casedesk.store.work import WITH_TRASH

_SYSTEMS = r"\.DS_Store|Thumbs\.db|desktop\.ini"
_LEFT_BY_SYSTEMS = re.compile(rf"(.*/)?({_SYSTEMS})")
_OWN = re.compile(rf"{re.escape(HEADER)}|{re.escape(office.ADDRESS)}|"
                  rf"{re.escape(DATABASE)}(-wal|-shm|-journal|\.new|\.lock|\.lock-journal)?|{VAULT}|cabinet-before-\d+\.db|"
                  rf"{re.escape(attempts.FILE)}|"
                  rf"desk-.*\.editing|.*\.part|{_SYSTEMS}")
_BLOCK, _TELL = 200, 1 << 29


@dataclass(frozen=True)
class Problem:
    """One line of a verification: what is wrong with which path."""

    path: str
    verdict: str
    """changed, missing, extra; of the history: edited, deleted, inserted, reordered, truncated, recomputed, or
    rolled back."""
    message: str


def verify(store: Store, progress: Progress = silent) -> list[Problem]:
    """Every way in which the cabinet is not whole; an empty list says that it is."""
    return [*structure(store, progress), *evidence(store, progress), *strangers(store)]


def structure(store: Store, progress: Progress = silent) -> Iterator[Problem]:
    """What is wrong with the database, its history and its search index."""
    from casedesk.casework import history  # which needs this module's Problem

    yield from _database(store)
    for stage in (history.problems(store), _search(store, progress)):
        try:
            yield from stage
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            yield Problem(DATABASE, "changed", tr(
                "The database holds what CaseDesk never writes, so that not all of it could be compared: another "
                "program wrote into it."))


def _search(store: Store, progress: Progress) -> Iterator[Problem]:
    with store.read(whole=True) as session:
        for kind, count in search_check.differing(session.connection(), progress):
            yield Problem(DATABASE, "changed", tr("The search index differs from {n} records of “{kind}”.",
                                                  n=count, kind=kind))


def _database(store: Store) -> Iterator[Problem]:
    if store.is_office:
        return  # the server's own page checksums look after its files
    _settle(store)
    with store.read(whole=True) as session:
        for pragma in ("cipher_integrity_check", "integrity_check", "foreign_key_check"):
            for row in session.execute(text(f"PRAGMA {pragma}")):
                if row[0] != "ok":
                    yield Problem(DATABASE, "changed", tr("The database is damaged: {reason}.",
                                                          reason=" ".join(map(str, row))))


def _settle(store: Store) -> None:
    """Bring what is in the log into the database: a page half written when power was lost is whole in the log alone."""
    reading = store.engine.execution_options(reading=True)  # nobody who writes meanwhile, as a move does, is waited for
    with suppress(DBAPIError), reading.connect() as connection:  # a disk that is read-only keeps its log
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
        connection.invalidate()


def evidence(store: Store, progress: Progress = silent, *, after: int = 0,
             reached: Callable[[int, list[Problem]], None] | None = None) -> Iterator[Problem]:
    """Missing and changed files of the evidence whose id is greater than `after`, in the order of the ids.

    `reached` hears every half gigabyte up to which id all was looked at, with what is found and not yet yielded.
    """
    total, done, size = _count(store, after), 0, 0
    found: list[Problem] = []
    while block := _block(store, after):
        for one in block:
            progress(done, total, one.caption)
            found += _looked_at(store, one)
            done, after, size = done + 1, one.id, size + one.size
            if reached is not None and (size > _TELL or one is block[-1]):
                reached(after, found)
                size = 0
        yield from found
        found = []


def _count(store: Store, after: int) -> int:
    with store.read(whole=True) as session:
        return session.scalar(select(func.count()).select_from(Evidence).where(Evidence.id > after),
                              execution_options=WITH_TRASH) or 0


def _block(store: Store, after: int) -> list[Evidence]:
    with store.read(whole=True) as session:
        return list(session.scalars(select(Evidence).where(Evidence.id > after).order_by(Evidence.id).limit(_BLOCK)
                                    .execution_options(**WITH_TRASH)))


def _looked_at(store: Store, one: Evidence) -> Iterator[Problem]:
    verdict = store.vault.verify(kept(one))
    if verdict != "ok":
        yield Problem(f"{VAULT}/{one.vault_name}", verdict,
                      tr("“{name}” is missing.", name=one.caption) if verdict == "missing"
                      else tr("“{name}” was changed.", name=one.caption))


def strangers(store: Store) -> Iterator[Problem]:
    """Kept files that belong to no record, and files beside the database that no cabinet has, like a sync's copies."""
    with store.read(whole=True) as session:
        known = set(session.scalars(select(Evidence.vault_name), execution_options=WITH_TRASH)) | waiting(store)
    names = [f"{VAULT}/{name}" for name in store.vault.names() if name not in known]
    for path in names:
        yield Problem(path, "extra", tr("{path} belongs to no evidence.", path=path))
    beside = [file.name for file in sorted(store.folder.iterdir()) if not _OWN.fullmatch(file.name)]
    in_vault = [f"{VAULT}/{name}" for name in store.vault.strangers() if not _LEFT_BY_SYSTEMS.fullmatch(name)]
    for path in [*in_vault, *beside]:
        yield Problem(path, "extra", tr("{path} is no file of a cabinet.", path=path))
