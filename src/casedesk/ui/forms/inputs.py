"""One input for each type of column: what is typed goes in, the column's value comes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QPalette
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QSizePolicy, QWidget

from casedesk.base.errors import InvalidEntry
from casedesk.base.fields import Choice, Field
from casedesk.base.i18n import tr
from casedesk.ui import icons, look, parts

_LONGEST = 2**31 - 1
"""What a line holds; Qt would cut it at 32,767 characters and say nothing."""
Read = Callable[[str], Any]
Show = Callable[[Any], str]
_LEAST = 16
"""So many characters a field shows at least: a moment with its minutes."""


class Input(QWidget):
    """What every input can do. `editor` is the widget that takes the keys."""

    changed = Signal()
    left = Signal()

    editor: QWidget

    def put(self, value: Any) -> None:
        """Show a column's value."""
        raise NotImplementedError

    def value(self) -> Any:
        """The column's value; InvalidEntry when what is typed cannot be read."""
        raise NotImplementedError

    def typed(self) -> Any:
        """What is typed, as a draft keeps it."""
        raise NotImplementedError

    def put_typed(self, typed: Any) -> None:
        """Show again what was typed."""
        raise NotImplementedError

    def reading(self) -> str:
        """What was understood, where that is not what was typed."""
        return ""

    def set_editor(self, editor: QWidget, *after: QWidget) -> None:
        self.editor = editor
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.grid(1))
        layout.addWidget(editor, 1000)
        for widget in after:
            layout.addWidget(widget)
        layout.addStretch(1)
        self.setFocusProxy(editor)
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent) and event.reason() not in (
                Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)):
            self.left.emit()
        return super().eventFilter(watched, event)


class LineInput(Input):
    """One line; `read` turns it into the value, `show` writes a value."""

    def __init__(self, declared: Field, read: Read = str.strip, show: Show = str, *, right: bool = False) -> None:
        super().__init__()
        self._read, self._show = read, show
        self.line = QLineEdit()
        self.line.setMaxLength(_LONGEST)
        self.line.setMaximumWidth(look.chars(self.line, declared.width))
        self.line.setMinimumWidth(look.chars(self.line, min(declared.width, _LEAST)))
        if declared.help and len(declared.help) <= declared.width:
            self.line.setPlaceholderText(tr(declared.help))
        self.line.setToolTip(tr(declared.help) if declared.help else "")
        if right:
            self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.set_editor(self.line, *self._beside(declared))
        self.line.textEdited.connect(self._typed)
        self.line.textChanged.connect(self._shown)
        if declared.masked:
            self._mask()

    def _beside(self, declared: Field) -> list[QWidget]:
        self._note = parts.text("", tone="faint", cut=True)
        self._unit = tr(declared.unit) if declared.unit else ""
        self._note.setText(self._unit)
        return [self._note]

    def _mask(self) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        action = self.line.addAction(icons.icon("eye", QPalette.ColorRole.PlaceholderText),
                                     QLineEdit.ActionPosition.TrailingPosition)
        action.setToolTip(tr("Show or hide"))
        action.triggered.connect(self._reveal)

    @Slot()
    def _reveal(self) -> None:
        hidden = self.line.echoMode() == QLineEdit.EchoMode.Password
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)

    @Slot()
    def _typed(self) -> None:
        self.changed.emit()

    @Slot()
    def _shown(self) -> None:
        self._note.setText(self.reading() or self._unit)

    def put(self, value: Any) -> None:
        self.line.setText("" if value is None else self._show(value))
        self.line.setCursorPosition(0)

    def value(self) -> Any:
        return self._read(self.line.text())

    def typed(self) -> Any:
        return self.line.text()

    def put_typed(self, typed: Any) -> None:
        self.line.setText(str(typed))


class ReadBackInput(LineInput):
    """One line that says beside it what it understood, as dates, times and amounts do."""

    def __init__(self, declared: Field, read: Read, show: Show, read_back: Callable[[Any, str], str], *,
                 right: bool = False) -> None:
        self._read_back = read_back
        super().__init__(declared, read, show, right=right)

    def reading(self) -> str:
        try:
            value = self.value()
        except InvalidEntry:
            return ""
        return "" if value is None else self._read_back(value, self.line.text())


class TextInput(Input):
    """Several lines, kept exactly as typed."""

    def __init__(self, declared: Field) -> None:
        super().__init__()
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setMaximumWidth(look.chars(self.text, declared.width))
        self.text.setMinimumWidth(look.chars(self.text, 20))
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * declared.lines + look.grid(4))
        if declared.help:
            self.text.setPlaceholderText(tr(declared.help))
        self.set_editor(self.text)
        self.text.textChanged.connect(self._typed)
        self._putting = False

    @Slot()
    def _typed(self) -> None:
        if not self._putting:
            self.changed.emit()

    def put(self, value: Any) -> None:
        self._putting = True
        self.text.setPlainText(str(value or ""))
        self._putting = False

    def value(self) -> Any:
        return self.text.toPlainText()

    def typed(self) -> Any:
        return self.text.toPlainText()

    def put_typed(self, typed: Any) -> None:
        self.put(typed)


class ChoiceInput(Input):
    """One of a closed list; nothing chosen where the column may be empty."""

    def __init__(self, offered: list[tuple[Any, str]]) -> None:
        super().__init__()
        self.box = QComboBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._values = [value for value, _ in offered]
        self.box.addItems([label for _, label in offered])
        self.box.setMinimumWidth(look.chars(self.box, 10))
        self.box.setMaximumWidth(look.chars(self.box, 30))
        self.box.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.set_editor(self.box)
        self.box.activated.connect(self._typed)

    @Slot()
    def _typed(self) -> None:
        self.changed.emit()

    def put(self, value: Any) -> None:
        self.box.setCurrentIndex(self._values.index(value) if value in self._values else 0)

    def value(self) -> Any:
        return self._values[self.box.currentIndex()] if self._values else None

    def typed(self) -> Any:
        value = self.value()
        return value.value if isinstance(value, Choice) else value

    def put_typed(self, typed: Any) -> None:
        self.put(typed)


class TickInput(Input):
    """Yes or no."""

    def __init__(self, declared: Field) -> None:
        super().__init__()
        self.box = QCheckBox()
        self.box.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        help_ = QLabel(tr(declared.help) if declared.help else "")
        help_.setProperty("tone", "faint")
        help_.setWordWrap(True)
        help_.setMinimumWidth(look.chars(help_, 16))
        help_.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.set_editor(self.box, help_)
        self.box.clicked.connect(self._typed)

    @Slot()
    def _typed(self) -> None:
        self.changed.emit()

    def put(self, value: Any) -> None:
        self.box.setChecked(bool(value))

    def value(self) -> Any:
        return self.box.isChecked()

    def typed(self) -> Any:
        return self.box.isChecked()

    def put_typed(self, typed: Any) -> None:
        self.put(typed)
