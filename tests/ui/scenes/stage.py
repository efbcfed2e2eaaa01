"""The window on the sample cabinet, ready to be looked at."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from casedesk.base.i18n import Language
from casedesk.store import keys
from casedesk.store.cabinet import Store
from casedesk.ui.app import application
from casedesk.ui.command_box import CommandBox
from casedesk.ui.pages.page import Page
from casedesk.ui.places import Place
from casedesk.ui.preferences import Preferences
from casedesk.ui.window import Window


class Stage:
    """One window in one language, one theme and one size."""

    def __init__(self, cabinet: Path, settings: Path, lang: Language, theme: str, size: QSize,
                 quiet: float = 0.35) -> None:
        self.preferences = Preferences(settings)
        self.preferences.language, self.preferences.theme, self.preferences.idle_minutes = lang, theme, 0
        self.preferences.opened(cabinet)
        self.app = application(self.preferences)
        self.cabinet, self.quiet = cabinet, quiet
        self.window = Window(self.preferences)
        self.window.resize(size)
        self.window.show()
        self.settle()

    def open(self, passphrase: str) -> None:
        """Unlock the cabinet."""
        key = keys.unlock(self.cabinet, passphrase)
        self.window.open_store(Store.open(self.cabinet, key, who="王律师"))
        self.settle()

    @property
    def page(self) -> Page:
        """The page shown."""
        assert self.window.frame is not None
        page = self.window.frame.page
        assert page is not None
        return page

    def tidy(self) -> None:
        """Leave nothing of one scene over the next."""
        if self.window.frame is not None and self.window.office is not None:
            for box in self.window.findChildren(CommandBox):
                box.dismiss()
            if self.window.office.lost is not None:
                self.window.office.reached.emit(None)

    def go(self, page: str, matter: int | None = None, section: str = "", record: int | None = None) -> None:
        """Show a place."""
        assert self.window.frame is not None
        self.window.frame.go(Place(page, matter, section, record))
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is read, saved or redrawn any more."""
        until = time.monotonic() + self.quiet
        while time.monotonic() < until or self._busy():
            self.app.processEvents()
            time.sleep(0.004)

    def _busy(self) -> bool:
        office = self.window.office
        return office is not None and (office.busy or office.jobs.busy)

    def until(self, happened: Callable[[], object]) -> None:
        """Wait for something."""
        until = time.monotonic() + 30
        while not happened() and time.monotonic() < until:
            self.app.processEvents()
            time.sleep(0.004)
        self.settle()

    def picture(self, out: Path, of: QWidget | None = None) -> None:
        """Save what is seen, with the windows over it."""
        self.settle()
        shown = self.window.grab()
        if of is not None and of.isWindow():
            over = of.grab()
            painter = QPainter(shown)
            at = self.window.rect().center() - of.rect().center()
            painter.drawPixmap(at, over)
            painter.setPen(self.app.palette().color(QPalette.ColorRole.Dark))
            painter.drawRect(QRect(at, of.size()))
            painter.end()
        out.parent.mkdir(parents=True, exist_ok=True)
        shown.save(str(out))

    def close(self) -> None:
        """Leave, so that the next stage can be set."""
        self.window.close()
        self.window.deleteLater()
        QApplication.processEvents()
