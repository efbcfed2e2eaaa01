"""What stands in a new record's form before anything is typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnDefault, select

from casedesk.base import times
from casedesk.records import Debt, Incident, Matter, Record, columns
from casedesk.records.words import Jurisdiction
from casedesk.ui.office import Office

_TODAY = {"opened_on", "told_on", "made_on", "agreed_on", "paid_on"}
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
    if kind is Debt and "matter_id" in fixed:
        values["currency"] = _CURRENCIES[_law(office, fixed["matter_id"])]
    return {**values, **fixed}


def _law(office: Office, matter_id: int) -> Jurisdiction:
    with office.store.read() as session:
        return session.scalars(select(Matter.jurisdiction).where(Matter.id == matter_id)).one()

