"""Passphrases remembered in the system's keyring, where the person wants it and the keyring is a real one.

The first trustworthy backend is used by itself: one that keeps plain text is never written to, nor asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.base.errors import StoreUnavailable
from casedesk.base.i18n import tr
from casedesk.store import keys

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "CaseDesk"
_PLAIN = ("keyrings.alt.", "keyring.backends.fail", "keyring.backends.null")


def account(folder: Path, name: str = "") -> str:
    """Under what a cabinet's passphrase is remembered: each user's own, where it has users."""
    names = [one for one in keys.user_names(folder) if keys.same_name(one, name)]
    return " ".join([keys.cabinet_id(folder), *names])


def available() -> bool:
    """Whether this machine can remember a passphrase safely."""
    return _keyring() is not None


def remember(cabinet: str, passphrase: str) -> None:
    """Keep a cabinet's passphrase; StoreUnavailable where there is no safe keyring."""
    from keyring.errors import KeyringError

    keyring = _keyring()
    if keyring is None:
        raise StoreUnavailable(tr("This machine has no safe keyring, so the passphrase cannot be remembered."),
                               tr("Type it each time; it was written nowhere."))
    try:
        keyring.set_password(SERVICE, cabinet, passphrase)
    except KeyringError as problem:
        raise StoreUnavailable(tr("The keyring did not take the passphrase ({reason}).", reason=problem),
                               tr("Unlock the keyring and try again.")) from problem


def recall(cabinet: str) -> str | None:
    """The remembered passphrase; None when there is none or the keyring is locked."""
    from keyring.errors import KeyringError

    keyring = _keyring()
    try:
        return keyring.get_password(SERVICE, cabinet) if keyring else None
    except KeyringError:
        return None


def forget(cabinet: str) -> None:
    """Remember the passphrase no longer."""
    from keyring.errors import KeyringError, PasswordDeleteError

    keyring = _keyring()
    try:
        if keyring:
            keyring.delete_password(SERVICE, cabinet)
    except PasswordDeleteError:
        return
    except KeyringError as problem:
        raise StoreUnavailable(tr("The keyring did not give up the passphrase ({reason}).", reason=problem),
                               tr("Unlock the keyring and try again.")) from problem


def _keyring() -> KeyringBackend | None:
    import keyring

    try:
        return next((backend for backend in _members(keyring.get_keyring()) if _safe(backend)), None)
    except RuntimeError:  # one of a chain, which then cannot say who is in it
        return None


def _members(backend: KeyringBackend) -> Iterator[KeyringBackend]:
    """The backend itself, or those a chain of backends would try, in its order."""
    from keyring.backends.chainer import ChainerBackend

    if isinstance(backend, ChainerBackend):
        yield from backend.backends
    else:
        yield backend


def _safe(backend: KeyringBackend) -> bool:
    try:
        return backend.priority > 0 and not type(backend).__module__.startswith(_PLAIN)
    except RuntimeError:  # a backend says so that it cannot work here
        return False
