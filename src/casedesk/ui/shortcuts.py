"""The list of keyboard shortcuts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from casedesk.base.i18n import tr
from casedesk.ui import look, parts
from casedesk.ui.commands import COMMANDS, IN_PLACE


class ShortcutList(QDialog):
    """Every command with its keys, in groups."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        columns = (parts.column(gap=4), parts.column(gap=4))
        groups = [(tr(name), [(tr(c.label), c.keys) for c in commands if c is not None and c.keys])
                  for name, commands in COMMANDS.items()]
        groups.append((tr("In forms and lists"), [(tr(label), keys) for label, keys in IN_PLACE]))
        for at, (name, lines) in enumerate(groups):
            columns[at % 2].addLayout(_group(name, lines))
        for column in columns:
            column.addStretch(1)
        close = parts.button(tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(5)] * 4)
        inside = parts.holding(parts.row(*columns, gap=10))
        layout.addWidget(parts.scrolling(inside))
        layout.addLayout(parts.row(None, close))
        wanted = inside.sizeHint()
        look.fit(self, parent, wanted.width() + look.grid(16), wanted.height() + look.grid(24))


def _group(name: str, lines: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(look.grid(6))
    grid.setVerticalSpacing(look.grid(1))
    grid.addWidget(parts.heading(name), 0, 0)
    for at, (label, keys) in enumerate(lines, 1):
        shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) or keys
        grid.addWidget(parts.text(label), at, 0)
        grid.addWidget(parts.text(shown, tone="faint"), at, 1)
    return grid
