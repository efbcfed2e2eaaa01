"""The one window: locked or open, its commands, its memory of where it stood."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QStackedWidget, QWidget

from casedesk.base import i18n
from casedesk.base.i18n import tr
from casedesk.ui import commands, look
from casedesk.ui.allowed import only_with
from casedesk.ui.everywhere import Everywhere
from casedesk.ui.growing import GrowingDialog
from casedesk.ui.jobs import Jobs
from casedesk.ui.places import Place, Trail
from casedesk.ui.preferences import Preferences
from casedesk.ui.spoken import speak
from casedesk.ui.welcome.page import Welcome

if TYPE_CHECKING:
    from casedesk.store.cabinet import Store
    from casedesk.store.keys import CabinetKey
    from casedesk.ui.frame import Frame
    from casedesk.ui.office import Office
    from casedesk.ui.tray import Tray


class Window(QMainWindow):
    """Welcome page while no cabinet is open, the frame while one is."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.preferences = preferences
        self.office: Office | None = None
        self.frame: Frame | None = None
        self.trail = Trail()
        self._folder: Path | None = None
        self._stopped = ("", "")
        self.left: tuple[Path, CabinetKey] | None = None
        """The cabinet the window was closed on, which may have changed: folder and key."""
        self._unlocking = Jobs("unlocking", self)
        self._stack = QStackedWidget()
        self.setCentralWidget(self._stack)
        self.setMinimumSize(look.grid(180), look.grid(120))
        beside = QSize(0, look.grid(10))  # its title
        self.resize(QSize(look.grid(320), look.grid(200)).boundedTo(self.screen().availableSize() - beside))
        geometry = preferences.layout("window")
        if not geometry.isEmpty():
            self.restoreGeometry(geometry)
        self._actions = commands.actions(self)
        keys = {one.name: self._actions[one.name].shortcut() for one in commands.all_commands() if one.everywhere}
        self._everywhere = Everywhere(preferences, keys, self)
        self._everywhere.idle.connect(self._lock_idle)
        self._everywhere.pressed.connect(self._pressed)
        self._show_welcome()
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.styleHints().colorSchemeChanged.connect(self._scheme_changed)

    @cached_property
    def _tray(self) -> Tray:
        from casedesk.ui.tray import Tray

        made = Tray(self)
        made.wanted.connect(self._come)
        made.later.connect(self._put_off)
        return made

    # locked and open

    def _show_welcome(self) -> None:
        self.setWindowTitle(tr("CaseDesk"))
        self.welcome = Welcome(self.preferences, self._unlocking)
        self.welcome.opened.connect(self.open_store)
        self._put(self.welcome)
        self._enable(opened=False)

    def ask(self, folder: Path, *, at_once: bool = True, passphrase: str = "") -> None:
        """Ask to unlock this cabinet; a passphrase given is tried at once."""
        self.welcome.ask(folder, at_once=at_once, passphrase=passphrase)

    @Slot(object)
    def open_store(self, store: Store) -> None:
        """Show an open cabinet."""
        from casedesk.ui.asleep import Sleep
        from casedesk.ui.office import Office
        from casedesk.ui.reminders import Reminders

        if self._folder != Path(store.folder):
            self.trail = Trail()
        self._folder = Path(store.folder)
        self.preferences.opened(self._folder)
        if store.actor.user:
            self.preferences.who = store.who
        self.office = Office(store, self.preferences, self)
        Reminders(self.office).due.connect(self._tray.tell)
        Sleep(self.office).falling.connect(self.lock)
        self.office.preferences_changed.connect(self.rebuild)
        self.office.lock_wanted.connect(self.lock)
        self.office.moved.connect(self._go_on_in, Qt.ConnectionType.QueuedConnection)
        self.office.log_wanted.connect(self._log_for)
        self.setWindowTitle(f"{self._folder.name} – {tr('CaseDesk')}")
        self._build_frame(self.trail.here or Place("desk"), [])
        self._enable(opened=True)
        self._everywhere.begin()
        (user, job), self._stopped = self._stopped, ("", "")
        if job and user == store.actor.user:
            self.office.say(tr("Locking the window stopped “{job}”; nothing half made is left.", job=job))

    @Slot(object, object)
    def _put_off(self, told: list[str], until: dt.datetime) -> None:
        from casedesk.ui.snoozing import put_off

        if self.office is not None:
            put_off(self.office, told, until)

    def _build_frame(self, here: Place, matters: list[Place]) -> None:
        from casedesk.ui.frame import Frame

        assert self.office is not None
        for command in commands.all_commands():
            if command.right:
                only_with(self.office, command.right, self._actions[command.name])
        self.frame = Frame(self.office, commands.menu(self, self._actions), self._actions, self.trail)
        self.frame.status.lock_wanted.connect(self.lock)
        self.frame.status.drafts_wanted.connect(self.go_desk)
        self._put(self.frame)
        for place in matters:
            self.frame.show_place(place)
        self.frame.go(here)

    def _put(self, widget: QWidget) -> None:
        old = self._stack.currentWidget()
        self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget)
        if old is not None:
            self._stack.removeWidget(old)
            old.deleteLater()

    def _enable(self, *, opened: bool) -> None:
        always = {"leave", "switch_theme", "switch_language", "full", "shortcuts", "manual"}
        for name, action in self._actions.items():
            action.setEnabled(opened or name in always)

    @Slot(object)
    def _go_on_in(self, folder: Path) -> None:
        """The cabinet was moved: close it here and ask for the passphrase there."""
        self.lock()
        self.ask(folder, at_once=False)

    @Slot()
    def lock(self) -> None:
        """Close the cabinet and ask for the passphrase again; what is typed is kept as drafts."""
        if self.office is None:
            return
        folder, running, key = self._folder, self.office.jobs.running, self.office.store.key
        self._stopped = (self.office.store.actor.user, running.title) if running is not None else ("", "")
        self._close_office()
        key.wipe()
        self._make_actions()  # whoever comes next may do something else
        self._show_welcome()
        if folder is not None:
            self.ask(folder, at_once=False)

    @Slot()
    def _lock_idle(self) -> None:
        """Nobody is there; what they left running is not stopped, the window is locked once it has ended."""
        if self.office is not None and self.office.jobs.busy:
            self._everywhere.begin()
        else:
            self.lock()

    def _make_actions(self) -> None:
        for action in self._actions.values():
            self.removeAction(action)
            action.deleteLater()
        self._actions = commands.actions(self)

    def _close_dialogs(self) -> None:
        for dialog in self.findChildren(QDialog):
            if isinstance(dialog, GrowingDialog) and dialog.outlives_cabinet:
                continue
            dialog.close()
            if dialog.isVisible():
                dialog.done(0)  # one that is not left before its work is done

    def _close_office(self) -> None:
        self._close_dialogs()
        if self.frame is not None:
            self.frame.leave()
        if self.office is not None:
            self.office.close()
            self.office.deleteLater()
        self.frame = self.office = None
        self._everywhere.end()

    @Slot()
    def rebuild(self) -> None:
        """Make everything anew in the language and theme chosen; open pages and drafts stay."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        speak(app, self.preferences.language)
        look.wear(app, self.preferences.theme)
        self._make_actions()
        if self.frame is None:
            self._show_welcome()
            return
        here, matters = self.trail.here or Place("desk"), self.frame.open_matters()
        self._close_dialogs()
        self.frame.leave()
        self._build_frame(here, matters)

    @Slot(object)
    def _come(self, place: Place) -> None:
        """A notification was clicked."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()
        if self.frame is not None:
            self.frame.go(place)

    @Slot()
    def _scheme_changed(self) -> None:
        if self.preferences.theme == "system":
            app = QApplication.instance()
            assert isinstance(app, QApplication)
            look.wear(app, "system")

    @Slot(str)
    def _pressed(self, command: str) -> None:
        self._actions[command].trigger()

    # commands: each slot has the name of its command

    def go(self, page: str) -> None:
        """Go to a page of the rail."""
        if self.frame is not None:
            self.frame.go(Place(page))

    def go_desk(self) -> None:
        self.go("desk")

    def go_matters(self) -> None:
        self.go("matters")

    def go_parties(self) -> None:
        self.go("parties")

    def go_incidents(self) -> None:
        self.go("incidents")

    def go_evidence(self) -> None:
        self.go("evidence")

    def go_negotiation(self) -> None:
        self.go("negotiation")

    def go_filings(self) -> None:
        self.go("filings")

    def go_trash(self) -> None:
        self.go("trash")

    def go_settings(self) -> None:
        self.go("settings")

    def back(self) -> None:
        place = self.trail.back()
        if place is not None and self.frame is not None:
            self.frame.show_place(place)

    def forward(self) -> None:
        place = self.trail.forward()
        if place is not None and self.frame is not None:
            self.frame.show_place(place)

    def next_tab(self) -> None:
        if self.frame is not None:
            self.frame.step_tab(1)

    def previous_tab(self) -> None:
        if self.frame is not None:
            self.frame.step_tab(-1)

    def close_tab(self) -> None:
        if self.frame is not None:
            self.frame.close_tab(self.frame.tabs.currentIndex())

    def new_here(self) -> None:
        if self.frame is not None and self.frame.page is not None:
            self.frame.page.new_record()

    def new_matter(self) -> None:
        if self.frame is not None:
            self.frame.go(Place("matters"))
            self.new_here()

    def import_files(self) -> None:
        """Import files into the matter that is open."""
        matter = self._matter_here()
        if matter is not None and self.office is not None:
            self.office.import_wanted.emit(matter, [])

    def list_imports(self) -> None:
        """List the imports of the matter that is open."""
        matter = self._matter_here()
        if matter is not None and self.office is not None:
            self.office.imports_wanted.emit(matter)

    def _matter_here(self) -> int | None:
        """The matter that is open; says so when none is."""
        here = self.trail.here
        if here is not None and here.page == "matter" and here.matter is not None:
            return here.matter
        if self.office is not None:
            self.office.say(tr("Open the matter first."))
        return None

    def undo(self) -> None:
        if self.frame is not None:
            self.frame.status.undo()

    def check(self) -> None:
        """All rules over the matter that is open, or over the whole cabinet where none is."""
        from casedesk.casework.findings import recheck_all
        from casedesk.ui.pages.matter import MatterPage

        page = self.frame.page if self.frame is not None else None
        if isinstance(page, MatterPage):
            page.watch.recheck()
        elif self.office is not None:
            store = self.office.store
            self.office.run(lambda progress: recheck_all(store, progress), tr("Checking all matters"))

    def log(self) -> None:
        """Log an incident of the matter that is open."""
        here = self.trail.here
        self._log_for(here.matter if here is not None else None)

    @Slot(object)
    def _log_for(self, matter: int | None) -> None:
        from casedesk.ui.quick_log import open_quick_log

        if self.office is not None:
            open_quick_log(self, self.office, matter)

    def search(self) -> None:
        """Put the cursor into the search box."""
        if self.frame is not None:
            item = self.frame.top.search_place.itemAt(0)
            box = item.widget() if item is not None else None
            if box is not None:
                box.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def narrow(self) -> None:
        if self.frame is not None:
            self.frame.rail.setVisible(not self.frame.rail.isVisible())

    def switch_theme(self) -> None:
        self.preferences.theme = "light" if look.dark() else "dark"
        self.rebuild()

    def switch_language(self) -> None:
        self.preferences.language = "en" if i18n.language() == "zh" else "zh"
        self.rebuild()

    def full(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def shortcuts(self) -> None:
        from casedesk.ui.shortcuts import ShortcutList

        ShortcutList(self).open()

    def manual(self) -> None:
        from casedesk.ui.manual import open_manual

        open_manual(self.trail.here.page if self.trail.here is not None else "")

    def leave(self) -> None:
        self.close()

    def shortcut(self, name: str) -> str:
        """The keys of a command, as they are shown."""
        return self._actions[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def closeEvent(self, event: QCloseEvent) -> None:
        from casedesk.records.rights import Right
        from casedesk.ui.leaving import held_back

        if self.office is not None and held_back(self, self.office.jobs):
            event.ignore()
            return
        self.preferences.keep_layout("window", self.saveGeometry())
        if self.office is not None:
            store = self.office.store
            self.left = (store.folder, store.key) if store.may(Right.KEEP) else None
        self._close_office()
        self._unlocking.stop()
        super().closeEvent(event)
