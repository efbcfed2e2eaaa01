"""Signing with a token or smart card (PKCS#11): the key never leaves it. Needs the extra casedesk[token]."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr

if TYPE_CHECKING:
    from pyhanko.sign import Signer


class _Held(NamedTuple):
    """A certificate on a token."""

    token: Any
    label: str
    key: bytes
    """What the key that belongs to it is known by."""


def available() -> bool:
    """Whether the extra is installed."""
    return find_spec("pkcs11") is not None


@contextmanager
def opened(library: Path, pin: str, label: str = "") -> Iterator[Signer]:
    """Yields who signs with the certificate on the token; InvalidEntry says what is in the way."""
    with ExitStack() as stack:
        yield _signer(stack, library, pin, label)


def _signer(stack: ExitStack, library: Path, pin: str, label: str) -> Signer:
    if not available():
        raise InvalidEntry(tr("Signing with a token needs an extra that is not installed."),
                           tr("Install casedesk[token], or sign with a certificate's file."), field="token")
    import pkcs11
    from pkcs11.exceptions import PinIncorrect, PinInvalid, PinLenRange, PinLocked, PKCS11Error
    from pyhanko.sign.pkcs11 import PKCS11Signer

    try:
        held = _chosen(list(_held(pkcs11.lib(str(library)))), label)
        session = stack.enter_context(held.token.open(user_pin=pin))
        signer = PKCS11Signer(session, cert_id=held.key, key_id=held.key)
        _valid_now(signer)
    except (PinIncorrect, PinInvalid, PinLenRange) as problem:
        raise InvalidEntry(tr("This is not the PIN of the token."),
                           tr("After a few wrong ones the token locks itself."), field="certificate") from problem
    except PinLocked as problem:
        raise InvalidEntry(tr("The token is locked after too many wrong PINs."),
                           tr("Unlock it with its maker's program."), field="certificate") from problem
    except (PKCS11Error, OSError) as problem:
        raise InvalidEntry(tr("The token cannot be used ({reason}).", reason=str(problem) or type(problem).__name__),
                           tr("Name its PKCS#11 library, as its maker tells it, and plug the token in."),
                           field="token") from problem
    return signer


def _held(library: Any) -> Iterator[_Held]:
    """Every certificate of every token that is there; they can be seen without a PIN."""
    from pkcs11 import Attribute, ObjectClass, TokenFlag

    for token in library.get_tokens(token_flags=TokenFlag.TOKEN_INITIALIZED):
        with token.open() as session:
            for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
                yield _Held(token, str(one[Attribute.LABEL]), bytes(one[Attribute.ID]))


def _chosen(found: list[_Held], label: str) -> _Held:
    meant = [one for one in found if label in ("", one.label)]
    if len(meant) == 1:
        return meant[0]
    known = ", ".join(one.label for one in found)
    if not found:
        raise InvalidEntry(tr("No token with a certificate is plugged in."), field="token")
    if not meant:
        raise InvalidEntry(tr("The token holds no certificate “{label}”.", label=label),
                           tr("Known are: {names}.", names=known), field="token")
    raise InvalidEntry(tr("There are several certificates: {names}.", names=known), tr("Name the one that signs."),
                       field="token")


def _valid_now(signer: Signer) -> None:
    """The same that is asked of a certificate's file."""
    own = signer.signing_cert
    if own is None:
        raise InvalidEntry(tr("No token with a certificate is plugged in."), field="token")
    first, last = own.not_valid_before, own.not_valid_after
    if not first <= dt.datetime.now(dt.UTC) <= last:
        raise InvalidEntry(tr("The certificate is valid from {first} to {last} only.", first=first.date().isoformat(),
                              last=last.date().isoformat()), field="certificate")
