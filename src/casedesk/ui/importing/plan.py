"""What is decided so far in one import, and what was read by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from casedesk.base.i18n import tr
from casedesk.casework.importing import (
    ZONE,
    Choices,
    Fate,
    FileReport,
    NumberGroup,
    Preview,
    Proposal,
    Same,
)
from casedesk.casework.incidents import Owner
from casedesk.imports.draft import Question
from casedesk.imports.table import Layout

NOBODY = Owner()


@dataclass(frozen=True)
class Names:
    """Whom a number can belong to, by name."""

    owners: Mapping[Owner, str] = field(default_factory=dict)
    """Every collector and creditor that may be chosen."""
    collectors: Mapping[int, str] = field(default_factory=dict)
    creditors: Mapping[int, str] = field(default_factory=dict)

    def of(self, owner: Owner) -> str:
        """Whose number it is, in words; empty for nobody's."""
        return self.collectors.get(owner.collector_id or 0, "") or self.creditors.get(owner.creditor_id or 0, "")


@dataclass(frozen=True)
class Read:
    """What one reading of the files gave, ready to be shown."""

    preview: Preview
    names: Names
    fates: Mapping[Fate, list[int]]
    """The rows of each fate, by their place."""
    remembered: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """What the columns of tables with these titles meant the last time."""


def key(group: NumberGroup) -> str:
    """What a number is known by."""
    return group.normal or group.number.strip()


@dataclass
class Plan:
    """One import before it is done; nothing of it is stored."""

    paths: list[Path]
    zone: str
    """The zone of the matter."""
    answers: dict[Path, dict[str, str]] = field(default_factory=dict)
    """What is answered for each file, its own zone too."""
    mappings: dict[str, dict[int, str]] = field(default_factory=dict)
    ticks: dict[str, bool] = field(default_factory=dict)
    """Numbers that were ticked or unticked by hand."""
    assigned: dict[str, Owner] = field(default_factory=dict)
    same: frozenset[Same] = frozenset()
    """Masked numbers that were said to be the full ones."""
    offered: dict[Same, Proposal] = field(default_factory=dict)
    """What was proposed of masked numbers so far."""
    as_evidence: list[Path] = field(default_factory=list)
    """Files that are only kept as evidence."""
    read: Read | None = None
    _with: tuple[tuple[Path, ...], Choices] | None = None
    _unchosen: dict[str, NumberGroup] = field(default_factory=dict)
    """The numbers as they were read while nothing was chosen about them."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are read."""
        return tuple(path for path in self.paths if path not in self.as_evidence)

    def basis(self) -> Choices:
        """The choices that decide how the files are read, without those about numbers."""
        return Choices(zone=self.zone, of_file={path: dict(told) for path, told in self.answers.items() if told},
                       mappings={print_: dict(columns) for print_, columns in self.mappings.items()})

    def choices(self) -> Choices:
        """All that is chosen: numbers are only named where the choice differs from what would be done anyway."""
        basis = self.basis()
        groups = self.read.preview.numbers if self.read is not None else []
        unchosen = [self._unchosen.get(key(group), group) for group in groups]
        taken = {group.number for group in groups if self.takes(group)}
        return Choices(
            zone=basis.zone, of_file=basis.of_file, mappings=basis.mappings, assigned=dict(self.assigned),
            same=self.same, included=frozenset(one.number for one in unchosen if one.out and one.number in taken),
            excluded=frozenset(one.number for one in unchosen if one.out < one.count and one.number not in taken))

    def take(self, read: Read, files: tuple[Path, ...], choices: Choices) -> None:
        """Go on with what was read."""
        self.read, self._with = read, (files, choices)
        self.offered |= {one.same: one for report in read.preview.files for one in report.proposals}
        for group in read.preview.numbers:
            if group.number not in choices.included | choices.excluded:
                self._unchosen[key(group)] = group

    def is_read(self, *, numbers: bool) -> bool:
        """Whether what was read is what is chosen now; `numbers`: in the choice of numbers too."""
        if self._with is None or self.read is None or self._with[0] != self.files:
            return False
        done, wanted = self._with[1], self.choices() if numbers else self.basis()
        same = (done.zone, done.of_file, done.mappings) == (wanted.zone, wanted.of_file, wanted.mappings)
        return same and (not numbers or (done.included, done.excluded, done.assigned, done.same)
                         == (wanted.included, wanted.excluded, wanted.assigned, wanted.same))

    def owner(self, group: NumberGroup) -> Owner:
        """Whose number it is: as chosen here, else as known."""
        return self.assigned.get(group.number, group.owner)

    def takes(self, group: NumberGroup) -> bool:
        """Whether the rows of a number are taken in."""
        return self.ticks.get(key(group), not self.why_not(group))

    def why_not(self, group: NumberGroup) -> str:
        """Why a number is left out unless ticked; empty when it is taken."""
        if self.owner(group) != NOBODY:
            return ""
        return self._unchosen.get(key(group), group).excluded

    def left_out(self) -> dict[str, str]:
        """The numbers that are not taken, with the reason."""
        groups = self.read.preview.numbers if self.read is not None else []
        return {key(group): self.why_not(group) or tr("Not ticked") for group in groups if not self.takes(group)}

    def mapping(self, layout: Layout) -> Mapping[int, str]:
        """What the columns of a table mean: as chosen here, else as the last time, else as guessed."""
        known = self.read.remembered if self.read is not None else {}
        return self.mappings.get(layout.fingerprint) or known.get(layout.fingerprint) or layout.mapping

    def reports(self) -> list[FileReport]:
        """The files as they were read."""
        return self.read.preview.files if self.read is not None else []

    def open_question(self) -> Question | None:
        """The first question that waits for its answer."""
        return next((question for one in self.reports() if (question := self.asks(one)) is not None), None)

    def asks(self, report: FileReport) -> Question | None:
        """What a file asks that nobody answered yet."""
        question = report.question
        return None if question is None or question.key in self.answers.get(Path(report.path), {}) else question

    def answer(self, path: Path, key: str, told: str | None) -> None:
        """Answer for one file, or take the answer back."""
        given = self.answers.setdefault(path, {})
        if told is None:
            given.pop(key, None)
        else:
            given[key] = told

    def zone_of(self, path: Path) -> str:
        """Where the times of a file happened: as chosen, else at the matter's place."""
        return self.answers.get(path, {}).get(ZONE, self.zone)

    @property
    def has_tables(self) -> bool:
        """Whether there are columns to look at."""
        return any(one.layout is not None for one in self.reports())
