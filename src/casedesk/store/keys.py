"""The cabinet key: random, wrapped by the passphrase or each user's password (Argon2id) and by the recovery key.

Changing one wraps the same key anew, so nothing is ever encrypted again, and the header is written whole or not at all.
A passphrase is taken as RFC 8265 section 4.2 (OpaqueString) says: Unicode NFC, every kind of space a plain one, so that
it is the same on every system and input method; full-width and half-width letters stay different.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casedesk.base import memory
from casedesk.base.errors import InvalidEntry, NotAllowed, StoreUnavailable
from casedesk.base.i18n import tr
from casedesk.store import header as headers, recovery
from casedesk.store.header import HEADER, ONE_FOR_ALL, SALT, Cost, Header, Login

__all__ = ["HEADER", "OFFICE", "CabinetKey", "Cost", "cabinet_id", "change_passphrase", "create", "give_to",
           "new_recovery_key", "renewed", "same_name", "set_password", "take_away", "told", "unlock",
           "unlock_with_recovery", "user_ids", "user_names"]

OFFICE = Cost()
"""About 0.1 s and 64 MiB on an office machine of 2026; RFC 9106 section 4, second choice."""
_NONCE = 12
_KEY = 32


@dataclass(frozen=True, repr=False, eq=False)
class CabinetKey:
    """An unlocked cabinet key; every use has its own key derived from it. Never shown."""

    master: bytes
    user: str = ""
    """The UUID of whose password unlocked it; empty where the cabinet has no users."""
    recovered: bool = False
    """It was unlocked by the recovery key, which is an owner's."""

    @cached_property
    def database(self) -> bytes:
        """32 bytes for SQLCipher."""
        return _derived(self.master, "database")

    @cached_property
    def vault_names(self) -> bytes:
        """32 bytes for naming the files of the vault."""
        return _derived(self.master, "vault names")

    @cached_property
    def backup(self) -> bytes:
        """32 bytes for sealing the list of a backup."""
        return _derived(self.master, "backup")

    @cached_property
    def drafts(self) -> bytes:
        """32 bytes for drafts kept beside the cabinet."""
        return _derived(self.master, "drafts")

    @cached_property
    def proof(self) -> bytes:
        """Tells this key from others; may be stored in the open."""
        return _derived(self.master, "proof")

    def wipe(self) -> None:
        """Nothing of it is left in memory; whoever still used it would work with another key."""
        memory.wipe(*(secret for secret in vars(self).values() if isinstance(secret, bytes)))


def create(folder: Path, passphrase: str, *, cost: Cost = OFFICE) -> tuple[CabinetKey, str]:
    """A new key for the cabinet in `folder` and its recovery key to print; never over an existing one."""
    if headers.exists(folder):
        raise StoreUnavailable(tr("There is a cabinet in {folder} already.", folder=folder),
                               tr("Choose another folder."))
    key = CabinetKey(secrets.token_bytes(_KEY))
    header = Header(cabinet=str(uuid.uuid4()), proof=key.proof, logins=(), by_recovery=b"")
    header = replace(header, logins=(_login(header, key, ("", ""), passphrase, cost),))
    header, text = _with_recovery(header, key)
    headers.write(folder, header)
    return key, text


def cabinet_id(folder: Path) -> str:
    """Which cabinet it is, wherever its folder is moved; no passphrase needed."""
    return headers.read(folder).cabinet


def user_names(folder: Path) -> list[str]:
    """Who may open the cabinet by a password of their own; nobody where it has one passphrase for all."""
    header = headers.read(folder)
    return [one.name for one in header.logins] if header.has_users else []


def user_ids(folder: Path) -> set[str]:
    """The UUIDs of those who may."""
    header = headers.read(folder)
    return {one.user for one in header.logins} if header.has_users else set()


def unlock(folder: Path, passphrase: str, name: str = "") -> CabinetKey:
    """The key of a cabinet; StoreUnavailable when the passphrase is wrong or the header is not whole.

    Where there are several users the name says whose password it is.
    """
    header = headers.read(folder)
    one = _of_name(header, name)
    try:
        wrapping = _stretched(passphrase, one.salt, one.cost)
        return CabinetKey(_unwrapped(one.box, wrapping, _named(header, one.way)), one.user)
    except InvalidTag as problem:
        raise StoreUnavailable(tr("The passphrase is wrong."),
                               tr("Check Caps Lock and the input method, or use the recovery key.")) from problem


def unlock_with_recovery(folder: Path, recovery_text: str, name: str = "") -> CabinetKey:
    """The key of a cabinet by its recovery key; InvalidEntry when mistyped, StoreUnavailable when another's.

    Where there are several users the name says as whom it is opened; whether that is an owner is known inside.
    """
    header = headers.read(folder)
    wrapping = _derived(recovery.from_text(recovery_text), "recovery key")
    one = _of_name(header, name)
    try:
        return CabinetKey(_unwrapped(header.by_recovery, wrapping, _named(header, "recovery key")), one.user,
                          recovered=True)
    except InvalidTag as problem:
        raise StoreUnavailable(tr("This recovery key belongs to another cabinet, or was replaced by a newer one."),
                               tr("Look for the sheet printed last for this cabinet.")) from problem


