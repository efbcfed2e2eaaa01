"""Why a finding is dismissed: what is half typed is kept as a draft and stands there again."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QLineEdit

from casedesk.base.i18n import tr
from casedesk.casework.drafts import drop_draft
from casedesk.casework.findings import Seen
from casedesk.store.cabinet import Store
from casedesk.ui.forms.lines import About, KeptLines
from casedesk.ui.office import Office


class ReasonField(QLineEdit):
    """The line for one finding, or for several chosen together: then it is the first one's."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.setPlaceholderText(tr("Reason, needed to dismiss"))
        self.setAccessibleName(tr("Reason for dismissing"))
        self.kept = KeptLines(office, {"reason": self}, self)

    def ask(self, about: Seen | None) -> None:
        """Ask for this finding's; what was typed of it before comes back."""
        self.kept.ask(None if about is None else About(_key(about.uuid), about.title, of_finding(about.uuid)))


def of_finding(uuid: UUID) -> dict[str, str | int]:
    """Where a draft leads that belongs to a finding or a question."""
    return {"table": "finding", "uuid": str(uuid), "version": 1}


def forget(store: Store, finding: UUID) -> None:
    """The finding is decided."""
    drop_draft(store, _key(finding))


def _key(finding: UUID) -> str:
    return f"reason/{finding}"
