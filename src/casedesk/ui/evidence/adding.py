"""Files on their way into the vault, and folders looked through for them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget
from sqlalchemy import select

from casedesk.base.i18n import tr, trn
from casedesk.base.jobs import Progress
from casedesk.casework import attachments
from casedesk.casework.evidence import add_files, enter
from casedesk.records import Evidence
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.growing import GrowingDialog

_SKIPPED = {"thumbs.db", "desktop.ini", ".ds_store"}
_MOST = 20_000


@dataclass(frozen=True)
class Added:
    """What came of it: ids in the order added, and how many files the matter had already, or had twice among them."""

    ids: list[int]
    had: int


@dataclass(frozen=True)
class Adding:
    """Keep files as evidence of a matter."""

    store: Store
    matter_id: int
    files: Sequence[Path]

    def __call__(self, progress: Progress) -> Added:
        had = _had(self.store, self.matter_id)
        ids = [one.id for one in add_files(self.store, self.matter_id, self.files, progress=progress)]
        return Added(ids, len(ids) - len(set(ids) - had))


@dataclass(frozen=True)
class AddingPasted:
    """Keep what was pasted as evidence of a matter; nothing of it is written in plain form."""

    store: Store
    matter_id: int
    data: bytes
    name: str

    def __call__(self, progress: Progress) -> Added:
        progress(0, 1, self.name)
        had = _had(self.store, self.matter_id)
        file = attachments.attach_bytes(self.store, self.data, self.name)
        with self.store.work(Right.WRITE) as session:
            evidence_id = enter(session, file, self.matter_id).id
        attachments.drop_unused(self.store, [file])
        return Added([evidence_id], int(evidence_id in had))


def _had(store: Store, matter_id: int) -> set[int]:
    with store.read() as session:
        return set(session.scalars(select(Evidence.id).where(Evidence.matter_id == matter_id)))


@dataclass(frozen=True)
class Scanning:
    """Look through a folder and all below it; hidden files and what systems leave behind are passed over.

    It stops at a number of files that can be looked through; the dialog says so.
    """

    folder: Path

    def __call__(self, progress: Progress) -> list[tuple[Path, int]]:
        found: list[tuple[Path, int]] = []
        for where, folders, names in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            progress(len(found), 0, Path(where).name)
            for name in sorted(names):
                path = Path(where) / name
                if not name.startswith(".") and name.lower() not in _SKIPPED and path.is_file():
                    found.append((path, path.stat().st_size))
                if len(found) > _MOST:
                    return found
        return found


class ScanDialog(GrowingDialog):
    """Asks which of the files found are evidence."""

    chosen = Signal(list)

    def __init__(self, parent: QWidget, folder: Path, found: Sequence[tuple[Path, int]]) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Files in {folder}", folder=folder.name))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        look.fit(self, parent, look.grid(170), look.grid(120))
        self.list = QTreeWidget()
        self.list.setHeaderLabels([tr("File"), tr("Size")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName(tr("Files found"))
        for path, size in found[:_MOST]:
            item = QTreeWidgetItem([str(path.relative_to(folder)), f"{size:,}"])
            item.setCheckState(0, Qt.CheckState.Checked)
            item.setData(0, Qt.ItemDataRole.UserRole, str(path))
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight)
            self.list.addTopLevelItem(item)
        self.list.setColumnWidth(0, look.grid(120))
        self.add = parts.button("", "primary")
        self.none, self.all = parts.button(tr("Choose none"), "link"), parts.button(tr("Choose all"), "link")
        cancel = parts.button(tr("Cancel"))
        for button, slot in ((self.add, self._add), (self.none, self._choose_none), (self.all, self._choose_all),
                             (cancel, self.reject)):
            button.clicked.connect(slot)
        self.list.itemChanged.connect(self._count)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(4)] * 4)
        layout.addWidget(parts.text(tr("The files stay where they are; copies of those ticked go into the vault.")))
        if len(found) > _MOST:
            layout.addWidget(parts.text(tr(
                "The folder holds more than {n} files; the rest is not listed. Choose the folders in it one by one.",
                n=f"{_MOST:,}"), tone="doubt", wrap=True))
        layout.addWidget(self.list)
        layout.addLayout(parts.row(self.all, self.none, None, cancel, self.add))
        self._count()

    def files(self) -> list[Path]:
        """The files ticked."""
        items = (self.list.topLevelItem(at) for at in range(self.list.topLevelItemCount()))
        return [Path(item.data(0, Qt.ItemDataRole.UserRole)) for item in items
                if item is not None and item.checkState(0) == Qt.CheckState.Checked]

    @Slot()
    def _count(self) -> None:
        count = len(self.files())
        self.add.setText(trn("Add {n} file", "Add {n} files", count))
        self.add.setEnabled(count > 0)

    @Slot()
    def _choose_all(self) -> None:
        self._tick(Qt.CheckState.Checked)

    @Slot()
    def _choose_none(self) -> None:
        self._tick(Qt.CheckState.Unchecked)

    def _tick(self, state: Qt.CheckState) -> None:
        self.list.blockSignals(True)
        for at in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(at)
            if item is not None:
                item.setCheckState(0, state)
        self.list.blockSignals(False)
        self._count()

    @Slot()
    def _add(self) -> None:
        self.chosen.emit(self.files())
        self.accept()
