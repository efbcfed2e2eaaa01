"""What cannot be: days in reversed order, numbers out of range, parts larger than their whole. Said at the field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base import money
from casedesk.base.errors import InvalidEntry
from casedesk.base.fields import Field
from casedesk.base.i18n import tr
from casedesk.records import (
    Act,
    Agreement,
    Circumstance,
    Claim,
    Debt,
    Filing,
    Guarantor,
    Instalment,
    Matter,
    Notice,
    Offer,
    Payment,
    Record,
    columns,
)
from casedesk.records.words import PlanKind

_YEARS = range(1900, 2151)
_ORDER: Mapping[type[Record], tuple[tuple[str, str], ...]] = {
    Offer: (("made_on", "valid_until"), ("made_on", "answered_on"), ("made_on", "first_due_on")),
    Debt: (("contract_on", "due_on"), ("released_on", "due_on"), ("contract_on", "overdue_since"),
           ("released_on", "overdue_since"), ("contract_on", "claimed_as_of"), ("contract_on", "suit_on"),
           ("suit_on", "judged_until"), ("released_on", "judged_until"), ("contract_on", "assigned_on"),
           ("assigned_on", "assignment_told_on")),
    Act: (("done_on", "until"),), Circumstance: (("since", "until"),), Guarantor: (("signed_on", "until"),),
    Notice: (("told_on", "until"), ("told_on", "answered_on")), Matter: (("opened_on", "closed_on"),),
    Filing: (("filed_on", "answer_due_on"), ("filed_on", "answered_on")),
}
"""(earlier, later): a later day never comes first."""
_WITHIN: Mapping[type[Record], tuple[tuple[str, str], ...]] = {
    Offer: (("down", "total"), ("last", "total")), Debt: (("prepaid", "principal"),)}
"""(part, whole): a part is never more."""
_RANGES: Mapping[type[Record], Mapping[str, range]] = {
    Offer: {"instalments": range(1, 601), "step_every": range(1, 601)}, Instalment: {"number": range(1, 100_000)}}
_POSITIVE = {(Payment, "amount"), (Instalment, "amount"), (Agreement, "total")}


@dataclass(frozen=True)
class _Across:
    """A day of one record that is never before a day of the record it points at: the first of these that is known."""

    kind: type[Record]
    day: str
    link: str
    parent: type[Record]
    since: tuple[str, ...]


_RELEASED, _BEGUN = ("released_on", "contract_on"), ("contract_on", "released_on")
_ACROSS = (
    _Across(Payment, "paid_on", "debt_id", Debt, _RELEASED), _Across(Claim, "charged_on", "debt_id", Debt, _BEGUN),
    _Across(Act, "done_on", "debt_id", Debt, _BEGUN), _Across(Offer, "made_on", "debt_id", Debt, _BEGUN),
    _Across(Agreement, "agreed_on", "debt_id", Debt, _BEGUN),
    _Across(Offer, "made_on", "counter_to_id", Offer, ("made_on",)),
    _Across(Agreement, "agreed_on", "offer_id", Offer, ("made_on",)),
    _Across(Instalment, "due_on", "agreement_id", Agreement, ("agreed_on",)),
)


def check(kind: type[Record], values: Mapping[str, Any]) -> None:
    """InvalidEntry for values that contradict each other, naming the field of the later or smaller one."""
    declared = {column.key: how for column, how in columns(kind)}
    for name, value in values.items():
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime) and value.year not in _YEARS:
            raise _wrong(tr("{day} is not a day of the years from 1900 to 2150.", day=value.isoformat()), name)
    for earlier, later in _ORDER.get(kind, ()):
        first, second = values.get(earlier), values.get(later)
        if first is not None and second is not None and second < first:
            raise _reversed(declared[later], second, declared[earlier], first, later)
    _check_numbers(kind, values, declared)


def _check_numbers(kind: type[Record], values: Mapping[str, Any], declared: Mapping[str, Field]) -> None:
    for name, allowed in _RANGES.get(kind, {}).items():
        if values.get(name) is not None and values[name] not in allowed:
            raise _wrong(tr("“{field}” is a number from {least} to {most}.", field=tr(declared[name].label),
                            least=allowed[0], most=f"{allowed[-1]:,}"), name)
    for part, whole in _WITHIN.get(kind, ()):
        some, all_ = values.get(part), values.get(whole)
        if some is not None and all_ is not None and some > all_:
            raise _wrong(tr("“{part}” ({some}) is more than “{whole}” ({all}).", part=tr(declared[part].label),
                            whole=tr(declared[whole].label), some=money.show_cents(some),
                            all=money.show_cents(all_)), part)
    for name, value in values.items():
        if value == 0 and (kind, name) in _POSITIVE:
            raise _wrong(tr("“{field}” is more than nothing.", field=tr(declared[name].label)), name)
    if values.get("year_days") not in (None, 360, 365):
        raise _wrong(tr("A year is counted as 360 or 365 days."), "year_days")
    total, claim = values.get("total"), values.get("claim")
    if values.get("plan") is PlanKind.WAIVER and total is not None and claim is not None and total > claim:
        raise InvalidEntry(tr("Nothing is waived: the total is above the claim."), tr("Look at both amounts."),
                           field="total")


def check_in(session: Session, record: Record) -> None:
    """The same for a record about to be saved, also against the records it points at and those that point at it."""
    check(type(record), {column.key: getattr(record, column.key) for column, _ in columns(type(record))})
    if isinstance(record, Agreement) and record.offer_id is not None and record.debt_id is None and session.scalars(
            select(Debt.id).where(Debt.matter_id == record.matter_id)).first() is not None:
        raise InvalidEntry(tr("The agreement names no debt."), tr("Say which debt is settled."), field="debt_id")
    for rule in _ACROSS:
        if isinstance(record, rule.kind):
            _check_link(session, record, rule)
        if isinstance(record, rule.parent) and record.id is not None:
            _check_children(session, record, rule)


def _check_link(session: Session, record: Record, rule: _Across) -> None:
    link, day = getattr(record, rule.link), getattr(record, rule.day)
    parent = session.get(rule.parent, link) if link is not None and day is not None else None
    since = _since(parent, rule.since) if parent is not None else None
    if since is not None and day < since[1]:
        declared = dict(_declared(rule.kind))
        raise _reversed(declared[rule.day], day, dict(_declared(rule.parent))[since[0]], since[1], rule.day)


def _check_children(session: Session, record: Record, rule: _Across) -> None:
    """When the day of what others point at is changed, the fault is in that day."""
    since = _since(record, rule.since)
    if since is None:
        return
    table = rule.kind.__table__.c
    day = session.scalars(select(table[rule.day]).where(
        table[rule.link] == record.id, table[rule.day] < since[1], table.deleted_at.is_(None))
        .order_by(table[rule.day])).first()
    if day is not None:
        declared = dict(_declared(rule.kind))
        raise _reversed(declared[rule.day], day, dict(_declared(rule.parent))[since[0]], since[1], since[0])


def _declared(kind: type[Record]) -> Iterator[tuple[str, Field]]:
    return ((column.key, how) for column, how in columns(kind))


def _since(record: Record, names: tuple[str, ...]) -> tuple[str, dt.date] | None:
    return next(((name, day) for name in names if (day := getattr(record, name)) is not None), None)


def _reversed(later: Field, second: dt.date, earlier: Field, first: dt.date, name: str) -> InvalidEntry:
    return InvalidEntry(
        tr("“{later}” ({second}) is before “{earlier}” ({first}).", later=tr(later.label), second=second.isoformat(),
           earlier=tr(earlier.label), first=first.isoformat()), tr("Look at both dates."), field=name)


def _wrong(message: str, name: str) -> InvalidEntry:
    return InvalidEntry(message, tr("Correct it."), field=name)
