"""The opening page: what waits for somebody today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
)

from casedesk.base.i18n import language, tr
from casedesk.casework.drafts import keep_draft
from casedesk.records import BY_TABLE, Draft
from casedesk.ui import look, parts, snoozing
from casedesk.ui.allowed import only_with
from casedesk.ui.findings import signs
from casedesk.ui.forms.keeping import drop
from casedesk.ui.making.orders import CalendarOrder
from casedesk.ui.office import Office
from casedesk.ui.pages.backup_places import checked, nowhere, told
from casedesk.ui.pages.due import Due, Open, ReadingDesk, Waiting
from casedesk.ui.pages.page import Page
from casedesk.ui.places import Place
from casedesk.ui.shown import day_in_full, in_days

_WEEK = 7
_WIDE = 220
"""So many grid units wide, what waits has room beside what is due."""
_MANY = 3
"""So many failed attempts to unlock are more than a slip of the finger."""


class DeskPage(Page):
    """Due today and this week, findings to decide, drafts to finish, the last matters."""

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._drafts: list[Draft] = []
        self.title = parts.title("")
        self.wrong, self.due = QVBoxLayout(), QVBoxLayout()
        self.beside = QVBoxLayout()
        for layout in (self.due, self.beside):
            layout.setSpacing(look.grid(1.5))
        self.calendar = parts.button(tr("Save as calendar…"))
        self.calendar.setToolTip(tr("What is due in all matters, for Outlook, a telephone or any other calendar."))
        only_with(office, "export", self.calendar)
        self.calendar.clicked.connect(self._save_calendar)
        left = parts.column(self.wrong, parts.row(self.title, None, self.calendar), self.due, None, gap=4)
        right = parts.holding(parts.column(self.beside, None))
        right.setMaximumWidth(look.chars(self, 46))
        self.sides = parts.row(left, right, margin=6, gap=8)
        self.sides.setStretch(0, 1)
        holder = parts.holding(self.sides)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(parts.scrolling(holder))
        self._again = QTimer(self, singleShot=True, interval=100)
        self._again.timeout.connect(self.read)
        office.changed.connect(self._heard)
        office.drafts_changed.connect(self._again.start)
        office.snoozed.connect(self._again.start)
        office.backups.done.connect(self._again.start)
        self.read()

    def visit(self, place: Place) -> None:
        self.read()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= look.grid(_WIDE)
        self.sides.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    @Slot()
    def read(self) -> None:
        """Read again what waits."""
        self.office.read(ReadingDesk(self.office.store), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        self._again.start()

    @Slot(object)
    def _show(self, waiting: Waiting) -> None:
        today = dt.datetime.now().astimezone().date()
        self.title.setText(day_in_full(today))
        parts.clear(self.wrong)
        for wrong in waiting.wrong:
            self.wrong.addWidget(parts.text(" ".join(wrong), tone="error", wrap=True))
        parts.clear(self.due)
        grid = QGridLayout()
        grid.setHorizontalSpacing(look.grid(4))
        grid.setVerticalSpacing(look.grid(0.5))
        grid.setColumnStretch(3, 1)
        self.due.addLayout(grid)
        groups = (
            (tr("Late"), [one for one in waiting.due if one.day < today], "error"),
            (tr("Today"), [one for one in waiting.due if one.day == today], "doubt"),
            (tr("This week"), [one for one in waiting.due if 0 < (one.day - today).days <= _WEEK], ""),
            (tr("Next week"), [one for one in waiting.due if (one.day - today).days > _WEEK], ""))
        for name, lines, tone in groups:
            if lines:
                self._group(grid, name, lines, tone, today)
        if not waiting.due:
            self.due.addWidget(parts.text(tr("Nothing is due in the next two weeks."), tone="faint"))
        parts.clear(self.beside)
        self._show_beside(waiting)

    def _group(self, grid: QGridLayout, name: str, lines: list[Due], tone: str, today: dt.date) -> None:
        start = grid.rowCount()
        heading = parts.heading(name)
        heading.setContentsMargins(0, look.grid(3) if start > 1 else 0, 0, look.grid(1))
        grid.addWidget(heading, start, 0, 1, 6)
        grid.addWidget(parts.line(), start + 1, 0, 1, 6)
        for at, one in enumerate(lines, start + 2):
            grid.addWidget(parts.text(f"{one.day:%m-%d}"), at, 0)
            grid.addWidget(parts.text(in_days(one.day, today), tone=tone or "faint"), at, 1)
            grid.addWidget(parts.text(one.kind, tone="faint"), at, 2)
            grid.addLayout(parts.row(self._link(one.what, one.place), None), at, 3)
            grid.addWidget(parts.text(one.matter, tone="faint"), at, 4)
            grid.addWidget(self._snooze(one), at, 5)

    def _snooze(self, one: Due) -> QToolButton:
        """Puts the reminder off; says until when it is."""
        until = self.office.preferences.snoozed.get(one.uuid)
        button = parts.tool("later", tr("Put the reminder off: {what}", what=one.what))
        if until is not None:
            button.setText(tr("again {day} {time}", day=f"{until:%m-%d}", time=f"{until:%H:%M}"))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        menu = QMenu(button)
        snoozing.fill(menu, partial(self._put_off, one.uuid))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _put_off(self, uuid: str, until: Callable[[dt.datetime], dt.datetime], *_: object) -> None:
        snoozing.put_off(self.office, [uuid], until(dt.datetime.now().astimezone()))

    def _cut(self, said: str, most: int, after: str = "") -> QPushButton:
        """A link in one line of so many characters; its whole text is the tooltip."""
        said = " ".join(said.split())
        shown = self.fontMetrics().elidedText(said, Qt.TextElideMode.ElideRight, look.chars(self, most))
        link = parts.button(shown.replace("&", "&&") + after, "link")
        link.setToolTip(said)
        return link

    def _link(self, said: str, place: Place) -> QPushButton:
        link = parts.button(" ".join(said.split()).replace("&", "&&"), "link")
        link.setProperty("place", place)
        link.clicked.connect(self._go)
        return link

    def _show_beside(self, waiting: Waiting) -> None:
        self._drafts = waiting.drafts
        if waiting.drafts:
            self.beside.addWidget(parts.heading(tr("Not finished yet")))
            for at, draft in enumerate(waiting.drafts):
                self.beside.addLayout(self._draft_line(at, draft))
            self.beside.addSpacing(look.grid(4))
        if waiting.findings:
            self.beside.addWidget(parts.heading(tr("Findings to decide: {n}", n=f"{waiting.open_count:,}")))
            for one in waiting.findings:
                self.beside.addLayout(self._finding(one))
            self.beside.addSpacing(look.grid(4))
        if waiting.filings:
            self.beside.addWidget(parts.heading(tr("Waiting for an answer")))
            for said, day, place in waiting.filings:
                self.beside.addWidget(self._link(f"{said}  ({tr('filed {day}', day=f'{day:%m-%d}')})", place))
            self.beside.addSpacing(look.grid(4))
        self.beside.addWidget(parts.heading(tr("Last matters")))
        for id_, ref, name in waiting.matters:
            self.beside.addWidget(self._link(f"{ref}  {name}", Place("matter", id_)))
        if not waiting.matters:
            self.beside.addWidget(parts.text(tr("No matter yet."), tone="faint"))
            new = parts.button(tr("New matter"), "primary", "plus")
            new.clicked.connect(self._new_matter)
            only_with(self.office, "write", new)
            self.beside.addWidget(new)
        self._show_safety(waiting)

    def _show_safety(self, waiting: Waiting) -> None:
        self.beside.addSpacing(look.grid(4))
        self.beside.addWidget(self._link(tr("Backups and checks"), Place("settings")))
        self.beside.addWidget(self._small(*checked(waiting.check)))
        if len(waiting.failed) >= _MANY:
            last = waiting.failed[-1]
            self.beside.addWidget(self._small(
                tr("{n} attempts to unlock failed this week, the last on {day} by {who} on {machine}.",
                   n=len(waiting.failed), day=f"{last.at.astimezone():%m-%d %H:%M}", who=last.who,
                   machine=last.machine), "doubt"))
        for state in waiting.backups:
            name = Path(state.place).name
            for said, tone in told(state):
                self.beside.addWidget(self._small(f"{name}: {said}" if len(waiting.backups) > 1 else said, tone))
        if not waiting.backups:
            self.beside.addWidget(self._small(*nowhere()))

    def _small(self, said: str, tone: str) -> QLabel:
        return parts.text(said, tone=tone, font=look.small_font(), wrap=True)

    def _finding(self, one: Open) -> QHBoxLayout:
        link = self._link(one.title, one.place)
        link.setToolTip(f"{one.title}\n{one.severity_label}\n{one.why}")
        link.setAccessibleName(f"{one.severity_label}: {one.title}, {one.count}, {one.matter}")
        return parts.row(signs.label(one.severity, one.severity_label), link, None,
                         parts.text(one.count, tone="faint"), parts.text(one.matter, tone="faint"), gap=1.5)

    def _draft_line(self, at: int, draft: Draft) -> QHBoxLayout:
        kind = BY_TABLE.get(str(draft.values.get("table", "")))
        said = str(draft.values.get("caption") or (tr(kind.title) if kind is not None else tr("Log")))
        link = self._cut(said, 26, f"  ·  {draft.at.astimezone():%m-%d %H:%M}")
        link.setProperty("at", at)
        link.clicked.connect(self._open_draft)
        away = parts.tool("close", tr("Throw this draft away"))
        away.setProperty("at", at)
        away.clicked.connect(self._drop_draft)
        return parts.row(link, None, away)

    @Slot()
    def _go(self) -> None:
        sender = self.sender()
        place = sender.property("place") if sender is not None else None
        if isinstance(place, Place):
            self.office.wanted.emit(place)

    @Slot()
    def _open_draft(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.office.draft_wanted.emit(self._drafts[sender.property("at")])

    @Slot()
    def _drop_draft(self) -> None:
        sender = self.sender()
        if sender is not None:
            gone = self._drafts[sender.property("at")]
            self.office.write(drop(self.office.store, gone.key), self._dropped)
            self.office.say(tr("Draft thrown away"), partial(self._keep_again, gone))

    def _keep_again(self, gone: Draft) -> None:
        store = self.office.store
        self.office.write(lambda: keep_draft(store, gone.key, gone.values), self._dropped)

    @Slot(object)
    def _dropped(self, nothing: object) -> None:
        self.office.drafts_changed.emit()

    @Slot()
    def _save_calendar(self) -> None:
        dialog = QFileDialog(self, tr("Calendar of what is due"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("ics")
        dialog.setDirectory(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        dialog.selectFile(f"{self.office.name}.ics")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.write_calendar)
        dialog.open()

    @Slot(str)
    def write_calendar(self, out: str) -> None:
        """Write what is due in all matters as a calendar."""
        self.office.run(CalendarOrder(self.office.store, Path(out), language()), tr("Writing the calendar"))

    @Slot()
    def _new_matter(self) -> None:
        self.office.new_wanted.emit("matters")
