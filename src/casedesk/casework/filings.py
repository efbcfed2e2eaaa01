"""What was filed: the package kept unchangeable, its page map, the deadlines it starts, and proof of it later."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import scratch, times
from casedesk.base.errors import CasedeskError, InvalidEntry
from casedesk.base.i18n import language, tr
from casedesk.base.jobs import Progress, silent
from casedesk.calc import workdays
from casedesk.calc.workdays import Moved
from casedesk.casework import copies, filed_packages, package
from casedesk.casework.check import Problem
from casedesk.casework.copies import Copied, For
from casedesk.casework.earlier import Earlier
from casedesk.casework.evidence import enter, kept_files
from casedesk.casework.filed_packages import FiledExhibit, kept_manifest, kept_package
from casedesk.casework.forms import Form, Term, find_form
from casedesk.casework.sealing import MANIFEST
from casedesk.records import CustodyEvent, Deadline, Evidence, Filing, Matter
from casedesk.records.rights import Right
from casedesk.records.words import CustodyAction, EvidenceForm, EvidenceKind, FilingState
from casedesk.store.cabinet import Store

_BEGINS: Mapping[FilingState, Sequence[str]] = {
    FilingState.ACCEPTED: ("accepted",), FilingState.ANSWERED: ("answered",),
    FilingState.REFUSED: ("answered", "ruled"), FilingState.JUDGED: ("judged",), FilingState.RULED: ("ruled",)}
"""What came back -> the terms that run from it; a court refuses by a ruling."""


class FiledFile(NamedTuple):
    """A file of the package with its size and SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class AsFiled:
    """A filing, the evidence that is its package (None: none is kept), what is in it, the deadlines it started."""

    filing: Filing
    package: int | None
    exhibits: list[FiledExhibit]
    files: list[FiledFile]
    deadlines: Sequence[Deadline]


class Anchor(NamedTuple):
    """A row of the chain of changes that stands outside the cabinet, in what was filed."""

    day: str
    seq: int
    head: str


def filed(
    store: Store, matter_id: int, packed: Path, *, recipient: str, filed_on: dt.date, by: str = "",
    receipt: str = "", progress: Progress = silent,
) -> Filing:
    """Keep a package as it was filed, and start the deadlines that filing it starts.

    VerificationFailed when it is not as it was written. Filed twice alike, the package is kept once. A time-stamp that
    was put into its folder by hand is kept with it.
    """
    store.require(Right.FILE)
    archive = packed if packed.is_file() else packed.with_name(packed.name + ".zip")
    if not archive.is_file():
        raise InvalidEntry(tr("There is no package {path}.", path=archive), tr("Check the path; nothing was noted."))
    package.take_stamp(packed, archive)
    told = package.whole_manifest(archive)
    form = find_form(str(told["form"]))
    with kept_files(store, [archive], progress) as taken, store.work(Right.FILE) as session:
        _of_matter(session, matter_id, told)
        copy = enter(session, taken[0], matter_id)
        copy.name, copy.in_bundle, copy.dated = tr("As filed: {what}", what=form.title[language()]), False, filed_on
        copy.kind, copy.form = EvidenceKind.DOCUMENT, EvidenceForm.ORIGINAL
        filing = Filing(
            matter_id=matter_id, recipient=recipient, what=form.title[language()], state=FilingState.FILED,
            filed_on=filed_on, by=by, receipt=receipt, form=form.id, seal=str(told["seal"]), package=copy.sha256,
            follows=str(told["follows"]))
        session.add(filing)
        session.flush()
        started = list(_started(form, filing, "filed", filed_on, told.get("terms", {})))
        waited = [one for term, one in started if not term.ours]
        filing.answer_due_on = min((one.due_on for one in waited if one.due_on), default=None)
        session.add_all([*(one for _, one in started), *_left(session, matter_id, told, recipient)])
    return filing


def _of_matter(session: Session, matter_id: int, told: dict[str, Any]) -> None:
    matter = session.scalars(select(Matter).where(Matter.id == matter_id)).one()
    if matter.ref != told["matter"]:
        raise InvalidEntry(tr("This package was made of the matter {ref}.", ref=told["matter"]),
                           tr("File it there."), field="package")


