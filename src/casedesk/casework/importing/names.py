"""The records a table names in its cells; what our own workbook names is recorded where it is not known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.imports.draft import Draft
from casedesk.imports.table_debts import debt_names
from casedesk.records import Agent, Collector, ContactPerson, Creditor, Debt

Ids = dict[str, int | None]
_OF_DEBT = {"creditor_id": "creditor_id", "collector_id": "collector_id", "assignee_id": "creditor_id"}
"""What a debt refers to, and by which names."""


class Names:
    """The parties and debts of a matter's world, by what they are called."""

    def __init__(self, session: Session, matter_id: int) -> None:
        self._session, self._matter_id = session, matter_id
        self.made: list[str] = []
        self._ids: dict[str, Ids] = {
            "creditor_id": _called(session.scalars(select(Creditor))),
            "collector_id": _called(session.scalars(select(Collector))),
            "agent_id": _called(session.scalars(select(Agent))),
            "contact_person_id": _called(session.scalars(
                select(ContactPerson).where(ContactPerson.matter_id == matter_id))),
            "debt_id": _called(session.scalars(select(Debt).where(Debt.matter_id == matter_id)))}

    def found(self, draft: Draft) -> tuple[Ids, list[str]]:
        """The id of whatever the row refers to, and the names nobody here bears."""
        ids, unknown = Ids(), list[str]()
        for column in self._ids:
            name = str(draft.fields.get(column) or "").strip()
            if name:
                ids[column] = self._id(column, name, draft, ids) if "uuid" in draft.fields else (
                    self._ids[column].get(name.casefold()))
                if ids[column] is None:
                    unknown.append(name)
        return ids, unknown

    def _id(self, column: str, name: str, draft: Draft, of_row: Ids) -> int | None:
        """The id of what our workbook names; recorded if it is not known, None where two bear the name."""
        known = self._ids[column]
        if name.casefold() not in known:
            made = self._record(column, name, draft, of_row)
            if made is not None:
                self._session.add(made)
                self._session.flush()
                self.made.append(name)
                known |= dict.fromkeys([name.casefold(), *map(str.casefold, _names(made))], made.id)
        return known.get(name.casefold())

    def _record(self, column: str, name: str, draft: Draft, of_row: Ids) -> Any:
        """A new record as far as the workbook tells of it; a collector works for the creditor of its row."""
        match column:
            case "creditor_id":
                return Creditor(name=name)
            case "collector_id":
                return Collector(name=name, creditor_id=of_row.get("creditor_id"))
            case "agent_id":
                collector = of_row.get("collector_id")
                return None if collector is None else Agent(collector_id=collector, name=name)
            case "contact_person_id":
                called = re.fullmatch(r"(.+) \((.+)\)", name)
                return ContactPerson(matter_id=self._matter_id, name=called[1] if called else name,
                                     relation=called[2] if called else "")
            case _:
                return self._debt(draft, of_row)

    def _debt(self, draft: Draft, of_row: Ids) -> Debt | None:
        told: Mapping[str, Any] = draft.fields.get("debt") or {}
        refers: dict[str, Any] = {column: self._id(names, told[column], draft, {}) for column, names in _OF_DEBT.items()
                  if column in told}
        creditor = refers.pop("creditor_id", None) or of_row.get("creditor_id")
        if creditor is None or not told:
            return None
        return Debt(matter_id=self._matter_id, creditor_id=creditor, **refers,
                    **{column: value for column, value in told.items() if column not in _OF_DEBT})


def _called(records: Iterable[Any]) -> Ids:
    """Name -> id; None where two bear it."""
    found = Ids()
    for record in records:
        for name in map(str.casefold, _names(record)):
            found[name] = None if name in found and found[name] != record.id else record.id
    return found


def _names(record: Any) -> set[str]:
    if isinstance(record, Debt):
        return debt_names(record.product, record.contract_number)
    return {record.caption, record.name}
