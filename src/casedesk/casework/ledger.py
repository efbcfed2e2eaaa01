"""The findings of one matter as the cabinet keeps them, brought to what a check found."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.i18n import Language, words
from casedesk.records import Creditor, Debt, Finding, FindingIncident, Matter
from casedesk.records.words import Confidence, FindingState, Jurisdiction, Severity
from casedesk.rules.case import date_of, day_number
from casedesk.rules.judge import Key, Rows, Summary, order, summed, why
from casedesk.rules.rulebook import Basis, Rule, Rulebook
from casedesk.store import office
from casedesk.store.bulk import ordered_hex

_FINDING, _ROW = cast("Table", Finding.__table__), cast("Table", FindingIncident.__table__)
_NEW_ROW = ("INSERT INTO finding_incident (uuid, incident_id, day, matter_id, finding_id, version, created_at,"
            " created_by, changed_at, changed_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
_UNDECIDED = (FindingState.OPEN, FindingState.QUESTION)
_FIGURES = ("rows", "days", "most", "first_on", "last_on", "most_on")
_SAID = ("severity", "confidence", "citation", "why", "changed")
_KEPT = select(_FINDING).where(_FINDING.c.matter_id == bindparam("matter"), _FINDING.c.rule_set != "")
_NEW = insert(_FINDING).returning(_FINDING.c.id, sort_by_parameter_order=True)
_UPDATE = update(_FINDING).where(_FINDING.c.id == bindparam("key")).values(
    {name: bindparam(name) for name in (*_FIGURES, *_SAID, "rule_set")})
_BLOCK = 500
"""So many ids in one query."""


class Ledger:
    """Writes findings in bulk, without history: they can be found again. What a person decided stays as it is."""

    def __init__(self, session: Session, matter: Matter, book: Rulebook) -> None:
        self.session, self.matter, self.book = session, matter, book
        self.connection = session.connection()
        self.kept: dict[Key, Mapping[str, Any]] = {
            Key(one["rule"], one["creditor_id"], one["collector_id"], one["asks"]): one
            for one in map(dict, self.connection.execute(_KEPT, {"matter": matter.id}).mappings())}
        self._products: dict[int | None, set[str]] = {}
        now = times.now()
        self.now = times.to_millis(now)
        self.stamps = {"version": 1, "created_at": now, "created_by": session.info["who"], "changed_at": now,
                       "changed_by": session.info["who"]}

    def keep(self, found: Rows, ids: Collection[int] | None = None) -> bool:
        """Keep what was found, of all incidents or of some; True when that changed anything."""
        before = self._rows(ids)
        changed = sorted((key for key in {*self.kept, *found}
                          if key not in self.kept or before[self.kept[key]["id"]] != found.get(key, {}).keys()),
                         key=order)
        self._make([key for key in changed if key not in self.kept])
        self._exchange([(self.kept[key]["id"], before[self.kept[key]["id"]], found.get(key, {})) for key in changed])
        if ids is None:
            sums = {key: summed(found[key].values()) if found.get(key) else None for key in changed}
        else:
            sums = {key: self._summed(self.kept[key]["id"]) for key in changed}
        gone = [key for key in changed if sums[key] is None and self.kept[key]["state"] in _UNDECIDED]
        self._drop(gone)
        renamed = [key for key, one in self.kept.items() if key not in sums and one["rule_set"] != self.rule_set]
        self._write([self._told(key, _figures(sums[key])) for key in changed if key not in gone]
                    + [self._told(key, self.kept[key]) for key in renamed])
        if changed or renamed:
            self.session.info["tables"].add(Finding.__tablename__)
        return bool(changed)

    @property
    def rule_set(self) -> str:
        return f"{self.book.id} {self.book.version}"

    def _rows(self, ids: Collection[int] | None) -> dict[int, set[int]]:
        """Finding -> the ids of its incidents, among these only where some are given."""
        found: dict[int, set[int]] = defaultdict(set)
        wanted = select(_ROW.c.finding_id, _ROW.c.incident_id)
        if ids is None:
            asked = [wanted.where(_ROW.c.matter_id == self.matter.id)]
        else:
            some = sorted(ids)
            asked = [wanted.where(_ROW.c.incident_id.in_(some[at:at + _BLOCK])) for at in range(0, len(some), _BLOCK)]
        for query in asked:
            for finding_id, incident_id in self.connection.execute(query):
                found[finding_id].add(incident_id)
        return found

    def _make(self, keys: list[Key]) -> None:
        """New findings, without rows and figures yet."""
        rows = [self.stamps | _figures(None) | {
            "uuid": uuid.uuid4(), "matter_id": self.matter.id, "rule": key.rule, "creditor_id": key.creditor,
            "collector_id": key.collector, "asks": key.asks, "decided_by": "", "reason": "", "changed": False,
            "state": FindingState.QUESTION if key.asks else FindingState.OPEN, "severity": Severity.S1,
            "confidence": Confidence.UNVERIFIED, "citation": "", "why": "", "rule_set": self.rule_set} for key in keys]
        if rows:
            made = self.connection.scalars(_NEW, rows)
            self.kept.update((key, {**row, "id": id_}) for key, row, id_ in zip(keys, rows, made, strict=True))

    def _exchange(self, changed: list[tuple[int, set[int], dict[int, int]]]) -> None:
        """Of each finding the rows it had for those it has; as bare rows, for there may be very many."""
        who, new = self.session.info["who"], ordered_hex()
        rows = []
        for finding_id, before, now in changed:
            gone = sorted(before - now.keys())
            for at in range(0, len(gone), _BLOCK):
                self.connection.execute(delete(_ROW).where(_ROW.c.finding_id == finding_id,
                                                           _ROW.c.incident_id.in_(gone[at:at + _BLOCK])))
            same = (self.matter.id, finding_id, 1, self.now, who, self.now, who)
            rows += [(next(new), id_, _iso(now[id_]), *same)
                     for id_ in sorted(now.keys() - before)]
        if rows:
            self.connection.exec_driver_sql(office.marked(self.connection, _NEW_ROW), rows)

    def _drop(self, keys: list[Key]) -> None:
        """What nobody decided and nothing shows any more."""
        ids = [self.kept.pop(key)["id"] for key in keys]
        if ids:
            self.connection.execute(delete(_FINDING).where(_FINDING.c.id.in_(ids)))

    def _write(self, told: list[dict[str, Any]]) -> None:
        if told:
            self.connection.execute(_UPDATE, told)

    def _summed(self, finding_id: int) -> Summary | None:
        days = self.connection.execute(select(_ROW.c.day, func.count()).where(
            _ROW.c.finding_id == finding_id).group_by(_ROW.c.day)).all()
        return summed({day_number(day): count for day, count in days}) if days else None

    def _told(self, key: Key, figures: Mapping[str, Any]) -> dict[str, Any]:
        """A finding's columns with these figures, and what it says of its rule in the language of the matter's law."""
        kept, rule = self.kept[key], self.book.find(key.rule)
        now = {name: figures[name] for name in _FIGURES}
        told = {name: kept[name] for name in _SAID} | now | {"key": kept["id"], "rule_set": self.rule_set}
        if figures is not kept and kept["state"] not in _UNDECIDED:
            told["changed"] = True
        if rule is None:
            return told
        lang: Language = "zh" if self.matter.jurisdiction is Jurisdiction.CN else "en"
        finding = Finding(rule=key.rule, creditor_id=key.creditor, collector_id=key.collector, asks=key.asks,
                          rule_set=self.rule_set, matter_id=self.matter.id, **now)
        bases = self._bases(rule, finding)
        confidence = min((basis.confidence for basis in bases), key=list(Confidence).index, default=rule.confidence)
        return told | {"severity": rule.severity, "confidence": confidence, "citation": rule.citation(lang, bases),
                       "why": why(rule, finding, words(lang))}

    def _bases(self, rule: Rule, finding: Finding) -> list[Basis]:
        side = finding.creditor_id
        if side not in self._products:
            self._products[side] = _products(self.session, self.matter.id, side)
        return _binding(self.session, rule, finding, self._products[side])


@lru_cache(100_000)
def _iso(day: int) -> str:
    return date_of(day).isoformat()


def _figures(summary: Summary | None) -> dict[str, Any]:
    if summary is None:
        return {"rows": 0, "days": 0, "most": 0, "first_on": None, "last_on": None, "most_on": None}
    return {"rows": summary.rows, "days": summary.days, "most": summary.most, "first_on": date_of(summary.first),
            "last_on": date_of(summary.last), "most_on": date_of(summary.most_on)}


def binding(session: Session, rule: Rule, finding: Finding) -> list[Basis]:
    """The bases of the rule that a finding can rest on."""
    return _binding(session, rule, finding, _products(session, finding.matter_id, finding.creditor_id))


def _products(session: Session, matter_id: int, creditor_id: int | None) -> set[str]:
    """The kinds of debt a matter has with a creditor."""
    return {product.value for product in session.scalars(select(Debt.product).where(
        Debt.matter_id == matter_id, Debt.creditor_id == creditor_id))} if creditor_id is not None else set()


def _binding(session: Session, rule: Rule, finding: Finding, products: set[str]) -> list[Basis]:
    creditor = session.get(Creditor, finding.creditor_id) if finding.creditor_id is not None else None
    return rule.binding(creditor, products, finding.first_on or dt.date.min, finding.last_on or dt.date.max)
