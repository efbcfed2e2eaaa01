"""Taking in bills, phone exports, chats, e-mails and tables."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from casedesk.base import times
from casedesk.base.errors import ImportProblem, InvalidEntry
from casedesk.base.i18n import tr, trn
from casedesk.casework import backups, importing, matters
from casedesk.casework.importing import same_numbers
from casedesk.cli import passphrase
from casedesk.cli.told import answer, progress, say
from casedesk.imports.draft import NeedsAnswer

Options = argparse.Namespace


def import_files(options: Options) -> int:
    """Take files in, or say what would become of their rows; exit 7 when there were problems.

    Without files: say, or take back, which number a masked one is.
    """
    if options.not_same or not options.files:
        return _masked_numbers(options)
    answers, of_file = _answers(options.answer, options.files)
    choices = importing.Choices(format=options.format, zone=options.zone, answers=answers, of_file=of_file,
                                same=frozenset(importing.Same(*pair) for pair in options.same), assume=True,
                                included=frozenset(options.include), excluded=frozenset(options.exclude),
                                private=options.with_private, only_known=options.only_known)
    with passphrase.open_cabinet(options.cabinet) as store:
        with store.read() as session:
            matter = matters.find_matter(session, options.matter)
        if options.dry_run:
            reports = importing.preview(store, matter.id, options.files, choices, progress).files
        else:
            backups.before(store, progress)
            reports = importing.commit(store, matter.id, options.files, choices, progress)
    for report in reports:
        if report.question is not None:
            raise NeedsAnswer(report.question, report.file)
        for text in (*(f"{report.file}: {problem}" for problem in report.problems), *report.notes,
                     *map(str, report.proposals), *map(_left_out, report.private.values())):
            say(text)
    if any(report.proposals for report in reports):
        say(tr("To take a masked number for the full one, import with --same MASKED=FULL."))
    if options.json:
        answer({"files": [_imported(report) for report in reports], "unmatched": [
            {"file": report.path, "here": one.here, "at": one.at.isoformat(), "number": one.number,
             "where": one.where} for report in reports for one in report.unmatched]})
    else:
        for report in reports:
            print(f"{report.file}: {_outcome(report)}")
            for one in report.unmatched:
                print(_only(report, one, options.zone or matter.zone))
    return ImportProblem.exit_code if any(report.problems for report in reports) else 0


def _masked_numbers(options: Options) -> int:
    """Take masked numbers of what was imported before for full ones, or for masked ones again."""
    if options.files or not (options.same or options.not_same or options.dry_run):
        raise InvalidEntry(tr("--not-same is of what was imported before.") if options.files else
                           tr("Neither a file nor a masked number is named."),
                           tr("Give the files to import; or, without files, --same or --not-same MASKED=FULL."),
                           field="files")
    changed = {}
    with passphrase.open_cabinet(options.cabinet) as store:
        with store.read() as session:
            matter = matters.find_matter(session, options.matter)
        if not options.dry_run:
            for verb, pairs in ((same_numbers.accept, options.same), (same_numbers.take_back, options.not_same)):
                for pair in pairs:
                    changed["=".join(pair)] = verb(store, matter.id, [importing.Same(*pair)])
        found = same_numbers.proposed(store, matter.id)
    for text in map(str, found):
        say(text)
    if options.json:
        answer({"files": [], "same": changed, "proposals": _proposals(found)})
    else:
        for pair, count in changed.items():
            print(f"{pair}: " + trn("{n} contact", "{n} contacts", count))
    return 0


def _proposals(found: Iterable[importing.Proposal]) -> list[dict[str, Any]]:
    return [{"masked": one.same.masked, "number": one.same.number, "shown": one.shown, "rows": one.rows,
             "together": one.together, "reason": one.reason} for one in found]


def _outcome(report: importing.FileReport) -> str:
    """What became of the file, in a line; why it could not be opened was said before."""
    if report.format:
        return report.summary
    return tr("not a format known here; keep it with “casedesk evidence add”") if report.seen else tr(
        "nothing was taken in")


def _left_out(one: importing.Private) -> str:
    return trn("{name} is in the phone's address book: {n} row left out as private; {option} takes it.",
               "{name} is in the phone's address book: {n} rows left out as private; {option} takes them.",
               one.rows, name=one.name, option=f"--include {one.number}" if one.number else "--with-private")


def _only(report: importing.FileReport, one: importing.Unmatched, zone: str) -> str:
    """A call or message that one source tells alone."""
    said = tr("only {file} tells it", file=report.file) if one.here else tr("{file} does not tell it", file=report.file)
    return "  ".join(("", times.show(one.at, zone), one.number or tr("Number withheld"), said, one.where))


def _answers(given: Iterable[tuple[str, str, str]], files: Sequence[Path]) -> tuple[
        dict[str, str], dict[Path, dict[str, str]]]:
    """What is answered for all files, and for one of them named by its path or its name."""
    of_all: dict[str, str] = {}
    of_file: dict[Path, dict[str, str]] = {}
    for file, key, told in given:
        if not file:
            of_all[key] = told
            continue
        meant = [path for path in files if str(path) == file] or [path for path in files if path.name == file]
        if len(meant) != 1:
            raise InvalidEntry(tr("“{file}” is not one of the files to import.", file=file) if not meant else
                               tr("Several files are called “{file}”.", file=file),
                               tr("Name it as it stands in the command."), field="answer")
        of_file.setdefault(meant[0], {})[key] = told
    return of_all, of_file


def _imported(report: importing.FileReport) -> dict[str, Any]:
    return {"file": report.path, "format": report.format, "read": report.read, "imported": report.imported,
            "duplicates": report.duplicates, "merged": report.merged, "excluded": report.excluded,
            "problems": [{"line": problem.line, "about": problem.about, "sheet": problem.sheet,
                          "message": problem.message} for problem in report.problems],
            "proposals": _proposals(report.proposals),
            "private": [{"number": one.number, "name": one.name, "rows": one.rows} for one in report.private.values()],
            "notes": report.notes, "reasons": report.reasons, "batch": str(report.batch) if report.batch else None}
