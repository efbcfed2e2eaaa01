"""What is done with a kept file after it was taken in: checked, or handed out as a copy; each leaves its trace."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import Language, tr
from casedesk.base.jobs import Progress, silent
from casedesk.casework import documents
from casedesk.casework.evidence import kept
from casedesk.records import CustodyEvent, Evidence
from casedesk.records.rights import Right
from casedesk.records.words import CustodyAction
from casedesk.store.cabinet import Store


def verify(store: Store, evidence_id: int, progress: Progress = silent) -> str:
    """“ok”, “missing” or “changed”, entered into the custody history; reads every byte."""
    store.require(Right.WRITE)
    evidence = _found(store, evidence_id)
    verdict = store.vault.verify(kept(evidence), progress)
    _enter(store, evidence, CustodyAction.VERIFIED, tr("unchanged") if verdict == "ok" else verdict)
    return verdict


def save_copy(store: Store, evidence_id: int, path: Path, progress: Progress = silent) -> Path:
    """Write the file as it was kept, verified or not at all; gives the path."""
    store.require(Right.EXPORT)
    evidence = _found(store, evidence_id)
    store.vault.copy_out(kept(evidence), path, progress)
    _enter(store, evidence, CustodyAction.EXPORTED, path.name)
    return path


def write_history(store: Store, matter_id: int, out: Path, *, lang: Language) -> int:
    """Print the custody of every piece of evidence of a matter; answers the number of pages."""
    from casedesk.exports.letters import custody

    store.require(Right.EXPORT)
    with documents.dossier(store, matter_id, lang) as dossier:
        return custody.write(dossier, out, lang=lang)


def _found(store: Store, evidence_id: int) -> Evidence:
    with store.read() as session:
        evidence = session.scalars(select(Evidence).where(Evidence.id == evidence_id)).one_or_none()
    if evidence is None:
        raise InvalidEntry(tr("This evidence is not there any more."), tr("Look in the trash."))
    return evidence


def _enter(store: Store, evidence: Evidence, action: CustodyAction, notes: str) -> None:
    with store.work(Right.WRITE) as session:
        session.add(CustodyEvent(matter_id=evidence.matter_id, evidence_id=evidence.id, at=times.now(),
                                 who=store.who, action=action, digest=evidence.sha256, notes=notes))
