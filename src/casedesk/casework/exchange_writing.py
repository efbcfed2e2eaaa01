"""Writing a matter exchange file: the records one a line, then the files as they were received."""

from __future__ import annotations

import hashlib
import json
import uuid
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from casedesk.base.errors import DocumentError, VerificationFailed
from casedesk.base.files import whole_file
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.casework.evidence import kept
from casedesk.casework.exchange_parcel import MATTER
from casedesk.casework.matters import find_matter
from casedesk.casework.names import safe_name
from casedesk.records import (
    OF_MATTER,
    SHARED,
    Agent,
    Client,
    Collector,
    Creditor,
    Evidence,
    Matter,
    OfMatter,
    PhoneNumber,
    Record,
)
from casedesk.records.exchange import FILE, FORMAT, LEFT_OUT, VERSION, members, written
from casedesk.records.exchange_schema import EXCHANGED
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store
from casedesk.store.visibility import unprivileged

_EPOCH = (1980, 1, 1, 0, 0, 0)
_PIECE = 1 << 20
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}
Uuids = dict[type[Record], dict[int, uuid.UUID]]
"""Id -> UUID of every record that goes along."""


@dataclass
class _Extent:
    """What goes along."""

    matter_id: int
    whole: bool
    """Also what is privileged."""
    uuids: Uuids = field(default_factory=dict)

    def chosen(self, kind: type[Record]) -> ColumnElement[bool]:
        """The condition that a record goes along."""
        if not issubclass(kind, OfMatter):
            return kind.id.in_(self.uuids[kind])
        of = kind.matter_id == self.matter_id
        return of if self.whole else and_(of, unprivileged(kind))


def export(store: Store, matter: str | int, out: Path, progress: Progress = silent, *,
           with_privileged: bool = False) -> int:
    """Write a matter, by reference or id, as a ZIP, whole or not at all; returns how many records were left out.

    What is privileged is left out, with what is about it alone, unless all of the matter is to leave; then the history
    says so. What lies in the trash does not go along. The same records give the same matter.json.
    """
    store.require(Right.HAND_OVER)
    with store.read() as session, whole_file(out, error=DocumentError) as part:
        found = session.get_one(Matter, matter) if isinstance(matter, int) else find_matter(session, matter)
        left_out = _privileged(session, found)
        extent = _extent(session, found, whole=with_privileged)
        evidence = session.scalars(select(Evidence).where(extent.chosen(Evidence)).order_by(Evidence.id)).all()
        with zipfile.ZipFile(part, "w", strict_timestamps=False) as archive:
            with archive.open(_entry(MATTER, zipfile.ZIP_DEFLATED), "w", force_zip64=True) as target:
                for piece in _text(session, extent, None if with_privileged else left_out):
                    target.write(piece)
            for done, one in enumerate(evidence):
                progress(done, len(evidence), one.caption)
                if one.vault_name:
                    _copy(store, one, archive)
        if with_privileged and left_out:
            _note(store, found, left_out)
    progress(len(evidence), len(evidence))
    return 0 if with_privileged else left_out


def _privileged(session: Session, matter: Matter) -> int:
    counts = [select(func.count()).select_from(kind).where(
        kind.__table__.c.matter_id == matter.id, kind.__table__.c.privileged.is_(True))
        for kind in OF_MATTER if "privileged" in kind.__table__.c]
    return sum(session.scalar(count) or 0 for count in counts)


def _note(store: Store, matter: Matter, count: int) -> None:
    """The history says who took along what is privileged; written before the file gets its name."""
    with store.work(Right.HAND_OVER) as session:
        session.info["changes"].append({
            "action": "hand over", "kind": Matter.__tablename__, "record": matter.uuid, "matter_id": matter.id,
            "fields": {"privileged_records": [None, count]}})


def file_path(evidence: Evidence) -> str | None:
    """Where the file of a piece of evidence stands in the ZIP; None when it has none."""
    if not evidence.vault_name:
        return None
    name = safe_name(evidence.file_name)
    if name.partition(".")[0].casefold() in _RESERVED:
        name = f"_{name}"
    return f"files/{evidence.uuid}/{name}"


