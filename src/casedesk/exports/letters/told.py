"""What a dossier tells a form: one debt with its parties in front, the contacts counted, every list as views."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.exports.bundle import plan
from casedesk.exports.bundle.profiles import Profile
from casedesk.exports.letters.choice import UNBOUND, Asked, Bound, Choice
from casedesk.exports.letters.citing import in_words
from casedesk.exports.letters.plans import YUAN, agreed_plan, in_capitals, proposal, told_means, told_plan
from casedesk.exports.letters.values import Cents, Missing, View, views
from casedesk.exports.statistics import Statistics
from casedesk.records.debts import Debt, Guarantor, Payment
from casedesk.records.dossier import Dossier
from casedesk.records.evidence import Evidence
from casedesk.records.findings import Finding
from casedesk.records.incidents import Incident
from casedesk.records.matters import Filing, Matter, Notice
from casedesk.records.negotiation import Agreement, Circumstance, Instalment, Offer
from casedesk.records.people import Agent, Client, Collector, ContactPerson, Creditor, PhoneNumber, User
from casedesk.records.record import Record
from casedesk.records.words import ClaimKind, Confidence, Direction

TOLD_AT_MOST = 40
"""Contacts told one by one in a letter; the others are counted and stand in the bundle's chronology."""
_NUMBERS_AT_MOST = 20
LISTS: dict[str, type[Record]] = {
    "incidents": Incident, "findings": Finding, "exhibits": Evidence, "instalments": Instalment, "payments": Payment,
    "guarantors": Guarantor, "contact_persons": ContactPerson, "debts": Debt, "notices": Notice,
    "circumstances": Circumstance}
"""The lists a form may ask for."""
R = TypeVar("R", bound=Record)


def told(
    dossier: Dossier, profile: Profile, choice: Choice, asked: Sequence[Asked], *, lawyer: User | None = None,
    bound: Bound = UNBOUND, on: dt.date,
) -> dict[str, Any]:
    """All a form's text may name; the client's circumstances as they are on a day."""
    groups = plan.groups(dossier.evidence, profile, bound.filed or plan.NOTHING)
    marks = {one.evidence.id: one.mark for group in groups for one in group.exhibits}
    unknown = sorted(set(choice.answers) - {one.name for one in asked})
    if unknown:
        raise InvalidEntry(tr("The form does not ask for “{name}”.", name=unknown[0]),
                           tr("It asks for: {names}.", names=", ".join(one.name for one in asked))
                           if asked else tr("It asks for nothing."), field="answers")
    answers = {one.name: choice.answers.get(one.name, "").strip() or Missing(f"asked.{one.name}", one.label)
               for one in asked}
    return {
        "matter": View("matter", Matter, dossier.matter), "client": View("client", Client, dossier.client),
        "firm": dossier.firm or Missing("firm", "Law firm"), "lawyer": View("lawyer", User, lawyer),
        "asked": answers, **_parties(dossier, choice), **_contacts(dossier, profile, marks),
        **_lists(dossier), **_evidence(groups, bound.pages), **told_means(dossier, on, marks),
        "lacking": {path: Missing(path, kind.titles, kind) for path, kind in LISTS.items()},
    }


def _chosen(records: Sequence[R], wanted: int | None, first: int | None = None) -> R | None:
    if wanted is not None:
        found = next((one for one in records if one.id == wanted), None)
        if found is None:
            raise InvalidEntry(tr("What was chosen does not belong to this matter."), tr("Choose again."))
        return found
    return next((one for one in records if one.id == first), next(iter(records), None))


def _parties(dossier: Dossier, choice: Choice) -> dict[str, Any]:
    debt = _chosen(dossier.debts, choice.debt)
    creditor = _chosen(dossier.creditors, choice.creditor, (debt.assignee_id or debt.creditor_id) if debt else None)
    collector = _chosen(dossier.collectors, choice.collector, debt.collector_id if debt else None)
    person = _chosen(dossier.contact_persons, choice.contact_person)
    agreement = next((one for one in reversed(dossier.agreements) if debt and one.debt_id in (None, debt.id)), None)
    instalments = [one for one in dossier.instalments if agreement and one.agreement_id == agreement.id]
    offer = proposal(dossier, debt.id if debt else None)
    paid = [one for one in dossier.payments if debt and one.debt_id == debt.id]
    lender = next((one for one in dossier.creditors if debt and one.id == debt.creditor_id), None)
    currency = debt.currency or YUAN if debt else YUAN
    return {
        "debt": View("debt", Debt, debt, lender=View("creditor", Creditor, lender)),
        "creditor": View("creditor", Creditor, creditor), "collector": View("collector", Collector, collector),
        "contact_person": View("contact_person", ContactPerson, person),
        "claimed": _claimed(dossier, debt),
        "agreement": View("agreement", Agreement, agreement,
                          words=in_capitals(agreement.total if agreement else None, currency)),
        "agreed_plan": agreed_plan(dossier, agreement, instalments, currency), "offer": View("offer", Offer, offer),
        "plan": told_plan(offer, dossier.matter.jurisdiction, currency),
        "yuan": "元" if currency == YUAN else f" {currency}",
        "instalments": views("instalment", Instalment, instalments),
        "guarantors": views("guarantor", Guarantor, [
            one for one in dossier.guarantors if debt and one.debt_id == debt.id]),
        "payments": views("payment", Payment, paid), "paid": Cents(sum(one.amount or 0 for one in paid)),
        "agents": views("agent", Agent, [
            one for one in dossier.agents if collector and one.collector_id == collector.id]),
    }


