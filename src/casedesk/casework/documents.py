"""Documents of a matter: load once, close the session, write the file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import Language, Say, words
from casedesk.base.jobs import Progress, silent
from casedesk.casework.evidence import kept
from casedesk.casework.filed_packages import cited
from casedesk.casework.lasting import plain
from casedesk.casework.rule_texts import rule_texts
from casedesk.casework.statement import statement_in
from casedesk.records import (
    OF_MATTER,
    Agent,
    Change,
    Client,
    Collector,
    Creditor,
    Debt,
    Finding,
    FindingIncident,
    ImportBatch,
    Incident,
    Matter,
    PhoneNumber,
    Setting,
)
from casedesk.records.dossier import Dossier
from casedesk.records.rights import Right
from casedesk.records.statement import DebtStatement
from casedesk.records.words import FindingState
from casedesk.store.bulk import few_pages
from casedesk.store.cabinet import Store

if TYPE_CHECKING:
    from casedesk.exports.bundle import Result

_PRIVILEGED = "privileged"
_NOT_LISTED = {Incident, ImportBatch}
"""Incidents are walked; how a file was taken in is the firm's own business: each source names its file and line."""
_PLACES = {
    "contact_person": "contact_persons", "debt": "debts", "guarantor": "guarantors", "offer": "offers",
    "agreement": "agreements", "instalment": "instalments", "payment": "payments", "evidence": "evidence",
    "evidence_link": "links", "incident_source": "sources", "custody_event": "custody", "notice": "notices",
    "finding": "findings", "finding_incident": "finding_rows", "deadline": "deadlines", "filing": "filings",
    "note": "notes", "claim": "claims", "act": "acts", "circumstance": "circumstances", "warned": "warned",
}


class Incidents:
    """The incidents of a matter in order of time, read in pages as they are walked."""

    def __init__(self, session: Session, matter_id: int, page: int = 500) -> None:
        self._session, self._page = session, page
        self._wanted = (
            select(Incident).where(Incident.matter_id == matter_id, Incident.privileged.is_(False))
            .order_by(Incident.at, Incident.id))

    def __iter__(self) -> Iterator[Incident]:
        with self._session.scalars(self._wanted.execution_options(yield_per=self._page)) as found:
            yield from found  # whoever stops half-way leaves no cursor open on a server


@contextmanager
def dossier(
    store: Store, matter_id: int, lang: Language, *, statements_on: dt.date | None = None,
) -> Iterator[Dossier]:
    """One moment of a matter, for the time of the block, rules told in a language; privileged records are left out.

    With `statements_on`, the statement of each debt as of that day is in it, or why there is none.
    """
    with store.read() as session, few_pages(session):
        matter = session.scalars(select(Matter).where(Matter.id == matter_id)).one()
        client = session.scalars(select(Client).where(Client.id == matter.client_id)).one()
        incidents = Incidents(session, matter_id)
        count = session.scalar(
            select(func.count()).select_from(Incident)
            .where(Incident.matter_id == matter_id, Incident.privileged.is_(False)))
        made, failed = _statements(session, matter_id, statements_on, words(lang))
        session.expunge_all()
        lists, parties = _lists(session, matter_id), _parties(session, matter_id)
        texts, rule_set = rule_texts(session, matter, lists["findings"], lists["finding_rows"], lang)
        yield Dossier(
            rule_texts=texts, rule_set=rule_set, matter=matter, client=client, incidents=incidents,
            incident_count=count or 0, open_file=lambda evidence: store.vault.open(kept(evidence)),
            firm=firm(session), statements=made, without_statement=failed,
            **head(session), **lists, **parties)


def _statements(session: Session, matter_id: int, on: dt.date | None,
                say: Say) -> tuple[list[DebtStatement], list[tuple[str, str]]]:
    made: list[DebtStatement] = []
    failed: list[tuple[str, str]] = []
    for debt in session.scalars(select(Debt).where(Debt.matter_id == matter_id).order_by(Debt.id)).all() if on else ():
        assert on is not None
        try:
            made.append(statement_in(session, debt.id, on))
        except InvalidEntry as problem:
            failed.append((f"{say(debt.product.label)} {debt.contract_number}".strip(), str(problem)))
    return made, failed


def retold(store: Store, found: Dossier, lang: Language) -> Dossier:
    """The same dossier with its rules told in another language."""
    with store.read() as session:
        texts, rule_set = rule_texts(session, found.matter, found.findings, found.finding_rows, lang)
    return replace(found, rule_texts=texts, rule_set=rule_set)


