"""Severity by shape and colour: told apart by colour-blind eyes and in print."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QLabel, QWidget

from casedesk.ui import look


def sign(severity: str, size: int, ratio: float = 1.0) -> QPixmap:
    """A triangle for S4, a diamond for S3, a disc for S2, a ring for S1; `size` in logical pixels."""
    drawn = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    drawn.fill(Qt.GlobalColor.transparent)
    drawn.setDevicePixelRatio(ratio)
    tones = look.tones()
    colour = QColor({"S4": tones.error, "S3": tones.doubt, "S2": tones.accent}.get(severity, tones.faint))
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, max(1.2, size / 9)) if severity == "S1" else QPen(Qt.PenStyle.NoPen))
    painter.setBrush(Qt.BrushStyle.NoBrush if severity == "S1" else colour)
    _shape(painter, severity, QRectF(0, 0, size, size).adjusted(size * 0.14, size * 0.14, -size * 0.14, -size * 0.14))
    painter.end()
    return drawn


def _shape(painter: QPainter, severity: str, box: QRectF) -> None:
    middle = box.center()
    if severity == "S4":
        painter.drawPolygon(QPolygonF([QPointF(middle.x(), box.top()), box.bottomRight(), box.bottomLeft()]))
    elif severity == "S3":
        painter.drawPolygon(QPolygonF([QPointF(middle.x(), box.top()), QPointF(box.right(), middle.y()),
                                       QPointF(middle.x(), box.bottom()), QPointF(box.left(), middle.y())]))
    else:
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))


def icon(severity: str, beside: QWidget) -> QIcon:
    """The sign as an icon beside text of a widget."""
    drawn, made = sign(severity, look.grid(3.6), beside.devicePixelRatioF()), QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        made.addPixmap(drawn, mode)  # a chosen line does not change what the colour says
    return made


def label(severity: str, said: str) -> QLabel:
    """The sign alone; what it means is its tooltip and what a screen reader says."""
    made = QLabel()
    made.setPixmap(sign(severity, look.grid(3.6), made.devicePixelRatioF()))
    made.setToolTip(said)
    made.setAccessibleName(said)
    made.setFixedWidth(look.grid(5))
    return made
