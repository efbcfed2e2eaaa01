"""Every change leaves a row in the same transaction, chained by hash to the row before."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import json
import uuid
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, repeat
from typing import Any, cast

from sqlalchemy import Connection, Table, inspect, select
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.records import Change, Matter, Record
from casedesk.store.inserting import Columns, in_columns, insert_columns

START = "0" * 64
"""The `hash` before the first change."""

_ROWS = cast("Table", Change.__table__)
_LAST = select(_ROWS.c.seq, _ROWS.c.hash).order_by(_ROWS.c.seq.desc()).limit(1)
_STAMPS = {"id", "uuid", "version", "created_at", "created_by", "changed_at", "changed_by", "deleted_at", "matter_id"}
_PLAIN = frozenset({str, int, bool, float, list, type(None)})
_WRITTEN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode
_SECRET = {"vault_key", "vault_name"}


def plain(value: object) -> Any:
    """A column's value as JSON holds it."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    return value


def link(before: str, change: Mapping[str, Any]) -> str:
    """The hash of a change that follows the hash `before`."""
    return _linked(before, change, times.to_millis(change["at"]), _WRITTEN(change["fields"]))


def _linked(before: str, change: Mapping[str, Any], at: int, fields: str) -> str:
    """The same, given the moment in milliseconds and the fields as they are written."""
    matter = "null" if change["matter_id"] is None else change["matter_id"]
    head = (f'["{before}",{change["seq"]},{at},{_quoted(change["who"])},{_quoted(change["action"])},'
            f'{_quoted(change["kind"])},"{change["record"]}",{matter}')
    return hashlib.sha256(f"{head},{fields}]".encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(1000)
def _quoted(text: str) -> str:
    return _WRITTEN(text)


def changes(session: Session) -> list[dict[str, Any]]:
    """What the session has just flushed, record by record; not yet numbered and chained."""
    return [*_of(session.new, "add"), *_of(session.dirty, "edit"), *_of(session.deleted, "purge")]


def added(kind: type[Record], rows: Columns) -> list[dict[str, Any]]:
    """The changes that new records are; what all rows share is written once."""
    parts = [_column(name, rows[name]) for name in sorted(_audited(kind))]
    texts = zip(*(part for part in parts if part is not None), strict=False)  # what all share is said without end
    return [{"action": "add", "kind": kind.__tablename__, "record": record, "matter_id": matter_id,
             "fields": _Written(f"{{{','.join(filter(None, said))}}}")}
            for record, matter_id, said in zip(rows["uuid"], rows.get("matter_id") or repeat(None),
                                               chain(texts, repeat(())), strict=False)]


class _Written(str):
    """The fields of a change as JSON."""

    __slots__ = ()


def _column(name: str, values: Sequence[Any]) -> Iterable[str] | None:
    """A field of each row as it is written, an equal one once; None when it is empty in all."""
    first = values[0]
    if all(value is first for value in values):
        return None if _empty(first) else repeat(_new(name, first))
    seen: dict[Any, str] = {}
    return [_new(name, value) if type(value) is list and value else "" if _empty(value)
            else seen.get(value) or seen.setdefault(value, _new(name, value)) for value in values]


def _new(name: str, value: object) -> str:
    return f'"{name}":[null,{_WRITTEN(plain(value))}]'


def _empty(value: object) -> bool:
    return value is None or value is False or value in ("", [])


def write_changes(connection: Connection, changes: list[dict[str, Any]], who: str) -> None:
    """Add a `Change` row for each of a unit of work's changes, chained to the last one."""
    if not changes:
        return
    seq, before = connection.execute(_LAST).one_or_none() or (0, START)
    now = times.now()
    at = times.to_millis(now)
    for seq, change in enumerate(changes, seq + 1):  # noqa: B020 - numbering goes on from the last row
        fields = change["fields"]
        change.update(seq=seq, at=now, who=who,
                      fields=str(fields) if isinstance(fields, _Written) else _WRITTEN(fields))
        before = change["hash"] = _linked(before, change, at, change["fields"])
    insert_columns(connection, _ROWS, in_columns(changes), written={"fields"})


def last_seq(connection: Connection) -> int:
    """The number of the last change; 0 when there is none."""
    last = connection.execute(_LAST).one_or_none()
    return int(last.seq) if last else 0


def _of(records: Iterable[object], action: str) -> Iterator[dict[str, Any]]:
    for record in records:
        if isinstance(record, Record):
            fields = _changed(record, action)
            if fields or action != "edit":
                yield {"action": fields.pop("*", action), "kind": record.__tablename__, "record": record.uuid,
                       "matter_id": _matter_of(record), "fields": fields}


def _changed(record: Record, action: str) -> dict[str, Any]:
    """Column name -> [old, new]; a move to or from the trash says so under '*'."""
    state = inspect(record)
    fields: dict[str, Any] = {}
    for name in _audited(type(record)):
        value = plain(getattr(record, name))
        if action == "edit":
            history = state.attrs[name].history
            if history.has_changes():
                fields[name] = [plain(history.deleted[0]) if history.deleted else None, value]
        elif not _empty(value):
            fields[name] = [None, value] if action == "add" else [value, None]
    if action == "edit" and state.attrs["deleted_at"].history.has_changes():
        fields["*"] = "restore" if record.deleted_at is None else "delete"
    return fields


@cache
def _audited(kind: type[Record]) -> tuple[str, ...]:
    return tuple(column.key for column in kind.__table__.columns if column.key not in _STAMPS | _SECRET)


def _matter_of(record: Record) -> int | None:
    if isinstance(record, Matter):
        return record.id
    found: int | None = getattr(record, "matter_id", None)
    return found


def lines(connection: Connection) -> Generator[list[Any]]:
    """The history as it is exported and verified: each change's values as they are hashed, and its hash last."""
    with connection.execute(select(_ROWS).order_by(_ROWS.c.seq), execution_options={"yield_per": 1000}) as found:
        for row in found:
            yield [row.seq, times.to_millis(row.at), row.who, row.action, row.kind, str(row.record), row.matter_id,
                   row.fields, row.hash]
