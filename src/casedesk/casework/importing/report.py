"""What became of each row of a file, and of the file as a whole."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from casedesk.base.fields import Choice
from casedesk.base.i18n import N_, tr, trn
from casedesk.casework.importing.masks import Proposal
from casedesk.imports.draft import Question
from casedesk.imports.table import Layout

_MOST_PROBLEMS = 10_000


class Fate(Choice):
    """What becomes of a row."""

    NEW = "imported", N_("Imported")
    DUPLICATE = "duplicate", N_("Known already")
    MERGED = "merged", N_("Confirms a known one")
    EXCLUDED = "excluded", N_("Left out")
    LOST = "lost", N_("Could not be read")


_COUNTED = {fate: {Fate.NEW: "imported", Fate.DUPLICATE: "duplicates"}.get(fate, fate.value) for fate in Fate}
"""Which count of a report is of which fate."""


@dataclass(frozen=True)
class Problem:
    """A row that could not be read (`line` says which), or something wrong with the file (`line` is None)."""

    line: int | None
    message: str
    sheet: str = ""
    about: int | None = None
    """The line of a row that was read all the same; its message says it."""

    def __str__(self) -> str:
        place = " ".join(filter(None, (self.sheet, tr("line {line}", line=self.line) if self.line else "")))
        return f"{place}: {self.message}" if place else self.message


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A call or message that one source tells and another does not."""

    here: bool
    """The file tells it, and nothing that was known before; else the other way round."""
    at: dt.datetime
    number: str
    where: str
    """The file it stands in, and the line."""


@dataclass(slots=True)
class Private:
    """Somebody of the phone's address book whose rows are left out until the number is chosen."""

    number: str
    """As the file has it: what `Choices.included` wants."""
    name: str
    rows: int = 0


@dataclass
class FileReport:
    """One file: read = imported + duplicates + merged + excluded + lost."""

    path: str
    file: str
    format: str = ""
    """Id of the format; empty when it is none known here."""
    title: str = ""
    seen: str = ""
    """What an unknown file looks like."""
    read: int = 0
    imported: int = 0
    duplicates: int = 0
    merged: int = 0
    excluded: int = 0
    lost: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)
    """Why rows were left out or were known already -> how many."""
    question: Question | None = None
    """What must be answered before the file can be read."""
    layout: Layout | None = None
    """For a table: its titles and what they mean."""
    proposals: list[Proposal] = field(default_factory=list)
    """What its masked numbers may be."""
    private: dict[str, Private] = field(default_factory=dict)
    """By their number, who is left out as somebody of the address book."""
    unmatched: list[Unmatched] = field(default_factory=list)
    """What it tells and another source does not, and the other way round."""
    further: int = 0
    """How many of the duplicates become a further source of what they repeat."""
    local: bool = False
    """Whether times have no zone of their own: a wrong guess matters."""
    batch: uuid.UUID | None = None
    """The batch it was kept as; None when nothing of it was new."""

    def count(self, fate: Fate, reason: str = "") -> None:
        """One more row with this fate."""
        self.read += 1
        name = _COUNTED[fate]
        setattr(self, name, getattr(self, name) + 1)
        if reason and fate is not Fate.LOST:
            self.reasons[reason] = self.reasons.get(reason, 0) + 1

    def trouble(self, problem: Problem) -> None:
        """Name a problem."""
        if len(self.problems) < _MOST_PROBLEMS or problem.line is not None:
            self.problems.append(problem)

    @property
    def summary(self) -> str:
        """'602 rows read, 188 imported, ...': the counts in one line."""
        return trn("{read} row read: {imported} imported, {duplicates} known already, {merged} confirming known ones, "
                   "{excluded} left out, {lost} could not be read",
                   "{read} rows read: {imported} imported, {duplicates} known already, {merged} confirming known "
                   "ones, {excluded} left out, {lost} could not be read", self.read, read=f"{self.read:,}",
                  imported=f"{self.imported:,}", duplicates=f"{self.duplicates:,}", merged=f"{self.merged:,}",
                  excluded=f"{self.excluded:,}", lost=f"{self.lost:,}")
