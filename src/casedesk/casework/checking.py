"""Running the rules over matters and keeping what they find.

Findings and their rows follow from the records and can be found again at any time, so they are written in bulk and are
not in the history; what a person decides about them is. A check after a save judges only the days around what changed.
"""

from __future__ import annotations

import datetime as dt
import gc
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casedesk.base import memory, times
from casedesk.base.clock_hours import DAY
from casedesk.base.jobs import Progress, silent
from casedesk.casework import rule_settings
from casedesk.casework.case_facts import Reader, digest
from casedesk.casework.ledger import Ledger
from casedesk.records import Change, Creditor, Finding, Incident, Matter, Setting
from casedesk.records.rights import Right
from casedesk.records.words import FindingState, Jurisdiction
from casedesk.rules.case import Case, Contact, Facts, local
from casedesk.rules.judge import Rows, judge, reach
from casedesk.rules.rulebook import Rulebook
from casedesk.store.cabinet import Store
from casedesk.store.keys import CabinetKey
from casedesk.store.work import WITH_TRASH

if TYPE_CHECKING:
    from concurrent.futures import Future

_SIDE = ("creditor_id", "collector_id", "debt_id")
_MOST_CHANGES, _MOST_DAYS = 500, 400
"""More changed incidents or days than this are checked as a whole matter."""
_BATCH, _ALONE, _PROCESSES = 30_000, 100_000, 2
"""So many incidents in one unit of work; fewer than this are not worth processes of their own."""


_P = ParamSpec("_P")
_R = TypeVar("_R")
_ONE = threading.RLock()


def _one_at_a_time(check: Callable[_P, _R]) -> Callable[_P, _R]:
    """A check begun earlier never keeps what it found over what a later one kept: the later one waits."""

    @wraps(check)
    def alone(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with _ONE:
            return check(*args, **kwargs)

    return alone


@dataclass(frozen=True)
class Checked:
    """What a check found: how many findings and questions there are now, by which rules, whether any changed."""

    findings: int
    questions: int
    rules: Rulebook
    changed: bool


@_one_at_a_time
def recheck(store: Store, matter_id: int, progress: Progress = silent) -> Checked:
    """All rules over a whole matter."""
    with store.read() as session:
        matter = session.get_one(Matter, matter_id)
        book = rule_settings.rulebook(session, matter.jurisdiction)
        seq, reader = _last(session), Reader(session, [matter_id])
        found, kept = _judged(reader, matter, book, progress)
    progress(2, 3)
    if not store.may(Right.KEEP):
        return _checked(store, matter_id, book, changed=False)
    with store.work(Right.KEEP) as session:
        changed = Ledger(session, matter, book).keep(found)
        _remember(session, matter_id, seq, kept, book)
    progress(3, 3)
    return _checked(store, matter_id, book, changed)


def recheck_all(store: Store, progress: Progress = silent) -> int:
    """All rules over every matter; returns how many findings there are.

    Where there is much to do other processes read and judge ahead while this one keeps what was found.
    """
    if not store.may(Right.KEEP):
        return _count(store)
    with store.read() as session:
        counts = session.execute(select(Matter.id, func.count(Incident.id)).outerjoin(
            Incident, Incident.matter_id == Matter.id).group_by(Matter.id).order_by(Matter.id)).all()
    sizes = {row[0]: row[1] for row in counts}
    done, total = 0, sum(sizes.values())
    for judged in _ahead(store, list(_batches(sizes)), alone=total < _ALONE):
        _keep(store, judged)
        done += sum(sizes[id_] for id_ in judged.found)
        progress(done, total)
    return _count(store)


def _count(store: Store) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(Finding)) or 0


@dataclass(frozen=True)
class _Judged:
    """What the rules found in some matters, and the state of the cabinet they were judged in."""

    seq: int
    found: dict[int, tuple[Rows, str]]
    """Matter -> its rows, and the digest of the facts they rest on."""


