"""The matter exchange file: one matter with everything in it, to be taken to another cabinet or another program."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.errors import InvalidEntry, StoreUnavailable
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.casework import exchange_contents
from casedesk.casework.exchange_contents import Contents
from casedesk.casework.exchange_parcel import Parcel, opened
from casedesk.casework.exchange_writing import export
from casedesk.records import SHARED, Evidence, Matter, OfMatter, Record
from casedesk.records.exchange import STAMPS, members, shown
from casedesk.records.exchange_schema import EXCHANGED
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store
from casedesk.store.vault import Kept
from casedesk.store.work import STAMPS_KEPT, WITH_TRASH

__all__ = ["Taken", "export", "take_in"]

_BATCH = 500
Ids = dict[type[Record], dict[uuid.UUID, int]]
"""The id in this cabinet of each record of the file."""


@dataclass(frozen=True)
class Taken:
    """The matter that was taken in; `differing` are parties the cabinet had already and keeps as it has them."""

    ref: str
    uuid: uuid.UUID
    differing: tuple[str, ...] = ()
    left_out: int = 0
    """How many privileged records its file left out."""

    def __str__(self) -> str:
        return self.ref


def take_in(store: Store, path: Path, progress: Progress = silent) -> Taken:
    """Take in a matter from a ZIP or JSON file, whole or not at all; InvalidEntry names the place that is wrong."""
    store.require(Right.IMPORT)
    with opened(path) as parcel:
        contents = exchange_contents.read(parcel)
        with store.read() as session:
            _refuse_known_matter(session, contents)
        with _kept(store, parcel, contents, progress) as kept, store.work(Right.IMPORT) as session:
            session.info[STAMPS_KEPT] = True
            _refuse_known_matter(session, contents)
            ids, differing = _parties(session, contents)
            _enter_all(session, contents, ids, kept, progress)
    return Taken(contents.matter["ref"], contents.matter["uuid"], differing, contents.left_out)


def _refuse_known_matter(session: Session, contents: Contents) -> None:
    wanted = contents.matter
    known = session.scalars(select(Matter).where(Matter.uuid == wanted["uuid"]),
                            execution_options=WITH_TRASH).one_or_none()
    if known is not None and known.deleted_at is not None:
        raise InvalidEntry(tr("This matter lies in the trash, as {ref}.", ref=known.ref),
                           tr("Restore it, or empty the trash first."))
    if known is not None:
        raise InvalidEntry(tr("This matter is in the cabinet already, as {ref}.", ref=known.ref),
                           tr("Nothing was changed; delete that one first if this file is to replace it."))
    if session.scalar(select(Matter.id).where(Matter.ref == wanted["ref"])) is not None:
        raise InvalidEntry(tr("Another matter has the reference {ref} already.", ref=shown(wanted["ref"])),
                           tr("Give that one another reference, then take this one in."), field="ref")


@contextmanager
def _kept(store: Store, parcel: Parcel, contents: Contents, progress: Progress) -> Iterator[dict[uuid.UUID, Kept]]:
    """The files in the vault, each compared with its SHA-256; taken out again when the block fails."""
    kept: dict[uuid.UUID, Kept] = {}
    evidence = {entry["uuid"]: entry for entry in contents.entries[Evidence]}
    _room(store, sum(evidence[owner]["size"] for owner in contents.files))
    try:
        for done, (owner, path) in enumerate(contents.files.items()):
            progress(done, len(contents.files), Path(path).name)
            with parcel.open(path) as stream:
                kept[owner] = store.vault.keep(stream)
            if kept[owner].sha256 != evidence[owner].get("sha256"):
                raise InvalidEntry(tr("{name} is not the file it should be: its SHA-256 differs.", name=shown(path)),
                                   tr("Nothing was added; ask for the file to be sent again."))
        yield kept
    except BaseException:
        for one in kept.values():
            store.vault.drop(one.name)
        raise


def _room(store: Store, needed: int) -> None:
    free = store.vault.room()
    if free is not None and needed > free:
        raise StoreUnavailable(
            tr("The files need {needed} MB, and {free} MB are free.", needed=needed >> 20, free=free >> 20),
            tr("Free some space and try again; nothing was added."))


def _parties(session: Session, contents: Contents) -> tuple[Ids, tuple[str, ...]]:
    """The parties the cabinet has already, and the names of those that differ from the file's."""
    ids: Ids = {kind: {} for kind in EXCHANGED}
    differing: list[str] = []
    for kind in EXCHANGED:
        for known in _known(session, kind, [entry["uuid"] for entry in contents.entries[kind]]):
            if kind not in SHARED:
                raise InvalidEntry(tr("“{name}” is in the cabinet already, in another matter.", name=known.caption),
                                   tr("Nothing was added."))
            if known.deleted_at is not None:
                raise InvalidEntry(tr("“{name}” lies in the trash.", name=known.caption),
                                   tr("Restore it, or empty the trash first."))
            ids[kind][known.uuid] = known.id
        for entry in contents.entries[kind]:
            if entry["uuid"] in ids[kind]:
                differing += _difference(session, kind, entry, ids)
    return ids, tuple(differing)


