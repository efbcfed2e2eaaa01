"""The quick log: few keys, nothing lost, nothing plain on disk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QAccessible, QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit, QWidget
from sqlalchemy import select

from casedesk.base import i18n, times
from casedesk.casework import check
from casedesk.casework.drafts import drafts
from casedesk.records import (
    Collector,
    ContactPerson,
    Creditor,
    Evidence,
    EvidenceLink,
    Incident,
    Matter,
    PhoneNumber,
)
from casedesk.records.words import Channel, Role
from casedesk.store.cabinet import Store
from casedesk.ui.office import Office
from casedesk.ui.preferences import Preferences
from casedesk.ui.quick_log import open_quick_log
from casedesk.ui.quick_log.choices import LETTERS
from casedesk.ui.quick_log.panel import QuickLog
from casedesk.ui.quick_log.suggestions import suggested
from casedesk.ui.window import Window
from tests.ui.conftest import Until

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
PLAIN = Qt.KeyboardModifier.NoModifier
NUMBER = "0755 8655 1200"


@pytest.fixture
def known(store: Store, matter: Matter) -> Matter:
    """The matter with a collector's number and a mother."""
    with store.work() as session:
        creditor = Creditor(name="Some Bank")
        session.add(creditor)
        session.flush()
        collector = Collector(name="Quick Recovery", creditor_id=creditor.id)
        session.add(collector)
        session.flush()
        session.add(PhoneNumber(number=NUMBER, collector_id=collector.id))
        session.add(ContactPerson(matter_id=matter.id, name="Wang", role=Role.RELATIVE, relation="mother"))
    return matter


@pytest.fixture
def main(qapp: QApplication) -> Iterator[QMainWindow]:
    """A window the quick log belongs to."""
    window = QMainWindow()
    window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def log(main: QMainWindow, office: Office, known: Matter, quiet: Callable[[], None]) -> QuickLog:
    """The quick log, open on the matter."""
    panel = open_quick_log(main, office, known.id)
    quiet()
    quiet()
    return panel


def picture() -> QImage:
    image = QImage(1080, 2400, QImage.Format.Format_RGB32)
    image.fill(QColor("#3366aa"))
    return image


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(widget, key, modifier)


def incidents(store: Store) -> list[Incident]:
    with store.read() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id)))


