"""Who else is editing the record that is shown; and the other desks are told when it is edited here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel

from casedesk.base.i18n import tr, trn
from casedesk.ui import look, parts
from casedesk.ui.office import Office


class Others(QLabel):
    """A line in the record's header; empty while nobody else edits it."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(look.small_font())
        parts.tone(self, "doubt")
        self.office = office
        self._record, self._told, self._edited = "", "", False
        office.editors_changed.connect(self._read)

    def follow(self, record: str) -> None:
        """From now on this record is shown, by its UUID; none when it is empty."""
        self._record = record
        self._tell()
        self._read()

    def edit(self, *, on: bool) -> None:
        """What is shown is, or is no more, being edited here."""
        self._edited = on
        self._tell()

    def _tell(self) -> None:
        edited = self._record if self._edited and self.isVisible() else ""
        if edited != self._told:
            if self._told:
                self.office.watch.edit(self._told, on=False)
            if edited:
                self.office.watch.edit(edited, on=True)
            self._told = edited

    @Slot()
    def _read(self) -> None:
        names = self.office.watch.editors(self._record) if self._record else ()
        self.setText(trn("{names} is editing", "{names} are editing", len(names), names=tr(", ").join(names))
                     if names else "")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tell()
