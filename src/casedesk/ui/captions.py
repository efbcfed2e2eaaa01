"""What records are called where something points at them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from casedesk.base.i18n import language, tr
from casedesk.records import Finding, OfMatter, Record, captions as captions_
from casedesk.records.words import Jurisdiction
from casedesk.rules.rulebook import shipped
from casedesk.store.cabinet import Store
from casedesk.store.work import WITH_TRASH

Choices = list[tuple[int, str]]
_MOST = 2000


def caption(record: Record) -> str:
    """The record's caption with its words in the person's language."""
    if isinstance(record, Finding):
        return _title(record.rule)
    return in_words(type(record), record.caption) or tr(record.title)


def _title(rule: str) -> str:
    """What a rule is called; of one that is not shipped, what stands in the finding."""
    found = next((one for place in Jurisdiction if (one := shipped(place).find(rule)) is not None), None)
    return rule if found is None else found.title[language()]


def in_words(kind: type[Record], said: str) -> str:
    """A caption in the person's language."""
    return captions_.in_words(kind, said, tr)


def choices(store: Store, kind: type[Record], matter_id: int | None) -> Choices:
    """(id, caption) of what a reference may point at: the firm's parties, or records of the same matter."""
    wanted = select(kind).order_by(kind.id.desc()).limit(_MOST)
    if issubclass(kind, OfMatter):
        wanted = wanted.where(kind.__table__.c["matter_id"] == matter_id)
    with store.read() as session:
        return sorted(((record.id, caption(record)) for record in session.scalars(wanted)), key=lambda one: one[1])


def captions(store: Store, kind: type[Record], ids: Iterable[int]) -> dict[int, str]:
    """Captions of these records, those in the trash too."""
    with store.read() as session:
        found = session.scalars(select(kind).where(kind.id.in_(list(ids))), execution_options=WITH_TRASH)
        return {record.id: caption(record) for record in found}
