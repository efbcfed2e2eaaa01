"""The slow half of opening and making cabinets, run beside the window."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.base.jobs import Progress

if TYPE_CHECKING:
    from casedesk.store.cabinet import Store


@dataclass
class Names:
    """Asks an office's database who opens the cabinet that is wholly there."""

    folder: Path

    def __call__(self, progress: Progress) -> list[str]:
        """The names, as `user_names` gives them."""
        from casedesk.store import keys

        return keys.user_names(self.folder)


def user_names(folder: Path) -> list[str]:
    """Who opens the cabinet by a password of their own; what is wrong with the cabinet is said when it is opened."""
    try:
        return [str(one["name"]) for one in json.loads((folder / "cabinet.json").read_bytes()).get("users", [])]
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return []


def is_elsewhere(folder: Path) -> bool:
    """Whether the folder only says in which database the cabinet is."""
    return (folder / "database.url").is_file() and not (folder / "cabinet.json").exists()


@dataclass
class Attempt:
    """One try to open a cabinet; `known` takes the keyring's passphrase when none is given, and may find none."""

    folder: Path
    passphrase: str
    who: str
    known: bool = False
    recovery: bool = False
    keep: bool = False
    name: str = ""
    """Which user's passphrase it is, where there are several."""

    def __call__(self, progress: Progress) -> Store | None:
        """The open cabinet; None when there was nothing to try."""
        from casedesk.store import attempts, remembered
        from casedesk.store.cabinet import Store

        passphrase = self.passphrase
        if self.known and not passphrase:
            passphrase = remembered.recall(remembered.account(self.folder, self.name)) or ""
            if not passphrase:
                return None
        key = attempts.unlock(self.folder, passphrase, recovery=self.recovery, name=self.name)
        store = Store.open(self.folder, key, who=self.who)
        if self.keep and not self.recovery:
            remembered.remember(remembered.account(self.folder, self.name), passphrase)
        return store


@dataclass
class Making:
    """Make a new cabinet."""

    folder: Path
    passphrase: str
    who: str
    firm: str = ""
    address: str = ""
    all_there: bool = False

    def __call__(self, progress: Progress) -> tuple[Store, str]:
        """The open cabinet and its recovery key."""
        from casedesk.casework.settings import set_firm
        from casedesk.store import office
        from casedesk.store.cabinet import Store

        folder = office.desk_folder(self.address) if self.all_there else self.folder
        store, recovery = Store.create(folder, self.passphrase, who=self.who, address=self.address,
                                       all_there=self.all_there)
        if self.firm:
            set_firm(store, self.firm)
        return store, recovery
