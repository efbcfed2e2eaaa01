"""The cabinet key: random, wrapped by the passphrase (Argon2id) and by the printable recovery key.

Changing either wraps the same key anew, so nothing is ever encrypted again. A passphrase is taken as RFC 8265 section
4.2 (OpaqueString) says: Unicode NFC, every kind of space a plain one, so that it is the same on every system and input
method; full-width and half-width letters stay different.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casedesk.base.errors import InvalidEntry, StoreUnavailable
from casedesk.base.i18n import tr
from casedesk.store import header as headers, recovery
from casedesk.store.header import FORMAT, HEADER, SALT, Cost, Header

__all__ = ["HEADER", "OFFICE", "CabinetKey", "Cost", "cabinet_id", "change_passphrase", "create",
           "new_recovery_key", "unlock", "unlock_with_recovery"]

OFFICE = Cost()
"""About 0.1 s and 64 MiB on an office machine of 2026; RFC 9106 section 4, second choice."""
_NONCE = 12
_KEY = 32


@dataclass(frozen=True, repr=False, eq=False)
class CabinetKey:
    """An unlocked cabinet key; every use has its own key derived from it. Never shown."""

    master: bytes

    @property
    def database(self) -> bytes:
        """32 bytes for SQLCipher."""
        return _derived(self.master, "database")

    @property
    def vault_names(self) -> bytes:
        """32 bytes for naming the files of the vault."""
        return _derived(self.master, "vault names")

    @property
    def backup(self) -> bytes:
        """32 bytes for sealing the list of a backup."""
        return _derived(self.master, "backup")

    @property
    def proof(self) -> bytes:
        """Tells this key from others; may be stored in the open."""
        return _derived(self.master, "proof")


def create(folder: Path, passphrase: str, *, cost: Cost = OFFICE) -> tuple[CabinetKey, str]:
    """A new key for the cabinet in `folder` and its recovery key to print; never over an existing one."""
    if (folder / HEADER).exists():
        raise StoreUnavailable(tr("There is a cabinet in {folder} already.", folder=folder),
                               tr("Choose another folder."))
    key = CabinetKey(secrets.token_bytes(_KEY))
    header = Header(cabinet=str(uuid.uuid4()), proof=key.proof, cost=cost, salt=b"", by_passphrase=b"", by_recovery=b"")
    header, text = _with_recovery(_with_passphrase(header, key, passphrase, cost), key)
    headers.write(folder, header)
    return key, text


def cabinet_id(folder: Path) -> str:
    """Which cabinet it is, wherever its folder is moved; no passphrase needed."""
    return headers.read(folder).cabinet


def unlock(folder: Path, passphrase: str) -> CabinetKey:
    """The key of a cabinet; StoreUnavailable when the passphrase is wrong or the header is not whole."""
    header = headers.read(folder)
    try:
        wrapping = _stretched(passphrase, header.salt, header.cost)
        return CabinetKey(_unwrapped(header.by_passphrase, wrapping, _named(header, "passphrase")))
    except InvalidTag as problem:
        raise StoreUnavailable(tr("The passphrase is wrong."),
                               tr("Check Caps Lock and the input method, or use the recovery key.")) from problem


def unlock_with_recovery(folder: Path, recovery_text: str) -> CabinetKey:
    """The key of a cabinet by its recovery key; InvalidEntry when mistyped, StoreUnavailable when another's."""
    header = headers.read(folder)
    wrapping = _derived(recovery.from_text(recovery_text), "recovery key")
    try:
        return CabinetKey(_unwrapped(header.by_recovery, wrapping, _named(header, "recovery key")))
    except InvalidTag as problem:
        raise StoreUnavailable(tr("This recovery key belongs to another cabinet, or was replaced by a newer one."),
                               tr("Look for the sheet printed last for this cabinet.")) from problem


def change_passphrase(folder: Path, key: CabinetKey, new: str, *, cost: Cost = OFFICE) -> None:
    """From now on `new` unlocks the cabinet and the old passphrase no longer does; the recovery key stays."""
    headers.write(folder, _with_passphrase(_own(folder, key), key, new, cost))


def new_recovery_key(folder: Path, key: CabinetKey) -> str:
    """A new recovery key to print; the old one no longer unlocks the cabinet."""
    header, text = _with_recovery(_own(folder, key), key)
    headers.write(folder, header)
    return text


def _own(folder: Path, key: CabinetKey) -> Header:
    """The header, if the key is this cabinet's: another one wrapped here would lock the cabinet for ever."""
    header = headers.read(folder)
    if not hmac.compare_digest(header.proof, key.proof):
        raise StoreUnavailable(tr("{folder} is another cabinet than the one that is open.", folder=folder),
                               tr("Nothing was changed; close the cabinet and open it again."))
    return header


def _with_passphrase(header: Header, key: CabinetKey, passphrase: str, cost: Cost) -> Header:
    if not passphrase.strip():
        raise InvalidEntry(tr("The passphrase is empty."), tr("Choose one; several words are good."),
                           field="passphrase")
    salt = secrets.token_bytes(SALT)
    wrapping = _stretched(passphrase, salt, cost)
    return replace(header, cost=cost, salt=salt,
                   by_passphrase=_wrapped(key.master, wrapping, _named(header, "passphrase")))


def _with_recovery(header: Header, key: CabinetKey) -> tuple[Header, str]:
    secret = secrets.token_bytes(recovery.SIZE)
    box = _wrapped(key.master, _derived(secret, "recovery key"), _named(header, "recovery key"))
    return replace(header, by_recovery=box), recovery.to_text(secret)


def _named(header: Header, way: str) -> bytes:
    """What a wrapped key is bound to: this cabinet, this format, this way of unlocking."""
    return f"CaseDesk cabinet {FORMAT} {header.cabinet} {way}".encode()


def _wrapped(secret: bytes, wrapping: bytes, name: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(wrapping).encrypt(nonce, secret, name)


def _unwrapped(box: bytes, wrapping: bytes, name: bytes) -> bytes:
    return AESGCM(wrapping).decrypt(box[:_NONCE], box[_NONCE:], name)


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), _KEY, salt=None, info=f"CaseDesk {purpose}".encode()).derive(secret)


def _stretched(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    try:
        return hash_secret_raw(_opaque(passphrase), salt, time_cost=cost.passes, memory_cost=cost.memory,
                               parallelism=cost.lanes, hash_len=_KEY, type=Type.ID)
    except HashingError as problem:
        raise StoreUnavailable(tr("The passphrase cannot be checked ({reason}).", reason=problem),
                               tr("Close other programs to free memory, and try again.")) from problem


def _opaque(passphrase: str) -> bytes:
    plain = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in passphrase)
    return unicodedata.normalize("NFC", plain).encode("utf-8", "surrogatepass")
