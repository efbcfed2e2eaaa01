"""Dialogs sized to their content, also when what they say gets longer."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog


class GrowingDialog(QDialog):
    """Becomes as high as what is in it needs at its width, and never lower by itself."""

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() != QEvent.Type.LayoutRequest:
            return done
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            wanted = min(layout.totalHeightForWidth(self.width()), self.screen().availableGeometry().height())
            self.resize(self.width(), max(self.height(), wanted))
        return done
