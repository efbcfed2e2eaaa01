"""Why a finding is dismissed: what is half typed is kept as a draft and stands there again."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QLineEdit

from casedesk.base.i18n import tr
from casedesk.casework.drafts import draft, drop_draft, keep_draft
from casedesk.casework.findings import Seen
from casedesk.store.cabinet import Store
from casedesk.ui.office import Office

_DEBOUNCE = 300


class ReasonField(QLineEdit):
    """The line for one finding, or for several chosen together: then it is the first one's."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self._about: Seen | None = None
        self.setPlaceholderText(tr("Reason, needed to dismiss"))
        self.setAccessibleName(tr("Reason for dismissing"))
        self._late = QTimer(self, singleShot=True, interval=_DEBOUNCE)
        self._late.timeout.connect(self._keep)
        self.textEdited.connect(self.keep_soon)

    def ask(self, about: Seen | None) -> None:
        """Ask for this finding's; what was typed of it before comes back."""
        self.leave()
        self._about = about
        self.clear()
        if about is not None:
            self.office.read(partial(_kept, self.office.store, about.uuid), self._show)

    @Slot(object)
    def _show(self, kept: tuple[UUID, str]) -> None:
        if self._about is not None and kept[0] == self._about.uuid and not self.text():
            self.setText(kept[1])

    @Slot()
    def keep_soon(self) -> None:
        """Keep what is typed once typing rests."""
        self._late.start()

    def rest(self) -> None:
        """Keep nothing more: it is being decided."""
        self._late.stop()

    def leave(self) -> None:
        """Keep what was typed just now without waiting."""
        if self._late.isActive():
            self._late.stop()
            self._keep()

    @Slot()
    def _keep(self) -> None:
        about, typed = self._about, self.text()
        if about is None:
            return
        if typed.strip():
            values = {"table": "finding", "uuid": str(about.uuid), "version": 1, "reason": typed,
                      "caption": f"{about.title}  {typed}"}
            self.office.write(partial(keep_draft, self.office.store, _key(about.uuid), values), self._told)
        else:
            self.office.write(partial(forget, self.office.store, about.uuid), self._told)

    @Slot(object)
    def _told(self, nothing: object) -> None:
        self.office.drafts_changed.emit()


def forget(store: Store, finding: UUID) -> None:
    """The finding is decided, or its reason was emptied again."""
    drop_draft(store, _key(finding))


def _key(finding: UUID) -> str:
    return f"reason/{finding}"


def _kept(store: Store, finding: UUID) -> tuple[UUID, str]:
    found = draft(store, _key(finding))
    return finding, found.values["reason"] if found is not None else ""
