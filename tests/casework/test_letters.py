"""Every filing form, filled from a full and from a poor matter, and read back from both files."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from casedesk.base import i18n
from casedesk.base.errors import DocumentError, InvalidEntry
from casedesk.base.fonts import SONG
from casedesk.casework import documents, letters, templates
from casedesk.casework.forms import Form, forms, offered, text_of
from casedesk.casework.letters import Choice, value_at
from casedesk.exports import pages as kit
from casedesk.exports.bundle.profiles import profile_ids
from casedesk.exports.letters import citing, headed, pdf, word
from casedesk.exports.letters.markup import Block, Row, read as read_markup, seal
from casedesk.exports.letters.text import fill
from casedesk.exports.letters.told import LISTS
from casedesk.records import (
    Agreement,
    Circumstance,
    Claim,
    Client,
    Collector,
    ContactPerson,
    Creditor,
    Debt,
    Evidence,
    EvidenceLink,
    Finding,
    FindingIncident,
    Guarantor,
    Incident,
    Instalment,
    Matter,
    Offer,
    Payment,
    Setting,
    User,
)
from casedesk.records.record import Record
from casedesk.records.words import Channel, CircumstanceKind, ClaimKind, FindingState, Jurisdiction, Role
from casedesk.rules.rulebook import shipped
from casedesk.store.cabinet import Store
from tests.conftest import QUICK

DAY = dt.date(2026, 11, 3)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORDS = "# 今天不还|{{ 7 * 7 }}\n## <b>就去单位</b>"
WITH_TEXT = [form for form in forms().values() if form.has_text]
LEFT_OVER = re.compile(r"\{\{|\}\}|\{%|%\}|\{[a-z_.]+\}|[\ufdd0-\ufdef]")


def squeezed(text: str) -> str:
    return "".join(text.split())


def pdf_pages(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    found = [squeezed(page.get_textpage().get_text_range()) for page in document]
    document.close()
    return found


def pdf_text(path: Path) -> str:
    return "".join(pdf_pages(path))


def docx_text(path: Path) -> str:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return squeezed("".join([*(one.text for one in document.paragraphs), *cells]))


def add(store: Store, *records: Record | Setting) -> None:
    with store.work() as session:
        session.add_all(records)


@pytest.fixture(scope="module")
def cabinet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, int, int]]:
    """A cabinet with a full matter and a poor one."""
    store, _ = Store.create(tmp_path_factory.mktemp("letters") / "cabinet", "pass", who="tester", cost=QUICK)
    with store:
        yield store, full_matter(store), poor_matter(store)


def poor_matter(store: Store) -> int:
    client = Client(name="林某")
    add(store, client)
    matter = Matter(ref="P-1", name="林某一案", client_id=client.id)
    add(store, matter)
    return matter.id


def full_matter(store: Store) -> int:
    client = Client(
        name="林𬭎", other_name="Lin Hong", born_on=dt.date(1990, 1, 1), identity_number="11010519491231002X",
        phone="13900001234", email="lin@example.org", address="海州市新城区1号", employer="某厂")
    bank = Creditor(name="海州银行", address="海州市2号", phone="95599", legal_representative="赵某",
                    credit_code="91350100M000100Y43")
    lawyer = User(name="周律师", licence="14401202010123456", phone="0755-1", email="zhou@example.org")
    add(store, client, bank, lawyer, Setting(key="firm", value={"name": "合飞律师事务所"}))
    matter = Matter(ref="F-1", name="林𬭎 / 海州银行", client_id=client.id, responsible="周律师",
                    court="海州市人民法院", case_number="（2026）粤0305民初1234号")
    collector = Collector(name="北辰催收", creditor_id=bank.id, address="北辰路3号")
    add(store, matter, collector)
    debt = Debt(matter_id=matter.id, creditor_id=bank.id, collector_id=collector.id, contract_number="6225-0917",
                contract_on=DAY, principal=5_000_000, claimed=5_831_050, claimed_as_of=DAY, rate="0.05%/日",
                overdue_rate="上浮50%", fees="违约金", released_on=DAY, due_on=DAY, overdue_since=DAY)
    person = ContactPerson(matter_id=matter.id, name="林母", phone="13800000000", refused_on=DAY)
    add(store, debt, person)
    add(store, *of_debt(matter.id, debt.id))
    told(store, matter.id, person.id, collector.id)
    return matter.id


def of_debt(matter_id: int, debt_id: int) -> list[Record]:
    return [
        Circumstance(matter_id=matter_id, kind=CircumstanceKind.INCOME, what="工资", monthly=680_000),
        Circumstance(matter_id=matter_id, kind=CircumstanceKind.HEALTH, what="住院两次", until=DAY),
        *(Claim(matter_id=matter_id, debt_id=debt_id, kind=kind, amount=amount) for kind, amount in (
            (ClaimKind.PRINCIPAL, 4_800_000), (ClaimKind.INTEREST, 300_000), (ClaimKind.DAMAGES, 731_050))),
        Guarantor(matter_id=matter_id, debt_id=debt_id, name="林父", signed_on=DAY),
        Payment(matter_id=matter_id, debt_id=debt_id, paid_on=DAY, amount=10_000, payee="海州银行"),
        Offer(matter_id=matter_id, debt_id=debt_id, made_on=DAY, total=4_000_000, instalments=40, monthly=100_000,
              first_due_on=DAY, terms="免息"),
        Agreement(matter_id=matter_id, debt_id=debt_id, agreed_on=DAY, total=4_000_000, terms="照此履行"),
    ]


def told(store: Store, matter_id: int, person_id: int, collector_id: int) -> None:
    """Contacts, a finding on one of them, a plan, and an exhibit."""
    at = dt.datetime(2026, 11, 3, 14, 14, tzinfo=dt.UTC)
    incidents = [Incident(matter_id=matter_id, at=at + dt.timedelta(hours=n), channel=Channel.CALL, number="0755 8888",
                          reached=Role.RELATIVE, contact_person_id=person_id, collector_id=collector_id,
                          words=WORDS) for n in range(3)]
    finding = Finding(matter_id=matter_id, rule="夜间联系", citation="GB/T 45251-2025", why="22:14",
                      state=FindingState.CONFIRMED)
    undecided = Finding(matter_id=matter_id, rule="未决定的线索")
    shot = Evidence(matter_id=matter_id, name="短信截图", file_name="短信.png", source="委托人手机", proves="夜间来电",
                    sha256="ab" * 32, size=7)
    add(store, *incidents, finding, undecided, shot)
    with store.read() as session:
        agreement = session.query(Agreement).filter_by(matter_id=matter_id).one()
    add(store, FindingIncident(matter_id=matter_id, finding_id=finding.id, incident_id=incidents[0].id),
        EvidenceLink(matter_id=matter_id, evidence_id=shot.id, incident_id=incidents[0].id),
        *(Instalment(matter_id=matter_id, agreement_id=agreement.id, number=n, due_on=DAY, amount=100_000)
          for n in range(1, 4)))


def assert_alike(letter: letters.Letter) -> None:
    """Both files say the same; the PDF has its page numbers besides, and the head of a table on each of its pages."""
    printed = Counter("".join(re.sub(r"(第\d+页共\d+页|Page\d+of\d+)$", "", page) for page in pdf_pages(letter.pdf)))
    edited = Counter(squeezed("".join(one.text or "" for one in Document(str(letter.docx)).element.body.iter(
        "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"))))
    assert edited - printed == Counter()
    assert printed.keys() == edited.keys()


def answered(form: Form) -> Choice:
    return Choice(answers={one.name: one.choices[0] if one.choices else f"填写{one.name}" for one in form.asked})


@pytest.mark.parametrize("form", WITH_TEXT, ids=lambda form: form.id)
def test_a_full_matter_leaves_nothing_open(cabinet: tuple[Store, int, int], tmp_path: Path, form: Form) -> None:
    store, full, _ = cabinet
    letter = letters.write(store, full, form.id, tmp_path, answered(form))
    assert [one.label for one in letter.missing if one.required] == []
    assert_alike(letter)
    for text in (pdf_text(letter.pdf), docx_text(letter.docx)):
        assert not LEFT_OVER.search(text.replace("{{7*7}}", ""))
        for answer in answered(form).answers.values():
            assert squeezed(answer) in text
        assert "待补" not in text
        assert "tobecompleted" not in text
        assert "未决定的线索" not in text
        if "findings" in (text_of(form, "text") or ""):
            assert "夜间联系" in text
        if "timeline" in (text_of(form, "text") or ""):
            assert squeezed(WORDS) in text
        for basis in form.basis:
            assert basis.printed or squeezed(basis.text[form.lang]) not in text


@pytest.mark.parametrize("form", WITH_TEXT, ids=lambda form: form.id)
def test_a_poor_matter_gives_the_list_of_what_is_missing(
    cabinet: tuple[Store, int, int], tmp_path: Path, form: Form,
) -> None:
    store, _, poor = cabinet
    letter = letters.write(store, poor, form.id, tmp_path)
    wanted = [one for one in letter.missing if one.required]
    assert wanted
    assert_alike(letter)
    first = i18n.words(form.lang)("Draft: not to be filed yet")
    for text in (pdf_text(letter.pdf), docx_text(letter.docx)):
        assert not LEFT_OVER.search(text)
        assert squeezed(first) in text
        assert not re.search(r"None(?!\.)|（）", text)  # but for “None.” where no exhibit is
    for one in wanted:  # of whom or what, and where it is entered
        assert one.where
        assert one.path.startswith("asked.") or one.path in {*LISTS, "firm"} or re.search(r"的| \(", one.label)
    checked = letters.checklist(store, poor, form.id)
    assert not checked.complete
    assert [one.path for one in checked.missing] == [one.path for one in letter.missing]


@pytest.mark.parametrize("form", forms().values(), ids=lambda form: form.id)
def test_a_form_is_whole(cabinet: tuple[Store, int, int], form: Form) -> None:
    store, full, _ = cabinet
    assert form.profile in profile_ids()
    texts = [form.title, form.addressee, form.who, form.copies, *form.attachments, *form.warnings,
             *(one.text for one in form.basis), *(one.text for one in form.asked),
             *(one.text for one in form.deadlines)]
    assert all(set(one) == {"zh", "en"} and all(one.values()) for one in texts if one)
    assert form.title["zh"]
    told = [(one.source, one.confidence) for one in form.basis] + [
        (one.source, one.confidence) for one in form.deadlines]
    assert all(source and confidence in ("V", "V2", "S", "U", "M") for source, confidence in told)
    with documents.dossier(store, full, form.lang) as dossier:
        values = letters._values(store, dossier, form, Choice())
    for path in (*form.required, *form.optional):
        assert path in LISTS or value_at(values, path) is not None
    if form.has_text:
        assert form.addressee
        assert form.who


def test_the_forms_the_issue_names_are_there() -> None:
    assert [len(offered(law)) for law in ("cn", "us", "ew")] == [29, 10, 7]


def test_the_same_matter_gives_the_same_bytes(cabinet: tuple[Store, int, int], tmp_path: Path) -> None:
    store, full, _ = cabinet
    first = letters.write(store, full, "cn-complaint", tmp_path / "1")
    second = letters.write(store, full, "cn-complaint", tmp_path / "2")
    assert first.pdf.read_bytes() == second.pdf.read_bytes()
    assert first.docx.read_bytes() == second.docx.read_bytes()


def test_the_firms_own_template_takes_the_text_and_the_values(
        cabinet: tuple[Store, int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, full, _ = cabinet
    monkeypatch.setattr(headed, "libreoffice", lambda: None)
    template = Document()
    template.sections[0].header.paragraphs[0].text = "{{firm}} 信笺"
    split = template.add_paragraph("委托人 {{cli")
    split.add_run("ent.name}}，{{nothing.here}} {{ 7*7 }}")
    template.add_paragraph("{{text}}")
    template.add_paragraph("合飞·结尾")
    template.save(str(tmp_path / "own.docx"))
    templates.keep(store, tmp_path / "own.docx", "cn-stop-contact")
    letter = letters.write(store, full, "cn-stop-contact", tmp_path)
    made = Document(str(letter.docx))
    assert made.sections[0].header.paragraphs[0].text == "合飞律师事务所 信笺"
    printed = pdf_text(letter.pdf)
    assert all(squeezed(one) in printed for one in ("合飞律师事务所 信笺", "委托人 林𬭎", "合飞·结尾"))
    lines = [one.text for one in made.paragraphs]
    assert lines[0] == "委托人 林𬭎，【未知项：nothing.here】 【未知项：7*7】"
    assert lines[-1] == "合飞·结尾"
    assert "停止联系第三人通知书" in lines
    assert {"{{nothing.here}}", "{{7*7}}"} <= {one.label for one in letter.missing if one.required}
    assert len(made.tables) == 2  # one of them on the draft's sheet
    templates.forget(store, "cn-stop-contact")
    plain = Document(str(letters.write(store, full, "cn-stop-contact", tmp_path).docx))
    assert "合飞·结尾" not in [one.text for one in plain.paragraphs]
    templates.keep(store, tmp_path / "own.docx")
    other = Document(str(letters.write(store, full, "cn-report", tmp_path).docx))
    assert other.sections[0].header.paragraphs[0].text == "合飞律师事务所 信笺"
    templates.forget(store)


def hostile(kind: str, path: Path) -> Path:
    """A letterhead with something in it that runs, or is fetched."""
    document = Document()
    paragraph, rels = document.add_paragraph("{{text}}"), document.part
    if kind == "picture":
        rels.relate_to("https://example.org/a.png", f"{OFFICE}/image", is_external=True)
    elif kind == "macro":
        rels.relate_to(Part(PackURI("/word/vbaProject.bin"), "application/vnd.ms-office.vbaProject", b"x",
                            document.part.package), "http://schemas.microsoft.com/office/2006/relationships/vbaProject")
    elif kind == "object":
        rels.relate_to(Part(PackURI("/word/embeddings/o.bin"), "application/octet-stream", b"x", document.part.package),
                       f"{OFFICE}/oleObject")
    else:
        for tag, text in (("w:fldChar", ""), ("w:instrText", " DD"), ("w:instrText", "EAUTO c:\\\\cmd.exe ")):
            element = OxmlElement(tag)
            element.text = text
            paragraph.add_run()._r.append(element)
    document.save(str(path))
    return path


@pytest.mark.parametrize(("kind", "named"), [
    ("picture", "https://example.org/a.png"), ("macro", "vbaProject"), ("object", "oleObject"), ("field", "DDEAUTO")])
def test_a_template_that_runs_or_fetches_something_is_not_kept(
        cabinet: tuple[Store, int, int], tmp_path: Path, kind: str, named: str) -> None:
    store, _, _ = cabinet
    with pytest.raises(DocumentError, match=named):
        templates.keep(store, hostile(kind, tmp_path / "own.docx"))
    assert templates.of_form(store, "cn-report") is None


def test_a_template_that_unpacks_to_very_much_is_not_kept(cabinet: tuple[Store, int, int], tmp_path: Path) -> None:
    store, _, _ = cabinet
    Document().save(str(tmp_path / "own.docx"))
    with zipfile.ZipFile(tmp_path / "own.docx", "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/media/a.bmp", bytes(100_000_001))
    with pytest.raises(DocumentError, match="100 MB"):
        templates.keep(store, tmp_path / "own.docx")


def test_places_are_filled_in_boxes_tables_and_beside_what_is_no_text(
        cabinet: tuple[Store, int, int], tmp_path: Path) -> None:
    store, full, _ = cabinet
    document = Document()
    document.settings.element.append(OxmlElement("w:attachedTemplate"))
    [settings] = [part for part in document.part.package.iter_parts() if part.partname == "/word/settings.xml"]
    settings.relate_to("file:///C:/Firm.dotm", f"{OFFICE}/attachedTemplate", is_external=True)
    foot = document.sections[0].footer.paragraphs[0]
    foot.add_run("{{fi")
    foot.add_run("rm}} ").bold = True
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)
    box = OxmlElement("w:txbxContent")
    inner = OxmlElement("w:p")
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "{{ client.name }}"
    run.append(text), inner.append(run), box.append(inner)
    document.add_paragraph("box ").add_run()._r.append(box)
    document.add_table(1, 1).cell(0, 0).text = "{{matter.court}}"
    document.add_paragraph("{{text}}")
    document.save(str(tmp_path / "own.docx"))
    templates.keep(store, tmp_path / "own.docx", "cn-report")
    made = letters.write(store, full, "cn-report", tmp_path / "made").docx
    templates.forget(store, "cn-report")
    with zipfile.ZipFile(made) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist() if name.endswith((".xml", ".rels"))}
    foot_xml = parts["word/footer1.xml"]
    assert "合飞律师事务所" in foot_xml
    assert "PAGE" in foot_xml
    assert "{{" not in "".join(parts.values()).replace("{{ 7 * 7 }}", "")
    assert "林𬭎" in parts["word/document.xml"].partition("txbxContent")[2].partition("txbxContent")[0]
    assert "海州市人民法院" in parts["word/document.xml"].partition("<w:tbl>")[2]
    assert "Firm.dotm" not in "".join(parts.values())


def test_a_damaged_template_is_not_kept(cabinet: tuple[Store, int, int], tmp_path: Path) -> None:
    store, _, _ = cabinet
    (tmp_path / "bad.docx").write_bytes(b"not a document")
    with zipfile.ZipFile(tmp_path / "zip.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<broken")
    for name in ("bad.docx", "zip.docx"):
        with pytest.raises(DocumentError, match="template"):
            templates.keep(store, tmp_path / name)
    with pytest.raises(InvalidEntry):
        templates.keep(store, tmp_path / "nowhere.docx")
    with pytest.raises(InvalidEntry, match="mars"):
        templates.keep(store, tmp_path / "bad.docx", "mars")
    assert templates.of_form(store, "cn-report") is None


def test_what_is_chosen_must_belong_to_the_matter(cabinet: tuple[Store, int, int]) -> None:
    store, full, _ = cabinet
    with pytest.raises(InvalidEntry):
        letters.checklist(store, full, "cn-complaint", Choice(debt=999))


def test_answers_are_held_to_what_the_form_takes(cabinet: tuple[Store, int, int]) -> None:
    store, full, _ = cabinet
    answers = {"issue": "Something else", "narrative": "x" * 4001}
    told = " ".join(letters.checklist(store, full, "us-cfpb", Choice(answers=answers)).remarks)
    assert "must be one of: Attempts to collect" in told
    assert "4,001 characters" in told
    with pytest.raises(InvalidEntry, match="colour"):
        letters.checklist(store, full, "us-cfpb", Choice(answers={"colour": "red"}))


def test_a_debt_is_chosen_by_its_contract_number(cabinet: tuple[Store, int, int]) -> None:
    store, full, _ = cabinet
    assert letters.choose(store, full, debt="6225-0917", answers={}).debt is not None
    with pytest.raises(InvalidEntry, match="0000"):
        letters.choose(store, full, debt="0000", answers={})


def test_undecided_findings_and_unsure_law_are_told_to_the_lawyer(cabinet: tuple[Store, int, int]) -> None:
    store, full, _ = cabinet
    remarks = " ".join(letters.checklist(store, full, "cn-complaint").remarks)
    assert "1 finding is undecided" in remarks
    told = letters.checklist(store, full, "cn-instalment-application").remarks
    assert any("restarts the period" in one for one in told)
    assert "article number not seen" in remarks


def test_a_template_cannot_reach_out_of_its_sandbox() -> None:
    for text in ("{{ client.__class__ }}", "{{ ''.__class__.__mro__ }}", "{{ nothing }}", "{% include 'other' %}",
                 "{{ client.append(1) }}"):
        with pytest.raises(DocumentError, match="text"):
            fill("text", {"text": text}.get, {"client": ["a"]}, "zh")


@pytest.mark.parametrize(("typed", "printed"), [
    ("stop\n\n delete it ", ["stop", "delete it"]), ("1. stop\n2、delete", ["stop", "delete"]),
    ("1. stop\n3. delete", ["1. stop", "3. delete"]), ("1.5 times is too much", ["1.5 times is too much"]),
    ("（1）停止\n（2）删除", ["停止", "删除"]), ("stop | it", ["stop | it"])])
def test_each_line_of_an_answer_is_a_numbered_item(typed: str, printed: list[str]) -> None:
    assert read_markup(f"+ {seal(typed)}\n+ Answer.", "en") == [
        Block("item", one, f"{number}.") for number, one in enumerate([*printed, "Answer."], 1)]


def test_markup_is_numbered_in_each_language() -> None:
    text = "## a\n### b\n+ c\n+ d\n## e\n+ f\n= g\n+ h"
    assert [block.number for block in read_markup(text, "zh")] == ["一、", "（一）", "1.", "2.", "二、", "1.", "", "2."]
    assert [block.number for block in read_markup(text, "en")] == ["1.", "(a)", "1.", "2.", "2.", "1.", "", "2."]


@pytest.mark.parametrize(("number", "words"), [
    (1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九"), (101, "一百零一"),
    (110, "一百一十"), (1000, "一千"), (1010, "一千零一十"), (1034, "一千零三十四"), (9999, "九千九百九十九")])
def test_chinese_numbers(number: int, words: str) -> None:
    assert citing.chinese(number) == words


def test_law_is_cited_in_one_way_within_a_letter() -> None:
    assert citing.in_words("《民法典》第1034—1038条；《刑法》第293条之一第1款第2项；GB/T 45251 5.3") == (
        "《民法典》第一千零三十四条至第一千零三十八条；《刑法》第二百九十三条之一第一款第二项；GB/T 45251 5.3")
    names = re.findall("《[^》]+》", "".join([
        *(one.instrument.name["zh"] for rule in shipped(Jurisdiction.CN).rules for one in rule.bases),
        *(one.text["zh"] for form in WITH_TEXT for one in form.basis)]))
    short = {name.replace("中华人民共和国", "") for name in names}
    assert short <= set(names)
    assert not [name for name in set(names) if name.replace("中华人民共和国", "") != name]


def test_an_element_form_is_filled_from_the_claimed_lines_and_the_answers(
        cabinet: tuple[Store, int, int], tmp_path: Path) -> None:
    store, full, poor = cabinet
    answers = {"collateral": "否", "security": "抵押房屋优先受偿", "notice": "未提示"}
    text = pdf_text(letters.write(store, full, "cn-card-complaint", tmp_path / "a", Choice(answers=answers)).pdf)
    for told in ("尚欠本金48,000.00元", "利息3,000.00元", "违约金7,310.50元", "是□否☑", "是☑内容：抵押房屋优先受偿否□"):
        assert told in text
    answers = {"claim_principal": "无", "fact_paid": "少计一笔"}
    text = pdf_text(letters.write(store, full, "cn-card-answer", tmp_path / "b", Choice(answers=answers)).pdf)
    assert "无☑有□" in text
    assert "无□有☑事实和理由：少计一笔" in text
    text = pdf_text(letters.write(store, full, "cn-loan-complaint", tmp_path / "c").pdf)
    for told in ("合计58,310.50元", "2026年11月3日，50,000.00元", "是否到期：是☑", "一般保证□连带责任保证□"):
        assert told in text
    assert "对方主张" not in text  # the other side is who complains here
    for form in ("cn-loan-complaint", "cn-private-complaint", "cn-card-complaint"):
        text = pdf_text(letters.write(store, poor, form, tmp_path / form).pdf)
        assert not re.search("截至[，：]|自起", text)


def test_a_poor_matter_marks_what_a_heading_or_a_table_would_hold(
        cabinet: tuple[Store, int, int], tmp_path: Path) -> None:
    store, _, poor = cabinet
    for form, mark in (("cn-complaint", "催收事件"), ("cn-12321", "催收事件"), ("cn-evidence-list", "证据"),
                       ("cn-instalment-agreement", "分期"), ("cn-stop-contact", "联系人")):
        assert f"【待补：{mark}】" in pdf_text(letters.write(store, poor, form, tmp_path / form).pdf)


def test_what_nobody_said_is_not_declared(cabinet: tuple[Store, int, int], tmp_path: Path) -> None:
    store, full, _ = cabinet
    for form, name, said, told in (("cn-nifa", "elsewhere", "未受理", "司法机关未受理"),
                                   ("cn-defence-limitation", "promised", "未作出", "未作出同意履行")):
        silent = letters.write(store, full, form, tmp_path / form)
        assert told not in pdf_text(silent.pdf)
        assert told in pdf_text(letters.write(store, full, form, tmp_path / name, Choice(answers={name: said})).pdf)


def test_the_closing_of_a_pleading_is_set_in_and_the_courts_name_is_not() -> None:
    assert [block.text for block in read_markup(". 　　此致\n. 人民法院", "zh")] == ["　　此致", "人民法院"]


def test_what_a_person_typed_is_never_markup() -> None:
    typed = "# a | b\r\n--- \u2028 \ufdd1 c"
    [block] = read_markup(seal(typed), "zh")
    assert block == Block("text", "# a | b\n--- \u2028 [U+FDD1] c")
    [table] = read_markup(f"| {seal('x | y')} | {seal('')}", "zh")
    assert table.rows[0].cells == ("x | y", "")


@pytest.mark.parametrize("before", [
    Block("text", "正文"), Block("table", rows=(Row(("证据", "名称")),) * 2, widths=(1.0, 1.0))])
def test_a_signature_never_stands_alone_on_a_page(tmp_path: Path, before: Block) -> None:
    for lines in range(20, 36):
        blocks = [*(Block("text", "一行") for _ in range(lines)), before, Block("sign", "投诉人"), Block("date")]
        pdf.write(blocks, tmp_path / "a.pdf", lang="zh", title="a")
        document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
        last = document[len(document) - 1].get_textpage().get_text_range()
        document.close()
        assert "正文" in last or "名称" in last


def test_a_long_name_is_signed_on_as_many_lines_as_it_takes(tmp_path: Path) -> None:
    line = pdf.signature(Block("sign", "合飞律师事务所（盖章）"), "zh")
    assert kit.wrap(line, SONG, 12, 220) == ["合飞律师事务所（盖章）：", "________________"]  # never part of it below
    name = "阿卜杜热合曼·买买提吐尔逊江" * 6
    pdf.write([Block("text", "正文"), Block("sign", name), Block("date")], tmp_path / "a.pdf", lang="zh", title="a")
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    read = document[0].get_textpage()
    assert name in squeezed(read.get_text_range())
    assert max(read.get_charbox(place)[2] for place in range(read.count_chars())) < document[0].get_width() - 60
    document.close()


def test_a_row_that_heads_others_stands_on_their_page(tmp_path: Path) -> None:
    for lines in range(14, 24):
        rows = (*(Row(("一", "行")) for _ in range(lines)), Row(("送达地址",), "across"), Row(("地址", "路" * 400)))
        pdf.write([Block("table", rows=rows, widths=(1.0, 1.0))], tmp_path / "a.pdf", lang="zh", title="a")
        document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
        for page in document:
            text = squeezed(page.get_textpage().get_text_range())
            assert ("送达地址" in text) == ("路路" in text)
        document.close()


def test_a_word_table_has_the_cells_of_the_pdf(tmp_path: Path) -> None:
    word.write([Block("table", rows=(Row(("序号", "证据"), "head"),), widths=(6.0, 80.0))], tmp_path / "a.docx",
               lang="zh", title="a")
    described = Document(str(tmp_path / "a.docx")).tables[0]._tbl.tblPr
    assert [margin.get(qn("w:w")) for margin in described.find(qn("w:tblCellMar"))] == [str(pdf.PAD * 20)] * 2
    assert [one.tag.rpartition("}")[2] for one in described] == [  # in the order of the schema
        "tblW", "tblBorders", "tblLayout", "tblCellMar", "tblLook"]


@pytest.mark.parametrize("above", [
    [Block("heading", "答复方式", "五、"), Block("text", "正文")],
    [Block("text", "正文"), Block("flush", "　　此致"), Block("flush", "海州市人民法院")],
    [Block("item", "12 CFR 1006.34(b)(5)"), Block("text", "Sincerely,")],
    [Block("text", "This demand refers to:"), Block("item", "12 CFR 1006.34(b)(5)")],
    [Block("heading", "证据", "五、"), Block("table", rows=(Row(("证据", "名称"), "head"), Row(("一", "正文"))),
                                         widths=(1.0, 1.0))]])
def test_nothing_that_leads_on_ends_a_page(tmp_path: Path, above: list[Block]) -> None:
    for lines in range(20, 36):
        blocks = [*(Block("text", "一行") for _ in range(lines)), *above, Block("sign", "投诉人"), Block("date")]
        pdf.write(blocks, tmp_path / "a.pdf", lang="zh", title="a")
        last = pypdfium2.PdfDocument(tmp_path / "a.pdf")
        text = squeezed(last[len(last) - 1].get_textpage().get_text_range())
        last.close()
        wanted = [squeezed(one.text) or "名称" for one in above]
        assert all(one in text for one in wanted)
