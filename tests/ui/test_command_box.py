"""One box: commands in both languages, every kind of record, the latest words win, no markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from casedesk.base import i18n
from casedesk.records import Collector, ContactPerson, Incident, Matter, PhoneNumber
from casedesk.store.cabinet import Store
from casedesk.ui import parts
from casedesk.ui.command_box import CommandBox
from casedesk.ui.command_hits import Found, Offered, Searching, commands, marks
from casedesk.ui.commands import all_commands
from casedesk.ui.office import Office
from casedesk.ui.places import Place
from tests.ui.conftest import Until


@pytest.fixture
def filled(store: Store, matter: Matter) -> Matter:
    """A matter with something of several kinds in it."""
    with store.work() as session:
        session.add(ContactPerson(matter_id=matter.id, name="王小明"))
        session.add(Collector(name="<b>Quick</b> Recovery"))
        session.add(PhoneNumber(number="0755 8655 1200"))
        for at in range(12):
            session.add(Incident(matter_id=matter.id, words=f"call {at} about 王小明 and <i>police</i>"))
    return matter


@pytest.fixture
def done() -> list[str]:
    """The commands that were run."""
    return []


@pytest.fixture
def box(qapp: QApplication, office: Office, filled: Matter, done: list[str]) -> Iterator[CommandBox]:
    """The box in a window, with every command writing down its name."""
    window, actions = QMainWindow(), {}
    for command in all_commands():
        action = QAction(command.label, window)
        action.triggered.connect(lambda _=False, name=command.name: done.append(name))
        actions[command.name] = action
    actions["close_tab"].setEnabled(False)
    made = CommandBox(office, actions)
    window.setCentralWidget(parts.holding(parts.column(made, None)))
    window.resize(900, 700)
    window.show()
    window.activateWindow()
    made.setFocus()
    yield made
    window.close()
    window.deleteLater()


def typed(box: CommandBox, words: str, until: Until, quiet: Callable[[], None]) -> list[Found]:
    box.setText(words)
    box.textEdited.emit(words)
    until(lambda: not box._late.isActive())
    quiet()
    return [one for one in box.results.rows if isinstance(one, Found)]


def test_records_are_found_in_groups_with_the_words_around(store: Store, filled: Matter) -> None:
    asked, found = Searching(store, "王小明")()
    assert asked == "王小明"
    groups = list(dict.fromkeys(one.group for one in found))
    assert groups == ["People and companies", "Incidents"]
    assert [one.title for one in found if one.kind == "contact_person"] == ["王小明"]
    assert len([one for one in found if one.kind == "incident"]) == 6
    assert all("王小明" in one.detail and one.aside == "A-1" for one in found if one.kind == "incident")


@pytest.mark.parametrize("words", ["0755 8655", "86551200", "林", "A-1"])
def test_numbers_references_and_one_character_are_found(store: Store, filled: Matter, words: str) -> None:
    assert Searching(store, words)()[1]


@pytest.mark.parametrize(("words", "name", "certain"), [
    ("log", "Log an incident", True), ("记", "Log an incident", True), ("new mat", "New matter", True),
    ("nm", "New matter", False), ("新建", "New matter", True), ("trash", "Trash", True), ("回收", "Trash", True),
    ("lght", "Light or dark", False),
])
def test_commands_are_found_in_both_languages(words: str, name: str, certain: bool) -> None:
    offered = [Offered(one.label, one.keys, list, lambda: True) for one in all_commands()]
    found, sure = commands(words, offered)
    assert name in [one.command.label for one in found if one.command is not None]
    assert sure is certain


def test_words_that_are_no_command_find_none() -> None:
    offered = [Offered(one.label, one.keys, list, lambda: True) for one in all_commands()]
    for words in ("王小明", "0755", "zzz", "police"):
        assert commands(words, offered) == ([], False)


def test_enter_does_the_first_command(box: CommandBox, done: list[str], until: Until,
                                      quiet: Callable[[], None]) -> None:
    typed(box, "log", until, quiet)
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert done == ["log"]
    assert (box.text(), box.list.isVisible()) == ("", False)


def test_enter_right_after_the_last_key_waits_for_the_answer(
        box: CommandBox, office: Office, filled: Matter, until: Until, quiet: Callable[[], None]) -> None:
    wanted: list[Place] = []
    office.wanted.connect(wanted.append)
    QTest.keyClicks(box, "Quick")
    QTest.keyClick(box, Qt.Key.Key_Return)
    until(lambda: wanted)
    assert (wanted[0].page, wanted[0].section) == ("parties", "collector")
    quiet()


def test_nothing_found_is_said(box: CommandBox, until: Until, quiet: Callable[[], None]) -> None:
    assert typed(box, "qqq<b>", until, quiet) == []
    assert box.results.rows == ["Nothing is found for “qqq<b>”."]
    assert box.list.isVisible()
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert typed(box, "", until, quiet) != []


def test_what_cannot_be_done_now_is_not_offered(box: CommandBox, until: Until, quiet: Callable[[], None]) -> None:
    assert "Close the tab" not in [one.title for one in typed(box, "close", until, quiet)]


def test_arrows_pass_over_headings_and_enter_opens_the_record(
        box: CommandBox, office: Office, filled: Matter, until: Until, quiet: Callable[[], None]) -> None:
    wanted: list[Place] = []
    office.wanted.connect(wanted.append)
    found = typed(box, "王小明", until, quiet)
    assert isinstance(box.results.rows[0], str)
    assert box.list.currentIndex().row() == 1
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.list.currentIndex().row() == 3
    QTest.keyClick(box, Qt.Key.Key_Up)
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert box.list.currentIndex().row() == 1
    QTest.keyClick(box, Qt.Key.Key_Return)
    quiet()
    assert [(place.page, place.matter, place.record) for place in wanted] == [("matter", filled.id, found[0].record_id)]


def test_the_latest_words_win(box: CommandBox, until: Until, quiet: Callable[[], None]) -> None:
    for words in ("call", "police", "Quick"):
        box.setText(words)
        box._search()
    quiet()
    assert [one.title for one in box.results.rows if isinstance(one, Found) and one.kind] == ["<b>Quick</b> Recovery"]


def test_escape_empties_the_box(box: CommandBox, until: Until, quiet: Callable[[], None]) -> None:
    typed(box, "王", until, quiet)
    assert box.list.isVisible()
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert (box.text(), box.list.isVisible()) == ("", False)


def test_users_text_is_drawn_as_it_is(box: CommandBox, until: Until, quiet: Callable[[], None]) -> None:
    found = typed(box, "quick", until, quiet)
    assert found[0].title == "<b>Quick</b> Recovery"
    assert not box.list.grab().isNull()


@pytest.mark.parametrize(("text", "words", "marked"), [
    ("call POLICE now", "police", ["POLICE"]), ("明天公安就去公安局", "公安", ["公安", "公安"]),
    ("ＡＢＣ def", "abc", ["ＡＢＣ"]), ("𠮷野家 police", "police", ["police"]), ("nothing", "x y", []),
    ("one two one", "two one", ["one", "two", "one"]),
])
def test_the_hit_is_marked_where_it_stands(text: str, words: str, marked: list[str]) -> None:
    assert [text[start:start + length] for start, length in marks(text, words)] == marked


def test_the_box_speaks_the_language_chosen(office: Office) -> None:
    i18n.use("zh")
    box = CommandBox(office, {})
    assert "Ctrl+K" in box.placeholderText()
    assert box.accessibleDescription() != "Type a name, a number, words, or what you want to do"
    box.deleteLater()
