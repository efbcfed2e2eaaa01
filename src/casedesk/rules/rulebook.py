"""The rules of one jurisdiction as data: read, checked, and changed by the firm where the firm wants it so."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from typing import Any

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import Language, tr
from casedesk.base.keys import Both, Keys
from casedesk.base.resources import resource
from casedesk.records import Creditor
from casedesk.records.words import Confidence, CreditorKind, Jurisdiction, Product, Severity

"""Language -> text."""
STRENGTHS = ("must-not", "should-not", "indicator")
GROUPS = ("creditor", "collector")


_ARTICLE = re.compile(r"(?P<number>[0-9]+)(?P<more>-[1-9])?(?: para (?P<paragraph>[1-9]))?(?P<within>(?:\([0-9]\))*)")
_ONE = "[0-9]+(?:-[1-9])?(?: para [1-9])?(?:[(][0-9][)])*"
_ARTICLES = re.compile(f"{_ONE}(?:, {_ONE})*")


@dataclass(frozen=True)
class Scope:
    """Whom an instrument or one of its articles binds."""

    creditors: frozenset[str]
    """Kinds of creditor; empty: every one."""
    products: frozenset[str]
    members: bool
    """Only members of the banking association."""
    collectors: bool
    """Only who collects for another, or bought the debt."""

    def takes(self, creditor: Creditor) -> bool:
        """Whether a creditor of this kind and membership is bound."""
        return ((not self.creditors or creditor.kind.value in self.creditors)
                and (not self.members or creditor.association_member))

    @property
    def open(self) -> bool:
        """Whether it binds everybody."""
        return not (self.creditors or self.products or self.members or self.collectors)


@dataclass(frozen=True)
class Instrument:
    """A law, standard or guideline."""

    id: str
    name: Both
    issuer: Both
    source: Both
    """Where its text was read, and what of it was not."""
    valid_from: dt.date
    valid_to: dt.date | None
    scope: Scope


@dataclass(frozen=True)
class Basis:
    """One instrument a rule stands in, whom it binds and when."""

    instrument: Instrument
    article: str
    confidence: Confidence
    strength: str
    scope: Scope
    valid_from: dt.date
    valid_to: dt.date | None

    def cited(self, lang: Language) -> str:
        """Instrument and article."""
        if lang == "zh" and _ARTICLES.fullmatch(self.article):
            return self.instrument.name[lang] + _ARTICLE.sub(_in_chinese, self.article).replace(", ", "、")
        return f"{self.instrument.name[lang]} {self.article}".strip()


def _in_chinese(found: re.Match[str]) -> str:
    """第62条; 第293条之一; 47(3) is 第47条第3项, 50(1)(2)(5) is 第50条第1款第2项、第5项, 21 para 3 is 第21条第3款."""
    inserted = found["more"] and len(found["number"]) > 2  # 293-1 stands between 293 and 294; 1-2 are two articles
    article = (f"第{found['number']}条之{'一二三四五六七八九'[int(found['more'][1:]) - 1]}" if inserted
               else f"第{found['number']}{(found['more'] or '').replace('-', '—')}条")
    within = re.findall("[0-9]", found["within"])
    paragraph = found["paragraph"] or (within.pop(0) if len(within) > 1 else "")
    return article + (f"第{paragraph}款" if paragraph else "") + "、".join(f"第{item}项" for item in within)


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue."""

    id: str
    title: Both
    explanation: Both
    severity: Severity
    check: str
    parameters: Mapping[str, Any]
    bases: Sequence[Basis]
    also: Both
    """Further authorities, as text; they bind nobody by themselves here."""
    group: str
    on: bool
    off_because: Both
    own: bool = False
    """From the firm's own file."""
    changed: bool = False
    """A threshold or switch the firm changed."""

    @property
    def confidence(self) -> Confidence:
        """That of its best known basis."""
        return min((basis.confidence for basis in self.bases), key=list(Confidence).index)

    def source(self, lang: Language, bases: Sequence[Basis] = ()) -> str:
        """Where the texts were read: of these bases, or of all."""
        return "; ".join(dict.fromkeys(basis.instrument.source[lang] for basis in bases or self.bases))

    def citation(self, lang: Language, bases: Sequence[Basis] = ()) -> str:
        """Instruments and articles: of these bases, or of all."""
        apart = "；" if lang == "zh" else "; "
        return apart.join([*dict.fromkeys(basis.cited(lang) for basis in bases or self.bases),
                           *([self.also[lang]] if self.also else [])])

    def binding(self, creditor: Creditor | None, products: Collection[str], first: dt.date,
                last: dt.date) -> list[Basis]:
        """The bases that bind a creditor for such products (none: not known), in force at some time between two days.

        Of a creditor not known those count that bind everybody, or all where there is none.
        """
        found = [basis for basis in self.bases if basis.valid_from <= last
                 and (basis.valid_to is None or basis.valid_to >= first)
                 and (creditor is None or basis.scope.takes(creditor))
                 and (not products or not basis.scope.products or not basis.scope.products.isdisjoint(products))]
        return ([basis for basis in found if basis.scope.open] or found) if creditor is None else found