def test_a_call_with_words_and_a_screenshot_takes_at_most_eight_key_presses(
        qapp: QApplication, store: Store, known: Matter, preferences: Preferences, until: Until) -> None:
    window, pressed = Window(preferences), 0

    def hit(key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        nonlocal pressed
        pressed += 1
        target = qapp.activePopupWidget() or qapp.focusWidget() or window
        press(target, key, modifier)

    window.show()
    window.activateWindow()
    window.open_store(store)
    assert window.office is not None
    office = window.office
    until(lambda: not office.reads.busy)
    QGuiApplication.clipboard().setImage(picture())
    hit(Qt.Key.Key_L, CONTROL)
    panel = window.findChild(QuickLog)
    assert panel is not None
    until(lambda: not office.reads.busy)
    panel.form.matter.setCurrentIndex(0)  # the matter a paralegal was on is kept; this is the first log ever
    panel.form.matter.activated.emit(0)
    until(lambda: bool(panel.form.number.known))
    hit(Qt.Key.Key_Down)
    hit(Qt.Key.Key_Return)
    assert panel.form.number.text() == NUMBER
    hit(Qt.Key.Key_R, ALT)
    hit(Qt.Key.Key_R)
    hit(Qt.Key.Key_W, ALT)
    QTest.keyClicks(qapp.focusWidget() or panel, "Pay today or the police will come")
    hit(Qt.Key.Key_V, CONTROL)
    hit(Qt.Key.Key_Return, CONTROL)
    until(lambda: not office.writes.busy and not office.reads.busy)
    saved = incidents(store)
    with store.read() as session:
        shown = session.scalars(select(Evidence)).all()
        linked = session.scalars(select(EvidenceLink.incident_id)).all()
        person = session.scalars(select(ContactPerson.id)).one()
    window.close()
    window.deleteLater()
    assert pressed <= 8
    assert [(one.number, one.words, one.reached, one.contact_person_id) for one in saved] == [
        (NUMBER, "Pay today or the police will come", Role.RELATIVE, person)]
    assert (saved[0].channel, saved[0].answered) == (Channel.CALL, True)
    assert saved[0].collector_id is not None
    assert [one.media_type for one in shown] == ["image/png"]
    assert linked == [saved[0].id]


def test_save_and_next_keeps_matter_and_number(log: QuickLog, store: Store, quiet: Callable[[], None]) -> None:
    log.form.number.setText(NUMBER)
    log.form.words.setPlainText("first")
    press(log.form.words, Qt.Key.Key_Return, CONTROL)
    assert (log.form.entry().number, log.form.entry().words) == (NUMBER, "")
    log.form.words.setPlainText("second")
    press(log.form.words, Qt.Key.Key_S, CONTROL)
    quiet()
    assert [(one.words, one.number) for one in incidents(store)] == [("first", NUMBER), ("second", NUMBER)]
    assert drafts(store) == []
    assert not log.isVisible()


def test_time_is_read_back_and_a_wrong_one_stays(log: QuickLog, store: Store) -> None:
    time, aside = log.form.time, log.form.time_aside
    QTest.keyClicks(time, "2026-11-03 2214")
    assert aside.text() == "2026-11-03 Tue 22:14"
    time.clear()
    QTest.keyClicks(time, "2199-11-03 2214")
    assert aside.text() == "2199-11-03 Sun 22:14: still to come"
    time.clear()
    QTest.keyClicks(time, "half past never")
    log.form.words.setPlainText("words")
    press(log, Qt.Key.Key_S, CONTROL)
    assert log.isVisible()
    assert (aside.wrong, time.text()) == (True, "half past never")
    assert incidents(store) == []
    log.form.words.clear()
    time.clear()
    log.close()


def test_minutes_ago_count_from_when_they_were_typed(log: QuickLog, store: Store, quiet: Callable[[], None]) -> None:
    before = times.now()
    QTest.keyClicks(log.form.time, "-5m")
    log.save()
    quiet()
    saved = incidents(store)[0].at
    assert dt.timedelta(0) <= saved - (before - dt.timedelta(minutes=5)) < dt.timedelta(minutes=1)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_each_choice_has_a_letter_of_its_own_and_it_chooses(
        main: QMainWindow, office: Office, known: Matter, quiet: Callable[[], None], lang: i18n.Language) -> None:
    i18n.use(lang)
    panel = open_quick_log(main, office, known.id)
    quiet()
    for row, words in ((panel.form.channel, Channel), (panel.form.reached, Role)):
        letters = [LETTERS[lang][word] for word in words]
        assert len(set(letters)) == len(letters)
        for word in words:
            press(row.buttons[row.value], Qt.Key(ord(LETTERS[lang][word])))
            assert row.value is word
    panel.form.put(panel.form.entry())
    panel.close()


def test_arrows_walk_the_choices(log: QuickLog) -> None:
    row = log.form.channel
    walked = []
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right):
        press(row.buttons[row.value], key)
        walked.append(row.value)
    assert walked == [Channel.PUSH, Channel.CALL, Channel.SMS]


def test_the_number_is_completed_by_its_digits_and_by_whose_it_is(log: QuickLog) -> None:
    completer = log.form.number.completer()
    assert completer is not None
    for typed in ("86551200", "8655 1", "quick rec", "some bank"):
        completer.setCompletionPrefix(typed)
        assert completer.currentCompletion() == NUMBER
    completer.setCompletionPrefix("no such")
    assert completer.completionCount() == 0
    log.form.number.setText("+86 755 86551200")
    assert log.form.number_aside.text().startswith("Quick Recovery → Some Bank")


def test_typed_words_are_kept_as_a_draft_and_offered_again(
        main: QMainWindow, log: QuickLog, office: Office, known: Matter, store: Store, quiet: Callable[[], None],
        until: Until) -> None:
    QTest.keyClicks(log.form.words, "do not lose this")
    log.attach(picture())
    until(lambda: log.files[0].file is not None)
    press(log.form.words, Qt.Key.Key_Escape)
    quiet()
    assert not log.isVisible()
    assert len(drafts(store)) == 1
    assert check.verify(store) == []
    again = open_quick_log(main, office)
    quiet()
    assert again.offer_bar.isVisible()
    assert "do not lose this" in again.offer.text()
    again.go_on()
    quiet()
    assert again.form.words.toPlainText() == "do not lose this"
    assert again.form.entry().matter_id == known.id
    assert [one.drawn is not None for one in again.files] == [True]
    again.save()
    quiet()
    with store.read() as session:
        assert session.scalars(select(Evidence.file_name)).all() == ["Screenshot 1.png"]
    assert [one.words for one in incidents(store)] == ["do not lose this"]
    assert drafts(store) == []
    assert check.verify(store) == []


