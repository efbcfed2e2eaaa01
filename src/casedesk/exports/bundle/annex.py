"""Further parts a person may choose: the debt statement with every step, the history of offers, the schedule."""

from __future__ import annotations

import datetime as dt

from casedesk.base.i18n import N_, Say
from casedesk.base.money import show_cents
from casedesk.calc.ledger import Ledger
from casedesk.calc.said import Said, percent
from casedesk.calc.statement import ROW_NAMES, Step, steps
from casedesk.calc.words import in_words
from casedesk.exports.bundle.draft import INDICATOR, Draft
from casedesk.exports.bundle.front import Part
from casedesk.exports.bundle.styles import BODY, CELL, CELL_STRONG, FIGURE, GREY, HEADING, SMALL, TITLE
from casedesk.exports.bundle.table import Column, Line, Table
from casedesk.records.dossier import Dossier
from casedesk.records.negotiation import Agreement
from casedesk.records.schedule import kept, pays
from casedesk.records.statement import DebtStatement

STATEMENT, NEGOTIATION, SCHEDULE = "statement", "negotiation", "schedule"
TITLES = {STATEMENT: N_("Debt statement"), NEGOTIATION: N_("History of the negotiation"),
          SCHEDULE: N_("Repayment schedule")}
_STATES = {"paid": N_("paid"), "part": N_("paid in part"), "late": N_("late"), "due": N_("not due yet")}


def draw(draft: Draft, parts: dict[str, Part]) -> None:
    """The parts that were chosen and have something to show."""
    for key, part in parts.items():
        if key not in draft.options.annexes:
            continue
        if key == STATEMENT:
            for one in draft.dossier.statements:
                statement(part, one, draft.say)
            _without(part, draft.dossier, draft.say)
        elif key == NEGOTIATION and draft.dossier.offers:
            _offers(part, draft.dossier, draft.say)
        elif key == SCHEDULE:
            _schedules(part, draft.dossier, draft.dated, draft.say)
        part.close()


def statement(part: Part, one: DebtStatement, say: Say) -> None:
    """One debt's statement: two columns and their difference, the limits, every step, what else is to be said."""
    part.page()
    part.gap(20)
    part.text(part.left, part.y, say("Debt statement as of {day}", day=one.result.as_of.isoformat()), TITLE)
    part.gap(10)
    for label, value in (
        (say("Matter"), one.matter_ref), (say("Creditor"), one.creditor), (say("Debt"), one.name(say)),
        (say("Currency"), one.currency),
    ):
        part.paragraph(say("{label}: {value}", label=label, value=value), BODY, 14)
    part.paragraph(say(INDICATOR), SMALL, 12)
    _rows(part, one, say)
    _limits(part, one, say)
    _steps(part, say("What law supports, step by step"), one.result.allowed, say)
    _steps(part, say("As the contract says, step by step"), one.result.agreed, say)
    _heading(part, say("Remarks"))
    for remark in one.all_remarks:
        _said(part, remark, say)


def _heading(part: Part, text: str) -> None:
    part.gap(12)
    part.need(70)
    part.lines([text], HEADING, 16)


def _said(part: Part, one: Said, say: Say, indent: float = 0.0) -> None:
    source = one.source.by(say)
    part.paragraph(one.by(say) + (f"  {source}" if source else ""), CELL.in_colour(GREY), 12.5, indent=indent)


def _rows(part: Part, one: DebtStatement, say: Say) -> None:
    result = one.result
    _heading(part, say("What is claimed and what law supports"))
    table = Table(part, [Column("", part.width - 330), Column(say("Claimed"), 110, "right"),
                         Column(say("Supported by law"), 110, "right"), Column(say("Difference"), 110, "right")])
    table.head()
    for row in result.rows:
        table.row([table.cell(say(ROW_NAMES[row.kind]), 0, CELL_STRONG),
                   *([Line(show_cents(cents), FIGURE)] for cents in (row.claimed, row.supported, row.difference))],
                  hair=False, least=26)
        for reason in row.reasons:
            _said(part, reason, say, 12)
    table.row([table.cell(say("Total"), 0, CELL_STRONG), *([Line(show_cents(cents), CELL_STRONG)] for cents in (
        result.claimed, result.supported, result.difference))], hair=False)
    if one.currency == "CNY" and result.supported >= 0:
        part.paragraph(say("Supported by law, in words: {words}", words=in_words(result.supported)), CELL, 14)


def _limits(part: Part, one: DebtStatement, say: Say) -> None:
    result = one.result
    _heading(part, say("Limits and yearly cost"))
    for cap in result.caps:
        told = say("From {start}: {limit} a year on the principal outstanding; only if the borrower asks.") if (
            cap.defence) else say("From {start}: {limit} a year on the principal outstanding.")
        part.paragraph(told.format(start=cap.start.isoformat(), limit=percent(cap.yearly))
                       + f"  {cap.source.by(say)}", CELL, 13)
    if result.compounded is not None:
        part.paragraph(say("Yearly cost of the claim as an internal rate of return: {rate}.",
                           rate=percent(result.compounded)), CELL, 13)
    if result.simple is not None:
        part.paragraph(say("By the simple method, on the principal really outstanding: {rate}.",
                           rate=percent(result.simple)), CELL, 13)


