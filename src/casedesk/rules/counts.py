"""How often: calls a day, within sliding days, within minutes; numbers and persons in turn.

What belongs to a finding is told contact by contact from its neighbours alone, so that a saved contact needs no more
than the days around it checked again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from casedesk.base.clock_hours import MINUTE
from casedesk.records.words import CallKind, Channel, ContentTag
from casedesk.rules.case import Case, Contact, Hit, grouped
from casedesk.rules.rulebook import Rule


def kinds_a_day(case: Case, rule: Rule) -> Iterator[Hit]:
    """Answered calls of one kind to one person on one day, more than `most`; unknown kinds that matter ask."""
    kind, most = rule.parameters["kind"], rule.parameters["most"]
    for calls in _days(case.calls.values(), lambda one: one.reached):
        if len(calls) > most:
            yield from _more_than(most, calls, lambda one: _of_kind(one, kind), lambda one: _kind_unknown(one, kind))


def _of_kind(call: Contact, kind: str) -> bool:
    return call.call_kind == kind and call.answered is True and ContentTag.CONSENTED not in call.tags


def _kind_unknown(call: Contact, kind: str) -> str:
    if ContentTag.CONSENTED in call.tags:
        return ""
    if call.answered and call.call_kind == CallKind.UNKNOWN:
        return "call_kind"
    return "answered" if call.answered is None and call.call_kind in {kind, CallKind.UNKNOWN} else ""


def unanswered_a_day(case: Case, rule: Rule) -> Iterator[Hit]:
    """Tries that nobody answered, to one number of the client on one day, more than `most`."""
    most = rule.parameters["most"]
    for calls in _days(case.calls.values(), lambda one: (one.reached, one.our_number)):
        if len(calls) > most:
            yield from _more_than(most, calls, lambda one: one.answered is False,
                                  lambda one: "answered" if one.answered is None else "")


def _more_than(most: int, contacts: Sequence[Contact], counts: Callable[[Contact], bool],
               unknown: Callable[[Contact], str]) -> Iterator[Hit]:
    """Those that count when they are more than `most`; else, when the unknown ones could make it so, these ask."""
    sure = [one for one in contacts if counts(one)]
    if len(sure) > most:
        yield from map(Hit, sure)
        return
    doubtful = [(one, asks) for one in contacts if (asks := unknown(one))]
    if doubtful and len(sure) + len(doubtful) > most:
        yield from (Hit(one, asks) for one, asks in doubtful)


def contacts_a_day(case: Case, rule: Rule) -> Iterator[Hit]:
    """All contacts by some channels on one day, more than `most`."""
    most = rule.parameters["most"]
    for contacts in _days(grouped(_by_channels(case, rule)).values(), lambda one: None):
        if len(contacts) > most:
            yield from map(Hit, contacts)


def contacts_in_days(case: Case, rule: Rule) -> Iterator[Hit]:
    """All contacts by some channels within any `days` days in a row, more than `most`."""
    most, days = rule.parameters["most"], rule.parameters["days"]
    for contacts in grouped(_by_channels(case, rule)).values():
        yield from map(Hit, _crowded(contacts, most, lambda first, last: last.day - first.day < days))


def bursts(case: Case, rule: Rule) -> Iterator[Hit]:
    """`count` tries or more within `minutes` minutes; of unanswered ones only where the rule says so."""
    count, span = rule.parameters["count"], rule.parameters["minutes"] * MINUTE
    for calls in case.calls.values():
        tries = [one for one in calls if one.timed and not (rule.parameters["unanswered"] and one.answered)]
        yield from map(Hit, _crowded(tries, count - 1, lambda first, last: last.at - first.at <= span))


def _crowded(contacts: Sequence[Contact], most: int, together: Callable[[Contact, Contact], bool]) -> Iterator[Contact]:
    """The contacts that are together with more than `most`, themselves counted, in some window."""
    first = told = 0
    for last, contact in enumerate(contacts):
        while not together(contacts[first], contact):
            first += 1
        if last - first + 1 > most:
            yield from contacts[max(first, told):last + 1]
            told = last + 1


def number_rotation(case: Case, rule: Rule) -> Iterator[Hit]:
    """`count` numbers or more of one side on one day, on the day a number was blocked or up to `days` later."""
    blocked = {(one.side, one.day) for one in case.tagged[ContentTag.NUMBER_BLOCKED]}
    if not blocked:
        return
    for calls in _days(case.calls.values(), lambda one: one.collector):
        side, day = calls[0].side, calls[0].day
        if any((side, day - back) in blocked for back in range(rule.parameters["days"] + 1)):
            numbers = {one.number for one in calls if one.number}
            if len(numbers) >= rule.parameters["count"]:
                yield from map(Hit, calls)


def persons_in_turn(case: Case, rule: Rule) -> Iterator[Hit]:
    """`count` different third persons or more within `days` days in a row."""
    count, days = rule.parameters["count"], rule.parameters["days"]
    for contacts in grouped(case.third).values():
        first = told = 0
        persons: Counter[object] = Counter()
        for last, contact in enumerate(contacts):
            persons[contact.called_person] += 1
            while contact.day - contacts[first].day >= days:
                gone = contacts[first].called_person
                persons[gone] -= 1
                if not persons[gone]:
                    del persons[gone]
                first += 1
            if len(persons) >= count:
                yield from map(Hit, contacts[max(first, told):last + 1])
                told = last + 1


def headcount(case: Case, rule: Rule) -> Iterator[Hit]:
    """Visits by fewer than `least` or more than `most` collectors; an unknown number asks."""
    for visit in case.by_channel[Channel.VISIT]:
        if visit.people is None:
            yield Hit(visit, "people_count")
        elif not rule.parameters["least"] <= visit.people <= rule.parameters["most"]:
            yield Hit(visit)


def _by_channels(case: Case, rule: Rule) -> Iterable[Contact]:
    channels = frozenset(rule.parameters["channels"])
    return (one for one in case.incoming
            if one.channel in channels and not (rule.parameters["debtor"] and one.third))


def _days(sides: Iterable[Sequence[Contact]], apart: Callable[[Contact], object]) -> Iterator[list[Contact]]:
    """Each side's contacts day by day, those that differ by `apart` in lists of their own."""
    for contacts in sides:
        found: dict[tuple[int, object], list[Contact]] = defaultdict(list)
        for one in contacts:
            found[one.day, apart(one)].append(one)
        yield from found.values()
