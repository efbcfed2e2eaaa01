"""Dates that rules set: until when records are kept, suit is open, an answer is due. Reckoned, never decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from casedesk.base.clock_hours import DAY
from casedesk.base.months import later
from casedesk.records import Finding
from casedesk.records.words import NoticeKind
from casedesk.rules.case import Facts, date_of, local
from casedesk.rules.rulebook import Rule


@dataclass(frozen=True)
class Clock:
    """A date by a rule, and the day it is reckoned from; `about` is a collector, debt or notice by its caption."""

    rule: Rule
    start: dt.date
    ends: dt.date
    about: str


_Start = tuple[dt.date, str, int | None]
"""The day a clock starts, what about, and whose matter it is: the creditor, where known."""


def clocks(facts: Facts, findings: Sequence[Finding], rules: Iterable[Rule]) -> list[Clock]:
    """The dates of every clock rule in use, the earliest first."""
    found = [Clock(rule, start, _end(rule, start), about) for rule in rules if rule.check == "clock"
             for start, about, creditor in _starts(facts, findings, rule.parameters["starts"])
             if rule.binding(facts.creditors.get(creditor or 0), (), start, dt.date.max)]
    return sorted(found, key=lambda one: (one.ends, one.rule.id, one.about))


def _end(rule: Rule, start: dt.date) -> dt.date:
    return later(start + dt.timedelta(days=rule.parameters["days"]), rule.parameters["months"])


def _starts(facts: Facts, findings: Sequence[Finding], starts: str) -> Iterator[_Start]:
    match starts:
        case "contact":
            for id_, at in facts.first_contact.items():
                if id_ in facts.collectors:
                    collector = facts.collectors[id_]
                    yield date_of(local(at, facts.zone) // DAY), collector.name, collector.creditor_id
        case "violation":
            yield from ((one.first_on, one.rule, one.creditor_id) for one in findings if one.first_on is not None)
        case "due":
            for debt in facts.debts.values():
                start = debt.overdue_since or debt.due_on
                if start is not None:
                    paid = [one.paid_on for one in facts.payments if one.debt_id == debt.id and one.paid_on]
                    yield max([start, *paid]), debt.caption, debt.creditor_id
        case "answer":
            notices = facts.by_kind.get(NoticeKind.OBJECTION, [])
            yield from ((one.answered_on, one.caption, one.creditor_id) for one in notices
                        if one.answered_on is not None)
        case "objection" | "breathing-space":
            notices = facts.by_kind.get(NoticeKind(starts), [])
            yield from ((one.told_on, one.caption, one.creditor_id) for one in notices if one.told_on is not None)
