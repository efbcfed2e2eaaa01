"""A list of records with what belongs around it: filter, chips, totals, first steps when it is empty."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelection, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QMenu, QStackedWidget, QVBoxLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr, trn
from casedesk.store.cabinet import Store
from casedesk.ui import icons, look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.flow import Flow
from casedesk.ui.jobs import Job
from casedesk.ui.office import Office
from casedesk.ui.tables.deleting import Deleting
from casedesk.ui.tables.listing import Rows
from casedesk.ui.tables.model import RowsModel
from casedesk.ui.tables.totals import Totals, totals
from casedesk.ui.tables.view import RowsView, usual_width
from casedesk.ui.tables.wanted import Chip, ShownColumn, Wanted, shown_columns, usual_columns

_TYPED, _JUMP, _AGAIN = 250, 900, 60


class RecordTable(QWidget):
    """Shows `wanted`; reloads itself when the cabinet changes. `name` is what its layout is remembered under."""

    chosen = Signal(object)
    """Id of the current row, or None."""
    opened = Signal(int)
    """A row was opened with Enter or a double click."""
    new_wanted = Signal()
    filled = Signal(int)
    """The number of rows now shown."""

    def __init__(self, office: Office, name: str, wanted: Wanted, *, offered: Sequence[Chip] = (), hint: str = "",
                 zone: str = "Asia/Shanghai", leave_out: tuple[str, ...] = (), can_add: bool = True) -> None:
        super().__init__()
        self.office, self.name, self._base_wanted = office, name, wanted
        self.wanted, self._hint, self._leave_out, self._can_add = wanted, hint, leave_out, can_add
        self._offered = list(offered)
        self.model = RowsModel(zone)
        self.view = RowsView(self.model)
        self.view.told.connect(self.office.say)
        self.view.describe(tr(wanted.kind.titles))
        self._current: int | None = None
        self._asked = 0
        self._reading: Job | None = None
        self._typed_ahead = ""
        self._timers()
        self._build()
        self._wire()
        self._remembered()
        self.reload()

    def _timers(self) -> None:
        self._late = QTimer(self, singleShot=True, interval=_TYPED)
        self._late.timeout.connect(self._filter)
        self._forget = QTimer(self, singleShot=True, interval=_JUMP)
        self._forget.timeout.connect(self._forget_typed)
        self._again = QTimer(self, singleShot=True, interval=_AGAIN)
        self._again.timeout.connect(self.reload)

    def _build(self) -> None:
        self.new_button = parts.button(tr("New"), icon="plus")
        self.new_button.setToolTip(tr("New {kind}", kind=tr(self.wanted.kind.title)) + "  Ctrl+N")
        self.new_button.clicked.connect(self.new_wanted)
        if not self._can_add:
            self.new_button.hide()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter") + "  Ctrl+F")
        self.filter.setAccessibleName(tr("Filter"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(look.chars(self.filter, 24))
        self.filter.setMinimumWidth(look.chars(self.filter, 12))
        self.filter.addAction(icons.icon("filter"), QLineEdit.ActionPosition.LeadingPosition)
        self.chips = Flow(look.grid(1))
        self.before = parts.row(gap=2)
        self.beside = parts.row(gap=2)
        self._show_chips()
        row = parts.row(self.before, self.filter, None, self.beside, self.new_button, gap=2)
        row.setStretch(1, 100)
        self.bar = parts.holding(parts.column(row, self.chips, margin=2, gap=1.5) if self._offered
                                 else parts.column(row, margin=2))
        self.empty = parts.text(self._hint, tone="faint", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        first = parts.button(tr("New {kind}", kind=tr(self.wanted.kind.title)), icon="plus")
        first.clicked.connect(self.new_wanted)
        if not self._can_add:
            first.hide()
        self.first_button = first
        only_with(self.office, "write", self.new_button, first)
        self.around_hint = parts.column(None, self.empty, parts.row(None, first, None), None, margin=6, gap=3)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(parts.holding(self.around_hint))
        self.footer = parts.text("", tone="faint", font=look.small_font())
        self.footer.setContentsMargins(look.grid(3), look.grid(1), look.grid(3), look.grid(1))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.bar, self.stack, parts.line(), self.footer):
            layout.addWidget(part)

    def _wire(self) -> None:
        self.office.changed.connect(self._heard)
        self.filter.textEdited.connect(self._late.start)
        self.filter.textChanged.connect(self._cleared)
        self.filter.returnPressed.connect(self._filter_now)
        view = self.view
        view.delete_wanted.connect(self.delete)
        view.open_wanted.connect(self._open)
        view.doubleClicked.connect(self._open)
        view.jump_wanted.connect(self._jump)
        view.menu_wanted.connect(self._menu)
        view.header_menu_wanted.connect(self._header_menu)
        header = view.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.sectionClicked.connect(self._sort)
        header.sectionResized.connect(self._keep_layout)
        header.sectionMoved.connect(self._keep_layout)
        shortcut = QShortcut(QKeySequence.StandardKey.Find, self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.filter.setFocus)

    # loading

    def show_wanted(self, wanted: Wanted) -> None:
        """Show another list of the same kind."""
        self._base_wanted = wanted
        self.wanted = dataclasses.replace(wanted, order=self.wanted.order, descending=self.wanted.descending,
                                          chips=self.wanted.chips, text=self.wanted.text)
        self.reload()

    @Slot()
    def reload(self) -> None:
        """Read the list again, beside the window; what is shown stays until the new one is there."""
        self._asked += 1
        names = [one.name for one in self._columns()]
        if self._reading is not None:
            self._reading.cancel()
        self._reading = self.office.open_list(
            _Reading(self.office.store, self.wanted, names, self._asked), self._fresh)

    @Slot(object)
    def _fresh(self, read: tuple[int, Rows, Totals]) -> None:
        asked, listing, summed = read
        if asked != self._asked:
            return
        self._reading = None
        chosen = self.chosen_ids() if self.model.rows is not None else []
        self.model.show(listing, self._columns())
        self._dress()
        narrowed = bool(self.wanted.chips or self.wanted.text)
        self.stack.setCurrentIndex(0 if listing.count or narrowed else 1)
        self.bar.setVisible(bool(listing.count or narrowed or self.before.count()))
        self.footer.setText(summed.said)
        self.bar.updateGeometry()
        self._choose(chosen)
        self.filled.emit(listing.count)

    def _choose(self, ids: list[int]) -> None:
        listing = self.model.rows
        assert listing is not None
        wanted = self._current if self._current is not None else ids[0] if ids else None
        at = listing.position_of(wanted) if wanted is not None else None
        if at is not None:
            self.view.choose(at)
        selection = self.view.selectionModel()
        selection.selectionChanged.connect(self._selected, Qt.ConnectionType.UniqueConnection)
        if at is None:
            self._current = None
            self.chosen.emit(None)

    def select(self, record_id: int | None) -> None:
        """Choose a record, now or as soon as it is listed."""
        self._current = record_id
        listing = self.model.rows
        if listing is not None and record_id is not None and listing.position_of(record_id) is not None:
            self._choose([record_id])

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        from casedesk.casework.references import references

        near = {self.wanted.kind.__tablename__, *(k.__tablename__ for k in references(self.wanted.kind).values())}
        if near & tables:
            self._again.start()

    # columns

    def _columns(self) -> list[ShownColumn]:
        names = self.office.preferences.words(f"columns/{self.name}") or usual_columns(
            self.wanted.kind, self._leave_out)
        known = {one.name: one for one in shown_columns(self.wanted.kind, self._leave_out)}
        return [known[name] for name in names if name in known]

    def _dress(self) -> None:
        header = self.view.horizontalHeader()
        header.blockSignals(True)
        widths = dict(word.rsplit("=", 1) for word in self.office.preferences.words(f"widths/{self.name}"))
        for at, one in enumerate(self.model.columns):
            header.resizeSection(at, int(widths.get(one.name, usual_width(self.view, one))))
        for at, one in enumerate(self.model.columns):
            if one.name == self.wanted.order:
                header.setSortIndicator(at, Qt.SortOrder.DescendingOrder if self.wanted.descending
                                        else Qt.SortOrder.AscendingOrder)
                break
        else:
            header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.blockSignals(False)

    @Slot(int)
    def _sort(self, section: int) -> None:
        name = self.model.columns[section].name
        descending = name == self.wanted.order and not self.wanted.descending
        self.wanted = self.wanted.sorted_by(name, descending=descending)
        self.office.preferences.keep_words(f"sort/{self.name}", [name, "down" if descending else "up"])
        self.reload()

    def _remembered(self) -> None:
        kept = self.office.preferences.words(f"sort/{self.name}")
        if len(kept) == 2 and kept[0] in self.wanted.kind.__table__.c:
            self.wanted = self.wanted.sorted_by(kept[0], descending=kept[1] == "down")

    @Slot()
    def _keep_layout(self) -> None:
        header = self.view.horizontalHeader()
        self.office.preferences.keep_words(f"widths/{self.name}", [
            f"{one.name}={header.sectionSize(at)}" for at, one in enumerate(self.model.columns)])
        order = [header.logicalIndex(at) for at in range(header.count())]
        if order != sorted(order):
            self.office.preferences.keep_words(
                f"columns/{self.name}", [self.model.columns[at].name for at in order])

    @Slot(QPoint)
    def _header_menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = [one.name for one in self._columns()]
        for one in shown_columns(self.wanted.kind, self._leave_out):
            action = QAction(one.label, menu)
            action.setCheckable(True)
            action.setChecked(one.name in shown)
            action.setData(one.name)
            action.triggered.connect(self._column_switched)
            menu.addAction(action)
        menu.popup(self.view.horizontalHeader().mapToGlobal(at))

    @Slot()
    def _column_switched(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.switch_column(str(action.data()))

    def switch_column(self, name: str) -> None:
        """Show or hide a column; remembered."""
        shown = [one.name for one in self._columns()]
        every = [one.name for one in shown_columns(self.wanted.kind, self._leave_out)]
        chosen = [one for one in shown if one != name] if name in shown else [
            one for one in every if one in {*shown, name}]
        if chosen:
            self.office.preferences.keep_words(f"columns/{self.name}", chosen)
            self.reload()

    # narrowing

    def _show_chips(self) -> None:
        parts.clear(self.chips)
        on = {chip.key for chip in self.wanted.chips}
        for chip in self._offered:
            button = parts.button(chip.label, "chip")
            button.setCheckable(True)
            button.setChecked(chip.key in on)
            button.setProperty("chip", chip.key)
            button.clicked.connect(self._chip_clicked)
            self.chips.addWidget(button)

    @Slot()
    def _chip_clicked(self) -> None:
        sender = self.sender()
        key = sender.property("chip") if sender is not None else ""
        on = {chip.key for chip in self.wanted.chips} ^ {key}
        self.narrow([chip for chip in self._offered if chip.key in on])

    def narrow(self, chips: Sequence[Chip]) -> None:
        """Narrow by these chips; new ones are offered until they are taken away."""
        known = {chip.key for chip in self._offered}
        self._offered += [chip for chip in chips if chip.key not in known]
        self.wanted = dataclasses.replace(self.wanted, chips=tuple(chips))
        self._show_chips()
        self.reload()

    @Slot()
    def _filter(self) -> None:
        self.wanted = dataclasses.replace(self.wanted, text=self.filter.text())
        self.reload()

    @Slot()
    def _filter_now(self) -> None:
        self._late.stop()
        self._filter()
        self.view.setFocus()

    @Slot(str)
    def _cleared(self, text: str) -> None:
        if not text and self.wanted.text:
            self._late.start()

    # rows

    def chosen_ids(self) -> list[int]:
        """The records of the selected rows."""
        return [self.model.id_at(row) for row in self.view.chosen_rows()]

    @Slot(QItemSelection, QItemSelection)
    def _selected(self) -> None:
        rows = self.view.chosen_rows()
        self._current = self.model.id_at(rows[0]) if len(rows) == 1 else None
        self.chosen.emit(self._current)

    @Slot()
    def _open(self) -> None:
        if self._current is not None:
            self.opened.emit(self._current)

    @Slot(str)
    def _jump(self, typed: str) -> None:
        self._typed_ahead += typed
        self._forget.start()
        listing = self.model.rows
        if listing is not None:
            prefix = self._typed_ahead
            self.office.read(lambda: listing.first_like(prefix), self._jumped)

    @Slot(object)
    def _jumped(self, record_id: int | None) -> None:
        rows = self.model.rows
        row = rows.position_of(record_id) if rows is not None and record_id is not None else None
        if row is not None:
            self.view.choose(row)

    @Slot()
    def _forget_typed(self) -> None:
        self._typed_ahead = ""

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for label, icon, keys, slot in self.menu_entries():
            action = menu.addAction(icons.icon(icon), label)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(slot)
            if slot == self.delete:
                only_with(self.office, "delete", action)
        menu.popup(at)

    def menu_entries(self) -> list[tuple[str, str, str, Callable[[], object]]]:
        """What can be done with the chosen rows: words, icon, keys, slot."""
        return [(tr("Open it"), "edit", "Return", self._open),
                (tr("Copy as a table"), "copy", "Ctrl+C", self.view.copy),
                (tr("Move to the trash"), "trash", "Del", self.delete)]

    @Slot()
    def delete(self) -> None:
        """Move the chosen records to the trash; Undo stands in the status line."""
        ids = self.chosen_ids()
        if ids:
            deleting = Deleting(self.office, self.wanted.kind, ids)
            self.office.write(deleting, self._deleted, self._refused)

    @Slot(object)
    def _deleted(self, done: Deleting) -> None:
        self.office.say(trn("{n} record moved to the trash", "{n} records moved to the trash", done.count), done.undo)

    @Slot(object)
    def _refused(self, problem: CasedeskError) -> None:
        self.office.say(str(problem))


class _Reading:
    """Opens a list with its totals."""

    def __init__(self, store: Store, wanted: Wanted, columns: list[str], asked: int) -> None:
        self._store, self._wanted, self._columns, self._asked = store, wanted, columns, asked

    def __call__(self) -> tuple[int, Rows, Totals]:
        rows = Rows(self._store, self._wanted, self._columns)
        return self._asked, rows, totals(rows)
