"""What stands in a new record's form before anything is typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnDefault, select

from casedesk.base import times
from casedesk.records import Agreement, Debt, Incident, Matter, Offer, Payment, Record, columns
from casedesk.records.words import Jurisdiction
from casedesk.ui.office import Office

_TODAY = {"opened_on", "told_on", "made_on", "agreed_on", "paid_on"}
_OF_DEBT: tuple[type[Record], ...] = (Offer, Agreement, Payment)
_CURRENCIES = {Jurisdiction.CN: "CNY", Jurisdiction.US: "USD", Jurisdiction.EW: "GBP"}


def defaults(kind: type[Record], fixed: Mapping[str, Any], office: Office) -> dict[str, Any]:
    """The declared defaults; days that are mostly today are today."""
    values: dict[str, Any] = {}
    for column, _ in columns(kind):
        default = column.default
        if column.key in _TODAY:
            values[column.key] = dt.datetime.now().astimezone().date()
        elif isinstance(default, ColumnDefault) and default.is_scalar:
            values[column.key] = default.arg
    if kind is Incident:
        values["at"] = times.now()
    if kind is Matter:
        values["responsible"] = office.store.who
    if "matter_id" in fixed and kind in (Debt, *_OF_DEBT):
        values |= _of_matter(office, kind, fixed["matter_id"])
    return {**values, **fixed}


def _of_matter(office: Office, kind: type[Record], matter_id: int) -> dict[str, Any]:
    """The money of the matter's law for a debt; for what is about a debt, the only one there is."""
    with office.store.read() as session:
        if kind is Debt:
            law = session.scalars(select(Matter.jurisdiction).where(Matter.id == matter_id)).one()
            return {"currency": _CURRENCIES[law]}
        debts = session.scalars(select(Debt.id).where(Debt.matter_id == matter_id).limit(2)).all()
    return {"debt_id": debts[0]} if len(debts) == 1 else {}
