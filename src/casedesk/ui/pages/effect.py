"""What a notice changed: contacts a day in the weeks before it and after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import select

from casedesk.base import times
from casedesk.base.i18n import tr
from casedesk.records import Notice
from casedesk.store.cabinet import Store
from casedesk.store.overview import pattern
from casedesk.ui import look, parts
from casedesk.ui.office import Office
from casedesk.ui.pages.matter_facts import MatterFacts
from casedesk.ui.tables.plain import PlainModel, PlainRow
from casedesk.ui.tables.view import RowsView

_WINDOW = 30


@dataclass(frozen=True)
class Effect:
    """Contacts and days before a notice and after it; the day it was told belongs to neither."""

    before: int
    days_before: int
    after: int
    days_after: int


def effect(days: Mapping[dt.date, int], told_on: dt.date, today: dt.date) -> Effect:
    """At most 30 days on each side, from the first contact and up to today."""
    first = min(days, default=told_on)
    start = max(first, told_on - dt.timedelta(days=_WINDOW))
    end = min(today, told_on + dt.timedelta(days=_WINDOW))
    return Effect(sum(count for day, count in days.items() if start <= day < told_on), max((told_on - start).days, 0),
                  sum(count for day, count in days.items() if told_on < day <= end), max((end - told_on).days, 0))


def a_day(contacts: int, days: int) -> str:
    """Contacts a day with one decimal; nothing where no day is known."""
    return f"{contacts / days:.1f}" if days else "–"


@dataclass(frozen=True)
class Comparing:
    """Compare the contacts before and after each notice of a matter."""

    store: Store
    matter_id: int
    zone: str

    def __call__(self) -> list[PlainRow]:
        today = times.day(times.now(), self.zone)
        with self.store.read() as session:
            days = pattern(session, self.matter_id, self.zone).days
            told = session.scalars(select(Notice).where(
                Notice.matter_id == self.matter_id, Notice.told_on.is_not(None)).order_by(Notice.told_on)).all()
        return [_row(one, effect(days, one.told_on, today)) for one in told if one.told_on is not None]


def _row(one: Notice, found: Effect) -> PlainRow:
    assert one.told_on is not None
    return PlainRow((tr(one.kind.label), one.told_on.isoformat(), a_day(found.before, found.days_before),
                     a_day(found.after, found.days_after), f"{found.before:,} / {found.days_before}",
                     f"{found.after:,} / {found.days_after}"), one.id)


class NoticeEffect(QWidget):
    """One line for each notice of a matter; hidden while there is none."""

    def __init__(self, office: Office, facts: MatterFacts) -> None:
        super().__init__()
        self.office, self.facts = office, facts
        self.model = PlainModel([tr("Notice"), tr("Told on"), tr("A day before"), tr("A day after"),
                                 tr("Contacts / days before"), tr("Contacts / days after")], frozenset({2, 3, 4, 5}))
        self.view = RowsView(self.model)
        self.view.horizontalHeader().setStretchLastSection(False)
        self.view.told.connect(office.say)
        self.view.describe(tr("Before and after each notice"))
        self.view.open_wanted.connect(self._open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(parts.heading(tr("Before and after each notice")))
        layout.addWidget(parts.text(tr("Contacts a day in the 30 days on each side, as far as they are logged."),
                                    tone="faint", font=look.small_font()))
        layout.addWidget(self.view)
        self.hide()
        self._again = QTimer(self, singleShot=True, interval=120)
        self._again.timeout.connect(self.read)
        office.changed.connect(self._heard)
        self.read()

    @Slot()
    def read(self) -> None:
        """Compare again."""
        self.office.read(Comparing(self.office.store, self.facts.id, self.facts.zone), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables & {"incident", "notice"}:
            self._again.start()

    @Slot(object)
    def _show(self, rows: list[PlainRow]) -> None:
        self.model.show(rows)
        self.setVisible(bool(rows))
        self.view.resizeColumnsToContents()
        self.view.setFixedHeight(self.view.verticalHeader().defaultSectionSize() * (min(len(rows), 8) + 2))

    @Slot()
    def _open(self) -> None:
        chosen = self.view.chosen_rows()
        if chosen:
            self.office.go("matter", matter=self.facts.id, section="filings/notice",
                           record=self.model.rows[chosen[0]].key)
