"""A matter and the records that go with it everywhere."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from casedesk.base import courts
from casedesk.base.clock_hours import hours_of_day
from casedesk.base.fields import field
from casedesk.base.i18n import N_
from casedesk.records.record import OfMatter, Record, listing_index
from casedesk.records.words import Channel, FilingState, Jurisdiction, MatterKind, MatterStatus, NoticeKind

_COURT = N_("Court")
_KEEPING = N_("Keeping")


class Matter(Record):
    """One client's dispute."""

    __tablename__ = "matter"
    title, titles = N_("Matter"), N_("Matters")
    __table_args__ = (
        Index("uq_matter_ref", "ref", unique=True, sqlite_where=text("deleted_at IS NULL"),
              postgresql_where=text("deleted_at IS NULL")),
        listing_index("matter", "ref"),
        Index("ix_matter_restricted", "id", sqlite_where=text("restricted"), postgresql_where=text("restricted")),
    )

    ref: Mapped[str] = mapped_column(
        default="", info=field(N_("Reference"), N_("The firm's own number, like 2026-0012"), required=True, width=16,
                               in_table=True))
    name: Mapped[str] = mapped_column(
        default="", info=field(N_("Title"), N_("Client / creditor and what it is about"), required=True, width=60,
                               in_table=True))
    client_id: Mapped[int] = mapped_column(
        ForeignKey("client.id"), kw_only=True, info=field(N_("Client"), required=True, in_table=True))
    jurisdiction: Mapped[Jurisdiction] = mapped_column(
        default=Jurisdiction.CN, info=field(N_("Jurisdiction"), in_table=True))
    kind: Mapped[MatterKind] = mapped_column(
        default=MatterKind.HARASSMENT, info=field(N_("Kind"), in_table=True))
    status: Mapped[MatterStatus] = mapped_column(
        default=MatterStatus.OPEN, info=field(N_("Status"), in_table=True))
    responsible: Mapped[str] = mapped_column(default="", info=field(N_("Responsible"), in_table=True))
    zone: Mapped[str] = mapped_column(
        default="Asia/Shanghai", info=field(N_("Time zone"), N_("Where the client lives; times are shown in it")))
    opened_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Opened on"), in_table=True))
    closed_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Closed on")))
    court: Mapped[str] = mapped_column(default="", info=field(N_("Court or body"), group=_COURT, width=48))
    case_number: Mapped[str] = mapped_column(
        default="", info=field(N_("Case no."), group=_COURT, width=36, check=courts.case_number,
                               warn=courts.case_number_doubt))
    summary: Mapped[str] = mapped_column(default="", info=field(N_("Summary"), lines=4, width=80))
    keep_until: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Keep until"), N_("The matter is not destroyed before; without a day it is kept"),
                                 group=_KEEPING))
    on_hold: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Legal hold"), N_("Nothing of the matter is deleted while it is on"),
                                  group=_KEEPING))
    hold_reason: Mapped[str] = mapped_column(default="", info=field(N_("Why on hold"), group=_KEEPING, width=60))
    restricted: Mapped[bool] = mapped_column(default=False)
    """Only its team and the owners see it."""

    @property
    def caption(self) -> str:
        return f"{self.ref} {self.name}".strip()


class TeamMember(OfMatter, Record):
    """A user who sees a matter that is restricted to its team."""

    __tablename__ = "team_member"
    title, titles = N_("Team member"), N_("Team members")

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)