def _known(session: Session, kind: type[Record], uuids: list[uuid.UUID]) -> Iterator[Record]:
    for start in range(0, len(uuids), _BATCH):
        part = uuids[start:start + _BATCH]
        yield from session.scalars(select(kind).where(kind.uuid.in_(part)), execution_options=WITH_TRASH)


def _difference(session: Session, kind: type[Record], entry: dict[str, Any], ids: Ids) -> Iterator[str]:
    known = session.get_one(kind, ids[kind][entry["uuid"]])
    for member in members(kind):
        if member.name not in entry or member.name in STAMPS:
            continue
        value = entry[member.name]
        wanted = value if member.target is None else ids[member.target].get(value)
        if getattr(known, member.name) != wanted:
            yield known.caption
            return


def _enter_all(
    session: Session, contents: Contents, ids: Ids, kept: dict[uuid.UUID, Kept], progress: Progress,
) -> None:
    done, total = 0, sum(len(entries) for entries in contents.entries.values())
    for kind in EXCHANGED:
        waiting: list[tuple[uuid.UUID, str, uuid.UUID]] = []
        entries = iter([entry for entry in contents.entries[kind] if entry["uuid"] not in ids[kind]])
        while part := list(islice(entries, _BATCH)):
            records = [_record(session, kind, entry, ids, waiting) for entry in part]
            for record in records:
                if isinstance(record, Evidence) and record.uuid in kept:
                    record.vault_name, record.vault_key = kept[record.uuid].name, kept[record.uuid].key
            session.add_all(records)
            session.flush()
            ids[kind].update((record.uuid, record.id) for record in records)
            session.expunge_all()
            done += len(part)
            progress(done, total, tr(kind.titles))
        for owner, name, wanted in waiting:
            setattr(session.get_one(kind, ids[kind][owner]), name, ids[kind][wanted])
        session.flush()


def _record(
    session: Session, kind: type[Record], entry: dict[str, Any], ids: Ids,
    waiting: list[tuple[uuid.UUID, str, uuid.UUID]],
) -> Record:
    """A new record; a reference to one that is not entered yet is put into `waiting`."""
    values = {name: value for name, value in entry.items() if name not in STAMPS}
    for member in members(kind):
        wanted = values.get(member.name)
        if member.target is not None and wanted is not None:
            values[member.name] = ids[member.target].get(wanted)
            if values[member.name] is None:
                waiting.append((entry["uuid"], member.name, wanted))
    if issubclass(kind, OfMatter):
        (values["matter_id"],) = ids[Matter].values()
    record = kind(**values)
    now = times.now()
    for name, value in zip(STAMPS, (now, session.info["who"]) * 2, strict=True):
        setattr(record, name, entry.get(name, value))
    return record
