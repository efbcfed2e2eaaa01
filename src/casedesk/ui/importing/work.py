"""Reading, keeping and undoing, as jobs beside the window."""

from __future__ import annotations

import uuid as uuids
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from casedesk.base.jobs import Progress
from casedesk.casework import backups, importing
from casedesk.casework.evidence import add_files
from casedesk.casework.importing import Choices, Fate, FileReport, Preview
from casedesk.casework.incidents import Owner
from casedesk.records import Collector, Creditor
from casedesk.store.cabinet import Store
from casedesk.ui.importing.plan import Names, Read


@dataclass(frozen=True)
class Reading:
    """Look at the files; nothing is stored."""

    store: Store
    matter_id: int
    files: tuple[Path, ...]
    choices: Choices

    def __call__(self, progress: Progress) -> Read:
        preview = importing.preview(self.store, self.matter_id, self.files, self.choices, progress)
        fates: dict[Fate, list[int]] = {fate: [] for fate in Fate}
        for place, row in enumerate(preview.rows):
            fates[row.fate].append(place)
        return Read(preview, names(self.store), fates, self._remembered(preview))

    def _remembered(self, preview: Preview) -> dict[str, dict[int, str]]:
        with self.store.read() as session:
            prints = {one.layout.fingerprint for one in preview.files if one.layout is not None}
            found = {print_: importing.remembered_mapping(session, print_) for print_ in prints}
        return {print_: mapping for print_, mapping in found.items() if mapping}


def names(store: Store) -> Names:
    """The collectors and creditors of the cabinet."""
    with store.read() as session:
        creditors = {one.id: one.caption for one in session.scalars(select(Creditor))}
        collectors = list(session.scalars(select(Collector)))
        owners: dict[Owner, str] = {}
        for one in sorted(collectors, key=lambda one: one.caption):
            of = creditors.get(one.creditor_id or 0, "")
            owners[Owner(one.id, one.creditor_id)] = f"{one.caption} ({of})" if of else one.caption
        owners |= {Owner(None, id_): name for id_, name in sorted(creditors.items(), key=lambda pair: pair[1])}
        return Names(owners, {one.id: one.caption for one in collectors}, creditors)


@dataclass(frozen=True)
class Kept:
    """What came of an import."""

    reports: list[FileReport]
    evidence: int
    """Files that were kept as evidence only."""


@dataclass(frozen=True)
class Keeping:
    """Take the files in, then keep the others as evidence; cancelled before the first is done, nothing is kept."""

    store: Store
    matter_id: int
    files: tuple[Path, ...]
    choices: Choices
    as_evidence: Sequence[Path]

    def __call__(self, progress: Progress) -> Kept:
        backups.before(self.store, progress)
        reports = importing.commit(self.store, self.matter_id, self.files, self.choices, progress) if self.files else []
        kept = add_files(self.store, self.matter_id, self.as_evidence) if self.as_evidence else []
        return Kept(reports, len(kept))


@dataclass(frozen=True)
class Undoing:
    """Take batches back; returns how many incidents went."""

    store: Store
    batches: Sequence[uuids.UUID]

    def __call__(self, progress: Progress) -> int:
        return sum(importing.undo(self.store, one, progress) for one in self.batches)


@dataclass(frozen=True)
class Moving:
    """Read the times of a batch as those of another zone; returns how many incidents moved."""

    store: Store
    batch: uuids.UUID
    zone: str

    def __call__(self, progress: Progress) -> int:
        return importing.correct_zone(self.store, self.batch, self.zone, progress)
