"""The people and companies of a dispute."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from casedesk.base import identifiers, phones
from casedesk.base.errors import InvalidEntry
from casedesk.base.fields import field
from casedesk.base.i18n import N_
from casedesk.records.record import OfMatter, Record
from casedesk.records.words import CreditorKind, IdentityKind, Role, Sex, UserRole

_IDENTITY, _REACH, _MORE = N_("Identity"), N_("Contact"), N_("More")


class User(Record):
    """A person of the firm, by the name that changes are signed with."""

    __tablename__ = "user"
    title, titles = N_("User"), N_("Users")

    name: Mapped[str] = mapped_column(default="", info=field(N_("Name"), required=True, in_table=True))
    role: Mapped[UserRole] = mapped_column(default=UserRole.LAWYER, info=field(N_("Role"), in_table=True))
    licence: Mapped[str] = mapped_column(default="", info=field(N_("Practising licence no."), in_table=True))
    phone: Mapped[str] = mapped_column(default="", info=field(N_("Phone")))
    email: Mapped[str] = mapped_column(default="", info=field(N_("E-mail"), width=36))
    disabled: Mapped[bool] = mapped_column(default=False)
    """May not open the cabinet any more."""

    @property
    def caption(self) -> str:
        return self.name


class Client(Record):
    """The debtor the firm stands by."""

    __tablename__ = "client"
    title, titles = N_("Client"), N_("Clients")

    name: Mapped[str] = mapped_column(
        default="", index=True, info=field(N_("Name"), group=_IDENTITY, required=True, in_table=True))
    other_name: Mapped[str] = mapped_column(
        default="", info=field(N_("Other name"), N_("Name in Latin letters, or a former name"), group=_IDENTITY))
    sex: Mapped[Sex | None] = mapped_column(default=None, info=field(N_("Sex"), group=_IDENTITY))
    born_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Born on"), group=_IDENTITY))
    ethnicity: Mapped[str] = mapped_column(default="", info=field(N_("Ethnicity"), group=_IDENTITY, width=12))
    identity_kind: Mapped[IdentityKind] = mapped_column(
        default=IdentityKind.RESIDENT, info=field(N_("Identity document"), group=_IDENTITY))
    identity_number: Mapped[str] = mapped_column(
        default="", info=field(N_("Document no."), group=_IDENTITY, masked=True))
    phone: Mapped[str] = mapped_column(
        default="", info=field(N_("Phone"), group=_REACH, in_table=True, warn=phones.phone_doubt))
    other_phones: Mapped[str] = mapped_column(default="", info=field(N_("Other phones"), group=_REACH, width=48))
    email: Mapped[str] = mapped_column(default="", info=field(N_("E-mail"), group=_REACH, width=36))
    address: Mapped[str] = mapped_column(default="", info=field(N_("Address"), group=_REACH, width=72, in_table=True))
    service_address: Mapped[str] = mapped_column(
        default="", info=field(N_("Address for service"), N_("If it differs"), group=_REACH, width=72))
    employer: Mapped[str] = mapped_column(default="", info=field(N_("Employer"), group=_MORE, width=48))
    occupation: Mapped[str] = mapped_column(default="", info=field(N_("Occupation"), group=_MORE))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), group=_MORE, lines=4, width=80))

    @property
    def caption(self) -> str:
        return self.name

    def settle(self) -> None:
        if self.identity_kind is IdentityKind.RESIDENT and self.identity_number:
            try:
                self.identity_number = identifiers.resident_id(self.identity_number)
            except InvalidEntry as problem:
                raise InvalidEntry(problem.message, problem.hint, field="identity_number") from None


class ContactPerson(OfMatter, Record):
    """A relative, colleague or employer who was contacted, or may be."""

    __tablename__ = "contact_person"
    title, titles = N_("Contact person"), N_("Contact persons")

    name: Mapped[str] = mapped_column(default="", info=field(N_("Name"), required=True, in_table=True))
    role: Mapped[Role] = mapped_column(default=Role.RELATIVE, info=field(N_("Relation to the client"), in_table=True))
    relation: Mapped[str] = mapped_column(
        default="", info=field(N_("In words"), N_("Mother, head of personnel, ..."), in_table=True))
    phone: Mapped[str] = mapped_column(
        default="", info=field(N_("Phone"), in_table=True, warn=phones.phone_doubt))
    employer: Mapped[str] = mapped_column(default="", info=field(N_("Employer"), width=48))
    address: Mapped[str] = mapped_column(default="", info=field(N_("Address"), width=72))
    given_by_client: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Named to the creditor"),
                                  N_("The client gave this person's data to the creditor")))
    refused_on: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Refused contact on"), N_("The day the person said not to be contacted again"),
                                 in_table=True))
    would_testify: Mapped[bool] = mapped_column(default=False, info=field(N_("Would testify")))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), lines=3, width=80))

    @property
    def caption(self) -> str:
        return f"{self.name} ({self.relation})" if self.relation else self.name


class Creditor(Record):
    """Who claims the money."""

    __tablename__ = "creditor"
    title, titles = N_("Creditor"), N_("Creditors")

    name: Mapped[str] = mapped_column(
        default="", index=True, info=field(N_("Name"), group=_IDENTITY, required=True, width=48, in_table=True))
    kind: Mapped[CreditorKind] = mapped_column(
        default=CreditorKind.BANK, info=field(N_("Kind"), group=_IDENTITY, in_table=True))
    credit_code: Mapped[str] = mapped_column(
        default="", info=field(N_("Unified social credit code"), group=_IDENTITY, check=identifiers.credit_code,
                               warn=identifiers.credit_code_doubt))
    association_member: Mapped[bool] = mapped_column(
        default=False, info=field(N_("Member of the banking association"),
                                  N_("Decides whether the association's collection guideline binds it"),
                                  group=_IDENTITY))
    legal_representative: Mapped[str] = mapped_column(
        default="", info=field(N_("Legal representative"), group=_IDENTITY))
    phone: Mapped[str] = mapped_column(
        default="", info=field(N_("Phone"), group=_REACH, in_table=True, warn=phones.phone_doubt))
    email: Mapped[str] = mapped_column(default="", info=field(N_("E-mail"), group=_REACH, width=36))
    address: Mapped[str] = mapped_column(default="", info=field(N_("Address"), group=_REACH, width=72, in_table=True))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), group=_MORE, lines=3, width=80))

    @property
    def caption(self) -> str:
        return self.name


class Collector(Record):
    """The agency, or the creditor's own department, that makes contact."""

    __tablename__ = "collector"
    title, titles = N_("Collector"), N_("Collectors")

    name: Mapped[str] = mapped_column(
        default="", index=True, info=field(N_("Name"), required=True, width=48, in_table=True))
    creditor_id: Mapped[int | None] = mapped_column(
        ForeignKey("creditor.id"), default=None, info=field(N_("Collects for"), in_table=True))
    credit_code: Mapped[str] = mapped_column(
        default="", info=field(N_("Unified social credit code"), check=identifiers.credit_code,
                               warn=identifiers.credit_code_doubt))
    listed: Mapped[bool | None] = mapped_column(
        default=None, info=field(N_("On the creditor's published list")))
    notified_on: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Debtor told of it on"), in_table=True))
    phone: Mapped[str] = mapped_column(default="", info=field(N_("Phone"), warn=phones.phone_doubt))
    address: Mapped[str] = mapped_column(default="", info=field(N_("Address"), width=72))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), lines=3, width=80))

    @property
    def caption(self) -> str:
        return self.name


