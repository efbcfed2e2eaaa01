"""The statement of one debt as documents read it."""

from __future__ import annotations

from dataclasses import dataclass

from casedesk.base.i18n import Say
from casedesk.calc.said import Said
from casedesk.calc.statement import Statement


@dataclass(frozen=True)
class DebtStatement:
    """The statement of one debt with the names a document needs."""

    debt_id: int
    matter_id: int
    matter_ref: str
    product: str
    """As English word, translated where shown."""
    contract_number: str
    creditor: str
    currency: str
    result: Statement
    remarks: tuple[Said, ...] = ()

    def name(self, say: Say) -> str:
        """What the debt is called."""
        return f"{say(self.product)} {self.contract_number}".strip()

    @property
    def all_remarks(self) -> tuple[Said, ...]:
        """Those of the arithmetic and those of the records."""
        return (*self.remarks, *self.result.remarks)