def test_what_is_typed_is_safe_before_anything_is_pressed_and_nothing_of_it_is_plain(
        log: QuickLog, store: Store, quiet: Callable[[], None], until: Until) -> None:
    QTest.keyClicks(log.form.words, "plain words nobody may find")
    log.attach(picture())
    until(lambda: log.files[0].file is not None and not log._timer.isActive())
    quiet()
    kept = drafts(store)[0].values
    assert kept["words"] == "plain words nobody may find"
    assert [one["name"] for one in kept["files"]] == ["Screenshot 1.png"]
    for path in store.folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert b"plain words" not in content
        assert b"\x89PNG\r\n" not in content  # three letters alone come up by chance in what is enciphered
        assert "Screenshot" not in path.name
    log.close()
    quiet()


def test_a_picture_is_attached_wherever_the_cursor_stands(
        log: QuickLog, quiet: Callable[[], None], until: Until) -> None:
    log.activateWindow()
    for editor in (log.form.time, log.form.number, log.form.tags.line, log.form.words):
        QGuiApplication.clipboard().setImage(picture())
        count = len(log.files)
        editor.setFocus()
        press(editor, Qt.Key.Key_V, CONTROL)
        assert len(log.files) == count + 1
    QGuiApplication.clipboard().setText("0755")
    log.form.number.clear()
    press(log.form.number, Qt.Key.Key_V, CONTROL)
    assert log.form.number.text() == "0755"
    until(lambda: all(one.file is not None for one in log.files))
    log.close()
    quiet()


def test_a_draft_edited_and_edited_back_is_still_kept(
        main: QMainWindow, log: QuickLog, office: Office, known: Matter, store: Store, quiet: Callable[[], None],
        until: Until) -> None:
    QTest.keyClicks(log.form.words, "do not lose this")
    log.close()
    quiet()
    draft = drafts(store)[0]
    again = open_quick_log(main, office, draft=draft)
    quiet()
    quiet()
    assert (again.form.words.toPlainText(), again.form.entry().matter_id) == ("do not lose this", known.id)
    QTest.keyClicks(again.form.words, "x")
    QTest.keyClick(again.form.words, Qt.Key.Key_Backspace)
    until(lambda: not again._timer.isActive())
    quiet()
    assert [one.values["words"] for one in drafts(store)] == ["do not lose this"]
    again.close()


def test_a_draft_opened_over_something_typed_loses_neither(
        main: QMainWindow, log: QuickLog, office: Office, store: Store, quiet: Callable[[], None]) -> None:
    QTest.keyClicks(log.form.words, "first")
    log.close()
    quiet()
    draft = drafts(store)[0]
    open_quick_log(main, office)
    quiet()
    QTest.keyClicks(log.form.words, "second")
    open_quick_log(main, office, draft=draft)
    quiet()
    assert log.form.words.toPlainText() == "first"
    assert sorted(one.values["words"] for one in drafts(store)) == ["first", "second"]
    log.close()


def test_the_hidden_log_holds_nothing_that_was_typed(log: QuickLog, quiet: Callable[[], None]) -> None:
    QTest.keyClicks(log.form.words, "secret")
    log.close()
    quiet()
    assert log.form.entry().words == ""
    assert log.form.entry().number == ""


def test_a_draft_thrown_away_takes_its_files_out_of_the_vault(
        main: QMainWindow, log: QuickLog, office: Office, store: Store, quiet: Callable[[], None],
        until: Until) -> None:
    log.attach(picture())
    until(lambda: log.files[0].file is not None)
    log.close()
    quiet()
    again = open_quick_log(main, office)
    quiet()
    assert len(list(store.vault.names())) == 1
    again.throw_away()
    quiet()
    assert list(store.vault.names()) == []
    assert drafts(store) == []
    again.close()


def test_a_removed_file_is_not_saved_and_leaves_the_vault(
        log: QuickLog, store: Store, quiet: Callable[[], None], until: Until) -> None:
    log.attach(picture())
    until(lambda: log.files[0].file is not None)
    press(log.thumbnails.shown[0], Qt.Key.Key_Delete)
    log.form.words.setPlainText("without it")
    log.save()
    quiet()
    assert list(store.vault.names()) == []
    with store.read() as session:
        assert session.scalars(select(Evidence)).all() == []


