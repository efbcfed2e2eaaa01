"""The left rail: where one can go, and how much waits there."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from casedesk.base.i18n import N_, tr
from casedesk.ui import icons, look, parts
from casedesk.ui.places import FOOT, RAIL, Place

NAMES = {
    "desk": N_("Desk"), "matters": N_("Matters"), "parties": N_("Parties"), "incidents": N_("Incidents"),
    "evidence": N_("Evidence"), "negotiation": N_("Negotiation"), "filings": N_("Filings"), "trash": N_("Trash"),
    "settings": N_("Settings"),
}
KEYS = {name: f"Ctrl+{at}" for at, name in enumerate(RAIL, 1)} | {"trash": "Ctrl+8", "settings": "Ctrl+9"}
_RECENT = 6


class RailButton(QPushButton):
    """One place, with the number of things waiting there."""

    def __init__(self, place: Place, name: str, icon: str, keys: str = "") -> None:
        super().__init__(name)
        self.place = place
        self.setProperty("kind", "rail")
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(f"{name}  {keys}".strip())
        if icon:
            icons.put(self, icon)
        self.badge = parts.text("", tone="faint", font=look.small_font())
        self.badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, look.grid(2), 0)
        layout.addStretch(1)
        layout.addWidget(self.badge)

    def count(self, number: int | None) -> None:
        """Show how much waits; nothing for none."""
        self.badge.setText(f"{number:,}" if number else "")

    def show_name(self, *, shown: bool) -> None:
        """Show its name and count, or its icon alone."""
        self.setText(self.accessibleName() if shown else "")
        self.badge.setVisible(shown)


class Rail(QWidget):
    """Pages above, recent matters in the middle, trash and settings below."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.grid(2), look.grid(2), look.grid(2), look.grid(2))
        layout.setSpacing(look.grid(0.5))
        for name in RAIL:
            layout.addWidget(self._button(name))
        layout.addSpacing(look.grid(3))
        self.recent_title = parts.text(tr("Recent matters"), tone="faint", font=look.small_font())
        self.recent_title.setContentsMargins(look.grid(2), 0, 0, look.grid(1))
        layout.addWidget(self.recent_title)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(look.grid(0.5))
        layout.addLayout(self._recent)
        layout.addStretch(1)
        for name in FOOT:
            layout.addWidget(self._button(name))
        self.recent_title.hide()
        self._recents: list[QWidget] = []
        self._names_shown = True
        self._fit()

    def _button(self, name: str) -> RailButton:
        button = RailButton(Place(name), tr(NAMES[name]), name, KEYS[name])
        button.clicked.connect(self._clicked)
        self._group.addButton(button)
        self.buttons[name] = button
        return button

    def show_names(self, *, shown: bool) -> None:
        """Names, counts and recent matters, or icons alone where the window is narrow."""
        if shown != self._names_shown:
            self._names_shown = shown
            for button in self.buttons.values():
                button.show_name(shown=shown)
            self._show_recents()
            self._fit()

    def _fit(self) -> None:
        """As wide as the longest name with its count."""
        widest = max(button.sizeHint().width() for button in self.buttons.values())
        self.setFixedWidth(widest + look.grid(14 if self._names_shown else 4))

    def _show_recents(self) -> None:
        for widget in (self.recent_title, *self._recents):
            widget.setVisible(self._names_shown and bool(self._recents))

    @Slot()
    def _clicked(self) -> None:
        button = self.sender()
        if isinstance(button, RailButton):
            self.chosen.emit(button.place)

    def mark(self, place: Place) -> None:
        """Show where one is."""
        for button in self._group.buttons():
            if isinstance(button, RailButton) and button.place.tab == place.tab:
                button.setChecked(True)
                return
        checked = self._group.checkedButton()
        if checked is not None:
            self._group.setExclusive(False)
            checked.setChecked(False)
            self._group.setExclusive(True)

    def show_recent(self, matters: list[tuple[int, str, str]]) -> None:
        """(id, reference, title) of the matters last worked on."""
        for button in self._group.buttons():
            if isinstance(button, RailButton) and button.place.page == "matter":
                self._group.removeButton(button)
        parts.clear(self._recent)
        self._recents.clear()
        for id_, ref, name in matters[:_RECENT]:
            button = RailButton(Place("matter", id_), ref, "")
            button.setToolTip(name)
            button.setAccessibleName(f"{ref} {name}")
            button.clicked.connect(self._clicked)
            self._group.addButton(button)
            self._recent.addWidget(button)
            self._recents.append(button)
        self._show_recents()
