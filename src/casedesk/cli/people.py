"""Users, their passwords, and who sees a matter."""

from __future__ import annotations

import argparse
import os
import sys

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import tr
from casedesk.casework import matters, new_key, teams, users
from casedesk.cli import passphrase
from casedesk.cli.told import answer, progress, say
from casedesk.store import attempts, keys
from casedesk.store.cabinet import Store

Options = argparse.Namespace


def user_add(options: Options) -> int:
    """Let somebody open the cabinet."""
    with passphrase.open_cabinet(options.cabinet, options.user) as store:
        first = not store.actor.user
        own = first and keys.same_name(options.name, store.who)
        users.add(store, options.name, options.role, "" if own else passphrase.chosen(passphrase.NEW))
        if first:
            say(tr("“{name}” is an owner of the cabinet and opens it with the present passphrase.", name=store.who))
    return 0


def user_list(options: Options) -> int:
    """Everybody who opens the cabinet, or did."""
    with passphrase.open_cabinet(options.cabinet, options.user) as store:
        found, shared = users.people(store), users.shared_login(store)
    if shared:
        say(users.told_of_login(shared))
    if options.json:
        answer([{"name": one.name, "role": one.role.value, "opens": one.opens} for one in found])
    else:
        for one in found:
            print("\t".join((one.name, tr(one.role.label), "" if one.opens else tr("disabled"))))
    return 0


def user_role(options: Options) -> int:
    """Give somebody another role."""
    with passphrase.open_cabinet(options.cabinet, options.user) as store:
        users.set_role(store, options.name, options.role)
    return 0


def user_password(options: Options) -> int:
    """Change one's own password, by the present one; an owner gives somebody else another."""
    with passphrase.open_cabinet(options.cabinet, options.user) as store:
        if options.name and not keys.same_name(options.name, store.who):
            users.reset_password(store, options.name, passphrase.chosen(passphrase.NEW))
        else:
            users.change_password(store, passphrase.known(store.folder, store.who), passphrase.chosen(passphrase.NEW))
    return 0


def recovery(options: Options) -> int:
    """A new recovery key, printed once; or a new passphrase for whoever has the recovery key and no other."""
    if not options.use:
        with passphrase.open_cabinet(options.cabinet, options.user) as store:
            made = users.new_recovery_key(store)
        if options.json:
            answer({"recovery_key": made})
        else:
            say(tr("Print this recovery key; the old one opens nothing any more:"))
            print(made)
        return 0
    folder, name = passphrase.folder(options.cabinet), options.user or os.environ.get(passphrase.USER, "")
    key = attempts.unlock(folder, passphrase.of_recovery(), recovery=True, name=name)
    with Store.open(folder, key, who=name) as store:
        users.change_password(store, "", passphrase.chosen(passphrase.NEW))
    return 0


def rekey(options: Options) -> int:
    """A new cabinet key; the recovery key and the other users' new passwords are printed once, on stdout."""
    with passphrase.open_cabinet(options.cabinet, options.user) as store:
        folder = store.folder
        told = new_key.rekey(store, passphrase.known(folder, store.who), progress)
    if options.json:
        answer({"recovery_key": told.recovery, "passwords": told.passwords,
                "backups_before": [str(path) for path in told.aside]})
    else:
        say(tr("The cabinet has a new key. Print this recovery key, and hand each user their new password:"))
        print(told.recovery)
        for name, password in told.passwords.items():
            print(f"{name}\t{password}")
    sys.stdout.flush()
    told.seen(folder)
    for path in told.aside:
        say(tr("Backups made before, opened by the old secrets: {path}", path=path))
    if told.problem:
        say(told.problem)
    return 0


def user_disable(options: Options) -> int:
    """Somebody may not open the cabinet any more."""
    with passphrase.open_cabinet(options.cabinet, options.user) as store:
        users.disable(store, options.name)
    return 0


def matter_team(options: Options) -> int:
    """Say who sees a matter, or tell it."""
    with passphrase.open_cabinet(options.cabinet, options.user) as store:
        with store.read() as session:
            matter = matters.find_matter(session, options.matter)
        ids = {one.id: one.name for one in users.people(store) if one.opens}
        if options.only:
            teams.restrict(store, matter.id, [_id(ids, name) for name in options.only])
        elif options.all:
            teams.open_to_all(store, matter.id)
        found = teams.team(store, matter.id)
    names = [name for number, name in ids.items() if number in found.members]
    if options.json:
        answer({"restricted": found.restricted, "team": names})
    else:
        print(", ".join(names) if found.restricted else tr("Everybody of the firm sees it."))
    return 0


def _id(names: dict[int, str], name: str) -> int:
    for number, known in names.items():
        if keys.same_name(known, name):
            return number
    raise InvalidEntry(tr("There is no user “{name}”.", name=name),
                       tr("There are: {names}.", names=", ".join(names.values())), field="only")
