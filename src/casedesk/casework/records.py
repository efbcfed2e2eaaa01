"""Saving any kind of record: checked, idempotent, never over somebody else's change."""

from __future__ import annotations

import enum
import uuid as uuids
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Enum, Table, select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.base.errors import Conflict, InvalidEntry
from casedesk.base.fields import Field
from casedesk.base.i18n import tr
from casedesk.casework import answers, plausible
from casedesk.casework.deadlines import facts_changed
from casedesk.casework.incidents import assign
from casedesk.casework.references import references
from casedesk.casework.trash import Trashed, delete, empty_trash, restore, trash
from casedesk.records import Change, EvidenceLink, Incident, IncidentSource, Matter, Record, columns
from casedesk.records.rights import Right
from casedesk.store import audit
from casedesk.store.cabinet import Store
from casedesk.store.work import WITH_TRASH

__all__ = ["Saved", "Trashed", "delete", "edit_all", "empty_trash", "restore", "save", "shown_values", "trash"]

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Saved:
    """A record as it now stands in the cabinet."""

    id: int
    uuid: uuids.UUID
    version: int


def save(store: Store, kind: type[Record], values: Values, *, uuid: uuids.UUID, version: int | None = None,
         rejected: Values | None = None) -> Saved:
    """Save a record; `version` None makes a new one (a repeated one with the same uuid is found, not made again).

    InvalidEntry names the field; Conflict holds both versions when somebody saved or deleted it meanwhile. `rejected`
    is the version that was typed and is not taken, in whole or in part: it stands in the history before the other.
    """
    store.require(Right.WRITE)
    checked = check(kind, values)
    with store.work(Right.WRITE) as session:
        record = _find(session, kind, uuid)
        if record is None:
            if version is not None:
                raise gone()
            record = _enter(session, _new(kind, checked, uuid))
        elif version is None:
            return Saved(record.id, record.uuid, record.version)
        elif record.version != version or record.deleted_at is not None:
            if record.deleted_at is None and _says(record, checked):  # the answer of the first try was lost
                return Saved(record.id, record.uuid, record.version)
            raise _conflict(session, record, checked, version)
        else:
            if rejected is not None:
                _change(record, check(kind, rejected))
                session.flush()
            _change(record, checked)
            _settle(session, record)
        answers.follow(session, record)
        facts_changed(session, record)
        session.flush()
    return Saved(record.id, record.uuid, record.version)


def edit_all(store: Store, kind: type[Record], chosen: Iterable[uuids.UUID], values: Values,
             add_tags: Iterable[str] = ()) -> int:
    """Give many records the same values in one unit of work; returns how many were changed."""
    store.require(Right.WRITE)
    checked, tags, count = _checked(kind, values), list(add_tags), 0
    with store.work(Right.WRITE) as session:
        for uuid in chosen:
            record = _find(session, kind, uuid)
            if record is None or record.deleted_at is not None:
                continue
            _change(record, checked)
            if tags:
                had: list[str] = getattr(record, "tags")  # noqa: B009 - only incidents have tags
                _change(record, {"tags": [*had, *(tag for tag in tags if tag not in had)]})
            _settle(session, record)
            count += session.is_modified(record)
            facts_changed(session, record)
    return count


def shown_values(record: Record) -> dict[str, Any]:
    """The declared values of a record, with the matter it belongs to."""
    values = {column.key: getattr(record, column.key) for column, _ in columns(type(record))}
    matter_id = getattr(record, "matter_id", None)
    return values if matter_id is None else {**values, "matter_id": matter_id}


def check(kind: type[Record], values: Values) -> dict[str, Any]:
    """The values in their normal form, all required ones there; InvalidEntry names the first that is not right."""
    checked = _checked(kind, values)
    for column, declared in columns(kind):
        if declared.required and column.key in checked:
            _required(column.key, declared, checked[column.key])
    return checked


def _checked(kind: type[Record], values: Values) -> dict[str, Any]:
    table = kind.__table__
    assert isinstance(table, Table)
    declared = {column.key: how for column, how in columns(kind)}
    return {name: _value(table, name, declared.get(name), value) for name, value in values.items()}


def _value(table: Table, name: str, declared: Field | None, value: Any) -> Any:
    wanted = table.columns[name].type
    if isinstance(wanted, Enum) and isinstance(value, str) and not isinstance(value, enum.Enum):
        value = _word(wanted, name, value)
    try:
        if name == "zone" and value:
            times.zone(str(value))
        if declared is not None and declared.check is not None and value:
            value = declared.check(str(value))
    except InvalidEntry as problem:
        raise InvalidEntry(problem.message, problem.hint, field=name) from None
    if declared is not None and declared.money and value is not None and value < 0:
        raise InvalidEntry(tr("An amount cannot be negative."), tr("Type it without the minus sign."), field=name)
    return value


