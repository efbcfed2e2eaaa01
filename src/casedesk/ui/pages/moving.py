"""Moving the open cabinet to an office's database, or to a folder of one's own: where to, how far, and the report."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QLineEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from casedesk.base.errors import CasedeskError, InvalidEntry
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress
from casedesk.casework import moving
from casedesk.casework.moving import Place, Report
from casedesk.records import BY_TABLE
from casedesk.store import office
from casedesk.ui import look, parts
from casedesk.ui.growing import GrowingDialog
from casedesk.ui.jobs import Job
from casedesk.ui.office import Office
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView


class MoveDialog(GrowingDialog):
    """Says what will happen, moves, and shows for each table and the files whether all arrived as it was."""

    moved = Signal(object)
    """The folder in which the cabinet is to be opened now."""

    def __init__(self, parent: QWidget, opened: Office) -> None:
        super().__init__(parent)
        self.office = opened
        self._job: Job | None = None
        self._place: Place | None = None
        self.report: Report | None = None
        self.setWindowTitle(tr("Move the cabinet"))
        self.folder = QLineEdit()
        self.folder.setMinimumWidth(look.chars(self.folder, 52))
        self.address = QLineEdit()
        self.address.setPlaceholderText("postgresql://server/cabinet")
        self.all_there = QCheckBox(tr("&Key and evidence into the database too, for a small firm"))
        self.all_there.toggled.connect(self.folder.setDisabled)
        self.browse = parts.button(tr("&Browse"))
        self.browse.clicked.connect(self._browse)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.hide()
        self.step = parts.text("", tone="faint")
        self.said = parts.text("", wrap=True)
        self._build_report()
        self.go = parts.button(tr("&Move"), "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.start)
        self.cancel = parts.button(tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self._lay_out()

    def _build_report(self) -> None:
        self.model = PlainModel([tr("Table"), tr("Rows"), tr("Arrived")], right=frozenset({1}))
        self.view = RowsView(self.model)
        self.view.describe(tr("What was moved"))
        for at, width in enumerate((26, 14, 14)):
            self.view.setColumnWidth(at, look.chars(self.view, width))
        self.view.setMinimumHeight(look.grid(24))
        self.view.hide()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(look.grid(3))
        form.addRow(tr("New &folder"), parts.holding(parts.row(self.folder, self.browse)))
        form.addRow(tr("&Database"), self.address)
        form.addRow("", self.all_there)
        self.folder.setAccessibleName(tr("New folder"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(5)] * 4)
        layout.setSpacing(look.grid(3))
        layout.addWidget(parts.text(tr(
            "An empty PostgreSQL database takes the records, the new folder the key and the evidence: on a share, for "
            "an office. Without a database all of it goes into the new folder. Nobody can save meanwhile; this cabinet "
            "stays as it is, and is marked as moved once everything arrived."), wrap=True))
        layout.addLayout(form)
        for part in (self.bar, self.step, self.said):
            layout.addWidget(part)
        layout.addWidget(self.view, 1)
        layout.addStretch()
        layout.addLayout(parts.row(None, self.cancel, self.go))

    @Slot()
    def _browse(self) -> None:
        dialog = QFileDialog(self, tr("New folder"), self.folder.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.folder.setText)
        dialog.open()

    @Slot()
    def start(self) -> None:
        """Move; or, once all of it arrived, go there."""
        if self.report is not None and self.report.clean:
            assert self._place is not None
            self.moved.emit(self._place.folder)
            self.accept()
            return
        try:
            self._begin(self._wanted())
        except CasedeskError as problem:
            self._say(str(problem), "error")

    def _wanted(self) -> Place:
        """Where it is to go; InvalidEntry says what is not told."""
        folder, address = self.folder.text().strip(), self.address.text().strip()
        if self.all_there.isChecked():
            return Place(office.desk_folder(address), address, all_there=True)
        if not folder:
            raise InvalidEntry(tr("Say which new folder it is to be."))
        return Place(Path(folder).absolute(), address)

    def _begin(self, place: Place) -> None:
        self._place, store = place, self.office.store

        def call(progress: Progress) -> Report:
            return moving.move(store.folder, store.key, place, who=store.who, progress=progress)

        for part in (self.go, self.folder, self.address, self.browse, self.all_there):
            part.setEnabled(False)
        self._say("", "")
        self.bar.setRange(0, 0)
        self.bar.show()
        self._job = self.office.run(call, tr("Moving the cabinet"), told=False)
        self._job.progressed.connect(self._progressed)
        self._job.finished.connect(self._finished)
        self._job.failed.connect(self._failed)
        self._job.ended.connect(self._ended)

    @Slot(int, int, str)
    def _progressed(self, done: int, total: int, note: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.step.setText(f"{note}  {done:,} / {total:,}")

    @Slot(object)
    def _finished(self, report: Report) -> None:
        self.report = report
        same, different = tr("same"), tr("DIFFERENT")
        rows = [PlainRow((_called(name), f"{one.rows:,}", same if one.same else different), name)
                for name, one in report.tables.items()]
        rows.append(PlainRow((tr("evidence files"), f"{report.files:,}", same), "files"))
        self.model.show(rows)
        self.view.show()
        if report.clean:
            self._say(tr("Every row and file arrived as it was. This cabinet stays, marked as moved."), "good")
            self.go.setText(tr("&Open it there"))
        else:
            self._say(" ".join((*report.problems, tr("This cabinet is as it was and still in use."))), "error")
        self.adjustSize()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self._say(str(problem), "error")

    @Slot()
    def _ended(self) -> None:
        self._job = None
        self.bar.hide()
        self.step.setText("")
        self.go.setEnabled(True)
        moved = self.report is not None and self.report.clean
        for part in (self.address, self.browse, self.cancel, self.all_there):
            part.setEnabled(not moved)
        self.folder.setEnabled(not moved and not self.all_there.isChecked())

    def _say(self, said: str, tone: str) -> None:
        self.said.setText(said)
        parts.tone(self.said, tone)

    def reject(self) -> None:
        """Stop a move that is under way, which may be taken up again; a finished one is only left to the new place."""
        if self._job is not None:
            self._job.cancel()
            self._say(tr("Stopped. The same move goes on where it was."), "doubt")
        elif self.report is None or not self.report.clean:
            super().reject()


def _called(table: str) -> str:
    """What a person calls the rows of a table."""
    others = {"change": tr("History"), "draft": tr("Drafts"), "setting": tr("Settings")}
    return others[table] if table in others else tr(BY_TABLE[table].titles)
