"""One set of line icons, drawn in the colours of the palette at any scale."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication

from casedesk.base.resources import resource

_PROPERTY, _ROLE = "icon_name", "icon_role"
_SIZES = (16, 20, 24, 32, 40, 64)


@cache
def _drawing(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


def _coloured(name: str, colour: QColor) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour.name()).encode()))


def pixmap(name: str, size: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """The icon in one colour; `size` in logical pixels."""
    return _drawn(_coloured(name, colour), size, ratio)


def _drawn(drawing: QSvgRenderer, size: int, ratio: float = 1.0) -> QPixmap:
    drawn = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    drawing.render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def icon(name: str, role: QPalette.ColorRole = QPalette.ColorRole.WindowText) -> QIcon:
    """The icon in the palette's colours, greyed when disabled."""
    palette, drawn = QApplication.palette(), QIcon()
    grey = palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText)
    for mode, colour in ((QIcon.Mode.Normal, palette.color(role)), (QIcon.Mode.Disabled, grey)):
        drawing = _coloured(name, colour)
        for size in _SIZES:
            drawn.addPixmap(_drawn(drawing, size), mode)
    return drawn


def put(target: QAbstractButton | QAction, name: str,
        role: QPalette.ColorRole = QPalette.ColorRole.WindowText) -> None:
    """Give a button or action an icon that follows the palette."""
    target.setProperty(_PROPERTY, name)
    target.setProperty(_ROLE, role.value)
    target.setIcon(icon(name, role))


def refresh(app: QApplication) -> None:
    """Redraw every icon after the palette changed."""
    for window in app.topLevelWidgets():
        found: list[QAbstractButton | QAction] = [*window.findChildren(QAbstractButton), *window.findChildren(QAction)]
        for target in found:
            name = target.property(_PROPERTY)
            if name:
                target.setIcon(icon(name, QPalette.ColorRole(target.property(_ROLE))))
