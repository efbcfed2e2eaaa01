"""Contact at hours the law, an agreement or the client's own words rule out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from casedesk.base.clock_hours import DAY, MINUTE, Hours, read_hours
from casedesk.base.phones import zones_of
from casedesk.base.typed_time import Precision
from casedesk.records import Debt
from casedesk.records.words import ContentTag, NoticeKind
from casedesk.rules.case import Case, Contact, Facts, Hit, Told, local
from casedesk.rules.rulebook import Rule

_ABOUT = 30 * MINUTE
"""A time known about may be off by so much."""
_SUNDAY = 3
"""1970-01-01, day 0, was a Thursday."""


def banned_hours(case: Case, rule: Rule) -> Iterator[Hit]:
    """Contacts in the banned hours; agreed hours take their place; consent given beforehand excuses."""
    parameters = rule.parameters
    banned, channels = read_hours(parameters["banned"]), frozenset(parameters["channels"])
    assert banned is not None
    agreed = _agreements(case.facts)
    for contact in case.incoming:
        if contact.channel not in channels or not contact.timed or ContentTag.CONSENTED in contact.tags:
            continue
        mine = _mine(agreed, contact)
        if mine is not None:
            if not mine.holds(contact.local % DAY):
                yield Hit(contact)
        elif parameters["sundays"] and contact.day % 7 == _SUNDAY:
            yield Hit(contact)
        else:
            found = _judged(contact, banned, parameters["review"], _clocks(case.facts, contact, parameters["zones"]))
            if found is not None:
                yield found


def allowed_hours(facts: Facts, rule: Rule, contact: Contact) -> Hours | None:
    """The hours a rule leaves for a contact that came outside them by the clock of its place; None on a banned Sunday
    and where only the clock of another place makes it banned.
    """
    banned, mine = read_hours(rule.parameters["banned"]), _mine(_agreements(facts), contact)
    assert banned is not None
    hours = mine or Hours(banned.end, banned.start)
    sunday = mine is None and rule.parameters["sundays"] and contact.day % 7 == _SUNDAY
    return None if sunday or hours.holds(contact.local % DAY) else hours


_Agreed = list[tuple[Callable[[Contact], bool], Hours]]


def _mine(agreed: _Agreed, contact: Contact) -> Hours | None:
    return next((hours for holds, hours in agreed if holds(contact)), None) if agreed else None


def _judged(contact: Contact, banned: Hours, review: bool, clocks: tuple[int, ...]) -> Hit | None:
    """Banned by any of the clocks the contact may fall under; a doubtful boundary asks for the exact time."""
    asks = False
    for clock in clocks:
        of_day = clock % DAY
        if (review and of_day in banned) or (contact.precision == Precision.APPROX and any(
                abs((of_day - edge + DAY // 2) % DAY - DAY // 2) <= _ABOUT for edge in banned)):
            asks = True
        elif banned.holds(of_day):
            return Hit(contact)
    return Hit(contact, "at") if asks else None


def _clocks(facts: Facts, contact: Contact, all_zones: bool) -> tuple[int, ...]:
    """The local time by the place logged; by every place the person may be at, where the rule wants it so."""
    if not all_zones:
        return (contact.local,)
    zones = {facts.zone, *zones_of(contact.our_number)} - {contact.zone}
    return (contact.local, *sorted(local(contact.at, zone) for zone in zones))


def _agreements(facts: Facts) -> _Agreed:
    """Agreed hours with the contacts they hold for: by notice, else by contract."""
    found: _Agreed = []
    for notice in facts.by_kind.get(NoticeKind.AGREED_HOURS, ()):
        hours = read_hours(notice.hours)
        if hours is not None:
            found.append((Told(notice).holds, hours))
    for debt in facts.debts.values():
        hours = read_hours(debt.agreed_hours)
        if hours is not None:
            found.append((_of_debt(debt), hours))
    return found


def _of_debt(debt: Debt) -> Callable[[Contact], bool]:
    def holds(contact: Contact) -> bool:
        return contact.debt == debt.id or (contact.debt is None and contact.creditor == debt.creditor_id)

    return holds
