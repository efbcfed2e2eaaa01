"""The pictures and files put to an entry, small, each with a way to take it back."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeyEvent, QPalette, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from casedesk.base.i18n import tr
from casedesk.ui import icons, look, parts
from casedesk.ui.quick_log.entry import Attachment


class Thumbnail(QWidget):
    """One attached file."""

    removed = Signal(object)

    def __init__(self, attachment: Attachment) -> None:
        super().__init__()
        self.attachment = attachment
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setFixedSize(look.grid(22), look.grid(15))
        self.name = parts.text("", font=look.small_font())
        self.remove = parts.tool("close", tr("Remove {name}", name=attachment.name), "Del")
        self.remove.clicked.connect(self._remove)
        self.remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        below = parts.row(self.name, self.remove, gap=0)
        self.setLayout(parts.column(self.picture, below, gap=0.5))
        self.setFixedWidth(look.grid(22))
        self.refresh()

    def refresh(self) -> None:
        """Show how far it is: on its way, kept, or what went wrong."""
        one = self.attachment
        metrics = self.name.fontMetrics()
        self.name.setText(metrics.elidedText(one.name, Qt.TextElideMode.ElideMiddle, look.grid(16.5)))
        parts.tone(self.name, "error" if one.problem else "" if one.file else "faint")
        self.setToolTip(one.problem or one.name)
        self.setAccessibleName(one.name)
        self.setAccessibleDescription(one.problem)
        self.picture.setPixmap(self._drawn())

    def _drawn(self) -> QPixmap:
        ratio, wanted = self.devicePixelRatioF(), self.picture.size()
        image = self.attachment.drawn
        if not isinstance(image, QImage):
            size = look.grid(6)
            return icons.pixmap(self._icon(), size, self.palette().color(QPalette.ColorRole.PlaceholderText), ratio)
        drawn = QPixmap.fromImage(image.scaled(
            QSize(round(wanted.width() * ratio), round(wanted.height() * ratio)), Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation))
        drawn.setDevicePixelRatio(ratio)
        return drawn

    def _icon(self) -> str:
        kept = self.attachment.file
        kind = kept.media_type.partition("/")[0] if kept is not None else ""
        return {"audio": "sound", "video": "video", "image": "image", "message": "mail"}.get(kind, "file")

    @Slot()
    def _remove(self) -> None:
        self.removed.emit(self.attachment)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove()
        else:
            super().keyPressEvent(event)


class Thumbnails(QWidget):
    """All attached files beside each other."""

    removed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Thumbnail] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(look.grid(2))

    def show_all(self, attachments: list[Attachment]) -> None:
        """Show these."""
        parts.clear(self._row)
        self.shown = [Thumbnail(one) for one in attachments]
        for thumbnail in self.shown:
            thumbnail.removed.connect(self.removed)
            self._row.addWidget(thumbnail)
        self._row.addStretch(1)

    def refresh(self, attachment: Attachment) -> None:
        """One of them came further."""
        for thumbnail in self.shown:
            if thumbnail.attachment is attachment:
                thumbnail.refresh()
