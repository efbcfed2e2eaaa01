"""The head of a matter page: reference, title, status, who is responsible, what is due next, what can be made of it."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from casedesk.base.i18n import tr
from casedesk.casework.records import edit_all
from casedesk.records import Matter
from casedesk.records.words import MatterStatus
from casedesk.ui import icons, look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.shown import in_days

_SOON = 3


class MatterHeader(QWidget):
    """One line to know where a matter stands."""

    def __init__(self, office: Office, matter_id: int) -> None:
        super().__init__()
        self.office, self.matter_id = office, matter_id
        self.facts: MatterFacts | None = None
        self.ref = parts.text("", tone="faint")
        self.title = parts.title("", cut=True)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.status = QComboBox()
        self.status.setAccessibleName(tr("Status"))
        for status in MatterStatus:
            self.status.addItem(tr(status.label), status)
        self.status.activated.connect(self._set_status)
        only_with(office, "write", self.status)
        self.client = parts.button("", "link", "person")
        self.client.clicked.connect(self._to_client)
        self.responsible = parts.text("", tone="faint", cut=True)
        self.next = parts.button("", "link", "deadlines")
        self.next.clicked.connect(self._to_next)
        self.more = parts.tool("more", tr("More"))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self._menu())
        self.make = parts.button(tr("Evidence bundle"), icon="bundle")
        self.make.clicked.connect(self._bundle)
        self.file = parts.button(tr("File it"), icon="filings")
        self.file.setToolTip(tr("File it, step by step") + "  Ctrl+Shift+P")
        self.file.setShortcut("Ctrl+Shift+P")
        self.file.clicked.connect(self.file_it)
        only_with(office, "export", self.make)
        only_with(office, "file", self.file)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.grid(4), look.grid(3), look.grid(3), look.grid(1))
        layout.setSpacing(look.grid(1))
        top = parts.row(self.ref, self.title, self.status, self.make, self.file, self.more, gap=3)
        top.setStretch(1, 1)
        layout.addLayout(top)
        layout.addLayout(parts.row(self.client, self.responsible, self.next, None, gap=3))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for label, icon, slot, right in (
                (tr("Edit the matter"), "edit", self._edit, "read"), (tr("Import…"), "import", self._import, "import"),
                (tr("Imports of this matter"), "history", self._list_imports, "read"),
                (tr("Evidence bundle as PDF"), "bundle", self._bundle, "export"),
                (tr("Workbook"), "workbook", self._workbook, "export"),
                (tr("File it, step by step"), "filings", self.file_it, "file"),
                (tr("Calendar of what is due"), "deadlines", self._calendar, "export"),
                (tr("Matter file, to take it to another cabinet"), "export", self._export, "hand-over"),
                (tr("Who sees this matter…"), "person", self._team, "team"),
                (tr("Move the matter to the trash"), "trash", self._delete, "delete"),
                (tr("Destroy the matter…"), "trash", self._destroy, "destroy")):
            action = QAction(label, menu)
            icons.put(action, icon)
            action.triggered.connect(slot)
            only_with(self.office, right, action)
            menu.addAction(action)
        return menu

    def show_facts(self, facts: MatterFacts) -> None:
        """Show where the matter stands."""
        self.facts = facts
        self.ref.setText(facts.ref)
        self.title.setText(facts.name)
        self.title.setToolTip(facts.name)
        self.status.setCurrentIndex(self.status.findData(facts.status))
        self.client.setText(facts.client)
        self.responsible.setText(facts.responsible)
        self.responsible.setToolTip(tr("Responsible"))
        self._show_next(facts)

    def _show_next(self, facts: MatterFacts) -> None:
        self.next.setVisible(bool(facts.due))
        if facts.due:
            first = facts.due[0]
            today = dt.datetime.now().astimezone().date()
            self.next.setText(f"{first.day:%m-%d} {first.what.by(tr)} ({in_days(first.day, today)})")
            self.next.setToolTip(tr("Due next"))

    @Slot()
    def _set_status(self) -> None:
        status = MatterStatus(self.status.currentData())
        store, matter_id = self.office.store, self.matter_id

        def set_it() -> None:
            with store.read() as session:
                matter = session.get(Matter, matter_id)
                uuid = matter.uuid if matter is not None else None
            if uuid is not None:
                edit_all(store, Matter, [uuid], {"status": status})

        self.office.write(set_it)

    @Slot()
    def _to_client(self) -> None:
        if self.facts is not None:
            self.office.go("parties", section="client", record=self.facts.client_id)

    @Slot()
    def _to_next(self) -> None:
        if self.facts is not None and self.facts.due:
            first = self.facts.due[0]
            self.office.go("matter", matter=self.matter_id, section=first.place, record=first.record_id)

    @Slot()
    def _edit(self) -> None:
        self.office.go("matters", record=self.matter_id)

    @Slot()
    def _bundle(self) -> None:
        self._ask("bundle")

    @Slot()
    def _workbook(self) -> None:
        self._ask("workbook")

    @Slot()
    def file_it(self) -> None:
        """The filing wizard for this matter; one works on beside it."""
        from casedesk.ui.filing.wizard import open_wizard

        if self.facts is not None:
            open_wizard(self.window(), self.office, self.facts)

    @Slot()
    def _calendar(self) -> None:
        self._ask("calendar")

    @Slot()
    def _export(self) -> None:
        self._ask("matter")

    @Slot()
    def _team(self) -> None:
        from casedesk.ui.pages.team import TeamDialog

        TeamDialog(self.window(), self.office, self.matter_id).open()

    @Slot()
    def _destroy(self) -> None:
        from casedesk.ui.pages.destroying import DestroyDialog

        if self.facts is not None:
            DestroyDialog(self.window(), self.office, self.facts).open()

    @Slot()
    def _import(self) -> None:
        self.office.import_wanted.emit(self.matter_id, [])

    @Slot()
    def _list_imports(self) -> None:
        self.office.imports_wanted.emit(self.matter_id)

    def _ask(self, what: str) -> None:
        from casedesk.ui.making.dialog import MakingDialog

        if self.facts is not None:
            MakingDialog(self.window(), self.office, self.facts, what).open()

    @Slot()
    def _delete(self) -> None:
        from casedesk.ui.tables.deleting import Deleting

        self.office.write(Deleting(self.office, Matter, [self.matter_id]), self._deleted)

    @Slot(object)
    def _deleted(self, done: object) -> None:
        from casedesk.ui.tables.deleting import Deleting

        assert isinstance(done, Deleting)
        self.office.say(tr("The matter was moved to the trash"), done.undo)
        self.office.go("matters")
