"""Words that give way: cut with an ellipsis where there is no room for them, told whole under the mouse."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QSize, Qt, Slot
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QStyleOptionButton, QTextEdit, QToolTip, QWidget

_LEAST = 6
"""So many characters are left of what is cut."""
_BESIDE_ICON = 4
"""Qt's own gap between a button's icon and its words."""


class CutLabel(QLabel):
    """One line of text."""

    def minimumSizeHint(self) -> QSize:
        return _least(self, super().minimumSizeHint())

    def shown(self) -> str:
        """The words that are seen."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.style().drawItemText(painter, self.contentsRect(), self.alignment(), self.palette(), self.isEnabled(),
                                  self.shown(), self.foregroundRole())

    def event(self, event: QEvent) -> bool:
        return _told(self, event, self.text(), cut=self.shown() != self.text()) or super().event(event)


class CutLink(QPushButton):
    """One link; an ampersand in it is one."""

    def minimumSizeHint(self) -> QSize:
        return _least(self, super().minimumSizeHint())

    def shown(self) -> str:
        """The words that are seen."""
        room = self.width() - (0 if self.icon().isNull() else self.iconSize().width() + _BESIDE_ICON)
        metrics, letter = self.fontMetrics(), int(Qt.TextFlag.TextShowMnemonic.value)
        if metrics.size(letter, self.text()).width() <= room:
            return self.text()  # Qt's own cutting counts the "&" of "Chinese(&K)", which is not seen
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room, letter)

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        super().initStyleOption(option)
        option.text = self.shown()

    def event(self, event: QEvent) -> bool:
        whole = self.text().replace("&&", "&")
        return _told(self, event, whole, cut=self.shown() != self.text()) or super().event(event)


class LongWords(QTextEdit):
    """Words to be read and copied, among them hashes and addresses: broken anywhere rather than cut."""

    def __init__(self, said: str, *, tone: str = "") -> None:
        super().__init__()
        self.setProperty("tone", tone)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.setPlainText(said)

    @Slot()
    def _fit(self) -> None:
        self.setFixedHeight(math.ceil(self.document().size().height()))


def _least(widget: QWidget, whole: QSize) -> QSize:
    return QSize(min(whole.width(), widget.fontMetrics().averageCharWidth() * _LEAST), whole.height())


def _told(widget: QWidget, event: QEvent, whole: str, *, cut: bool) -> bool:
    """Show what is cut, with what the tooltip says beside."""
    if not cut or event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
        return False
    said = widget.toolTip()
    QToolTip.showText(event.globalPos(), said if said.startswith(whole) else "\n".join(filter(None, (whole, said))),
                      widget)
    return True
