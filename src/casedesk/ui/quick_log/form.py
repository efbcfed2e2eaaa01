"""The fields of the quick log, in the order a call is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QGridLayout, QLabel, QLineEdit, QWidget

from casedesk.base import i18n, times
from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import N_, tr
from casedesk.base.phones import phone_doubt
from casedesk.base.typed_time import read_duration, show_duration
from casedesk.records.words import Channel, Role
from casedesk.ui import look, parts
from casedesk.ui.quick_log import known
from casedesk.ui.quick_log.choices import ChoiceRow
from casedesk.ui.quick_log.entry import Entry, fresh
from casedesk.ui.quick_log.fields import Aside, Line, NumberField
from casedesk.ui.quick_log.known import KnownMatter, KnownPerson, OfMatter
from casedesk.ui.quick_log.pasting import WordsField, is_file
from casedesk.ui.quick_log.tags import Tags
from casedesk.ui.shown import time_in_full

_ID = Qt.ItemDataRole.UserRole
_KEYS = {"matter_id": "M", "at": "T", "channel": "C", "answered": "A", "duration": "D", "number": "N",
         "reached": "R", "words": "W", "tags": "G"}
_LABELS = {"matter_id": N_("Matter"), "at": N_("Time"), "channel": N_("Channel"), "duration": N_("Duration"),
           "number": N_("Number"), "reached": N_("Reached"), "words": N_("Their words"), "tags": N_("Tags")}


class EntryForm(QWidget):
    """What is typed of one incident; `entry()` is its state."""

    changed = Signal()
    matter_changed = Signal()
    pasted = Signal(QMimeData)

    def __init__(self) -> None:
        super().__init__()
        self._entry = fresh(times.now())
        self._matters: list[KnownMatter] = []
        self._persons: list[KnownPerson] = []
        self._putting = False
        self._labels: dict[str, QLabel] = {}
        self._make_fields()
        self._lay_out()
        self._wire()
        self.put(self._entry)

    # building

    def _make_fields(self) -> None:
        lang = i18n.language()
        self.matter = _matter_box()
        self.time = Line(tr("Time"), 20, tr("now"))
        self.channel = ChoiceRow(tr("Channel"), list(Channel), lang)
        self.answered = QCheckBox(tr("Answered"))
        self.duration = Line(tr("Duration"), 9, tr("3m5s"))
        self.number = NumberField(tr("Number"))
        self.reached = ChoiceRow(tr("Reached"), list(Role), lang)
        self.words = WordsField()
        self.words.setAccessibleName(tr("Their words"))
        self.words.setPlaceholderText(tr("Exactly as said or written"))
        self.words.setTabChangesFocus(True)
        self.words.setFixedHeight(self.words.fontMetrics().lineSpacing() * 4 + look.grid(4))
        self.tags = Tags()
        self.matter_aside, self.time_aside = Aside(self.matter), Aside(self.time)
        self.duration_aside, self.number_aside = Aside(self.duration), Aside(self.number)
        self.who_aside = Aside(self.reached)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look.grid(3))
        grid.setVerticalSpacing(look.grid(2))
        rows = (
            ("matter_id", parts.row(self.matter, self.matter_aside, None)),
            ("at", parts.row(self.time, self.time_aside, None)),
            ("number", parts.row(self.number, self.number_aside, None)),
            ("channel", parts.row(self.channel, None)),
            ("duration", parts.row(self.duration, self.duration_aside, self.answered, None, gap=4)),
            ("reached", parts.row(self.reached, self.who_aside, None, gap=4)),
            ("words", parts.row(self.words)),
            ("tags", parts.row(self.tags)),
        )
        for at, (name, layout) in enumerate(rows):
            grid.addWidget(self._label(name), at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(layout, at, 1)
        grid.setColumnStretch(1, 1)
        self._order()

    def _label(self, name: str) -> QLabel:
        label = parts.text(tr(_LABELS[name]))
        label.setBuddy(self._editors()[name])
        label.setToolTip(f"Alt+{_KEYS[name]}")
        label.setMinimumHeight(self.time.sizeHint().height())
        self._labels[name] = label
        return label

    def _editors(self) -> dict[str, QWidget]:
        return {"matter_id": self.matter, "at": self.time, "channel": self.channel, "answered": self.answered,
                "duration": self.duration, "number": self.number, "reached": self.reached, "words": self.words,
                "tags": self.tags.line}

    def _order(self) -> None:
        order = (self.matter, self.time, self.number, *self.channel.buttons.values(), self.duration, self.answered,
                 *self.reached.buttons.values(), self.words, self.tags.line)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _wire(self) -> None:
        self.matter.activated.connect(self._matter_chosen)
        for line in (self.number, self.duration, self.tags.line):
            line.textEdited.connect(self._changed)
        self.time.textEdited.connect(self._time_typed)
        self.time.left.connect(self._check_time)
        self.duration.left.connect(self._check_duration)
        self.number.left.connect(self._say_whose)
        self.number.textChanged.connect(self._say_known)
        self.number.chosen.connect(self._changed)
        self.tags.changed.connect(self._changed)
        self.tags.marked.connect(self.words.mark)
        self.words.textChanged.connect(self._words_typed)
        self.words.pasted.connect(self.pasted)
        for row in (self.channel, self.reached):
            row.changed.connect(self._chosen)
        self.answered.clicked.connect(self._chosen)
        for line in (self.time, self.number, self.duration):
            line.returnPressed.connect(self.words.setFocus)
        matter = self.matter.lineEdit()
        for editor in (self.time, self.number, self.duration, self.tags.line, *([] if matter is None else [matter])):
            editor.installEventFilter(self)
        for name, letter in _KEYS.items():
            shortcut = QShortcut(QKeySequence(f"Alt+{letter}"), self)
            shortcut.activated.connect(self.answered.click if name == "answered" else self._editors()[name].setFocus)

    def hint(self, *, shown: bool) -> None:
        """Show the Alt letters, or hide them."""
        for name, label in self._labels.items():
            label.setText(f"{tr(_LABELS[name])} ({_KEYS[name]})" if shown else tr(_LABELS[name]))
        self.answered.setText(f"{tr('Answered')} ({_KEYS['answered']})" if shown else tr("Answered"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            data = QGuiApplication.clipboard().mimeData() if event.matches(QKeySequence.StandardKey.Paste) else None
            if data is not None and is_file(data):
                self.pasted.emit(data)
                return True
        return False

    # what is known

    def offer_matters(self, matters: list[KnownMatter]) -> None:
        """Offer these matters."""
        self._matters = matters
        self.matter.clear()
        for one in matters:
            self.matter.addItem(one.label, one.id)
        self._show_matter()

    def offer(self, found: OfMatter) -> None:
        """Complete from what is known in the matter."""
        if found.matter_id == self._entry.matter_id:
            self._persons = found.persons
            self.number.offer(found.numbers)
            self._say_known()
            self._say_who()

    # state

    def put(self, entry: Entry) -> None:
        """Show an entry."""
        self._putting, self._entry = True, entry
        self.time.setText(entry.time)
        self.channel.put(entry.channel)
        self.reached.put(entry.reached)
        self.answered.setChecked(entry.answered)
        self.duration.setText(entry.duration)
        self.number.setText(entry.number)
        self.words.setPlainText(entry.words)
        self.tags.put(entry.tags)
        self._show_matter()
        self._putting = False
        for aside in (self.matter_aside, self.time_aside, self.duration_aside):
            aside.say("")
        self._relevant()
        self._read_back()
        self._say_known()
        self._say_who()
        self.tags.suggest(entry.words)

    def entry(self) -> Entry:
        """What stands in the fields now."""
        person = self._person()
        channel, reached = self.channel.value, self.reached.value
        assert isinstance(channel, Channel)
        assert isinstance(reached, Role)
        return replace(
            self._entry, time=self.time.text(), channel=channel, answered=self.answered.isChecked(),
            duration=self.duration.text(), number=self.number.text(), reached=reached,
            contact_person_id=person.id if person is not None else None, words=self.words.toPlainText(),
            tags=self.tags.line.text())

    def _show_matter(self) -> None:
        at = self.matter.findData(self._entry.matter_id)
        self.matter.setCurrentIndex(at)
        line = self.matter.lineEdit()
        assert line is not None
        line.setCursorPosition(0)
        if at >= 0:
            self._entry = replace(self._entry, zone=self._matters[at].zone)

    # hearing

    @Slot()
    def _changed(self) -> None:
        if not self._putting:
            self.changed.emit()

    @Slot(int)
    def _matter_chosen(self, at: int) -> None:
        self._entry = replace(self._entry, matter_id=self.matter.itemData(at, _ID))
        self._show_matter()
        self.matter_aside.say("")
        self._read_back()
        self.matter_changed.emit()
        self.changed.emit()

    @Slot()
    def _time_typed(self) -> None:
        self._entry = replace(self._entry, said_at=times.now())
        self._read_back()
        self.changed.emit()

    @Slot()
    def _words_typed(self) -> None:
        if not self._putting:
            self.tags.suggest(self.words.toPlainText())
            self.changed.emit()

    @Slot()
    def _chosen(self) -> None:
        self._relevant()
        self._say_who()
        self._changed()

    def _relevant(self) -> None:
        call = self.channel.value is Channel.CALL
        for widget in (self._labels["duration"], self.duration, self.duration_aside, self.answered):
            widget.setVisible(call)
        self.duration.setEnabled(self.answered.isChecked())

    # saying

    def _read_back(self) -> None:
        """Show in full what was understood; what is not understood yet is not scolded while it is typed."""
        try:
            self.time_aside.say(*time_in_full(self.entry().moment()))
        except InvalidEntry:
            self.time_aside.say("")

    @Slot()
    def _check_time(self) -> None:
        try:
            self.time_aside.say(*time_in_full(self.entry().moment()))
        except InvalidEntry as problem:
            self.time_aside.say(str(problem), "error")

    @Slot()
    def _check_duration(self) -> None:
        typed = self.duration.text().strip()
        try:
            self.duration_aside.say(show_duration(read_duration(typed), tr) if typed else "")
        except InvalidEntry as problem:
            self.duration_aside.say(str(problem), "error")

    @Slot()
    def _say_known(self) -> None:
        found = known.find_number(self.number.known, self.number.text(), times.region(self._entry.zone))
        said = [found.whose] if found is not None and found.whose else []
        if found is not None and found.used:
            said.append(tr("{n} times in this matter", n=found.used))
        self.number_aside.say("  ·  ".join(said))

    @Slot()
    def _say_whose(self) -> None:
        self._say_known()
        if not self.number_aside.text():
            self.number_aside.say(phone_doubt(self.number.text()), "doubt")

    def _person(self) -> KnownPerson | None:
        """The contact person reached, where the matter has only one in that role."""
        found = [one for one in self._persons if one.role is self.reached.value]
        return found[0] if len(found) == 1 else None

    def _say_who(self) -> None:
        person = self._person()
        self.who_aside.say(person.name if person is not None else "")

    def wrong(self, problem: InvalidEntry) -> None:
        """Say a problem beside its field and go there."""
        asides = {"matter_id": self.matter_aside, "at": self.time_aside, "duration": self.duration_aside,
                  "number": self.number_aside}
        if problem.field in asides:
            asides[problem.field].say(str(problem), "error")
            self._editors()[problem.field].setFocus()

    def start(self) -> None:
        """Put the cursor where a call begins: the number, marked to be kept or typed over."""
        self.number.setFocus()
        self.number.selectAll()

    def local_today(self) -> dt.date:
        """Today at the matter's place."""
        return times.day(times.now(), self._entry.zone)


def _matter_box() -> QComboBox:
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    box.setAccessibleName(tr("Matter"))
    box.setMinimumWidth(look.chars(box, 52))
    line = box.lineEdit()
    assert isinstance(line, QLineEdit)
    line.setPlaceholderText(tr("Type to search"))
    line.setAccessibleName(tr("Matter"))
    completer = QCompleter(box.model(), box)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    box.setCompleter(completer)
    return box
