"""What is claimed, paid and secured."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from casedesk.base import identifiers, phones
from casedesk.base.fields import field
from casedesk.base.i18n import N_
from casedesk.records.record import OfMatter, Record
from casedesk.records.words import ActKind, ClaimKind, Compounding, GuaranteeKind, Product

_CONTRACT, _MONEY, _COLLECTION = N_("Contract"), N_("Money"), N_("Collection and assignment")
_SUIT = N_("Suit and judgment")


class Debt(OfMatter, Record):
    """One contract's debt."""

    __tablename__ = "debt"
    title, titles = N_("Debt"), N_("Debts")

    creditor_id: Mapped[int] = mapped_column(
        ForeignKey("creditor.id"), info=field(N_("Creditor"), group=_CONTRACT, required=True, in_table=True))
    product: Mapped[Product] = mapped_column(
        default=Product.CREDIT_CARD, info=field(N_("Product"), group=_CONTRACT, in_table=True))
    contract_number: Mapped[str] = mapped_column(
        default="", info=field(N_("Contract or card no."), group=_CONTRACT, width=32, in_table=True))
    contract_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Contract of"), group=_CONTRACT))
    reserved_mobile: Mapped[str] = mapped_column(
        default="", info=field(N_("Mobile left with the creditor"), group=_CONTRACT, warn=phones.phone_doubt))
    agreed_hours: Mapped[str] = mapped_column(
        default="", info=field(N_("Hours of contact agreed"), N_("As in the contract; empty if none"),
                               group=_CONTRACT))
    currency: Mapped[str] = mapped_column(default="CNY", info=field(N_("Currency"), group=_MONEY, width=6))
    principal: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Principal"), group=_MONEY, money=True, in_table=True))
    prepaid: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(
            N_("Kept back when paid out"), N_("Interest or fees taken off before the money was paid out"),
            group=_MONEY, money=True))
    released_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Paid out on"), group=_MONEY))
    due_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Due on"), group=_MONEY, in_table=True))
    overdue_since: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Overdue since"), group=_MONEY, in_table=True))
    rate: Mapped[str] = mapped_column(
        default="", info=field(N_("Interest rate"), N_("As written: 18 % a year, 0.05 % a day"), group=_MONEY))
    overdue_rate: Mapped[str] = mapped_column(default="", info=field(N_("Overdue rate"), group=_MONEY))
    year_days: Mapped[int] = mapped_column(
        default=365, info=field(N_("Days of the year"), N_("365, or 360 where the contract says so"), group=_MONEY,
                                width=6))
    compounding: Mapped[Compounding] = mapped_column(
        default=Compounding.NONE, info=field(N_("Compound interest agreed"), group=_MONEY))
    fees: Mapped[str] = mapped_column(
        default="", info=field(N_("Fees and penalties"), N_("As claimed, each with its name"), group=_MONEY, lines=2,
                               width=72))
    claimed: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Claimed in all"), group=_MONEY, money=True, in_table=True))
    claimed_as_of: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Claimed as of"), group=_MONEY))
    suit_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Sued on"), group=_SUIT))
    judged: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(
            N_("Judgment amount"), N_("What was unpaid when that day had passed, without interest that runs on"),
            group=_SUIT, money=True))
    judged_until: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("To be paid under the judgment by"), group=_SUIT))
    collector_id: Mapped[int | None] = mapped_column(
        ForeignKey("collector.id"), default=None, info=field(N_("Collected by"), group=_COLLECTION, in_table=True))
    assignee_id: Mapped[int | None] = mapped_column(
        ForeignKey("creditor.id"), default=None, info=field(N_("Assigned to"), group=_COLLECTION))
    assigned_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Assigned on"), group=_COLLECTION))
    assignment_told_on: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Assignment notified on"), group=_COLLECTION))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), lines=3, width=80))

    @property
    def caption(self) -> str:
        return f"{self.product.label} {self.contract_number}".strip()


