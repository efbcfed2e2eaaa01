"""What must hold after a fault: whatever was acknowledged is there, once, and everything is what it was saved as."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from casedesk.base.errors import CasedeskError
from casedesk.casework import check, drafts, settings
from casedesk.records import Change, Client, Incident
from casedesk.store import backup, keys
from casedesk.store.cabinet import Store
from tests.faults import scenarios

_Kept = Callable[[Store, dict[str, Any]], bool]
"""Whether a promise holds."""
_APART = {"extra"}
"""What a fault may leave and a check names: kept files that belong to no evidence yet."""


def wrong(folder: Path, acks: list[dict[str, Any]], *, whole: bool = True) -> list[str]:
    """What is wrong with the cabinet in `folder` after these acknowledgements; an empty list says nothing is.

    Without `whole` nothing but what was acknowledged is looked at, which costs a quarter.
    """
    cabinet = folder / "cabinet"
    asides = sorted(folder.glob("cabinet-before-restore-*"))
    if cabinet.exists() and asides and not any(ack.get("anew") for ack in acks):  # restored, and not yet told of
        with scenarios.opened(asides[-1]) as store:
            lost = _lost(store, acks)
        return [*lost, *wrong(folder, [{"anew": True}], whole=whole)]
    if not cabinet.exists():  # between the two renames of a restore: put back as the message says
        aside = max(folder.glob("cabinet-before-restore-*"), default=None)
        if aside is None:
            return ["the cabinet is gone"]
        aside.rename(cabinet)
    try:
        with scenarios.opened(cabinet) as store:
            return [*(_damage(store) if whole else []), *_doubled(store), *_lost(store, acks)]
    except CasedeskError as problem:
        return [f"it does not open: {problem}"]


def _damage(store: Store) -> list[str]:
    return [f"{one.verdict}: {one.message}" for one in check.verify(store) if one.verdict not in _APART]


def _doubled(store: Store) -> list[str]:
    with store.read() as session:
        counted = Counter(session.scalars(select(Incident.words).where(Incident.words.like("第%次"))))
        counted += Counter(session.scalars(select(Client.name).where(Client.name.like("客户%"))))
    return [f"it stands there twice: {name}" for name, count in counted.items() if count > 1]


def _lost(store: Store, acks: list[dict[str, Any]]) -> list[str]:
    """Each acknowledgement against what is there; a restored cabinet begins anew."""
    start = max((number for number, ack in enumerate(acks) if ack.get("anew")), default=-1) + 1
    with store.read() as session:
        heads: dict[int, str] = {
            row.seq: row.hash for row in session.execute(select(Change.seq, Change.hash))}
    found = [f"acknowledged and lost: change no. {ack['seq']}, step {ack['step']}" for ack in acks[start:]
             if ack.get("seq") and heads.get(ack["seq"]) != ack["head"]]
    last: dict[str, Any] = {}
    for ack in acks:
        last |= ack
    return found + [f"promised and not kept: {name} {last[name]}" for name, kept in _PROMISES.items()
                    if name in last and not _holds(kept, store, last)]


def _holds(kept: _Kept, store: Store, last: dict[str, Any]) -> bool:
    try:
        return kept(store, last)
    except (CasedeskError, OSError):
        return False


def _opens(store: Store, last: dict[str, Any]) -> bool:
    try:
        keys.unlock(store.folder, last["opens"], last.get("name", ""))
    except CasedeskError:
        return last["opens"] in _UNDER_WAY and _opens(store, {**last, "opens": _UNDER_WAY[last["opens"]]})
    return True


def _recovers(store: Store, last: dict[str, Any]) -> bool:
    return bool(keys.unlock_with_recovery(store.folder, last["recovers"]))


def _new_cabinet(store: Store, last: dict[str, Any]) -> bool:
    with scenarios.opened(Path(last["cabinet"])) as other:
        return not _damage(other)


_UNDER_WAY = {"other": "pass", "hers": "new"}
"""A password acknowledged, and the one that may open in its place when the next change was under way."""
_AFTER: dict[str, set[str]] = {"half": {"half", "more"}, "more": {"more", ""}, "": {""}}
"""A draft acknowledged, and what it may be when the next step was under way."""
_PROMISES: dict[str, _Kept] = {
    "opens": _opens,
    "recovers": _recovers,
    "firm": lambda store, last: settings.firm_name(store) in {last["firm"], "某某律所"},
    "draft": lambda store, last: _draft(store) in _AFTER[last["draft"]],
    "backup": lambda store, last: bool(backup.check(Path(last["backup"]), store.key)),
    "file": lambda store, last: all(Path(one).stat().st_size for one in last["file"]),
    "cabinet": _new_cabinet,
}


def _draft(store: Store) -> str:
    kept = drafts.draft(store, "matter")
    return "" if kept is None else str(kept.values["typed"]["ref"])


def fresh(whole: Path, place: Path) -> Path:
    """A copy of the prepared folder in an empty one."""
    for old in place.parent.glob(f"{place.name}*"):
        shutil.rmtree(old)
    return Path(shutil.copytree(whole, place))


def digest(folder: Path) -> str:
    """What lies in a folder, byte for byte."""
    told = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            told.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return told.hexdigest()
