"""A row of choices, each a button and a letter: one key chooses while the row has the focus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QLabel, QPushButton, QWidget

from casedesk.base.fields import Choice
from casedesk.base.i18n import Language, tr
from casedesk.records.words import Channel, Role
from casedesk.ui import look, parts

LETTERS: Mapping[Language, Mapping[Choice, str]] = {
    "en": {
        Channel.CALL: "C", Channel.SMS: "S", Channel.CHAT: "H", Channel.EMAIL: "E", Channel.LETTER: "L",
        Channel.VISIT: "V", Channel.POSTING: "P", Channel.PUSH: "A",
        Role.DEBTOR: "D", Role.GUARANTOR: "G", Role.SPOUSE: "S", Role.RELATIVE: "R", Role.FRIEND: "F",
        Role.COLLEAGUE: "C", Role.EMPLOYER: "E", Role.NEIGHBOUR: "N", Role.OTHER: "O",
    },
    "zh": {  # the first letters of how it is said: 电 dian, 信 xin, 聊 liao ...
        Channel.CALL: "D", Channel.SMS: "X", Channel.CHAT: "L", Channel.EMAIL: "Y", Channel.LETTER: "H",
        Channel.VISIT: "S", Channel.POSTING: "G", Channel.PUSH: "T",
        Role.DEBTOR: "B", Role.GUARANTOR: "D", Role.SPOUSE: "P", Role.RELATIVE: "Q", Role.FRIEND: "Y",
        Role.COLLEAGUE: "T", Role.EMPLOYER: "Z", Role.NEIGHBOUR: "L", Role.OTHER: "X",
    },
}


class ChoiceButton(QPushButton):
    """One choice with its letter."""

    def __init__(self, value: Choice, letter: str) -> None:
        super().__init__()
        self.value, self.letter = value, letter
        self.setProperty("kind", "chip")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)
        self.setToolTip(f"{tr(value.label)}  {letter}")
        self.setAccessibleName(tr(value.label))
        self.setAccessibleDescription(letter)
        self.mark = parts.text(letter, tone="faint", font=look.small_font())
        layout = parts.row(parts.text(tr(value.label)), self.mark, gap=1)
        layout.setContentsMargins(look.grid(2.5), 0, look.grid(2), 0)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setLayout(layout)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return QSize(layout.sizeHint().width(), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class ChoiceRow(QWidget):
    """One of a closed list; the chosen button takes the focus for all of them."""

    changed = Signal()

    def __init__(self, name: str, values: Sequence[Choice], lang: Language) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.buttons: dict[Choice, ChoiceButton] = {}
        self._group = QButtonGroup(self)
        layout = parts.flow(gap=1)
        for value in values:
            button = ChoiceButton(value, LETTERS[lang][value])
            button.setAccessibleName(f"{name}: {tr(value.label)}")
            button.installEventFilter(self)
            button.clicked.connect(self._clicked)
            self._group.addButton(button)
            self.buttons[value] = button
            layout.addWidget(button)
        self.setLayout(layout)
        self.put(values[0])

    @property
    def value(self) -> Choice:
        """What is chosen."""
        button = self._group.checkedButton()
        assert isinstance(button, ChoiceButton)
        return button.value

    def put(self, value: Choice) -> None:
        """Show a choice."""
        had_focus = any(button.hasFocus() for button in self.buttons.values())
        for one, button in self.buttons.items():
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if one is value else Qt.FocusPolicy.NoFocus)
        chosen = self.buttons[value]
        chosen.setChecked(True)
        self.setFocusProxy(chosen)
        if had_focus:
            chosen.setFocus()

    def choose(self, value: Choice) -> None:
        """What a person chooses."""
        self.put(value)
        self.changed.emit()

    @Slot()
    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, ChoiceButton):
            button.setFocus()
            self.choose(button.value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._light(on=event.type() == QEvent.Type.FocusIn)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(event)
        return False

    def _light(self, *, on: bool) -> None:
        for button in self.buttons.values():
            parts.tone(button.mark, "accent" if on else "faint")

    def _pressed(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~Qt.KeyboardModifier.ShiftModifier:
            return False
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
        values = list(self.buttons)
        if event.key() in steps:
            self.choose(values[(values.index(self.value) + steps[Qt.Key(event.key())]) % len(values)])
            return True
        wanted = next((one for one, button in self.buttons.items() if button.letter == event.text().upper()), None)
        if wanted is not None:
            self.choose(wanted)
        return wanted is not None
