"""Files become incidents step by step; nothing is stored before the last step, and the window turns all the while."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from sqlalchemy import func, select

from casedesk.casework import importing
from casedesk.casework.importing import Fate
from casedesk.casework.incidents import Owner
from casedesk.imports.draft import Question
from casedesk.records import Collector, Evidence, ImportBatch, Incident, IncidentSource, Matter, PhoneNumber, Record
from casedesk.store.cabinet import Store
from casedesk.ui.command_hits import Offered, commands
from casedesk.ui.commands import all_commands
from casedesk.ui.importing import wizard as steps
from casedesk.ui.importing.batches import ImportsDialog
from casedesk.ui.importing.masked_of_matter import MaskedDialog
from casedesk.ui.importing.wizard import ImportWizard
from casedesk.ui.importing.work import names
from casedesk.ui.office import Office
from casedesk.ui.pages.children import ChildTable
from casedesk.ui.pages.matter import MatterPage
from casedesk.ui.pages.matter_facts import MatterFacts, Reading
from casedesk.ui.pages.settings import SettingsPage
from casedesk.ui.places import Place
from casedesk.ui.tables.wanted import Chip
from tests.imports.bill_files import MOBILE, MOBILE_HEAD, MOBILE_ROWS, table
from tests.ui.conftest import Until
from tests.ui.test_long_work import Pulse, longest_wait

PHONE = Path(__file__).parents[1] / "data" / "phone"
TITLES = ["Date", "Time", "Number", "Caller", "What was said"]


@pytest.fixture
def facts(store: Store, matter: Matter) -> MatterFacts:
    found = Reading(store, matter.id)()
    assert found is not None
    return found


Ask = Callable[..., ImportWizard]


@pytest.fixture
def ask(office: Office, facts: MatterFacts, shown: Callable[[QWidget], QWidget], until: Until) -> Ask:
    """The wizard with its files read."""
    desk = shown(QWidget())

    def wizard_for(*paths: Path, wait: bool = True) -> ImportWizard:
        wizard = ImportWizard(desk, office, facts, paths)
        wizard.open()
        if wait:
            until(lambda: not office.jobs.busy)
        return wizard

    return wizard_for


def on_to(wizard: ImportWizard, step: int, until: Until) -> None:
    """Next, until a step is reached."""
    for _ in range(6):
        if wizard.at == step:
            return
        assert wizard.next_button.isEnabled()
        wizard.forward()
        until(lambda: not wizard.office.jobs.busy)
    assert wizard.at == step


def tmp_bill(store: Store) -> Path:
    return Path(store.folder).parent / "bill.csv"


def count(store: Store, kind: type[Record]) -> int:
    with store.read() as session:
        return session.scalar(select(func.count()).select_from(kind).where(kind.deleted_at.is_(None))) or 0


def test_a_phone_log_becomes_incidents_at_the_last_step_only(ask: Ask, store: Store, until: Until) -> None:
    wizard = ask(PHONE / "calls.xml")
    assert wizard.files.model.rows[0].cells[1].startswith("SMS Backup")
    assert not wizard.steps.button(steps.COLUMNS).isEnabled()
    on_to(wizard, steps.NUMBERS, until)
    wizard.numbers.model.tick(list(range(len(wizard.numbers.model.rows))), taken=True)
    on_to(wizard, steps.ROWS, until)
    read = wizard.plan.reports()[0]
    assert len(wizard.rows.model.rows) == read.read
    assert count(store, Incident) == count(store, ImportBatch) == count(store, Evidence) == 0
    on_to(wizard, steps.DONE, until)
    assert count(store, Incident) == read.imported > 0
    assert count(store, ImportBatch) == count(store, Evidence) == 1
    assert wizard.kept is not None
    assert wizard.done_step.heading.text() == wizard.kept.reports[0].summary
    wizard.forward()


def test_undo_on_the_last_step_takes_all_of_it_back(ask: Ask, store: Store, until: Until) -> None:
    wizard = ask(table(tmp_bill(store), [*MOBILE_HEAD, *MOBILE_ROWS]))
    on_to(wizard, steps.DONE, until)
    assert count(store, Incident) == len(MOBILE_ROWS)
    wizard.done_step.undo_button.click()
    until(lambda: not wizard.office.jobs.busy)
    assert count(store, Incident) == count(store, ImportBatch) == 0
    assert not wizard.done_step.undo_button.isEnabled()
    wizard.accept()


def test_leaving_with_esc_stores_nothing(ask: Ask, store: Store, until: Until) -> None:
    wizard = ask(PHONE / "sms-mms.xml")
    on_to(wizard, steps.ROWS, until)
    QTest.keyClick(wizard, Qt.Key.Key_Escape)
    until(lambda: not wizard.isVisible())
    assert count(store, Incident) == count(store, Evidence) == 0


def test_the_address_book_stays_out_until_it_is_ticked(ask: Ask, until: Until) -> None:
    wizard = ask(PHONE / "calls.xml")
    on_to(wizard, steps.NUMBERS, until)
    plan = wizard.plan
    named = [row.key for row in wizard.numbers.model.rows if row.key.name]
    private = [group for group in named if not plan.takes(group)]
    assert private
    assert all("address book" in plan.why_not(group) for group in private)
    on_to(wizard, steps.ROWS, until)
    assert plan.read is not None
    left_out = {row.number for row in plan.read.preview.rows if row.fate is Fate.EXCLUDED}
    assert {group.number for group in private} <= left_out
    why = {row.cells[7] for row in wizard.rows.model.rows if row.key and row.key.fate is Fate.EXCLUDED}
    assert any("address book" in one for one in why)
    wizard.back()
    at = next(at for at, row in enumerate(wizard.numbers.model.rows) if row.key.number == private[0].number)
    wizard.numbers.view.selectRow(at)
    QTest.keyClick(wizard.numbers.view, Qt.Key.Key_Space)
    on_to(wizard, steps.ROWS, until)
    assert private[0].number in {row.number for row in plan.read.preview.rows if row.fate is Fate.NEW}
    wizard.reject()


def test_who_is_in_the_address_book_stays_out_of_the_other_files_too(
        ask: Ask, tmp_path: Path, until: Until) -> None:
    told = tmp_path / "told.csv"
    told.write_text("Time,Number\n2026-11-03 22:14,5555550001\n", encoding="utf-8")
    wizard = ask(PHONE / "calls.xml", told)
    on_to(wizard, steps.NUMBERS, until)
    plan = wizard.plan
    at, group = next((at, row.key) for at, row in enumerate(wizard.numbers.model.rows)
                     if row.key.number == "5555550001")
    assert (group.count, group.out, plan.takes(group)) == (3, 2, False)
    assert group.number in plan.choices().excluded
    assert not plan.choices().included
    wizard.numbers.model.tick([at], taken=True)
    assert group.number in plan.choices().included
    assert group.number not in plan.choices().excluded
    wizard.reject()


def test_one_click_gives_a_number_to_a_collector(ask: Ask, store: Store, until: Until) -> None:
    with store.work() as session:
        collector = Collector(name="某催收")
        session.add(collector)
    wizard = ask(table(tmp_bill(store), [*MOBILE_HEAD, *MOBILE_ROWS]))
    on_to(wizard, steps.NUMBERS, until)
    at = next(at for at, row in enumerate(wizard.numbers.model.rows) if row.cells[0] == "15500001111")
    wizard.numbers.view.selectRow(at)
    wizard.numbers.owners.setCurrentText("某催收")
    wizard.numbers.assign_button.click()
    assert wizard.numbers.model.rows[at].cells[3] == "某催收"
    on_to(wizard, steps.DONE, until)
    with store.read() as session:
        owner = session.scalars(select(Incident.collector_id).where(Incident.number == "15500001111")).one()
        assert owner == collector.id
        assert session.scalars(select(PhoneNumber.collector_id)).one() == collector.id
    wizard.accept()


def test_an_unknown_file_waits_until_it_is_kept_as_evidence(ask: Ask, store: Store, tmp_path: Path,
                                                            until: Until) -> None:
    strange = tmp_path / "letter.txt"
    strange.write_text("Dear Sir, nothing here is a list of calls.", encoding="utf-8")
    wizard = ask(strange)
    assert wizard.files.model.rows[0].cells[1] == "Not a format known here"
    assert "looks like" in wizard.files.about.text()
    assert not wizard.next_button.isEnabled()
    wizard.files.plain.click()
    assert wizard.next_button.isEnabled()
    assert count(store, Evidence) == 0
    wizard.forward()
    until(lambda: wizard.at == steps.DONE)
    assert count(store, Evidence) == 1
    assert count(store, ImportBatch) == 0
    wizard.accept()


def test_the_same_files_again_are_known_and_nothing_is_offered_to_import(ask: Ask, until: Until) -> None:
    first = ask(PHONE / "calls-a.xml", PHONE / "calls-b.xml")
    on_to(first, steps.NUMBERS, until)
    first.numbers.model.tick(list(range(len(first.numbers.model.rows))), taken=True)
    on_to(first, steps.DONE, until)
    first.accept()
    again = ask(PHONE / "calls-a.xml", PHONE / "calls-b.xml")
    on_to(again, steps.NUMBERS, until)
    again.numbers.model.tick(list(range(len(again.numbers.model.rows))), taken=True)
    on_to(again, steps.ROWS, until)
    assert {row.key.fate for row in again.rows.model.rows if row.key} == {Fate.DUPLICATE}
    assert not again.next_button.isEnabled()
    again.reject()


def test_a_file_of_which_no_row_can_be_read_says_so(ask: Ask, tmp_path: Path) -> None:
    wizard = ask(table(tmp_path / "calls.csv", [["Time", "Number"], ["soon", "95555"]]))
    assert wizard.files.model.rows[0].cells[4] == "1 to know"
    assert "Keep it as evidence" in wizard.files.about.text()
    wizard.reject()


def test_a_file_whose_rows_are_all_known_is_kept_as_their_further_source(ask: Ask, store: Store, tmp_path: Path,
                                                                         until: Until) -> None:
    first, other = tmp_path / "calls.xml", tmp_path / "again.xml"
    first.write_text('<calls count="1"><call number="95555" duration="9" date="1700000000000" type="1"/></calls>')
    other.write_text(first.read_text(encoding="utf-8").replace("><", ">\n<"))
    wizard = ask(first)
    on_to(wizard, steps.DONE, until)
    wizard.accept()
    wizard = ask(other)
    on_to(wizard, steps.ROWS, until)
    assert wizard.next_button.text() == "&Keep as a further source of 1 row"
    on_to(wizard, steps.DONE, until)
    wizard.accept()
    assert (count(store, Incident), count(store, IncidentSource), count(store, ImportBatch)) == (1, 2, 2)


def test_a_question_is_asked_and_what_was_answered_is_read(ask: Ask, tmp_path: Path, until: Until) -> None:
    sheet = table(tmp_path / "calls.csv", [TITLES, ["3/4/2026", "10:05", "95555", "Ms Li", "Pay today"]])
    wizard = ask(sheet)
    question = wizard.plan.open_question()
    assert isinstance(question, Question)
    assert wizard.files.asked.isVisible()
    assert not wizard.next_button.isEnabled()
    wizard.files.answer.setCurrentIndex(wizard.files.answer.findData("mdy"))
    wizard.files.answer.activated.emit(wizard.files.answer.currentIndex())
    on_to(wizard, steps.ROWS, until)
    assert wizard.rows.model.rows[0].cells[3].startswith("2026-03-04 10:05")
    wizard.reject()


def test_each_file_has_its_own_answer_and_zone(ask: Ask, tmp_path: Path, until: Until) -> None:
    files = [table(tmp_path / name, [TITLES, ["3/4/2026", "10:05", "95555", "Ms Li", name]]) for name in "ab"]
    wizard = ask(*files)
    for row, order in enumerate(("mdy", "dmy")):
        wizard.files.view.selectRow(row)
        wizard.files.answer.setCurrentIndex(wizard.files.answer.findData(order))
        wizard.files.answer.activated.emit(wizard.files.answer.currentIndex())
    wizard.files.zone.setCurrentIndex(wizard.files.zone.findText("Europe/London"))
    assert [row.cells[3] for row in wizard.files.model.rows] == ["Asia/Shanghai", "Europe/London"]
    on_to(wizard, steps.ROWS, until)
    assert wizard.plan.read is not None
    assert [row.at.isoformat() for row in wizard.plan.read.preview.rows if row.at] == [
        "2026-03-04T02:05:00+00:00", "2026-04-03T09:05:00+00:00"]
    assert wizard.rows.model.rows[1].cells[3].startswith("2026-04-03 10:05")
    wizard.reject()


def test_a_masked_number_is_the_full_one_only_when_ticked(ask: Ask, tmp_path: Path, until: Until) -> None:
    full = "13812345678"
    files = [table(tmp_path / "bill.csv", [["从2026-11-01到2026-11-30 类型：通话详单"], MOBILE, [
                 "11-03 22:14:00", "上海", "被叫", "138****5678", "00:01:05", "国内被叫", "", "0.00", "是"]]),
             table(tmp_path / "memory.csv", [TITLES, ["2026-11-03", "22:14", full, "Ms Li", "Pay today"]])]
    wizard = ask(*files)
    on_to(wizard, steps.NUMBERS, until)
    assert [row.cells[:2] for row in wizard.numbers.masked.model.rows] == [("138****5678", "13812345678")]
    on_to(wizard, steps.ROWS, until)
    assert any("may be 13812345678" in row.cells[7] for row in wizard.rows.model.rows)
    wizard.back()
    wizard.numbers.masked.model.tick([0], said=True)
    on_to(wizard, steps.ROWS, until)
    assert wizard.plan.read is not None
    assert sorted(row.fate for row in wizard.plan.read.preview.rows) == sorted((Fate.NEW, Fate.MERGED))
    wizard.reject()


def test_one_answer_holds_for_all_files_that_are_selected(ask: Ask, tmp_path: Path, until: Until) -> None:
    files = [table(tmp_path / name, [TITLES, ["3/4/2026", "10:05", "95555", "Ms Li", name]]) for name in "ab"]
    wizard = ask(*files)
    wizard.files.view.selectAll()
    wizard.files.answer.setCurrentIndex(wizard.files.answer.findData("mdy"))
    wizard.files.answer.activated.emit(wizard.files.answer.currentIndex())
    assert wizard.plan.open_question() is None
    wizard.reject()


def test_columns_are_corrected_before_the_rows_are_read(ask: Ask, tmp_path: Path, until: Until) -> None:
    sheet = table(tmp_path / "calls.csv", [
        ["Date", "Time", "Number", "Gist", "Odd"],
        ["2026-04-03", "10:05", "95555", "Pay today", "We come to your office"]])
    wizard = ask(sheet)
    on_to(wizard, steps.COLUMNS, until)
    print_ = next(iter(wizard.columns.boxes))[0]
    assert wizard.columns.boxes[print_, 2].currentData() == "number"
    box = wizard.columns.boxes[print_, 4]
    box.setCurrentIndex(box.findData("number"))
    box.activated.emit(box.currentIndex())
    assert wizard.columns.problem
    assert not wizard.next_button.isEnabled()
    box.setCurrentIndex(box.findData("words"))
    box.activated.emit(box.currentIndex())
    on_to(wizard, steps.ROWS, until)
    assert wizard.rows.model.rows[0].cells[9] == "We come to your office"
    on_to(wizard, steps.DONE, until)
    wizard.accept()
    again = ask(sheet)
    on_to(again, steps.COLUMNS, until)
    assert again.columns.boxes[print_, 4].currentData() == "words"
    again.reject()


def test_what_could_not_be_read_comes_first_and_chips_narrow(ask: Ask, tmp_path: Path, until: Until) -> None:
    sheet = table(tmp_path / "calls.csv", [
        ["Date", "Time", "Number"], ["2026-04-03", "10:05", "95555"], ["no day", "10:05", "95555"]])
    wizard = ask(sheet)
    on_to(wizard, steps.ROWS, until)
    assert wizard.rows.model.rows[0].key.fate is Fate.LOST
    assert wizard.rows.model.rows[0].cells[1:3] == ("calls.csv", "3")
    wizard.rows.chips.button(2).click()
    assert [row.key.fate for row in wizard.rows.model.rows] == [Fate.NEW]
    wizard.reject()


def test_imports_are_listed_moved_to_their_zone_and_undone(
        ask: Ask, office: Office, facts: MatterFacts, store: Store, until: Until, quiet: Callable[[], None],
        shown: Callable[[QWidget], QWidget]) -> None:
    wizard = ask(table(tmp_bill(store), [*MOBILE_HEAD, *MOBILE_ROWS]))
    on_to(wizard, steps.DONE, until)
    wizard.accept()
    dialog = ImportsDialog(shown(QWidget()), office, facts)
    dialog.open()
    until(lambda: dialog.batch)
    assert dialog.model.rows[0].cells[5] == "3"
    narrowed: list[Chip] = []
    dialog.narrow_wanted.connect(narrowed.append)
    with store.read() as session:
        before = session.scalars(select(Incident.at).order_by(Incident.at)).first()
    dialog.zone.setCurrentText("Europe/London")
    dialog.zone_button.click()
    until(lambda: "3" in dialog.said.text())
    with store.read() as session:
        after = session.scalars(select(Incident.at).order_by(Incident.at)).first()
    assert before is not None
    assert after is not None
    assert after - before == dt.timedelta(hours=8)
    quiet()
    dialog.undo_button.click()
    until(lambda: dialog.said.text().startswith("Undone"))
    quiet()
    assert not dialog.model.rows
    assert count(store, Incident) == 0
    dialog.accept()


def test_a_masked_number_is_said_in_the_list_of_imports_and_taken_back(
        office: Office, facts: MatterFacts, store: Store, tmp_path: Path, until: Until, quiet: Callable[[], None],
        shown: Callable[[QWidget], QWidget]) -> None:
    importing.commit(store, facts.id, [
        table(tmp_path / "bill.csv", [["从2026-11-01到2026-11-30 类型：通话详单"], MOBILE, [
            "11-03 22:14:00", "上海", "被叫", "138****5678", "00:01:05", "国内被叫", "", "0.00", "是"]]),
        table(tmp_path / "memory.csv", [TITLES, ["2026-11-03", "22:14", "13812345678", "Ms Li", "Pay today"]])])
    dialog = ImportsDialog(shown(QWidget()), office, facts)
    dialog.open()
    for said, left in ((True, 1), (False, 2)):
        dialog.masked_button.click()
        (asked,) = dialog.findChildren(MaskedDialog)
        until(partial(getattr, asked.numbers.model, "rows"))
        assert asked.numbers.model.rows[0].cells[:2] == ("138****5678", "13812345678")
        assert not asked.take.isEnabled()
        asked.numbers.model.tick([0], said=said)
        asked.take.click()
        until(lambda: "1" in dialog.said.text())
        quiet()
        dialog.said.setText("")
        assert count(store, Incident) == left
    dialog.accept()


def test_a_file_dropped_on_the_matter_opens_the_wizard_and_shows_what_came(
        office: Office, facts: MatterFacts, store: Store, until: Until, quiet: Callable[[], None],
        shown: Callable[[QWidget], QWidget]) -> None:
    page = MatterPage(office, facts.id)
    shown(page)
    office.wanted.connect(page.visit)
    until(lambda: page.facts)
    said: list[str] = []
    office.said.connect(lambda text, _undo: said.append(text))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(store.folder))])
    page.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                              Qt.KeyboardModifier.NoModifier))
    assert "folder" in said[0]
    data.setUrls([QUrl.fromLocalFile(str(table(tmp_bill(store), [*MOBILE_HEAD, *MOBILE_ROWS])))])
    page.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                              Qt.KeyboardModifier.NoModifier))
    wizard = page.window().findChildren(ImportWizard)[0]
    until(lambda: wizard.plan.read)
    data.setUrls([QUrl.fromLocalFile(str(store.folder))])
    wizard.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                                Qt.KeyboardModifier.NoModifier))
    assert "folder" in wizard.said.text()
    assert wizard.said.isVisible()
    on_to(wizard, steps.DONE, until)
    wizard.done_step.show_button.click()
    quiet()
    panel = page.section("incidents").show_list()  # type: ignore[attr-defined]
    until(lambda: panel.table.model.rowCount() == len(MOBILE_ROWS))
    assert [chip.key for chip in panel.table.wanted.chips] == ["imported"]


def test_a_source_of_an_incident_opens_its_file(office: Office, ask: Ask, store: Store, until: Until,
                                                shown: Callable[[QWidget], QWidget]) -> None:
    wizard = ask(table(tmp_bill(store), [*MOBILE_HEAD, *MOBILE_ROWS]))
    on_to(wizard, steps.DONE, until)
    wizard.accept()
    with store.read() as session:
        source = session.scalars(select(IncidentSource)).first()
    assert source is not None
    assert source.line
    places: list[Place] = []
    office.wanted.connect(places.append)
    sources = ChildTable(office, IncidentSource, "incident_id", source.matter_id, "Asia/Shanghai")
    shown(sources)
    sources.show_record(source.incident_id, source.matter_id)
    sources.table.opened.emit(source.id)
    until(lambda: places)
    assert places[0].section == "evidence/evidence"
    assert places[0].record == source.evidence_id


def test_the_match_window_is_a_setting(office: Office, store: Store, quiet: Callable[[], None], until: Until,
                                       shown: Callable[[QWidget], QWidget]) -> None:
    page = SettingsPage(office)
    shown(page)
    page.visit(Place("settings"))
    quiet()
    assert page.apart.currentData() == importing.window(store) == 60
    page.apart.setCurrentIndex(page.apart.findData(120))
    page.apart.activated.emit(page.apart.currentIndex())
    until(lambda: importing.window(store) == 120)


def test_a_call_of_the_bill_confirms_one_of_the_phone_and_the_others_are_listed(
        ask: Ask, store: Store, tmp_path: Path, until: Until) -> None:
    first = ask(table(tmp_bill(store), [*MOBILE_HEAD, *MOBILE_ROWS]))
    on_to(first, steps.DONE, until)
    first.accept()
    log = tmp_path / "calls.xml"
    stamp = round(dt.datetime(2020, 3, 2, 13, 13, 50, tzinfo=dt.timezone(dt.timedelta(hours=8))).timestamp() * 1000)
    log.write_text('<?xml version="1.0" encoding="UTF-8"?><calls count="2">' + "".join(
        f'<call number="95555" duration="38" date="{at}" type="1" presentation="1" contact_name="(Unknown)" />'
        for at in (stamp, stamp + 3_600_000)) + "</calls>", encoding="utf-8")
    wizard = ask(log)
    on_to(wizard, steps.DONE, until)
    assert wizard.kept is not None
    assert (wizard.kept.reports[0].merged, wizard.kept.reports[0].imported) == (1, 1)
    assert wizard.done_step.unmatched_view.isVisible()
    assert wizard.done_step.unmatched.rows[0].cells[0] in {"calls.xml", "What was known before"}
    wizard.accept()


@pytest.mark.parametrize("typed", ["import", "导入"])
def test_the_command_box_knows_importing(typed: str) -> None:
    offered = [Offered(one.label, one.keys, lambda: None, lambda: True) for one in all_commands()]
    found, certain = commands(typed, offered)
    assert certain
    assert found[0].aside == "Ctrl+I"


def test_keys_alone_lead_through_and_out(ask: Ask, store: Store, until: Until) -> None:
    wizard = ask(table(tmp_bill(store), [*MOBILE_HEAD, *MOBILE_ROWS]))
    until(wizard.isActiveWindow)
    for step in (steps.NUMBERS, steps.ROWS, steps.DONE):
        QTest.keyClick(wizard, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
        until(lambda step=step: wizard.at == step)  # type: ignore[misc]
    assert count(store, Incident) == len(MOBILE_ROWS)
    QTest.keyClick(wizard, Qt.Key.Key_Escape)
    until(lambda: not wizard.isVisible())


def test_a_fault_of_the_program_does_not_leave_the_wizard_busy(
        ask: Ask, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[BaseException] = []
    monkeypatch.setattr("sys.excepthook", lambda kind, bug, trace: said.append(bug))

    def broken(*args: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(importing, "preview", broken)
    wizard = ask(PHONE / "calls.xml")
    until(lambda: said)
    assert not wizard.busy.isVisible()
    assert wizard.files.add_button.isEnabled()
    wizard.reject()


def test_owners_are_named_with_their_creditor(store: Store) -> None:
    with store.work() as session:
        collector = Collector(name="某催收")
        session.add(collector)
    assert names(store).owners == {Owner(collector.id, None): "某催收"}


def test_the_window_turns_while_a_hundred_thousand_rows_are_read_and_a_stop_leaves_nothing(
        ask: Ask, store: Store, tmp_path: Path, until: Until) -> None:
    long = tmp_path / "long.csv"
    start = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    with long.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Date and time", "Number", "Duration"])
        writer.writerows([f"{start + dt.timedelta(minutes=at):%Y-%m-%d %H:%M:%S}", f"021{at % 900 + 61000000}", 30]
                         for at in range(100_000))
    pulse = Pulse()
    wizard = ask(long, wait=False)
    until(lambda: wizard.plan.read)
    on_to(wizard, steps.ROWS, until)
    assert len(wizard.rows.model.rows) == 100_000
    wizard.forward()
    until(lambda: wizard.bar.value() > 0)
    wizard.stop_button.click()
    until(lambda: not wizard.office.jobs.busy)
    pulse.hear_end()
    assert longest_wait(pulse.turns) < 0.5
    assert len(pulse.turns) > 20
    assert count(store, Incident) == count(store, ImportBatch) == 0
    assert wizard.at == steps.ROWS
    wizard.reject()
