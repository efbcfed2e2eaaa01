"""The sheets of statistics: totals, the hours of the week, calls a day, numbers, each with what a reader needs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.worksheet.worksheet import Worksheet

from casedesk.base.durations import show_duration
from casedesk.base.i18n import Say
from casedesk.base.typed_time import WEEKDAYS
from casedesk.exports.statistics import Statistics, Tally
from casedesk.exports.workbook.rows import Column, Rows, Styled, day_serial
from casedesk.exports.workbook.tables import Table
from casedesk.records.dossier import Dossier

WIDTHS = (18, *[5] * 24, 8)
_HEAT, _CHARTS, _CHART_ROWS = 11, 20, 17
"""Rows where the table of hours and where the charts begin, and the height of these."""
_LONGEST = 3700
"""Days in a row that are listed one by one; of a longer time only the days with a contact."""
_PINK, _RED = "FCE8E6", "C5362B"


def tables(counted: Statistics, say: Say) -> list[Table]:
    """The sheets of days and of numbers."""
    days = list(counted.daily()) if counted.span <= _LONGEST else sorted(counted.days.items())
    daily = [
        Column(say("Day"), 14, "day", lambda day: day_serial(day[0])),
        Column(say("Weekday"), 12, "word", lambda day: say(WEEKDAYS[day[0].weekday()])),
        Column(say("Number of contacts"), 12, "count", lambda day: day[1]),
    ]
    numbers = counted.by_number()
    return [Table(say("Statistics - days"), daily, len(daily), days, len(days)),
            Table(say("Statistics - numbers"), list(_tally(say, say("Number"))), 8, numbers, len(numbers))]


def _tally(say: Say, name: str) -> Iterator[Column]:
    yield Column(name, 24, "line", lambda tally: tally.shown)
    for title, field in ((say("Number of contacts"), "count"), (say("Answered"), "answered"),
                         (say("At night"), "night"), (say("To third persons"), "third"),
                         (say("Duration (s)"), "seconds")):
        yield Column(title, 12, "count", _got(field))
    yield Column(say("First"), 14, "day", lambda tally: day_serial(tally.first))
    yield Column(say("Last"), 14, "day", lambda tally: day_serial(tally.last))


def _got(field: str) -> Any:
    return lambda tally: getattr(tally, field)


def write(rows: Rows, counted: Statistics, dossier: Dossier, say: Say) -> None:
    """The sheet of totals and hours; its charts lie on rows left free."""
    rows.free([Styled(say("Statistics"), "title")], least=2)
    rows.free([Styled(say("Contacts as logged, at the local time of each. Contacts that the client's side began are "
                          "counted apart."), "over")])
    totals = list(_totals(counted, say))
    half = (len(totals) + 1) // 2
    for (label, value), (other, beside) in zip_longest(totals[:half], totals[half:], fillvalue=("", None)):
        rows.free([Styled(label, "over"), *[None] * 4, value, *[None] * 4, Styled(other, "over"), *[None] * 8, beside])
    _to(rows, _HEAT - 2)
    rows.free([Styled(say("Contacts by hour and weekday"), "section")])
    rows.free([Styled("", "head"), *[Styled(hour, "head") for hour in range(24)], Styled(say("In all"), "head")])
    for weekday, hours in enumerate(counted.hours):
        rows.free([Styled(say(WEEKDAYS[weekday]), "label"), *[Styled(count, "heat") for count in hours],
                   Styled(sum(hours), "count")])
    _to(rows, _CHARTS + _CHART_ROWS)
    _groups(rows, counted, dossier, say)


def _to(rows: Rows, row: int) -> None:
    rows.row = max(rows.row, row)


def _totals(counted: Statistics, say: Say) -> Iterator[tuple[str, Any]]:
    start, end = counted.night_hours
    yield say("Number of contacts"), Styled(counted.count, "count")
    yield say("Answered"), Styled(counted.total.answered, "count")
    yield say("At night ({start}:00 to {end}:00)", start=start, end=f"{end:02}"), Styled(counted.night, "count")
    yield say("To third persons"), Styled(counted.third, "count")
    yield say("Duration in all"), Styled(show_duration(counted.total.seconds, say), "over")
    yield say("Days with a contact"), Styled(len(counted.days), "count")
    yield say("Days from first to last"), Styled(counted.span, "count")
    if counted.busiest is not None:
        day, count = counted.busiest
        yield say("Day of most contacts"), Styled(say("{day}: {count}", day=day, count=count), "over")
    yield say("Hour not known"), Styled(counted.no_hour, "count")
    yield say("Begun by the client's side"), Styled(counted.outgoing, "count")


def _groups(rows: Rows, counted: Statistics, dossier: Dossier, say: Say) -> None:
    """Small lists, each of the most frequent first."""
    collectors = {one.id: one.name for one in dossier.collectors}
    creditors = {one.id: one.name for one in dossier.creditors}
    persons = {one.id: one.name for one in dossier.contact_persons}
    lists: tuple[tuple[str, dict[str, int]], ...] = (
        (say("By channel"), {say(channel.label): count for channel, count in counted.channels.items()}),
        (say("By person reached"), {say(role.label): count for role, count in counted.reached.items()}),
        (say("By contact person"), {persons.get(id_ or 0, "?"): count for id_, count in counted.persons.items()}),
        (say("By collector"), _named(counted.collectors, collectors, say)),
        (say("By creditor"), _named(counted.creditors, creditors, say)),
    )
    for title, counts in lists:
        if counts:
            rows.free([])
            rows.free([Styled(title, "section")])
            for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
                rows.free([Styled(name, "over"), *[None] * 4, Styled(count, "count")])


def _named(tallies: dict[int | None, Tally], names: dict[int, str], say: Say) -> dict[str, int]:
    found: dict[str, int] = {}
    for id_, tally in tallies.items():
        if tally.count:
            name = names.get(id_ or 0, say("not known"))
            found[name] = found.get(name, 0) + tally.count
    return found


def draw(workbook: Workbook, statistics: str, days: str, count: int, say: Say) -> None:
    """Put the colours of the hours and both charts on the sheet of statistics; `count` days are listed."""
    sheet: Worksheet = workbook[statistics]
    sheet.conditional_formatting.add(
        f"B{_HEAT + 1}:Y{_HEAT + 7}",
        ColorScaleRule(  # type: ignore[no-untyped-call]
            start_type="num", start_value=0, start_color="FFFFFF", mid_type="num", mid_value=1, mid_color=_PINK,
            end_type="max", end_color=_RED))
    daily = _chart(say("Contacts a day"), say("Day"), 14.8)
    daily.add_data(Reference(workbook[days], min_col=3, min_row=2, max_row=max(2, count + 1)))
    daily.set_categories(Reference(workbook[days], min_col=1, min_row=2, max_row=max(2, count + 1)))
    daily.x_axis.number_format, daily.legend, daily.gapWidth = "yyyy-mm-dd", None, 20
    daily.series[0].graphicalProperties.solidFill = _RED
    sheet.add_chart(daily, f"A{_CHARTS}")
    hours = _chart(say("Contacts by hour and weekday"), say("Hour"), 14.4)
    hours.grouping, hours.overlap, hours.gapWidth = "stacked", 100, 40
    hours.add_data(Reference(sheet, min_col=1, max_col=25, min_row=_HEAT + 1, max_row=_HEAT + 7), from_rows=True,
                   titles_from_data=True)
    hours.set_categories(Reference(sheet, min_col=2, max_col=25, min_row=_HEAT))
    hours.legend.position = "r"
    for shade, series in zip(("7B2D26", "A63D33", _RED, "D9655B", "E8938B", "4A6FA5", "7F9CC7"), hours.series,
                             strict=True):
        series.graphicalProperties.solidFill = shade
    sheet.add_chart(hours, f"M{_CHARTS}")


def _chart(title: str, across: str, width: float) -> BarChart:
    chart = BarChart()
    chart.type, chart.title = "col", title
    chart.width, chart.height = width, 8.2  # type: ignore[assignment]
    chart.x_axis.title = across
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = "0"
    return chart
