"""One contact or attempt, lawful or not, and where the knowledge of it comes from."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from casedesk.base import phones, times
from casedesk.base.fields import field
from casedesk.base.i18n import N_
from casedesk.base.typed_time import Precision
from casedesk.records.record import OfMatter, Record, listing_index
from casedesk.records.words import CallKind, Channel, Direction, Role, SourceKind

_CONTACT, _WHO, _SAID, _VISIT, _PROOF = N_("Contact"), N_("Who"), N_("What was said"), N_("Visit"), N_("Proof")


class Incident(OfMatter, Record):
    """One contact or attempt."""

    __tablename__ = "incident"
    title, titles = N_("Incident"), N_("Incidents")
    __table_args__ = (
        Index("ix_incident_matter", "matter_id", "deleted_at", "at", "precision", "direction", "channel", "answered",
              "duration", "reached", "collector_id", "normal", "number", "creditor_id",
              "debt_id"),  # all that a matter's list and overview read, and what tells whose contact it was
        Index("ix_incident_firsts", "matter_id", "deleted_at", "direction", "collector_id", "at"),
        Index("ix_incident_normal_at", "normal", "at"),
        Index("ix_incident_person", "matter_id", "contact_person_id", "answered", "at",
              sqlite_where=text("contact_person_id IS NOT NULL"),
              postgresql_where=text("contact_person_id IS NOT NULL")),
        Index("ix_incident_said", "matter_id", sqlite_where=text("refused OR objected"),
              postgresql_where=text("refused OR objected")),
        listing_index("incident", "at"),
        listing_index("incident", "channel"),
        listing_index("incident", "number"),
        listing_index("incident", "answered"),
        listing_index("incident", "duration"),
        listing_index("incident", "reached"),
        listing_index("incident", "collector_id"),
    )

    matter_id: Mapped[int] = mapped_column(ForeignKey("matter.id"))  # ix_incident_matter begins with it
    at: Mapped[dt.datetime] = mapped_column(
        default_factory=times.now, info=field(N_("Time"), group=_CONTACT, required=True, in_table=True))
    zone: Mapped[str] = mapped_column(default="Asia/Shanghai", info=field(N_("Time zone"), group=_CONTACT))
    precision: Mapped[Precision] = mapped_column(
        default=Precision.EXACT, info=field(N_("Precision"), group=_CONTACT))
    channel: Mapped[Channel] = mapped_column(
        default=Channel.CALL, info=field(N_("Channel"), group=_CONTACT, in_table=True))
    direction: Mapped[Direction] = mapped_column(
        default=Direction.IN, info=field(N_("Direction"), group=_CONTACT))
    number: Mapped[str] = mapped_column(
        default="", info=field(N_("Their number"), N_("As displayed"), group=_CONTACT, in_table=True,
                               warn=phones.phone_doubt))
    normal: Mapped[str] = mapped_column(default="")
    """The comparable form of `number`; set whenever the record is saved."""
    our_number: Mapped[str] = mapped_column(default="", info=field(N_("Number called"), group=_CONTACT))
    answered: Mapped[bool | None] = mapped_column(
        default=None, info=field(N_("Answered"), group=_CONTACT, in_table=True))
    duration: Mapped[int | None] = mapped_column(
        default=None, info=field(N_("Duration"), group=_CONTACT, unit=N_("s"), width=10, in_table=True))
    ring: Mapped[int | None] = mapped_column(
        default=None, info=field(N_("Rang for"), group=_CONTACT, unit=N_("s"), width=10))
    call_kind: Mapped[CallKind] = mapped_column(
        default=CallKind.UNKNOWN, info=field(N_("Kind of call"), group=_CONTACT))
    by_machine: Mapped[bool | None] = mapped_column(
        default=None, info=field(N_("By machine"), N_("A recorded or computer voice"), group=_CONTACT))
    reached: Mapped[Role] = mapped_column(
        default=Role.DEBTOR, info=field(N_("Reached"), group=_WHO, in_table=True))
    contact_person_id: Mapped[int | None] = mapped_column(
        ForeignKey("contact_person.id"), default=None, info=field(N_("Contact person"), group=_WHO))
    creditor_id: Mapped[int | None] = mapped_column(
        ForeignKey("creditor.id"), default=None, index=True, info=field(N_("Creditor"), group=_WHO))
    collector_id: Mapped[int | None] = mapped_column(
        ForeignKey("collector.id"), default=None, info=field(N_("Collector"), group=_WHO, in_table=True))
    agent_id: Mapped[int | None] = mapped_column(
        ForeignKey("agent.id"), default=None, info=field(N_("Agent"), group=_WHO))
    debt_id: Mapped[int | None] = mapped_column(
        ForeignKey("debt.id"), default=None, index=True, info=field(N_("Debt"), group=_WHO))
    stated_name: Mapped[str] = mapped_column(
        default="", info=field(N_("Name they gave"), group=_WHO))
    stated_company: Mapped[str] = mapped_column(
        default="", info=field(N_("Company they gave"), group=_WHO, width=36))
    identity_stated: Mapped[bool | None] = mapped_column(
        default=None, info=field(N_("Said who they were"), group=_WHO))
    words: Mapped[str] = mapped_column(
        default="", info=field(N_("Their words"), N_("Exactly as said or written"), group=_SAID, lines=5, width=80,
                               in_table=True))
    reply: Mapped[str] = mapped_column(default="", info=field(N_("Our reply"), group=_SAID, lines=2, width=80))
    summary: Mapped[str] = mapped_column(default="", info=field(N_("Summary"), group=_SAID, lines=2, width=80))
    tags: Mapped[list[str]] = mapped_column(
        default_factory=list, info=field(N_("Tags"), group=_SAID, width=60, in_table=True))
    demanded: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Amount demanded"), group=_SAID, money=True))
    account: Mapped[str] = mapped_column(
        default="", info=field(N_("Account to pay to"), group=_SAID, width=48))
    objected: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Debt objected to"), group=_SAID))
    refused: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Told not to contact again"), group=_SAID))
    place: Mapped[str] = mapped_column(default="", info=field(N_("Place"), group=_VISIT, width=60))
    people_count: Mapped[int | None] = mapped_column(
        default=None, info=field(N_("Number of collectors"), group=_VISIT, width=6))
    visit_details: Mapped[str] = mapped_column(
        default="", info=field(N_("Persons and vehicles"), group=_VISIT, lines=2, width=80))
    witness: Mapped[str] = mapped_column(
        default="", info=field(N_("Witness and contact"), group=_PROOF, width=60))
    carrier: Mapped[str] = mapped_column(
        default="", info=field(N_("Original carrier"), N_("Phone, SIM or account where the original is kept"),
                               group=_PROOF, width=48))
    police_receipt: Mapped[str] = mapped_column(default="", info=field(N_("Police receipt no."), group=_PROOF))
    checked: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Checked against the proof"), group=_PROOF))
    privileged: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Privileged"), N_("Left out of every document that leaves the firm"),
                                  group=_PROOF))

    @property
    def caption(self) -> str:
        return f"{times.show(self.at, self.zone)} {self.number}".strip()

    def settle(self) -> None:
        self.normal = phones.read_phone(self.number, times.region(self.zone)).normal


class IncidentSource(OfMatter, Record):
    """Where one knowledge of an incident stands: the client's memory, a line of a bill, a recording."""

    __tablename__ = "incident_source"
    title, titles = N_("Source"), N_("Sources")

    incident_id: Mapped[int] = mapped_column(
        ForeignKey("incident.id"), index=True, info=field(N_("Incident"), required=True))
    kind: Mapped[SourceKind] = mapped_column(
        default=SourceKind.MEMORY, info=field(N_("Kind of source"), in_table=True))
    evidence_id: Mapped[int | None] = mapped_column(
        ForeignKey("evidence.id"), default=None, index=True, info=field(N_("File"), in_table=True))
    sheet: Mapped[str] = mapped_column(default="", info=field(N_("Sheet"), in_table=True))
    line: Mapped[int | None] = mapped_column(default=None, info=field(N_("Line"), width=8, in_table=True))
    batch_id: Mapped[int | None] = mapped_column(
        ForeignKey("import_batch.id"), default=None, index=True, info=field(N_("Import"), hidden=True))
    at: Mapped[dt.datetime | None] = mapped_column(
        default=None, info=field(N_("Time it gives"), N_("Empty: the incident's"), in_table=True))
    local: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Time without a zone"), N_("The file has it as on the clock of the place"),
                                  hidden=True))
    filled: Mapped[list[str]] = mapped_column(
        default_factory=list, info=field(N_("Facts known from here"), hidden=True))
    """Columns of the incident that were empty before this source."""
    kept: Mapped[list[str]] = mapped_column(
        default_factory=list, info=field(N_("What it says"), hidden=True))
    """What it says of the incident, “name=JSON” a column; of the one an incident was made from its history tells."""
    attached: Mapped[list[str]] = mapped_column(
        default_factory=list, info=field(N_("Attachments it brought"), hidden=True))
    """Their SHA-256: as long as one source is there that brought a file, it shows the incident."""
    differs: Mapped[str] = mapped_column(
        default="", info=field(N_("Says otherwise"), N_("What this source says that the incident does not"), width=60,
                               in_table=True))
