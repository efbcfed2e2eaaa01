"""What is heard in every window of the program, also in a dialog over the others: that somebody is there, the keys of
the commands that work everywhere (a window that a dialog stands in front of hears no shortcut itself), what is dragged
over it, and the wheel.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPointF, QTimer, Signal, Slot
from PySide6.QtGui import QDropEvent, QGuiApplication, QKeyEvent, QKeySequence, QWheelEvent, QWindow
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from casedesk.ui.preferences import Preferences
from casedesk.ui.quick_log.pasting import is_file

_ALIVE = {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin,
          QEvent.Type.MouseMove}


class Everywhere(QObject):
    """Hears keys and mouse in whatever window has, or had, the keyboard."""

    idle = Signal()
    """Nobody was there for as long as the settings say."""
    pressed = Signal(str)
    """The keys of a command: its name."""

    def __init__(self, preferences: Preferences, keys: Mapping[str, QKeySequence], parent: QObject) -> None:
        super().__init__(parent)
        self._preferences, self._keys, self._open = preferences, keys, False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.idle)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._watch)

    def begin(self) -> None:
        """A cabinet is open from now on."""
        self._open = True
        self._touched()

    def end(self) -> None:
        """None is open."""
        self._open = False
        self._timer.stop()

    def _touched(self) -> None:
        minutes = self._preferences.idle_minutes
        if self._open and minutes > 0:
            self._timer.start(minutes * 60_000)
        else:
            self._timer.stop()

    @Slot(object)
    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ALIVE:
            self._touched()
        if isinstance(watched, QWindow):
            if isinstance(event, QDropEvent):
                _let_text_alone(watched, event)
            elif isinstance(event, QWheelEvent):
                return _scrolled_past(event)
        if not self._open or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        typed = QKeySequence(event.keyCombination())
        wanted = [name for name, keys in self._keys.items() if keys == typed]
        for name in wanted:
            QTimer.singleShot(0, partial(self.pressed.emit, name))  # the window that has the keys may go with it
        return bool(wanted)


def _let_text_alone(window: QWindow, event: QDropEvent) -> None:
    """What is typed into takes text that is dragged there; a file goes to what is around it, and is never its path."""
    over = QApplication.widgetAt(window.mapToGlobal(event.position().toPoint()))
    if isinstance(over, QLineEdit) or (over is not None and isinstance(over.parentWidget(), QPlainTextEdit)):
        over.setAcceptDrops(not is_file(event.mimeData()))


def _scrolled_past(event: QWheelEvent) -> bool:
    """The wheel turns the page that a choice stands on and never chooses: nobody would see what they changed."""
    over = QApplication.widgetAt(event.globalPosition().toPoint())
    box = over.parentWidget() if isinstance(over, QLineEdit) else over
    if not isinstance(box, QComboBox):
        return False
    around: QWidget | None = box
    while around is not None and not isinstance(around, QAbstractScrollArea):
        around = around.parentWidget()
    if around is not None:
        at = QPointF(around.viewport().mapFromGlobal(event.globalPosition().toPoint()))
        QApplication.sendEvent(around.viewport(), QWheelEvent(
            at, event.globalPosition(), event.pixelDelta(), event.angleDelta(), event.buttons(), event.modifiers(),
            event.phase(), event.inverted()))
    return True
