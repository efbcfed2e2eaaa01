"""What a form's text may say of a plan, and of what the client has each month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from casedesk.base.errors import InvalidEntry
from casedesk.calc.plan import Plan
from casedesk.calc.words import in_words
from casedesk.exports.letters.values import Cents, Missing, View, declared_fields
from casedesk.records.ability import ability, in_force
from casedesk.records.dossier import Dossier
from casedesk.records.negotiation import Agreement, Circumstance, Instalment, Offer
from casedesk.records.terms import plan_of
from casedesk.records.words import Jurisdiction, OfferState, Side

YUAN = "CNY"
_NO_PROPOSAL = (OfferState.WITHDRAWN, OfferState.EXPIRED)


def proposal(dossier: Dossier, debt_id: int | None) -> Offer | None:
    """The client's last offer for a debt that still stands."""
    ours = [one for one in dossier.offers if one.debt_id in (None, debt_id) and one.side is Side.CLIENT
            and one.state not in _NO_PROPOSAL]
    return max(ours, key=lambda one: (one.made_on or dt.date.min, one.id), default=None)


def told_plan(offer: Offer | None, jurisdiction: Jurisdiction, currency: str) -> Mapping[str, Any] | Missing:
    """The plan an offer means, or which column is in the way of one."""
    try:
        if offer is None or offer.first_due_on is None:
            return _missing("total" if offer is None else "first_due_on")
        return _told(offer, plan_of(offer, jurisdiction), currency)
    except InvalidEntry as problem:
        return _missing(problem.field)


def _missing(column: str) -> Missing:
    return Missing(f"offer.{column}", declared_fields(Offer)[column].label, Offer)


def _told(offer: Offer, plan: Plan, currency: str) -> dict[str, Any]:
    parts = plan.parts[1:] if plan.terms.down and len(plan.parts) > 1 else plan.parts
    return {
        "kind": offer.plan, "count": len(parts), "all": len(plan.parts),
        "each": Cents(parts[0].amount), "last": Cents(parts[-1].amount), "down": Cents(plan.terms.down),
        "step": Cents(plan.terms.step), "step_every": plan.terms.step_every, "total": Cents(plan.total),
        "words": in_capitals(plan.total, currency), "claim": Cents(plan.terms.claim or 0),
        "waived": Cents(max(0, plan.waived or 0)),
        "rate": offer.rate, "interest": Cents(plan.interest), "first_due": plan.parts[0].due_on,
        "last_due": plan.last_on,
        "parts": [{"number": one.number, "due_on": one.due_on, "amount": Cents(one.amount),
                   "interest": Cents(one.interest)} for one in plan.parts],
    }


def in_capitals(total: int | None, currency: str) -> str:
    """An amount in capital figures, which only the yuan has; else nothing."""
    return in_words(total) if total is not None and currency == YUAN else ""


def agreed_plan(
    dossier: Dossier, agreement: Agreement | None, instalments: Sequence[Instalment], currency: str,
) -> Any:
    """The plan of the offer that was agreed, while its schedule is still the agreement's; else what it lacks."""
    offer = next((one for one in dossier.offers if agreement and one.id == agreement.offer_id), None)
    plan = told_plan(offer, dossier.matter.jurisdiction, currency)
    kept = [(one.due_on, one.amount) for one in instalments]
    if isinstance(plan, Missing) or kept == [(part["due_on"], part["amount"]) for part in plan["parts"]]:
        return plan
    return _missing("plan")


def told_means(dossier: Dossier, on: dt.date, marks: Mapping[int, str]) -> dict[str, Any]:
    """The circumstances that hold on a day, each with its exhibit, and their sums: sensitive, for forms that ask."""
    can, names = ability(dossier.circumstances, on), dossier.names
    return {
        "circumstances": [
            View("circumstance", Circumstance, one,
                 proof=marks.get(one.evidence_id) or names.get(("evidence", one.evidence_id), "")
                 if one.evidence_id is not None else "")
            for one in in_force(dossier.circumstances, on)],
        "means": {"income": Cents(can.income), "needed": Cents(can.needed), "free": Cents(can.free),
                  "dependants": can.dependants, "proved": can.proved}}
