"""The warning before an act that restarts limitation: shown once, with its reason, and the answer is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base.i18n import N_, tr
from casedesk.calc import restarts
from casedesk.calc.said import Said, said
from casedesk.casework.deadlines import limitation_in
from casedesk.records import Act, Agreement, Debt, Matter, Offer, Payment, Record, Warned
from casedesk.records.rights import Right
from casedesk.records.words import ActKind, Side, WarningAnswer
from casedesk.store.cabinet import Store

ABOUT = {
    "offer": N_("An offer to pay"), "payment": N_("A payment"), "agreement": N_("An agreement"),
    "promise": N_("An acknowledgement or promise to pay"), "letter": N_("A letter that admits the debt"),
}
"""The acts of our own side that restart limitation."""


def about_of(kind: type[Record], values: Mapping[str, Any]) -> str:
    """The key of the act that a record of these values writes down; empty when it restarts nothing."""
    if kind is Offer:
        return "offer" if values.get("side") == Side.CLIENT else ""
    if kind is Act:
        return "promise" if values.get("kind") == ActKind.PROMISE else ""
    return {Payment: "payment", Agreement: "agreement"}.get(kind, "")


def restart_warning(store: Store, debt_id: int | None, about: str, on: dt.date, *, matter_id: int = 0) -> Said | None:
    """What to tell before the act; None when a lawyer said before to go on.

    An act that names no debt may be about any debt of its matter: the first of them that is to be warned of is told.
    """
    with store.read() as session:
        found = (_warning(session, one, about, on) for one in _concerned(session, debt_id, matter_id))
        return next((told for told in found if told is not None), None)


def _concerned(session: Session, debt_id: int | None, matter_id: int) -> list[int]:
    if debt_id is not None:
        return [debt_id]
    return list(session.scalars(select(Debt.id).where(Debt.matter_id == matter_id).order_by(Debt.id)))


def _warning(session: Session, debt_id: int, about: str, on: dt.date) -> Said | None:
    debt = session.scalars(select(Debt).where(Debt.id == debt_id)).one()
    found = limitation_in(session, debt, on)
    law = session.scalars(select(Matter.jurisdiction).where(Matter.id == debt.matter_id)).one()
    reason = restarts.warning(law.value, about, said(ABOUT[about]), found)
    return None if _accepted(session, debt_id, _key(about, found.state)) else reason


def _key(about: str, state: str) -> str:
    """The question an answer belongs to: a period that has since run out makes it another."""
    return f"{about} after expiry" if state == "expired" else about


def _accepted(session: Session, debt_id: int, key: str) -> bool:
    """Whether a lawyer said to go on; who refrained is warned again the next time."""
    return session.scalars(select(Warned.id).where(
        Warned.debt_id == debt_id, Warned.about == key, Warned.answer == WarningAnswer.GO_ON)).first() is not None


def answer_warning(store: Store, debt_id: int | None, about: str, answer: WarningAnswer, on: dt.date, *,
                   matter_id: int = 0) -> None:
    """Keep the lawyer's answer with the reason as it was shown, for each debt the act may be about."""
    with store.work(Right.WRITE) as session:
        for one in _concerned(session, debt_id, matter_id):
            reason = _warning(session, one, about, on)
            if reason is not None:
                debt = session.scalars(select(Debt).where(Debt.id == one)).one()
                key = _key(about, limitation_in(session, debt, on).state)
                session.add(Warned(matter_id=debt.matter_id, debt_id=one, about=key, answer=answer, answered_on=on,
                                   reason=reason.by(tr)))
