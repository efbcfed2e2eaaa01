# ruff: noqa: E501 - a table
"""Small matters written in short words, as plain records: no cabinet is needed to test a rule.

A contact is written like "2026-11-03T22:00 call answered relative +demand person=1 x4/5": a local time; channel, person
reached, answered or missed, out (begun by the client) in any order; tags with +; fields with =; "x4/5" four times, five
minutes apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from casedesk.base import times
from casedesk.base.typed_time import Precision
from casedesk.records import Collector, ContactPerson, Creditor, Debt, Incident, Notice
from casedesk.records.words import CallKind, Channel, CreditorKind, Direction, Jurisdiction, NoticeKind, Product, Role
from casedesk.rules.case import Case, Contact, Facts, contact_of
from casedesk.rules.judge import Rows, judge
from casedesk.rules.rulebook import Rule, shipped

DAY = dt.timedelta(days=1)
_NAMES = {"person": "contact_person_id", "people": "people_count", "creditor": "creditor_id",
          "collector": "collector_id", "debt": "debt_id", "to": "our_number"}


def incidents(lines: Iterable[str], zone: str = "Asia/Shanghai", day: dt.date | None = None) -> list[Incident]:
    """The incidents written; moved so that the first is on `day`, if one is given."""
    found = [one for line in lines for one in _incidents(line, zone)]
    if day is not None and found:
        here = times.zone(zone)
        passed = day - found[0].at.astimezone(here).date()
        for one in found:
            local = one.at.astimezone(here).replace(tzinfo=None) + passed
            one.at = local.replace(tzinfo=here).astimezone(dt.UTC)
    for number, one in enumerate(found, 1):
        one.id = number
    return found


def _incidents(line: str, zone: str) -> list[Incident]:
    first, *rest = line.split()
    at = dt.datetime.fromisoformat(first).replace(tzinfo=times.zone(zone))
    values: dict[str, Any] = {"tags": [], "collector_id": 1, "number": "02160000001", "answered": True}
    count, step = 1, 0
    for word in rest:
        if word[0] == "x" and word[1].isdigit():
            count, step = (int(part) for part in word[1:].split("/"))
        elif word.startswith("+"):
            values["tags"].append(word[1:])
        elif "=" in word:
            name, value = word.split("=")
            name = _NAMES.get(name, name)
            values[name] = value if name in {"number", "our_number", "place"} else int(value)
        else:
            values.update(_word(word))
    if values["collector_id"] == 0:
        values["collector_id"] = None
    return [Incident(matter_id=1, zone=zone, at=at.astimezone(dt.UTC) + dt.timedelta(minutes=step * nth), **values)
            for nth in range(count)]


def _word(word: str) -> dict[str, Any]:
    fixed: dict[str, dict[str, Any]] = {
        "answered": {"answered": True}, "missed": {"answered": False}, "unknown": {"answered": None},
        "out": {"direction": Direction.OUT}, "nobody": {"identity_stated": False}, "named": {"identity_stated": True},
        "machine": {"by_machine": True}, "about": {"precision": Precision.APPROX}, "someday": {"precision": Precision.DAY},
        "refused": {"refused": True}}
    if word in fixed:
        return fixed[word]
    for name, kind in (("channel", Channel), ("reached", Role), ("call_kind", CallKind)):
        if word in list(kind):
            return {name: kind(word)}
    raise ValueError(word)


def facts(who: str = "consumer-finance online-loan member", *, zone: str = "Asia/Shanghai",
          notices: Sequence[str] = (), **more: Any) -> Facts:
    """Creditor 1 (`who`: its kind, the product, "member") with debt 1, collected by collector 1; person 1 and 2.

    A notice is written like "objection 2026-10-01 until=2026-12-01 hours=09:00-18:00".
    """
    words = who.split()
    creditor = Creditor(name="某机构", kind=CreditorKind(words[0]), association_member="member" in words)
    collector = Collector(name="某催收公司", creditor_id=1, notified_on=dt.date(2000, 1, 1))
    debt = Debt(matter_id=1, creditor_id=1, product=Product(words[1]), collector_id=1)
    persons = [ContactPerson(matter_id=1, name="甲"), ContactPerson(matter_id=1, name="乙")]
    for number, one in enumerate(persons, 1):
        one.id = number
    creditor.id = collector.id = debt.id = 1
    base = Facts(zone=zone, creditors={1: creditor}, collectors={1: collector}, debts={1: debt},
                 persons={one.id: one for one in persons}, notices=[_notice(text) for text in notices])
    return replace(base, **more)


def _notice(text: str) -> Notice:
    kind, told, *rest = text.split()
    values: dict[str, Any] = {}
    for word in rest:
        name, value = word.split("=")
        values[name] = (dt.date.fromisoformat(value) if name in {"until", "answered_on"}
                        else int(value) if value.isdigit() else value)
    if "channel" in values:
        values["channel"] = Channel(values["channel"])
    return Notice(matter_id=1, kind=NoticeKind(kind), told_on=dt.date.fromisoformat(told), **values)


def case(lines: Iterable[str], known: Facts, day: dt.date | None = None) -> Case:
    """A case of the contacts written, with what follows from them: first contacts and refusals."""
    contacts = [contact_of(one, known) for one in incidents(lines, known.zone, day)]
    return whole(contacts, known)


def whole(contacts: Sequence[Contact], known: Facts) -> Case:
    """The same of contacts."""
    first: dict[str, Any] = {"first_contact": {}, "first_talk": {}, "refusals": {}}
    for one in sorted(contacts, key=lambda one: (one.at, one.id)):
        if one.collector is not None and one.incoming:
            first["first_contact"].setdefault(one.collector, one.at)
        if one.person is not None and one.answered:
            first["first_talk"].setdefault(one.person, one.at)
        if one.person is not None and one.refused:
            first["refusals"].setdefault(one.person, one.at)
    merged: dict[str, Any] = {name: {**getattr(known, name), **value} for name, value in first.items()}
    return Case(contacts, replace(known, **merged))


def rule(jurisdiction: str, rule_id: str) -> Rule:
    """A shipped rule, switched on."""
    found = shipped(Jurisdiction(jurisdiction)).find(rule_id)
    assert found is not None, rule_id
    return replace(found, on=True)


def hits(found: Rows) -> list[int]:
    """The incidents of the findings, without those of questions."""
    return sorted({id_ for key, ids in found.items() if not key.asks for id_ in ids})


def asked(found: Rows) -> dict[str, list[int]]:
    """Field -> the incidents that a question asks it of."""
    return {key.asks: sorted(ids) for key, ids in found.items() if key.asks}


def found(jurisdiction: str, rule_id: str, lines: Iterable[str], known: Facts | None = None) -> Rows:
    """What one rule finds."""
    return judge(case(lines, known or facts()), [rule(jurisdiction, rule_id)])


