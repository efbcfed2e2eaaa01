"""The check of the whole cabinet by schedule: it keeps how far it is, and goes on from there after an interruption."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field, replace

from casedesk.base import times
from casedesk.base.jobs import Progress, silent
from casedesk.casework import check
from casedesk.casework.check import Problem
from casedesk.records import Setting
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store

EVERY = dt.timedelta(days=7)
STATE = "check state"


@dataclass(frozen=True)
class Last:
    """The last check that ended, and the one that goes on; times are ISO, UTC, and empty when there was none."""

    finished: str = ""
    problems: list[str] = field(default_factory=list)
    """What the last finished check found."""
    started: str = ""
    """When the check that was interrupted began; empty when none was."""
    reached: int = 0
    """The evidence up to which it came."""
    found: list[list[str]] = field(default_factory=list)
    """What it found so far."""


def last(store: Store) -> Last:
    """How it stands."""
    with store.read() as session:
        kept = session.get(Setting, STATE)
        return Last(**kept.value) if kept is not None else Last()


def due(store: Store, now: dt.datetime) -> bool:
    """Whether one was interrupted, or the last is a week old."""
    state = last(store)
    return bool(state.started) or not state.finished or not (
        dt.timedelta(0) <= now - dt.datetime.fromisoformat(state.finished) < EVERY)


def run(store: Store, progress: Progress = silent, *, resume: bool = False) -> list[Problem]:
    """Check the whole cabinet; with `resume` an interrupted check goes on with the evidence it did not reach."""
    state = last(store)
    if not (resume and state.started):
        found = list(check.structure(store, progress))
        state = replace(state, started=times.now().isoformat(), reached=0, found=_plain(found))
        _keep(store, state)
    problems = [Problem(*one) for one in state.found]

    def reached(after: int, more: list[Problem]) -> None:
        _keep(store, replace(state, reached=after, found=_plain([*problems, *more])))

    for one in check.evidence(store, progress, after=state.reached, reached=reached):
        problems.append(one)  # noqa: PERF402 - `reached` reads it meanwhile
    problems += check.strangers(store)
    _keep(store, Last(finished=times.now().isoformat(), problems=[one.message for one in problems[:50]]))
    return problems


def _plain(problems: list[Problem]) -> list[list[str]]:
    return [[one.path, one.verdict, one.message] for one in problems]


def _keep(store: Store, state: Last) -> None:
    if not store.may(Right.KEEP):
        return  # who may only look checks, and leaves nothing behind
    with store.work(Right.KEEP) as session:
        session.merge(Setting(key=STATE, value=asdict(state)))
