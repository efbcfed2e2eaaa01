"""What is due today, this week or late, over all matters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.i18n import language, tr, trn
from casedesk.casework import sanity
from casedesk.casework.backups import PlaceState, states
from casedesk.casework.drafts import drafts
from casedesk.casework.due import DueItem, due_items
from casedesk.casework.findings import seen_of
from casedesk.casework.new_key import unseen
from casedesk.casework.rule_settings import rulebook
from casedesk.records import Draft, Filing, Finding, Matter
from casedesk.records.words import FilingState, FindingState
from casedesk.store import office
from casedesk.store.attempts import Failed, failed_since
from casedesk.store.cabinet import Store
from casedesk.store.shared_folders import danger
from casedesk.ui.places import Place

_DAYS = 14
_MOST = 100
_WAITING = (FilingState.FILED, FilingState.ACCEPTED, FilingState.MORE_WANTED)


@dataclass(frozen=True)
class Due:
    """One thing that waits: the day, what, in which matter, and where it stands."""

    day: dt.date
    what: str
    kind: str
    matter: str
    place: Place
    uuid: str
    """In hex: what a reminder of it is put off by."""


@dataclass(frozen=True)
class Open:
    """A finding not decided yet."""

    severity: str
    severity_label: str
    title: str
    count: str
    why: str
    matter: str
    place: Place


@dataclass(frozen=True)
class Waiting:
    """What the desk shows."""

    due: list[Due]
    findings: list[Open]
    open_count: int
    drafts: list[Draft]
    matters: list[tuple[int, str, str]]
    filings: list[tuple[str, dt.date, Place]]
    """What was filed and waits for its answer: (words, when filed, where)."""
    backups: list[PlaceState]
    check: sanity.Last
    failed: list[Failed]
    """Attempts to unlock the cabinet that failed within the last week."""
    wrong: list[tuple[str, str]]
    """What is wrong with the folder the cabinet lies in, or with who can open it, each with what to do."""


@dataclass(frozen=True)
class ReadingDesk:
    """Read what waits."""

    store: Store

    def __call__(self) -> Waiting:
        until = dt.datetime.now().astimezone().date() + dt.timedelta(days=_DAYS)
        due = [_shown(item) for item in due_items(self.store, until)[:_MOST]]
        with self.store.read() as session:
            findings, open_count = _open(session)
            matters = [(id_, ref, name) for id_, ref, name in session.execute(
                select(Matter.id, Matter.ref, Matter.name).where(Matter.deleted_at.is_(None))
                .order_by(Matter.changed_at.desc()).limit(8))]
            filings = _filings(session)
        return Waiting(due, findings, open_count, drafts(self.store), matters, filings, states(self.store),
                       sanity.last(self.store),
                       failed_since(self.store.folder, times.now() - dt.timedelta(days=7)), _wrong(self.store))


def _wrong(store: Store) -> list[tuple[str, str]]:
    recovered = (tr("You opened the cabinet with the recovery key."), tr("Choose a new passphrase in the settings."))
    place = office.unchecked(office.address_of(store.folder)) if store.is_office else danger(store.folder)
    return [one for one in (place, unseen(store), recovered if store.key.recovered else None) if one is not None]


def _filings(session: Session) -> list[tuple[str, dt.date, Place]]:
    """What was filed and waits for its answer, longest waiting first."""
    return [
        (f"{ref}  {recipient}", day, Place("matter", matter, "filings/filing", id_))
        for id_, recipient, day, matter, ref in session.execute(
            select(Filing.id, Filing.recipient, Filing.filed_on, Matter.id, Matter.ref)
            .join(Matter, Matter.id == Filing.matter_id)
            .where(Filing.state.in_(_WAITING), Filing.filed_on.is_not(None), Filing.answered_on.is_(None),
                   Filing.deleted_at.is_(None), Matter.deleted_at.is_(None))
            .order_by(Filing.filed_on).limit(8)) if day is not None]


def _open(session: Session) -> tuple[list[Open], int]:
    """The gravest findings not decided yet over all matters, and how many there are."""
    waiting = (Finding.state == FindingState.OPEN, Finding.deleted_at.is_(None), Matter.deleted_at.is_(None))
    joined = select(Finding, Matter).join(Matter, Matter.id == Finding.matter_id).where(*waiting)
    rows = session.execute(joined.order_by(Finding.severity.desc(), Finding.rows.desc(), Finding.id).limit(8)).all()
    count = session.scalar(select(func.count()).select_from(joined.subquery())) or 0
    found = []
    for finding, matter in rows:
        [one] = seen_of(session, rulebook(session, matter.jurisdiction), [finding], language())
        found.append(Open(one.severity, one.severity_label, one.title, trn("{n} time", "{n} times", one.count),
                          one.why, matter.ref,
                          Place("matter", matter.id, "findings/finding", one.id)))
    return found, count


def _shown(item: DueItem) -> Due:
    kind = {"deadline": tr("Deadline"), "offer": tr("Offer"), "instalment": tr("Instalment"), "filing": tr("Filing")}
    return Due(item.day, item.what.by(tr), kind[item.table], item.matter_ref,
               Place("matter", item.matter_id, item.place, item.record_id), item.uuid.hex)
