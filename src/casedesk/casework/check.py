"""Whether a cabinet is still what was saved: database, audit chain, evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, text

from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.casework.attachments import waiting
from casedesk.casework.evidence import kept
from casedesk.records import Change, Evidence
from casedesk.store import audit
from casedesk.store.cabinet import DATABASE, VAULT, Store
from casedesk.store.work import WITH_TRASH


@dataclass(frozen=True)
class Problem:
    """One line of a verification: what is wrong with which path."""

    path: str
    verdict: str
    """changed, missing, extra; of the history also truncated, or anchor mismatch."""
    message: str


def verify(store: Store, progress: Progress = silent) -> list[Problem]:
    """Every way in which the cabinet is not whole; an empty list says that it is."""
    return [*_database(store), *_chain(store), *_anchors(store), *_evidence(store, progress)]


def _database(store: Store) -> Iterator[Problem]:
    with store.read() as session:
        for pragma in ("cipher_integrity_check", "integrity_check", "foreign_key_check"):
            for row in session.execute(text(f"PRAGMA {pragma}")):
                if row[0] != "ok":
                    yield Problem(DATABASE, "changed", tr("The database is damaged: {reason}.",
                                                          reason=" ".join(map(str, row))))


def _chain(store: Store) -> Iterator[Problem]:
    with store.read() as session:
        broken = audit.first_break(session.scalars(select(Change).order_by(Change.seq).execution_options(
            yield_per=1000)))
    if broken is not None:
        yield Problem(DATABASE, "changed", tr("The chain of changes is broken at no. {seq}.", seq=broken))


def _anchors(store: Store) -> Iterator[Problem]:
    """Each package that was filed bears the head of the chain at that time: the chain must still lead through it."""
    from casedesk.casework import filings  # which needs this module's Problem

    with store.read() as session:
        last = session.scalar(select(Change.seq).order_by(Change.seq.desc()).limit(1)) or 0
        for anchor in filings.anchors(store):
            found = session.scalar(select(Change.hash).where(Change.seq == anchor.seq))
            if anchor.seq > last:
                yield Problem(DATABASE, "truncated", tr(
                    "The history ends at no. {last}; what was filed on {day} knew no. {seq}.", last=last,
                    day=anchor.day, seq=anchor.seq))
            elif found != anchor.head:
                yield Problem(DATABASE, "anchor mismatch", tr(
                    "No. {seq} of the history is not the one that was filed on {day}.", seq=anchor.seq,
                    day=anchor.day))


def _evidence(store: Store, progress: Progress) -> Iterator[Problem]:
    with store.read() as session:
        files = session.scalars(select(Evidence).execution_options(**WITH_TRASH)).all()
    for done, evidence in enumerate(files, 1):
        progress(done, len(files), evidence.caption)
        verdict = store.vault.verify(kept(evidence))
        if verdict != "ok":
            message = (tr("“{name}” is missing.", name=evidence.caption) if verdict == "missing"
                       else tr("“{name}” was changed.", name=evidence.caption))
            yield Problem(f"{VAULT}/{evidence.vault_name}", verdict, message)
    known = {evidence.vault_name for evidence in files} | waiting(store)
    for name in store.vault.names():
        if name not in known:
            yield Problem(f"{VAULT}/{name}", "extra", tr("{path} belongs to no evidence.", path=f"{VAULT}/{name}"))