def _claimed(dossier: Dossier, debt: Debt | None) -> dict[str, Cents | None]:
    """What the creditor claims of the debt by kind, and in all beside principal and cost; None where no line is."""
    def of(*kinds: ClaimKind) -> Cents | None:
        amounts = [one.amount for one in dossier.claims if debt is not None and one.debt_id == debt.id
                   and one.amount is not None and one.kind in kinds]
        return Cents(sum(amounts)) if amounts else None

    return {**{kind.value: of(kind) for kind in ClaimKind},
            "charges": of(*(kind for kind in ClaimKind if kind not in (ClaimKind.PRINCIPAL, ClaimKind.COST)))}


def _contacts(dossier: Dossier, profile: Profile, marks: Mapping[int, str]) -> dict[str, Any]:
    """All contacts counted; told those that findings rest on, that evidence shows, at night, with third persons.

    Where nothing stands out the contacts are told from the first on.
    """
    kept = {one.id for one in dossier.confirmed}
    rows = {row.incident_id for row in dossier.finding_rows if row.finding_id in kept} | dossier.evidence_of.keys()
    numbers = Statistics(profile.night)
    telling: list[Incident] = []
    others: list[Incident] = []
    for incident in dossier.incidents:
        before = numbers.night + numbers.third
        numbers.add(incident)
        told = telling if incident.id in rows or numbers.night + numbers.third > before else others
        if len(told) < TOLD_AT_MOST and incident.direction is not Direction.OUT:
            told.append(incident)
    first, by_number = telling or others, numbers.by_number()
    total, none = numbers.total, Missing("incidents", Incident.titles, Incident)
    return {
        "incidents": [_incident(dossier, one, marks) for one in first],
        "more": total.count - len(first),
        "count": {"all": total.count, "answered": total.answered, "night": total.night, "third": total.third,
                  "first": total.first or none, "last": total.last or none, "days": len(numbers.days),
                  "hours": f"{profile.night[0]}:00-{profile.night[1]:02}:00",
                  "numbers": [(one.shown, one.count) for one in by_number[:_NUMBERS_AT_MOST]],
                  "more_numbers": max(0, len(by_number) - _NUMBERS_AT_MOST),
                  "hidden": total.count - sum(one.count for one in by_number)},
    }


def _incident(dossier: Dossier, one: Incident, marks: Mapping[int, str]) -> View:
    def named(table: str, key: int | None) -> str:
        return dossier.names.get((table, key), "") if key is not None else ""

    exhibits = [marks[key] for key in dossier.evidence_of.get(one.id, []) if key in marks]
    person = next((known for known in dossier.contact_persons if known.id == one.contact_person_id), None)
    return View("incident", Incident, one, collector=named("collector", one.collector_id), exhibits=exhibits,
                person=View("contact_person", ContactPerson, person))


def _lists(dossier: Dossier) -> dict[str, Any]:
    return {
        "debts": views("debt", Debt, dossier.debts), "creditors": views("creditor", Creditor, dossier.creditors),
        "collectors": views("collector", Collector, dossier.collectors),
        "numbers": views("phone_number", PhoneNumber, dossier.numbers),
        "contact_persons": views("contact_person", ContactPerson, dossier.contact_persons),
        "notices": views("notice", Notice, dossier.notices), "filings": views("filing", Filing, dossier.filings),
        "findings": [_finding(dossier, one) for one in dossier.confirmed],
    }


def _finding(dossier: Dossier, one: Finding) -> dict[str, str]:
    """What a letter says of a confirmed finding; law that nobody has read, or a reprint of it, is not cited."""
    text = dossier.told(one)
    read = one.confidence in (Confidence.VERIFIED, Confidence.REPRODUCED) or not one.rule_set
    return {"title": text.title, "why": text.why, "citation": in_words(text.citation) if read else ""}


def _evidence(groups: Sequence[plan.Group], pages: Mapping[uuid.UUID, str]) -> dict[str, Any]:
    """The exhibits in the bundle's groups, order and numbers."""
    shown = []
    for group in groups:
        exhibits = [
            View("evidence", Evidence, one.evidence, mark=one.mark, pages=pages.get(one.evidence.uuid, ""))
            for one in group.exhibits]
        shown.append({"name": group.name, "fact": group.fact, "exhibits": exhibits})
    return {"groups": shown, "exhibits": [one for group in shown for one in group["exhibits"]]}
