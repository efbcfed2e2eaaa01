"""All rules over a case: which contacts belong to which finding, and which wait for a fact."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from casedesk.base.i18n import Say
from casedesk.records import Finding
from casedesk.records.words import ContentTag
from casedesk.rules.case import Case, Contact, date_of
from casedesk.rules.checks import CHECKS, QUESTIONS
from casedesk.rules.rulebook import Rule, Rulebook

_ONE = re.compile(r"\b1 (?:[a-z]+ )?(?:contact|day|call|visit|time|threat|number|person)s\b")
"""What English says of one; no other language has these words."""


class Key(NamedTuple):
    """What makes two hits one finding."""

    rule: str
    creditor: int | None
    collector: int | None
    asks: str = ""


Rows = dict[Key, dict[int, int]]
"""Finding -> incident id -> its day."""


def judge(case: Case, rules: Iterable[Rule], wanted: Callable[[Contact], bool] | None = None) -> Rows:
    """The rows of every finding and question, of the wanted contacts alone where only some are.

    A contact is asked for a field once, whichever rules would need it.
    """
    found: dict[tuple[str, int | None, int | None, str], dict[int, int]] = defaultdict(dict)
    asked: set[tuple[str, int]] = set()
    for rule in rules:
        by_collector = rule.group == "collector"
        for contact, asks in CHECKS[rule.check].run(case, rule):
            if (wanted is not None and not wanted(contact)) or (asks and (asks, contact.id) in asked):
                continue
            if case.binds(rule, contact):
                collector = contact.collector if by_collector else None
                found[rule.id, contact.creditor, collector, asks][contact.id] = contact.day
                if asks:
                    asked.add((asks, contact.id))
    rows = {Key(*key): days for key, days in found.items()}
    return {key: rows[key] for key in sorted(rows, key=order)}


def reach(rules: Iterable[Rule]) -> int:
    """How many days around a changed contact its findings can change."""
    return max((CHECKS[rule.check].reach * max(1, rule.parameters.get("days", 1)) for rule in rules), default=0)


def order(key: Key) -> tuple[str, int, int, str]:
    """By what findings stand in order: the rule, then whose; nobody known first."""
    return key.rule, key.creditor or 0, key.collector or 0, key.asks


@dataclass(frozen=True)
class Summary:
    """The figures of a finding's rows."""

    rows: int
    days: int
    first: int
    last: int
    most: int
    most_on: int


def summed(days: Mapping[int, int] | Iterable[int]) -> Summary:
    """The figures of rows on these days; of days with equally many the earliest."""
    per_day = Counter(days)
    most_on, most = min(per_day.items(), key=lambda one: (-one[1], one[0]))
    return Summary(sum(per_day.values()), len(per_day), min(per_day), max(per_day), most, most_on)


def why(rule: Rule | None, finding: Finding, say: Say) -> str:
    """The sentence of a finding or question in a language; as it was typed where no check made it."""
    if rule is None or not finding.rule_set:
        return finding.why
    return sentence(rule, Key(finding.rule, finding.creditor_id, finding.collector_id, finding.asks), say, {
        "n": finding.rows, "days": finding.days, "first": finding.first_on, "last": finding.last_on,
        "most": finding.most, "most_on": finding.most_on})


def sentence(rule: Rule, key: Key, say: Say, figures: Mapping[str, Any]) -> str:
    """The sentence of a rule with the figures of its rows."""
    text = QUESTIONS[key.asks] if key.asks else CHECKS[rule.check].sentence
    told = say(text, **_values(rule.parameters, say), **figures, **_days(figures, say))
    if key.creditor is None and not key.asks and not any(basis.scope.open for basis in rule.bases):
        told += say(" ") + say("Whose contacts these are is not recorded; the rule binds only some lenders.")
    return _ONE.sub(lambda one: one[0][:-1], told)


def _days(figures: Mapping[str, Any], say: Say) -> dict[str, str]:
    """The days in words: one is not told as from itself to itself, nor as the busiest of one."""
    one = figures["first"] == figures["last"]
    return {"when": say("on {first}", **figures) if one else say("from {first} to {last}", **figures),
            "busiest": "" if one else say("; the most on one day were {most}, on {most_on}", **figures)}


def figures_of(days: Mapping[int, int] | Iterable[int]) -> dict[str, Any]:
    """The figures a sentence takes, of rows on these days."""
    found = summed(days)
    return {"n": found.rows, "days": found.days, "first": date_of(found.first), "last": date_of(found.last),
            "most": found.most, "most_on": date_of(found.most_on)}


def _values(parameters: Mapping[str, Any], say: Say) -> dict[str, Any]:
    shown = {name: value for name, value in parameters.items() if name not in {"days", "most"}}
    tags = say(", ").join(f"“{say(ContentTag(tag).label)}”" for tag in parameters.get("tags", ()))
    return {**shown, "tags": tags, "limit": parameters.get("most", 0), "span": parameters.get("days", 0)}


def rule_of(book: Rulebook, finding: Finding) -> Rule | None:
    """The rule a finding was made by, as the book has it now."""
    return book.find(finding.rule) if finding.rule_set else None
