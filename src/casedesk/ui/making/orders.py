"""The documents a matter can be made into, as jobs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from casedesk.base.errors import DocumentError
from casedesk.base.files import whole_file
from casedesk.base.i18n import N_, Language, trn
from casedesk.base.jobs import Progress
from casedesk.store.cabinet import Store
from casedesk.ui.jobs import Made


@dataclass(frozen=True)
class Kind:
    """One document: its name, its job's title, the ending of its file, and whether files must be looked at first."""

    name: str
    title: str
    ending: str
    looks: bool = False
    speaks: bool = True
    """It is in a language, and is made for a recipient."""
    annexes: tuple[str, ...] = ()
    """What of `ANNEXES` may be put into it, ..."""
    usual: frozenset[str] = frozenset()
    """... and what of it is, unless left out."""


ANNEXES: dict[str, str] = {
    "statement": N_("Statement of each debt, as of today"), "negotiation": N_("History of the negotiation"),
    "schedule": N_("Schedule of the agreements"),
    "privileged": N_("What is privileged too, to leave with everything; the history says so"),
}


KINDS: dict[str, Kind] = {
    "bundle": Kind(N_("Evidence bundle as PDF"), N_("Making the evidence bundle"), ".pdf", looks=True,
                   annexes=("statement", "negotiation", "schedule")),
    "workbook": Kind(N_("Workbook"), N_("Making the workbook"), ".xlsx",
                     annexes=("statement", "negotiation", "schedule"),
                     usual=frozenset({"negotiation", "schedule"})),
    "matter": Kind(N_("Matter file"), N_("Writing the matter file"), ".zip", speaks=False, annexes=("privileged",)),
    "calendar": Kind(N_("Calendar of what is due"), N_("Writing the calendar"), ".ics"),
}
PROFILES: dict[str, str] = {
    "cn-court": N_("Chinese court"), "ew-court": N_("Court of England & Wales"),
    "us-court": N_("Court of the United States")}


@dataclass(frozen=True)
class Order:
    """What is to be made of a matter; called, it makes it and gives the path."""

    store: Store
    matter_id: int
    what: str
    out: Path
    profile: str
    lang: Language
    slip_sheets: bool = False
    annexes: frozenset[str] = frozenset()

    def __call__(self, progress: Progress) -> Path | Made:
        makers: dict[str, Callable[[Progress], str | None]] = {
            "bundle": self._bundle, "workbook": self._workbook, "matter": self._matter, "calendar": self._calendar}
        remark = makers[self.what](progress)
        return Made(self.out, remark) if remark else self.out

    def _bundle(self, progress: Progress) -> None:
        from casedesk.casework import documents

        documents.write_bundle(self.store, self.matter_id, self.out, profile=self.profile, lang=self.lang,
                               slip_sheets=self.slip_sheets, annexes=self.annexes, progress=progress)

    def _workbook(self, progress: Progress) -> None:
        from casedesk.casework import documents

        today = dt.datetime.now().astimezone().date()
        documents.write_workbook(self.store, self.matter_id, self.out, lang=self.lang, progress=progress,
                                 statements_on=today if "statement" in self.annexes else None,
                                 without=KINDS["workbook"].usual - self.annexes)

    def _matter(self, progress: Progress) -> str:
        from casedesk.casework import exchange_writing

        left = exchange_writing.export(self.store, self.matter_id, self.out, progress=progress,
                                       with_privileged="privileged" in self.annexes)
        return trn("{n} privileged record was left out", "{n} privileged records were left out", left) if left else ""

    def _calendar(self, progress: Progress) -> None:
        CalendarOrder(self.store, self.out, self.lang, self.matter_id)(progress)


@dataclass(frozen=True)
class CalendarOrder:
    """What is due as a calendar: of one matter, or of all; called, it writes it and gives the path."""

    store: Store
    out: Path
    lang: Language
    matter_id: int | None = None

    def __call__(self, progress: Progress) -> Path:
        from casedesk.casework.due import ics

        found = ics(self.store, self.lang, matter_id=self.matter_id)
        with whole_file(self.out, error=DocumentError) as part:
            part.write_bytes(found)
        return self.out


@dataclass(frozen=True)
class Looking:
    """Look at every file first; called, it gives those that cannot be shown."""

    order: Order

    def __call__(self, progress: Progress) -> object:
        from casedesk.casework.preflight import troubles

        return troubles(self.order.store, self.order.matter_id, self.order.lang, progress)
