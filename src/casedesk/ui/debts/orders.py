"""The statement as a file, as a job."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from casedesk.base.i18n import Language
from casedesk.base.jobs import Progress
from casedesk.store.cabinet import Store


@dataclass(frozen=True)
class StatementOrder:
    """A PDF of one debt's statement, or the matter's workbook with a sheet for each debt."""

    store: Store
    matter_id: int
    debt_id: int
    as_of: dt.date
    out: Path
    lang: Language

    def __call__(self, progress: Progress) -> Path:
        from casedesk.casework import documents

        if self.out.suffix.lower() == ".xlsx":
            documents.write_workbook(self.store, self.matter_id, self.out, lang=self.lang, progress=progress,
                                     statements_on=self.as_of)
        else:
            documents.write_statement(self.store, self.debt_id, self.out, as_of=self.as_of, lang=self.lang)
        return self.out
