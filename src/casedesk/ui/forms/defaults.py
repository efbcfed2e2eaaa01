"""What stands in a new record's form before anything is typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnDefault

from casedesk.base import times
from casedesk.records import Incident, Matter, Record, columns
from casedesk.ui.office import Office

_TODAY = {"opened_on", "told_on", "made_on", "agreed_on", "paid_on"}


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
    return {**values, **fixed}

