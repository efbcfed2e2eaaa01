"""Keeping what files tell: one unit of work, one batch a file, all of it or nothing."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.casework import brought, evidence as intake, source_facts
from casedesk.casework.evidence import KeptFile, kept_files
from casedesk.casework.importing.choices import Choices, remember_mapping
from casedesk.casework.importing.judging import Import, Judged, check_answers, opened
from casedesk.casework.importing.merging import differences, said_now
from casedesk.casework.importing.parties import NOBODY
from casedesk.casework.importing.report import Fate, FileReport
from casedesk.casework.importing.unmatched import Comparing
from casedesk.imports.draft import Attachment, Draft, Format, NeedsAnswer
from casedesk.records import ImportBatch, Incident, IncidentSource, PhoneNumber
from casedesk.records.rights import Right
from casedesk.store import bulk
from casedesk.store.cabinet import Store

_BLOCK = 1000
_MOST_NAMED = 500
_OWN = {"uuid", "collector_id", "creditor_id", "agent_id", "contact_person_id", "debt_id", "debt", "zone",
        "evidence_id"}


def commit(store: Store, matter_id: int, paths: Iterable[Path], choices: Choices | None = None,
           progress: Progress = silent) -> list[FileReport]:
    """Take the files into the matter and tell what became of their rows; a cancelled import leaves nothing.

    A file of which nothing is new makes no batch; one that is in no known format is only reported. NeedsAnswer when a
    file asks what `Choices.answers` does not say.
    """
    store.require(Right.IMPORT)
    listed, chosen = list(paths), choices or Choices()
    looked = [opened(path, chosen) for path in listed]
    check_answers(chosen, {path: found for path, (_, found) in zip(listed, looked, strict=True)})
    readable = [path for path, (_, found) in zip(listed, looked, strict=True) if found is not None]
    with (kept_files(store, readable) as kept, store.work(Right.IMPORT) as session, bulk.sparing(session)):
        taken = Import(session, matter_id, readable, chosen, progress)
        files = dict(zip(readable, list(kept), strict=True))
        for path, (report, found) in zip(listed, looked, strict=True):
            if found is not None:
                _Storing(store, session, taken, report, kept).file(path, found, files[path])
        taken.propose()
        _settle_choices(session, taken, [report for report, _ in looked])
    return [report for report, _ in looked]


def _settle_choices(session: Session, taken: Import, reports: list[FileReport]) -> None:
    """The numbers that were assigned become known, and the meaning of columns is remembered."""
    for number, owner in taken.choices.assigned.items():
        line = taken.parties.line(number)
        there = select(PhoneNumber.id).where(PhoneNumber.normal == line.normal)
        if owner != NOBODY and session.scalars(there).first() is None:
            session.add(PhoneNumber(number=number, collector_id=owner.collector_id,
                                    creditor_id=None if owner.collector_id else owner.creditor_id))
    for report in reports:
        given = report.layout and taken.choices.mappings.get(report.layout.fingerprint)
        if report.layout and given and report.batch:
            remember_mapping(session, report.layout.fingerprint, given)


@dataclass
class _Storing:
    """One file's rows on their way into the cabinet, in blocks."""

    store: Store
    session: Session
    taken: Import
    report: FileReport
    kept: list[KeptFile]
    """Grows by the attachments: what is not entered in the end is taken out of the vault."""
    fresh: list[Judged] = field(default_factory=list)
    confirming: list[Judged] = field(default_factory=list)
    unnamed: dict[str, int] = field(default_factory=dict)
    batch: ImportBatch | None = None
    evidence_id: int = 0

    def file(self, path: Path, found: Format, file: KeptFile) -> None:
        """Keep the rows of a file, then its counts."""
        comparing = Comparing()
        for judged in self.taken.rows(path, self.report, found, file.kept.sha256):
            comparing.see(judged)
            if judged.tells:
                self._begin(path, file)
                (self.fresh if judged.fate is Fate.NEW else self.confirming).append(judged)
                heavy = judged.draft is not None and judged.draft.attachments
                if heavy or len(self.fresh) + len(self.confirming) >= _BLOCK:
                    self._flush()
        if self.report.question is not None:
            raise NeedsAnswer(self.report.question, self.report.file)
        self._flush()
        self._end()
        comparing.end(self.taken, self.report)

    def _begin(self, path: Path, file: KeptFile) -> None:
        if self.batch is not None:
            return
        evidence = intake.enter(self.session, file, self.taken.matter_id, source=tr("Imported"))
        self.evidence_id = evidence.id
        self.batch = ImportBatch(
            matter_id=self.taken.matter_id, evidence_id=evidence.id, brought=evidence.vault_name == file.kept.name,
            file_name=self.report.file, format=self.report.format, zone=self.taken.zone,
            options=self.taken.choices.said(path))
        self.session.add(self.batch)
        self.session.flush()

    def _end(self) -> None:
        for name, count in sorted(self.unnamed.items()):
            self.report.notes.append(tr("“{name}” is not recorded here and was not linked ({count} rows).", name=name,
                                        count=count))
        self.report.notes += [tr("“{name}” was recorded anew, as the workbook names it.", name=name)
                              for name in self.taken.parties.recorded()]
        if self.batch is None:
            return
        for name in ("read", "imported", "duplicates", "merged", "excluded", "lost"):
            setattr(self.batch, name, getattr(self.report, name))
        self.batch.problems = [str(problem) for problem in self.report.problems[:_MOST_NAMED]]
        self.session.flush()
        self.report.batch = self.batch.uuid

    def _flush(self) -> None:
        """Write the new incidents, then all sources of the block."""
        rows = [self._incident(judged) for judged in self.fresh]
        sources: list[dict[str, Any]] = []
        for id_, judged, row in zip(bulk.add(self.session, Incident(matter_id=self.taken.matter_id), rows), self.fresh,
                                    rows, strict=True):
            assert judged.known is not None
            judged.known.id = id_
            sources.append(self._source(judged, {"zone": row["zone"]} if row["zone"] != self.taken.zone else {}))
        sources += self._confirming()
        bulk.add(self.session, IncidentSource(matter_id=self.taken.matter_id, incident_id=0), sources)
        self.fresh.clear()
        self.confirming.clear()

    def _incident(self, judged: Judged) -> dict[str, Any]:
        draft, number = judged.draft, judged.number
        assert draft is not None
        assert number is not None
        named, unknown = self.taken.parties.referred(draft) if draft.fields else ({}, [])
        for name in unknown:
            self.unnamed[name] = self.unnamed.get(name, 0) + 1
        row = {
            "at": judged.at, "zone": draft.fields.get("zone") or self.taken.zone, "precision": draft.precision,
            "channel": draft.channel, "direction": draft.direction, "number": draft.number, "normal": number.normal,
            "our_number": draft.our_number, "answered": draft.answered, "duration": draft.duration,
            "words": draft.words, "collector_id": number.owner.collector_id, "creditor_id": number.owner.creditor_id,
            "uuid": draft.fields.get("uuid"), "summary": _shown_name(draft)}
        if draft.fields:
            row.update((name, value) for name, value in draft.fields.items() if name not in _OWN)
            row.update((name, id_) for name, id_ in named.items() if id_ is not None)
        return row

    def _confirming(self) -> Iterator[dict[str, Any]]:
        """The sources of incidents that are known, which give them what none before said."""
        ids = {judged.known.id for judged in self.confirming if judged.known}
        known, now = source_facts.tellings(self.session, ids), said_now(self.session, ids)
        for judged in self.confirming:
            assert judged.known is not None
            row = self._incident(judged)
            facts = source_facts.said_by(row, self.taken.zone)
            before = [one.facts for one in known[judged.known.id] if one.deleted_at is None]
            had, has = source_facts.derived(before), source_facts.derived([*before, {**row, **facts}])
            filled = source_facts.become(self.session, judged.known.id, had, has) if had and has else {}
            yield self._source(judged, facts) | {"filled": list(filled), "differs": tr("; ").join(filter(None, (
                _has(judged.masked),
                differences(now[judged.known.id] | {name: has[name] for name in filled if has}, row))))}

    def _source(self, judged: Judged, facts: source_facts.Facts) -> dict[str, Any]:
        draft, known = judged.draft, judged.known
        assert draft is not None
        assert known is not None
        assert self.batch is not None
        return {
            "incident_id": known.id, "kind": draft.source, "evidence_id": self.evidence_id, "sheet": draft.sheet,
            "line": draft.line, "batch_id": self.batch.id, "local": draft.at.tzinfo is None, "at": judged.at,
            "filled": [], "differs": _has(judged.masked), "attached": list(self._attachments(draft, judged, known.id)),
            "kept": source_facts.held({
                **facts, source_facts.MASKED: judged.masked, source_facts.HIDDEN: judged.hidden})}

    def _attachments(self, draft: Draft, judged: Judged, incident_id: int) -> Iterator[str]:
        """Keep what came with a row; gives the SHA-256 of each."""
        for attached in draft.attachments:
            file = self._keep(attached, judged)
            self.kept.append(file)
            yield from brought.attach(self.session, incident_id, self.taken.matter_id, file, self.report.file)

    def _keep(self, attached: Attachment, judged: Judged) -> KeptFile:
        name = f"{judged.at.astimezone(times.zone(self.taken.zone)):%Y-%m-%d} {attached.file_name}"
        return intake.keep_stream(self.store, io.BytesIO(attached.data), name,
                                  path=f"{self.report.file}:{judged.line}")


def _has(masked: str) -> str:
    return tr("The file has {masked}", masked=masked) if masked else ""


def _shown_name(draft: Draft) -> str:
    return tr("Shown as: {name}", name=draft.name) if draft.name else ""
