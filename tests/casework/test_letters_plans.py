"""What letters say of a plan and of the client's means: each kind as it is, and nothing that is over or changed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from casedesk.casework import letters
from casedesk.casework.agreements import agreement_from
from casedesk.casework.forms import find_form
from casedesk.casework.letters import Choice
from casedesk.records import Debt, Instalment, Matter, Offer
from casedesk.records.words import Jurisdiction, PlanKind, Side
from casedesk.store.cabinet import Store
from tests.casework.test_letters import DAY, add, docx_text, full_matter, pdf_text, squeezed

FORM = "cn-instalment-application"
KINDS: tuple[tuple[str, int, PlanKind, dict[str, Any]], ...] = (
    ("等额分期：共7期，每期1,428.57元，末期1,428.58元，合计10,000.00元（人民币壹万元整）。分期期间不另计利息。",
     7, PlanKind.EQUAL, {"total": 1_000_000, "instalments": 7}),
    ("首期900.00元，每满12期后每期增加100.00元，末期1,100.00元，合计36,000.00元",
     36, PlanKind.GRADUATED, {"step": 10_000}),
    ("共12期，前11期每期1,000.00元，末期一次付25,000.00元",
     12, PlanKind.BALLOON, {"instalments": 12, "last": 2_500_000}),
    ("免息分期：共36期，每期1,000.00元，合计36,000.00元", 36, PlanKind.INTEREST_FREE, {}),
    ("部分减免后分期：共36期，每期900.00元，合计36,000.00元（人民币叁万陆仟元整）。对方主张60,000.00元，减免24,000.00元。\
上述分期之前，于2026年12月10日先付3,600.00元", 37, PlanKind.WAIVER, {"claim": 6_000_000, "down": 360_000}),
    ("一次性结清：于2026年12月10日前一次付清36,000.00元（人民币叁万陆仟元整）。对方主张60,000.00元，减免24,000.00元。",
     1, PlanKind.LUMP_SUM, {"claim": 6_000_000}),
    ("分期期间按“年利率6%”计收利息，利息合计270.22元", 2, PlanKind.EQUAL, {"rate": "年利率6%", "instalments": 2}),
)


@pytest.fixture
def full(store: Store) -> int:
    """A matter with all a letter can ask for."""
    return full_matter(store)


def of_kind(kind: PlanKind, matter_id: int, debt_id: int | None = None, **terms: Any) -> Offer:
    return Offer(matter_id=matter_id, debt_id=debt_id, made_on=DAY, plan=kind, **{
        "total": 3_600_000, "instalments": 36, "first_due_on": dt.date(2026, 12, 10), **terms})


@pytest.mark.parametrize(("said", "rows", "kind", "terms"), KINDS)
def test_a_letter_prints_the_plan_as_it_is(
    store: Store, full: int, tmp_path: Path, said: str, rows: int, kind: PlanKind, terms: dict[str, Any],
) -> None:
    add(store, of_kind(kind, full, **terms))
    add(store, Offer(matter_id=full, made_on=DAY, side=Side.CREDITOR, total=9_900_000, instalments=1))
    letter = letters.write(store, full, FORM, tmp_path, Choice(answers={"situation": "失业"}))
    for text in (pdf_text(letter.pdf), docx_text(letter.docx)):
        assert squeezed(said) in text
        assert "99,000.00" not in text, "the creditor's offer is not the client's"
        assert "每月可用于还款6,800.00元" in text
    means, plan = Document(str(letter.docx)).tables
    assert len(plan.rows) == 1 + rows
    assert [[cell.text for cell in row.cells] for row in means.rows][1:] == [
        ["收入", "工资", "6,800.00", ""]], "what is over is not told"


def test_an_agreement_tells_its_plan_while_its_schedule_is_the_offers(store: Store, full: int, tmp_path: Path) -> None:
    with store.read() as session:
        debt = session.query(Debt).filter_by(matter_id=full).one()
    offer = of_kind(PlanKind.BALLOON, full, debt.id, instalments=3, total=1_000_000, last=800_000)
    add(store, offer)
    agreement_from(store, offer.id, agreed_on=DAY)
    said = "共3期，前2期每期1,000.00元，末期一次付8,000.00元"
    text = docx_text(letters.write(store, full, "cn-instalment-agreement", tmp_path / "1").docx)
    assert said in text
    assert "按合计10,000.00元（人民币壹万元整）结清" in text
    with store.work() as session:
        session.query(Instalment).filter_by(amount=800_000).one().amount = 799_999
    text = docx_text(letters.write(store, full, "cn-instalment-agreement", tmp_path / "2").docx)
    assert said not in text
    assert "7,999.99" in text, "what a person changed is printed as it is"


def test_an_offer_that_is_no_plan_yet_says_what_it_lacks(store: Store, full: int) -> None:
    add(store, Offer(matter_id=full, made_on=dt.date(2026, 11, 9), total=100))
    lacking = {one.path for one in letters.checklist(store, full, FORM).missing if one.required}
    assert "offer.first_due_on" in lacking
    bare = Matter(ref="B-1", name="B", client_id=1)
    add(store, bare)
    assert "circumstances" in {one.path for one in letters.checklist(store, bare.id, FORM).missing if one.required}


@pytest.mark.parametrize(("form", "law", "limitation"), [
    ("us-repayment-proposal", Jurisdiction.US, "state law"),
    ("ew-repayment-proposal", Jurisdiction.EW, "s 29(5), secondary source")])
def test_a_proposal_in_english_prints_plan_and_means_and_warns_of_limitation(
        store: Store, full: int, tmp_path: Path, form: str, law: Jurisdiction, limitation: str) -> None:
    with store.work() as session:
        session.query(Matter).filter_by(id=full).one().jurisdiction = law
        session.query(Debt).filter_by(matter_id=full).one().currency = "GBP"
    add(store, of_kind(PlanKind.WAIVER, full, claim=6_000_000, first_due_on=dt.date(2027, 2, 6)))
    day = "February 6, 2027" if law is Jurisdiction.US else "6 February 2027"
    letter = letters.write(store, full, form, tmp_path, Choice(answers={"situation": "I lost my work."}))
    assert not [one for one in letter.missing if one.required]
    for text in (pdf_text(letter.pdf), docx_text(letter.docx)):
        assert squeezed("36 payments of GBP 1,000.00, GBP 36,000.00 in all. Of the GBP 60,000.00 claimed, "
                        "GBP 24,000.00 would be waived.") in text
        assert squeezed("Income each month is GBP 6,800.00") in text
        assert squeezed(day) in text, "a holiday in China moves nothing elsewhere"
        assert squeezed("Your written agreement to this plan") in text
    remarks = letters.checklist(store, full, form).remarks
    assert any(limitation in one for one in remarks)
    assert remarks[0].startswith("A letter that admits the debt ")
    assert find_form(form).admits
