"""The checks by name: what each takes, how far around a contact it looks, how its findings and questions are said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from casedesk.base.i18n import N_
from casedesk.rules import counts, hours, notices, persons, seven
from casedesk.rules.case import Case, Hit
from casedesk.rules.rulebook import Rule

_SPOKEN = ["call", "sms", "chat", "email", "visit", "push"]
_DIRECT = ["call", "sms", "chat", "email", "visit", "push", "letter"]
_COUNT = N_("{n} contacts on {days} days, {when}.")


@dataclass(frozen=True)
class Check:
    """One kind of check."""

    run: Callable[[Case, Rule], Iterator[Hit]]
    sentence: str
    """Why, with {n} {days} {when} {most} {most_on} {busiest} and the rule's parameters."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Name -> value where the rule gives none; its type is the type wanted."""
    reach: int = 1
    """How many days around a contact decide about it: so many, or so many times the rule's own `days`."""


def _none(case: Case, rule: Rule) -> Iterator[Hit]:
    return iter(())


CHECKS: Mapping[str, Check] = {
    "hours": Check(hours.banned_hours, N_(
        "{n} contacts on {days} days at hours not allowed ({banned}, or outside the hours agreed), "
        "{when}{busiest}."),
        {"banned": "22:00-08:00", "channels": _SPOKEN, "sundays": False, "review": False, "zones": False}),
    "calls-of-kind": Check(counts.kinds_a_day, N_(
        "On {days} days more than {limit} answered calls of this kind: {n} calls in all, the most {most}, on {most_on}."
        " Lender and collectors are added together."), {"kind": "interactive", "most": 3}),
    "unanswered": Check(counts.unanswered_a_day, N_(
        "On {days} days more than {limit} unanswered calls to the same number: {n} calls in all, the most {most}, on "
        "{most_on}."), {"most": 6}),
    "contacts-a-day": Check(counts.contacts_a_day, N_(
        "On {days} days more than {limit} contacts: {n} in all, the most {most}, on {most_on}."),
        {"most": 9, "channels": ["call"], "debtor": True}),
    "contacts-in-days": Check(counts.contacts_in_days, N_(
        "More than {limit} contacts within {span} days in a row: {n} such contacts {when}."),
        {"most": 29, "days": 7, "channels": ["call"], "debtor": True}),
    "burst": Check(counts.bursts, N_(
        "{count} or more calls within {minutes} minutes on {days} days: {n} calls in all, {when}."),
        {"count": 3, "minutes": 10, "unanswered": False}),
    "rotation": Check(counts.number_rotation, N_(
        "After a number was blocked, {count} or more numbers called in turn on {days} days: {n} calls in all, "
        "{when}."), {"count": 3, "days": 7}),
    "persons-in-turn": Check(counts.persons_in_turn, N_(
        "{count} or more third persons were contacted within {span} days: {n} contacts {when}."),
        {"count": 3, "days": 7}),
    "headcount": Check(counts.headcount, N_(
        "{n} visits by fewer than {least} or more than {limit} collectors, {when}."),
        {"least": 2, "most": 3}),
    "tagged": Check(persons.tagged, N_(
        "{n} contacts tagged {tags}, on {days} days, {when}."),
        {"tags": [], "channels": [], "roles": [], "third": False}),
    "channel": Check(persons.by_channel, _COUNT, {"channels": []}),
    "third-demand": Check(persons.third_demand, N_(
        "Third persons were asked to pay in {n} contacts on {days} days, {when}.")),
    "workplace": Check(persons.workplace, N_(
        "{n} contacts at the workplace or with employer or colleagues, {when}.")),
    "third-reachable": Check(persons.third_while_reachable, N_(
        "Third persons were contacted {n} times although the client had answered in the {span} days before, "
        "{when}."), {"days": 3}),
    "third-gate": Check(persons.third_before_gate, N_(
        "Third persons were contacted {n} times although the log shows no {tries} failed tries to reach the client on "
        "an earlier day and no dead number, {when}."), {"days": 7, "tries": 3}, reach=2),
    "after-refusal": Check(persons.after_refusal, N_(
        "Persons who had said no were contacted {n} times again, {when}.")),
    "once": Check(persons.once_only, N_(
        "The same third persons were spoken with {n} times again after the first, {when}.")),
    "no-identity": Check(persons.no_identity, N_(
        "At the first contact nobody said who was calling, on {first}.")),
    "not-notified": Check(persons.not_notified, N_(
        "{n} contacts before the client was told of this collector, {when}.")),
    "not-listed": Check(persons.not_listed, N_(
        "{n} contacts by a company that is not on the creditor's published list, {when}.")),
    "machine": Check(persons.by_machine, N_(
        "{n} calls by a recorded or computer voice without consent, {when}.")),
    "guarantee-over": Check(persons.guarantee_over, N_(
        "{n} contacts with a guarantor after the guarantee period, {when}.")),
    "before-due": Check(persons.before_due, N_(
        "Payment was demanded {n} times before the debt was due, {when}.")),
    "after-notice": Check(notices.after_notice, N_(
        "{n} contacts after the notice, on {days} days, {when}."),
        {"notices": [], "delay": 0, "lasts": 0, "until_answered": False, "channels": _DIRECT, "reply": False},),
    "after-agreement": Check(notices.after_agreement, N_(
        "{n} contacts after the instalment agreement, on {days} days, {when}.")),
    "time-barred": Check(notices.time_barred, N_(
        "{n} threats or demands for a debt past its {years} years, {when}."),
        {"years": 0, "tags": ["threat-suit"]}),
    "seven-in-seven": Check(seven.seven_in_seven, N_(
        "More than {limit} calls about one debt within {span} days, however they are shared out among the debts: {n} "
        "calls {when}."), {"most": 7, "days": 7}, reach=2),
    "after-conversation": Check(seven.after_conversation, N_(
        "{n} calls within {span} days after a conversation about the debt (its day is the first), "
        "{when}."), {"days": 7}, reach=2),
    "clock": Check(_none, "", {"starts": "contact", "days": 0, "months": 0}),
}

QUESTIONS: Mapping[str, str] = {
    "call_kind": N_("{n} answered calls on {days} days ({when}): were they informing or interactive?"),
    "answered": N_("{n} calls on {days} days ({when}): were they answered?"),
    "at": N_("{n} contacts ({when}) lie at the very limit of the hours: what was the exact time?"),
    "people_count": N_("{n} visits ({when}): how many collectors came?"),
    "identity_stated": N_("First contact, on {first}: did they say who they were and for whom they call?"),
    "notified_on": N_("When was the client told that this collector acts for the creditor?"),
    "tags": N_("{n} contacts with third persons ({when}): was payment demanded or the debt disclosed?"),
}