def _steps(part: Part, title: str, found: Ledger, say: Say) -> None:
    _heading(part, title)
    table = Table(part, [
        Column(say("No."), 26), Column(say("Step"), part.width - 26 - 62 * 2 - 34 - 78 - 62 - 84),
        Column(say("From"), 62), Column(say("To"), 62), Column(say("Days"), 34, "right"),
        Column(say("Computed on"), 78, "right"), Column(say("A year"), 62, "right"),
        Column(say("Amount"), 84, "right")], pad=2.5)
    table.head()
    for number, step in enumerate(steps(found), 1):
        table.row([[Line(str(number), FIGURE)], [*table.cell(step.label.by(say), 1),
                   *table.cell(say(step.source.citation), 1, SMALL)], *_figures(step)])
    part.gap(4)
    part.paragraph(say("Each amount is rounded so that all amounts of a kind add up to the rounded whole."), SMALL, 12)


def _figures(step: Step) -> list[list[Line]]:
    yearly = step.yearly
    shown = (step.start.isoformat(), step.end.isoformat() if step.days else "", str(step.days) if step.days else "",
             show_cents(step.base) if step.base else "", percent(yearly) if yearly is not None else "",
             show_cents(step.amount) if step.amount else "")
    return [[Line(text, FIGURE)] for text in shown]


def _without(part: Part, dossier: Dossier, say: Say) -> None:
    for name, reason in dossier.without_statement:
        part.page()
        part.paragraph(say("No statement could be made of {debt}: {reason}", debt=name, reason=reason), BODY, 15)


def _offers(part: Part, dossier: Dossier, say: Say) -> None:
    """Who offered what when, and the answer."""
    part.page()
    part.gap(20)
    part.text(part.left, part.y, part.title, TITLE)
    part.gap(12)
    table = Table(part, [
        Column(say("Made on"), 62), Column(say("Made by"), 66), Column(say("Total"), 78, "right"),
        Column(say("Instalments"), 54, "right"), Column(say("Valid until"), 64),
        Column(say("Terms"), part.width - 62 - 66 - 78 - 54 - 64 - 106), Column(say("Answer"), 106)])
    table.head()
    for offer in sorted(dossier.offers, key=lambda one: (one.made_on or dt.date.max, one.id)):
        total = show_cents(offer.total) if offer.total is not None else ""
        told = (say(offer.plan.label), offer.by, offer.counterpart, offer.terms)
        terms = say("; ").join(text for text in told if text)
        answer = say("; ").join(text for text in (
            say(offer.state.label), offer.answered_on.isoformat() if offer.answered_on else "", offer.answer) if text)
        table.row([_day(offer.made_on), table.cell(say(offer.side.label), 1), [Line(total, FIGURE)],
                   [Line(str(offer.instalments or ""), FIGURE)], _day(offer.valid_until), table.cell(terms, 5),
                   table.cell(answer, 6)])


def _day(day: dt.date | None) -> list[Line]:
    return [Line(day.isoformat(), FIGURE)] if day else []


def _schedules(part: Part, dossier: Dossier, on: dt.date, say: Say) -> None:
    for agreement in dossier.agreements:
        part.page()
        part.gap(20)
        part.text(part.left, part.y, part.title, TITLE)
        part.gap(12)
        part.paragraph(say("Agreed on {day}, {total} in all; payments as of {on}.", day=str(agreement.agreed_on or ""),
                           total=show_cents(agreement.total or 0), on=on.isoformat()), BODY, 15)
        part.gap(10)
        _schedule(part, dossier, agreement, on, say)


def _schedule(part: Part, dossier: Dossier, agreement: Agreement, on: dt.date, say: Say) -> None:
    ours = sorted((one for one in dossier.instalments if one.agreement_id == agreement.id),
                  key=lambda one: (one.due_on or dt.date.max, one.number))
    ids = {one.id for one in ours}
    payments = sorted((one for one in dossier.payments if pays(one, agreement, ids, on)),
                      key=lambda one: (one.paid_on or dt.date.max, one.id))
    table = Table(part, [Column(say("No."), 34), Column(say("Due on"), 90), Column(say("Amount"), 100, "right"),
                         Column(say("Paid"), 100, "right"), Column(say("Status"), part.width - 324)])
    table.head()
    for one in kept(ours, payments, on):
        table.row([[Line(str(one.number), FIGURE)], _day(one.due_on), [Line(show_cents(one.amount), FIGURE)],
                   [Line(show_cents(one.paid), FIGURE)], table.cell(say(_STATES[one.state]), 4)])
    sums = sum(one.amount or 0 for one in ours), sum(one.paid for one in kept(ours, payments, on))
    table.row([[], table.cell(say("Total"), 1, CELL_STRONG),
               *([Line(show_cents(cents), CELL_STRONG)] for cents in sums), []], hair=False)
