"""The first sheet: what this workbook is, from which records, how to read it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from openpyxl.utils import quote_sheetname

from casedesk.base import times
from casedesk.base.i18n import N_, Say
from casedesk.exports.workbook.book import Facts, Sheet
from casedesk.exports.workbook.rows import Rows, Styled
from casedesk.records.dossier import Dossier

WIDTHS = (26, 100)
_NAMES = {"negotiation": N_("History of the negotiation"), "schedule": N_("Schedule of the agreements")}
_NAMED = 40


def write(
    rows: Rows, dossier: Dossier, facts: Facts, *, sheets: Sequence[Sheet], replaced: Sequence[tuple[str, str]],
    say: Say, without: Collection[str] = (),
) -> None:
    """Matter, notes and contents; `replaced` are the (sheet, cell) with signs that no cell can hold."""
    rows.free([Styled(facts.title, "title")], least=2)
    rows.free([])
    for label, value in _matter(dossier, facts, say):
        if value:
            rows.free([Styled(label, "label"), value])
    rows.free([])
    rows.free([Styled(say("How to read it"), "section")])
    for label, note in _notes(dossier, say, without):
        rows.free([Styled(label, "label"), note])
    if replaced:
        rows.free([Styled(say("Signs shown otherwise"), "label"), _replaced(replaced, say)])
    rows.free([])
    rows.free([Styled(say("Contents"), "section")])
    for sheet in sheets:
        count = say("{count} rows", count=f"{sheet.rows - 1:,}") if sheet.table else None
        rows.free([Styled(sheet.name, "link"), count])
        rows.links.append((f"A{rows.row}", f"{quote_sheetname(sheet.name)}!A1"))


def _matter(dossier: Dossier, facts: Facts, say: Say) -> Iterator[tuple[str, str]]:
    matter = dossier.matter
    yield say("Reference"), matter.ref
    yield say("Matter"), matter.name
    yield say("Client"), dossier.client.name
    yield say("Court or body"), matter.court
    yield say("Case no."), matter.case_number
    yield say("Law firm"), dossier.firm
    yield say("Records as of"), f"{times.show(facts.made, matter.zone)} ({matter.zone})"
    yield say("Record chain (SHA-256)"), dossier.chain_head


def _notes(dossier: Dossier, say: Say, without: Collection[str]) -> Iterator[tuple[str, str]]:
    yield say("Findings"), say("A finding is an indicator for a lawyer's review. It does not say that anybody broke "
                               "the law. Only findings a lawyer confirmed are listed.")
    if dossier.rule_set:
        yield say("Rule set"), dossier.rule_set
    yield say("Times"), say("Incidents bear the local time of the place; the columns to the right give the time zone, "
                            "UTC and how exactly the time is known. Other times are those of {zone}.",
                            zone=dossier.matter.zone)
    yield say("Words"), say("Texts stand exactly as they were logged. A text too long for a cell or a printed row is "
                            "on the last sheet in full, linked from its cell.")
    yield say("Columns"), say("Columns with a pale title hold further particulars and are not printed.")
    yield say("Amounts"), say("Amounts are in the currency of the debt, durations in seconds.")
    yield say("Left out"), say("Privileged records, the firm's own notes, the client's circumstances and acts for "
                               "limitation are not in this workbook.")
    if without:
        names = (say(_NAMES[part]) for part in sorted(without))
        yield say("Left out by choice"), say("; ").join(names)


def _replaced(replaced: Sequence[tuple[str, str]], say: Say) -> str:
    named = say("; ").join(f"{sheet}!{cell}" for sheet, cell in replaced[:_NAMED])
    more = len(replaced) - _NAMED
    return say("Control characters that no cell can hold are shown as ␀ or as their code (\\u0000) in: {cells}",
               cells=named) + (say(" and {count} more cells", count=more) if more > 0 else "")
