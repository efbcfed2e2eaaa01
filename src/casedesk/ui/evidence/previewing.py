"""What a kept file shows, read beside the window; nothing is ever written in plain form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from email.errors import MessageError
from uuid import UUID

from sqlalchemy import select

from casedesk.base.errors import Cancelled, CasedeskError, DocumentError
from casedesk.base.i18n import tr
from casedesk.casework.evidence import kept
from casedesk.records import Evidence
from casedesk.store.cabinet import Store
from casedesk.store.vault import Kept
from casedesk.ui.evidence.sheets import NeedsPassword, PdfSheets, PictureSheets, Sheets

_IN_MEMORY = 64 << 20
_UNREADABLE = (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""What Python's mail reader raises on messages that break the rules."""
_MOST_TEXT, _MOST_MAIL = 2_000_000, 60_000_000


@dataclass(frozen=True)
class Facts:
    """What is known of a file without opening it."""

    id: int
    uuid: UUID
    name: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    duration: int | None
    transcript: str
    password: str
    received_at: dt.datetime
    received_by: str
    kept: Kept


@dataclass(frozen=True)
class Preview:
    """One of: sheets, a text with headers above it, a recording, or a problem in words."""

    facts: Facts
    sheets: Sheets | None = None
    text: str | None = None
    headers: list[tuple[str, str]] = field(default_factory=list)
    is_recording: bool = False
    problem: str = ""
    needs_password: bool = False


@dataclass(frozen=True)
class Previewing:
    """Read one piece of evidence for looking at; gives its id with None when it is gone, ends when no longer wanted."""

    store: Store
    evidence_id: int
    still_wanted: Callable[[int], bool]
    password: str = ""

    def __call__(self) -> tuple[int, Preview | None]:
        if not self.still_wanted(self.evidence_id):
            raise Cancelled
        return self.evidence_id, self._read()

    def _read(self) -> Preview | None:
        with self.store.read() as session:
            one = session.scalars(select(Evidence).where(Evidence.id == self.evidence_id)).one_or_none()
        if one is None:
            return None
        facts = Facts(one.id, one.uuid, one.caption, one.file_name, one.media_type, one.size, one.sha256, one.duration,
                      one.transcript, self.password or one.password, one.created_at, one.created_by, kept(one))
        try:
            return self._shown(facts)
        except NeedsPassword as problem:
            return Preview(facts, problem=str(problem), needs_password=True)
        except CasedeskError as problem:
            return Preview(facts, problem=str(problem))

    def _shown(self, facts: Facts) -> Preview:
        from casedesk.exports.exhibits import kinds

        kind, vault = facts.media_type, self.store.vault
        if kind == kinds.PDF:
            whole = facts.size <= _IN_MEMORY
            return Preview(facts, PdfSheets(vault.read(facts.kept) if whole else vault.open(facts.kept),
                                            facts.password))
        if kind in kinds.PICTURES:
            return Preview(facts, PictureSheets(lambda: vault.open(facts.kept)))
        if kinds.is_sound_or_video(kind):
            return Preview(facts, is_recording=True)
        if kind == kinds.EMAIL:
            return self._mail(facts)
        if kind.startswith("text/") or kind in ("application/json", "application/xml"):
            return Preview(facts, text=self._text(facts))
        return Preview(facts)

    def _text(self, facts: Facts) -> str:
        from casedesk.base.encodings import decoded
        from casedesk.base.markup import plain
        from casedesk.exports.exhibits.kinds import HTML

        with self.store.vault.open(facts.kept) as stream:
            text, _ = decoded(stream.read(_MOST_TEXT))
        return plain(text) if facts.media_type == HTML else text

    def _mail(self, facts: Facts) -> Preview:
        """Headers and words; a page in it is reduced to its words, and nothing it points at is fetched."""
        from casedesk.exports.exhibits.kinds import ExhibitFile
        from casedesk.exports.exhibits.mails import read_mail

        if facts.size > _MOST_MAIL:
            raise DocumentError(tr("The message is too large to be shown."), tr("Save a copy of it."))
        file = ExhibitFile(key="", title=facts.name, file_name=facts.file_name, size=facts.size, sha256=facts.sha256,
                           open=lambda: self.store.vault.open(facts.kept))
        try:
            mail = read_mail(self.store.vault.read(facts.kept), file)
        except _UNREADABLE as problem:
            raise DocumentError(tr("The message cannot be read."), tr("Save a copy of it.")) from problem
        headers = [(tr(label), said) for label, said in mail.headers]
        attached = tr(", ").join(one.file_name for one in mail.attachments)
        if attached:
            headers.append((tr("Attachments"), attached))
        return Preview(facts, text=mail.words, headers=headers)
