"""Lists: all rows at once, sorted and narrowed in the cabinet, copied, deleted and undone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from PySide6.QtCore import QAbstractItemModel, QEvent, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QWidget

from casedesk.casework.records import save
from casedesk.records import Client, Incident, Matter
from casedesk.records.words import Channel
from casedesk.store.cabinet import Store
from casedesk.ui.clipboard import Clipboard
from casedesk.ui.office import Office
from casedesk.ui.pages import chips
from casedesk.ui.pages.children import CHILDREN
from casedesk.ui.tables.table import RecordTable
from casedesk.ui.tables.wanted import Wanted, usual_columns
from tests.ui.conftest import Until

MANY = 1200
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def incidents(store: Store, matter: Matter) -> int:
    with store.work() as session:
        session.add_all(Incident(
            matter_id=matter.id, at=START + dt.timedelta(minutes=7 * number), number=f"{10000 + number}",
            channel=Channel.SMS if number % 5 == 0 else Channel.CALL, duration=number % 60,
            words="公安就去你单位" if number % 100 == 0 else "") for number in range(MANY))
    return matter.id


@pytest.fixture
def table(office: Office, incidents: int, shown: Callable[[QWidget], QWidget], until: Until) -> RecordTable:
    made = RecordTable(office, "test", Wanted(Incident, matter_id=incidents, order="at"),
                       offered=chips.of_incidents())
    shown(made)
    until(lambda: made.model.rowCount() == MANY)
    return made


def row_texts(table: RecordTable, row: int) -> list[str]:
    return [table.model.text_at(row, at) for at in range(table.model.columnCount())]


def test_every_row_is_there_and_the_last_is_one_key_away(table: RecordTable) -> None:
    table.view.setFocus()
    QTest.keyClick(table.view, Qt.Key.Key_End)
    assert table.view.currentIndex().row() == MANY - 1
    assert "11199" in row_texts(table, MANY - 1)


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_Return])
def test_a_list_is_entered_at_its_first_row(table: RecordTable, until: Until, key: Qt.Key) -> None:
    opened: list[int] = []
    table.opened.connect(opened.append)
    table.view.setFocus()
    assert table.view.chosen_rows() == []
    QTest.keyClick(table.view, key)
    assert table.view.chosen_rows() == [0]
    if key == Qt.Key.Key_Return:
        until(lambda: opened)
    QTest.keyClick(table.view, Qt.Key.Key_Down)
    assert table.view.chosen_rows() == [1]


def test_the_model_keeps_qts_rules(table: RecordTable) -> None:
    model: QAbstractItemModel = table.model
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_a_click_on_a_header_sorts_and_another_turns_it_round(table: RecordTable, until: Until) -> None:
    at = [one.name for one in table.model.columns].index("number")
    table.view.horizontalHeader().sectionClicked.emit(at)
    until(lambda: table.model.rows is not None and table.model.rows.wanted.order == "number")
    assert table.model.text_at(0, at) == "10000"
    table.view.horizontalHeader().sectionClicked.emit(at)
    until(lambda: table.model.rows is not None and table.model.rows.wanted.descending)
    assert table.model.text_at(0, at) == "11199"


def test_typing_filters_and_clearing_shows_all_again(table: RecordTable, until: Until) -> None:
    table.filter.setFocus()
    QApplication.sendEvent(table.filter, QKeyEvent(
        QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "公安"))
    until(lambda: table.model.rowCount() == MANY // 100)
    table.filter.clear()
    until(lambda: table.model.rowCount() == MANY)


def test_a_chip_narrows_and_is_taken_away(table: RecordTable, until: Until) -> None:
    calls = next(chip for chip in chips.of_incidents() if chip.key == "calls")
    table.narrow([calls])
    until(lambda: table.model.rowCount() == MANY * 4 // 5)
    table.narrow([])
    until(lambda: table.model.rowCount() == MANY)


def test_night_is_the_places_night(table: RecordTable, until: Until) -> None:
    night = next(chip for chip in chips.of_incidents("Asia/Shanghai") if chip.key == "night")
    table.narrow([night])
    until(lambda: table.model.rowCount() < MANY)
    times = {table.model.text_at(row, 0)[-5:-3] for row in range(table.model.rowCount())}
    assert times == {f"{hour:02}" for hour in (22, 23, *range(8))}


def test_rows_are_copied_as_a_table(table: RecordTable) -> None:
    table.view.selectRow(3)
    table.view.setFocus()
    QTest.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].split("\t")[:2] == ["Time", "Channel"]
    assert "10003" in lines[1].split("\t")
    assert "<td>10003</td>" in QGuiApplication.clipboard().mimeData().html()


def test_what_was_copied_is_taken_off_the_clipboard_again(table: RecordTable, office: Office, until: Until) -> None:
    said: list[str] = []
    office.said.connect(lambda text, undo: said.append(text))
    lent, kept = Clipboard.of_application(), QGuiApplication.clipboard()
    table.view.selectRow(3)
    table.view.copy()
    assert said == ["Copied; paste it within 30 seconds, then the clipboard is emptied."]
    timer = lent.findChild(QTimer)
    assert timer is not None
    assert timer.interval() == 30_000
    timer.start(0)
    until(lambda: kept.text() == "")
    table.view.copy()
    kept.setText("somebody else's")
    lent.take_back()
    assert kept.text() == "somebody else's"


def test_a_copy_that_is_not_all_says_so(table: RecordTable, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casedesk.ui.tables.view._MOST_COPIED", 1000)
    said: list[str] = []
    office.said.connect(lambda text, undo: said.append(text))
    table.view.selectAll()
    table.view.copy()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 1001
    assert said == ["Only the first 1,000 of the 1,200 chosen lines were copied; the workbook has them all."]


def test_typing_jumps(table: RecordTable, until: Until) -> None:
    at = [one.name for one in table.model.columns].index("number")
    table.view.horizontalHeader().sectionClicked.emit(at)
    until(lambda: table.model.rows is not None and table.model.rows.wanted.order == "number")
    table.view.setFocus()
    QTest.keyClicks(table.view, "111")
    until(lambda: table.view.currentIndex().row() == 1100)


def test_a_deleted_row_goes_and_undo_brings_it_back(table: RecordTable, office: Office, until: Until) -> None:
    said: list[Callable[[], object]] = []
    office.said.connect(lambda text, undo: said.append(undo))
    table.view.selectRow(0)
    table.view.setFocus()
    QTest.keyClick(table.view, Qt.Key.Key_Delete)
    until(lambda: table.model.rowCount() == MANY - 1)
    assert "10001" in row_texts(table, 0)
    said[0]()
    until(lambda: table.model.rowCount() == MANY)


def test_what_is_saved_anywhere_appears(table: RecordTable, store: Store, incidents: int, until: Until) -> None:
    save(store, Incident, {"matter_id": incidents, "at": START}, uuid=uuid.uuid4())
    until(lambda: table.model.rowCount() == MANY + 1)


def test_another_windows_change_appears(table: RecordTable, store: Store, incidents: int, until: Until,
                                        quiet: Callable[[], None]) -> None:
    quiet()
    with Store(store.folder, store.key, "somebody") as other:
        save(other, Incident, {"matter_id": incidents, "at": START}, uuid=uuid.uuid4())
    until(lambda: table.model.rowCount() == MANY + 1)


def test_columns_are_chosen_and_remembered(table: RecordTable, office: Office, until: Until) -> None:
    table.switch_column("tags")
    until(lambda: "tags" not in [one.name for one in table.model.columns])
    again = RecordTable(office, "test", table.wanted)
    until(lambda: again.model.columnCount() > 0)
    assert "tags" not in [one.name for one in again.model.columns]
    again.deleteLater()


def test_an_empty_list_says_what_belongs_here(office: Office, until: Until,
                                              shown: Callable[[QWidget], QWidget]) -> None:
    wanted: list[bool] = []
    table = RecordTable(office, "clients", Wanted(Client), hint="The people the firm stands by.")
    table.new_wanted.connect(lambda: wanted.append(True))
    shown(table)
    until(lambda: table.stack.currentIndex() == 1)
    assert table.empty.text() == "The people the firm stands by."
    table.first_button.click()
    assert wanted


def test_every_list_below_a_form_shows_something_of_its_records() -> None:
    shown = {(kind, child): usual_columns(child, (column, "matter_id"))
             for kind, children in CHILDREN.items() for child, column in children}
    assert [pair for pair, names in shown.items() if not names] == []
