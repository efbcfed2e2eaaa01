"""A statement as rows and words of the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casedesk.base.i18n import N_, tr
from casedesk.base.money import show_cents
from casedesk.calc.limitation import Limitation
from casedesk.calc.said import Said, percent
from casedesk.calc.statement import ROW_NAMES, Row, Step, steps
from casedesk.records.statement import DebtStatement
from casedesk.ui.tables.plain import PlainRow

LINE_NUMBERS, STEP_NUMBERS = frozenset({1, 2, 3}), frozenset({3, 4, 5, 6})
_STATES = {
    "running": N_("Limitation runs out on {day}."), "expired": N_("Limitation ran out on {day}."),
    "pending": N_("No period of limitation runs."),
    "waived": N_("Limitation ran out, but the debtor agreed to pay afterwards."),
    "unknown": N_("When limitation runs out is not known."),
}


@dataclass(frozen=True)
class Shown:
    """What the panel shows of one debt on one day."""

    lines: Sequence[PlainRow]
    steps: Sequence[PlainRow]
    remarks: Sequence[str]
    limitation: str


def line_headers() -> list[str]:
    """The columns of the statement."""
    return [tr("What is claimed"), tr("Claimed"), tr("Supported"), tr("Difference"), tr("Reason and source")]


def step_headers() -> list[str]:
    """The columns of the steps."""
    return [tr("Step"), tr("From"), tr("To"), tr("Days"), tr("Base"), tr("Yearly rate"), tr("Amount"), tr("Source")]


def shown(found: DebtStatement, limitation: Limitation) -> Shown:
    """Everything in words."""
    result = found.result
    total = (show_cents(result.claimed), show_cents(result.supported), show_cents(result.difference))
    lines = [line for row in result.rows for line in _lines(row)]
    lines.append(PlainRow((tr("Total"), *total, tr("Indicator, for a lawyer's review"))))
    return Shown(lines, [_step(one) for one in steps(result.allowed)], [_with_source(one) for one in found.all_remarks],
                 _limitation(limitation))


def _lines(row: Row) -> list[PlainRow]:
    """The line and, below it, each further reason."""
    first, *more = [_with_source(one) for one in row.reasons] or [""]
    return [PlainRow((tr(ROW_NAMES[row.kind]), show_cents(row.claimed), show_cents(row.supported),
                      show_cents(row.difference), first)), *(PlainRow(("", "", "", "", one)) for one in more)]


def _step(one: Step) -> PlainRow:
    return PlainRow((one.label.by(tr), one.start.isoformat(), one.end.isoformat(), f"{one.days:,}",
                     show_cents(one.base), "" if one.yearly is None else percent(one.yearly),
                     show_cents(one.amount), one.source.by(tr)))


def _limitation(found: Limitation) -> str:
    day = "" if found.ends_on is None else found.ends_on.isoformat()
    marks = [f"{one.on.isoformat()}  {one.what.by(tr)}" for one in found.marks]
    return "\n".join([tr(_STATES[found.state], day=day), *marks, *(_with_source(one) for one in found.remarks)])


def _with_source(one: Said) -> str:
    source = one.source.by(tr)
    return f"{one.by(tr)}  {source}".rstrip()
