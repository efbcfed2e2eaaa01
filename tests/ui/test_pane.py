"""A record beside its list: drafts, saving, and two people at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from sqlalchemy import select

from casedesk.base.errors import Conflict
from casedesk.casework.drafts import drafts
from casedesk.casework.records import delete, save
from casedesk.records import Client, Incident, Matter
from casedesk.store.cabinet import Store
from casedesk.ui.forms.pane import RecordPane
from casedesk.ui.office import Office
from casedesk.ui.pages.records import RecordsPanel
from casedesk.ui.tables.wanted import Wanted
from tests.ui.conftest import Until


def typed(pane: RecordPane, name: str, text: str) -> None:
    """Type into a field as a person does."""
    editor = pane.form.rows[name].entry.editor
    assert isinstance(editor, QLineEdit)
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, text)


def client(store: Store, name: str = "Lin") -> tuple[int, uuid.UUID]:
    saved = save(store, Client, {"name": name}, uuid=uuid.uuid4())
    return saved.id, saved.uuid


def named(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(Client.name).order_by(Client.id)))


@pytest.fixture
def pane(office: Office, shown: Callable[[QWidget], QWidget]) -> RecordPane:
    made = RecordPane(office, Client)
    shown(made)
    return made


def test_a_new_record_is_typed_and_saved_by_keys(pane: RecordPane, store: Store, until: Until) -> None:
    saved: list[object] = []
    pane.saved.connect(saved.append)
    pane.show_new()
    assert pane.heading.text() == "New: Client"
    typed(pane, "name", "Lin")
    QTest.keyClick(pane.form.rows["name"].entry.editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    until(lambda: saved)
    until(lambda: pane.heading.text() == "Lin")
    assert named(store) == ["Lin"]
    assert not pane.dirty
    assert drafts(store) == []


def test_what_is_saved_with_ctrl_still_held_stays_chosen_and_shown(
        office: Office, store: Store, shown: Callable[[QWidget], QWidget], quiet: Callable[[], None]) -> None:
    for name in ("Lin", "Zhao"):
        client(store, name)
    panel = RecordsPanel(office, "clients", Wanted(Client))
    shown(panel)
    quiet()
    panel.select(2)
    quiet()
    typed(panel.pane, "phone", "111")
    editor = panel.pane.form.rows["phone"].entry.editor
    QTest.keyPress(editor, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    quiet()
    QTest.keyRelease(editor, Qt.Key.Key_Control)
    assert panel.table.chosen_ids() == [2]
    assert panel.pane.heading.text() == "Zhao"
    assert panel.pane.stack.currentIndex() == 1


def test_saving_twice_makes_one(pane: RecordPane, store: Store, quiet: Callable[[], None]) -> None:
    pane.show_new()
    typed(pane, "name", "Lin")
    pane.save()
    pane.save()
    quiet()
    typed(pane, "name", "Lin Xiao")
    pane.save()
    quiet()
    assert named(store) == ["Lin Xiao"]


def test_what_is_missing_is_said_and_nothing_is_saved(pane: RecordPane, store: Store, until: Until) -> None:
    pane.show_new()
    typed(pane, "phone", "13800138000")
    pane.save()
    until(pane.form.rows["name"].note.text)
    assert named(store) == []
    assert pane.form.rows["phone"].entry.typed() == "13800138000"


def test_what_is_typed_is_kept_and_offered_again(office: Office, store: Store, until: Until,
                                                 shown: Callable[[QWidget], QWidget],
                                                 quiet: Callable[[], None]) -> None:
    number, _ = client(store)
    first = RecordPane(office, Client)
    shown(first)
    first.show_record(number)
    until(lambda: first.version is not None)
    typed(first, "address", "Shenzhen")
    until(lambda: drafts(store))
    second = RecordPane(office, Client)
    shown(second)
    second.show_record(number)
    until(lambda: second.dirty)
    assert second.form.rows["address"].entry.typed() == "Shenzhen"
    second.throw_away()
    quiet()
    assert drafts(store) == []
    assert second.form.rows["address"].entry.typed() == ""


def test_a_draft_of_a_new_record_is_gone_on_with(office: Office, store: Store, until: Until,
                                                 shown: Callable[[QWidget], QWidget]) -> None:
    first, second = RecordPane(office, Client), RecordPane(office, Client)
    shown(first)
    shown(second)
    first.show_new()
    typed(first, "name", "Lin")
    first.flush()
    until(lambda: drafts(store))
    second.show_draft(drafts(store)[0])
    second.save()
    until(lambda: named(store))
    assert named(store) == ["Lin"]
    assert second.uuid == first.uuid


def test_half_typed_nonsense_is_kept_in_the_draft(pane: RecordPane, store: Store, until: Until) -> None:
    pane.show_new()
    typed(pane, "born_on", "not a da")
    until(lambda: drafts(store))
    [draft] = drafts(store)
    assert draft.values["typed"]["born_on"] == "not a da"
    assert draft.values["caption"] == "New: Client  not a da"


def test_what_is_thrown_away_comes_back_by_undo(pane: RecordPane, store: Store, quiet: Callable[[], None]) -> None:
    said: list[Callable[[], object]] = []
    pane.office.said.connect(lambda _text, undo: said.append(undo))
    number, _ = client(store)
    pane.show_record(number)
    quiet()
    typed(pane, "phone", "111")
    pane.throw_away()
    quiet()
    assert (drafts(store), pane.form.rows["phone"].entry.typed()) == ([], "")
    said[0]()
    quiet()
    assert pane.form.rows["phone"].entry.typed() == "111"
    assert pane.dirty


def conflict(pane: RecordPane, store: Store, until: Until) -> None:
    """Somebody else saves while this form is typed in."""
    number, name = client(store)
    pane.show_record(number)
    until(lambda: pane.version == 1)
    typed(pane, "phone", "111")
    save(store, Client, {"name": "Lin Xiao", "phone": "222"}, uuid=name, version=1)
    pane.save()
    until(lambda: pane.stack.currentIndex() == 2)


def test_both_versions_are_shown(pane: RecordPane, store: Store, until: Until) -> None:
    conflict(pane, store, until)
    assert pane.conflict.fields == ["name", "phone"]
    page = pane.conflict
    pane.resize(300, 800)
    QApplication.processEvents()
    assert all(one.width() >= one.sizeHint().width() and one.geometry().right() < page.width()
               for one in (page.theirs_button, page.mine_button, page.chosen_button)), "none is cut"
    assert named(store) == ["Lin Xiao"]


def test_what_was_typed_is_no_letter_of_a_choice(pane: RecordPane) -> None:
    pane.conflict.show_conflict(pane.form, Conflict("", mine={"name": "A & B"}, theirs={"name": "Lin", "version": 2}))
    assert pane.conflict.choice("name", 1).text() == "A && B"


def test_keeping_mine(pane: RecordPane, store: Store, until: Until, quiet: Callable[[], None]) -> None:
    conflict(pane, store, until)
    pane.conflict.mine_button.click()
    quiet()
    assert named(store) == ["Lin"]
    assert pane.version == 3


def test_taking_theirs(pane: RecordPane, store: Store, until: Until, quiet: Callable[[], None]) -> None:
    conflict(pane, store, until)
    pane.conflict.theirs_button.click()
    quiet()
    assert pane.form.rows["phone"].entry.typed() == "222"
    assert drafts(store) == []


def test_choosing_field_by_field(pane: RecordPane, store: Store, until: Until, quiet: Callable[[], None]) -> None:
    conflict(pane, store, until)
    theirs = pane.conflict.choice("name", 2)
    theirs.click()
    pane.conflict.chosen_button.click()
    quiet()
    with store.read() as session:
        found = session.scalars(select(Client)).one()
    assert (found.name, found.phone) == ("Lin Xiao", "111")


def test_saving_what_was_deleted_says_so_and_keeps_the_draft(pane: RecordPane, store: Store, until: Until,
                                                             quiet: Callable[[], None]) -> None:
    number, name = client(store)
    pane.show_record(number)
    until(lambda: pane.version == 1)
    typed(pane, "phone", "111")
    delete(store, Client, name)
    pane.save()
    until(lambda: pane.note.isVisible() and pane.note.property("tone") == "error")
    until(lambda: drafts(store))


def test_the_seconds_of_a_time_survive_an_edit(office: Office, store: Store, matter: Matter, until: Until,
                                               shown: Callable[[QWidget], QWidget],
                                               quiet: Callable[[], None]) -> None:
    import datetime as dt

    at = dt.datetime(2026, 11, 3, 14, 14, 37, tzinfo=dt.UTC)
    saved = save(store, Incident, {"matter_id": matter.id, "at": at}, uuid=uuid.uuid4())
    pane = RecordPane(office, Incident, {"matter_id": matter.id})
    shown(pane)
    pane.show_record(saved.id)
    until(lambda: pane.version == 1)
    typed(pane, "number", "95555")
    pane.save()
    until(lambda: pane.version == 2)
    with store.read() as session:
        assert session.scalar(select(Incident.at)) == at
