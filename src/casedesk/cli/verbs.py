"""What each command does: one call into casework, one answer."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from casedesk.base.errors import InvalidEntry
from casedesk.base.i18n import Language, language, tr
from casedesk.casework import (
    backups,
    copies,
    custody,
    documents,
    evidence,
    exchange,
    filings,
    findings,
    incidents,
    letters,
    listing,
    matters,
    package,
    templates,
)
from casedesk.casework.forms import find_form, forms
from casedesk.cli import passphrase
from casedesk.cli.moving import move  # noqa: F401 - a verb like those below
from casedesk.cli.people import (  # noqa: F401 - verbs like those below
    matter_team,
    user_add,
    user_disable,
    user_list,
    user_password,
    user_role,
)
from casedesk.cli.safety import backup, chain, destroy, restore, verify  # noqa: F401 - verbs like those below
from casedesk.cli.taking_in import import_files  # noqa: F401 - a verb like those below
from casedesk.cli.told import answer, progress, say
from casedesk.records import Incident, Matter
from casedesk.records.words import Jurisdiction
from casedesk.store.cabinet import DATABASE, Store

Options = argparse.Namespace


@contextmanager
def _cabinet(options: Options) -> Iterator[Store]:
    with passphrase.open_cabinet(options.cabinet, options.user) as store:
        yield store


@contextmanager
def _matter(options: Options) -> Iterator[tuple[Store, Matter]]:
    with _cabinet(options) as store:
        with store.read() as session:
            matter = matters.find_matter(session, options.matter)
        yield store, matter


def _language(options: Options, matter: Matter) -> Language:
    return options.lang or ("zh" if matter.jurisdiction is Jurisdiction.CN else "en")


def _has_display() -> bool:
    return os.name == "nt" or sys.platform == "darwin" or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _profile(matter: Matter) -> str:
    return f"{matter.jurisdiction}-court"


def demo(options: Options) -> int:
    """Sample cabinet in DIR/cabinet, one matter's package in DIR/package; then the window where there is a display."""
    from casedesk.casework import sample

    cabinet, packed = options.out / "cabinet", options.out / "package"
    if not ((cabinet / DATABASE).is_file() and packed.is_dir()):  # else it is there from the last time
        sample.build(cabinet, packed, progress=progress)
    print(tr("Sample cabinet: {path} (passphrase: {passphrase})", path=cabinet, passphrase=sample.PASSPHRASE))
    print(tr("Package of one matter: {path} and {path}.zip", path=packed))
    if options.no_window or not _has_display():
        return 0
    from casedesk.ui.app import run

    return run(cabinet, sample.PASSPHRASE)


def new(options: Options) -> int:
    """A new cabinet; the recovery key is printed once, on stdout."""
    store, recovery = Store.create(passphrase.folder(options.cabinet), passphrase.chosen(), address=options.database)
    store.close()
    say(tr("The cabinet is ready. Print this recovery key and keep it away from this computer:"))
    print(recovery)
    return 0


def matters_list(options: Options) -> int:
    """The matters, newest reference first."""
    with _cabinet(options) as store:
        lines = matters.matter_lines(store)
    if options.json:
        answer([vars(line) for line in lines])
    else:
        for line in lines:
            print(f"{line.ref}\t{line.title}\t{line.client}\t{line.incidents}")
    return 0


def matter_add(options: Options) -> int:
    """Open a matter."""
    with _cabinet(options) as store:
        matters.add_matter(store, ref=options.ref, title=options.title, client=options.client,
                           jurisdiction=options.jurisdiction, kind=options.kind)
    return 0


def matter_export(options: Options) -> int:
    """One matter with its files as a ZIP."""
    with _matter(options) as (store, matter):
        exchange.export(store, matter.ref, options.out, progress=progress)
    return 0


def matter_import(options: Options) -> int:
    """Take in a matter file."""
    with _cabinet(options) as store:
        backups.before(store, progress)
        taken = exchange.take_in(store, options.file, progress=progress)
    print(taken)
    return 0


def log(options: Options) -> int:
    """One incident with its files, durable when this returns."""
    with _matter(options) as (store, matter):
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
    with _matter(options) as (store, matter):
        found = listing.incidents(store, matter.id)
        if options.json:
            answer(list(found))
        else:
            for one in found:
                print("\t".join(str(one[key] or "") for key in ("at", "channel", "number", "reached", "words")))
    return 0


def evidence_add(options: Options) -> int:
    """Keep files as evidence."""
    with _matter(options) as (store, matter):
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
    with _cabinet(options) as store:
        total, hits = listing.search(store, " ".join(options.words))
    if options.json:
        answer({"total": total, "hits": hits})
    else:
        for hit in hits:
            print("\t".join((hit["matter"], hit["kind"], hit["text"])))
    return 0


