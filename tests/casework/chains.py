"""Histories and what may be done to one, each with the verdict it must get."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from casedesk.casework.history import verifier
from casedesk.store import append_only
from casedesk.store.cabinet import Store

Row = list[Any]
KINDS = ("edit", "edit and hash", "hash", "delete", "delete and renumber", "insert", "insert and link", "append",
         "edit some", "swap", "move", "truncate", "recompute")


@contextmanager
def insider(store: Store) -> Iterator[Connection]:
    """A connection of somebody with the key, who first takes away what refuses to rewrite the history."""
    with store.engine.begin() as connection:
        if store.is_office:
            connection.exec_driver_sql("ALTER TABLE change DISABLE TRIGGER USER")
        else:
            append_only.lift(connection)
        yield connection


def closed(store: Store) -> bool:
    """Whether a cabinet's own database refuses to rewrite the history."""
    with store.engine.begin() as connection:
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all()
    return {name for (name,) in found} == {"change_added", "change_rewritten", "change_deleted"}


def history(dice: random.Random, length: int) -> list[Row]:
    """A history that is whole."""
    return linked([[seq, 1000 * seq, "王律师", dice.choice(["add", "edit"]), "incident",
                    f"{dice.getrandbits(128):032x}", 1, {"words": [None, f"话{dice.getrandbits(20)}"]}, ""]
                   for seq in range(1, length + 1)], 0)


def linked(rows: list[Row], start: int) -> list[Row]:
    """The rows numbered and chained anew from one on."""
    before = rows[start - 1][-1] if start else verifier().START
    for at in range(start, len(rows)):
        rows[at][0] = at + 1
        rows[at][-1] = before = verifier().link(before, at + 1, rows[at])
    return rows


def harmed(whole: list[Row], kind: str, dice: random.Random) -> tuple[str, list[Row]]:
    """The history after one kind of harm at a random place, and the verdict."""
    rows, length = copy.deepcopy(whole), len(whole)
    at = dice.randrange(length)
    before = rows[at - 1][-1] if at else verifier().START
    count = dice.randint(1, 3)
    if kind == "edit":
        rows[at][dice.choice([1, 2, 3, 4, 5])] = "other"
        return "edited", rows
    if kind == "edit and hash":
        rows[at][7] = {"words": [None, "other"]}
        rows[at][-1] = verifier().link(before, at + 1, rows[at])
        return "edited" if at < length - 1 else "recomputed", rows
    if kind == "hash":
        rows[at][-1] = f"{dice.getrandbits(256):064x}"
        return "edited", rows
    if kind == "append":
        for seq in range(length + 1, length + 1 + dice.randint(1, 12)):
            rows.append([seq, 5, "x", "edit", "incident", rows[at][5], 1, {},
                         dice.choice([rows[at][-1], "0" * 64, "x"])])
        return "edited or inserted", rows
    if kind == "edit some":
        for row in rows[at:at + dice.randint(2, 40)]:
            row[2] = "somebody"
        return "edited", rows
    if kind == "truncate":
        return "truncated", rows[:at]
    if kind == "recompute":
        rows[at][7] = {"words": [None, "other"]}
        return "recomputed", linked(rows, at)
    return _moved(rows, kind, min(max(at, 1), length - count - 3), count, dice)


def _moved(rows: list[Row], kind: str, at: int, count: int, dice: random.Random) -> tuple[str, list[Row]]:
    if kind == "delete":
        del rows[at:at + count]
        return "deleted", rows
    if kind == "delete and renumber":
        del rows[at:at + count]
        verdict = "deleted"
    elif kind.startswith("insert"):
        new: Row = [at + 1, 5, "x", "add", "incident", "0" * 32, 1, {}, f"{dice.getrandbits(256):064x}"]
        if kind == "insert and link":
            new[-1] = verifier().link(rows[at - 1][-1], at + 1, new)
        rows.insert(at, new)
        verdict = "inserted"
    else:
        other = dice.choice([one for one in range(len(rows)) if one != at])
        if kind == "swap":
            rows[at], rows[other] = rows[other], rows[at]
        else:
            rows.insert(other, rows.pop(at))
        verdict = "reordered"
    for number, row in enumerate(rows, 1):
        row[0] = number
    return verdict, rows
