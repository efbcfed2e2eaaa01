"""The history against itself, against the records, and against what was kept of it elsewhere; and its export.

Edited, deleted, inserted and reordered changes show by themselves. That the end was cut off, that an earlier state was
put back, or that all was computed anew shows only against an anchor: the head of the history at some time, as a filed
package bears it and every backup place keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.machinery import SourceFileLoader
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, select

from casedesk.base import times
from casedesk.base.errors import DocumentError
from casedesk.base.files import whole_file
from casedesk.base.i18n import tr
from casedesk.base.resources import resource_path
from casedesk.casework import backups, filings, head_stamps
from casedesk.casework.check import Problem
from casedesk.records import Change
from casedesk.records.rights import Right
from casedesk.store import audit, keys, replay
from casedesk.store.cabinet import DATABASE, Store
from casedesk.store.places import BackupPlace

VERIFIER = "verify_chain.py"


@dataclass(frozen=True)
class Anchor:
    """The end of the history at some time, as something outside the database bears it."""

    at: str
    seq: int
    head: str


def anchors(store: Store) -> list[Anchor]:
    """What is known of the history from elsewhere: packages that were filed, heads and time-stamps in backup places."""
    filed = [Anchor(one.day, one.seq, one.head) for one in filings.anchors(store)]
    kept = [Anchor(*one) for place in backups.places(store) for one in BackupPlace(place, store).heads()]
    stamped = [Anchor(*one) for one in head_stamps.kept(store)]
    return [one for one in (*filed, *kept, *stamped) if one.seq > 0]


@cache
def verifier() -> Any:
    """The program a stranger checks an exported history with; ours is the same, so that both say the same."""
    loader = SourceFileLoader("casedesk_chain_verifier", str(resource_path(VERIFIER)))
    module = ModuleType(loader.name)
    loader.exec_module(module)
    return module


def problems(store: Store) -> Iterator[Problem]:
    """Every way in which the history is not what it was, as far as it can be told."""
    known = anchors(store)
    said = _sentences()
    with store.read(whole=True) as session:
        connection = session.connection()
        differing = list(replay.differing(connection))
        end = audit.last_seq(connection)
        for verdict, first, last in verifier().in_rows(_judged(connection, known)):
            told = "rolled back" if verdict == "truncated" and not differing else verdict
            of = next((one.at[:10] for one in known if one.seq >= last), "")
            sentence = said["edited in a row" if told == "edited" and last > first else told]
            yield Problem(DATABASE, told, sentence.format(first=first, last=last, end=end, day=of))
        for verdict, kind, count in differing:
            yield Problem(DATABASE, *{
                "edited": ("edited", tr("{n} records of “{kind}” are not what their history says.", n=count,
                                        kind=kind)),
                "inserted": ("inserted", tr("{n} records of “{kind}” have no history: they were put in by another "
                                            "program, or the history was cut off.", n=count, kind=kind)),
                "more told": ("inserted", tr("{n} records of “{kind}” were changed less often than the history says: "
                                             "changes were inserted into it.", n=count, kind=kind)),
                "deleted": ("deleted", tr("{n} records of “{kind}” are gone, and the history does not say why: another "
                                          "program deleted them, or inserted them into the history.", n=count,
                                          kind=kind))}[verdict])


def _judged(connection: Connection, known: list[Anchor]) -> Iterator[tuple[str, int, int]]:
    """What the verifier finds; of the last changes, of which it cannot tell, the records decide."""
    for verdict, first, last in verifier().judge(audit.lines(connection), [(one.seq, one.head) for one in known]):
        match verdict:
            case "edited or inserted":
                for seq in range(first, last + 1):
                    yield "inserted" if replay.never_made(connection, seq) else "edited", seq, seq
            case "deleted or inserted" if replay.never_made(connection, last + 1):
                yield "inserted", last + 1, last + 1
            case "deleted or inserted":
                yield "deleted", first, last
            case _:
                yield verdict, first, last


def _sentences() -> dict[str, str]:
    return {
        "edited": tr("Change no. {first} of the history, or the one before it, was edited."),
        "edited in a row": tr("Changes no. {first} to {last} of the history were edited."),
        "deleted": tr("Changes no. {first} to {last} of the history were deleted."),
        "inserted": tr("A change was inserted into the history at no. {first}."),
        "reordered": tr("Change no. {first} of the history stands in another place."),
        "truncated": tr("The history was cut off: it ends at no. {end}; what was kept elsewhere on {day} knows "
                        "no. {last}. Records are there that it does not tell of."),
        "rolled back": tr("The cabinet was put back to an earlier state: its history ends at no. {end}; what was kept "
                          "elsewhere on {day} knows no. {last}."),
        "recomputed": tr("The history was computed anew: no. {first} is not the one that was kept elsewhere on {day}."),
    }


def limits(store: Store) -> str:
    """What the verdicts rest on, and what they cannot tell; and whether a clock was set back."""
    with store.read(whole=True) as session:
        back = audit.clocks_set_back(session.connection())
    numbers = tr(", ").join(map(str, back[:20])) + ("" if len(back) <= 20 else " …")
    clocks = " " + tr("A clock was set back before these changes: no. {numbers}. Their order is certain, their times "
                      "are not.", numbers=numbers) if back else ""
    known = anchors(store)
    if not known:
        return tr("No anchor of the history is known: that it was cut off, put back or computed anew as a whole "
                  "cannot be told. A backup place or a filed package gives one.") + clocks
    last = max(known, key=lambda one: one.seq)
    return tr("The history was held against {n} anchors; the last knows no. {seq}, of {day}. That something after it "
              "was cut off, put back or computed anew cannot be told.", n=len(known), seq=last.seq,
              day=last.at[:10]) + clocks


def head(store: Store) -> tuple[int, str]:
    """The number and the hash of the last change: written down elsewhere, it is an anchor."""
    with store.read(whole=True) as session:
        last = session.execute(select(Change.seq, Change.hash).order_by(Change.seq.desc()).limit(1)).first()
    return (last[0], last[1]) if last is not None else (0, audit.START)


def export(store: Store, out: Path) -> int:
    """Write the whole history with its hashes, and beside it the program that verifies it; answers how many changes.

    It holds what was typed: it is for a court's expert, not for the other side.
    """
    store.require(Right.HISTORY)
    seq, end = head(store)
    told = {"format": "casedesk-chain", "version": 1, "cabinet": keys.cabinet_id(store.folder),
            "at": times.now().isoformat(), "seq": seq, "head": end}
    with store.read() as session, whole_file(out, error=DocumentError) as part, part.open(
            "w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        file.write(json.dumps(told) + "\n")
        with closing(audit.lines(session.connection())) as lines:
            for row in islice(lines, seq):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    with whole_file(out.with_name(VERIFIER), error=DocumentError) as part:
        part.write_bytes(resource_path(VERIFIER).read_bytes())
    return seq
