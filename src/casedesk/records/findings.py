"""A rule, the rows that break it, and what a lawyer decided."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from casedesk.base.fields import field
from casedesk.base.i18n import N_
from casedesk.records.record import OfMatter, Record
from casedesk.records.words import Confidence, FindingState, Severity


class Finding(OfMatter, Record):
    """An indicator for a lawyer's review, never a verdict."""

    __tablename__ = "finding"
    title, titles = N_("Finding"), N_("Findings")

    rule: Mapped[str] = mapped_column(default="", info=field(N_("Rule"), required=True, width=60, in_table=True))
    citation: Mapped[str] = mapped_column(
        default="", info=field(N_("Instrument and article"), width=60, in_table=True))
    why: Mapped[str] = mapped_column(default="", info=field(N_("Why"), lines=3, width=80, in_table=True))
    severity: Mapped[Severity] = mapped_column(
        default=Severity.S1, info=field(N_("Severity"), in_table=True))
    confidence: Mapped[Confidence] = mapped_column(
        default=Confidence.UNVERIFIED, info=field(N_("How well the rule is known")))
    creditor_id: Mapped[int | None] = mapped_column(
        ForeignKey("creditor.id"), default=None, info=field(N_("Creditor")))
    collector_id: Mapped[int | None] = mapped_column(
        ForeignKey("collector.id"), default=None, info=field(N_("Collector")))
    state: Mapped[FindingState] = mapped_column(
        default=FindingState.OPEN, info=field(N_("Decision"), in_table=True))
    decided_by: Mapped[str] = mapped_column(default="", info=field(N_("Decided by"), in_table=True))
    decided_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Decided on"), in_table=True))
    reason: Mapped[str] = mapped_column(
        default="", info=field(N_("Reason"), N_("Needed when dismissed"), lines=2, width=80))

    changed: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Rows changed since the decision"), hidden=True))
    asks: Mapped[str] = mapped_column(default="", info=field(N_("Fact it waits for"), hidden=True))
    """The field of the incidents that would decide it, while its state is QUESTION."""
    rule_set: Mapped[str] = mapped_column(default="", info=field(N_("Rule set"), hidden=True))
    """Id and version of the rule set it was found with; empty when a person typed it."""
    rows: Mapped[int] = mapped_column(default=0, info=field(N_("Number of rows"), hidden=True))
    days: Mapped[int] = mapped_column(default=0, info=field(N_("Number of days"), hidden=True))
    first_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("First on"), hidden=True))
    last_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Last on"), hidden=True))
    most: Mapped[int] = mapped_column(default=0, info=field(N_("Most rows of a day"), hidden=True))
    most_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Day of most rows"), hidden=True))

    @property
    def caption(self) -> str:
        return self.rule


class FindingIncident(OfMatter, Record):
    """An incident that a finding rests on."""

    __tablename__ = "finding_incident"
    title, titles = N_("Row of a finding"), N_("Rows of a finding")
    __table_args__ = (Index("ix_finding_incident_rows", "finding_id", "day", "incident_id"),)

    finding_id: Mapped[int] = mapped_column(
        ForeignKey("finding.id"), info=field(N_("Finding"), required=True))
    incident_id: Mapped[int] = mapped_column(
        ForeignKey("incident.id"), index=True, info=field(N_("Incident"), required=True, in_table=True))
    day: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Day"), hidden=True))
    """The incident's day at its place."""
