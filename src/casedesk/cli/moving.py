"""Moving a cabinet to another place."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from casedesk.base.errors import StoreUnavailable, VerificationFailed
from casedesk.base.i18n import tr
from casedesk.casework import moving
from casedesk.casework.moving import Place, Report
from casedesk.cli import passphrase
from casedesk.cli.told import answer, progress, say
from casedesk.store import office


def move(options: argparse.Namespace) -> int:
    """Move a cabinet, or take a move back; the report says for each table and file whether it arrived as it was."""
    folder = passphrase.folder(options.cabinet).absolute()
    key = passphrase.key_of(folder, options.user)
    if options.undo:
        return _undo(moving.undo(folder, key))
    try:
        to = place(folder, options.target, options.folder, options.vault)
        report = moving.move(folder, key, to, progress=progress)
    except KeyboardInterrupt:
        say(tr("Stopped. The cabinet is as it was; give the same command again to go on."))
        return 130
    if options.json:
        answer({**asdict(report), "verdict": "ok" if report.clean else "failed"})
    else:
        _print(report)
    return 0 if report.clean else VerificationFailed.exit_code


def place(folder: Path, target: str, share: Path | None, vault: str) -> Place:
    """Where a cabinet goes, as it was typed."""
    if "://" in target:
        if vault == "database":
            return Place(share.absolute() if share else office.desk_folder(target), target, all_there=True)
        return Place((share or folder.with_name(f"{folder.name}-office")).absolute(), target)
    if share is not None:
        raise StoreUnavailable(tr("A folder of its own is for a move to a database."),
                               tr("Leave “--folder” out, or name the database's address first."))
    return Place(Path(target).absolute())


def _undo(went: str) -> int:
    say(tr("This cabinet can be worked in again. What was entered at {place} since is not in it.", place=went)
        if went else tr("This cabinet was not moved."))
    return 0


def _print(report: Report) -> None:
    for name, table in report.tables.items():
        print(f"{name}\t{table.rows}\t{table.digest}\t{tr('same') if table.same else tr('DIFFERENT')}")
    print(tr("{n} evidence files, {bytes} bytes", n=f"{report.files:,}", bytes=f"{report.bytes:,}"))
    print(tr("End of the history: {head}", head=f"{report.seq}:{report.head}"))
    for path in report.backup:
        print(tr("Backup before the move: {path}", path=path))
    for one in report.known:
        say(tr("It was so before: {problem}", problem=one))
    for one in report.problems:
        say(one)
    if report.clean:
        print(tr("OK: every row and file arrived as it was. Work on in {place}; the old one stays, marked as moved.",
                 place=report.target))
    else:
        print(tr("FAILED: the old cabinet is as it was and still in use."))
