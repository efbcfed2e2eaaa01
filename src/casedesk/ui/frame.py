"""The window's inside while a cabinet is open: bar, rail, tabs, page, status line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMenu, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from casedesk.base.i18n import tr
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.banner import Banner
from casedesk.ui.command_box import CommandBox
from casedesk.ui.forms.lines import KeptLines
from casedesk.ui.office import Office
from casedesk.ui.pages.page import Page
from casedesk.ui.places import Place, Trail
from casedesk.ui.rail import NAMES, Rail
from casedesk.ui.statusline import StatusLine
from casedesk.ui.topbar import TopBar

if TYPE_CHECKING:
    from casedesk.records import Draft, Filing
    from casedesk.ui.pages.matter_facts import MatterFacts

_MATTER_PAGES = ("matter",)
_NARROW = 250
"""So many grid units wide, a window shows the names of its rail."""


class Frame(QWidget):
    """Shows places; each matter has a tab of its own, the rail's pages share the first."""

    def __init__(self, office: Office, menu: QMenu, actions: dict[str, QAction], trail: Trail) -> None:
        super().__init__()
        self.office, self._actions, self.trail = office, actions, trail
        self.pages: dict[tuple[str, int | None], Page] = {}
        self.top = TopBar(menu, actions)
        self.top.search_place.addWidget(CommandBox(office, actions))
        only_with(office, "write", self.top.log_button)
        self.rail = Rail()
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.setElideMode(self.tabs.elideMode().ElideRight)
        self.tabs.addTab(tr(NAMES["desk"]))
        self.tabs.setTabData(0, Place("desk"))
        self.tabs.setAccessibleName(tr("Open pages"))
        self.stack = QStackedWidget()
        self.status = StatusLine()
        self._lay_out()
        self._wire()
        self._count = QTimer(self, singleShot=True, interval=150)
        self._count.timeout.connect(self._ask_counts)
        self._ask_counts()
        self._idle = QTimer(self, singleShot=True, interval=1500)
        self._idle.timeout.connect(self._prepare)
        self._idle.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.show_names(shown=self.width() >= look.grid(_NARROW))

    @Slot()
    def _prepare(self) -> None:
        """Make the quick log while nothing else is to do, so that it opens at once."""
        from casedesk.ui.quick_log import prepared

        prepared(self, self.office)

    def _lay_out(self) -> None:
        self._tab_bar = parts.holding(parts.row(self.tabs, None, gap=0), "bar")
        middle = QVBoxLayout()
        middle.setSpacing(0)
        self.banner = self._banner()
        for part in (self._tab_bar, parts.line(), self.banner, self.stack):
            middle.addWidget(part)
        middle.setStretch(3, 1)
        across = QHBoxLayout()
        across.setSpacing(0)
        across.addWidget(self.rail)
        across.addWidget(parts.upright())
        across.addLayout(middle, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.top, parts.line(), Banner(self.office)):
            layout.addWidget(part)
        layout.addLayout(across, 1)
        for part in (parts.line(), self.status):
            layout.addWidget(part)
        self._tab_bar.hide()

    def _banner(self) -> QLabel:
        """Says that nothing can be changed, where nothing can."""
        from casedesk.records.rights import Right

        actor = self.office.store.actor
        role = tr(actor.role.label)
        banner = parts.text(tr("You may look here and change nothing: your role is “{role}”.", role=role), tone="doubt")
        banner.setContentsMargins(*[look.grid(2)] * 4)
        banner.setVisible(not actor.may(Right.WRITE))
        return banner

    def _wire(self) -> None:
        office = self.office
        office.wanted.connect(self.go)
        office.said.connect(self.status.say)
        office.saved.connect(self.status.mark_saved)
        office.changed.connect(self._changed)
        office.drafts_changed.connect(self._recount)
        office.jobs.started.connect(self.status.job.follow)
        office.draft_wanted.connect(self.open_draft)
        office.new_wanted.connect(self._new_on)
        self.rail.chosen.connect(self.go)
        self.tabs.currentChanged.connect(self._tab_chosen)
        actor = office.store.actor
        self.status.who.setText(f"{actor.name} · {tr(actor.role.label)}" if actor.user else actor.name)

    # going places

    @Slot(object)
    def go(self, place: Place) -> None:
        """Show a place and remember it."""
        self.trail.visit(place)
        self.show_place(place)

    def show_place(self, place: Place) -> None:
        """Show a place without adding to the trail."""
        page = self.pages.get(place.tab) or self._make(place)
        self.stack.setCurrentWidget(page)
        page.visit(place)
        self._mark(place)
        focused = QApplication.focusWidget()
        if focused is None or not page.isAncestorOf(focused):
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _new_on(self, page: str) -> None:
        self.go(Place(page))
        if self.page is not None:
            self.page.new_record()

    @Slot(object)
    def open_draft(self, draft: Draft) -> None:
        """Go on with a draft: where its record stands, or in a window of its own when it is new."""
        from casedesk.ui.pages.unfinished import Opening

        self.office.read(Opening(self.office.store, draft), self._open_draft)

    @Slot(object)
    def _open_draft(self, found: tuple[Draft, Place | None]) -> None:
        from casedesk.records import BY_TABLE
        from casedesk.ui.filing.keeping import NOTED, PREFIX as FILING, Finding
        from casedesk.ui.filing.section import FiledDialog
        from casedesk.ui.forms.dialog import RecordDialog
        from casedesk.ui.quick_log import open_quick_log
        from casedesk.ui.quick_log.entry import PREFIX

        draft, place = found
        if draft.key.startswith(PREFIX):
            open_quick_log(self, self.office, draft=draft)
        elif draft.key.startswith(FILING):
            self.office.read(Finding(self.office.store, draft.values), self._open_filing)
        elif draft.key.startswith(NOTED):
            FiledDialog(self.window(), self.office, draft.values["matter"], Path(draft.values["packed"])).open()
        elif place is not None:
            self.go(place)
        elif "lines" in draft.values:
            self.office.say(tr("What this draft was typed for is gone."))
        elif draft.values.get("table") in BY_TABLE:
            RecordDialog.open_draft(self, self.office, BY_TABLE[draft.values["table"]], draft)

    @Slot(object)
    def _open_filing(self, found: tuple[MatterFacts, Filing | None] | None) -> None:
        from casedesk.ui.filing.wizard import open_wizard

        if found is not None:
            open_wizard(self.window(), self.office, *found)
        else:
            self.office.say(tr("The matter of this draft is gone."))

    @property
    def page(self) -> Page | None:
        """The page shown."""
        page = self.stack.currentWidget()
        return page if isinstance(page, Page) else None

    def _make(self, place: Place) -> Page:
        from casedesk.ui.pages import directory

        page = directory.make(self.office, place)
        page.titled.connect(self._titled)
        self.pages[place.tab] = page
        self.stack.addWidget(page)
        return page

    def _mark(self, place: Place) -> None:
        self.rail.mark(place)
        at = self._tab_of(place) if place.page in _MATTER_PAGES else 0
        self.tabs.blockSignals(True)
        if at == 0:
            self.tabs.setTabText(0, tr(NAMES[place.page]))
            self.tabs.setTabData(0, place)
        self.tabs.setCurrentIndex(at)
        self.tabs.blockSignals(False)
        self._tab_bar.setVisible(self.tabs.count() > 1)
        self._actions["back"].setEnabled(self.trail.can_back)
        self._actions["forward"].setEnabled(self.trail.can_forward)
        self._actions["close_tab"].setEnabled(at > 0)

    def _tab_of(self, place: Place) -> int:
        for at in range(1, self.tabs.count()):
            if self.tabs.tabData(at).tab == place.tab:
                return at
        self.tabs.blockSignals(True)
        at = self.tabs.addTab(self.pages[place.tab].windowTitle() or "…")
        self.tabs.setTabData(at, place)
        close = parts.tool("close", tr("Close the tab"), "Ctrl+W")
        close.setIconSize(QSize(look.grid(3), look.grid(3)))
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self._close_clicked)
        self.tabs.setTabButton(at, QTabBar.ButtonPosition.RightSide, close)
        self.tabs.blockSignals(False)
        return at

    @Slot()
    def _close_clicked(self) -> None:
        for at in range(1, self.tabs.count()):
            if self.tabs.tabButton(at, QTabBar.ButtonPosition.RightSide) is self.sender():
                self.close_tab(at)
                return

    @Slot(str)
    def _titled(self, title: str) -> None:
        page = self.sender()
        for at in range(1, self.tabs.count()):
            if self.pages.get(self.tabs.tabData(at).tab) is page:
                self.tabs.setTabText(at, title)

    @Slot(int)
    def _tab_chosen(self, at: int) -> None:
        place = self.tabs.tabData(at)
        if isinstance(place, Place):
            self.go(place)

    @Slot(int)
    def close_tab(self, at: int) -> None:
        """Close a matter's tab; what is typed in it is kept as drafts."""
        place = self.tabs.tabData(at)
        if at == 0 or not isinstance(place, Place):
            return
        page = self.pages.pop(place.tab)
        self.tabs.removeTab(at)
        self.trail.forget(*place.tab)
        self.stack.removeWidget(page)
        _leave(page)
        page.deleteLater()
        self.go(self.tabs.tabData(self.tabs.currentIndex()))

    def step_tab(self, by: int) -> None:
        """The next or the previous tab."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())

    def open_matters(self) -> list[Place]:
        """The matters open in tabs."""
        return [self.tabs.tabData(at) for at in range(1, self.tabs.count())]

    def leave(self) -> None:
        """Keep everything typed before the frame goes; nothing is begun any more."""
        self._count.stop()
        self._idle.stop()
        for page in self.pages.values():
            _leave(page)

    # counts

    @Slot(object)
    def _changed(self, tables: frozenset[str]) -> None:
        self._recount()

    @Slot()
    def _recount(self) -> None:
        self._count.start()

    @Slot()
    def _ask_counts(self) -> None:
        from casedesk.ui.counts import Counting

        self.office.read(Counting(self.office.store), self._show_counts)

    @Slot(object)
    def _show_counts(self, counts: object) -> None:
        from casedesk.ui.counts import Counts

        assert isinstance(counts, Counts)
        self.top.name(counts.firm, self.office.name)
        for name, number in counts.waiting.items():
            self.rail.buttons[name].count(number)
        self.rail.show_recent(counts.recent)
        here = self.trail.here
        if here is not None:
            self.rail.mark(here)
        self.status.count_drafts(counts.drafts)


def _leave(page: Page) -> None:
    page.leave()
    for lines in page.findChildren(KeptLines):
        lines.leave()
