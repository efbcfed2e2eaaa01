"""The evidence of a matter: the list, the chosen file to be looked at, and below it what it is and proves."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QMenu, QSplitter, QToolButton, QVBoxLayout
from sqlalchemy import select

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr, trn
from casedesk.casework.exhibit_order import Group, groups
from casedesk.casework.reading import Read
from casedesk.casework.records import edit_all
from casedesk.records import Draft, Evidence
from casedesk.ui import icons, look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.evidence.adding import Added, Adding, AddingPasted, ScanDialog, Scanning
from casedesk.ui.evidence.looking import Looking, Verdict
from casedesk.ui.evidence.masking import MaskDialog
from casedesk.ui.evidence.ordering import OrderDialog
from casedesk.ui.evidence.preview import PreviewPane
from casedesk.ui.evidence.reading import Proposing, ReadingPictures
from casedesk.ui.jobs import Jobs
from casedesk.ui.office import Office
from casedesk.ui.pages import chips
from casedesk.ui.pages.records import RecordsPanel, of_matter, whole
from casedesk.ui.quick_log.pasting import Brought, brought, folders, is_file, take
from casedesk.ui.quick_log.saving import png
from casedesk.ui.tables.wanted import Chip

_AGAIN = 400


class EvidencePanel(RecordsPanel):
    """The evidence of one matter; without a matter, that of all, to be looked at and described."""

    def __init__(self, office: Office, matter_id: int | None = None, zone: str = "Asia/Shanghai") -> None:
        wanted = of_matter(Evidence, matter_id, order="id", descending=True) if matter_id is not None else whole(
            Evidence, order="id", descending=True)
        super().__init__(
            office, "matter/evidence" if matter_id is not None else "evidence", wanted,
            fixed={"matter_id": matter_id} if matter_id is not None else None, offered=chips.of(Evidence), zone=zone,
            hint=tr("Drop files here, paste a screenshot with Ctrl+V, or add them. Originals are kept unaltered."))
        self.matter_id = matter_id
        self.verdicts: dict[int, Verdict] = {}
        self._looks = Jobs("looking through evidence", self)
        self.preview = PreviewPane(office, zone)
        self._put_preview(office)
        self._offer_verbs()
        self.table.chosen.connect(self._look_at)
        self._again = QTimer(self, singleShot=True, interval=_AGAIN)
        self._again.timeout.connect(self.look_through)
        office.changed.connect(self._changed)
        if matter_id is not None:
            self.setAcceptDrops(True)
            self.look_through()

    def _put_preview(self, office: Office) -> None:
        self.right = QSplitter(Qt.Orientation.Vertical)
        self.right.setHandleWidth(1)
        self.right.setChildrenCollapsible(False)
        self.splitter.replaceWidget(1, self.right)
        self.right.addWidget(self.preview)
        self.right.addWidget(self.pane)
        self.right.setSizes([520, 380])
        self.splitter.setSizes([480, 620])
        state = office.preferences.layout("splitter/evidence/right")
        if not state.isEmpty():
            self.right.restoreState(state)
        self.right.splitterMoved.connect(self._keep_right)

    def _offer_verbs(self) -> None:
        self.trouble = parts.button("", "link", "warning")
        self.trouble.setToolTip(tr("Show them"))
        self.trouble.clicked.connect(self._show_troubled)
        self.trouble_bar = parts.holding(parts.row(self.trouble, None, gap=0))
        self.trouble_bar.setContentsMargins(look.grid(1), 0, look.grid(2), look.grid(1))
        self.trouble_bar.hide()
        layout = self.table.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(1, self.trouble_bar)
        for button in (self.table.new_button, self.table.first_button):
            button.setText(tr("Add files…"))
            button.setVisible(self.matter_id is not None)
        if self.matter_id is not None:
            self._offer_menu()
            shortcut = QShortcut(QKeySequence("Ctrl+V"), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.paste)

    def _offer_menu(self) -> None:
        menu = QMenu(self)
        for said, icon, keys, slot in (
                (tr("Scan a folder…"), "folder", "Ctrl+Shift+F", self.choose_folder),
                (tr("Order in the bundle"), "columns", "Ctrl+Shift+O", self.open_order),
                (tr("In or out of the bundle"), "bundle", "Ctrl+Shift+B", self.switch_in_bundle),
                (tr("Mask for recipients…"), "hidden", "Ctrl+Shift+K", self.open_masking),
                (tr("Read the text of pictures"), "image", "Ctrl+Shift+T", self.read_text),
                (tr("Propose an incident from what was read"), "log", "Ctrl+Shift+E", self.propose_incident)):
            action = menu.addAction(icons.icon(icon), said)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(slot)
            self.addAction(action)
            only_with(self.office, "write", action)
        more = parts.tool("more", tr("More to do with evidence"))
        more.setMenu(menu)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.table.beside.addWidget(more)

    @Slot()
    def _keep_right(self) -> None:
        self.office.preferences.keep_layout("splitter/evidence/right", self.right.saveState())

    # looking

    def select(self, record_id: int) -> None:
        super().select(record_id)
        self._look_at(record_id)

    @Slot(object)
    def _look_at(self, evidence_id: int | None) -> None:
        if evidence_id is None:
            self.preview.show_nothing()
        else:
            self.preview.show_evidence(evidence_id)
            self._tell(evidence_id)

    def _tell(self, evidence_id: int) -> None:
        verdict = self.verdicts.get(evidence_id)
        if verdict is None:
            self.preview.set_badge("", "")
        elif verdict.problem:
            self.preview.set_badge(verdict.problem, "error")
        else:
            self.preview.set_badge(verdict.remark, "doubt")

    @Slot(object)
    def _changed(self, tables: frozenset[str]) -> None:
        if self.matter_id is not None and "evidence" in tables:
            self._again.start()

    @Slot()
    def look_through(self) -> None:
        """Find out beside the window which files the bundle cannot show."""
        if self.matter_id is not None:
            looking = Looking(self.office.store, self.matter_id, dict(self.verdicts))
            self._looks.run(looking).finished.connect(self._looked)

    @Slot(object)
    def _looked(self, verdicts: dict[int, Verdict]) -> None:
        self.verdicts = verdicts
        count = sum(bool(one.problem) for one in verdicts.values())
        self.trouble.setText(trn("{n} file cannot be shown in the bundle", "{n} files cannot be shown in the bundle",
                                 count))
        self.trouble_bar.setVisible(count > 0)
        chosen = self.table.chosen_ids() if self.table.model.rows is not None else []
        if len(chosen) == 1:
            self._tell(chosen[0])

    @Slot()
    def _show_troubled(self) -> None:
        ids = [one for one, verdict in self.verdicts.items() if verdict.problem]
        self.table.narrow([Chip("troubled", tr("Cannot be shown"), lambda: Evidence.id.in_(ids))])

    # adding

    @Slot()
    def new_record(self) -> None:
        """Ask which files to add."""
        if self.matter_id is not None:
            dialog = QFileDialog(self, tr("Add files…"))
            dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.filesSelected.connect(self._chosen_files)
            dialog.open()

    @Slot(list)
    def _chosen_files(self, paths: list[str]) -> None:
        self.add([Path(path) for path in paths])

    @Slot(list)
    def add(self, files: list[Path]) -> None:
        """Keep these as evidence, beside the window."""
        if files and self.matter_id is not None:
            job = self.office.run(Adding(self.office.store, self.matter_id, files), tr("Adding evidence"))
            job.finished.connect(self._added)

    def bring(self, content: list[Brought]) -> None:
        """Keep what was dropped or pasted."""
        self.add([one for one in content if isinstance(one, Path)])
        for one in content:
            if not isinstance(one, Path) and self.matter_id is not None:
                data = png(one) if isinstance(one, QImage) else one
                pasted = AddingPasted(self.office.store, self.matter_id, data, tr("Screenshot {n}", n=1) + ".png")
                self.office.run(pasted, tr("Adding evidence")).finished.connect(self._added)

    @Slot(object)
    def _added(self, added: Added) -> None:
        fresh = len(added.ids) - added.had
        said = trn("{n} file added", "{n} files added", fresh)
        if added.had:
            said = tr(", ").join([said, trn("{n} was there already", "{n} were there already", added.had)])
        self.office.say(said)
        self.office.saved.emit()
        if added.ids:
            self.select(added.ids[0])

    @Slot()
    def paste(self) -> None:
        """Add the picture or the files on the clipboard."""
        data = QGuiApplication.clipboard().mimeData()
        if data is not None and is_file(data):
            self.bring(brought(data))

    @Slot()
    def choose_folder(self) -> None:
        """Ask which folder to look through."""
        dialog = QFileDialog(self, tr("Scan a folder…"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.scan_folder)
        dialog.open()

    @Slot(str)
    def scan_folder(self, folder: str) -> None:
        """Look through a folder, then ask which files are evidence."""
        self._folder = Path(folder)
        job = self.office.run(Scanning(self._folder), tr("Looking through the folder"), told=False)
        job.finished.connect(self._scanned)

    @Slot(object)
    def _scanned(self, found: list[tuple[Path, int]]) -> None:
        dialog = ScanDialog(self.window(), self._folder, found)
        dialog.chosen.connect(self.add)
        dialog.open()

    # order and bundle

    @Slot()
    def open_order(self) -> None:
        """Order the exhibits of each fact."""
        store, matter_id = self.office.store, self.matter_id
        if matter_id is not None:
            self.office.read(lambda: groups(store, matter_id), self._order)

    @Slot(object)
    def _order(self, found: list[Group]) -> None:
        if found:
            OrderDialog(self.window(), self.office, found).open()

    @Slot()
    def switch_in_bundle(self) -> None:
        """Take the chosen files into the bundle, or all out of it when all are in."""
        ids = self.table.chosen_ids()
        if ids:
            self.office.write(lambda: self._switch(ids))

    def _switch(self, ids: list[int]) -> None:
        with self.office.store.read() as session:
            wanted = select(Evidence.uuid, Evidence.in_bundle).where(Evidence.id.in_(ids))
            found = dict(session.execute(wanted).all())
        edit_all(self.office.store, Evidence, found, {"in_bundle": not all(found.values())})

    @Slot()
    def open_masking(self) -> None:
        """Decide what masked copies show of the chosen exhibit."""
        ids = self.table.chosen_ids()
        if len(ids) == 1:
            MaskDialog(self.window(), self.office, ids[0]).show()

    # reading

    @Slot()
    def read_text(self) -> None:
        """Read the pictures chosen, beside the window, so that they are found by their words."""
        ids = self.table.chosen_ids()
        if ids:
            job = self.office.run(ReadingPictures(self.office.store, ids), tr("Reading pictures"))
            job.finished.connect(self._was_read)
            job.failed.connect(self._could_not)

    @Slot(object)
    def _was_read(self, read: Read) -> None:
        said = trn("{n} picture was read; what it says is found by searching. Nobody checked it.",
                   "{n} pictures were read; what they say is found by searching. Nobody checked it.", read.read)
        self.office.say(" ".join([said, *read.problems]))

    @Slot(object)
    def _could_not(self, problem: CasedeskError) -> None:
        self.office.say(str(problem))

    @Slot()
    def propose_incident(self) -> None:
        """Open a new incident with what the chosen picture seems to tell; it is saved by hand or not at all."""
        ids = self.table.chosen_ids()
        if len(ids) == 1 and self.matter_id is not None:
            self.office.write(Proposing(self.office.store, self.matter_id, ids[0]), self._proposed, self._could_not)

    @Slot(object)
    def _proposed(self, draft: Draft) -> None:
        self.office.drafts_changed.emit()
        self.office.draft_wanted.emit(draft)

    def leave(self) -> None:
        self._looks.stop()
        self.preview.leave()
        super().leave()

    # Qt's own

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if is_file(event.mimeData()):
            take(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.bring(brought(event.mimeData()))
        within = folders(event.mimeData())
        if len(within) == 1:
            self.scan_folder(str(within[0]))
        elif within:
            self.office.say(tr("Drop one folder after the other."))
        take(event)
