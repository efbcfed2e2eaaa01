"""What each source says of an incident, and what the record has of it.

A record has what its sources say, the first of them first, and what a person typed: a column that holds something else
than its sources say was typed, and stays as it is whichever of them come and go.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import JSON, Enum, case, select
from sqlalchemy.orm import Session

from casedesk.base import phones, times
from casedesk.casework.references import references
from casedesk.records import Change, ImportBatch, Incident, IncidentSource
from casedesk.store.audit import plain
from casedesk.store.work import WITH_TRASH

Facts = dict[str, Any]
Said = Mapping[int, Facts]
"""By source, in the order they were entered."""

FILLED = ("answered", "duration", "our_number", "words")
"""Columns that a further source fills when those before it say nothing; all else is the first one's to say."""
OWNER = ("collector_id", "creditor_id")
MASKED = "masked"
"""Under this name a source keeps the number its file has, where a person said which one it is."""
HIDDEN = "hidden"
"""Under this one the masked number of the incident it was matched with, because a person said it is its own."""
_EMPTY = (None, "")
_NOT_SAID = {"id", "uuid", "matter_id", "version", "created_at", "created_by", "changed_at", "changed_by", "deleted_at",
             "normal"}
_COLUMNS = {column.key: column for column in Incident.__table__.columns if column.key not in _NOT_SAID}
_DEFAULTS: Facts = {name: [] if isinstance(column.type, JSON) else getattr(column.default, "arg", None)
                    for name, column in _COLUMNS.items()}
_SHARED = {"at", "channel", "direction"}
"""What need not be kept: the source has the time in a column of its own, and all sources share the others."""
ALWAYS = "precision"
"""Every source that keeps what it says keeps this."""
MAKER = "made=true"
"""Kept by the source an incident was made from, if it keeps what it says; else it is the first that does not."""


@dataclass(frozen=True)
class Telling:
    """One source of an incident."""

    id: int
    batch_id: int | None
    deleted_at: dt.datetime | None
    zone: str
    """Of its batch."""
    facts: Facts
    """Empty for a source that only points at a file."""
    made: bool = False
    """Whether the incident was made from it."""


class Turn(NamedTuple):
    """The sources of an incident that count until now, and those that count from now on."""

    before: Sequence[Telling]
    after: Sequence[Telling]


def held(facts: Mapping[str, Any]) -> list[str]:
    """Facts as `IncidentSource.kept` has them."""
    return [f"{name}={json.dumps(plain(value), ensure_ascii=False)}" for name, value in facts.items()
            if value not in (*_EMPTY, [])]


def said_by(row: Mapping[str, Any], zone: str) -> Facts:
    """What a source keeps of the incident that its row alone would be; `zone` is its batch's."""
    return {name: value for name, value in row.items()
            if name in _COLUMNS and name not in _SHARED and not (name == "zone" and value == zone)}


def kept(source: Sequence[str]) -> Facts:
    """The facts in `IncidentSource.kept`, as the columns hold them."""
    found = (one.partition("=") for one in source)
    return {name: _value(name, json.loads(value)) for name, _, value in found if name in _COLUMNS}


def masked_in(source: Sequence[str], *names: str) -> str:
    """The masked number that a person said is the source's, as its file or the incident has it; else empty."""
    found = (one.partition("=") for one in source)
    return next((str(json.loads(value)) for name, _, value in found if name in (names or (MASKED, HIDDEN))), "")


def tellings(session: Session, incidents: Collection[int]) -> dict[int, list[Telling]]:
    """Every source of these incidents, those in the trash too, with what it says; first the one it was made from.

    That is none, and has no id, where a person made the incident without a source.
    """
    source, batch = IncidentSource.__table__.c, ImportBatch.__table__
    rows = session.execute(
        select(source.id, source.incident_id, source.batch_id, source.deleted_at, source.at, source.kept, source.filled,
               batch.c.zone)
        .outerjoin(batch, batch.c.id == source.batch_id).where(source.incident_id.in_(incidents)).order_by(source.id))
    now = _now(session, incidents)
    listed: dict[int, list[Any]] = {id_: [] for id_ in now}
    for row in rows:
        listed[row.incident_id].append(row)
    return {id_: list(_telling(listed[id_], now[id_], made)) for id_, made in _as_made(session, now).items()}


