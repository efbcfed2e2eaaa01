"""Terms counted from a fact, by resources/tables/terms.toml: complaint, objection, appeal, ombudsman ..."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache

from casedesk.base.i18n import N_
from casedesk.base.resources import resource
from casedesk.calc import workdays
from casedesk.calc.said import Said, Source, said

NAMES = {
    "complaint-simple": N_("Answer to a simple complaint"), "complaint-complex": N_("Answer to a complex complaint"),
    "complaint-longest": N_("Last day for an answer to a complaint"),
    "report-acceptance": N_("Decision whether a report is accepted"), "report-opinion": N_("Opinion on a report"),
    "credit-objection": N_("Answer to a credit-report objection"),
    "credit-complaint": N_("Answer to a credit-report complaint"),
    "pboc-answer": N_("Answer through the central bank"),
    "court-answer": N_("Answer to the complaint in court"),
    "court-filing": N_("Court decides whether to file the case"),
    "appeal-judgment": N_("Appeal against the judgment"), "appeal-ruling": N_("Appeal against the ruling"),
    "mediation-confirmation": N_("Request for judicial confirmation"),
    "uk-final-response": N_("Final response of the firm"), "uk-ombudsman": N_("Referral to the ombudsman"),
    "us-fdcpa-suit": N_("Suit under the FDCPA"),
}


@dataclass(frozen=True)
class Term:
    """A period of law: so many days, working days, months or years after a fact."""

    key: str
    fact: str
    count: int
    unit: str
    source: Source

    @property
    def name(self) -> str:
        """What is due, in English; translated where shown."""
        return NAMES[self.key]

    def ends(self, fact_on: dt.date) -> tuple[dt.date, tuple[Said, ...]]:
        """The last day, the day of the fact not counted, moved off a holiday; and what is to be said of it."""
        if self.unit == "workday":
            last = workdays.Moved(workdays.add_workdays(fact_on, self.count), fact_on)
        else:
            bare = {"day": fact_on + dt.timedelta(days=self.count), "month": workdays.add_months(fact_on, self.count),
                    "year": workdays.add_years(fact_on, self.count)}[self.unit]
            if self.key.startswith(("uk-", "us-")):
                return bare, ()
            last = workdays.last_day(bare)
        moved = (said(N_("Moved from {day}, a holiday."), workdays.PERIODS, day=last.from_day),) if (
            self.unit != "workday" and last.day != last.from_day) else ()
        return last.day, (*moved, *((last.remark,) if last.remark else ()))


@cache
def terms() -> dict[str, Term]:
    """Every term by its key."""
    data = tomllib.loads(resource("tables", "terms.toml").read_text(encoding="utf-8"))["term"]
    return {key: Term(key, row["fact"], row["count"], row["unit"], Source(row["citation"], row["confidence"]))
            for key, row in data.items()}
