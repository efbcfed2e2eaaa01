"""The page before a cabinet is open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from casedesk.base.i18n import tr
from casedesk.ui import icons, look, parts
from casedesk.ui.jobs import Jobs
from casedesk.ui.preferences import Preferences
from casedesk.ui.welcome.create import Create, Recovery
from casedesk.ui.welcome.restoring import Restore
from casedesk.ui.welcome.start import Start
from casedesk.ui.welcome.unlock import Unlock


class Welcome(QWidget):
    """Choose, unlock or make a cabinet; `opened` carries the open Store."""

    opened = Signal(object)

    def __init__(self, preferences: Preferences, worker: Jobs) -> None:
        super().__init__()
        self._preferences = preferences
        self._store: object = None
        self.start = Start(preferences)
        self.unlock = Unlock(worker, preferences.who)
        self.making = Create(worker, preferences.who)
        self.recovery = Recovery()
        self.restoring = Restore(worker)
        self.pages = QStackedWidget()
        for page in (self.start, self.unlock, self.making, self.recovery, self.restoring):
            self.pages.addWidget(page)
        self.pages.setFixedWidth(look.chars(self, 76))
        self.start.chosen.connect(self.ask)
        self.start.new_wanted.connect(self._new)
        self.start.restore_wanted.connect(self._restore)
        self.restoring.back_wanted.connect(self.choose)
        self.restoring.restored.connect(self.ask)
        self.unlock.opened.connect(self.opened)
        self.unlock.back_wanted.connect(self.choose)
        self.making.back_wanted.connect(self.choose)
        self.making.made.connect(self._made)
        self.recovery.done.connect(self._go_on)
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
