"""First step: which files, what each of them is, and what it leaves open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QSizePolicy, QWidget

from casedesk.base import times
from casedesk.base.i18n import tr
from casedesk.casework.importing import ZONE, FileReport
from casedesk.imports.draft import Question
from casedesk.ui import look, parts
from casedesk.ui.importing.plan import Plan
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView


class FilesStep(QWidget):
    """The files above, what is to be said of the chosen one below."""

    changed = Signal()
    """Files came or went, or an answer was given."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.model = PlainModel(
            [tr("File"), tr("Format"), tr("Rows"), tr("Time zone"), tr("Still open")], frozenset({2}))
        self.view = RowsView(self.model)
        self.view.describe(tr("Files to import"))
        for at, width in enumerate((30, 34, 8, 18)):
            self.view.setColumnWidth(at, look.chars(self.view, width))
        self.view.selectionModel().selectionChanged.connect(self._chosen)
        self.view.delete_wanted.connect(self.remove)
        self.add_button = parts.button(tr("&Add files…"), icon="plus")
        self.add_button.clicked.connect(self.add)
        self.remove_button = parts.button(tr("&Take out of the import"))
        self.remove_button.clicked.connect(self.remove)
        self.plain = parts.button(tr("&Keep as evidence only"), icon="evidence")
        self.plain.clicked.connect(self.keep_plain)
        self.about = parts.text("", wrap=True)
        self.question = QLabel()
        self.question.setWordWrap(True)
        self.question.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.answer = QComboBox()
        self.answer.activated.connect(self._answered)
        self.question.setBuddy(self.answer)
        self.asked = parts.holding(parts.row(self.answer, self.question, gap=3))
        self.asked.hide()
        self._build_zone()
        self.setLayout(parts.column(
            parts.row(self.add_button, None, self.plain, self.remove_button), self.view, self.about, self.asked,
            parts.line(), self.zone_row, gap=3))

    def _build_zone(self) -> None:
        self.zone = QComboBox()
        self.zone.addItems(list(times.zone_names()))
        self.zone.setCurrentText(self.plan.zone)
        self.zone.setEditable(True)
        self.zone.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.zone.setFixedWidth(look.chars(self.zone, 30))
        self.zone.currentIndexChanged.connect(self._zone_chosen)
        label = QLabel(tr("Time &zone of the chosen files"))
        label.setBuddy(self.zone)
        self.zone.setAccessibleName(tr("Time zone of the chosen files"))
        self.zone_note = parts.text("", tone="faint", wrap=True)
        row = parts.row(label, self.zone, self.zone_note, gap=3)
        row.setStretch(2, 1)
        self.zone_row = parts.holding(row)

    def enter(self) -> None:
        """Show the files as they were read."""
        chosen = self.view.chosen_rows() or [0]
        reports = {report.path: report for report in self.plan.reports()}
        self.model.show([self._line(path, reports.get(str(path))) for path in self.plan.paths])
        self._choose(min(row, len(self.plan.paths) - 1) for row in chosen if self.plan.paths)
        local = any(one.local or one.question is not None for one in self.plan.reports())
        self.zone_note.setText("" if not self.plan.reports() else
            tr("Some times have no zone of their own: they are read as times of this zone.") if local
            else tr("The files name the moment themselves; times are shown in this zone."))
        self._chosen()

    def _choose(self, rows: Iterable[int]) -> None:
        """Select these rows, for what is answered below holds for all that are selected."""
        whole = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row in rows:
            self.view.selectionModel().select(self.model.index(row, 0), whole)

    def _line(self, path: Path, report: FileReport | None) -> PlainRow:
        if path in self.plan.as_evidence:
            return PlainRow((path.name, tr("Kept as evidence only"), "", "", ""), path, "faint")
        zone = self.plan.zone_of(path)
        if report is None:
            return PlainRow((path.name, tr("Not read yet"), "", zone, ""), path, "faint")
        if not report.format:
            return PlainRow((path.name, tr("Not a format known here"), "", "", tr("Keep as evidence, or take out")),
                            path, "doubt")
        asked = self.plan.asks(report) is not None
        count = sum(problem.line is None for problem in report.problems) + (report.read == report.lost > 0)
        still = tr("A question") if asked else tr("{n} to know", n=count) if count else ""
        return PlainRow((path.name, report.title, f"{report.read:,}", zone, still), path, "doubt" if still else "")

    def _row(self) -> int:
        rows = self.view.chosen_rows()
        return rows[0] if rows else -1

    def _report(self) -> FileReport | None:
        row = self._row()
        path = str(self.plan.paths[row]) if 0 <= row < len(self.plan.paths) else None
        return next((one for one in self.plan.reports() if one.path == path), None)

    @Slot()
    def _chosen(self) -> None:
        row, report = self._row(), self._report()
        some = 0 <= row < len(self.plan.paths)
        plain = some and self.plan.paths[row] in self.plan.as_evidence
        self.plain.setText(tr("&Read it after all") if plain else tr("&Keep as evidence only"))
        self.plain.setEnabled(some)
        self.remove_button.setEnabled(some)
        if some:
            self._show_zone(self.plan.zone_of(self.plan.paths[row]))
        question = report.question if report is not None else None
        self.asked.setVisible(question is not None and not plain)
        if question is not None:
            self._ask(question)
        self.about.setText("" if report is None or plain else _about(report))
        self.about.setVisible(bool(self.about.text()))

    def _show_zone(self, zone: str) -> None:
        self.zone.blockSignals(True)
        self.zone.setCurrentIndex(self.zone.findText(zone))
        self.zone.blockSignals(False)

    def _ask(self, question: Question) -> None:
        self.question.setText(question.text)
        self.answer.setAccessibleName(question.text)
        self.answer.clear()
        self.answer.addItem(tr("Choose"), None)
        for value, label in question.answers.items():
            self.answer.addItem(label, value)
        given = self.plan.answers.get(self.plan.paths[self._row()], {}).get(question.key, question.suggested)
        self.answer.setCurrentIndex(max(0, self.answer.findData(given)))

    @Slot()
    def _answered(self) -> None:
        report, value = self._report(), self.answer.currentData()
        if report is None or report.question is None:
            return
        for path, one in self._chosen_files():
            asked = one.question if one is not None else None
            if asked is not None and asked.key == report.question.key and (value is None or value in asked.answers):
                self.plan.answer(path, asked.key, value)
        self.changed.emit()

    @Slot()
    def _zone_chosen(self) -> None:
        if self.zone.currentText() in times.zone_names():
            for path, _ in self._chosen_files():
                self.plan.answer(path, ZONE, self.zone.currentText())
            self.enter()
            self.changed.emit()

    def _chosen_files(self) -> list[tuple[Path, FileReport | None]]:
        """The selected files with what was read of them."""
        reports = {report.path: report for report in self.plan.reports()}
        chosen = [self.plan.paths[row] for row in self.view.chosen_rows()]
        return [(path, reports.get(str(path))) for path in chosen]

    @Slot()
    def keep_plain(self) -> None:
        """Keep the chosen file as evidence without reading it, or read it again."""
        row = self._row()
        if 0 <= row < len(self.plan.paths):
            path = self.plan.paths[row]
            if path in self.plan.as_evidence:
                self.plan.as_evidence.remove(path)
            else:
                self.plan.as_evidence.append(path)
            self.enter()
            self.changed.emit()

    @Slot()
    def remove(self) -> None:
        """Take the chosen file out."""
        row = self._row()
        if 0 <= row < len(self.plan.paths):
            path = self.plan.paths.pop(row)
            if path in self.plan.as_evidence:
                self.plan.as_evidence.remove(path)
            self.enter()
            self.changed.emit()

    @Slot()
    def add(self) -> None:
        """Ask for more files."""
        ask_files(self, self._more)

    @Slot(list)
    def _more(self, names: list[str]) -> None:
        self.bring([Path(name) for name in names])

    def bring(self, paths: list[Path]) -> None:
        """Take more files in, each once."""
        self.plan.paths += [path for path in paths if path not in self.plan.paths]
        self.enter()
        self.changed.emit()


def ask_files(parent: QWidget, chosen: Callable[[list[str]], object]) -> None:
    """Ask which files to import."""
    dialog = QFileDialog(parent, tr("Choose the files to import"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(chosen)
    dialog.open()


def _about(report: FileReport) -> str:
    said = [str(problem) for problem in report.problems if problem.line is None][:6] + report.notes[:6]
    return "\n".join(said)
