"""Where backups go, when the last good one and the last drill were, and what can be done about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress
from casedesk.casework import backups, sanity
from casedesk.casework.backups import PlaceState
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.allowed import only_with
from casedesk.ui.jobs import Job
from casedesk.ui.office import Office


def moment(at: str) -> str:
    """A kept time as it is read here: month, day, hour, minute."""
    return f"{dt.datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"


def told(one: PlaceState) -> list[tuple[str, str]]:
    """How it stands with a place, in words with their tones."""
    lines = [(tr("Last good backup: {time}", time=moment(one.good_at)), "good") if one.good_at
             else (tr("No backup yet"), "doubt")]
    if one.problem:
        lines.append((one.problem, "error"))
    if one.lacking:
        lines.append((tr("{n} evidence files were missing from the cabinet itself.", n=one.lacking), "error"))
    if one.drill_at:
        time = moment(one.drill_at)
        lines.append((tr("Last drill: {time}, all of it came back", time=time), "good") if one.drill_good
                     else (tr("Last drill: {time}, failed. {reason}", time=time, reason=one.drill_said), "error"))
    else:
        lines.append((tr("No drill yet"), "faint"))
    return lines


def nowhere() -> tuple[str, str]:
    """That nobody has said yet where an office's backups go, with its tone."""
    return tr("No backups yet: choose a place for the office's."), "doubt"


def checked(last: sanity.Last) -> tuple[str, str]:
    """How the last check of the whole cabinet went, with its tone."""
    if not last.finished:
        return tr("No check of the whole cabinet yet"), "faint"
    time = moment(last.finished)
    if last.problems:
        return tr("Last check: {time}. {reason}", time=time, reason=last.problems[0]), "error"
    return tr("Last check: {time}, everything is as it was saved", time=time), "good"


@dataclass(frozen=True)
class Standing:
    """The places, and which of them would be lost with the cabinet's disk."""

    states: list[PlaceState]
    near: frozenset[str]
    check: sanity.Last


def standing(store: Store) -> Standing:
    """Read how it stands."""
    found = backups.states(store)
    near = frozenset(one.place for one in found if backups.same_disk(store, Path(one.place)))
    return Standing(found, near, sanity.last(store))


class BackupPlaces(QWidget):
    """One block for each place; below, a new one, a backup now, a drill now."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.lines = QGridLayout()
        self.lines.setHorizontalSpacing(look.grid(3))
        self.add = parts.button(tr("Add a place …"), icon="plus")
        self.add.clicked.connect(self._choose)
        self.now = parts.button(tr("Back up now"))
        self.now.clicked.connect(self.back_up)
        self.check = parts.button(tr("Check now"))
        self.check.setToolTip(tr("Reads the whole cabinet: database, history, search index and every evidence file."))
        self.check.clicked.connect(self.look)
        self.drill = parts.button(tr("Drill now"))
        self.drill.setToolTip(tr("Restores the newest backup into a scratch folder and checks every byte."))
        self.drill.clicked.connect(self.practise)
        only_with(office, "settings", self.add)
        only_with(office, "backup", self.now)
        only_with(office, "keep", self.drill)
        self.said = parts.text("", tone="error", wrap=True)
        self.said.hide()
        note = parts.text(tr("Every 30 minutes when something changed, before an import, and when the window closes. "
                             "A drill every month, a check every week."), tone="faint", wrap=True)
        buttons = parts.row(self.add, self.now, self.drill, self.check, None)
        self.setLayout(parts.column(self.lines, buttons, note, self.said, gap=1))
        self.setFocusProxy(self.add)
        office.backups.done.connect(self.read)

    @Slot()
    def read(self) -> None:
        """Show how it stands."""
        self.office.read(lambda: standing(self.office.store), self._show)

    @Slot(object)
    def _show(self, found: Standing) -> None:
        parts.clear(self.lines)
        for one in found.states:
            at = self.lines.rowCount()
            self.lines.addWidget(parts.text(one.place, cut=True), at, 0)
            if len(found.states) > 1:
                forget = parts.button(tr("Forget"), "link")
                forget.setAccessibleName(tr("Send no more backups to {place}", place=one.place))
                forget.setProperty("place", one.place)
                forget.clicked.connect(self._forget)
                only_with(self.office, "settings", forget)
                self.lines.addWidget(forget, at, 1)
            for line, (said, tone) in enumerate(told(one), at + 1):
                self.lines.addWidget(parts.text(said, tone=tone, wrap=True, font=look.small_font()), line, 0, 1, 2)
        said, tone = checked(found.check)
        self.lines.addWidget(parts.text(said, tone=tone, wrap=True), self.lines.rowCount(), 0, 1, 2)
        if not found.states:
            said, tone = nowhere()
            self.lines.addWidget(parts.text(said, tone=tone), self.lines.rowCount(), 0, 1, 2)
        elif found.near >= {one.place for one in found.states}:
            self.lines.addWidget(parts.text(tr("All on the cabinet's own disk: add a place on another one."),
                                            tone="doubt"), self.lines.rowCount(), 0, 1, 2)

    @Slot()
    def _choose(self) -> None:
        dialog = QFileDialog(self, tr("Folder for backups"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.add_place)
        dialog.open()

    @Slot(str)
    def add_place(self, path: str) -> None:
        """Send backups there too, and the first one now."""
        self.office.write(lambda: backups.add_place(self.office.store, Path(path)), self._added, self._failed)

    @Slot(object)
    def _added(self, nothing: object) -> None:
        self.back_up()

    @Slot()
    def _forget(self) -> None:
        sender = self.sender()
        if sender is not None:
            place = Path(sender.property("place"))
            self.office.write(lambda: backups.forget_place(self.office.store, place), self._done, self._failed)

    @Slot()
    def back_up(self) -> None:
        """A backup to every place."""
        self._follow(backups.back_up, tr("Backing up"))

    @Slot()
    def practise(self) -> None:
        """A drill in every place."""
        self._follow(backups.drill, tr("Drill"))

    @Slot()
    def look(self) -> None:
        """Check the whole cabinet."""
        self._follow(sanity.run, tr("Checking the cabinet"))

    def _follow(self, call: Callable[[Store, Progress], object], title: str) -> None:
        for button in (self.now, self.drill, self.check):
            button.setEnabled(False)
        job: Job = self.office.run(lambda progress: call(self.office.store, progress), title)
        job.ended.connect(self._ended)

    @Slot()
    def _ended(self) -> None:
        for button in (self.now, self.drill, self.check):
            button.setEnabled(True)
        self.office.backups.done.emit()

    @Slot(object)
    def _done(self, nothing: object) -> None:
        self.said.hide()
        self.read()

    @Slot(object)
    def _failed(self, problem: CasedeskError) -> None:
        self.said.setText(str(problem))
        self.said.show()
