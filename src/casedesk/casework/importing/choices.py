"""What a person chooses for an import, and what the cabinet remembers of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.casework.importing.masks import Same
from casedesk.casework.incidents import Owner
from casedesk.imports.table_columns import is_table
from casedesk.records import Setting
from casedesk.records.rights import Right
from casedesk.store.cabinet import Store

ZONE = "zone"
"""The answer every file takes: where its times without a zone happened."""
WINDOW = 60
"""Seconds that two sources of one call may differ, unless the cabinet says otherwise."""
_WINDOW, _MAPPING = "import-window", "import-mapping"


@dataclass(frozen=True)
class Choices:
    """How files are to be taken in; all of it may be left as it is."""

    format: str = ""
    """Id of the format; empty: told by the content."""
    zone: str = ""
    """Where times without a zone happened, and where the others are shown; empty: the matter's zone."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """To the questions that `FileReport.question` asks, by their keys."""
    of_file: Mapping[Path, Mapping[str, str]] = field(default_factory=dict)
    """The same for one file, before what is said of all; under `ZONE` its own time zone."""
    mappings: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    """For tables: fingerprint of the titles -> column number -> what it means; remembered when committed."""
    excluded: frozenset[str] = frozenset()
    """Numbers, as the file has them, whose rows are left out."""
    included: frozenset[str] = frozenset()
    """Numbers whose rows are taken although they are private (see `Parties.private`), or `only_known` is set."""
    private: bool = False
    """Take the people of the phone's address book too."""
    assigned: Mapping[str, Owner] = field(default_factory=dict)
    """Numbers said to be a collector's or a creditor's; recorded as theirs when committed."""
    same: frozenset[Same] = frozenset()
    """Masked numbers said to be these full ones; see `FileReport.proposals`."""
    assume: bool = False
    """Nobody is there to be asked: questions that may be assumed an answer are, and the report says so."""
    only_known: bool = False
    """Leave out every row whose number is not known as a collector's or a creditor's, assigned or included."""

    def answers_of(self, path: Path) -> dict[str, str]:
        """What is answered for a file, by the keys of the questions."""
        return {key: told for key, told in {**self.answers, **self.of_file.get(path, {})}.items() if key != ZONE}

    def zone_of(self, path: Path) -> str:
        """The zone chosen for a file; empty: the matter's."""
        return self.of_file.get(path, {}).get(ZONE) or self.answers.get(ZONE) or self.zone

    def said(self, path: Path) -> list[str]:
        """The choices that were made for a file, as key=value, without client data."""
        told = {"format": self.format, "zone": self.zone_of(path), **self.answers_of(path),
                "same": str(len(self.same) or ""),
                "only_known": "yes" if self.only_known else "",
                "private": "yes" if self.private else "", "excluded": str(len(self.excluded) or ""),
                "assigned": str(len(self.assigned) or "")}
        return [f"{key}={value}" for key, value in told.items() if value]


def window(store: Store) -> int:
    """Seconds that two sources of one call may differ."""
    with store.read() as session:
        return window_in(session)


def window_in(session: Session) -> int:
    """The same within a session."""
    return int(_setting(session, _WINDOW).get("seconds", WINDOW))


def set_window(store: Store, seconds: int) -> None:
    """Choose how far two sources of one call may differ; at most an hour."""
    if not 0 <= seconds <= 3600:
        raise InvalidEntry(tr("The window must be between 0 and 3,600 seconds."), field="window")
    with store.work(Right.SETTINGS) as session:
        session.merge(Setting(key=_WINDOW, value={"seconds": seconds}))


def remembered_mapping(session: Session, fingerprint: str) -> dict[int, str] | None:
    """What the columns of a table with these titles meant the last time."""
    found = _setting(session, _MAPPING).get(fingerprint)
    return {int(place): str(name) for place, name in found.items()} if isinstance(found, dict) else None


def remember_mapping(session: Session, fingerprint: str, mapping: Mapping[int, str]) -> None:
    """Keep what the columns of a table mean for the next table with the same titles."""
    if not is_table(mapping.values()):
        raise InvalidEntry(tr("One column must be the time, and one more say something of the contact."),
                           field="mapping")
    kept = {**_setting(session, _MAPPING), fingerprint: {str(place): name for place, name in mapping.items()}}
    session.merge(Setting(key=_MAPPING, value=kept))


def _setting(session: Session, key: str) -> dict[str, Any]:
    found = session.scalars(select(Setting).where(Setting.key == key)).one_or_none()
    return dict(found.value) if found is not None else {}
