"""What one source tells of a time and another does not, after each file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from casedesk.base import phones, times
from casedesk.casework.importing.judging import Import, Judged
from casedesk.casework.importing.matching import CORROBORATED, Known
from casedesk.casework.importing.report import Fate, FileReport, Unmatched
from casedesk.records.words import Channel, SourceKind


@dataclass
class Comparing:
    """The rows of one file as they are judged: of which time each kind of contact is told."""

    _spans: dict[tuple[SourceKind, Channel], list[dt.datetime]] = field(default_factory=dict)

    def see(self, judged: Judged) -> None:
        """One row."""
        draft = judged.draft
        if draft is not None and draft.channel in CORROBORATED and judged.fate is not Fate.EXCLUDED:
            span = self._spans.setdefault((draft.source, draft.channel), [judged.at, judged.at])
            if judged.at < span[0]:
                span[0] = judged.at
            elif judged.at > span[1]:
                span[1] = judged.at

    def end(self, taken: Import, report: FileReport) -> None:
        """After the file: what others of the same time tell, and, if there are others, what it alone tells."""
        for (kind, channel), span in self._spans.items():
            first, last = map(times.to_millis, span)
            alone = list(taken.matching.unmatched(kind, channel, taken.run, first, last))
            if report.merged or any(known.run != taken.run for _, known in alone):
                report.unmatched += sorted(_told(taken, alone), key=lambda one: (one.here, one.at))
        self._spans.clear()


def _told(taken: Import, alone: list[tuple[str, Known]]) -> Iterator[Unmatched]:
    region = times.region(taken.zone)
    for number, known in alone:
        where = f"{taken.file_of(known.run)}: {known.place}" if known.run else known.place
        yield Unmatched(known.run == taken.run, times.from_millis(known.at), phones.at_home(number, region), where)