def test_files_are_attached_by_paste_and_text_is_typed(
        log: QuickLog, tmp_path: Path, until: Until, quiet: Callable[[], None]) -> None:
    letter = tmp_path / "2026-11-03 letter.txt"
    letter.write_text("pay", encoding="utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(letter))])
    log.form.words.insertFromMimeData(data)
    until(lambda: log.files[0].file is not None)
    assert log.files[0].name == "2026-11-03 letter.txt"
    both = QMimeData()
    both.setText("a table")
    both.setImageData(picture())
    log.form.words.insertFromMimeData(both)
    assert log.form.words.toPlainText() == "a table"
    assert len(log.files) == 1
    log.save()
    quiet()


def test_a_draft_without_words_is_called_by_its_number(log: QuickLog, store: Store, until: Until) -> None:
    QTest.keyClicks(log.form.number, NUMBER)
    until(lambda: drafts(store))
    assert drafts(store)[0].values["caption"] == NUMBER
    log.save()


def test_a_file_that_cannot_be_read_is_said_and_nothing_is_lost(
        log: QuickLog, store: Store, tmp_path: Path, until: Until, quiet: Callable[[], None]) -> None:
    log.form.words.setPlainText("with a bad file")
    log.attach(tmp_path / "gone.png")
    until(lambda: log.files[0].problem)
    assert "gone.png" in log.files[0].problem
    log.save()
    quiet()
    assert incidents(store) == []
    assert [one.values["words"] for one in drafts(store)] == ["with a bad file"]


def test_nothing_is_entered_is_not_saved(log: QuickLog, store: Store) -> None:
    press(log, Qt.Key.Key_S, CONTROL)
    assert log.isVisible()
    assert "Nothing is entered" in log.status.text()
    log.close()


def test_enter_in_a_line_goes_on_to_the_words_and_saves_nothing(log: QuickLog, store: Store) -> None:
    log.activateWindow()
    press(log.form.number, Qt.Key.Key_Return)
    assert log.isVisible()
    assert incidents(store) == []
    log.close()


def test_facts_are_plain_and_counted_from_the_log(
        log: QuickLog, known: Matter, store: Store, quiet: Callable[[], None]) -> None:
    place = times.zone("Asia/Shanghai")
    with store.work() as session:
        for minute in (0, 10):
            at = dt.datetime(2026, 11, 3, 21, minute, tzinfo=place)
            session.add(Incident(matter_id=known.id, at=at, answered=True))
        session.add(Incident(matter_id=known.id, at=dt.datetime(2026, 11, 3, 23, tzinfo=place), answered=True))
        session.add(Incident(matter_id=known.id, at=dt.datetime(2026, 11, 3, 20, tzinfo=place), answered=False))
    QTest.keyClicks(log.form.time, "2026-11-03 22:14")
    quiet()
    assert log.facts.text() == "answered call no. 3 on 2026-11-03"
    log.form.answered.click()
    quiet()
    assert log.facts.text() == ""
    log.form.time.clear()
    log.form.put(log.form.entry())
    log.close()


@pytest.mark.parametrize(("words", "tags"), [
    ("明天公安就去你单位", ["冒充公安", "威胁联系单位"]), ("利滚利", []), ("请于周五前还款", ["要求付款"]),
    ("The POLICE will come", ["冒充公安"]), ("a policeman's ball", []),
])
def test_words_suggest_tags(words: str, tags: list[str]) -> None:
    assert [one.tag for one in suggested(words, [], "zh")] == tags
    assert suggested(words, tags, "zh") == []


def test_only_the_beginning_of_very_long_words_is_looked_at_while_they_are_typed() -> None:
    said = "The police will come. "
    assert [one.tag for one in suggested(said + "x" * 1_000_000, [], "en")] == ["Posing as police"]
    assert suggested("x" * 1_000_000 + said, [], "en") == []


def test_a_suggestion_is_added_by_one_key(log: QuickLog) -> None:
    log.activateWindow()
    QTest.keyClicks(log.form.words, "The police will arrest you")
    assert [one.tag for one in log.form.tags.offered] == ["Posing as police", "Threat of arrest"]
    marked = [one.cursor.selectedText() for one in log.form.words.extraSelections()]
    assert marked == ["The police will", "arrest"], "and nothing that was typed on behind it"
    press(log, Qt.Key.Key_2, ALT)
    assert log.form.entry().tag_list() == ["Threat of arrest"]
    assert [one.tag for one in log.form.tags.offered] == ["Posing as police"]
    log.form.words.clear()
    log.form.tags.put("")
    log.close()


def test_every_input_has_a_name_and_can_be_tabbed_to(log: QuickLog) -> None:
    form = log.form
    for editor in (form.matter, form.time, form.number, form.duration, form.answered, form.words, form.tags.line):
        interface = QAccessible.queryAccessibleInterface(editor)
        assert interface.text(QAccessible.Text.Name)
        assert editor.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert isinstance(form.words, QPlainTextEdit)
    log.close()
