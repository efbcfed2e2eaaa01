"""Whether one sees where the keyboard is: how a widget looks with the focus and without it."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

_LEAST = 24
"""So many points of a picture change at least by `SEEN`: a ring around the smallest tick."""
SEEN = 3.0
"""The contrast from which a piece of a window is seen (WCAG 1.4.11)."""


def luminance(colour: QColor) -> float:
    """The relative luminance of WCAG."""
    parts = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4
             for one in (colour.redF(), colour.greenF(), colour.blueF())]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: QColor, other: QColor) -> float:
    """From 1, the same, to 21, black on white."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def unmarked(window: QWidget, seen: set[tuple[object, ...]]) -> list[str]:
    """What of the window takes the keyboard and does not show it; each sort of widget is looked at once."""
    return [said for widget in window.findChildren(QWidget)
            if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and not widget.visibleRegion().isEmpty() and widget.focusProxy() is None
            for said in _looked_at(window, widget, seen)]


def _looked_at(window: QWidget, widget: QWidget, seen: set[tuple[object, ...]]) -> list[str]:
    checked = isinstance(widget, QAbstractButton) and widget.isChecked()
    sort = (type(widget).__name__, widget.property("kind"), checked)
    if sort in seen:
        return []
    seen.add(sort)
    before = QApplication.focusWidget()
    if before is not None:
        before.clearFocus()
    at = QRect(widget.mapTo(window, QPoint()), widget.size()).adjusted(-2, -2, 2, 2)
    plain = window.grab(at).toImage()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    focused = window.grab(at).toImage()
    changed = _changed(plain, focused)
    if before is not None:
        before.setFocus()
    return [] if changed >= _LEAST else [f"{sort} “{widget.accessibleName()}”: {changed} points show the focus"]


def _changed(one: QImage, other: QImage) -> int:
    points = zip(_points(one), _points(other), strict=True)
    return sum(count for (before, after), count in Counter(points).items()
               if before != after and contrast(QColor(before), QColor(after)) >= SEEN)


def _points(image: QImage) -> memoryview:
    return memoryview(bytes(image.convertToFormat(QImage.Format.Format_ARGB32).constBits())).cast("I")