def _telling(rows: Sequence[Any], now: Facts, made: Facts) -> Iterator[Telling]:
    """The sources of one incident; `made` is what it was made with, by the first that keeps nothing itself."""
    said = [kept(row.kept) for row in rows]
    found = any(MAKER in row.kept for row in rows)
    if not found and all(ALWAYS in facts for facts in said):
        yield Telling(0, None, None, "", made, made=True)
    for row, own in zip(rows, said, strict=True):
        facts: Facts = {}
        maker = MAKER in row.kept or (not found and ALWAYS not in own)
        found |= maker
        if maker and ALWAYS not in own:
            facts = dict(made)
        elif ALWAYS not in own:  # as sources were kept once: only with the names of what they gave
            facts = {name: now[name] for name in row.filled}
        if row.batch_id is not None:
            facts = {name: made[name] for name in _SHARED} | facts
            facts |= {"at": row.at or facts["at"], "zone": row.zone} | own
        yield Telling(row.id, row.batch_id, row.deleted_at, row.zone or "", facts, maker)


def derived(said: Iterable[Facts]) -> Facts | None:
    """What the record has of sources, in their order; None when none of them says when it was."""
    telling = [facts for facts in said if facts.get("at") is not None]
    if not telling:
        return None
    found = {**_DEFAULTS, **{name: value for name, value in telling[0].items() if name in _DEFAULTS}}
    for name in FILLED:
        found[name] = next((facts[name] for facts in telling if facts.get(name) not in _EMPTY), _DEFAULTS[name])
    numbers = (facts.get("number") for facts in telling)
    found["number"] = next((number for number in numbers if number and not _is_masked(number)), found["number"])
    owners = ({name: facts.get(name) for name in OWNER} for facts in telling)
    return found | next((owner for owner in owners if any(owner.values())), dict.fromkeys(OWNER))


def turn(session: Session, turns: Mapping[int, Turn]) -> int:
    """Bring incidents to what the sources say that count from now on; what a person typed stays. How many changed."""
    count = 0
    for id_, (until, on) in turns.items():
        before, after = (derived(one.facts for one in listed) for listed in (until, on))
        count += before is not None and after is not None and bool(become(session, id_, before, after))
    return count


def become(session: Session, incident_id: int, before: Facts, after: Facts) -> Facts:
    """Change the columns that hold what the sources said before; returns what they held, by name."""
    changed = [name for name, value in after.items() if before[name] != value]
    if not changed:
        return {}
    incident = session.scalars(select(Incident).where(Incident.id == incident_id), execution_options=WITH_TRASH).one()
    had = {name: getattr(incident, name) for name in changed if getattr(incident, name) == before[name]}
    for name in had:
        setattr(incident, name, after[name] if _is_there(session, name, after[name]) else None)
    session.flush()
    session.expunge(incident)
    return had


def typed(incident: Incident, said: Facts) -> Facts:
    """The columns that hold something else than the sources say."""
    return {name: now for name, value in said.items() if (now := getattr(incident, name)) != value}


def _now(session: Session, incidents: Collection[int]) -> dict[int, Facts]:
    """What each incident holds."""
    table = Incident.__table__.c
    rows = session.execute(select(table.id, table.uuid, *_COLUMNS.values()).where(table.id.in_(incidents)))
    return {row["id"]: dict(row) for row in rows.mappings()}


def _as_made(session: Session, now: Mapping[int, Facts]) -> dict[int, Facts]:
    """What each incident held when it was made: what it holds, but for what its history says was changed."""
    of = {facts["uuid"]: {name: facts[name] for name in _COLUMNS} for facts in now.values()}
    change = Change.__table__.c
    rows = session.execute(
        select(change.record, case((change.action != "add", change.fields))).where(
            change.record.in_(of), change.kind == Incident.__tablename__).order_by(change.seq.desc()))
    ended = set[uuid.UUID]()
    for record, fields in rows:
        if fields is None:
            ended.add(record)  # what it was before it came back by an exchange file is another story
        elif record not in ended:
            of[record].update((name, _value(name, old)) for name, (old, _) in fields.items() if name in _COLUMNS)
    return {id_: of[facts["uuid"]] for id_, facts in now.items()}


def _value(name: str, said: Any) -> Any:
    """A value as the column holds it."""
    kind = _COLUMNS[name].type
    if said is None:
        return said
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(said)
    return times.from_millis(times.to_millis(dt.datetime.fromisoformat(said))) if name == "at" else said


def _is_masked(number: str) -> bool:
    return phones.read_phone(number).kind is phones.PhoneClass.MASKED


def _is_there(session: Session, name: str, value: Any) -> bool:
    """Whether what a column refers to is still recorded."""
    kind = references(Incident).get(name)
    return kind is None or value is None or session.scalars(select(kind.id).where(kind.id == value)).first() is not None
