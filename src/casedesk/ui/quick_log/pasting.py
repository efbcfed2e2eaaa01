"""What the clipboard or a drag brings: pictures and files are attached, text is typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDropEvent, QImage, QPalette, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

Brought = QImage | bytes | Path


def brought(data: QMimeData) -> list[Brought]:
    """The files or the picture in it; empty when it is text."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    if files:
        return [file for file in files if file.is_file()]
    if data.hasFormat("image/png"):
        return [bytes(data.data("image/png").data())]
    if data.hasImage():
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return [QImage(image)]
    return []


def folders(data: QMimeData) -> list[Path]:
    """The folders in it: nobody knows yet which of their files are wanted."""
    found = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in found if path.is_dir()]


def is_file(data: QMimeData) -> bool:
    """Whether it is to be attached; a table or page copied as text and picture is typed as text."""
    return data.hasUrls() or (not data.hasText() and (data.hasImage() or data.hasFormat("image/png")))


def take(event: QDropEvent) -> None:
    """Accept what is dragged as a copy: a move, where one is proposed, would have its owner delete the original."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


class WordsField(QPlainTextEdit):
    """Their words, exactly; a picture pasted here is attached."""

    pasted = Signal(QMimeData)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return is_file(source) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        if is_file(source):
            self.pasted.emit(source)
        else:
            super().insertFromMimeData(source)

    def mark(self, places: Sequence[tuple[int, int]]) -> None:
        """Underline these places of the text: what suggests a tag."""
        text, marks = self.toPlainText(), []
        for start, end in places:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document())
            mark.cursor.setPosition(_units(text[:start]))
            mark.cursor.setPosition(_units(text[:end]), QTextCursor.MoveMode.KeepAnchor)
            mark.cursor.setKeepPositionOnInsert(True)  # what is typed on behind it is no part of it
            mark.format.setBackground(self.palette().color(QPalette.ColorRole.Highlight))
            mark.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
            marks.append(mark)
        self.setExtraSelections(marks)


def _units(text: str) -> int:
    """How many units of UTF-16, in which Qt counts."""
    return len(text.encode("utf-16-le")) // 2
