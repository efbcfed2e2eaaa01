"""Failed attempts to unlock a cabinet: kept beside it with when, who and where, and each slows the next.

Who copies the cabinet away is slowed by Argon2id alone; this is against somebody who tries at a desk, and tells of it.
"""

from __future__ import annotations

import datetime as dt
import getpass
import json
import math
import platform
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag

from casedesk.base import times
from casedesk.base.errors import StoreUnavailable
from casedesk.base.files import as_folder
from casedesk.base.i18n import trn
from casedesk.store import keys

FILE = "failed-logins.jsonl"
_FREE, _MOST = 5, 300
"""So many in a row cost nothing; then the pause doubles from one second to this many."""


@dataclass(frozen=True)
class Failed:
    """One failed attempt."""

    at: dt.datetime
    who: str
    machine: str


def unlock(folder: Path, secret: str, *, recovery: bool = False, name: str = "") -> keys.CabinetKey:
    """The key of a cabinet by passphrase or recovery key; refused for a while after many wrong ones in a row.

    Where there are several users each is slowed by the wrong attempts under their own name.
    """
    name = _known(folder, name)
    row = failed_in_a_row(folder, name)
    wait = _pause(row, times.now())
    if wait > 0:
        raise StoreUnavailable(
            trn("Too many wrong attempts in a row: the next one is possible in {n} second.",
                "Too many wrong attempts in a row: the next one is possible in {n} seconds.", wait))
    try:
        key = (keys.unlock_with_recovery if recovery else keys.unlock)(folder, secret, name)
    except StoreUnavailable as problem:
        if isinstance(problem.__cause__, InvalidTag):
            _note(folder, {"with": "recovery key" if recovery else "passphrase", "user": name})
        raise
    if row:
        _note(folder, {"opened": True, "user": name})
    return key


def _known(folder: Path, name: str) -> str:
    """The user's name as the cabinet writes it: empty where it has no users, as typed where it knows none such."""
    names = keys.user_names(folder)
    if not names or (len(names) == 1 and not name):
        return "".join(names)
    return next((one for one in names if keys.same_name(one, name)), name)


def failed_in_a_row(folder: Path, name: str = "") -> list[Failed]:
    """The failed attempts under a name since the cabinet was last unlocked by it."""
    row: list[Failed] = []
    for told, one in _read(folder):
        if told.get("user", "") != name:
            continue
        row = [] if told.get("opened") else [*row, one]
    return row


def failed_since(folder: Path, since: dt.datetime) -> list[Failed]:
    """The failed attempts since a moment, the oldest first."""
    return [one for told, one in _read(folder) if not told.get("opened") and one.at >= since]


def _pause(row: list[Failed], now: dt.datetime) -> int:
    if len(row) < _FREE:
        return 0
    pause = min(_MOST, 1 << min(len(row) - _FREE, 16))
    gone = (now - row[-1].at).total_seconds()
    return 0 if gone < 0 else max(0, math.ceil(pause - gone))


def _read(folder: Path) -> list[tuple[dict[str, object], Failed]]:
    found = []
    with suppress(OSError):
        for line in (folder / FILE).read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError, KeyError, TypeError):
                told = json.loads(line)
                found.append((told, Failed(dt.datetime.fromisoformat(told["at"]), str(told["who"]),
                                           str(told["machine"]))))
    return found


def _note(folder: Path, more: dict[str, object]) -> None:
    said = {"at": times.now().isoformat(), "who": getpass.getuser(), "machine": platform.node(), **more}
    path = folder / FILE
    with suppress(OSError):  # a folder that is read-only opens too
        new = not path.exists()
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said, ensure_ascii=False) + "\n")
        if new:
            as_folder(path)  # every desk of an office writes its own into it
