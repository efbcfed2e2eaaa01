"""Verifying, backing up and restoring."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from casedesk.base.errors import StoreUnavailable, VerificationFailed
from casedesk.base.i18n import tr
from casedesk.casework import (
    backups,
    check,
    destruction,
    filings,
    head_stamps,
    history,
    matters,
    moving,
    package,
    sanity,
    users,
)
from casedesk.casework.moving import Place
from casedesk.cli import passphrase
from casedesk.cli.told import answer, progress, say
from casedesk.store import keys, office, restoring, salvaging
from casedesk.store.cabinet import DATABASE, Store

Options = argparse.Namespace


def verify(options: Options) -> int:
    """A cabinet, a package folder or its ZIP; exit 8 when something is not as it was."""
    path, limits = passphrase.folder(options.path), ""
    if (path / DATABASE).is_file() or office.address_of(path):
        with passphrase.open_cabinet(options.path, options.user) as store:
            problems = (sanity.run(store, progress, resume=True) if options.resume
                        else check.verify(store, progress=progress))
            shared = users.shared_login(store)
            limits = "\n".join([history.limits(store), *([users.told_of_login(shared)] if shared else [])])
    elif path.exists() and options.cabinet:
        with passphrase.open_cabinet(options.cabinet, options.user) as store:
            proof = filings.prove(store, path)
        problems, limits = proof.problems, "\n".join(proof.told()) if proof.filings else ""
    elif path.exists():
        problems = package.verify(path)
        limits = "" if problems or options.json else package.limits(path)
    else:
        raise StoreUnavailable(tr("There is nothing at {path}.", path=path), tr("Check the path."))
    if options.json:
        answer({"verdict": "failed" if problems else "ok", "problems": [vars(problem) for problem in problems],
                **({"limits": limits} if limits else {})})
    else:
        for problem in problems:
            say(problem.message)
        if limits:
            say(limits)
        print(tr("FAILED") if problems else tr("OK"))
    return VerificationFailed.exit_code if problems else 0


def chain(options: Options) -> int:
    """The head of the history, or the whole history as a file a stranger can verify."""
    with passphrase.open_cabinet(options.cabinet, options.user) as store:
        if options.out is not None:
            history.export(store, options.out)
        seq, head = history.head(store)
        if options.stamp:
            say(tr("Time-stamped {time}; kept in every backup place.",
                   time=f"{head_stamps.stamp(store, seq, head):%Y-%m-%d %H:%M:%S} UTC"))
    print(f"{seq}:{head}")
    return 0


def destroy(options: Options) -> int:
    """Ask that a matter be destroyed, or, as another person, carry it out; the certificate names the backups left."""
    with passphrase.open_cabinet(options.cabinet, options.user) as store:
        if not keys.same_name(store.who, options.who):
            store.who = options.who
        with store.read() as session:
            matter = matters.find_matter(session, options.matter)
        if options.ask is not None:
            destruction.ask(store, matter.id, options.ask)
            return 0
        told = destruction.destroy(store, matter.id, options.certificate)
    if "not_rewritten" in told:
        say(told["not_rewritten"])
    for path in told["backups_that_still_hold_it"]:
        say(tr("A backup still holds it: {path}", path=path))
    return 0


def backup(options: Options) -> int:
    """An encrypted backup, read back after writing: to one file, or to every place of the cabinet."""
    with passphrase.open_cabinet(options.cabinet, options.user) as store:
        if options.out is not None:
            backups.write_file(store, options.out, progress)
            return 0
        if options.list:
            return _list(store, options)
        if options.add_place is not None:
            backups.add_place(store, options.add_place)
        if options.forget_place is not None:
            backups.forget_place(store, options.forget_place)
        found = backups.drill(store, progress) if options.drill else backups.back_up(store, progress)
    if options.json:
        answer({"places": [vars(one) for one in found]})
    for one in found:
        problem = one.problem or ("" if one.drill_good or not options.drill else one.drill_said)
        if problem:
            say(problem)
        elif not options.json:
            print(one.drill_said if options.drill else Path(one.place) / one.name)
        if one.lacking:
            say(tr("{n} evidence files were missing from the cabinet itself.", n=one.lacking))
    if options.drill:
        return 0 if all(one.drill_good for one in found) else VerificationFailed.exit_code
    return StoreUnavailable.exit_code if any(one.problem for one in found) else 0


def _list(store: Store, options: Options) -> int:
    found = backups.listed(store)
    if options.json:
        answer({"backups": [{"file": str(path), **({"problem": told["problem"]} if "problem" in told else {
                    "at": told["at"], "changes": told["seq"]})} for path, told in found],
                "places": [vars(one) for one in backups.states(store)]})
    else:
        for path, told in found:
            print(told.get("at", "–"), told.get("seq", "–"), path, sep="\t")
            if "problem" in told:
                say(told["problem"])
    return 0


def salvage(options: Options) -> int:
    """A new cabinet from what can be read of a damaged one; exit 8 when something is lost."""
    found = salvaging.salvage(passphrase.folder(options.cabinet), options.to,
                              lambda folder: passphrase.key_of(folder, options.user), progress)
    with passphrase.open_cabinet(str(options.to), options.user) as store:
        problems = [*found.lost(), *(one.message for one in check.verify(store, progress))]
    if options.json:
        answer({"rows": found.rows, "problems": problems})
    else:
        for line in problems:
            print(line)
    say(tr("{n} rows were brought over to {folder}; the damaged cabinet stays as it is.", n=sum(found.rows.values()),
           folder=options.to))
    return VerificationFailed.exit_code if problems else 0


def restore(options: Options) -> int:
    """A cabinet from a backup; a damaged one is refused. With the recovery key a new passphrase is set."""
    folder, name = passphrase.folder(options.cabinet), options.user or os.environ.get(passphrase.USER, "")
    typed = passphrase.of_recovery() if options.recovery else passphrase.typed()

    def unlock(part: Path) -> keys.CabinetKey:
        return (keys.unlock_with_recovery if options.recovery else keys.unlock)(part, typed, name)

    address = options.cabinet if office.is_address(options.cabinet) else options.database
    aside = None
    if address:
        to = Place(folder.absolute(), address, all_there=office.holds_all(folder) or options.vault == "database")
        moving.restore(options.file, to, unlock, progress, older=options.older)
    else:
        aside = restoring.restore(options.file, folder, unlock, progress, keep_present=options.over,
                                  older=options.older)
    if options.recovery:
        new = passphrase.NEW if os.environ.get(passphrase.NEW) else passphrase.VARIABLE
        keys.change_passphrase(folder, keys.unlock_with_recovery(folder, typed, name), passphrase.chosen(new))
    if aside is not None:
        say(tr("The cabinet that was there is kept in {path}.", path=aside))
    return 0
