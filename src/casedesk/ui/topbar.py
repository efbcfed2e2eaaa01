"""The bar above: menu, back and forward, whose cabinet this is, search, log."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from casedesk.base.i18n import tr
from casedesk.ui import commands, icons, look, parts


class TopBar(QWidget):
    """The pieces every page keeps in sight."""

    def __init__(self, menu: QMenu, actions: dict[str, QAction]) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.menu_button = parts.tool("menu", tr("Menu"), "F10")
        self.menu_button.setMenu(menu)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setShortcut("F10")
        self.back, self.forward = QToolButton(), QToolButton()
        commands.dress(actions, ["back", "forward"])
        for button, name in ((self.back, "back"), (self.forward, "forward")):
            button.setDefaultAction(actions[name])
            button.setToolTip(f"{actions[name].text()}  {actions[name].shortcut().toString()}")
            button.setAccessibleName(actions[name].text())
        self.firm = parts.heading("", cut=True)
        self.cabinet = parts.text("", tone="faint", cut=True)
        self.search_place = QHBoxLayout()
        self.log_button = parts.button(tr("Log"), "primary")
        icons.put(self.log_button, "plus", self.log_button.palette().ColorRole.Base)
        self.log_button.setToolTip(tr("Log an incident") + "  Ctrl+L")
        self.log_button.clicked.connect(actions["log"].trigger)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(look.grid(2), look.grid(1.5), look.grid(3), look.grid(1.5))
        layout.setSpacing(look.grid(1))
        for part in (self.menu_button, self.back, self.forward):
            layout.addWidget(part)
        layout.addSpacing(look.grid(2))
        layout.addWidget(self.firm)
        layout.addWidget(self.cabinet)
        layout.addSpacing(look.grid(4))
        layout.addStretch(1)
        layout.addLayout(self.search_place, 4)
        layout.addStretch(1)
        layout.addSpacing(look.grid(4))
        layout.addWidget(self.log_button)

    def name(self, firm: str, cabinet: str) -> None:
        """Say whose cabinet is open."""
        self.firm.setText(firm or tr("CaseDesk"))
        self.cabinet.setText(f"· {cabinet}")
