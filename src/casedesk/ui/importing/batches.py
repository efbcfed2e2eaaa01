"""What was imported into a matter: each file as one batch that can be undone or moved to its right time zone."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QVBoxLayout, QWidget
from sqlalchemy import select

from casedesk.base import times
from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr, trn
from casedesk.casework import importing
from casedesk.casework.importing import Batch
from casedesk.imports import formats
from casedesk.records import Evidence
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.importing.masked_of_matter import MaskedDialog
from casedesk.ui.importing.wizard import told_by
from casedesk.ui.importing.work import Moving, Undoing
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView
from casedesk.ui.tables.wanted import Chip


class ImportsDialog(QDialog):
    """The imports of one matter, the last first."""

    narrow_wanted = Signal(object)

    def __init__(self, parent: QWidget, office: Office, facts: MatterFacts) -> None:
        super().__init__(parent)
        self.office, self.facts = office, facts
        self.setWindowTitle(tr("Imports of this matter"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setSizeGripEnabled(True)
        self.model = PlainModel(
            [tr("When"), tr("File"), tr("Format"), tr("Time zone"), tr("Read"), tr("Imported"),
             tr("Known already"), tr("Confirm known ones"), tr("Not imported"), tr("Could not be read"), tr("By")],
            frozenset(range(4, 10)))
        self.view = RowsView(self.model)
        self.view.describe(tr("Imports of this matter"))
        for at, width in enumerate((14, 17, 14, 12, 5, 7, 11, 16, 10, 14)):
            self.view.setColumnWidth(at, look.chars(self.view, width))
        self.view.selectionModel().selectionChanged.connect(self._chosen)
        self.view.open_wanted.connect(self.show_incidents)
        self.problems = parts.text("", tone="doubt", wrap=True)
        self.said = parts.text("", wrap=True)
        self._build()
        look.fit(self, parent, look.grid(310), look.grid(110))
        office.changed.connect(self._heard)
        self.read()

    def _build(self) -> None:
        self.show_button = parts.button(tr("&Show the incidents"), icon="incidents")
        self.show_button.clicked.connect(self.show_incidents)
        self.file_button = parts.button(tr("Open the &file"), icon="evidence")
        self.file_button.clicked.connect(self.open_file)
        self.undo_button = parts.button(tr("&Undo the import"), icon="undo")
        self.undo_button.clicked.connect(self.undo)
        only_with(self.office, "undo", self.undo_button)
        self.masked_button = parts.button(tr("&Masked numbers …"), icon="hidden")
        self.masked_button.clicked.connect(self.masked_numbers)
        self.zone = QComboBox()
        self.zone.addItems(list(times.zone_names()))
        self.zone.setEditable(True)
        self.zone.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.zone.setFixedWidth(look.chars(self.zone, 24))
        self.zone.setAccessibleName(tr("Time zone"))
        label = QLabel(tr("The times are those of &zone"))
        label.setBuddy(self.zone)
        self.zone_button = parts.button(tr("&Correct"))
        self.zone_button.clicked.connect(self.correct_zone)
        only_with(self.office, "write", self.zone_button)
        close = parts.button(tr("Close"), "primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[look.grid(4)] * 4)
        layout.setSpacing(look.grid(3))
        for row in (self.view, self.problems):
            layout.addWidget(row)
        layout.addLayout(parts.row(self.show_button, self.file_button, self.undo_button, self.masked_button, None,
                                   label, self.zone, self.zone_button, gap=2))
        layout.addLayout(parts.row(self.said, None, close))

    @Slot()
    def read(self) -> None:
        """Read the list again."""
        self.office.read(lambda: importing.batches(self.office.store, self.facts.id), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if "import_batch" in tables:
            self.read()

    @Slot(object)
    def _show(self, found: list[Batch]) -> None:
        rows = self.view.chosen_rows()
        self.model.show([self._line(one) for one in found])
        if found:
            self.view.choose(min(rows[0] if rows else 0, len(found) - 1))
        elif not self.said.text():
            self.said.setText(tr("Nothing was imported into this matter yet."))
        self._chosen()

    def _line(self, one: Batch) -> PlainRow:
        titles = {known.id: tr(known.title) for known in formats.FORMATS}
        counts = (one.read, one.imported, one.duplicates, one.merged, one.excluded, one.lost)
        return PlainRow((times.show(one.at, self.facts.zone), one.file_name, titles.get(one.format, one.format),
                         one.zone, *(f"{count:,}" for count in counts), one.by), one)

    @property
    def batch(self) -> Batch | None:
        """The one chosen."""
        rows = self.view.chosen_rows()
        found = self.model.rows[rows[0]].key if len(rows) == 1 and rows[0] < len(self.model.rows) else None
        return found if isinstance(found, Batch) else None

    @Slot()
    def _chosen(self) -> None:
        batch = self.batch
        for widget in (self.show_button, self.undo_button, self.zone, self.zone_button):
            widget.setEnabled(batch is not None)
        self.file_button.setEnabled(batch is not None and batch.evidence is not None)
        problems = batch.problems if batch is not None else ()
        more = [tr("… and {n} more", n=f"{len(problems) - 5:,}")] if len(problems) > 5 else []
        self.problems.setText("\n".join([*problems[:5], *more]))
        self.problems.setVisible(bool(problems))
        if batch is not None:
            self.zone.setCurrentText(batch.zone)

    @Slot()
    def show_incidents(self) -> None:
        """The incidents this import is a source of."""
        batch = self.batch
        if batch is not None:
            uuid = batch.uuid
            self.narrow_wanted.emit(Chip("imported", tr("From “{file}”", file=batch.file_name),
                                         lambda: told_by([uuid])))
            self.accept()

    @Slot()
    def open_file(self) -> None:
        """The file as evidence."""
        batch = self.batch
        if batch is not None:
            store, uuid = self.office.store, batch.evidence

            def find() -> int | None:
                with store.read() as session:
                    return session.scalar(select(Evidence.id).where(Evidence.uuid == uuid))

            self.office.read(find, self._to_file)

    @Slot(object)
    def _to_file(self, evidence_id: int | None) -> None:
        if evidence_id is not None:
            self.office.go("matter", matter=self.facts.id, section="evidence/evidence", record=evidence_id)
            self.accept()

    @Slot()
    def undo(self) -> None:
        """Move the import with its incidents to the trash."""
        batch = self.batch
        if batch is not None:
            job = self.office.run(Undoing(self.office.store, [batch.uuid]), tr("Undoing the import"))
            job.finished.connect(self._undone)
            job.failed.connect(self._failed)
            self.undo_button.setEnabled(False)

    @Slot(object)
    def _undone(self, count: int) -> None:
        self.said.setText(trn("Undone: {n} incident is in the trash.", "Undone: {n} incidents are in the trash.",
                              count))
        self.read()

    @Slot()
    def masked_numbers(self) -> None:
        """Say which numbers the masked ones are, or take it back."""
        dialog = MaskedDialog(self, self.office, self.facts.id)
        dialog.done_with.connect(self.said.setText)
        dialog.open()

    @Slot()
    def correct_zone(self) -> None:
        """Read the times of the import as those of another zone."""
        batch = self.batch
        if batch is not None:
            job = self.office.run(Moving(self.office.store, batch.uuid, self.zone.currentText().strip()),
                                  tr("Correcting the times"))
            job.finished.connect(self._moved)
            job.failed.connect(self._failed)

    @Slot(object)
    def _moved(self, count: int) -> None:
        self.said.setText(trn("The time of {n} incident was corrected.", "The times of {n} incidents were corrected.",
                              count))
        self.read()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.said.setText(str(problem))
        self._chosen()
