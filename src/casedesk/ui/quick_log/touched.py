"""The rules that what is being typed would touch: read beside the window, the gravest first."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.casework import findings
from casedesk.casework.findings import Hint
from casedesk.casework.incidents import assign
from casedesk.store.cabinet import Store
from casedesk.ui import look, parts
from casedesk.ui.findings import signs
from casedesk.ui.office import Office
from casedesk.ui.quick_log.entry import Entry

_SOON, _MOST = 120, 3


@dataclass(frozen=True)
class Hinting:
    """What an entry would break; gives the entry with it."""

    store: Store
    entry: Entry

    def __call__(self) -> tuple[Entry, list[Hint]]:
        incident = self.entry.incident()
        with self.store.read() as session:
            assign(session, incident)
        return self.entry, findings.hint(self.store, incident.matter_id, incident)


class TouchedRules(QWidget):
    """One line for each rule; nothing while nothing is touched or the entry cannot be read yet."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.hints: list[Hint] = []
        self._entry: Entry | None = None
        self.lines = QVBoxLayout(self)
        self.lines.setContentsMargins(0, 0, 0, 0)
        self.lines.setSpacing(look.grid(1))
        self.setAccessibleName(tr("Rules touched"))
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._read)
        self.hide()

    def ask(self, entry: Entry) -> None:
        """Look what this entry would touch, once typing rests."""
        try:
            entry.incident()
        except InvalidEntry:
            self._entry = None
            self._show([])
            return
        self._entry = entry
        self._soon.start()

    @Slot()
    def _read(self) -> None:
        if self._entry is not None:
            self.office.read(Hinting(self.office.store, self._entry), self._heard)

    @Slot(object)
    def _heard(self, read: tuple[Entry, list[Hint]]) -> None:
        if read[0] == self._entry:
            self._show(read[1])

    def _show(self, hints: list[Hint]) -> None:
        if hints == self.hints:
            return
        self.hints = hints
        parts.clear(self.lines)
        for one in hints[:_MOST]:
            whole = tr("{title}: {why}", title=one.title, why=" ".join(one.text.split()))
            wide = self.window().width() - look.grid(16)
            said = parts.text(self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, wide))
            said.setToolTip(f"{one.title}\n{one.text}\n{one.citation}")
            said.setAccessibleName(whole)
            self.lines.addLayout(parts.row(signs.label(one.severity, one.severity), said, None, gap=1))
        if len(hints) > _MOST:
            self.lines.addWidget(parts.text(tr("and {n} more", n=len(hints) - _MOST), tone="faint"))
        if hints:
            self.lines.addWidget(parts.text(tr("Indicators, for a lawyer's review."), tone="faint",
                                            font=look.small_font()))
        self.setVisible(bool(hints))
