"""One import being gone through: each row of each file is read and judged; preview and commit share it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import phones, times
from casedesk.base.errors import ImportProblem, InvalidEntry
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress
from casedesk.casework.importing import masks
from casedesk.casework.importing.choices import ZONE, Choices, remembered_mapping, window_in
from casedesk.casework.importing.masks import is_masked, proposals
from casedesk.casework.importing.matching import Key, Known, Match, Matching, key_of, kind_bit, said
from casedesk.casework.importing.parties import Line, Parties
from casedesk.casework.importing.report import Fate, FileReport, Private, Problem
from casedesk.imports import ahead, formats, table
from casedesk.imports.draft import Draft, Format, Lost, NeedsAnswer, Options, Remark, Row, Skipped
from casedesk.records import Client, Evidence, Incident, IncidentSource, Matter
from casedesk.store.work import WITH_TRASH


@dataclass(slots=True)
class Judged:
    """A row and what becomes of it. `known` is the incident it repeats or confirms, or, for a new one, itself."""

    fate: Fate
    line: int
    sheet: str
    reason: str = ""
    draft: Draft | None = None
    at: dt.datetime = times.EPOCH
    number: Line | None = None
    match: Match | None = None
    known: Known | None = None
    masked: str = ""
    """What the file has where a person said which number it is."""
    hidden: str = ""
    """The masked number of the known incident, where a person said it is this row's."""
    tells: bool = False
    """Whether the row becomes a source: it is new, it confirms, or it says again what another file says."""


@dataclass
class _Before:
    """What was taken from a file before: sheets with lines, and the incidents it is a source of."""

    lines: set[tuple[str, int | None]] = field(default_factory=set)
    incidents: set[int] = field(default_factory=set)


def opened(path: Path, choices: Choices) -> tuple[FileReport, Format | None]:
    """The report a file begins with and its format; None when it is no known one or cannot be read."""
    report = FileReport(str(path), path.name)
    try:
        found = formats.named(choices.format) if choices.format else formats.recognise(path)
        if found is None:
            report.seen = formats.seen(path)
    except ImportProblem as problem:
        report.trouble(Problem(None, str(problem)))
        return report, None
    if found is None:
        report.trouble(Problem(None, tr("“{file}” is not in a format known here: it looks like {seen}.",
                                        file=path.name, seen=report.seen)))
    else:
        report.format, report.title = found.id, tr(found.title)
    return report, found


def check_answers(choices: Choices, formats: Mapping[Path, Format | None]) -> None:
    """InvalidEntry when something is answered that none of the files, or not this one, may ask."""
    known = {path: found for path, found in formats.items() if found is not None}
    _refuse(set(choices.answers), list(known.values()))
    for path, found in known.items():
        _refuse(set(choices.of_file.get(path, {})), [found], path.name)


def _refuse(given: set[str], formats: list[Format], file: str = "") -> None:
    asked = sorted({ZONE, *(key for found in formats for key in found.asks)})
    for key in sorted(given.difference(asked)) if formats else ():
        hint = tr("These may be answered: {keys}.", keys=", ".join(asked))
        raise InvalidEntry(tr("“{file}” does not ask “{key}”.", file=file, key=key) if file
                           else tr("None of the files asks “{key}”.", key=key), hint, field="answer")


