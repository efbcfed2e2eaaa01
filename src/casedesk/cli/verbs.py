"""What each command does: one call into casework, one answer."""

from __future__ import annotations

import argparse
import datetime as dt

from casedesk.base.i18n import tr, trn
from casedesk.casework import (
    backups,
    documents,
    evidence,
    exchange,
    findings,
    incidents,
    listing,
    matters,
    records,
)
from casedesk.cli import passphrase
from casedesk.cli.filing import (  # noqa: F401 - verbs like those below
    checklist,
    copy_masked,
    custody_write,
    filed,
    forms_list,
    mask,
    package_write,
    template_keep,
)
from casedesk.cli.moving import move  # noqa: F401 - a verb like those below
from casedesk.cli.opened import cabinet, has_display, language_of, matter_of, profile_of
from casedesk.cli.people import (  # noqa: F401 - verbs like those below
    matter_team,
    recovery,
    rekey,
    user_add,
    user_disable,
    user_list,
    user_password,
    user_role,
)
from casedesk.cli.safety import backup, chain, destroy, restore, salvage, verify  # noqa: F401 - verbs like those below
from casedesk.cli.taking_in import import_files  # noqa: F401 - a verb like those below
from casedesk.cli.told import answer, progress, say
from casedesk.records import Incident, Matter
from casedesk.store import office
from casedesk.store.cabinet import DATABASE, Store

Options = argparse.Namespace


def demo(options: Options) -> int:
    """Sample cabinet in DIR/cabinet, one matter's package in DIR/package; then the window where there is a display."""
    from casedesk.casework import sample

    cabinet, packed = options.out / "cabinet", options.out / "package"
    if not ((cabinet / DATABASE).is_file() and packed.is_dir()):  # else it is there from the last time
        sample.build(cabinet, packed, progress=progress)
    print(tr("Sample cabinet: {path} (passphrase: {passphrase})", path=cabinet, passphrase=sample.PASSPHRASE))
    print(tr("Package of one matter: {path} and {path}.zip", path=packed))
    if options.no_window or not has_display():
        return 0
    from casedesk.ui.app import run

    return run(cabinet, sample.PASSPHRASE)


def new(options: Options) -> int:
    """A new cabinet; the recovery key is printed once, on stdout."""
    address, all_there = options.database, options.vault == "database"
    if office.is_address(options.cabinet):
        address, all_there = options.cabinet, True
    store, key = Store.create(passphrase.folder(options.cabinet), passphrase.chosen(), address=address,
                              all_there=all_there)
    store.close()
    say(tr("The cabinet is ready. Print this recovery key and keep it away from this computer:"))
    print(key)
    return 0


def matters_list(options: Options) -> int:
    """The matters, newest reference first."""
    with cabinet(options) as store:
        lines = matters.matter_lines(store)
    if options.json:
        answer([vars(line) for line in lines])
    else:
        for line in lines:
            print(f"{line.ref}\t{line.title}\t{line.client}\t{line.incidents}")
    return 0


def matter_add(options: Options) -> int:
    """Open a matter."""
    with cabinet(options) as store:
        matters.add_matter(store, ref=options.ref, title=options.title, client=options.client,
                           jurisdiction=options.jurisdiction, kind=options.kind)
    return 0


def matter_keep(options: Options) -> int:
    """Say how long a matter is kept, and whether it is on legal hold; without an option, tell it."""
    values: dict[str, object] = {"keep_until": options.until} if options.until else {}
    if options.hold is not None or options.release:
        values |= {"on_hold": not options.release, "hold_reason": options.hold or ""}
    with matter_of(options) as (store, matter):
        if values:
            records.edit_all(store, Matter, [matter.uuid], values)
        with store.read() as session:
            now = session.get_one(Matter, matter.id)
    if options.json:
        answer({"until": now.keep_until.isoformat() if now.keep_until else None, "hold": now.on_hold,
                "reason": now.hold_reason})
    else:
        print(tr("Keep until"), now.keep_until or "–", *([tr("Legal hold"), now.hold_reason] if now.on_hold else []),
              sep="\t")
    return 0


