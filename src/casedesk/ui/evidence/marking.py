"""Pages on which places are marked by dragging; a marked place is taken away with Delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPen
from PySide6.QtWidgets import QGraphicsRectItem, QGraphicsView

from casedesk.base.i18n import tr
from casedesk.casework.maskings import Part
from casedesk.ui.evidence.pageview import PageView
from casedesk.ui.evidence.sheets import Sheets
from casedesk.ui.jobs import Jobs

_SMALLEST, _OVER = 4, 10


@dataclass
class _Mark:
    page: int
    part: Part
    item: QGraphicsRectItem


class MarkView(PageView):
    """A page view whose places are parts of a page: left, top, right, bottom from 0 to 1."""

    marked = Signal()
    """A place was marked or taken away by hand."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__(jobs)
        self.setDragMode(QGraphicsView.DragMode.NoDrag)
        self.setAccessibleName(tr("Pages, to be marked"))
        self.viewport().setCursor(Qt.CursorShape.CrossCursor)
        self._marks: list[_Mark] = []
        self._from: QPointF | None = None
        self._page = 0

    @property
    def parts(self) -> dict[int, list[Part]]:
        """What is marked, by page from 1."""
        found: dict[int, list[Part]] = {}
        for one in self._marks:
            found.setdefault(one.page + 1, []).append(one.part)
        return found

    def show_sheets(self, sheets: Sheets | None) -> None:
        self._marks = []
        super().show_sheets(sheets)

    def put(self, parts: Mapping[int, Sequence[Part]]) -> None:
        """Show these places and no others."""
        for one in self._marks:
            self.scene().removeItem(one.item)
        self._marks = []
        for page, several in parts.items():
            for part in several:
                if page <= len(self._frames):
                    self._add(page - 1, part)

    def mark_page(self, page: int) -> None:
        """Mark a whole page, from 1."""
        if 1 <= page <= len(self._frames):
            self._add(page - 1, (0.0, 0.0, 1.0, 1.0))
            self.marked.emit()

    def _add(self, page: int, part: Part) -> None:
        frame = self._frames[page].rect()
        left, top, right, bottom = part
        item = QGraphicsRectItem(QRectF(frame.x() + left * frame.width(), frame.y() + top * frame.height(),
                                        (right - left) * frame.width(), (bottom - top) * frame.height()))
        item.setBrush(QColor(0, 0, 0, 190))
        item.setPen(QPen(Qt.PenStyle.NoPen))
        item.setZValue(_OVER)
        item.setFlag(QGraphicsRectItem.GraphicsItemFlag.ItemIsSelectable)
        self.scene().addItem(item)
        self._marks.append(_Mark(page, part, item))

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.mapToScene(event.position().toPoint())
        page = next((number for number, frame in enumerate(self._frames) if frame.rect().contains(at)), None)
        on_mark = any(one.item.contains(at) for one in self._marks)
        if event.button() is Qt.MouseButton.LeftButton and page is not None and not on_mark:
            self.scene().clearSelection()
            self._from, self._page = at, page
            self._add(page, self._part(at))
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            super().mouseMoveEvent(event)
            return
        self.scene().removeItem(self._marks.pop().item)
        self._add(self._page, self._part(self.mapToScene(event.position().toPoint())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._from is None:
            super().mouseReleaseEvent(event)
            return
        self._from = None
        drawn = self._marks[-1].item.rect()
        if min(drawn.width(), drawn.height()) * self.zoom < _SMALLEST:  # a click, no drag
            self.scene().removeItem(self._marks.pop().item)
        else:
            self._marks[-1].item.setSelected(True)
            self.marked.emit()

    def _part(self, to: QPointF) -> Part:
        """From where the drag began to here, within the page."""
        frame, start = self._frames[self._page].rect(), self._from or to
        across = sorted(min(max((x - frame.x()) / frame.width(), 0.0), 1.0) for x in (start.x(), to.x()))
        down = sorted(min(max((y - frame.y()) / frame.height(), 0.0), 1.0) for y in (start.y(), to.y()))
        return across[0], down[0], across[1], down[1]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen = [one for one in self._marks if one.item.isSelected()]
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and chosen:
            for one in chosen:
                self.scene().removeItem(one.item)
            self._marks = [one for one in self._marks if one not in chosen]
            self.marked.emit()
        else:
            super().keyPressEvent(event)