class Payment(OfMatter, Record):
    """Money paid on a debt."""

    __tablename__ = "payment"
    title, titles = N_("Payment"), N_("Payments")

    debt_id: Mapped[int] = mapped_column(
        ForeignKey("debt.id"), info=field(N_("Debt"), required=True, in_table=True))
    paid_on: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Paid on"), required=True, in_table=True))
    amount: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Amount"), required=True, money=True, in_table=True))
    payee: Mapped[str] = mapped_column(default="", info=field(N_("Payee and account"), width=48, in_table=True))
    by: Mapped[str] = mapped_column(default="", info=field(N_("How"), in_table=True))
    instalment_id: Mapped[int | None] = mapped_column(
        ForeignKey("instalment.id"), default=None, info=field(N_("For the instalment")))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), width=72))

    @property
    def caption(self) -> str:
        return str(self.paid_on or "")


class Claim(OfMatter, Record):
    """One line of what the creditor claims."""

    __tablename__ = "claim"
    title, titles = N_("Claimed line"), N_("Claimed lines")

    debt_id: Mapped[int] = mapped_column(
        ForeignKey("debt.id"), info=field(N_("Debt"), required=True, in_table=True))
    kind: Mapped[ClaimKind] = mapped_column(default=ClaimKind.FEE, info=field(N_("Kind"), in_table=True))
    name: Mapped[str] = mapped_column(
        default="", info=field(N_("Name"), N_("As the creditor calls it"), width=36, in_table=True))
    amount: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Amount"), required=True, money=True, in_table=True))
    charged_on: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Charged on"), N_("Empty: as of the day of the whole claim"), in_table=True))
    agreed: Mapped[bool | None] = mapped_column(default=None, info=field(N_("In the contract"), in_table=True))
    disclosed: Mapped[bool | None] = mapped_column(
        default=None, info=field(N_("On the disclosure sheet"), in_table=True))
    evidence_id: Mapped[int | None] = mapped_column(
        ForeignKey("evidence.id"), default=None, info=field(N_("Evidence")))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), width=72))

    @property
    def caption(self) -> str:
        return self.name or self.kind.label


class Act(OfMatter, Record):
    """Something that restarts or suspends limitation, with its proof."""

    __tablename__ = "act"
    title, titles = N_("Act for limitation"), N_("Acts for limitation")

    debt_id: Mapped[int] = mapped_column(
        ForeignKey("debt.id"), info=field(N_("Debt"), required=True, in_table=True))
    kind: Mapped[ActKind] = mapped_column(default=ActKind.DEMAND, info=field(N_("Kind"), in_table=True))
    done_on: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("On"), required=True, in_table=True))
    until: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Until"), N_("End of the proceedings or of the obstacle"), in_table=True))
    guarantor_id: Mapped[int | None] = mapped_column(
        ForeignKey("guarantor.id"), default=None, info=field(N_("Guarantor")))
    proof: Mapped[str] = mapped_column(default="", info=field(N_("Proof"), width=48, in_table=True))
    evidence_id: Mapped[int | None] = mapped_column(
        ForeignKey("evidence.id"), default=None, info=field(N_("Evidence")))
    incident_id: Mapped[int | None] = mapped_column(
        ForeignKey("incident.id"), default=None, info=field(N_("Incident")))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), width=72))

    @property
    def caption(self) -> str:
        return f"{self.done_on or ''} {self.kind.label}".strip()


class Guarantor(OfMatter, Record):
    """Who stands behind a debt."""

    __tablename__ = "guarantor"
    title, titles = N_("Guarantor"), N_("Guarantors")

    debt_id: Mapped[int] = mapped_column(
        ForeignKey("debt.id"), info=field(N_("Debt"), required=True, in_table=True))
    name: Mapped[str] = mapped_column(default="", info=field(N_("Name"), required=True, in_table=True))
    kind: Mapped[GuaranteeKind] = mapped_column(
        default=GuaranteeKind.UNCLEAR, info=field(N_("Kind of guarantee"), in_table=True))
    identity_number: Mapped[str] = mapped_column(
        default="", info=field(N_("Resident identity no."), masked=True, check=identifiers.resident_id,
                               warn=identifiers.resident_id_doubt))
    phone: Mapped[str] = mapped_column(default="", info=field(N_("Phone"), in_table=True, warn=phones.phone_doubt))
    signed_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Signed on")))
    until: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Guarantee period ends")))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), lines=3, width=80))

    @property
    def caption(self) -> str:
        return self.name
