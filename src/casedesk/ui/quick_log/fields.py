"""Fields that say beside themselves what they understood or what is wrong, and never clear what is typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from casedesk.ui import look, parts
from casedesk.ui.cut import CutLabel
from casedesk.ui.quick_log.known import KnownNumber

Index = QModelIndex | QPersistentModelIndex
_SEARCHED = Qt.ItemDataRole.UserRole


class Line(QLineEdit):
    """One line that tells when it is left and when Enter is pressed."""

    left = Signal()

    def __init__(self, name: str, width: int, placeholder: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setFixedWidth(look.chars(self, width))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.left.emit()


class Aside(CutLabel):
    """What is said beside a field."""

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._field = field
        self.wrong = False

    def say(self, text: str, tone: str = "faint") -> None:
        """Say what was understood, or with the tone “error” what is wrong."""
        self.setText(text)
        self.setToolTip(text)
        self.wrong = tone == "error" and bool(text)
        parts.tone(self, tone)
        self._field.setAccessibleDescription(text)
        if self._field.property("wrong") != self.wrong:
            self._field.setProperty("wrong", self.wrong)
            self._field.style().unpolish(self._field)
            self._field.style().polish(self._field)


class _Numbers(QAbstractListModel):
    """Known numbers, found by their digits however written and by whose they are."""

    def __init__(self) -> None:
        super().__init__()
        self.known: Sequence[KnownNumber] = ()

    def show(self, known: Sequence[KnownNumber]) -> None:
        self.beginResetModel()
        self.known = known
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.known)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        one = self.known[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return one.shown
        return f"{one.number} {one.normal} {_digits(one.number)} {one.whose}" if role == _SEARCHED else None


class _Completer(QCompleter):
    """Puts in the number alone."""

    def __init__(self, numbers: _Numbers, parent: QWidget) -> None:
        super().__init__(numbers, parent)
        self._numbers = numbers
        self.setCompletionRole(_SEARCHED)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setMaxVisibleItems(8)

    def pathFromIndex(self, index: Index) -> str:
        text = index.data(Qt.ItemDataRole.DisplayRole)
        return next((one.number for one in self._numbers.known if one.shown == text), "")


class NumberField(Line):
    """A number completed from those known; Down shows them all."""

    chosen = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name, 26)
        self._numbers = _Numbers()
        completer = _Completer(self._numbers, self)
        completer.activated.connect(self._chosen)
        self.setCompleter(completer)
        popup = completer.popup()
        assert popup is not None
        popup.setMinimumWidth(look.chars(self, 48))
        popup.setAccessibleName(name)

    @property
    def known(self) -> Sequence[KnownNumber]:
        """The numbers it completes to."""
        return self._numbers.known

    def offer(self, known: Sequence[KnownNumber]) -> None:
        """Complete to these."""
        self._numbers.show(known)

    @Slot()
    def _chosen(self) -> None:
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        completer = self.completer()
        popup = completer.popup() if completer is not None else None
        if event.key() == Qt.Key.Key_Down and completer is not None and popup is not None and not popup.isVisible():
            completer.setCompletionPrefix("" if self.hasSelectedText() else self.text())
            completer.complete()
            if completer.completionCount():
                popup.setCurrentIndex(completer.completionModel().index(0, 0))
            return
        super().keyPressEvent(event)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
