"""The history of a negotiation and the plan that came of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from casedesk.base.fields import field
from casedesk.base.i18n import N_
from casedesk.records.record import OfMatter, Record
from casedesk.records.words import AgreementForm, CircumstanceKind, OfferState, PlanKind, Side, WarningAnswer


class Offer(OfMatter, Record):
    """One step of the ladder: an offer or the counter-offer to it."""

    __tablename__ = "offer"
    title, titles = N_("Offer"), N_("Offers")

    made_on: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Made on"), required=True, in_table=True))
    side: Mapped[Side] = mapped_column(default=Side.CLIENT, info=field(N_("Made by"), in_table=True))
    debt_id: Mapped[int | None] = mapped_column(ForeignKey("debt.id"), default=None, info=field(N_("Debt")))
    counter_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("offer.id"), default=None, info=field(N_("Counter-offer to")))
    total: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Total to be paid"), money=True, in_table=True))
    instalments: Mapped[int | None] = mapped_column(default=None, info=field(N_("Instalments"), in_table=True))
    monthly: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Each month"), money=True, in_table=True))
    first_due_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("First instalment due on")))
    plan: Mapped[PlanKind] = mapped_column(default=PlanKind.EQUAL, info=field(N_("Kind of plan"), in_table=True))
    claim: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Claim it settles"), N_("What was claimed when it was made"),
                                             money=True, in_table=True))
    down: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Paid at once"), money=True))
    last: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Last instalment"), N_("Where it is larger than the others"),
                                             money=True))
    step: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Rises by"), money=True))
    step_every: Mapped[int | None] = mapped_column(
        default=None, info=field(N_("Rises every"), unit=N_("months"), width=6))
    rate: Mapped[str] = mapped_column(
        default="", info=field(N_("Interest during the plan"), N_("Empty: none")))
    valid_until: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Valid until"), in_table=True))
    incident_id: Mapped[int | None] = mapped_column(
        ForeignKey("incident.id"), default=None, info=field(N_("Made in the incident")))
    by: Mapped[str] = mapped_column(default="", info=field(N_("How"), N_("Letter, call, app, ...")))
    counterpart: Mapped[str] = mapped_column(default="", info=field(N_("With whom at the creditor"), width=36))
    terms: Mapped[str] = mapped_column(default="", info=field(N_("Terms"), lines=4, width=80))
    state: Mapped[OfferState] = mapped_column(default=OfferState.OPEN, info=field(N_("Answer"), in_table=True))
    answered_on: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Answered on"), in_table=True))
    answer: Mapped[str] = mapped_column(default="", info=field(N_("Words of the answer"), lines=3, width=80))

    @property
    def caption(self) -> str:
        return f"{self.made_on or ''} {self.side.label}".strip()


class Agreement(OfMatter, Record):
    """What was agreed in the end."""

    __tablename__ = "agreement"
    title, titles = N_("Agreement"), N_("Agreements")

    agreed_on: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Agreed on"), required=True, in_table=True))
    debt_id: Mapped[int | None] = mapped_column(
        ForeignKey("debt.id"), default=None, info=field(N_("Debt"), in_table=True))
    offer_id: Mapped[int | None] = mapped_column(
        ForeignKey("offer.id"), default=None, info=field(N_("From the offer")))
    form: Mapped[AgreementForm] = mapped_column(
        default=AgreementForm.WRITTEN, info=field(N_("Form"), in_table=True))
    total: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Total to be paid"), required=True, money=True, in_table=True))
    terms: Mapped[str] = mapped_column(default="", info=field(N_("Terms"), lines=5, width=80))

    @property
    def caption(self) -> str:
        return str(self.agreed_on or "")


class Instalment(OfMatter, Record):
    """One payment of an agreement's plan."""

    __tablename__ = "instalment"
    title, titles = N_("Instalment"), N_("Instalments")

    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("agreement.id"), info=field(N_("Agreement"), required=True, in_table=True))
    number: Mapped[int] = mapped_column(default=1, info=field(N_("No."), required=True, width=6, in_table=True))
    due_on: Mapped[dt.date | None] = mapped_column(
        default=None, index=True, info=field(N_("Due on"), required=True, in_table=True))
    amount: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Amount"), required=True, money=True, in_table=True))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), width=72, in_table=True))

    @property
    def caption(self) -> str:
        return f"{self.number}. {self.due_on or ''}".strip()


class Circumstance(OfMatter, Record):
    """One circumstance of the client that a plan must respect; sensitive, and in no document unless asked for."""

    __tablename__ = "circumstance"
    title, titles = N_("Circumstance"), N_("Circumstances of the client")

    kind: Mapped[CircumstanceKind] = mapped_column(
        default=CircumstanceKind.INCOME, info=field(N_("Kind"), in_table=True))
    monthly: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info=field(N_("Each month"), N_("Income or cost; empty where it is not money"),
                                             money=True, in_table=True))
    what: Mapped[str] = mapped_column(default="", info=field(N_("What"), width=60, in_table=True))
    since: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Since")))
    until: Mapped[dt.date | None] = mapped_column(default=None, info=field(N_("Until")))
    evidence_id: Mapped[int | None] = mapped_column(
        ForeignKey("evidence.id"), default=None, info=field(N_("Evidence"), in_table=True))
    notes: Mapped[str] = mapped_column(default="", info=field(N_("Notes"), lines=3, width=80))

    @property
    def caption(self) -> str:
        return self.what or self.kind.label


class Warned(OfMatter, Record):
    """A warning that was shown once, and what the lawyer answered; privileged."""

    __tablename__ = "warned"
    title, titles = N_("Answered warning"), N_("Answered warnings")

    debt_id: Mapped[int | None] = mapped_column(
        ForeignKey("debt.id"), default=None, info=field(N_("Debt"), hidden=True, in_table=True))
    about: Mapped[str] = mapped_column(default="", info=field(N_("Before"), hidden=True, in_table=True))
    reason: Mapped[str] = mapped_column(default="", info=field(N_("Reason"), hidden=True, in_table=True))
    answer: Mapped[WarningAnswer] = mapped_column(
        default=WarningAnswer.REFRAIN, info=field(N_("Answer"), hidden=True, in_table=True))
    answered_on: Mapped[dt.date | None] = mapped_column(
        default=None, info=field(N_("Answered on"), hidden=True, in_table=True))
    privileged: Mapped[bool] = mapped_column(default=True)

    @property
    def caption(self) -> str:
        return f"{self.answered_on or ''} {self.answer.label}".strip()
