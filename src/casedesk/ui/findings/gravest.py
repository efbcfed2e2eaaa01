"""What matters most: the gravest open findings with their counts; a click leads to one."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from casedesk.base.i18n import tr, trn
from casedesk.casework import findings
from casedesk.casework.findings import Seen
from casedesk.records.words import FindingState
from casedesk.ui import look, parts
from casedesk.ui.findings import signs
from casedesk.ui.office import Office

_MOST = 3


class Gravest(QWidget):
    """Three of them and how many more wait."""

    def __init__(self, office: Office, matter_id: int) -> None:
        super().__init__()
        self.office, self.matter_id = office, matter_id
        self.lines = QVBoxLayout(self)
        self.lines.setContentsMargins(0, 0, 0, look.grid(3))
        self.lines.setSpacing(look.grid(1.5))
        self._again = QTimer(self, singleShot=True, interval=100)
        self._again.timeout.connect(self.read)
        office.changed.connect(self._heard)
        self.read()

    @Slot()
    def read(self) -> None:
        """Read again what is open."""
        self.office.read(partial(findings.findings, self.office.store, self.matter_id), self._show)

    @Slot(object)
    def _heard(self, tables: frozenset[str]) -> None:
        if tables & {"finding", "setting"}:
            self._again.start()

    @Slot(object)
    def _show(self, found: list[Seen]) -> None:
        parts.clear(self.lines)
        self.lines.addWidget(parts.heading(tr("What matters most")))
        waiting = [one for one in found if one.state is FindingState.OPEN]
        standing = waiting or [one for one in found if one.state is FindingState.CONFIRMED]
        for one in standing[:_MOST]:
            self._line(one)
        if not standing:
            self.lines.addWidget(parts.text(tr("No rule was touched by what is logged."), tone="faint", wrap=True))
        self._rest(len(waiting), len(standing))

    def _line(self, one: Seen) -> None:
        count = trn("{n} time", "{n} times", one.count)
        said = tr("{what}: {count}", what=one.title, count=count)
        link = self._link(one.title, one.id)
        link.setToolTip(f"{said}\n{one.severity_label}\n{one.why}")
        link.setAccessibleName(f"{one.severity_label}: {said}")
        self.lines.addLayout(parts.row(signs.label(one.severity, one.severity_label), link, None, gap=1))
        below = parts.text("  ·  ".join(part for part in (count, one.party) if part), tone="faint",
                           font=look.small_font(), cut=True)
        below.setContentsMargins(look.grid(6), 0, 0, 0)
        self.lines.addWidget(below)

    def _rest(self, waiting: int, standing: int) -> None:
        if waiting > _MOST or (not waiting and standing):
            said = (trn("{n} finding to decide", "{n} findings to decide", waiting) if waiting
                    else tr("All are decided"))
            self.lines.addWidget(self._link(said, None))

    def _link(self, said: str, record: int | None) -> QWidget:
        link = parts.button(said.replace("&", "&&"), "link")
        link.setProperty("record", record)
        link.clicked.connect(self._go)
        return link

    @Slot()
    def _go(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.office.go("matter", matter=self.matter_id, section="findings/finding",
                           record=sender.property("record"))