@dataclass(frozen=True)
class Rulebook:
    """The rules in use; `own` says, one line each, what the firm made different from what was shipped."""

    id: str
    checked_on: dt.date
    rules: Sequence[Rule]
    own: Sequence[str] = ()

    @cached_property
    def version(self) -> str:
        """The date of the last look at the sources, and a hash of everything in the set."""
        return f"{self.checked_on.isoformat()}-{_digest(self)}"

    @property
    def active(self) -> list[Rule]:
        """The rules switched on."""
        return [rule for rule in self.rules if rule.on]

    def find(self, rule_id: str) -> Rule | None:
        """The rule of this id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def _digest(book: Rulebook) -> str:
    written = json.dumps([[asdict(rule) for rule in book.rules], book.own], default=_plain, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:10]


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)


@cache
def shipped(jurisdiction: Jurisdiction) -> Rulebook:
    """The rules the program ships for a jurisdiction."""
    name = f"{jurisdiction.value}.toml"
    return read(resource("rules", name).read_text(encoding="utf-8"), name)


def with_changes(book: Rulebook, changes: Mapping[str, Mapping[str, Any]], own_file: str = "") -> Rulebook:
    """The book with a firm's switches and thresholds (rule id -> {"on", "parameters"}) and its own rules."""
    rules, said = list(book.rules), []
    if own_file:
        for rule in read(own_file, tr("The firm's own rules")).rules:
            rules = [one for one in rules if one.id != rule.id] + [replace(rule, own=True)]
            said.append(f"{rule.id}: own")
    for place, rule in enumerate(rules):
        change = changes.get(rule.id)
        if change:
            rules[place] = _changed(rule, change)
            said += _said(rule, rules[place])
    return replace(book, rules=tuple(rules), own=tuple(said))


def _changed(rule: Rule, change: Mapping[str, Any]) -> Rule:
    parameters = filled(rule.check, {**rule.parameters, **change.get("parameters", {})}, tr("The firm's own rules"),
                        rule.id)
    on = rule.on if change.get("on") is None else bool(change["on"])
    return replace(rule, parameters=parameters, on=on, changed=True)


def _said(before: Rule, after: Rule) -> Iterator[str]:
    if before.on != after.on:
        yield f"{before.id}: {'on' if after.on else 'off'}"
    for name, value in after.parameters.items():
        if before.parameters.get(name) != value:
            yield f"{before.id}: {name} {before.parameters.get(name)} → {value}"