def _judge(store: Store, batch: list[int]) -> _Judged:
    with store.read() as session:
        seq, reader = _last(session), Reader(session, batch)
        books = {kind: rule_settings.rulebook(session, kind) for kind in Jurisdiction}
        return _Judged(seq, {matter.id: _judged(reader, matter, books[matter.jurisdiction], silent)
                             for matter in session.scalars(select(Matter).where(Matter.id.in_(batch)))})


@cache
def _opened(folder: Path, key: CabinetKey) -> Store:
    """The cabinet as another process has it, for as long as that lives."""
    gc.set_threshold(100_000, 50, 100)  # contacts by the million, none of them in a cycle
    return Store(folder, key)


def _judge_there(folder: Path, key: CabinetKey, batch: list[int]) -> _Judged:
    return _judge(_opened(folder, key), batch)


def _ahead(store: Store, batches: list[list[int]], *, alone: bool) -> Iterator[_Judged]:
    """The batches judged, in order; a few ahead of what is kept."""
    if alone:
        yield from (_judge(store, batch) for batch in batches)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(_PROCESSES, get_context("spawn"), memory.keep_private) as pool:
        waiting: deque[Future[_Judged]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_judge_there, store.folder, store.key, batch))
            if len(waiting) > _PROCESSES:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@_one_at_a_time
def _keep(store: Store, judged: _Judged) -> None:
    """Keep what was found; a matter that changed meanwhile is judged again."""
    with store.work(Right.KEEP) as session:
        creditors = session.scalars(select(Creditor)).all()  # held: each matter asks for its own
        books = {kind: rule_settings.rulebook(session, kind) for kind in Jurisdiction}
        moved = {id_ for id_ in session.scalars(select(Change.matter_id).where(Change.seq > judged.seq).distinct())
                 if id_ is not None}
        for matter in session.scalars(select(Matter).where(Matter.id.in_(judged.found.keys() - moved))):
            found, kept = judged.found[matter.id]
            book = books[matter.jurisdiction]
            Ledger(session, matter, book).keep(found)
            _remember(session, matter.id, judged.seq, kept, book)
        del creditors
    for matter_id in sorted(moved & judged.found.keys()):
        recheck(store, matter_id)


def _batches(sizes: dict[int, int]) -> Iterator[list[int]]:
    batch: list[int] = []
    size = 0
    for matter_id, count in sizes.items():
        batch.append(matter_id)
        size += count
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _judged(reader: Reader, matter: Matter, book: Rulebook, progress: Progress) -> tuple[Rows, str]:
    facts = reader.facts(matter)
    contacts = reader.contacts(matter.id, facts)
    progress(1, 3)
    return judge(Case(contacts, facts), book.active), digest(facts)


@_one_at_a_time
def refresh(store: Store, matter_id: int, progress: Progress = silent) -> bool:
    """Check what changed since the last check, by the history; True when a finding or question changed."""
    if not store.may(Right.KEEP):
        return False  # who may only look sees what others had found
    with store.read() as session:
        matter = session.get_one(Matter, matter_id)
        book = rule_settings.rulebook(session, matter.jurisdiction)
        state, seq = _remembered(session, matter_id), _last(session)
        if state is not None and state["seq"] == seq and state["rules"] == book.version:
            return False
        reader = Reader(session, [matter_id])
        facts = reader.facts(matter)
        changes = None
        if state is not None and state["rules"] == book.version and state["facts"] == digest(facts):
            changes = _changed(session, matter_id, state["seq"])
        if changes is not None and not changes.ids:
            return False
        span = reach(book.active)
        days = _around(changes.days, span) if changes is not None else []
        if changes is not None and days:
            sides = {facts.creditor_of(*side) for side in changes.sides}
            case = _near(reader, facts, matter_id, [(first - span, last + span) for first, last in days], sides)
            wanted = partial(_within, days)
            found = judge(case, book.active, wanted)
            ids = changes.ids | {one.id for one in case.contacts if wanted(one)}
    if changes is None or not days:
        return recheck(store, matter_id, progress).changed
    with store.work(Right.KEEP) as session:
        changed = Ledger(session, matter, book).keep(found, ids)
        _remember(session, matter_id, seq, str(state and state["facts"]), book)
    return changed


