"""A new cabinet key, after a computer was stolen or somebody left: the old secrets open nothing of it any more."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from casedesk.base.errors import CasedeskError
from casedesk.base.i18n import tr
from casedesk.base.jobs import Progress, silent
from casedesk.casework import backups
from casedesk.records.rights import Right
from casedesk.store import attempts, header, keys, recovery, rekeying
from casedesk.store.cabinet import Store
from casedesk.store.keys import Cost
from casedesk.store.places import BackupPlace


@dataclass(frozen=True)
class Rekeyed:
    """What must be told afterwards."""

    recovery: str
    """The new recovery key, to print."""
    passwords: dict[str, str]
    """Every other user's new password, by name."""
    aside: list[Path]
    """Where the backups lie that were made before: they open by the old secrets."""
    problem: str
    """Why no backup could be made; empty when there is one."""
    key: keys.CabinetKey = field(repr=False)

    def seen(self, folder: Path) -> None:
        """A person has seen these secrets: the cabinet need not ask for them to be made again."""
        keys.told(folder, self.key)


def rekey(store: Store, password: str, progress: Progress = silent, *, cost: Cost = keys.OFFICE) -> Rekeyed:
    """Give the cabinet a new key, all of it or nothing, and begin its backups anew.

    The present password of who works stays; every other user gets a new one, and there is a new recovery key. Whoever
    has the old key, an old cabinet.json or an old copy of the folder opens nothing that is saved from now on. The store
    is closed, and every window must open the cabinet again. StoreUnavailable when the password is wrong. Until what it
    returns is `seen`, every owner who opens the cabinet is told that it may never have been shown.
    """
    store.require(Right.RECOVERY)
    own = attempts.unlock(store.folder, password, name=store.who).user
    others = {one.user: one.name for one in header.read(store.folder).logins if one.user != own}
    passwords = {user: _password() for user in others}
    made, key, text = keys.renewed(store.folder, store.key, password, passwords, cost=cost)
    rekeying.rekey(store, made, key)
    with Store.open(store.folder, key, who=store.who) as again:
        aside, problem = _begin_backups(again, progress)
    return Rekeyed(text, {others[user]: said for user, said in passwords.items()}, aside, problem, key)


def unseen(store: Store) -> tuple[str, str] | None:
    """For an owner: which secrets of a new key may never have been shown, and what to do; None when there are none."""
    if not store.may(Right.RECOVERY):
        return None
    found = header.read(store.folder)
    names = tr(", ").join(one.name for one in found.logins if one.untold)
    if not (names or found.untold):
        return None
    return (tr("The cabinet was given a new key, and was broken off before the new secrets were shown. Nobody may know "
               "the recovery key now.") if not names else
            tr("The cabinet was given a new key, and was broken off before the new secrets were shown. Nobody may know "
               "the recovery key now, nor the passwords of: {names}.", names=names)), tr(
        "In the settings make a new recovery key and give them other passwords (casedesk recovery CABINET, "
        "casedesk user password CABINET NAME). Backups from before open by the old secrets.")


def _begin_backups(store: Store, progress: Progress) -> tuple[list[Path], str]:
    aside, problem, places = [], "", backups.places(store)
    for place in places:
        try:
            moved = BackupPlace(place, store).set_aside()
        except CasedeskError as failed:
            problem = str(failed)
        else:
            aside += [moved] if moved else []
    tried = [one.problem for one in backups.back_up(store, progress) if one.problem] if places else []
    return aside, problem or "".join(tried[:1])


def _password() -> str:
    """One that nobody guesses and anybody can type: 80 bits."""
    return "-".join("".join(secrets.choice(recovery.SIGNS.lower()) for _ in range(4)) for _ in range(4))
