"""Reading pictures and proposing an incident from one, run beside the window."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from casedesk.base.jobs import Progress
from casedesk.casework.drafts import draft
from casedesk.casework.reading import Read, proposal, read_pictures
from casedesk.records import Draft, Incident
from casedesk.store.cabinet import Store
from casedesk.ui.forms.keeping import Keeping, draft_key


@dataclass(frozen=True)
class ReadingPictures:
    """Read these pictures."""

    store: Store
    ids: Sequence[int]

    def __call__(self, progress: Progress) -> Read:
        return read_pictures(self.store, self.ids, progress)


@dataclass(frozen=True)
class Proposing:
    """Keep the draft of an incident with what a picture seems to tell; gives the draft."""

    store: Store
    matter_id: int
    evidence_id: int

    def __call__(self) -> Draft | None:
        new, found = uuid.uuid4(), proposal(self.store, self.evidence_id)
        Keeping(self.store, Incident, new, None, {"matter_id": self.matter_id}, found.typed, found.caption,
                shown_by=self.evidence_id)()
        return draft(self.store, draft_key(Incident, new))
