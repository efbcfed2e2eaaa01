"""The first page: cabinets opened before, another one, a new one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QInputDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from casedesk.base import paths
from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.ui import icons, look, parts
from casedesk.ui.preferences import Preferences

_FOLDER = Qt.ItemDataRole.UserRole


class Start(QWidget):
    """Choose a cabinet."""

    chosen = Signal(object)
    new_wanted = Signal()
    restore_wanted = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Recent cabinets"))
        self.list.setUniformItemSizes(True)
        self.list.itemActivated.connect(self._activated)
        self.list.itemClicked.connect(self._activated)
        other = parts.button(tr("&Open another cabinet"), icon="folder")
        other.clicked.connect(self._other)
        new = parts.button(tr("&New cabinet"), "" if preferences.recent else "primary", "plus")
        new.clicked.connect(self.new_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.grid(3))
        self._recent = parts.heading(tr("Recent cabinets"))
        for part in (self._recent, self.list):
            layout.addWidget(part)
        layout.addWidget(parts.text(
            tr("A cabinet is one firm's data: a folder with an encrypted database and the evidence."), tone="faint",
            wrap=True))
        restore = parts.button(tr("&Restore a backup"), icon="undo")
        restore.clicked.connect(self.restore_wanted)
        office = parts.button(tr("Open an o&ffice …"), icon="cabinet")
        office.setToolTip(tr("By the address of its database, where the whole cabinet is in it."))
        office.clicked.connect(self._by_address)
        layout.addLayout(parts.flow(other, office, new, restore))
        self.problem = parts.text("", tone="error", wrap=True)
        layout.addWidget(self.problem)
        layout.addStretch(1)
        self.fill()

    def fill(self) -> None:
        """Show the recent cabinets."""
        self.list.clear()
        for folder in self._preferences.recent:
            item = QListWidgetItem(icons.icon("cabinet"), f"{folder.name}\n{folder.parent}")
            item.setData(_FOLDER, str(folder))
            self.list.addItem(item)
        shown = self.list.count() > 0
        self._recent.setVisible(shown)
        self.list.setVisible(shown)
        self.list.setFixedHeight(max(1, self.list.sizeHintForRow(0)) * min(5, max(1, self.list.count())) + look.grid(2))
        if shown:
            self.list.setCurrentRow(0)

    @Slot(QListWidgetItem)
    def _activated(self, item: QListWidgetItem) -> None:
        self.chosen.emit(Path(item.data(_FOLDER)))

    @Slot()
    def _other(self) -> None:
        dialog = QFileDialog(self, tr("Open a cabinet"), str(paths.data_folder()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._picked)
        dialog.open()

    @Slot()
    def _by_address(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(tr("Open an office"))
        dialog.setLabelText(tr("Address of the database, like postgresql://server/cabinet"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(self.open_address)
        dialog.open()

    @Slot(str)
    def open_address(self, address: str) -> None:
        """Ask for the passphrase of the cabinet that is in this database."""
        from casedesk.store import office

        try:
            self.chosen.emit(office.desk_folder(address.strip()))
            self.problem.setText("")
        except CasedeskError as problem:
            self.problem.setText(str(problem))

    @Slot(str)
    def _picked(self, folder: str) -> None:
        if folder:
            self.chosen.emit(Path(folder))
