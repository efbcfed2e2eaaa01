"""cabinet.json: who the cabinet is and its key, wrapped for each who may open it; nothing in it is secret.

Format 1 has one passphrase. Format 2 has users, each with a name and a password; programs that know format 1 alone say
that a newer one made it.
"""

from __future__ import annotations

import base64
import glob
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casedesk.base.errors import StoreUnavailable
from casedesk.base.files import as_folder, private, whole_file
from casedesk.base.i18n import tr
from casedesk.store import office

HEADER = "cabinet.json"
FORMAT = 2
"""The newest that is understood; a cabinet with one passphrase is still written as format 1."""
SALT, BOX = 16, 12 + 32 + 16
"""Lengths in bytes; a box is nonce, key and tag."""
ONE_FOR_ALL = "passphrase"
"""What the box of a passphrase without a user is bound to."""


@dataclass(frozen=True)
class Cost:
    """What trying one passphrase costs with Argon2id: memory in KiB, passes over it, lanes."""

    memory: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        if not (8 * self.lanes <= self.memory <= 1 << 21 and 1 <= self.passes <= 64 and 1 <= self.lanes <= 64):
            raise ValueError("a cost Argon2id cannot or should not pay")


def of_user(user: str) -> str:
    """What the box of a user's password is bound to, so that it opens the cabinet as nobody else."""
    return f"user {user}"


@dataclass(frozen=True)
class Login:
    """The cabinet key wrapped by one password; `user` is the UUID of who has it, empty where there are no users."""

    user: str
    name: str
    way: str
    """What the box is bound to beside the cabinet."""
    cost: Cost
    salt: bytes
    box: bytes
    untold: bool = False
    """Nobody has said yet that this password was seen by whoever is to hand it over."""


@dataclass(frozen=True)
class Header:
    """What cabinet.json holds; `proof` tells whether a key is this cabinet's, without giving it away."""

    cabinet: str
    proof: bytes
    logins: tuple[Login, ...]
    by_recovery: bytes
    untold: bool = False
    """Nobody has said yet that the recovery key was seen."""

    @property
    def has_users(self) -> bool:
        """Whether people open it by name and password."""
        return bool(self.logins[0].user)


def read(folder: Path) -> Header:
    """The header of a cabinet; StoreUnavailable says whether it is missing, damaged or of a newer format."""
    path = folder / HEADER
    try:
        written: dict[str, Any] = json.loads(_stored(folder))
        newer = int(written["format"]) > FORMAT
        if not newer:
            return _understood(written)
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise _missing(folder) from problem
    except OSError as problem:
        raise StoreUnavailable(tr("{path} cannot be read ({reason}).", path=path, reason=problem.strerror or problem),
                               tr("Check the disk and the rights of the folder.")) from problem
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise StoreUnavailable(tr("{path} is damaged.", path=path),
                               tr("Put back the cabinet.json of a backup of this cabinet.")) from problem
    raise StoreUnavailable(tr("A newer CaseDesk made this cabinet."),
                           tr("Install the newest version; the cabinet was not touched."))


def exists(folder: Path) -> bool:
    """Whether there is a header, whole or not."""
    try:
        return bool(_stored(folder))
    except FileNotFoundError:
        return False


def stored(folder: Path) -> bytes:
    """The header as it is written; StoreUnavailable when there is none."""
    try:
        return _stored(folder)
    except FileNotFoundError as problem:
        raise _missing(folder) from problem


def _stored(folder: Path) -> bytes:
    """The header as it is written, in the folder or in the office's database."""
    if not office.holds_all(folder):
        return (folder / HEADER).read_bytes()
    from casedesk.store import vault_office  # which needs the engine, and it the office

    found = vault_office.read_header(office.address_of(folder))
    if not found:
        raise FileNotFoundError
    return found.encode()


def write(folder: Path, header: Header) -> None:
    """Write the header whole or leave the old one as it is; only the owner may read it, in an office its group."""
    if office.holds_all(folder):
        from casedesk.store import vault_office

        vault_office.write_header(office.address_of(folder), text(header))
        return
    with whole_file(folder / HEADER, error=StoreUnavailable) as part:
        part.write_text(text(header), encoding="utf-8")
        (as_folder if office.address_of(folder) else private)(part)


def put(folder: Path, written: str) -> None:
    """Write a header as another desk wrote it."""
    write(folder, _understood(json.loads(written)))


def text(header: Header) -> str:
    """The header as it is written."""
    return json.dumps(_written(header), indent=2) + "\n"


def _written(header: Header) -> dict[str, Any]:
    ways: dict[str, Any] = (
        {"format": 2, "users": [
            {"user": one.user, "name": one.name, "way": one.way, **_login(one)} for one in header.logins]}
        if header.has_users else {"format": 1, "passphrase": _login(header.logins[0])})
    written = {
        **ways,
        "cabinet": header.cabinet,
        "proof": _text(header.proof),
        "recovery_key": {"kdf": "hkdf-sha256", "box": _text(header.by_recovery), **_untold(header)},
    }
    return {**written, "checksum": _checksum(written)}


def _login(one: Login) -> dict[str, Any]:
    return {"kdf": "argon2id", "memory_kib": one.cost.memory, "passes": one.cost.passes, "lanes": one.cost.lanes,
            "salt": _text(one.salt), "box": _text(one.box), **_untold(one)}


def _untold(one: Header | Login) -> dict[str, Any]:
    return {"untold": True} if one.untold else {}


def _understood(written: dict[str, Any]) -> Header:
    if written.pop("checksum") != _checksum(written):
        raise ValueError("not as written")
    ways = [written["passphrase"]] if int(written["format"]) == 1 else [*written["users"]]
    if not ways:
        raise ValueError("nobody could open it")
    return Header(
        cabinet=str(written["cabinet"]), proof=_bytes(written["proof"], 32), logins=tuple(map(_one, ways)),
        by_recovery=_bytes(written["recovery_key"]["box"], BOX), untold=bool(written["recovery_key"].get("untold")))


def _one(way: dict[str, Any]) -> Login:
    user, bound = str(way.get("user", "")), str(way.get("way", ONE_FOR_ALL))
    if bound not in (ONE_FOR_ALL, of_user(user)):
        raise ValueError("another user's")
    return Login(
        user=user, name=str(way.get("name", "")), way=bound,
        cost=Cost(int(way["memory_kib"]), int(way["passes"]), int(way["lanes"])),
        salt=_bytes(way["salt"], SALT), box=_bytes(way["box"], BOX), untold=bool(way.get("untold")))


def _checksum(written: dict[str, Any]) -> str:
    """Tells a damaged header from a wrong passphrase; against forgery stand the boxes themselves."""
    return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str, length: int) -> bytes:
    data = base64.b64decode(text, validate=True)
    if len(data) != length:
        raise ValueError("not of the length written here")
    return data


def _missing(folder: Path) -> StoreUnavailable:
    path = folder / HEADER
    if (folder / "cabinet.db").exists():
        return StoreUnavailable(tr("{path} is missing: without it nobody can unlock the cabinet.", path=path),
                                tr("Put back the cabinet.json of a backup of this cabinet."))
    aside = max(folder.parent.glob(f"{glob.escape(folder.name)}-before-restore-*"), default=None)
    if aside is not None and not folder.exists():
        return StoreUnavailable(tr("{folder} is not there: a restore was broken off.", folder=folder),
                                tr("The cabinet as it was is whole in {path}: give that folder its name back.",
                                   path=aside))
    return StoreUnavailable(tr("{folder} is not a cabinet.", folder=folder),
                            tr("Choose the folder of a cabinet, or make a new cabinet."))