def _left(session: Session, matter_id: int, told: dict[str, Any], recipient: str) -> Iterator[CustodyEvent]:
    """One custody event for each original that left the firm with the package."""
    known = {str(one.uuid): one for one in session.scalars(select(Evidence).where(Evidence.matter_id == matter_id))}
    for entry in told["evidence"]:
        one = known.get(entry["id"])
        if one is not None:
            pages = "-".join(map(str, dict.fromkeys(entry["pages"])))
            yield CustodyEvent(
                matter_id=matter_id, evidence_id=one.id, at=times.now(), who=str(session.info["who"]),
                action=CustodyAction.EXPORTED, digest=entry["sha256"],
                notes=tr("Filed with {recipient}: {number}, pages {pages}", recipient=recipient,
                         number=entry["exhibit"], pages=pages))


def moved_on(store: Store, filing_id: int, state: FilingState, day: dt.date) -> list[Deadline]:
    """Note what came back, and start the deadlines that it starts."""
    with store.work(Right.FILE) as session:
        filing = session.scalars(select(Filing).where(Filing.id == filing_id)).one()
        filing.state = state
        if _BEGINS.get(state, ()) not in ((), ("accepted",)):
            filing.answered_on = day
        started = [one for begins in _BEGINS.get(state, ()) if filing.form
                   for _, one in _started(find_form(filing.form), filing, begins, day)]
        session.add_all(started)
    return started


def _started(
    form: Form, filing: Filing, begins: str, day: dt.date, asked: Mapping[str, int] = MappingProxyType({}),
) -> Iterator[tuple[Term, Deadline]]:
    """The deadlines of the form that begin now; `asked` are the days its own questions were answered with."""
    for given in form.deadlines:
        term = replace(given, days=asked.get(given.asked, 0)) if given.asked else given
        if term.begins == begins and (term.days or term.months):
            last = due(term, day, form.jurisdiction)
            yield term, Deadline(
                matter_id=filing.matter_id, about=_about(filing), due_on=last.day, name=term.text[language()],
                basis=tr("{form}; {source} (confidence {confidence})", form=form.title[language()],
                         source=term.source, confidence=term.confidence),
                notes=_counted(term, last))


def due(term: Term, day: dt.date, jurisdiction: str) -> Moved:
    """The last day of a term; the day it begins on is not counted, an end on a holiday moves (Civil Code 201-203).

    Months end on the day of the same number, or on the month's last. Outside China weekends alone are known.
    """
    abroad = jurisdiction != "cn"
    if term.working:
        left, end = term.days, day
        while left:
            end += dt.timedelta(days=1)
            left -= end.weekday() < 5 if abroad else workdays.is_workday(end)
        return workdays.last_day(end, weekends=abroad)
    end = workdays.add_months(day, term.months) if term.months else day + dt.timedelta(days=term.days)
    if term.fixed:
        return Moved(end, end)
    return workdays.last_day(end, weekends=abroad)


def _counted(term: Term, last: Moved) -> str:
    """How the last day came about: moved off a holiday, or not to be relied on; and the day that is safe."""
    told = [] if last.day == last.from_day else [
        tr("{day} is no working day; moved to the next one.", day=last.from_day)]
    if term.ours and term.fixed:
        told.append(tr("Be there by {day}: that is the last safe day.", day=last.day - dt.timedelta(days=1)))
    return "\n".join([*told, *([last.remark.by(tr)] if last.remark else [])])


def _about(filing: Filing) -> str:
    """How a deadline names the filing that started it."""
    return f"filing:{filing.uuid}"


def page_map(store: Store, filing: Filing) -> list[FiledExhibit]:
    """Every exhibit of what was filed with its number and pages, from the package as it is kept."""
    return filed_packages.page_map(kept_manifest(store, filing))


def as_filed(store: Store, filing_id: int) -> AsFiled | None:
    """What is known of a filing; None when it is gone."""
    with store.read() as session:
        filing = session.scalars(select(Filing).where(Filing.id == filing_id)).one_or_none()
        if filing is None:
            return None
        started = session.scalars(select(Deadline).where(
            Deadline.matter_id == filing.matter_id, Deadline.about == _about(filing)).order_by(Deadline.due_on)).all()
        copy = session.scalar(select(Evidence.id).where(
            Evidence.matter_id == filing.matter_id, Evidence.sha256 == filing.package)) if filing.package else None
    if copy is None:
        return AsFiled(filing, None, [], [], started)
    told = kept_manifest(store, filing)
    return AsFiled(filing, copy, filed_packages.page_map(told),
                   [FiledFile(one["path"], one["size"], one["sha256"]) for one in told["files"]], started)


