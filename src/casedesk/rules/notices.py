"""Contact after the other side was told something, or something was agreed; and demands for debts too old."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from casedesk.base.clock_hours import DAY, read_hours
from casedesk.base.months import later
from casedesk.records import Debt
from casedesk.records.words import ContentTag, NoticeKind, Role
from casedesk.rules.case import Case, Contact, Facts, Hit, Told, date_of, day_number
from casedesk.rules.rulebook import Rule

_WORK = frozenset({Role.EMPLOYER, Role.COLLEAGUE})


def after_notice(case: Case, rule: Rule) -> Iterator[Hit]:
    """Contacts a notice rules out. One reply to a contact the client began is excused where the rule says so."""
    parameters = rule.parameters
    told = [Told(notice, delay=parameters["delay"], lasts=parameters["lasts"],
                 until_answered=parameters["until_answered"])
            for kind in parameters["notices"] for notice in case.facts.by_kind.get(NoticeKind(kind), ())]
    channels = frozenset(parameters["channels"])
    if not told:
        return
    for contact in case.incoming:
        if (channels and contact.channel not in channels) or ContentTag.CONSENTED in contact.tags:
            continue
        if any(one.holds(contact) and _ruled_out(one, contact) for one in told) and not (
                parameters["reply"] and _is_reply(case, contact)):
            yield Hit(contact)


def _ruled_out(told: Told, contact: Contact) -> bool:
    """Whether the contact is of the sort this notice speaks of."""
    notice = told.notice
    match notice.kind:
        case NoticeKind.MEDIUM:
            return notice.channel is None or contact.channel == notice.channel.value
        case NoticeKind.BAD_HOURS | NoticeKind.AGREED_HOURS:
            hours = read_hours(notice.hours)
            if hours is None or not contact.timed:
                return False
            return hours.holds(contact.local % DAY) == (notice.kind is NoticeKind.BAD_HOURS)
        case NoticeKind.NO_WORK:
            return contact.reached in _WORK or ContentTag.AT_WORK in contact.tags
        case NoticeKind.STOP_THIRD:
            return contact.third and notice.contact_person_id in (None, contact.person)
        case _:
            return not contact.third


def _is_reply(case: Case, contact: Contact) -> bool:
    """Whether the contact just before it was begun by the client, by the same medium, less than a day ago."""
    contacts = case.by_side[contact.side]
    place = bisect_left(contacts, (contact.at, contact.id), key=lambda one: (one.at, one.id))
    before = contacts[place - 1] if place else None
    return (before is not None and not before.incoming and before.channel == contact.channel
            and contact.at - before.at < DAY)


def after_agreement(case: Case, rule: Rule) -> Iterator[Hit]:
    """Contacts with those who owe after an instalment agreement about the debt, or about one not named."""
    agreed = [(day_number(one.agreed_on), one.debt_id) for one in case.facts.agreements if one.agreed_on]
    if not agreed:
        return
    for contact in case.incoming:
        if contact.third or ContentTag.CONSENTED in contact.tags:
            continue
        debts = {debt.id for debt in case.facts.debts_of(contact)}
        if any(contact.day > day and (debt is None or debts == {debt}) for day, debt in agreed):
            yield Hit(contact)


def time_barred(case: Case, rule: Rule) -> Iterator[Hit]:
    """A suit threatened, or payment demanded, for a debt older than `years` since due, default or the last payment."""
    years, tags = rule.parameters["years"], frozenset(rule.parameters["tags"])
    if not years:
        return
    for contact in case.incoming:
        if contact.tags & tags:
            debts = case.facts.debts_of(contact)
            if debts and all(_expired(case.facts, debt, contact, years) for debt in debts):
                yield Hit(contact)


def _expired(facts: Facts, debt: Debt, contact: Contact, years: int) -> bool:
    day = date_of(contact.day)
    start = debt.overdue_since or debt.due_on
    if start is None:
        return False
    for paid in sorted(one.paid_on for one in facts.payments if one.debt_id == debt.id and one.paid_on):
        if start <= paid < day and paid <= later(start, 12 * years):
            start = paid
    return day > later(start, 12 * years)
