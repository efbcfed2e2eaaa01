"""What the program itself puts on the clipboard: lent for half a minute, and taken back when the cabinet is locked."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication

SECONDS = 30
_NOT_TO_KEEP = "x-kde-passwordManagerHint"
"""What clipboard managers look for that keep a list of all that was copied."""


class Clipboard(QObject):
    """The application's clipboard; what somebody copied elsewhere meanwhile is never taken away."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lent = ""
        self._timer = QTimer(self, singleShot=True, interval=SECONDS * 1000)
        self._timer.timeout.connect(self.take_back)

    @classmethod
    def of_application(cls) -> Clipboard:
        """The one of this program."""
        app = QCoreApplication.instance()
        assert app is not None
        return app.findChild(cls) or cls(app)

    def lend(self, text: str, html: str = "") -> None:
        """Put it there for so many seconds."""
        data = QMimeData()
        data.setText(text)
        if html:
            data.setHtml(html)
        data.setData(_NOT_TO_KEEP, b"secret")
        QGuiApplication.clipboard().setMimeData(data)
        self._lent = text
        self._timer.start()

    @Slot()
    def take_back(self) -> None:
        """Empty it, when what was lent is still there."""
        self._timer.stop()
        if self._lent and QGuiApplication.clipboard().text() == self._lent:
            QGuiApplication.clipboard().clear()
        self._lent = ""
