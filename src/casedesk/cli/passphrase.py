"""Where the passphrase comes from: the environment, the system's keyring, or a prompt."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from casedesk.base.errors import StoreUnavailable
from casedesk.base.i18n import tr
from casedesk.store import attempts, keys, office, remembered
from casedesk.store.cabinet import Store
from casedesk.store.shared_folders import danger

VARIABLE = "CASEDESK_PASSPHRASE"


def folder(cabinet: str) -> Path:
    """The folder of a cabinet named on the command line."""
    if cabinet.startswith(("postgresql://", "postgres://")):
        raise StoreUnavailable(tr("A cabinet is named by its folder, also where its records are in PostgreSQL."),
                               tr("Name the folder; “casedesk new FOLDER --database URL” makes one."))
    return Path(cabinet)


def open_cabinet(cabinet: str) -> Store:
    """The cabinet, unlocked with the first passphrase found."""
    path = folder(cabinet)
    wrong = None if office.address_of(path) else danger(path)
    if wrong is not None:
        print(*wrong, file=sys.stderr)
    return Store.open(path, attempts.unlock(path, known(path)))


def known(path: Path) -> str:
    """The passphrase of an existing cabinet."""
    return os.environ.get(VARIABLE) or remembered.recall(keys.cabinet_id(path)) or asked(tr("Passphrase: "))


def typed() -> str:
    """A passphrase for a cabinet that is not there yet."""
    return os.environ.get(VARIABLE) or asked(tr("Passphrase: "))


def asked(prompt: str) -> str:
    """What the person types at the prompt; StoreUnavailable where nobody can be asked."""
    if not sys.stdin.isatty():
        raise StoreUnavailable(tr("The cabinet is locked."),
                               tr("Set {variable}, or run this in a terminal to be asked.", variable=VARIABLE))
    return getpass.getpass(prompt, stream=sys.stderr)


def chosen() -> str:
    """A passphrase for a new cabinet, typed twice."""
    given = os.environ.get(VARIABLE)
    if given:
        return given
    first = asked(tr("New passphrase: "))
    if first != asked(tr("Again: ")):
        raise StoreUnavailable(tr("The two passphrases differ."), tr("Try again."))
    return first
