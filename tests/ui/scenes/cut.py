"""What of a window cannot be seen whole: words cut without saying so, pieces over each other, sideways scrolling."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QToolButton,
    QWidget,
)

from casedesk.ui.cut import CutLabel, CutLink

_OWN_PIECES = (QAbstractItemView, QComboBox, QLineEdit, QTabBar, QScrollBar)
"""What lays out its own insides."""


def faults(window: QWidget) -> list[str]:
    """Each fault of what is visible, with the widget and its words."""
    return [f"{_name(widget)}: {said}" for widget in _visible(window) for said in _of(widget)]


def _visible(widget: QWidget) -> Iterator[QWidget]:
    yield widget
    if not isinstance(widget, _OWN_PIECES):
        for child in widget.children():
            if isinstance(child, QWidget) and child.isVisible() and not child.isWindow():
                yield from _visible(child)


def _of(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel) and widget.text() and not isinstance(widget, CutLabel):
        yield from _label(widget)
    if isinstance(widget, QAbstractButton) and not isinstance(widget, CutLink):
        yield from _short(widget)
    if isinstance(widget, QLineEdit) and not isinstance(widget.parent(), QComboBox):
        room = widget.width() - widget.height()  # its frame, and an icon
        if not widget.text() and not widget.toolTip() and (
                widget.fontMetrics().horizontalAdvance(widget.placeholderText()) > room + widget.height() // 2):
            yield f"its hint “{widget.placeholderText()}” is cut"
    if isinstance(widget, QComboBox) and (
            widget.fontMetrics().horizontalAdvance(widget.currentText()) > widget.width() - widget.height() // 2):
        yield f"“{widget.currentText()}” is cut"
    if isinstance(widget, QScrollArea) and widget.horizontalScrollBar().isVisible():
        yield "scrolls sideways"
    if isinstance(widget, QTabBar) and widget.tabRect(widget.count() - 1).right() > widget.width():
        yield "has tabs out of sight"
    yield from _children(widget)


def _label(label: QLabel) -> Iterator[str]:
    if label.wordWrap():
        if label.heightForWidth(label.width()) > label.height() + 1:
            yield "has lines out of sight"
        widest = max(map(label.fontMetrics().horizontalAdvance, label.text().split()))
        if label.text().isascii() and not label.toolTip() and widest > label.width() + 1:
            yield "has a word that is cut"
    elif label.minimumWidth() <= 1:
        yield from _short(label)


def _short(widget: QWidget) -> Iterator[str]:
    wanted = widget.sizeHint()
    if isinstance(widget, QPushButton | QToolButton) and not widget.text() and not widget.icon().isNull():
        wanted = widget.minimumSizeHint()
    if wanted.width() > widget.width() + 1 and widget.maximumWidth() > widget.width():
        yield f"is cut: {widget.width()} of {wanted.width()} wide"
    if wanted.height() > widget.height() + 2 and widget.maximumHeight() > widget.height():
        yield f"is cut: {widget.height()} of {wanted.height()} high"


def _children(parent: QWidget) -> Iterator[str]:
    scrolls = isinstance(parent, QAbstractScrollArea) or isinstance(parent.parent(), QAbstractScrollArea)
    if scrolls or parent.layout() is None:
        return
    laid_out = [child for child in parent.children() if isinstance(child, QWidget) and child.isVisible()
                and not child.isWindow() and child.width() and child.height()]
    if isinstance(parent, QMainWindow):
        return  # what lies over it is meant to
    for child in laid_out:
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(child.geometry()):
            yield f"{_name(child)} sticks out, {_at(child.geometry())} of {parent.width()}x{parent.height()}"
    for one, other in combinations(laid_out, 2):
        both = one.geometry().intersected(other.geometry())
        if both.width() > 1 and both.height() > 1 and not {type(one), type(other)} & {QScrollBar}:
            yield f"{_name(one)} and {_name(other)} overlap by {both.width()}x{both.height()}"


def _at(rect: QRect) -> str:
    return f"{rect.x()},{rect.y()} {rect.width()}x{rect.height()}"


def _name(widget: QWidget) -> str:
    said = getattr(widget, "text", None)
    words = said() if callable(said) else widget.accessibleName()
    at = widget.mapTo(widget.window(), QPoint())
    return f"{type(widget).__name__} “{str(words)[:40]}” at {at.x()},{at.y()}"
