"""The statistics pages: what was counted, in figures, charts and tables, each under a title that says what it shows."""

from __future__ import annotations

from collections.abc import Sequence

from casedesk.base.typed_time import WEEKDAYS
from casedesk.exports.bundle import charts
from casedesk.exports.bundle.charts import Frame
from casedesk.exports.bundle.draft import INDICATOR, Draft
from casedesk.exports.bundle.front import Part
from casedesk.exports.bundle.styles import (
    BLACK,
    BODY,
    CELL,
    CELL_STRONG,
    FIGURE,
    GREY,
    HAIR,
    HEADING,
    LABEL,
    RUST,
    SMALL,
    TITLE,
    Style,
)
from casedesk.exports.bundle.table import Column, Line, Table
from casedesk.exports.statistics import Tally
from casedesk.records.findings import Finding

KEY = "statistics"

_BIG = Style(HEADING.face, 24)
_NUMBERS_AT_MOST, _ROWS_AT_MOST = 40, 40


def draw(draft: Draft, part: Part) -> None:
    """All pages; to be drawn once every incident has been counted."""
    Pages(draft, part).draw()
    part.close()


class Pages:
    """The statistics of one bundle."""

    def __init__(self, draft: Draft, part: Part) -> None:
        self.draft, self.part, self.say, self.counts = draft, part, draft.say, draft.statistics

    def draw(self) -> None:
        part = self.part
        part.page()
        part.gap(20)
        part.text(part.left, part.y, part.title, TITLE)
        part.gap(10)
        if not self.counts.count:
            part.paragraph(self.say("No contact by the other side has been recorded."), BODY, 14)
            self._basis()
            return
        part.paragraph(self._period(), BODY, 14)
        self._figures()
        self._days()
        self._hours()
        self._kinds()
        self._basis()
        self._numbers()
        self._findings()

    def _period(self) -> str:
        total = self.counts.total
        assert total.first is not None
        assert total.last is not None
        return self.say("Contacts recorded from {first} to {last}; number of days: {days}.",
                        first=self.draft.date(total.first), last=self.draft.date(total.last),
                        days=f"{self.counts.span:,}")

    def _figures(self) -> None:
        """The four numbers that matter, large."""
        part, counts = self.part, self.counts
        busiest = counts.busiest
        told = [
            (counts.count, self.say("contacts and attempts")),
            (busiest[1] if busiest else 0, self.say("on the day of most contacts")),
            (counts.night, self.say("between {start}:00 and {end}:00", **self._night())),
            (counts.third, self.say("with third persons")),
        ]
        part.gap(14)
        width = part.width / len(told)
        for number, (count, label) in enumerate(told):
            x = part.left + number * width
            part.line((x, part.y - 2), (x, part.y - 46), BLACK if number == 0 else HAIR, 0.8)
            part.text(x + 10, part.y - 26, f"{count:,}", _BIG)
            part.text(x + 10, part.y - 42, label, LABEL._replace(size=8))
        part.gap(64)

    def _night(self) -> dict[str, str]:
        start, end = self.counts.night_hours
        return {"start": f"{start:02d}", "end": f"{end:02d}"}

    def _title(self, text: str, width: float = 0.0) -> None:
        self.part.lines(self.part.wrap(text, HEADING, width or self.part.width), HEADING, 16)

    def _days(self) -> None:
        part, counts, say = self.part, self.counts, self.say
        assert counts.busiest is not None
        day, most = counts.busiest
        bars = charts.spread(list(counts.daily()))
        self._title(say("Contacts: {count}; days: {days}; most on one day: {most}, on {day}", most=f"{most:,}",
                        count=f"{counts.count:,}", days=f"{counts.span:,}", day=self.draft.date(day)))
        step = (bars[0].last - bars[0].first).days + 1
        part.text(part.left, part.y - 9, say("Contacts a day") if step == 1 else say(
            "Contacts in each {n} days", n=step), LABEL)
        notices = [(told, one) for told, one in self.draft.notices if bars[0].first <= told <= bars[-1].last]
        part.gap(22 + 112)
        charts.days(part, Frame(part.left + 20, part.y, part.width - 20, 104), bars,
                    [told for told, _ in notices])
        part.gap(18)
        for number, (told, notice) in enumerate(notices, 1):
            part.lines(part.wrap(f"{number}  {told}  {say(notice.kind.label)}", SMALL, part.width - 20),
                       SMALL.in_colour(RUST), 11, indent=20)
        part.gap(20)

    def _hours(self) -> None:
        part, counts, say = self.part, self.counts, self.say
        known = counts.count - counts.no_hour
        part.need(180)
        if not known:
            return
        self._title(say("Between {start}:00 and {end}:00: {night} of {known} with a known time",
                        night=f"{counts.night:,}", known=f"{known:,}", **self._night()))
        part.text(part.left, part.y - 9, say("Contacts by hour and weekday; the line above marks these hours"), LABEL)
        part.gap(22 + 112)
        charts.heat(part, Frame(part.left + 28, part.y, part.width - 28, 108), counts.hours,
                    [say(day) for day in WEEKDAYS], counts.night_hours)
        part.gap(34)

    def _kinds(self) -> None:
        """By channel and by who was reached, beside each other."""
        part, counts, say = self.part, self.counts, self.say
        channels = [(say(one.label), count) for one, count in counts.channels.most_common()]
        reached = [(say(one.label), count) for one, count in counts.reached.most_common()]
        height = 15.0 * max(len(channels), len(reached)) + 24
        part.need(height + 20)
        third = say("With third persons: {count}", count=f"{counts.third:,}")
        half = part.width / 2 - 14
        top = part.y
        for x, title, told in (
            (part.left, say("By channel"), channels),
            (part.left + half + 28, third, reached),
        ):
            part.text(x, top - 11, title, HEADING)
            charts.ranked(part, Frame(x, top - height, half, height - 20), told)
        part.gap(height + 6)

    def _basis(self) -> None:
        """What was counted and what was not."""
        part, counts, say = self.part, self.counts, self.say
        told = [say("Counted are the recorded contacts and attempts of the other side, each at the time of its place. "
                    "A count is an indicator for a lawyer's review; it does not say that a rule was broken.")]
        if counts.outgoing:
            told.append(say("Contacts by our side, not counted: {n}.", n=f"{counts.outgoing:,}"))
        if counts.no_hour:
            told.append(say("Contacts known by the day only, in no count by hour: {n}.",
                            n=f"{counts.no_hour:,}"))
        part.gap(6)
        part.paragraph(say(" ").join(told), SMALL, 12)

    def _numbers(self) -> None:
        """By number and by company."""
        say = self.say
        dossier, numbers = self.draft.dossier, self.counts.by_number()
        owners = {one.normal: self.draft.name("collector", one.collector_id)
                  or self.draft.name("creditor", one.creditor_id) for one in dossier.numbers}
        if numbers:
            named = [(owners.get(key, ""), tally) for key, tally in self.counts.numbers.items()]
            named.sort(key=lambda one: (-one[1].count, one[1].shown))
            title = say("Contacts came from {n} numbers", n=f"{len(numbers):,}") if len(numbers) > 1 else say(
                "Contacts came from one number")
            self._tallies(title, say("Number"), [(tally.shown, owner, tally) for owner, tally in named])
        companies = [(self.draft.name("collector", key) or say("not known"), "", tally)
                     for key, tally in self.counts.collectors.items()]
        if len(companies) > 1 or companies[0][0] != say("not known"):
            companies.sort(key=lambda one: -one[2].count)
            self._tallies(say("By collector"), say("Collector"), companies)

    def _tallies(self, title: str, label: str, rows: Sequence[tuple[str, str, Tally]]) -> None:
        part, say = self.part, self.say
        part.gap(22)
        part.need(90)
        self._title(title)
        part.gap(4)
        table = Table(part, [
            Column(label, part.width - 366), Column(say("Contacts"), 54, "right"),
            Column(say("answered"), 54, "right"), Column(say("at night"), 54, "right"),
            Column(say("third persons"), 60, "right"), Column(say("first"), 72, "right"),
            Column(say("last"), 72, "right")])
        table.head()
        for shown, owner, tally in rows[:_NUMBERS_AT_MOST]:
            name = [*table.cell(shown, 0, CELL if not owner else FIGURE), *table.cell(owner, 0, CELL.in_colour(GREY))]
            figures = [str(value) for value in (tally.count, tally.answered, tally.night, tally.third, tally.first,
                                                tally.last)]
            table.row([name, *([Line(figure, FIGURE)] for figure in figures)])
        rest = rows[_NUMBERS_AT_MOST:]
        if rest:
            part.gap(3)
            part.paragraph(say("And {n} more with {count} contacts together; every one is in the chronology.",
                               n=f"{len(rest):,}", count=f"{sum(one[2].count for one in rest):,}"), SMALL, 12)

    def _findings(self) -> None:
        """The confirmed findings with rule, rows and exhibits; none of them is a verdict."""
        part, say, draft = self.part, self.say, self.draft
        if not draft.findings:
            return
        part.gap(24)
        part.need(110)
        self._title(say("Indicators confirmed for review"))
        part.paragraph(say(INDICATOR), SMALL, 12)
        if draft.dossier.rule_set:
            part.paragraph(say("Rule set {version}. Rules are paraphrased; severity is the program's own scale.",
                               version=draft.dossier.rule_set), SMALL, 12)
        part.gap(4)
        table = Table(part, [Column(say("Rule"), 150), Column(say("Why"), part.width - 150 - 70 - 84),
                             Column(say("Exhibits"), 70), Column(say("Incidents"), 84)])
        table.head()
        for finding in draft.findings:
            self._finding(table, finding)
        sources = dict.fromkeys(source for finding in draft.findings
                                for source in draft.dossier.told(finding).source.split("; ") if source)
        if sources:
            part.gap(6)
            part.paragraph(say("Where the rules were read: {sources}", sources=say("; ").join(sources)), SMALL, 12)

    def _finding(self, table: Table, finding: Finding) -> None:
        say, draft = self.say, self.draft
        told = draft.dossier.told(finding)
        rests = [row.incident_id for row in draft.dossier.finding_rows
                 if row.finding_id == finding.id and row.incident_id in draft.ordinals]
        rests.sort(key=lambda one: draft.ordinals[one])
        exhibits = dict.fromkeys(exhibit for one in rests for exhibit in draft.shown_by(one))
        known = say("Known by: {confidence}.", confidence=told.confidence) if told.confidence else ""
        grey = CELL.in_colour(GREY)
        more = [Line(say("and {n} more", n=len(rests) - _ROWS_AT_MOST), grey)] if len(rests) > _ROWS_AT_MOST else []
        table.row([
            [*table.cell(told.title, 0, CELL_STRONG), *table.cell(told.severity, 0, grey),
             *table.cell(told.citation, 0)],
            [*table.cell(told.why, 1), *table.cell(told.paraphrase, 1, grey), *table.cell(known, 1, grey)],
            [line for exhibit in list(exhibits)[:_ROWS_AT_MOST] for line in table.cell(exhibit.mark, 2)],
            [*(Line(say("No. {n}", n=draft.ordinals[one]), CELL, draft.key_of(one), "{page}")
               for one in rests[:_ROWS_AT_MOST]), *more]])
