"""The statement as a document: every figure in the PDF, and a sheet that a spreadsheet computes to the same cents."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest

from casedesk.base.money import show_cents
from casedesk.casework import agreements, documents
from casedesk.casework.statement import statement
from casedesk.records import Agreement, Claim, Creditor, Debt, Matter, Offer, Payment
from casedesk.records.words import ClaimKind, Compounding, CreditorKind, PlanKind, Product
from casedesk.store.cabinet import Store

D = dt.date
ON = D(2026, 11, 27)
SHEET = "Debt statement"


@pytest.fixture
def debts(store: Store, matter: Matter) -> list[int]:
    """A card with compound interest, fees and an overpayment that comes back; a private loan with a judgment; one
    without figures."""
    of: dict[str, Any] = {"matter_id": matter.id}
    with store.work() as session:
        bank = Creditor(name="=某银行", kind=CreditorKind.BANK)
        lender = Creditor(name="王某", kind=CreditorKind.PRIVATE)
        session.add_all([bank, lender])
        session.flush()
        card = Debt(**of, creditor_id=bank.id, product=Product.CREDIT_CARD, principal=5_831_050,
                    released_on=D(2019, 5, 3), due_on=D(2019, 6, 25), rate="日利率0.05%", overdue_rate="每日0.06%",
                    compounding=Compounding.MONTHLY, claimed=20_000_000, claimed_as_of=D(2026, 11, 1))
        loan = Debt(**of, creditor_id=lender.id, product=Product.PRIVATE_LOAN, principal=10_000_000, prepaid=500_000,
                    released_on=D(2019, 9, 1), contract_on=D(2019, 9, 1), due_on=D(2020, 9, 1), rate="月息3分",
                    suit_on=D(2022, 3, 1), judged=8_000_000, judged_until=D(2022, 9, 30))
        small = Debt(**of, creditor_id=bank.id, product=Product.CONSUMER_LOAN, principal=1_000_000,
                     released_on=D(2025, 1, 1), due_on=D(2026, 1, 1), rate="12 %", overdue_rate="上浮50%",
                     compounding=Compounding.OVERDUE, year_days=360)
        none = Debt(**of, creditor_id=bank.id, product=Product.OTHER)
        session.add_all([card, loan, small, none])
        session.flush()
        for debt, day, amount in (
            (card, D(2019, 9, 9), 100_000), (card, D(2020, 1, 31), 250_000), (card, D(2020, 1, 31), 7),
            (loan, D(2020, 1, 1), 1_500_000), (loan, D(2021, 1, 1), 2_000_000), (loan, D(2023, 1, 1), 20_000_000),
            (small, D(2026, 3, 1), 1_200_000),
        ):
            session.add(Payment(**of, debt_id=debt.id, paid_on=day, amount=amount))
        for debt, kind, name, amount, day in (
            (card, ClaimKind.DAMAGES, "违约金", 300_000, D(2019, 8, 1)),
            (card, ClaimKind.FEE, "年费", 60_000, D(2020, 8, 1)),
            (loan, ClaimKind.COST, "律师费", 800_000, D(2024, 3, 1)),
            (small, ClaimKind.FEE, "服务费", 10_000, D(2026, 5, 1)),
        ):
            session.add(Claim(**of, debt_id=debt.id, kind=kind, name=name, amount=amount, charged_on=day))
        session.add(Offer(**of, debt_id=card.id, made_on=D(2026, 9, 1), total=3_600_000, instalments=36,
                          first_due_on=D(2026, 10, 9), plan=PlanKind.WAIVER, terms="免除罚息"))
    return [card.id, loan.id, small.id, none.id]


def text_of(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


@pytest.mark.parametrize(("lang", "words"), [("en", "What law supports, step by step"), ("zh", "法律支持金额逐步计算")])
def test_the_pdf_holds_both_columns_and_every_step(
    store: Store, debts: list[int], tmp_path: Path, lang: Any, words: str,
) -> None:
    out = tmp_path / "statement.pdf"
    pages = documents.write_statement(store, debts[1], out, as_of=ON, lang=lang)
    text, result = text_of(out), statement(store, debts[1], ON).result
    for row in result.rows:
        assert show_cents(row.claimed) in text
        assert show_cents(row.supported) in text
    assert show_cents(result.difference) in text
    assert words in text
    assert "《民法典》第561条" in text
    assert f"{pages}" in text
    again = tmp_path / "again.pdf"
    documents.write_statement(store, debts[1], again, as_of=ON, lang=lang)
    assert again.read_bytes() == out.read_bytes()


def workbook(store: Store, matter: Matter, tmp_path: Path) -> Path:
    out = tmp_path / "workbook.xlsx"
    documents.write_workbook(store, matter.id, out, lang="en", statements_on=ON)
    return out


def test_the_sheet_shows_our_figures_and_no_text_of_a_person_is_a_formula(
    store: Store, matter: Matter, debts: list[int], tmp_path: Path,
) -> None:
    out = workbook(store, matter, tmp_path)
    shown, formulas = openpyxl.load_workbook(out, data_only=True), openpyxl.load_workbook(out)
    for number, debt in enumerate(debts[:3], 1):
        name = SHEET if number == 1 else f"{SHEET} {number}"
        rows = {row[0]: row for row in shown[name].iter_rows(max_row=40, max_col=4, values_only=True)}
        result = statement(store, debt, ON).result
        assert [round(float(str(value)) * 100) for value in rows["Total"][1:]] == [
            result.claimed, result.supported, result.difference]
        made = [str(cell.value) for row in formulas[name].iter_rows() for cell in row if cell.data_type == "f"]
        assert made
        assert all(re.fullmatch(r"=[-+*/(),:$.0-9A-Z]+", formula) for formula in made)
    assert "Debts - claimed lines" in shown.sheetnames
    assert any("No statement could be made of Other debt" in str(cell) for row in shown[SHEET].iter_rows(
        values_only=True) for cell in row)


def test_no_statement_goes_out_unless_it_was_asked_for(
    store: Store, matter: Matter, debts: list[int], tmp_path: Path,
) -> None:
    out = tmp_path / "plain.xlsx"
    documents.write_workbook(store, matter.id, out, lang="en")
    assert SHEET not in openpyxl.load_workbook(out).sheetnames


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_a_spreadsheet_computes_the_same_cents(
    store: Store, matter: Matter, debts: list[int], tmp_path: Path,
) -> None:
    """Our values are taken out of the file first: what comes back was computed by LibreOffice alone."""
    out, bare = workbook(store, matter, tmp_path), tmp_path / "bare.xlsx"
    with zipfile.ZipFile(out) as source, zipfile.ZipFile(bare, "w") as target:
        for name in source.namelist():
            target.writestr(name, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", source.read(name)))
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'office').as_uri()}", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "computed"), str(bare)], check=True, timeout=110,
        capture_output=True)
    computed = openpyxl.load_workbook(tmp_path / "computed" / "bare.xlsx", data_only=True)
    ours, formulas = openpyxl.load_workbook(out, data_only=True), openpyxl.load_workbook(out)
    compared = 0
    for name in (SHEET, f"{SHEET} 2", f"{SHEET} 3"):
        for row in formulas[name].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    theirs, mine = computed[name][cell.coordinate].value, ours[name][cell.coordinate].value
                    assert float(str(theirs)) == pytest.approx(float(str(mine)), abs=1e-6), (name, cell.coordinate)
                    compared += 1
    assert compared > 1000


def test_the_bundle_holds_what_was_chosen_and_nothing_else(
    store: Store, matter: Matter, debts: list[int], tmp_path: Path,
) -> None:
    with store.read() as session:
        offer = session.query(Offer).one().id
    agreements.agreement_from(store, offer, agreed_on=D(2026, 9, 9))
    plain, full = tmp_path / "plain.pdf", tmp_path / "full.pdf"
    documents.write_bundle(store, matter.id, plain, profile="cn-court", lang="zh")
    documents.write_bundle(store, matter.id, full, profile="cn-court", lang="zh",
                           annexes=("statement", "negotiation", "schedule"), statements_on=ON)
    bare, text = text_of(plain), text_of(full)
    for words in ("截至2026-11-27的债务计算书", "协商经过", "还款计划表", "免除罚息", "2029-09-10", "无法为"):
        assert words not in bare
        assert words in text
    with store.read() as session:
        assert session.query(Agreement).one().total == 3_600_000
