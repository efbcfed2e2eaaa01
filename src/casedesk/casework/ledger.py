"""The findings of one matter as the cabinet keeps them, brought to what a check found."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from typing import Any, cast

from sqlalchemy import Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.i18n import Language, words
from casedesk.records import Creditor, Debt, Finding, FindingIncident, Matter
from casedesk.records.words import Confidence, FindingState, Jurisdiction, Severity
from casedesk.rules.case import date_of, day_number
from casedesk.rules.judge import Key, Rows, Summary, summed, why
from casedesk.rules.rulebook import Basis, Rule, Rulebook

_FINDING, _ROW = cast("Table", Finding.__table__), cast("Table", FindingIncident.__table__)
_NEW_ROW = ("INSERT INTO finding_incident (uuid, incident_id, day, matter_id, finding_id, version, created_at,"
            " created_by, changed_at, changed_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
_UNDECIDED = (FindingState.OPEN, FindingState.QUESTION)
_BLOCK = 500
"""So many ids in one query."""


class Ledger:
    """Writes findings in bulk, without history: they can be found again. What a person decided stays as it is."""

    def __init__(self, session: Session, matter: Matter, book: Rulebook) -> None:
        self.session, self.matter, self.book = session, matter, book
        self.connection = session.connection()
        self.kept = {_key(one): one for one in session.scalars(
            select(Finding).where(Finding.matter_id == matter.id, Finding.rule_set != ""))}
        now = times.now()
        self.now = times.to_millis(now)
        self.stamps = {"version": 1, "created_at": now, "created_by": session.info["who"], "changed_at": now,
                       "changed_by": session.info["who"]}

    def keep(self, found: Rows, ids: Collection[int] | None = None) -> bool:
        """Keep what was found, of all incidents or of some; True when that changed anything."""
        before = self._rows(ids)
        changed = sorted(key for key in {*self.kept, *found}
                         if key not in self.kept or before[self.kept[key].id] != found.get(key, {}).keys())
        for key in changed:
            self._change(key, before[self.kept[key].id] if key in self.kept else set(), found.get(key, {}),
                         whole=ids is None)
        renamed = [one for key, one in self.kept.items() if key not in changed and one.rule_set != self.rule_set]
        for one in renamed:
            self._write(one.id, self._said(one))
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

    def _change(self, key: Key, before: set[int], now: dict[int, int], *, whole: bool) -> None:
        """Change a finding's rows from the ids `before` to those of `now`, and its figures."""
        kept = self.kept.get(key)
        finding_id = kept.id if kept is not None else self._made(key)
        self._delete(finding_id, sorted(before - now.keys()))
        self._insert(finding_id, {id_: now[id_] for id_ in sorted(now.keys() - before)})
        summary = (summed(now.values()) if now else None) if whole else self._summed(finding_id)
        if summary is None and kept is not None and kept.state in _UNDECIDED:
            self.session.delete(kept)
            self.session.flush()
            return
        values = _figures(summary)
        if kept is not None and kept.state not in _UNDECIDED:
            values["changed"] = True
        self._write(finding_id, values)
        finding = self.session.get_one(Finding, finding_id, populate_existing=True)
        self._write(finding_id, self._said(finding))

    def _write(self, finding_id: int, values: dict[str, Any]) -> None:
        self.connection.execute(update(_FINDING).where(_FINDING.c.id == finding_id).values(values))

    def _delete(self, finding_id: int, ids: list[int]) -> None:
        for at in range(0, len(ids), _BLOCK):
            self.connection.execute(delete(_ROW).where(_ROW.c.finding_id == finding_id,
                                                       _ROW.c.incident_id.in_(ids[at:at + _BLOCK])))

    def _made(self, key: Key) -> int:
        state = FindingState.QUESTION if key.asks else FindingState.OPEN
        made = self.connection.execute(insert(_FINDING).values(
            **self.stamps, uuid=uuid.uuid4(), matter_id=self.matter.id, rule=key.rule, creditor_id=key.creditor,
            collector_id=key.collector, asks=key.asks, state=state, severity=Severity.S1, citation="", why="",
            confidence=Confidence.UNVERIFIED, decided_by="", reason="", changed=False, rows=0, days=0, most=0,
            rule_set=self.rule_set))
        assert made.inserted_primary_key is not None
        return int(made.inserted_primary_key[0])

    def _insert(self, finding_id: int, days: dict[int, int]) -> None:
        """New rows, as bare ones: there may be very many."""
        first = uuid.uuid4().int >> 64 << 64  # in order after a random beginning: quick for the index
        same = (self.matter.id, finding_id, 1, self.now, self.session.info["who"], self.now, self.session.info["who"])
        rows = [(f"{uuid.UUID(int=first + place, version=4).hex}", id_, date_of(day).isoformat(), *same)
                for place, (id_, day) in enumerate(days.items())]
        if rows:
            self.connection.exec_driver_sql(_NEW_ROW, rows)

    def _summed(self, finding_id: int) -> Summary | None:
        days = self.connection.execute(select(_ROW.c.day, func.count()).where(
            _ROW.c.finding_id == finding_id).group_by(_ROW.c.day)).all()
        return summed({day_number(day): count for day, count in days}) if days else None

    def _said(self, finding: Finding) -> dict[str, Any]:
        """What a finding says of its rule, in the language of the matter's law."""
        rule = self.book.find(finding.rule)
        if rule is None:
            return {"rule_set": self.rule_set}
        lang: Language = "zh" if self.matter.jurisdiction is Jurisdiction.CN else "en"
        bases = binding(self.session, rule, finding)
        confidence = min((basis.confidence for basis in bases), key=list(Confidence).index, default=rule.confidence)
        return {"rule_set": self.rule_set, "severity": rule.severity, "confidence": confidence,
                "citation": rule.citation(lang, bases), "why": why(rule, finding, words(lang))}


def _key(finding: Finding) -> Key:
    return Key(finding.rule, finding.creditor_id, finding.collector_id, finding.asks)


def _figures(summary: Summary | None) -> dict[str, Any]:
    if summary is None:
        return {"rows": 0, "days": 0, "most": 0, "first_on": None, "last_on": None, "most_on": None}
    return {"rows": summary.rows, "days": summary.days, "most": summary.most, "first_on": date_of(summary.first),
            "last_on": date_of(summary.last), "most_on": date_of(summary.most_on)}


def binding(session: Session, rule: Rule, finding: Finding) -> list[Basis]:
    """The bases of the rule that a finding can rest on."""
    creditor = session.get(Creditor, finding.creditor_id) if finding.creditor_id is not None else None
    products = {product.value for product in session.scalars(select(Debt.product).where(
        Debt.matter_id == finding.matter_id, Debt.creditor_id == finding.creditor_id))} if creditor is not None else ()
    return rule.binding(creditor, products, finding.first_on or dt.date.min, finding.last_on or dt.date.max)
