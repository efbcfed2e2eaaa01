"""A filing made step by step with the keyboard alone, noted as filed, and what is done with it afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPlainTextEdit, QWidget
from shiboken6 import isValid

from casedesk.casework import evidence, filings, package, templates
from casedesk.casework.drafts import drafts
from casedesk.casework.forms import find_form, forms, offered
from casedesk.casework.letters import Choice
from casedesk.records import Client, Creditor, Deadline, Debt, Evidence, Filing, Matter, Warned
from casedesk.records.words import FilingState
from casedesk.store.cabinet import Store
from casedesk.ui.filing import choose_form
from casedesk.ui.filing.card import FiledCard
from casedesk.ui.filing.checklist import ChecklistStep, told_term
from casedesk.ui.filing.choose_form import FormStep
from casedesk.ui.filing.exhibits import ExhibitsStep
from casedesk.ui.filing.keeping import Finding
from casedesk.ui.filing.masked import MaskedDialog
from casedesk.ui.filing.packing import PackStep
from casedesk.ui.filing.preflight import PreflightStep
from casedesk.ui.filing.preview import PreviewStep
from casedesk.ui.filing.section import FiledDialog, FilingsPanel
from casedesk.ui.filing.wizard import FilingWizard, open_wizard
from casedesk.ui.office import Office
from casedesk.ui.pages.due import ReadingDesk
from casedesk.ui.pages.letter_templates import LetterTemplates
from casedesk.ui.pages.matter_facts import Reading
from casedesk.ui.places import Place
from casedesk.ui.tables.plain import PlainModel
from casedesk.ui.tables.view import RowsView
from tests.ui.conftest import Until


def shot(path: Path, shade: int = 90) -> Path:
    Image.new("RGB", (300, 500), (shade, 40, 90)).save(path)
    return path


@pytest.fixture
def kept(store: Store, matter: Matter, tmp_path: Path) -> list[int]:
    """Two screenshots, and a debt to file about."""
    with store.work() as session:
        bank = Creditor(name="某银行")
        session.add(bank)
        session.flush()
        session.add(Debt(matter_id=matter.id, creditor_id=bank.id, contract_number="N-7"))
    found = evidence.add_files(store, matter.id, [shot(tmp_path / f"{n}.png", n) for n in (1, 2)])
    return [one.id for one in found]


@pytest.fixture
def wizard(office: Office, matter: Matter, store: Store, kept: list[int], shown: Callable[[QWidget], QWidget],
           quiet: Callable[[], None]) -> Iterator[FilingWizard]:
    facts = Reading(store, matter.id)()
    assert facts is not None
    made = FilingWizard(shown(QWidget()), office, facts)
    made.show()
    quiet()
    yield made
    if isValid(made):
        made.close()


def step_to(wizard: FilingWizard, at: int, until: Until, quiet: Callable[[], None]) -> None:
    while wizard.at < at:
        until(lambda: wizard.steps[wizard.at].ready)
        wizard.go_on()
        quiet()


def test_the_forms_of_the_jurisdiction_stand_in_groups_with_what_they_rest_on(wizard: FilingWizard) -> None:
    step = wizard.steps[0]
    assert isinstance(step, FormStep)
    heads = [step.tree.topLevelItem(at) for at in range(step.tree.topLevelItemCount())]
    assert sum(head.childCount() for head in heads if head is not None) == len(offered("cn"))
    step.choose(find_form("cn-lawyer-letter"))
    assert wizard.plan.form.id == "cn-lawyer-letter"
    assert step.boxes["creditor"].isVisibleTo(step)
    assert step.boxes["creditor"].currentText() == "某银行"
    step.choose(find_form("cn-evidence-list"))
    assert not step.boxes["creditor"].isVisibleTo(step)


def test_every_term_that_a_form_starts_is_told() -> None:
    assert all(told_term(term) for form in forms().values() for term in form.deadlines)


def test_what_is_missing_leads_to_where_it_is_entered_and_goes_when_it_is(
        wizard: FilingWizard, office: Office, store: Store, matter: Matter, until: Until,
        quiet: Callable[[], None]) -> None:
    went: list[Place] = []
    office.wanted.connect(went.append)
    step_to(wizard, 1, until, quiet)
    step = wizard.steps[1]
    assert isinstance(step, ChecklistStep)
    paths = {one.path: link for one, link in step.links}
    assert "client.phone" in paths
    QTest.keyClick(paths["client.phone"], Qt.Key.Key_Space)
    assert went == [Place("parties", None, "client", matter.client_id)]
    with store.work() as session:
        client = session.get(Client, matter.client_id)
        assert client is not None
        client.phone = "13800000000"
    until(lambda: "client.phone" not in {one.path for one, _ in step.links})


def test_the_forms_own_questions_are_typed_in_the_checklist(
        wizard: FilingWizard, until: Until, quiet: Callable[[], None]) -> None:
    first = wizard.steps[0]
    assert isinstance(first, FormStep)
    first.choose(find_form("cn-complaint"))
    step_to(wizard, 1, until, quiet)
    step = wizard.steps[1]
    assert isinstance(step, ChecklistStep)
    entry = step.entries["requests"]
    assert isinstance(entry, QPlainTextEdit | QLineEdit)
    QTest.keyClicks(entry, "apology")
    assert wizard.plan.choice.answers == {"requests": "apology"}
    wizard.go_back()
    step_to(wizard, 1, until, quiet)
    assert wizard.plan.choice.answers == {"requests": "apology"}


def type_requests(wizard: FilingWizard, until: Until, quiet: Callable[[], None]) -> None:
    first, step = wizard.steps[:2]
    assert isinstance(first, FormStep)
    assert isinstance(step, ChecklistStep)
    first.choose(find_form("cn-complaint"))
    step_to(wizard, 1, until, quiet)
    QTest.keyClicks(step.entries["requests"], "apology")


def requests_of(wizard: FilingWizard, until: Until, quiet: Callable[[], None]) -> tuple[str, str]:
    step_to(wizard, 1, until, quiet)
    step = wizard.steps[1]
    assert isinstance(step, ChecklistStep)
    entry = step.entries["requests"]
    assert isinstance(entry, QPlainTextEdit)
    return wizard.plan.form.id, entry.toPlainText()


def again(wizard: FilingWizard, quiet: Callable[[], None]) -> FilingWizard:
    """The wizard opened once more, as after the end of the program."""
    parent = wizard.parentWidget()
    assert parent is not None
    made = open_wizard(parent, wizard.office, wizard.plan.facts)
    quiet()
    return made


def test_what_was_typed_is_there_again_after_escape(
        wizard: FilingWizard, until: Until, quiet: Callable[[], None]) -> None:
    type_requests(wizard, until, quiet)
    QTest.keyClick(wizard, Qt.Key.Key_Escape)
    other = again(wizard, quiet)
    assert other is not wizard
    assert requests_of(other, until, quiet) == ("cn-complaint", "apology")
    other.close()


def test_what_was_typed_and_ordered_is_kept_while_the_wizard_is_open_and_offered_by_the_desk(
        wizard: FilingWizard, office: Office, store: Store, kept: list[int], until: Until,
        quiet: Callable[[], None]) -> None:
    type_requests(wizard, until, quiet)
    step_to(wizard, 2, until, quiet)
    exhibits = wizard.steps[2]
    assert isinstance(exhibits, ExhibitsStep)
    QTest.keyClick(exhibits.order.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(exhibits.order.list, Qt.Key.Key_Space)
    until(lambda: any(one.values["taken"] for one in drafts(store)))
    [waiting] = ReadingDesk(store)().drafts
    assert waiting.values["caption"].startswith("File: A-1 ")
    found = Finding(store, waiting.values)()
    assert found is not None
    other = FilingWizard(wizard, office, *found)
    quiet()
    assert other.kept.text().startswith("Continued from the draft")
    assert requests_of(other, until, quiet) == ("cn-complaint", "apology")
    step_to(other, 2, until, quiet)
    assert other.plan.choice.exhibits == wizard.plan.choice.exhibits == (kept[1],)
    assert other.plan.orders == [list(reversed(kept))]
    other.start_afresh()
    quiet()
    assert drafts(store) == []
    assert requests_of(other, until, quiet) == ("cn-complaint", "")
    step_to(other, 2, until, quiet)
    assert other.plan.choice.exhibits == tuple(kept)
    other.close()


def test_another_form_keeps_what_was_typed_for_the_first(
        wizard: FilingWizard, until: Until, quiet: Callable[[], None]) -> None:
    type_requests(wizard, until, quiet)
    first = wizard.steps[0]
    assert isinstance(first, FormStep)
    first.choose(find_form("cn-report"))
    assert "requests" not in wizard.plan.choice.answers
    first.choose(find_form("cn-complaint"))
    assert wizard.plan.choice.answers == {"requests": "apology"}


def test_the_draft_goes_when_it_was_filed(
        wizard: FilingWizard, store: Store, tmp_path: Path, until: Until, quiet: Callable[[], None]) -> None:
    type_requests(wizard, until, quiet)
    step = packed(wizard, tmp_path / "out", until, quiet)
    QTest.keyClicks(step.filed.recipient, "Court")
    until(lambda: any(one.values["filing"] for one in drafts(store)))
    other = FilingWizard(wizard, wizard.office, wizard.plan.facts)
    quiet()
    assert (other.pack.made, other.pack.filed.recipient.text()) == (tmp_path / "out", "Court")
    other.close()
    step.filed.save()
    until(lambda: not drafts(store))
    assert step.filed.said.text().startswith("Filed with Court.")


def test_exhibits_are_left_out_and_moved_and_nothing_is_written(
        wizard: FilingWizard, store: Store, kept: list[int], until: Until, quiet: Callable[[], None]) -> None:
    step_to(wizard, 2, until, quiet)
    step = wizard.steps[2]
    assert isinstance(step, ExhibitsStep)
    assert wizard.plan.choice.exhibits == tuple(kept)
    step.order.list.setFocus()
    QTest.keyClick(step.order.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert wizard.plan.choice.exhibits == tuple(reversed(kept))
    QTest.keyClick(step.order.list, Qt.Key.Key_Space)
    assert wizard.plan.choice.exhibits == (kept[1],)
    with store.read() as session:
        assert {(one.in_bundle, one.position) for one in session.query(Evidence)} == {(True, None)}


def test_a_file_that_cannot_be_shown_stops_the_wizard_until_a_slip_sheet_is_put(
        wizard: FilingWizard, store: Store, matter: Matter, tmp_path: Path, until: Until,
        quiet: Callable[[], None]) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing of it is true")
    evidence.add_files(store, matter.id, [tmp_path / "broken.pdf"])
    step_to(wizard, 3, until, quiet)
    step = wizard.steps[3]
    assert isinstance(step, PreflightStep)
    until(lambda: step.model.rows)
    assert "broken" in step.model.rows[0].cells[2]
    assert not step.ready
    wizard.go_on()
    assert wizard.at == 3
    step.slips.click()
    assert wizard.next.isEnabled()


def test_the_letter_is_seen_before_anything_is_written(
        wizard: FilingWizard, until: Until, quiet: Callable[[], None]) -> None:
    step_to(wizard, 4, until, quiet)
    step = wizard.steps[4]
    assert isinstance(step, PreviewStep)
    until(lambda: step.page.text().startswith("page 1 of"))


def packed(wizard: FilingWizard, out: Path, until: Until, quiet: Callable[[], None]) -> PackStep:
    step_to(wizard, 5, until, quiet)
    step = wizard.steps[5]
    assert isinstance(step, PackStep)
    step.out.setText(str(out))
    step.start()
    until(lambda: step.made is not None)
    return step


def test_a_package_is_made_and_noted_as_filed(
        wizard: FilingWizard, store: Store, tmp_path: Path, until: Until, quiet: Callable[[], None]) -> None:
    first = wizard.steps[0]
    assert isinstance(first, FormStep)
    first.choose(find_form("cn-report"))
    step = packed(wizard, tmp_path / "out", until, quiet)
    assert package.verify(tmp_path / "out") == []
    assert step.remarks.isVisibleTo(step)  # the letter still lacks what the poor matter has not
    step.filed.recipient.setText("某监管局")
    step.filed.receipt.setText("R-1")
    QTest.keyClick(step.filed.note, Qt.Key.Key_Space)
    until(lambda: step.filed.said.text().startswith("Filed with 某监管局."))
    with store.read() as session:
        filing = session.query(Filing).one()
        assert (filing.receipt, filing.form) == ("R-1", "cn-report")
        assert session.query(Deadline).count() == 1


def test_a_bundle_is_cut_by_the_limits_that_were_typed_and_these_are_kept(
        wizard: FilingWizard, tmp_path: Path, until: Until, quiet: Callable[[], None]) -> None:
    first = wizard.steps[0]
    assert isinstance(first, FormStep)
    first.choose(find_form("cn-nifa"))
    assert {name: entry.placeholderText() for name, entry in first.limits.items()} == {
        "max_mb": "2", "max_pages": "no limit"}
    QTest.keyClicks(first.limits["max_pages"], "-5.x")
    assert wizard.plan.limits == {"max_mb": "", "max_pages": "5"}
    assert again(wizard, quiet).plan.limits["max_pages"] == "5"
    packed(wizard, tmp_path / "out", until, quiet)
    assert len(package.manifest(tmp_path / "out")["bundle"]["files"]) > 1


def test_the_limits_of_a_known_court_are_chosen_and_kept(
        wizard: FilingWizard, monkeypatch: pytest.MonkeyPatch, quiet: Callable[[], None]) -> None:
    form = find_form("us-court")
    monkeypatch.setattr(choose_form, "offered", lambda _: [form])
    wizard.plan.choose_form(form)
    first = FormStep(wizard.plan)
    first.court.setCurrentIndex(first.court.findText("D. Neb."))
    first.court.activated.emit(first.court.currentIndex())
    assert first.limits["max_mb"].placeholderText() == "35"
    assert wizard.plan.limits["court"] == "us-dneb"
    assert wizard.plan.limited.portal is not None
    assert wizard.plan.limited.portal.max_total_mb == 100
    wizard.plan.choose_form(find_form("cn-report"))  # no court of its own country takes that limit
    assert wizard.plan.limited == find_form("cn-report")


def test_what_moved_since_the_last_filing_is_said_beside_the_package(
        wizard: FilingWizard, store: Store, matter: Matter, kept: list[int], tmp_path: Path, until: Until,
        quiet: Callable[[], None]) -> None:
    package.write(store, matter.id, tmp_path / "first", find_form("cn-report"), lang="zh",
                  choice=Choice(exhibits=(kept[1],)))
    filings.filed(store, matter.id, tmp_path / "first", recipient="某监管局", filed_on=dt.date(2026, 11, 27))
    first = wizard.steps[0]
    assert isinstance(first, FormStep)
    first.choose(find_form("cn-report"))
    step = packed(wizard, tmp_path / "out", until, quiet)
    assert "now 1-2" in step.remarks.text()
    assert "As filed on 2026-11-27: 1-1" in step.remarks.text()


def test_a_letter_that_admits_the_debt_is_packed_after_the_lawyers_answer(
        wizard: FilingWizard, office: Office, store: Store, tmp_path: Path, until: Until,
        quiet: Callable[[], None]) -> None:
    first = wizard.steps[0]
    assert isinstance(first, FormStep)
    first.choose(find_form("cn-instalment-application"))
    step_to(wizard, 5, until, quiet)
    step = wizard.steps[5]
    assert isinstance(step, PackStep)
    step.out.setText(str(tmp_path / "out"))
    step.start()
    quiet()
    assert step.asking.isVisible()
    assert "A letter that admits the debt" in step.asking.reason.text()
    step.asking.refrain.click()
    quiet()
    assert step.job is None
    step.start()
    quiet()
    step.asking.go_on.click()
    until(lambda: step.made is not None)
    with store.read() as session:
        assert [one.answer.value for one in session.query(Warned).order_by(Warned.id)] == ["refrain", "go-on"]


def test_making_can_be_stopped_and_leaves_nothing(
        wizard: FilingWizard, office: Office, tmp_path: Path, until: Until, quiet: Callable[[], None]) -> None:
    step_to(wizard, 5, until, quiet)
    step = wizard.steps[5]
    assert isinstance(step, PackStep)
    step.out.setText(str(tmp_path / "out"))
    step.start()
    step.cancel()
    until(lambda: not office.jobs.busy)
    QApplication.processEvents()
    assert step.said.text() == "Stopped; nothing was written."
    assert list(tmp_path.glob("out*")) == []


def test_enter_goes_on_makes_the_package_and_notes_it(
        wizard: FilingWizard, store: Store, tmp_path: Path, until: Until, quiet: Callable[[], None]) -> None:
    first, last = wizard.steps[0], wizard.steps[5]
    assert isinstance(first, FormStep)
    assert isinstance(last, PackStep)
    QTest.keyClick(first.tree, Qt.Key.Key_Return)
    assert wizard.at == 1
    step_to(wizard, 5, until, quiet)
    wizard.go_back()
    QTest.keyClick(wizard, Qt.Key.Key_Return)
    assert wizard.at == 5
    last.out.setText(str(tmp_path / "out"))
    QTest.keyClick(last.out, Qt.Key.Key_Return)
    until(lambda: last.made is not None)
    QTest.keyClicks(last.filed.recipient, "Court")
    QTest.keyClick(last.filed.recipient, Qt.Key.Key_Return)
    until(lambda: last.filed.said.text().startswith("Filed with Court."))
    with store.read() as session:
        assert session.query(Filing).count() == 1


def test_escape_leaves_and_one_may_go_back_by_the_list(
        wizard: FilingWizard, until: Until, quiet: Callable[[], None]) -> None:
    step_to(wizard, 2, until, quiet)
    wizard.list.setCurrentRow(0)
    assert wizard.at == 0
    wizard.list.setCurrentRow(2)
    assert wizard.at == 2
    QTest.keyClick(wizard, Qt.Key.Key_Escape)
    assert not wizard.isVisible()


@pytest.fixture
def filing(store: Store, matter: Matter, kept: list[int], tmp_path: Path) -> Filing:
    package.write(store, matter.id, tmp_path / "first", find_form("cn-report"), lang="zh")
    return filings.filed(store, matter.id, tmp_path / "first", recipient="某监管局", filed_on=dt.date(2026, 11, 27))


@pytest.fixture
def panel(office: Office, store: Store, matter: Matter, filing: Filing, shown: Callable[[QWidget], QWidget],
          until: Until, quiet: Callable[[], None]) -> FilingsPanel:
    facts = Reading(store, matter.id)()
    assert facts is not None
    made = FilingsPanel(office, facts)
    shown(made)
    quiet()
    made.select(filing.id)
    until(lambda: made.card.found is not None)
    return made


def rows(view: RowsView) -> list[tuple[str, ...]]:
    model = view.model()
    assert isinstance(model, PlainModel)
    return [row.cells for row in model.rows]


def test_a_package_is_proved_to_be_the_one_that_was_filed(
        panel: FilingsPanel, office: Office, filing: Filing, tmp_path: Path, until: Until) -> None:
    panel.prove(str(next(tmp_path.glob("*.zip"))))
    until(lambda: panel.window().findChildren(QMessageBox))
    [box] = panel.window().findChildren(QMessageBox)
    assert box.text().startswith("Filed 2026-")
    box.close()


def test_a_filing_shows_its_pages_files_and_deadlines(panel: FilingsPanel, filing: Filing) -> None:
    assert [row[0] for row in rows(panel.card.pages)] == ["1-1", "1-2"]
    assert "manifest.json" not in {row[0] for row in rows(panel.card.files)}
    assert {"verify.py", "证据册.pdf"} <= {row[0] for row in rows(panel.card.files)}
    assert [row[0] for row in rows(panel.card.started)] == ["2026-12-14"]
    assert filing.seal in panel.card.seal.toPlainText()


def test_an_answer_is_noted_and_starts_its_deadlines(
        panel: FilingsPanel, store: Store, until: Until) -> None:
    panel.card.state.setCurrentIndex(panel.card.state.findData(FilingState.ACCEPTED))
    panel.card.day.put(dt.date(2026, 12, 1))
    QTest.keyClick(panel.card.note, Qt.Key.Key_Space)
    until(lambda: len(rows(panel.card.started)) == 2)
    with store.read() as session:
        assert session.query(Filing).one().state is FilingState.ACCEPTED


def test_a_supplementary_list_holds_what_was_added_alone(
        panel: FilingsPanel, store: Store, matter: Matter, filing: Filing, tmp_path: Path, until: Until,
        quiet: Callable[[], None]) -> None:
    [late] = evidence.add_files(store, matter.id, [shot(tmp_path / "late.png", 9)])
    panel.card.supply()
    wizard = panel.window().findChildren(FilingWizard)[-1]
    step_to(wizard, 2, until, quiet)
    assert wizard.plan.choice.exhibits == (late.id,)
    packed(wizard, tmp_path / "second", until, quiet)
    told = package.manifest(tmp_path / "second")
    assert told["follows"] == filing.seal
    assert [one["id"] for one in told["evidence"]] == [str(late.uuid)]
    wizard.close()


def test_a_masked_copy_is_made_for_a_recipient(
        panel: FilingsPanel, office: Office, tmp_path: Path, until: Until) -> None:
    panel.card.ask_masked()
    dialog = panel.window().findChildren(MaskedDialog)[-1]
    dialog.recipient.setText("某行业协会")
    dialog.out.setText(str(tmp_path / "copies" / "masked"))
    dialog.start()
    until(dialog.found.isVisible)
    assert "1-1  1: 未提供" in dialog.found.toPlainText() or "1-1  1: withheld" in dialog.found.toPlainText()
    assert "0 places blacked out" in dialog.found.toPlainText()
    assert package.verify(tmp_path / "copies" / "masked") == []
    assert {one.name for one in (tmp_path / "copies").iterdir()} == {"masked", "masked.zip"}


def test_custody_is_printed_and_an_older_package_noted(
        panel: FilingsPanel, office: Office, store: Store, matter: Matter, tmp_path: Path, until: Until) -> None:
    panel.print_custody(str(tmp_path / "custody.pdf"))
    until((tmp_path / "custody.pdf").is_file)
    package.write(store, matter.id, tmp_path / "again", find_form("cn-court"), lang="zh")
    panel.note_package(str(tmp_path / "again.zip"))
    dialog = panel.window().findChildren(FiledDialog)[-1]
    dialog.filed.recipient.setText("某法院")
    dialog.filed.save()
    until(lambda: not office.jobs.busy)
    with store.read() as session:
        assert [one.recipient for one in session.query(Filing).order_by(Filing.id)] == ["某监管局", "某法院"]


def test_what_is_typed_of_an_older_package_is_kept_until_it_is_noted(
        panel: FilingsPanel, office: Office, store: Store, matter: Matter, tmp_path: Path, until: Until) -> None:
    package.write(store, matter.id, tmp_path / "again", find_form("cn-court"), lang="zh")
    panel.note_package(str(tmp_path / "again.zip"))
    first = panel.window().findChildren(FiledDialog)[-1]
    QTest.keyClicks(first.filed.recipient, "Court 4")
    first.reject()
    until(lambda: len(drafts(store)) == 1)
    assert "again.zip" in drafts(store)[0].values["caption"]
    panel.note_package(str(tmp_path / "again.zip"))
    second = panel.window().findChildren(FiledDialog)[-1]
    until(lambda: second.filed.recipient.text() == "Court 4")
    second.filed.save()
    until(lambda: not drafts(store))
    with store.read() as session:
        assert "Court 4" in [one.recipient for one in session.query(Filing)]


def test_a_court_serves_judgments_and_rulings_and_others_answer(
        panel: FilingsPanel, office: Office, store: Store, matter: Matter, filing: Filing, tmp_path: Path,
        until: Until) -> None:
    def offered_for(filing_id: int) -> list[FilingState]:
        card = FiledCard(office, panel.facts)
        card.show_filing(filing_id)
        until(lambda: card.found is not None)
        return [card.state.itemData(at) for at in range(card.state.count())]

    package.write(store, matter.id, tmp_path / "suit", find_form("cn-loan-answer"), lang="zh")
    suit = filings.filed(store, matter.id, tmp_path / "suit", recipient="法院", filed_on=dt.date(2026, 11, 27))
    assert FilingState.ANSWERED in offered_for(filing.id)
    assert FilingState.JUDGED in offered_for(suit.id)
    assert FilingState.ANSWERED not in offered_for(suit.id)


def test_the_desk_shows_what_waits_for_an_answer_until_it_came(store: Store, matter: Matter, filing: Filing) -> None:
    [(said, day, place)] = ReadingDesk(store)().filings
    assert (said, day, place.record) == ("A-1  某监管局", filing.filed_on, filing.id)
    filings.moved_on(store, filing.id, FilingState.ANSWERED, dt.date(2026, 12, 5))
    assert ReadingDesk(store)().filings == []


def test_the_firms_own_template_is_kept_and_forgotten(
        office: Office, store: Store, shown: Callable[[QWidget], QWidget], tmp_path: Path,
        quiet: Callable[[], None]) -> None:
    kept = LetterTemplates(office)
    shown(kept)
    (tmp_path / "no.docx").write_bytes(b"no document")
    kept.keep(str(tmp_path / "no.docx"))
    quiet()
    assert kept.said.isVisible()
    docx.Document().save(str(tmp_path / "ours.docx"))
    kept.form.setCurrentIndex(kept.form.findData("cn-report"))
    kept.keep(str(tmp_path / "ours.docx"))
    quiet()
    assert not kept.said.isVisible()
    assert templates.of_form(store, "cn-report") == (tmp_path / "ours.docx").read_bytes()
    item = kept.lines.itemAtPosition(0, 1)
    assert item is not None
    forget = item.widget()
    assert forget is not None
    QTest.keyClick(forget, Qt.Key.Key_Space)
    quiet()
    assert templates.kept(store) == []
