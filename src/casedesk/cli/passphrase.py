"""Where the passphrase comes from: the environment, the system's keyring, or a prompt."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from casedesk.base.errors import InvalidEntry, StoreUnavailable
from casedesk.base.i18n import tr
from casedesk.casework import new_key
from casedesk.store import attempts, office, remembered
from casedesk.store.cabinet import Store
from casedesk.store.keys import CabinetKey
from casedesk.store.shared_folders import danger

VARIABLE, NEW, USER = "CASEDESK_PASSPHRASE", "CASEDESK_NEW_PASSPHRASE", "CASEDESK_USER"
RECOVERY = "CASEDESK_RECOVERY_KEY"
CERTIFICATE = "CASEDESK_CERTIFICATE_PASSPHRASE"


def folder(cabinet: str) -> Path:
    """The folder of a cabinet named on the command line; of one that is wholly in a database, this desk's own."""
    if office.is_address(cabinet):
        return office.desk_folder(cabinet)
    if not cabinet.strip():
        raise InvalidEntry(tr("No cabinet is named."), tr("Name its folder."))
    return Path(cabinet)


def open_cabinet(cabinet: str, user: str = "") -> Store:
    """The cabinet, unlocked with the first passphrase found, as the user named here or in the environment."""
    path = folder(cabinet)
    address = office.address_of(path)
    wrong = office.unchecked(address) if address else danger(path)
    if wrong is not None:
        print(*wrong, file=sys.stderr)
    store = Store.open(path, key_of(path, user), who=user or os.environ.get(USER, ""))
    unseen = new_key.unseen(store)
    if unseen is not None:
        print(*unseen, file=sys.stderr)
    return store


def key_of(path: Path, user: str = "") -> CabinetKey:
    """The key of a cabinet, unlocked with the first passphrase found, as the user named here or in the environment."""
    name = user or os.environ.get(USER, "")
    return attempts.unlock(path, known(path, name), name=name)


def known(path: Path, name: str = "") -> str:
    """The passphrase of an existing cabinet."""
    account = remembered.account(path, name)
    return os.environ.get(VARIABLE) or remembered.recall(account) or asked(tr("Passphrase: "))


def typed() -> str:
    """A passphrase for a cabinet that is not there yet."""
    return os.environ.get(VARIABLE) or asked(tr("Passphrase: "))


def of_recovery() -> str:
    """The recovery key of an existing cabinet."""
    return os.environ.get(RECOVERY) or asked(tr("Recovery key: "), RECOVERY)


def of_certificate() -> str:
    """The passphrase of the certificate that signs, or the token's PIN; InvalidEntry where nobody can be asked."""
    if CERTIFICATE in os.environ:
        return os.environ[CERTIFICATE]
    if not sys.stdin.isatty():
        raise InvalidEntry(tr("The certificate is locked."),
                           tr("Set {variable}, or run this in a terminal to be asked.", variable=CERTIFICATE),
                           field="certificate")
    return getpass.getpass(tr("Passphrase of the certificate, or PIN: "), stream=sys.stderr)


def asked(prompt: str, variable: str = VARIABLE) -> str:
    """What the person types at the prompt; StoreUnavailable where nobody can be asked."""
    if not sys.stdin.isatty():
        raise StoreUnavailable(tr("The cabinet is locked."),
                               tr("Set {variable}, or run this in a terminal to be asked.", variable=variable))
    return getpass.getpass(prompt, stream=sys.stderr)


def chosen(variable: str = VARIABLE) -> str:
    """A new passphrase: the environment's, or typed twice."""
    given = os.environ.get(variable)
    if given:
        return given
    first = asked(tr("New passphrase: "), variable)
    if first != asked(tr("Again: "), variable):
        raise StoreUnavailable(tr("The two passphrases differ."), tr("Try again."))
    return first