class Import:
    """Files being taken in, one after another, with what the matter knows already."""

    def __init__(self, session: Session, matter_id: int, paths: list[Path], choices: Choices,
                 progress: Progress) -> None:
        matter = session.get_one(Matter, matter_id)
        self.session, self.matter_id, self.paths, self.choices = session, matter_id, paths, choices
        self._zone = matter.zone
        self._client = session.get_one(Client, matter.client_id).name
        zones = {path: times.zone(self.zone_of(path)).key for path in paths}
        self.zone = self._zone
        """Of the file being read."""
        self.parties = Parties(session, matter_id, choices, [self._zone, *zones.values()])
        self.matching = Matching.of_matter(session, matter_id, window_in(session))
        self._told = masks.Told(session, matter_id, choices.same, times.region(self._zone))
        self._reports: list[FileReport] = []
        self._progress, self._before = progress, 0
        self._total = sum(_size(path) for path in paths) or 1
        self._seen: dict[str, _Before] = {}
        self._uuids: dict[str, bytes] | None = None
        self._gone: set[str] = set()
        """The records of the trash, by UUID."""
        self._next = -1
        self.run = 0

    def zone_of(self, path: Path) -> str:
        """The zone of a file: as chosen, else the matter's."""
        return self.choices.zone_of(path) or self._zone

    def rows(self, path: Path, report: FileReport, found: Format, sha256: str) -> Iterator[Judged]:
        """Every row of a file with its fate, counted in the report; what cannot be read is named there."""
        self.run += 1
        self._reports.append(report)
        self.zone = self.zone_of(path)
        before = self._before_of(sha256)
        try:
            for row in self._read(path, report, found):
                if isinstance(row, Remark):
                    _remark(report, row)
                    continue
                if isinstance(row, Draft):
                    judged = self._judge(row, report, before)
                elif isinstance(row, Lost):
                    judged = Judged(Fate.LOST, row.line, row.sheet, row.message)
                    report.trouble(Problem(row.line, row.message, row.sheet))
                else:
                    assert isinstance(row, Skipped)
                    judged = Judged(Fate.EXCLUDED, row.line, row.sheet, row.why)
                report.count(judged.fate, judged.reason)
                report.further += judged.tells and judged.fate is Fate.DUPLICATE
                yield judged
        except NeedsAnswer as asked:
            report.question = asked.question
        except ImportProblem as problem:
            report.trouble(Problem(None, str(problem)))
        except OSError as problem:
            report.trouble(Problem(None, tr("“{file}” cannot be read ({reason}).", file=path.name,
                                            reason=problem.strerror or problem)))
        if report.read == report.lost > 0:
            report.notes.append(tr("None of its rows could be read, so nothing of it becomes an incident. Keep it as "
                                   "evidence instead."))
        self._before += _size(path)

    def file_of(self, run: int) -> str:
        """The name of the file of this number."""
        return self._reports[run - 1].file

    def propose(self) -> None:
        """After the files: each report says what its masked numbers may be."""
        for one in proposals(self.matching, self.parties.numbers(), times.region(self._zone)):
            self._reports[one.file - 1].proposals.append(one)

    def _read(self, path: Path, report: FileReport, found: Format) -> Iterator[Row]:
        """The rows of the file; which answers were not needed is said."""
        options = self._options(path, report, found)
        yield from self._assuming(path, report, found, options)
        report.notes += [tr("The answer “{key}” was not needed: the file tells it by itself.", key=key)
                         for key in options.answers if key in found.asks and key not in options.asked]

    def _assuming(self, path: Path, report: FileReport, found: Format, options: Options) -> Iterator[Row]:
        """The rows of the file; a question that may be assumed an answer is, and the report says so."""
        try:
            yield from ahead.rows(found, path, options)
        except NeedsAnswer as asked:
            question = asked.question
            if question.assumed is None or not self.choices.assume:
                raise
            key = next((key for key, label in question.answers.items() if self._client in {key, label}), "")
            answer = key or question.assumed
            report.notes.append(tr("{question} Taken to be: {answer}. Undo the import and answer {key}=… if it is not.",
                                   question=question.text, answer=question.answers[answer], key=question.key))
            yield from ahead.rows(found, path, replace(
                options, answers={**options.answers, question.key: answer}))

    def _options(self, path: Path, report: FileReport, found: Format) -> Options:
        mapping = None
        if found.id == table.Table.id:
            report.layout = table.layout(path)
            if report.layout is not None:
                print_ = report.layout.fingerprint
                mapping = self.choices.mappings.get(print_) or remembered_mapping(self.session, print_)
        return Options(zone=self.zone, answers=self.choices.answers_of(path), mapping=mapping, step=self._step)

    def _step(self, done: int) -> None:
        self._progress(min(self._before + done, self._total), self._total)

    def _before_of(self, sha256: str) -> _Before:
        """What was taken from this very file before."""
        if sha256 not in self._seen:
            found = self._seen[sha256] = _Before()
            for sheet, line, incident_id in self.session.execute(
                    select(IncidentSource.sheet, IncidentSource.line, IncidentSource.incident_id)
                    .join(Evidence, Evidence.id == IncidentSource.evidence_id)
                    .where(IncidentSource.matter_id == self.matter_id, Evidence.sha256 == sha256)):
                found.lines.add((sheet, line))
                found.incidents.add(incident_id)
        return self._seen[sha256]

    def _judge(self, draft: Draft, report: FileReport, before: _Before) -> Judged:
        if draft.at.tzinfo is None:
            report.local = True
        at = (draft.at if draft.at.tzinfo else draft.at.replace(tzinfo=times.zone(self.zone))).astimezone(dt.UTC)
        zone, masked = str(draft.fields.get("zone") or self.zone), ""
        number = self.parties.line(draft.number, zone)
        if full := self._told.only(number.normal):
            number = self.parties.line(full, zone)
            masked, draft = draft.number, replace(draft, number=phones.at_home(full, times.region(zone)))
        why = number.excluded or self._private(draft, number, report)
        judged = Judged(Fate.EXCLUDED, draft.line, draft.sheet, why, draft, at, number, masked=masked)
        if why:
            return judged
        if (draft.sheet, draft.line) in before.lines:
            judged.fate, judged.reason = Fate.DUPLICATE, tr("this line of the same file was taken in before")
            return judged
        if (there := self._there(draft)) is not None:
            judged.fate, judged.reason = Fate.DUPLICATE, tr("this very record is in the cabinet")
            if there and there != _facts(at, draft):
                judged.reason = tr("this very record is in the cabinet, where it says something else; it was left so")
                _remark(report, Remark(judged.reason, draft.line, draft.sheet))
            return judged
        if str(draft.fields.get("uuid")) in self._gone:  # what lies in the trash is taken in anew
            draft = judged.draft = replace(draft, fields={
                name: value for name, value in draft.fields.items() if name != "uuid"})
        self._match(judged, draft, number.normal or draft.number.strip())
        if judged.fate is Fate.DUPLICATE and judged.known is not None:
            self._say_again(judged, judged.known, before)
        return judged

    def _private(self, draft: Draft, number: Line, report: FileReport) -> str:
        """Why a row may be private; empty when it is taken. Who it is of is named in the report."""
        why = self.parties.private(draft, number, report.format)
        if why:
            report.private.setdefault(number.normal or draft.number, Private(draft.number, draft.name)).rows += 1
        return why

    def _say_again(self, judged: Judged, known: Known, before: _Before) -> None:
        """A row that repeats a known one: another file's row is its source too, so that it stays when that one goes."""
        if self.run in (known.run, known.taken) or known.id in before.incidents:
            judged.reason = tr("the same as another row of this file")
        else:
            judged.reason, judged.tells, known.taken = tr("told by another file already"), True, self.run

    def _match(self, judged: Judged, draft: Draft, number: str) -> None:
        key = key_of(draft.channel, draft.direction, number)
        millis = times.to_millis(judged.at)
        match = self.matching.find(draft, key, millis, self.run) or self._as_said(judged, draft, number)
        if match is None:
            judged.fate, judged.known, judged.tells = Fate.NEW, self._new(judged, key, millis), True
        elif match.again:
            judged.fate, judged.known = Fate.DUPLICATE, match.known
        else:
            judged.fate, judged.match, judged.known, judged.tells = Fate.MERGED, match, match.known, True
            judged.reason = tr("the same number within {seconds} seconds", seconds=self.matching.window)
            if judged.masked:
                judged.reason = tr("{reason}; the file has {masked}", reason=judged.reason, masked=judged.masked)
            self.matching.take(match.known, draft, millis, self.run)

    def _as_said(self, judged: Judged, draft: Draft, number: str) -> Match | None:
        """A contact of a number that a person said is the same, one of them masked."""
        for other in self._told.others(number):
            key = key_of(draft.channel, draft.direction, other)
            match = self.matching.find(draft, key, times.to_millis(judged.at), self.run)
            if match is not None:
                if is_masked(number):
                    judged.masked = judged.masked or draft.number
                else:
                    judged.hidden = other
                return match
        return None

    def _new(self, judged: Judged, key: Key, millis: int) -> Known:
        draft = judged.draft
        assert draft is not None
        known = Known(self._next, millis, draft.precision != "day", draft.duration, draft.answered, said(draft.words),
                      kind_bit(draft.source), run=self.run, file=judged.sheet, line=judged.line)
        self._next -= 1  # until the cabinet gives it a number of its own
        self.matching.add(key, known)
        return known

    def _there(self, draft: Draft) -> bytes | None:
        """The facts of the record the row itself is, by its UUID; empty for one met in this import, None when new."""
        uuid = draft.fields.get("uuid")
        if uuid is None:
            return None
        if self._uuids is None:
            self._uuids = {}
            for one in self.session.execute(
                    select(Incident.uuid, Incident.deleted_at, Incident.at, Incident.channel, Incident.direction,
                           Incident.number, Incident.answered, Incident.duration, Incident.words),
                    execution_options=WITH_TRASH | {"yield_per": 2000}):
                if one.deleted_at is None:
                    self._uuids[str(one.uuid)] = _facts(one.at, one)
                else:
                    self._gone.add(str(one.uuid))
        found = self._uuids.get(str(uuid))
        self._uuids.setdefault(str(uuid), b"")
        return found


def _facts(at: dt.datetime, told: Any) -> bytes:
    """A short hash of what an incident, or the row of one, says of the contact."""
    return said(repr((times.to_millis(at), str(told.channel), str(told.direction), told.number, told.answered,
                      told.duration, told.words)))


def _remark(report: FileReport, row: Remark) -> None:
    """What is told of a row that was read; its line is said, for only rows that were not read are counted by line."""
    said = row.message
    if row.line and row.is_problem and str(row.line) not in said:
        said = tr("{message} (Line {line})", message=said, line=row.line)
    if row.is_problem:
        report.trouble(Problem(None, said, row.sheet, row.line or None))
    else:
        report.notes.append(said)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
