"""What the role of who works does not allow is disabled wherever it is offered, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from casedesk.ui.office import Office


def only_with(office: Office, right: str, *offered: QWidget | QAction) -> None:
    """Keep these disabled, whatever enables them later, unless who works has the right; each says the reason."""
    from casedesk.records.rights import Right

    if not office.store.may(Right(right)):
        reason = office.store.actor.lacks(Right(right))
        for one in offered:
            _Forbidden(one, reason)


class _Forbidden(QObject):
    """Lives with what it keeps disabled."""

    def __init__(self, what: QWidget | QAction, reason: str) -> None:
        super().__init__(what)
        self._what, self._reason = what, reason
        if isinstance(what, QAction):
            what.changed.connect(self._hold)
        else:
            what.installEventFilter(self)
            what.setAccessibleDescription(reason)
        self._hold()

    @Slot()
    def _hold(self) -> None:
        if self._what.isEnabled():
            self._what.setEnabled(False)
        if self._what.toolTip() != self._reason:
            self._what.setToolTip(self._reason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.EnabledChange, QEvent.Type.ToolTipChange}:
            self._hold()
        return False