def matter_export(options: Options) -> int:
    """One matter with its files as a ZIP."""
    with matter_of(options) as (store, matter):
        left_out = exchange.export(store, matter.ref, options.out, progress=progress,
                                   with_privileged=options.with_privileged)
    if left_out:
        say(trn("{n} privileged record was left out; “--with-privileged” takes everything along.",
                "{n} privileged records were left out; “--with-privileged” takes everything along.", left_out))
    return 0


def matter_import(options: Options) -> int:
    """Take in a matter file."""
    with cabinet(options) as store:
        backups.before(store, progress)
        taken = exchange.take_in(store, options.file, progress=progress)
    if taken.left_out:
        say(trn("{n} privileged record was left out when this file was made.",
                "{n} privileged records were left out when this file was made.", taken.left_out))
    print(taken)
    return 0


def log(options: Options) -> int:
    """One incident with its files, durable when this returns."""
    with matter_of(options) as (store, matter):
        incident = Incident(
            matter_id=matter.id, at=options.at, zone=listing.zone_for(options.at, matter.zone),
            channel=options.channel, number=options.number, answered=options.answered, duration=options.duration,
            reached=options.reached, words=options.words, tags=list(dict.fromkeys(options.tag)))
        logged = incidents.log_incident(store, incident, files=options.evidence)
        findings.refresh(store, matter.id)
    if options.json:
        answer({"incident": str(logged)})
    else:
        print(logged)
    return 0


def incidents_list(options: Options) -> int:
    """A matter's incidents by time."""
    with matter_of(options) as (store, matter):
        found = listing.incidents(store, matter.id)
        if options.json:
            answer(list(found))
        else:
            for one in found:
                print("\t".join(str(one[key] or "") for key in ("at", "channel", "number", "reached", "words")))
    return 0


def evidence_add(options: Options) -> int:
    """Keep files as evidence."""
    with matter_of(options) as (store, matter):
        kept = evidence.add_files(store, matter.id, options.files, progress=progress)
    if options.json:
        answer({"evidence": [{"id": str(one.uuid), "file": one.file_name, "sha256": one.sha256, "type": one.media_type}
                            for one in kept]})
    else:
        for one in kept:
            print(f"{one.uuid}\t{one.sha256}\t{one.file_name}")
    return 0


def search(options: Options) -> int:
    """Search every text."""
    with cabinet(options) as store:
        total, hits = listing.search(store, " ".join(options.words))
    if options.json:
        answer({"total": total, "hits": hits})
    else:
        for hit in hits:
            print("\t".join((hit["matter"], hit["kind"], hit["text"])))
    return 0


def check_rules(options: Options) -> int:
    """Findings and questions by the conduct rules; indicators for a lawyer's review."""
    with matter_of(options) as (store, matter):
        findings.recheck(store, matter.id, progress=progress)
        found = findings.answers(store, matter.id, language_of(options, matter))
    if options.json:
        answer(found)
        return 0
    for one in found["findings"]:
        print("\t".join((one["severity"], one["rule"], one["state"], one["party"], one["why"], one["citation"])))
    for one in found["questions"]:
        print("\t".join(("?", one["rule"], one["field"], one["party"], one["question"])))
    rules = found["rules"]
    say(tr("Indicators for a lawyer's review, by rule set {set} {version}.", **rules))
    for change in rules["changed"]:
        say(tr("Changed by the firm: {change}", change=change))
    return 0


def bundle(options: Options) -> int:
    """The evidence bundle PDF."""
    with matter_of(options) as (store, matter):
        result = documents.write_bundle(
            store, matter.id, options.out, profile=options.profile or profile_of(matter),
            lang=language_of(options, matter), slip_sheets=options.slip_sheets, lasting=options.pdfa,
            annexes=options.annexes, progress=progress)
    problems = [{"evidence": str(uuid) if uuid else None, "message": message} for uuid, message in result.problems]
    for problem in problems:
        say(str(problem["message"]))
    if options.json:
        answer({"file": str(options.out), "pages": result.pages, "problems": problems,
               "exhibits": [{"number": one.number, "evidence": str(one.evidence), "first": one.first,
                             "last": one.last} for one in result.exhibits]})
    return 0


def workbook(options: Options) -> int:
    """The workbook XLSX."""
    with matter_of(options) as (store, matter):
        today = dt.datetime.now().astimezone().date()
        documents.write_workbook(store, matter.id, options.out, lang=language_of(options, matter), progress=progress,
                                 statements_on=today if options.annexes else None, without=options.without)
    return 0
