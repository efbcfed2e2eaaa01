"""The chronology: every incident in order of time with all its words, among the notices; walked once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from casedesk.base import times
from casedesk.base.jobs import Progress
from casedesk.exports.bundle.draft import Draft
from casedesk.exports.bundle.front import Part
from casedesk.exports.bundle.plan import exhibit_key
from casedesk.exports.bundle.styles import BODY, CELL, CELL_STRONG, FIGURE, GREY, RUST, SMALL, TITLE, Style
from casedesk.exports.bundle.table import NOTHING, Cell, Column, Line, Table
from casedesk.records.incidents import Incident
from casedesk.records.matters import Notice

KEY = "chronology"
_EVERY = 200
_QUIET = CELL._replace(colour=GREY)
_COMPANY = CELL._replace(size=8.0, colour=GREY)
_NOTICE = CELL_STRONG._replace(colour=RUST)


def draw(draft: Draft, part: Part, progress: Progress) -> None:
    """The table. On the way each incident is counted and, where something refers to it, its number remembered."""
    rows = Rows(draft, part) if draft.wants(KEY) else None
    notices = list(reversed(draft.notices))
    for number, incident in enumerate(draft.dossier.incidents, 1):
        if not number % _EVERY:
            progress(number, draft.dossier.incident_count, part.title)
        draft.statistics.add(incident)
        draft.noticed(incident.changed_at)
        if incident.id in draft.findings_of:
            draft.ordinals[incident.id] = number
        if rows is None:
            continue
        while notices and notices[-1][0] <= times.day(incident.at, incident.zone):
            rows.notice(*notices.pop())
        rows.incident(incident, number)
    while rows is not None and notices:
        rows.notice(*notices.pop())
    part.close()


class Rows:
    """The rows of the table."""

    def __init__(self, draft: Draft, part: Part) -> None:
        self.draft, self.part, self.say = draft, part, draft.say
        part.page()
        _heading(draft, part)
        say = self.say
        self.table = Table(part, [
            Column(say("No."), 32, "right"), Column(say("Time"), 60), Column(say("Contact"), 108),
            Column(say("Reached"), 58), Column(say("Words and facts"), part.width - 336), Column(say("Pages"), 78)])
        self.table.head()
        self._known: dict[tuple[str, int], Cell] = {}

    def incident(self, incident: Incident, number: int) -> None:
        """One incident, linked to its sheet and its exhibits."""
        draft, table = self.draft, self.table
        sheet = draft.key_of(incident.id) if draft.has_sheets else ""
        day, hour = draft.day_and_time(incident)
        table.row([
            [Line(str(number), FIGURE, sheet)],
            [Line(day, FIGURE), *self._cell(hour, 1, FIGURE), *self._cell(draft.elsewhere(incident), 1, _COMPANY)],
            [*self._cell(draft.contact(incident), 2), *self._cell(incident.number, 2, FIGURE),
             *self._cell(draft.other_side(incident), 2, _COMPANY)],
            self._cell(draft.reached(incident), 3), self._words(incident), list(self._pages(incident, sheet)),
        ], mark="" if draft.has_sheets or incident.id not in draft.ordinals else draft.key_of(incident.id))

    def _cell(self, text: str, column: int, style: Style = CELL) -> Cell:
        """A text that comes again and again, broken once."""
        known = self._known.get((text, column))
        if known is None:
            if len(self._known) > 5000:
                self._known.clear()
            known = self._known[text, column] = self.table.cell(text, column, style)
        return known

    def _words(self, incident: Incident) -> Cell:
        """What was said, exactly; then what else is known in a line or two."""
        table = self.table
        told = [*table.cell(incident.words, 4), *table.cell(incident.summary, 4, _QUIET)]
        for label, value in (("Our reply", incident.reply), ("Place", incident.place)):
            if value:
                told += table.cell(self.say("{label}: {value}", label=self.say(label), value=value), 4, _QUIET)
        if incident.tags:
            told += table.cell(self.say(", ").join(incident.tags), 4, _QUIET)
        return told

    def _pages(self, incident: Incident, sheet: str) -> Iterator[Line]:
        if sheet:
            yield Line(self.say("Its sheet"), CELL, sheet, "{page}")
        for exhibit in self.draft.shown_by(incident.id):
            yield Line(exhibit.mark, CELL, exhibit_key(exhibit.evidence.id), "{page}")

    def notice(self, told_on: dt.date, notice: Notice) -> None:
        """What the other side was told that day."""
        draft, table = self.draft, self.table
        told = draft.name("creditor", notice.creditor_id) or draft.name("collector", notice.collector_id)
        about = draft.name("contact_person", notice.contact_person_id)
        words = [*table.cell(self.say(notice.kind.label), 4, _NOTICE), *table.cell(notice.words, 4)]
        if notice.proof:
            words += table.cell(
                self.say("{label}: {value}", label=self.say("Proof of delivery"), value=notice.proof), 4, _QUIET)
        table.row([NOTHING, [Line(str(told_on), FIGURE)],
                   [*table.cell(self.say("Notice"), 2, _NOTICE), *table.cell(notice.by, 2), *table.cell(told, 2)],
                   table.cell(about, 3), words, NOTHING])


def _heading(draft: Draft, part: Part) -> None:
    part.gap(20)
    part.text(part.left, part.y, part.title, TITLE)
    part.gap(10)
    part.paragraph(draft.say(
        "All {n} recorded incidents in order of time, with the words as they were recorded. Times are those of the "
        "place, {zone}; a time of another place says how far it is from UTC.",
        n=f"{draft.dossier.incident_count:,}", zone=draft.zone), BODY, 14)
    if not draft.has_sheets and draft.wants("sheets") and draft.dossier.incident_count:
        part.paragraph(draft.say(
            "With more than {n} incidents there are no incident sheets; this table holds all their words.",
            n=f"{draft.options.sheets_at_most:,}"), SMALL, 12)
    part.gap(10)


