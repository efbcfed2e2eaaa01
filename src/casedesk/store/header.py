"""cabinet.json: who the cabinet is and its key, wrapped; nothing in it is secret or readable without a passphrase."""

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
FORMAT = 1
SALT, BOX = 16, 12 + 32 + 16
"""Lengths in bytes; a box is nonce, key and tag."""


@dataclass(frozen=True)
class Cost:
    """What trying one passphrase costs with Argon2id: memory in KiB, passes over it, lanes."""

    memory: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        if not (8 * self.lanes <= self.memory <= 1 << 21 and 1 <= self.passes <= 64 and 1 <= self.lanes <= 64):
            raise ValueError("a cost Argon2id cannot or should not pay")


@dataclass(frozen=True)
class Header:
    """What cabinet.json holds; `proof` tells whether a key is this cabinet's, without giving it away."""

    cabinet: str
    proof: bytes
    cost: Cost
    salt: bytes
    by_passphrase: bytes
    by_recovery: bytes


def read(folder: Path) -> Header:
    """The header of a cabinet; StoreUnavailable says whether it is missing, damaged or of a newer format."""
    path = folder / HEADER
    try:
        written: dict[str, Any] = json.loads(path.read_bytes())
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


def write(folder: Path, header: Header) -> None:
    """Write the header whole or leave the old one as it is; only the owner may read it, in an office its group."""
    with whole_file(folder / HEADER, error=StoreUnavailable) as part:
        part.write_text(json.dumps(_written(header), indent=2) + "\n", encoding="utf-8")
        (as_folder if office.address_of(folder) else private)(part)


def _written(header: Header) -> dict[str, Any]:
    written = {
        "format": FORMAT,
        "cabinet": header.cabinet,
        "proof": _text(header.proof),
        "passphrase": {
            "kdf": "argon2id", "memory_kib": header.cost.memory, "passes": header.cost.passes,
            "lanes": header.cost.lanes, "salt": _text(header.salt), "box": _text(header.by_passphrase)},
        "recovery_key": {"kdf": "hkdf-sha256", "box": _text(header.by_recovery)},
    }
    return {**written, "checksum": _checksum(written)}


def _understood(written: dict[str, Any]) -> Header:
    if written.pop("checksum") != _checksum(written):
        raise ValueError("not as written")
    passphrase = written["passphrase"]
    return Header(
        cabinet=str(written["cabinet"]), proof=_bytes(written["proof"], 32),
        cost=Cost(int(passphrase["memory_kib"]), int(passphrase["passes"]), int(passphrase["lanes"])),
        salt=_bytes(passphrase["salt"], SALT), by_passphrase=_bytes(passphrase["box"], BOX),
        by_recovery=_bytes(written["recovery_key"]["box"], BOX))


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