def firm(session: Session) -> str:
    """The firm's name as documents bear it."""
    setting = session.scalars(select(Setting).where(Setting.key == "firm")).one_or_none()
    return str(setting.value.get("name", "")) if setting else ""


def head(session: Session) -> dict[str, Any]:
    """Hash and number of the last audit row, as a dossier holds them."""
    last = session.execute(select(Change.hash, Change.seq).order_by(Change.seq.desc()).limit(1)).first()
    return {"chain_head": last.hash, "chain_seq": last.seq} if last else {}


def _lists(session: Session, matter_id: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for record in OF_MATTER:
        if record in _NOT_LISTED:
            continue
        wanted = select(record).where(record.__table__.c.matter_id == matter_id).order_by(record.id)
        if _PRIVILEGED in record.__table__.c:
            wanted = wanted.where(record.__table__.c.privileged.is_(False))
        if record is FindingIncident:  # those of findings nobody confirmed are in no document, and may be very many
            wanted = wanted.where(FindingIncident.finding_id.in_(
                select(Finding.id).where(Finding.matter_id == matter_id, Finding.state == FindingState.CONFIRMED)))
        found[_PLACES[record.__tablename__]] = session.scalars(wanted).all()
    return found


def _parties(session: Session, matter_id: int) -> dict[str, Any]:
    """The creditors and collectors this matter refers to, and no other matter's."""
    creditors = _referred(session, matter_id, "creditor_id") | _referred(session, matter_id, "assignee_id")
    collectors = _referred(session, matter_id, "collector_id")
    creditors |= set(session.scalars(select(Collector.creditor_id).where(Collector.id.in_(collectors))))
    wanted = {
        "creditors": select(Creditor).where(Creditor.id.in_(creditors)),
        "collectors": select(Collector).where(Collector.id.in_(collectors)),
        "agents": select(Agent).where(Agent.collector_id.in_(collectors)),
        "numbers": select(PhoneNumber).where(
            PhoneNumber.collector_id.in_(collectors) | PhoneNumber.creditor_id.in_(creditors)),
    }
    return {place: session.scalars(query.order_by("id")).all() for place, query in wanted.items()}


def _referred(session: Session, matter_id: int, column: str) -> set[int]:
    found: set[int] = set()
    for record in OF_MATTER:
        table = record.__table__.c
        if column in table:
            found |= set(session.scalars(
                select(table[column]).where(table.matter_id == matter_id, table[column].is_not(None),
                                            table.deleted_at.is_(None)).distinct()))
    return found


def write_bundle(
    store: Store, matter_id: int, out: Path, *, profile: str, lang: Language, slip_sheets: bool = False,
    annexes: Iterable[str] = (), statements_on: dt.date | None = None, lasting: bool = False,
    progress: Progress = silent,
) -> Result:
    """Write the evidence bundle PDF; DocumentError names every file that cannot be shown.

    `annexes` are of "statement" (as of `statements_on`, else today), "negotiation" and "schedule". `lasting` makes it
    PDF/A-2b; a problem says why it could not.
    """
    from casedesk.exports import bundle

    store.require(Right.EXPORT)
    chosen = frozenset(annexes)
    on = (statements_on or dt.datetime.now().astimezone().date()) if "statement" in chosen else None
    with dossier(store, matter_id, lang, statements_on=on) as found:
        made = bundle.write(found, out, profile=profile, lang=lang, slip_sheets=slip_sheets, progress=progress,
                            options=bundle.Options(annexes=chosen, cited=cited(store, matter_id)))
    for message in plain(out) if lasting else ():
        made.problems.append(bundle.Problem(None, message))
    return made


def write_workbook(
    store: Store, matter_id: int, out: Path, *, lang: Language, statements_on: dt.date | None = None,
    without: Iterable[str] = (), progress: Progress = silent,
) -> None:
    """Write the workbook XLSX; with `statements_on`, each debt's statement with formulas to compute it again.

    `without` are of "negotiation" and "schedule".
    """
    from casedesk.exports import workbook

    store.require(Right.EXPORT)
    with dossier(store, matter_id, lang, statements_on=statements_on) as found:
        workbook.write(found, out, lang=lang, without=frozenset(without), progress=progress)


def write_statement(store: Store, debt_id: int, out: Path, *, as_of: dt.date, lang: Language) -> int:
    """Write the statement of a debt as a PDF with every step; returns how many pages."""
    from casedesk.exports import statement

    store.require(Right.EXPORT)
    with store.read() as session:
        found = statement_in(session, debt_id, as_of)
    return statement.write(found, out, lang=lang)
