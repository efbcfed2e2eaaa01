"""What cannot be is refused at its field when it is saved, whichever of the two records is typed last."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from casedesk.base.errors import InvalidEntry
from casedesk.casework import records
from casedesk.records import (
    Act,
    Agreement,
    Circumstance,
    Claim,
    Creditor,
    Debt,
    Filing,
    Guarantor,
    Instalment,
    Matter,
    Notice,
    Offer,
    Payment,
    Record,
)
from casedesk.records.words import PlanKind
from casedesk.store.cabinet import Store

D = dt.date


def add(store: Store, kind: type[Record], /, **values: Any) -> int:
    return records.save(store, kind, values, uuid=uuid.uuid4()).id


@pytest.fixture
def known(store: Store, matter: Matter) -> dict[str, Any]:
    """A debt of 2025, an offer of September and its agreement."""
    bank = add(store, Creditor, name="某银行")
    of = {"matter_id": matter.id}
    debt = add(store, Debt, **of, creditor_id=bank, principal=100_00, contract_on=D(2025, 1, 2),
               released_on=D(2025, 1, 6), due_on=D(2026, 1, 6))
    offer = add(store, Offer, **of, debt_id=debt, made_on=D(2026, 9, 1), total=90_00)
    agreement = add(store, Agreement, **of, debt_id=debt, agreed_on=D(2026, 9, 9), total=90_00)
    return {"matter_id": matter.id, "creditor_id": bank, "debt_id": debt, "counter_to_id": offer, "offer_id": offer,
            "agreement_id": agreement}


WRONG: tuple[tuple[type[Record], str, dict[str, Any]], ...] = (
    (Offer, "valid_until", {"made_on": D(2026, 9, 1), "valid_until": D(2026, 8, 31)}),
    (Offer, "answered_on", {"made_on": D(2026, 9, 1), "answered_on": D(2026, 8, 31)}),
    (Offer, "first_due_on", {"made_on": D(2026, 9, 1), "first_due_on": D(2026, 8, 31)}),
    (Offer, "made_on", {"made_on": D(2026, 8, 31), "counter_to_id": 0}),
    (Offer, "made_on", {"made_on": D(2025, 1, 1), "debt_id": 0}),
    (Offer, "made_on", {"made_on": D(22, 1, 1)}),
    (Offer, "instalments", {"made_on": D(2026, 9, 1), "instalments": 0}),
    (Offer, "instalments", {"made_on": D(2026, 9, 1), "instalments": 601}),
    (Offer, "step_every", {"made_on": D(2026, 9, 1), "step_every": -1}),
    (Offer, "down", {"made_on": D(2026, 9, 1), "total": 1, "down": 2}),
    (Offer, "last", {"made_on": D(2026, 9, 1), "total": 1, "last": 2}),
    (Offer, "total", {"made_on": D(2026, 9, 1), "total": 2, "claim": 1, "plan": PlanKind.WAIVER}),
    (Offer, "monthly", {"made_on": D(2026, 9, 1), "monthly": -1}),
    (Debt, "due_on", {"creditor_id": 0, "contract_on": D(2025, 1, 2), "due_on": D(2025, 1, 1)}),
    (Debt, "overdue_since", {"creditor_id": 0, "contract_on": D(2025, 1, 2), "overdue_since": D(2025, 1, 1)}),
    (Debt, "judged_until", {"creditor_id": 0, "suit_on": D(2025, 1, 2), "judged_until": D(2025, 1, 1)}),
    (Debt, "assignment_told_on", {"creditor_id": 0, "assigned_on": D(2025, 1, 2), "assignment_told_on": D(2025, 1, 1)}),
    (Debt, "prepaid", {"creditor_id": 0, "principal": 1, "prepaid": 2}),
    (Debt, "year_days", {"creditor_id": 0, "year_days": 364}),
    (Payment, "paid_on", {"debt_id": 0, "amount": 1, "paid_on": D(2025, 1, 5)}),
    (Payment, "amount", {"debt_id": 0, "amount": 0, "paid_on": D(2025, 2, 5)}),
    (Claim, "charged_on", {"debt_id": 0, "amount": 1, "charged_on": D(2025, 1, 1)}),
    (Act, "until", {"debt_id": 0, "done_on": D(2026, 1, 2), "until": D(2026, 1, 1)}),
    (Act, "done_on", {"debt_id": 0, "done_on": D(2025, 1, 1)}),
    (Agreement, "agreed_on", {"agreed_on": D(2026, 8, 31), "total": 1, "offer_id": 0, "debt_id": 0}),
    (Agreement, "debt_id", {"agreed_on": D(2026, 9, 30), "total": 1, "offer_id": 0}),
    (Agreement, "agreed_on", {"agreed_on": D(2025, 1, 1), "total": 1, "debt_id": 0}),
    (Instalment, "due_on", {"agreement_id": 0, "due_on": D(2026, 9, 8), "amount": 1}),
    (Instalment, "number", {"agreement_id": 0, "due_on": D(2026, 9, 9), "amount": 1, "number": 0}),
    (Circumstance, "until", {"since": D(2026, 1, 2), "until": D(2026, 1, 1)}),
    (Guarantor, "until", {"debt_id": 0, "name": "x", "signed_on": D(2026, 1, 2), "until": D(2026, 1, 1)}),
    (Notice, "answered_on", {"told_on": D(2026, 1, 2), "answered_on": D(2026, 1, 1)}),
    (Filing, "answered_on", {"recipient": "x", "what": "x", "filed_on": D(2026, 1, 2), "answered_on": D(2026, 1, 1)}),
)


@pytest.mark.parametrize(("kind", "field", "values"), WRONG, ids=lambda one: getattr(one, "__name__", None))
def test_what_cannot_be_is_refused_at_its_field(
        store: Store, known: dict[str, Any], kind: type[Record], field: str, values: dict[str, Any]) -> None:
    asked = {name: known[name] if value == 0 and name.endswith("_id") else value for name, value in values.items()}
    with pytest.raises(InvalidEntry) as problem:
        add(store, kind, matter_id=known["matter_id"], **asked)
    assert problem.value.field == field
    assert problem.value.hint


@pytest.mark.parametrize(("kind", "link", "values", "field"), [
    (Debt, "debt_id", {"contract_on": D(2026, 9, 2), "released_on": None, "due_on": None}, "contract_on"),
    (Offer, "offer_id", {"made_on": D(2026, 9, 10)}, "made_on"),
    (Agreement, "agreement_id", {"agreed_on": D(2026, 10, 10)}, "agreed_on")])
def test_the_older_record_is_held_to_the_younger(
        store: Store, known: dict[str, Any], kind: type[Record], link: str, values: dict[str, Any], field: str) -> None:
    add(store, Agreement, matter_id=known["matter_id"], debt_id=known["debt_id"], offer_id=known["offer_id"],
        agreed_on=D(2026, 9, 9), total=1)
    add(store, Instalment, matter_id=known["matter_id"], agreement_id=known["agreement_id"], due_on=D(2026, 10, 9),
        amount=1)
    with store.read() as session:
        found = session.get(kind, known[link])
    assert found is not None
    with pytest.raises(InvalidEntry) as problem:
        records.save(store, kind, values, uuid=found.uuid, version=found.version)
    assert problem.value.field == field


def test_the_days_of_one_date_and_of_the_edge_are_taken(store: Store, known: dict[str, Any]) -> None:
    of = {"matter_id": known["matter_id"]}
    day = D(2026, 9, 9)
    assert add(store, Offer, **of, made_on=day, valid_until=day, answered_on=day, first_due_on=day, instalments=600,
               total=1, down=1, last=1, claim=1, plan=PlanKind.WAIVER, counter_to_id=known["offer_id"])
    assert add(store, Instalment, **of, agreement_id=known["agreement_id"], due_on=day, amount=1)
    assert add(store, Payment, **of, debt_id=known["debt_id"], paid_on=D(2025, 1, 6), amount=1)
