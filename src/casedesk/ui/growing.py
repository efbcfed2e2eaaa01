"""Dialogs sized to their content, also when what they say gets longer, and never larger than the screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from casedesk.ui import look
from casedesk.ui.parts import Scrolling


class GrowingDialog(QDialog):
    """Becomes as high as what is in it needs at its width, as far as the screen has room; never lower by itself."""

    outlives_cabinet = False
    """Whether it stays when the cabinet is closed: it is what closed it, and has something to tell."""

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            layout = self.layout()
            assert layout is not None
            needed = (layout.totalHeightForWidth(self.width()) if layout.hasHeightForWidth()
                      else layout.totalSizeHint().height())
            self.resize(QSize(self.width(), max(self.height(), needed)).boundedTo(look.room(self)))
        return done


class Upper(Scrolling):
    """The part of a dialog that scrolls where the screen is too low for it, while what is below stays in sight.

    What has the focus is in sight, however it came by it.
    """

    def __init__(self, inside: QWidget) -> None:
        super().__init__(inside)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    @Slot()
    def _follow(self) -> None:
        focused = QApplication.focusWidget()
        if focused is not None and self.inside.isAncestorOf(focused):
            self.ensureWidgetVisible(focused)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow()

    def sizeHint(self) -> QSize:
        inside, wanted = self.inside, self.inside.sizeHint()
        if not inside.hasHeightForWidth():
            return wanted
        width = self.width() - self.verticalScrollBar().sizeHint().width()  # a bar goes only when it is not needed
        return QSize(wanted.width(), inside.heightForWidth(width if self.isVisible() else wanted.width()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().viewportEvent(event)
