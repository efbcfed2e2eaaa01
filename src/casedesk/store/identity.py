"""Which cabinet a database is, and whether it was moved away or is still being filled: kept in the database itself.

Thus a folder that names another cabinet's database is refused, and a desk left open over a move saves nothing more.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Table, delete, insert, select

from casedesk.base.errors import StoreUnavailable
from casedesk.base.i18n import tr
from casedesk.records import Setting
from casedesk.store import header

CABINET, MOVED, UNFINISHED, KEY = "cabinet", "moved", "moving", "key"
OWN = (CABINET, MOVED, UNFINISHED, KEY)
"""The settings that belong to this one database and are not carried to another."""

_SETTINGS = cast("Table", Setting.__table__)


def named(folder: Path) -> str:
    """The cabinet a folder is."""
    return header.read(folder).cabinet


def check(connection: Connection, folder: Path, proof: bytes, *, moved: bool = False) -> bool:
    """Whether the database says that it is the folder's cabinet; False when it says nothing yet.

    StoreUnavailable when it is another's, is not filled yet or, unless `moved`, was moved away, and when it was given
    another key than that of this proof.
    """
    said = _value(connection, CABINET)
    if said and said["id"] != named(folder):
        raise StoreUnavailable(tr("The database belongs to another cabinet than {folder}.", folder=folder),
                               tr("Correct the address in its file “database.url”; nothing was changed."))
    if _value(connection, UNFINISHED):
        raise StoreUnavailable(tr("This cabinet was not moved here to the end."),
                               tr("Give the same “casedesk move” again; the cabinet it comes from is whole."))
    refuse_moved(connection, proof, even_moved=moved)
    return bool(said)


def refuse_moved(connection: Connection, proof: bytes, *, even_moved: bool) -> None:
    """StoreUnavailable says where the cabinet went, when it was moved away, or that it has another key than that of
    this proof.

    `even_moved` lets a moved one pass.
    """
    said, key = _value(connection, MOVED), _value(connection, KEY)
    if said and not even_moved:
        raise StoreUnavailable(
            tr("This cabinet was moved to {place} on {day}.", place=said["to"], day=said["at"][:10]),
            tr("Open it there. “casedesk move CABINET --undo” opens this one again, as it was."))
    if key and key["proof"] != proof.hex():
        raise other_key()


def says(key: str, proof: bytes) -> bool:
    """Whether the setting of the key, as it is written, names this proof."""
    return f'"proof": "{proof.hex()}"' in key


def other_key() -> StoreUnavailable:
    """The cabinet was given a new key after this one was unlocked."""
    return StoreUnavailable(tr("This cabinet was given a new key meanwhile."),
                            tr("Open it again, with the password you have now."))


def key_finished() -> StoreUnavailable:
    """A rekey was broken off between the database and the folder, which now knows the new key too."""
    return StoreUnavailable(
        tr("A new key for this cabinet had been broken off half-way. It is finished now; nothing is lost."),
        tr("Open it again with the password of who gave the key. Then give every other user a new password, and make a"
           " new recovery key: those of the broken-off try were shown to nobody."))


def mark_key(connection: Connection, proof: bytes, header: str = "") -> None:
    """From now on the database is worked in with the key of this proof alone; in an office with a folder its header."""
    _keep(connection, KEY, {"proof": proof.hex(), "header": header})


def header_after(connection: Connection, proof: bytes) -> str:
    """The header as an office's rekey wrote it, when it is of another key than that of this proof."""
    said = _value(connection, KEY)
    return str(said["header"]) if said and said["proof"] != proof.hex() else ""


def moved_to(connection: Connection) -> str:
    """Where the cabinet was moved; empty when it was not."""
    said = _value(connection, MOVED)
    return str(said["to"]) if said else ""


def unfinished(connection: Connection) -> str:
    """The cabinet this database is being filled with; empty when it is not."""
    said = _value(connection, UNFINISHED)
    return str(said["id"]) if said else ""


def claim(connection: Connection, cabinet: str) -> None:
    """The database is this cabinet's from now on."""
    _keep(connection, CABINET, {"id": cabinet})


def begin(connection: Connection, cabinet: str) -> None:
    """The database is being filled with this cabinet."""
    claim(connection, cabinet)
    _keep(connection, UNFINISHED, {"id": cabinet})


def end(connection: Connection) -> None:
    """The database is filled."""
    connection.execute(delete(_SETTINGS).where(_SETTINGS.c.key == UNFINISHED))


def mark_moved(connection: Connection, to: str, at: str) -> None:
    """The cabinet went elsewhere; nothing is saved here any more."""
    _keep(connection, MOVED, {"to": to, "at": at})


def take_back(connection: Connection) -> None:
    """The cabinet is worked in here again."""
    connection.execute(delete(_SETTINGS).where(_SETTINGS.c.key == MOVED))


def _value(connection: Connection, key: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = connection.execute(
        select(_SETTINGS.c.value).where(_SETTINGS.c.key == key)).scalar_one_or_none()
    return found


def _keep(connection: Connection, key: str, value: dict[str, str]) -> None:
    connection.execute(delete(_SETTINGS).where(_SETTINGS.c.key == key))
    connection.execute(insert(_SETTINGS).values(key=key, value=value))
