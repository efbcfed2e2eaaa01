"""Every change leaves a row in the same transaction, chained by hash to the row before."""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import json
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, repeat
from json.encoder import encode_basestring
from typing import Any, cast

from sqlalchemy import BigInteger, Connection, Table, Text, func, inspect, select, type_coerce
from sqlalchemy.orm import Session

from casedesk.base import times
from casedesk.records import Change, Matter, Record
from casedesk.store.inserting import Columns, in_columns, insert_columns, is_one

START = "0" * 64
"""The `hash` before the first change."""

_ROWS = cast("Table", Change.__table__)
_CLOCKS_DIFFER = 5 * 60_000
"""Milliseconds by which the clocks of an office's desks may differ without a word."""
_STAMPS = {"id", "uuid", "version", "created_at", "created_by", "changed_at", "changed_by", "deleted_at", "matter_id"}
_PLAIN = frozenset({str, int, bool, float, list, type(None)})
_WRITTEN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode
_SECRET = {"vault_key", "vault_name"}
_Said = tuple[str, str, uuid.UUID, int | None, str]
"""Action, kind, record and matter of a change, and its fields as they are written."""


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
    at = times.to_millis(change["at"])
    return _linked(before, change["seq"], f'{at},{_quoted(change["who"])}', (
        change["action"], change["kind"], change["record"], change["matter_id"], _WRITTEN(change["fields"])))


def _linked(before: str, seq: int, when: str, change: _Said) -> str:
    """The same, given when and who, and the fields, as they are written."""
    action, kind, record, matter_id, fields = change
    return hashlib.sha256((
        f'["{before}",{seq},{when},{_quoted(action)},{_quoted(kind)},"{record}",'
        f'{"null" if matter_id is None else matter_id},{fields}]').encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(1000)
def _quoted(text: str) -> str:
    return _WRITTEN(text)


def changes(session: Session) -> list[dict[str, Any]]:
    """What the session has just flushed, record by record; not yet numbered and chained."""
    return [*of(session.new, "add"), *of(session.dirty, "edit"), *of(session.deleted, "purge")]


def write_added(session: Session, kind: type[Record], rows: Columns) -> None:
    """Add the changes that new records are; what all rows share is written once."""
    parts = [_column(name, rows[name]) for name in sorted(_audited(kind))]
    texts = zip(*(part for part in parts if part is not None), strict=False)  # what all share is said without end
    count = len(rows["uuid"])
    _write(session, {
        "action": ["add"] * count, "kind": [kind.__tablename__] * count, "record": rows["uuid"],
        "matter_id": rows.get("matter_id") or [None] * count,
        "fields": [f"{{{','.join(filter(None, said))}}}" for said, _ in zip(chain(texts, repeat(())), range(count),
                                                                           strict=False)]})


def _column(name: str, values: Sequence[Any]) -> Iterable[str] | None:
    """A field of each row as it is written; None when it is empty in all."""
    begin, first = f'"{name}":[null,', values[0]
    if is_one(values):
        return None if _empty(first) else repeat(f"{begin}{_said(first)}]")
    kinds = set(map(type, values))
    say = _QUICKLY.get(kinds.pop(), _said) if len(kinds) == 1 else _said
    return ["" if _empty(value) else f"{begin}{say(value)}]" for value in values]


def _said(value: object) -> str:
    return _WRITTEN(plain(value))


_QUICKLY: Mapping[type, Callable[[Any], str]] = {
    str: encode_basestring, int: str, dt.datetime: lambda moment: f'"{moment.isoformat()}"'}
"""How values of one kind are written, without asking of which kind each is."""


def _empty(value: object) -> bool:
    return value is None or value is False or value in ("", [])


def write_changes(session: Session, changes: list[dict[str, Any]]) -> tuple[range, str]:
    """Add a `Change` row for each of a unit of work's changes, chained; returns their numbers and the last hash."""
    if not changes:
        return range(0), ""
    columns = in_columns(changes)
    return _write(session, {**columns, "fields": list(map(_WRITTEN, columns["fields"]))})


def _write(session: Session, changes: Columns) -> tuple[range, str]:
    """Number and add changes whose fields are written already, chained to the last one: the session's `end`."""
    connection, now, who = session.connection(), times.now(), session.info["who"]
    last, before = session.info["end"]
    when, hashes = f"{times.to_millis(now)},{_quoted(who)}", []
    said = zip(*(changes[name] for name in ("action", "kind", "record", "matter_id", "fields")), strict=True)
    for seq, change in enumerate(said, last + 1):
        before = _linked(before, seq, when, change)
        hashes.append(before)
    count = len(hashes)
    numbers = range(last + 1, last + 1 + count)
    insert_columns(connection, _ROWS, {**changes, "seq": numbers, "at": [now] * count, "who": [who] * count,
                                       "hash": hashes}, written={"fields"})
    session.info["end"] = numbers[-1], before
    return numbers, before


def last_seq(connection: Connection) -> int:
    """The number of the last change; 0 when there is none."""
    return int(connection.scalar(select(func.max(_ROWS.c.seq))) or 0)


def clocks_set_back(connection: Connection) -> list[int]:
    """The numbers of the changes whose time lies well before that of the change before them: a clock was set back."""
    at, seq = type_coerce(_ROWS.c.at, BigInteger), _ROWS.c.seq
    timed = select(seq, at.label("at"), func.lag(at).over(order_by=seq).label("before")).subquery()
    return list(connection.scalars(
        select(timed.c.seq).where(timed.c.at < timed.c.before - _CLOCKS_DIFFER).order_by(timed.c.seq)))


def of(records: Iterable[object], action: str) -> Iterator[dict[str, Any]]:
    """The changes that this action makes of records; not yet numbered and chained."""
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


_AS_KEPT = select(_ROWS.c.seq, type_coerce(_ROWS.c.at, BigInteger), _ROWS.c.who, _ROWS.c.action, _ROWS.c.kind,
                  type_coerce(_ROWS.c.record, Text), _ROWS.c.matter_id, type_coerce(_ROWS.c.fields, Text), _ROWS.c.hash)


def lines(connection: Connection) -> Generator[list[Any]]:
    """The history as it is exported and verified: each change's values as they are hashed, and its hash last.

    What stands there that no CaseDesk writes comes along as it is.
    """
    with connection.execute(_AS_KEPT.order_by(_ROWS.c.seq), execution_options={"yield_per": 1000}) as found:
        for seq, at, who, action, kind, record, matter_id, fields, digest in found:
            yield [seq, at, who, action, kind, record_of(record), matter_id, fields_of(fields), digest]


def record_of(kept: Any) -> str:
    """A change's record, from the column as it is kept."""
    try:
        return str(uuid.UUID(kept)) if isinstance(kept, str) else str(kept)
    except ValueError:
        return str(kept)


def fields_of(kept: Any) -> Any:
    """A change's fields, from the column as it is kept."""
    try:
        return json.loads(kept) if isinstance(kept, str) else kept
    except ValueError:
        return kept
