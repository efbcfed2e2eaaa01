"""Every form, walked: each input has a name, a buddy, a letter of its own and a place in the order of tabs."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget
from sqlalchemy import select

from casedesk.base import i18n, times
from casedesk.base.errors import InvalidEntry
from casedesk.casework.drafts import drafts
from casedesk.casework.records import save
from casedesk.records import ALL, Client, Creditor, Debt, Incident, Matter, Offer, OfMatter, Record, columns
from casedesk.records.words import Channel, Jurisdiction
from casedesk.store.cabinet import Store
from casedesk.ui.forms.defaults import defaults
from casedesk.ui.forms.dialog import RecordDialog
from casedesk.ui.forms.form import Form
from casedesk.ui.forms.mnemonics import letters
from casedesk.ui.forms.moments import read_day
from casedesk.ui.forms.pane import RecordPane
from casedesk.ui.forms.references import ReferenceInput
from casedesk.ui.office import Office

TYPED = [kind for kind in ALL if any(not how.hidden for _, how in columns(kind))]


def form_of(office: Office, kind: type[Record]) -> Form:
    return Form(office, kind, {"matter_id": 1} if issubclass(kind, OfMatter) else {})


def name_of(editor: QWidget) -> str:
    """What a screen reader calls an input; a choice box is called by its label, its text is its value."""
    if isinstance(editor, QComboBox):
        return editor.accessibleName()
    return QAccessible.queryAccessibleInterface(editor).text(QAccessible.Text.Name)


def lines(form: Form) -> dict[str, QLineEdit | QPlainTextEdit]:
    """What of a form is typed into."""
    editors = {name: row.entry.editor for name, row in form.rows.items()}
    typed = {name: one.lineEdit() if isinstance(one, QComboBox) else one for name, one in editors.items()}
    return {name: one for name, one in typed.items() if isinstance(one, QLineEdit | QPlainTextEdit)}


def said(line: QLineEdit | QPlainTextEdit) -> str:
    return line.text() if isinstance(line, QLineEdit) else line.toPlainText()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("kind", TYPED, ids=lambda kind: kind.__name__)
def test_every_input_can_be_found_and_reached(office: Office, quiet: Callable[[], None], kind: type[Record],
                                              lang: i18n.Language) -> None:
    i18n.use(lang)
    form = form_of(office, kind)
    quiet()
    wanted = [column.key for column, how in columns(kind) if not how.hidden and column.key not in form.fixed]
    assert list(form.rows) == wanted
    for row in form.rows.values():
        editor = row.entry.editor
        assert name_of(editor) == i18n.tr(row.declared.label)
        assert row.label.buddy() is editor
        assert editor.focusPolicy() & Qt.FocusPolicy.TabFocus
    given = [row.letter for row in form.rows.values() if row.letter]
    assert len(given) == len(set(given))
    assert len(given) >= min(len(form.rows), 36)
    form.deleteLater()


@pytest.mark.parametrize("kind", TYPED, ids=lambda kind: kind.__name__)
def test_half_typed_words_of_every_field_come_back_from_a_draft(office: Office, quiet: Callable[[], None],
                                                                kind: type[Record]) -> None:
    form, again = form_of(office, kind), form_of(office, kind)
    quiet()
    for name, line in lines(form).items():
        line.insert(f"half {name}") if isinstance(line, QLineEdit) else line.insertPlainText(f"half {name}")
    again.put_typed(json.loads(json.dumps(form.typed())))
    quiet()
    assert {name: said(line) for name, line in lines(again).items()} == {
        name: said(line) for name, line in lines(form).items()}
    assert all("half" in said(line) for line in lines(again).values())
    for one in (form, again):
        one.deleteLater()


@pytest.mark.parametrize("kind", [Matter, Client, Debt], ids=lambda kind: kind.__name__)
def test_tab_walks_the_form_from_top_to_bottom(office: Office, quiet: Callable[[], None], kind: type[Record],
                                               shown: Callable[[QWidget], QWidget]) -> None:
    form = form_of(office, kind)
    shown(form)
    quiet()
    editors = [row.entry.editor for row in form.rows.values()]
    editors[0].setFocus()
    for editor in editors[1:]:
        focused = form.window().focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        reached = form.window().focusWidget()
        assert reached is editor or (reached is not None and editor.isAncestorOf(reached))


def test_letters_are_given_once_each() -> None:
    given = letters(["Name", "Number", "Notes", "时间", "Time", "A", "A", "A"])
    assert len(set(given)) == len(given)
    assert given[0] == "N"


def test_more_fields_than_letters_leaves_the_last_without() -> None:
    assert letters(["时"] * 40)[36:] == [""] * 4


def test_values_come_out_as_they_went_in(office: Office, quiet: Callable[[], None]) -> None:
    form = form_of(office, Incident)
    at = dt.datetime(2026, 11, 3, 14, 14, 7, tzinfo=dt.UTC)
    values = {"at": at, "zone": "Asia/Shanghai", "channel": Channel.CALL, "duration": 185, "answered": True,
              "words": "今天\n不还款", "tags": ["冒充公安", "威胁"], "demanded": 123456, "number": "0755 8611 2210"}
    form.put(values)
    quiet()
    out = form.values()
    assert {name: out[name] for name in values} == values
    form.deleteLater()


@pytest.mark.parametrize(("typed", "said"), [("5.8万", "58,000.00"), ("58k", "58,000.00"), ("58,000.00", ""),
                                             ("58,000", ""), ("1,2,3", ""), ("", "")])
def test_an_amount_is_read_back(office: Office, typed: str, said: str) -> None:
    form = form_of(office, Debt)
    form.rows["principal"].entry.put_typed(typed)
    assert form.rows["principal"].entry.reading() == said
    form.deleteLater()


def test_a_long_text_of_one_line_is_not_cut(office: Office) -> None:
    form = form_of(office, Client)
    form.put({"name": "Lin", "address": "路" * 40_000})
    assert form.values()["address"] == "路" * 40_000
    form.deleteLater()


@pytest.mark.parametrize(("name", "typed", "value"), [
    ("demanded", "5.8万", 5_800_000), ("demanded", "", None), ("duration", "3分5秒", 185), ("duration", "3:05", 185),
    ("tags", "威胁，冒充公安、 上门", ["威胁", "冒充公安", "上门"]), ("people_count", "1,000", 1000),
])
def test_what_is_typed_is_understood(office: Office, name: str, typed: str, value: object) -> None:
    form = form_of(office, Incident)
    editor = form.rows[name].entry.editor
    assert isinstance(editor, QLineEdit)
    editor.setText(typed)
    assert form.rows[name].entry.value() == value
    form.deleteLater()


@pytest.mark.parametrize(("text", "day"), [
    ("2026-11-03", "2026-11-03"), ("２０２６－１１－０３", "2026-11-03"), ("2026年11月3号", "2026-11-03"),
    ("二〇二六年十一月三日", "2026-11-03"), ("3 Nov 2026", "2026-11-03"), ("November 3, 2026", "2026-11-03"),
    ("20261103", "2026-11-03"), ("13/11/2026", "2026-11-13"), ("29 Feb 2028", "2028-02-29"),
])
def test_a_day_is_read_as_people_write_it(text: str, day: str) -> None:
    assert str(read_day(text)) == day


def test_a_day_without_a_year_is_the_nearest() -> None:
    soon = dt.datetime.now().astimezone().date() + dt.timedelta(days=20)
    assert [read_day(soon.strftime(form)) for form in ("%m-%d", "%d %b", "%B %d", "%m月%d日")] == [soon] * 4


@pytest.mark.parametrize("text", ["2026-02-30", "31 Jun 2026", "03/04/2026", "soon", "2026-13-01", "3 Nov 26 x"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidEntry):
        read_day(text)


def test_a_time_typed_freely_is_read_back(office: Office) -> None:
    form = form_of(office, Incident)
    form.put({"at": times.now(), "zone": "Asia/Shanghai"})
    entry = form.rows["at"].entry
    entry.put_typed("2026-11-03 2214")
    assert entry.value() == dt.datetime(2026, 11, 3, 14, 14, tzinfo=dt.UTC)
    assert "22:14" in entry.reading()
    entry.put_typed("2199-11-03 2214")
    assert entry.reading().endswith("still to come")
    form.deleteLater()


def test_what_is_wrong_is_said_beside_the_field_and_kept(office: Office, shown: Callable[[QWidget], QWidget]) -> None:
    form = form_of(office, Client)
    shown(form)
    row = form.rows["born_on"]
    row.entry.put_typed("31-31-31")
    assert row.check() is False
    assert row.note.isVisible()
    assert row.note.property("tone") == "error"
    assert row.entry.typed() == "31-31-31"
    with pytest.raises(InvalidEntry) as caught:
        form.values()
    assert caught.value.field == "born_on"


def test_a_doubt_is_said_but_refuses_nothing(office: Office, shown: Callable[[QWidget], QWidget]) -> None:
    form = form_of(office, Incident)
    shown(form)
    row = form.rows["number"]
    row.entry.put_typed("19999")
    assert row.check() is True
    assert row.note.property("tone") == "doubt"


def test_a_rate_that_cannot_be_counted_with_is_said_while_it_is_typed(
        office: Office, shown: Callable[[QWidget], QWidget]) -> None:
    form = form_of(office, Debt)
    shown(form)
    row = form.rows["rate"]
    for typed, said in (("2400 %", "more than 2,000 % a year"), ("-3 %", "cannot be negative"), ("日万分之五", "")):
        row.entry.put_typed(typed)
        assert row.check() is True
        assert said in row.note.text()
        assert bool(row.note.text()) is bool(said)


def test_a_visit_has_a_place_and_a_call_has_a_length(office: Office, shown: Callable[[QWidget], QWidget]) -> None:
    form = form_of(office, Incident)
    shown(form)
    form.put({"channel": Channel.CALL})
    assert (form.rows["place"].entry.isVisible(), form.rows["duration"].entry.isVisible()) == (False, True)
    form.put({"channel": Channel.VISIT})
    assert (form.rows["place"].entry.isVisible(), form.rows["duration"].entry.isVisible()) == (True, False)
    form.put({"channel": Channel.VISIT, "duration": 5})
    assert form.rows["duration"].entry.isVisible()


def test_a_client_not_there_yet_is_made_from_the_field_that_names_it_by_keys_alone(
        office: Office, quiet: Callable[[], None], shown: Callable[[QWidget], QWidget], store: Store) -> None:
    pane = RecordPane(office, Matter)
    shown(pane)
    pane.show_new()
    quiet()
    entry = pane.form.rows["client_id"].entry
    entry.setFocus()
    assert isinstance(entry.editor, QComboBox)
    entry.editor.setEditText("林小明")
    QTest.keyClick(entry.editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    [dialog] = pane.findChildren(RecordDialog)
    assert dialog.pane.form.values()["name"] == "林小明"
    dialog.pane.save()
    quiet()
    with store.read() as session:
        assert entry.value() == session.scalars(select(Client.id)).one()


def test_a_window_asked_for_in_a_window_stands_in_its_place_and_nothing_typed_is_lost(
        office: Office, quiet: Callable[[], None], shown: Callable[[QWidget], QWidget], store: Store,
        matter: Matter) -> None:
    page = QWidget()
    shown(page)
    outer = RecordDialog.open_new(page, office, Debt, matter.id)
    quiet()
    contract = outer.pane.form.rows["contract_number"].entry
    QTest.keyClicks(contract.editor, "C-7")
    entry = outer.pane.form.rows["creditor_id"].entry
    assert isinstance(entry, ReferenceInput)
    entry.new_wanted.emit(Creditor)
    inner = next(one for one in page.findChildren(RecordDialog) if one is not outer)
    assert (outer.isVisible(), inner.isVisible()) == (False, True)
    QTest.keyClicks(inner.pane.form.rows["name"].entry.editor, "a bank")
    inner.close()
    quiet()
    assert outer.isVisible()
    assert contract.typed() == "C-7"
    kept = {one.values["table"]: one.values["typed"] for one in drafts(store)}
    assert kept["debt"]["contract_number"] == "C-7"
    assert kept["creditor"]["name"] == "a bank", "closed at once after the last key"
    outer.close()
    quiet()


def test_enter_in_a_field_of_a_draft_gone_on_with_throws_nothing_away(
        office: Office, quiet: Callable[[], None], shown: Callable[[QWidget], QWidget], store: Store) -> None:
    page = QWidget()
    shown(page)
    typing = RecordDialog.open_new(page, office, Client, None)
    QTest.keyClicks(typing.pane.form.rows["name"].entry.editor, "Lin")
    typing.close()
    quiet()
    [kept] = drafts(store)
    dialog = RecordDialog.open_draft(page, office, Client, kept)
    quiet()
    focused = dialog.focusWidget()
    assert focused is dialog.pane.form.rows["name"].entry.editor
    QTest.keyClick(focused, Qt.Key.Key_Return)
    quiet()
    assert dialog.isVisible()
    assert [one.key for one in drafts(store)] == [kept.key]
    dialog.close()
    quiet()


def test_personal_data_is_masked_until_asked_for(office: Office) -> None:
    form = form_of(office, Client)
    editor = form.rows["identity_number"].entry.editor
    assert isinstance(editor, QLineEdit)
    assert editor.echoMode() == QLineEdit.EchoMode.Password
    editor.actions()[0].trigger()
    assert editor.echoMode() == QLineEdit.EchoMode.Normal
    form.deleteLater()


def test_a_choice_can_be_typed(office: Office, shown: Callable[[QWidget], QWidget]) -> None:
    form = form_of(office, Incident)
    shown(form)
    box = form.rows["channel"].entry.editor
    assert isinstance(box, QComboBox)
    QTest.keyClick(box, Qt.Key.Key_V)
    assert form.rows["channel"].entry.value() is Channel.VISIT


def test_days_in_reversed_order_are_said_as_soon_as_a_field_is_left(
        office: Office, quiet: Callable[[], None], shown: Callable[[QWidget], QWidget]) -> None:
    form = form_of(office, Offer)
    shown(form)
    quiet()
    made, until = form.rows["made_on"], form.rows["valid_until"]
    made.entry.put_typed("2026-09-02")
    until.entry.put_typed("2026-09-01")
    until.entry.left.emit()
    assert "2026-09-02" in until.note.text()
    assert until.entry.typed() == "2026-09-01"
    made.entry.put_typed("2026-08-31")
    made.entry.left.emit()
    assert until.note.text() == "", "put right by the other day"


def test_a_new_debt_is_in_the_money_of_its_matters_law(office: Office, store: Store, matter: Matter) -> None:
    assert defaults(Debt, {"matter_id": matter.id}, office)["currency"] == "CNY"
    with store.work() as session:
        session.query(Matter).one().jurisdiction = Jurisdiction.EW
    assert defaults(Debt, {"matter_id": matter.id}, office)["currency"] == "GBP"


def test_an_offer_is_about_the_only_debt_there_is(office: Office, store: Store, matter: Matter) -> None:
    of = {"matter_id": matter.id}
    assert "debt_id" not in defaults(Offer, of, office)
    bank = save(store, Creditor, {"name": "Bank"}, uuid=uuid.uuid4()).id
    first = save(store, Debt, {**of, "creditor_id": bank}, uuid=uuid.uuid4()).id
    assert defaults(Offer, of, office)["debt_id"] == first
    save(store, Debt, {**of, "creditor_id": bank}, uuid=uuid.uuid4())
    assert "debt_id" not in defaults(Offer, of, office)
