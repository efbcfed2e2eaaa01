"""Taking evidence in: the file goes into the vault unaltered, its hash and custody into the cabinet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.errors import InvalidEntry
from casedesk.base.files import readable, regular
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.casework import recordings
from casedesk.exports.exhibits import kinds
from casedesk.records import CustodyEvent, Evidence
from casedesk.records.rights import Right
from casedesk.records.words import CustodyAction, EvidenceKind
from casedesk.store.cabinet import Store
from casedesk.store.vault import Kept

_DATED = re.compile(r"((?:19|20)\d{2})[-_.年]?(\d{1,2})[-_.月]?(\d{1,2})(?!\d(?!\d{5}(?!\d)))日?[\s_.-]*(.*)")


@dataclass(frozen=True)
class KeptFile:
    """A file that lies in the vault and is not yet entered."""

    kept: Kept
    file_name: str
    path: str
    changed_at: dt.datetime | None
    media_type: str
    duration: int | None


def add_files(
    store: Store, matter_id: int, files: Sequence[Path], *, source: str = "", progress: Progress = silent,
) -> list[Evidence]:
    """Keep files as evidence of a matter, all or none; a file the matter has already is returned as it is there."""
    with kept_files(store, files, progress) as taken, store.work(Right.WRITE) as session:
        return [enter(session, one, matter_id, source=source) for one in taken]


@contextmanager
def kept_files(store: Store, files: Sequence[Path], progress: Progress = silent) -> Iterator[list[KeptFile]]:
    """Files put into the vault; taken out again when the block fails or turns out not to need them."""
    store.require(Right.WRITE)
    taken: list[KeptFile] = []
    used: set[str] = set()
    try:
        for done, file in enumerate(files):
            progress(done, len(files), file.name)
            taken.append(keep_file(store, file))
        yield taken
        used = _entered(store, taken)
    finally:
        for one in taken:
            if one.kept.name not in used:
                store.vault.drop(one.kept.name)


def keep_file(store: Store, file: Path) -> KeptFile:
    """Put a file into the vault, not yet entered as evidence; InvalidEntry when it cannot be read."""
    store.require(Right.WRITE)
    try:
        with regular(file).open("rb") as stream:
            changed = dt.datetime.fromtimestamp(int(file.stat().st_mtime), dt.UTC)
            return keep_stream(store, stream, readable(file.name), path=readable(str(file.absolute().parent)),
                               changed=changed)
    except OSError as problem:
        raise InvalidEntry(tr("{path} cannot be read ({reason}).", path=file, reason=problem.strerror or problem),
                           tr("Check the path; nothing was added."), field="evidence") from problem


def keep_stream(
    store: Store, stream: BinaryIO, name: str, *, path: str = "", changed: dt.datetime | None = None,
) -> KeptFile:
    """Put what a seekable stream holds into the vault, told by its content and measured if it is a recording."""
    store.require(Right.WRITE)
    media_type = kinds.detect(stream, name)
    length = recordings.seconds(stream, media_type)
    stream.seek(0)
    return KeptFile(store.vault.keep(stream), name, path, changed, media_type, length)


def _entered(store: Store, taken: Sequence[KeptFile]) -> set[str]:
    if not taken:
        return set()
    with store.read(whole=True) as session:
        names = [one.kept.name for one in taken]
        return set(session.scalars(select(Evidence.vault_name).where(Evidence.vault_name.in_(names))))


def enter(session: Session, file: KeptFile, matter_id: int, *, source: str = "") -> Evidence:
    """Record a kept file as evidence with its first custody event, in the caller's unit of work."""
    known = session.scalars(
        select(Evidence).where(Evidence.matter_id == matter_id, Evidence.sha256 == file.kept.sha256)).first()
    if known is not None:
        return known
    dated, name = named(file.file_name)
    evidence = Evidence(
        matter_id=matter_id, name=name, dated=dated, kind=_kind(file.media_type), file_name=file.file_name,
        original_path=file.path, file_changed_at=file.changed_at, media_type=file.media_type, size=file.kept.size,
        sha256=file.kept.sha256, duration=file.duration, vault_name=file.kept.name, vault_key=file.kept.key,
        source=source)
    session.add(evidence)
    session.flush()
    session.add(CustodyEvent(
        matter_id=matter_id, evidence_id=evidence.id, at=times.now(), who=str(session.info["who"]),
        action=CustodyAction.RECEIVED, digest=file.kept.sha256))
    session.flush()
    return evidence


def kept(evidence: Evidence) -> Kept:
    """Where the vault holds a piece of evidence."""
    return Kept(name=evidence.vault_name, key=evidence.vault_key, size=evidence.size, sha256=evidence.sha256)


def named(file_name: str) -> tuple[dt.date | None, str]:
    """Date and title in a file name like '2026-11-03 短信.png'; the whole stem when there is no date."""
    stem = Path(file_name).stem
    found = _DATED.fullmatch(stem)
    if found is None:
        return None, stem
    try:
        day = dt.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None, stem
    return day, found[4] or stem


def _kind(media_type: str) -> EvidenceKind:
    paper = media_type == "application/pdf" or "word" in media_type or "sheet" in media_type
    return EvidenceKind.DOCUMENT if paper else EvidenceKind.ELECTRONIC