def _word(wanted: Enum, name: str, value: str) -> Any:
    assert wanted.enum_class is not None
    try:
        return wanted.enum_class(value)
    except ValueError:
        raise InvalidEntry(tr("“{value}” is not one of the choices.", value=value), field=name) from None


def _required(name: str, declared: Field, value: Any) -> None:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise InvalidEntry(tr("“{field}” is needed.", field=tr(declared.label)), tr("Fill it in and save again."),
                           field=name)


def _new(kind: type[Record], values: dict[str, Any], uuid: uuids.UUID) -> Record:
    for column, declared in columns(kind):
        unsaid = declared.required and column.key not in values
        bare = column.default is None and not column.nullable
        if unsaid and (bare or (column.key != "at" and _empty_default(column.default))):
            _required(column.key, declared, None)
    given = {name: value for name, value in values.items() if value is not None or _nullable(kind, name)}
    return kind(uuid=uuid, **given)


def _enter(session: Session, record: Record) -> Record:
    _settle(session, record)
    if isinstance(record, Incident):
        assign(session, record)
    session.add(record)
    session.flush()
    if isinstance(record, Incident):
        session.add(IncidentSource(matter_id=record.matter_id, incident_id=record.id))
    return record


def _empty_default(default: Any) -> bool:
    return default is None or getattr(default, "arg", None) in ("", None)


def _nullable(kind: type[Record], name: str) -> bool:
    return bool(kind.__table__.c[name].nullable)


def _change(record: Record, values: Values) -> None:
    for name, value in values.items():
        if getattr(record, name) != value:
            setattr(record, name, value)


def _says(record: Record, values: Values) -> bool:
    return all(getattr(record, name) == value for name, value in values.items())


def _find(session: Session, kind: type[Record], uuid: uuids.UUID) -> Record | None:
    return session.scalars(select(kind).where(kind.uuid == uuid), execution_options=WITH_TRASH).one_or_none()


def _settle(session: Session, record: Record) -> None:
    """Names used once, references that exist and belong to the same matter, days and numbers that can be."""
    with session.no_autoflush:
        _unique(session, record)
        for name, target in references(type(record)).items():
            _reference(session, record, name, target)
        plausible.check_in(session, record)


def _unique(session: Session, record: Record) -> None:
    if isinstance(record, Matter):
        ref = session.scalars(select(Matter.id).where(Matter.ref == record.ref, Matter.uuid != record.uuid)).first()
        if ref is not None:
            raise InvalidEntry(tr("There is already a matter {ref}.", ref=record.ref), tr("Choose another reference."),
                               field="ref")
    if isinstance(record, EvidenceLink):
        link = session.scalars(select(EvidenceLink.id).where(
            EvidenceLink.evidence_id == record.evidence_id, EvidenceLink.incident_id == record.incident_id,
            EvidenceLink.uuid != record.uuid)).first()
        if link is not None:
            raise InvalidEntry(tr("These two are linked already."), field="incident_id")


def _reference(session: Session, record: Record, name: str, target: type[Record]) -> None:
    wanted = getattr(record, name)
    if wanted is None:
        return
    found = session.scalars(select(target).where(target.id == wanted), execution_options=WITH_TRASH).one_or_none()
    if found is None:
        raise InvalidEntry(tr("What “{field}” points at does not exist.", field=name), field=name)
    mine, theirs = getattr(record, "matter_id", None), getattr(found, "matter_id", None)
    if theirs is not None and theirs != mine:
        raise InvalidEntry(tr("“{name}” belongs to another matter.", name=found.caption), field=name)


def gone() -> Conflict:
    """The record is not in the cabinet any more."""
    return Conflict(tr("Somebody else deleted this meanwhile."), tr("Take it from the trash, or save it as a new one."))


def _conflict(session: Session, record: Record, mine: dict[str, Any], version: int) -> Conflict:
    if record.deleted_at is not None:
        return gone()
    return Conflict(
        tr("{name} changed this meanwhile.", name=record.changed_by or tr("Somebody else")),
        tr("Look at both versions and choose."), mine=dict(mine),
        theirs={**shown_values(record), "version": record.version},
        untouched=_untouched(session, record, mine, version))


def _untouched(session: Session, record: Record, mine: Values, version: int) -> frozenset[str]:
    """The columns that others changed since this version, and that are in mine what they were then."""
    before: dict[str, Any] = {}
    for fields in session.scalars(select(Change.fields).where(Change.record == record.uuid).order_by(Change.seq.desc())
                                  .limit(record.version - version)):
        before |= {name: was for name, (was, _) in fields.items()}
    return frozenset(name for name, was in before.items() if name in mine and audit.plain(mine[name]) == was)