def _entry(name: str, method: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.create_system, entry.external_attr, entry.compress_type = 3, 0o100644 << 16, method
    return entry


def _copy(store: Store, evidence: Evidence, archive: zipfile.ZipFile) -> None:
    path, digest = file_path(evidence), hashlib.sha256()
    assert path is not None
    with (store.vault.open(kept(evidence)) as source,
          archive.open(_entry(path, zipfile.ZIP_STORED), "w", force_zip64=True) as target):
        while piece := source.read(_PIECE):
            digest.update(piece)
            target.write(piece)
    if digest.hexdigest() != evidence.sha256:
        raise VerificationFailed(tr("“{name}” is not the file that was received.", name=evidence.caption),
                                 tr("Verify the cabinet and restore the file from a backup."))


def _text(session: Session, extent: _Extent, left_out: int | None) -> Iterator[bytes]:
    told = "" if left_out is None else f'"{LEFT_OUT}": {{"privileged": {left_out}}},\n'
    yield f'{{\n"format": "{FORMAT}",\n"version": {VERSION},\n{told}"records": {{'.encode()
    for number, kind in enumerate(EXCHANGED):
        yield f'{"," if number else ""}\n"{kind.__tablename__}": ['.encode()
        for row, entry in enumerate(_entries(session, kind, extent)):
            yield b",\n" if row else b"\n"
            yield _line(entry)
        yield b"\n]"
    yield b"\n}\n}\n"


def _line(entry: dict[str, Any]) -> bytes:
    try:
        return json.dumps(entry, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # a lone surrogate among the tags
        return json.dumps(entry).encode()


def _entries(session: Session, kind: type[Record], extent: _Extent) -> Iterator[dict[str, Any]]:
    wanted, uuids = select(kind).where(extent.chosen(kind)).order_by(kind.id), extent.uuids
    needed = [member.name for member in members(kind) if member.required]
    for record in session.scalars(wanted.execution_options(yield_per=_PIECE >> 10)):
        entry = written(record, lambda target, id_: uuids[target].get(id_))
        if isinstance(record, Evidence):
            entry[FILE] = file_path(record)
        session.expunge(record)
        if all(entry[name] is not None for name in needed):
            yield entry


def _extent(session: Session, matter: Matter, *, whole: bool) -> _Extent:
    extent = _Extent(matter.id, whole, {Matter: {matter.id: matter.uuid}})
    parties = _parties(session, matter, extent)
    for kind in SHARED:
        extent.uuids[kind] = _uuids(session, kind, kind.id.in_(parties[kind]))
    for kind in OF_MATTER:
        extent.uuids[kind] = _uuids(session, kind, extent.chosen(kind))
    return extent


def _uuids(session: Session, kind: type[Record], chosen: ColumnElement[bool]) -> dict[int, uuid.UUID]:
    return {row.id: row.uuid for row in session.execute(select(kind.id, kind.uuid).where(chosen))}


def _parties(session: Session, matter: Matter, extent: _Extent) -> dict[type[Record], set[int]]:
    """The ids of the parties the matter names, with their agents and numbers, and whom those belong to."""
    found: dict[type[Record], set[int]] = defaultdict(set, {Client: {matter.client_id}})
    for kind in OF_MATTER:
        for member in members(kind):
            if member.target in SHARED:
                column = getattr(kind, member.name)
                found[member.target] |= _ids(session, column, extent.chosen(kind))
    found[Collector] |= _ids(session, Agent.collector_id, Agent.id.in_(found[Agent]))
    found[Creditor] |= _ids(session, Collector.creditor_id, Collector.id.in_(found[Collector]))
    found[Agent] |= _ids(session, Agent.id, Agent.collector_id.in_(found[Collector]))
    found[PhoneNumber] = _ids(session, PhoneNumber.id, PhoneNumber.collector_id.in_(found[Collector])
                              | PhoneNumber.creditor_id.in_(found[Creditor]))
    for column in (PhoneNumber.collector_id, PhoneNumber.creditor_id):
        (target,) = (member.target for member in members(PhoneNumber) if member.name == column.key)
        assert target is not None
        found[target] |= _ids(session, column, PhoneNumber.id.in_(found[PhoneNumber]))
    found[Creditor] |= _ids(session, Collector.creditor_id, Collector.id.in_(found[Collector]))
    return found


def _ids(session: Session, column: Any, chosen: ColumnElement[bool]) -> set[int]:
    return set(session.scalars(select(column).where(chosen, column.is_not(None)).distinct()))
