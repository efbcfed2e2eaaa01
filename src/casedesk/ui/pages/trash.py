"""The trash: what was deleted, to be restored within thirty days or purged."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QMessageBox, QVBoxLayout

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr, trn
from casedesk.base.jobs import Progress
from casedesk.casework.trash import Trashed, empty_trash, restore, trash
from casedesk.records import ALL
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.office import Office
from casedesk.ui.pages.page import Page
from casedesk.ui.places import Place
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView


class TrashPage(Page):
    """One line for each delete, with what went along."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._lying: list[Trashed] = []
        self.model = PlainModel([tr("Deleted at"), tr("Kind"), tr("Name"), tr("Went along"), tr("Deleted by")],
                                frozenset({3}))
        self.view = RowsView(self.model)
        self.view.told.connect(self.office.say)
        self.view.describe(tr("Trash"))
        for at, width in enumerate((18, 16, 56, 12, 16)):
            self.view.setColumnWidth(at, look.chars(self.view, width))
        self.view.open_wanted.connect(self.restore_chosen)
        self.view.doubleClicked.connect(self.restore_chosen)
        self.restore_button = parts.button(tr("Restore"), icon="undo")
        self.restore_button.clicked.connect(self.restore_chosen)
        self.empty_button = parts.button(tr("Empty the trash"), icon="trash")
        self.empty_button.clicked.connect(self._ask)
        only_with(office, "undo", self.restore_button)
        only_with(office, "purge", self.empty_button)
        self.none = parts.text(tr("The trash is empty. What is deleted stays here for 30 days."), tone="faint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(parts.row(parts.title(tr("Trash")), None, self.restore_button, self.empty_button, margin=4))
        layout.addWidget(parts.line())
        self.none.setContentsMargins(*[look.grid(4)] * 4)
        layout.addWidget(self.none)
        layout.addWidget(self.view, 1)
        layout.addStretch(0)
        self._again = QTimer(self, singleShot=True, interval=100)
        self._again.timeout.connect(self.read)
        office.changed.connect(self._heard)

    def visit(self, place: Place) -> None:
        self.read()
        self.view.setFocus()

    @Slot()
    def read(self) -> None:
        """Read again what lies here."""
        self.office.read(lambda: trash(self.office.store), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if self.isVisible():
            self._again.start()

    @Slot(object)
    def _show(self, lying: list[Trashed]) -> None:
        self._lying = lying
        self.model.show([PlainRow((
            f"{one.deleted_at.astimezone():%Y-%m-%d %H:%M}", tr(one.kind.title), one.caption,
            f"{one.others:,}" if one.others else "", one.deleted_by), one) for one in lying])
        self.none.setVisible(not lying)
        self.view.setVisible(bool(lying))
        self.restore_button.setEnabled(bool(lying))
        self.empty_button.setEnabled(bool(lying))
        if lying:
            self.view.choose(0)

    @Slot()
    def restore_chosen(self) -> None:
        """Bring the chosen back with what went along."""
        chosen = [self._lying[row] for row in self.view.chosen_rows()]
        if chosen:
            store = self.office.store
            self.office.write(lambda: sum(restore(store, one.kind, one.uuid) for one in chosen), self._restored,
                              self._failed)

    @Slot(object)
    def _restored(self, count: int) -> None:
        self.office.say(trn("{n} record restored", "{n} records restored", count))
        self.read()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.office.say(str(problem))

    @Slot()
    def _ask(self) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, tr("Empty the trash"),
                          tr("Purge everything in the trash for good? Evidence files in it are destroyed."),
                          parent=self)
        box.addButton(tr("Purge for good"), QMessageBox.ButtonRole.AcceptRole)
        keep = box.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.accepted.connect(self.empty)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    @Slot()
    def empty(self) -> None:
        """Purge everything."""
        self.office.run(self._empty, tr("Emptying the trash"))

    def _empty(self, progress: Progress) -> int:
        count = empty_trash(self.office.store, 0, progress)
        self.office.store.announce(frozenset(kind.__tablename__ for kind in ALL))
        return count
