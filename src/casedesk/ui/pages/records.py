"""A list with its record beside it, edited in place: the shape of most pages and sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from casedesk.base.i18n import tr
from casedesk.casework.records import Saved
from casedesk.records import Record
from casedesk.ui.forms.keeping import Loaded
from casedesk.ui.forms.pane import RecordPane
from casedesk.ui.office import Office
from casedesk.ui.pages.children import CHILDREN, Children
from casedesk.ui.tables.table import RecordTable
from casedesk.ui.tables.wanted import Chip, Wanted


class RecordsPanel(QWidget):
    """Table at the left, the chosen record's form at the right."""

    saved = Signal(object)

    def __init__(self, office: Office, name: str, wanted: Wanted, *, fixed: Mapping[str, Any] | None = None,
                 hint: str = "", offered: Sequence[Chip] = (), zone: str = "Asia/Shanghai",
                 leave_out: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.office, self.kind, self._name = office, wanted.kind, name
        self.table = RecordTable(office, name, wanted, offered=offered, hint=hint, zone=zone,
                                 leave_out=(*leave_out, *(fixed or {})))
        self.pane = RecordPane(office, wanted.kind, fixed, zone)
        self.children_list: Children | None = None
        if CHILDREN.get(wanted.kind):
            self.children_list = Children(office, wanted.kind, (fixed or {}).get("matter_id"), zone)
            self.pane.beneath.addWidget(self.children_list)
            self.children_list.hide()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.pane)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self._wire()
        self.splitter.setSizes([600, 440])
        state = office.preferences.layout(f"splitter/{name}")
        if not state.isEmpty():
            self.splitter.restoreState(state)

    def _wire(self) -> None:
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(self._opened)
        self.table.new_wanted.connect(self.new_record)
        self.table.filled.connect(self._filled)
        self.pane.saved.connect(self._saved)
        self.pane.left.connect(self.table.view.setFocus)
        self.pane.loaded.connect(self._loaded)
        self.office.changed.connect(self._heard)
        self.splitter.splitterMoved.connect(self._keep_layout)

    @Slot(object)
    def _chosen(self, record_id: int | None) -> None:
        if record_id is not None:
            self.pane.show_record(record_id)
        elif self.pane.version is not None or not self.pane.is_new:
            count = len(self.table.view.chosen_rows())
            self.pane.show_nothing(tr("{n} chosen", n=count) if count > 1 else "")

    @Slot(int)
    def _opened(self, record_id: int) -> None:
        self.pane.show_record(record_id)
        self.pane.focus_first()

    @Slot(int)
    def _filled(self, count: int) -> None:
        self.pane.setVisible(count > 0 or self.pane.is_new or bool(self.table.wanted.chips or self.table.wanted.text))

    @Slot()
    def new_record(self) -> None:
        """An empty form beside the list."""
        self.table.view.clearSelection()
        self.pane.setVisible(True)
        self.pane.show_new()

    def select(self, record_id: int) -> None:
        """Choose a record of the list."""
        self.table.select(record_id)
        self.pane.setVisible(True)
        self.pane.show_record(record_id)

    @Slot(object)
    def _saved(self, saved: Saved) -> None:
        self.table.select(saved.id)
        if self.children_list is not None:
            self.children_list.show_record(saved.id)
        self.saved.emit(saved)

    @Slot(object)
    def _loaded(self, loaded: Loaded | None) -> None:
        if self.children_list is not None:
            self.children_list.setVisible(loaded is not None)
            if loaded is not None:
                self.children_list.show_record(loaded.id)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if self.kind.__tablename__ in tables:
            self.pane.reload()

    @Slot()
    def _keep_layout(self) -> None:
        self.office.preferences.keep_layout(f"splitter/{self._name}", self.splitter.saveState())

    def leave(self) -> None:
        """Keep what is typed."""
        self.pane.flush()


def whole(kind: type[Record], **how: Any) -> Wanted:
    """All records of a kind."""
    return Wanted(kind, **how)


def of_matter(kind: type[Record], matter_id: int, **how: Any) -> Wanted:
    """The records of one matter."""
    return Wanted(kind, matter_id=matter_id, **how)
