"""The limits a matter's drawings show, as the rules in use have them."""

from __future__ import annotations

from dataclasses import dataclass, field

from casedesk.base.clock_hours import read_hours
from casedesk.base.i18n import tr
from casedesk.records.words import Channel
from casedesk.rules.rulebook import Rulebook
from casedesk.store.overview import NIGHT, Night


@dataclass(frozen=True)
class Limits:
    """The hours no contact should come in, and how many contacts a day a rule names, the lowest first."""

    night: Night = NIGHT
    a_day: tuple[tuple[int, str], ...] = field(default=())


def limits_of(book: Rulebook) -> Limits:
    """The limits of the rules switched on; without a rule about hours the usual night is shown."""
    night, a_day = NIGHT, dict[int, str]()
    for rule in book.active:
        hours = read_hours(str(rule.parameters.get("banned", ""))) if rule.check == "hours" else None
        if hours is not None:
            night = Night(hours, sundays=bool(rule.parameters.get("sundays")))
        if rule.check == "calls-of-kind":
            most = int(rule.parameters["most"])
            a_day[most] = tr("{n} answered calls of one kind a day", n=most)
        elif rule.check == "contacts-a-day" and (not rule.parameters["channels"]
                                                 or Channel.CALL.value in rule.parameters["channels"]):
            most = int(rule.parameters["most"])
            a_day.setdefault(most, tr("{n} contacts a day", n=most))
    return Limits(night, tuple(sorted(a_day.items())))
