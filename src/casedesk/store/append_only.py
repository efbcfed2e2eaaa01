"""What a cabinet's own database refuses, even of SQL typed by hand: its history is added to at its end and no more.

Only a matter whose destruction was asked for loses its words, nothing else of a change. Whoever holds the key can take
the triggers away; what they do then the chain and its anchors tell. An office's history is held by `row_guards`.
"""

# ruff: noqa: S608 - every part of a statement is written in this module

from __future__ import annotations

from sqlalchemy import Connection

_SAME = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in (
    "seq", "at", "who", "action", "kind", "record", "matter_id", "hash"))
_DESTROYED = "json_extract(NEW.fields, '$.destroyed')"
_ACTS = {
    "added": "INSERT ON change WHEN NEW.seq <= (SELECT max(seq) FROM change)",
    "rewritten": f"UPDATE ON change WHEN NOT ({_SAME} AND json(NEW.fields) = json_object('destroyed', {_DESTROYED})"
                 f" AND EXISTS (SELECT 1 FROM setting WHERE key = 'destruction ' || {_DESTROYED}))",
    "deleted": "DELETE ON change",
}


def enact(connection: Connection) -> None:
    """From now on the history is only added to."""
    lift(connection)
    for name, act in _ACTS.items():
        connection.exec_driver_sql(
            f"CREATE TRIGGER change_{name} BEFORE {act} BEGIN SELECT RAISE(ABORT, 'the history is never rewritten');"
            " END")


def lift(connection: Connection) -> None:
    """A database that is being filled takes its history as it comes."""
    for name in _ACTS:
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS change_{name}")