def change_passphrase(folder: Path, key: CabinetKey, new: str, *, cost: Cost = OFFICE) -> None:
    """From now on `new` unlocks the cabinet, for whom the key was unlocked, and the old passphrase no longer does.

    The recovery key, and the passwords of others, stay.
    """
    header = _own(folder, key)
    mine = next((one for one in header.logins if one.user == key.user), None)
    if mine is None:
        raise NotAllowed(tr("You may not open this cabinet any more."), tr("Ask an owner of the cabinet."))
    set_password(folder, key, (mine.user, mine.name), new, cost=cost)


def set_password(folder: Path, key: CabinetKey, whose: tuple[str, str], password: str, *, cost: Cost = OFFICE) -> None:
    """The user, by UUID and name, opens the cabinet by this password and no other; everybody else keeps theirs."""
    header = _own(folder, key)
    one = _login(header, key, whose, password, cost)
    kept = [other for other in header.logins if other.user != one.user]
    headers.write(folder, replace(header, logins=(*kept, one)))


def give_to(folder: Path, key: CabinetKey, user: str, name: str) -> None:
    """The one passphrase of the cabinet is this user's password from now on."""
    header = _own(folder, key)
    headers.write(folder, replace(header, logins=tuple(replace(one, user=user, name=name) for one in header.logins)))


def take_away(folder: Path, key: CabinetKey, user: str) -> None:
    """The user's password opens the cabinet no longer; that of the last user stays."""
    header = _own(folder, key)
    kept = tuple(one for one in header.logins if one.user != user)
    if len(kept) == len(header.logins):
        return
    if not kept:
        raise InvalidEntry(tr("Nobody could open the cabinet any more."), tr("Add another owner first."))
    headers.write(folder, replace(header, logins=kept))


def renewed(folder: Path, key: CabinetKey, password: str, others: Mapping[str, str], *,
            cost: Cost = OFFICE) -> tuple[Header, CabinetKey, str]:
    """A header with a new cabinet key, that key, and the recovery key to print; nothing is written.

    It is wrapped by the present password of whose key it is, and by those given for the other users, by UUID. Until
    `told` the header says that nobody has seen those and the recovery key.
    """
    header = _own(folder, key)
    new = replace(key, master=secrets.token_bytes(_KEY), recovered=False)
    header = replace(header, proof=new.proof)
    passwords = {**others, key.user: password}
    header, text = _with_recovery(header, new)
    logins = tuple(replace(_login(header, new, (one.user, one.name), passwords[one.user], cost),
                           untold=one.user != key.user) for one in header.logins)
    return replace(header, logins=logins, untold=True), new, text


def told(folder: Path, key: CabinetKey) -> None:
    """What `renewed` made was seen by a person."""
    header = _own(folder, key)
    headers.write(folder, replace(header, untold=False, logins=tuple(
        replace(one, untold=False) for one in header.logins)))


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


def _of_name(header: Header, name: str) -> Login:
    """Whose password is tried; a cabinet that only one can open asks for no name."""
    if len(header.logins) == 1 and not (name and header.has_users):
        return header.logins[0]
    if not name.strip():
        raise StoreUnavailable(tr("This cabinet has several users."), tr("Say who you are, by name."))
    for one in header.logins:
        if same_name(one.name, name):
            return one
    raise StoreUnavailable(tr("There is no user “{name}” who may open this cabinet.", name=name),
                           tr("Check the name, or ask an owner of the cabinet."))


def same_name(one: str, other: str) -> bool:
    """Whether two typed names are the same user's."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _login(header: Header, key: CabinetKey, whose: tuple[str, str], passphrase: str, cost: Cost) -> Login:
    if not passphrase.strip():
        raise InvalidEntry(tr("The passphrase is empty."), tr("Choose one; several words are good."),
                           field="passphrase")
    user, name = whose
    salt, way = secrets.token_bytes(SALT), headers.of_user(user) if user else ONE_FOR_ALL
    box = _wrapped(key.master, _stretched(passphrase, salt, cost), _named(header, way))
    return Login(user, name, way, cost, salt, box)


def _with_recovery(header: Header, key: CabinetKey) -> tuple[Header, str]:
    secret = secrets.token_bytes(recovery.SIZE)
    box = _wrapped(key.master, _derived(secret, "recovery key"), _named(header, "recovery key"))
    return replace(header, by_recovery=box, untold=False), recovery.to_text(secret)


def _named(header: Header, way: str) -> bytes:
    """What a wrapped key is bound to: this cabinet, the form of the boxes, this way of unlocking."""
    return f"CaseDesk cabinet 1 {header.cabinet} {way}".encode()


def _wrapped(secret: bytes, wrapping: bytes, name: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(wrapping).encrypt(nonce, secret, name)


def _unwrapped(box: bytes, wrapping: bytes, name: bytes) -> bytes:
    """What is in the box; the wrapping key, of no more use, is wiped."""
    try:
        return AESGCM(wrapping).decrypt(box[:_NONCE], box[_NONCE:], name)
    finally:
        memory.wipe(wrapping)


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
