"""Whom they contacted, what was said, and who they said they were."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from casedesk.base.clock_hours import DAY
from casedesk.records.words import Channel, ContentTag, Role
from casedesk.rules.case import Case, Contact, Hit, day_number
from casedesk.rules.rulebook import Rule

_SAYS = frozenset(tag.value for tag in ContentTag) - {
    ContentTag.CONSENTED, ContentTag.NUMBER_BLOCKED, ContentTag.VOICEMAIL, ContentTag.DROPPED}


def tagged(case: Case, rule: Rule) -> Iterator[Hit]:
    """Contacts that bear one of the tags, by these channels and to these persons only where the rule says so."""
    parameters = rule.parameters
    channels, roles = frozenset(parameters["channels"]), frozenset(parameters["roles"])
    for tag in parameters["tags"]:
        for contact in case.tagged.get(tag, ()):
            if ((not channels or contact.channel in channels) and (not roles or contact.reached in roles)
                    and (not parameters["third"] or contact.third)):
                yield Hit(contact)


def by_channel(case: Case, rule: Rule) -> Iterator[Hit]:
    """Every contact by one of the channels, like a public posting."""
    for channel in rule.parameters["channels"]:
        yield from map(Hit, case.by_channel[channel])


def third_demand(case: Case, rule: Rule) -> Iterator[Hit]:
    """Third persons asked to pay; an answered contact nobody tagged asks what was said."""
    for contact in case.third:
        if ContentTag.DEMAND in contact.tags or contact.demanded is not None:
            yield Hit(contact)
        elif (contact.answered or contact.channel != Channel.CALL) and not contact.tags & _SAYS:
            yield Hit(contact, "tags")


def workplace(case: Case, rule: Rule) -> Iterator[Hit]:
    """Demand or disclosure to employer or colleagues, or at the workplace; a visit there in any case."""
    spoken = {ContentTag.DEMAND, ContentTag.DISCLOSED}
    for contact in case.incoming:
        at_work = ContentTag.AT_WORK in contact.tags
        told = contact.reached in {Role.EMPLOYER, Role.COLLEAGUE} or at_work
        if told and (contact.tags & spoken or contact.demanded is not None
                     or (contact.channel == Channel.VISIT and ContentTag.CONSENTED not in contact.tags)):
            yield Hit(contact)


def third_while_reachable(case: Case, rule: Rule) -> Iterator[Hit]:
    """A third person contacted although the client had spoken with that side in the `days` days before."""
    span = rule.parameters["days"] * DAY
    talks = {side: [one.at for one in contacts if one.answered and not one.third]
             for side, contacts in case.by_side.items()} if case.third else {}
    for contact in case.third:
        before = talks[contact.side]
        place = bisect_left(before, contact.at)
        if place and contact.at - before[place - 1] <= span:
            yield Hit(contact)


def third_before_gate(case: Case, rule: Rule) -> Iterator[Hit]:
    """A third person contacted although the log shows neither a dead number nor, on an earlier day, `tries` failed."""
    days = rule.parameters["days"]
    ways = {side: _ways(contacts, days, rule.parameters["tries"]) for side, contacts in case.by_side.items()
            } if case.third else {}
    for contact in case.third:
        failed, dead = ways[contact.side]
        by_day, by_moment = bisect_left(failed, contact.day), bisect_left(dead, (contact.at, 0))
        last = max(failed[by_day - 1] if by_day else 0, dead[by_moment - 1][1] if by_moment else 0)
        if contact.day - last > days:
            yield Hit(contact)


def _ways(contacts: list[Contact], days: int, tries: int) -> tuple[list[int], list[tuple[int, int]]]:
    """What opens the way to third persons: days by whose end the tries had failed, moments a number was dead."""
    calls = [one for one in contacts if one.channel == Channel.CALL and not one.third]
    answered = {call.day for call in calls if call.answered}
    silent = {call.day for call in calls} - answered
    failed = {day for day in silent if {day - 2, day - 1} <= silent}
    run: list[int] = []
    for call in calls:
        run = [] if call.answered else [*run[1 - tries:], call.day]
        if len(run) >= tries and call.day - run[0] < days:
            failed.add(call.day)
    dead = {ContentTag.NOT_CONNECTED, ContentTag.WRONG_NUMBER}
    return sorted(failed), [(call.at, call.day) for call in calls if call.tags & dead]


def after_refusal(case: Case, rule: Rule) -> Iterator[Hit]:
    """A third person contacted again after saying no: by the person's record, or in an earlier incident."""
    refused = {person.id: day_number(person.refused_on) for person in case.facts.persons.values() if person.refused_on}
    for contact in case.third:
        if contact.person is None:
            continue
        said = case.facts.refusals.get(contact.person)
        if contact.day > refused.get(contact.person, contact.day) or (said is not None and contact.at > said):
            yield Hit(contact)


def once_only(case: Case, rule: Rule) -> Iterator[Hit]:
    """A third person spoken with again after the first time."""
    for contact in case.third:
        if contact.person is not None and contact.answered and ContentTag.CONSENTED not in contact.tags:
            first = case.facts.first_talk.get(contact.person)
            if first is not None and contact.at > first:
                yield Hit(contact)


def no_identity(case: Case, rule: Rule) -> Iterator[Hit]:
    """The first contact of a collector in which nobody said who was calling; not knowing it asks."""
    for contact in case.incoming:
        if contact.collector is not None and case.facts.is_first(contact):
            if contact.identity is False:
                yield Hit(contact)
            elif contact.identity is None and contact.answered is not False:
                yield Hit(contact, "identity_stated")


def not_notified(case: Case, rule: Rule) -> Iterator[Hit]:
    """Contact by a collector before the client was told of it; when that is not known, its first contact asks."""
    days = {id_: day_number(one.notified_on) if one.notified_on else None
            for id_, one in case.facts.collectors.items()}
    for contact in case.incoming:
        if contact.collector in days:
            told = days[contact.collector]
            if told is not None and contact.day < told:
                yield Hit(contact)
            elif told is None and case.facts.is_first(contact):
                yield Hit(contact, "notified_on")


def not_listed(case: Case, rule: Rule) -> Iterator[Hit]:
    """Contact by a collector that is not on its creditor's published list."""
    missing = {id_ for id_, one in case.facts.collectors.items() if one.listed is False}
    if missing:
        yield from (Hit(contact) for contact in case.incoming if contact.collector in missing)


def by_machine(case: Case, rule: Rule) -> Iterator[Hit]:
    """A recorded or computer voice without consent."""
    for contact in case.by_channel[Channel.CALL]:
        if contact.by_machine and ContentTag.CONSENTED not in contact.tags:
            yield Hit(contact)


def guarantee_over(case: Case, rule: Rule) -> Iterator[Hit]:
    """A guarantor contacted after the guarantee period; only where every guarantor's has ended."""
    ends = [one.until for one in case.facts.guarantors]
    known = [day_number(end) for end in ends if end is not None]
    if not ends or len(known) < len(ends):
        return
    for contact in case.incoming:
        if contact.reached == Role.GUARANTOR and contact.day > max(known):
            yield Hit(contact)


def before_due(case: Case, rule: Rule) -> Iterator[Hit]:
    """Payment demanded before any of the debts it can be about was due."""
    for contact in case.incoming:
        if contact.demanded is not None or ContentTag.DEMAND in contact.tags:
            debts = case.facts.debts_of(contact)
            if debts and all(debt.due_on and day_number(debt.due_on) > contact.day
                             and not (debt.overdue_since and day_number(debt.overdue_since) <= contact.day)
                             for debt in debts):
                yield Hit(contact)


