"""The page before a cabinet is open."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from casedesk.base.i18n import tr
from casedesk.ui import icons, look, parts
from casedesk.ui.jobs import Jobs
from casedesk.ui.preferences import Preferences
from casedesk.ui.welcome.start import Start
from casedesk.ui.welcome.unlock import Unlock

if TYPE_CHECKING:
    from casedesk.ui.welcome.create import Create, Recovery
    from casedesk.ui.welcome.restoring import Restore


class Welcome(QWidget):
    """Choose, unlock or make a cabinet; `opened` carries the open Store."""

    opened = Signal(object)

    def __init__(self, preferences: Preferences, worker: Jobs) -> None:
        super().__init__()
        self._preferences, self._worker = preferences, worker
        self._store: object = None
        self.start = Start(preferences)
        self.unlock = Unlock(worker, preferences.who)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start)
        self.pages.addWidget(self.unlock)
        self.pages.setFixedWidth(look.chars(self, 76))
        self.start.chosen.connect(self.ask)
        self.start.new_wanted.connect(self._new)
        self.start.restore_wanted.connect(self._restore)
        self.unlock.opened.connect(self.opened)
        self.unlock.back_wanted.connect(self.choose)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        mark = QLabel()
        mark.setPixmap(icons.pixmap("desk", look.grid(10), self.palette().color(QPalette.ColorRole.Accent),
                                    self.devicePixelRatioF()))
        inner = parts.column(
            parts.row(mark, parts.text(tr("CaseDesk"), font=look.title_font(1.8)), None, gap=3),
            parts.text(tr("The desk of a law firm that stands by people in debt disputes"), tone="faint"),
            parts.line(), self.pages, gap=4)
        self.setLayout(parts.row(None, parts.column(None, inner, None, None), None))

    # what is seldom wanted is made when it is, not before the window is seen

    @cached_property
    def making(self) -> Create:
        """Asks for all that a new cabinet needs."""
        from casedesk.ui.welcome.create import Create

        made = Create(self._worker, self._preferences.who)
        made.back_wanted.connect(self.choose)
        made.made.connect(self._made)
        self.pages.addWidget(made)
        return made

    @cached_property
    def recovery(self) -> Recovery:
        """Shows the key to be printed."""
        from casedesk.ui.welcome.create import Recovery

        made = Recovery()
        made.done.connect(self._go_on)
        self.pages.addWidget(made)
        return made

    @cached_property
    def restoring(self) -> Restore:
        """Makes a cabinet from a backup."""
        from casedesk.ui.welcome.restoring import Restore

        made = Restore(self._worker)
        made.back_wanted.connect(self.choose)
        made.restored.connect(self.ask)
        self.pages.addWidget(made)
        return made

    @Slot()
    def choose(self) -> None:
        """Show the cabinets there are."""
        self.start.fill()
        self.pages.setCurrentWidget(self.start)

    @Slot(object)
    def ask(self, folder: Path, *, at_once: bool = True, passphrase: str = "") -> None:
        """Unlock this cabinet."""
        self.pages.setCurrentWidget(self.unlock)
        self.unlock.ask(folder, at_once=at_once, passphrase=passphrase)

    @Slot()
    def _new(self) -> None:
        self.pages.setCurrentWidget(self.making)
        self.making.start()

    @Slot()
    def _restore(self) -> None:
        self.pages.setCurrentWidget(self.restoring)
        self.restoring.start()

    @Slot(object, str)
    def _made(self, store: object, recovery: str) -> None:
        self._store = store
        self.recovery.show_key(recovery)
        self.pages.setCurrentWidget(self.recovery)

    @Slot()
    def _go_on(self) -> None:
        self.opened.emit(self._store)
        self._store = None
