"""The draft of a filing: all that was typed and chosen for it, until it is filed or thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select

from casedesk.casework.drafts import draft, drop_draft, keep_draft
from casedesk.records import Filing
from casedesk.store.cabinet import Store
from casedesk.ui.pages.matter_facts import MatterFacts, Reading

PREFIX = "filing/"
"""What the keys of these drafts begin with."""


NOTED = "filed/"
"""The same of what is typed of a package that was made before."""


def noted_key(matter_id: int, packed: Path) -> str:
    """The key of what is typed of one package; a path may be long and hold blanks."""
    return f"{NOTED}{matter_id}/{sha256(str(packed.absolute()).encode()).hexdigest()[:16]}"


def filing_key(matter_id: int, follows: str) -> str:
    """The key of the draft: one for each matter, and for each filing of it (its seal) that is supplemented."""
    return f"{PREFIX}{matter_id}/{follows}"


@dataclass(frozen=True)
class Keeping:
    """Keep the draft."""

    store: Store
    key: str
    values: Mapping[str, Any]

    def __call__(self) -> None:
        keep_draft(self.store, self.key, self.values)


@dataclass(frozen=True)
class Finding:
    """The matter a draft is of, and the filing it supplements; None when it is gone."""

    store: Store
    values: Mapping[str, Any]

    def __call__(self) -> tuple[MatterFacts, Filing | None] | None:
        facts = Reading(self.store, self.values["matter"])()
        with self.store.read() as session:
            follows = session.scalars(select(Filing).where(Filing.id == self.values["follows"])).one_or_none()
        return (facts, follows) if facts is not None and (follows or self.values["follows"] is None) else None


@dataclass(frozen=True)
class Forgetting:
    """Forget what was typed for a form, for it was filed; what was typed for another form stays."""

    store: Store
    matter_id: int
    follows: str
    form: str

    def __call__(self) -> None:
        key = filing_key(self.matter_id, self.follows)
        kept = draft(self.store, key)
        if kept is None:
            return
        left = {name: typed for name, typed in kept.values["answers"].items() if name != self.form and typed}
        if left:
            keep_draft(self.store, key, {**kept.values, "answers": left})
        elif kept.values["form"] == self.form:
            drop_draft(self.store, key)
