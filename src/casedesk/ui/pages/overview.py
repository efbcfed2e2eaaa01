"""A matter at a glance: the history of contacts, and what matters most beside it."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from casedesk.base import money
from casedesk.base.i18n import tr, trn
from casedesk.ui import look, parts
from casedesk.ui.charts.overview import OverviewCharts
from casedesk.ui.findings.gravest import Gravest
from casedesk.ui.office import Office
from casedesk.ui.pages.callers import Callers
from casedesk.ui.pages.effect import NoticeEffect
from casedesk.ui.pages.matter_facts import MatterFacts, Reading
from casedesk.ui.shown import in_days

_BESIDE = 36


class OverviewSection(QWidget):
    """Timeline and heat map, who contacts, and beside them what waits."""

    narrow_wanted = Signal(object)
    """A `Chip` for the list of incidents."""

    def __init__(self, office: Office, facts: MatterFacts) -> None:
        super().__init__()
        self.office, self.facts = office, facts
        self.charts = OverviewCharts(office, facts.id, facts.zone, facts.limits)
        self.charts.narrow_wanted.connect(self.narrow_wanted)
        self.callers, self.effect = Callers(office, facts), NoticeEffect(office, facts)
        self.gravest = Gravest(office, facts.id)
        self.beside = QVBoxLayout()
        self.beside.setSpacing(look.grid(1.5))
        left = parts.holding(parts.column(self.charts, self.effect, self.callers, None, margin=4, gap=4))
        right = parts.holding(parts.column(self.gravest, self.beside, None, margin=4, gap=2))
        beside = parts.scrolling(right)
        beside.setFixedWidth(look.chars(self, _BESIDE))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(parts.scrolling(left), 1)
        layout.addWidget(parts.upright())
        layout.addWidget(beside)
        office.changed.connect(self._heard)
        self._fill(facts)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        self.office.read(Reading(self.office.store, self.facts.id), self._fill)

    @Slot(object)
    def _fill(self, facts: MatterFacts | None) -> None:
        if facts is None:
            return
        if facts.limits != self.charts.limits:
            self.charts.limits = facts.limits
            self.callers.facts = facts
            self.charts.read()
            self.callers.read()
        parts.clear(self.beside)
        today = dt.datetime.now().astimezone().date()
        self._part(tr("Due next"), [
            (f"{one.day:%m-%d}  {one.what.by(tr)}  ({in_days(one.day, today)})", one.place, one.record_id)
            for one in facts.due], tr("Nothing is due."))
        self.beside.addSpacing(look.grid(2))
        self.beside.addWidget(parts.heading(tr("Debts")))
        said = trn("{n} debt", "{n} debts", facts.debts)
        if facts.claimed:
            said += "\n" + tr("Claimed in all: {amount}", amount=money.show_cents(facts.claimed))
        self.beside.addWidget(parts.text(said, tone="" if facts.debts else "faint"))
        link = parts.button(tr("People & debts").replace("&", "&&"), "link")
        link.setProperty("section", "people")
        link.clicked.connect(self._go)
        self.beside.addWidget(link)

    def _part(self, title: str, lines: list[tuple[str, str, int]], none: str) -> None:
        self.beside.addWidget(parts.heading(title))
        if not lines:
            self.beside.addWidget(parts.text(none, tone="faint", wrap=True))
        for said, section, record in lines:
            link = parts.button(said.replace("&", "&&"), "link")
            link.setProperty("section", section)
            link.setProperty("record", record)
            link.clicked.connect(self._go)
            self.beside.addWidget(link)
        self.beside.addSpacing(look.grid(2))

    @Slot()
    def _go(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.office.go("matter", matter=self.facts.id, section=sender.property("section"),
                           record=sender.property("record"))
