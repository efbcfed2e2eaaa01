"""How a letter says what it says: stops, days, addresses, numbers of contacts, and which law is cited."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from casedesk.base.errors import DocumentError
from casedesk.casework import letters, templates
from casedesk.casework.forms import Basis
from casedesk.exports.letters import pdf, word
from casedesk.exports.letters.markup import Block, Row, read, seal
from casedesk.exports.letters.text import fill
from casedesk.exports.letters.values import Missing
from casedesk.exports.pages import A4
from casedesk.records import Claim, Client, Creditor, Debt, Finding, Incident, Matter, Offer, Payment
from casedesk.records.record import Record
from casedesk.records.words import (
    Channel,
    ClaimKind,
    CreditorKind,
    Direction,
    FindingState,
    Jurisdiction,
    Product,
    Role,
)
from casedesk.store.cabinet import Store
from tests.casework.test_letters import add, pdf_text, squeezed
from tests.conftest import QUICK

AT = dt.datetime(2024, 2, 29, 4, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made, _ = Store.create(tmp_path_factory.mktemp("said") / "cabinet", "pass", who="tester", cost=QUICK)
    with made:
        yield made


def matter(store: Store, *contacts: dict[str, Any], law: Jurisdiction = Jurisdiction.CN,
           kind: CreditorKind = CreditorKind.BANK, product: Product = Product.CREDIT_CARD) -> int:
    client, bank = Client(name="Bo Li", address="1 High St\nNew York, NY 10001"), Creditor(name="Bank", kind=kind)
    add(store, client, bank)
    found = Matter(ref=f"R{client.id}", name="Li", client_id=client.id, jurisdiction=law)
    add(store, found)
    records: list[Record] = [Debt(matter_id=found.id, creditor_id=bank.id, product=product, contract_number="1")]
    plain: dict[str, Any] = {"at": AT, "channel": Channel.CALL, "reached": Role.DEBTOR}
    add(store, *records, *(Incident(matter_id=found.id, **plain | one) for one in contacts))
    return found.id


def said(store: Store, matter_id: int, form: str, folder: Path) -> str:
    return pdf_text(letters.write(store, matter_id, form, folder).pdf)


@pytest.mark.parametrize(("text", "typed", "printed"), [
    ("{{ a }}.", "They called.", "They called."), ("{{ a }}.", "They called", "They called."),
    ("{{ a }}。", "停止！", "停止！"), ("{{ a }}（二）：三", "恐吓。", "恐吓（二）：三"),
    ("（{{ a }}）", "第一条。", "（第一条）"), ("of {{ a }}, owed", "Acme Inc.", "of Acme Inc., owed"),
    ("{{ a }}.5", "1.", "1..5")])
def test_a_sentence_has_one_stop(text: str, typed: str, printed: str) -> None:
    assert read(text.replace("{{ a }}", seal(typed)), "zh") == [Block("text", printed)]


def test_a_day_is_written_as_its_readers_write_it() -> None:
    day, none = dt.date(2024, 2, 29), Missing("count.last", "Last")
    text = "{{ day }}; {{ day|years_later(3) }}; {{ address|inline }}; {{ no|years_later(3) }} {{ no|inline }}"
    values = {"day": day, "address": "1 High St\n New York", "no": none}
    filled = fill("text", {"text": text}.get, values, "en", month_first=True)
    assert filled.blocks[0].text.startswith("February 29, 2024; February 28, 2027; 1 High St, New York; [to be")
    assert filled.missing == [none]
    [block] = fill("text", {"text": text}.get, values, "en").blocks
    assert block.text.startswith("29 February 2024; 28 February 2027")


def test_a_preservation_letter_names_the_days_until_which_records_are_kept(store: Store, tmp_path: Path) -> None:
    found = said(store, matter(store, {}, {"at": AT + dt.timedelta(days=400)}, law=Jurisdiction.US), "us-preservation",
                 tmp_path)
    for told in ("known to me was on April 4, 2025", "kept until at least April 4, 2028",
                 "of a call on February 29, 2024", "until February 28, 2027"):
        assert squeezed(told) in found


def test_one_contact_is_told_as_one(store: Store, tmp_path: Path) -> None:
    missed = {"answered": False, "reached": Role.EMPLOYER}
    found = said(store, matter(store, missed, law=Jurisdiction.US), "us-declaration", tmp_path / "us")
    assert squeezed("On February 29, 2024, 1 contact is recorded, with a person other than the debtor") in found
    found = said(store, matter(store, missed), "cn-complaint", tmp_path / "cn")
    assert "2024年2月29日，共记录催收联系1次；其中联系债务人、保证人以外的第三人的1次。情况如下：" in found
    assert "0次" not in found


def test_calls_of_our_own_are_not_told_as_the_other_sides(store: Store, tmp_path: Path) -> None:
    ours = {"direction": Direction.OUT, "words": "我方去电"}
    found = said(store, matter(store, ours, {"words": "请还款"}, ours), "cn-complaint", tmp_path)
    assert "共记录催收联系1次" in found
    assert "请还款" in found
    assert "我方去电" not in found
    assert "另有" not in found


def test_contacts_without_a_number_are_counted_on_the_report_sheet(store: Store, tmp_path: Path) -> None:
    found = said(store, matter(store, {}, {"number": "10086"}, {}), "cn-12321", tmp_path)
    assert "100861未显示2" in found
    assert "待补：催收事件" not in found


def test_law_is_cited_where_it_is_law_for_this_debt(store: Store, tmp_path: Path) -> None:
    card = matter(store)
    loan = matter(store, kind=CreditorKind.PRIVATE, product=Product.PRIVATE_LOAN)
    lpr, courts, article = "法释〔2020〕17号", "法发〔2017〕22号", "第七十条（信用卡，最长五年）"
    answers = letters.Choice(answers={"cap": "年利率24%"})
    for matter_id, form, printed, left_out in (
            (card, "cn-defence-cost", courts, lpr), (loan, "cn-defence-cost", lpr, courts),
            (card, "cn-instalment-application", article, lpr), (loan, "cn-instalment-application", "请求", "依据")):
        text = pdf_text(letters.write(store, matter_id, form, tmp_path / f"{matter_id}{form}",
                                      answers if "cost" in form else None).pdf)
        text = text[text.index("1/") if "1/" in text else 0:]
        assert printed in text
        assert left_out not in text


def test_a_box_is_ticked_where_it_was_said_and_nowhere_else(store: Store, tmp_path: Path) -> None:
    found = matter(store)
    with store.work() as session:
        debt = session.query(Debt).filter_by(matter_id=found).one()
        client = session.get_one(Client, session.get_one(Matter, found).client_id)
        client.email = "li@example.org"
        session.add_all([Claim(matter_id=found, debt_id=debt.id, kind=kind, amount=amount) for kind, amount in (
            (ClaimKind.PRINCIPAL, 900), (ClaimKind.INTEREST, 100), (ClaimKind.FEE, 20), (ClaimKind.COST, 5000))])
        session.add_all([Payment(matter_id=found, debt_id=debt.id, paid_on=AT.date(), amount=n) for n in (100, 50)])
    for form, answers, printed in (
            ("loan-answer", {"authority": "特别授权", "e_service": "邮箱", "mediation_first": "否"},
             ("一般授权□特别授权☑", "是☑方式：短信□邮箱☑其他□（li@example.org）否□", "是□否☑暂不确定")),
            ("card-answer", {}, ("一般授权□特别授权□", "是□方式：短信□邮箱□其他□否□", "是□否□暂不确定")),
            ("private-complaint",
             {"way": "转账", "method": "等额本金", "registered": "否", "third": "无", "early": "否"},
             ("现金□转账☑其他□", "等额本息□等额本金☑", "是□（正式登记□预告登记□）否☑", "有□无☑", "解除合同□否☑")),
            ("card-complaint", {"registered": "预告登记", "court_fee": "是", "branch": "城西支行"},
             ("是☑（正式登记□预告登记☑）否□", "合计1.20元", "共2笔，合计1.50元", "受理支行：城西支行"))):
        text = pdf_text(letters.write(store, found, f"cn-{form}", tmp_path / form, letters.Choice(answers=answers)).pdf)
        assert [one for one in printed if one not in text] == []


def test_a_debt_in_another_currency_is_in_it_and_never_in_capitals_of_the_yuan(store: Store, tmp_path: Path) -> None:
    found = matter(store)
    with store.work() as session:
        debt = session.query(Debt).filter_by(matter_id=found).one()
        debt.currency, debt.claimed, debt.principal = "HKD", 1, 1_234_567_890
        session.add(Offer(matter_id=found, debt_id=debt.id, made_on=AT.date(), total=2, instalments=2,
                          first_due_on=AT.date()))
    told = said(store, found, "cn-instalment-application", tmp_path / "a")
    assert all(one in told for one in ("金额合计0.01HKD", "共2期，每期0.01HKD，合计0.02HKD。", "金额（HKD）"))
    assert "人民币" not in told
    assert "实际发放：12,345,678.90HKD" in said(store, found, "cn-loan-complaint", tmp_path / "b")


def test_law_is_cited_for_the_days_it_was_law(store: Store, tmp_path: Path) -> None:
    before, after = matter(store, {}), matter(store, {}, {"at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)})
    told = said(store, before, "cn-police-report", tmp_path / "before")
    assert "治安管理处罚法" not in told
    assert "依法责令行为人一定期限内禁止接触" in told
    assert any("旧条文" in one or "old art. 42" in one for one in letters.checklist(
        store, before, "cn-police-report").remarks)
    told = said(store, after, "cn-police-report", tmp_path / "after")
    assert told.count("治安管理处罚法") == 2


def test_what_is_missing_of_which_debt_is_told_in_the_language_of_the_letter(store: Store, tmp_path: Path) -> None:
    told = said(store, matter(store), "cn-loan-complaint", tmp_path)
    assert "债务信用卡1的本金" in told
    assert "Creditcard" not in told


def test_law_of_any_lender_stays_while_the_lender_is_not_known() -> None:
    one = Basis(text={}, confidence="V", source="read", lenders=("private",), products=("credit-card",))
    assert one.fits((), None)
    assert one.fits(("bank", "private"), "credit-card")
    assert not one.fits(("bank",), None)
    assert not one.fits((), "mortgage")


def test_closing_words_and_signature_keep_the_last_row_with_them(tmp_path: Path) -> None:
    closing = [Block("flush", "　　此致"), Block("flush", "海州市人民法院"), Block("sign", "具状人（签字、盖章）"),
               Block("date")]
    for above in range(12, 60):
        table = Block("table", rows=(Row(("一", "行")),) * 20, widths=(1.0, 1.0))
        head = pdf.Sheets("zh", A4, top=pdf.HEAD + above * 4)
        pdf.lay_out([table, *closing], head)
        last = head.pages[-1]
        assert any(isinstance(one, pdf.Text) and one.text == "行" for one in last)


def test_lines_to_sign_are_one_paragraph_in_word_with_what_they_close(tmp_path: Path) -> None:
    blocks = [Block("text", "正文"), Block("sign", "甲方"), Block("sign", "乙方"), Block("date"), Block("text", "附")]
    word.write(blocks, tmp_path / "a.docx", lang="zh", title="a")
    above, signs, below = Document(str(tmp_path / "a.docx")).paragraphs
    assert [line.partition("：")[0] for line in signs.text.split("\n")] == ["甲方", "乙方", "日期"]
    assert signs.paragraph_format.keep_together
    assert above.paragraph_format.keep_with_next
    assert not signs.paragraph_format.keep_with_next
    assert below.text == "附"


def test_a_line_to_sign_is_whole_for_a_firm_of_usual_name() -> None:
    sheets = pdf.Sheets("zh", A4)
    for who in ("具状人（签字、盖章）", "广东合飞律师事务所（盖章）"):
        pdf.lay_out([Block("sign", who)], sheets)
        assert len(sheets.pages[-1]) == 1


def test_a_worksheet_names_the_issue_that_findings_point_to_and_what_has_no_place_in_its_text(store: Store) -> None:
    found = matter(store, law=Jurisdiction.US)
    add(store, *(Finding(matter_id=found, rule=rule, state=state) for rule, state in (
        ("us.calls.7in7", FindingState.OPEN), ("us.medium.optout", FindingState.CONFIRMED),
        ("us.false.crime", FindingState.DISMISSED), ("us.timebarredness", FindingState.OPEN))))
    choice = letters.Choice(answers={"narrative": "They called BO LI about 1."})
    remarks = letters.checklist(store, found, "us-cfpb", choice).remarks
    assert "“Issue”: findings point to Communication tactics; Electronic communications." in remarks
    assert [one for one in remarks if "no place there" in one] == [
        "“What happened (no names, account or SSN)” tells “Bo Li”, which has no place there."]


@pytest.mark.parametrize(("texts", "told"), [
    (("{% for one in incidents %}",), "no commands"), (("{{client.name",), "places in double braces"),
    (("{{client.name}} and {{ 7*7",), "places in double braces"), (("before {{text}}",), "stands alone"),
    (("{{text}}", "{{ text }}"), "twice"), (("cell: {{text}}",), "not in a table")])
def test_a_template_that_would_print_its_own_signs_is_refused(
        store: Store, tmp_path: Path, texts: tuple[str, ...], told: str) -> None:
    document = Document()
    for text in texts:
        if text.startswith("cell: "):
            document.add_table(1, 1).cell(0, 0).text = text.removeprefix("cell: ")
        else:
            document.add_paragraph(text)
    document.save(str(tmp_path / "own.docx"))
    with pytest.raises(DocumentError, match=told):
        templates.keep(store, tmp_path / "own.docx", "cn-report")


def test_places_that_name_nothing_are_told_when_a_template_is_kept_and_never_printed_as_they_are(
        store: Store, tmp_path: Path) -> None:
    bad = ["client", "incidents", "incidents.0", "count", "count.numbers", "asked", "asked.nothing", "groups",
           "lacking", "client.nmae", "client.__class__", "client.name.upper", "client.name()", "7*7", "", "CLIENT.NAME",
           "debt.lender", "self", "findings.0.title", "client['name']", "client|upper"]
    good = ["client.name", "debt.lender.name", "count.all", "count.first", "plan.count", "basis", "title", "firm",
            "claimed.principal", "asked.days", "means.income", "lawyer.licence"]
    document = Document()
    for path in (*bad, *good):
        document.add_paragraph(f"{{{{{path}}}}}")
    document.add_paragraph("{{ text }}")
    document.save(str(tmp_path / "own.docx"))
    assert templates.keep(store, tmp_path / "own.docx", "cn-lawyer-letter") == bad
    letter = letters.write(store, matter(store, {}), "cn-lawyer-letter", tmp_path)
    templates.forget(store, "cn-lawyer-letter")
    lines = [one.text for one in Document(str(letter.docx)).paragraphs]
    assert lines[:len(bad)] == [f"【未知项：{path}】" for path in bad]
    assert not re.search(r"object at|<class|datetime|未知项", "".join(lines[len(bad):]))
    assert "律师函" in lines
