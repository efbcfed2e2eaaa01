"""The statement in the window: two columns as of a typed day, its steps, what it says to the impossible, its files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtWidgets import QWidget

from casedesk.base.i18n import words
from casedesk.base.money import show_cents
from casedesk.casework.statement import statement
from casedesk.records import Claim, Creditor, Deadline, Debt, Matter, Payment
from casedesk.records.words import ClaimKind, CreditorKind, Product
from casedesk.store.cabinet import Store
from casedesk.ui.debts.statement import StatementPanel
from casedesk.ui.making.dialog import MakingDialog
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import Reading
from tests.ui.test_negotiation import add

D = dt.date
Quiet = Callable[[], None]


@pytest.fixture
def debt(store: Store, matter: Matter) -> int:
    """10,000.00 at 36 % a year, of which the creditor claims 5,000.00 as interest."""
    creditor = add(store, Creditor, name="Bank", kind=CreditorKind.BANK)
    made = add(store, Debt, matter_id=matter.id, creditor_id=creditor, product=Product.CONSUMER_LOAN,
               contract_number="A-1", principal=1_000_000, rate="36 %", contract_on=D(2025, 1, 1),
               released_on=D(2025, 1, 1), claimed=1_500_000)
    add(store, Claim, matter_id=matter.id, debt_id=made, kind=ClaimKind.INTEREST, amount=500_000)
    return made


@pytest.fixture
def panel(office: Office, store: Store, matter: Matter, debt: int, shown: Callable[[QWidget], QWidget],
          quiet: Quiet) -> StatementPanel:
    facts = Reading(store, matter.id)()
    assert facts is not None
    made = StatementPanel(office, facts)
    shown(made)
    quiet()
    made.day.setText("2026-01-01")
    made.read()
    quiet()
    return made


def test_both_columns_stand_beside_each_other_with_the_reason(panel: StatementPanel, store: Store, debt: int) -> None:
    found = statement(store, debt, D(2026, 1, 1)).result
    last = panel.model.rows[-1].cells
    assert last[1:4] == (show_cents(found.claimed), show_cents(found.supported), show_cents(found.difference))
    assert found.difference > 0
    assert [row.cells[4] for row in panel.model.rows if row.cells[0] == "Interest"] != [""]
    assert len(panel.model.rows) == sum(max(1, len(row.reasons)) for row in found.rows) + 1
    assert panel.limitation.text()


def test_every_step_unfolds(panel: StatementPanel) -> None:
    assert not panel.steps_view.isVisible()
    panel.unfold.click()
    assert panel.steps_view.isVisible()
    assert "365" in [row.cells[3] for row in panel.steps.rows]


def test_a_payment_moves_the_statement_shown(panel: StatementPanel, store: Store, matter: Matter, debt: int,
                                             until: Callable[[Callable[[], object]], None]) -> None:
    before = panel.model.rows[-1].cells[2]
    add(store, Payment, matter_id=matter.id, debt_id=debt, paid_on=D(2025, 7, 1), amount=100_000)
    until(lambda: panel.model.rows[-1].cells[2] != before)


@pytest.mark.parametrize(("typed", "said"), [("2026-02-31", "2026-02-31"), ("", "Type the day"), ("2020-01-01", "")])
def test_an_impossible_day_is_said_beside_it_and_kept(panel: StatementPanel, quiet: Quiet, typed: str,
                                                     said: str) -> None:
    panel.day.setText(typed)
    panel.read()
    quiet()
    assert panel.problem.isVisible()
    assert panel.problem.text()
    assert said in panel.problem.text()
    assert not panel.shown.isVisible()
    assert not panel.pdf.isEnabled()
    assert panel.day.text() == typed


def test_the_statement_is_saved_as_pdf_and_as_workbook(panel: StatementPanel, office: Office, tmp_path: Path,
                                                       until: Callable[[Callable[[], object]], None]) -> None:
    for name in ("statement.pdf", "statement.xlsx"):
        panel.write(str(tmp_path / name))
    until(lambda: not office.jobs.busy)
    assert (tmp_path / "statement.pdf").read_bytes().startswith(b"%PDF")
    sheets = load_workbook(tmp_path / "statement.xlsx").worksheets
    assert any(str(cell.value).startswith("=") for sheet in sheets for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("chosen", [False, True])
def test_the_workbook_has_the_statements_only_when_they_are_chosen(
        panel: StatementPanel, office: Office, tmp_path: Path, until: Callable[[Callable[[], object]], None], *,
        chosen: bool) -> None:
    dialog = MakingDialog(panel, office, panel.facts, "workbook")
    dialog.out.setText(str(tmp_path / "matter.xlsx"))
    dialog.annexes["statement"].setChecked(chosen)
    dialog.start()
    until((tmp_path / "matter.xlsx").exists)
    until(lambda: not office.jobs.busy)
    sheets = load_workbook(tmp_path / "matter.xlsx").worksheets
    formulas = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert any("ROUND" in str(cell.value) for cell in formulas) is chosen
    assert words("zh")("Negotiation") in [sheet.title for sheet in sheets], "unless it is left out"


def test_the_workbook_leaves_out_what_is_unticked_and_says_so(
        panel: StatementPanel, office: Office, tmp_path: Path, until: Callable[[Callable[[], object]], None]) -> None:
    dialog = MakingDialog(panel, office, panel.facts, "workbook")
    dialog.out.setText(str(tmp_path / "matter.xlsx"))
    dialog.annexes["negotiation"].setChecked(False)
    dialog.start()
    until((tmp_path / "matter.xlsx").exists)
    until(lambda: not office.jobs.busy)
    about, *others = load_workbook(tmp_path / "matter.xlsx").worksheets
    assert words("zh")("Negotiation") not in [sheet.title for sheet in others]
    assert words("zh")("History of the negotiation") in [cell.value for row in about.iter_rows() for cell in row]


def test_the_bundle_is_asked_for_with_the_annexes_ticked(panel: StatementPanel, office: Office) -> None:
    dialog = MakingDialog(panel, office, panel.facts, "bundle")
    for name in ("negotiation", "schedule"):
        dialog.annexes[name].setChecked(True)
    assert dialog.order.annexes == {"negotiation", "schedule"}
    dialog.close()


def test_what_is_due_is_written_as_a_calendar(panel: StatementPanel, office: Office, store: Store, matter: Matter,
                                              tmp_path: Path, until: Callable[[Callable[[], object]], None]) -> None:
    add(store, Deadline, matter_id=matter.id, name="Answer", due_on=D(2027, 1, 4))
    dialog = MakingDialog(panel, office, panel.facts, "calendar")
    dialog.out.setText(str(tmp_path / "due.ics"))
    dialog.start()
    until((tmp_path / "due.ics").exists)
    until(lambda: not office.jobs.busy)
    assert b"DTSTART;VALUE=DATE:20270104" in (tmp_path / "due.ics").read_bytes()
