"""Drafts typed while an office's database is away: on this computer, each a file under a key of the cabinet's."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casedesk.base import paths
from casedesk.base.errors import StoreUnavailable
from casedesk.base.files import private, whole_file
from casedesk.store.cabinet import Store

_NONCE = 12


@dataclass(frozen=True)
class Aside:
    """A draft kept aside, and the file it lies in."""

    path: Path
    key: str
    at: dt.datetime
    values: dict[str, Any]


def keep(store: Store, key: str, at: dt.datetime, values: Mapping[str, Any]) -> None:
    """Keep a draft on this computer, in the place of an earlier one with the same key."""
    folder, nonce = _folder(store), secrets.token_bytes(_NONCE)
    said = json.dumps({"key": key, "at": at.isoformat(), "values": dict(values)}).encode()
    with whole_file(folder / f"{hashlib.sha256(key.encode()).hexdigest()}.draft", error=StoreUnavailable) as part:
        part.write_bytes(nonce + AESGCM(store.key.drafts).encrypt(nonce, said, None))
        private(part)
    private(folder)


def kept(store: Store) -> list[Aside]:
    """The drafts kept aside of this cabinet; a file that was damaged is left where it is."""
    found = []
    for path in sorted(_folder(store).glob("*.draft")):
        box = path.read_bytes()
        try:
            told = json.loads(AESGCM(store.key.drafts).decrypt(box[:_NONCE], box[_NONCE:], None))
        except (InvalidTag, ValueError):
            continue
        found.append(Aside(path, told["key"], dt.datetime.fromisoformat(told["at"]), told["values"]))
    return found


def forget(one: Aside) -> None:
    """It lies in the cabinet now."""
    one.path.unlink(missing_ok=True)


def _folder(store: Store) -> Path:
    return paths.settings_folder() / "drafts" / store.key.proof.hex()[:32]
