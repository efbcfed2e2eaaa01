"""What every page of the window can do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from casedesk.ui.office import Office
from casedesk.ui.places import Place


class Page(QWidget):
    """A page shows places of one tab."""

    titled = Signal(str)
    """The tab's title changed."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.setProperty("kind", "page")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def visit(self, place: Place) -> None:
        """Show this place."""

    def new_record(self) -> None:
        """Start a new record of what the page lists."""

    def leave(self) -> None:
        """Keep what is typed: the page is about to go."""