class Notice(OfMatter, Record):
    """What the other side was told and when."""

    __tablename__ = "notice"
    title, titles = N_("Notice"), N_("Notices")

    kind: Mapped[NoticeKind] = mapped_column(
        default=NoticeKind.REPRESENTATION, info=field(N_("What was told"), in_table=True))
    told_on: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Told on"), required=True, in_table=True))
    creditor_id: Mapped[int | None] = mapped_column(
        ForeignKey("creditor.id"), default=None, info=field(N_("To the creditor"), in_table=True))
    collector_id: Mapped[int | None] = mapped_column(
        ForeignKey("collector.id"), default=None, info=field(N_("To the collector"), in_table=True))
    contact_person_id: Mapped[int | None] = mapped_column(
        ForeignKey("contact_person.id"), default=None, info=field(N_("About the contact person")))
    by: Mapped[str] = mapped_column(
        default="", info=field(N_("How"), N_("Registered letter, e-mail, call, ..."), in_table=True))
    proof: Mapped[str] = mapped_column(default="", info=field(N_("Proof of delivery"), width=48, in_table=True))
    until: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Good until"), N_("Last day it holds; empty if it has no end")))
    answered_on: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Answered or verified on"), N_("When the other side settled an objection")))
    hours: Mapped[str] = mapped_column(
        default="", info=field(N_("Hours"), N_("Agreed or unsuitable hours, like 09:00-20:00"), check=hours_of_day))
    channel: Mapped[Channel | None] = mapped_column(
        default=None, info=field(N_("Channel not to be used"), N_("When only one channel is stopped")))
    words: Mapped[str] = mapped_column(default="", info=field(N_("Words"), lines=4, width=80))

    @property
    def caption(self) -> str:
        return f"{self.told_on or ''} {self.kind.label}".strip()


class Deadline(OfMatter, Record):
    """A date that law, an offer or a filing sets."""

    __tablename__ = "deadline"
    title, titles = N_("Deadline"), N_("Deadlines")

    due_on: Mapped[dt.date | None] = mapped_column(
        default=None, index=True, info=field(N_("Due on"), required=True, in_table=True))
    name: Mapped[str] = mapped_column(
        default="", info=field(N_("What is due"), required=True, width=60, in_table=True))
    basis: Mapped[str] = mapped_column(
        default="", info=field(N_("Basis"), N_("The rule, offer or filing that sets it"), width=60, in_table=True))
    rule: Mapped[str] = mapped_column(
        default="", info=field(N_("Rule it follows"), N_("Empty: the date was typed"), hidden=True))
    about: Mapped[str] = mapped_column(default="", info=field(N_("Fact it follows from"), hidden=True))
    done_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Done on"), in_table=True))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), lines=3, width=80))

    @property
    def caption(self) -> str:
        return f"{self.due_on or ''} {self.name}".strip()


class Filing(OfMatter, Record):
    """What was sent to whom, and what came back."""

    __tablename__ = "filing"
    title, titles = N_("Filing"), N_("Filings")

    recipient: Mapped[str] = mapped_column(
        default="", info=field(N_("Filed with"), required=True, width=48, in_table=True))
    what: Mapped[str] = mapped_column(
        default="", info=field(N_("What was filed"), required=True, width=60, in_table=True))
    state: Mapped[FilingState] = mapped_column(
        default=FilingState.PREPARED, info=field(N_("Status"), in_table=True))
    filed_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Filed on"), in_table=True))
    by: Mapped[str] = mapped_column(default="", info=field(N_("How"), N_("Portal, counter, registered letter, ...")))
    receipt: Mapped[str] = mapped_column(default="", info=field(N_("Receipt no."), in_table=True))
    answer_due_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Answer due on"), in_table=True))
    answered_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Answered on"), in_table=True))
    answer: Mapped[str] = mapped_column(default="", info=field(N_("Answer"), lines=4, width=80))
    form: Mapped[str] = mapped_column(default="", info=field(N_("Filing form"), hidden=True))
    seal: Mapped[str] = mapped_column(default="", info=field(N_("Seal of the package"), hidden=True))
    package: Mapped[str] = mapped_column(
        default="", info=field(N_("SHA-256 of the package"), hidden=True))
    """That of the evidence which is the package as filed."""
    follows: Mapped[str] = mapped_column(
        default="", info=field(N_("Supplements the package with the seal"), hidden=True))

    @property
    def caption(self) -> str:
        return f"{self.what} → {self.recipient}"


class Note(OfMatter, Record):
    """A free note; privileged unless said otherwise, and then in no document that leaves the firm."""

    __tablename__ = "note"
    title, titles = N_("Note"), N_("Notes")

    subject: Mapped[str] = mapped_column(default="", info=field(N_("Subject"), width=60, in_table=True))
    body: Mapped[str] = mapped_column(
        default="", info=field(N_("Note"), required=True, lines=8, width=80, in_table=True))
    privileged: Mapped[bool] = mapped_column(default=True, info=field(N_("Privileged"), in_table=True))

    @property
    def caption(self) -> str:
        return self.subject or self.body[:40]
