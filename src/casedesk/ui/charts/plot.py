"""What the drawings share: a cursor moved by mouse or arrows, its words, and an accessible summary."""

from __future__ import annotations

import html

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from casedesk.ui import look


class Plot(QWidget):
    """A drawing made of numbered cells; -1 is none. Colours come from the palette."""

    pointed = Signal(str)
    """The words of the cell under the cursor, empty for none."""

    def __init__(self) -> None:
        super().__init__()
        self.at = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(look.small_font())

    # what a drawing says of itself

    def cell_at(self, point: QPointF) -> int:
        """The cell under a point."""
        raise NotImplementedError

    def cell_rect(self, at: int) -> QRectF:
        """Where a cell is drawn."""
        raise NotImplementedError

    def words_of(self, at: int) -> str:
        """What a cell says."""
        raise NotImplementedError

    def moved(self, at: int, key: Qt.Key) -> int:
        """The cell an arrow key leads to."""
        raise NotImplementedError

    def choose(self, at: int) -> None:
        """A cell was clicked, or Enter was pressed on it."""
        raise NotImplementedError

    def height_wanted(self) -> int:
        """How high it wants to be, in pixels."""
        raise NotImplementedError

    def point_at(self, at: int) -> None:
        """Move the cursor to a cell and say it."""
        if at != self.at:
            self.at = at
            said = self.words_of(at) if at >= 0 else ""
            self.pointed.emit(said)
            self.setStatusTip(said)
            self.update()

    # drawing

    def crisp(self, value: float) -> float:
        """A place on the grid of the screen's own pixels."""
        ratio = self.devicePixelRatioF()
        return round(value * ratio) / ratio

    def colour(self, role: QPalette.ColorRole) -> QColor:
        """A colour of the palette."""
        return self.palette().color(role)

    def shade(self, part: float) -> QColor:
        """Between the page and the accent, by lightness alone: safe for colour-blind eyes and in print."""
        base, accent = self.colour(QPalette.ColorRole.Base), self.colour(QPalette.ColorRole.Accent)
        mixed = [low + (high - low) * part for low, high in
                 ((base.redF(), accent.redF()), (base.greenF(), accent.greenF()), (base.blueF(), accent.blueF()))]
        return QColor.fromRgbF(*mixed)

    def draw_cursor(self, painter: QPainter) -> None:
        """A frame around the cell pointed at, and around it all while it has the keyboard."""
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.colour(QPalette.ColorRole.Accent), 2))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        if self.at >= 0:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.colour(QPalette.ColorRole.WindowText), 1.5))
            painter.drawRect(self.cell_rect(self.at))

    # Qt's own

    def sizeHint(self) -> QSize:
        return QSize(look.grid(120), self.height_wanted())

    def minimumSizeHint(self) -> QSize:
        return QSize(look.grid(60), self.height_wanted())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.point_at(-1)
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.point_at(self.cell_at(event.position()))
        if self.at >= 0:
            QToolTip.showText(event.globalPosition().toPoint(), f"<qt>{html.escape(self.words_of(self.at))}</qt>", self)
        else:
            QToolTip.hideText()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and at >= 0:
            self.choose(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.at >= 0:
            self.choose(self.at)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home,
                     Qt.Key.Key_End):
            self.point_at(self.moved(self.at, key))
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.point_at(-1)
        super().focusOutEvent(event)