def read(text: str, name: str) -> Rulebook:
    """The rules of a file; InvalidEntry names the file and the key that is not right."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise InvalidEntry(tr("{file} is not TOML ({reason}).", file=name, reason=problem), field=name) from None
    head = Keys(data, name, "")
    jurisdiction, checked_on = head.word("jurisdiction", Jurisdiction), head.day("checked_on")
    instruments = {id_: _instrument(id_, Keys(entry, name, f"instrument.{id_}"))
                   for id_, entry in head.get("instrument", dict, {}).items()}
    rules = [_rule(Keys(entry, name, f"rule {number}"), instruments)
             for number, entry in enumerate(head.get("rule", list), 1)]
    head.done()
    twice = {rule.id for rule in rules if sum(one.id == rule.id for one in rules) > 1}
    if twice:
        raise head.wrong("rule", tr("{ids} stand there twice", ids=", ".join(sorted(twice))))
    return Rulebook(jurisdiction.value, checked_on, tuple(rules))


def _instrument(id_: str, keys: Keys) -> Instrument:
    everybody = Scope(frozenset(), frozenset(), members=False, collectors=False)
    found = Instrument(id_, keys.both("name"), keys.both("issuer"), keys.said("source"), keys.day("from"),
                       keys.day_or_none("to"), _scope(keys, everybody))
    keys.done()
    return found


def _scope(keys: Keys, otherwise: Scope) -> Scope:
    return Scope(
        creditors=keys.words("creditors", CreditorKind, otherwise.creditors),
        products=keys.words("products", Product, otherwise.products),
        members=keys.get("members", bool, otherwise.members),
        collectors=keys.get("collectors", bool, otherwise.collectors))


def _rule(keys: Keys, instruments: Mapping[str, Instrument]) -> Rule:
    id_ = keys.get("id", str)
    keys.place = id_
    check = keys.get("check", str)
    parameters = filled(check, keys.get("parameters", dict, {}), keys.file, id_)
    bases = tuple(_basis(Keys(entry, keys.file, f"{id_}.basis"), instruments) for entry in keys.get("basis", list))
    if not bases:
        raise keys.wrong("basis", tr("at least one is needed"))
    off = keys.both("off_because", {})
    unknown = all(basis.confidence is Confidence.UNVERIFIED for basis in bases)
    if unknown and not off:
        raise keys.wrong("off_because", tr("an unverified rule is off and says why"))
    found = Rule(
        id=id_, title=keys.both("title"), explanation=keys.both("explanation"),
        severity=keys.word("severity", Severity), check=check, parameters=parameters, bases=bases,
        also=keys.both("also", {}), group=keys.one_of("group", GROUPS, "collector"), on=not off, off_because=off)
    keys.done()
    return found


def _basis(keys: Keys, instruments: Mapping[str, Instrument]) -> Basis:
    name = keys.get("instrument", str)
    if name not in instruments:
        raise keys.wrong("instrument", tr("there is no instrument {name}", name=name))
    of = instruments[name]
    found = Basis(
        instrument=of, article=keys.get("article", str, ""), confidence=keys.word("confidence", Confidence),
        strength=keys.one_of("strength", STRENGTHS), scope=_scope(keys, of.scope),
        valid_from=keys.day_or_none("from") or of.valid_from, valid_to=keys.day_or_none("to") or of.valid_to)
    keys.done()
    return found


def filled(check: str, given: Mapping[str, Any], file: str, rule_id: str) -> dict[str, Any]:
    """All parameters of a check; InvalidEntry unless the check exists and takes such as are given."""
    from casedesk.rules.checks import CHECKS

    if check not in CHECKS:
        raise Keys({}, file, rule_id).wrong("check", tr("there is no check {name}", name=check))
    keys = Keys(dict(given), file, f"{rule_id}.parameters")
    found = {name: keys.get(name, type(default), default) for name, default in CHECKS[check].parameters.items()}
    for name, value in found.items():
        if isinstance(value, list) and not all(isinstance(one, str) for one in value):
            raise keys.wrong(name, tr("a list of words is wanted"))
    keys.done()
    return found



