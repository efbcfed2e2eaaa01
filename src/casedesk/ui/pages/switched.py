"""Several lists on one section, one shown at a time, each made when it is first looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QButtonGroup, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from casedesk.ui import parts
from casedesk.ui.findings.panel import FindingsPanel
from casedesk.ui.negotiation.planner import PlannerPanel
from casedesk.ui.pages.records import RecordsPanel

Make = Callable[[], QWidget]


class Switched(QWidget):
    """Names above, the chosen list below."""

    def __init__(self, offered: Mapping[str, tuple[str, Make]]) -> None:
        super().__init__()
        self._offered = offered
        self._made: dict[str, QWidget] = {}
        self.stack = QStackedWidget()
        self.buttons = QButtonGroup(self)
        self.bar = parts.row(margin=2, gap=1)
        for at, (_, (name, _make)) in enumerate(offered.items()):
            button = parts.button(name, "chip")
            button.setCheckable(True)
            self.buttons.addButton(button, at)
            self.bar.addWidget(button)
        self.bar.addStretch(1)
        self.buttons.idClicked.connect(self._clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        holder = parts.holding(self.bar)
        if len(offered) == 1:
            holder.hide()
        for part in (holder, parts.line(), self.stack):
            layout.addWidget(part)
        layout.setStretch(2, 1)

    @Slot(int)
    def _clicked(self, at: int) -> None:
        self.show_list(list(self._offered)[at])

    def show_list(self, key: str = "", record: int | None = None) -> QWidget:
        """Show one of the lists, with a record chosen in it."""
        key = key if key in self._offered else (self.key or next(iter(self._offered)))
        if key not in self._made:
            self._made[key] = self._offered[key][1]()
            self.stack.addWidget(self._made[key])
        shown = self._made[key]
        self.stack.setCurrentWidget(shown)
        button = self.buttons.button(list(self._offered).index(key))
        if isinstance(button, QPushButton):
            button.setChecked(True)
        if record is not None and isinstance(shown, (RecordsPanel, FindingsPanel)):
            shown.select(record)
        return shown

    @property
    def key(self) -> str:
        """The list shown."""
        at = self.buttons.checkedId()
        return list(self._offered)[at] if at >= 0 else ""

    def new_record(self) -> None:
        """A new record in the list shown."""
        shown = self.stack.currentWidget()
        if isinstance(shown, RecordsPanel):
            shown.new_record()

    def leave(self) -> None:
        """Keep what is typed."""
        for widget in self._made.values():
            if isinstance(widget, (RecordsPanel, PlannerPanel)):
                widget.leave()
