"""One matter: its header, and everything in it on sections."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from casedesk.base.i18n import N_, tr
from casedesk.ui import parts
from casedesk.ui.findings.checks import Watch
from casedesk.ui.findings.panel import FindingsPanel
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts, Reading
from casedesk.ui.pages.matter_header import MatterHeader
from casedesk.ui.pages.overview import OverviewSection
from casedesk.ui.pages.page import Page
from casedesk.ui.pages.records import RecordsPanel
from casedesk.ui.pages.switched import Switched
from casedesk.ui.places import Place
from casedesk.ui.quick_log.pasting import brought, folders, take
from casedesk.ui.tables.wanted import Chip

SECTIONS: dict[str, str] = {
    "overview": N_("Overview"), "people": N_("People & debts"), "incidents": N_("Incidents"),
    "findings": N_("Findings"), "negotiation": N_("Negotiation"), "evidence": N_("Evidence"),
    "filings": N_("Filings & notices"), "deadlines": N_("Deadlines & notes"), "history": N_("History"),
}
_TABLES = {"incidents": "incident", "findings": "finding", "negotiation": "offer", "evidence": "evidence",
           "filings": "filing"}


class SectionTabs(QTabBar):
    """Tabs that move closer together before any is out of sight."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Close together where there is no room, else apart."""
        for tight in (False, True):
            if self.property("tight") != tight:
                self.setProperty("tight", tight)
                self.style().unpolish(self)
                self.style().polish(self)
                QApplication.sendEvent(self, QEvent(QEvent.Type.StyleChange))
            if self.sizeHint().width() <= self.width():
                break


class MatterPage(Page):
    """The sections of one matter, each made when it is first looked at."""

    def __init__(self, office: Office, matter_id: int) -> None:
        super().__init__(office)
        self.matter_id = matter_id
        self.facts: MatterFacts | None = None
        self._place: Place | None = None
        self.header = MatterHeader(office, matter_id)
        self.tabs = SectionTabs()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(tr("Sections of the matter"))
        for name, label in SECTIONS.items():
            self.tabs.setTabData(self.tabs.addTab(tr(label).replace("&", "&&")), name)
        self.tabs.currentChanged.connect(self._tab_chosen)
        for keys, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._turn, step))
        self.stack = QStackedWidget()
        self.sections: dict[str, QWidget] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.header, parts.holding(parts.row(self.tabs, gap=0)), parts.line(), self.stack):
            layout.addWidget(part)
        layout.setStretch(3, 1)
        self._again = QTimer(self, singleShot=True, interval=80)
        self._again.timeout.connect(self.read)
        office.changed.connect(self._heard)
        self.watch = Watch(office, matter_id, self)
        office.import_wanted.connect(self._import)
        office.imports_wanted.connect(self._list_imports)
        self.setAcceptDrops(True)
        self.read()

    @Slot()
    def read(self) -> None:
        """Read the header again."""
        self.office.read(Reading(self.office.store, self.matter_id), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        self._again.start()

    @Slot(object)
    def _show(self, facts: MatterFacts | None) -> None:
        if facts is None:
            self.setEnabled(False)
            return
        self.setEnabled(True)
        first, self.facts = self.facts is None, facts
        self.setWindowTitle(facts.ref)
        self.titled.emit(facts.ref)
        self.header.show_facts(facts)
        for at in range(self.tabs.count()):
            name = self.tabs.tabData(at)
            count = facts.counts.get(_TABLES.get(name, ""), 0)
            label = tr(SECTIONS[name]).replace("&", "&&")
            self.tabs.setTabText(at, f"{label} {count:,}" if count else label)
        self.tabs.fit()
        if first and self._place is not None:
            self._go_section(self._place)

    def visit(self, place: Place) -> None:
        self._place = place
        if self.facts is not None:
            self._go_section(place)

    def _go_section(self, place: Place) -> None:
        name, _, table = place.section.partition("/")
        name = name if name in SECTIONS else "overview"
        section = self.section(name)
        self.stack.setCurrentWidget(section)
        self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex(list(SECTIONS).index(name))
        self.tabs.blockSignals(False)
        shown = section.show_list(table, place.record) if isinstance(section, Switched) else section
        focus = shown.table.view if isinstance(shown, RecordsPanel) else (
            shown if isinstance(shown, FindingsPanel) else self.tabs)
        focus.setFocus()

    def section(self, name: str) -> QWidget:
        """The widget of a section, made when it is first asked for."""
        if name not in self.sections:
            from casedesk.ui.pages import sections

            assert self.facts is not None
            maker: Callable[..., QWidget] = getattr(sections, name)
            self.sections[name] = maker(self.office, self.facts, self.watch)
            self.stack.addWidget(self.sections[name])
            self._wire(self.sections[name])
        return self.sections[name]

    def _wire(self, section: QWidget) -> None:
        if isinstance(section, OverviewSection):
            section.narrow_wanted.connect(self.narrow)

    @Slot(object)
    def narrow(self, chip: Chip) -> None:
        """Show the incidents narrowed by a chip."""
        self.office.go("matter", matter=self.matter_id, section="incidents")
        section = self.section("incidents")
        shown = section.show_list() if isinstance(section, Switched) else None
        if isinstance(shown, RecordsPanel):
            shown.table.narrow([chip])

    # importing

    @Slot(int, object)
    def _import(self, matter_id: int, paths: list[Path]) -> None:
        if matter_id == self.matter_id and paths:
            self._take_in(paths)
        elif matter_id == self.matter_id:
            from casedesk.ui.importing.files import ask_files

            ask_files(self, self._files_chosen)

    @Slot(list)
    def _files_chosen(self, names: list[str]) -> None:
        self._take_in([Path(name) for name in names])

    def _take_in(self, paths: list[Path]) -> None:
        from casedesk.ui.importing.wizard import ImportWizard

        if self.facts is not None:
            wizard = ImportWizard(self.window(), self.office, self.facts, paths)
            wizard.narrow_wanted.connect(self.narrow)
            wizard.open()

    @Slot(int)
    def _list_imports(self, matter_id: int) -> None:
        from casedesk.ui.importing.batches import ImportsDialog

        if matter_id == self.matter_id and self.facts is not None:
            dialog = ImportsDialog(self.window(), self.office, self.facts)
            dialog.narrow_wanted.connect(self.narrow)
            dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.facts is not None:
            take(event)

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [one for one in brought(event.mimeData()) if isinstance(one, Path)]
        if paths:
            take(event)
            self._take_in(paths)
        elif folders(event.mimeData()):
            self.office.say(tr("Drop a folder on the evidence: there it is looked through."))

    def _turn(self, step: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + step) % self.tabs.count())

    @Slot(int)
    def _tab_chosen(self, at: int) -> None:
        self.office.go("matter", matter=self.matter_id, section=self.tabs.tabData(at))

    def new_record(self) -> None:
        section = self.stack.currentWidget()
        if isinstance(section, Switched):
            section.new_record()

    def leave(self) -> None:
        for section in self.sections.values():
            if isinstance(section, Switched):
                section.leave()