def check_rules(options: Options) -> int:
    """Findings and questions by the conduct rules; indicators for a lawyer's review."""
    with _matter(options) as (store, matter):
        findings.recheck(store, matter.id, progress=progress)
        found = findings.answers(store, matter.id, _language(options, matter))
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
    with _matter(options) as (store, matter):
        result = documents.write_bundle(
            store, matter.id, options.out, profile=options.profile or _profile(matter),
            lang=_language(options, matter), slip_sheets=options.slip_sheets, progress=progress)
    problems = [{"evidence": str(uuid), "message": message} for uuid, message in result.problems]
    for problem in problems:
        say(problem["message"])
    if options.json:
        answer({"file": str(options.out), "pages": result.pages, "problems": problems,
               "exhibits": [{"number": one.number, "evidence": str(one.evidence), "first": one.first,
                             "last": one.last} for one in result.exhibits]})
    return 0


def workbook(options: Options) -> int:
    """The workbook XLSX."""
    with _matter(options) as (store, matter):
        documents.write_workbook(store, matter.id, options.out, lang=_language(options, matter), progress=progress)
    return 0


def package_write(options: Options) -> int:
    """The form's letter, bundle, workbook, originals and manifest; what is missing and what to know goes to stderr."""
    with _matter(options) as (store, matter):
        form = find_form(options.form or _profile(matter))
        choice = letters.choose(store, matter.id, debt=options.debt, answers=dict(options.fill))
        last = filings.latest(store, matter.id) if options.supplement else None
        if options.supplement and last is None:
            raise InvalidEntry(tr("Nothing has been filed in this matter yet."), tr("File the whole first."))
        packed = package.write(store, matter.id, options.out, form, lang=options.lang or form.lang, choice=choice,
                               follows=filings.earlier(store, last) if last else None, slip_sheets=options.slip_sheets,
                               progress=progress)
        remarks = letters.checklist(store, matter.id, form.id, choice).remarks
    for _, message in packed.bundle.problems:
        say(message)
    for one in packed.letter.missing if packed.letter else ():
        if one.required:
            say(tr("Missing: {label} ({where}).", label=one.label, where=one.where))
    for message in (*remarks, *packed.remarks, tr("Seal of the manifest: {seal}", seal=packed.seal)):
        say(message)
    return 0


def template_keep(options: Options) -> int:
    """Keep the firm's template of a form, or forget it."""
    with _cabinet(options) as store:
        if options.file is None:
            templates.forget(store, options.form)
        else:
            templates.keep(store, options.file, options.form)
    return 0


def custody_write(options: Options) -> int:
    """The custody of every piece of evidence as PDF."""
    with _matter(options) as (store, matter):
        custody.write_history(store, matter.id, options.out, lang=_language(options, matter))
    return 0


def copy_masked(options: Options) -> int:
    """A package's copy for somebody else; what is withheld, and what a person must look at, goes to stderr."""
    with _matter(options) as (store, matter):
        done = copies.masked_copy(store, matter.id, options.package, options.out, recipient=options.recipient,
                                  lang=_language(options, matter), progress=progress)
    for name, found in done.items():
        say(tr("{name}: {n} places blacked out.", name=name, n=len(found.withheld)))
        if found.pictures:
            say(tr("{name}: look at the pictures on the pages {pages}.", name=name,
                    pages=", ".join(map(str, found.pictures))))
    return 0


def filed(options: Options) -> int:
    """Keep a package as it was filed; says which deadlines it starts."""
    with _matter(options) as (store, matter):
        filing = filings.filed(store, matter.id, options.package, recipient=options.recipient, filed_on=options.on,
                               by=options.by, receipt=options.receipt, progress=progress)
        exhibits = filings.page_map(store, filing)
    if options.json:
        answer({"filing": str(filing.uuid), "form": filing.form, "seal": filing.seal, "package": filing.package,
               "answer_due_on": filing.answer_due_on and filing.answer_due_on.isoformat(),
               "exhibits": [{"number": one.number, "evidence": str(one.evidence), "first": one.first,
                             "last": one.last} for one in exhibits]})
    else:
        print(f"{filing.uuid}\t{filing.answer_due_on or ''}")
    return 0


def forms_list(options: Options) -> int:
    """The filing forms, with what each asks for beside the records."""
    told = [{
        "id": one.id, "title": one.title[language()], "jurisdiction": one.jurisdiction, "lang": one.lang,
        "required": list(one.required), "asked": {asked.name: asked.text[language()] for asked in one.asked},
        "choices": {asked.name: list(asked.choices) for asked in one.asked if asked.choices},
    } for one in forms().values()]
    if options.json:
        answer(told)
    else:
        for form in told:
            print(f"{form['id']}\t{form['title']}")
    return 0


def checklist(options: Options) -> int:
    """What a form still lacks for a matter; exit 0 also when something is missing."""
    with _matter(options) as (store, matter):
        choice = letters.choose(store, matter.id, debt=options.debt, answers=dict(options.fill))
        found = letters.checklist(store, matter.id, options.form, choice)
    if options.json:
        answer({"form": found.form.id, "complete": found.complete, "missing": [vars(one) for one in found.missing],
               "basis": [{"text": one.text[language()], "confidence": one.confidence, "source": one.source}
                         for one in found.basis],
               "attachments": found.attachments, "copies": found.copies, "remarks": found.remarks})
    else:
        for one in found.missing:
            print(f"{'!' if one.required else '-'}\t{one.label}\t{one.where}")
        for remark in found.remarks:
            say(remark)
    return 0
