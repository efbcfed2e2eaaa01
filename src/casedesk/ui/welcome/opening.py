"""The slow half of opening and making cabinets, run beside the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casedesk.base.jobs import Progress

if TYPE_CHECKING:
    from casedesk.store.cabinet import Store


@dataclass
class Attempt:
    """One try to open a cabinet; `known` takes the keyring's passphrase when none is given, and may find none."""

    folder: Path
    passphrase: str
    who: str
    known: bool = False
    recovery: bool = False
    keep: bool = False

    def __call__(self, progress: Progress) -> Store | None:
        """The open cabinet; None when there was nothing to try."""
        from casedesk.store import attempts, keys, remembered
        from casedesk.store.cabinet import Store

        passphrase = self.passphrase
        if self.known and not passphrase:
            passphrase = remembered.recall(keys.cabinet_id(self.folder)) or ""
            if not passphrase:
                return None
        key = attempts.unlock(self.folder, passphrase, recovery=self.recovery)
        store = Store.open(self.folder, key, who=self.who)
        if self.keep and not self.recovery:
            remembered.remember(keys.cabinet_id(self.folder), passphrase)
        return store


@dataclass
class Making:
    """Make a new cabinet."""

    folder: Path
    passphrase: str
    who: str
    firm: str = ""

    def __call__(self, progress: Progress) -> tuple[Store, str]:
        """The open cabinet and its recovery key."""
        from casedesk.casework.settings import set_firm
        from casedesk.store.cabinet import Store

        store, recovery = Store.create(self.folder, self.passphrase, who=self.who)
        if self.firm:
            set_firm(store, self.firm)
        return store, recovery
