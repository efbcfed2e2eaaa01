"""Seven calls in seven days, and none for seven days after a conversation: 12 CFR 1006.14(b)(2) and its commentary.

Counted apart for each collector, person called and debt. Where a call names no debt, the collector may say which one it
was about; so a finding needs that no such choice keeps within the limit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from casedesk.records import Notice
from casedesk.records.words import Channel, ContentTag, NoticeKind
from casedesk.rules.case import Case, Contact, Facts, Hit, day_number
from casedesk.rules.rulebook import Rule

_NOT_PLACED = {ContentTag.NOT_CONNECTED, ContentTag.WRONG_NUMBER, ContentTag.CONSENTED}
_NO_TALK = {ContentTag.VOICEMAIL, ContentTag.DROPPED, *_NOT_PLACED}


@dataclass
class Line:
    """What one collector had with one person, in order."""

    debts: frozenset[int]
    """The debts it can have been about."""
    consents: list[tuple[int, int]] = field(default_factory=list)
    """First and last day a consent covers, as given."""
    counted: list[Contact] = field(default_factory=list)
    talks: list[Contact] = field(default_factory=list)

    def about(self, contact: Contact) -> frozenset[int]:
        """The debts a contact was surely about; empty when the collector may choose among several."""
        if ContentTag.ALL_DEBTS in contact.tags or len(self.debts) <= 1:
            return self.debts
        return frozenset() if contact.debt is None else frozenset({contact.debt})


def seven_in_seven(case: Case, rule: Rule) -> Iterator[Hit]:
    """More than `most` counted calls within `days` days, however the collector shares them out among the debts."""
    most, days = rule.parameters["most"], rule.parameters["days"]
    for line in lines(case, days):
        first = told = 0
        for last, call in enumerate(line.counted):
            while call.day - line.counted[first].day >= days:
                first += 1
            end = last + 1  # calls of one day are judged together with the day's last
            if end < len(line.counted) and line.counted[end].day == call.day:
                continue
            if end - first > most and _too_many(line, line.counted[first:end], most):
                yield from map(Hit, line.counted[max(first, told):end])
                told = end


def _too_many(line: Line, calls: Sequence[Contact], most: int) -> bool:
    named: Counter[int] = Counter()
    free = 0
    for call in calls:
        about = line.about(call)
        named.update(about)
        free += not about
    return any(count > most for count in named.values()) or free > sum(
        max(0, most - named[debt]) for debt in line.debts)


def after_conversation(case: Case, rule: Rule) -> Iterator[Hit]:
    """A call placed after a conversation about the same debt, later that day or within the `days` days it begins."""
    days = rule.parameters["days"]
    for line in lines(case, days):
        for call in line.counted:
            about = line.about(call)
            if any(about & line.about(talk) for talk in line.talks
                   if 0 <= call.day - talk.day < days and _later(call, talk)):
                yield Hit(call)


def _later(call: Contact, talk: Contact) -> bool:
    if call.day == talk.day and not (call.timed and talk.timed):
        return False
    return (call.at, call.id) > (talk.at, talk.id)


def lines(case: Case, days: int) -> list[Line]:
    """The calls of each collector and person called, counted or not by the commentary's rules."""
    found: dict[tuple[object, object], Line] = {}
    for contact in case.contacts:
        if contact.channel != Channel.CALL:
            continue
        side = ("collector", contact.collector) if contact.collector is not None else contact.side
        key = (side, contact.called_person if contact.third else "consumer")
        line = found.get(key)
        if line is None:
            line = found[key] = Line(_debts(case.facts, contact), _consents(case.facts, contact, days))
        if contact.debt is not None and contact.debt not in line.debts:
            line.debts |= {contact.debt}
        _enter(line, contact)
    return list(found.values())


def _enter(line: Line, contact: Contact) -> None:
    consent = next((one for one in line.consents if one[0] <= contact.day <= one[1]), None)
    if contact.incoming and consent is None and not contact.tags & _NOT_PLACED:
        line.counted.append(contact)
    if contact.answered and not contact.tags & _NO_TALK:
        line.talks.append(contact)
        if consent is not None and contact.day > consent[0]:  # the next conversation uses it up, not that which gave it
            line.consents.remove(consent)


def _debts(facts: Facts, contact: Contact) -> frozenset[int]:
    """The debts this side collects; one unnamed debt when none is known."""
    known = {debt.id for debt in facts.debts.values()
             if (contact.collector is not None and debt.collector_id == contact.collector)
             or (contact.creditor is not None and contact.creditor in (debt.creditor_id, debt.assignee_id))}
    return frozenset(known or {0})


def _consents(facts: Facts, contact: Contact, days: int) -> list[tuple[int, int]]:
    return [_covered(notice, days) for notice in facts.by_kind.get(NoticeKind.CONSENT, ())
            if notice.creditor_id in (None, contact.creditor) and notice.collector_id in (None, contact.collector)]


def _covered(notice: Notice, days: int) -> tuple[int, int]:
    """The day a consent was received is its first; it ends earlier where its own words say so."""
    assert notice.told_on is not None
    first = day_number(notice.told_on)
    last = first + days - 1
    return first, min(last, day_number(notice.until)) if notice.until else last


