"""Tags as they are typed, and those the words suggest: one key or click adds one."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from casedesk.base import i18n
from casedesk.base.i18n import tr
from casedesk.ui import look, parts
from casedesk.ui.quick_log.suggestions import Suggestion, suggested

_MOST = 5


class Tags(QWidget):
    """The line of tags with suggestions below, added with Alt+1 to Alt+5."""

    changed = Signal()
    marked = Signal(object)
    """The places in the words that suggest the tags offered: a list of (start, end)."""

    def __init__(self) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.line.setAccessibleName(tr("Tags"))
        self.line.setPlaceholderText(tr("Separated by commas"))
        self.offered: list[Suggestion] = []
        self._words = ""
        self._chips = QHBoxLayout()
        self._chips.setSpacing(look.grid(1.5))
        self._suggested = parts.holding(self._chips)
        self._chips.setContentsMargins(0, 0, 0, 0)
        self._suggested.setFixedHeight(look.grid(6))
        self.setLayout(parts.column(self.line, self._suggested, gap=1))
        for at in range(_MOST):
            shortcut = QShortcut(QKeySequence(f"Alt+{at + 1}"), self)
            shortcut.setProperty("at", at)
            shortcut.activated.connect(self._take_key)
        self.line.textEdited.connect(self._again)

    def put(self, text: str) -> None:
        """Show these tags."""
        self.line.setText(text)

    @Slot()
    def _again(self) -> None:
        self.suggest(self._words)

    def suggest(self, words: str) -> None:
        """Offer what the words suggest."""
        self._words = words
        found = suggested(words, self._had(), i18n.language())[:_MOST]
        if found != self.offered:
            self.offered = found
            self._show()
            self.marked.emit([(one.start, one.end) for one in found])

    def _had(self) -> list[str]:
        return [tag.strip() for tag in self.line.text().replace("，", ",").replace("、", ",").split(",") if tag.strip()]

    def _show(self) -> None:
        parts.clear(self._chips)
        if self.offered:
            self._chips.addWidget(parts.text(tr("Suggested:"), tone="faint", font=look.small_font()))
        for at, one in enumerate(self.offered):
            chip = parts.button(f"+ {one.tag}  “{one.because}”", "chip")
            chip.setToolTip(f"Alt+{at + 1}")
            chip.setAccessibleName(tr("Add the tag {tag}", tag=one.tag))
            chip.setProperty("at", at)
            chip.clicked.connect(self._take_click)
            self._chips.addWidget(chip)
        self._chips.addStretch(1)

    @Slot()
    def _take_click(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton):
            self.take(int(button.property("at")))

    @Slot()
    def _take_key(self) -> None:
        shortcut = self.sender()
        if isinstance(shortcut, QShortcut):
            self.take(int(shortcut.property("at")))

    def take(self, at: int) -> None:
        """Add a suggested tag."""
        if at < len(self.offered):
            self.line.setText(tr(", ").join([*self._had(), self.offered[at].tag]))
            self.changed.emit()
            self.suggest(self._words)