def masked_copy(
    store: Store, filing_id: int, out: Path, *, recipient: For, progress: Progress = silent,
) -> Copied:
    """A copy of what was filed for somebody who may not see everything; says what it withholds."""
    store.require(Right.EXPORT)
    with store.read() as session:
        filing = session.scalars(select(Filing).where(Filing.id == filing_id)).one()
    out.parent.mkdir(parents=True, exist_ok=True)
    with scratch.folder() as folder, kept_package(store, filing) as archive:
        archive.extractall(folder)
        return copies.masked_copy(store, filing.matter_id, Path(folder), out, recipient=recipient,
                                  lang=find_form(filing.form).lang, progress=progress)


def anchors(store: Store) -> list[Anchor]:
    """The head of the chain of changes in each package that was filed, as far as the package can be read."""
    with store.read() as session:
        filed_ones = session.scalars(select(Filing).where(Filing.package != "").order_by(Filing.id)).all()
    found = []
    for filing in filed_ones:
        try:
            told = kept_manifest(store, filing)
        except CasedeskError:  # the evidence itself is told missing or changed
            continue
        found.append(Anchor(str(filing.filed_on or ""), int(told["chain_seq"]), str(told["chain_head"])))
    return found


def latest(store: Store, matter_id: int) -> Filing | None:
    """The last package that was filed in a matter; None when there is none."""
    with store.read() as session:
        return session.scalars(select(Filing).where(Filing.matter_id == matter_id, Filing.package != "")
                               .order_by(Filing.id.desc())).first()


def earlier(store: Store, filing: Filing) -> Earlier:
    """What a supplementary list to this filing runs on from: all that was filed up to it."""
    told = kept_manifest(store, filing)
    bundle = told["bundle"]
    chain = [kept_manifest(store, part) for part in _chain(store, filing)]
    shown = {one.evidence: one for part in chain for one in filed_packages.page_map(part)}
    files = bundle["revised"] or [one["path"] for one in bundle["files"]]
    return Earlier(str(told["seal"]), int(bundle["last"]), int(bundle["groups"]),
                   int(chain[-1]["bundle"]["contents"]), shown,
                   {name: partial(_kept_file, store, filing, name) for name in files})


def _kept_file(store: Store, filing: Filing, name: str) -> BinaryIO:
    """A file of the package as it is kept."""
    with kept_package(store, filing) as archive:
        return io.BytesIO(archive.read(name))


def _chain(store: Store, filing: Filing) -> Sequence[Filing]:
    """The filing and those it supplements, latest first."""
    found = [filing]
    with store.read() as session:
        while found[-1].follows:
            before = session.scalars(select(Filing).where(
                Filing.matter_id == filing.matter_id, Filing.seal == found[-1].follows)).first()
            if before is None or before in found:
                break
            found.append(before)
    return found


class Proof(NamedTuple):
    """What is wrong with a package, and the filings whose package it is; one of these is empty."""

    problems: list[Problem]
    filings: list[Filing]

    def told(self) -> Iterator[str]:
        """The same in words."""
        yield from (one.message for one in self.problems)
        for one in self.filings:
            yield tr("Filed {day} with {recipient}: {what}. Its seal is the one this cabinet noted then.",
                     day=one.filed_on or "", recipient=one.recipient, what=one.what)


def prove(store: Store, packed: Path) -> Proof:
    """Whether a package, folder or ZIP, is one that this cabinet noted as filed, and as it was written."""
    problems = package.verify(packed)
    found = [] if problems else proved(store, packed)
    if not (problems or found):
        problems = [Problem(MANIFEST, "anchor mismatch", tr(
            "Nothing in the package was changed since its seal {seal} was computed, but no filing of this cabinet has "
            "that seal: it was computed anew, or never noted as filed.", seal=package.manifest(packed)["seal"]))]
    return Proof(problems, found)


def proved(store: Store, packed: Path) -> list[Filing]:
    """The filings that a package, as it lies there unchanged, is the package of."""
    seal = str(package.manifest(packed)["seal"])
    with store.read() as session:
        return list(session.scalars(select(Filing).where(Filing.seal == seal).order_by(Filing.id)))