@dataclass(frozen=True)
class _Changes:
    ids: set[int]
    days: set[int]
    """The days the changed incidents were or are on, with those beside them where the zone changed."""

    sides: set[tuple[int | None, ...]]
    """Creditor, collector and debt they were or are of."""

    def add(self, incident: Incident, fields: dict[str, list[Any]]) -> None:
        """An incident as it is, and as it was before the change of these fields."""
        self.ids.add(incident.id)
        before = fields.get("at", [None])[0]
        moved = "zone" in fields
        for at in (incident.at, *([dt.datetime.fromisoformat(before)] if before else [])):
            day = local(times.to_millis(at), incident.zone) // DAY
            self.days.update(range(day - moved, day + moved + 1))
        now = {name: getattr(incident, name) for name in _SIDE}
        was = {name: fields[name][0] if name in fields else now[name] for name in _SIDE}
        self.sides.update((tuple(now.values()), tuple(was.values())))


def _changed(session: Session, matter_id: int, seq: int) -> _Changes | None:
    """The incidents changed since a row of the history; None when they are too many."""
    rows = session.execute(
        select(Change.record, Change.fields).where(Change.matter_id == matter_id, Change.seq > seq,
                                                   Change.kind == Incident.__tablename__)
        .limit(_MOST_CHANGES + 1)).all()
    if len(rows) > _MOST_CHANGES:
        return None
    found = _Changes(set(), set(), set())
    for record, fields in rows:
        wanted = select(Incident).where(Incident.uuid == record).execution_options(**WITH_TRASH)
        now = session.scalars(wanted).one_or_none()
        if now is None:  # gone for good: its rows went with it, its neighbours' have to be found again
            return None
        found.add(now, fields)
    return found


def _around(days: Iterable[int], span: int) -> list[tuple[int, int]]:
    """First and last day of each stretch within `span` days of one of the days; none when they are too many."""
    found: list[tuple[int, int]] = []
    for day in sorted(days):
        if found and day - span <= found[-1][1] + 1:
            found[-1] = (found[-1][0], day + span)
        else:
            found.append((day - span, day + span))
    return found if sum(last - first for first, last in found) <= _MOST_DAYS else []


def _near(reader: Reader, facts: Facts, matter_id: int, days: list[tuple[int, int]],
          sides: Collection[int | None]) -> Case:
    """The contacts of these days and creditors."""
    contacts: dict[int, Contact] = {}
    for stretch in days:
        found = reader.contacts(matter_id, facts, stretch, sides)
        contacts.update((one.id, one) for one in found if one.creditor in sides)
    return Case(contacts.values(), facts)


def _within(days: list[tuple[int, int]], contact: Contact) -> bool:
    return any(first <= contact.day <= last for first, last in days)


def _last(session: Session) -> int:
    return session.scalar(select(func.max(Change.seq))) or 0


def _remembered(session: Session, matter_id: int) -> dict[str, Any] | None:
    kept = session.get(Setting, f"checked {matter_id}")
    return kept.value if kept is not None else None


def _remember(session: Session, matter_id: int, seq: int, facts: str, book: Rulebook) -> None:
    session.merge(Setting(key=f"checked {matter_id}", value={"seq": seq, "facts": facts, "rules": book.version}))


def _checked(store: Store, matter_id: int, book: Rulebook, changed: bool) -> Checked:
    with store.read() as session:
        states = session.execute(select(Finding.state, func.count()).where(Finding.matter_id == matter_id)
                                 .group_by(Finding.state)).all()
    counts: dict[FindingState, int] = {row[0]: row[1] for row in states}
    questions = counts.pop(FindingState.QUESTION, 0)
    return Checked(sum(counts.values()), questions, book, changed)