class PhoneNumber(Record):
    """A number a collector or creditor is known to use."""

    __tablename__ = "phone_number"
    title, titles = N_("Number"), N_("Numbers")

    number: Mapped[str] = mapped_column(
        default="", info=field(N_("Number"), required=True, in_table=True, warn=phones.phone_doubt))
    normal: Mapped[str] = mapped_column(default="", index=True)
    """The comparable form of `number`; set whenever the record is saved."""
    collector_id: Mapped[int | None] = mapped_column(
        ForeignKey("collector.id"), default=None, info=field(N_("Collector"), in_table=True))
    creditor_id: Mapped[int | None] = mapped_column(
        ForeignKey("creditor.id"), default=None, info=field(N_("Creditor"), in_table=True))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), width=72, in_table=True))

    @property
    def caption(self) -> str:
        return self.number

    def settle(self) -> None:
        self.normal = phones.read_phone(self.number).normal


class Agent(Record):
    """A person who collects, as far as known."""

    __tablename__ = "agent"
    title, titles = N_("Agent"), N_("Agents")

    collector_id: Mapped[int] = mapped_column(
        ForeignKey("collector.id"), info=field(N_("Collector"), required=True, in_table=True))
    name: Mapped[str] = mapped_column(default="", info=field(N_("Name as stated"), required=True, in_table=True))
    agent_number: Mapped[str] = mapped_column(default="", info=field(N_("Agent no."), in_table=True))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), width=72, in_table=True))

    @property
    def caption(self) -> str:
        return f"{self.name} {self.agent_number}".strip()
